//! Two-dimensional spectra as pictures with DC in the centre.

use super::checks::{finite_values, mean};
use super::{Fft2, HalfPlane, centred_axis};
use crate::Result;
use crate::data::{Plane, Unit};
use ndarray::Array2;
use rustfft::num_complex::Complex;
use std::f64::consts::PI;

/// The 2D spectrum F of a plane of M by N as pictures: [row, column] frequency
/// with DC in the centre, at [M/2, N/2] (rounded down).
///
/// Row i lies at (i - M/2) / M and column j at (j - N/2) / N, cycles per
/// sample.
#[derive(Debug, Clone, PartialEq)]
pub struct CentredSpectrum {
    /// |F|^2 / (M N): sums to the sum of the squared values, and white noise of
    /// variance s^2 has expectation s^2 in every cell.
    pub power: Plane,
    /// ln |F| of the unnormalised transform; -inf where F is 0.
    pub log_magnitude: Plane,
    /// arg F in (-pi, pi], radians; 0 where F is 0, and rounding noise where it
    /// is next to 0.
    pub phase: Plane,
}

/// The power, log magnitude and phase of a plane's 2D spectrum, DC in the
/// centre, from one transform.
///
/// ```
/// use cepstrum::data::{Axis, Plane, Unit};
/// use cepstrum::planar::centred_spectrum;
/// use ndarray::array;
/// let axis = Axis::Uniform { unit: Unit::Pixel, start: 0.0, step: 1.0, len: 2 };
/// let values = array![[1.0, 3.0], [1.0, 3.0]];
/// let spectrum = centred_spectrum(&Plane { values, rows: axis.clone(), cols: axis })?;
/// assert_eq!(spectrum.power.values, array![[0.0, 0.0], [4.0, 16.0]]); // DC last
/// assert_eq!(spectrum.phase.values[[1, 0]], std::f64::consts::PI); // F = -4
/// assert_eq!(spectrum.power.cols.values(), [-0.5, 0.0]);
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for an empty plane or one with values that
/// are not finite.
pub fn centred_spectrum(plane: &Plane) -> Result<CentredSpectrum> {
    let (n_rows, n_cols, values) = finite_values(plane)?;
    let full = centred_transform(&values, HalfPlane::new(n_rows, n_cols)?);
    let n_cells = full.len() as f64;
    let [rows, cols] = [n_rows, n_cols].map(|n| centred_axis(Unit::CyclePerSample, n, 1.0));
    let picture = |of: &dyn Fn(Complex<f64>) -> f64| Plane {
        values: full.mapv(of),
        rows: rows.clone(),
        cols: cols.clone(),
    };
    Ok(CentredSpectrum {
        power: picture(&|f| f.norm_sqr() / n_cells),
        log_magnitude: picture(&|f| f.norm().ln()),
        phase: picture(&phase),
    })
}

/// The whole plane F from the half plane: F(-k) is the conjugate of F(k).
fn centred_transform(values: &[f64], half: HalfPlane) -> Array2<Complex<f64>> {
    let (n_rows, n_cols) = half.shape();
    let mut transform = Fft2::new(n_rows, n_cols);
    // Without its mean a constant plane is exactly 0 beside DC.
    let mean = mean(values);
    let cells = transform.process(values, mean);
    half.whole(|cell, is_mirrored| match cell {
        0 => Complex::new(values.len() as f64 * mean, 0.0),
        cell if is_mirrored => cells[cell].conj(),
        cell => cells[cell],
    })
}

