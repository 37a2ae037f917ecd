//! Text inside a panel: the legend and the notes of marked values, placed where
//! they cover least.

use super::axes::lettering;
use super::rect::{Point, Rect};
use super::series::Look;
use super::surface::{Anchor, Stroke, Surface, shortened, text_width};
use super::traces::{Place, draw_symbols, marker_line};
use super::{Direction, FigureStyle, Legend, Marker, Series};

/// Distance in pixels between the places at which a line counts as covered.
const SAMPLE: f64 = 4.0;
/// Cost of covering text, in covered places.
const TEXT_COST: usize = 100_000;

/// Cost of crossing the line of a marked value, in covered places.
const RULE_COST: usize = 6;

/// Cost of shortening a label: more than that of smaller letters.
const CUT_COST: usize = 40;

/// What is already drawn in a panel.
#[derive(Debug, Default)]
pub(super) struct Clutter {
    pub points: Vec<Point>,
    pub texts: Vec<Rect>,
    /// Straight lines across the panel, as boxes without width or height.
    pub rules: Vec<Rect>,
}

impl Clutter {
    pub fn add_line(&mut self, line: &[Point]) {
        self.points.extend(line.first());
        for pair in line.windows(2) {
            let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
            let steps = (dx.hypot(dy) / SAMPLE).ceil().max(1.0) as usize;
            self.points.extend((1..=steps).map(|i| {
                let t = i as f64 / steps as f64;
                (pair[0].0 + t * dx, pair[0].1 + t * dy)
            }));
        }
    }

    /// Without what moves from one frame of an animation to the next.
    fn still(&self) -> Clutter {
        Clutter {
            texts: self.texts.clone(),
            ..Clutter::default()
        }
    }

    fn cost(&self, rect: &Rect) -> usize {
        let texts = self.texts.iter().filter(|t| t.overlaps(rect)).count();
        let points = self.points.iter().filter(|&&p| rect.contains(p)).count();
        let rules = self.rules.iter().filter(|r| r.overlaps(rect)).count();
        texts * TEXT_COST + rules * RULE_COST + points
    }
}

/// Writes the notes of marked values, none over another text.
pub(super) fn draw_notes(
    surface: &mut Surface,
    style: &FigureStyle,
    place: &Place,
    markers: &[Marker],
    clutter: &mut Clutter,
) {
    let size = style.tick_label_px();
    if style.legend != Legend::Free {
        *clutter = clutter.still();
    }
    for marker in markers.iter().filter(|m| !m.label.is_empty()) {
        let Some(line) = marker_line(place, marker) else {
            continue;
        };
        let text = shortened(&marker.label, place.frame.width() * 0.45, size);
        let box_size = (text_width(&text, size), 1.1 * size);
        let free = note_places(place.frame, marker, line[0], box_size, size)
            .into_iter()
            .filter(|rect| place.frame.grown(-1.0).contains((rect.x0, rect.y0)))
            .filter(|rect| place.frame.grown(-1.0).contains((rect.x1, rect.y1)))
            .map(|rect| (clutter.cost(&rect.grown(0.15 * size)), rect))
            .filter(|(cost, _)| *cost < TEXT_COST)
            .min_by_key(|(cost, _)| *cost);
        let Some((_, rect)) = free else {
            continue;
        };
        surface.fill(&rect.grown(0.1 * size), style.background(), 0.75);
        let at = (rect.x0, rect.y0 + 0.85 * size);
        surface.text(&text, at, &lettering(style, size, Anchor::Start));
        clutter.texts.push(rect);
    }
}

/// Places beside a marker's line, the preferred first.
fn note_places(
    frame: &Rect,
    marker: &Marker,
    from: Point,
    (width, height): (f64, f64),
    em: f64,
) -> Vec<Rect> {
    let gap = 0.45 * em;
    let at = |x: f64, y: f64| Rect {
        x0: x,
        y0: y,
        x1: x + width,
        y1: y + height,
    };
    let mut places = Vec::new();
    match marker.direction {
        Direction::X => {
            let steps = ((frame.height() - 2.0 * gap) / (1.25 * height)) as usize;
            for i in 0..steps {
                let y = frame.y0 + gap + i as f64 * 1.25 * height;
                places.push(at(from.0 + gap, y));
                places.push(at(from.0 - gap - width, y));
            }
        }
        Direction::Y => {
            let steps = 8;
            for i in 0..=steps {
                let share = f64::from(i) / f64::from(steps);
                let x = frame.x1 - gap - width - share * (frame.width() - width - 2.0 * gap);
                places.push(at(x, from.1 - height - 0.2 * em));
                places.push(at(x, from.1 + 0.2 * em));
            }
        }
    }
    places
}

