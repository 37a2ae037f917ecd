//! Partial results: going on after a stop, and shares for several machines.

use super::about::{tell_notes, tell_outcomes};
use super::interrupt::Interrupt;
use super::outcome::{Failure, Outcome, counted};
use super::progress::Bar;
use super::terminal::tell;
use cepstrum::analysis::{
    Checkpoint, Partial, Request, Results, RunOptions, RunPlan, Shard, measure,
};
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
    #[arg(long, value_name = "I/N", value_parser = shard)]
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

    /// Where partial results are kept in an output folder, or beside an output
    /// file.
    fn path(&self, output: &Path) -> PathBuf {
        let shard = self.shard.unwrap_or(Shard::WHOLE);
        let name = format!("partial-{}-of-{}.json", shard.index(), shard.count());
        match (self.shard, output.extension()) {
            (None, Some(_)) if !output.is_dir() => {
                let mut path = output.as_os_str().to_owned();
                path.push(format!(".{name}"));
                path.into()
            }
            _ => output.join(name),
        }
    }

    /// What is done, and where it is kept.
    fn options(&self, output: Option<&Path>, stop: Arc<AtomicBool>) -> Result<RunOptions> {
        if !(0.0..=LONGEST).contains(&self.checkpoint) {
            let requirement = format!("at least 0 and at most {LONGEST}");
            return Err(Error::argument("checkpoint", self.checkpoint, requirement));
        }
        let Some(output) = output else {
            let flag = match self.shard {
                Some(_) => "shard",
                None if self.resume => "resume",
                None => {
                    return Ok(RunOptions {
                        stop: Some(stop),
                        ..RunOptions::default()
                    });
                }
            };
            return Err(Error::argument(
                flag,
                "given",
                "left out, or given with --output",
            ));
        };
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

/// What came of measuring.
pub enum Measured {
    /// A share was kept, for `cepstrum merge`.
    Share(Outcome),
    /// Everything was measured, and is summed up.
    Whole(Box<(RunPlan, Results)>),
}

/// Measures what is asked for, until a signal ends it: a share into its file, or
/// everything. Partial results are kept in `output`; without one there are none.
pub fn measured(
    request: &Request,
    partials: &PartialArgs,
    output: Option<&Path>,
) -> Result<Measured, Failure> {
    request.check(partials.shard.unwrap_or(Shard::WHOLE))?;
    let interrupt = Interrupt::listen();
    let options = partials.options(output, interrupt.flag())?;
    let plan = request.plan()?;
    let bar = Bar::new();
    let watched = interrupt.watch(&bar);
    let partial = measure(request, &plan, options, &watched);
    let finished = partial.and_then(|partial| match (partials.shard, output) {
        // Where there is nothing for any share, the results say so.
        (Some(_), Some(output)) if partial.n_sources() > 0 => {
            let path = partials.path(output);
            partial.save(&path)?;
            Ok(Err((partial, path)))
        }
        _ => partial
            .results(Some(&plan), &interrupt.flag(), &watched)
            .map(Ok),
    });
    interrupt.measured();
    bar.finish();
    Ok(match finished? {
        Ok(results) => Measured::Whole(Box::new((plan, results))),
        Err((share, path)) => {
            tell_notes(&plan.notes());
            Measured::Share(tell_about_share(&share, &path))
        }
    })
}

/// Tells what a share holds, and where.
fn tell_about_share(share: &Partial, path: &Path) -> Outcome {
    let outcome = tell_outcomes(share.outcomes().into_iter(), "file", "");
    let files = counted(share.n_done(), "file");
    tell(&format!(
        "{files} measured; join all shares with cepstrum merge: {}",
        path.display()
    ));
    outcome
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
