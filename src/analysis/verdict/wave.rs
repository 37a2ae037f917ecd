//! Numbers of a set of waveforms: their spectrum is all that they have.

use super::answers::Number;
use super::photos::{Between, DB, Photos, distance};
use super::plane::{falls, least};
use super::sums::UnitSums;
use crate::compare::leave_one_out_interval;
use crate::lanes;
use std::ops::Range;

/// Where hearing begins to matter, Hz.
const AUDIBLE: f64 = 50.0;
const SLACK: f64 = 1e-9;

/// Octave-wide bands in steps of half an octave, from Nyquist down to the first
/// line of a transform of `n_samples`.
pub(super) struct WaveBands {
    n_samples: usize,
    sample_rate: f64,
    /// Lower edges, cycles per sample, rising.
    edges: Vec<f64>,
    /// Places of each band's lines in k = 1..=n/2.
    lines: Vec<Range<usize>>,
}

impl WaveBands {
    pub fn new(n_samples: usize, sample_rate: u32) -> Self {
        let n = n_samples as f64;
        let edge = |j: usize| 0.25 * 2_f64.powf(-(j as f64) / 2.0);
        let n_bands = (0..).take_while(|&j| edge(j) * n >= 1.0 - SLACK).count();
        let edges: Vec<f64> = (0..n_bands).rev().map(edge).collect();
        let upto = |end: f64| {
            let last = (end * (1.0 + SLACK) * n).floor() as usize;
            last.min(n_samples / 2)
        };
        Self {
            lines: edges.iter().map(|&a| upto(a)..upto(2.0 * a)).collect(),
            n_samples,
            sample_rate: f64::from(sample_rate),
            edges,
        }
    }

    pub fn len(&self) -> usize {
        self.edges.len()
    }

    pub fn lower_edges(&self) -> &[f64] {
        &self.edges
    }

    /// Hz.
    pub fn sample_rate(&self) -> f64 {
        self.sample_rate
    }

    /// Adds the mean per band of |X_k|^2 / n to `sums`.
    pub fn add(&self, lines: &[f64], sums: &mut [f64]) {
        for (sum, band) in sums.iter_mut().zip(&self.lines) {
            *sum += lanes::sum(&lines[band.clone()]) / (band.len() * self.n_samples) as f64;
        }
    }

    /// The first band that is heard.
    pub fn first_audible(&self) -> usize {
        let mut edges = self.edges.iter();
        let heard = edges.position(|edge| edge * self.sample_rate >= AUDIBLE);
        heard.unwrap_or(self.len())
    }

    /// Bands that photographs have, from the first that is heard on, and the power
    /// of photographs in them, dB.
    pub fn on_photos(&self, photos: &Photos) -> (usize, Vec<f64>) {
        let points = &photos.reference.ln_frequency;
        let reached = |edge: &f64| edge * 2_f64.sqrt() >= points[0].exp();
        let first = self.edges.iter().position(reached).unwrap_or(self.len());
        let first = first.max(self.first_audible());
        let curve = photos.curve(false, None);
        let last = points.len() - 1;
        let steepness = (curve[last] - curve[last - 1]) / (points[last] - points[last - 1]);
        // Beyond the last bin photographs go on as they end, at Nyquist at most.
        let beyond = curve[last] + (0.5_f64.ln() - points[last]) * steepness;
        let power = |line: usize| {
            let x = ((line + 1) as f64 / self.n_samples as f64).ln();
            match x {
                x if x > points[last] => beyond.exp(),
                x if x < points[0] => curve[0].exp(),
                x => Between::new(points, x).value(&curve).exp(),
            }
        };
        let mean = |band: &Range<usize>| band.clone().map(power).sum::<f64>() / band.len() as f64;
        let db = self.lines[first..].iter().map(|band| DB * mean(band).ln());
        (first, db.collect())
    }
}

/// Names of the numbers of waveforms.
pub(super) const NAMES: [&str; 3] = [
    "least_fall_db",
    "least_fall_from_bottom_db",
    "photo_distance_db",
];

/// All numbers of a set, named by [`NAMES`], and the level of each band, dB.
pub(super) struct WaveNumbers {
    pub levels: Vec<f64>,
    pub all: [Number; 3],
    pub without: Vec<[f64; 3]>,
}

pub(super) fn numbers(
    units: &[UnitSums],
    bands: &WaveBands,
    (first, photos): &(usize, Vec<f64>),
) -> WaveNumbers {
    let mut total = UnitSums::default();
    units.iter().for_each(|unit| total.add(unit));
    let levels = |without: Option<&UnitSums>| -> Vec<f64> {
        let n = (total.n - without.map_or(0, |unit| unit.n)) as f64;
        let sums = total.rest.iter().enumerate();
        sums.map(|(band, sum)| {
            let sum = sum - without.map_or(0.0, |unit| unit.rest[band]);
            DB * (sum / n).max(1e-30).ln()
        })
        .collect()
    };
    let heard = bands.first_audible();
    let statistics = |levels: &[f64]| {
        let falls = falls(levels);
        let lowest = |from: usize| {
            let falls = falls.get(from..).and_then(least);
            falls.map_or(f64::NAN, |(_, fall)| fall)
        };
        [
            lowest(heard),
            lowest(0),
            distance(&levels[*first..], photos),
        ]
    };
    let of_all = levels(None);
    let values = statistics(&of_all);
    let without: Vec<[f64; 3]> = match units.len() {
        ..2 => vec![],
        _ => units
            .iter()
            .map(|unit| statistics(&levels(Some(unit))))
            .collect(),
    };
    WaveNumbers {
        all: std::array::from_fn(|i| {
            let of_one: Vec<f64> = without.iter().map(|values| values[i]).collect();
            Number::new(values[i], leave_one_out_interval(values[i], &of_one, 0.0))
        }),
        levels: of_all,
        without,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_reach_from_nyquist_to_the_first_line() {
        let bands = WaveBands::new(44_100, 22_050);
        assert_eq!(bands.lines.last(), Some(&(11_025..22_050)));
        let first = bands.lines[0].clone();
        assert!(first.start == 1 && first.end == 2, "{first:?}");
        let mut sums = vec![0.0; bands.len()];
        bands.add(&vec![44_100.0; 22_050], &mut sums);
        assert!(sums.iter().all(|sum| (sum - 1.0).abs() < 1e-12));
        let edge = bands.edges[bands.first_audible()];
        assert!((50.0..71.0).contains(&(edge * 22_050.0)), "{edge}");
    }
}
