//! Axes, curves and words that figures share.

use super::figure::{
    AxisSpec, CurveFigure, FigureStyle, LineStyle, Panel, PanelGrid, Rgb, Scale, Series,
};
use crate::analysis::Representation;
use crate::compare::PowerLaw;
use crate::data::Unit;
use std::path::Path;

/// Okabe and Ito's colours, which stand out from paper, from dark and from
/// viridis.
pub(super) const BLUE: Rgb = Rgb(0x00, 0x72, 0xB2);
pub(super) const GREEN: Rgb = Rgb(0x00, 0x9E, 0x73);
pub(super) const VERMILION: Rgb = Rgb(0xD5, 0x5E, 0x00);

/// Curves without markers.
pub(super) fn curves(
    title: impl Into<String>,
    [x, y]: [AxisSpec; 2],
    series: Vec<Series>,
) -> CurveFigure {
    CurveFigure {
        title: title.into(),
        x,
        y,
        series,
        markers: vec![],
    }
}

/// Panels that share nothing.
pub(super) fn grid(title: impl Into<String>, columns: usize, panels: Vec<Panel>) -> PanelGrid {
    PanelGrid {
        title: title.into(),
        columns,
        panels,
        ..PanelGrid::default()
    }
}

/// The style as wide, and so high in proportion.
pub(super) fn proportioned(style: &FigureStyle, height: f64) -> FigureStyle {
    style
        .clone()
        .with_size(style.width_in, height * style.width_in)
}

/// Panels in a row, of so many.
pub(super) fn panel_columns(n_panels: usize) -> usize {
    match n_panels {
        0 | 1 => 1,
        2..=4 => 2,
        _ => 3,
    }
}

/// Panels whose rows, so many panels wide, are taken from each layer in turn.
pub(super) fn stacked(layers: &[Vec<Panel>], columns: usize) -> Vec<Panel> {
    let n = layers.iter().map(Vec::len).min().unwrap_or(0);
    let mut panels = Vec::new();
    for start in (0..n).step_by(columns) {
        for layer in layers {
            let row = &layer[start..n.min(start + columns)];
            panels.extend_from_slice(row);
            panels.extend(std::iter::repeat_n(Panel::Empty, columns - row.len()));
        }
    }
    panels
}

/// The logarithmic axis of frequencies in `unit`, by its usual name.
pub(super) fn spectral_axis(unit: Unit) -> AxisSpec {
    AxisSpec::of(unit).with_scale(Scale::Log)
}

/// Axes of power over the variance of the values that it is of.
pub(super) fn unit_variance_axes() -> [AxisSpec; 2] {
    [
        spectral_axis(Unit::CyclePerSample),
        AxisSpec::log("power / variance", ""),
    ]
}

/// Power behind ln P, in a unit of which the logarithm is given.
pub(super) fn powers(log_power: &[f64], log_unit: f64) -> Vec<f64> {
    log_power.iter().map(|p| (p - log_unit).exp()).collect()
}

/// The dotted line of the power law exp(`log_amplitude`) f^-`alpha` over a range.
pub(super) fn fit_line(label: &str, log_amplitude: f64, alpha: f64, range: [f64; 2]) -> Series {
    let power = |f: f64| (log_amplitude - alpha * f.ln()).exp();
    let line = Series::new(label, range.to_vec(), range.map(power).to_vec());
    line.with_style(LineStyle::Fit)
}

/// "α = 2.454", with a minus sign where it is negative.
pub(super) fn exponent(alpha: f64) -> String {
    format!("α = {alpha:.3}").replace('-', "\u{2212}")
}

/// ", α = 2.454" behind what it is of; nothing without a fit.
pub(super) fn and_exponent(law: Option<&PowerLaw>) -> String {
    law.map_or_else(String::new, |law| format!(", {}", exponent(law.alpha)))
}

/// What the data of a representation are called in legends of curves of several.
pub(super) fn short_noun(representation: Representation) -> &'static str {
    match representation {
        Representation::LogMel => "log-mel",
        other => other.info().noun,
    }
}

/// The last part of a path.
pub(super) fn file_name(path: &str) -> String {
    let file = Path::new(path).file_name();
    file.map_or_else(
        || path.to_string(),
        |file| file.to_string_lossy().into_owned(),
    )
}
