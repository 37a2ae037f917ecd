//! Blurring of planes by the heat equation.

use super::Dct2;
use super::checks::check_lengths;
use crate::data::Real;
use crate::{Error, Result};
use std::f64::consts::{LN_2, PI, TAU};

/// Planned heat process on planes of one shape: blur with insulated edges
/// (Rissanen, Heinonen & Solin 2022),
/// u(s) = IDCT\[exp(-lambda s^2 / 2) DCT u\] with
/// lambda = (pi i / M)^2 + (pi j / N)^2.
///
/// The scale s, in pixels, is the standard deviation of the Gaussian that blurs;
/// the time of their equation is s^2 / 2. The mean is kept.
pub struct Heat<T: Real> {
    transform: Dct2<T>,
    coefficients: Vec<T>,
    col_gains: Vec<f64>,
}

impl<T: Real> Heat<T> {
    /// Plans for planes of `n_rows` by `n_cols`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where a side is 0.
    pub fn new(n_rows: usize, n_cols: usize) -> Result<Self> {
        Ok(Self {
            transform: Dct2::new(n_rows, n_cols)?,
            coefficients: vec![T::of(0.0); n_rows * n_cols],
            col_gains: vec![0.0; n_cols],
        })
    }

    /// Writes `values` (row-major) blurred to `scale` pixels into `out`.
    ///
    /// ```
    /// use cepstrum::planar::Heat;
    /// // Two pixels: mean 2, difference mode -1 with lambda = (pi / 2)^2.
    /// let mut out = [0.0; 2];
    /// Heat::<f64>::new(1, 2)?.process(&[1.0, 3.0], 1.0, &mut out)?;
    /// let decay = (-std::f64::consts::PI.powi(2) / 8.0).exp();
    /// assert!((out[0] - (2.0 - decay)).abs() < 1e-15);
    /// # Ok::<(), cepstrum::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where `scale` is negative or not finite,
    /// [`Error::Length`] where a slice has not the planned length.
    pub fn process(&mut self, values: &[T], scale: f64, out: &mut [T]) -> Result<()> {
        if !(scale.is_finite() && scale >= 0.0) {
            return Err(Error::argument("scale", scale, "finite and at least 0"));
        }
        let n_cells = self.coefficients.len();
        check_lengths(&[
            ("values", values.len(), n_cells),
            ("out", out.len(), n_cells),
        ])?;
        let (n_rows, n_cols) = self.transform.shape();
        let gain = |k: usize, n: usize| {
            let decay = PI * k as f64 / n as f64 * scale;
            (-decay * decay / 2.0).exp()
        };
        self.transform.forward(values, &mut self.coefficients)?;
        for (j, slot) in self.col_gains.iter_mut().enumerate() {
            *slot = gain(j, n_cols);
        }
        for (i, row) in self.coefficients.chunks_exact_mut(n_cols).enumerate() {
            let row_gain = gain(i, n_rows);
            for (coefficient, col_gain) in row.iter_mut().zip(&self.col_gains) {
                *coefficient = *coefficient * T::of(row_gain * col_gain);
            }
        }
        self.transform.inverse(&self.coefficients, out)
    }
}

/// What is left of the power at `frequency` (cycles per sample) after the heat
/// process has blurred to `scale` pixels: exp(-(2 pi f s)^2).
///
/// Along an axis of M pixels, DCT mode i lies at f = i / (2M).
pub fn heat_gain(frequency: f64, scale: f64) -> f64 {
    let phase = TAU * frequency * scale;
    (-phase * phase).exp()
}

