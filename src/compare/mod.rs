//! Spectra of many sources: exact means, power-law fits, monotonicity.

mod accumulate;
mod bands;
mod debiased;
mod exact_sum;
mod fit;
mod jackknife;
mod knee;
mod levels;
mod monotonicity;
mod special;

pub(crate) use accumulate::root_of_difference;
pub use accumulate::{MeanSpectrum, SpectrumSums, rounding_floor};
pub use bands::{Band, OctaveBand, band_monotonicity, octave_bands, peak, third_octaves};
pub use debiased::{DebiasedFit, DebiasedLaw, LawParameters};
pub use exact_sum::ExactSum;
pub use fit::{FitRange, FitSpacing, POST_FIT_POINTS, PowerLaw, power_law};
pub use jackknife::{Difference, Jackknife, difference, jackknife, paired_difference};
pub use knee::{BrokenLaw, knee};
pub use levels::{LEVEL_BANDS_PER_OCTAVE, LevelHistogram, level_quantile};
pub use monotonicity::{Monotonicity, isotonic_decreasing, monotonicity, spearman};
pub use special::{digamma, trigamma};
