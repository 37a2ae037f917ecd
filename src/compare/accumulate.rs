//! Sums over the segments of a source, and exact means over many sources.

use super::ExactSum;
use super::grid_sum::{GridSums, Steps};
use crate::data::Real;
use crate::lanes;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// Frequencies that are added while they are in the first-level cache.
const AT_ONCE: usize = 512;

/// Sums over the segments of one source, in the order of the segments.
#[derive(Debug, Clone)]
pub struct SpectrumSums {
    /// Number of segments.
    pub n_segments: u64,
    /// Number of powers that were raised to the floor, over all segments and
    /// frequencies.
    pub n_floored: u64,
    /// ln P of the segment that was added last.
    last_log_power: Vec<f64>,
    log_power: Vec<f64>,
    log_power_squared: Vec<f64>,
    power: Vec<f64>,
}

impl SpectrumSums {
    /// Empty sums over `n_bins` frequencies.
    pub fn new(n_bins: usize) -> Self {
        Self {
            n_segments: 0,
            n_floored: 0,
            last_log_power: vec![0.0; n_bins],
            log_power: vec![0.0; n_bins],
            log_power_squared: vec![0.0; n_bins],
            power: vec![0.0; n_bins],
        }
    }

    /// Empties the sums, keeping the memory.
    pub fn clear(&mut self) {
        self.n_segments = 0;
        self.n_floored = 0;
        self.log_power.fill(0.0);
        self.log_power_squared.fill(0.0);
        self.power.fill(0.0);
    }

    /// Adds the power spectrum of one segment. Powers below `floor` enter
    /// logarithms as `floor`: a power that a transform rounds to nearly 0 says
    /// only that it is small, and must not rule a mean of logarithms (see
    /// [`rounding_floor`]).
    pub fn add(&mut self, power: &[f64], floor: f64) {
        debug_assert_eq!(power.len(), self.power.len());
        self.n_segments += 1;
        let n = power.len().min(self.power.len());
        for first in (0..n).step_by(AT_ONCE) {
            let chunk = first..n.min(first + AT_ONCE);
            let power = &power[chunk.clone()];
            let logarithms = &mut self.last_log_power[chunk.clone()];
            lanes::ln_at_least(power, floor, logarithms);
            let logarithms = &*logarithms;
            let sums = self.log_power[chunk.clone()].iter_mut();
            let sums = sums.zip(&mut self.log_power_squared[chunk.clone()]);
            let sums = sums.zip(&mut self.power[chunk]);
            self.n_floored += lanes::on_vectors(
                #[inline(always)]
                || {
                    for (((sum, squares), powers), (&log, &power)) in
                        sums.zip(logarithms.iter().zip(power))
                    {
                        *sum += log;
                        *squares += log * log;
                        *powers += power;
                    }
                    let floored = power.iter().map(|&power| u64::from(power < floor));
                    floored.sum::<u64>()
                },
            );
        }
    }

    /// ln P of the segment that was added last.
    pub fn last_log_power(&self) -> &[f64] {
        &self.last_log_power
    }

    /// Geometric mean of P over the segments; of one segment, P itself.
    pub fn geometric_mean(&self) -> Vec<f64> {
        if self.n_segments == 1 {
            return self.power.clone();
        }
        self.mean_log_power().iter().map(|p| p.exp()).collect()
    }

    /// Arithmetic mean of P over the segments; all NaN without any.
    pub fn mean_power(&self) -> Vec<f64> {
        let n = self.n_segments as f64;
        self.power.iter().map(|sum| sum / n).collect()
    }

    /// Mean of ln P over the segments; all NaN without any.
    pub fn mean_log_power(&self) -> Vec<f64> {
        let n = self.n_segments as f64;
        self.log_power.iter().map(|sum| sum / n).collect()
    }
}

/// The power that rounding alone leaves in a bin of a transform of precision
/// `T`: epsilon^2 times the mean power.
pub fn rounding_floor<T: Real>(power: &[f64]) -> f64 {
    let epsilon: f64 = T::epsilon().into();
    epsilon * epsilon * lanes::sum(power) / power.len() as f64
}

/// Mean spectrum over many sources; every segment weighs the same. The result
/// is the same to the bit for any order and grouping of the sources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeanSpectrum {
    n_sources: u64,
    n_segments: u64,
    log_power: GridSums,
    log_power_squared: GridSums,
    power: Vec<ExactSum>,
}

impl MeanSpectrum {
    /// Nothing yet, over `n_bins` frequencies.
    pub fn new(n_bins: usize) -> Self {
        Self {
            n_sources: 0,
            n_segments: 0,
            log_power: GridSums::new(Steps::Logarithms, n_bins),
            log_power_squared: GridSums::new(Steps::SquaredLogarithms, n_bins),
            power: vec![ExactSum::default(); n_bins],
        }
    }

