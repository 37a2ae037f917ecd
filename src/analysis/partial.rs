//! What has been measured so far: enough to go on after a stop, to be joined
//! with what others measured, and to make the report without the data.

use super::AnalysisConfig;
use super::examples::Examples;
use super::hash::Hash;
use super::input_rows::NumberedRows;
use super::report::InputRow;
use super::results::TotalsByClass;
use super::setup::{AudioSetup, Setup};
use super::totals::Totals;
use super::{Representation, Status};
use crate::atomic::atomic_write;
use crate::decode::Source;
use crate::{Error, Problem, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Version of the layout of partial results.
const PARTIAL_VERSION: u32 = 2;

/// A share of the sources: every `count`-th, from number `index` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shard {
    index: usize,
    count: usize,
}

impl Shard {
    /// All sources.
    pub const WHOLE: Shard = Shard { index: 1, count: 1 };

    /// Share `index` of `count`, counted from 1.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] naming `shard`.
    pub fn new(index: usize, count: usize) -> Result<Self> {
        match (1..=count).contains(&index) {
            true => Ok(Shard { index, count }),
            false => {
                let requirement = "i/n with i from 1 to n";
                Err(Error::argument(
                    "shard",
                    format!("{index}/{count}"),
                    requirement,
                ))
            }
        }
    }

    /// Number of this share, from 1.
    pub fn index(self) -> usize {
        self.index
    }

    /// Number of shares.
    pub fn count(self) -> usize {
        self.count
    }

    /// Whether the source of that number belongs to it.
    pub(super) fn has(self, source: usize) -> bool {
        source % self.count == self.index - 1
    }
}

/// What the survey found: the same for all shares of one data set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Plan {
    pub n_sources: usize,
    /// Hash of the names, classes and sizes of all sources, in order.
    pub fingerprint: String,
    pub audio: Option<AudioSetup>,
    pub side: Option<usize>,
    pub array_shape: Option<(usize, usize)>,
    /// Inputs that never became a source.
    pub rejected: Vec<InputRow>,
    pub ignored: BTreeMap<String, u64>,
    pub n_beyond_limit: u64,
}

/// Exact sums and rows of some of the sources of an analysis.
///
/// Joined with those of the other sources, in any order, it gives the report of
/// one run over all of them, to the bit.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Partial {
    partial_version: u32,
    crate_version: String,
    pub(super) config: AnalysisConfig,
    shard: Shard,
    pub(super) plan: Plan,
    pub(super) rows: NumberedRows,
    #[serde(with = "as_list")]
    pub(super) totals: TotalsByClass,
    pub(super) examples: Examples,
}

/// JSON has no keys of two parts.
mod as_list {
    use super::{Representation, Totals, TotalsByClass};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(
        totals: &TotalsByClass,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let list: Vec<(&Representation, &String, &Totals)> = totals
            .iter()
            .map(|((representation, class), totals)| (representation, class, totals))
            .collect();
        list.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<TotalsByClass, D::Error> {
        let list = Vec::<(Representation, String, Totals)>::deserialize(deserializer)?;
        let keyed = list.into_iter();
        Ok(keyed
            .map(|(representation, class, totals)| ((representation, class), totals))
            .collect())
    }
}

impl Partial {
    pub(super) fn new(config: &AnalysisConfig, shard: Shard, plan: Plan) -> Self {
        Self {
            partial_version: PARTIAL_VERSION,
            crate_version: env!("CARGO_PKG_VERSION").to_string(),
            config: config.clone(),
            shard,
            plan,
            rows: NumberedRows::default(),
            totals: TotalsByClass::new(),
            examples: Examples::new(config.examples),
        }
    }

    /// The settings it was measured with.
    pub fn config(&self) -> &AnalysisConfig {
        &self.config
    }

    /// The share of the sources that it is about.
    pub fn shard(&self) -> Shard {
        self.shard
    }

    /// Number of sources that are done.
    pub fn n_done(&self) -> usize {
        self.rows.len()
    }

    /// Number of sources of its share.
    pub fn n_wanted(&self) -> usize {
        let of_share = (0..self.plan.n_sources).filter(|i| self.shard.has(*i));
        of_share.count()
    }

