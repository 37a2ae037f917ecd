//! The drawing surface: shapes and text in pixels, kept as SVG. The only place
//! that knows plotters.

use super::font::FONT;
use super::rect::{Point, Rect};
use super::{Figure, FigureStyle, Rgb};
use crate::{Error, Result};
use base64::Engine as _;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontDesc, register_font};
use std::fmt::Write as _;
use std::sync::Once;

/// plotters places shapes on whole units; eight to a pixel keep curves smooth.
const UNITS: f64 = 8.0;
/// Verdana has the advances of DejaVu Sans, for viewers without the font.
const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";
/// plotters writes font sizes divided by this.
const PLOTTERS_EM: f64 = 1.24;
/// plotters measures a text at a size that means ascent + descent, which in
/// DejaVu Sans are 2384 of 2048 units per em.
const LINE_HEIGHT: f64 = 2384.0 / 2048.0;
/// How far below its anchor plotters puts the baseline of top-anchored text, em.
const TOP_ANCHOR: f64 = 0.76;

/// How a line is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stroke<'a> {
    pub colour: Rgb,
    pub opacity: f64,
    pub width: f64,
    /// Lengths of dashes and gaps in line widths; empty for a solid line.
    pub dash: &'a [f64],
}

/// Which point of a text its position gives, along its direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Look of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lettering {
    pub size: f64,
    pub colour: Rgb,
    pub anchor: Anchor,
    /// Read from bottom to top.
    pub upright: bool,
}

/// A drawing in the making.
pub(super) struct Surface {
    size: (u32, u32),
    dpi: f64,
    body: String,
    /// What [`Figure`] remembers of its colours.
    images: Vec<Rect>,
    inks: Vec<Rgb>,
}

impl Surface {
    /// # Errors
    /// [`Error::InvalidArgument`] for an impossible size.
    pub fn new(style: &FigureStyle) -> Result<Surface> {
        let size = style.size_px()?;
        let mut surface = Surface {
            size,
            dpi: style.dpi,
            body: String::new(),
            images: vec![],
            inks: vec![],
        };
        surface.fill(&surface.bounds(), style.background(), 1.0);
        Ok(surface)
    }

    pub fn bounds(&self) -> Rect {
        Rect {
            x0: 0.0,
            y0: 0.0,
            x1: f64::from(self.size.0),
            y1: f64::from(self.size.1),
        }
    }

    fn remember(&mut self, colour: Rgb, opacity: f64) {
        if opacity == 1.0 && !self.inks.contains(&colour) {
            self.inks.push(colour);
        }
    }

    /// Runs plotters' SVG backend and keeps what it drew, inside a group that
    /// carries the attributes plotters has no word for.
    fn layer(&mut self, attributes: &str, draw: impl FnOnce(&mut SVGBackend)) {
        let mut text = String::new();
        let mut backend = SVGBackend::with_string(&mut text, (1, 1));
        draw(&mut backend);
        drop(backend);
        let start = text.find('\n').map_or(0, |at| at + 1);
        let end = text.rfind("</svg>").unwrap_or(text.len());
        let shapes = text.get(start..end).unwrap_or("");
        if attributes.is_empty() {
            self.body.push_str(shapes);
        } else if !shapes.is_empty() {
            // Writing into a String cannot fail.
            let _ = write!(self.body, "<g {attributes}>\n{shapes}</g>\n");
        }
    }

    pub fn fill(&mut self, rect: &Rect, colour: Rgb, opacity: f64) {
        let corners = [
            (rect.x0, rect.y0),
            (rect.x1, rect.y0),
            (rect.x1, rect.y1),
            (rect.x0, rect.y1),
        ];
        self.polygon(&corners, colour, opacity);
    }

