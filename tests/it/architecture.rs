//! The layers point one way, files form no circles, foreign crates have one
//! door, and a file is one concept that says what it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Folders of the library, lowest first. A module may use its own folder, and
/// those of lower layers; `error`, `atomic` and `data` are open to all.
const LAYERS: [&[&str]; 7] = [
    &["error", "atomic"],
    &["data"],
    &["lanes"],
    &["decode", "spectral", "planar", "synth"],
    &["compare"],
    &["analysis"],
    &["output"],
];

/// Foreign crates, and the only places that name them.
const DOORS: [(&str, &str); 29] = [
    ("thiserror", "error.rs"),
    ("pulp", "lanes.rs"),
    ("symphonia", "decode/audio"),
    ("ropus", "decode/audio/opus.rs"),
    ("image", "decode/photo.rs"),
    ("rubato", "decode/resample.rs"),
    ("audioadapter_buffers", "decode/resample.rs"),
    ("glob", "decode/walk.rs"),
    ("walkdir", "decode/walk.rs"),
    ("mel_spec", "spectral/mel.rs"),
    ("hound", "synth/wav.rs"),
    ("statrs", "compare/special.rs"),
    ("xxhash_rust", "analysis/hash.rs"),
    ("clap", "cli"),
    ("clap_complete", "cli/shell.rs"),
    ("clap_mangen", "cli/shell.rs"),
    ("anstream", "cli/terminal.rs"),
    ("ctrlc", "cli/interrupt.rs"),
    ("indicatif", "cli/progress.rs"),
    ("strsim", "cli/usage.rs"),
    ("unicode_width", "output/table.rs"),
    ("unicode_normalization", "decode/source.rs"),
    ("plotters", "output/figure"),
    ("gif", "output/figure/animation.rs"),
    ("png", "output/figure"),
    ("resvg", "output/figure/rendered.rs"),
    ("usvg", "output/figure/rendered.rs"),
    ("tiny_skia", "output/figure/rendered.rs"),
    ("colorous", "output/figure/colour.rs"),
];

/// Lines without comments and tests: a file that is longer holds two concepts.
const LONGEST_FILE: usize = 700;

/// Circles that are left, by the files and folders in each. A circle among
/// fewer of them is taken, another is not; what is no circle any more must go.
const KNOWN_CIRCLES: [&[&str]; 1] = [&[
    "output/figure/cells.rs",
    "output/figure/curve.rs",
    "output/figure/draw.rs",
    "output/figure/grid.rs",
    "output/figure/heat_map.rs",
    "output/figure/layout.rs",
    "output/figure/legend.rs",
    "output/figure/picture.rs",
    "output/figure/traces.rs",
]];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy();
                files.push((name.replace('\\', "/"), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    assert!(files.len() > 40, "only {} source files found", files.len());
    files
}

/// Code without comments, and without its tests.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split("#[cfg(test)]")
        .next()
        .unwrap_or("")
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
}

/// The modules that a line names as `crate::<module>`.
fn named_modules(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::").skip(1).filter_map(|rest| {
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        let name = &rest[..end];
        name.starts_with(char::is_lowercase).then_some(name)
    })
}

/// Whether a line names something of a crate, as `krate::`.
fn names(line: &str, krate: &str) -> bool {
    line.match_indices(&format!("{krate}::")).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "_:".contains(c))
    })
}

#[test]
fn arrows_point_down() {
    let mut arrows = 0;
    for (file, text) in sources() {
        let folder = file.split(['/', '.']).next().unwrap();
        let Some(own) = layer(folder) else {
            assert!(
                ["lib", "main", "cli"].contains(&folder),
                "{file} has no layer"
            );
            continue;
        };
        for group in code(&text).collect::<String>().split("crate::{").skip(1) {
            let group = group.split('}').next().unwrap();
            assert!(
                !group.contains("::"),
                "{file}: one use per module, not crate::{{{group}}}"
            );
        }
        for module in code(&text).flat_map(named_modules) {
            arrows += 1;
            let other = layer(module).unwrap_or_else(|| panic!("{file} names crate::{module}"));
            assert!(
                module == folder || other < own,
                "{file} (layer {own}) uses crate::{module} (layer {other})"
            );
        }
    }
    assert!(arrows > 30, "only {arrows} arrows found");
}

#[test]
fn the_program_uses_the_library_from_outside() {
    for (file, text) in sources() {
        if file.starts_with("cli/") {
            let inside = code(&text).any(|line| line.contains("crate::"));
            assert!(!inside, "{file} should name cepstrum:: or super::");
        }
    }
}

