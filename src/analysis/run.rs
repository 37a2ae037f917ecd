//! The one loop over sources, and what a study has to be for it.

use super::plan::RunPlan;
use super::segments::{Needs, Piece, Reading, SegmentReader};
use crate::decode::Source;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Progress callback.
pub trait Progress: Sync {
    /// Measuring begins, on so many files: those of all passes.
    fn start(&self, n_files: usize);
    /// One more file is done.
    fn advance(&self);
}

/// Progress that nobody watches.
pub struct Silent;

impl Progress for Silent {
    fn start(&self, _: usize) {}
    fn advance(&self) {}
}

/// Sums over sources: the same for any order and grouping of them.
pub(super) trait Sums {
    /// Adds the sums of other sources.
    ///
    /// # Errors
    /// [`Error::Length`] for sums of another size, which only a damaged file has.
    fn merge(&mut self, other: Self) -> Result<()>
    where
        Self: Sized;
}

/// Something that is measured of every source.
///
/// Each thread has a worker with plans and buffers, which sees the pieces of one
/// source after another. When a source ends, [`Study::finish`] makes of them what
/// is kept, and [`Study::add`] adds it to the sums that all threads share.
pub(super) trait Study: Sync {
    /// One thread's plans and buffers.
    type Worker;
    /// What is kept of one source; made outside the lock.
    type Row;
    /// What is kept of all.
    type Sums: Send;

    /// What is read of the sources.
    fn needs(&self) -> Needs;

    /// # Errors
    /// Settings that cannot be planned.
    fn worker(&self) -> Result<Self::Worker>;

    /// Empty sums.
    fn sums(&self) -> Self::Sums;

    /// Forgets the source before.
    fn begin(&self, worker: &mut Self::Worker, of: Numbered<'_>);

    /// The next piece of a source.
    ///
    /// # Errors
    /// [`Error::Input`] for a source that cannot be used; any other ends the run.
    fn piece(&self, worker: &mut Self::Worker, of: Numbered<'_>, piece: &Piece<'_>) -> Result<()>;

    /// What is kept of the source whose pieces came last.
    ///
    /// # Errors
    /// Only what concerns the whole run.
    fn finish(
        &self,
        worker: &mut Self::Worker,
        of: Numbered<'_>,
        reading: &Reading,
    ) -> Result<Self::Row>;

    /// Adds it to the sums; `worker` still has what it saw of the source.
    ///
    /// # Errors
    /// Only what concerns the whole run.
    fn add(
        &self,
        worker: &mut Self::Worker,
        of: Numbered<'_>,
        row: Self::Row,
        sums: &mut Self::Sums,
    ) -> Result<()>;
}

/// A source with its number, which seeds are derived from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbered<'a> {
    pub number: usize,
    pub source: &'a Source,
}

/// Two studies in one pass.
impl<A: Study, B: Study> Study for (A, B) {
    type Worker = (A::Worker, B::Worker);
    type Row = (A::Row, B::Row);
    type Sums = (A::Sums, B::Sums);

    fn needs(&self) -> Needs {
        self.0.needs().and(self.1.needs())
    }

    fn worker(&self) -> Result<Self::Worker> {
        Ok((self.0.worker()?, self.1.worker()?))
    }

    fn sums(&self) -> Self::Sums {
        (self.0.sums(), self.1.sums())
    }

    fn begin(&self, worker: &mut Self::Worker, of: Numbered<'_>) {
        self.0.begin(&mut worker.0, of);
        self.1.begin(&mut worker.1, of);
    }

    fn piece(&self, worker: &mut Self::Worker, of: Numbered<'_>, piece: &Piece<'_>) -> Result<()> {
        self.0.piece(&mut worker.0, of, piece)?;
        self.1.piece(&mut worker.1, of, piece)
    }

    fn finish(
        &self,
        worker: &mut Self::Worker,
        of: Numbered<'_>,
        reading: &Reading,
    ) -> Result<Self::Row> {
        let first = self.0.finish(&mut worker.0, of, reading)?;
        Ok((first, self.1.finish(&mut worker.1, of, reading)?))
    }

    fn add(
        &self,
        worker: &mut Self::Worker,
        of: Numbered<'_>,
        row: Self::Row,
        sums: &mut Self::Sums,
    ) -> Result<()> {
        self.0.add(&mut worker.0, of, row.0, &mut sums.0)?;
        self.1.add(&mut worker.1, of, row.1, &mut sums.1)
    }
}

impl<A: Sums, B: Sums> Sums for (A, B) {
    fn merge(&mut self, other: Self) -> Result<()> {
        self.0.merge(other.0)?;
        self.1.merge(other.1)
    }
}

/// A study that may be left out.
impl<S: Study> Study for Option<S> {
    type Worker = Option<S::Worker>;
    type Row = Option<S::Row>;
    type Sums = Option<S::Sums>;

    fn needs(&self) -> Needs {
        self.as_ref().map_or_else(Needs::default, S::needs)
    }

