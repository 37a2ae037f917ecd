//! Where reference numbers come from, and how a result is compared with them.

#[cfg(feature = "cli")]
pub mod browser;
pub mod golden;
pub mod naive;
#[cfg(feature = "figure")]
pub mod pixels;
#[cfg(feature = "figure")]
pub mod svg;

#[cfg(feature = "cli")]
use assert_cmd::Command;
use cepstrum::analysis::{
    AnalysisConfig, Report, Request, Results, RunOptions, Silent, Verdict, VerdictSettings,
    measure, verdict,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The program, started in the checkout.
#[cfg(feature = "cli")]
pub fn cepstrum() -> Command {
    let mut command = Command::cargo_bin("cepstrum").unwrap();
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

/// A file of the material that lies beside the checkout, or `None` where that
/// is absent; the skip is announced so that a run can count it.
pub fn shared(test: &str, relative: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared")
        .join(relative);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED without ../shared: {test} ({relative})");
    None
}

/// A file that comes with the checkout.
pub fn fixture(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(relative)
}

/// Asserts |got - expected| <= tolerance.
#[track_caller]
pub fn assert_near(what: &str, got: f64, expected: f64, tolerance: f64) {
    let error = (got - expected).abs();
    assert!(
        error <= tolerance,
        "{what}: {got} instead of {expected}, off by {error:e} (allowed {tolerance:e})"
    );
}

/// What a request makes of all its sources.
pub fn results(request: &Request) -> Results {
    let plan = request.plan().unwrap();
    let partial = measure(request, &plan, RunOptions::default(), &Silent).unwrap();
    partial
        .results(Some(&plan), &Arc::default(), &Silent)
        .unwrap()
}

/// A report and its verdict, both with the usual settings.
pub fn measured(config: &AnalysisConfig) -> (Report, Verdict) {
    verdict(config, &VerdictSettings::default(), &Silent).unwrap()
}
