//! Cosine transforms of rows and of planes.

use super::checks::{check_lengths, check_shape};
use crate::data::Real;
use crate::{Error, Result};
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::num_complex::Complex;
use std::f64::consts::PI;
use std::sync::Arc;

/// Planned orthonormal DCT-II of `n` values,
/// C_k = s_k sum_i x_i cos(pi k (2i + 1) / (2n)) with s_0 = sqrt(1/n) and
/// s_k = sqrt(2/n), through one real FFT of the same length (Makhoul 1980).
///
/// Coefficient k belongs to the frequency k / (2n), cycles per sample. The
/// transform keeps energy: sum C^2 = sum x^2.
///
/// ```
/// use cepstrum::planar::Dct;
/// let mut plan = Dct::<f64>::new(4)?;
/// let mut coefficients = [0.0; 4];
/// plan.forward(&[3.0; 4], &mut coefficients)?;
/// assert!((coefficients[0] - 6.0).abs() < 1e-15); // mean times sqrt(n)
/// assert!(coefficients[1].abs() < 1e-15);
/// # Ok::<(), cepstrum::Error>(())
/// ```
pub struct Dct<T: Real> {
    n: usize,
    to_spectrum: Arc<dyn RealToComplex<T>>,
    from_spectrum: Arc<dyn ComplexToReal<T>>,
    folded: Vec<T>,
    spectrum: Vec<Complex<T>>,
    scratch: Vec<Complex<T>>,
    /// s_k exp(-i pi k / (2n)).
    twiddles: Vec<Complex<T>>,
}

impl<T: Real> Dct<T> {
    /// Plans for `n` values.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where `n` is 0.
    pub fn new(n: usize) -> Result<Self> {
        if n == 0 {
            return Err(Error::argument("n", n, "at least 1"));
        }
        let mut planner = RealFftPlanner::new();
        let to_spectrum = planner.plan_fft_forward(n);
        let from_spectrum = planner.plan_fft_inverse(n);
        let twiddle = |k: usize| {
            let norm = if k == 0 { 1.0 } else { 2.0 } / n as f64;
            let angle = PI * k as f64 / (2 * n) as f64;
            Complex::new(
                T::of(norm.sqrt() * angle.cos()),
                T::of(-norm.sqrt() * angle.sin()),
            )
        };
        let scratch_len = to_spectrum
            .get_scratch_len()
            .max(from_spectrum.get_scratch_len());
        Ok(Self {
            n,
            folded: to_spectrum.make_input_vec(),
            spectrum: to_spectrum.make_output_vec(),
            scratch: vec![Complex::new(T::of(0.0), T::of(0.0)); scratch_len],
            twiddles: (0..=n / 2).map(twiddle).collect(),
            to_spectrum,
            from_spectrum,
        })
    }

    /// Writes the coefficients of `values`, k = 0..n, into `coefficients`.
    ///
    /// # Errors
    /// [`Error::Length`] where a slice has not the planned length.
    pub fn forward(&mut self, values: &[T], coefficients: &mut [T]) -> Result<()> {
        self.check(values, coefficients)?;
        // Even samples upwards, then odd samples downwards: the cosines of the
        // mirrored signal become those of a signal that repeats.
        for (pair, values) in values.chunks(2).enumerate() {
            self.folded[pair] = values[0];
            if let Some(&odd) = values.get(1) {
                self.folded[self.n - 1 - pair] = odd;
            }
        }
        self.to_spectrum
            .process_with_scratch(&mut self.folded, &mut self.spectrum, &mut self.scratch)
            .expect("buffers were made by the plan");
        for (k, (&value, &twiddle)) in self.spectrum.iter().zip(&self.twiddles).enumerate() {
            let turned = value * twiddle;
            coefficients[k] = turned.re;
            if k > 0 {
                coefficients[self.n - k] = -turned.im;
            }
        }
        Ok(())
    }

