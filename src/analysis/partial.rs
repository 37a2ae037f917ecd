//! What has been measured so far: enough to go on after a stop, to be joined
//! with what others measured, and to be summed up without the data.

use super::cells::CellSums;
use super::checkpoint::Checkpoint;
use super::features::FeatureSums;
use super::latents::LatentSums;
use super::modulation::ModulationSums;
use super::noise::NoiseSums;
use super::outcome::Outcome;
use super::plan_summary::PlanSummary;
use super::request::{Request, Shard};
use super::run::{Measured, Sums};
use super::spectra_study::SpectraSums;
use super::verdict::VerdictSums;
use crate::atomic::atomic_write;
use crate::{Error, Problem, Result};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Version of the layout of partial results.
const PARTIAL_VERSION: u32 = 5;

/// Which part of a request to measure, and where to keep checkpoints.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// The share of the sources that is measured; `None` is all.
    pub shard: Option<Shard>,
    /// Where, and how often, what was measured is kept; `None` is nowhere.
    pub checkpoint: Option<Checkpoint>,
    /// What an earlier run measured of the same share.
    pub earlier: Option<Partial>,
    /// Once true, the run keeps what it has and ends with
    /// [`Error::Interrupted`].
    pub stop: Option<Arc<AtomicBool>>,
}

/// The sums of all studies that a request may have.
pub(super) type StudySums = (
    Option<SpectraSums>,
    (
        Option<SpectraSums>,
        (
            (Option<CellSums>, Option<VerdictSums>),
            (
                Option<FeatureSums>,
                (
                    Option<ModulationSums>,
                    (Option<NoiseSums>, Option<LatentSums>),
                ),
            ),
        ),
    ),
);

/// Exact sums and rows of some of the sources of a request.
///
/// Joined with those of the other sources, in any order, it gives the results of
/// one run over all of them, to the bit.
#[derive(Debug, Clone, Deserialize)]
pub struct Partial {
    partial_version: u32,
    crate_version: String,
    pub(super) request: Request,
    shard: Shard,
    pub(super) plan: PlanSummary,
    pub(super) measured: Measured<StudySums>,
}

/// The fields of a [`Partial`], as it is written.
#[derive(Serialize)]
struct Written<'a> {
    partial_version: u32,
    crate_version: &'static str,
    request: &'a Request,
    shard: Shard,
    plan: &'a PlanSummary,
    measured: &'a Measured<StudySums>,
}

impl Partial {
    pub(super) fn new(
        request: &Request,
        shard: Shard,
        plan: PlanSummary,
        measured: Measured<StudySums>,
    ) -> Self {
        Self {
            partial_version: PARTIAL_VERSION,
            crate_version: env!("CARGO_PKG_VERSION").to_string(),
            request: request.clone(),
            shard,
            plan,
            measured,
        }
    }

    /// What was asked for.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The share of the sources that it is about.
    pub fn shard(&self) -> Shard {
        self.shard
    }

    /// Number of sources that are done.
    pub fn n_done(&self) -> usize {
        self.measured.done.len()
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
        let Self {
            request,
            shard,
            plan,
            measured,
            ..
        } = self;
        Self::save_measured(path, request, *shard, plan, measured)
    }

    /// Like [`Partial::save`], of parts that a run still holds.
    pub(super) fn save_measured(
        path: &Path,
        request: &Request,
        shard: Shard,
        plan: &PlanSummary,
        measured: &Measured<StudySums>,
    ) -> Result<()> {
        let partial = Written {
            partial_version: PARTIAL_VERSION,
            crate_version: env!("CARGO_PKG_VERSION"),
            request,
            shard,
            plan,
            measured,
        };
        let written = atomic_write(path, |target| {
            let mut writer = BufWriter::new(File::create(target)?);
            serde_json::to_writer(&mut writer, &partial)?;
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
        let Shard { index, count } = self.shard;
        Shard::new(index, count).map_err(|error| error.to_string())?;
        let request = self.request.check(self.shard);
        request.map_err(|error| error.to_string())?;
        let beyond = |i: &usize| *i >= self.plan.n_sources || !self.shard.has(*i);
        if self.measured.done.iter().any(beyond) {
            return Err("it has rows of another share".to_string());
        }
        let (report, _) = &self.measured.sums;
        if let Some(report) = report
            && !report
                .rows
                .iter()
                .map(|(number, _)| number)
                .eq(&self.measured.done)
        {
            return Err("its rows are not those of the files that are done".to_string());
        }
        Ok(())
    }

    /// The first thing that keeps two partial results from being about the same
    /// request.
    pub(super) fn difference(&self, request: &Request, plan: &PlanSummary) -> Option<String> {
        let theirs = serde_json::to_value(&self.request.config).ok()?;
        if let Some(difference) = request.config.first_difference(&theirs) {
            return Some(format!("another configuration ({difference})"));
        }
        if self.request != *request {
            return Some("another configuration (what is measured beside the report)".to_string());
        }
        (self.plan != *plan).then(|| "other files, or files that have changed".to_string())
    }

    /// Adds what another one measured.
    pub(super) fn absorb(&mut self, other: Partial) -> Result<()> {
        self.measured.done.extend(other.measured.done);
        self.measured.sums.merge(other.measured.sums)
    }

    /// Paths and outcomes of its files, and of inputs that are no file of any share.
    pub fn outcomes(&self) -> Vec<(&str, &Outcome)> {
        let (spectra, (_, (_, (features, (_, (_, latents)))))) = &self.measured.sums;
        let spectra = spectra.iter().flat_map(|sums| sums.rows.iter());
        let spectra = spectra.map(|(_, row)| (&*row.path, &row.outcome));
        let features = features.iter().flat_map(FeatureSums::outcomes);
        let latents = latents.iter().flat_map(LatentSums::outcomes);
        let rejected = self.plan.rejected.iter();
        let rejected = rejected.map(|row| (&*row.path, &row.outcome));
        // A clip of several studies counts once: by its row in the report.
        match self.request.has_report() {
            true => spectra.chain(rejected).collect(),
            false => features.chain(latents).chain(rejected).collect(),
        }
    }

    /// Number of files of all shares.
    pub fn n_sources(&self) -> usize {
        self.plan.n_sources
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_another_version_is_told_from_a_damaged_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("partial.json");
        for (text, reason) in [
            (r#"{"partial_version": 2}"#, "partial_version is 2"),
            (r#"{"partial_version": 5}"#, "missing field"),
            ("{", "EOF"),
        ] {
            std::fs::write(&path, text).unwrap();
            let error = Partial::read(&path).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
