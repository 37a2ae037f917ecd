//! Photographs: their mean power in half-octave bins, and what that is on the very
//! cells of another plane's bands.

use super::sums::UnitSums;
use crate::planar::{VarianceBands, half_plane_weight};
use serde::{Deserialize, Serialize};

/// Decibels per neper of power.
pub(super) const DB: f64 = 10.0 / std::f64::consts::LN_10;
/// Frequencies this near to an edge, relative, are on it.
const SLACK: f64 = 1e-12;
/// How the source of the built-in photographs begins.
pub const BUILT_IN: &str = "130 built-in photographs";
/// Fewest photographs that stand for photographs.
pub(super) const FEWEST: usize = 3;
/// Side of the crops behind the built-in numbers, pixels.
const BUILT_IN_SIDE: usize = 224;
/// Powers of each built-in photograph, all cells and interior, per bin.
const NUMBERS: &str = include_str!("photos_builtin.json");

/// Half-octave bins (0.5 2^(-(j+1)/2), 0.5 2^(-j/2)] of square planes, down to one
/// period, by cell of the half plane.
#[derive(Debug, Clone)]
pub(super) struct PhotoBins {
    side: usize,
    /// Bin of each cell, `[k_y * side + k_x]`, k_y = 0..=side/2.
    bins: Vec<Option<usize>>,
    n_cells: [Vec<f64>; 2],
    /// Mean ln f over the cells of each bin.
    pub log_frequency: Vec<f64>,
}

impl PhotoBins {
    pub fn new(side: usize) -> Self {
        let end = |j: usize| 0.5 * 2_f64.powf(-(j as f64) / 2.0);
        let n = (0..)
            .take_while(|&j| end(j + 1) >= 1.0 / side as f64)
            .count();
        let mut bins = Vec::with_capacity((side / 2 + 1) * side);
        let mut n_cells = [vec![0.0; n], vec![0.0; n]];
        let mut logs = vec![0.0; n];
        for k_y in 0..side / 2 + 1 {
            for k_x in 0..side {
                let along = k_x.min(side - k_x) as f64;
                let f = (k_y as f64).hypot(along) / side as f64;
                let inside =
                    |j: &usize| f > end(j + 1) * (1.0 + SLACK) && f <= end(*j) * (1.0 + SLACK);
                let bin = (0..n).find(inside).map(|j| n - 1 - j);
                bins.push(bin);
                if let Some(bin) = bin {
                    let cells = half_plane_weight(side, k_y);
                    n_cells[0][bin] += cells;
                    logs[bin] += cells * f.ln();
                    n_cells[1][bin] += if k_y > 0 && k_x > 0 { cells } else { 0.0 };
                }
            }
        }
        for (log, cells) in logs.iter_mut().zip(&n_cells[0]) {
            *log /= cells;
        }
        Self {
            side,
            bins,
            n_cells,
            log_frequency: logs,
        }
    }

    /// Adds the mean power per bin of a plane to `sums`: over all cells, and over
    /// those on neither axis.
    pub fn add(&self, power: &[f64], sums: &mut [Vec<f64>; 2]) {
        for (cell, (power, bin)) in power.iter().zip(&self.bins).enumerate() {
            let (k_y, k_x) = (cell / self.side, cell % self.side);
            if let Some(bin) = *bin {
                let cells = half_plane_weight(self.side, k_y);
                sums[0][bin] += cells * power / self.n_cells[0][bin];
                if k_y > 0 && k_x > 0 {
                    sums[1][bin] += cells * power / self.n_cells[1][bin];
                }
            }
        }
    }

    pub fn len(&self) -> usize {
        self.log_frequency.len()
    }
}

/// The photographs that distances are taken to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PhotoReference {
    /// Where they come from, in words.
    pub source: String,
    /// Number of photographs.
    pub n: usize,
    /// ln of the frequencies of the lists below, cycles per pixel.
    pub ln_frequency: Vec<f64>,
    /// ln of their arithmetic mean power, over all cells.
    pub ln_power_all: Vec<f64>,
    /// The same over cells on neither axis.
    pub ln_power_interior: Vec<f64>,
}

/// Photographs, or groups of them, with their sums.
pub(crate) struct Photos {
    pub reference: PhotoReference,
    units: Vec<(f64, [Vec<f64>; 2])>,
    totals: (f64, [Vec<f64>; 2]),
}

#[derive(Deserialize)]
struct BuiltIn {
    source: String,
    all: Vec<Vec<f64>>,
    interior: Vec<Vec<f64>>,
}

impl Photos {
    /// The built-in ones.
    pub fn built_in() -> Self {
        let read: BuiltIn = serde_json::from_str(NUMBERS).expect("a test reads it");
        let units = read.all.into_iter().zip(read.interior);
        let units: Vec<_> = units
            .map(|(all, interior)| (1.0, [all, interior]))
            .collect();
        let bins = PhotoBins::new(BUILT_IN_SIDE);
        let source = format!("{BUILT_IN} ({})", read.source);
        Self::new(source, units.len(), bins.log_frequency, units)
    }

    /// The user's, of `side` pixels; `None` where they are too few to stand for
    /// photographs.
    pub fn of_units(units: &[UnitSums], n_files: usize, side: usize) -> Option<Self> {
        let log_frequency = PhotoBins::new(side).log_frequency;
        if units.len() < FEWEST || log_frequency.len() < 2 {
            return None;
        }
        let units = units.iter().map(|unit| (unit.n as f64, unit.bins.clone()));
        let source = format!("the {n_files} photos of this report");
        Some(Self::new(source, n_files, log_frequency, units.collect()))
    }

