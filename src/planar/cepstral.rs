//! Cosine transforms of log-mel planes: the 2D cepstrum, the mean power of
//! cepstral coefficients, and radial averages.

use super::checks::{centre, check_lengths, check_shape, finite_shape, finite_values};
use super::{Dct, Dct2, PlaneEnergy, Radius};
use crate::data::{Axis, Cell, Coefficients, Plane, Real, Spectrum, Transform, Unit};
use crate::{Error, Result};
use ndarray::Array2;
use rustfft::num_complex::Complex;

/// The 2D cepstrum of a log-mel plane [band, frame]: its orthonormal 2D DCT-II,
/// [quefrency, modulation].
///
/// Coefficient k of an axis of length N lies at k / (2N), cycles per band where
/// the axis counted mel bands and cycles per sample elsewhere. Energy is kept:
/// sum C^2 = sum x^2.
///
/// ```
/// use cepstrum::data::{Axis, Plane, Unit};
/// use cepstrum::planar::cepstrum_2d;
/// use ndarray::Array2;
/// let bands = Axis::Uniform { unit: Unit::MelBand, start: 0.0, step: 1.0, len: 4 };
/// let frames = Axis::Uniform { unit: Unit::Second, start: 0.0, step: 0.02, len: 9 };
/// let plane = Plane { values: Array2::from_elem((4, 9), -2.0), rows: bands, cols: frames };
/// let cepstrum = cepstrum_2d(&plane)?;
/// assert!((cepstrum.values[[0, 0]] + 12.0).abs() < 1e-14); // mean times sqrt(M N)
/// assert_eq!(cepstrum.rows.values(), [0.0, 0.125, 0.25, 0.375]);
/// assert_eq!(cepstrum.rows.unit(), Unit::CyclePerBand);
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// [`Error::InvalidArgument`] for an empty plane or one with values that are
/// not finite.
pub fn cepstrum_2d(plane: &Plane) -> Result<Plane> {
    let (n_rows, n_cols, values) = finite_values(plane)?;
    let mut coefficients = vec![0.0; values.len()];
    Dct2::new(n_rows, n_cols)?.forward(&values, &mut coefficients)?;
    Ok(Plane {
        values: Array2::from_shape_fn((n_rows, n_cols), |(i, j)| coefficients[i * n_cols + j]),
        rows: frequency_axis(&plane.rows, n_rows),
        cols: frequency_axis(&plane.cols, n_cols),
    })
}

/// [`dct_frequency`] in the unit that a DCT along `axis` gives.
fn frequency_axis(axis: &Axis, n: usize) -> Axis {
    let unit = match axis.unit() {
        Unit::MelBand => Unit::CyclePerBand,
        _ => Unit::CyclePerSample,
    };
    dct_frequency(unit, n)
}

/// The frequencies k / (2n), k = 0..n, of a DCT of length n.
fn dct_frequency(unit: Unit, n: usize) -> Axis {
    Axis::Tabulated {
        unit,
        values: (0..n).map(|k| k as f64 / (2 * n) as f64).collect(),
    }
}

/// Planned mean power of the cepstral coefficients of frames: the mean over
/// frames of the squared orthonormal DCT-II over `n_bands` bands.
///
/// With log-mel bands in decibels these are the squared MFCCs, k = 0..n_bands,
/// each at k / (2 n_bands), cycles per band.
pub struct CepstralPower<T: Real> {
    transform: Dct<T>,
    n_bands: usize,
    frame: Vec<T>,
    coefficients: Vec<T>,
}

impl<T: Real> CepstralPower<T> {
    /// Plans for frames of `n_bands`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where `n_bands` is 0.
    pub fn new(n_bands: usize) -> Result<Self> {
        if n_bands == 0 {
            return Err(Error::argument("n_bands", n_bands, "at least 1"));
        }
        Ok(Self {
            transform: Dct::new(n_bands)?,
            n_bands,
            frame: vec![T::of(0.0); n_bands],
            coefficients: vec![T::of(0.0); n_bands],
        })
    }

