//! Panels: frames, labels, pictures, colour bars.

use super::axes::{self, Side, Spacing, label, lettering};
use super::cells;
use super::heat_map::Bar;
use super::layout::{Content, PanelTicks, Prepared, Sheet};
use super::picture::area_means;
use super::rect::Rect;
use super::rendered::encode_rgb;
use super::surface::{Anchor, Surface, fitted};
use super::ticks::Ticks;
use super::traces::{Place, draw_curves};
use super::{FigureStyle, Manner, Scaling};
use crate::{Error, Result};
use ndarray::Array2;
use std::borrow::Cow;

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
            if !style.bare && style.manner == Manner::Own {
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
        (Content::Picture { size, rgb, scaling }, _) => {
            shown = draw_picture(surface, *size, rgb, *scaling, frame)?;
            if style.manner == Manner::Matplotlib {
                return Ok(shown);
            }
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
            let numbers = match x.numbered {
                true => spacing.pad + style.tick_label_px(),
                false => 0.0,
            };
            let below = spacing.major + spacing.pad + numbers + 0.78 * size;
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
    surface.image(&png, rect, rect);
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
    surface.image(&png, &place, frame);
    Ok(())
}

/// Draws a photo in the middle of the frame; returns where it lies.
fn draw_picture(
    surface: &mut Surface,
    (width, height): (u32, u32),
    rgb: &[u8],
    scaling: Scaling,
    frame: &Rect,
) -> Result<Rect> {
    let (w, h) = (f64::from(width), f64::from(height));
    let largest = (frame.width() / w).min(frame.height() / h);
    let scale = match scaling {
        Scaling::Whole if largest >= 1.0 => largest.floor(),
        _ => largest,
    };
    let (left, top) = (frame.width() - w * scale, frame.height() - h * scale);
    let x0 = (frame.x0 + left / 2.0).round();
    let y0 = (frame.y0 + top / 2.0).round();
    let rect = Rect {
        x0,
        y0,
        x1: (x0 + w * scale).round(),
        y1: (y0 + h * scale).round(),
    };
    let shown = (rect.width().max(1.0) as u32, rect.height().max(1.0) as u32);
    // Viewers pick one of the pixels that share one, by luck; the mean is taken
    // here.
    let png = match shown.0 < width || shown.1 < height {
        true => encode_rgb(shown, &area_means(rgb, (width, height), shown), None),
        false => encode_rgb((width, height), rgb, None),
    };
    let png = png.map_err(|error| Error::Output {
        path: "picture".into(),
        detail: error.to_string(),
    })?;
    surface.image(&png, &rect, &rect);
    Ok(rect)
}
