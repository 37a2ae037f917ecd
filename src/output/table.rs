use super::summaries::ResultSummary;
use crate::analysis::{Report, ResultRow};
use crate::data::Unit;
use std::fmt;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Most classes whose rows the results table shows.
pub(super) const MOST_CLASSES: usize = 12;

/// Terminal columns of the longest name that is shown whole.
const WIDEST_NAME: usize = 48;

/// Text in aligned columns: the first ones to the left, numbers to the right.
/// Widths are those of a terminal, where wide characters take two columns and
/// combining ones none.
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

    /// Appends a row. Names in the left columns are cut to 48 terminal columns,
    /// and control characters are replaced: names of folders may hold anything.
    pub fn push(&mut self, row: Vec<String>) {
        let cells = row.into_iter().enumerate();
        let cells = cells.map(|(column, cell)| match column < self.n_left {
            true => shortened(&printable(&cell), WIDEST_NAME),
            false => printable(&cell),
        });
        self.rows.push(cells.collect());
    }

    fn widths(&self) -> Vec<usize> {
        let width = |column: usize| {
            std::iter::once(&self.header)
                .chain(&self.rows)
                .filter_map(|row| row.get(column))
                .map(|cell| cell.width())
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
                let padding = " ".repeat(width - cell.width());
                let (left, right) = match column < self.n_left {
                    true => (cell.as_str(), padding.as_str()),
                    false => (padding.as_str(), cell.as_str()),
                };
                line.push_str(left);
                line.push_str(right);
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

fn printable(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

/// The beginning of a text that fits `width` terminal columns, with an ellipsis
/// where something is left out.
fn shortened(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_string();
    }
    let mut short = String::new();
    for c in text.chars() {
        if short.width() + c.width().unwrap_or(0) > width - 1 {
            break;
        }
        short.push(c);
    }
    short + "…"
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
        if result.class == "all" || n_classes(report, result) <= MOST_CLASSES {
            table.push(row(result));
        }
    }
    table
}

/// Number of classes that are too many for [`results_table`]; 0 where it has all.
pub fn classes_left_out(report: &Report) -> usize {
    let counts = report.results.iter().map(|row| n_classes(report, row));
    counts.max().filter(|n| *n > MOST_CLASSES).unwrap_or(0)
}

/// Classes of the representation of a row.
fn n_classes(report: &Report, row: &ResultRow) -> usize {
    let rows = report.results.iter();
    let of_representation = rows.filter(|other| other.representation == row.representation);
    of_representation.filter(|row| row.class != "all").count()
}

fn row(result: &ResultRow) -> Vec<String> {
    let summary = ResultSummary::of(result);
    let number = |value: Option<f64>| value.map_or("-".to_string(), |v| format!("{v:.3}"));
    let peak = summary.peak.map(|peak| frequency(peak.value, peak.unit));
    vec![
        result.representation.name().to_string(),
        result.class.clone(),
        result.n_files.to_string(),
        result.n_segments.to_string(),
        number(summary.alpha),
        number(summary.r_squared),
        number(summary.monotonicity),
        peak.unwrap_or_else(|| "-".to_string()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_as_a_terminal_shows_them() {
        let mut table = Table::new(&["class", "n"], 1);
        let long = "x".repeat(60);
        for name in ["blues", "日本の歌", "cafe\u{301}", "a\nb\u{1b}[31m", &long] {
            table.push(vec![name.to_string(), "12".to_string()]);
        }
        let text = table.to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 6, "{text}");
        assert!(
            lines.iter().all(|line| line.width() == 48 + 2 + 2),
            "{text}"
        );
        assert!(lines[2].starts_with("日本の歌") && lines[3].starts_with("cafe\u{301} "));
        assert!(lines[4].starts_with("a\u{fffd}b\u{fffd}[31m "));
        assert_eq!(lines[5], format!("{}…  12", "x".repeat(47)));
        // Two columns that would not fit whole are not cut in half.
        assert_eq!(shortened("日本の歌", 6), "日本…");
        assert_eq!(shortened("日本の歌", 7), "日本の…");
    }
}
