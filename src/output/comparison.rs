//! Comparisons as a file and as tables.

use super::json::{versioned, write_json};
use super::study_files::StudyFiles;
use super::table::{Column, Table, or_dash};
use crate::analysis::{Closer, Comparison, Larger, Pairing, StatisticRow};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Name of comparisons in an output folder.
pub const COMPARISON_FILE: &str = "comparison.json";
/// Version of the layout of that file.
const SCHEMA_VERSION: u32 = 2;

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
        ("larger", |row| larger(row).to_string()),
    ];
    Table::of(1, &columns, &comparison.statistics)
}

/// Which selection is closer to photographs, in one sentence.
///
/// ```text
/// closer to photographs: A (A 1.8 dB, B 8.0 dB; A - B 95 % -9.3 to -3.1, paired)
/// closer to photographs: withheld, neither is near photographs (A 7.8 dB, B 8.0 dB)
/// ```
pub fn comparison_answer(comparison: &Comparison) -> String {
    let to = &comparison.to_photos;
    let answer = match to.closer {
        Closer::A => "A",
        Closer::B => "B",
        Closer::Open => "open",
        Closer::Withheld => "withheld",
    };
    let reason = to.reason.as_ref();
    let reason = reason.map_or_else(String::new, |reason| format!(", {reason}"));
    let mut values = Vec::new();
    if let (Some(a), Some(b)) = (to.a_db, to.b_db) {
        values.push(format!("A {a:.1} dB, B {b:.1} dB"));
    }
    if let Some([low, high]) = to.ci {
        let paired = match to.pairing {
            Pairing::Paired => ", paired",
            Pairing::Independent => "",
        };
        values.push(format!("A - B 95 % {low:.1} to {high:.1}{paired}"));
    }
    let values = match values.is_empty() {
        true => String::new(),
        false => format!(" ({})", values.join("; ")),
    };
    format!("closer to photographs: {answer}{reason}{values}\n")
}

fn larger(row: &StatisticRow) -> &'static str {
    match row.interval.map(|interval| interval.larger) {
        Some(Larger::A) => "A",
        Some(Larger::B) => "B",
        Some(Larger::NotShown) => "not shown",
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
