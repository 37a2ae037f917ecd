//! Panels: frames, curves, pictures, colour bars.

use super::axes::{self, Side, Spacing, label, lettering};
use super::cells;
use super::clip::{clipped, clipped_polygon, runs, thinned};
use super::heat_map::Bar;
use super::layout::{Content, PanelTicks, Prepared, Sheet};
use super::legend::{Clutter, draw_legend, draw_notes};
use super::rendered::encode_rgb;
use super::scale::Map;
use super::series::{Look, Symbol, looks};
use super::surface::{Anchor, Point, Rect, Stroke, Surface, fitted};
use super::ticks::Ticks;
use super::{Direction, FigureStyle, Marker, Series};
use crate::{Error, Result};
use ndarray::Array2;
use std::borrow::Cow;

/// More symbols than this in a panel are a smear; the line alone is drawn.
const MOST_SYMBOLS: usize = 1000;

/// The frame of a panel and the maps of its axes.
pub(super) struct Place<'p> {
    pub frame: &'p Rect,
    pub x: &'p Map,
    pub y: &'p Map,
}

impl Place<'_> {
    /// Pixel of a pair of values; `None` where the axes cannot show it.
    fn point(&self, x: f64, y: f64) -> Option<Point> {
        let (x, y) = (self.x.position(x)?, self.y.position(y)?);
        Some((
            self.frame.x0 + x * self.frame.width(),
            self.frame.y1 - y * self.frame.height(),
        ))
    }
}

/// Draws a panel, without its title; returns the frame that it shows.
pub(super) fn draw_panel(
    surface: &mut Surface,
    sheet: &Sheet,
    panel: &Prepared,
    frame: &Rect,
    ticks: &PanelTicks,
) -> Result<Rect> {
    let style = sheet.style;
    let place = match (&panel.x, &panel.y) {
        (Some(x), Some(y)) => Some(Place {
            frame,
            x: &x.map,
            y: &y.map,
        }),
        _ => None,
    };
    let mut shown = *frame;
    match (&panel.content, &place) {
        (Content::Curves { series, markers }, Some(place)) => {
            if !style.bare {
                axes::draw_grid(surface, style, frame, &ticks.x, &ticks.y);
            }
            draw_curves(surface, style, place, series, markers);
        }
        (
            Content::Heat {
                series, markers, ..
            },
            Some(place),
        ) => {
            draw_cells(surface, style, &panel.content, frame)?;
            draw_curves(surface, style, place, series, markers);
        }
        (Content::Picture { size, rgb }, _) => {
            shown = draw_picture(surface, *size, rgb, frame)?;
        }
        _ => return Ok(shown),
    }
    axes::draw_frame(surface, style, &shown);
    if style.bare {
        return Ok(shown);
    }
    draw_labels(surface, sheet, panel, frame, ticks);
    if let Some(bar) = &panel.bar {
        draw_bar(surface, style, bar, &sheet.beside(frame), &ticks.bar)?;
    }
    Ok(shown)
}

/// Ticks and axis labels.
fn draw_labels(
    surface: &mut Surface,
    sheet: &Sheet,
    panel: &Prepared,
    frame: &Rect,
    ticks: &PanelTicks,
) {
    let style = sheet.style;
    let spacing = Spacing::of(style);
    let middle = (frame.x0 + frame.x1) / 2.0;
    let size = style.label_px();
    if let Some(x) = &panel.x {
        axes::draw_ticks(surface, style, frame, Side::Bottom, &ticks.x, x.numbered);
        if x.named {
            let text = label(&x.spec.quantity, &ticks.x.unit);
            // Nothing stands beside the label of a lone column.
            let room = match (sheet.columns, sheet.shared_bar) {
                (1, None) => 2.0 * middle.min(surface.bounds().x1 - middle) - size,
                _ => frame.width(),
            };
            let (text, fitting) = fitted(&text, room, size, axes::LEAST_LABEL);
            let below = spacing.major + 2.0 * spacing.pad + style.tick_label_px() + 0.78 * size;
            let at = (middle, frame.y1 + below);
            surface.text(&text, at, &lettering(style, fitting, Anchor::Middle));
        }
    }
    if let Some(y) = &panel.y {
        axes::draw_ticks(surface, style, frame, Side::Left, &ticks.y, y.numbered);
        if y.named {
            let text = label(&y.spec.quantity, &ticks.y.unit);
            let x = frame.x0 - beyond(style, &ticks.y) - 0.27 * size;
            axes::draw_upright(surface, style, &text, x, (frame.y0, frame.y1));
        }
    }
}

/// Distance from a frame to the near side of its axis label.
fn beyond(style: &FigureStyle, ticks: &Ticks) -> f64 {
    let spacing = Spacing::of(style);
    let size = style.tick_label_px();
    let widths = ticks.major.iter();
    let widest = widths
        .map(|t| super::surface::text_width(&t.label, size))
        .fold(0.0, f64::max);
    spacing.major + 2.0 * spacing.pad + widest
}

