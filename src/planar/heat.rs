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
