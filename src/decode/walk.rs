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
pub(super) fn walk(input: &Path) -> Vec<Found> {
    match std::fs::metadata(input) {
        Ok(metadata) if metadata.is_dir() => walk_folder(input),
        Ok(_) => vec![named(input, None)],
        Err(error) => match expand(input) {
            Some(paths) if paths.is_empty() => {
                let detail = "no file matches this pattern".into();
                vec![named(input, Some(Problem::Empty { detail }))]
            }
            Some(paths) => paths.iter().flat_map(|path| walk_match(path)).collect(),
            None => vec![named(input, Some(Problem::from_io(&error)))],
        },
    }
}

/// What a pattern matched counts as named, except for what lies in its folders.
fn walk_match(path: &Path) -> Vec<Found> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            let folder = file_name(path);
            let mut inside = walk_folder(path);
            for found in &mut inside {
                found.name = format!("{folder}/{}", found.name);
            }
            inside
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

fn walk_folder(root: &Path) -> Vec<Found> {
    let mut found = Vec::new();
    for entry in WalkDir::new(root).follow_links(true) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => found.push(inside(root, &entry)),
            Err(error) => found.push(unreadable(root, &error)),
        }
    }
    // By the whole name, so that the order is that of the report's rows.
    found.sort_unstable_by(|a, b| bytes(a.path.as_os_str()).cmp(bytes(b.path.as_os_str())));
    found
}

fn inside(root: &Path, entry: &DirEntry) -> Found {
    // Pipes and devices could block a reader for ever.
    let problem = (!entry.file_type().is_file()).then(|| Problem::Unreadable {
        detail: "it is not a regular file".into(),
    });
    below(root, entry.path(), false, problem)
}

fn unreadable(root: &Path, error: &walkdir::Error) -> Found {
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
    // A link that leads nowhere is judged by its extension, as a file would be.
    let is_folder = !matches!(problem, Problem::NotFound);
    below(root, path, is_folder, Some(problem))
}

fn below(root: &Path, path: &Path, is_folder: bool, problem: Option<Problem>) -> Found {
    let parts = path.strip_prefix(root).unwrap_or(path);
    let hidden = parts
        .components()
        .map(|part| part.as_os_str())
        .any(|part| bytes(part).starts_with(b".") || part == "__MACOSX");
    Found {
        path: path.to_path_buf(),
        name: relative(root, path),
        explicit: false,
        hidden,
        is_folder,
        problem,
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
