use crate::data::Real;
use realfft::{RealFftPlanner, RealToComplex};
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};
use std::sync::Arc;

/// Planned two-dimensional transform of real planes, unnormalised. Only half
/// the columns are computed: a real plane's spectrum is conjugate symmetric.
pub struct Fft2<T: Real> {
    n_rows: usize,
    n_cols: usize,
    along_row: Arc<dyn RealToComplex<T>>,
    along_col: Arc<dyn Fft<T>>,
    row: Vec<T>,
    row_spectrum: Vec<Complex<T>>,
    row_scratch: Vec<Complex<T>>,
    spectrum: Vec<Complex<T>>,
    col_scratch: Vec<Complex<T>>,
}

impl<T: Real> Fft2<T> {
    /// Plans for planes of `n_rows` by `n_cols`, both at least 1.
    pub fn new(n_rows: usize, n_cols: usize) -> Self {
        let along_row = RealFftPlanner::new().plan_fft_forward(n_cols);
        let along_col = FftPlanner::new().plan_fft_forward(n_rows);
        let zero = Complex::new(T::of(0.0), T::of(0.0));
        Self {
            row: along_row.make_input_vec(),
            row_spectrum: along_row.make_output_vec(),
            row_scratch: along_row.make_scratch_vec(),
            spectrum: vec![zero; (n_cols / 2 + 1) * n_rows],
            col_scratch: vec![zero; along_col.get_inplace_scratch_len()],
            n_rows,
            n_cols,
            along_row,
            along_col,
        }
    }

    /// Transforms `values` (row-major) less `offset`. Coefficient (ky, kx) of
    /// the result is at `[kx * n_rows + ky]`, kx = 0..=n_cols/2.
    pub fn process(&mut self, values: &[T], offset: T) -> &[Complex<T>] {
        for (y, row) in values.chunks_exact(self.n_cols).enumerate() {
            for (slot, &value) in self.row.iter_mut().zip(row) {
                *slot = value - offset;
            }
            self.along_row
                .process_with_scratch(&mut self.row, &mut self.row_spectrum, &mut self.row_scratch)
                .expect("buffers were made by the plan");
            // Transposed, so that the second pass runs on contiguous memory.
            for (kx, &value) in self.row_spectrum.iter().enumerate() {
                self.spectrum[kx * self.n_rows + y] = value;
            }
        }
        self.along_col
            .process_with_scratch(&mut self.spectrum, &mut self.col_scratch);
        &self.spectrum
    }

    /// The coefficients of the plane that was processed last.
    pub(super) fn spectrum(&self) -> &[Complex<T>] {
        &self.spectrum
    }
}
