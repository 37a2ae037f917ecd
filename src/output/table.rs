use crate::analysis::{Report, ResultRow};
use crate::data::Unit;
use std::fmt;

/// Most classes whose rows the results table shows.
pub(super) const MOST_CLASSES: usize = 12;

/// Text in aligned columns: the first ones to the left, numbers to the right.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    n_left: usize,
}

impl Table {
    /// An empty table; the first `n_left` columns are aligned to the left.
    pub fn new(header: &[&str], n_left: usize) -> Self {
        Self {
            header: header.iter().map(ToString::to_string).collect(),
            rows: Vec::new(),
            n_left,
        }
    }

    /// Appends a row.
    pub fn push(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    fn widths(&self) -> Vec<usize> {
        let width = |column: usize| {
            std::iter::once(&self.header)
                .chain(&self.rows)
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        };
        (0..self.header.len()).map(width).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        for row in std::iter::once(&self.header).chain(&self.rows) {
            let mut line = String::new();
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                if column > 0 {
                    line.push_str("  ");
                }
                if column < self.n_left {
                    line.push_str(&format!("{cell:<width$}"));
                } else {
                    line.push_str(&format!("{cell:>width$}"));
                }
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// The results of a report: representation, class, files, segments, exponent,
/// R^2, monotonicity (-Spearman over third-octave bands: 1 where power falls at
/// every step) and peak.
///
/// Classes get their own rows where there are at most 12.
pub fn results_table(report: &Report) -> Table {
    let header = [
        "representation",
        "class",
        "files",
        "n",
        "alpha",
        "R^2",
        "monotonicity",
        "peak",
    ];
    let mut table = Table::new(&header, 2);
    for result in &report.results {
        let n_classes = report
            .results
            .iter()
            .filter(|other| other.representation == result.representation)
            .count()
            - 1;
        if result.class == "all" || n_classes <= MOST_CLASSES {
            table.push(row(result));
        }
    }
    table
}

fn row(result: &ResultRow) -> Vec<String> {
    let missing = || "-".to_string();
    let law = result.fit.post.law();
    let spearman = result
        .monotonicity
        .third_octaves
        .as_ref()
        .and_then(|m| m.spearman);
    vec![
        result.representation.name().to_string(),
        result.class.clone(),
        result.n_files.to_string(),
        result.n_segments.to_string(),
        law.map_or_else(missing, |law| format!("{:.3}", law.alpha)),
        law.and_then(|law| law.r_squared)
            .map_or_else(missing, |r| format!("{r:.3}")),
        spearman.map_or_else(missing, |s| format!("{:.3}", -s + 0.0)),
        result
            .monotonicity
            .peak
            .as_ref()
            .map_or_else(missing, |p| frequency(p.frequency, result.spectrum.unit)),
    ]
}

/// A frequency with its unit, at three significant digits.
pub(super) fn frequency(value: f64, unit: Unit) -> String {
    let decimals = (2 - value.abs().log10().floor() as i32).clamp(0, 6) as usize;
    match unit {
        Unit::CyclePerSample => format!("{value:.decimals$} c/sample"),
        unit => format!("{value:.decimals$} {}", unit.symbol()),
    }
}
