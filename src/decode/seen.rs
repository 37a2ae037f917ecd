use super::source::Source;
use crate::Problem;
use std::collections::HashMap;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

/// The files that came so far, and where each came first.
///
/// Kept by hashes of their canonical paths: the paths of a large data set would
/// take more memory than all that is measured of it.
#[derive(Default)]
pub(super) struct Seen(HashMap<u64, First>);

enum First {
    /// As the source of that number.
    Source(usize),
    /// Under a path that is no source.
    Other(PathBuf),
}

impl Seen {
    /// Whether a file came before; otherwise it is taken for the source after
    /// `sources`.
    pub fn duplicate(&mut self, path: &Path, sources: &[Source]) -> Option<Problem> {
        let canonical = path.canonicalize().ok()?;
        match self.0.entry(hash(&canonical)) {
            Entry::Occupied(first) => {
                let first = match first.get() {
                    First::Source(i) => sources.get(*i)?.path(),
                    First::Other(path) => path.clone(),
                };
                // Two files may have one hash.
                let is_same = first.canonicalize().is_ok_and(|first| first == canonical);
                is_same.then(|| Problem::Duplicate {
                    first: first.display().to_string(),
                })
            }
            Entry::Vacant(place) => {
                place.insert(First::Source(sources.len()));
                None
            }
        }
    }

    /// A file that came just now became no source.
    pub fn no_source(&mut self, path: PathBuf) {
        if let Ok(canonical) = path.canonicalize() {
            self.0.insert(hash(&canonical), First::Other(path));
        }
    }

    /// Whether the file of a canonical path came.
    pub fn contains(&self, canonical: &Path) -> bool {
        self.0.contains_key(&hash(canonical))
    }
}

fn hash(canonical: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    canonical.hash(&mut hasher);
    hasher.finish()
}
