//! Curves thin enough for a page.

use serde::Serialize;
use std::ops::Range;

/// Most points of a drawn curve.
pub(super) const MOST_POINTS: usize = 500;
/// Fewest, where there are many curves.
const LEAST_POINTS: usize = 60;
/// Points of all curves together.
const ALL_POINTS: usize = 200_000;

/// Points per curve where there are `n_curves`.
pub(super) fn points(n_curves: usize) -> usize {
    (ALL_POINTS / n_curves.max(1)).clamp(LEAST_POINTS, MOST_POINTS)
}

/// Cells of even width in ln f, at most `most`, each with at least one of the
/// increasing positive frequencies; every frequency on its own where these are
/// few enough.
pub(super) fn cells(frequency: &[f64], most: usize) -> Vec<Range<usize>> {
    let (Some(first), Some(last)) = (frequency.first(), frequency.last()) else {
        return vec![];
    };
    if frequency.len() <= most {
        return (0..frequency.len()).map(|i| i..i + 1).collect();
    }
    let per_cell = (last / first).ln() / most as f64;
    let cell = |f: f64| (((f / first).ln() / per_cell) as usize).min(most - 1);
    let mut cells: Vec<Range<usize>> = Vec::new();
    let mut at = usize::MAX;
    for (i, &f) in frequency.iter().enumerate() {
        match cells.last_mut() {
            Some(last) if cell(f) == at => last.end = i + 1,
            _ => {
                at = cell(f);
                cells.push(i..i + 1);
            }
        }
    }
    cells
}

/// The middle of each cell.
pub(super) fn middles(frequency: &[f64], cells: &[Range<usize>]) -> Vec<Drawn> {
    let middle = |cell: &Range<usize>| (frequency[cell.start] * frequency[cell.end - 1]).sqrt();
    cells
        .iter()
        .map(|cell| Drawn::digits(middle(cell)))
        .collect()
}

/// log10 P from means of ln P over each cell.
pub(super) fn decades(log_power: &[f64], cells: &[Range<usize>]) -> Vec<Drawn> {
    let mean = |cell: &Range<usize>| {
        let values = &log_power[cell.clone()];
        values.iter().sum::<f64>() / values.len() as f64
    };
    let decade = |cell: &Range<usize>| Drawn::place(mean(cell) / std::f64::consts::LN_10);
    cells.iter().map(decade).collect()
}

/// A coordinate, rounded to what can be seen; null where it is no number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(transparent)]
pub(super) struct Drawn(Option<f64>);

impl Drawn {
    /// Six significant digits.
    pub fn digits(value: f64) -> Drawn {
        let rounded = format!("{value:.5e}").parse().ok();
        Drawn(rounded.filter(|v: &f64| v.is_finite()))
    }

    /// Four decimals.
    pub fn place(value: f64) -> Drawn {
        let rounded = (value * 1e4).round() / 1e4;
        Drawn(rounded.is_finite().then_some(rounded))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_cover_all_frequencies_once() {
        for n in [1, 3, 500, 501, 22_050] {
            let frequency: Vec<f64> = (1..=n).map(|k| 0.5 * k as f64).collect();
            let cells = cells(&frequency, MOST_POINTS);
            assert!(cells.len() <= MOST_POINTS && !cells.is_empty());
            assert_eq!((cells[0].start, cells[cells.len() - 1].end), (0, n));
            assert!(cells.windows(2).all(|pair| pair[0].end == pair[1].start));
        }
        assert!(cells(&[], 500).is_empty());
    }

    #[test]
    fn few_points_are_kept_as_they_are() {
        let cells = cells(&[0.25, 0.5], 500);
        assert_eq!(middles(&[0.25, 0.5], &cells)[0], Drawn(Some(0.25)));
        let ten = std::f64::consts::LN_10;
        let drawn = decades(&[ten, f64::NEG_INFINITY], &cells);
        assert_eq!(drawn, [Drawn(Some(1.0)), Drawn(None)]);
    }

    #[test]
    fn many_curves_share_the_points() {
        assert_eq!(points(3), 500);
        assert_eq!(points(1000), 200);
        assert_eq!(points(1_000_000), 60);
    }
}
