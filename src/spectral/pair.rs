//! Periodograms of a segment with noise of every strength.

use super::Lines;
use super::periodogram::without_mean;
use crate::data::{PowerPair, Real};
use crate::{Error, Result};
use realfft::{RealFftPlanner, RealToComplex};
use rustfft::num_complex::Complex;
use std::sync::Arc;

/// Planned periodogram of a segment with noise of every strength at once: two
/// transforms serve all sigma.
///
/// Bins and normalisation are those of [`Periodogram`](super::Periodogram):
/// k = 1..=N/2, |X_k|^2, to be multiplied by [`Lines::scale_factors`].
///
/// ```
/// use cepstrum::data::PowerPair;
/// use cepstrum::spectral::PeriodogramPair;
/// let signal = [8.0, 0.0, 0.0, 0.0]; // an impulse: |X|^2 = 64
/// let noise = signal.map(|x| -x / 2.0);
/// let mut plan = PeriodogramPair::<f64>::new(4)?;
/// let mut pair = PowerPair::new(plan.n_bins());
/// plan.process(&signal, &noise, &mut pair)?;
/// let mut power = [0.0; 2];
/// pair.noisy(1.0, &mut power)?;
/// assert_eq!(power, [16.0, 16.0]);
/// # Ok::<(), cepstrum::Error>(())
/// ```
pub struct PeriodogramPair<T: Real> {
    n_samples: usize,
    transform: Arc<dyn RealToComplex<T>>,
    input: Vec<T>,
    scratch: Vec<Complex<T>>,
    of_signal: Vec<Complex<T>>,
    of_noise: Vec<Complex<T>>,
}

impl<T: Real> PeriodogramPair<T> {
    /// Plans for segments of `n_samples`, at least 2.
    ///
    /// # Errors
    /// [`crate::Error::InvalidArgument`] for a segment of fewer than 2 samples.
    pub fn new(n_samples: usize) -> Result<Self> {
        Lines::new(n_samples)?;
        let transform = RealFftPlanner::new().plan_fft_forward(n_samples);
        Ok(Self {
            n_samples,
            input: transform.make_input_vec(),
            scratch: transform.make_scratch_vec(),
            of_signal: transform.make_output_vec(),
            of_noise: transform.make_output_vec(),
            transform,
        })
    }

    /// Number of frequencies: N/2, rounded down.
    pub fn n_bins(&self) -> usize {
        self.n_samples / 2
    }

