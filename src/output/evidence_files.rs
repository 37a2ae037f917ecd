//! Null models and verdicts as a file and as a table.

use super::json::to_json;
use super::{Table, write_file};
use crate::Result;
use crate::analysis::{Evidence, Scorecard, ScorecardRow};
use serde::Serialize;
use std::path::Path;

/// Name of the evidence in an output folder.
pub const EVIDENCE_FILE: &str = "evidence.json";

/// Writes nulls and verdicts as `evidence.json` into a folder.
///
/// # Errors
/// [`crate::Error::Output`] with what the system said.
pub fn save_evidence(evidence: &Evidence, scorecard: &Scorecard, folder: &Path) -> Result<()> {
    #[derive(Serialize)]
    struct Both<'a> {
        scorecard: &'a Scorecard,
        evidence: &'a Evidence,
    }
    let both = Both {
        scorecard,
        evidence,
    };
    write_file(&folder.join(EVIDENCE_FILE), |writer| to_json(&both, writer))
}

/// The scorecard: exponents, curvature, monotonicity, difference from
/// phase-randomised segments, distance to photos, verdict and reason.
pub fn scorecard_table(scorecard: &Scorecard) -> Table {
    let header = [
        "representation",
        "verdict",
        "n",
        "alpha",
        "debiased [95 %]",
        "curvature",
        "monotonicity",
        "delta alpha [95 %]",
        "to photos",
        "reason",
    ];
    let mut table = Table::new(&header, 2).with_remarks();
    for row in &scorecard.rows {
        table.push(cells(row));
    }
    table
}

fn cells(row: &ScorecardRow) -> Vec<String> {
    let number = |value: Option<f64>| value.map_or("-".to_string(), |v| format!("{v:.3}"));
    // Without the sign of a rounded nothing.
    let round = |value: f64| (100.0 * value).round() / 100.0 + 0.0;
    let within = |value: f64, ci: [f64; 2]| {
        let [value, low, high] = [value, ci[0], ci[1]].map(round);
        format!("{value:.2} [{low:.2}, {high:.2}]")
    };
    let alpha = row.alpha.and_then(|a| Some(within(a.value, a.ci?)));
    let delta = row.delta_alpha.map(|d| within(d.difference, d.ci));
    let distance = row.photo_distance_db;
    vec![
        row.representation.name().to_string(),
        row.verdict.name().to_string(),
        row.n_segments.to_string(),
        number(row.alpha_post),
        alpha.unwrap_or_else(|| "-".to_string()),
        number(row.curvature),
        number(row.monotonicity),
        delta.unwrap_or_else(|| "-".to_string()),
        distance.map_or("-".to_string(), |d| format!("{d:.1} dB")),
        row.reason.clone(),
    ]
}
