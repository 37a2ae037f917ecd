//! Null models and verdicts as a file and as a table.

use super::json::to_json;
use super::{Table, write_file};
use crate::analysis::{Evidence, IntervalKind, Report, SCHEMA_VERSION, Scorecard, ScorecardRow};
use crate::{Problem, Result};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::Path;

/// Name of the evidence in an output folder.
pub const EVIDENCE_FILE: &str = "evidence.json";

/// Writes verdicts, and nulls where they were drawn (else null), as
/// `evidence.json` into a folder.
///
/// # Errors
/// [`crate::Error::Output`] with what the system said.
pub fn save_evidence(
    evidence: Option<&Evidence>,
    scorecard: &Scorecard,
    folder: &Path,
) -> Result<()> {
    #[derive(Serialize)]
    struct Both<'a> {
        schema_version: u32,
        crate_version: &'static str,
        scorecard: &'a Scorecard,
        evidence: Option<&'a Evidence>,
    }
    let both = Both {
        schema_version: SCHEMA_VERSION,
        crate_version: env!("CARGO_PKG_VERSION"),
        scorecard,
        evidence,
    };
    write_file(&folder.join(EVIDENCE_FILE), |writer| to_json(&both, writer))
}

/// The scorecard in words: the table, and a sentence per representation.
pub fn scorecard_text(scorecard: &Scorecard) -> String {
    let mut text = format!("{}\n", scorecard_table(scorecard));
    for row in &scorecard.rows {
        text.push_str(&row.sentence());
        text.push('\n');
    }
    text
}

/// The nulls in the `evidence.json` of a folder; `None` where there are none, or
/// those of another report.
///
/// # Errors
/// [`crate::Error::Input`] for a file that cannot be read.
pub fn read_evidence(folder: &Path, report: &Report) -> Result<Option<Evidence>> {
    #[derive(Deserialize)]
    struct Nulls {
        evidence: Option<Evidence>,
    }
    let path = folder.join(EVIDENCE_FILE);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Problem::from_io(&error).at(&path)),
    };
    let nulls: Nulls = serde_json::from_str(&text).map_err(|error| {
        let detail = format!("not the evidence of this version: {error}");
        Problem::Unreadable { detail }.at(&path)
    })?;
    Ok(nulls
        .evidence
        .filter(|evidence| belong_together(evidence, report)))
}

/// How many null models of each kind the `evidence.json` of a folder has; `None`
/// where there is none that can be read.
pub fn saved_draws(folder: &Path) -> Option<usize> {
    let text = std::fs::read_to_string(folder.join(EVIDENCE_FILE)).ok()?;
    let evidence: serde_json::Value = serde_json::from_str(&text).ok()?;
    let n_draws = evidence["evidence"]["settings"]["n_draws"].as_u64()?;
    usize::try_from(n_draws).ok()
}

/// Whether nulls were drawn for the very spectra of a report.
fn belong_together(evidence: &Evidence, report: &Report) -> bool {
    evidence.representations.iter().all(|row| {
        let mut results = report.results.iter();
        results.any(|result| {
            let alpha = result.fit.debiased.as_ref().map(|law| law.alpha);
            let same = match (alpha, &row.alpha) {
                (Some(alpha), Some(exponent)) => (alpha - exponent.alpha).abs() < 1e-9,
                (alpha, exponent) => alpha.is_none() || exponent.is_none(),
            };
            result.representation == row.representation
                && result.class == row.class
                && result.n_segments == row.n_segments
                && same
        })
    })
}

/// The scorecard: exponents, curvature, monotonicity, difference from
/// phase-randomised segments, distance to photos, and verdict.
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
    ];
    let mut table = Table::new(&header, 2);
    for row in &scorecard.rows {
        table.push(cells(row));
    }
    table
}

fn cells(row: &ScorecardRow) -> Vec<String> {
    let number = |value: Option<f64>| value.map_or("-".to_string(), |v| format!("{v:.3}"));
    let within = |value: f64, ci: [f64; 2]| {
        let [value, low, high] = [value, ci[0], ci[1]].map(hundredths);
        format!("{value} [{low}, {high}]")
    };
    let alpha = row.alpha.and_then(|a| Some(within(a.value, a.ci?)));
    // An interval of another kind than the others in the column.
    let alpha = alpha.map(|alpha| match row.interval {
        Some(IntervalKind::Fisher) => format!("{alpha} (1 file)"),
        _ => alpha,
    });
    let delta = row.delta_alpha.map(|d| within(d.difference, d.ci));
    let distance = row.photo_distance_db.map(|d| match row.photo_distance_ci {
        Some([low, high]) => format!("{d:.1} dB [{low:.1}, {high:.1}]"),
        None => format!("{d:.1} dB"),
    });
    vec![
        row.representation.name().to_string(),
        row.verdict.name().to_string(),
        row.n_segments.to_string(),
        number(row.alpha_post),
        alpha.unwrap_or_else(|| "-".to_string()),
        number(row.curvature),
        number(row.monotonicity),
        delta.unwrap_or_else(|| "-".to_string()),
        distance.unwrap_or_else(|| "-".to_string()),
    ]
}

/// Two decimals, without the sign of what rounds to zero.
fn hundredths(value: f64) -> String {
    format!("{:.2}", (100.0 * value).round() / 100.0 + 0.0)
}
