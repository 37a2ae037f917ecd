use super::Fft2;
use super::checks::{finite_values, mean};
use crate::Result;
use crate::data::{Axis, Plane, Unit};
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
    let full = centred_transform(&values, n_rows, n_cols);
    let n_cells = full.len() as f64;
    let (rows, cols) = (centred_frequency(n_rows), centred_frequency(n_cols));
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
fn centred_transform(values: &[f64], n_rows: usize, n_cols: usize) -> Array2<Complex<f64>> {
    let mut transform = Fft2::new(n_rows, n_cols);
    // Without its mean a constant plane is exactly 0 beside DC.
    let mean = mean(values);
    let half = transform.process(values, mean);
    Array2::from_shape_fn((n_rows, n_cols), |(i, j)| {
        let ky = (i + n_rows - n_rows / 2) % n_rows;
        let kx = (j + n_cols - n_cols / 2) % n_cols;
        if (ky, kx) == (0, 0) {
            Complex::new(values.len() as f64 * mean, 0.0)
        } else if kx <= n_cols / 2 {
            half[kx * n_rows + ky]
        } else {
            half[(n_cols - kx) * n_rows + (n_rows - ky) % n_rows].conj()
        }
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

/// (i - n/2) / n for i = 0..n, cycles per sample.
fn centred_frequency(n: usize) -> Axis {
    let centre = (n / 2) as f64;
    Axis::Tabulated {
        unit: Unit::CyclePerSample,
        values: (0..n).map(|i| (i as f64 - centre) / n as f64).collect(),
    }
}
