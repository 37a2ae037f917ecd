use super::{NamedFigure, exponentials, frequency_axis, power_axis, shaped, title};
use crate::Result;
use crate::analysis::{Report, Representation, ResultRow};
use crate::compare::octave_bands;
use crate::output::figure::{CurveFigure, FigureStyle, Series};

/// Most classes in one figure: more cannot be told apart.
const MOST_CLASSES: usize = 20;
/// Points per octave of a class's waveform spectrum: single bins of many
/// classes would hide each other.
const BANDS_PER_OCTAVE: u32 = 6;

/// One curve per class.
pub(super) fn draw(
    report: &Report,
    style: &FigureStyle,
    figures: &mut Vec<NamedFigure>,
) -> Result<()> {
    let style = shaped(style, 8.0, 5.0);
    for (representation, name) in [
        (Representation::Waveform, "waveform_by_class"),
        (Representation::Magnitude, "magnitude_by_class"),
        (Representation::LogMagnitude, "log_magnitude_by_class"),
        (Representation::LogMel, "log_mel_by_class"),
        (Representation::Mfcc, "mfcc_by_class"),
        (Representation::Cepstrum2d, "cepstrum_2d_by_class"),
        (Representation::Photo, "photos_by_class"),
        (Representation::Array, "arrays_by_class"),
    ] {
        let classes: Vec<&ResultRow> = report
            .results
            .iter()
            .filter(|r| r.representation == representation && r.class != "all")
            .collect();
        let Some(first) = classes.first() else {
            continue;
        };
        let shown = classes.len().min(MOST_CLASSES);
        let count = match classes.len() {
            n if n > shown => format!("{shown} of {n} classes"),
            n => format!("{n} classes"),
        };
        let figure = CurveFigure {
            title: match representation {
                Representation::Waveform => {
                    format!("Mean {} in sixth octaves, {count}", title(representation))
                }
                _ => format!("Mean {}, {count}", title(representation)),
            },
            x: frequency_axis(first.spectrum.unit),
            y: power_axis(report, first),
            series: classes[..shown]
                .iter()
                .map(|result| curve(result))
                .collect(),
            markers: vec![],
        };
        figures.push(NamedFigure {
            name,
            figure: figure.draw(&style)?,
        });
    }
    Ok(())
}

fn curve(result: &ResultRow) -> Series {
    let spectrum = &result.spectrum;
    if result.representation != Representation::Waveform {
        let power = exponentials(&spectrum.mean_log_power);
        return Series::new(&result.class, spectrum.frequency.to_vec(), power);
    }
    let (x, y) = octave_bands(&spectrum.frequency, spectrum.unit, BANDS_PER_OCTAVE)
        .into_iter()
        .map(|band| {
            let n = band.bins.len() as f64;
            let mean = spectrum.mean_log_power[band.bins].iter().sum::<f64>() / n;
            (band.centre, mean.exp())
        })
        .unzip();
    Series::new(&result.class, x, y)
}
