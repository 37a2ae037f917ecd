//! What sigma and power are measured in.

use super::settings::Scaling;
use super::study::NoiseStudy;
use crate::analysis::{Amplitude, AnalysisConfig, Representation};
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

    /// Unit of power: the square of that of the data.
    pub fn power_unit(&self) -> &'static str {
        match (self.scaling, self.data_unit.as_str()) {
            (Scaling::Native, "dB") => "dB²",
            (Scaling::Native, "samples in 16-bit units") => "16-bit units²",
            _ => "",
        }
    }
}

/// What the values of a representation are.
pub(super) fn data_unit(config: &AnalysisConfig, representation: Representation) -> &'static str {
    let log = match config.log {
        LogScale::Decibel { .. } => "dB",
        LogScale::Natural { .. } => "natural logarithms",
    };
    match (representation, config.amplitude) {
        (Representation::Waveform, Amplitude::FullScale) => "samples in [−1, 1]",
        (Representation::Waveform, Amplitude::Int16) => "samples in 16-bit units",
        (Representation::Magnitude, _) => "magnitudes",
        (Representation::Photo, _) => "pixels in [−1, 1]",
        (Representation::Array, _) => "in the arrays' own unit",
        (
            Representation::LogMagnitude
            | Representation::LogMel
            | Representation::Mfcc
            | Representation::Cepstrum2d,
            _,
        ) => log,
    }
}
