//! Partial results: going on after a stop, and shares for several machines.

use super::tell;
use cepstrum::analysis::{Checkpoint, Partial, RunOptions, Shard};
use cepstrum::output::remove_stale;
use cepstrum::{Error, Result};
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// Longest time between checkpoints, s.
const LONGEST: f64 = 1e6;

#[derive(Args)]
#[command(next_help_heading = "Long runs")]
pub struct PartialArgs {
    /// Go on where a run into the same OUT was stopped
    #[arg(long)]
    resume: bool,

    /// Measure a share of the files alone, for `cepstrum merge`: every N-th,
    /// beginning with the I-th
    #[arg(long, value_name = "I/N", value_parser = shard, conflicts_with = "nulls")]
    shard: Option<Shard>,

    /// Least time between the checkpoints that --resume goes on from, s
    #[arg(long, value_name = "S", default_value_t = 30.0)]
    checkpoint: f64,
}

fn shard(text: &str) -> Result<Shard, String> {
    let number = |text: &str| text.trim().parse::<usize>().ok();
    let parts = text.split_once('/');
    let shard = parts.and_then(|(index, count)| Some((number(index)?, number(count)?)));
    let (index, count) = shard.ok_or("must be I/N, two whole numbers")?;
    Shard::new(index, count).map_err(|_| "must be I/N with I from 1 to N".to_string())
}

impl PartialArgs {
    /// The share that is measured, if not all.
    pub fn shard(&self) -> Option<Shard> {
        self.shard
    }

    /// Where partial results are kept in an output folder.
    pub fn path(&self, output: &Path) -> PathBuf {
        let shard = self.shard.unwrap_or(Shard::WHOLE);
        output.join(format!(
            "partial-{}-of-{}.json",
            shard.index(),
            shard.count()
        ))
    }

    /// What is done, and where it is kept.
    pub fn options(&self, output: &Path, stop: Arc<AtomicBool>) -> Result<RunOptions> {
        if !(0.0..=LONGEST).contains(&self.checkpoint) {
            let requirement = format!("at least 0 and at most {LONGEST}");
            return Err(Error::argument("checkpoint", self.checkpoint, requirement));
        }
        let path = self.path(output);
        let earlier = match (path.exists(), self.resume) {
            (true, true) => Some(Partial::read(&path)?),
            (true, false) => {
                tell("note: a stopped run's results are replaced; --resume goes on from them");
                None
            }
            (false, true) => {
                tell(&format!("note: no {}: beginning anew", path.display()));
                None
            }
            (false, false) => None,
        };
        if let Some(earlier) = &earlier {
            let (done, wanted) = (earlier.n_done(), earlier.n_wanted());
            tell(&format!("going on after {done} of {wanted} files"));
        }
        Ok(RunOptions {
            shard: self.shard,
            checkpoint: Some(Checkpoint {
                path,
                every: Duration::from_secs_f64(self.checkpoint),
            }),
            earlier,
            stop: Some(stop),
        })
    }

    /// Removes what only an unfinished run needs, and what a killed one left half
    /// written.
    pub fn clear(&self, output: &Path) -> Result<()> {
        let mut stale = vec![self.path(output)];
        if self.resume {
            for folder in ["", "spectra", "figures"] {
                let found = fs::read_dir(output.join(folder)).into_iter().flatten();
                let paths = found.flatten().map(|entry| entry.path());
                stale.extend(paths.filter(|path| is_half_written(path)));
            }
        }
        remove_stale(stale)
    }
}

/// Whether it is a temporary file of this program: `<name>.<process>.part`.
fn is_half_written(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy());
    let process = name.as_ref().and_then(|name| name.strip_suffix(".part"));
    let process = process.and_then(|name| name.rsplit_once('.'));
    process.is_some_and(|(_, number)| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}
