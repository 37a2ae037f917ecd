//! Power along rays from the centre of a two-dimensional spectrum.

use super::Radius;
use super::checks::finite_shape;
use crate::data::Plane;
use crate::{Error, Result};
use ndarray::{Array1, Array2, Axis};

/// Power along a ray from the centre of a 2D spectrum.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice {
    /// Distances from DC, 0.5 i / n cycles per sample; the end of the ray is
    /// left out.
    pub frequency: Vec<f64>,
    /// Power at each distance.
    pub power: Vec<f64>,
}

/// Slices at angles that go round once.
#[derive(Debug, Clone, PartialEq)]
pub struct SliceFan {
    /// Angles a 360 / n_angles, degrees.
    pub angle_degrees: Vec<f64>,
    /// Distances from DC in cycles per sample, as in [`Slice`].
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
/// (radians): at frequency f in row M/2 + M f sin(theta), column
/// N/2 + N f cos(theta).
///
/// `power` is [row, column] with DC at [M/2, N/2], as
/// [`centred_spectrum`](super::centred_spectrum) gives it. The linear power is
/// interpolated bilinearly; beyond the plane its nearest edge holds. The row
/// grows with theta: drawn with row 0 at the bottom, the ray turns
/// anticlockwise. On planes that are not square, [`Radius::Index`] takes steps of
/// equal cells instead, min(M, N) f, as the post's code would: the ray then
/// leaves its angle, and its frequencies are right along the shorter side only.
///
/// ```
/// use cepstrum::data::{Axis, Plane, Unit};
/// use cepstrum::planar::{Radius, directional_slice};
/// use ndarray::Array2;
/// let axis = Axis::Uniform { unit: Unit::CyclePerSample, start: -0.5, step: 0.125, len: 8 };
/// let values = Array2::from_shape_fn((8, 8), |(row, _)| row as f64);
/// let power = Plane { values, rows: axis.clone(), cols: axis };
/// // Upwards: DC is in row 4, and the ray takes half a row per step.
/// let slice = directional_slice(&power, std::f64::consts::FRAC_PI_2, 8, Radius::Frequency)?;
/// assert_eq!(slice.power[..4], [4.0, 4.5, 5.0, 5.5]);
/// assert_eq!(slice.frequency[..3], [0.0, 0.0625, 0.125]);
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// [`Error::InvalidArgument`] where `n` is 0, `theta` is not finite, or the
/// plane is empty or has values that are not finite.
pub fn directional_slice(power: &Plane, theta: f64, n: usize, radius: Radius) -> Result<Slice> {
    let frequency = distances(power, n)?;
    if !theta.is_finite() {
        return Err(Error::argument("theta", theta, "finite"));
    }
    Ok(Slice {
        power: ray(&power.values, theta, &frequency, radius),
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
pub fn slices(power: &Plane, n_angles: usize, n: usize, radius: Radius) -> Result<SliceFan> {
    let frequency = distances(power, n)?;
    if n_angles == 0 {
        return Err(Error::argument("n_angles", n_angles, "at least 1"));
    }
    let angle = |a: usize| 360.0 * a as f64 / n_angles as f64;
    let angle_degrees: Vec<f64> = (0..n_angles).map(angle).collect();
    let mut values = Array2::zeros((n_angles, n));
    for (mut row, angle) in values.rows_mut().into_iter().zip(&angle_degrees) {
        let values = ray(&power.values, angle.to_radians(), &frequency, radius);
        row.assign(&Array1::from(values));
    }
    Ok(SliceFan {
        angle_degrees,
        frequency,
        power: values,
    })
}

/// Distances along a ray, in cycles per sample.
fn distances(power: &Plane, n: usize) -> Result<Vec<f64>> {
    finite_shape(power)?;
    if n == 0 {
        return Err(Error::argument("n", n, "at least 1"));
    }
    Ok((0..n).map(|i| 0.5 * i as f64 / n as f64).collect())
}

fn ray(power: &Array2<f64>, theta: f64, frequency: &[f64], radius: Radius) -> Vec<f64> {
    let (n_rows, n_cols) = power.dim();
    let (sin, cos) = theta.sin_cos();
    // Cells per cycle per sample.
    let (down, across) = match radius {
        Radius::Frequency => (n_rows as f64, n_cols as f64),
        Radius::Index => (n_rows.min(n_cols) as f64, n_rows.min(n_cols) as f64),
    };
    frequency
        .iter()
        .map(|f| {
            let (y, y_share) = position((n_rows / 2) as f64 + f * down * sin, n_rows);
            let (x, x_share) = position((n_cols / 2) as f64 + f * across * cos, n_cols);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Axis, Unit};
    use std::f64::consts::{FRAC_PI_2, PI, TAU};

    fn plane(values: Array2<f64>) -> Plane {
        let axis = |len| Axis::Uniform {
            unit: Unit::CyclePerSample,
            start: 0.0,
            step: 1.0,
            len,
        };
        let (n_rows, n_cols) = values.dim();
        Plane {
            values,
            rows: axis(n_rows),
            cols: axis(n_cols),
        }
    }

    fn noise(m: usize, n: usize) -> Plane {
        plane(Array2::from_shape_fn((m, n), |(y, x)| {
            1.5 + (((y * n + x) * (y * n + x) + 3) as f64 * 0.7).sin()
        }))
    }

    /// The interpolated value as a sum over all cells, each with the weight of
    /// its tent.
    fn naive(power: &Plane, row: f64, col: f64) -> f64 {
        let (m, n) = power.values.dim();
        let row = row.max(0.0).min(m as f64 - 1.0);
        let col = col.max(0.0).min(n as f64 - 1.0);
        let tent = |at: f64, i: usize| (1.0 - (at - i as f64).abs()).max(0.0);
        let cells = power.values.indexed_iter();
        cells
            .map(|((i, j), value)| value * tent(row, i) * tent(col, j))
            .sum()
    }

    #[test]
    fn agrees_with_the_sum_over_all_cells() {
        for (m, n) in [(1, 1), (1, 6), (2, 2), (7, 7), (8, 8), (5, 12), (12, 5)] {
            let power = noise(m, n);
            for degrees in (-360..=720).step_by(17) {
                let theta = f64::from(degrees).to_radians();
                let side = m.min(n);
                for (radius, down, across) in
                    [(Radius::Frequency, m, n), (Radius::Index, side, side)]
                {
                    let slice = directional_slice(&power, theta, 13, radius).unwrap();
                    for i in 0..13 {
                        let f = 0.5 * i as f64 / 13.0;
                        assert!((slice.frequency[i] - f).abs() < 1e-15);
                        let row = (m / 2) as f64 + f * down as f64 * theta.sin();
                        let col = (n / 2) as f64 + f * across as f64 * theta.cos();
                        let expected = naive(&power, row, col);
                        let what = format!("{m} x {n}, {degrees} degrees [{i}]");
                        assert!((slice.power[i] - expected).abs() < 1e-12, "{what}");
                    }
                }
            }
        }
    }

    #[test]
    fn along_the_axes_it_reads_cells() {
        let power = noise(8, 8);
        let right = directional_slice(&power, 0.0, 4, Radius::Frequency).unwrap();
        let up = directional_slice(&power, FRAC_PI_2, 4, Radius::Frequency).unwrap();
        let left = directional_slice(&power, PI, 4, Radius::Frequency).unwrap();
        for i in 0..4 {
            assert_eq!(right.power[i], power.values[[4, 4 + i]]);
            assert!((up.power[i] - power.values[[4 + i, 4]]).abs() < 1e-14);
            assert!((left.power[i] - power.values[[4, 4 - i]]).abs() < 1e-14);
        }
    }

    #[test]
    fn transposing_the_plane_mirrors_the_angle() {
        let power = noise(9, 9);
        let transposed = plane(power.values.t().to_owned());
        let (a, b) = (0.4, FRAC_PI_2 - 0.4);
        let one = directional_slice(&power, a, 20, Radius::Frequency).unwrap();
        let other = directional_slice(&transposed, b, 20, Radius::Frequency).unwrap();
        for (one, other) in one.power.iter().zip(&other.power) {
            assert!((one - other).abs() < 1e-13);
        }
    }

    #[test]
    fn a_fan_is_its_slices() {
        let power = noise(6, 9);
        let fan = slices(&power, 5, 11, Radius::Frequency).unwrap();
        assert_eq!(fan.power.dim(), (5, 11));
        assert_eq!(fan.angle_degrees, [0.0, 72.0, 144.0, 216.0, 288.0]);
        let mut mean = vec![0.0; 11];
        for a in 0..5 {
            let slice =
                directional_slice(&power, TAU * a as f64 / 5.0, 11, Radius::Frequency).unwrap();
            assert_eq!(fan.frequency, slice.frequency);
            for (i, (mean, power)) in mean.iter_mut().zip(&slice.power).enumerate() {
                assert!((fan.power[[a, i]] - power).abs() < 1e-13);
                *mean += power / 5.0;
            }
        }
        for (got, expected) in fan.mean().iter().zip(mean) {
            assert!((got - expected).abs() < 1e-13);
        }
    }

    #[test]
    fn a_ray_meets_a_wave_at_its_frequency_on_any_plane() {
        // 128 x 64, a wave of 0.25 cycles per sample upwards.
        let wave = Array2::from_shape_fn((128, 64), |(y, _)| (TAU * 0.25 * y as f64).cos());
        let power = crate::planar::centred_spectrum(&plane(wave)).unwrap().power;
        let slice = directional_slice(&power, FRAC_PI_2, 100, Radius::Frequency).unwrap();
        let peak = (0..100).max_by(|&a, &b| slice.power[a].total_cmp(&slice.power[b]));
        assert_eq!(slice.frequency[peak.unwrap()], 0.25);
    }

    #[test]
    fn refuses_what_has_no_slice() {
        let power = noise(4, 4);
        let message = |result: Result<Slice>| result.unwrap_err().to_string();
        assert!(
            message(directional_slice(&power, 0.0, 0, Radius::Frequency)).starts_with("n is 0")
        );
        for theta in [f64::NAN, f64::INFINITY] {
            assert!(
                message(directional_slice(&power, theta, 4, Radius::Frequency))
                    .starts_with("theta")
            );
        }
        let empty = plane(Array2::zeros((0, 3)));
        assert!(directional_slice(&empty, 0.0, 4, Radius::Frequency).is_err());
        let bad = plane(Array2::from_elem((3, 3), f64::NAN));
        assert!(directional_slice(&bad, 0.0, 4, Radius::Frequency).is_err());
        assert!(slices(&power, 0, 4, Radius::Frequency).is_err());
        assert!(slices(&power, 4, 0, Radius::Frequency).is_err());
    }
}
