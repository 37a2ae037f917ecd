use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A way to look at a source as something with a spectrum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Representation {
    /// The samples of a segment; power spectrum against Hz.
    Waveform,
    /// The magnitude spectrogram |STFT| of a segment, as an image; RAPSD.
    Magnitude,
    /// The logarithm of |STFT|^2, as an image; RAPSD.
    LogMagnitude,
    /// The log-mel spectrogram of a segment, as an image; RAPSD.
    LogMel,
    /// The DCT over the bands of each frame of the log-mel spectrogram; mean
    /// power over frames against cycles per band.
    Mfcc,
    /// The DCT over both axes of the log-mel spectrogram; radial average.
    #[serde(rename = "cepstrum-2d")]
    Cepstrum2d,
    /// The green channel of a photo; RAPSD.
    Photo,
    /// Planes of a user's array, power averaged over channels; RAPSD.
    Array,
}

impl Representation {
    /// All, in the order of a report.
    pub const ALL: [Representation; 8] = [
        Representation::Waveform,
        Representation::Magnitude,
        Representation::LogMagnitude,
        Representation::LogMel,
        Representation::Mfcc,
        Representation::Cepstrum2d,
        Representation::Photo,
        Representation::Array,
    ];

    /// The representations of an audio segment.
    pub const OF_AUDIO: [Representation; 6] = [
        Representation::Waveform,
        Representation::Magnitude,
        Representation::LogMagnitude,
        Representation::LogMel,
        Representation::Mfcc,
        Representation::Cepstrum2d,
    ];

    /// Those of an audio segment that are measured where none is chosen.
    pub const DEFAULT: [Representation; 2] = [Representation::Waveform, Representation::LogMel];

    /// The name in reports and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Representation::Waveform => "waveform",
            Representation::Magnitude => "magnitude",
            Representation::LogMagnitude => "log-magnitude",
            Representation::LogMel => "log-mel",
            Representation::Mfcc => "mfcc",
            Representation::Cepstrum2d => "cepstrum-2d",
            Representation::Photo => "photo",
            Representation::Array => "array",
        }
    }

    /// The spectrogram that the transform is taken of.
    pub fn spectrogram(self) -> Option<SpectrogramKind> {
        match self {
            Representation::Magnitude => Some(SpectrogramKind::Magnitude),
            Representation::LogMagnitude => Some(SpectrogramKind::LogMagnitude),
            Representation::LogMel | Representation::Mfcc | Representation::Cepstrum2d => {
                Some(SpectrogramKind::LogMel)
            }
            Representation::Waveform | Representation::Photo | Representation::Array => None,
        }
    }
}

/// A spectrogram whose values a representation is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SpectrogramKind {
    /// |STFT|.
    Magnitude,
    /// The logarithm of |STFT|^2.
    LogMagnitude,
    /// The logarithm of mel energies.
    LogMel,
}

impl fmt::Display for Representation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Representation {
    type Err = crate::Error;

    /// The audio representations, which are those that can be chosen.
    fn from_str(text: &str) -> crate::Result<Representation> {
        Self::OF_AUDIO
            .into_iter()
            .find(|representation| representation.name() == text)
            .ok_or_else(|| {
                let names = Self::OF_AUDIO.map(Representation::name).join(", ");
                crate::Error::argument("representations", text, format!("one of: {names}"))
            })
    }
}