/// A colour bar with ticks and label on its right.
pub(super) fn draw_bar(
    surface: &mut Surface,
    style: &FigureStyle,
    bar: &Bar,
    rect: &Rect,
    ticks: &Ticks,
) -> Result<()> {
    let steps = Array2::from_shape_fn((255, 1), |(i, _)| i as f64);
    let png = cells::encode(&steps, (0.0, 255.0), bar.colour_map, true)?;
    surface.image(&png, rect, rect, false);
    axes::draw_frame(surface, style, rect);
    axes::draw_ticks(surface, style, rect, Side::Right, ticks, true);
    let text = label(bar.quantity, &ticks.unit);
    let x = rect.x1 + beyond(style, ticks) + 0.76 * style.label_px();
    axes::draw_upright(surface, style, &text, x, (rect.y0, rect.y1));
    Ok(())
}

fn draw_cells(
    surface: &mut Surface,
    style: &FigureStyle,
    content: &Content,
    frame: &Rect,
) -> Result<()> {
    let Content::Heat {
        cells,
        edges,
        uncut,
        colour_map,
        range,
        reduction,
        ..
    } = content
    else {
        return Ok(());
    };
    // Axes end at the centres of the outer cells, at 0 Hz and Nyquist; without
    // axes all cells are shown whole, as in the published pictures.
    let mut spans = match style.bare && *uncut {
        true => [(0.0, 1.0); 2],
        false => *edges,
    };
    let mut cells = Cow::Borrowed(cells);
    // Viewers pick one of the cells in a pixel, by luck: the choice is made here,
    // except for the look of the published pictures, which have the same luck.
    let sides = match style.bare {
        true => vec![],
        false => vec![(1, frame.width()), (0, frame.height())],
    };
    for (dimension, pixels) in sides {
        let span = &mut spans[1 - dimension];
        let pixels = pixels.round() as usize;
        if let Some(fewer) = cells::fitted(&cells, dimension, *span, pixels, *reduction) {
            cells = Cow::Owned(fewer);
            *span = (0.0, 1.0);
        }
    }
    let png = cells::encode(&cells, *range, *colour_map, true)?;
    let [x, y] = spans;
    let place = Rect {
        x0: frame.x0 + x.0 * frame.width(),
        x1: frame.x0 + x.1 * frame.width(),
        y0: frame.y1 - y.1 * frame.height(),
        y1: frame.y1 - y.0 * frame.height(),
    };
    surface.image(&png, &place, frame, false);
    Ok(())
}

/// Draws a photo as large as the frame allows; returns where it lies.
fn draw_picture(
    surface: &mut Surface,
    (width, height): (u32, u32),
    rgb: &[u8],
    frame: &Rect,
) -> Result<Rect> {
    let png = encode_rgb((width, height), rgb, None).map_err(|error| Error::Output {
        path: "picture".into(),
        detail: error.to_string(),
    })?;
    let (w, h) = (f64::from(width), f64::from(height));
    let scale = (frame.width() / w).min(frame.height() / h);
    let (left, top) = (frame.width() - w * scale, frame.height() - h * scale);
    let x0 = (frame.x0 + left / 2.0).round();
    let y0 = (frame.y0 + top / 2.0).round();
    let rect = Rect {
        x0,
        y0,
        x1: (x0 + w * scale).round(),
        y1: (y0 + h * scale).round(),
    };
    surface.image(&png, &rect, &rect, true);
    Ok(rect)
}

/// Curves with their bands, marked values and legend, inside the frame.
fn draw_curves(
    surface: &mut Surface,
    style: &FigureStyle,
    place: &Place,
    series: &[Series],
    markers: &[Marker],
) {
    let looks = looks(series, style);
    for (series, look) in series.iter().zip(&looks) {
        draw_band(surface, place, series, look);
    }
    let mut clutter = Clutter {
        rules: draw_markers(surface, style, place, markers),
        ..Clutter::default()
    };
    for (series, look) in series.iter().zip(&looks) {
        draw_series(surface, style, place, series, look, &mut clutter);
    }
    if !style.bare {
        // The legend first: a note can stand anywhere along its line.
        draw_legend(surface, style, place.frame, series, &looks, &mut clutter);
        draw_notes(surface, style, place, markers, &mut clutter);
    }
}

fn draw_band(surface: &mut Surface, place: &Place, series: &Series, look: &Look) {
    let Some(band) = &series.band else {
        return;
    };
    // A lower end that the axis cannot show lies below all that it can.
    let floor = place.y.limits().0;
    let pairs: Vec<Option<(Point, Point)>> = (0..series.x.len())
        .map(|i| {
            let (x, lower, upper) = (series.x[i], band.lower[i], band.upper[i]);
            let below = (lower <= 0.0).then(|| place.point(x, floor));
            let bottom = place.point(x, lower).or(below.flatten());
            Some((bottom?, place.point(x, upper)?))
        })
        .collect();
    for run in pairs.split(Option::is_none).filter(|run| run.len() > 1) {
        let (lower, upper): (Vec<Point>, Vec<Point>) = run.iter().copied().flatten().unzip();
        let mut outline = thinned(&lower);
        outline.extend(thinned(&upper).into_iter().rev());
        let visible = clipped_polygon(&outline, place.frame);
        if visible.len() > 2 {
            surface.polygon(&visible, look.colour, 0.22);
        }
    }
}

