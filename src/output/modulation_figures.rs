//! Figures of a modulation study: the 2D spectra, the exponent by direction, and
//! radial means over FFT and DCT.

use super::curves::{
    BLUE, GREEN, VERMILION, and_exponent, curves, powers, proportioned, short_noun,
    unit_variance_axes,
};
use super::drawings::{Drawing, name_of};
use super::figure::{
    AxisSpec, ColourMap, ColourRange, CurveFigure, FigureStyle, HeatMap, LineStyle, Marker, Rgb,
    Series,
};
use crate::Result;
use crate::analysis::{
    DirectionRow, Fit, ModulationAxis, ModulationReport, ModulationStudy, Representation,
};
use crate::data::{Axis, Plane, Unit};
use ndarray::Axis as Dimension;
use std::f64::consts::LN_10;

/// Draws the mean 2D spectrum of each representation (power in dB over the
/// variance of its values, one range of colours for all), the exponents by
/// direction, and the radial means over FFT and DCT at unit variance.
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for a style that cannot be drawn.
pub fn modulation_figures(
    modulation: &ModulationReport,
    style: &FigureStyle,
) -> Result<Vec<Drawing>> {
    // Without a standard deviation there is no unit to draw in.
    let studies: Vec<&ModulationStudy> = modulation
        .totals()
        .filter(|study| study.scale.is_some_and(|scale| scale > 0.0))
        .collect();
    let mut drawings = Vec::new();
    if studies.is_empty() {
        return Ok(drawings);
    }
    let planes: Vec<Plane> = studies.iter().map(|study| upper_half_db(study)).collect();
    let range = colour_range(&planes);
    for (study, plane) in studies.iter().zip(planes) {
        let name = name_of("modulation_*", study.representation);
        drawings.push(Drawing::still(name, map(study, plane, range).draw(style)?));
    }
    let wide = proportioned(style, 0.6);
    for (name, figure) in [
        ("alpha_by_direction", by_direction(modulation, &studies)),
        ("modulation_fft_and_dct", fft_and_dct(modulation, &studies)),
    ] {
        drawings.push(Drawing::still(name, figure.draw(&wide)?));
    }
    Ok(drawings)
}

fn colour(study: &ModulationStudy) -> Rgb {
    match study.representation {
        Representation::LogMel => BLUE,
        Representation::Photo => VERMILION,
        _ => GREEN,
    }
}

/// 2 ln of the standard deviation: what is taken off ln P.
fn log_variance(study: &ModulationStudy) -> f64 {
    study.scale.map_or(0.0, |scale| 2.0 * scale.ln())
}

/// The rows of frequencies from 0 up, in dB over the variance; the others are
/// their mirror image.
fn upper_half_db(study: &ModulationStudy) -> Plane {
    let middle = study.mean_log_power.nrows() / 2;
    let (_, upper) = study.mean_log_power.view().split_at(Dimension(0), middle);
    let db = |p: f64| 10.0 / LN_10 * (p - log_variance(study));
    let axis = |axis: &ModulationAxis, first: usize| Axis::Tabulated {
        unit: axis.unit,
        values: axis.frequency[first..].to_vec(),
    };
    Plane {
        values: upper.mapv(db),
        rows: axis(&study.rows, middle),
        cols: axis(&study.cols, 0),
    }
}

/// From the weakest to the strongest cell of all planes.
fn colour_range(planes: &[Plane]) -> ColourRange {
    let values = planes.iter().flat_map(|plane| plane.values.iter().copied());
    let finite = values.filter(|value| value.is_finite());
    let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    match low < high {
        true => ColourRange::Fixed(low, high),
        false => ColourRange::Auto,
    }
}

