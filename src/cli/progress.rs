//! Progress on a terminal.

use cepstrum::analysis::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::fmt::Write;

/// A bar on standard error; nothing where that is no terminal.
pub struct Bar(ProgressBar);

impl Bar {
    pub fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let template = "{wide_bar} {pos}/{len} files, {rate}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.with_key("rate", rate));
        }
        Self(bar)
    }

    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}

fn rate(state: &ProgressState, writer: &mut dyn Write) {
    // A bar that cannot be drawn is no reason to stop.
    let _ = write!(writer, "{:.1}/s", state.per_sec());
}

impl Progress for Bar {
    fn start(&self, n_files: usize) {
        self.0.set_length(n_files as u64);
    }

    fn advance(&self) {
        self.0.inc(1);
    }
}
