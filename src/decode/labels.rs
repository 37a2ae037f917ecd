//! A table that gives files their classes.

use super::source::key;
use crate::{Error, Problem, Result};
use std::cell::Cell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Labels by path and by file name.
#[derive(Debug)]
pub(super) struct Labels {
    table: String,
    /// The folder of the table, which its paths may count from.
    folder: PathBuf,
    by_name: HashMap<String, Entry>,
    /// Names as they are written, in order.
    names: Vec<String>,
}

/// One row of the table.
#[derive(Debug)]
struct Entry {
    label: String,
    /// Files that it was found for.
    n_files: Cell<u64>,
}

impl Labels {
    /// Reads a table with a header, its columns apart by `,`, `;` or tabs.
    ///
    /// # Errors
    /// [`Error::Input`] for a table that cannot be read;
    /// [`Error::InvalidArgument`] for one without the columns.
    pub fn read(path: &Path) -> Result<Labels> {
        let unreadable = |detail: String| Problem::Unreadable { detail }.at(path);
        let bytes = std::fs::read(path).map_err(|error| Problem::from_io(&error).at(path))?;
        let text =
            text(&bytes).ok_or_else(|| unreadable("it is neither UTF-8 nor UTF-16".into()))?;
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .flexible(true)
            .delimiter(separator(&text))
            .from_reader(text.as_bytes());
        let header = reader
            .headers()
            .map_err(|error| unreadable(error.to_string()))?
            .clone();
        let column = |names: [&str; 2]| {
            let mut titles = header.iter();
            titles
                .position(|title| names.contains(&title.to_lowercase().as_str()))
                .ok_or_else(|| {
                    Error::argument(
                        "labels",
                        path.display(),
                        format!(
                            "a csv table with a column {:?} or {:?}; it has {:?}",
                            names[0],
                            names[1],
                            header.iter().collect::<Vec<_>>()
                        ),
                    )
                })
        };
        let (name, label) = (column(["path", "filename"])?, column(["label", "class"])?);
        let (mut by_name, mut all): (HashMap<String, Entry>, _) = (HashMap::new(), Vec::new());
        for row in reader.records() {
            let row = row.map_err(|error| unreadable(error.to_string()))?;
            let label = row.get(label).filter(|label| !label.is_empty());
            let (Some(name), Some(label)) = (row.get(name), label) else {
                continue;
            };
            let entry = Entry {
                label: label.to_owned(),
                n_files: Cell::new(0),
            };
            match by_name.insert(normal(name), entry) {
                None => all.push(name.to_owned()),
                Some(earlier) if earlier.label == label => {}
                Some(Entry { label: earlier, .. }) => {
                    let requirement =
                        format!("one label per file; {name} has {earlier:?} and {label:?}");
                    return Err(Error::argument("labels", path.display(), requirement));
                }
            }
        }
        Ok(Labels {
            table: path.display().to_string(),
            folder: whole(path.parent().unwrap_or(Path::new(""))),
            by_name,
            names: all,
        })
    }

    /// The table's path, for messages.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The label of a file: that of its path below its INPUT, else that of its
    /// path as the working folder sees it, from the root, or from the table's
    /// folder, else that of its file name.
    pub fn of(&self, name: &str, path: &Path) -> Option<&str> {
        self.entry(name, path).map(|entry| &*entry.label)
    }

    /// Counts a file that has a label.
    pub fn count(&self, name: &str, path: &Path) {
        if let Some(Entry { n_files, .. }) = self.entry(name, path) {
            n_files.set(n_files.get() + 1);
        }
    }

    fn entry(&self, name: &str, path: &Path) -> Option<&Entry> {
        let of = |name: &str| self.by_name.get(&normal(name));
        let from_root = || whole(path);
        let below = |path: &Path| {
            let below = path.strip_prefix(&self.folder).ok()?;
            of(&below.to_string_lossy())
        };
        of(name)
            .or_else(|| of(&path.to_string_lossy()))
            .or_else(|| of(&from_root().to_string_lossy()))
            .or_else(|| below(&from_root()))
            .or_else(|| of(&path.canonicalize().ok()?.to_string_lossy()))
            .or_else(|| of(name.rsplit('/').next().unwrap_or(name)))
    }

