//! The question, what was measured, and the answers.

use super::markup::{counted, escaped, interval, number, scalar, section};
use crate::analysis::{Answer, Report, ResultRow, Status, Verdict, VerdictRow};
use crate::decode::Kind;
use crate::output::verdict_files::answers as answers_of;

/// What is asked of each representation.
const QUESTIONS: [&str; 3] = [
    "Does noise take fine detail first?",
    "Does power fall as in photographs?",
    "Is the fall the sound\u{2019}s own?",
];

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
pub(super) fn answers(report: &Report, verdict: Option<&Verdict>) -> String {
    let rows = report.results.iter().enumerate();
    let rows = rows.filter(|(_, row)| row.class == "all");
    let cards: String = rows.map(|(at, result)| card(at, result, verdict)).collect();
    let how = verdict.map_or_else(String::new, how);
    let body = format!(include_str!("answers.html"), cards = cards, how = how);
    section("answers", "Answers", &body)
}

/// How answers are made.
fn how(verdict: &Verdict) -> String {
    let t = &verdict.thresholds;
    let value = |field: &str, value: f64| scalar(&format!("verdict.thresholds.{field}"), value);
    let notes: String = verdict
        .notes
        .iter()
        .map(|note| format!("<p>{}.</p>", escaped(note)))
        .collect();
    format!(
        include_str!("how.html"),
        fall = value("fall_db", t.fall_db),
        photo_yes = value("photo_yes_db", t.photo_yes_db),
        photo_no = value("photo_no_db", t.photo_no_db),
        delta = value("delta", t.delta),
        photos = escaped(&verdict.photos.source),
        notes = notes,
    )
}

fn card(at: usize, result: &ResultRow, verdict: Option<&Verdict>) -> String {
    let place = verdict.and_then(|verdict| {
        let mut rows = verdict.rows.iter();
        // The one that was measured last.
        let i = rows
            .rposition(|row| row.representation == result.representation && row.class == "all")?;
        Some((i, verdict))
    });
    let mut items = String::new();
    let mut class = "none";
    if let Some((i, verdict)) = place {
        let row = &verdict.rows[i];
        let said = answers_of(row);
        class = tone(&said.map(|said| said.map(|(answer, _)| answer)));
        for (question, said) in QUESTIONS.iter().zip(said) {
            if let Some((answer, sentence)) = said {
                items.push_str(&item(question, answer, sentence));
            }
        }
        if !row.answers_over_sweep.is_empty() {
            let said = ["order", "photographs", "structure"].map(|name| {
                let said = row.answers_over_sweep.get(name);
                format!("{name}: {}", said.map_or("not asked", String::as_str))
            });
            items.push_str(&format!(
                "<p class=\"reason\">Over {} front ends, {}.</p>",
                row.sweep.len(),
                said.join(", ")
            ));
        }
        if let Some(note) = &row.note {
            items.push_str(&format!("<p class=\"reason\">Note: {}.</p>", escaped(note)));
        }
    } else {
        let why = match verdict {
            Some(_) => "No answers; the notes below say why.",
            None => "No answers beside this report: measure again.",
        };
        items = format!("<p class=\"reason\">{why}</p>");
    }
    format!(
        include_str!("card.html"),
        class = class,
        title = result.representation.info().title,
        answers = items,
        numbers = numbers(at, result, place.map(|(i, verdict)| (i, &verdict.rows[i]))),
    )
}

/// The colour of a card: that of its worst answer.
fn tone(answers: &[Option<Answer>]) -> &'static str {
    let has = |of: Answer| answers.contains(&Some(of));
    match (has(Answer::No), has(Answer::Open)) {
        (true, _) => "bad",
        (_, true) => "open",
        _ => "good",
    }
}

fn item(question: &str, answer: Answer, sentence: &str) -> String {
    let (symbol, class) = match answer {
        Answer::Yes => ("\u{2713}", "good"),
        Answer::No => ("\u{2715}", "bad"),
        Answer::Open => ("?", "open"),
    };
    format!(
        "<div class=\"answer {class}\"><p class=\"question\">{question}</p><p class=\"verdict\"><span aria-hidden=\"true\">{symbol}</span> {}</p><p class=\"reason\">{}</p></div>",
        answer.name(),
        escaped(sentence)
    )
}

/// The numbers of a card, from the report and from the verdict.
fn numbers(at: usize, of: &ResultRow, verdict: Option<(usize, &VerdictRow)>) -> String {
    let result = format!("results[{at}]");
    let value = |path: &str, value, decimals| number(&format!("{result}.{path}"), value, decimals);
    let post = of.fit.post.law();
    let debiased = of.fit.debiased.as_ref().map(|law| {
        let ci = interval(&format!("{result}.fit.debiased.ci"), law.ci);
        format!("{} {ci}", value("fit.debiased.alpha", Some(law.alpha), 2))
    });
    let alpha = value("fit.post.alpha", post.map(|law| law.alpha), 3);
    let r_squared = post.and_then(|law| law.r_squared);
    let mut rows = vec![
        ("exponent \u{3b1} (post)", Some(alpha)),
        ("\u{3b1}, debiased [95 %]", debiased),
        (
            "R\u{b2} of the law",
            Some(value("fit.post.r_squared", r_squared, 3)),
        ),
    ];
    if let Some((i, row)) = verdict {
        let named = |name: &str, decimals: usize, unit: &str| {
            let of = row.numbers.get(name)?;
            let path = format!("verdict.rows[{i}].numbers.{name}");
            let value = number(&format!("{path}.value"), Some(of.value?), decimals);
            let ci = match of.ci {
                Some([Some(low), Some(high)]) => interval(&format!("{path}.ci"), [low, high]),
                _ => String::new(),
            };
            Some(format!("{value}{unit} {ci}"))
        };
        rows.extend([
            ("least fall of an octave", named("least_fall_db", 1, " dB")),
            (
                "distance to photographs",
                named("photo_distance_db", 1, " dB"),
            ),
            (
                "flatter if scrambled in time by",
                named("delta_time", 2, ""),
            ),
            ("\u{2026} across bands by", named("delta_frequency", 2, "")),
        ]);
        let units = scalar(&format!("verdict.rows[{i}].n_units"), row.n_units);
        let of_groups = row.units.is_empty();
        let what = if of_groups {
            "groups of files"
        } else {
            "independent files"
        };
        rows.push((what, Some(units)));
    }
    let segments = scalar(&format!("{result}.n_segments"), of.n_segments);
    rows.push(("segments, photos or items", Some(segments)));
    let rows = rows
        .into_iter()
        .filter_map(|(label, value)| Some((label, value?)));
    rows.map(|(label, value)| format!("<div><dt>{label}</dt><dd>{value}</dd></div>"))
        .collect()
}
