use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A way to look at a source as something with a spectrum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Representation {
    /// The samples of a segment; power spectrum against Hz.
    Waveform,
    /// The log-mel spectrogram of a segment, as an image; RAPSD.
    LogMel,
    /// The green channel of a photo; RAPSD.
    Photo,
    /// Planes of a user's array, power averaged over channels; RAPSD.
    Array,
}

impl Representation {
    /// All, in the order of a report.
    pub const ALL: [Representation; 4] = [
        Representation::Waveform,
        Representation::LogMel,
        Representation::Photo,
        Representation::Array,
    ];

    /// The representations of an audio segment.
    pub const OF_AUDIO: [Representation; 2] = [Representation::Waveform, Representation::LogMel];

    /// The name in reports and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Representation::Waveform => "waveform",
            Representation::LogMel => "log-mel",
            Representation::Photo => "photo",
            Representation::Array => "array",
        }
    }
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
