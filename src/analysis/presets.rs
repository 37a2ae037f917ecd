//! The one place that says what a preset decides.

use super::config::{Amplitude, AnalysisConfig, Preset, Side};
use super::noise::{NoiseSettings, Scaling, SigmaGrid};
use super::source_spectra::Average;
use super::verdict::VerdictSettings;
use crate::data::PowerScale;
use crate::planar::Radius;
use crate::spectral::StftConfig;

/// What flags and presets decide.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The analysis, inputs included.
    pub analysis: AnalysisConfig,
    /// Its answers.
    pub verdict: VerdictSettings,
    /// Whether they are given under other front ends too.
    pub sweep: bool,
    /// Noise.
    pub noise: NoiseSettings,
    /// Frames of spectrograms that are drawn.
    pub spectrogram: StftConfig,
}

impl Default for Settings {
    /// This crate's own conventions.
    fn default() -> Self {
        Settings {
            analysis: AnalysisConfig::default(),
            verdict: VerdictSettings::default(),
            sweep: false,
            noise: NoiseSettings::default(),
            spectrogram: StftConfig::new(2048, 512),
        }
    }
}

impl Settings {
    /// The settings of a preset, without any input yet.
    pub fn preset(preset: Preset) -> Self {
        match preset {
            Preset::Default => Settings::default(),
            Preset::Post => Settings {
                analysis: AnalysisConfig {
                    preset,
                    amplitude: Amplitude::Int16,
                    power_scale: PowerScale::Raw,
                    radius: Radius::Index,
                    side: Side::Pixels(320),
                    ..AnalysisConfig::default()
                },
                noise: NoiseSettings {
                    scaling: Scaling::Native,
                    average: Average::Geometric,
                    sigmas: SigmaGrid::Post,
                    // As published.
                    n_times: 100,
                    ..NoiseSettings::default()
                },
                spectrogram: StftConfig::new(1024, 512),
                ..Settings::default()
            },
        }
    }

    /// The settings of an analysis, and what its preset decides beside it.
    pub fn of(analysis: AnalysisConfig) -> Self {
        let preset = Settings::preset(analysis.preset);
        Settings { analysis, ..preset }
    }
}

impl AnalysisConfig {
    /// The settings of a preset, without any input yet.
    pub fn preset(preset: Preset) -> Self {
        Settings::preset(preset).analysis
    }
}

impl NoiseSettings {
    /// The settings of a preset.
    pub fn preset(preset: Preset) -> Self {
        Settings::preset(preset).noise
    }
}
