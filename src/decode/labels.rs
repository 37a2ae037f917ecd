//! A table that gives files their classes.

use crate::{Error, Problem, Result};
use std::collections::HashMap;
use std::path::Path;

/// Labels by path and by file name.
#[derive(Debug)]
pub(super) struct Labels {
    table: String,
    by_name: HashMap<String, String>,
}

impl Labels {
    /// Reads a csv table with a header.
    ///
    /// # Errors
    /// [`Error::Input`] for a table that cannot be read;
    /// [`Error::InvalidArgument`] for one without the columns.
    pub fn read(path: &Path) -> Result<Labels> {
        let unreadable = |error: csv::Error| {
            let problem = match error.kind() {
                csv::ErrorKind::Io(io) => Problem::from_io(io),
                _ => Problem::Unreadable {
                    detail: error.to_string(),
                },
            };
            problem.at(path)
        };
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .flexible(true)
            .from_path(path)
            .map_err(unreadable)?;
        let header = reader.headers().map_err(unreadable)?.clone();
        let column = |names: [&str; 2]| {
            let mut titles = header.iter();
            titles
                .position(|title| {
                    let title = title.trim_start_matches('\u{FEFF}').to_lowercase();
                    names.contains(&title.as_str())
                })
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
        let mut by_name = HashMap::new();
        for row in reader.records() {
            let row = row.map_err(unreadable)?;
            let label = row.get(label).filter(|label| !label.is_empty());
            if let (Some(name), Some(label)) = (row.get(name), label) {
                let earlier = by_name.insert(normal(name), label.to_owned());
                if let Some(earlier) = earlier.filter(|earlier| earlier != label) {
                    let requirement =
                        format!("one label per file; {name} has {earlier:?} and {label:?}");
                    return Err(Error::argument("labels", path.display(), requirement));
                }
            }
        }
        Ok(Labels {
            table: path.display().to_string(),
            by_name,
        })
    }

    /// The table's path, for messages.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The label of a file: that of its path below its INPUT, else that of its
    /// path as the working folder sees it, else that of its file name.
    pub fn of(&self, name: &str, path: &Path) -> Option<&str> {
        let file_name = name.rsplit('/').next().unwrap_or(name);
        let found = self
            .by_name
            .get(name)
            .or_else(|| self.by_name.get(&normal(&path.to_string_lossy())))
            .or_else(|| self.by_name.get(file_name));
        found.map(String::as_str)
    }
}

/// Tables from other systems write `.\folder\file`.
fn normal(name: &str) -> String {
    let name = name.replace('\\', "/");
    name.strip_prefix("./").unwrap_or(&name).to_owned()
}
