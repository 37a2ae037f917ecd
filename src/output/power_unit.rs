//! The unit of a spectrum's power, as the settings make it.

use crate::analysis::{Report, Representation, ResultRow, SpectrogramKind};
use crate::data::PowerScale;
use crate::spectral::LogScale;

/// Unit for axes; empty where power has none.
pub(super) fn power_unit(report: &Report, result: &ResultRow) -> &'static str {
    let spectrogram = result.representation.spectrogram();
    let logarithmic = spectrogram.is_some_and(|kind| kind != SpectrogramKind::Magnitude);
    match (result.representation, result.spectrum.power_scale) {
        _ if logarithmic => match report.config.log {
            LogScale::Decibel { .. } => "dB²",
            LogScale::Natural { .. } => "",
        },
        (Representation::Waveform, PowerScale::PsdHz) => "1/Hz",
        (Representation::Waveform, PowerScale::PerSample) => "|X|²/N",
        (Representation::Waveform, PowerScale::Raw) => "|X|²",
        _ => "",
    }
}
