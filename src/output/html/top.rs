//! The question, what was measured, and the scorecard.

use super::markup::{Source, counted, escaped, interval, name, number, optional, scalar};
use super::words;
use crate::analysis::{Report, Representation, Scorecard, ScorecardRow, Status, Suitability};
use crate::decode::Kind;

/// The head of the page.
pub(super) fn question(report: &Report) -> String {
    format!(
        "<header class=\"top\">\n<p class=\"kicker\">cepstrum report</p>\n\
         <h1>Does this representation suit a diffusion model?</h1>\n\
         <p class=\"lead\">Diffusion adds white noise, and noise drowns weak frequencies first. \
         Where power falls steadily with frequency, as in photographs, noise takes fine detail first \
         and coarse structure last, and generation runs from coarse to fine. This page says how \
         far that holds for the data below.</p>\n\
         <p class=\"facts\">{}</p>\n{}</header>\n",
        facts(report).join("<span class=\"dot\"> · </span>"),
        notes(report)
    )
}

fn facts(report: &Report) -> Vec<String> {
    let summary = &report.summary;
    let n_used = |kind: Kind| {
        let of_kind = report.inputs.iter().filter(|row| row.kind == kind);
        of_kind
            .filter(|row| row.outcome.status != Status::Skipped)
            .count() as u64
    };
    let mut facts = Vec::new();
    let n_clips = n_used(Kind::Audio);
    if let (true, Some(rate)) = (n_clips > 0, summary.sample_rate) {
        facts.push(counted(n_clips, "clip"));
        facts.push(format!(
            "segments of {} s at {} Hz",
            scalar(
                Source::Report,
                "config.segment",
                &report.config.segment.to_string()
            ),
            scalar(Source::Report, "summary.sample_rate", &rate.to_string())
        ));
    }
    let n_photos = n_used(Kind::Photo);
    if let (true, Some(side)) = (n_photos > 0, summary.side) {
        let side = scalar(Source::Report, "summary.side", &side.to_string());
        facts.push(format!("{} of {side} px", counted(n_photos, "photo")));
    }
    let n_arrays = n_used(Kind::Array);
    if n_arrays > 0 {
        facts.push(counted(n_arrays, "array"));
    }
    if summary.n_skipped + summary.n_partial > 0 {
        let skipped = scalar(
            Source::Report,
            "summary.n_skipped",
            &summary.n_skipped.to_string(),
        );
        let partial = scalar(
            Source::Report,
            "summary.n_partial",
            &summary.n_partial.to_string(),
        );
        facts.push(format!(
            "<a href=\"#files\">{skipped} skipped, {partial} used in part</a>"
        ));
    }
    facts
}

fn notes(report: &Report) -> String {
    if report.summary.notes.is_empty() {
        return String::new();
    }
    let note = |note: &String| format!("<li>{}</li>", escaped(note));
    let notes: String = report.summary.notes.iter().map(note).collect();
    format!("<ul class=\"notes\">{notes}</ul>\n")
}

/// One card per representation.
pub(super) fn scorecard(report: &Report, card: &Scorecard) -> String {
    let cards: String = card
        .rows
        .iter()
        .enumerate()
        .map(|(i, row)| self::card(report, i, row))
        .collect();
    let t = &card.thresholds;
    let threshold = |field: &str, value: f64| {
        let path = format!("scorecard.thresholds.{field}");
        scalar(Source::Evidence, &path, &value.to_string())
    };
    format!(
        "<section id=\"scorecard\">\n<h2>Scorecard</h2>\n<div class=\"cards\">\n{cards}</div>\n\
         <details class=\"quiet\"><summary>How verdicts are made</summary>\n\
         <p>“Consistent with” asks for all of these: monotonicity (1 where every third-octave band has \
         less power than the one below it) of at least {}, a power law with R² of at least {}, a \
         mean spectrum within {} dB of that of photos once level and band are matched, with its \
         whole interval, and an exponent clearly above that of null models without the data’s \
         structure in time. “Not consistent” is said where monotonicity is below {}. \
         Photos: {}. An exponent alone proves little: stationary pink noise has a log-mel exponent \
         near 2.2 as well.</p></details>\n</section>\n",
        threshold("monotonicity", t.monotonicity),
        threshold("r_squared", t.r_squared),
        threshold("photo_distance_db", t.photo_distance_db),
        threshold("not_monotonic", t.not_monotonic),
        escaped(&card.photos)
    )
}

