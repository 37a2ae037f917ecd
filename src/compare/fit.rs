//! Power-law fits by least squares of ln P on ln f.

use crate::lanes;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// Number of points of the `post` estimator's even grid in ln f.
pub const POST_FIT_POINTS: usize = 1000;

/// Frequencies that take part in a fit; `None` leaves an end open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct FitRange {
    /// Lowest frequency, in the spectrum's own unit.
    pub f_min: Option<f64>,
    /// Highest frequency, in the spectrum's own unit.
    pub f_max: Option<f64>,
}

impl FitRange {
    /// Whether a frequency takes part; 0 never does.
    pub(super) fn contains(&self, f: f64) -> bool {
        f > 0.0 && self.f_min.is_none_or(|low| f >= low) && self.f_max.is_none_or(|high| f <= high)
    }

    /// The error for a range in which `inside` of `n` frequencies lie.
    pub(super) fn too_narrow(&self, inside: usize, n: usize, needed: usize) -> Error {
        let end = |f: Option<f64>| f.map_or_else(String::new, |f| f.to_string());
        let value = format!("{}..{}", end(self.f_min), end(self.f_max));
        let requirement =
            format!("wider: {inside} of {n} frequencies lie in it, {needed} are needed");
        Error::argument("fit_f_min..fit_f_max", value, requirement)
    }
}

/// Which points are regressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FitSpacing {
    /// The spectrum's own frequencies: high frequencies outweigh low ones.
    Bins,
    /// ln P interpolated linearly on this many points, even in ln f.
    EvenLog(usize),
}

/// A power law P = exp(log_amplitude) * f^-alpha fitted to a spectrum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PowerLaw {
    /// Exponent: positive where power falls with frequency.
    pub alpha: f64,
    /// ln of the power at f = 1, in the spectrum's unit of frequency.
    pub log_amplitude: f64,
    /// Share of the variance of ln P that the law explains; `None` where ln P
    /// does not vary.
    pub r_squared: Option<f64>,
    /// Root mean square of the residuals, in decades of power.
    pub rms_decades: f64,
    /// Lowest frequency that took part.
    pub f_min: f64,
    /// Highest frequency that took part.
    pub f_max: f64,
    /// Number of frequencies that took part.
    pub n_bins: usize,
}

/// Least squares of ln P on ln f (Dieleman 2024 uses `EvenLog`; 1000 points).
///
/// `frequency` is increasing; frequencies of 0 and those outside `range` are
/// left out. The estimator is linear in ln P, so the exponent of a mean of
/// ln P is the mean of the exponents.
///
/// ```
/// use cepstrum::compare::{FitRange, FitSpacing, power_law};
/// let f: Vec<f64> = (1..160).map(|k| f64::from(k) / 320.0).collect();
/// let ln_p: Vec<f64> = f.iter().map(|f| -2.454 * f.ln() - 7.0).collect();
/// let law = power_law(&f, &ln_p, FitRange::default(), FitSpacing::EvenLog(1000))?;
/// assert!((law.alpha - 2.454).abs() < 1e-12);
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// [`Error::InvalidArgument`] where fewer than two frequencies are in range, or
/// one of their values is not finite.
pub fn power_law(
    frequency: &[f64],
    log_power: &[f64],
    range: FitRange,
    spacing: FitSpacing,
) -> Result<PowerLaw> {
    let n = frequency.len().min(log_power.len());
    let first = frequency[..n].iter().take_while(|f| !range.contains(**f));
    let rest = first.count()..n;
    let inside = frequency[rest.clone()].iter();
    let used = rest.start..rest.start + inside.take_while(|f| range.contains(**f)).count();
    let (used, log_p) = (&frequency[used.clone()], &log_power[used]);
    let mut log_f = vec![0.0; used.len()];
    lanes::ln_at_least(used, 0.0, &mut log_f);
    if log_f.len() < 2 {
        return Err(range.too_narrow(log_f.len(), frequency.len(), 2));
    }
    if let Some(bad) = log_p.iter().find(|p| !p.is_finite()) {
        return Err(Error::argument("log_power", bad, "finite in the fit range"));
    }
    let n_bins = used.len();
    let (f_min, f_max) = (used[0], used[n_bins - 1]);
    let line = match spacing {
        FitSpacing::Bins => line(&log_f, log_p),
        FitSpacing::EvenLog(n) => {
            let (grid, values) = even_log(&log_f, log_p, n.max(2));
            line(&grid, &values)
        }
    };
    Ok(PowerLaw {
        alpha: -line.slope,
        log_amplitude: line.intercept,
        r_squared: line.r_squared,
        rms_decades: line.rms / std::f64::consts::LN_10,
        f_min,
        f_max,
        n_bins,
    })
}

/// `n` points evenly spaced between the ends of `x`, with `y` interpolated
/// linearly.
fn even_log(x: &[f64], y: &[f64], n: usize) -> (Vec<f64>, Vec<f64>) {
    let (first, last) = (x[0], x[x.len() - 1]);
    let step = (last - first) / (n - 1) as f64;
    let mut left = 0;
    (0..n)
        .map(|i| {
            let at = if i == n - 1 {
                last
            } else {
                first + i as f64 * step
            };
            while left + 2 < x.len() && x[left + 1] <= at {
                left += 1;
            }
            let share = (at - x[left]) / (x[left + 1] - x[left]);
            (at, y[left] + share * (y[left + 1] - y[left]))
        })
        .unzip()
}

struct Line {
    slope: f64,
    intercept: f64,
    r_squared: Option<f64>,
    rms: f64,
}

fn line(x: &[f64], y: &[f64]) -> Line {
    let n = x.len() as f64;
    let mean_x = x.iter().sum::<f64>() / n;
    let mean_y = y.iter().sum::<f64>() / n;
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in x.iter().zip(y) {
        xx += (x - mean_x) * (x - mean_x);
        xy += (x - mean_x) * (y - mean_y);
        yy += (y - mean_y) * (y - mean_y);
    }
    let slope = xy / xx;
    let intercept = mean_y - slope * mean_x;
    let residual: f64 = x
        .iter()
        .zip(y)
        .map(|(x, y)| (y - intercept - slope * x).powi(2))
        .sum();
    Line {
        slope,
        intercept,
        r_squared: (yy > 0.0).then(|| 1.0 - residual / yy),
        rms: (residual / n).sqrt(),
    }
}
