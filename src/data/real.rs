//! Floating-point precision of transforms.

use realfft::FftNum;
use rustfft::num_traits::Float;

/// Floating-point precision of a transform: `f32` where speed matters, `f64`
/// where accuracy does.
///
/// Sums over many values are always kept in `f64`.
pub trait Real: FftNum + Float + Into<f64> + Default + bytemuck::Pod {
    /// The nearest value of this precision.
    fn of(value: f64) -> Self;
}

impl Real for f32 {
    fn of(value: f64) -> f32 {
        value as f32
    }
}

impl Real for f64 {
    fn of(value: f64) -> f64 {
        value
    }
}