    pub fn polygon(&mut self, points: &[Point], colour: Rgb, opacity: f64) {
        let points: Vec<_> = points.iter().copied().map(units).collect();
        let style = shape(colour, opacity, 0.0);
        self.remember(colour, opacity);
        self.layer("", |backend| {
            // Drawing into a String cannot fail; so for all shapes below.
            let _ = backend.fill_polygon(points, &style);
        });
    }

    /// Several lines of one look.
    pub fn lines(&mut self, lines: &[Vec<Point>], stroke: &Stroke) {
        let style = shape(stroke.colour, stroke.opacity, stroke.width);
        self.remember(stroke.colour, stroke.opacity);
        let mut attributes = String::from("stroke-linejoin=\"round\"");
        if !stroke.dash.is_empty() {
            let lengths: Vec<String> = stroke
                .dash
                .iter()
                .map(|d| format!("{}", (d * stroke.width * UNITS).round()))
                .collect();
            let _ = write!(attributes, " stroke-dasharray=\"{}\"", lengths.join(" "));
        }
        self.layer(&attributes, |backend| {
            for line in lines {
                let _ = backend.draw_path(line.iter().copied().map(units), &style);
            }
        });
    }

    pub fn circles(&mut self, centres: &[Point], radius: f64, colour: Rgb) {
        let style = shape(colour, 1.0, 0.0);
        self.remember(colour, 1.0);
        self.layer("", |backend| {
            for &centre in centres {
                let radius = (radius * UNITS).round() as u32;
                let _ = backend.draw_circle(units(centre), radius, &style, true);
            }
        });
    }

    /// Writes `text` with its baseline at `at`.
    pub fn text(&mut self, text: &str, at: Point, lettering: &Lettering) {
        register();
        let below = TOP_ANCHOR * lettering.size;
        let (x, y) = at;
        // The anchor is above the baseline; "above" turns with the text.
        let (anchor, transform) = if lettering.upright {
            ((x - below, y), FontTransform::Rotate270)
        } else {
            ((x, y - below), FontTransform::None)
        };
        let horizontal = match lettering.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let size = lettering.size * UNITS * PLOTTERS_EM;
        let font = FontDesc::new(FontFamily::Name(FAMILY), size, FontStyle::Normal);
        let style = font
            .transform(transform)
            .color(&rgba(lettering.colour, 1.0))
            .pos(Pos::new(horizontal, VPos::Top));
        let text = printable(text);
        if text.is_empty() {
            return;
        }
        self.remember(lettering.colour, 1.0);
        let start = self.body.len();
        self.layer("", |backend| {
            let _ = backend.draw_text(&text, &style, units(anchor));
        });
        // plotters breaks lines around the text, which some viewers show as
        // spaces.
        let element = self.body.split_off(start).replace('\n', "");
        self.body.push_str(&element);
        self.body.push('\n');
    }

    /// Stretches a PNG over `place`, its pixels as crisp rectangles, and shows
    /// what lies inside `window`.
    pub fn image(&mut self, png: &[u8], place: &Rect, window: &Rect) {
        self.images.push(*window);
        let data = base64::engine::general_purpose::STANDARD.encode(png);
        let (x, y) = (window.x0 * UNITS, window.y0 * UNITS);
        let _ = writeln!(
            self.body,
            "<svg x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\" overflow=\"hidden\"><image \
             x=\"{:.3}\" y=\"{:.3}\" width=\"{:.3}\" height=\"{:.3}\" preserveAspectRatio=\"none\" \
             style=\"image-rendering:pixelated\" xlink:href=\"data:image/png;base64,{data}\"/></svg>",
            window.width() * UNITS,
            window.height() * UNITS,
            place.x0 * UNITS - x,
            place.y0 * UNITS - y,
            place.width() * UNITS,
            place.height() * UNITS,
        );
    }

    pub fn finish(self) -> Figure {
        let (width, height) = self.size;
        let (w, h) = (f64::from(width), f64::from(height));
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" \
             xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{:.4}in\" height=\"{:.4}in\" \
             viewBox=\"0 0 {} {}\">\n{}</svg>\n",
            w / self.dpi,
            h / self.dpi,
            w * UNITS,
            h * UNITS,
            self.body,
        );
        Figure::new(svg, self.size, self.dpi).with_colours(self.images, self.inks)
    }
}

