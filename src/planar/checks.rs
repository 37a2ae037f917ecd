//! What every plan and every function on planes asks of its input.

use crate::data::{Plane, Real};
use crate::lanes;
use crate::{Error, Result};

/// Refuses lengths that differ from the planned ones, given as
/// (what, got, expected).
pub(super) fn check_lengths(lengths: &[(&'static str, usize, usize)]) -> Result<()> {
    for &(what, got, expected) in lengths {
        Error::check_length(what, got, expected)?;
    }
    Ok(())
}

/// Refuses planes without cells.
pub(super) fn check_shape(n_rows: usize, n_cols: usize) -> Result<()> {
    if n_rows == 0 || n_cols == 0 {
        let shape = format!("{n_rows} x {n_cols}");
        return Err(Error::argument("shape", shape, "at least 1 x 1"));
    }
    Ok(())
}

/// The shape of a plane that has cells, all finite.
pub(super) fn finite_shape(plane: &Plane) -> Result<(usize, usize)> {
    let (n_rows, n_cols) = plane.values.dim();
    check_shape(n_rows, n_cols)?;
    if let Some(bad) = plane.values.iter().find(|x| !x.is_finite()) {
        return Err(Error::argument("plane", bad, "finite everywhere"));
    }
    Ok((n_rows, n_cols))
}

/// The shape and the row-major values of a plane that has cells, all finite.
pub(super) fn finite_values(plane: &Plane) -> Result<(usize, usize, Vec<f64>)> {
    let (n_rows, n_cols) = finite_shape(plane)?;
    Ok((n_rows, n_cols, plane.values.iter().copied().collect()))
}

/// The mean of some values: exactly theirs where they are all equal, so that
/// what remains without it is exactly 0.
pub(super) fn mean<T: Real>(values: &[T]) -> f64 {
    if values.iter().all(|x| *x == values[0]) {
        return values[0].into();
    }
    lanes::sum(values) / values.len() as f64
}

/// Writes values without their mean into `out`, so that f32 keeps its accuracy
/// beside a large one, and returns it.
pub(super) fn centre<T: Real>(values: &[T], out: &mut [T]) -> f64 {
    let mean = mean(values);
    let offset = T::of(mean);
    for (slot, &value) in out.iter_mut().zip(values) {
        *slot = value - offset;
    }
    mean
}