    /// Writes the mean power of each coefficient of `frames`, [frame, band],
    /// into `power`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where there is no frame,
    /// [`Error::Length`] where `frames` is not whole or `power` has not
    /// the planned length.
    pub fn process(&mut self, frames: &[T], power: &mut [f64]) -> Result<()> {
        let n_frames = self.n_frames(frames)?;
        check_lengths(&[("power", power.len(), self.n_bands)])?;
        power.fill(0.0);
        for frame in frames.chunks_exact(self.n_bands) {
            let mean = self.transform_frame(frame)?;
            power[0] += self.n_bands as f64 * mean * mean;
            for (power, &coefficient) in power.iter_mut().zip(&self.coefficients).skip(1) {
                let coefficient: f64 = coefficient.into();
                *power += coefficient * coefficient;
            }
        }
        for power in power {
            *power /= n_frames as f64;
        }
        Ok(())
    }

    /// Transforms a frame without its mean, which is returned.
    fn transform_frame(&mut self, frame: &[T]) -> Result<f64> {
        let mean = centre(frame, &mut self.frame);
        self.transform
            .forward(&self.frame, &mut self.coefficients)?;
        Ok(mean)
    }

    fn n_frames(&self, frames: &[T]) -> Result<usize> {
        let n_frames = frames.len() / self.n_bands;
        check_shape(self.n_bands, n_frames)?;
        check_lengths(&[("frames", frames.len(), n_frames * self.n_bands)])?;
        Ok(n_frames)
    }
}

/// Items are frames, as many as there are.
impl<T: Real> Transform<T> for CepstralPower<T> {
    fn n_bins(&self) -> usize {
        self.n_bands
    }

    fn power(&mut self, frames: &[T], power: &mut [f64]) -> Result<f64> {
        self.process(frames, power)?;
        Ok(0.0)
    }

    fn forward(&mut self, frames: &[T], coefficients: &mut Coefficients<T>) -> Result<()> {
        self.n_frames(frames)?;
        coefficients.values.clear();
        coefficients.means.clear();
        for frame in frames.chunks_exact(self.n_bands) {
            let mean = self.transform_frame(frame)?;
            coefficients
                .values
                .extend(self.coefficients.iter().map(Complex::from));
            coefficients.means.push(mean);
        }
        Ok(())
    }

    fn cells(&self) -> Vec<Cell> {
        let bins = 0..self.n_bands as u32;
        bins.map(|bin| Cell { bin, count: 1 }).collect()
    }

    fn is_planar(&self) -> bool {
        false
    }
}

/// The mean power of each cepstral coefficient of a log-mel plane
/// [band, frame], in f64, at k / (2 n_bands), k = 0..n_bands: cycles per band
/// where the rows count mel bands, cycles per sample elsewhere.
///
/// `dof` counts the frames as if they were independent.
///
/// ```
/// use cepstrum::data::{Axis, Plane, Unit};
/// use cepstrum::planar::mean_cepstral_power;
/// use ndarray::Array2;
/// let bands = Axis::Uniform { unit: Unit::MelBand, start: 0.0, step: 1.0, len: 4 };
/// let frames = Axis::Uniform { unit: Unit::Second, start: 0.0, step: 0.02, len: 9 };
/// let plane = Plane { values: Array2::from_elem((4, 9), -3.0), rows: bands, cols: frames };
/// let spectrum = mean_cepstral_power(&plane)?;
/// assert_eq!(spectrum.power, [36.0, 0.0, 0.0, 0.0]); // n_bands mean^2
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// [`Error::InvalidArgument`] for an empty plane or one with values that are
/// not finite.
pub fn mean_cepstral_power(plane: &Plane) -> Result<Spectrum> {
    let (n_bands, n_frames) = finite_shape(plane)?;
    let frames: Vec<f64> = plane.values.t().iter().copied().collect();
    let mut power = vec![0.0; n_bands];
    CepstralPower::new(n_bands)?.process(&frames, &mut power)?;
    Ok(Spectrum {
        frequency: frequency_axis(&plane.rows, n_bands),
        power,
        dof: vec![n_frames as u32; n_bands],
    })
}

/// Planned radial average of the squared orthonormal 2D DCT of planes of one
/// shape.
///
/// White noise of variance s^2 has expectation s^2 in every ring. Rings are
/// those of [`Radius::ring`] over the coefficients' indices, r = 0..L with
/// L = max(M, N), and ring r lies at r / (2L), cycles per sample. Ring 0 is DC,
/// M N mean^2. A DCT sees a plane beside its mirror image: the jump between
/// opposite edges, which an FFT sees as f^-2 along the axes, is absent.
pub struct DctRapsd<T: Real> {
    transform: Dct2<T>,
    /// Ring of each coefficient, row-major; outside all: the number of rings.
    rings: Vec<u32>,
    counts: Vec<u32>,
    sums: Vec<f64>,
    values: Vec<T>,
    coefficients: Vec<T>,
}

