//! Figures that show what is in the examples of a report: pixels and samples.

use super::convention::Convention;
use super::drawings::{Drawing, name_of};
use super::plane_figures::plane_figures;
use super::spectrogram_figures::{spectrogram_figures, spectrogram_names};
use crate::Result;
use crate::analysis::{ExampleData, MOST_SPECTROGRAMS, Report, Representation};

const IMAGE_SPECTRA: [&str; 2] = ["plot_image_spectra", "image_spectrum"];

/// Draws the two-dimensional spectra of the example photos, the power along a
/// turning ray of the first one's, and the spectrograms of the example clips.
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for a style that cannot be drawn.
pub fn example_figures(
    report: &Report,
    data: &ExampleData,
    convention: &Convention,
) -> Result<Vec<Drawing>> {
    let mut drawings = plane_figures(&data.photos, report.config.radius, convention)?;
    // The report's own figures have their radial averages.
    drawings.retain(|drawing| IMAGE_SPECTRA.contains(&drawing.name()));
    drawings.extend(spectrogram_figures(
        &data.spectrograms,
        data.top_db,
        convention,
    )?);
    Ok(drawings)
}

/// Names of a report's drawings that show pixels and samples, and so cannot be
/// drawn from it alone.
pub fn drawings_of_data(report: &Report, convention: &Convention) -> Vec<String> {
    let n_of = |representation| {
        let rows = report.examples.iter();
        rows.filter(|row| row.representation == representation)
            .count()
    };
    let n_clips = Representation::OF_AUDIO.map(n_of).into_iter().max();
    let n_clips = n_clips.unwrap_or(0).min(MOST_SPECTROGRAMS);
    let mut names = Vec::new();
    if n_of(Representation::Photo) > 0 {
        names.extend(IMAGE_SPECTRA.map(str::to_string));
    }
    names.extend(spectrogram_names(n_clips, convention));
    let with_item = |r: &Representation| n_of(*r) > 0 && convention.without_item != Some(*r);
    let tides = Representation::ALL.into_iter().filter(with_item);
    names.extend(tides.map(|r| name_of("rising_tide_*", r)));
    names
}
