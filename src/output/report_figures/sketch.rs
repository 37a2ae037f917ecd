//! A drawing that explains the others: no data are in it.

use crate::Result;
use crate::output::convention::{B, Convention, G, R};
use crate::output::curves::{curves, grid};
use crate::output::drawings::Drawing;
use crate::output::figure::{AxisSpec, Manner, Panel, Rgb, Series, TickMarks};

/// Exponent of the law that is drawn, as of photographs.
const ALPHA: f64 = 2.0;
/// Frequencies drawn, from the lowest to a thousand times that.
const POINTS: u32 = 120;
/// What a sum is made of, behind it.
const FADED_RED: Rgb = Rgb(0xFF, 0xBF, 0xBF);
const FADED_BLUE: Rgb = Rgb(0xBF, 0xBF, 0xFF);

/// A falling power law, flat noise, and their sums at two noise levels.
pub(super) fn draw(convention: &Convention) -> Result<Drawing> {
    let name = "image_spectra";
    // Thousandfold in frequency, for hinges that look sharp.
    let (low, high) = (6e-5, 3e-3);
    let panels = vec![
        panel("natural image", vec![curve(0.0, 1.0, R)]),
        panel("Gaussian noise", vec![curve(low, 0.0, B)]),
        panel("noisy image", sum(low)),
        panel("very noisy image", sum(high)),
    ];
    let title = "A drawing, not data: noise hides the weakest frequencies first";
    // Dashes would say that parts and sum differ in kind.
    let style = convention
        .sized(name, (1.0, 1.0), convention.shaped(10.0, 2.9))
        .with_manner(Manner::Matplotlib);
    let figure = grid(title, panels.len(), panels).draw(&style)?;
    Ok(Drawing::still(name, figure))
}

fn sum(noise: f64) -> Vec<Series> {
    vec![
        curve(0.0, 1.0, FADED_RED),
        curve(noise, 0.0, FADED_BLUE),
        curve(noise, 1.0, G),
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
    let axis = |quantity, low, high| AxisSpec {
        ticks: TickMarks::Hidden,
        ..AxisSpec::log(quantity, "").with_limits(low, high)
    };
    let axes = [
        axis("spatial frequency", 0.7, 1400.0),
        axis("magnitude (log-scale)", 4e-7, 3.0),
    ];
    Panel::Curves(curves(title, axes, series))
}
