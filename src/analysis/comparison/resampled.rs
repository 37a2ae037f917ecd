//! Mean spectra on one grid of frequencies.

use super::Selection;
use crate::analysis::ResultRow;
use crate::compare::digamma;
use crate::data::Unit;

/// A mean spectrum in cycles per sample: ln of expected power.
#[derive(Debug, Clone)]
pub(super) struct LogSpectrum {
    pub log_frequency: Vec<f64>,
    pub log_power: Vec<f64>,
}

/// Points even in ln f.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    pub log_frequency: Vec<f64>,
    step: f64,
}

impl Grid {
    /// `n` points from `low` to `high`, both ln f.
    pub fn new(low: f64, high: f64, n: usize) -> Self {
        let step = (high - low) / (n - 1) as f64;
        let log_frequency = (0..n).map(|k| low + k as f64 * step).collect();
        Self {
            log_frequency,
            step,
        }
    }

    /// Values at the points: the mean of those within half a step, where there
    /// are two or more, so that lines of a periodogram do not scatter; else
    /// linear in ln f.
    pub fn resampled(&self, log_frequency: &[f64], values: &[f64]) -> Vec<f64> {
        let below = |x: f64| log_frequency.partition_point(|&f| f < x);
        let at = |&x: &f64| {
            let near = below(x - self.step / 2.0)..below(x + self.step / 2.0);
            if near.len() >= 2 {
                let n = near.len() as f64;
                return values[near].iter().sum::<f64>() / n;
            }
            let right = below(x).clamp(1, log_frequency.len() - 1);
            let (x0, x1) = (log_frequency[right - 1], log_frequency[right]);
            // Ends of a band may lie outside by rounding.
            let share = ((x - x0) / (x1 - x0)).clamp(0.0, 1.0);
            values[right - 1] + share * (values[right] - values[right - 1])
        };
        self.log_frequency.iter().map(at).collect()
    }
}

/// ln of a selection's frequencies in cycles per sample; `None` where they are
/// in Hz and the rate is unknown.
pub(super) fn log_frequency(selection: &Selection<'_>) -> Option<Vec<f64>> {
    let spectrum = &selection.result.spectrum;
    let rate = match spectrum.unit {
        Unit::Hertz => f64::from(selection.report.summary.sample_rate?),
        _ => 1.0,
    };
    Some(spectrum.frequency.iter().map(|f| (f / rate).ln()).collect())
}

/// Mean ln P less the logarithm's bias for Gaussian signals, so that means over
/// few and many cells have one level.
pub(super) fn without_bias(result: &ResultRow, mean_log_power: &[f64]) -> Vec<f64> {
    let bias = |dof: u32| match dof {
        0 => 0.0,
        dof => {
            let nu = f64::from(dof) / 2.0;
            digamma(nu) - nu.ln()
        }
    };
    let both = mean_log_power.iter().zip(&*result.spectrum.dof);
    // Lines of a periodogram are nearly all alike.
    let mut last = (0, 0.0);
    let debiased = both.map(|(log_power, &dof)| {
        if dof != last.0 {
            last = (dof, bias(dof));
        }
        log_power - last.1
    });
    debiased.collect()
}
