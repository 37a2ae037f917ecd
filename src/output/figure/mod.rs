//! Figures: plain data in, SVG text and PNG bytes out.
//!
//! A figure is described by data ([`CurveFigure`], [`HeatMap`], [`Picture`], or
//! a [`PanelGrid`] of them), drawn with a [`FigureStyle`], and becomes a
//! [`Figure`]; several of one size make an [`Animation`]. The PNG is rasterised
//! from the SVG with the embedded font, so both show the same drawing on every
//! machine: the same input gives the same bytes.
//!
//! ```
//! use cepstrum::output::figure::{AxisSpec, CurveFigure, FigureStyle, LineStyle, Series};
//! let frequency: Vec<f64> = (1..=160).map(|k| f64::from(k) / 320.0).collect();
//! let power: Vec<f64> = frequency.iter().map(|f| f.powf(-2.4)).collect();
//! let figure = CurveFigure {
//!     title: "Photos".into(),
//!     x: AxisSpec::log("frequency", "cycles/sample"),
//!     y: AxisSpec::log("power", ""),
//!     series: vec![Series::new("mean", frequency, power).with_style(LineStyle::Points)],
//!     markers: vec![],
//! }
//! .draw(&FigureStyle::default())?;
//! assert!(figure.svg().contains("frequency (cycles/sample)"));
//! # Ok::<(), cepstrum::Error>(())
//! ```
//!
//! Units: positions inside the layer are pixels of the figure (y down); line
//! widths and font sizes are given in points and scaled by the resolution.

mod animation;
mod axes;
mod axis_spec;
mod cells;
mod clip;
mod colour;
mod curve;
mod draw;
mod font;
mod format;
mod grid;
mod heat_map;
mod layout;
mod legend;
mod palette;
mod picture;
mod rect;
mod rendered;
mod scale;
mod series;
mod style;
mod surface;
mod ticks;
mod traces;

pub use animation::{Animation, AnimationFrame, Repeat};
pub use axis_spec::{AxisSpec, Scale, TickMarks};
pub use colour::{ColourMap, Rgb};
pub use curve::{CurveFigure, Direction, Marker};
pub use grid::{Panel, PanelGrid};
pub use heat_map::{Aspect, ColourRange, FrequencyScale, HeatMap, Origin, Reduction};
pub use picture::{Picture, Scaling};
pub use rendered::Figure;
pub use series::{Band, LineStyle, Series};
pub use style::{FigureStyle, Legend, Manner, Theme};
