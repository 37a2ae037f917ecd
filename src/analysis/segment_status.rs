//! Whether a segment can be measured.

use crate::data::Real;
use crate::decode::LARGEST_SAMPLE;
use crate::lanes;

/// Whether the values of one segment can be measured: one rule for all studies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SegmentStatus {
    Usable,
    /// All values are equal: its power is 0 at every frequency.
    Constant,
    NonFinite,
}

impl SegmentStatus {
    /// The status of the samples of a clip.
    pub fn of_samples(samples: &[f32]) -> Self {
        // No sample is larger than the root of the sum of all squares.
        let is_usual = lanes::sum_squares(samples) <= f64::from(LARGEST_SAMPLE).powi(2);
        match is_usual || lanes::peak(samples) <= LARGEST_SAMPLE {
            true => Self::of_finite(samples, is_usual),
            false => SegmentStatus::NonFinite,
        }
    }

    /// The status of the values of a plane.
    pub fn of_values<T: Real>(values: &[T]) -> Self {
        Self::of_finite(values, lanes::sum_squares(values).is_finite())
    }

    /// Like [`Self::of_values`]; `is_finite` says that all values are known to be
    /// finite.
    fn of_finite<T: Real>(values: &[T], is_finite: bool) -> Self {
        // Sums of squares of f64 may leave their range where the values do not.
        if !is_finite && values.iter().any(|x| !x.is_finite()) {
            SegmentStatus::NonFinite
        } else if values.iter().all(|x| *x == values[0]) {
            SegmentStatus::Constant
        } else {
            SegmentStatus::Usable
        }
    }
}