fn phase(value: Complex<f64>) -> f64 {
    if value.norm_sqr() == 0.0 {
        return 0.0;
    }
    // A negative zero beside a negative real part gives -pi.
    let phase = value.arg();
    if phase == -PI { PI } else { phase }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Axis;
    use std::f64::consts::TAU;

    fn plane(values: Array2<f64>) -> Plane {
        let (n_rows, n_cols) = values.dim();
        let axis = |len| Axis::Uniform {
            unit: Unit::Pixel,
            start: 0.0,
            step: 1.0,
            len,
        };
        Plane {
            values,
            rows: axis(n_rows),
            cols: axis(n_cols),
        }
    }

    fn noise(m: usize, n: usize) -> Array2<f64> {
        Array2::from_shape_fn((m, n), |(y, x)| {
            (((y * n + x) * (y * n + x) + 3) as f64 * 0.7).sin() + 0.3
        })
    }

    /// F at signed wave numbers, by its double sum.
    fn coefficient(values: &Array2<f64>, ky: f64, kx: f64) -> Complex<f64> {
        let (m, n) = values.dim();
        let terms = values.indexed_iter().map(|((y, x), &value)| {
            let cycles = ky * y as f64 / m as f64 + kx * x as f64 / n as f64;
            Complex::from_polar(value, -TAU * cycles)
        });
        terms.sum()
    }

    #[test]
    fn every_cell_agrees_with_the_double_sum() {
        for m in 1..=7 {
            for n in 1..=7 {
                let values = noise(m, n);
                let got = centred_spectrum(&plane(values.clone())).unwrap();
                for ((i, j), &power) in got.power.values.indexed_iter() {
                    let ky = i as f64 - (m / 2) as f64;
                    let kx = j as f64 - (n / 2) as f64;
                    let expected = coefficient(&values, ky, kx);
                    let what = format!("{m} x {n} [{i}, {j}]");
                    let error = power - expected.norm_sqr() / (m * n) as f64;
                    assert!(error.abs() < 1e-12, "{what}");
                    let magnitude = got.log_magnitude.values[[i, j]].exp();
                    let phase = got.phase.values[[i, j]];
                    let complex = Complex::from_polar(magnitude, phase);
                    assert!((complex - expected).norm() < 1e-12, "{what}");
                    assert!(phase > -PI && phase <= PI, "{what}");
                    assert_eq!(got.power.rows.values()[i], ky / m as f64, "{what}");
                    assert_eq!(got.power.cols.values()[j], kx / n as f64, "{what}");
                }
            }
        }
    }

    #[test]
    fn energy_is_kept_and_axes_are_frequencies() {
        let values = noise(9, 12);
        let energy: f64 = values.iter().map(|x| x * x).sum();
        let got = centred_spectrum(&plane(values)).unwrap();
        assert!((got.power.values.sum() - energy).abs() < 1e-12);
        for picture in [&got.power, &got.log_magnitude, &got.phase] {
            assert_eq!(picture.values.dim(), (9, 12));
            assert_eq!(picture.cols.values()[0], -0.5);
            assert_eq!(picture.rows.values()[0], -4.0 / 9.0);
            assert_eq!(picture.rows.values()[4], 0.0);
            assert_eq!(picture.rows.unit(), Unit::CyclePerSample);
            assert_eq!(picture.cols.unit(), Unit::CyclePerSample);
        }
    }

    #[test]
    fn a_constant_plane_is_dc_alone() {
        let got = centred_spectrum(&plane(Array2::from_elem((5, 6), -0.1))).unwrap();
        for (cell, &power) in got.power.values.indexed_iter() {
            let dc = cell == (2, 3);
            let (log, phase) = (got.log_magnitude.values[cell], got.phase.values[cell]);
            assert_eq!(power > 0.0, dc);
            assert_eq!(log.is_finite(), dc);
            assert_eq!(phase, if dc { PI } else { 0.0 });
            if !dc {
                assert_eq!(log, f64::NEG_INFINITY);
            }
        }
        assert!((got.power.values[[2, 3]] - 0.3).abs() < 1e-15);
    }

    #[test]
    fn minus_pi_is_pi_and_nothing_has_no_phase() {
        assert_eq!(phase(Complex::new(-1.0, -0.0)), PI);
        assert_eq!(phase(Complex::new(-1.0, 0.0)), PI);
        assert_eq!(phase(Complex::new(-0.0, -0.0)), 0.0);
        assert_eq!(phase(Complex::new(0.0, -2.0)), -PI / 2.0);
    }

    #[test]
    fn refuses_empty_planes_and_values_that_are_not_finite() {
        assert!(centred_spectrum(&plane(Array2::zeros((0, 4)))).is_err());
        assert!(centred_spectrum(&plane(Array2::zeros((4, 0)))).is_err());
        for bad in [f64::NAN, f64::INFINITY] {
            let mut values = noise(3, 4);
            values[[2, 1]] = bad;
            let error = centred_spectrum(&plane(values)).unwrap_err().to_string();
            assert!(error.contains("finite"), "{error}");
        }
    }
}
