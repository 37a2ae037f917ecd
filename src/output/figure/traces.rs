//! What is drawn inside the axes of a panel: bands, curves, symbols, marked
//! values.

use super::axes;
use super::clip::{clipped, clipped_polygon, runs, thinned};
use super::legend::{Clutter, draw_legend, draw_notes};
use super::rect::{Point, Rect};
use super::scale::Map;
use super::series::{Look, Symbol, looks};
use super::surface::{Stroke, Surface};
use super::{Direction, FigureStyle, Manner, Marker, Series};

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

/// Curves with their bands, marked values and legend, inside the frame.
pub(super) fn draw_curves(
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
    let thin = dense && style.manner == Manner::Own;
    let width = style.px(if thin { 0.8 } else { 1.5 } * style.font_size / 10.0);
    let stroke = Stroke {
        colour: look.colour,
        opacity: 1.0,
        width,
        dash: if thin { &[] } else { look.dash },
    };
    surface.lines(&lines, &stroke);
    match look.symbol {
        Some(symbol) => {
            let inside = |p: &Point| place.frame.contains(*p);
            let points = match style.manner {
                Manner::Own => {
                    let all = runs.iter().flatten().copied();
                    spaced(all.filter(inside), width)
                }
                // There, dots that merge into a band are part of the look.
                Manner::Matplotlib => {
                    let shown = runs.iter().flat_map(|run| thinned(run));
                    shown.filter(inside).collect()
                }
            };
            draw_symbols(surface, style, &points, symbol, look);
        }
        // A point without neighbours makes no line, but is data.
        None => surface.circles(&alone, width, look.colour),
    }
    clutter.points.extend(alone);
}

/// Points of which none covers the one before; none at all where they are too
/// many.
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
