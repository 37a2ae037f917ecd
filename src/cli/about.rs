//! What is told of a report beside its tables.

use super::outcome::{Outcome, counted};
use super::terminal::{Remark, tell, tell_remarks};
use cepstrum::Result;
use cepstrum::analysis::{Outcome as InputOutcome, Report, Status};
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
    let rows = report.inputs.iter().map(|row| (&*row.path, &row.outcome));
    tell_outcomes(rows, "file", " (the report has all)");
}

/// Tells which inputs were not used wholly, or say something odd, and why; and what
/// the shell should know of it.
pub fn tell_outcomes<'a>(
    rows: impl Iterator<Item = (&'a str, &'a InputOutcome)>,
    noun: &str,
    where_all_stand: &str,
) -> Outcome {
    let rows: Vec<_> = rows.collect();
    for (status, what) in [
        (Status::Ok, "used, with a remark"),
        (Status::Partial, "used in part"),
        (Status::Skipped, "skipped"),
    ] {
        let remark = |(path, outcome): &(&'a str, &'a InputOutcome)| {
            Some(Remark {
                path,
                class: outcome.reason_class.as_deref().unwrap_or(""),
                reason: outcome.reason.clone()?,
            })
        };
        let of_status = rows.iter().filter(|(_, outcome)| outcome.status == status);
        let remarks: Vec<Remark<'_>> = of_status.filter_map(remark).collect();
        if !remarks.is_empty() {
            let all = counted(rows.len(), noun);
            tell(&format!("{} of {all} {what}:", remarks.len()));
            tell_remarks(&remarks, where_all_stand);
        }
    }
    match rows.iter().all(|(_, outcome)| outcome.status == Status::Ok) {
        true => Outcome::AllGood,
        false => Outcome::SomeSkipped,
    }
}

/// Tells remarks of which no row says anything.
pub fn tell_odd(remarks: &[Remark<'_>], all: &str) {
    if !remarks.is_empty() {
        tell(&format!("{} of {all} with a remark:", remarks.len()));
        tell_remarks(remarks, "");
    }
}

/// Tells what may have been meant as an input, or as a label, and was not taken.
pub fn tell_notes(notes: &[String]) {
    for note in notes {
        tell(&format!("note: {note}"));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_on_headers_is_no_skip() {
        let outcome = |status, class: &str| InputOutcome {
            status,
            reason: Some("a reason".to_string()),
            reason_class: Some(class.to_string()),
        };
        let noted = outcome(Status::Ok, "noted");
        let all_good = |rows: &[&InputOutcome]| {
            let rows = rows.iter().map(|outcome| ("clip.wav", *outcome));
            matches!(tell_outcomes(rows, "clip", ""), Outcome::AllGood)
        };
        assert!(all_good(&[&noted, &InputOutcome::ok()]));
        assert!(!all_good(&[&noted, &outcome(Status::Partial, "truncated")]));
        assert!(!all_good(&[&outcome(Status::Skipped, "corrupt")]));
    }
}
