//! Panels in rows and columns.

use super::axes::lettering;
use super::draw::{draw_bar, draw_panel};
use super::heat_map::Bar;
use super::layout::{AxisInUse, Content, Prepared, Sheet};
use super::rect::Rect;
use super::surface::{Anchor, Surface, fitted};
use super::ticks::in_kilohertz;
use super::{CurveFigure, Figure, FigureStyle, HeatMap, Picture};
use crate::{Error, Result};

/// A long title shrinks to this part of its size before it is shortened.
const LEAST_TITLE: f64 = 0.75;

/// One panel of a grid.
#[allow(
    clippy::large_enum_variant,
    reason = "a figure has few panels, and a box would burden every caller"
)]
#[derive(Debug, Clone, PartialEq)]
pub enum Panel {
    /// Curves.
    Curves(CurveFigure),
    /// A plane in colours.
    Heat(HeatMap),
    /// A photo.
    Picture(Picture),
    /// An empty place.
    Empty,
}

impl Panel {
    fn prepare(&self) -> Result<Prepared<'_>> {
        match self {
            Panel::Curves(figure) => figure.prepare(),
            Panel::Heat(map) => map.prepare(),
            Panel::Picture(picture) => picture.prepare(),
            Panel::Empty => Ok(Prepared {
                title: "",
                x: None,
                y: None,
                bar: None,
                content: Content::Nothing,
            }),
        }
    }
}

/// Panels in rows, filled from left to right.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PanelGrid {
    /// Written above all panels; may be empty.
    pub title: String,
    /// Panels in a row.
    pub columns: usize,
    /// The panels.
    pub panels: Vec<Panel>,
    /// All panels of a column have one horizontal axis, numbered at the bottom.
    pub share_x: bool,
    /// All panels of a row have one vertical axis, numbered at the left.
    pub share_y: bool,
    /// All heat maps have one colour range and one colour bar (of the first).
    pub share_colour: bool,
}

impl PanelGrid {
    /// Draws the panels.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for an empty grid or impossible limits and
    /// sizes, [`Error::Length`] for data whose parts do not fit together.
    pub fn draw(&self, style: &FigureStyle) -> Result<Figure> {
        if self.columns == 0 {
            return Err(Error::argument("columns", 0, "at least 1"));
        }
        if self.panels.is_empty() {
            return Err(Error::argument("panels", 0, "at least 1"));
        }
        let mut panels: Vec<Prepared> = self
            .panels
            .iter()
            .map(Panel::prepare)
            .collect::<Result<_>>()?;
        self.share_axes(&mut panels);
        let bar = self.share_colours(&mut panels);
        self.name_once(&mut panels);
        let sheet = Sheet {
            panels: &panels,
            columns: self.columns.min(panels.len()),
            title: &self.title,
            shared_bar: bar.as_ref(),
            style,
        };
        draw_sheet(&sheet)
    }

    fn share_axes(&self, panels: &mut [Prepared]) {
        let n = panels.len();
        let columns = self.columns.min(n);
        if self.share_x {
            for column in 0..columns {
                let mates: Vec<usize> = (column..n).step_by(columns).collect();
                join(panels, &mates, 0, |i| i + columns >= n);
            }
        }
        if self.share_y {
            for start in (0..n).step_by(columns) {
                let mates: Vec<usize> = (start..n.min(start + columns)).collect();
                join(panels, &mates, 1, |i| i % columns == 0);
            }
        }
    }

    /// A row whose vertical axes have one name says it once.
    fn name_once(&self, panels: &mut [Prepared]) {
        let columns = self.columns.min(panels.len());
        for i in (0..panels.len()).filter(|i| i % columns > 0) {
            let (before, after) = panels.split_at_mut(i);
            let first = before[i - i % columns].y.as_ref();
            if let (Some(first), Some(axis)) = (first, &mut after[0].y) {
                let unit = |a: &AxisInUse| in_kilohertz(&a.map, &a.spec.unit);
                let same = first.spec.quantity == axis.spec.quantity
                    && first.spec.unit == axis.spec.unit
                    && unit(first) == unit(axis);
                axis.named &= !same;
            }
        }
    }

