//! Power of every cell of a two-dimensional spectrum, its axes kept.

use super::checks::{check_lengths, check_shape, mean};
use super::{Fft2, half_plane_weight};
use crate::Result;
use crate::data::{Axis, Real, Unit};
use ndarray::Array2;

/// The cells of a real plane's 2D spectrum that are not mirror images of each
/// other: all row frequencies at column frequencies 0 to Nyquist.
///
/// Cell (ky, kx), kx = 0..=N/2, is number kx M + ky. At kx = 0 (and N/2) both a
/// cell and its mirror image are in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HalfPlane {
    n_rows: usize,
    n_cols: usize,
}

/// One cell of a [`HalfPlane`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HalfPlaneCell {
    /// Frequency along a column (from row to row), cycles per sample, -0.5 to
    /// below 0.5.
    pub row_frequency: f64,
    /// Frequency along a row, cycles per sample, 0 to 0.5.
    pub col_frequency: f64,
    /// How many cells of the whole plane it stands for, 1 or 2.
    pub multiplicity: u32,
    /// Real degrees of freedom of its power: 1 where it is its own mirror
    /// image, else 2.
    pub dof: u32,
}

impl HalfPlaneCell {
    /// Distance from DC, cycles per sample.
    pub fn radius(&self) -> f64 {
        self.row_frequency.hypot(self.col_frequency)
    }
}

impl HalfPlane {
    /// The cells of planes of `n_rows` by `n_cols`.
    ///
    /// # Errors
    /// [`crate::Error::InvalidArgument`] where a side is 0.
    pub fn new(n_rows: usize, n_cols: usize) -> Result<Self> {
        check_shape(n_rows, n_cols)?;
        Ok(Self { n_rows, n_cols })
    }

    /// Rows and columns of the plane.
    pub fn shape(&self) -> (usize, usize) {
        (self.n_rows, self.n_cols)
    }

    /// Number of cells, M (N/2 + 1); cell 0 is DC.
    pub fn n_cells(&self) -> usize {
        self.n_rows * (self.n_cols / 2 + 1)
    }

    /// All cells in their order.
    ///
    /// ```
    /// use cepstrum::planar::HalfPlane;
    /// let half = HalfPlane::new(4, 6)?;
    /// let cells: u32 = half.cells().map(|cell| cell.multiplicity).sum();
    /// assert_eq!(cells, 24);
    /// let second = half.cells().nth(1).expect("16 cells");
    /// assert_eq!((second.row_frequency, second.col_frequency), (0.25, 0.0));
    /// # Ok::<(), cepstrum::Error>(())
    /// ```
    pub fn cells(&self) -> impl Iterator<Item = HalfPlaneCell> {
        let (m, n) = self.shape();
        (0..self.n_cells()).map(move |cell| {
            let (kx, ky) = (cell / m, cell % m);
            let signed = if 2 * ky < m { 0.0 } else { -1.0 };
            let weights = [half_plane_weight(m, ky), half_plane_weight(n, kx)];
            HalfPlaneCell {
                row_frequency: ky as f64 / m as f64 + signed,
                col_frequency: kx as f64 / n as f64,
                multiplicity: weights[1] as u32,
                dof: weights[0].max(weights[1]) as u32,
            }
        })
    }

    /// Values of all cells as the whole plane [row, column] with DC at
    /// [M/2, N/2] (rounded down).
    ///
    /// # Errors
    /// [`crate::Error::Length`] where `values` are not one per cell.
    pub fn centred(&self, values: &[f64]) -> Result<Array2<f64>> {
        check_lengths(&[("values", values.len(), self.n_cells())])?;
        Ok(self.whole(|cell, _| values[cell]))
    }

    /// The whole plane with DC at [M/2, N/2] from its cells: `value` gets the
    /// number of a cell, and whether its mirror image is meant.
    pub(super) fn whole<V>(&self, value: impl Fn(usize, bool) -> V) -> Array2<V> {
        let (m, n) = self.shape();
        Array2::from_shape_fn((m, n), |(i, j)| {
            let ky = (i + m - m / 2) % m;
            let kx = (j + n - n / 2) % n;
            match kx <= n / 2 {
                true => value(kx * m + ky, false),
                false => value((n - kx) * m + (m - ky) % m, true),
            }
        })
    }
}

/// Frequencies (i - n/2) / n times `rate`, i = 0..n: an axis of
/// [`HalfPlane::centred`], `rate` in samples per unit of length.
///
/// ```
/// use cepstrum::data::Unit;
/// use cepstrum::planar::centred_axis;
/// let axis = centred_axis(Unit::CyclePerSecond, 5, 50.0);
/// assert_eq!(axis.values(), [-20.0, -10.0, 0.0, 10.0, 20.0]);
/// ```
pub fn centred_axis(unit: Unit, n: usize, rate: f64) -> Axis {
    let centre = (n / 2) as f64;
    Axis::Tabulated {
        unit,
        values: (0..n)
            .map(|i| (i as f64 - centre) / n as f64 * rate)
            .collect(),
    }
}

/// Planned power |F|^2 / (M N) of every cell of planes of one shape, the
/// plane's mean taken off; of a log-mel spectrogram this is the modulation
/// power spectrum (Singh & Theunissen 2003).
///
/// White noise of variance s^2 has expectation s^2 in every cell but DC, which
/// is 0. Each cell times its multiplicity sums to sum (x - mean)^2.
pub struct ModulationPower<T: Real> {
    transform: Fft2<T>,
    half: HalfPlane,
}

