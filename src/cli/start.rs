//! What is made ready before anything is measured.

use super::terminal::tell;
use cepstrum::analysis::Settings;
use cepstrum::output::{read_config, saved_verdict_settings};
use cepstrum::{Error, Result};
use std::path::{Path, PathBuf};

/// The settings of a saved report, told together with what else is taken from it.
pub fn saved_settings(path: &Path, inputs: &[PathBuf], photos: &[PathBuf]) -> Result<Settings> {
    let config = read_config(path)?;
    let mut taken = vec!["settings".to_string()];
    for (what, given, saved) in [
        ("inputs", inputs, &config.inputs),
        ("photos", photos, &config.photos),
    ] {
        if given.is_empty() && !saved.is_empty() {
            let names: Vec<String> = saved.iter().map(|p| p.display().to_string()).collect();
            taken.push(format!("{what} ({})", names.join(", ")));
        }
    }
    tell(&format!("from {}: {}", path.display(), taken.join(", ")));
    Ok(Settings {
        verdict: path
            .parent()
            .and_then(saved_verdict_settings)
            .unwrap_or_default(),
        ..Settings::of(config)
    })
}

/// The same error under the name of the flag that was given.
pub fn under(name: &'static str, error: Error) -> Error {
    match error {
        Error::InvalidArgument {
            value, requirement, ..
        } => Error::argument(name, value, requirement),
        other => other,
    }
}

/// Far above any machine's cores; more would exhaust its memory in stacks.
const MOST_THREADS: usize = 1024;

/// Makes the thread pool ready.
pub fn use_threads(threads: Option<usize>) -> Result<()> {
    let Some(threads) = threads else {
        return Ok(());
    };
    let refused = |requirement: String| Error::argument("threads", threads, requirement);
    if !(1..=MOST_THREADS).contains(&threads) {
        return Err(refused(format!("at least 1 and at most {MOST_THREADS}")));
    }
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .map_err(|error| refused(format!("possible here: {error}")))
}