#[test]
fn foreign_crates_have_one_door() {
    let sources = sources();
    for (krate, door) in DOORS {
        let mut users = sources
            .iter()
            .filter(|(_, text)| code(text).any(|line| names(line, krate)))
            .map(|(file, _)| file)
            .peekable();
        assert!(users.peek().is_some(), "nothing uses {krate}");
        for file in users {
            assert!(file.starts_with(door), "{file} uses {krate}");
        }
    }
}

#[test]
fn files_stay_short() {
    for (file, text) in sources() {
        let lines = code(&text).count();
        assert!(lines <= LONGEST_FILE, "{file} has {lines} lines of code");
    }
}

#[test]
fn files_say_what_they_are() {
    for (file, text) in sources() {
        let first = text.lines().find(|line| !line.starts_with("#!"));
        let says = first.is_some_and(|line| line.starts_with("//! "));
        assert!(says, "{file} does not begin with //!");
    }
}

/// A file as a module: the items it defines, its imports, and its other code.
#[derive(Default)]
struct Module {
    file: String,
    items: BTreeSet<String>,
    imports: Vec<Import>,
    code: String,
}

/// One name that a `use` brings.
struct Import {
    name: String,
    path: Vec<String>,
    is_reexport: bool,
}

enum Place<'a> {
    Module,
    /// The file that defines the item.
    Item(&'a str),
}

/// Modules by their paths, such as `planar::rapsd`; `""` is the library.
struct Modules(BTreeMap<String, Module>);

fn identifiers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
}

/// Paths of several parts, such as `super::Rapsd::new`.
fn paths(code: &str) -> impl Iterator<Item = Vec<String>> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':')
        .map(|path| path.trim_matches(':'))
        .filter(|path| path.contains("::"))
        .map(|path| path.split("::").map(String::from).collect())
}

/// The name that a line at the margin defines.
fn defined(line: &str) -> Option<&str> {
    let visible = line
        .strip_prefix("pub(")
        .and_then(|rest| rest.split_once(')'));
    let rest = visible.map_or(line, |(_, rest)| rest);
    let mut words = identifiers(rest)
        .skip_while(|word| ["pub", "unsafe", "async"].contains(word))
        .skip_while(|word| *word == "const" && line.contains("const fn "));
    match words.next()? {
        "fn" | "struct" | "enum" | "trait" | "type" | "static" | "const" | "macro_rules"
            if line.starts_with(char::is_alphabetic) =>
        {
            words.next()
        }
        _ => None,
    }
}

/// The names of a tree such as `super::{a, b::{self, c as d}}`.
fn expand(tree: &str, above: &[String], is_reexport: bool, imports: &mut Vec<Import>) {
    let (head, group) = tree.split_once('{').unwrap_or((tree, ""));
    let (head, alias) = head.split_once(" as ").unwrap_or((head, ""));
    let parts = head.split("::").map(|part| part.trim().to_string());
    let mut path = [
        above,
        &parts.filter(|part| !part.is_empty()).collect::<Vec<_>>(),
    ]
    .concat();
    if let Some(group) = group.trim_end().strip_suffix('}') {
        let mut depth = 0;
        let between = |c: char| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            c == ',' && depth == 0
        };
        let trees = group.split(between).filter(|tree| !tree.trim().is_empty());
        return trees.for_each(|tree| expand(tree, &path, is_reexport, imports));
    }
    path.pop_if(|last| last == "self" && !above.is_empty());
    let name = match alias.trim() {
        "" => path[path.len() - 1].clone(),
        alias => alias.to_string(),
    };
    imports.push(Import {
        name,
        path,
        is_reexport,
    });
}

fn child(module: &str, name: &str) -> String {
    format!("{module}::{name}")
        .trim_start_matches(':')
        .to_string()
}

impl Module {
    fn of(file: String, text: &str) -> Module {
        let mut module = Module {
            file,
            ..Module::default()
        };
        let mut statement = String::new();
        for line in code(text) {
            let start = line.trim_start();
            let is_visible = start.starts_with("pub") && start.contains(" use ");
            if !statement.is_empty() || start.starts_with("use ") || is_visible {
                statement += start;
                if let Some((before, tree)) = statement.trim_end_matches(';').split_once("use ")
                    && statement.ends_with(';')
                {
                    expand(tree, &[], !before.is_empty(), &mut module.imports);
                    statement.clear();
                }
            } else if !(line.contains("mod ") && line.ends_with(';')) {
                module.items.extend(defined(line).map(String::from));
                module.code += line;
                module.code += "\n";
            }
        }
        module
    }