    /// Number of frequencies.
    pub fn n_bins(&self) -> usize {
        self.power.len()
    }

    /// Adds one source; a source without segments counts for nothing.
    ///
    /// # Errors
    /// [`Error::Length`] for another number of frequencies.
    pub fn add(&mut self, source: &SpectrumSums) -> Result<()> {
        self.check_bins(source.power.len())?;
        if source.n_segments == 0 {
            return Ok(());
        }
        self.n_sources += 1;
        self.n_segments += source.n_segments;
        self.log_power.add(&source.log_power);
        self.log_power_squared.add(&source.log_power_squared);
        for (sum, &term) in self.power.iter_mut().zip(&source.power) {
            sum.add(term);
        }
        Ok(())
    }

    /// Adds all sources of another mean.
    ///
    /// # Errors
    /// [`Error::Length`] for another number of frequencies.
    pub fn merge(&mut self, other: &MeanSpectrum) -> Result<()> {
        // Lists that were read from a file may differ.
        for n in [
            other.n_bins(),
            other.log_power.len(),
            other.log_power_squared.len(),
        ] {
            self.check_bins(n)?;
        }
        self.n_sources += other.n_sources;
        self.n_segments += other.n_segments;
        self.log_power.merge(&other.log_power);
        self.log_power_squared.merge(&other.log_power_squared);
        for (sum, other) in self.power.iter_mut().zip(&other.power) {
            sum.merge(other);
        }
        Ok(())
    }

    fn check_bins(&self, got: usize) -> Result<()> {
        Error::check_length("spectrum", got, self.n_bins())
    }

    /// Number of sources with at least one segment.
    pub fn n_sources(&self) -> u64 {
        self.n_sources
    }

    /// Number of segments.
    pub fn n_segments(&self) -> u64 {
        self.n_segments
    }

    /// Mean of ln P per frequency: the logarithm of the geometric mean.
    pub fn mean_log_power(&self) -> Vec<f64> {
        self.mean(self.log_power.values())
    }

    /// Arithmetic mean of P per frequency.
    pub fn mean_power(&self) -> Vec<f64> {
        self.mean(self.power.iter().map(ExactSum::value))
    }

    /// Population standard deviation of ln P over the segments, per frequency.
    pub fn std_log_power(&self) -> Vec<f64> {
        let means = self.mean_log_power();
        if self.n_segments == 1 {
            // 0, or not a number where the mean is none.
            return means.iter().map(|mean| 0.0 * mean.abs()).collect();
        }
        let mut deviations = self.mean(self.log_power_squared.values());
        for (deviation, mean) in deviations.iter_mut().zip(means) {
            *deviation = root_of_difference(*deviation, mean * mean);
        }
        deviations
    }

    fn mean(&self, sums: impl Iterator<Item = f64>) -> Vec<f64> {
        let n = self.n_segments as f64;
        sums.map(|sum| sum / n).collect()
    }
}

/// sqrt(square - mean_squared), 0 where rounding made the difference negative,
/// and NaN where either side is.
pub(crate) fn root_of_difference(square: f64, mean_squared: f64) -> f64 {
    let difference = square - mean_squared;
    if difference < 0.0 {
        0.0
    } else {
        difference.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn mean(segments: &[[f64; 3]]) -> MeanSpectrum {
        let (mut sums, mut mean) = (SpectrumSums::new(3), MeanSpectrum::new(3));
        for power in segments {
            sums.add(power, 0.0);
        }
        mean.add(&sums).unwrap();
        mean
    }

    #[test]
    fn one_segment_does_not_deviate() {
        assert_eq!(mean(&[[0.1, 1.7, 3e9]]).std_log_power(), [0.0; 3]);
        let deviations = mean(&[[1.0, 2.0, 4.0], [4.0, 2.0, 1.0]]).std_log_power();
        for (got, expected) in deviations.iter().zip([2_f64.ln(), 0.0, 2_f64.ln()]) {
            assert!((got - expected).abs() < 1e-8, "{deviations:?}");
        }
    }

    #[test]
    fn lists_that_lost_an_entry_in_a_file_are_refused() {
        let written = serde_json::to_value(mean(&[[1.0, 2.0, 4.0]])).unwrap();
        for list in ["/log_power/sums", "/log_power_squared/sums", "/power"] {
            let mut edited = written.clone();
            let list = edited.pointer_mut(list).and_then(Value::as_array_mut);
            list.unwrap().pop();
            let edited: MeanSpectrum = serde_json::from_value(edited).unwrap();
            assert!(MeanSpectrum::new(3).merge(&edited).is_err());
        }
    }
}