    fn new(
        source: String,
        n: usize,
        ln_frequency: Vec<f64>,
        units: Vec<(f64, [Vec<f64>; 2])>,
    ) -> Self {
        let n_bins = ln_frequency.len();
        let mut totals = (0.0, [vec![0.0; n_bins], vec![0.0; n_bins]]);
        for (weight, sums) in &units {
            totals.0 += weight;
            for (total, sums) in totals.1.iter_mut().zip(sums) {
                for (total, sum) in total.iter_mut().zip(sums) {
                    *total += sum;
                }
            }
        }
        let mean = |i: usize| {
            totals.1[i]
                .iter()
                .map(|sum| (sum / totals.0).ln())
                .collect()
        };
        Self {
            reference: PhotoReference {
                source,
                n,
                ln_power_all: mean(0),
                ln_power_interior: mean(1),
                ln_frequency,
            },
            units,
            totals,
        }
    }

    /// ln of mean power of all (`interior` false) or interior cells, with one unit
    /// left out, or none.
    pub fn curve(&self, interior: bool, without: Option<usize>) -> Vec<f64> {
        let i = usize::from(interior);
        let (left, own) = match without {
            Some(unit) => (self.units[unit].0, Some(&self.units[unit].1[i])),
            None => (0.0, None),
        };
        let sums = self.totals.1[i].iter().enumerate();
        sums.map(|(bin, sum)| {
            let sum = sum - own.map_or(0.0, |own| own[bin]);
            (sum / (self.totals.0 - left)).ln()
        })
        .collect()
    }

    /// The mean of the curves over the very cells of a plane's bands, dB: of all
    /// photographs, and without one unit after another.
    pub fn on_bands(&self, bands: &VarianceBands) -> OnBands {
        let mut cells = [Vec::new(), Vec::new()];
        bands.for_each_cell(|frequency, n, bands, is_interior| {
            let bands: Vec<usize> = bands.collect();
            let at = Between::new(&self.reference.ln_frequency, frequency.ln());
            cells[0].push((at, n, bands.clone()));
            if is_interior {
                cells[1].push((at, n, bands));
            }
        });
        let n_cells = [bands.cells_all(), bands.cells_interior()];
        let mean = |i: usize, without: Option<usize>| {
            let curve = self.curve(i == 1, without);
            let mut sums = vec![0.0; n_cells[i].len()];
            for (at, n, bands) in &cells[i] {
                let power = n * at.value(&curve).exp();
                bands.iter().for_each(|&band| sums[band] += power);
            }
            let means = sums.iter().zip(n_cells[i]);
            means
                .map(|(sum, &n)| DB * (sum / f64::from(n)).ln())
                .collect::<Vec<f64>>()
        };
        OnBands {
            source: self.reference.source.clone(),
            all: mean(0, None),
            interior: mean(1, None),
            without: (0..self.units.len())
                .map(|unit| [mean(0, Some(unit)), mean(1, Some(unit))])
                .collect(),
        }
    }
}

/// Photographs on the bands of a plane, dB.
pub(crate) struct OnBands {
    /// As [`PhotoReference::source`].
    pub source: String,
    pub all: Vec<f64>,
    pub interior: Vec<f64>,
    /// Without one unit after another: all, interior.
    pub without: Vec<[Vec<f64>; 2]>,
}

/// A place between two points of a curve; beyond its ends the last pair counts on.
#[derive(Clone, Copy)]
pub(super) struct Between {
    at: usize,
    share: f64,
}

impl Between {
    pub fn new(points: &[f64], x: f64) -> Self {
        let last = points.len() - 2;
        let at = points.partition_point(|point| *point < x);
        let at = at.saturating_sub(1).min(last);
        let share = (x - points[at]) / (points[at + 1] - points[at]);
        Self { at, share }
    }

    pub fn value(self, curve: &[f64]) -> f64 {
        let (a, b) = (curve[self.at], curve[self.at + 1]);
        a + self.share * (b - a)
    }
}

/// Root of the mean squared difference of two lists, levels matched.
pub(super) fn distance(levels: &[f64], reference: &[f64]) -> f64 {
    let apart: Vec<f64> = levels.iter().zip(reference).map(|(a, b)| a - b).collect();
    let n = apart.len() as f64;
    let mean = apart.iter().sum::<f64>() / n;
    (apart.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / n).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_photographs_have_thirteen_bins() {
        let photos = Photos::built_in();
        assert_eq!((photos.units.len(), photos.reference.n), (130, 130));
        let bins = PhotoBins::new(BUILT_IN_SIDE);
        assert_eq!(bins.len(), 13);
        assert!(
            photos
                .units
                .iter()
                .all(|(_, [a, b])| a.len() == 13 && b.len() == 13)
        );
        // Steep as photographs: about f^-3 at high frequencies.
        let curve = photos.curve(false, None);
        assert!(curve[12] - curve[6] < -5.0, "{curve:?}");
        assert!(photos.curve(false, Some(3)) != curve);
    }

    #[test]
    fn a_power_law_stays_one_beyond_the_ends() {
        let points = [-3.0, -2.0, -1.0];
        let curve = points.map(|x| 5.0 - 2.0 * x);
        for x in [-4.0, -3.0, -2.5, -1.0, 0.0] {
            assert!((Between::new(&points, x).value(&curve) - (5.0 - 2.0 * x)).abs() < 1e-12);
        }
        assert_eq!(distance(&[1.0, 2.0], &[11.0, 12.0]), 0.0);
        assert_eq!(distance(&[1.0, -1.0], &[0.0, 0.0]), 1.0);
    }
}
