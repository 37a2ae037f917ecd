//! How figures look: theme, size, resolution.

use super::Rgb;
use crate::{Error, Result};

/// Points per inch.
const POINTS: f64 = 72.0;
/// Longest side of a figure in pixels; larger ones exhaust memory.
const MAX_SIDE_PX: f64 = 20_000.0;

/// Background and ink of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Black on white, for print.
    #[default]
    Light,
    /// Light on nearly black, for slides and screens.
    Dark,
}

/// Where the legend of a panel stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Legend {
    /// Where it covers least of the data.
    #[default]
    Free,
    /// On top at the right, whatever it covers. In this corner and in the others
    /// the notes of markers heed no curves either: from one frame of an
    /// animation to the next, texts stay where they are.
    UpperRight,
    /// On top at the left.
    UpperLeft,
    /// At the bottom on the left.
    LowerLeft,
    /// At the bottom on the right.
    LowerRight,
    /// Nowhere; notes of markers heed no curves.
    Hidden,
}

/// Conventions of drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Manner {
    /// A faint grid, symbols that tell curves apart in grey, dense curves thin,
    /// numbers between decades on short logarithmic axes.
    #[default]
    Own,
    /// matplotlib's defaults, as far as they are drawn here: no grid, dots for
    /// all curves and at all their points, one line width, only decades
    /// numbered, pictures without frames.
    Matplotlib,
}

/// Size, resolution and look of a figure.
///
/// Sizes are physical, so that text has its nominal size in print: at a higher
/// `dpi` the figure has more pixels and looks the same.
#[derive(Debug, Clone, PartialEq)]
pub struct FigureStyle {
    /// Width in inches.
    pub width_in: f64,
    /// Height in inches.
    pub height_in: f64,
    /// Pixels per inch of the PNG.
    pub dpi: f64,
    /// Background and ink.
    pub theme: Theme,
    /// Size of axis labels in points; the other texts follow it.
    pub font_size: f64,
    /// Draw only frames and data: no ticks, labels, titles, colour bars.
    pub bare: bool,
    /// Where legends stand.
    pub legend: Legend,
    /// Conventions of drawing.
    pub manner: Manner,
}

impl Default for FigureStyle {
    /// 6.4 x 4.8 in at 100 dpi, 10 pt text (matplotlib's size).
    fn default() -> Self {
        FigureStyle {
            width_in: 6.4,
            height_in: 4.8,
            dpi: 100.0,
            theme: Theme::Light,
            font_size: 10.0,
            bare: false,
            legend: Legend::Free,
            manner: Manner::Own,
        }
    }
}

impl FigureStyle {
    /// Names accepted by [`FigureStyle::preset`].
    pub const PRESETS: [&str; 5] = ["default", "single-column", "double-column", "slide", "post"];

    /// One column of a two-column paper: 3.5 in wide, 300 dpi, 8 pt.
    pub fn single_column() -> Self {
        FigureStyle {
            width_in: 3.5,
            height_in: 2.625,
            dpi: 300.0,
            font_size: 8.0,
            ..Self::default()
        }
    }

    /// The full width of a two-column paper: 7.16 in, 300 dpi, 8 pt.
    pub fn double_column() -> Self {
        FigureStyle {
            width_in: 7.16,
            height_in: 3.6,
            ..Self::single_column()
        }
    }

    /// A 16:9 slide: 13.33 x 7.5 in, 144 dpi, 20 pt.
    pub fn slide() -> Self {
        FigureStyle {
            width_in: 13.33,
            height_in: 7.5,
            dpi: 144.0,
            font_size: 20.0,
            ..Self::default()
        }
    }

    /// The spectrograms of "Diffusion is spectral autoregression": the axes of
    /// a 4 x 3 in matplotlib figure at 100 dpi, cropped around its frame to
    /// 330 x 251 px; no ticks, no labels, a black frame.
    pub fn post() -> Self {
        FigureStyle {
            width_in: 3.30,
            height_in: 2.51,
            bare: true,
            ..Self::default()
        }
    }

    /// The style called `name`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] listing the names.
    pub fn preset(name: &str) -> Result<Self> {
        match name {
            "default" => Ok(Self::default()),
            "single-column" => Ok(Self::single_column()),
            "double-column" => Ok(Self::double_column()),
            "slide" => Ok(Self::slide()),
            "post" => Ok(Self::post()),
            _ => {
                let requirement = format!("one of {}", Self::PRESETS.join(", "));
                Err(Error::argument("size", name, requirement))
            }
        }
    }

