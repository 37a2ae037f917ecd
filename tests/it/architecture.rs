//! The layers point one way, foreign crates have one door, files stay short.

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
const DOORS: [(&str, &str); 30] = [
    ("thiserror", "error.rs"),
    ("pulp", "lanes.rs"),
    ("zmij", "output/csv.rs"),
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
    ("postcard", "analysis/input_rows/packed.rs"),
    ("clap", "cli"),
    ("clap_complete", "cli/shell.rs"),
    ("clap_mangen", "cli/shell.rs"),
    ("anstream", "cli/terminal.rs"),
    ("ctrlc", "cli/interrupt.rs"),
    ("indicatif", "cli/progress.rs"),
    ("strsim", "cli/usage.rs"),
    ("unicode_width", "output/table.rs"),
    ("plotters", "output/figure"),
    ("gif", "output/figure/animation.rs"),
    ("png", "output/figure"),
    ("resvg", "output/figure/rendered.rs"),
    ("usvg", "output/figure/rendered.rs"),
    ("tiny_skia", "output/figure/rendered.rs"),
    ("colorous", "output/figure/colour.rs"),
];

const LONGEST_FILE: usize = 400;

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
        let lines = text.lines().count();
        assert!(lines <= LONGEST_FILE, "{file} has {lines} lines");
    }
}
