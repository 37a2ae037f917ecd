//! The files that inputs stand for, in order and with their classes.

use super::labels::Labels;
use super::source::{Kind, Source, Wanted, notes_of_ignored};
use super::walk::{Found, walk};
use crate::{Problem, Result};
use serde::{Deserialize, Serialize};
use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the class of a file comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassRule {
    /// The name of the file's parent folder.
    #[default]
    ParentFolder,
    /// The name of the folder that many levels below the input, 1 being the
    /// first; files that lie less deep fall back to their parent folder.
    Depth(usize),
    /// A table, its columns apart by `,`, `;` or tabs, with a `path` or `filename`
    /// column and a `label` or `class` column.
    Labels(PathBuf),
}

/// How [`corpus`](corpus()) chooses and labels files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CorpusOptions {
    /// Which files count as inputs inside a folder.
    pub wanted: Wanted,
    /// Where the class of a file comes from.
    pub class_rule: ClassRule,
    /// Most files per class, the first in order; `None` for all.
    pub limit: Option<usize>,
}

impl CorpusOptions {
    /// All recordings, each in the class of its folder.
    pub fn clips() -> Self {
        CorpusOptions {
            wanted: Wanted::AudioFolders,
            ..CorpusOptions::default()
        }
    }
}

/// One input that cannot be read, with the reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Rejected {
    /// As [`Source::name`].
    pub name: String,
    /// As in [`Source`].
    pub input: usize,
    /// As in [`Source`].
    pub class: String,
    /// As in [`Source`].
    pub kind: Kind,
    /// Why it is left out.
    pub problem: Problem,
}

/// The files that inputs stand for, in an order that is the same everywhere.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Corpus {
    /// Files to read, by input, then by the bytes of their names.
    pub sources: Vec<Source>,
    /// What cannot be read.
    pub rejected: Vec<Rejected>,
    /// Number of files left aside inside folders, by lower-case extension: `""`
    /// for none, `hidden` for hidden files, resource forks and `__MACOSX`.
    pub ignored: BTreeMap<String, u64>,
    /// Number of inputs beyond the limit per class.
    pub n_beyond_limit: u64,
    /// Remarks on labels that fit no file, or several.
    pub label_notes: Vec<String>,
}

impl Corpus {
    /// Remarks on what may have been meant otherwise: labels, and files in folders
    /// that were left aside.
    pub fn notes(&self) -> Vec<String> {
        let labels = self.label_notes.iter().cloned();
        labels.chain(notes_of_ignored(&self.ignored)).collect()
    }
}

/// Turns inputs (files, folders, globs) into an ordered list of files.
///
/// Folders are walked recursively, following links. Inside a folder only files
/// with a wanted extension are inputs; a file named explicitly always is. A
/// pattern with `*`, `?` or `[` is expanded where no file of that name exists.
/// The same file reached twice is rejected the second time.
///
/// # Errors
/// Only for a table of labels that cannot be read, or a class depth of 0; what
/// is wrong with single inputs is in [`Corpus::rejected`].
pub fn corpus(inputs: &[PathBuf], options: &CorpusOptions) -> Result<Corpus> {
    corpus_of_roles(&[(inputs, options)])
}

/// As [`corpus`], for inputs in several roles, such as clips and photos. Inputs
/// are numbered through all roles; a file is taken in the first role that takes
/// it, and is ignored only where no role takes it.
///
/// # Errors
/// Those of [`corpus`].
pub fn corpus_of_roles(roles: &[(&[PathBuf], &CorpusOptions)]) -> Result<Corpus> {
    let mut gathering = Gathering::default();
    let mut index = 0;
    for (inputs, options) in roles {
        let labels = match &options.class_rule {
            ClassRule::Labels(table) => Some(Labels::read(table)?),
            ClassRule::Depth(0) => {
                return Err(crate::Error::argument("class_depth", 0, "at least 1"));
            }
            _ => None,
        };
        let role = Role { options, labels };
        for input in *inputs {
            let root: Arc<Path> = input.as_path().into();
            for found in walk(input) {
                gathering.take(&role, (index, &root), found);
            }
            index += 1;
        }
        let notes = role.labels.iter().flat_map(Labels::notes);
        gathering.corpus.label_notes.extend(notes);
    }
    Ok(gathering.finish())
}