impl<T: Real> DctRapsd<T> {
    /// Plans for planes of `n_rows` by `n_cols`.
    ///
    /// # Errors
    /// [`crate::Error::InvalidArgument`] where a side is 0.
    pub fn new(n_rows: usize, n_cols: usize, radius: Radius) -> Result<Self> {
        let transform = Dct2::new(n_rows, n_cols)?;
        let mut counts = vec![0; n_rows.max(n_cols)];
        let mut rings = Vec::with_capacity(n_rows * n_cols);
        for i in 0..n_rows {
            for j in 0..n_cols {
                let ring = radius.ring(i, j, n_rows, n_cols);
                if let Some(count) = counts.get_mut(ring) {
                    *count += 1;
                }
                rings.push(ring.min(counts.len()) as u32);
            }
        }
        let zeros = vec![T::of(0.0); n_rows * n_cols];
        Ok(Self {
            transform,
            sums: vec![0.0; counts.len() + 1],
            rings,
            counts,
            values: zeros.clone(),
            coefficients: zeros,
        })
    }

    /// Number of rings, DC included: L = max(M, N).
    pub fn n_rings(&self) -> usize {
        self.counts.len()
    }

    /// Coefficients per ring: the real degrees of freedom of its mean.
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// Frequencies r / (2L) of the rings, cycles per sample.
    pub fn frequency(&self) -> Axis {
        dct_frequency(Unit::CyclePerSample, self.n_rings())
    }

    /// Writes the power of each ring of `values` (row-major) into `power`, DC
    /// first.
    ///
    /// # Errors
    /// [`crate::Error::Length`] where a slice has not the planned length.
    pub fn process(&mut self, values: &[T], power: &mut [f64]) -> Result<PlaneEnergy> {
        check_lengths(&[("power", power.len(), self.n_rings())])?;
        let mean = self.transform_plane(values)?;
        self.sums.fill(0.0);
        for (&coefficient, &ring) in self.coefficients.iter().zip(&self.rings) {
            let coefficient: f64 = coefficient.into();
            self.sums[ring as usize] += coefficient * coefficient;
        }
        let rings = (&self.sums[..], &self.counts[..]);
        let n_cells = values.len();
        Ok(PlaneEnergy::from_sums(rings, 1.0, mean, n_cells, power))
    }

    /// Transforms a plane without its mean, which is returned.
    fn transform_plane(&mut self, values: &[T]) -> Result<f64> {
        check_lengths(&[("values", values.len(), self.values.len())])?;
        let mean = centre(values, &mut self.values);
        self.transform
            .forward(&self.values, &mut self.coefficients)?;
        Ok(mean)
    }
}

impl<T: Real> Transform<T> for DctRapsd<T> {
    fn n_bins(&self) -> usize {
        self.n_rings()
    }

    fn power(&mut self, values: &[T], power: &mut [f64]) -> Result<f64> {
        Ok(self.process(values, power)?.outside_share)
    }

    fn forward(&mut self, values: &[T], coefficients: &mut Coefficients<T>) -> Result<()> {
        let mean = self.transform_plane(values)?;
        coefficients.values.clear();
        coefficients
            .values
            .extend(self.coefficients.iter().map(Complex::from));
        coefficients.means.clear();
        coefficients.means.push(mean);
        Ok(())
    }

