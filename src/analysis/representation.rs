//! The table of representations: all that is particular to one stands in its
//! row.

use crate::data::Unit;
use crate::decode::Kind;
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

/// Transform from values to powers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransformKind {
    /// |rfft|^2 of the samples: [`Periodogram`](crate::spectral::Periodogram).
    Lines,
    /// Rings of the 2D FFT: [`Rapsd`](crate::planar::Rapsd).
    Rings,
    /// DCT of each frame: [`CepstralPower`](crate::planar::CepstralPower).
    FrameDct,
    /// Rings of the 2D DCT: [`DctRapsd`](crate::planar::DctRapsd).
    DctRings,
}

/// Unit of the values that a representation is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueUnit {
    /// Samples, in the unit that the settings give amplitudes.
    Sample,
    /// Magnitudes of a transform.
    Magnitude,
    /// Decibels, or natural logarithms.
    Logarithm,
    /// Pixels in \[-1, 1\].
    Pixel,
    /// Unknown: a user's own.
    Own,
}

/// What a representation is, and what it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RepresentationInfo {
    /// Name in reports and on the command line.
    pub name: &'static str,
    /// Name in the names of figures.
    pub stem: &'static str,
    /// What many of it are called.
    pub noun: &'static str,
    /// Heading.
    pub title: &'static str,
    /// What is shown of it: a few words.
    pub quantity: &'static str,
    /// What its spectrum is: a sentence.
    pub sentence: &'static str,
    /// What it is made of.
    pub kind: Kind,
    /// The spectrogram that the transform is taken of.
    pub spectrogram: Option<SpectrogramKind>,
    /// The transform.
    pub transform: TransformKind,
    /// Unit of its frequencies.
    pub unit: Unit,
    /// Unit of its values.
    pub values: ValueUnit,
}

/// One row per representation, in the order of the enumeration and of reports.
const TABLE: [RepresentationInfo; 8] = [
    RepresentationInfo {
        name: "waveform",
        stem: "waveform",
        noun: "waveforms",
        title: "Waveform",
        quantity: "power spectrum of waveforms",
        sentence: "Power spectrum of the samples, segment by segment.",
        kind: Kind::Audio,
        spectrogram: None,
        transform: TransformKind::Lines,
        unit: Unit::Hertz,
        values: ValueUnit::Sample,
    },
    RepresentationInfo {
        name: "magnitude",
        stem: "magnitude",
        noun: "magnitude spectrograms",
        title: "Magnitude spectrogram",
        quantity: "RAPSD of magnitude spectrograms",
        sentence: "Radially averaged power spectrum (RAPSD) of the magnitude spectrogram, taken as an image.",
        kind: Kind::Audio,
        spectrogram: Some(SpectrogramKind::Magnitude),
        transform: TransformKind::Rings,
        unit: Unit::CyclePerSample,
        values: ValueUnit::Magnitude,
    },
    RepresentationInfo {
        name: "log-magnitude",
        stem: "log_magnitude",
        noun: "log-magnitude spectrograms",
        title: "Log-magnitude spectrogram",
        quantity: "RAPSD of log-magnitude spectrograms",
        sentence: "Radially averaged power spectrum (RAPSD) of the logarithmic spectrogram, taken as an image.",
        kind: Kind::Audio,
        spectrogram: Some(SpectrogramKind::LogMagnitude),
        transform: TransformKind::Rings,
        unit: Unit::CyclePerSample,
        values: ValueUnit::Logarithm,
    },
    RepresentationInfo {
        name: "log-mel",
        stem: "log_mel",
        noun: "log-mel spectrograms",
        title: "Log-mel spectrogram",
        quantity: "RAPSD of log-mel spectrograms",
        sentence: "Radially averaged power spectrum (RAPSD) of the log-mel spectrogram, taken as an image.",
        kind: Kind::Audio,
        spectrogram: Some(SpectrogramKind::LogMel),
        transform: TransformKind::Rings,
        unit: Unit::CyclePerSample,
        values: ValueUnit::Logarithm,
    },
    RepresentationInfo {
        name: "mfcc",
        stem: "mfcc",
        noun: "MFCCs",
        title: "MFCC",
        quantity: "power of MFCCs",
        sentence: "Mean power of each cosine coefficient over mel bands.",
        kind: Kind::Audio,
        spectrogram: Some(SpectrogramKind::LogMel),
        transform: TransformKind::FrameDct,
        unit: Unit::CyclePerBand,
        values: ValueUnit::Logarithm,
    },
    RepresentationInfo {
        name: "cepstrum-2d",
        stem: "cepstrum_2d",
        noun: "2D cepstra",
        title: "2D cepstrum",
        quantity: "DCT-RAPSD of log-mel spectrograms",
        sentence: "Radial average of the cosine transform of the log-mel spectrogram.",
        kind: Kind::Audio,
        spectrogram: Some(SpectrogramKind::LogMel),
        transform: TransformKind::DctRings,
        unit: Unit::CyclePerSample,
        values: ValueUnit::Logarithm,
    },
    RepresentationInfo {
        name: "photo",
        stem: "photos",
        noun: "photos",
        title: "Photos",
        quantity: "RAPSD of photos",
        sentence: "Radially averaged power spectrum (RAPSD) of the green channel: what others are measured by.",
        kind: Kind::Photo,
        spectrogram: None,
        transform: TransformKind::Rings,
        unit: Unit::CyclePerSample,
        values: ValueUnit::Pixel,
    },
    RepresentationInfo {
        name: "array",
        stem: "arrays",
        noun: "arrays",
        title: "Arrays",
        quantity: "RAPSD of arrays",
        sentence: "Radially averaged power spectrum (RAPSD) of the arrays' planes.",
        kind: Kind::Array,
        spectrogram: None,
        transform: TransformKind::Rings,
        unit: Unit::CyclePerSample,
        values: ValueUnit::Own,
    },
];

