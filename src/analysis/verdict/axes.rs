//! Exponents along time and along frequency.

use std::ops::Range;

/// Highest temporal modulation of the exponent along time, Hz.
const TOP_HZ: f64 = 16.0;
/// Most cycles per plane of the exponent along frequency.
const TOP_CYCLES: f64 = 32.0;
/// Frequencies this near to an edge, relative, are on it.
const SLACK: f64 = 1e-9;

/// Half-octave bins of one axis, down from a highest frequency.
#[derive(Debug, Clone)]
pub(super) struct AxisBins {
    /// Places in the list of frequencies, rising.
    bins: Vec<Range<usize>>,
    /// Mean ln f of each.
    log_frequency: Vec<f64>,
}

impl AxisBins {
    /// Of k_t = 1..=(N-1)/2 cycles per plane.
    pub fn along_time(n_frames: usize, frames_per_second: f64) -> Self {
        let step = frames_per_second / n_frames as f64;
        let frequencies = (1..=n_frames.saturating_sub(1) / 2).map(|k| k as f64 * step);
        Self::new(&frequencies.collect::<Vec<_>>(), TOP_HZ)
    }

    /// Of k_f = 1..=(M-1)/2 cycles per plane.
    pub fn along_frequency(n_bands: usize) -> Self {
        let cycles = (1..=n_bands.saturating_sub(1) / 2).map(|k| k as f64);
        Self::new(&cycles.collect::<Vec<_>>(), TOP_CYCLES)
    }

    fn new(frequencies: &[f64], top: f64) -> Self {
        let number = |f: f64| (2.0 * (top / f).log2() + SLACK).floor() as i64;
        let mut bins: Vec<Range<usize>> = Vec::new();
        let used = frequencies
            .iter()
            .take_while(|f| **f <= top * (1.0 + SLACK));
        for (i, &f) in used.enumerate() {
            match bins.last_mut() {
                Some(bin) if number(frequencies[bin.start]) == number(f) => bin.end = i + 1,
                _ => bins.push(i..i + 1),
            }
        }
        let mean = |bin: &Range<usize>| {
            let logs = frequencies[bin.clone()].iter().map(|f| f.ln());
            logs.sum::<f64>() / bin.len() as f64
        };
        Self {
            log_frequency: bins.iter().map(mean).collect(),
            bins,
        }
    }

    pub fn len(&self) -> usize {
        self.bins.len()
    }

    /// Adds the means over the bins to `sums`.
    pub fn add(&self, power: &[f64], sums: &mut [f64]) {
        for (sum, bin) in sums.iter_mut().zip(&self.bins) {
            *sum += power[bin.clone()].iter().sum::<f64>() / bin.len() as f64;
        }
    }

    /// The exponent of sums: minus the slope of their logarithm over ln f.
    pub fn exponent(&self, sums: &[f64]) -> f64 {
        let n = self.log_frequency.len() as f64;
        let mean = self.log_frequency.iter().sum::<f64>() / n;
        let (mut product, mut square) = (0.0, 0.0);
        for (x, power) in self.log_frequency.iter().zip(sums) {
            product += (x - mean) * power.ln();
            square += (x - mean).powi(2);
        }
        -product / square
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_law_has_its_exponent() {
        let bins = AxisBins::along_frequency(129);
        // (16 sqrt 2, 32], and so on down: 1 alone, none between 1 and sqrt 2.
        assert_eq!(bins.bins.last(), Some(&(22..32)));
        assert_eq!(bins.bins[0], 0..1);
        let power: Vec<f64> = bins
            .log_frequency
            .iter()
            .map(|x| (-1.7 * x).exp())
            .collect();
        assert!((bins.exponent(&power) - 1.7).abs() < 1e-12);
        let mut sums = vec![0.0; bins.len()];
        bins.add(&[3.0; 64], &mut sums);
        assert!(sums.iter().all(|sum| *sum == 3.0));
    }

    #[test]
    fn time_is_in_hertz_up_to_16() {
        // 43 frames a second, 83 of them: steps of .52 Hz.
        let bins = AxisBins::along_time(83, 22_050.0 / 512.0);
        let top = bins.bins.last().unwrap().end;
        let hz = |k: usize| k as f64 * 22_050.0 / 512.0 / 83.0;
        assert!(hz(top) <= 16.0 && hz(top + 1) > 16.0);
        assert_eq!(AxisBins::along_time(1, 1.0).len(), 0);
    }
}
