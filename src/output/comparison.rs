//! Comparisons as files and as tables.

use super::json::to_json;
use super::{Table, write_file};
use crate::analysis::{Closer, Comparison, Statistic, StatisticRow, Verdict};
use crate::{Error, Result};
use serde::Serialize;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Name of comparisons in an output folder.
pub const COMPARISON_FILE: &str = "comparison.json";
/// Version of the layout of that file.
const SCHEMA_VERSION: u32 = 1;

/// Writes comparisons as JSON: `schema_version`, `crate_version` and the list
/// `comparisons`.
///
/// # Errors
/// Those of `writer`.
pub fn comparison_json(comparisons: &[Comparison], writer: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Content<'a> {
        schema_version: u32,
        crate_version: &'static str,
        comparisons: &'a [Comparison],
    }
    let content = Content {
        schema_version: SCHEMA_VERSION,
        crate_version: env!("CARGO_PKG_VERSION"),
        comparisons,
    };
    to_json(&content, writer)
}

/// Writes `comparison.json` into a folder, which is made if it is not there.
///
/// # Errors
/// [`Error::Output`] with what the system said.
pub fn save_comparison(comparisons: &[Comparison], folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|error| Error::Output {
        path: folder.to_path_buf(),
        detail: error.to_string(),
    })?;
    write_file(&folder.join(COMPARISON_FILE), |writer| {
        comparison_json(comparisons, writer)
    })
}

/// The statistics of a comparison: A, B, A - B, its 95 % interval and what this
/// shows.
pub fn comparison_table(comparison: &Comparison) -> Table {
    let header = ["statistic", "A", "B", "A - B", "95 % interval", "verdict"];
    let mut table = Table::new(&header, 1);
    for row in &comparison.statistics {
        let number = |value: Option<f64>| value.map_or("-".to_string(), number);
        table.push(vec![
            row.statistic.name().to_string(),
            number(row.a.map(|a| a.value)),
            number(row.b.map(|b| b.value)),
            number(row.difference),
            row.interval
                .map_or("-".to_string(), |interval| range(interval.ci)),
            verdict(row).to_string(),
        ]);
    }
    table
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
    let sentence = |what: &str, closer: Closer, statistic: Statistic| {
        let values = comparison.row(statistic).and_then(values);
        let values = values.map_or_else(String::new, |values| format!(" ({values})"));
        let closer = match closer {
            Closer::A => "A",
            Closer::B => "B",
            Closer::NotShown => "not shown",
        };
        format!("closer to photos by {what}{one_file}: {closer}{values}\n")
    };
    let spectrum = sentence("mean spectrum", comparison.closer, Statistic::PhotoDistance);
    spectrum
        + &sentence(
            "alpha (debiased)",
            comparison.closer_by_alpha,
            Statistic::PhotoAlphaGap,
        )
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