    /// Writes the values whose coefficients are `coefficients` into `values`:
    /// the orthonormal DCT-III, which undoes [`Dct::forward`].
    ///
    /// # Errors
    /// [`Error::Length`] where a slice has not the planned length.
    pub fn inverse(&mut self, coefficients: &[T], values: &mut [T]) -> Result<()> {
        self.check(values, coefficients)?;
        let (half, zero) = (T::of(0.5), T::of(0.0));
        self.spectrum[0] = Complex::new(coefficients[0] * self.twiddles[0].re, zero);
        for k in 1..self.spectrum.len() {
            let pair = Complex::new(coefficients[k], -coefficients[self.n - k]);
            self.spectrum[k] = pair * self.twiddles[k].conj() * half;
        }
        if self.n.is_multiple_of(2) {
            // Real by symmetry; the transform refuses what rounding leaves.
            self.spectrum[self.n / 2].im = zero;
        }
        self.from_spectrum
            .process_with_scratch(&mut self.spectrum, &mut self.folded, &mut self.scratch)
            .expect("buffers were made by the plan");
        for (pair, values) in values.chunks_mut(2).enumerate() {
            values[0] = self.folded[pair];
            if let Some(odd) = values.get_mut(1) {
                *odd = self.folded[self.n - 1 - pair];
            }
        }
        Ok(())
    }

    fn check(&self, values: &[T], coefficients: &[T]) -> Result<()> {
        check_lengths(&[
            ("values", values.len(), self.n),
            ("coefficients", coefficients.len(), self.n),
        ])
    }
}

/// Planned orthonormal DCT-II of planes of one shape along both axes.
///
/// Planes are row-major, [row, column]; coefficient (i, j) belongs to the
/// frequencies i / (2 M) along the rows' axis and j / (2 N) along the columns'
/// axis, cycles per sample. The transform keeps energy: sum C^2 = sum x^2.
pub struct Dct2<T: Real> {
    n_rows: usize,
    n_cols: usize,
    along_row: Dct<T>,
    along_col: Dct<T>,
    line: Vec<T>,
    transposed: Vec<T>,
}

impl<T: Real> Dct2<T> {
    /// Plans for planes of `n_rows` by `n_cols`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where a side is 0.
    pub fn new(n_rows: usize, n_cols: usize) -> Result<Self> {
        check_shape(n_rows, n_cols)?;
        Ok(Self {
            n_rows,
            n_cols,
            along_row: Dct::new(n_cols)?,
            along_col: Dct::new(n_rows)?,
            line: vec![T::of(0.0); n_rows.max(n_cols)],
            transposed: vec![T::of(0.0); n_rows * n_cols],
        })
    }

    /// Rows and columns of the plane.
    pub fn shape(&self) -> (usize, usize) {
        (self.n_rows, self.n_cols)
    }

    /// Writes the coefficients of `values` into `coefficients`, both row-major.
    ///
    /// # Errors
    /// [`Error::Length`] where a slice has not the planned length.
    pub fn forward(&mut self, values: &[T], coefficients: &mut [T]) -> Result<()> {
        self.both_axes(values, coefficients, Dct::forward)
    }

    /// Writes the values whose coefficients are `coefficients` into `values`,
    /// both row-major: undoes [`Dct2::forward`].
    ///
    /// # Errors
    /// [`Error::Length`] where a slice has not the planned length.
    pub fn inverse(&mut self, coefficients: &[T], values: &mut [T]) -> Result<()> {
        self.both_axes(coefficients, values, Dct::inverse)
    }

