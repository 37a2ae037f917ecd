//! What sigma and power are measured in.

use super::settings::Scaling;
use super::study::NoiseStudy;
use crate::analysis::{Amplitude, AnalysisConfig, Representation, ValueUnit};
use crate::spectral::LogScale;

impl NoiseStudy {
    /// What sigma is measured in, for figures and tables.
    pub fn scaling_note(&self) -> String {
        match self.scaling {
            Scaling::UnitVariance => format!(
                "data divided by their standard deviation, {:.4}",
                self.divisor
            ),
            Scaling::Native => format!("data not divided, {}", self.data_unit),
        }
    }

    /// The same in the few words that a figure's title has room for.
    pub fn scaling_label(&self) -> String {
        match self.scaling {
            Scaling::UnitVariance => format!("data ÷ std {:.4}", self.divisor),
            Scaling::Native => self.data_unit.clone(),
        }
    }

    /// Power, and what its data were divided by or measured in: the name of an
    /// axis.
    pub fn power_name(&self) -> String {
        match self.scaling {
            Scaling::UnitVariance => "power / variance".to_string(),
            Scaling::Native => format!("power, {}", self.data_unit),
        }
    }
}

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