/// What is wanted of some inputs.
struct Role<'a> {
    options: &'a CorpusOptions,
    labels: Option<Labels>,
}

#[derive(Default)]
struct Gathering {
    corpus: Corpus,
    seen: Seen,
    /// Canonical paths that a role left aside, with their group.
    ignored: HashMap<PathBuf, String>,
    per_class: HashMap<(Kind, Arc<str>), usize>,
    classes: HashSet<Arc<str>>,
}

impl Gathering {
    fn take(&mut self, role: &Role<'_>, input: (usize, &Arc<Path>), found: Found) {
        let extension = extension(&found.path);
        let Some(kind) = role.kind_of(&found, &extension) else {
            let group = if found.hidden {
                "hidden".into()
            } else {
                extension
            };
            let canonical = found.path.canonicalize().unwrap_or(found.path);
            self.ignored.insert(canonical, group);
            return;
        };
        let (class, unlabelled) = role.class_of(&found);
        let problem = found
            .problem
            .or_else(|| self.seen.duplicate(&found.path, &self.corpus.sources))
            .or_else(|| {
                // No source: a later path to it needs another name for it.
                unlabelled.inspect(|_| self.seen.no_source(found.path.clone()))
            });
        if let (Some(labels), false) = (&role.labels, is_duplicate(problem.as_ref())) {
            labels.count(&found.name, &found.path);
        }
        match problem {
            Some(problem) => self.corpus.rejected.push(Rejected {
                name: found.name,
                input: input.0,
                class,
                kind,
                problem,
            }),
            None => {
                let class = self.class(&class);
                let source = Source::new((found.path, found.name), input, class, kind);
                self.accept(role.options.limit, source);
            }
        }
    }

    fn class(&mut self, name: &str) -> Arc<str> {
        match self.classes.get(name) {
            Some(class) => Arc::clone(class),
            None => {
                let class: Arc<str> = name.into();
                self.classes.insert(Arc::clone(&class));
                class
            }
        }
    }

    fn accept(&mut self, limit: Option<usize>, source: Source) {
        let key = (source.kind, Arc::clone(&source.class));
        let count = self.per_class.entry(key).or_default();
        if limit.is_some_and(|limit| *count >= limit) {
            self.corpus.n_beyond_limit += 1;
            self.seen.no_source(source.path());
            return;
        }
        *count += 1;
        self.corpus.sources.push(source);
    }

    fn finish(mut self) -> Corpus {
        self.corpus.sources.shrink_to_fit();
        for (path, group) in self.ignored {
            if !self.seen.contains(&path) {
                *self.corpus.ignored.entry(group).or_default() += 1;
            }
        }
        self.corpus
    }
}

impl Role<'_> {
    /// What the file is taken for; `None` where it is no input.
    fn kind_of(&self, found: &Found, extension: &str) -> Option<Kind> {
        // A folder that cannot be read may have held anything.
        if found.explicit || found.is_folder {
            return Some(self.options.wanted.explicit(extension));
        }
        Kind::of(extension).filter(|&kind| !found.hidden && self.options.wanted.takes(kind))
    }

    fn class_of(&self, found: &Found) -> (String, Option<Problem>) {
        let class = match (&self.options.class_rule, &self.labels) {
            (ClassRule::Depth(depth), _) => level(&found.name, *depth),
            (_, Some(labels)) => match labels.of(&found.name, &found.path) {
                Some(label) => Some(label.to_owned()),
                None => {
                    let problem = Problem::Unlabelled {
                        labels: labels.table().to_owned(),
                    };
                    return (parent_name(&found.path), Some(problem));
                }
            },
            _ => None,
        };
        let class = class.unwrap_or_else(|| parent_name(&found.path));
        // "all" stands for everything in reports.
        match class.as_str() {
            "all" => ("all (folder)".into(), None),
            _ => (class, None),
        }
    }
}

