//! Two mean spectra and that of photos at one level, and what remains of each
//! beside the photos'.

use super::NoiseFigure;
use super::figure::{
    AxisSpec, CurveFigure, FigureStyle, LineStyle, Marker, Panel, PanelGrid, Rgb, Scale, Series,
};
use crate::Result;
use crate::analysis::{Comparison, Estimate, MatchedSpectra, Statistic};
use crate::data::Unit;
use std::f64::consts::LN_10;

/// Start of the names that these figures can have.
pub const COMPARISON_FIGURE: &str = "comparison";

const A: Rgb = Rgb(0x00, 0x72, 0xB2);
const B: Rgb = Rgb(0xD5, 0x5E, 0x00);

/// Draws one figure per comparison whose spectra have a band in common: named
/// `comparison`, or `comparison_<representation>` where there are several.
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for a style that cannot be drawn.
pub fn comparison_figures(
    comparisons: &[Comparison],
    style: &FigureStyle,
) -> Result<Vec<NoiseFigure>> {
    // Two panels of the usual shape, one above the other.
    let tall = style
        .clone()
        .with_size(style.width_in, 1.1 * style.width_in);
    let mut figures = Vec::new();
    for comparison in comparisons {
        let Some(spectra) = &comparison.spectra else {
            continue;
        };
        let name = match comparisons.len() {
            1 => COMPARISON_FIGURE.to_string(),
            _ => format!(
                "{COMPARISON_FIGURE}_{}",
                comparison.a.representation.name().replace('-', "_")
            ),
        };
        figures.push(NoiseFigure::Still {
            name,
            figure: grid(comparison, spectra).draw(&tall)?,
        });
    }
    Ok(figures)
}

fn grid(comparison: &Comparison, spectra: &MatchedSpectra) -> PanelGrid {
    PanelGrid {
        title: String::new(),
        columns: 1,
        panels: vec![
            Panel::Curves(levels_matched(comparison, spectra)),
            Panel::Curves(residuals(comparison, spectra)),
        ],
        share_x: true,
        ..PanelGrid::default()
    }
}

fn levels_matched(comparison: &Comparison, spectra: &MatchedSpectra) -> CurveFigure {
    let alpha = comparison.row(Statistic::Alpha);
    let label = |name: &str, alpha: Option<Estimate>| match alpha {
        Some(alpha) => format!("{name}, {}", exponent(&alpha)),
        None => name.to_string(),
    };
    let curve = |label: String, values: &[f64]| {
        let power = values.iter().map(|p| p.exp()).collect();
        Series::new(&label, spectra.frequency.clone(), power)
    };
    let [of_a, of_b] = names(comparison);
    let a = label(&of_a, alpha.and_then(|row| row.a));
    let b = label(&of_b, alpha.and_then(|row| row.b));
    let photos = format!("{} photos", comparison.photos.n_files);
    let photos = label(&photos, comparison.photos.alpha);
    CurveFigure {
        title: "Mean spectra at one level".to_string(),
        x: AxisSpec::of(Unit::CyclePerSample).with_scale(Scale::Log),
        y: AxisSpec::log("power / geometric mean", ""),
        series: vec![
            curve(a, &spectra.a).with_colour(A),
            curve(b, &spectra.b).with_colour(B),
            curve(photos, &spectra.photos).with_style(LineStyle::Fit),
        ],
        markers: vec![],
    }
}

fn residuals(comparison: &Comparison, spectra: &MatchedSpectra) -> CurveFigure {
    let distance = comparison.row(Statistic::PhotoDistance);
    let curve = |name: &str, values: &[f64], distance: Option<Estimate>| {
        let both = values.iter().zip(&spectra.photos);
        let db = both.map(|(p, q)| 10.0 / LN_10 * (p - q)).collect();
        let label = match distance {
            Some(distance) => format!("{name}, RMS {:.2} dB", distance.value),
            None => name.to_string(),
        };
        Series::new(&label, spectra.frequency.clone(), db)
    };
    let a = distance.and_then(|row| row.a);
    let b = distance.and_then(|row| row.b);
    let [of_a, of_b] = names(comparison);
    CurveFigure {
        title: "Less the photos'".to_string(),
        x: AxisSpec::of(Unit::CyclePerSample).with_scale(Scale::Log),
        y: AxisSpec::linear("difference from photos", "dB"),
        series: vec![
            curve(&of_a, &spectra.a, a).with_colour(A),
            curve(&of_b, &spectra.b, b).with_colour(B),
        ],
        markers: vec![Marker::y(0.0, "")],
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

/// "α = 2.21 ± 0.08", half of the 95 % interval.
fn exponent(alpha: &Estimate) -> String {
    let value = format!("α = {:.2}", alpha.value).replace('-', "\u{2212}");
    match alpha.ci {
        Some([low, high]) => format!("{value} ± {:.2}", (high - low) / 2.0),
        None => value,
    }
}
