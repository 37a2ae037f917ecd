//! Tables for terminals.

use crate::data::Unit;
use serde::Serialize;
use std::fmt;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Most classes whose rows tables show.
pub(super) const MOST_CLASSES: usize = 12;

/// Terminal columns of the longest name that is shown whole.
const WIDEST_NAME: usize = 48;

/// Name of a column, and the text of a row in it.
pub(super) type Column<R> = (&'static str, fn(&R) -> String);

/// Text in aligned columns: the first ones to the left, numbers to the right.
/// Widths are those of a terminal, where wide characters take two columns and
/// combining ones none.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The header, then the others.
    rows: Vec<Vec<String>>,
    n_left: usize,
}

impl Table {
    /// An empty table; the first `n_left` columns are aligned to the left.
    pub fn new(header: &[&str], n_left: usize) -> Self {
        Self {
            rows: vec![header.iter().map(ToString::to_string).collect()],
            n_left,
        }
    }

    /// Rows under the names of their columns.
    pub(super) fn of<R>(
        n_left: usize,
        columns: &[Column<R>],
        rows: impl IntoIterator<Item = R>,
    ) -> Self {
        let header: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let mut table = Table::new(&header, n_left);
        for row in rows {
            table.push(columns.iter().map(|(_, cell)| cell(&row)).collect());
        }
        table
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
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.width()).max().unwrap_or(0)
        };
        let n_columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..n_columns).map(width).collect();
        for row in &self.rows {
            let cells = row.iter().enumerate().map(|(column, cell)| {
                let padding = " ".repeat(widths[column] - cell.width());
                match column < self.n_left {
                    true => format!("{cell}{padding}"),
                    false => format!("{padding}{cell}"),
                }
            });
            let line = cells.collect::<Vec<_>>().join("  ");
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

/// A cell that may be without a value.
pub(super) fn or_dash(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".to_string(), |value| value.to_string())
}

/// Three decimals.
pub(super) fn thousandths(value: Option<f64>) -> String {
    or_dash(value.map(|value| format!("{value:.3}")))
}

/// A frequency with its unit; as text, at three significant digits.
#[derive(Serialize)]
pub(super) struct Frequency {
    pub value: f64,
    pub unit: Unit,
}

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Frequency { value, unit } = self;
        let decimals = (2 - value.abs().log10().floor() as i32).clamp(0, 6) as usize;
        let unit = match unit {
            Unit::CyclePerSample => "c/sample",
            unit => unit.symbol(),
        };
        write!(f, "{value:.decimals$} {unit}")
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
