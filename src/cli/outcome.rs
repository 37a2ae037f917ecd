//! What commands end with, and words that many of them need.

use cepstrum::Error;
use cepstrum::output::REPORT_FILE;
use std::path::{Path, PathBuf};

/// What a finished command tells the shell.
pub enum Outcome {
    AllGood,
    /// Some inputs were skipped, or used in part.
    SomeSkipped,
}

/// What went wrong, as the shell should know it.
pub enum Failure {
    Error(Error),
    /// Whoever read our output has gone; nothing is left to say.
    BrokenPipe,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Error(error)
    }
}

/// The report that a path means: itself, or the one in a folder.
pub fn report_path(path: &Path) -> PathBuf {
    match path.is_dir() {
        true => path.join(REPORT_FILE),
        false => path.to_path_buf(),
    }
}

/// A number with its noun.
pub fn counted(n: usize, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        n => format!("{n} {noun}s"),
    }
}
