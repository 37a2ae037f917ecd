//! Two mean spectra and that of photos at one level, and what remains of each
//! beside the photos'.

use super::curves::{BLUE, VERMILION, curves, grid, powers, proportioned, spectral_axis};
use super::drawings::{Drawing, name_of};
use super::figure::{
    AxisSpec, CurveFigure, FigureStyle, LineStyle, Marker, Panel, PanelGrid, Series,
};
use crate::Result;
use crate::analysis::{Comparison, Estimate, MatchedSpectra, Statistic};
use crate::data::Unit;
use std::f64::consts::LN_10;

/// Draws one figure per comparison whose spectra have a band in common: named
/// `comparison`, or `comparison_<representation>` where there are several.
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for a style that cannot be drawn.
pub fn comparison_figures(comparisons: &[Comparison], style: &FigureStyle) -> Result<Vec<Drawing>> {
    // Two panels of the usual shape, one above the other.
    let tall = proportioned(style, 1.1);
    let drawn = comparisons.iter().filter_map(|comparison| {
        let name = match comparisons.len() {
            1 => "comparison".to_string(),
            _ => name_of("comparison_*", comparison.a.representation),
        };
        Some((name, panels(comparison, comparison.spectra.as_ref()?)))
    });
    drawn
        .map(|(name, panels)| Ok(Drawing::still(name, panels.draw(&tall)?)))
        .collect()
}

fn panels(comparison: &Comparison, spectra: &MatchedSpectra) -> PanelGrid {
    let panels = [
        levels_matched(comparison, spectra),
        residuals(comparison, spectra),
    ];
    PanelGrid {
        share_x: true,
        ..grid("", 1, panels.map(Panel::Curves).into())
    }
}

fn levels_matched(comparison: &Comparison, spectra: &MatchedSpectra) -> CurveFigure {
    let alpha = comparison.row(Statistic::Alpha);
    let curve = |name: &str, alpha: Option<Estimate>, log_power: &[f64]| {
        let alpha = alpha.as_ref().map(exponent);
        curve(spectra, name, alpha, powers(log_power, 0.0))
    };
    let [a, b] = names(comparison);
    let photos = format!("{} photos", comparison.photos.n_files);
    let series = vec![
        curve(&a, alpha.and_then(|row| row.a), &spectra.a).with_colour(BLUE),
        curve(&b, alpha.and_then(|row| row.b), &spectra.b).with_colour(VERMILION),
        curve(&photos, comparison.photos.alpha, &spectra.photos).with_style(LineStyle::Fit),
    ];
    let axes = [
        spectral_axis(Unit::CyclePerSample),
        AxisSpec::log("power / geometric mean", ""),
    ];
    curves("Mean spectra at one level", axes, series)
}

fn residuals(comparison: &Comparison, spectra: &MatchedSpectra) -> CurveFigure {
    let distance = comparison.row(Statistic::PhotoDistance);
    let curve = |name: &str, distance: Option<Estimate>, log_power: &[f64]| {
        let both = log_power.iter().zip(&spectra.photos);
        let db = both.map(|(p, q)| 10.0 / LN_10 * (p - q)).collect();
        let distance = distance.map(|distance| format!("RMS {:.2} dB", distance.value));
        curve(spectra, name, distance, db)
    };
    let [a, b] = names(comparison);
    let series = vec![
        curve(&a, distance.and_then(|row| row.a), &spectra.a).with_colour(BLUE),
        curve(&b, distance.and_then(|row| row.b), &spectra.b).with_colour(VERMILION),
    ];
    let axes = [
        spectral_axis(Unit::CyclePerSample),
        AxisSpec::linear("difference from photos", "dB"),
    ];
    CurveFigure {
        markers: vec![Marker::y(0.0, "")],
        ..curves("Less the photos'", axes, series)
    }
}

fn curve(spectra: &MatchedSpectra, name: &str, known: Option<String>, y: Vec<f64>) -> Series {
    let label = match known {
        Some(known) => format!("{name}, {known}"),
        None => name.to_string(),
    };
    Series::new(&label, spectra.frequency.clone(), y)
}

/// Names that fit into a legend: of long paths, the end.
fn names(comparison: &Comparison) -> [String; 2] {
    const LONGEST: usize = 32;
    [("A", &comparison.a), ("B", &comparison.b)].map(|(side, selection)| {
        let name: Vec<char> = selection.name.chars().collect();
        match name.len() {
            0..=LONGEST => format!("{side}: {}", selection.name),
            n => {
                let end: String = name[n - LONGEST..].iter().collect();
                format!("{side}: …{end}")
            }
        }
    })
}

/// "α = 2.21 ± 0.08", half of the 95 % interval.
fn exponent(alpha: &Estimate) -> String {
    let value = format!("α = {:.2}", alpha.value).replace('-', "\u{2212}");
    match alpha.ci {
        Some([low, high]) => format!("{value} ± {:.2}", (high - low) / 2.0),
        None => value,
    }
}
