//! Places for the drawings, and the numbers behind them.

use super::markup::{Source, fixed, number, scalar};
use super::top::class_name;
use super::{MOST_CLASSES, classes, words};
use crate::analysis::{Report, ResultRow};
use crate::output::table::frequency;

/// A figure and a table per representation.
pub(super) fn spectra(report: &Report) -> String {
    let all = report.results.iter().enumerate();
    let all: String = all
        .filter(|(_, row)| row.class == "all")
        .enumerate()
        .map(|(place, (at, row))| representation(report, place, at, row))
        .collect();
    format!(
        "<section id=\"spectra\">\n<h2>Spectra</h2>\n<p class=\"intro\">Means over segments of the \
         logarithm of power. Both axes are logarithmic: a power law is a straight line. Classes can be \
         switched on and off; point at a curve, or focus it and use the arrow keys, to read values.</p>\n\
         {all}</section>\n"
    )
}

fn representation(report: &Report, place: usize, at: usize, all: &ResultRow) -> String {
    let name = all.representation.name();
    let title = words::title(all.representation);
    let shown: Vec<(usize, &ResultRow)> = classes(report, all.representation).collect();
    let n_classes = report
        .results
        .iter()
        .filter(|row| row.representation == all.representation && row.class != "all")
        .count();
    let beyond = match n_classes > MOST_CLASSES {
        true => format!(
            "<p class=\"note\">The first {MOST_CLASSES} of {n_classes} classes; report.json has all.</p>\n"
        ),
        false => String::new(),
    };
    format!(
        "<article class=\"spectrum\" id=\"spectrum-{name}\">\n<h3>{title}</h3>\n\
         <p class=\"intro\">{} {}</p>\n{}\
         <div class=\"plot\" data-spectrum=\"{place}\" aria-label=\"Mean spectrum: {title}\"></div>\n{}\
         <details class=\"numbers\"{}><summary>Numbers{}</summary>\n{}{beyond}</details>\n</article>\n",
        words::spectrum(all.representation),
        law(at, all),
        result_notes(all),
        legend(place, all, &shown),
        if shown.len() <= 1 { " open" } else { "" },
        if shown.is_empty() { "" } else { " by class" },
        table(at, all, &shown)
    )
}

/// "Power falls as f^-2.32 (R² 0.98)".
fn law(at: usize, row: &ResultRow) -> String {
    let Some(law) = row.fit.post.law() else {
        return "No power law could be fitted.".to_string();
    };
    let alpha = scalar(
        Source::Report,
        &format!("-results[{at}].fit.post.alpha"),
        &fixed(-law.alpha, 3),
    );
    let path = format!("results[{at}].fit.post.r_squared");
    format!(
        "The fitted law is f<sup>{alpha}</sup>, R² {}.",
        number(&path, law.r_squared, 3)
    )
}

fn result_notes(row: &ResultRow) -> String {
    let note = |note: &String| format!("<p class=\"note\">{}</p>\n", super::markup::escaped(note));
    row.notes.iter().map(note).collect()
}

/// A checkbox per curve.
fn legend(place: usize, all: &ResultRow, shown: &[(usize, &ResultRow)]) -> String {
    let chip = |curve: usize, class: &str, on: bool| {
        let checked = if on { " checked" } else { "" };
        format!(
            "<label class=\"chip\"><input type=\"checkbox\" data-curve=\"{curve}\"{checked}>\
             <svg class=\"swatch\" viewBox=\"0 0 22 8\" aria-hidden=\"true\"><path d=\"M0 4H22\" class=\"curve {}\"/>\
             </svg>{}</label>",
            curve_class(curve),
            class_name(class)
        )
    };
    // More curves than colours hide each other: they wait to be asked for.
    let on = shown.len() <= 14;
    let mut chips = chip(0, "all", true);
    for (i, (_, row)) in shown.iter().enumerate() {
        chips.push_str(&chip(i + 1, &row.class, on));
    }
    let law = match all.fit.post.law() {
        Some(_) => {
            "<label class=\"chip\"><input type=\"checkbox\" data-curve=\"law\" checked>\
             <svg class=\"swatch\" viewBox=\"0 0 22 8\" aria-hidden=\"true\"><path d=\"M0 4H22\" class=\"law\"/>\
             </svg>power law of all</label>"
        }
        None => "",
    };
    let buttons = match shown.len() {
        0 | 1 => "",
        _ => {
            "<button type=\"button\" data-classes=\"on\">all classes</button>\
             <button type=\"button\" data-classes=\"off\">none</button>"
        }
    };
    format!(
        "<fieldset class=\"legend\" data-legend=\"{place}\"><legend class=\"hidden\">Curves of {}</legend>\
         {chips}{law}{buttons}</fieldset>\n",
        words::title(all.representation)
    )
}

/// The look of a curve: seven colours, then the same with dashes.
fn curve_class(curve: usize) -> String {
    match curve {
        0 => "all".to_string(),
        curve => format!("c{} d{}", (curve - 1) % 7, (curve - 1) / 7 % 3),
    }
}

fn table(at: usize, all: &ResultRow, shown: &[(usize, &ResultRow)]) -> String {
    let rows = std::iter::once((at, all)).chain(shown.iter().copied());
    let rows: String = rows.map(|(at, result)| row(at, result)).collect();
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Numbers: {}\"><table>\n<thead><tr>\
         <th scope=\"col\">class</th><th scope=\"col\">files</th><th scope=\"col\">n</th>\
         <th scope=\"col\">α</th><th scope=\"col\">R²</th><th scope=\"col\">α debiased</th>\
         <th scope=\"col\">curvature</th><th scope=\"col\">monotonicity</th>\
         <th scope=\"col\">peak</th></tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n",
        words::title(all.representation)
    )
}

fn row(at: usize, result: &ResultRow) -> String {
    let path = |field: &str| format!("results[{at}].{field}");
    let count = |field: &str, n: u64| scalar(Source::Report, &path(field), &n.to_string());
    let law = result.fit.post.law();
    let debiased = result.fit.debiased.as_ref();
    let third_octaves = result.monotonicity.third_octaves.as_ref();
    let spearman = third_octaves.and_then(|m| m.spearman).map(|s| -s);
    let peak = result.monotonicity.peak.as_ref().map(|peak| {
        let text = frequency(peak.frequency, result.spectrum.unit);
        let (value, unit) = text.split_once(' ').unwrap_or((&text, ""));
        let value = scalar(Source::Report, &path("monotonicity.peak.frequency"), value);
        format!("{value} {unit}")
    });
    let cells = [
        count("n_files", result.n_files),
        count("n_segments", result.n_segments),
        number(&path("fit.post.alpha"), law.map(|l| l.alpha), 3),
        number(
            &path("fit.post.r_squared"),
            law.and_then(|l| l.r_squared),
            3,
        ),
        number(&path("fit.debiased.alpha"), debiased.map(|l| l.alpha), 3),
        number(
            &path("fit.debiased.curvature"),
            debiased.map(|l| l.curvature),
            3,
        ),
        number(
            &format!("-{}", path("monotonicity.third_octaves.spearman")),
            spearman,
            3,
        ),
        peak.unwrap_or_else(|| "\u{2013}".to_string()),
    ];
    let cells: String = cells
        .iter()
        .map(|cell| format!("<td>{cell}</td>"))
        .collect();
    format!(
        "<tr><th scope=\"row\">{}</th>{cells}</tr>\n",
        class_name(&result.class)
    )
}
