//! Sums over the segments of a source, and exact ones over the sources of a class.

use super::axis::SpectralAxis;
use super::input_row::LeftOut;
use super::segment_status::SegmentStatus;
use crate::Result;
use crate::compare::{
    ExactSum, LevelHistogram, MeanSpectrum, OctaveBand, SpectrumSums, root_of_difference,
    rounding_floor,
};
use crate::data::Real;
use crate::lanes;
use serde::{Deserialize, Serialize};

/// Sums over the segments of one source in one representation.
#[derive(Debug, Clone)]
pub(super) struct Measurement {
    pub sums: SpectrumSums,
    pub levels: LevelHistogram,
    bands: Vec<OctaveBand>,
    pub moments: Moments,
    /// Sum over segments of the share of energy outside all rings.
    pub outside_share: f64,
    pub n_constant: u64,
    pub n_non_finite: u64,
}

/// Count, sum and sum of squares of a representation's values.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Moments {
    pub count: u64,
    pub sum: f64,
    pub sum_squares: f64,
}

impl Measurement {
    /// Nothing yet, of `n_bins` frequencies and of levels in `bands`.
    pub fn new(n_bins: usize, bands: &[OctaveBand]) -> Self {
        Self {
            sums: SpectrumSums::new(n_bins),
            levels: LevelHistogram::new(bands.len()),
            bands: bands.to_vec(),
            moments: Moments::default(),
            outside_share: 0.0,
            n_constant: 0,
            n_non_finite: 0,
        }
    }

    pub fn clear(&mut self) {
        self.sums.clear();
        self.levels.clear();
        self.moments = Moments::default();
        self.outside_share = 0.0;
        self.n_constant = 0;
        self.n_non_finite = 0;
    }

    /// Adds one segment: its values, its power spectrum computed in precision
    /// `T`, and the share of its energy outside all rings. A power that cannot
    /// be used counts the segment as left out.
    pub fn add<T: Real>(&mut self, values: &[T], power: &[f64], outside_share: f64) {
        // Finite values may still be too large, or too small, for their squares.
        let total = lanes::sum(power);
        let status = match total {
            total if !total.is_finite() => SegmentStatus::NonFinite,
            0.0 => SegmentStatus::Constant,
            _ => SegmentStatus::Usable,
        };
        if self.admits(status) {
            self.sums.add(power, rounding_floor::<T>(power));
            self.levels.add(&self.bands, self.sums.last_log_power());
            self.moments.add(values);
            self.outside_share += outside_share;
        }
    }

    /// What the averages leave out.
    pub fn left_out(&self) -> LeftOut {
        LeftOut {
            constant: self.n_constant,
            non_finite: self.n_non_finite,
            floored_powers: self.sums.n_floored,
        }
    }

    /// Whether a segment is to be measured; one that is not is counted.
    pub fn admits(&mut self, status: SegmentStatus) -> bool {
        match status {
            SegmentStatus::Usable => return true,
            SegmentStatus::Constant => self.n_constant += 1,
            SegmentStatus::NonFinite => self.n_non_finite += 1,
        }
        false
    }
}

impl Moments {
    fn add<T: Real>(&mut self, values: &[T]) {
        self.count += values.len() as u64;
        let (sum, sum_squares) = lanes::sums(values);
        self.sum += sum;
        self.sum_squares += sum_squares;
    }
}

/// Exact sums over the sources of one class in one representation: the same
/// for any order and grouping.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Totals {
    pub mean: MeanSpectrum,
    pub levels: LevelHistogram,
    pub left_out: LeftOut,
    count: u64,
    sum: ExactSum,
    sum_squares: ExactSum,
    outside_share: ExactSum,
}

impl Totals {
    /// Nothing yet, along an axis.
    pub fn new(axis: &SpectralAxis) -> Self {
        Self {
            mean: MeanSpectrum::new(axis.frequency.len()),
            levels: LevelHistogram::new(axis.level_bands.len()),
            left_out: LeftOut::default(),
            count: 0,
            sum: ExactSum::default(),
            sum_squares: ExactSum::default(),
            outside_share: ExactSum::default(),
        }
    }

    /// Adds one source.
    pub fn add(&mut self, source: &Measurement) -> Result<()> {
        self.mean.add(&source.sums)?;
        self.levels.merge(&source.levels);
        self.add_left_out(&source.left_out());
        self.count += source.moments.count;
        self.sum.add(source.moments.sum);
        self.sum_squares.add(source.moments.sum_squares);
        self.outside_share.add(source.outside_share);
        Ok(())
    }

    /// Adds the sources of other totals.
    pub fn merge(&mut self, other: &Totals) -> Result<()> {
        self.mean.merge(&other.mean)?;
        self.levels.merge(&other.levels);
        self.add_left_out(&other.left_out);
        self.count += other.count;
        self.sum.merge(&other.sum);
        self.sum_squares.merge(&other.sum_squares);
        self.outside_share.merge(&other.outside_share);
        Ok(())
    }

    fn add_left_out(&mut self, other: &LeftOut) {
        self.left_out.constant += other.constant;
        self.left_out.non_finite += other.non_finite;
        self.left_out.floored_powers += other.floored_powers;
    }

    /// Standard deviation of all values about their global mean; NaN where the
    /// squares left the range of exact sums.
    pub fn scale(&self) -> f64 {
        let n = self.count as f64;
        let mean = self.sum.value() / n;
        root_of_difference(self.sum_squares.value() / n, mean * mean)
    }

    /// Mean share of energy outside the rings.
    pub fn outside_share(&self) -> f64 {
        self.outside_share.value() / self.mean.n_segments() as f64
    }
}
