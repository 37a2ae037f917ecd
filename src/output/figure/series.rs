//! One curve of a panel.

use super::style::series_colour;
use super::{FigureStyle, Manner, Rgb};
use crate::{Error, Result};

/// Dash patterns in line widths, enough for ten classes in grey; close dots are
/// kept for fits.
const DASHES: [&[f64]; 10] = [
    &[],
    &[3.7, 1.6],
    &[6.4, 1.6, 1.0, 1.6],
    &[8.0, 2.0],
    &[2.0, 1.2],
    &[6.0, 1.2, 1.0, 1.2, 1.0, 1.2],
    &[7.0, 1.4, 2.6, 1.4],
    &[4.0, 4.0],
    &[9.0, 1.2, 1.0, 1.2, 1.0, 1.2, 1.0, 1.2],
    &[1.4, 3.2],
];
const DOTS: &[f64] = &[1.0, 1.65];

/// How a series is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineStyle {
    /// A line; several in one panel get different dashes.
    #[default]
    Line,
    /// A line with a symbol at each point; several in one panel get different
    /// symbols.
    Points,
    /// A dotted line in the colour of the text.
    Fit,
    /// A dashed line.
    Dashed,
}

/// An interval around a series, shaded.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Lower end per point. On a logarithmic axis, an end that is not positive
    /// reaches the edge of the panel.
    pub lower: Vec<f64>,
    /// Upper end per point.
    pub upper: Vec<f64>,
}

/// One curve.
///
/// Points that are missing (not finite, or not positive on a logarithmic axis)
/// leave a gap.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Name in the legend; empty to leave it out.
    pub label: String,
    /// Horizontal values.
    pub x: Vec<f64>,
    /// Vertical values.
    pub y: Vec<f64>,
    /// Shaded interval.
    pub band: Option<Band>,
    /// How it is drawn.
    pub style: LineStyle,
    /// Fixed colour; `None` takes the next of the colour-blind-safe set.
    pub colour: Option<Rgb>,
}

impl Series {
    /// A line in an automatic colour.
    pub fn new(label: &str, x: Vec<f64>, y: Vec<f64>) -> Self {
        Series {
            label: label.into(),
            x,
            y,
            band: None,
            style: LineStyle::Line,
            colour: None,
        }
    }

    /// The same series drawn in another style.
    pub fn with_style(mut self, style: LineStyle) -> Self {
        self.style = style;
        self
    }

    /// The same series with a shaded interval.
    pub fn with_band(mut self, lower: Vec<f64>, upper: Vec<f64>) -> Self {
        self.band = Some(Band { lower, upper });
        self
    }

    /// The same series in a fixed colour.
    pub fn with_colour(mut self, colour: Rgb) -> Self {
        self.colour = Some(colour);
        self
    }

    /// # Errors
    /// [`Error::Length`] where the values are not pairs.
    pub(super) fn check(&self) -> Result<()> {
        let same = |what, got: usize| match got == self.x.len() {
            true => Ok(()),
            false => Err(Error::Length {
                what,
                got,
                expected: self.x.len(),
            }),
        };
        same("y of a series", self.y.len())?;
        if let Some(band) = &self.band {
            same("lower end of a band", band.lower.len())?;
            same("upper end of a band", band.upper.len())?;
        }
        Ok(())
    }
}

/// Shape of the symbols of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Symbol {
    Circle,
    Square,
    Triangle,
    Diamond,
}

/// The look that a series gets in its panel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub colour: Rgb,
    pub dash: &'static [f64],
    pub symbol: Option<Symbol>,
}

/// Looks of all series of a panel: no two alike, in colour and in grey.
pub(super) fn looks(series: &[Series], style: &FigureStyle) -> Vec<Look> {
    let mut automatic = 0;
    let mut drawn = 0;
    series
        .iter()
        .map(|series| {
            let is_fit = series.style == LineStyle::Fit;
            let colour = match series.colour {
                Some(colour) => colour,
                None if is_fit => style.ink(),
                None => {
                    automatic += 1;
                    series_colour(style.theme, automatic - 1)
                }
            };
            let nth = drawn;
            drawn += usize::from(!is_fit);
            Look {
                colour,
                dash: match series.style {
                    LineStyle::Line if style.manner == Manner::Own => DASHES[nth % DASHES.len()],
                    LineStyle::Line => &[],
                    LineStyle::Points => &[],
                    LineStyle::Fit => DOTS,
                    LineStyle::Dashed => DASHES[1],
                },
                symbol: (series.style == LineStyle::Points).then(|| match style.manner {
                    Manner::Own => symbol(nth),
                    Manner::Matplotlib => Symbol::Circle,
                }),
            }
        })
        .collect()
}

fn symbol(nth: usize) -> Symbol {
    match nth % 4 {
        0 => Symbol::Circle,
        1 => Symbol::Square,
        2 => Symbol::Triangle,
        _ => Symbol::Diamond,
    }
}