    /// Paths that the file uses; what it only re-exports it does not use.
    fn used(&self) -> impl Iterator<Item = Vec<String>> {
        let words: BTreeSet<&str> = identifiers(&self.code).collect();
        let imports = self.imports.iter();
        imports
            .filter(move |import| !import.is_reexport || words.contains(import.name.as_str()))
            .map(|import| import.path.clone())
            .chain(paths(&self.code))
    }
}

impl Modules {
    fn read() -> Modules {
        let modules = sources().into_iter().map(|(file, text)| {
            let path = file.trim_end_matches(".rs").trim_end_matches("/mod");
            let path = if path == "lib" { "" } else { path };
            (path.replace('/', "::"), Module::of(file, &text))
        });
        Modules(modules.collect())
    }

    /// Where a path leads that stands in a module, through all re-exports;
    /// `None` for what other crates define.
    fn resolve(&self, module: &str, path: &[String]) -> Option<Place<'_>> {
        let mut at = module.to_string();
        for (i, name) in path.iter().enumerate() {
            match name.as_str() {
                "crate" => at.clear(),
                "self" => {}
                "super" => at.truncate(at.rfind("::").unwrap_or(0)),
                name if self.0.contains_key(&child(&at, name)) => at = child(&at, name),
                name => {
                    let module = &self.0[&at];
                    if module.items.contains(name) {
                        return Some(Place::Item(&module.file));
                    }
                    let mut imports = module.imports.iter();
                    let import = imports.find(|i| i.name == name && i.path[0] != name)?;
                    return self.resolve(&at, &[&import.path, &path[i + 1..]].concat());
                }
            }
        }
        Some(Place::Module)
    }

    /// Which file uses what another defines.
    fn arrows(&self) -> BTreeSet<(&str, &str)> {
        let mut arrows = BTreeSet::new();
        for (at, module) in &self.0 {
            for path in module.used() {
                let is_ours = ["crate", "self", "super"].contains(&path[0].as_str());
                // A module inside of a file needs one more `super`.
                let inside = || self.resolve(at, path.strip_prefix(&["super".to_string()])?);
                match self.resolve(at, &path).or_else(inside) {
                    Some(Place::Item(file)) if file != module.file => {
                        arrows.insert((module.file.as_str(), file));
                    }
                    None if is_ours => panic!("{} uses {}", module.file, path.join("::")),
                    _ => {}
                }
            }
        }
        arrows
    }
}

/// What lies in the folder and is, or holds, the file.
fn entry<'a>(folder: &str, file: &'a str) -> Option<&'a str> {
    let name = file.strip_prefix(folder)?.split('/').next()?;
    Some(&file[..folder.len() + name.len()])
}

/// Files and folders of one folder that use each other in circles.
fn circles<'a>(folder: &str, arrows: &BTreeSet<(&'a str, &'a str)>) -> BTreeSet<Vec<&'a str>> {
    let mut uses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to) in arrows {
        if let (Some(from), Some(to)) = (entry(folder, from), entry(folder, to))
            && from != to
        {
            uses.entry(from).or_default().insert(to);
        }
    }
    let reached = |from| {
        let (mut found, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(file) = next.pop() {
            let used = uses.get(file).into_iter().flatten();
            next.extend(used.filter(|used| found.insert(**used)));
        }
        found
    };
    let circles = uses.keys().map(|&from| -> Vec<&str> {
        let there = reached(from).into_iter();
        there.filter(|&to| reached(to).contains(from)).collect()
    });
    circles.filter(|circle| !circle.is_empty()).collect()
}

#[test]
fn files_and_folders_form_no_circles() {
    let modules = Modules::read();
    let arrows = modules.arrows();
    assert!(arrows.len() > 1000, "only {} arrows found", arrows.len());
    let files = modules.0.values().map(|module| &module.file);
    let folders: BTreeSet<&str> = files
        .map(|file| &file[..file.rfind('/').map_or(0, |at| at + 1)])
        .collect();
    let mut left = BTreeSet::new();
    for circle in folders.iter().flat_map(|folder| circles(folder, &arrows)) {
        let within = |known: &&[&str]| circle.iter().all(|file| known.contains(file));
        let known = KNOWN_CIRCLES.into_iter().find(within);
        left.insert(known.unwrap_or_else(|| panic!("a circle: {circle:?}")));
    }
    let open: Vec<_> = KNOWN_CIRCLES
        .into_iter()
        .filter(|k| !left.contains(k))
        .collect();
    assert!(open.is_empty(), "no circles any more: {open:?}");
}
