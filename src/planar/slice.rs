use super::checks::finite_shape;
use crate::data::Plane;
use crate::{Error, Result};
use ndarray::{Array2, Axis};

/// Power along a ray from the centre of a 2D spectrum.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice {
    /// Distances from DC in cells of the plane, i r_max / n with
    /// r_max = min(M, N) / 2; the end of the ray is left out.
    pub radius: Vec<f64>,
    /// The same distances divided by min(M, N), cycles per sample.
    pub frequency: Vec<f64>,
    /// Power at each distance.
    pub power: Vec<f64>,
}

/// Slices at angles that go round once.
#[derive(Debug, Clone, PartialEq)]
pub struct SliceFan {
    /// Angles a 360 / n_angles, degrees.
    pub angle_degrees: Vec<f64>,
    /// Distances from DC in cells of the plane, as in [`Slice`].
    pub radius: Vec<f64>,
    /// The same distances in cycles per sample, as in [`Slice`].
    pub frequency: Vec<f64>,
    /// Power, [angle, radius].
    pub power: Array2<f64>,
}

impl SliceFan {
    /// The mean power over all angles, per distance.
    pub fn mean(&self) -> Vec<f64> {
        let n_angles = self.angle_degrees.len() as f64;
        (self.power.sum_axis(Axis(0)) / n_angles).to_vec()
    }
}

/// `n` values of a centred power along the ray from DC at the angle `theta`
/// (radians): position row M/2 + rho sin(theta), column N/2 + rho cos(theta).
///
/// `power` is [row, column] with DC at [M/2, N/2], as
/// [`centred_spectrum`](super::centred_spectrum) gives it. The linear power is
/// interpolated bilinearly; beyond the plane its nearest edge holds. The row
/// grows with theta: drawn with row 0 at the bottom, the ray turns
/// anticlockwise. Positions are in cells, so that on a plane that is not square
/// the ray leaves its angle in frequency, and its frequencies are right along
/// the shorter side only.
///
/// ```
/// use cepstrum::data::{Axis, Plane, Unit};
/// use cepstrum::planar::directional_slice;
/// use ndarray::Array2;
/// let axis = Axis::Uniform { unit: Unit::CyclePerSample, start: -0.5, step: 0.125, len: 8 };
/// let values = Array2::from_shape_fn((8, 8), |(row, _)| row as f64);
/// let power = Plane { values, rows: axis.clone(), cols: axis };
/// // Upwards: DC is in row 4, and the ray takes half a row per step.
/// let slice = directional_slice(&power, std::f64::consts::FRAC_PI_2, 8)?;
/// assert_eq!(slice.power[..4], [4.0, 4.5, 5.0, 5.5]);
/// assert_eq!(slice.frequency[..3], [0.0, 0.0625, 0.125]);
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// [`Error::InvalidArgument`] where `n` is 0, `theta` is not finite, or the
/// plane is empty or has values that are not finite.
pub fn directional_slice(power: &Plane, theta: f64, n: usize) -> Result<Slice> {
    let (radius, frequency) = distances(power, n)?;
    if !theta.is_finite() {
        return Err(Error::argument("theta", theta, "finite"));
    }
    Ok(Slice {
        power: ray(&power.values, theta, &radius),
        radius,
        frequency,
    })
}

/// The slices of a centred power at `n_angles` angles that go round once, from
/// 0 in steps of 360 / n_angles degrees, with `n` values each; see
/// [`directional_slice`].
///
/// # Errors
/// [`Error::InvalidArgument`] where `n` or `n_angles` is 0, or the plane is
/// empty or has values that are not finite.
pub fn slices(power: &Plane, n_angles: usize, n: usize) -> Result<SliceFan> {
    let (radius, frequency) = distances(power, n)?;
    if n_angles == 0 {
        return Err(Error::argument("n_angles", n_angles, "at least 1"));
    }
    let angle = |a: usize| 360.0 * a as f64 / n_angles as f64;
    let angle_degrees: Vec<f64> = (0..n_angles).map(angle).collect();
    let mut values = Array2::zeros((n_angles, n));
    for (mut row, angle) in values.rows_mut().into_iter().zip(&angle_degrees) {
        for (slot, value) in row
            .iter_mut()
            .zip(ray(&power.values, angle.to_radians(), &radius))
        {
            *slot = value;
        }
    }
    Ok(SliceFan {
        angle_degrees,
        radius,
        frequency,
        power: values,
    })
}

/// Distances along a ray, in cells and in cycles per sample.
fn distances(power: &Plane, n: usize) -> Result<(Vec<f64>, Vec<f64>)> {
    let (n_rows, n_cols) = finite_shape(power)?;
    if n == 0 {
        return Err(Error::argument("n", n, "at least 1"));
    }
    let side = n_rows.min(n_cols) as f64;
    let step = side / 2.0 / n as f64;
    Ok((0..n)
        .map(|i| i as f64 * step)
        .map(|rho| (rho, rho / side))
        .unzip())
}

fn ray(power: &Array2<f64>, theta: f64, radius: &[f64]) -> Vec<f64> {
    let (n_rows, n_cols) = power.dim();
    let (sin, cos) = theta.sin_cos();
    radius
        .iter()
        .map(|rho| {
            let (y, y_share) = position((n_rows / 2) as f64 + rho * sin, n_rows);
            let (x, x_share) = position((n_cols / 2) as f64 + rho * cos, n_cols);
            let along_row = |y: usize| {
                let next = (x + 1).min(n_cols - 1);
                power[[y, x]] * (1.0 - x_share) + power[[y, next]] * x_share
            };
            let next = (y + 1).min(n_rows - 1);
            along_row(y) * (1.0 - y_share) + along_row(next) * y_share
        })
        .collect()
}

/// The index at or below a position clamped to 0..=n-1, and the way from there
/// to the next.
fn position(at: f64, n: usize) -> (usize, f64) {
    let at = at.clamp(0.0, (n - 1) as f64);
    (at as usize, at.fract())
}
