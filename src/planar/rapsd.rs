//! Radially averaged power of planes.

use super::checks::{check_lengths, check_shape, finite_values, mean};
use super::{Fft2, Radius, RingTable};
use crate::Result;
use crate::data::{Axis, Cell, Coefficients, Plane, Real, Spectrum, Transform};
use crate::lanes;
use rustfft::num_complex::Complex;

/// What [`Rapsd::process`] learns about a plane beside its rings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlaneEnergy {
    /// Mean of the values.
    pub mean: f64,
    /// Energy about the mean, sum (x - mean)^2.
    pub energy: f64,
    /// Share of that energy at frequencies outside all rings (the corners of
    /// the spectrum, and Nyquist where the longer side of an RAPSD is even).
    pub outside_share: f64,
}

impl PlaneEnergy {
    /// Writes the power of each ring into `power`, from the sums per ring (the
    /// last: outside all rings) of a plane without its mean, the counts, and
    /// the divisor that turns squared coefficients into power.
    pub(super) fn from_sums(
        (sums, counts): (&[f64], &[u32]),
        norm: f64,
        mean: f64,
        n_cells: usize,
        power: &mut [f64],
    ) -> Self {
        for ((power, sum), &count) in power.iter_mut().zip(sums).zip(counts) {
            *power = sum / (norm * f64::from(count));
        }
        // Removing the mean keeps f32 transforms accurate beside a large DC;
        // what rounding left in ring 0 is replaced by the exact value.
        power[0] = n_cells as f64 * mean * mean;
        let energy = sums[1..].iter().sum::<f64>() / norm;
        let outside = sums[counts.len()] / norm;
        PlaneEnergy {
            mean,
            energy,
            outside_share: if energy > 0.0 { outside / energy } else { 0.0 },
        }
    }
}

/// Planned radially averaged power spectral density of planes of one shape:
/// |F|^2 / (M N) averaged over rings of equal radius.
///
/// White noise of variance s^2 has expectation s^2 in every ring. Ring 0 is DC,
/// M N mean^2. Transposing a plane does not change its RAPSD.
pub struct Rapsd<T: Real> {
    transform: Fft2<T>,
    table: RingTable,
    sums: Vec<f64>,
    /// Squared coefficients of one column.
    energy: Vec<f64>,
}

impl<T: Real> Rapsd<T> {
    /// Plans for planes of `n_rows` by `n_cols`.
    ///
    /// # Errors
    /// [`crate::Error::InvalidArgument`] where a side is 0.
    pub fn new(n_rows: usize, n_cols: usize, radius: Radius) -> Result<Self> {
        check_shape(n_rows, n_cols)?;
        let table = RingTable::new(n_rows, n_cols, radius);
        Ok(Self {
            transform: Fft2::new(n_rows, n_cols),
            sums: vec![0.0; table.n_rings() + 1],
            energy: vec![0.0; n_rows],
            table,
        })
    }

    /// Which cell belongs to which ring.
    pub fn table(&self) -> &RingTable {
        &self.table
    }

    /// Writes the power of each ring of `values` (row-major) into `power`, DC
    /// first.
    ///
    /// # Errors
    /// [`crate::Error::Length`] where a slice has not the planned length.
    pub fn process(&mut self, values: &[T], power: &mut [f64]) -> Result<PlaneEnergy> {
        let (n_rows, n_cols) = self.table.shape();
        let n_cells = n_rows * n_cols;
        check_lengths(&[
            ("values", values.len(), n_cells),
            ("power", power.len(), self.table.n_rings()),
        ])?;
        let mean = mean(values);
        self.sum_rings(values, mean);
        let norm = n_cells as f64;
        let rings = (&self.sums[..], self.table.counts());
        Ok(PlaneEnergy::from_sums(rings, norm, mean, n_cells, power))
    }

    fn sum_rings(&mut self, values: &[T], mean: f64) {
        let n_rows = self.table.shape().0;
        let spectrum = self.transform.process(values, T::of(mean));
        let (table, sums, energy) = (&self.table, &mut self.sums, &mut self.energy);
        sums.fill(0.0);
        lanes::on_vectors(
            #[inline(always)]
            || {
                let columns = spectrum.chunks_exact(n_rows);
                for (column, (multiplicity, rings)) in columns.zip(table.columns()) {
                    for (energy, value) in energy.iter_mut().zip(column) {
                        let (re, im): (f64, f64) = (value.re.into(), value.im.into());
                        *energy = multiplicity * (re * re + im * im);
                    }
                    // Rows ky and n - ky are in the same ring.
                    let (first, rest) = energy.split_at_mut(1 + n_rows / 2);
                    for (energy, mirror) in first[1..].iter_mut().zip(rest.iter().rev()) {
                        *energy += mirror;
                    }
                    for (&energy, &ring) in first.iter().zip(rings) {
                        sums[ring as usize] += energy;
                    }
                }
            },
        );
    }

    /// Frequencies r / L of the rings, cycles per sample.
    pub fn frequency(&self) -> Axis {
        self.table.frequency()
    }
}

impl<T: Real> Transform<T> for Rapsd<T> {
    fn n_bins(&self) -> usize {
        self.table.n_rings()
    }

    fn power(&mut self, values: &[T], power: &mut [f64]) -> Result<f64> {
        Ok(self.process(values, power)?.outside_share)
    }

    fn forward(&mut self, values: &[T], coefficients: &mut Coefficients<T>) -> Result<()> {
        let (n_rows, n_cols) = self.table.shape();
        check_lengths(&[("values", values.len(), n_rows * n_cols)])?;
        let mean = mean(values);
        let Coefficients {
            values: spectrum,
            means,
        } = coefficients;
        spectrum.resize((n_cols / 2 + 1) * n_rows, Complex::default());
        self.transform.process_into(values, T::of(mean), spectrum);
        means.clear();
        means.push(mean);
        Ok(())
    }

    /// [column, row] of the half plane.
    fn cells(&self) -> Vec<Cell> {
        let columns = self.table.columns();
        let cells = columns.flat_map(|(multiplicity, rings)| {
            let count = multiplicity as u32;
            rings.iter().map(move |&bin| Cell { bin, count })
        });
        cells.collect()
    }

    fn norm(&self) -> f64 {
        let (n_rows, n_cols) = self.table.shape();
        (n_rows * n_cols) as f64
    }
}

/// The RAPSD of one plane in f64, DC first, frequencies in cycles per sample.
///
/// ```
/// use cepstrum::data::{Axis, Plane, Unit};
/// use cepstrum::planar::{Radius, rapsd};
/// use ndarray::Array2;
/// // An impulse is white: 1 / (M N) at every frequency.
/// let mut values = Array2::zeros((16, 16));
/// values[[3, 5]] = 1.0;
/// let axis = Axis::Uniform { unit: Unit::Pixel, start: 0.0, step: 1.0, len: 16 };
/// let spectrum = rapsd(&Plane { values, rows: axis.clone(), cols: axis }, Radius::Index)?;
/// assert!((spectrum.power[7] - 1.0 / 256.0).abs() < 1e-15);
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for an empty plane or one with values that are
/// not finite.
pub fn rapsd(plane: &Plane, radius: Radius) -> Result<Spectrum> {
    let (n_rows, n_cols, values) = finite_values(plane)?;
    let mut plan = Rapsd::<f64>::new(n_rows, n_cols, radius)?;
    let mut power = vec![0.0; plan.table.n_rings()];
    plan.process(&values, &mut power)?;
    Ok(Spectrum {
        frequency: plan.frequency(),
        power,
        dof: plan.table.counts().to_vec(),
    })
}