    /// Reads what [`Partial::save`] wrote.
    ///
    /// # Errors
    /// [`Error::Input`] for a file that is missing, and [`Error::Partial`] for one
    /// that is no such result, or one of another version.
    pub fn read(path: &Path) -> Result<Self> {
        let text =
            std::fs::read_to_string(path).map_err(|error| Problem::from_io(&error).at(path))?;
        let refused = |why: String| Error::Partial {
            path: path.to_path_buf(),
            difference: format!("not a partial result of this version: {why}"),
        };
        let read = serde_json::from_str::<Partial>(&text);
        let partial =
            read.map_err(|error| refused(other_version(&text).unwrap_or(error.to_string())))?;
        partial.check().map_err(refused)?;
        Ok(partial)
    }

    /// Writes it under a temporary name and renames it.
    ///
    /// # Errors
    /// [`Error::Output`] with what the system said.
    pub fn save(&self, path: &Path) -> Result<()> {
        let written = atomic_write(path, |target| {
            let mut writer = BufWriter::new(File::create(target)?);
            serde_json::to_writer(&mut writer, self)?;
            writer.flush()
        });
        written.map_err(|error| Error::Output {
            path: path.to_path_buf(),
            detail: error.to_string(),
        })
    }

    /// Whether its parts fit together: a file may have been edited.
    fn check(&self) -> Result<(), String> {
        if self.partial_version != PARTIAL_VERSION {
            return Err(version_text(self.partial_version));
        }
        let ours = env!("CARGO_PKG_VERSION");
        if self.crate_version != ours {
            let theirs = &self.crate_version;
            return Err(format!("version {theirs} wrote it, this is {ours}"));
        }
        Shard::new(self.shard.index, self.shard.count).map_err(|error| error.to_string())?;
        self.config.check().map_err(|error| error.to_string())?;
        let beyond = |i: &usize| *i >= self.plan.n_sources || !self.shard.has(*i);
        if self.rows.numbers().iter().any(beyond) {
            return Err("it has rows of another share".to_string());
        }
        Ok(())
    }

    /// The first thing that keeps two partial results from being about the same
    /// analysis.
    pub(super) fn difference(&self, config: &AnalysisConfig, plan: &Plan) -> Option<String> {
        let theirs = serde_json::to_value(&self.config).ok()?;
        if let Some(difference) = config.first_difference(&theirs) {
            return Some(format!("another configuration ({difference})"));
        }
        (self.plan != *plan).then(|| "other files, or files that have changed".to_string())
    }

    /// Adds what another one measured.
    pub(super) fn absorb(&mut self, other: Partial) -> Result<()> {
        self.rows.absorb(other.rows);
        for (key, totals) in other.totals {
            match self.totals.get_mut(&key) {
                Some(sums) => sums.merge(&totals)?,
                None => {
                    self.totals.insert(key, totals);
                }
            }
        }
        self.examples.absorb(other.examples);
        Ok(())
    }

    /// Whether the sums have as many frequencies as the settings ask for.
    pub(super) fn fits(&self, setup: &Setup<'_>) -> bool {
        self.totals.iter().all(|((representation, _), totals)| {
            let frame = setup.frames.get(representation);
            frame.is_some_and(|frame| frame.frequency.len() == totals.mean.n_bins())
        })
    }

    /// How many of its files have each status.
    pub fn count(&self, status: Status) -> usize {
        let rows = self.rows.iter().filter(|row| row.status == status);
        rows.count()
    }
}

/// What is said of a partial result of another version, whose other fields may
/// have changed.
fn other_version(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Head {
        partial_version: u32,
    }
    let head: Head = serde_json::from_str(text).ok()?;
    (head.partial_version != PARTIAL_VERSION).then(|| version_text(head.partial_version))
}

fn version_text(theirs: u32) -> String {
    format!("partial_version is {theirs}, this program reads {PARTIAL_VERSION}")
}

/// Hash of the names, classes and sizes of sources, in order.
pub(super) fn fingerprint(sources: &[Source]) -> String {
    let mut hash = Hash::default();
    for source in sources {
        let size = std::fs::metadata(source.path()).map_or(0, |found| found.len());
        let words = [source.name(), &source.class];
        for word in words {
            hash.update(&(word.len() as u64).to_le_bytes());
            hash.update(word.as_bytes());
        }
        hash.update(&(source.input as u64).to_le_bytes());
        hash.update(&size.to_le_bytes());
    }
    hash.hex()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_another_version_is_told_from_a_damaged_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("partial.json");
        for (text, reason) in [
            (r#"{"partial_version": 1}"#, "partial_version is 1"),
            (r#"{"partial_version": 2}"#, "missing field"),
            ("{", "EOF"),
        ] {
            std::fs::write(&path, text).unwrap();
            let error = Partial::read(&path).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