fn card(report: &Report, i: usize, row: &ScorecardRow) -> String {
    let found = report
        .results
        .iter()
        .position(|r| r.representation == row.representation && r.class == "all");
    let Some(at) = found else {
        return String::new();
    };
    let (symbol, class) = match row.verdict {
        Suitability::ConsistentWith => ("✓", "good"),
        Suitability::NotConsistentWith => ("✕", "bad"),
        Suitability::NotShown => ("?", "open"),
        Suitability::Reference => ("◆", "reference"),
    };
    let result = format!("results[{at}]");
    let evidence = format!("scorecard.rows[{i}]");
    let reason = match row.representation {
        Representation::Photo => "what the others are measured by".to_string(),
        _ => row.reason.clone(),
    };
    let segments = scalar(
        Source::Report,
        &format!("{result}.n_segments"),
        &row.n_segments.to_string(),
    );
    let items = match row.representation {
        Representation::Photo => "photos",
        Representation::Array => "items",
        _ => "segments",
    };
    format!(
        "<article class=\"card {class}\">\n<h3>{}</h3>\n\
         <p class=\"verdict\"><span aria-hidden=\"true\">{symbol}</span> {}</p>\n\
         <p class=\"reason\">{}</p>\n\
         <p class=\"big\"><span class=\"label\">exponent α</span> {}</p>\n\
         <dl>{}<div><dt>{items}</dt><dd>{segments}</dd></div></dl>\n</article>\n",
        words::title(row.representation),
        row.verdict.name(),
        escaped(&reason),
        number(&format!("{result}.fit.post.alpha"), row.alpha_post, 3),
        card_numbers(report, at, &result, &evidence, row)
    )
}

fn card_numbers(
    report: &Report,
    at: usize,
    result: &str,
    evidence: &str,
    row: &ScorecardRow,
) -> String {
    let law = report.results[at].fit.post.law();
    let debiased = row.alpha.map(|alpha| {
        let value = number(
            &format!("{result}.fit.debiased.alpha"),
            Some(alpha.value),
            2,
        );
        let path = format!("{result}.fit.debiased.ci");
        let ci = alpha.ci.map(|ci| interval(Source::Report, &path, ci));
        format!("{value} {}", ci.unwrap_or_default())
    });
    let delta = row.delta_alpha.map(|delta| {
        let path = format!("{evidence}.delta_alpha");
        let value = Some(delta.difference);
        let value = optional(Source::Evidence, &format!("{path}.difference"), value, 2);
        let ci = interval(Source::Evidence, &format!("{path}.ci"), delta.ci);
        format!("{value} {ci}")
    });
    let others = row.verdict != Suitability::Reference;
    let distance = row.photo_distance_db.filter(|_| others).map(|distance| {
        let path = format!("{evidence}.photo_distance_db");
        let value = optional(Source::Evidence, &path, Some(distance), 1);
        let path = format!("{evidence}.photo_distance_ci");
        let ci = row.photo_distance_ci;
        let ci = ci.map(|ci| interval(Source::Evidence, &path, ci));
        format!("{value} dB {}", ci.unwrap_or_default())
    });
    let path = |field: &str| format!("{result}.{field}");
    [
        (
            "R² of the law",
            Some(number(
                &path("fit.post.r_squared"),
                law.and_then(|l| l.r_squared),
                3,
            )),
        ),
        (
            "monotonicity",
            Some(optional(
                Source::Evidence,
                &format!("{evidence}.monotonicity"),
                row.monotonicity,
                3,
            )),
        ),
        ("α, debiased [95 %]", debiased),
        (
            "curvature",
            Some(number(&path("fit.debiased.curvature"), row.curvature, 3)),
        ),
        ("α above null [95 %]", delta),
        ("distance to photos", distance),
    ]
    .into_iter()
    .filter_map(|(label, value)| Some((label, value?)))
    .map(|(label, value)| format!("<div><dt>{label}</dt><dd>{value}</dd></div>"))
    .collect()
}

/// A name as in the table of classes.
pub(super) fn class_name(class: &str) -> String {
    match class {
        "all" => "all".to_string(),
        class => name(class),
    }
}
