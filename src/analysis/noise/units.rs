//! What sigma and power are measured in.

use crate::analysis::{Amplitude, AnalysisConfig, Representation, ValueUnit};
use crate::spectral::LogScale;

/// What the values of a representation are.
pub(super) fn data_unit(config: &AnalysisConfig, representation: Representation) -> &'static str {
    match (representation.info().values, config.amplitude, config.log) {
        (ValueUnit::Sample, Amplitude::FullScale, _) => "samples in [−1, 1]",
        (ValueUnit::Sample, Amplitude::Int16, _) => "samples in 16-bit units",
        (ValueUnit::Magnitude, ..) => "magnitudes",
        (ValueUnit::Logarithm, _, LogScale::Decibel { .. }) => "dB",
        (ValueUnit::Logarithm, _, LogScale::Natural { .. }) => "natural logarithms",
        (ValueUnit::Pixel, ..) => "pixels in [−1, 1]",
        (ValueUnit::Own, ..) => "in the arrays' own unit",
    }
}
