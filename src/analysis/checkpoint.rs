//! What was measured, kept on disk while a run goes on.

use super::run::Keep;
use crate::Result;
use std::path::{Path, PathBuf};
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

    /// Has `save` write the file where it is due, or has to be.
    ///
    /// # Errors
    /// Those of `save`.
    pub fn keep(&mut self, when: Keep, save: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        if when == Keep::IfDue && self.last.elapsed() < self.checkpoint.every {
            return Ok(());
        }
        save(&self.checkpoint.path)?;
        // Writing takes time too, and must not take most of it.
        self.last = Instant::now();
        Ok(())
    }
}
