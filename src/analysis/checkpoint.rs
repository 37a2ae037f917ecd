//! What was measured, kept on disk while a run goes on.

use super::partial::Partial;
use crate::Result;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Where, and how often, a run keeps what it has measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The file; each time a whole new one takes its place.
    pub path: PathBuf,
    /// Least time between two.
    pub every: Duration,
}

/// Keeps a partial result when it is time.
pub(super) struct Keeper {
    checkpoint: Checkpoint,
    last: Instant,
}

impl Keeper {
    pub fn new(checkpoint: Checkpoint) -> Self {
        Self {
            checkpoint,
            last: Instant::now(),
        }
    }

    pub fn keep_if_due(&mut self, partial: &Partial) -> Result<()> {
        match self.last.elapsed() >= self.checkpoint.every {
            true => self.keep(partial),
            false => Ok(()),
        }
    }

    pub fn keep(&mut self, partial: &Partial) -> Result<()> {
        partial.save(&self.checkpoint.path)?;
        // Writing takes time too, and must not take most of it.
        self.last = Instant::now();
        Ok(())
    }
}
