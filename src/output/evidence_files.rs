//! Null models and verdicts as a file and as a table.

use super::json::{read_json, versioned, write_json};
use super::study_files::{StudyFiles, saved};
use super::table::{Column, Table, or_dash, thousandths};
use crate::analysis::{Evidence, IntervalKind, Report, SCHEMA_VERSION, Scorecard, ScorecardRow};
use crate::{Error, Problem, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io::{self, Write};
use std::path::Path;

/// Name of the evidence in an output folder.
pub const EVIDENCE_FILE: &str = "evidence.json";

/// Verdicts, and the nulls behind them where they were drawn: `evidence.json`.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Verdicts<'a> {
    /// The verdicts.
    pub scorecard: &'a Scorecard,
    /// The nulls.
    pub evidence: Option<&'a Evidence>,
}

impl StudyFiles for Verdicts<'_> {
    const MAIN: &'static str = EVIDENCE_FILE;

    fn write_main(&self, writer: &mut dyn Write) -> io::Result<()> {
        write_json(&versioned(SCHEMA_VERSION, self), writer)
    }
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
    let nulls: Nulls = match read_json(&path, "the evidence") {
        Err(Error::Input {
            problem: Problem::NotFound,
            ..
        }) => return Ok(None),
        nulls => nulls?,
    };
    Ok(nulls
        .evidence
        .filter(|evidence| belong_together(evidence, report)))
}

/// How many null models of each kind the `evidence.json` of a folder has; `None`
/// where there is none that can be read.
pub fn saved_draws(folder: &Path) -> Option<usize> {
    let evidence: Value = saved(&folder.join(EVIDENCE_FILE)).ok()??;
    let n_draws = evidence["evidence"]["settings"]["n_draws"].as_u64()?;
    usize::try_from(n_draws).ok()
}

/// Whether nulls were drawn for the very spectra of a report.
fn belong_together(evidence: &Evidence, report: &Report) -> bool {
    evidence.representations.iter().all(|row| {
        report.results.iter().any(|result| {
            let alpha = result.fit.debiased.as_ref().map(|law| law.alpha);
            let alphas = alpha.zip(row.alpha.as_ref());
            result.representation == row.representation
                && result.class == row.class
                && result.n_segments == row.n_segments
                && alphas.is_none_or(|(ours, theirs)| (ours - theirs.alpha).abs() < 1e-9)
        })
    })
}

/// The scorecard: exponents, curvature, monotonicity, difference from
/// phase-randomised segments, distance to photos, and verdict.
pub fn scorecard_table(scorecard: &Scorecard) -> Table {
    let columns: [Column<&ScorecardRow>; 9] = [
        ("representation", |row| row.representation.to_string()),
        ("verdict", |row| row.verdict.name().to_string()),
        ("n", |row| row.n_segments.to_string()),
        ("alpha", |row| thousandths(row.alpha_post)),
        ("debiased [95 %]", |row| {
            let alpha = row.alpha.and_then(|a| Some(within(a.value, a.ci?)));
            // An interval of another kind than the others in the column.
            let single = row.interval == Some(IntervalKind::Fisher);
            or_dash(alpha.map(|alpha| alpha + if single { " (1 file)" } else { "" }))
        }),
        ("curvature", |row| thousandths(row.curvature)),
        ("monotonicity", |row| thousandths(row.monotonicity)),
        ("delta alpha [95 %]", |row| {
            or_dash(row.delta_alpha.map(|d| within(d.difference, d.ci)))
        }),
        ("to photos", |row| {
            let ci = row.photo_distance_ci;
            let ci = ci.map(|[low, high]| format!(" [{low:.1}, {high:.1}]"));
            let distance = row.photo_distance_db.map(|d| format!("{d:.1} dB"));
            or_dash(distance.map(|distance| distance + &ci.unwrap_or_default()))
        }),
    ];
    Table::of(2, &columns, &scorecard.rows)
}

fn within(value: f64, ci: [f64; 2]) -> String {
    let [value, low, high] = [value, ci[0], ci[1]].map(hundredths);
    format!("{value} [{low}, {high}]")
}

/// Two decimals, without the sign of what rounds to zero.
fn hundredths(value: f64) -> String {
    format!("{:.2}", (100.0 * value).round() / 100.0 + 0.0)
}
