//! What is told of a report beside its tables.

use super::outcome::counted;
use super::terminal::{Remark, tell, tell_remarks};
use cepstrum::Result;
use cepstrum::analysis::{InputRow, Report, Status};
use cepstrum::output::read_report;
use std::path::Path;

/// Reads a saved report, and tells what is missing beside it.
pub fn told_report(path: &Path) -> Result<Report> {
    let report = read_report(path)?;
    for what in &report.missing {
        tell(&format!("note: {what}"));
    }
    Ok(report)
}

/// Tells what was measured, and what was not.
pub fn tell_about(report: &Report) {
    let summary = &report.summary;
    let mut settings = Vec::new();
    if let Some(rate) = summary.sample_rate {
        let segment = report.config.segment;
        settings.push(format!("clips at {rate} Hz in segments of {segment} s"));
    }
    if let Some(side) = summary.side {
        settings.push(format!("photos of {side} x {side} px"));
    }
    if let Some([rows, cols]) = summary.array_shape {
        let layout = report.inputs.iter().find_map(|row| row.layout);
        let layout = layout.map_or_else(String::new, |layout| format!(" (read as {layout})"));
        settings.push(format!("arrays of {rows} x {cols}{layout}"));
    }
    tell(&format!("measured {}", settings.join(", ")));
    for note in &summary.notes {
        tell(&format!("note: {note}"));
    }
    tell_audit(report);
    for (status, what) in [
        (Status::Ok, "used, with a remark"),
        (Status::Partial, "used in part"),
        (Status::Skipped, "skipped"),
    ] {
        let rows = report
            .inputs
            .iter()
            .filter(|row| row.outcome.status == status && row.outcome.reason.is_some());
        let rows: Vec<&InputRow> = rows.collect();
        let remarks: Vec<Remark<'_>> = rows
            .iter()
            .map(|row| Remark {
                path: &row.path,
                class: row.outcome.reason_class.as_deref().unwrap_or(""),
                reason: row.outcome.reason.clone().unwrap_or_default(),
            })
            .collect();
        if !remarks.is_empty() {
            let all = counted(report.inputs.len(), "file");
            tell(&format!("{} of {all} {what}:", remarks.len()));
            tell_remarks(&remarks, " (the report has all)");
        }
    }
}

/// Tells how many remarks of each kind there are, and what to do about them.
fn tell_audit(report: &Report) {
    let counts = &report.audit.counts;
    if !counts.is_empty() {
        tell("note: worth a look (audit in the report):");
    }
    for (kind, n) in counts {
        tell(&format!("  {n} {}: {}", kind.name(), kind.advice()));
    }
}
