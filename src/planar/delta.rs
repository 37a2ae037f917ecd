//! Derivatives along time (delta coefficients).

use super::checks::finite_values;
use crate::data::Plane;
use crate::{Error, Result};
use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// Which derivative [`delta`] takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeltaOrder {
    /// The slope of a line, per frame.
    First,
    /// The second derivative of a parabola, per frame squared.
    Second,
}

/// The local derivative along time of each row of a plane [row, time]: that of
/// the line or parabola that fits `width` neighbouring frames best (Savitzky and
/// Golay 1964; librosa's `delta`, whose usual width is 9).
///
/// The first and last width / 2 frames have the derivative of the fit to the
/// first and last `width` frames, which is the same at each of them.
///
/// ```
/// use cepstrum::data::{Axis, Plane, Unit};
/// use cepstrum::planar::{DeltaOrder, delta};
/// use ndarray::Array2;
/// let axis = |len| Axis::Uniform { unit: Unit::Second, start: 0.0, step: 1.0, len };
/// let values = Array2::from_shape_fn((1, 12), |(_, t)| 3.0 * (t * t) as f64);
/// let plane = Plane { values, rows: axis(1), cols: axis(12) };
/// let slope = delta(&plane, 9, DeltaOrder::First)?;
/// assert!((slope.values[[0, 6]] - 36.0).abs() < 1e-12);
/// let curvature = delta(&plane, 9, DeltaOrder::Second)?;
/// assert!((curvature.values[[0, 0]] - 6.0).abs() < 1e-12);
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// [`Error::InvalidArgument`] for a `width` that is even, under 3, or longer
/// than the plane, and for a plane that is empty or has values that are not
/// finite.
pub fn delta(plane: &Plane, width: usize, order: DeltaOrder) -> Result<Plane> {
    let (n_rows, n_frames, values) = finite_values(plane)?;
    if width < 3 || width.is_multiple_of(2) {
        return Err(Error::argument("width", width, "odd and at least 3"));
    }
    if width > n_frames {
        let requirement = format!(
            "at most the number of frames ({n_frames}): choose a smaller width, a shorter hop_length or a longer clip"
        );
        return Err(Error::argument("width", width, requirement));
    }
    let weights = weights(width, order);
    let fits = n_frames - width + 1;
    let derivative = |(row, t): (usize, usize)| -> f64 {
        // Frames near the ends share the first or the last fit.
        let first = t.saturating_sub(width / 2).min(fits - 1);
        let window = &values[row * n_frames + first..][..width];
        weights.iter().zip(window).map(|(w, x)| w * x).sum()
    };
    Ok(Plane {
        values: Array2::from_shape_fn((n_rows, n_frames), derivative),
        rows: plane.rows.clone(),
        cols: plane.cols.clone(),
    })
}

/// Weights of the derivative at the centre of a window: n / sum n^2 for a line,
/// and for a parabola twice its leading coefficient, by the orthogonal
/// polynomial n^2 - mean n^2.
fn weights(width: usize, order: DeltaOrder) -> Vec<f64> {
    let half = (width / 2) as f64;
    let positions = (0..width).map(|i| i as f64 - half);
    let squares: f64 = positions.clone().map(|n| n * n).sum();
    match order {
        DeltaOrder::First => positions.map(|n| n / squares).collect(),
        DeltaOrder::Second => {
            let mean = squares / width as f64;
            let shape = positions.map(|n| n * n - mean);
            let norm: f64 = shape.clone().map(|p| p * p).sum();
            shape.map(|p| 2.0 * p / norm).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Axis, Unit};

    fn plane(n_rows: usize, n_frames: usize, f: impl Fn(usize, usize) -> f64) -> Plane {
        let axis = |len| Axis::Uniform {
            unit: Unit::Second,
            start: 0.0,
            step: 1.0,
            len,
        };
        Plane {
            values: Array2::from_shape_fn((n_rows, n_frames), |(row, t)| f(row, t)),
            rows: axis(n_rows),
            cols: axis(n_frames),
        }
    }

    /// scipy.signal.savgol_filter(x, 5, k, deriv=k, mode="interp"), k = 1, 2.
    #[test]
    fn values_are_those_of_scipy() {
        let x = [1.0, -2.0, 0.5, 3.0, 7.0, -1.0, 4.0];
        let plane = plane(1, 7, |_, t| x[t]);
        let first = [1.7, 1.7, 1.7, 0.85, 0.3, 0.3, 0.3];
        let second = [2.0, 2.0, 2.0, -39.0 / 14.0, -1.0, -1.0, -1.0];
        for (order, expected) in [(DeltaOrder::First, first), (DeltaOrder::Second, second)] {
            let got = delta(&plane, 5, order).unwrap();
            for (t, expected) in expected.into_iter().enumerate() {
                assert!(
                    (got.values[[0, t]] - expected).abs() < 1e-13,
                    "{order:?} {t}"
                );
            }
        }
    }

    #[test]
    fn polynomials_have_their_derivatives_in_every_row() {
        let quadratic = plane(2, 15, |row, t| (row + 1) as f64 * (t * t) as f64);
        for width in [3, 9, 15] {
            let first = delta(&quadratic, width, DeltaOrder::First).unwrap();
            let second = delta(&quadratic, width, DeltaOrder::Second).unwrap();
            for row in 0..2 {
                let scale = 2.0 * (row + 1) as f64;
                for t in width / 2..15 - width / 2 {
                    assert!((first.values[[row, t]] - scale * t as f64).abs() < 1e-12);
                }
                assert!((0..15).all(|t| (second.values[[row, t]] - scale).abs() < 1e-12));
            }
        }
    }

    #[test]
    fn impossible_widths_are_named_with_the_remedy() {
        let short = plane(2, 8, |_, t| t as f64);
        for width in [0, 1, 4, 9] {
            let error = delta(&short, width, DeltaOrder::First).unwrap_err();
            assert!(error.to_string().starts_with("width is"), "{error}");
        }
        let error = delta(&short, 9, DeltaOrder::First).unwrap_err().to_string();
        assert!(
            error.contains("(8)") && error.contains("smaller width"),
            "{error}"
        );
        let bad = plane(1, 9, |_, t| if t == 3 { f64::NAN } else { 0.0 });
        assert!(delta(&bad, 9, DeltaOrder::First).is_err());
    }
}
