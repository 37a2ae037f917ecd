use super::gaussian;

/// Adds Gaussian noise of standard deviation `sigma`: x + sigma eps, with the
/// numbers eps of [`gaussian`] in order.
///
/// ```
/// use cepstrum::synth::{add_noise, gauss};
/// let mut values = [1.0, 1.0];
/// add_noise(&mut values, 0.5, 7);
/// assert_eq!(values[1], 1.0 + 0.5 * gauss(7, 2)[1]);
/// ```
pub fn add_noise(values: &mut [f64], sigma: f64, seed: u64) {
    for (value, noise) in values.iter_mut().zip(gaussian(seed)) {
        *value += sigma * noise;
    }
}