fn map(study: &ModulationStudy, plane: Plane, range: ColourRange) -> HeatMap {
    let (what, item) = match study.representation {
        Representation::LogMel => ("Modulation spectrum of log-mel spectrograms", "segment"),
        Representation::Photo => ("2D spectrum of photos", "photo"),
        _ => ("2D spectrum of arrays", "item"),
    };
    let plural = if study.n_segments == 1 { "" } else { "s" };
    let title = format!("{what} ({} {item}{plural})", study.n_segments);
    let mut map = HeatMap::new(&title, plane);
    if study.cols.unit == Unit::CyclePerSample {
        map.x = AxisSpec::linear("horizontal frequency", "cycles/sample");
        map.y = AxisSpec::linear("vertical frequency", "cycles/sample");
    }
    map.quantity = "power / variance".into();
    map.unit = "dB".into();
    map.colour_map = ColourMap::Magma;
    map.range = range;
    map
}

/// A band in words; nothing where there is none.
fn over(lead: &str, band: Option<[f64; 2]>) -> String {
    band.map_or(String::new(), |[low, high]| {
        format!("{lead}{low:.3}\u{2013}{high:.3} cycles/sample")
    })
}

/// Exponents by direction with their intervals; 180 degrees is 0 again.
fn direction_series(label: &str, study: &ModulationStudy) -> Series {
    let first = study.directions.first().map(|row| (180.0, row));
    let rows = study.directions.iter().map(|row| (row.degrees, row));
    let rows: Vec<(f64, &DirectionRow)> = rows.chain(first).collect();
    let alpha = |fit: &Fit| fit.law().map_or(f64::NAN, |law| law.alpha);
    let degrees = rows.iter().map(|(degrees, _)| *degrees).collect();
    let alphas = rows.iter().map(|(_, row)| alpha(&row.fit)).collect();
    let series = Series::new(label, degrees, alphas);
    let ci: Option<Vec<[f64; 2]>> = rows.iter().map(|(_, row)| row.ci).collect();
    match ci {
        Some(ci) => series.with_band(
            ci.iter().map(|ci| ci[0]).collect(),
            ci.iter().map(|ci| ci[1]).collect(),
        ),
        None => series,
    }
}

fn by_direction(modulation: &ModulationReport, studies: &[&ModulationStudy]) -> CurveFigure {
    let series = studies.iter().map(|study| {
        direction_series(short_noun(study.representation), study)
            .with_style(LineStyle::Points)
            .with_colour(colour(study))
    });
    let baseline = modulation.baseline.iter().map(|study| {
        direction_series("log-mel of white noise", study)
            .with_style(LineStyle::Dashed)
            .with_colour(Rgb(0x77, 0x77, 0x77))
    });
    let band = over(", ", modulation.band);
    let name = "direction: 0 temporal or horizontal, 90 spectral or vertical";
    let axes = [
        AxisSpec::linear(name, "degrees").with_limits(-5.0, 185.0),
        AxisSpec::linear("α", ""),
    ];
    CurveFigure {
        markers: vec![Marker::x(90.0, "")],
        ..curves(
            format!("Exponent by direction{band}, axes left out"),
            axes,
            series.chain(baseline).collect(),
        )
    }
}

fn fft_and_dct(modulation: &ModulationReport, studies: &[&ModulationStudy]) -> CurveFigure {
    let mut series = Vec::new();
    for study in studies {
        for (transform, mean, style) in [
            ("FFT", &study.fft, LineStyle::Points),
            ("DCT", &study.dct, LineStyle::Dashed),
        ] {
            let noun = short_noun(study.representation);
            let label = format!("{noun}, {transform}{}", and_exponent(mean.fit.law()));
            let power = powers(&mean.mean_log_power, log_variance(study));
            series.push(
                Series::new(&label, mean.frequency.clone(), power)
                    .with_style(style)
                    .with_colour(colour(study)),
            );
        }
    }
    let band = over(", α over ", modulation.radial_band);
    let title = format!("Radial means over FFT and DCT{band}");
    curves(title, unit_variance_axes(), series)
}
