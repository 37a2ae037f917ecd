//! Places for the drawings, and the numbers behind them.

use super::classes::{MOST_CLASSES, classes};
use super::markup::{class_name, escaped, fixed, intro, note, number, row, scalar, section, table};
use crate::analysis::{Report, ResultRow};
use crate::output::table::Frequency;

/// A figure and a table per representation.
pub(super) fn spectra(report: &Report) -> String {
    let text = "Means over segments of the logarithm of power. Both axes are logarithmic: a \
        power law is a straight line. Classes can be switched on and off; point at a curve, or \
        focus it and use the arrow keys, to read values.";
    let all = report.results.iter().enumerate();
    let all = all.filter(|(_, row)| row.class == "all").enumerate();
    let all = all.map(|(place, (at, row))| representation(report, place, at, row));
    let body: String = [intro(text)].into_iter().chain(all).collect();
    section("spectra", "Spectra", &body)
}

fn representation(report: &Report, place: usize, at: usize, all: &ResultRow) -> String {
    let shown: Vec<(usize, &ResultRow)> = classes(report, all.representation).collect();
    let of_class =
        |row: &&ResultRow| row.representation == all.representation && row.class != "all";
    let n_classes = report.results.iter().filter(of_class).count();
    let beyond = (n_classes > MOST_CLASSES).then(|| {
        let text = format!("The first {MOST_CLASSES} of {n_classes} classes; report.json has all.");
        note(text)
    });
    let notes = all.notes.iter();
    format!(
        include_str!("spectrum.html"),
        name = all.representation,
        title = all.representation.info().title,
        what = all.representation.info().sentence,
        law = law(at, all),
        notes = notes
            .map(|note| self::note(escaped(note)))
            .collect::<String>(),
        place = place,
        chips = chips(all, &shown),
        open = if shown.len() <= 1 { " open" } else { "" },
        by_class = if shown.is_empty() { "" } else { " by class" },
        numbers = numbers(at, all, &shown),
        beyond = beyond.unwrap_or_default()
    )
}

/// "Power falls as f^-2.32 (R² 0.98)".
fn law(at: usize, row: &ResultRow) -> String {
    let Some(law) = row.fit.post.law() else {
        return "No power law could be fitted.".to_string();
    };
    let path = format!("results[{at}].fit.post");
    let alpha = scalar(&format!("-{path}.alpha"), fixed(-law.alpha, 3));
    let r_squared = number(&format!("{path}.r_squared"), law.r_squared, 3);
    format!("The fitted law is f<sup>{alpha}</sup>, R² {r_squared}.")
}

/// A checkbox per curve.
fn chips(all: &ResultRow, shown: &[(usize, &ResultRow)]) -> String {
    let chip = |curve: &str, line: &str, on: bool, label: &str| {
        let checked = if on { " checked" } else { "" };
        format!(
            "<label class=\"chip\"><input type=\"checkbox\" data-curve=\"{curve}\"{checked}>\
             <svg class=\"swatch\" viewBox=\"0 0 22 8\" aria-hidden=\"true\"><path d=\"M0 4H22\" class=\"{line}\"/>\
             </svg>{label}</label>"
        )
    };
    // More curves than colours hide each other: they wait to be asked for.
    let on = shown.len() <= 14;
    let mut chips = chip("0", "curve all", true, "all");
    for (i, (_, row)) in shown.iter().enumerate() {
        // Seven colours, then the same with dashes.
        let line = format!("curve c{} d{}", i % 7, i / 7 % 3);
        chips += &chip(&(i + 1).to_string(), &line, on, &class_name(&row.class));
    }
    if all.fit.post.law().is_some() {
        chips += &chip("law", "law", true, "power law of all");
    }
    if shown.len() > 1 {
        chips += "<button type=\"button\" data-classes=\"on\">all classes</button>\
                  <button type=\"button\" data-classes=\"off\">none</button>";
    }
    chips
}

fn numbers(at: usize, all: &ResultRow, shown: &[(usize, &ResultRow)]) -> String {
    let header = [
        "class",
        "files",
        "n",
        "α",
        "R²",
        "α debiased",
        "curvature",
        "monotonicity",
        "peak",
    ];
    let label = format!("Numbers: {}", all.representation.info().title);
    let rows = std::iter::once((at, all)).chain(shown.iter().copied());
    let rows = rows.map(|(at, result)| row(&class_name(&result.class), cells(at, result)));
    table("scroll", "", &label, &header, rows)
}

fn cells(at: usize, result: &ResultRow) -> [String; 8] {
    let path = |field: &str| format!("results[{at}].{field}");
    let number = |field: &str, value| number(&path(field), value, 3);
    let law = result.fit.post.law();
    let debiased = result.fit.debiased.as_ref();
    let third_octaves = result.monotonicity.third_octaves.as_ref();
    let spearman = third_octaves.and_then(|m| m.spearman).map(|s| -s);
    let peak = result.monotonicity.peak.as_ref().map(|peak| {
        let value = peak.frequency;
        let unit = result.spectrum.unit;
        let text = Frequency { value, unit }.to_string();
        let (value, unit) = text.split_once(' ').unwrap_or((&text, ""));
        let value = scalar(&path("monotonicity.peak.frequency"), value);
        format!("{value} {unit}")
    });
    let of_bands = format!("-{}", path("monotonicity.third_octaves.spearman"));
    [
        scalar(&path("n_files"), result.n_files),
        scalar(&path("n_segments"), result.n_segments),
        number("fit.post.alpha", law.map(|l| l.alpha)),
        number("fit.post.r_squared", law.and_then(|l| l.r_squared)),
        number("fit.debiased.alpha", debiased.map(|l| l.alpha)),
        number("fit.debiased.curvature", debiased.map(|l| l.curvature)),
        super::markup::number(&of_bands, spearman, 3),
        peak.unwrap_or_else(|| "\u{2013}".to_string()),
    ]
}
