//! Where panels lie: the room that ticks, labels, titles and colour bars need.

use super::axes::{Spacing, label};
use super::heat_map::{Bar, Reduction};
use super::rect::Rect;
use super::scale::Map;
use super::surface::{text_width, too_small};
use super::ticks::{Room, Ticks, ticks};
use super::{Aspect, AxisSpec, ColourMap, FigureStyle, Marker, Scaling, Series, TickMarks};
use crate::Result;
use ndarray::Array2;

/// Smallest side of a panel, in pixels.
const SMALLEST: f64 = 12.0;

/// An axis as it is drawn in one panel.
#[derive(Debug, Clone)]
pub(super) struct AxisInUse<'a> {
    pub spec: &'a AxisSpec,
    pub map: Map,
    /// Tick labels are written (a shared axis writes them once).
    pub numbered: bool,
    /// The axis label is written.
    pub named: bool,
}

impl<'a> AxisInUse<'a> {
    pub fn new(spec: &'a AxisSpec, map: Map) -> Self {
        AxisInUse {
            spec,
            map,
            numbered: spec.ticks == TickMarks::Shown,
            named: true,
        }
    }
}

/// What a panel shows.
pub(super) enum Content<'a> {
    Curves {
        series: &'a [Series],
        markers: &'a [Marker],
    },
    Heat {
        cells: Array2<f64>,
        /// Edges of the picture as positions along x and y.
        edges: [(f64, f64); 2],
        /// No limits were asked for.
        uncut: bool,
        colour_map: ColourMap,
        range: (f64, f64),
        /// What is shown of cells smaller than a pixel.
        reduction: Reduction,
        aspect: Aspect,
        series: &'a [Series],
        markers: &'a [Marker],
    },
    Picture {
        size: (u32, u32),
        rgb: &'a [u8],
        scaling: Scaling,
    },
    Nothing,
}

/// A panel whose limits are settled.
pub(super) struct Prepared<'a> {
    pub title: &'a str,
    pub x: Option<AxisInUse<'a>>,
    pub y: Option<AxisInUse<'a>>,
    pub bar: Option<Bar<'a>>,
    pub content: Content<'a>,
}

impl Prepared<'_> {
    /// The largest frame of the panel's own shape in the middle of `place`.
    fn shaped(&self, place: Rect) -> Rect {
        let (Content::Heat { aspect, .. }, Some(x), Some(y)) = (&self.content, &self.x, &self.y)
        else {
            return place;
        };
        if *aspect == Aspect::Fill {
            return place;
        }
        let (columns, rows) = (x.map.span(), y.map.span());
        let scale = (place.width() / columns).min(place.height() / rows);
        let (width, height) = ((columns * scale).round(), (rows * scale).round());
        let x0 = (place.x0 + (place.width() - width) / 2.0).round();
        let y0 = (place.y0 + (place.height() - height) / 2.0).round();
        Rect {
            x0,
            y0,
            x1: x0 + width.max(1.0),
            y1: y0 + height.max(1.0),
        }
    }

    /// Gives the axis of `dimension` (0 is x, 1 is y) another map of its kind;
    /// the cells of a heat map stay at their values.
    pub fn set_map(&mut self, dimension: usize, map: Map) {
        let Some(axis) = [&mut self.x, &mut self.y][dimension].as_mut() else {
            return;
        };
        let map = map.along(&axis.map);
        if let Content::Heat { edges, .. } = &mut self.content {
            let (low, high) = edges[dimension];
            let at = |position: f64| map.position(axis.map.value_at(position));
            if let (Some(low), Some(high)) = (at(low), at(high)) {
                edges[dimension] = (low, high);
            }
        }
        axis.map = map;
    }
}

/// Ticks of a panel of known size.
#[derive(Debug, Clone, Default)]
pub(super) struct PanelTicks {
    pub x: Ticks,
    pub y: Ticks,
    pub bar: Ticks,
}

/// Room around a panel's frame, in pixels.
#[derive(Debug, Clone, Copy, Default)]
struct Insets {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

/// A settled arrangement.
pub(super) struct Arrangement {
    pub frames: Vec<Rect>,
    pub ticks: Vec<PanelTicks>,
    /// The frame of the colour bar that all panels share.
    pub shared_bar: Option<(Rect, Ticks)>,
    /// Top of the whole drawing under the common title.
    pub title_bottom: f64,
}

/// Panels in rows, and what they have in common.
pub(super) struct Sheet<'s, 'a> {
    pub panels: &'s [Prepared<'a>],
    pub columns: usize,
    pub title: &'s str,
    pub shared_bar: Option<&'s Bar<'a>>,
    pub style: &'s FigureStyle,
}

