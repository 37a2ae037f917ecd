//! Spectra of many sources: exact means, power-law fits, monotonicity.

mod accumulate;
mod band_limit;
mod bands;
mod debiased;
mod detectability;
mod exact_sum;
mod fit;
mod grid_sum;
mod information;
mod jackknife;
mod knee;
mod levels;
mod monotonicity;
mod schedule;
mod special;

pub(crate) use accumulate::root_of_difference;
pub use accumulate::{MeanSpectrum, SpectrumSums, rounding_floor};
pub use band_limit::{BAND_LIMIT_DROP_DB, band_limit, end_of_band};
pub use bands::{
    Band, OctaveBand, band_monotonicity, octave_bands, octave_smoothed, peak, third_octaves,
};
pub use debiased::{DebiasedFit, DebiasedLaw, LawParameters};
pub use detectability::{
    Detectability, band_share, crossings, detectabilities, detectability, power_law_f_max, snr_db,
};
pub use exact_sum::{ExactSum, ExactSums};
pub use fit::{FitRange, FitSpacing, POST_FIT_POINTS, PowerLaw, power_law};
pub(crate) use grid_sum::GridSums;
pub use information::{Channels, EqualSteps, equal_steps, transition_octaves};
pub(crate) use jackknife::interval;
pub use jackknife::{
    Difference, Jackknife, difference, jackknife, leave_one_out_interval, paired_difference,
};
pub use knee::{BrokenLaw, knee};
pub use levels::{LEVEL_BANDS_PER_OCTAVE, LevelHistogram, level_quantile};
pub use monotonicity::{Monotonicity, isotonic_decreasing, monotonicity, spearman};
pub use schedule::{NoiseLevel, Schedule, geometric_grid};
pub(crate) use special::student_t_95;
pub use special::{digamma, noise_log_bias, trigamma};