    fn worker(&self) -> Result<Self::Worker> {
        self.as_ref().map(S::worker).transpose()
    }

    fn sums(&self) -> Self::Sums {
        self.as_ref().map(S::sums)
    }

    fn begin(&self, worker: &mut Self::Worker, of: Numbered<'_>) {
        if let (Some(study), Some(worker)) = (self, worker) {
            study.begin(worker, of);
        }
    }

    fn piece(&self, worker: &mut Self::Worker, of: Numbered<'_>, piece: &Piece<'_>) -> Result<()> {
        match (self, worker) {
            (Some(study), Some(worker)) => study.piece(worker, of, piece),
            _ => Ok(()),
        }
    }

    fn finish(
        &self,
        worker: &mut Self::Worker,
        of: Numbered<'_>,
        reading: &Reading,
    ) -> Result<Self::Row> {
        match (self, worker) {
            (Some(study), Some(worker)) => study.finish(worker, of, reading).map(Some),
            _ => Ok(None),
        }
    }

    fn add(
        &self,
        worker: &mut Self::Worker,
        of: Numbered<'_>,
        row: Self::Row,
        sums: &mut Self::Sums,
    ) -> Result<()> {
        match (self, worker, row, sums) {
            (Some(study), Some(worker), Some(row), Some(sums)) => study.add(worker, of, row, sums),
            _ => Ok(()),
        }
    }
}

impl<S: Sums> Sums for Option<S> {
    fn merge(&mut self, other: Self) -> Result<()> {
        match (self, other) {
            (Some(sums), Some(other)) => sums.merge(other),
            (None, None) => Ok(()),
            _ => Err(Error::Length {
                what: "studies",
                got: 0,
                expected: 1,
            }),
        }
    }
}

/// What has been measured, and of which sources.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Measured<S> {
    /// Numbers of the sources that are done.
    pub done: BTreeSet<usize>,
    pub sums: S,
}

impl<S> Measured<S> {
    /// Nothing yet.
    pub fn nothing(study: &impl Study<Sums = S>) -> Self {
        Self {
            done: BTreeSet::new(),
            sums: study.sums(),
        }
    }
}

/// How a run is watched and stopped.
pub(super) struct Watch<'a, S> {
    pub progress: &'a dyn Progress,
    /// Once true, the run ends with [`Error::Interrupted`].
    pub stop: &'a Arc<AtomicBool>,
    /// Called after each source, and once more when the run is stopped; keeps
    /// what was measured where it is time, or where it has to.
    pub keep: &'a mut (dyn FnMut(&Measured<S>, Keep) -> Result<()> + Send),
}

/// Whether a result has to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    IfDue,
    Now,
}

/// Measures those of the sources `wanted` that `measured` lacks, on all threads
/// of the current pool.
///
/// # Errors
/// Only what concerns the whole run: settings, and [`Error::Interrupted`].
pub(super) fn run<S: Study>(
    plan: &RunPlan,
    study: &S,
    wanted: impl Fn(usize) -> bool,
    measured: Measured<S::Sums>,
    watch: Watch<'_, S::Sums>,
) -> Result<Measured<S::Sums>> {
    let sources = &plan.corpus.sources;
    let left: Vec<usize> = (0..sources.len())
        .filter(|number| !measured.done.contains(number) && wanted(*number))
        .collect();
    let Watch {
        progress,
        stop,
        keep,
    } = watch;
    let (n_done, n_left) = (measured.done.len(), left.len());
    let next = AtomicUsize::new(0);
    let state = Mutex::new((measured, keep));
    let interrupted = || Error::Interrupted { done: 0, total: 0 };
    let outcomes: Vec<Result<()>> = rayon::broadcast(|_| {
        let mut reader = SegmentReader::new(plan, study.needs())?;
        let mut worker = study.worker()?;
        while let Some(&number) = left.get(next.fetch_add(1, Ordering::Relaxed)) {
            if stop.load(Ordering::Relaxed) {
                return Err(interrupted());
            }
            let source = &sources[number];
            let of = Numbered { number, source };
            study.begin(&mut worker, of);
            let reading =
                reader.read(number, source, |piece| match stop.load(Ordering::Relaxed) {
                    true => Err(interrupted()),
                    false => study.piece(&mut worker, of, &piece),
                })?;
            let row = study.finish(&mut worker, of, &reading)?;
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            let (measured, keep) = &mut *state;
            study.add(&mut worker, of, row, &mut measured.sums)?;
            measured.done.insert(number);
            keep(measured, Keep::IfDue)?;
            drop(state);
            progress.advance();
        }
        Ok(())
    });
    let (measured, keep) = state.into_inner().unwrap_or_else(PoisonError::into_inner);
    match outcomes.into_iter().collect::<Result<()>>() {
        Ok(()) => Ok(measured),
        Err(Error::Interrupted { .. }) => {
            keep(&measured, Keep::Now)?;
            Err(Error::Interrupted {
                done: measured.done.len(),
                total: n_done + n_left,
            })
        }
        Err(error) => Err(error),
    }
}
