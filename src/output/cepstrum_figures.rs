//! Cepstra of clips as figures.

use super::curves::{curves, file_name, panel_columns, spectral_axis, stacked};
use super::figure::{
    AxisSpec, ColourMap, ColourRange, CurveFigure, Figure, FigureStyle, HeatMap, LineStyle, Marker,
    Panel, PanelGrid, Reduction, Series,
};
use crate::analysis::{
    Cepstrum, CepstrumKind, ClipCepstrum, MeanRealCepstrum, geometric_mean_power,
};
use crate::data::{Axis, Plane, Spectrum, Unit};
use crate::planar::DeltaOrder;
use crate::{Error, Result};
use ndarray::{Axis as Rows, Slice};

/// Most curves of single clips in one panel.
const MOST_CURVES: usize = 10;
/// Range of 2D cepstra, dB under the largest coefficient.
const RANGE_DB: f64 = 60.0;
/// Share of the coefficients that colours tell apart; c1 dwarfs the rest too.
const SHARE: f64 = 0.95;
/// Quefrencies that are drawn, ms: below lies the envelope, far above nothing.
const QUEFRENCIES_MS: (f64, f64) = (1.0, 25.0);

/// Where figures show the coefficient k = 0, the level of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LevelCoefficient {
    /// Nowhere: it dwarfs the others.
    #[default]
    LeftOut,
    /// As a curve under the others.
    Curve,
}

/// Draws the cepstra that there are: a panel per clip, so many in a row (`None`
/// goes by their number), and mean powers all in one, with their geometric mean.
/// The default size grows with the number of panels.
///
/// # Errors
/// [`Error::InvalidArgument`] for no cepstrum, a single coefficient
/// (`n_mfcc`), and styles that cannot be drawn.
pub fn cepstra_figure(
    clips: &[ClipCepstrum],
    kind: &CepstrumKind,
    columns: Option<usize>,
    level: LevelCoefficient,
    style: &FigureStyle,
) -> Result<Figure> {
    if *kind == CepstrumKind::Mean {
        return mean_figure(clips).draw(style);
    }
    let (mut panels, levels) = panels(clips, kind)?;
    let columns = columns.unwrap_or(panel_columns(panels.len()));
    if level == LevelCoefficient::Curve && columns > 0 {
        panels = stacked(&[panels, levels], columns);
    }
    let rows = panels.len().div_ceil(columns.max(1));
    let grid = PanelGrid {
        columns,
        panels,
        share_colour: true,
        ..PanelGrid::default()
    };
    grid.draw(&sized(style, columns, rows))
}

/// A panel per cepstrum, and for coefficients one of c0 each.
fn panels(clips: &[ClipCepstrum], kind: &CepstrumKind) -> Result<(Vec<Panel>, Vec<Panel>)> {
    let delta = match kind {
        CepstrumKind::Mfcc { delta, .. } => *delta,
        _ => None,
    };
    let loudest = loudest(clips);
    let range = coefficient_range(clips);
    let mut panels = Vec::new();
    let mut levels = Vec::new();
    for clip in clips {
        let title = file_name(&clip.name);
        match &clip.cepstrum {
            Ok(Cepstrum::Mfcc(plane)) => {
                panels.push(Panel::Heat(coefficients(&title, plane, delta, range)?));
                levels.push(Panel::Curves(level(plane, delta)));
            }
            Ok(Cepstrum::TwoDimensional(plane)) => {
                panels.push(Panel::Heat(two_dimensional(&title, plane, loudest)));
            }
            Ok(Cepstrum::Real(cepstrum)) => {
                panels.push(Panel::Curves(real_cepstrum(&title, cepstrum)));
            }
            Ok(Cepstrum::Cepstrogram(plane)) => {
                panels.push(Panel::Heat(HeatMap {
                    colour_map: ColourMap::RdBuReversed,
                    range: ColourRange::Symmetric,
                    ..HeatMap::new(&title, plane.clone())
                }));
            }
            Ok(Cepstrum::Mean(_)) | Err(_) => {}
        }
    }
    Ok((panels, levels))
}

/// A style with room for panels.
fn sized(style: &FigureStyle, columns: usize, rows: usize) -> FigureStyle {
    let (columns, rows) = (columns as f64, rows as f64);
    if columns * rows <= 1.0 {
        return style.clone();
    }
    let width = match style.width_in == FigureStyle::default().width_in {
        true if columns > 1.0 => 4.6 * columns + 1.0,
        _ => style.width_in,
    };
    style.clone().with_size(width, 0.7 * width * rows / columns)
}

fn coefficients(
    title: &str,
    plane: &Plane,
    delta: Option<DeltaOrder>,
    range: ColourRange,
) -> Result<HeatMap> {
    let n_mfcc = plane.values.nrows();
    if n_mfcc < 2 {
        let requirement = "at least 2 for a figure, which shows c0 apart";
        return Err(Error::argument("n_mfcc", n_mfcc, requirement));
    }
    let above = plane.values.slice_axis(Rows(0), Slice::from(1..));
    let numbered = Plane {
        values: above.to_owned(),
        rows: Axis::Uniform {
            unit: Unit::CyclePerBand,
            start: 1.0,
            step: 1.0,
            len: n_mfcc - 1,
        },
        cols: plane.cols.clone(),
    };
    let (of, unit) = derivative(delta);
    Ok(HeatMap {
        y: AxisSpec::linear("coefficient", ""),
        quantity: format!("{of}MFCC, 95 % within"),
        unit: unit.into(),
        colour_map: ColourMap::RdBuReversed,
        range,
        ..HeatMap::new(title, numbered)
    })
}