fn units((x, y): Point) -> (i32, i32) {
    ((x * UNITS).round() as i32, (y * UNITS).round() as i32)
}

fn rgba(colour: Rgb, opacity: f64) -> RGBAColor {
    RGBAColor(colour.0, colour.1, colour.2, opacity)
}

fn shape(colour: Rgb, opacity: f64, width: f64) -> ShapeStyle {
    ShapeStyle {
        color: rgba(colour, opacity),
        filled: true,
        stroke_width: (width * UNITS).round() as u32,
    }
}

fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // The embedded font parses; a test measures with it.
        let _ = register_font(FAMILY, FontStyle::Normal, FONT);
    });
}

/// Width of `text` in pixels at a font size of `size` pixels per em.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    register();
    // plotters answers in whole units: measure large, then scale.
    const EM: f64 = 1000.0;
    let font = FontDesc::new(
        FontFamily::Name(FAMILY),
        EM * LINE_HEIGHT,
        FontStyle::Normal,
    );
    let width = font.box_size(&printable(text)).map_or(0, |(w, _)| w);
    f64::from(width) / EM * size
}

/// `text`, or its head and tail around an ellipsis where it is wider than
/// `width`: names of files and classes often differ at their ends.
pub(super) fn shortened(text: &str, width: f64, size: f64) -> String {
    if text_width(text, size) <= width {
        return text.to_string();
    }
    let letters: Vec<char> = text.chars().collect();
    let joined = |kept: usize| {
        let head = kept.div_ceil(2);
        let tail = letters.len() - (kept - head);
        let head: String = letters[..head].iter().collect();
        let tail: String = letters[tail..].iter().collect();
        format!("{}…{}", head.trim_end(), tail.trim_start())
    };
    (0..letters.len())
        .rev()
        .map(joined)
        .find(|short| text_width(short, size) <= width)
        .unwrap_or_default()
}

/// `text` and the size at which it fits `width`: smaller first, down to `least`
/// of `size`, and only then shortened.
pub(super) fn fitted(text: &str, width: f64, size: f64, least: f64) -> (String, f64) {
    // A hair below the exact size: widths are rounded when they are measured.
    let exact = 0.998 * width / text_width(text, size).max(1e-9);
    let size = size * exact.clamp(least, 1.0);
    (shortened(text, width, size), size)
}

/// XML has no control characters, and SVG joins spaces.
fn printable(text: &str) -> String {
    let keep = |c: char| !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}');
    text.chars()
        .map(|c| if keep(c) { c } else { ' ' })
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The error for a figure that leaves its panels no room.
pub(super) fn too_small(what: &'static str, px: u32) -> Error {
    Error::argument(
        what,
        format!("{px} px"),
        "larger: its labels leave no room for the data",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_font() {
        // DejaVu Sans: zero is 1303 of 2048 units wide.
        let width = text_width("0000000000", 10.0);
        assert!((width - 10.0 * 1303.0 / 204.8).abs() < 0.05, "{width}");
        assert_eq!(text_width("", 10.0), 0.0);
    }

    #[test]
    fn long_text_keeps_head_and_tail() {
        let text = "a/very/long/path/of/a/recording.wav";
        let short = shortened(text, 100.0, 10.0);
        assert!(text_width(&short, 10.0) <= 100.0);
        assert!(
            short.starts_with("a/v") && short.ends_with("wav"),
            "{short}"
        );
        assert_eq!(shortened("short", 100.0, 10.0), "short");
        assert_eq!(shortened("no room at all", 1.0, 10.0), "");
    }

    #[test]
    fn control_characters_leave_no_trace() {
        assert_eq!(printable("a\u{1}b\nc"), "a b c");
    }
}
