//! Cepstra of planes: cosine transforms of log-mel spectrograms.

use super::checks::{check_lengths, check_shape, finite_shape, finite_values, mean};
use super::{Dct, Dct2};
use crate::data::{Axis, Plane, Real, Spectrum, Unit};
use crate::{Error, Result};
use ndarray::Array2;

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
pub(super) fn dct_frequency(unit: Unit, n: usize) -> Axis {
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

    /// Number of bands, and so of coefficients.
    pub fn n_bands(&self) -> usize {
        self.n_bands
    }

    /// Writes the mean power of each coefficient of `frames`, [frame, band],
    /// into `power`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where there is no frame,
    /// [`Error::Length`] where `frames` is not whole or `power` has not
    /// the planned length.
    pub fn process(&mut self, frames: &[T], power: &mut [f64]) -> Result<()> {
        let n_frames = frames.len() / self.n_bands;
        check_shape(self.n_bands, n_frames)?;
        check_lengths(&[
            ("frames", frames.len(), n_frames * self.n_bands),
            ("power", power.len(), self.n_bands),
        ])?;
        power.fill(0.0);
        for frame in frames.chunks_exact(self.n_bands) {
            // Without the mean, f32 keeps its accuracy beside a large C_0.
            let mean = mean(frame);
            let offset = T::of(mean);
            for (slot, &value) in self.frame.iter_mut().zip(frame) {
                *slot = value - offset;
            }
            self.transform
                .forward(&self.frame, &mut self.coefficients)?;
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
}