    fn share_colours<'a>(&self, panels: &mut [Prepared<'a>]) -> Option<Bar<'a>> {
        if !self.share_colour {
            return None;
        }
        let all = panels.iter().filter_map(|panel| match panel.content {
            Content::Heat { range, .. } => Some(range),
            _ => None,
        });
        let (low, high) = all.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
        let mut first = None;
        for panel in panels {
            if let Content::Heat { range, .. } = &mut panel.content {
                *range = (low, high);
                let bar = panel.bar.take();
                first = first.or(bar);
            }
        }
        first.map(|bar| bar.with_range((low, high)))
    }
}

/// Gives all `mates` one axis along `dimension`, written where `is_outer`.
fn join(
    panels: &mut [Prepared],
    mates: &[usize],
    dimension: usize,
    is_outer: impl Fn(usize) -> bool,
) {
    let maps = mates.iter().filter_map(|&i| {
        let axis = [&panels[i].x, &panels[i].y][dimension].as_ref();
        axis.map(|axis| axis.map.clone())
    });
    let Some(joined) = maps.reduce(|a, b| a.joined(&b)) else {
        return;
    };
    for &i in mates {
        panels[i].set_map(dimension, joined.clone());
        if let Some(axis) = [&mut panels[i].x, &mut panels[i].y][dimension].as_mut() {
            (axis.numbered, axis.named) = (is_outer(i), is_outer(i));
        }
    }
}

/// Draws one panel as a figure.
pub(super) fn draw_single(panel: Prepared, style: &FigureStyle) -> Result<Figure> {
    draw_sheet(&Sheet {
        panels: &[panel],
        columns: 1,
        title: "",
        shared_bar: None,
        style,
    })
}

fn draw_sheet(sheet: &Sheet) -> Result<Figure> {
    let style = sheet.style;
    let mut surface = Surface::new(style)?;
    let canvas = surface.bounds();
    let arrangement = sheet.arrange(&canvas)?;
    for (i, panel) in sheet.panels.iter().enumerate() {
        let (frame, ticks) = (&arrangement.frames[i], &arrangement.ticks[i]);
        let shown = draw_panel(&mut surface, sheet, panel, frame, ticks)?;
        if !panel.title.is_empty() && !style.bare {
            let size = style.title_px();
            let room = title_room(frame, &arrangement.frames, &canvas) - size;
            let (text, fitting) = fitted(panel.title, room, size, LEAST_TITLE);
            let at = ((frame.x0 + frame.x1) / 2.0, shown.y0 - 0.64 * size);
            surface.text(&text, at, &lettering(style, fitting, Anchor::Middle));
        }
    }
    if let (Some(bar), Some((rect, ticks))) = (sheet.shared_bar, &arrangement.shared_bar) {
        draw_bar(&mut surface, style, bar, rect, ticks)?;
    }
    if !sheet.title.is_empty() && !style.bare {
        let size = style.title_px();
        let room = canvas.width() - 2.0 * size;
        let (text, fitting) = fitted(sheet.title, room, size, LEAST_TITLE);
        let at = (canvas.width() / 2.0, arrangement.title_bottom - 0.6 * size);
        surface.text(&text, at, &lettering(style, fitting, Anchor::Middle));
    }
    Ok(surface.finish())
}

/// Width of a title centred above `frame` that meets neither the canvas' edge
/// nor the title beside it.
fn title_room(frame: &Rect, all: &[Rect], canvas: &Rect) -> f64 {
    let middle = |rect: &Rect| (rect.x0 + rect.x1) / 2.0;
    let here = middle(frame);
    let to_edge = 2.0 * (here - canvas.x0).min(canvas.x1 - here);
    let others = all.iter().map(|other| (middle(other) - here).abs());
    others.filter(|d| *d > 1.0).fold(to_edge, f64::min)
}