/// The scale, in pixels, at which the heat process halves the power at the
/// frequency `f_c` (above 0, cycles per sample): sqrt(ln 2) / (2 pi f_c).
///
/// It matches a blur to a noise: with `f_c` the highest frequency whose power
/// the noise leaves detectable, blur and noise take about the same detail.
///
/// ```
/// use cepstrum::planar::{heat_gain, heat_scale_of_cutoff};
/// let scale = heat_scale_of_cutoff(0.1);
/// assert!((scale - 1.32505).abs() < 1e-5);
/// assert!((heat_gain(0.1, scale) - 0.5).abs() < 1e-15);
/// ```
pub fn heat_scale_of_cutoff(f_c: f64) -> f64 {
    LN_2.sqrt() / (TAU * f_c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(i: usize, j: usize, m: usize, n: usize) -> Vec<f64> {
        let cosine =
            |k: usize, at: usize, n: usize| (PI * (k * (2 * at + 1)) as f64 / (2 * n) as f64).cos();
        (0..m * n)
            .map(|cell| cosine(i, cell / n, m) * cosine(j, cell % n, n))
            .collect()
    }

    fn noise(n: usize) -> Vec<f64> {
        (0..n)
            .map(|i| ((i * i + 3) as f64 * 0.7).sin() + 0.3)
            .collect()
    }

    fn blur(values: &[f64], m: usize, n: usize, scale: f64) -> Vec<f64> {
        let mut out = vec![f64::NAN; m * n];
        let mut plan = Heat::new(m, n).unwrap();
        plan.process(values, scale, &mut out).unwrap();
        out
    }

    #[track_caller]
    fn assert_close(got: &[f64], expected: &[f64], tolerance: f64) {
        for (i, (got, expected)) in got.iter().zip(expected).enumerate() {
            assert!(
                (got - expected).abs() < tolerance,
                "[{i}]: {got} {expected}"
            );
        }
    }

    #[test]
    fn a_mode_decays_by_its_eigenvalue() {
        for (m, n) in [(8, 8), (7, 12), (16, 5)] {
            for (i, j) in [(0, 0), (1, 0), (0, 1), (2, 3), (m - 1, n - 1)] {
                for scale in [0.0, 0.5, 1.3, 4.0] {
                    let x = mode(i, j, m, n);
                    let along = |k: usize, n: usize| (PI * k as f64 / n as f64).powi(2);
                    let decay = (-(along(i, m) + along(j, n)) * scale * scale / 2.0).exp();
                    let expected: Vec<f64> = x.iter().map(|x| x * decay).collect();
                    assert_close(&blur(&x, m, n, scale), &expected, 1e-13);
                }
            }
        }
    }

    #[test]
    fn the_power_gain_is_that_of_a_mode() {
        let (m, scale) = (16, 1.7);
        let x = mode(3, 0, m, 1);
        let energy = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>();
        let gain = energy(&blur(&x, m, 1, scale)) / energy(&x);
        let expected = heat_gain(3.0 / 32.0, scale);
        assert!((gain - expected).abs() < 1e-14, "{gain} {expected}");
        for f_c in [0.01, 0.1, 0.5] {
            let half = heat_gain(f_c, heat_scale_of_cutoff(f_c));
            assert!((half - 0.5).abs() < 1e-15);
        }
        assert_eq!(heat_scale_of_cutoff(0.0), f64::INFINITY);
    }

    #[test]
    fn two_steps_are_one_of_the_root_of_squares() {
        let x = noise(63);
        let twice = blur(&blur(&x, 7, 9, 0.6), 7, 9, 0.8);
        assert_close(&twice, &blur(&x, 7, 9, 1.0), 1e-14);
    }

    #[test]
    fn the_mean_is_kept_and_is_all_that_stays() {
        let x = noise(63);
        let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
        let blurred = blur(&x, 7, 9, 1.0);
        assert!((mean(&blurred) - mean(&x)).abs() < 1e-15);
        assert_close(&blur(&x, 7, 9, 1e3), &[mean(&x); 63], 1e-14);
        assert_close(&blur(&x, 7, 9, 0.0), &x, 1e-14);
    }

    #[test]
    fn f32_agrees_with_f64() {
        let x = noise(320);
        let narrow: Vec<f32> = x.iter().map(|&x| x as f32).collect();
        let mut out = vec![f32::NAN; 320];
        let mut plan = Heat::<f32>::new(16, 20).unwrap();
        plan.process(&narrow, 0.8, &mut out).unwrap();
        let out: Vec<f64> = out.iter().map(|&x| f64::from(x)).collect();
        assert_close(&out, &blur(&x, 16, 20, 0.8), 2e-6);
    }

    #[test]
    fn refuses_scales_that_are_none() {
        let mut plan = Heat::<f64>::new(2, 2).unwrap();
        for scale in [-0.1, f64::NAN, f64::INFINITY] {
            let result = plan.process(&[0.0; 4], scale, &mut [0.0; 4]);
            assert!(result.unwrap_err().to_string().starts_with("scale is"));
        }
        assert!(plan.process(&[0.0; 3], 1.0, &mut [0.0; 4]).is_err());
        assert!(plan.process(&[0.0; 4], 1.0, &mut [0.0; 5]).is_err());
        assert!(Heat::<f64>::new(0, 2).is_err());
    }
}