impl Sheet<'_, '_> {
    /// Finds frames and ticks that leave all text inside `canvas`.
    ///
    /// Labels depend on the size of the frame and the frame on the labels, so
    /// the room around frames grows until it suffices.
    ///
    /// # Errors
    /// [`crate::Error::InvalidArgument`] where that leaves no room for data.
    pub fn arrange(&self, canvas: &Rect) -> Result<Arrangement> {
        let rows = self.panels.len().div_ceil(self.columns).max(1);
        let mut columns = vec![(0.0_f64, 0.0_f64); self.columns];
        let mut lines = vec![(0.0_f64, 0.0_f64); rows];
        let mut bar_room = 0.0_f64;
        loop {
            let inner = self.inner(canvas, bar_room);
            let frames = self.frames(&inner, &columns, &lines)?;
            let ticks: Vec<PanelTicks> = self
                .panels
                .iter()
                .zip(&frames)
                .map(|(panel, frame)| self.ticks(panel, frame))
                .collect();
            let shared = self.shared_bar(&frames);
            let mut grown = false;
            let mut grow = |room: &mut f64, need: f64| {
                grown |= need > *room + 1e-9;
                *room = room.max(need);
            };
            for (i, (panel, ticks)) in self.panels.iter().zip(&ticks).enumerate() {
                let insets = self.insets(panel, ticks);
                let column = &mut columns[i % self.columns];
                grow(&mut column.0, insets.left);
                grow(&mut column.1, insets.right);
                let line = &mut lines[i / self.columns];
                grow(&mut line.0, insets.top);
                grow(&mut line.1, insets.bottom);
            }
            if let (Some((_, ticks)), Some(bar)) = (&shared, self.shared_bar) {
                grow(&mut bar_room, self.bar_width(bar, ticks));
            }
            if !grown {
                return Ok(Arrangement {
                    frames,
                    ticks,
                    shared_bar: shared,
                    title_bottom: inner.y0,
                });
            }
        }
    }

    /// The canvas without its margin, the common title and the shared bar.
    fn inner(&self, canvas: &Rect, bar_room: f64) -> Rect {
        let style = self.style;
        let margin = match style.bare {
            true => style.px(7.2),
            false => style.px(0.6 * style.font_size),
        };
        let mut inner = canvas.grown(-margin);
        if !self.title.is_empty() && !style.bare {
            inner.y0 += 1.5 * style.title_px();
        }
        inner.x1 -= bar_room;
        inner
    }

    fn frames(
        &self,
        inner: &Rect,
        columns: &[(f64, f64)],
        lines: &[(f64, f64)],
    ) -> Result<Vec<Rect>> {
        let gap = self.style.px(0.9 * self.style.font_size);
        let around = |rooms: &[(f64, f64)]| -> f64 {
            let sum: f64 = rooms.iter().map(|(before, after)| before + after).sum();
            sum + gap * (rooms.len() - 1) as f64
        };
        let width = (inner.width() - around(columns)) / columns.len() as f64;
        let height = (inner.height() - around(lines)) / lines.len() as f64;
        if width < SMALLEST {
            return Err(too_small("width", inner.width() as u32));
        }
        if height < SMALLEST {
            return Err(too_small("height", inner.height() as u32));
        }
        let starts = |rooms: &[(f64, f64)], from: f64, size: f64| -> Vec<f64> {
            let mut at = from;
            rooms
                .iter()
                .map(|(before, after)| {
                    let start = at + before;
                    at = start + size + after + gap;
                    start
                })
                .collect()
        };
        let xs = starts(columns, inner.x0, width);
        let ys = starts(lines, inner.y0, height);
        // Whole pixels: the frame's line is then sharp, its content flush.
        let frame = |i: usize| Rect {
            x0: xs[i % self.columns].round(),
            y0: ys[i / self.columns].round(),
            x1: (xs[i % self.columns] + width).round(),
            y1: (ys[i / self.columns] + height).round(),
        };
        let panels = self.panels.iter().enumerate();
        Ok(panels.map(|(i, panel)| panel.shaped(frame(i))).collect())
    }

    fn room(&self, length: f64, stacked: bool) -> Room {
        Room {
            length,
            em: self.style.tick_label_px(),
            stacked,
            manner: self.style.manner,
        }
    }