impl<T: Real> ModulationPower<T> {
    /// Plans for planes of `n_rows` by `n_cols`.
    ///
    /// # Errors
    /// [`crate::Error::InvalidArgument`] where a side is 0.
    pub fn new(n_rows: usize, n_cols: usize) -> Result<Self> {
        Ok(Self {
            half: HalfPlane::new(n_rows, n_cols)?,
            transform: Fft2::new(n_rows, n_cols),
        })
    }

    /// The cells.
    pub fn half_plane(&self) -> HalfPlane {
        self.half
    }

    /// Writes the power of each cell of `values` (row-major) into `power`.
    ///
    /// # Errors
    /// [`crate::Error::Length`] where a slice has not the planned length.
    pub fn process(&mut self, values: &[T], power: &mut [f64]) -> Result<()> {
        let (n_rows, n_cols) = self.half.shape();
        check_lengths(&[
            ("values", values.len(), n_rows * n_cols),
            ("power", power.len(), self.half.n_cells()),
        ])?;
        let spectrum = self.transform.process(values, T::of(mean(values)));
        let n_cells = values.len() as f64;
        for (power, value) in power.iter_mut().zip(spectrum) {
            let (re, im): (f64, f64) = (value.re.into(), value.im.into());
            *power = (re * re + im * im) / n_cells;
        }
        // What rounding left of the mean.
        power[0] = 0.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Plane;
    use crate::planar::centred_spectrum;

    fn values(m: usize, n: usize) -> Vec<f64> {
        let value = |i: usize| ((i * i + 3) as f64 * 0.7).sin() + 0.3;
        (0..m * n).map(value).collect()
    }

    #[test]
    fn every_cell_agrees_with_the_centred_spectrum() {
        for m in 1..=7 {
            for n in 1..=7 {
                let x = values(m, n);
                let mut plan = ModulationPower::<f64>::new(m, n).unwrap();
                let half = plan.half_plane();
                let mut power = vec![f64::NAN; half.n_cells()];
                plan.process(&x, &mut power).unwrap();
                let axis = centred_axis(Unit::Pixel, 1, 1.0);
                let expected = centred_spectrum(&Plane {
                    values: Array2::from_shape_vec((m, n), x.clone()).unwrap(),
                    rows: axis.clone(),
                    cols: axis,
                })
                .unwrap();
                let got = half.centred(&power).unwrap();
                for ((cell, got), expected) in got.indexed_iter().zip(&expected.power.values) {
                    let expected = if cell == (m / 2, n / 2) {
                        0.0
                    } else {
                        *expected
                    };
                    assert!((got - expected).abs() < 1e-12, "{m} x {n} {cell:?}");
                }
                let mean = mean(&x);
                let energy: f64 = x.iter().map(|x| (x - mean).powi(2)).sum();
                let cells = half.cells().zip(&power);
                let sum: f64 = cells.map(|(c, p)| f64::from(c.multiplicity) * p).sum();
                assert!((sum - energy).abs() < 1e-11, "{m} x {n}");
                assert_eq!(
                    centred_axis(Unit::CyclePerSample, m, 1.0).values(),
                    expected.power.rows.values()
                );
            }
        }
    }

    /// Each frequency of a cell is that of its place in the whole plane, and its
    /// mirror image has the opposite one.
    #[test]
    fn cells_know_their_frequencies() {
        for (m, n) in [(4, 6), (5, 7), (1, 8), (6, 1)] {
            let half = HalfPlane::new(m, n).unwrap();
            let cells: Vec<HalfPlaneCell> = half.cells().collect();
            let rows: Vec<f64> = cells.iter().map(|c| c.row_frequency).collect();
            let cols: Vec<f64> = cells.iter().map(|c| c.col_frequency).collect();
            let (rows, cols) = (half.centred(&rows).unwrap(), half.centred(&cols).unwrap());
            for ((i, j), &row) in rows.indexed_iter() {
                let want = |i: usize, n: usize| (i as f64 - (n / 2) as f64) / n as f64;
                let (y, x) = (want(i, m), want(j, n));
                assert_eq!(cols[[i, j]], x.abs());
                let mirrored = x < 0.0 && x > -0.5;
                let y = if mirrored && y != -0.5 { -y } else { y };
                assert!((row - y).abs() < 1e-15, "{m} x {n} [{i}, {j}]: {row} {y}");
            }
            let n_real = cells.iter().filter(|c| c.dof == 1).count();
            assert_eq!(n_real, (2 - m % 2) * (2 - n % 2));
        }
    }

    #[test]
    fn constant_planes_have_no_power_and_lengths_are_checked() {
        let mut plan = ModulationPower::<f32>::new(3, 4).unwrap();
        let mut power = vec![1.0; 9];
        plan.process(&[0.1; 12], &mut power).unwrap();
        assert_eq!(power, [0.0; 9]);
        assert!(plan.process(&[0.1; 11], &mut power).is_err());
        assert!(plan.process(&[0.1; 12], &mut power[1..]).is_err());
        assert!(ModulationPower::<f32>::new(0, 4).is_err());
    }
}
