//! What representations and their axes are called on a page.

use crate::analysis::Representation;
use crate::data::Unit;

/// Heading.
pub(super) fn title(representation: Representation) -> &'static str {
    match representation {
        Representation::Waveform => "Waveform",
        Representation::Magnitude => "Magnitude spectrogram",
        Representation::LogMagnitude => "Log-magnitude spectrogram",
        Representation::LogMel => "Log-mel spectrogram",
        Representation::Mfcc => "MFCC",
        Representation::Cepstrum2d => "2D cepstrum",
        Representation::Photo => "Photos",
        Representation::Array => "Arrays",
    }
}

/// What its spectrum is.
pub(super) fn spectrum(representation: Representation) -> &'static str {
    match representation {
        Representation::Waveform => "Power spectrum of the samples, segment by segment.",
        Representation::Magnitude => {
            "Radially averaged power spectrum (RAPSD) of the magnitude spectrogram, taken as an image."
        }
        Representation::LogMagnitude => {
            "Radially averaged power spectrum (RAPSD) of the logarithmic spectrogram, taken as an image."
        }
        Representation::LogMel => {
            "Radially averaged power spectrum (RAPSD) of the log-mel spectrogram, taken as an image."
        }
        Representation::Mfcc => "Mean power of each cosine coefficient over mel bands.",
        Representation::Cepstrum2d => {
            "Radial average of the cosine transform of the log-mel spectrogram."
        }
        Representation::Photo => {
            "Radially averaged power spectrum (RAPSD) of the green channel: what others are measured by."
        }
        Representation::Array => "Radially averaged power spectrum (RAPSD) of the arrays' planes.",
    }
}

/// The short unit of a frequency, and how the axis is called.
pub(super) fn frequency(unit: Unit) -> (&'static str, &'static str) {
    match unit {
        Unit::Hertz => ("Hz", "frequency (Hz)"),
        Unit::CyclePerSample => ("c/sample", "frequency (cycles/sample)"),
        Unit::CyclePerBand => ("c/band", "frequency (cycles/band)"),
        unit => (unit.symbol(), "frequency"),
    }
}