    /// Row-major, [row, column].
    fn cells(&self) -> Vec<Cell> {
        let bins = self.rings.iter();
        bins.map(|&bin| Cell { bin, count: 1 }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    fn values(n: usize) -> Vec<f64> {
        (0..n)
            .map(|i| ((i * i + 3) as f64 * 0.7).sin() + 0.3)
            .collect()
    }

    fn naive(x: &[f64], m: usize, n: usize) -> Vec<f64> {
        let norm = |k: usize, n: usize| (if k == 0 { 1.0 } else { 2.0 } / n as f64).sqrt();
        let cosine =
            |k: usize, i: usize, n: usize| (PI * (k * (2 * i + 1)) as f64 / (2 * n) as f64).cos();
        let mut out = Vec::new();
        for ky in 0..m {
            for kx in 0..n {
                let mut sum = 0.0;
                for y in 0..m {
                    for x_ in 0..n {
                        sum += x[y * n + x_] * cosine(ky, y, m) * cosine(kx, x_, n);
                    }
                }
                out.push(sum * norm(ky, m) * norm(kx, n));
            }
        }
        out
    }

    #[test]
    fn f32_keeps_its_accuracy_beside_a_large_mean() {
        let (m, n) = (32, 20);
        let x: Vec<f64> = values(m * n)
            .iter()
            .map(|x| f64::from((x + 60.0) as f32))
            .collect();
        let narrow: Vec<f32> = x.iter().map(|&x| x as f32).collect();
        let (mut exact, mut fast) = (vec![0.0; n], vec![0.0; n]);
        CepstralPower::<f64>::new(n)
            .and_then(|mut plan| plan.process(&x, &mut exact))
            .unwrap();
        CepstralPower::<f32>::new(n)
            .and_then(|mut plan| plan.process(&narrow, &mut fast))
            .unwrap();
        for (got, expected) in fast.iter().zip(&exact) {
            assert!((got / expected - 1.0).abs() < 1e-5, "{got} {expected}");
        }
    }

    fn plane(m: usize, n: usize) -> Plane {
        let axis = |unit, len| Axis::Uniform {
            unit,
            start: 0.0,
            step: 1.0,
            len,
        };
        Plane {
            values: Array2::from_shape_vec((m, n), values(m * n)).unwrap(),
            rows: axis(Unit::MelBand, m),
            cols: axis(Unit::Second, n),
        }
    }

    #[test]
    fn planes_keep_their_axes_apart() {
        let plane = plane(5, 8);
        let cepstrum = cepstrum_2d(&plane).unwrap();
        for (got, expected) in cepstrum.values.iter().zip(naive(&values(40), 5, 8)) {
            assert!((got - expected).abs() < 1e-13);
        }
        assert_eq!(cepstrum.rows.unit(), Unit::CyclePerBand);
        assert_eq!(cepstrum.rows.values(), [0.0, 0.1, 0.2, 0.3, 0.4]);
        assert_eq!(cepstrum.cols.unit(), Unit::CyclePerSample);
        assert_eq!(cepstrum.cols.values()[7], 7.0 / 16.0);
        let spectrum = mean_cepstral_power(&plane).unwrap();
        let mut expected = [0.0; 5];
        for frame in plane.values.columns() {
            let coefficients = naive(&frame.to_vec(), 5, 1);
            for (sum, c) in expected.iter_mut().zip(coefficients) {
                *sum += c * c / 8.0;
            }
        }
        for (got, expected) in spectrum.power.iter().zip(expected) {
            assert!((got - expected).abs() < 1e-13);
        }
        assert_eq!(spectrum.dof, [8; 5]);
        assert_eq!(spectrum.frequency, cepstrum.rows);
    }

    #[test]
    fn refuses_what_does_not_fit() {
        assert!(CepstralPower::<f64>::new(0).is_err());
        let mut plan = CepstralPower::new(3).unwrap();
        assert!(plan.process(&[], &mut [0.0; 3]).is_err());
        assert!(plan.process(&[0.0; 7], &mut [0.0; 3]).is_err());
        assert!(plan.process(&[0.0; 6], &mut [0.0; 4]).is_err());
        assert!(cepstrum_2d(&plane(0, 4)).is_err());
        let mut infinite = plane(2, 4);
        infinite.values[[1, 2]] = f64::INFINITY;
        assert!(cepstrum_2d(&infinite).is_err());
        assert!(mean_cepstral_power(&infinite).is_err());
    }

    fn distance(radius: Radius, ky: usize, kx: usize, m: usize, n: usize) -> f64 {
        let (ky, kx) = (ky as f64, kx as f64);
        match radius {
            Radius::Index => ky.hypot(kx),
            Radius::Frequency => m.max(n) as f64 * (ky / m as f64).hypot(kx / n as f64),
        }
    }

    #[test]
    fn rings_agree_with_the_double_sum_and_keep_energy() {
        let shapes = [
            (1, 1),
            (1, 7),
            (7, 1),
            (2, 9),
            (8, 8),
            (9, 12),
            (12, 5),
            (6, 16),
            (11, 13),
        ];
        for (m, n) in shapes {
            for radius in [Radius::Index, Radius::Frequency] {
                let x = values(m * n);
                let side = m.max(n);
                let (mut sums, mut counts) = (vec![0.0; side], vec![0_u32; side]);
                let mut outside = 0.0;
                for (cell, c) in naive(&x, m, n).into_iter().enumerate() {
                    let r = distance(radius, cell / n, cell % n, m, n);
                    // Exact halves go down.
                    let ring = (r - 0.5 - 1e-9).ceil() as usize;
                    if ring < side {
                        sums[ring] += c * c;
                        counts[ring] += 1;
                    } else {
                        outside += c * c;
                    }
                }
                let mut plan = DctRapsd::<f64>::new(m, n, radius).unwrap();
                assert_eq!(plan.counts(), counts, "{m} x {n}");
                let mut power = vec![f64::NAN; side];
                let energy = plan.process(&x, &mut power).unwrap();
                for r in 0..side {
                    let expected = sums[r] / f64::from(counts[r]);
                    assert!((power[r] - expected).abs() < 1e-13, "{m} x {n}, ring {r}");
                }
                assert!((energy.outside_share * energy.energy - outside).abs() < 1e-13);
                let total: f64 = x.iter().map(|x| x * x).sum();
                let rings = power.iter().zip(&counts).map(|(p, &c)| p * f64::from(c));
                assert!((rings.sum::<f64>() + outside - total).abs() < 1e-12);
                assert!((energy.energy + power[0] - total).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn halves_and_frequencies() {
        // 4 x 2: cell (1, 1) is at 4 hypot(1/4, 1/2) = 2.24 in frequency and
        // at 1.41 in cells.
        let frequency = DctRapsd::<f64>::new(4, 2, Radius::Frequency).unwrap();
        assert_eq!(frequency.counts(), [1, 1, 3, 2]);
        let index = DctRapsd::<f64>::new(4, 2, Radius::Index).unwrap();
        assert_eq!(index.counts(), [1, 3, 2, 2]);
        assert_eq!(index.frequency().values(), [0.0, 0.125, 0.25, 0.375]);
        assert_eq!(index.frequency().unit(), Unit::CyclePerSample);
        // 2 x 5: cell (1, 0) is at exactly 2.5, which goes down.
        let half = DctRapsd::<f64>::new(2, 5, Radius::Frequency).unwrap();
        assert_eq!(half.counts(), [1, 1, 2, 3, 2]);
    }

    #[test]
    fn a_mode_is_in_its_ring_and_a_constant_in_none() {
        let (m, n) = (10, 16);
        let x: Vec<f64> = (0..m * n)
            .map(|cell| (PI * 3.0 * (2 * (cell % n) + 1) as f64 / (2 * n) as f64).cos())
            .collect();
        let mut plan = DctRapsd::<f64>::new(m, n, Radius::Frequency).unwrap();
        let mut power = vec![f64::NAN; 16];
        plan.process(&x, &mut power).unwrap();
        let expected = (m * n / 2) as f64 / f64::from(plan.counts()[3]);
        assert!((power[3] - expected).abs() < 1e-12);
        let rest: f64 = power.iter().sum::<f64>() - power[3];
        assert!(rest.abs() < 1e-12);
        let energy = plan.process(&[0.1; 160], &mut power).unwrap();
        assert_eq!(power[0], 160.0 * 0.1 * 0.1);
        assert!(power[1..].iter().all(|p| *p == 0.0));
        assert_eq!(
            (energy.mean, energy.energy, energy.outside_share),
            (0.1, 0.0, 0.0)
        );
    }

    #[test]
    fn rings_in_f32_keep_their_accuracy_beside_a_large_mean() {
        let (m, n) = (32, 20);
        let x: Vec<f64> = values(m * n)
            .iter()
            .map(|x| f64::from((x + 60.0) as f32))
            .collect();
        let narrow: Vec<f32> = x.iter().map(|&x| x as f32).collect();
        let (mut exact, mut fast) = (vec![0.0; m], vec![0.0; m]);
        DctRapsd::<f64>::new(m, n, Radius::Index)
            .and_then(|mut plan| plan.process(&x, &mut exact))
            .unwrap();
        DctRapsd::<f32>::new(m, n, Radius::Index)
            .and_then(|mut plan| plan.process(&narrow, &mut fast))
            .unwrap();
        for (got, expected) in fast.iter().zip(&exact) {
            assert!((got / expected - 1.0).abs() < 1e-5, "{got} {expected}");
        }
    }

    #[test]
    fn rings_refuse_what_does_not_fit() {
        assert!(DctRapsd::<f64>::new(0, 3, Radius::Index).is_err());
        let mut plan = DctRapsd::new(2, 3, Radius::Index).unwrap();
        assert!(plan.process(&[0.0; 5], &mut [0.0; 3]).is_err());
        assert!(plan.process(&[0.0; 6], &mut [0.0; 2]).is_err());
    }
}
