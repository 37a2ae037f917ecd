//! Frequencies whose power stands above a level of noise.

use super::{NoiseLevel, PowerLaw};
use crate::{Error, Result};
use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// Which frequencies of a spectrum stand above a threshold of power.
///
/// A frequency is detectable where its power is strictly above the threshold
/// (Dieleman 2024); values lie on the spectrum's frequencies, without
/// interpolation between them. Frequencies of 0 are left out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Detectability {
    /// Highest detectable frequency; 0 where there is none.
    pub f_max: f64,
    /// Lowest detectable frequency; 0 where there is none.
    pub f_min: f64,
    /// Highest frequency up to which all are detectable; 0 where the lowest is
    /// not. Equals `f_max` for a spectrum that falls throughout.
    pub f_contiguous: f64,
    /// Number of runs of neighbouring detectable frequencies.
    pub n_intervals: usize,
    /// Share of the frequencies that are detectable: that of the band, for
    /// evenly spaced frequencies.
    pub share: f64,
}

/// The detectability of a spectrum at a threshold tau sigma^2 / alpha^2.
///
/// `frequency` is increasing; `power` is in units in which unit noise has
/// power 1.
///
/// ```
/// use cepstrum::compare::detectability;
/// let seen = detectability(&[1.0, 2.0, 3.0, 4.0], &[9.0, 1.0, 4.0, 0.0], 1.0)?;
/// assert_eq!((seen.f_max, seen.f_contiguous), (3.0, 1.0));
/// assert_eq!((seen.n_intervals, seen.share), (2, 0.5));
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// [`Error::Length`] for slices of different lengths,
/// [`Error::InvalidArgument`] for a threshold that is negative or not a
/// number, a power that is not a number, or no frequency above 0.
pub fn detectability(frequency: &[f64], power: &[f64], threshold: f64) -> Result<Detectability> {
    let (frequency, power) = above_zero(frequency, power)?;
    if threshold.is_nan() || threshold < 0.0 {
        let requirement = "0 or more, as must be the threshold tau sigma^2 / alpha^2";
        return Err(Error::argument("tau", threshold, requirement));
    }
    Ok(over(frequency, power, threshold))
}

/// The detectability of a spectrum at each noise level, for signal-to-noise
/// ratios above `tau`; [`detectability`] says more.
///
/// # Errors
/// Those of [`detectability`], and [`Error::InvalidArgument`] for a `tau` that
/// is not above 0.
pub fn detectabilities(
    frequency: &[f64],
    power: &[f64],
    levels: &[NoiseLevel],
    tau: f64,
) -> Result<Vec<Detectability>> {
    let (frequency, power) = above_zero(frequency, power)?;
    if !(tau > 0.0 && tau.is_finite()) {
        return Err(Error::argument("tau", tau, "finite and above 0"));
    }
    Ok(levels
        .iter()
        .map(|level| over(frequency, power, level.threshold(tau)))
        .collect())
}

fn above_zero<'a>(frequency: &'a [f64], power: &'a [f64]) -> Result<(&'a [f64], &'a [f64])> {
    Error::check_length("power", power.len(), frequency.len())?;
    let skip = frequency.iter().take_while(|f| **f <= 0.0).count();
    let (frequency, power) = (&frequency[skip..], &power[skip..]);
    if frequency.is_empty() {
        let requirement = "at least 1 frequency above 0";
        return Err(Error::argument("spectrum", 0, requirement));
    }
    if power.iter().any(|p| p.is_nan()) {
        return Err(Error::argument("power", f64::NAN, "a number everywhere"));
    }
    Ok((frequency, power))
}

fn over(frequency: &[f64], power: &[f64], threshold: f64) -> Detectability {
    let mut seen = Detectability {
        f_max: 0.0,
        f_min: 0.0,
        f_contiguous: 0.0,
        n_intervals: 0,
        share: 0.0,
    };
    let mut n_detectable = 0;
    let mut inside = false;
    for (i, (&f, &p)) in frequency.iter().zip(power).enumerate() {
        let detectable = p > threshold;
        if detectable {
            if n_detectable == 0 {
                seen.f_min = f;
            }
            if n_detectable == i {
                seen.f_contiguous = f;
            }
            seen.f_max = f;
            seen.n_intervals += usize::from(!inside);
            n_detectable += 1;
        }
        inside = detectable;
    }
    seen.share = n_detectable as f64 / frequency.len() as f64;
    seen
}