/// Zero in the middle, at the ends what [`SHARE`] of all coefficients but c0 do
/// not exceed.
fn coefficient_range(clips: &[ClipCepstrum]) -> ColourRange {
    let planes = clips.iter().filter_map(|clip| match &clip.cepstrum {
        Ok(Cepstrum::Mfcc(plane)) => Some(plane),
        _ => None,
    });
    let rows = planes.flat_map(|plane| plane.values.rows().into_iter().skip(1));
    let mut magnitudes: Vec<f64> = rows.flat_map(|row| row.mapv(f64::abs)).collect();
    if magnitudes.is_empty() {
        return ColourRange::Symmetric;
    }
    let rank = (SHARE * (magnitudes.len() - 1) as f64) as usize;
    let (_, end, _) = magnitudes.select_nth_unstable_by(rank, f64::total_cmp);
    match *end > 0.0 {
        true => ColourRange::Fixed(-*end, *end),
        false => ColourRange::Symmetric,
    }
}

/// What a derivative is called before its coefficients, and its unit.
fn derivative(delta: Option<DeltaOrder>) -> (&'static str, &'static str) {
    match delta {
        None => ("", "dB"),
        Some(DeltaOrder::First) => ("slope of ", "dB/frame"),
        Some(DeltaOrder::Second) => ("curvature of ", "dB/frame²"),
    }
}

fn level(plane: &Plane, delta: Option<DeltaOrder>) -> CurveFigure {
    let times = plane.cols.values();
    let mut x = AxisSpec::of(plane.cols.unit());
    if let [first, .., last] = times[..]
        && first < last
    {
        x = x.with_limits(first, last);
    }
    let (of, unit) = derivative(delta);
    let y = AxisSpec::linear(&format!("{of}c0"), unit);
    let series = Series::new("", times, plane.values.row(0).to_vec());
    curves("", [x, y], vec![series])
}

/// The largest squared coefficient of all 2D cepstra, that of the mean aside.
fn loudest(clips: &[ClipCepstrum]) -> f64 {
    let planes = clips.iter().filter_map(|clip| match &clip.cepstrum {
        Ok(Cepstrum::TwoDimensional(plane)) => Some(plane),
        _ => None,
    });
    let powers = planes.flat_map(|plane| plane.values.iter().skip(1).map(|c| c * c));
    powers.fold(f64::MIN_POSITIVE, f64::max)
}

fn two_dimensional(title: &str, plane: &Plane, loudest: f64) -> HeatMap {
    let db = |c: &f64| (10.0 * (c * c / loudest).log10()).max(-RANGE_DB);
    let plane = Plane {
        values: plane.values.map(db),
        rows: plane.rows.clone(),
        cols: plane.cols.clone(),
    };
    HeatMap {
        range: ColourRange::Fixed(-RANGE_DB, 0.0),
        reduction: Reduction::Maximum,
        quantity: "power re maximum".into(),
        unit: "dB".into(),
        ..HeatMap::new(title, plane)
    }
}

fn real_cepstrum(title: &str, cepstrum: &MeanRealCepstrum) -> CurveFigure {
    let (first, last) = QUEFRENCIES_MS;
    let (quefrency, mean): (Vec<f64>, Vec<f64>) = cepstrum
        .quefrency
        .values()
        .into_iter()
        .map(|quefrency| 1e3 * quefrency)
        .zip(cepstrum.mean.iter().copied())
        .filter(|(quefrency, _)| (first..=last).contains(quefrency))
        .unzip();
    let marker = cepstrum.peak.map(|peak| {
        let (ms, hz) = (1e3 * peak.quefrency, 1.0 / peak.quefrency);
        Marker::x(ms, &format!("{ms:.2} ms, {hz:.0} Hz"))
    });
    let axes = [
        AxisSpec::linear("quefrency", "ms").with_limits(0.0, last),
        AxisSpec::linear("mean real cepstrum", ""),
    ];
    CurveFigure {
        markers: marker.into_iter().collect(),
        ..curves(title, axes, vec![Series::new("", quefrency, mean)])
    }
}

fn mean_figure(clips: &[ClipCepstrum]) -> CurveFigure {
    let spectra: Vec<(&str, &Spectrum)> = clips
        .iter()
        .filter_map(|clip| match &clip.cepstrum {
            Ok(Cepstrum::Mean(spectrum)) => Some((clip.name.as_str(), spectrum)),
            _ => None,
        })
        .collect();
    let series = |label: &str, spectrum: &Spectrum| {
        Series::new(label, spectrum.frequency.values(), spectrum.power.clone())
    };
    let mut all: Vec<Series> = spectra
        .iter()
        .take(MOST_CURVES)
        .map(|(name, spectrum)| series(&file_name(name), spectrum))
        .collect();
    if spectra.len() > 1
        && let Some(mean) = geometric_mean_power(clips)
    {
        let label = format!("geometric mean of {}", spectra.len());
        all.push(series(&label, &mean).with_style(LineStyle::Fit));
    }
    let axes = [
        spectral_axis(Unit::CyclePerBand),
        AxisSpec::log("power", "dB²"),
    ];
    curves("Mean power of cepstral coefficients", axes, all)
}
