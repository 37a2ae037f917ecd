//! Two-dimensional values with their axes.

use super::Axis;
use ndarray::Array2;

/// A two-dimensional representation with its axes: a spectrogram
/// [frequency, time] or a photo channel [y, x].
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// Values, [row, column].
    pub values: Array2<f64>,
    /// Positions of the rows.
    pub rows: Axis,
    /// Positions of the columns.
    pub cols: Axis,
}
