//! The power law of a mean spectrum, with an interval over files or items.

use super::study::{LatentInterval, LatentLaw};
use crate::Result;
use crate::compare::{DebiasedFit, jackknife};

/// The law of `mean_log_power`; `exponents` are those of files with their
/// numbers of items, or of the items of the only file.
pub(super) fn law_of(
    fit: &DebiasedFit,
    mean_log_power: &[f64],
    exponents: &Exponents,
) -> Result<LatentLaw> {
    let law = fit.law(mean_log_power)?;
    let (values, weights, over) = match exponents.files.len() {
        1 => {
            let ones = vec![1; exponents.items.len()];
            (exponents.items.clone(), ones, LatentInterval::Items)
        }
        _ => {
            let (values, weights) = exponents.files.iter().copied().unzip();
            (values, weights, LatentInterval::Files)
        }
    };
    let spread = jackknife(&values, &weights)?;
    Ok(LatentLaw {
        alpha: law.alpha,
        ci: spread.map_or_else(|| law.fisher_interval(1), |j| j.ci),
        std_error: spread.map_or(law.alpha_std_error, |j| j.std_error),
        interval: spread.map_or(LatentInterval::Fisher, |_| over),
        n: spread.map_or(1, |j| j.n),
        log_amplitude: law.log_amplitude,
        curvature: law.curvature,
        r_squared: law.r_squared,
        f_min: law.f_min,
        f_max: law.f_max,
        n_bins: law.n_bins,
    })
}

/// Exponents behind an interval.
#[derive(Debug, Clone, Default)]
pub(super) struct Exponents {
    /// Of each file's mean, with its number of items.
    pub files: Vec<(f64, u64)>,
    /// Of each item of the first file.
    pub items: Vec<f64>,
}
