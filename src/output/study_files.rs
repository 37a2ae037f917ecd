//! The files that a study is saved as, and whether a folder can take them.

use super::files::{check_folder, remove_stale, unwritten, write_file};
use super::json::write_json;
use super::npy::rows_npy;
use crate::analysis::{AnalysisConfig, Representation};
use crate::{Error, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

/// Content of a file.
type Content<'a> = Box<dyn FnOnce(&mut dyn Write) -> io::Result<()> + Send + 'a>;

/// One file of a study.
pub struct Document<'a> {
    path: String,
    content: Content<'a>,
}

impl<'a> Document<'a> {
    /// A file at a path within the study's folder, with `/` between folders;
    /// `content` writes it.
    pub fn new(
        path: impl Into<String>,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()> + Send + 'a,
    ) -> Self {
        Document {
            path: path.into(),
            content: Box::new(content),
        }
    }

    /// A .npy of rows of one length.
    pub(super) fn rows(path: String, rows: Vec<&'a [f64]>) -> Self {
        Document::new(path, move |writer| rows_npy(&rows, writer))
    }
}

/// A study that is saved in a folder: a main file, by default its fields as JSON,
/// and others beside it.
pub trait StudyFiles: Serialize + Sync {
    /// Name of the main file.
    const MAIN: &'static str;
    /// The study in words, as in "it is not a report of this program".
    const NOUN: &'static str = "report";
    /// Files of an earlier study that this one replaces, where it has them, or that go:
    /// `{}` stands for a representation, `*` for a class.
    fn varying(&self) -> Vec<&'static str> {
        vec![]
    }

    /// Writes the content of the main file.
    ///
    /// # Errors
    /// Those of `writer`.
    fn write_main(&self, writer: &mut dyn Write) -> io::Result<()> {
        write_json(&self, writer)
    }

    /// The files beside it.
    fn beside(&self) -> Vec<Document<'_>> {
        vec![]
    }
}

/// Writes a study into a folder, which is made if it is not there, in place of an
/// earlier one.
///
/// # Errors
/// [`Error::Output`] with what the system said.
pub fn save_study<S: StudyFiles + ?Sized>(study: &S, folder: &Path) -> Result<()> {
    let beside = study.beside();
    make_folders(folder, &beside)?;
    let paths = beside.iter().map(|document| folder.join(&document.path));
    let kept: BTreeSet<PathBuf> = paths.collect();
    for pattern in study.varying() {
        let mut stale = matching(folder, pattern)?;
        stale.retain(|path| !kept.contains(path));
        remove_stale(stale)?;
    }
    // The main file appears last: its presence says that the rest is there.
    let mut of_others = Ok(());
    let of_main = write_file(&folder.join(S::MAIN), |writer| {
        let main = rayon::in_place_scope(|scope| {
            scope.spawn(|_| of_others = write_all(folder, beside));
            study.write_main(writer)
        });
        match of_others {
            Ok(()) => main,
            Err(_) => Err(io::Error::other("the files beside it were not written")),
        }
    });
    of_others.and(of_main)
}

/// Writes files that have no main one into a folder, which is made if it is not
/// there.
pub(super) fn save_documents(documents: Vec<Document<'_>>, folder: &Path) -> Result<()> {
    make_folders(folder, &documents)?;
    write_all(folder, documents)
}

/// Makes the folders of files first, so that errors name the folder.
fn make_folders(folder: &Path, documents: &[Document<'_>]) -> Result<()> {
    let paths = documents.iter().map(|document| folder.join(&document.path));
    let inside = paths.filter_map(|path| path.parent().map(Path::to_path_buf));
    for path in inside.chain([folder.to_path_buf()]) {
        fs::create_dir_all(&path).map_err(|error| unwritten(&path, &error))?;
    }
    Ok(())
}

fn write_all(folder: &Path, documents: Vec<Document<'_>>) -> Result<()> {
    let mut documents = documents.into_iter();
    documents.try_for_each(|document| write_file(&folder.join(document.path), document.content))
}

/// Files in a folder that a pattern of [`StudyFiles::varying`] stands for.
fn matching(folder: &Path, pattern: &str) -> Result<Vec<PathBuf>> {
    let (inside, pattern) = pattern.rsplit_once('/').unwrap_or((".", pattern));
    let patterns = Representation::ALL.map(|r| pattern.replace("{}", r.name()));
    let fits = |pattern: &String, name: &str| match pattern.split_once('*') {
        Some((start, end)) => name.starts_with(start) && name.ends_with(end),
        None => name == pattern,
    };
    let inside = folder.join(inside);
    let entries = match fs::read_dir(&inside) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
        entries => entries.map_err(|error| unwritten(&inside, &error))?,
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| {
        let name = path.file_name().map(|name| name.to_string_lossy());
        name.is_some_and(|name| patterns.iter().any(|pattern| fits(pattern, &name)))
    });
    Ok(paths)
}

/// Checks that a folder can take a study of these settings: one of others is not
/// replaced. `settings` are those beside `config`; `&()` where there are none.
///
/// # Errors
/// [`Error::WouldOverwrite`] naming the first setting that differs, or
/// [`Error::InvalidArgument`] where the folder is no folder.
pub fn check_overwrite<S: StudyFiles + ?Sized>(
    folder: &Path,
    config: &AnalysisConfig,
    settings: &impl Serialize,
) -> Result<()> {
    /// What of a study decides; the rest is passed over.
    #[derive(Deserialize)]
    struct Head {
        config: Value,
        #[serde(default)]
        settings: Value,
    }
    check_folder(folder)?;
    let path = folder.join(S::MAIN);
    let difference = match saved::<Head>(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => Some(format!("it cannot be read: {error}")),
        Ok(None) => Some(format!("it is not a {} of this program", S::NOUN)),
        Ok(Some(head)) => first_difference(&completed(head.config), config)
            .or_else(|| first_difference(&head.settings, settings)),
    };
    match difference {
        Some(difference) => Err(Error::WouldOverwrite { path, difference }),
        None => Ok(()),
    }
}

/// Saved settings with those that came later, as they are by default.
fn completed(saved: Value) -> Value {
    let config = AnalysisConfig::deserialize(&saved).ok();
    let config = config.and_then(|config| serde_json::to_value(config).ok());
    config.unwrap_or(saved)
}

/// What `T` asks for of a saved file, without the rest in memory; `None` where
/// the file holds no such thing.
pub(super) fn saved<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    let file = BufReader::new(File::open(path)?);
    Ok(serde_json::from_reader(file).ok())
}

/// The first setting in which the written ones are not ours, in words.
fn first_difference(theirs: &Value, ours: &impl Serialize) -> Option<String> {
    let ours = serde_json::to_value(ours).ok()?;
    let mut fields = ours.as_object()?.iter();
    let (name, value) = fields.find(|(name, value)| theirs.get(name) != Some(value))?;
    Some(match theirs.get(name) {
        Some(other) => format!("{name}: {other} there, {value} now"),
        None => format!("{name} is not in it"),
    })
}
