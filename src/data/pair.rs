//! Power of a signal with noise of any strength.

use crate::{Error, Result};

/// What the power of a signal with noise of any strength is made of:
/// |X + sigma N|^2 = signal + 2 sigma cross + sigma^2 noise, per frequency.
///
/// ```
/// use cepstrum::data::PowerPair;
/// let pair = PowerPair { signal: vec![9.0], cross: vec![-3.0], noise: vec![1.0] };
/// let mut power = [0.0];
/// pair.noisy(2.0, &mut power)?;
/// assert_eq!(power, [1.0]);
/// # Ok::<(), cepstrum::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PowerPair {
    /// Power of the signal x.
    pub signal: Vec<f64>,
    /// Re(X conj N), averaged and normalised as the powers are.
    pub cross: Vec<f64>,
    /// Power of the noise n.
    pub noise: Vec<f64>,
}

impl PowerPair {
    /// Zeros at `n_bins` frequencies.
    pub fn new(n_bins: usize) -> Self {
        Self {
            signal: vec![0.0; n_bins],
            cross: vec![0.0; n_bins],
            noise: vec![0.0; n_bins],
        }
    }

    /// Sets all to zero.
    pub fn clear(&mut self) {
        for part in [&mut self.signal, &mut self.cross, &mut self.noise] {
            part.fill(0.0);
        }
    }

    /// Adds `weight` times another pair: all its parts are linear in power.
    ///
    /// # Errors
    /// [`Error::Length`] where the other pair has other frequencies.
    pub fn add_scaled(&mut self, other: &PowerPair, weight: f64) -> Result<()> {
        for (part, other) in [
            (&mut self.signal, &other.signal),
            (&mut self.cross, &other.cross),
            (&mut self.noise, &other.noise),
        ] {
            Error::check_length("pair", other.len(), part.len())?;
            for (sum, term) in part.iter_mut().zip(other) {
                *sum += weight * term;
            }
        }
        Ok(())
    }

    /// Writes the power of x + sigma n into `out`; where the two cancel,
    /// rounding does not make it negative.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where `sigma` is not finite,
    /// [`Error::Length`] where `out` or a part has another length.
    pub fn noisy(&self, sigma: f64, out: &mut [f64]) -> Result<()> {
        if !sigma.is_finite() {
            return Err(Error::argument("sigma", sigma, "finite"));
        }
        let n_bins = self.signal.len();
        Error::check_length("cross", self.cross.len(), n_bins)?;
        Error::check_length("noise", self.noise.len(), n_bins)?;
        Error::check_length("out", out.len(), n_bins)?;
        let parts = self.signal.iter().zip(&self.cross).zip(&self.noise);
        for (slot, ((signal, cross), noise)) in out.iter_mut().zip(parts) {
            let power = signal + sigma * (2.0 * cross + sigma * noise);
            // NaN stays NaN.
            *slot = if power < 0.0 { 0.0 } else { power };
        }
        Ok(())
    }
}
