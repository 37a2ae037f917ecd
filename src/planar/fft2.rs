//! Two-dimensional Fourier transforms of real planes.

use super::side_by_side::SideBySide;
use crate::data::Real;
use crate::lanes;
use realfft::{RealFftPlanner, RealToComplex};
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};
use std::sync::Arc;

/// Rows and columns of a block that is transposed at once.
const BLOCK: usize = 16;

/// Planned two-dimensional transform of real planes, unnormalised. Only half
/// the columns are computed: a real plane's spectrum is conjugate symmetric.
pub struct Fft2<T: Real> {
    n_rows: usize,
    n_cols: usize,
    along_row: Rows<T>,
    along_col: Columns<T>,
    /// Half the spectrum of each row, `[y][kx]`.
    row_spectra: Vec<Complex<T>>,
    spectrum: Vec<Complex<T>>,
}

/// Transforms of rows.
enum Rows<T: Real> {
    /// Even lengths, one row at a time.
    Single {
        plan: Arc<dyn RealToComplex<T>>,
        row: Vec<T>,
        scratch: Vec<Complex<T>>,
    },
    /// Odd lengths whose factors the library is slow at.
    SideBySide(SideBySide<T>),
    /// Other odd lengths, which have no faster real transform: two rows at a time
    /// as real and imaginary part.
    Pairs {
        plan: Arc<dyn Fft<T>>,
        rows: Vec<Complex<T>>,
        scratch: Vec<Complex<T>>,
    },
}

/// Transforms of columns.
enum Columns<T: Real> {
    Single {
        plan: Arc<dyn Fft<T>>,
        scratch: Vec<Complex<T>>,
    },
    SideBySide(SideBySide<T>),
}

impl<T: Real> Fft2<T> {
    /// Plans for planes of `n_rows` by `n_cols`, both at least 1.
    pub fn new(n_rows: usize, n_cols: usize) -> Self {
        let zero = Complex::new(T::of(0.0), T::of(0.0));
        let half_plane = vec![zero; (n_cols / 2 + 1) * n_rows];
        Self {
            along_row: Rows::new(n_cols),
            along_col: Columns::new(n_rows),
            row_spectra: half_plane.clone(),
            spectrum: half_plane,
            n_rows,
            n_cols,
        }
    }

    /// Transforms `values` (row-major) less `offset`. Coefficient (ky, kx) of
    /// the result is at `[kx * n_rows + ky]`, kx = 0..=n_cols/2.
    pub fn process(&mut self, values: &[T], offset: T) -> &[Complex<T>] {
        let mut spectrum = std::mem::take(&mut self.spectrum);
        self.process_into(values, offset, &mut spectrum);
        self.spectrum = spectrum;
        &self.spectrum
    }

    /// Like [`Fft2::process`], but writes the coefficients into `spectrum`.
    pub(super) fn process_into(&mut self, values: &[T], offset: T, spectrum: &mut [Complex<T>]) {
        let n_half = self.n_cols / 2 + 1;
        self.along_row
            .process(values, offset, self.n_cols, &mut self.row_spectra);
        match &mut self.along_col {
            Columns::SideBySide(plan) => plan.columns(&self.row_spectra, n_half, spectrum),
            Columns::Single { plan, scratch } => {
                transpose(&self.row_spectra, n_half, self.n_rows, spectrum);
                plan.process_with_scratch(spectrum, scratch);
            }
        }
    }
}

impl<T: Real> Columns<T> {
    fn new(n: usize) -> Self {
        if let Some(plan) = SideBySide::new(n) {
            return Columns::SideBySide(plan);
        }
        let plan = FftPlanner::new().plan_fft_forward(n);
        let zero = Complex::new(T::of(0.0), T::of(0.0));
        Columns::Single {
            scratch: vec![zero; plan.get_inplace_scratch_len()],
            plan,
        }
    }
}