impl Representation {
    /// All, in the order of a report.
    pub const ALL: [Representation; TABLE.len()] = [
        Representation::Waveform,
        Representation::Magnitude,
        Representation::LogMagnitude,
        Representation::LogMel,
        Representation::Mfcc,
        Representation::Cepstrum2d,
        Representation::Photo,
        Representation::Array,
    ];

    /// The representations of an audio segment: those that can be chosen.
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

    /// Its row of the table.
    ///
    /// ```
    /// use cepstrum::analysis::Representation;
    /// assert_eq!(Representation::LogMel.info().noun, "log-mel spectrograms");
    /// ```
    pub fn info(self) -> &'static RepresentationInfo {
        &TABLE[self as usize]
    }

    /// Whether it is one of an audio segment.
    pub fn is_audio(self) -> bool {
        self.info().kind == Kind::Audio
    }

    /// The name in reports and on the command line.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// The spectrogram that the transform is taken of.
    pub fn spectrogram(self) -> Option<SpectrogramKind> {
        self.info().spectrogram
    }

    /// Whether its powers are those of single frequencies, of which there are so many
    /// that reports show them in bands.
    pub fn has_lines(self) -> bool {
        self.info().transform == TransformKind::Lines
    }

    /// Whether its powers are means over rings of a plane.
    pub fn has_rings(self) -> bool {
        matches!(
            self.info().transform,
            TransformKind::Rings | TransformKind::DctRings
        )
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
        let found = Self::OF_AUDIO.into_iter().find(|r| r.name() == text);
        found.ok_or_else(|| {
            let names = Self::OF_AUDIO.map(Self::name).join(", ");
            crate::Error::argument("representations", text, format!("one of: {names}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_the_enumeration() {
        for (i, representation) in Representation::ALL.into_iter().enumerate() {
            assert_eq!(representation as usize, i);
            let written = serde_json::to_string(&representation).unwrap();
            assert_eq!(written, format!("\"{}\"", representation.name()));
        }
        let of_audio = Representation::ALL.into_iter().filter(|r| r.is_audio());
        assert!(of_audio.eq(Representation::OF_AUDIO));
    }
}
