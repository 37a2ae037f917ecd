//! Ctrl-C: what was measured is kept, and the program ends.

use cepstrum::analysis::Progress;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// As a shell reports a program that SIGINT ended.
pub const EXIT_INTERRUPTED: u8 = 130;

/// Hears signals that ask the program to end.
pub struct Interrupt {
    stop: Arc<AtomicBool>,
    measuring: Arc<AtomicBool>,
}

impl Interrupt {
    /// From now on, the first signal while something is measured asks it to
    /// stop; any other one ends the program at once.
    pub fn listen() -> Self {
        let interrupt = Self {
            stop: Arc::default(),
            measuring: Arc::default(),
        };
        let (stop, measuring) = (interrupt.stop.clone(), interrupt.measuring.clone());
        // Without a handler the system's own ends the program: nothing is lost
        // but what was measured since the last checkpoint.
        let _ = ctrlc::set_handler(move || {
            if !measuring.load(Ordering::Relaxed) || stop.swap(true, Ordering::Relaxed) {
                std::process::exit(i32::from(EXIT_INTERRUPTED));
            }
        });
        interrupt
    }

    /// Becomes true when measuring is to stop.
    pub fn flag(&self) -> Arc<AtomicBool> {
        self.stop.clone()
    }

    /// Progress that tells when measuring begins.
    pub fn watch<'a>(&'a self, progress: &'a dyn Progress) -> Watched<'a> {
        Watched {
            measuring: &self.measuring,
            progress,
        }
    }

    /// Nothing is measured any more.
    pub fn measured(&self) {
        self.measuring.store(false, Ordering::Relaxed);
    }
}

/// See [`Interrupt::watch`].
pub struct Watched<'a> {
    measuring: &'a AtomicBool,
    progress: &'a dyn Progress,
}

impl Progress for Watched<'_> {
    fn start(&self, n_files: usize) {
        self.measuring.store(true, Ordering::Relaxed);
        self.progress.start(n_files);
    }

    fn advance(&self) {
        self.progress.advance();
    }
}