/// Texts and measures of a legend.
struct Plan<'a> {
    entries: Vec<(String, &'a Look)>,
    columns: usize,
    column_width: f64,
    /// Some label is not whole.
    cut: bool,
    line: f64,
    pad: f64,
    em: f64,
}

impl Plan<'_> {
    fn rows(&self) -> usize {
        self.entries.len().div_ceil(self.columns)
    }

    fn width(&self) -> f64 {
        self.columns as f64 * self.column_width + (self.columns as f64 + 1.0) * self.pad
    }

    fn height(&self) -> f64 {
        self.rows() as f64 * self.line + 1.2 * self.pad
    }
}

/// Length of the line shown in a legend, and of the gap to its label, in em.
const SAMPLE_LINE: f64 = 2.4;
const SAMPLE_GAP: f64 = 0.6;

/// The shape of a legend, and how much worse it is than the plainest one, in
/// covered places.
#[derive(Clone, Copy)]
struct Variant {
    columns: usize,
    /// Part of the frame's width that one column may take.
    share: f64,
    /// Size of the text relative to tick labels.
    size: f64,
    penalty: usize,
}

const fn variant(columns: usize, share: f64, size: f64, penalty: usize) -> Variant {
    Variant {
        columns,
        share,
        size,
        penalty,
    }
}

const VARIANTS: [Variant; 12] = [
    variant(1, 0.5, 1.0, 0),
    variant(1, 0.5, 0.85, 8),
    variant(1, 0.34, 1.0, 6),
    variant(1, 0.34, 0.85, 14),
    variant(2, 0.46, 1.0, 4),
    variant(2, 0.46, 0.85, 12),
    variant(2, 0.3, 0.85, 16),
    variant(3, 0.3, 1.0, 8),
    variant(3, 0.3, 0.85, 16),
    variant(1, 0.5, 0.75, 18),
    variant(2, 0.46, 0.75, 20),
    variant(3, 0.3, 0.75, 22),
];

/// A label that keeps what follows its last comma: series of one kind differ
/// there, as in "log-mel spectrograms, α = 2.2".
fn entry_text(label: &str, most: f64, em: f64) -> String {
    if let Some((name, end)) = label.rsplit_once(", ") {
        let end = format!(", {end}");
        let room = most - text_width(&end, em);
        if text_width(label, em) > most && room > 3.0 * em {
            return format!("{}{end}", shortened(name, room - 0.1 * em, em));
        }
    }
    shortened(label, most, em)
}

/// Numbers the labels that differ but became equal.
fn number_equals(texts: &mut [(String, &Look)], entries: &[(&str, &Look)], most: f64, em: f64) {
    let before: Vec<String> = texts.iter().map(|(text, _)| text.clone()).collect();
    for (i, text) in texts.iter_mut().enumerate() {
        let twin = |j: usize| before[j] == before[i] && entries[j].0 != entries[i].0;
        if (0..before.len()).any(twin) {
            let number = format!("{} ", i + 1);
            let room = most - text_width(&number, em);
            text.0 = format!("{number}{}", entry_text(entries[i].0, room, em));
        }
    }
}

fn measured<'a>(
    style: &FigureStyle,
    frame: &Rect,
    entries: &[(&str, &'a Look)],
    variant: &Variant,
) -> Plan<'a> {
    let columns = variant.columns;
    let em = style.tick_label_px() * variant.size;
    let pad = 0.6 * em;
    let most = frame.width() * variant.share - pad;
    let most = (most - (SAMPLE_LINE + SAMPLE_GAP) * em - pad).max(em);
    let line = 1.3 * em;
    let fitting = (((frame.height() - 3.0 * pad) / line) as usize).max(1) * columns;
    let mut texts: Vec<(String, &Look)> = entries
        .iter()
        .map(|(label, look)| (entry_text(label, most, em), *look))
        .collect();
    let cut = texts.iter().zip(entries).any(|(t, e)| t.0 != e.0);
    if cut {
        number_equals(&mut texts, entries, most, em);
    }
    if texts.len() > fitting {
        let left = texts.len() - (fitting - 1);
        texts.truncate(fitting);
        if let Some(last) = texts.last_mut() {
            last.0 = shortened(&format!("and {left} more"), most, em);
        }
    }
    let widths = texts.iter().map(|(text, _)| text_width(text, em));
    let widest = widths.fold(0.0, f64::max);
    Plan {
        entries: texts,
        columns,
        cut,
        column_width: widest + (SAMPLE_LINE + SAMPLE_GAP) * em,
        line,
        pad,
        em,
    }
}

