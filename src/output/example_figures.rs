//! Figures that show what is in the examples of a report: pixels and samples.

use super::figure::FigureStyle;
use super::noise_figures::files_of;
use super::{NoiseFigure, plane_figures, spectrogram_figures, tides_with_items};
use crate::Result;
use crate::analysis::{ExampleData, MOST_SPECTROGRAMS, Preset, Report, Representation};
use std::path::{Path, PathBuf};

const IMAGE_SPECTRA: [&str; 2] = ["plot_image_spectra", "image_spectrum"];
pub(super) const SPECTROGRAMS: &str = "spectrograms";

/// Draws the two-dimensional spectra of the example photos, the power along a
/// turning ray of the first one's, and the spectrograms of the example clips.
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for a style that cannot be drawn.
pub fn example_figures(
    report: &Report,
    data: &ExampleData,
    style: &FigureStyle,
) -> Result<Vec<NoiseFigure>> {
    let config = &report.config;
    let mut figures = plane_figures(&data.photos, config.radius, config.preset, style)?;
    // The report's own figures have their radial averages.
    figures.retain(|figure| IMAGE_SPECTRA.contains(&figure.name()));
    figures.extend(spectrogram_figures(
        &data.spectrograms,
        data.top_db,
        config.preset,
        style,
    )?);
    Ok(figures)
}

/// The names of a report's figures that show pixels and samples, and so cannot
/// be drawn from it alone.
pub fn example_figure_names(report: &Report) -> Vec<String> {
    let n_of = |representation| {
        let rows = report.examples.iter();
        rows.filter(|row| row.representation == representation)
            .count()
    };
    let mut names = Vec::new();
    if n_of(Representation::Photo) > 0 {
        names.extend(IMAGE_SPECTRA.map(str::to_string));
    }
    let clips = Representation::ALL.into_iter();
    let clips = clips.filter(|r| !matches!(r, Representation::Photo | Representation::Array));
    let n_clips = clips.map(n_of).max().unwrap_or(0);
    match report.config.preset {
        Preset::Post => names.extend((1..=n_clips.min(MOST_SPECTROGRAMS)).map(clip_name)),
        Preset::Default if n_clips > 0 => names.push(SPECTROGRAMS.to_string()),
        Preset::Default => {}
    }
    let shown = Representation::ALL.into_iter().filter(|r| n_of(*r) > 0);
    names.extend(tides_with_items(shown, report.config.preset));
    names
}

/// The files that [`example_figures`] may have written into a folder.
pub fn example_figure_paths(folder: &Path) -> Vec<PathBuf> {
    let names = IMAGE_SPECTRA.map(str::to_string).into_iter();
    let names = names.chain([SPECTROGRAMS.to_string()]);
    let names = names.chain((1..=MOST_SPECTROGRAMS).map(clip_name));
    names.flat_map(|name| files_of(folder, &name)).collect()
}

pub(super) fn clip_name(number: usize) -> String {
    format!("spectrogram_clip{number}")
}
