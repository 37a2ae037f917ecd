//! The question, what was measured, and the scorecard.

use super::markup::{counted, escaped, interval, number, scalar, section};
use super::words;
use crate::analysis::{
    Report, Representation, ResultRow, Scorecard, ScorecardRow, Status, Suitability,
};
use crate::decode::Kind;

/// The head of the page.
pub(super) fn question(report: &Report) -> String {
    let note = |note: &String| format!("<li>{}</li>", escaped(note));
    let notes: String = report.summary.notes.iter().map(note).collect();
    let notes = match notes.as_str() {
        "" => notes,
        notes => format!("<ul class=\"notes\">{notes}</ul>\n"),
    };
    let facts = facts(report).join("<span class=\"dot\"> · </span>");
    format!(include_str!("question.html"), facts = facts, notes = notes)
}

fn facts(report: &Report) -> Vec<String> {
    let summary = &report.summary;
    let n_used = |kind: Kind| {
        let of_kind = report.inputs.iter().filter(|row| row.kind == kind);
        of_kind
            .filter(|row| row.outcome.status != Status::Skipped)
            .count()
    };
    let mut facts = Vec::new();
    let n_clips = n_used(Kind::Audio);
    if let (true, Some(rate)) = (n_clips > 0, summary.sample_rate) {
        facts.push(counted(n_clips, "clip"));
        let segment = scalar("config.segment", report.config.segment);
        let rate = scalar("summary.sample_rate", rate);
        facts.push(format!("segments of {segment} s at {rate} Hz"));
    }
    let n_photos = n_used(Kind::Photo);
    if let (true, Some(side)) = (n_photos > 0, summary.side) {
        let side = scalar("summary.side", side);
        facts.push(format!("{} of {side} px", counted(n_photos, "photo")));
    }
    let n_arrays = n_used(Kind::Array);
    if n_arrays > 0 {
        facts.push(counted(n_arrays, "array"));
    }
    if summary.n_skipped + summary.n_partial > 0 {
        let skipped = scalar("summary.n_skipped", summary.n_skipped);
        let partial = scalar("summary.n_partial", summary.n_partial);
        facts.push(format!(
            "<a href=\"#files\">{skipped} skipped, {partial} used in part</a>"
        ));
    }
    facts
}

/// One card per representation.
pub(super) fn scorecard(report: &Report, card: &Scorecard) -> String {
    let rows = card.rows.iter().enumerate();
    let cards: String = rows.map(|(i, row)| self::card(report, i, row)).collect();
    let t = &card.thresholds;
    let threshold =
        |field: &str, value: f64| scalar(&format!("scorecard.thresholds.{field}"), value);
    let body = format!(
        include_str!("scorecard.html"),
        cards = cards,
        monotonicity = threshold("monotonicity", t.monotonicity),
        r_squared = threshold("r_squared", t.r_squared),
        photo_distance = threshold("photo_distance_db", t.photo_distance_db),
        not_monotonic = threshold("not_monotonic", t.not_monotonic),
        photos = escaped(&card.photos)
    );
    section("scorecard", "Scorecard", &body)
}

fn card(report: &Report, i: usize, row: &ScorecardRow) -> String {
    let mut results = report.results.iter();
    let all = |r: &ResultRow| r.representation == row.representation && r.class == "all";
    let Some(at) = results.position(all) else {
        return String::new();
    };
    let (symbol, class) = match row.verdict {
        Suitability::ConsistentWith => ("✓", "good"),
        Suitability::NotConsistentWith => ("✕", "bad"),
        Suitability::NotShown => ("?", "open"),
        Suitability::Reference => ("◆", "reference"),
    };
    let (items, reason) = match row.representation {
        Representation::Photo => ("photos", "what the others are measured by"),
        Representation::Array => ("items", row.reason.as_str()),
        _ => ("segments", row.reason.as_str()),
    };
    let result = format!("results[{at}]");
    format!(
        include_str!("card.html"),
        class = class,
        title = words::title(row.representation),
        symbol = symbol,
        verdict = row.verdict.name(),
        reason = escaped(reason),
        alpha = number(&format!("{result}.fit.post.alpha"), row.alpha_post, 3),
        numbers = card_numbers(&report.results[at], &result, i, row),
        items = items,
        segments = scalar(&format!("{result}.n_segments"), row.n_segments)
    )
}

fn card_numbers(of: &ResultRow, result: &str, i: usize, row: &ScorecardRow) -> String {
    let value = |path: &str, value, decimals| number(&format!("{result}.{path}"), value, decimals);
    let evidence = format!("scorecard.rows[{i}]");
    let r_squared = of.fit.post.law().and_then(|law| law.r_squared);
    let debiased = row.alpha.map(|alpha| {
        let path = format!("{result}.fit.debiased.ci");
        let ci = alpha.ci.map(|ci| interval(&path, ci)).unwrap_or_default();
        let alpha = value("fit.debiased.alpha", Some(alpha.value), 2);
        format!("{alpha} {ci}")
    });
    let delta = row.delta_alpha.map(|delta| {
        let path = format!("{evidence}.delta_alpha");
        let ci = interval(&format!("{path}.ci"), delta.ci);
        let delta = number(&format!("{path}.difference"), Some(delta.difference), 2);
        format!("{delta} {ci}")
    });
    let others = row.verdict != Suitability::Reference;
    let distance = row.photo_distance_db.filter(|_| others).map(|distance| {
        let path = format!("{evidence}.photo_distance_ci");
        let ci = row.photo_distance_ci.map(|ci| interval(&path, ci));
        let path = format!("{evidence}.photo_distance_db");
        let distance = number(&path, Some(distance), 1);
        format!("{distance} dB {}", ci.unwrap_or_default())
    });
    let monotonicity = number(&format!("{evidence}.monotonicity"), row.monotonicity, 3);
    let rows = [
        (
            "R² of the law",
            Some(value("fit.post.r_squared", r_squared, 3)),
        ),
        ("monotonicity", Some(monotonicity)),
        ("α, debiased [95 %]", debiased),
        (
            "curvature",
            Some(value("fit.debiased.curvature", row.curvature, 3)),
        ),
        ("α above null [95 %]", delta),
        ("distance to photos", distance),
    ];
    let rows = rows
        .into_iter()
        .filter_map(|(label, value)| Some((label, value?)));
    rows.map(|(label, value)| format!("<div><dt>{label}</dt><dd>{value}</dd></div>"))
        .collect()
}
