use super::measurement::Measurement;
use super::report::LeftOut;
use crate::Result;
use crate::compare::{ExactSum, LevelHistogram, MeanSpectrum, root_of_difference};
use serde::{Deserialize, Serialize};

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
    pub fn new(n_bins: usize, n_bands: usize) -> Self {
        Self {
            mean: MeanSpectrum::new(n_bins),
            levels: LevelHistogram::new(n_bands),
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
        self.add_left_out(&left_out(source));
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

/// What one source's averages leave out.
pub(super) fn left_out(source: &Measurement) -> LeftOut {
    LeftOut {
        constant: source.n_constant,
        non_finite: source.n_non_finite,
        floored_powers: source.sums.n_floored,
    }
}
