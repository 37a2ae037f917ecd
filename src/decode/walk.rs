//! From one input to the files it stands for.

use crate::Problem;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// One file, or something that should have been one.
#[derive(Debug)]
pub(super) struct Found {
    pub path: PathBuf,
    /// Path below the input, `/` between the parts.
    pub name: String,
    /// Whether it was named on its own, not met inside a folder.
    pub explicit: bool,
    /// Whether it is hidden, or inside something that is.
    pub hidden: bool,
    pub is_folder: bool,
    /// Why it cannot be read.
    pub problem: Option<Problem>,
}

/// Everything that `input` stands for, sorted by name.
pub(super) fn walk(input: &Path) -> Box<dyn Iterator<Item = Found> + '_> {
    let one = |problem| Box::new(std::iter::once(named(input, problem)));
    match std::fs::metadata(input) {
        Ok(metadata) if metadata.is_dir() => Box::new(walk_folder(input)),
        Ok(_) => one(None),
        Err(error) => match expand(input) {
            Some(paths) if paths.is_empty() => {
                let detail = "no file matches this pattern".into();
                one(Some(Problem::Empty { detail }))
            }
            Some(paths) => Box::new(paths.into_iter().flat_map(|path| walk_match(&path))),
            None => one(Some(Problem::from_io(&error))),
        },
    }
}

/// What a pattern matched counts as named, except for what lies in its folders.
fn walk_match(path: &Path) -> Vec<Found> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            let folder = file_name(path);
            let inside = walk_folder(path).map(|found| Found {
                name: format!("{folder}/{}", found.name),
                ..found
            });
            inside.collect()
        }
        Ok(_) => vec![named(path, None)],
        Err(error) => vec![named(path, Some(Problem::from_io(&error)))],
    }
}

/// The paths that a pattern matches; `None` where `input` is no pattern.
fn expand(input: &Path) -> Option<Vec<PathBuf>> {
    let pattern = input.to_str()?;
    if !pattern.contains(['*', '?', '[']) {
        return None;
    }
    let matches = glob::glob(pattern).ok()?;
    let mut paths: Vec<PathBuf> = matches
        .map(|found| found.unwrap_or_else(|error| error.path().to_path_buf()))
        .collect();
    paths.sort_by(|a, b| bytes(a.as_os_str()).cmp(bytes(b.as_os_str())));
    Some(paths)
}

fn named(path: &Path, problem: Option<Problem>) -> Found {
    Found {
        path: path.to_path_buf(),
        name: file_name(path),
        explicit: true,
        hidden: false,
        is_folder: false,
        problem,
    }
}

/// What a folder holds, before it is given a name: there may be millions.
struct Entry {
    path: PathBuf,
    is_folder: bool,
    problem: Option<Box<Problem>>,
}

fn walk_folder(root: &Path) -> impl Iterator<Item = Found> + '_ {
    let mut entries = Vec::new();
    for entry in WalkDir::new(root).follow_links(true) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => entries.push(inside(&entry)),
            Err(error) => entries.push(unreadable(root, &error)),
        }
    }
    // By the whole name, so that the order is that of the report's rows.
    entries.sort_unstable_by(|a, b| bytes(a.path.as_os_str()).cmp(bytes(b.path.as_os_str())));
    entries.into_iter().map(|entry| below(root, entry))
}

fn inside(entry: &DirEntry) -> Entry {
    // Pipes and devices could block a reader for ever.
    let problem = (!entry.file_type().is_file()).then(|| Problem::Unreadable {
        detail: "it is not a regular file".into(),
    });
    Entry {
        path: entry.path().to_path_buf(),
        is_folder: false,
        problem: problem.map(Box::new),
    }
}

fn unreadable(root: &Path, error: &walkdir::Error) -> Entry {
    let path = error.path().unwrap_or(root);
    let problem = match (error.loop_ancestor(), error.io_error()) {
        (Some(ancestor), _) => Problem::Unreadable {
            detail: format!("a link back to its own folder {}", relative(root, ancestor)),
        },
        (None, Some(io)) => Problem::from_io(io),
        (None, None) => Problem::Unreadable {
            detail: error.to_string(),
        },
    };
    Entry {
        path: path.to_path_buf(),
        // A link that leads nowhere is judged by its extension, as a file would be.
        is_folder: !matches!(problem, Problem::NotFound),
        problem: Some(Box::new(problem)),
    }
}

fn below(root: &Path, entry: Entry) -> Found {
    let parts = entry.path.strip_prefix(root).unwrap_or(&entry.path);
    let hidden = parts
        .components()
        .map(|part| part.as_os_str())
        .any(|part| bytes(part).starts_with(b".") || part == "__MACOSX");
    Found {
        name: relative(root, &entry.path),
        path: entry.path,
        explicit: false,
        hidden,
        is_folder: entry.is_folder,
        problem: entry.problem.map(|problem| *problem),
    }
}

/// The path below `root` with `/` between its parts; the root's own name for
/// the root itself.
fn relative(root: &Path, path: &Path) -> String {
    let parts = path.strip_prefix(root).unwrap_or(path);
    let names: Vec<_> = parts
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    match names.is_empty() {
        true => file_name(root),
        false => names.join("/"),
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

fn bytes(text: &OsStr) -> &[u8] {
    text.as_encoded_bytes()
}