    fn both_axes(
        &mut self,
        from: &[T],
        to: &mut [T],
        transform: impl Fn(&mut Dct<T>, &[T], &mut [T]) -> Result<()>,
    ) -> Result<()> {
        let (n_rows, n_cols) = self.shape();
        let n_cells = n_rows * n_cols;
        check_lengths(&[
            ("input plane", from.len(), n_cells),
            ("output plane", to.len(), n_cells),
        ])?;
        for (y, row) in from.chunks_exact(n_cols).enumerate() {
            let line = &mut self.line[..n_cols];
            transform(&mut self.along_row, row, line)?;
            // Transposed, so that the second pass runs on contiguous memory.
            for (x, &value) in line.iter().enumerate() {
                self.transposed[x * n_rows + y] = value;
            }
        }
        for (x, column) in self.transposed.chunks_exact(n_rows).enumerate() {
            let line = &mut self.line[..n_rows];
            transform(&mut self.along_col, column, line)?;
            for (y, &value) in line.iter().enumerate() {
                to[y * n_cols + x] = value;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(n: usize) -> Vec<f64> {
        (0..n)
            .map(|i| ((i * i + 3) as f64 * 0.7).sin() + 0.3)
            .collect()
    }

    fn naive(x: &[f64]) -> Vec<f64> {
        let n = x.len();
        let coefficient = |k: usize| {
            let norm = if k == 0 { 1.0 } else { 2.0 } / n as f64;
            let term = |(i, x): (usize, &f64)| {
                x * (PI * ((k * (2 * i + 1)) % (4 * n)) as f64 / (2 * n) as f64).cos()
            };
            norm.sqrt() * x.iter().enumerate().map(term).sum::<f64>()
        };
        (0..n).map(coefficient).collect()
    }

    #[track_caller]
    fn assert_close<T: Real>(got: &[T], expected: &[f64], tolerance: f64) {
        assert_eq!(got.len(), expected.len());
        for (i, (&got, expected)) in got.iter().zip(expected).enumerate() {
            let got: f64 = got.into();
            let error = (got - expected).abs();
            assert!(error < tolerance, "[{i}]: {got} instead of {expected}");
        }
    }

    fn compare_with_sum<T: Real>(n: usize, tolerance: f64) {
        let exact = values(n);
        let x: Vec<T> = exact.iter().map(|&x| T::of(x)).collect();
        let mut plan = Dct::<T>::new(n).unwrap();
        let mut coefficients = vec![T::of(f64::NAN); n];
        plan.forward(&x, &mut coefficients).unwrap();
        assert_close(&coefficients, &naive(&exact), tolerance);
        let mut back = vec![T::of(f64::NAN); n];
        plan.inverse(&coefficients, &mut back).unwrap();
        assert_close(&back, &exact, tolerance);
    }

    #[test]
    fn agrees_with_the_sum_and_comes_back_at_every_length() {
        for n in (1..=40).chain([64, 97, 101, 128, 210]) {
            compare_with_sum::<f64>(n, 2e-14);
            compare_with_sum::<f32>(n, 1e-5);
        }
    }

    #[test]
    fn keeps_energy() {
        for n in 1..=40 {
            let x = values(n);
            let mut coefficients = vec![0.0; n];
            let mut plan = Dct::new(n).unwrap();
            plan.forward(&x, &mut coefficients).unwrap();
            let energy = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>();
            let expected = energy(&x);
            assert!((energy(&coefficients) - expected).abs() < 1e-13 * expected);
        }
    }

    #[test]
    fn a_plane_is_transformed_along_both_axes() {
        for m in 1..=9 {
            for n in 1..=9 {
                let x = values(m * n);
                let along_rows: Vec<f64> = x.chunks(n).flat_map(naive).collect();
                let mut expected = vec![0.0; m * n];
                for j in 0..n {
                    let column: Vec<f64> = (0..m).map(|i| along_rows[i * n + j]).collect();
                    for (i, value) in naive(&column).into_iter().enumerate() {
                        expected[i * n + j] = value;
                    }
                }
                let mut plan = Dct2::new(m, n).unwrap();
                let mut coefficients = vec![f64::NAN; m * n];
                plan.forward(&x, &mut coefficients).unwrap();
                assert_close(&coefficients, &expected, 1e-13);
                let mut back = vec![f64::NAN; m * n];
                plan.inverse(&coefficients, &mut back).unwrap();
                assert_close(&back, &x, 1e-13);
            }
        }
    }

    #[test]
    fn refuses_wrong_lengths() {
        assert!(Dct::<f64>::new(0).is_err());
        assert!(Dct2::<f64>::new(0, 3).is_err());
        assert!(Dct2::<f64>::new(3, 0).is_err());
        let mut plan = Dct::new(4).unwrap();
        assert!(plan.forward(&[0.0; 3], &mut [0.0; 4]).is_err());
        assert!(plan.forward(&[0.0; 4], &mut [0.0; 3]).is_err());
        assert!(plan.inverse(&[0.0; 5], &mut [0.0; 4]).is_err());
        let mut plan = Dct2::new(2, 3).unwrap();
        assert!(plan.forward(&[0.0; 6], &mut [0.0; 4]).is_err());
        assert!(plan.inverse(&[0.0; 4], &mut [0.0; 6]).is_err());
    }
}