/// The files that came so far, and where each came first.
///
/// Kept by hashes of their canonical paths: the paths of a large data set would
/// take more memory than all that is measured of it.
#[derive(Default)]
struct Seen(HashMap<u64, First>);

enum First {
    /// As the source of that number.
    Source(usize),
    /// Under a path that is no source.
    Other(PathBuf),
}

impl Seen {
    /// Whether a file came before; otherwise it is taken for the source after
    /// `sources`.
    fn duplicate(&mut self, path: &Path, sources: &[Source]) -> Option<Problem> {
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
    fn no_source(&mut self, path: PathBuf) {
        if let Ok(canonical) = path.canonicalize() {
            self.0.insert(hash(&canonical), First::Other(path));
        }
    }

    /// Whether the file of a canonical path came.
    fn contains(&self, canonical: &Path) -> bool {
        self.0.contains_key(&hash(canonical))
    }
}

fn hash(canonical: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    canonical.hash(&mut hasher);
    hasher.finish()
}

fn is_duplicate(problem: Option<&Problem>) -> bool {
    matches!(problem, Some(Problem::Duplicate { .. }))
}

/// The folder `depth` levels below the input, if the file lies that deep.
fn level(name: &str, depth: usize) -> Option<String> {
    let (folders, _) = name.rsplit_once('/')?;
    folders.split('/').nth(depth - 1).map(str::to_owned)
}

/// Name of the file's folder, also where the path does not spell it.
fn parent_name(path: &Path) -> String {
    let parent = path.parent().unwrap_or(path);
    let name = parent.file_name().map(|n| n.to_os_string()).or_else(|| {
        let parent = if parent.as_os_str().is_empty() {
            Path::new(".")
        } else {
            parent
        };
        let canonical = parent.canonicalize().ok()?;
        Some(canonical.file_name()?.to_os_string())
    });
    name.map_or_else(|| "/".into(), |n| n.to_string_lossy().into_owned())
}

/// The extension in lower case; empty where there is none.
fn extension(path: &Path) -> String {
    path.extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A folder with empty files at these paths.
    fn folder(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for file in files {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        root
    }

    fn gather(input: &Path, options: CorpusOptions) -> Corpus {
        corpus(&[input.to_path_buf()], &options).unwrap()
    }

    fn rows(corpus: &Corpus) -> Vec<(&str, &str)> {
        let rows = corpus.sources.iter();
        rows.map(|s| (s.name(), &*s.class)).collect()
    }

    #[test]
    fn folders_give_sorted_names_and_classes() {
        let root = folder(&[
            "rock/b 1.WAV",
            "rock/a.au",
            "all/x.mp3",
            "rock/cover.jpg",
            "notes.txt",
            "README",
            "rock/._a.au",
            "__MACOSX/rock/a.au",
            "dir_named.wav/\u{EF}.flac",
            "rock/x.npy",
        ]);
        let got = gather(root.path(), CorpusOptions::default());
        let want = [
            ("all/x.mp3", "all (folder)"),
            ("dir_named.wav/\u{EF}.flac", "dir_named.wav"),
            ("rock/a.au", "rock"),
            ("rock/b 1.WAV", "rock"),
            ("rock/cover.jpg", "rock"),
            ("rock/x.npy", "rock"),
        ];
        assert_eq!(rows(&got), want);
        let ignored: Vec<_> = got.ignored.iter().map(|(k, &n)| (k.as_str(), n)).collect();
        assert_eq!(ignored, [("", 1), ("hidden", 2), ("txt", 1)]);

        let options = CorpusOptions {
            limit: Some(1),
            ..CorpusOptions::clips()
        };
        let got = gather(root.path(), options);
        assert_eq!(rows(&got).len(), 3);
        assert_eq!(got.ignored["jpg"], 1);
    }

    #[test]
    fn named_files_are_always_inputs() {
        let root = folder(&["a/clip.xyz", "a/clip.wav"]);
        let inputs = [
            "a/clip.xyz",
            "a/*.wav",
            "a/missing.wav",
            "a/*.mp3",
            "a/clip.wav",
        ]
        .map(|name| root.path().join(name));
        let got = corpus(&inputs, &CorpusOptions::default()).unwrap();
        assert_eq!(rows(&got), [("clip.xyz", "a"), ("clip.wav", "a")]);
        assert_eq!(got.sources[1].input, 1);
        let problems = got.rejected.iter().map(|r| (r.input, r.problem.class()));
        let want = [(2, "not-found"), (3, "empty"), (4, "duplicate")];
        assert_eq!(problems.collect::<Vec<_>>(), want);
    }

    #[test]
    fn a_file_beyond_the_limit_came_too() {
        let root = folder(&["a/one.wav", "a/two.wav"]);
        let options = CorpusOptions {
            limit: Some(1),
            ..Default::default()
        };
        let got = corpus(
            &[root.path().into(), root.path().join("a/two.wav")],
            &options,
        )
        .unwrap();
        assert_eq!((rows(&got).len(), got.n_beyond_limit), (1, 1));
        let text = got.rejected[0].problem.to_string();
        let first = root.path().join("a/two.wav").display().to_string();
        assert!(text.contains(&first), "{text}");
    }

    #[test]
    fn classes_by_depth_and_by_table() {
        let root = folder(&["train/rock/one/a.wav", "train/b.wav", "c.wav"]);
        let by_depth = |depth| CorpusOptions {
            class_rule: ClassRule::Depth(depth),
            ..Default::default()
        };
        let got = gather(root.path(), by_depth(2));
        let classes: Vec<&str> = got.sources.iter().map(|s| &*s.class).collect();
        let own_name = parent_name(&root.path().join("c.wav"));
        assert_eq!(classes, [own_name.as_str(), "train", "rock"]);
        assert!(corpus(&[], &by_depth(0)).is_err());

        let table = root.path().join("labels.csv");
        let by_table = CorpusOptions {
            class_rule: ClassRule::Labels(table.clone()),
            ..Default::default()
        };
        fs::write(&table, "filename,Label\na.wav,jazz\n./train/b.wav,blues\n").unwrap();
        let got = gather(root.path(), by_table.clone());
        assert_eq!(
            rows(&got),
            [("train/b.wav", "blues"), ("train/rock/one/a.wav", "jazz")]
        );
        assert_eq!(got.rejected[0].problem.class(), "unlabelled");
        // A second way to a file without a label names the first one.
        let twice = corpus(&[root.path().into(), root.path().into()], &by_table).unwrap();
        assert_eq!(twice.rejected.len(), 4);
        let text = twice.rejected[1].problem.to_string();
        let first = root.path().join("c.wav").display().to_string();
        assert!(text.contains(&first), "{text}");
        fs::write(&table, "file,genre\na.wav,jazz\n").unwrap();
        assert!(
            corpus(&[], &by_table)
                .unwrap_err()
                .to_string()
                .contains("genre")
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_once_and_loops_end() {
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::fs::symlink;
        let root = folder(&["a/clip.wav"]);
        let at = |name: &str| root.path().join(name);
        symlink(at("a"), at("a/loop")).unwrap();
        symlink(at("nowhere.wav"), at("a/dangling.wav")).unwrap();
        symlink(at("a/clip.wav"), at("a/same.wav")).unwrap();
        fs::write(
            root.path().join(std::ffi::OsStr::from_bytes(b"\xFF.wav")),
            "",
        )
        .unwrap();
        let got = gather(root.path(), CorpusOptions::default());
        assert_eq!(rows(&got).len(), 2);
        let problems: Vec<_> = got
            .rejected
            .iter()
            .map(|r| (r.name.as_str(), r.problem.class()))
            .collect();
        let want = [
            ("a/dangling.wav", "not-found"),
            ("a/loop", "unreadable"),
            ("a/same.wav", "duplicate"),
        ];
        assert_eq!(problems, want);
    }

    #[test]
    fn the_current_folder_has_a_name() {
        assert_ne!(parent_name(Path::new("clip.wav")), ".");
        assert_eq!(
            parent_name(Path::new("clip.wav")),
            parent_name(Path::new("./clip.wav"))
        );
    }
}
