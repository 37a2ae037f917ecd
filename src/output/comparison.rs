//! Comparisons as a file and as tables.

use super::json::{versioned, write_json};
use super::study_files::StudyFiles;
use super::table::{Column, Table, or_dash};
use crate::analysis::{Closer, Comparison, Statistic, StatisticRow, Verdict};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Name of comparisons in an output folder.
pub const COMPARISON_FILE: &str = "comparison.json";
/// Version of the layout of that file.
const SCHEMA_VERSION: u32 = 1;

/// `comparison.json`: `schema_version`, `crate_version` and the list
/// `comparisons`.
impl StudyFiles for [Comparison] {
    const MAIN: &'static str = COMPARISON_FILE;

    fn write_main(&self, writer: &mut dyn Write) -> io::Result<()> {
        let content = BTreeMap::from([("comparisons", self)]);
        write_json(&versioned(SCHEMA_VERSION, content), writer)
    }
}

/// The statistics of a comparison: A, B, A - B, its 95 % interval and what this
/// shows.
pub fn comparison_table(comparison: &Comparison) -> Table {
    let columns: [Column<&StatisticRow>; 6] = [
        ("statistic", |row| row.statistic.name().to_string()),
        ("A", |row| or_dash(row.a.map(|a| number(a.value)))),
        ("B", |row| or_dash(row.b.map(|b| number(b.value)))),
        ("A - B", |row| or_dash(row.difference.map(number))),
        ("95 % interval", |row| {
            or_dash(row.interval.map(|interval| range(interval.ci)))
        }),
        ("verdict", |row| verdict(row).to_string()),
    ];
    Table::of(1, &columns, &comparison.statistics)
}

/// Which selection is closer to photos, in sentences; whether one is a single
/// file, of which nothing is shown.
///
/// ```text
/// closer to photos by mean spectrum: A (A 1.841, B 8.024; A - B 95 % -9.300 to -3.100)
/// closer to photos by alpha: not shown (A 0.410, B 1.923; A - B 95 % -3.211 to 0.188)
/// ```
pub fn comparison_answer(comparison: &Comparison) -> String {
    let one_file = match comparison.a.n_files.min(comparison.b.n_files) {
        1 => " (one file)",
        _ => "",
    };
    let sentences = [
        ("mean spectrum", comparison.closer, Statistic::PhotoDistance),
        (
            "alpha (debiased)",
            comparison.closer_by_alpha,
            Statistic::PhotoAlphaGap,
        ),
    ];
    let sentences = sentences.map(|(what, closer, statistic)| {
        let values = comparison.row(statistic).and_then(values);
        let values = values.map_or_else(String::new, |values| format!(" ({values})"));
        let closer = match closer {
            Closer::A => "A",
            Closer::B => "B",
            Closer::NotShown => "not shown",
        };
        format!("closer to photos by {what}{one_file}: {closer}{values}\n")
    });
    sentences.concat()
}

fn values(row: &StatisticRow) -> Option<String> {
    let (a, b) = (number(row.a?.value), number(row.b?.value));
    let interval = match row.interval {
        Some(interval) => format!("A - B 95 % {}", range(interval.ci)),
        None => "no interval".to_string(),
    };
    Some(format!("A {a}, B {b}; {interval}"))
}

fn verdict(row: &StatisticRow) -> &'static str {
    match row.interval.map(|interval| interval.verdict) {
        Some(Verdict::ALarger) => "A larger",
        Some(Verdict::BLarger) => "B larger",
        Some(Verdict::ACloser) => "A closer",
        Some(Verdict::BCloser) => "B closer",
        Some(Verdict::NotShown) => "not shown",
        None => "-",
    }
}

fn range([low, high]: [f64; 2]) -> String {
    format!("{} to {}", number(low), number(high))
}

/// Three decimals, or three digits of what would lose them.
fn number(value: f64) -> String {
    match value.abs() {
        size if size > 0.0 && !(0.01..1e5).contains(&size) => format!("{value:.2e}"),
        // No "-0.000".
        _ => format!("{:.3}", value + 0.0),
    }
}
