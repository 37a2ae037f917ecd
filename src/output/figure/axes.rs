//! Frames, ticks and grids.

use super::rect::{Point, Rect};
use super::surface::{Anchor, Lettering, Stroke, Surface, fitted};
use super::ticks::Ticks;
use super::{FigureStyle, Rgb, Theme};

/// A long axis label shrinks to this part of its size before it is shortened.
pub(super) const LEAST_LABEL: f64 = 0.7;

/// "quantity (unit)".
pub(super) fn label(quantity: &str, unit: &str) -> String {
    match (quantity.is_empty(), unit.is_empty()) {
        (_, true) => quantity.to_string(),
        (true, false) => unit.to_string(),
        _ => format!("{quantity} ({unit})"),
    }
}

/// Distances of ticks and labels from the frame, in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spacing {
    pub major: f64,
    pub minor: f64,
    /// Between a tick and its label, and between labels and the axis label.
    pub pad: f64,
    pub line: f64,
}

impl Spacing {
    pub fn of(style: &FigureStyle) -> Spacing {
        let scale = style.font_size / 10.0;
        Spacing {
            major: style.hairline(3.5 * scale),
            minor: style.hairline(2.0 * scale),
            pad: style.px(3.0 * scale),
            line: style.hairline(0.8 * scale.sqrt()),
        }
    }
}

/// The middle of a pixel (or the border between two, for even widths), where a
/// line of `width` is drawn without blur.
pub(super) fn crisp(at: f64, width: f64) -> f64 {
    match width as i64 % 2 {
        0 => at.round(),
        _ => at.floor() + 0.5,
    }
}

/// Pixel of a position along a side of the frame.
fn along(rect: &Rect, at: f64, horizontal: bool) -> f64 {
    match horizontal {
        true => rect.x0 + at * rect.width(),
        false => rect.y1 - at * rect.height(),
    }
}

/// Lines across the panel at all ticks.
pub(super) fn draw_grid(
    surface: &mut Surface,
    style: &FigureStyle,
    rect: &Rect,
    x: &Ticks,
    y: &Ticks,
) {
    let width = style.hairline(0.5);
    let across = |at: f64, horizontal: bool| -> Vec<Point> {
        let p = crisp(along(rect, at, horizontal), width);
        match horizontal {
            true => vec![(p, rect.y0), (p, rect.y1)],
            false => vec![(rect.x0, p), (rect.x1, p)],
        }
    };
    let lines = |x: &[f64], y: &[f64]| -> Vec<Vec<Point>> {
        let x = x.iter().map(|&at| across(at, true));
        x.chain(y.iter().map(|&at| across(at, false))).collect()
    };
    let major = |ticks: &Ticks| -> Vec<f64> { ticks.major.iter().map(|t| t.at).collect() };
    let (faint, clear) = match style.theme {
        Theme::Light => (0.05, 0.13),
        Theme::Dark => (0.06, 0.16),
    };
    for (lines, opacity) in [
        (lines(&x.minor, &y.minor), faint),
        (lines(&major(x), &major(y)), clear),
    ] {
        let stroke = Stroke {
            colour: style.ink(),
            opacity,
            width,
            dash: &[],
        };
        surface.lines(&lines, &stroke);
    }
}

/// The rectangle around a panel.
pub(super) fn draw_frame(surface: &mut Surface, style: &FigureStyle, rect: &Rect) {
    let line = Spacing::of(style).line;
    let colour = if style.bare {
        Rgb(0, 0, 0)
    } else {
        style.ink()
    };
    let (x0, x1) = (crisp(rect.x0, line), crisp(rect.x1, line));
    let (y0, y1) = (crisp(rect.y0, line), crisp(rect.y1, line));
    // Both ends reach into the corners, which a closed path would join.
    let half = line / 2.0;
    let sides = vec![
        vec![(x0 - half, y0), (x1 + half, y0)],
        vec![(x0 - half, y1), (x1 + half, y1)],
        vec![(x0, y0 - half), (x0, y1 + half)],
        vec![(x1, y0 - half), (x1, y1 + half)],
    ];
    surface.lines(&sides, &solid(colour, line));
}

fn solid(colour: Rgb, width: f64) -> Stroke<'static> {
    Stroke {
        colour,
        opacity: 1.0,
        width,
        dash: &[],
    }
}

/// A side of a frame that carries ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Bottom,
    Left,
    Right,
}

/// Ticks and, if `labelled`, their labels, outside the frame.
pub(super) fn draw_ticks(
    surface: &mut Surface,
    style: &FigureStyle,
    rect: &Rect,
    side: Side,
    ticks: &Ticks,
    labelled: bool,
) {
    let spacing = Spacing::of(style);
    let mark = |at: f64, length: f64| -> Vec<Point> {
        let p = crisp(along(rect, at, side == Side::Bottom), spacing.line);
        match side {
            Side::Bottom => vec![(p, rect.y1), (p, rect.y1 + length)],
            Side::Left => vec![(rect.x0 - length, p), (rect.x0, p)],
            Side::Right => vec![(rect.x1, p), (rect.x1 + length, p)],
        }
    };
    let mut marks: Vec<_> = ticks
        .major
        .iter()
        .map(|t| mark(t.at, spacing.major))
        .collect();
    marks.extend(ticks.minor.iter().map(|&at| mark(at, spacing.minor)));
    surface.lines(&marks, &solid(style.ink(), spacing.line));
    if !labelled {
        return;
    }
    let size = style.tick_label_px();
    let away = spacing.major + spacing.pad;
    for tick in &ticks.major {
        let p = along(rect, tick.at, side == Side::Bottom);
        let (at, anchor) = match side {
            Side::Bottom => ((p, rect.y1 + away + 0.76 * size), Anchor::Middle),
            Side::Left => ((rect.x0 - away, p + 0.36 * size), Anchor::End),
            Side::Right => ((rect.x1 + away, p + 0.36 * size), Anchor::Start),
        };
        surface.text(&tick.label, at, &lettering(style, size, anchor));
    }
}

pub(super) fn lettering(style: &FigureStyle, size: f64, anchor: Anchor) -> Lettering {
    Lettering {
        size,
        colour: style.ink(),
        anchor,
        upright: false,
    }
}

/// The label of an upright axis, its baseline at `x`, kept within `height`.
pub(super) fn draw_upright(
    surface: &mut Surface,
    style: &FigureStyle,
    text: &str,
    x: f64,
    (top, bottom): (f64, f64),
) {
    let (text, size) = fitted(text, bottom - top, style.label_px(), LEAST_LABEL);
    let lettering = Lettering {
        upright: true,
        ..lettering(style, size, Anchor::Middle)
    };
    surface.text(&text, (x, (top + bottom) / 2.0), &lettering);
}