    /// Writes the parts of `signal` and `noise` into `pair`.
    ///
    /// # Errors
    /// [`crate::Error::Length`] where a slice has not the planned length.
    pub fn process(&mut self, signal: &[T], noise: &[T], pair: &mut PowerPair) -> Result<()> {
        let n_bins = self.n_bins();
        Error::check_length("pair.signal", pair.signal.len(), n_bins)?;
        Error::check_length("pair.cross", pair.cross.len(), n_bins)?;
        Error::check_length("pair.noise", pair.noise.len(), n_bins)?;
        for (samples, output) in [(signal, &mut self.of_signal), (noise, &mut self.of_noise)] {
            Error::check_length("samples", samples.len(), self.n_samples)?;
            without_mean(samples, &mut self.input);
            self.transform
                .process_with_scratch(&mut self.input, output, &mut self.scratch)
                .expect("buffers were made by the plan");
        }
        let (signal, noise) = (&self.of_signal[1..], &self.of_noise[1..]);
        for (k, (x, n)) in signal.iter().zip(noise).enumerate() {
            let (x_re, x_im): (f64, f64) = (x.re.into(), x.im.into());
            let (n_re, n_im): (f64, f64) = (n.re.into(), n.im.into());
            pair.signal[k] = x_re * x_re + x_im * x_im;
            pair.cross[k] = x_re * n_re + x_im * n_im;
            pair.noise[k] = n_re * n_re + n_im * n_im;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spectral::Periodogram;

    fn values(n: usize, seed: f64) -> Vec<f64> {
        (0..n)
            .map(|i| ((i * i) as f64 * 0.7 + seed).sin() + seed)
            .collect()
    }

    #[test]
    fn agrees_with_the_periodogram_of_the_sum() {
        for n in 2..=41 {
            let (x, e) = (values(n, 0.2), values(n, 1.3));
            let mut plan = PeriodogramPair::<f64>::new(n).unwrap();
            let mut pair = PowerPair::new(plan.n_bins());
            plan.process(&x, &e, &mut pair).unwrap();
            let mut direct = Periodogram::<f64>::new(n).unwrap();
            for sigma in [0.0, 0.3, 1.0, -2.5, 40.0] {
                let noisy: Vec<f64> = x.iter().zip(&e).map(|(x, e)| x + sigma * e).collect();
                let (mut got, mut expected) = (vec![f64::NAN; n / 2], vec![f64::NAN; n / 2]);
                pair.noisy(sigma, &mut got).unwrap();
                direct.process(&noisy, &mut expected).unwrap();
                let max = expected.iter().fold(0.0, |m: f64, p| m.max(*p));
                for (got, expected) in got.iter().zip(&expected) {
                    assert!((got - expected).abs() <= 1e-13 * max, "{n}, {sigma}");
                }
            }
        }
    }

    #[test]
    fn f32_agrees_with_f64() {
        let (x, e) = (values(210, 0.2), values(210, 1.3));
        let narrow = |x: &[f64]| x.iter().map(|&x| x as f32).collect::<Vec<f32>>();
        let (mut exact, mut fast) = (PowerPair::new(105), PowerPair::new(105));
        PeriodogramPair::<f64>::new(210)
            .and_then(|mut plan| plan.process(&x, &e, &mut exact))
            .unwrap();
        PeriodogramPair::<f32>::new(210)
            .and_then(|mut plan| plan.process(&narrow(&x), &narrow(&e), &mut fast))
            .unwrap();
        for (got, expected) in [
            (&fast.signal, &exact.signal),
            (&fast.cross, &exact.cross),
            (&fast.noise, &exact.noise),
        ] {
            let max = expected.iter().fold(0.0, |m: f64, p| m.max(p.abs()));
            for (got, expected) in got.iter().zip(expected) {
                assert!((got - expected).abs() < 2e-6 * max);
            }
        }
    }

    #[test]
    fn refuses_what_does_not_fit() {
        assert!(PeriodogramPair::<f64>::new(1).is_err());
        let mut plan = PeriodogramPair::new(4).unwrap();
        let mut pair = PowerPair::new(2);
        assert!(plan.process(&[0.0; 3], &[0.0; 4], &mut pair).is_err());
        assert!(plan.process(&[0.0; 4], &[0.0; 5], &mut pair).is_err());
        assert!(pair.noisy(1.0, &mut [0.0; 3]).is_err());
        assert!(pair.noisy(f64::NAN, &mut [0.0; 2]).is_err());
        assert!(pair.noisy(f64::INFINITY, &mut [0.0; 2]).is_err());
        for part in 0..3 {
            let mut pair = PowerPair::new(2);
            [&mut pair.signal, &mut pair.cross, &mut pair.noise][part].push(0.0);
            assert!(plan.process(&[0.0; 4], &[0.0; 4], &mut pair).is_err());
            assert!(pair.noisy(1.0, &mut [0.0; 2]).is_err());
        }
    }

    #[test]
    fn cancelling_power_is_not_negative_and_what_is_not_finite_shows() {
        let pair = PowerPair {
            signal: vec![1.0, f64::NAN],
            cross: vec![-1.0 - 1e-15, 0.0],
            noise: vec![1.0, 1.0],
        };
        let mut out = [f64::NAN; 2];
        pair.noisy(1.0, &mut out).unwrap();
        assert_eq!(out[0], 0.0);
        assert!(out[1].is_nan());
    }
}
