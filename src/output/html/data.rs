//! What the page's script draws from: thin curves, nothing that is printed from
//! the report.

use super::classes::{MOST_CLASSES, classes};
use super::curves::{Drawn, MOST_POINTS, cells, decades, middles, points};
use super::tide::Tide;
use super::words;
use crate::analysis::{ExampleSpectrogram, Report, Representation, ResultRow, SpectrogramKind};
use crate::output::power_unit::power_unit;
use crate::spectral::LogScale;
use serde::Serialize;

/// Everything that is drawn.
#[derive(Serialize)]
pub(super) struct Data<'a> {
    spectra: Vec<Spectrum<'a>>,
    tide: Option<&'a Tide>,
    spectrograms: Vec<Spectrogram<'a>>,
}

/// The mean spectra of one representation.
#[derive(Serialize)]
struct Spectrum<'a> {
    name: &'static str,
    title: &'static str,
    unit: &'static str,
    axis: &'static str,
    power: String,
    /// Whether a point stands for several frequencies.
    thinned: bool,
    frequency: Vec<Drawn>,
    /// log10 of exp of the mean of ln P; all classes first.
    curves: Vec<Curve<'a>>,
    /// Ends of the fitted law of all classes: frequency, log10 of power.
    law: Option<[[Drawn; 2]; 2]>,
}

#[derive(Serialize)]
struct Curve<'a> {
    class: &'a str,
    power: Vec<Drawn>,
}

#[derive(Serialize)]
struct Spectrogram<'a> {
    #[serde(flatten)]
    values: &'a ExampleSpectrogram,
    unit: &'static str,
    mel: bool,
}

impl<'a> Data<'a> {
    pub fn new(report: &'a Report, tide: Option<&'a Tide>) -> Self {
        let shown = report.results.len().min(MOST_CLASSES * 8);
        let most = points(shown);
        let all = report.results.iter().filter(|row| row.class == "all");
        Data {
            spectra: all.map(|row| spectrum(report, row, most)).collect(),
            tide,
            spectrograms: spectrograms(report),
        }
    }
}

fn spectrum<'a>(report: &'a Report, all: &'a ResultRow, most: usize) -> Spectrum<'a> {
    let frequency = &all.spectrum.frequency;
    // Single bins of many waveforms would hide each other.
    let most = match (all.representation, report.results.len()) {
        (Representation::Waveform, n) if n > 4 => most.min(MOST_POINTS / 2),
        _ => most,
    };
    let cells = cells(frequency, most);
    let (unit, axis) = words::frequency(all.spectrum.unit);
    let curve = |row: &'a ResultRow| Curve {
        class: &row.class,
        power: decades(&row.spectrum.mean_log_power, &cells),
    };
    let law = all.fit.post.law().map(|law| {
        [law.f_min, law.f_max].map(|f| {
            let log_power = law.log_amplitude - law.alpha * f.ln();
            let decade = log_power / std::f64::consts::LN_10;
            [Drawn::digits(f), Drawn::place(decade)]
        })
    });
    let power = match power_unit(report, all) {
        "" => "power".to_string(),
        unit => format!("power ({unit})"),
    };
    Spectrum {
        name: all.representation.name(),
        title: all.representation.info().title,
        unit,
        axis,
        power,
        thinned: cells.len() < frequency.len(),
        frequency: middles(frequency, &cells),
        curves: std::iter::once(all)
            .chain(classes(report, all.representation).map(|(_, row)| row))
            .map(curve)
            .collect(),
        law,
    }
}

fn spectrograms(report: &Report) -> Vec<Spectrogram<'_>> {
    let unit = match report.config.log {
        LogScale::Decibel { .. } => "dB",
        LogScale::Natural { .. } => "ln",
    };
    let shown = report.examples.iter();
    let shown = shown.filter_map(|row| row.spectrogram.as_ref());
    shown
        .map(|values| Spectrogram {
            values,
            unit,
            mel: values.of.spectrogram() == Some(SpectrogramKind::LogMel),
        })
        .collect()
}
