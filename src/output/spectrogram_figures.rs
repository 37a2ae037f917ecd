//! Spectrograms of clips as figures.

use super::NoiseFigure;
use super::example_figures::{SPECTROGRAMS, clip_name};
use super::figure::{ColourRange, FigureStyle, FrequencyScale, HeatMap, Panel, PanelGrid};
use crate::Result;
use crate::analysis::{Preset, Spectrogram};
use crate::data::Plane;

/// A spectrogram in dB below the largest value, down to `top_db`.
pub fn spectrogram_map(
    title: &str,
    plane: &Plane,
    frequencies: FrequencyScale,
    top_db: f64,
) -> HeatMap {
    let mut map = HeatMap::spectrogram(title, plane.clone(), frequencies);
    map.quantity = "power re maximum".into();
    map.range = ColourRange::Fixed(-top_db, 0.0);
    map
}

/// Panels in a row, of so many.
pub fn spectrogram_columns(n_panels: usize) -> usize {
    match n_panels {
        0 | 1 => 1,
        2..=4 => 2,
        _ => 3,
    }
}

/// The style of so many columns and rows of spectrograms: a wide figure at the
/// usual width, and in proportion at others; in the post's preset 330 by 251
/// pixels each without axes.
pub fn spectrogram_style(
    style: &FigureStyle,
    preset: Preset,
    (columns, rows): (usize, usize),
) -> FigureStyle {
    let (columns, rows) = (columns as f64, rows as f64);
    if preset == Preset::Post {
        let post = FigureStyle::post();
        let (width, height) = (post.width_in * columns, post.height_in * rows);
        return post.with_size(width, height).with_theme(style.theme);
    }
    if columns * rows == 1.0 {
        return style.clone();
    }
    if style.width_in != FigureStyle::default().width_in {
        let width = style.width_in;
        return style.clone().with_size(width, 0.7 * width * rows / columns);
    }
    style.clone().with_size(4.6 * columns + 1.0, 3.3 * rows)
}

/// Spectrograms of clips: in the post's preset one figure each,
/// `spectrogram_clip1` and so on; otherwise all in `spectrograms` with one
/// colour bar. Clips without a spectrogram are left out.
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for a style that cannot be drawn.
pub fn spectrogram_figures(
    clips: &[Spectrogram],
    top_db: f64,
    preset: Preset,
    style: &FigureStyle,
) -> Result<Vec<NoiseFigure>> {
    let maps = clips.iter().filter_map(|clip| {
        let plane = clip.plane.as_ref().ok()?;
        let map = spectrogram_map(&clip.name, plane, FrequencyScale::Linear, top_db);
        Some(Panel::Heat(map))
    });
    let panels: Vec<Panel> = maps.collect();
    if panels.is_empty() {
        return Ok(vec![]);
    }
    let figure = |name: String, panels: Vec<Panel>| {
        let columns = spectrogram_columns(panels.len());
        let rows = panels.len().div_ceil(columns);
        let grid = PanelGrid {
            columns,
            panels,
            share_colour: true,
            ..PanelGrid::default()
        };
        let style = spectrogram_style(style, preset, (columns, rows));
        let figure = grid.draw(&style)?;
        Ok(NoiseFigure::Still { name, figure })
    };
    match preset {
        Preset::Default => Ok(vec![figure(SPECTROGRAMS.into(), panels)?]),
        Preset::Post => panels
            .into_iter()
            .enumerate()
            .map(|(i, panel)| figure(clip_name(i + 1), vec![panel]))
            .collect(),
    }
}
