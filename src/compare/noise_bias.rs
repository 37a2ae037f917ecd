use super::special::digamma;
use crate::{Error, Result};

/// How far the mean of ln P lies from ln of the mean for the power P of
/// Gaussian noise with `dof` degrees of freedom: psi(dof / 2) - ln(dof / 2)
/// (Papadakis & Lawrence 1993), about -1 / dof.
///
/// A mean of ln P is that much too low to be read as the noise's power: by
/// -0.5772 at the 2 degrees of a bin of a one-sided spectrum, by -1.2704 at
/// the 1 of its DC and Nyquist bins. `NaN` for 0 degrees.
///
/// ```
/// use cepstrum::compare::noise_log_bias;
/// assert!((noise_log_bias(2) + 0.577_215_664_901_533).abs() < 1e-14);
/// assert!((noise_log_bias(1) + 1.270_362_845_461_478).abs() < 1e-14);
/// ```
pub fn noise_log_bias(dof: u32) -> f64 {
    let shape = f64::from(dof) / 2.0;
    digamma(shape) - shape.ln()
}

/// `n` values from `first` to `last`, each the same multiple of the one
/// before: the noise levels of a rising tide.
///
/// ```
/// use cepstrum::compare::geometric_grid;
/// let sigmas = geometric_grid(0.5, 8.0, 3)?;
/// assert_eq!((sigmas[0], sigmas[2]), (0.5, 8.0));
/// assert!((sigmas[1] - 2.0).abs() < 1e-15);
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// [`Error::InvalidArgument`] where `n` is below 2, or an end is not finite
/// and above 0.
pub fn geometric_grid(first: f64, last: f64, n: usize) -> Result<Vec<f64>> {
    for (name, end) in [("first", first), ("last", last)] {
        if !(end.is_finite() && end > 0.0) {
            return Err(Error::argument(name, end, "finite and above 0"));
        }
    }
    if n < 2 {
        return Err(Error::argument("n", n, "2 or more, for both ends"));
    }
    let step = (last.ln() - first.ln()) / (n - 1) as f64;
    let mut values: Vec<f64> = (0..n)
        .map(|i| (first.ln() + i as f64 * step).exp())
        .collect();
    // The logarithm's rounding would move the ends.
    values[0] = first;
    values[n - 1] = last;
    Ok(values)
}
