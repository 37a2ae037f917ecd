//! Linear transforms whose squared coefficients are averaged into bins.

use super::Real;
use crate::Result;
use rustfft::num_complex::Complex;

/// Planned linear transform of one item (a segment, a plane, frames) whose
/// squared coefficients are averaged into bins.
///
/// Means are taken off before the transform, so that f32 keeps its accuracy
/// beside a large one; the DC bin is theirs alone.
pub trait Transform<T: Real>: Send {
    /// Number of bins.
    fn n_bins(&self) -> usize;

    /// Whether bin 0 is DC.
    fn has_dc(&self) -> bool {
        true
    }

    /// Writes the power of `values` (row-major) in each bin into `power`, and
    /// returns the share of the energy about the mean that is outside all bins.
    ///
    /// # Errors
    /// [`crate::Error::Length`] where a slice has not the planned length.
    fn power(&mut self, values: &[T], power: &mut [f64]) -> Result<f64>;

    /// Writes the coefficients of `values` (row-major) into `coefficients`.
    ///
    /// # Errors
    /// [`crate::Error::Length`] where `values` has not the planned length.
    fn forward(&mut self, values: &[T], coefficients: &mut Coefficients<T>) -> Result<()>;

    /// The cells of an item, or of each of its frames: one per coefficient, DC
    /// first.
    fn cells(&self) -> Vec<Cell>;

    /// What a squared coefficient is divided by to be power.
    fn norm(&self) -> f64 {
        1.0
    }

    /// Whether the cells are the frequencies of a plane.
    fn is_planar(&self) -> bool {
        true
    }
}

/// Coefficients of one item without its means.
#[derive(Debug, Clone, Default)]
pub struct Coefficients<T: Real> {
    /// Of every cell, frame after frame; those of cosine transforms are real.
    pub values: Vec<Complex<T>>,
    /// The mean of each frame, or of an item that has none.
    pub means: Vec<f64>,
}

/// One cell of a spectrum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The bin that it belongs to; the number of bins, or more: to none.
    pub bin: u32,
    /// How many cells of the full plane it stands for.
    pub count: u32,
}