/// Draws the legend of the series that have a label.
pub(super) fn draw_legend(
    surface: &mut Surface,
    style: &FigureStyle,
    frame: &Rect,
    series: &[Series],
    looks: &[Look],
    clutter: &mut Clutter,
) {
    let entries: Vec<(&str, &Look)> = series
        .iter()
        .zip(looks)
        .filter(|(series, _)| !series.label.is_empty())
        .map(|(series, look)| (series.label.as_str(), look))
        .collect();
    let corner = corner(style.legend);
    if entries.is_empty() || style.legend == Legend::Hidden {
        return;
    }
    let still = clutter.still();
    let heeded = if corner.is_some() { &still } else { &*clutter };
    let best = VARIANTS
        .iter()
        .filter(|variant| variant.columns <= entries.len())
        .map(|variant| (measured(style, frame, &entries, variant), variant.penalty))
        .filter(|(legend, _)| legend.entries.len() == entries.len() || legend.columns == 1)
        .filter_map(|(legend, penalty)| {
            let inside = |rect: &Rect| rect.x0 >= frame.x0 && rect.y0 >= frame.y0;
            let places = places(frame, &legend).into_iter().enumerate();
            let places = places.filter(|(i, _)| corner.is_none_or(|corner| *i == corner));
            let places = places.map(|(_, rect)| rect).filter(inside);
            let penalty = penalty + if legend.cut { CUT_COST } else { 0 };
            let costs = places.map(|rect| (heeded.cost(&rect) + penalty, rect));
            let (cost, rect) = costs.min_by_key(|(cost, _)| *cost)?;
            Some((cost, legend, rect))
        })
        .min_by_key(|(cost, _, _)| *cost);
    let Some((cost, legend, rect)) = best else {
        return;
    };
    if cost < TEXT_COST {
        draw_at(surface, style, &legend, &rect);
        clutter.texts.push(rect);
    }
}

/// Which of the [`places`] is the fixed one.
fn corner(legend: Legend) -> Option<usize> {
    match legend {
        Legend::Free | Legend::Hidden => None,
        Legend::UpperRight => Some(0),
        Legend::UpperLeft => Some(1),
        Legend::LowerLeft => Some(2),
        Legend::LowerRight => Some(3),
    }
}

/// Corners first, then the middles of the sides.
fn places(frame: &Rect, legend: &Plan) -> Vec<Rect> {
    let away = 0.7 * legend.em;
    let (width, height) = (legend.width(), legend.height());
    let xs = [
        frame.x1 - away - width,
        frame.x0 + away,
        (frame.x0 + frame.x1 - width) / 2.0,
    ];
    let ys = [
        frame.y0 + away,
        frame.y1 - away - height,
        (frame.y0 + frame.y1 - height) / 2.0,
    ];
    let order = [
        (0, 0),
        (1, 0),
        (1, 1),
        (0, 1),
        (0, 2),
        (1, 2),
        (2, 0),
        (2, 1),
        (2, 2),
    ];
    order
        .iter()
        .map(|&(i, j)| Rect {
            x0: xs[i],
            y0: ys[j],
            x1: xs[i] + width,
            y1: ys[j] + height,
        })
        .collect()
}

fn draw_at(surface: &mut Surface, style: &FigureStyle, legend: &Plan, rect: &Rect) {
    surface.fill(rect, style.background(), 0.85);
    let edge = Stroke {
        colour: style.ink(),
        opacity: 0.25,
        width: style.hairline(0.6),
        dash: &[],
    };
    let outline = vec![
        (rect.x0, rect.y0),
        (rect.x1, rect.y0),
        (rect.x1, rect.y1),
        (rect.x0, rect.y1),
        (rect.x0, rect.y0),
    ];
    surface.lines(&[outline], &edge);
    let em = legend.em;
    for (i, (text, look)) in legend.entries.iter().enumerate() {
        let (column, row) = (i / legend.rows(), i % legend.rows());
        let x = rect.x0 + legend.pad + column as f64 * (legend.column_width + legend.pad);
        let y = rect.y0 + 0.6 * legend.pad + (row as f64 + 0.5) * legend.line;
        let stroke = Stroke {
            colour: look.colour,
            opacity: 1.0,
            width: style.px(1.5 * style.font_size / 10.0),
            dash: look.dash,
        };
        surface.lines(&[vec![(x, y), (x + SAMPLE_LINE * em, y)]], &stroke);
        if let Some(symbol) = look.symbol {
            let middle = (x + SAMPLE_LINE * em / 2.0, y);
            draw_symbols(surface, style, &[middle], symbol, look);
        }
        let at = (x + (SAMPLE_LINE + SAMPLE_GAP) * em, y + 0.36 * em);
        surface.text(text, at, &lettering(style, em, Anchor::Start));
    }
}