impl<T: Real> Rows<T> {
    fn new(n: usize) -> Self {
        let zero = Complex::new(T::of(0.0), T::of(0.0));
        if n.is_multiple_of(2) {
            let plan = RealFftPlanner::new().plan_fft_forward(n);
            return Rows::Single {
                row: plan.make_input_vec(),
                scratch: plan.make_scratch_vec(),
                plan,
            };
        }
        if let Some(plan) = SideBySide::new(n) {
            return Rows::SideBySide(plan);
        }
        let plan = FftPlanner::new().plan_fft_forward(n);
        Rows::Pairs {
            rows: vec![zero; n],
            scratch: vec![zero; plan.get_inplace_scratch_len()],
            plan,
        }
    }

    /// Writes half the spectrum of each row of `values` less `offset`.
    fn process(&mut self, values: &[T], offset: T, n_cols: usize, spectra: &mut [Complex<T>]) {
        let n_half = n_cols / 2 + 1;
        match self {
            Rows::Single { plan, row, scratch } => {
                let rows = values.chunks_exact(n_cols);
                for (values, spectrum) in rows.zip(spectra.chunks_exact_mut(n_half)) {
                    for (slot, &value) in row.iter_mut().zip(values) {
                        *slot = value - offset;
                    }
                    plan.process_with_scratch(row, spectrum, scratch)
                        .expect("buffers were made by the plan");
                }
            }
            Rows::SideBySide(plan) => plan.real_rows(values, offset, spectra),
            Rows::Pairs {
                plan,
                rows,
                scratch,
            } => {
                let pairs = values.chunks(2 * n_cols);
                for (values, spectra) in pairs.zip(spectra.chunks_mut(2 * n_half)) {
                    let (first, second) = values.split_at(n_cols);
                    load_pair(first, second, offset, rows);
                    plan.process_with_scratch(rows, scratch);
                    let (first, second) = spectra.split_at_mut(n_half);
                    lanes::on_vectors(
                        #[inline(always)]
                        || split_pair(rows, first, second),
                    );
                }
            }
        }
    }
}

/// Two rows less `offset` as real and imaginary part; the last row of an odd
/// number of them has no second.
fn load_pair<T: Real>(first: &[T], second: &[T], offset: T, rows: &mut [Complex<T>]) {
    if second.is_empty() {
        for (slot, &re) in rows.iter_mut().zip(first) {
            *slot = Complex::new(re - offset, T::of(0.0));
        }
    }
    for ((slot, &re), &im) in rows.iter_mut().zip(first).zip(second) {
        *slot = Complex::new(re - offset, im - offset);
    }
}

/// Half the spectra of two real rows from that of the first plus i times the
/// second: the parts of it that are conjugate symmetric and antisymmetric.
#[inline(always)]
fn split_pair<T: Real>(rows: &[Complex<T>], first: &mut [Complex<T>], second: &mut [Complex<T>]) {
    let (zero, half) = (T::of(0.0), T::of(0.5));
    first[0] = Complex::new(rows[0].re, zero);
    if let Some(second) = second.first_mut() {
        *second = Complex::new(rows[0].im, zero);
    }
    let mirrored = || rows[1..].iter().zip(rows[1..].iter().rev());
    for (slot, (z, mirror)) in first[1..].iter_mut().zip(mirrored()) {
        *slot = Complex::new(half * (z.re + mirror.re), half * (z.im - mirror.im));
    }
    for (slot, (z, mirror)) in second.iter_mut().skip(1).zip(mirrored()) {
        *slot = Complex::new(half * (z.im + mirror.im), half * (mirror.re - z.re));
    }
}

/// `[y][x]` to `[x][y]`, by blocks that stay in the cache.
fn transpose<T: Real>(rows: &[Complex<T>], n_cols: usize, n_rows: usize, to: &mut [Complex<T>]) {
    for (first, columns) in (0..n_cols)
        .step_by(BLOCK)
        .zip(to.chunks_mut(BLOCK * n_rows))
    {
        for (y, row) in rows.chunks_exact(n_cols).enumerate() {
            let slots = columns.iter_mut().skip(y).step_by(n_rows);
            for (slot, value) in slots.zip(&row[first..]) {
                *slot = *value;
            }
        }
    }
}
