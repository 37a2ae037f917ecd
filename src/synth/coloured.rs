//! Gaussian noise whose power falls as f^-alpha.

use super::{gauss, gaussian};
use crate::lanes;
use crate::{Error, Result};
use ndarray::Array2;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::FftPlanner;
use rustfft::num_complex::Complex;
use std::sync::Arc;

/// Gaussian noise of `n` samples with power ~ f^-alpha, zero mean and unit
/// variance, periodic: 0 is white, 1 pink, 2 brown.
pub fn coloured_noise(seed: u64, n: usize, alpha: f64) -> Vec<f64> {
    coloured_field(seed, 1, n, alpha).into_iter().collect()
}

/// Planned [`coloured_noise`] of one length and colour, where much of it is
/// wanted: the same values, up to rounding.
///
/// ```
/// use cepstrum::synth::{ColouredNoise, coloured_noise};
/// let mut noise = vec![0.0; 63];
/// ColouredNoise::new(63, 1.0).process(5, &mut noise)?;
/// for (got, expected) in noise.iter().zip(coloured_noise(5, 63, 1.0)) {
///     assert!((got - expected).abs() < 1e-12);
/// }
/// # Ok::<(), cepstrum::Error>(())
/// ```
pub struct ColouredNoise {
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
    spectrum: Vec<Complex<f64>>,
    scratch: Vec<Complex<f64>>,
    /// Per frequency: f^(-alpha / 2), 0 at DC; white noise needs none.
    gains: Option<Vec<f64>>,
}

impl ColouredNoise {
    /// Plans noise of `n` samples, at least 2, with power ~ f^-alpha.
    pub fn new(n: usize, alpha: f64) -> Self {
        let mut planner = RealFftPlanner::new();
        let forward = planner.plan_fft_forward(n);
        let gain = |k: usize| match k {
            0 => 0.0,
            k => (k as f64 / n as f64).powf(-alpha / 2.0),
        };
        let inverse = planner.plan_fft_inverse(n);
        let scratch = forward.get_scratch_len().max(inverse.get_scratch_len());
        Self {
            spectrum: forward.make_output_vec(),
            scratch: vec![Complex::new(0.0, 0.0); scratch],
            gains: (alpha != 0.0).then(|| (0..=n / 2).map(gain).collect()),
            inverse,
            forward,
        }
    }

    /// Writes the noise of `seed` into `out`.
    ///
    /// # Errors
    /// [`Error::Length`] where `out` has not the planned length.
    pub fn process(&mut self, seed: u64, out: &mut [f64]) -> Result<()> {
        let n = self.forward.len();
        Error::check_length("out", out.len(), n)?;
        for (value, x) in out.iter_mut().zip(gaussian(seed)) {
            *value = x;
        }
        match &self.gains {
            None => {
                let mean = lanes::sum(out) / n as f64;
                for value in &mut *out {
                    *value -= mean;
                }
            }
            Some(gains) => {
                self.forward
                    .process_with_scratch(out, &mut self.spectrum, &mut self.scratch)
                    .expect("lengths were checked");
                for (value, gain) in self.spectrum.iter_mut().zip(gains) {
                    *value *= gain;
                }
                self.inverse
                    .process_with_scratch(&mut self.spectrum, out, &mut self.scratch)
                    .expect("lengths were checked, and DC and Nyquist stay real");
            }
        }
        let deviation = (lanes::sum_squares(out) / n as f64).sqrt();
        for value in out {
            *value /= deviation;
        }
        Ok(())
    }
}

/// A Gaussian field [row, column] with power ~ rho^-alpha, rho = hypot of the
/// frequencies in cycles per sample; zero mean, unit variance, periodic.
///
/// ```
/// let field = cepstrum::synth::coloured_field(23, 64, 64, 2.0);
/// let variance = field.mapv(|x| x * x).sum() / 4096.0;
/// assert!((variance - 1.0).abs() < 1e-12);
/// ```
pub fn coloured_field(seed: u64, n_rows: usize, n_cols: usize, alpha: f64) -> Array2<f64> {
    let mut values: Vec<Complex<f64>> = gauss(seed, n_rows * n_cols)
        .into_iter()
        .map(|x| Complex::new(x, 0.0))
        .collect();
    transform(&mut values, n_rows, n_cols, Direction::Forward);
    for (i, value) in values.iter_mut().enumerate() {
        let rho = frequency(i / n_cols, n_rows).hypot(frequency(i % n_cols, n_cols));
        *value = if rho > 0.0 {
            *value * rho.powf(-alpha / 2.0)
        } else {
            Complex::new(0.0, 0.0)
        };
    }
    transform(&mut values, n_rows, n_cols, Direction::Inverse);
    let n = values.len() as f64;
    let mean = values.iter().map(|v| v.re).sum::<f64>() / n;
    let variance = values.iter().map(|v| (v.re - mean).powi(2)).sum::<f64>() / n;
    let deviation = variance.sqrt();
    Array2::from_shape_fn((n_rows, n_cols), |(y, x)| {
        values[y * n_cols + x].re / deviation
    })
}

fn frequency(k: usize, n: usize) -> f64 {
    k.min(n - k) as f64 / n as f64
}

#[derive(Clone, Copy)]
enum Direction {
    Forward,
    Inverse,
}

fn transform(values: &mut [Complex<f64>], n_rows: usize, n_cols: usize, direction: Direction) {
    let mut planner = FftPlanner::new();
    let mut plan = |n| match direction {
        Direction::Forward => planner.plan_fft_forward(n),
        Direction::Inverse => planner.plan_fft_inverse(n),
    };
    let (along_row, along_col) = (plan(n_cols), plan(n_rows));
    along_row.process(values);
    let mut column = vec![Complex::new(0.0, 0.0); n_rows];
    for x in 0..n_cols {
        for (y, slot) in column.iter_mut().enumerate() {
            *slot = values[y * n_cols + x];
        }
        along_col.process(&mut column);
        for (y, &value) in column.iter().enumerate() {
            values[y * n_cols + x] = value;
        }
    }
}
