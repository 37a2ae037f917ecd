//! Powers of planes cell by cell, in two orthonormal bases.

use super::checks::{check_lengths, check_shape};
use super::fft2::Fft2;
use crate::Result;
use crate::data::Real;
use crate::lanes;
use rustfft::num_complex::Complex;
use std::f64::consts::PI;

/// Planned powers of every cell of planes of one shape: |F|^2 / (M N) of the DFT,
/// and C^2 of the orthonormal DCT-II along both axes.
///
/// Both take one Fourier transform: the DCT that of the plane with the even places
/// of either axis upwards and the odd ones downwards behind them (Makhoul 1980, for
/// two axes).
pub struct CellPower<T: Real> {
    shape: (usize, usize),
    fft: Fft2<T>,
    folded: Vec<T>,
    /// exp(-i pi k / (2 M)), k = 0..M, of rows; and of columns up to N/2.
    turns: [Vec<Complex<T>>; 2],
    /// Where the places of either axis go in the folded plane.
    places: [Vec<usize>; 2],
}

impl<T: Real> CellPower<T> {
    /// Plans for planes of `n_rows` by `n_cols`.
    ///
    /// # Errors
    /// [`crate::Error::InvalidArgument`] where a side is 0.
    pub fn new(n_rows: usize, n_cols: usize) -> Result<Self> {
        check_shape(n_rows, n_cols)?;
        let turn = |k: usize, n: usize| {
            let angle = PI * k as f64 / (2 * n) as f64;
            Complex::new(T::of(angle.cos()), T::of(-angle.sin()))
        };
        let places = |n: usize| {
            let place = |i: usize| match i % 2 {
                0 => i / 2,
                _ => n - 1 - i / 2,
            };
            (0..n).map(place).collect()
        };
        Ok(Self {
            shape: (n_rows, n_cols),
            fft: Fft2::new(n_rows, n_cols),
            folded: vec![T::of(0.0); n_rows * n_cols],
            turns: [
                (0..n_rows).map(|k| turn(k, n_rows)).collect(),
                (0..=n_cols / 2).map(|k| turn(k, n_cols)).collect(),
            ],
            places: [places(n_rows), places(n_cols)],
        })
    }

    /// Number of powers: those of all cells of the DCT, then those of the columns
    /// 0..=N/2 of the DFT.
    pub fn n_powers(&self) -> usize {
        let (n_rows, n_cols) = self.shape;
        n_rows * (n_cols + n_cols / 2 + 1)
    }

    /// Adds `weight` times the powers of a plane, row-major, to `sums`: column after
    /// column, \[kx * M + ky\].
    ///
    /// # Errors
    /// [`crate::Error::Length`] where a slice has not the planned length.
    pub fn add(&mut self, values: &[T], weight: f64, sums: &mut [f64]) -> Result<()> {
        let (n_rows, n_cols) = self.shape;
        let n_cells = n_rows * n_cols;
        check_lengths(&[
            ("plane", values.len(), n_cells),
            ("powers", sums.len(), self.n_powers()),
        ])?;
        let mean = lanes::sums(values).0 / n_cells as f64;
        let (of_dct, of_fft) = sums.split_at_mut(n_cells);
        // DC apart: in single precision it would hide weak cells.
        for sums in [&mut of_dct[0], &mut of_fft[0]] {
            *sums += weight * mean * mean * n_cells as f64;
        }
        let offset = T::of(mean);
        let to_fft = weight / n_cells as f64;
        let spectrum = self.fft.process(values, offset);
        for (sum, value) in of_fft.iter_mut().zip(spectrum).skip(1) {
            *sum += to_fft * value.norm_sqr().into();
        }
        for (row, &place) in values.chunks_exact(n_cols).zip(&self.places[0]) {
            let folded = &mut self.folded[place * n_cols..][..n_cols];
            for (value, &place) in row.iter().zip(&self.places[1]) {
                folded[place] = *value;
            }
        }
        let spectrum = self.fft.process(&self.folded, offset);
        // Orthonormal: 1/n at 0 and 2/n elsewhere, along either axis.
        let norm = |k: usize, n: usize| if k == 0 { 1.0 } else { 2.0 } / n as f64;
        let [row_turns, column_turns] = &self.turns;
        for (kx, column) in spectrum.chunks_exact(n_rows).enumerate() {
            let turn = column_turns[kx];
            let mirror = (n_cols - kx) % n_cols;
            for ky in 0..n_rows {
                if (kx, ky) == (0, 0) {
                    continue;
                }
                let one = turn * column[ky];
                let other = (turn * column[(n_rows - ky) % n_rows]).conj();
                let half = 0.25 * weight * norm(ky, n_rows);
                let of = (row_turns[ky] * (one + other)).re.into();
                of_dct[kx * n_rows + ky] += half * norm(kx, n_cols) * of * of;
                if mirror > n_cols / 2 {
                    let of = (row_turns[ky] * (one - other)).im.into();
                    of_dct[mirror * n_rows + ky] += half * norm(mirror, n_cols) * of * of;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Dct2;
    use super::*;
    use crate::synth::gauss;

    /// Against the transforms of planes that are tested by themselves.
    #[test]
    fn powers_are_those_of_both_transforms() {
        for (n_rows, n_cols) in [
            (1, 1),
            (1, 5),
            (4, 1),
            (6, 7),
            (7, 6),
            (8, 8),
            (9, 13),
            (87, 16),
        ] {
            let n = n_rows * n_cols;
            let values: Vec<f64> = gauss(n as u64, n).iter().map(|x| x + 3.0).collect();
            let mut plan = CellPower::<f64>::new(n_rows, n_cols).unwrap();
            let mut sums = vec![0.0; plan.n_powers()];
            plan.add(&values, 2.0, &mut sums).unwrap();
            let mut dct = vec![0.0; n];
            let mut of = Dct2::<f64>::new(n_rows, n_cols).unwrap();
            of.forward(&values, &mut dct).unwrap();
            let mut fft = Fft2::<f64>::new(n_rows, n_cols);
            let spectrum = fft.process(&values, 0.0);
            for (i, value) in dct.iter().enumerate() {
                let (y, x) = (i / n_cols, i % n_cols);
                let (got, expected) = (sums[x * n_rows + y], 2.0 * value * value);
                assert!(
                    (got - expected).abs() < 1e-10 * n as f64,
                    "{n_rows} {n_cols} {y} {x}"
                );
            }
            for (got, value) in sums[n..].iter().zip(spectrum) {
                let expected = 2.0 * value.norm_sqr() / n as f64;
                assert!(
                    (got - expected).abs() < 1e-10 * n as f64,
                    "{n_rows} {n_cols}"
                );
            }
        }
        assert!(CellPower::<f64>::new(0, 3).is_err());
        let mut plan = CellPower::<f64>::new(2, 3).unwrap();
        assert!(plan.add(&[0.0; 5], 1.0, &mut [0.0; 10]).is_err());
    }
}