    /// The same style with another theme.
    pub fn with_theme(mut self, theme: Theme) -> Self {
        self.theme = theme;
        self
    }

    /// The same style with legends in another place.
    pub fn with_legend(mut self, legend: Legend) -> Self {
        self.legend = legend;
        self
    }

    /// The same style with other conventions.
    pub fn with_manner(mut self, manner: Manner) -> Self {
        self.manner = manner;
        self
    }

    /// The same style with another size in inches.
    pub fn with_size(mut self, width_in: f64, height_in: f64) -> Self {
        self.width_in = width_in;
        self.height_in = height_in;
        self
    }

    /// Checks that figures of this size and density can be drawn.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] naming the field that is out of range.
    pub fn check(&self) -> Result<()> {
        self.size_px().map(|_| ())
    }

    /// Width and height in whole pixels.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] naming the field that is out of range.
    pub(super) fn size_px(&self) -> Result<(u32, u32)> {
        check("dpi", self.dpi, 20.0, 2400.0)?;
        check("font_size", self.font_size, 2.0, 200.0)?;
        check("width", self.width_in, 0.2, MAX_SIDE_PX / self.dpi)?;
        check("height", self.height_in, 0.2, MAX_SIDE_PX / self.dpi)?;
        let px = |inches: f64| (inches * self.dpi).round() as u32;
        Ok((px(self.width_in), px(self.height_in)))
    }

    /// Points to pixels.
    pub(super) fn px(&self, points: f64) -> f64 {
        points * self.dpi / POINTS
    }

    /// Width of a line that must look crisp: whole pixels, at least one.
    pub(super) fn hairline(&self, points: f64) -> f64 {
        self.px(points).round().max(1.0)
    }

    pub(super) fn label_px(&self) -> f64 {
        self.px(self.font_size)
    }

    pub(super) fn tick_label_px(&self) -> f64 {
        match self.manner {
            Manner::Own => self.px(self.font_size * 0.9),
            Manner::Matplotlib => self.px(self.font_size),
        }
    }

    pub(super) fn title_px(&self) -> f64 {
        self.px(self.font_size * 1.15)
    }

    /// The colour of text, frames and fits.
    pub(super) fn ink(&self) -> Rgb {
        match self.theme {
            Theme::Light => Rgb(0, 0, 0),
            Theme::Dark => Rgb(0xE6, 0xE6, 0xE6),
        }
    }

    pub(super) fn background(&self) -> Rgb {
        match self.theme {
            Theme::Light => Rgb(255, 255, 255),
            Theme::Dark => Rgb(0x16, 0x18, 0x1D),
        }
    }
}

fn check(name: &'static str, value: f64, lowest: f64, highest: f64) -> Result<()> {
    if (lowest..=highest).contains(&value) {
        return Ok(());
    }
    let requirement = format!("from {lowest} to {highest:.1} (dpi and inches, 20000 px at most)");
    Err(Error::argument(name, value, requirement))
}

/// Okabe and Ito's colours (distinct for colour-blind readers) in the order of
/// their contrast with white; yellow, too pale for lines, is left out.
const ON_WHITE: [Rgb; 7] = [
    Rgb(0x00, 0x72, 0xB2),
    Rgb(0xD5, 0x5E, 0x00),
    Rgb(0x00, 0x9E, 0x73),
    Rgb(0xCC, 0x79, 0xA7),
    Rgb(0xE6, 0x9F, 0x00),
    Rgb(0x56, 0xB4, 0xE9),
    Rgb(0x55, 0x55, 0x55),
];
/// The same set ordered for a dark ground, with yellow, and without the blue
/// that sinks into it.
const ON_BLACK: [Rgb; 7] = [
    Rgb(0x56, 0xB4, 0xE9),
    Rgb(0xE6, 0x9F, 0x00),
    Rgb(0x2F, 0xC0, 0x96),
    Rgb(0xE0, 0x95, 0xBF),
    Rgb(0xF0, 0xE4, 0x42),
    Rgb(0xF0, 0x7A, 0x2A),
    Rgb(0xAA, 0xAA, 0xAA),
];

/// Colour of the n-th automatically coloured series.
pub(super) fn series_colour(theme: Theme, n: usize) -> Rgb {
    match theme {
        Theme::Light => ON_WHITE[n % ON_WHITE.len()],
        Theme::Dark => ON_BLACK[n % ON_BLACK.len()],
    }
}
