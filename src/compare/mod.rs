//! Spectra of many sources: exact means, power-law fits, monotonicity.

mod accumulate;
mod exact_sum;
mod fit;
mod monotonicity;
mod peak;

pub use accumulate::{MeanSpectrum, SpectrumSums};
pub use exact_sum::ExactSum;
pub use fit::{FitRange, FitSpacing, POST_FIT_POINTS, PowerLaw, power_law};
pub use monotonicity::{Monotonicity, isotonic_decreasing, monotonicity, spearman};
pub use peak::{Peak, third_octave_peak};
