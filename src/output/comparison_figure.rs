//! Two variance spectra and that of photographs at one level, and what remains of
//! each beside the photographs'.

use super::curves::{BLUE, VERMILION, curves, grid, proportioned, spectral_axis};
use super::drawings::{Drawing, name_of};
use super::figure::{
    AxisSpec, CurveFigure, FigureStyle, LineStyle, Marker, Panel, PanelGrid, Series,
};
use crate::Result;
use crate::analysis::{Comparison, MatchedBands};
use crate::data::Unit;

/// Draws one figure per comparison whose reports have verdicts: named
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
        Some((name, panels(comparison, comparison.bands.as_ref()?)))
    });
    drawn
        .map(|(name, panels)| Ok(Drawing::still(name, panels.draw(&tall)?)))
        .collect()
}

fn panels(comparison: &Comparison, bands: &MatchedBands) -> PanelGrid {
    let panels = [
        levels_matched(comparison, bands),
        residuals(comparison, bands),
    ];
    PanelGrid {
        share_x: true,
        ..grid("", 1, panels.map(Panel::Curves).into())
    }
}

fn levels_matched(comparison: &Comparison, bands: &MatchedBands) -> CurveFigure {
    let curve = |side: usize, name: &str, levels: &[f64]| {
        Series::new(name, bands.frequency[side].clone(), levels.to_vec())
    };
    let [a, b] = names(comparison);
    let photos = &bands.photos;
    let series = vec![
        curve(0, &a, &bands.levels[0]).with_colour(BLUE),
        curve(1, &b, &bands.levels[1]).with_colour(VERMILION),
        curve(0, "photographs on A's bands", &photos[0]).with_style(LineStyle::Fit),
        curve(1, "photographs on B's bands", &photos[1]).with_style(LineStyle::Fit),
    ];
    let axes = [
        spectral_axis(Unit::CyclePerSample),
        AxisSpec::linear("variance less its mean", "dB"),
    ];
    curves("Variance spectra at one level", axes, series)
}

fn residuals(comparison: &Comparison, bands: &MatchedBands) -> CurveFigure {
    let to = &comparison.to_photos;
    let curve = |side: usize, name: &str, distance: Option<f64>| {
        let both = bands.levels[side].iter().zip(&bands.photos[side]);
        let apart = both.map(|(level, photos)| level - photos).collect();
        let label = match distance {
            Some(distance) => format!("{name}, {distance:.1} dB apart"),
            None => name.to_string(),
        };
        Series::new(&label, bands.frequency[side].clone(), apart)
    };
    let [a, b] = names(comparison);
    let series = vec![
        curve(0, &a, to.a_db).with_colour(BLUE),
        curve(1, &b, to.b_db).with_colour(VERMILION),
    ];
    let axes = [
        spectral_axis(Unit::CyclePerSample),
        AxisSpec::linear("difference from photographs", "dB"),
    ];
    CurveFigure {
        markers: vec![Marker::y(0.0, "")],
        ..curves("Less the photographs'", axes, series)
    }
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
