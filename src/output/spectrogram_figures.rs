//! Spectrograms of clips as figures.

use super::convention::Convention;
use super::curves::panel_columns;
use super::drawings::{Drawing, clip_name};
use super::figure::{ColourRange, Figure, FrequencyScale, HeatMap, Panel, PanelGrid};
use crate::Result;
use crate::analysis::Spectrogram;
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

/// Spectrograms with one colour bar, so many in a row; `None` goes by their
/// number.
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for no spectrogram, and for a style that
/// cannot be drawn.
pub fn spectrogram_figure(
    maps: Vec<HeatMap>,
    columns: Option<usize>,
    convention: &Convention,
) -> Result<Figure> {
    let columns = columns.unwrap_or(panel_columns(maps.len()));
    let rows = maps.len().div_ceil(columns.max(1));
    let grid = PanelGrid {
        columns,
        panels: maps.into_iter().map(Panel::Heat).collect(),
        share_colour: true,
        ..PanelGrid::default()
    };
    grid.draw(&convention.of_spectrograms(columns, rows))
}

/// Spectrograms of clips: in the post's convention one figure each,
/// `spectrogram_clip1` and so on; otherwise all in `spectrograms` with one
/// colour bar. Clips without a spectrogram are left out.
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for a style that cannot be drawn.
pub fn spectrogram_figures(
    clips: &[Spectrogram],
    top_db: f64,
    convention: &Convention,
) -> Result<Vec<Drawing>> {
    let maps = clips.iter().filter_map(|clip| {
        let plane = clip.plane.as_ref().ok()?;
        let map = spectrogram_map(&clip.name, plane, FrequencyScale::Linear, top_db);
        Some(map)
    });
    let maps: Vec<HeatMap> = maps.collect();
    let names = spectrogram_names(maps.len(), convention);
    let in_one = maps.len() / names.len().max(1);
    let figures = names.into_iter().zip(maps.chunks(in_one.max(1)));
    figures
        .map(|(name, maps)| {
            let figure = spectrogram_figure(maps.to_vec(), None, convention)?;
            Ok(Drawing::still(name, figure))
        })
        .collect()
}

/// Names of the figures of so many spectrograms.
pub(super) fn spectrogram_names(n: usize, convention: &Convention) -> Vec<String> {
    match convention.single_spectrogram.is_some() {
        true => (1..=n).map(clip_name).collect(),
        false => vec!["spectrograms".to_string(); n.min(1)],
    }
}