fn draw_series(
    surface: &mut Surface,
    style: &FigureStyle,
    place: &Place,
    series: &Series,
    look: &Look,
    clutter: &mut Clutter,
) {
    let points: Vec<Option<Point>> = series
        .x
        .iter()
        .zip(&series.y)
        .map(|(&x, &y)| place.point(x, y))
        .collect();
    let runs = runs(&points);
    let mut lines = Vec::new();
    let mut alone = Vec::new();
    for run in &runs {
        if run.len() == 1 && place.frame.contains(run[0]) {
            alone.push(run[0]);
        }
        lines.extend(clipped(&thinned(run), place.frame));
    }
    for line in &lines {
        clutter.add_line(line);
    }
    // A dense line is drawn thinner: at full width it fills its own valleys.
    let drawn: usize = lines.iter().map(Vec::len).sum();
    let dense = drawn as f64 > 1.5 * place.frame.width();
    let width = style.px(if dense { 0.8 } else { 1.5 } * style.font_size / 10.0);
    let stroke = Stroke {
        colour: look.colour,
        opacity: 1.0,
        width,
        dash: if dense { &[] } else { look.dash },
    };
    surface.lines(&lines, &stroke);
    match look.symbol {
        Some(symbol) => {
            let inside = runs.iter().flatten().copied();
            let inside = inside.filter(|&p| place.frame.contains(p));
            draw_symbols(surface, style, &spaced(inside, width), symbol, look);
        }
        // A point without neighbours makes no line, but is data.
        None => surface.circles(&alone, width, look.colour),
    }
    clutter.points.extend(alone);
}

/// Points of which none covers the one before.
fn spaced(points: impl Iterator<Item = Point>, distance: f64) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for point in points {
        let apart = |last: &Point| (point.0 - last.0).hypot(point.1 - last.1) >= distance;
        if kept.last().is_none_or(apart) {
            kept.push(point);
        }
    }
    if kept.len() > MOST_SYMBOLS {
        kept.clear();
    }
    kept
}

pub(super) fn draw_symbols(
    surface: &mut Surface,
    style: &FigureStyle,
    points: &[Point],
    symbol: Symbol,
    look: &Look,
) {
    let radius = style.px(0.2 * style.font_size);
    let corners: &[Point] = match symbol {
        Symbol::Circle => return surface.circles(points, radius, look.colour),
        Symbol::Square => &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        Symbol::Triangle => &[(0.0, -1.25), (1.15, 0.85), (-1.15, 0.85)],
        Symbol::Diamond => &[(0.0, -1.3), (1.1, 0.0), (0.0, 1.3), (-1.1, 0.0)],
    };
    for (x, y) in points {
        let shape: Vec<Point> = corners
            .iter()
            .map(|(dx, dy)| (x + dx * radius, y + dy * radius))
            .collect();
        surface.polygon(&shape, look.colour, 1.0);
    }
}

/// Draws the lines at marked values, and returns where they are.
fn draw_markers(
    surface: &mut Surface,
    style: &FigureStyle,
    place: &Place,
    markers: &[Marker],
) -> Vec<Rect> {
    let lines: Vec<Vec<Point>> = markers
        .iter()
        .filter_map(|marker| marker_line(place, marker))
        .collect();
    let stroke = Stroke {
        colour: style.ink(),
        opacity: 0.55,
        width: style.hairline(0.8),
        dash: &[4.0, 3.0],
    };
    surface.lines(&lines, &stroke);
    let rule = |line: &Vec<Point>| Rect {
        x0: line[0].0,
        y0: line[0].1,
        x1: line[1].0,
        y1: line[1].1,
    };
    lines.iter().map(rule).collect()
}

/// The line of a marker whose value is inside the limits.
pub(super) fn marker_line(place: &Place, marker: &Marker) -> Option<Vec<Point>> {
    let frame = place.frame;
    let inside = |at: &f64| (0.0..=1.0).contains(at);
    match marker.direction {
        Direction::X => {
            let at = place.x.position(marker.at).filter(inside)?;
            let x = axes::crisp(frame.x0 + at * frame.width(), 1.0);
            Some(vec![(x, frame.y0), (x, frame.y1)])
        }
        Direction::Y => {
            let at = place.y.position(marker.at).filter(inside)?;
            let y = axes::crisp(frame.y1 - at * frame.height(), 1.0);
            Some(vec![(frame.x0, y), (frame.x1, y)])
        }
    }
}
