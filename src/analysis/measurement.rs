use crate::compare::{LevelHistogram, OctaveBand, SpectrumSums, rounding_floor};
use crate::data::Real;
use crate::decode::LARGEST_SAMPLE;
use crate::lanes;

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

/// Whether the values of one segment can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Varied,
    /// All values are equal: its power is 0 at every frequency.
    Constant,
    NonFinite,
}

impl Measurement {
    pub fn new(n_bins: usize, bands: Vec<OctaveBand>) -> Self {
        Self {
            sums: SpectrumSums::new(n_bins),
            levels: LevelHistogram::new(bands.len()),
            bands,
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
        let content = match total {
            total if !total.is_finite() => Content::NonFinite,
            0.0 => Content::Constant,
            _ => Content::Varied,
        };
        if self.admits(content) {
            self.sums.add(power, rounding_floor::<T>(power));
            self.levels.add(&self.bands, self.sums.last_log_power());
            self.moments.add(values);
            self.outside_share += outside_share;
        }
    }

    /// Whether a segment is to be measured; one that is not is counted.
    pub fn admits(&mut self, content: Content) -> bool {
        match content {
            Content::Varied => return true,
            Content::Constant => self.n_constant += 1,
            Content::NonFinite => self.n_non_finite += 1,
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

/// What kind of samples a segment of a clip holds: one rule for all
/// representations.
pub(super) fn sound_content(samples: &[f32]) -> Content {
    // No sample is larger than the root of the sum of all squares.
    let is_usual = lanes::sum_squares(samples) <= f64::from(LARGEST_SAMPLE).powi(2);
    match is_usual || lanes::peak(samples) <= LARGEST_SAMPLE {
        true => content_of_finite(samples, is_usual),
        false => Content::NonFinite,
    }
}

/// What kind of values a segment holds.
pub(super) fn content<T: Real>(values: &[T]) -> Content {
    content_of_finite(values, lanes::sum_squares(values).is_finite())
}

/// The same where it is known that all values are finite, or not known.
fn content_of_finite<T: Real>(values: &[T], is_finite: bool) -> Content {
    // Sums of squares of f64 may leave their range where the values do not.
    if !is_finite && values.iter().any(|x| !x.is_finite()) {
        Content::NonFinite
    } else if values.iter().all(|x| *x == values[0]) {
        Content::Constant
    } else {
        Content::Varied
    }
}
