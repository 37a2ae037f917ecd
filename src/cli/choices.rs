//! The values that flags can take, and what they mean to the library.

use cepstrum::analysis::{Amplitude, Average, Preset};
use cepstrum::data::PowerScale;
use cepstrum::planar::Radius;
use cepstrum::spectral::{MelNorm, MelScale};
use clap::ValueEnum;

#[derive(Clone, Copy, ValueEnum)]
pub enum PresetChoice {
    /// cepstrum's own conventions
    Default,
    /// Those of "Diffusion is spectral autoregression" (Dieleman 2024)
    Post,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum AmplitudeChoice {
    /// Samples in [-1, 1]
    FullScale,
    /// Samples times 32768, as in 16-bit files
    Int16,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum PowerScaleChoice {
    /// |X|^2
    Raw,
    /// |X|^2 / N: unit white noise has power 1
    PerSample,
    /// One-sided density per Hz
    PsdHz,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum RadiusChoice {
    /// Circles in cycles per sample
    Frequency,
    /// Circles in index units, as pysteps
    Index,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum MelScaleChoice {
    /// Linear to 1 kHz, then logarithmic
    Slaney,
    /// 2595 log10(1 + f/700)
    Htk,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum MelNormChoice {
    /// Unit area in Hz
    Slaney,
    /// Unit peak
    None,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogChoice {
    /// 10 log10(max(P, 1e-10)), cut at --top-db
    Db,
    /// ln(max(P, --log-floor))
    Ln,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum FormatChoice {
    /// One row per frequency
    Csv,
    /// One object per input
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum AverageChoice {
    /// exp of the mean of ln P
    Geometric,
    /// The mean of P
    Arithmetic,
}

impl From<AverageChoice> for Average {
    fn from(choice: AverageChoice) -> Self {
        match choice {
            AverageChoice::Geometric => Average::Geometric,
            AverageChoice::Arithmetic => Average::Arithmetic,
        }
    }
}

impl From<PresetChoice> for Preset {
    fn from(choice: PresetChoice) -> Self {
        match choice {
            PresetChoice::Default => Preset::Default,
            PresetChoice::Post => Preset::Post,
        }
    }
}

impl From<AmplitudeChoice> for Amplitude {
    fn from(choice: AmplitudeChoice) -> Self {
        match choice {
            AmplitudeChoice::FullScale => Amplitude::FullScale,
            AmplitudeChoice::Int16 => Amplitude::Int16,
        }
    }
}

impl From<PowerScaleChoice> for PowerScale {
    fn from(choice: PowerScaleChoice) -> Self {
        match choice {
            PowerScaleChoice::Raw => PowerScale::Raw,
            PowerScaleChoice::PerSample => PowerScale::PerSample,
            PowerScaleChoice::PsdHz => PowerScale::PsdHz,
        }
    }
}

impl From<RadiusChoice> for Radius {
    fn from(choice: RadiusChoice) -> Self {
        match choice {
            RadiusChoice::Frequency => Radius::Frequency,
            RadiusChoice::Index => Radius::Index,
        }
    }
}

impl From<MelScaleChoice> for MelScale {
    fn from(choice: MelScaleChoice) -> Self {
        match choice {
            MelScaleChoice::Slaney => MelScale::Slaney,
            MelScaleChoice::Htk => MelScale::Htk,
        }
    }
}

impl From<MelNormChoice> for MelNorm {
    fn from(choice: MelNormChoice) -> Self {
        match choice {
            MelNormChoice::Slaney => MelNorm::Slaney,
            MelNormChoice::None => MelNorm::None,
        }
    }
}