/// The highest detectable frequency of a power law A f^-alpha, for frequencies
/// up to `f_top`: (A / threshold)^(1 / alpha), at most `f_top`.
///
/// A threshold of 0 gives `f_top`, an infinite one 0. A law that does not fall
/// (alpha <= 0) has its largest power at `f_top`: the answer is `f_top` where
/// that is above the threshold, and 0 where it is not. `NaN` for a threshold
/// that is negative or not a number. The law's fitted range plays no part.
///
/// ```
/// use cepstrum::compare::{FitRange, FitSpacing, power_law, power_law_f_max};
/// let f = [0.1_f64, 0.2, 0.4];
/// let ln_p = f.map(|f| (1e-3 * f.powi(-2)).ln());
/// let law = power_law(&f, &ln_p, FitRange::default(), FitSpacing::Bins)?;
/// assert!((power_law_f_max(&law, 0.1, 0.5) - 0.1).abs() < 1e-12);
/// # Ok::<(), cepstrum::Error>(())
/// ```
pub fn power_law_f_max(law: &PowerLaw, threshold: f64, f_top: f64) -> f64 {
    let log_ratio = law.log_amplitude - threshold.ln();
    if log_ratio.is_nan() {
        return f64::NAN;
    }
    if law.alpha > 0.0 {
        return (log_ratio / law.alpha).exp().min(f_top);
    }
    if log_ratio > law.alpha * f_top.ln() {
        f_top
    } else {
        0.0
    }
}

/// The frequencies at which a spectrum passes a flat noise level, interpolated
/// linearly in ln f and ln P: where the hinge of a noisy spectrum lies.
///
/// There is one at each end of a run of detectable frequencies, as
/// [`Detectability`] counts them, that is not an end of the spectrum. Next to a
/// power of 0, whose logarithm has no line to it, the crossing is the
/// neighbour that is not 0. Frequencies of 0 are left out; a noise power that
/// is not above 0 is never passed. `frequency` is increasing, `power` finite.
///
/// ```
/// use cepstrum::compare::crossings;
/// let f = [0.1_f64, 0.2, 0.4];
/// let hinge = crossings(&f, &f.map(|f| f.powi(-2)), 10.0);
/// assert_eq!(hinge.len(), 1);
/// assert!((hinge[0] - 0.1_f64.sqrt()).abs() < 1e-15);
/// ```
pub fn crossings(frequency: &[f64], power: &[f64], noise_power: f64) -> Vec<f64> {
    if noise_power.is_nan() || noise_power <= 0.0 {
        return Vec::new();
    }
    let points: Vec<(f64, f64)> = frequency
        .iter()
        .copied()
        .zip(power.iter().copied())
        .filter(|(f, _)| *f > 0.0)
        .collect();
    points
        .windows(2)
        .filter(|pair| (pair[0].1 > noise_power) != (pair[1].1 > noise_power))
        .map(|pair| {
            let [above, below] = if pair[0].1 > noise_power {
                [pair[0], pair[1]]
            } else {
                [pair[1], pair[0]]
            };
            hinge(above, below, noise_power)
        })
        .collect()
}

/// The frequency at which the line from `above` to `below`, both (frequency,
/// power), passes a power.
fn hinge(above: (f64, f64), below: (f64, f64), noise_power: f64) -> f64 {
    // A power of 0 below makes the share 0, so the crossing `above`.
    let share = (above.1.ln() - noise_power.ln()) / (above.1.ln() - below.1.ln());
    above.0 * (below.0 / above.0).powf(share)
}

/// Share of the band, from the lowest frequency above 0 to the highest, where
/// power is above a threshold; hinges lie where [`crossings`] has them.
///
/// Unlike [`Detectability::share`], which counts frequencies, it has no steps:
/// it falls continuously as the threshold rises, save where neighbours have one
/// power. `NaN` for fewer than two frequencies.
///
/// ```
/// use cepstrum::compare::band_share;
/// let f = [0.1_f64, 0.2, 0.5];
/// let share = band_share(&f, &f.map(|f| f.powi(-2)), 16.0); // the hinge is at 0.25
/// assert!((share - 0.15 / 0.4).abs() < 1e-12);
/// ```
pub fn band_share(frequency: &[f64], power: &[f64], threshold: f64) -> f64 {
    let (mut above, mut width) = (0.0, 0.0);
    let steps = frequency.windows(2).zip(power.windows(2));
    for (f, p) in steps.filter(|(f, _)| f[0] > 0.0) {
        width += f[1] - f[0];
        above += match (p[0] > threshold, p[1] > threshold) {
            (true, true) => f[1] - f[0],
            (true, false) => hinge((f[0], p[0]), (f[1], p[1]), threshold) - f[0],
            (false, true) => f[1] - hinge((f[1], p[1]), (f[0], p[0]), threshold),
            (false, false) => 0.0,
        };
    }
    above / width
}

/// Signal-to-noise ratio 10 log10(P alpha^2 / sigma^2) in dB, as
/// \[frequency, level\].
///
/// Infinite without noise, -infinite without signal, and `NaN` with neither.
///
/// ```
/// use cepstrum::compare::{Schedule, snr_db};
/// let snr = snr_db(&[10.0, 1.0], &[Schedule::FlowMatching.at(0.5)?]);
/// assert_eq!(snr[[0, 0]], 10.0);
/// assert_eq!(snr[[1, 0]], 0.0);
/// # Ok::<(), cepstrum::Error>(())
/// ```
pub fn snr_db(power: &[f64], levels: &[NoiseLevel]) -> Array2<f64> {
    Array2::from_shape_fn((power.len(), levels.len()), |(frequency, level)| {
        10.0 * power[frequency].log10() - 20.0 * levels[level].ratio().log10()
    })
}
