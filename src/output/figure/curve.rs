//! A panel of curves.

use super::layout::{AxisInUse, Content, Prepared};
use super::scale::Map;
use super::{AxisSpec, Figure, FigureStyle, Series, grid};
use crate::Result;

/// The axis on which a [`Marker`] marks a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// A vertical line at a value of x.
    X,
    /// A horizontal line at a value of y.
    Y,
}

/// A line across the panel with a note, such as a peak or the Nyquist frequency.
#[derive(Debug, Clone, PartialEq)]
pub struct Marker {
    /// Which axis `at` belongs to.
    pub direction: Direction,
    /// The marked value.
    pub at: f64,
    /// The note; left out where no room is free of other text.
    pub label: String,
}

impl Marker {
    /// A vertical line at `at`.
    pub fn x(at: f64, label: &str) -> Self {
        Marker {
            direction: Direction::X,
            at,
            label: label.into(),
        }
    }

    /// A horizontal line at `at`.
    pub fn y(at: f64, label: &str) -> Self {
        Marker {
            direction: Direction::Y,
            ..Self::x(at, label)
        }
    }
}

/// Curves in one pair of axes.
#[derive(Debug, Clone, PartialEq)]
pub struct CurveFigure {
    /// Written above the panel; may be empty.
    pub title: String,
    /// The horizontal axis.
    pub x: AxisSpec,
    /// The vertical axis.
    pub y: AxisSpec,
    /// The curves, drawn in this order.
    pub series: Vec<Series>,
    /// Lines at single values.
    pub markers: Vec<Marker>,
}

impl CurveFigure {
    /// Draws the figure.
    ///
    /// # Errors
    /// [`crate::Error::Length`] for a series whose values are not pairs,
    /// [`crate::Error::InvalidArgument`] for impossible limits or sizes.
    pub fn draw(&self, style: &FigureStyle) -> Result<Figure> {
        grid::draw_single(self.prepare()?, style)
    }

    pub(super) fn prepare(&self) -> Result<Prepared<'_>> {
        for series in &self.series {
            series.check()?;
        }
        let x = self.series.iter().flat_map(|s| s.x.iter().copied());
        let y = self.series.iter().flat_map(|s| {
            let bands = s.band.iter().flat_map(|b| b.lower.iter().chain(&b.upper));
            s.y.iter().chain(bands).copied()
        });
        Ok(Prepared {
            title: &self.title,
            x: Some(AxisInUse::new(&self.x, Map::around(&self.x, x)?)),
            y: Some(AxisInUse::new(&self.y, Map::around(&self.y, y)?)),
            bar: None,
            content: Content::Curves {
                series: &self.series,
                markers: &self.markers,
            },
        })
    }
}
