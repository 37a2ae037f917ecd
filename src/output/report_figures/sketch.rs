//! A drawing that explains the others: no data are in it.

use super::{NamedFigure, shaped};
use crate::Result;
use crate::analysis::Preset;
use crate::output::figure::{
    AxisSpec, CurveFigure, FigureStyle, Manner, Panel, PanelGrid, Rgb, Scale, Series, TickMarks,
};
use crate::output::published::{RED, published};

/// Exponent of the law that is drawn, as of photographs.
const ALPHA: f64 = 2.0;
/// Frequencies drawn, from the lowest to a thousand times that.
const POINTS: u32 = 120;
const BLUE: Rgb = Rgb(0, 0, 0xFF);
const GREEN: Rgb = Rgb(0, 0x80, 0);
/// What a sum is made of, behind it.
const FADED_RED: Rgb = Rgb(0xFF, 0xBF, 0xBF);
const FADED_BLUE: Rgb = Rgb(0xBF, 0xBF, 0xFF);

/// A falling power law, flat noise, and their sums at two noise levels.
pub(super) fn draw(preset: Preset, style: &FigureStyle) -> Result<NamedFigure> {
    let name = "image_spectra";
    // Thousandfold in frequency, for hinges that look sharp.
    let (low, high) = (6e-5, 3e-3);
    let panels = vec![
        panel("natural image", vec![curve(0.0, 1.0, RED)]),
        panel("Gaussian noise", vec![curve(low, 0.0, BLUE)]),
        panel("noisy image", sum(low)),
        panel("very noisy image", sum(high)),
    ];
    let grid = PanelGrid {
        title: "A drawing, not data: noise hides the weakest frequencies first".into(),
        columns: panels.len(),
        panels,
        ..PanelGrid::default()
    };
    let style = match preset {
        Preset::Post => published(style, name, (1.0, 1.0)),
        Preset::Default => shaped(style, 10.0, 2.9),
    }
    // Dashes would say that parts and sum differ in kind.
    .with_manner(Manner::Matplotlib);
    let figure = grid.draw(&style)?;
    Ok(NamedFigure { name, figure })
}

fn sum(noise: f64) -> Vec<Series> {
    vec![
        curve(0.0, 1.0, FADED_RED),
        curve(noise, 0.0, FADED_BLUE),
        curve(noise, 1.0, GREEN),
    ]
}

/// `image` f^-alpha + `noise`.
fn curve(noise: f64, image: f64, colour: Rgb) -> Series {
    let end = f64::from(POINTS - 1);
    let x: Vec<f64> = (0..POINTS)
        .map(|i| 1000_f64.powf(f64::from(i) / end))
        .collect();
    let y = x.iter().map(|f| image * f.powf(-ALPHA) + noise).collect();
    Series::new("", x, y).with_colour(colour)
}

fn panel(title: &str, series: Vec<Series>) -> Panel {
    let axis = |quantity: &str, limits: (f64, f64)| AxisSpec {
        ticks: TickMarks::Hidden,
        ..AxisSpec::linear(quantity, "")
            .with_scale(Scale::Log)
            .with_limits(limits.0, limits.1)
    };
    Panel::Curves(CurveFigure {
        title: title.into(),
        x: axis("spatial frequency", (0.7, 1400.0)),
        y: axis("magnitude (log-scale)", (4e-7, 3.0)),
        series,
        markers: vec![],
    })
}