    /// Remarks on rows that fit no file, and on file names that fit several.
    pub fn notes(&self) -> Vec<String> {
        const SHOWN: usize = 3;
        let told = |what: &str, fits: &dyn Fn(&str, u64) -> bool| {
            let fits = |name: &&String| {
                let entry = self.by_name.get(&normal(name));
                entry.is_some_and(|entry| fits(name, entry.n_files.get()))
            };
            let found: Vec<&str> = self.names.iter().filter(fits).map(|name| &**name).collect();
            let names = found
                .iter()
                .take(SHOWN)
                .copied()
                .collect::<Vec<_>>()
                .join(", ");
            let more = if found.len() > SHOWN { ", ..." } else { "" };
            let (n, all) = (found.len(), self.names.len());
            (n > 0).then(|| {
                format!(
                    "{n} of {all} labels in {} {what}: {names}{more}",
                    self.table
                )
            })
        };
        let several = told(
            "are of a file name that fits files of several folders; give their paths",
            &|name, n| n > 1 && !normal(name).contains('/'),
        );
        let none = told("fit no file", &|_, n| n == 0);
        several.into_iter().chain(none).collect()
    }
}

/// The text of a table, whatever mark other programs put before it.
fn text(bytes: &[u8]) -> Option<String> {
    let wide = |unit: fn([u8; 2]) -> u16| {
        let units = bytes[2..].as_chunks::<2>().0.iter().map(|pair| unit(*pair));
        String::from_utf16(&units.collect::<Vec<_>>()).ok()
    };
    match bytes {
        [0xFF, 0xFE, ..] => wide(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => wide(u16::from_be_bytes),
        _ => {
            let text = std::str::from_utf8(bytes).ok()?;
            Some(text.trim_start_matches('\u{FEFF}').to_owned())
        }
    }
}

/// What stands between the columns: of three candidates the one that the header
/// has most of, outside of quotes.
fn separator(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let bare: String = header.split('"').step_by(2).collect();
    let count = |separator: &u8| bare.bytes().filter(|byte| byte == separator).count();
    // Of equal counts the last one wins.
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(count)
        .unwrap_or(b',')
}

/// Names as they are compared: one Unicode form, and `/` where tables of other
/// systems write `.\folder\file`.
fn normal(name: &str) -> String {
    let name = key(name);
    name.strip_prefix("./").unwrap_or(&name).to_owned()
}

/// A path from the root on, links as they are.
fn whole(path: &Path) -> PathBuf {
    let path = match path.as_os_str().is_empty() {
        true => Path::new("."),
        false => path,
    };
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(table: impl AsRef<[u8]>) -> (tempfile::TempDir, Labels) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("labels.csv");
        std::fs::write(&path, table).unwrap();
        let labels = Labels::read(&path).unwrap();
        (folder, labels)
    }

    #[test]
    fn tables_of_other_programs_are_read() {
        let utf16 = |text: &str| -> Vec<u8> {
            let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
            units.flat_map(u16::to_le_bytes).collect()
        };
        for table in [
            b"filename,label\na.wav,rock\n".to_vec(),
            b"label;path\nrock;a.wav\n".to_vec(),
            b"path\tlabel\na.wav\trock\n".to_vec(),
            b"\xEF\xBB\xBF\"filename\",\"label\"\n\"a.wav\",\"rock\"\n".to_vec(),
            b"\"a, b, c, d\";filename;label\r\nx;a.wav;rock\r\n".to_vec(),
            utf16("filename\tlabel\r\na.wav\trock\r\n"),
        ] {
            let (_folder, labels) = read(&table);
            assert_eq!(labels.of("x/a.wav", Path::new("in/x/a.wav")), Some("rock"));
            assert_eq!(labels.of("b.wav", Path::new("in/b.wav")), None);
        }
    }

    #[test]
    fn names_match_in_any_unicode_form_and_from_any_folder() {
        let (folder, labels) = read("filename,label\ncaf\u{E9}.wav,rock\nsub/b.wav,jazz\n");
        for name in ["caf\u{E9}.wav", "cafe\u{301}.wav"] {
            assert_eq!(labels.of(name, Path::new(name)), Some("rock"));
        }
        // From the table's folder, where the INPUT is another one.
        assert_eq!(
            labels.of("b.wav", &folder.path().join("sub/b.wav")),
            Some("jazz")
        );
        assert_eq!(labels.of("b.wav", Path::new("elsewhere/b.wav")), None);
        let path = std::path::absolute("clips/a.wav").unwrap();
        let (_folder, labels) = read(format!("path,label\n\"{}\",pop\n", path.display()));
        assert_eq!(labels.of("a.wav", Path::new("clips/a.wav")), Some("pop"));
    }

    #[test]
    fn rows_that_fit_no_file_or_several_are_told() {
        let (_folder, labels) = read("filename,label\na.wav,x\nb.wav,y\nd/c.wav,z\n");
        for name in ["one/a.wav", "two/a.wav", "d/c.wav"] {
            labels.count(name, Path::new(name));
        }
        let notes = labels.notes();
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(notes[0].starts_with("1 of 3 labels") && notes[0].ends_with("paths: a.wav"));
        assert!(notes[1].ends_with("fit no file: b.wav"), "{notes:?}");
        labels.count("b.wav", Path::new("b.wav"));
        assert_eq!(labels.notes().len(), 1);
    }
}
