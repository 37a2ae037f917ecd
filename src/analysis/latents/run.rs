//! Latents of a run, from sums to a report.

use super::measure::{KeptFile, LatentSums};
use super::notes::notes;
use super::order::channel_order;
use super::settings::LatentSettings;
use super::spectra::Frames;
use super::statistics::{channel_rows, covariance, pooled};
use super::study::{LatentFile, LatentReport};
use crate::analysis::AnalysisConfig;
use crate::analysis::doubts::doubts;
use crate::analysis::outcome::{Outcome, Status};
use crate::analysis::plan_summary::PlanSummary;
use crate::decode::Layout;
use crate::{Error, Result};

/// Channels whose own spectra a report holds.
const MOST_CHANNEL_SPECTRA: usize = 64;

/// The report of sums over all arrays.
pub(crate) fn latent_report(
    config: &AnalysisConfig,
    settings: &LatentSettings,
    summary: &PlanSummary,
    sums: LatentSums,
) -> Result<LatentReport> {
    let used: Vec<&KeptFile> = sums
        .files
        .values()
        .filter(|file| file.row.is_used())
        .collect();
    let shape = summary.decided.latents.unwrap_or_default();
    let Some(moments) = sums.moments.moments() else {
        return Err(nothing_usable(config, summary, &sums, None));
    };
    let Some(pooled) = pooled(&moments) else {
        return Err(nothing_usable(config, summary, &sums, Some(moments.min[0])));
    };
    let covariance = covariance(&moments, &pooled);
    let channel_order = match &covariance {
        Some(_) => {
            let n = settings.n_permutations;
            channel_order(&moments.covariance(), n, settings.seed)?
        }
        None => None,
    };
    let mut channels = channel_rows(&moments);
    let independent = covariance.as_ref().map_or(1.0, |c| c.participation_ratio);
    let frames = Frames::new(config, shape, independent)?;
    let mut spectra = frames.spectra(&sums.spectra, &used);
    for (row, mean) in channels.iter_mut().zip(frames.channels(&sums.spectra)) {
        let Some((log_power, alpha)) = mean else {
            continue;
        };
        row.alpha = alpha;
        if row.channel < MOST_CHANNEL_SPECTRA {
            row.mean_log_power = log_power;
        }
    }
    let mut layouts: Vec<Layout> = Vec::new();
    for layout in used.iter().flat_map(|file| &file.layouts) {
        if !layouts.contains(layout) {
            layouts.push(*layout);
        }
    }
    let mut report = LatentReport {
        schema_version: 1,
        crate_version: env!("CARGO_PKG_VERSION").to_string(),
        config: config.clone(),
        settings: settings.clone(),
        n_items: used.iter().map(|file| file.row.n_items).sum(),
        inputs: rows(summary, &sums, |file| frames.file_alpha(file)),
        ignored: summary.ignored.clone(),
        layouts,
        n_positions: moments.count,
        pooled,
        channels,
        covariance,
        along: spectra.split_off(1),
        spectrum: spectra.remove(0),
        channel_order,
        notes: vec![],
    };
    let doubts = doubts(used.iter().filter_map(|file| file.doubt.as_ref()));
    report.notes = notes(
        &report,
        doubts,
        (summary.n_beyond_limit, MOST_CHANNEL_SPECTRA),
    );
    Ok(report)
}

/// The rows of all files and of inputs that never became one, by input, then by
/// name.
fn rows(
    summary: &PlanSummary,
    sums: &LatentSums,
    alpha: impl Fn(&KeptFile) -> Option<f64>,
) -> Vec<LatentFile> {
    let measured = sums.files.values().map(|file| LatentFile {
        alpha: alpha(file).filter(|_| file.row.is_used()),
        ..file.row.clone()
    });
    let rejected = summary.rejected.iter().map(|row| LatentFile {
        outcome: row.outcome.clone(),
        ..LatentFile::new(&row.path, row.input)
    });
    let mut rows: Vec<LatentFile> = measured.chain(rejected).collect();
    rows.sort_by(|a, b| (a.input, &a.path).cmp(&(b.input, &b.path)));
    rows
}

impl LatentFile {
    pub(super) fn new(path: &str, input: usize) -> Self {
        LatentFile {
            path: path.to_string(),
            input,
            outcome: Outcome::ok(),
            layout: None,
            shape: None,
            n_items: 0,
            n_spectra: 0,
            alpha: None,
        }
    }

    /// Whether statistics include it.
    pub(super) fn is_used(&self) -> bool {
        self.outcome.status != Status::Skipped
    }
}

/// `all` is the one value that everything has, where that is the trouble.
fn nothing_usable(
    config: &AnalysisConfig,
    summary: &PlanSummary,
    sums: &LatentSums,
    all: Option<f64>,
) -> Error {
    const SHOWN: usize = 3;
    let inputs = config.inputs.iter().map(|path| path.display().to_string());
    let inputs = inputs.collect::<Vec<_>>().join(", ");
    let rows = rows(summary, sums, |_| None);
    let mut reasons: Vec<String> = match all {
        Some(value) => vec![format!("all values are {value}")],
        None => Vec::new(),
    };
    let reason =
        |row: &LatentFile| Some(format!("{} ({})", row.path, row.outcome.reason.as_ref()?));
    let refused = rows.iter().filter(|row| !row.is_used());
    let bad: Vec<String> = refused.filter_map(reason).collect();
    reasons.extend(bad.iter().take(SHOWN).cloned());
    if bad.len() > SHOWN {
        reasons.push(format!("{} more that cannot be used", bad.len() - SHOWN));
    }
    for (extension, count) in &summary.ignored {
        reasons.push(format!("{count} ignored with extension \"{extension}\""));
    }
    if reasons.is_empty() {
        reasons.push("no files at all".to_string());
    }
    Error::NothingUsable {
        looked_for: format!("latents (.npy, .npz) in {inputs}"),
        found: reasons.join("; "),
    }
}