    fn ticks(&self, panel: &Prepared, frame: &Rect) -> PanelTicks {
        if self.style.bare {
            return PanelTicks::default();
        }
        let upright = self.room(frame.height(), true);
        let of = |axis: &Option<AxisInUse>, room: Room| match axis {
            Some(axis) if axis.spec.ticks == TickMarks::Shown => {
                ticks(&axis.map, &axis.spec.unit, room)
            }
            _ => Ticks::default(),
        };
        PanelTicks {
            x: of(&panel.x, self.room(frame.width(), false)),
            y: of(&panel.y, upright),
            bar: match &panel.bar {
                Some(bar) => ticks(&bar.map, bar.unit, upright),
                None => Ticks::default(),
            },
        }
    }

    fn shared_bar(&self, frames: &[Rect]) -> Option<(Rect, Ticks)> {
        let bar = self.shared_bar.filter(|_| !self.style.bare)?;
        let x1 = frames.iter().map(|f| f.x1).fold(0.0, f64::max);
        let rect = Rect {
            y0: frames.iter().map(|f| f.y0).fold(f64::INFINITY, f64::min),
            y1: frames.iter().map(|f| f.y1).fold(0.0, f64::max),
            x0: x1,
            x1,
        };
        let rect = self.beside(&rect);
        let ticks = ticks(&bar.map, bar.unit, self.room(rect.height(), true));
        Some((rect, ticks))
    }

    /// The colour bar on the right of `frame`.
    pub fn beside(&self, frame: &Rect) -> Rect {
        let x0 = frame.x1 + self.bar_gap();
        Rect {
            x0,
            x1: x0 + self.bar_thickness(),
            ..*frame
        }
    }

    /// Between a panel and its colour bar.
    fn bar_gap(&self) -> f64 {
        self.style.px(0.9 * self.style.font_size).round()
    }

    fn bar_thickness(&self) -> f64 {
        self.style.px(1.3 * self.style.font_size).round()
    }

    /// Room right of a panel for a colour bar with its ticks and label.
    fn bar_width(&self, bar: &Bar, ticks: &Ticks) -> f64 {
        let named = !label(bar.quantity, &ticks.unit).is_empty();
        self.bar_gap() + self.bar_thickness() + self.width_beside(ticks, true, named)
    }

    /// Room beside a frame for ticks, labels and the axis label.
    fn width_beside(&self, ticks: &Ticks, numbered: bool, named: bool) -> f64 {
        let spacing = Spacing::of(self.style);
        let size = self.style.tick_label_px();
        let mut room = spacing.major;
        if numbered && !ticks.major.is_empty() {
            let widths = ticks.major.iter().map(|t| text_width(&t.label, size));
            room += spacing.pad + widths.fold(0.0, f64::max);
        }
        if named {
            room += spacing.pad + 1.05 * self.style.label_px();
        }
        room
    }

    fn insets(&self, panel: &Prepared, ticks: &PanelTicks) -> Insets {
        let style = self.style;
        let mut insets = Insets::default();
        if style.bare {
            return insets;
        }
        let spacing = Spacing::of(style);
        let size = style.tick_label_px();
        if let Some(x) = &panel.x {
            insets.bottom = spacing.major;
            if x.numbered {
                insets.bottom += spacing.pad + size;
                insets.left = overhang(&ticks.x, size, true);
                insets.right = overhang(&ticks.x, size, false);
            }
            if x.named && !label(&x.spec.quantity, &ticks.x.unit).is_empty() {
                insets.bottom += spacing.pad + style.label_px();
            }
        }
        if let Some(y) = &panel.y {
            let named = y.named && !label(&y.spec.quantity, &ticks.y.unit).is_empty();
            insets.left = insets
                .left
                .max(self.width_beside(&ticks.y, y.numbered, named));
            insets.top = 0.4 * size;
            insets.bottom = insets.bottom.max(0.4 * size);
        }
        if let Some(bar) = &panel.bar {
            insets.right = insets.right.max(self.bar_width(bar, &ticks.bar));
        }
        if !panel.title.is_empty() {
            insets.top = insets.top.max(1.5 * style.title_px());
        }
        insets
    }
}

/// How far the labels of a horizontal axis can reach beyond its ends: half the
/// widest, as if it stood at the corner; what is exact would make panels with
/// different limits differ in size.
fn overhang(ticks: &Ticks, size: f64, left: bool) -> f64 {
    let end = ticks.major.iter().max_by(|a, b| match left {
        true => b.at.total_cmp(&a.at),
        false => a.at.total_cmp(&b.at),
    });
    end.map_or(0.0, |tick| text_width(&tick.label, size) / 2.0)
}
