//! The examples of a report once more, for figures that show what is in them.

use super::noise::first_example;
use super::plan::RunPlan;
use super::{
    NoiseExample, Preset, Report, Representation, SourcePlane, Spectrogram, SpectrogramConfig,
    SpectrogramRows, spectrograms,
};
use crate::Result;
use crate::spectral::StftConfig;
use std::path::PathBuf;

/// Photos whose two-dimensional spectra are shown.
const MOST_PHOTOS: usize = 4;
/// Clips whose spectrograms are shown at most.
pub(crate) const MOST_SPECTROGRAMS: usize = 12;
/// Longest spectrogram, s.
const LONGEST: f64 = 600.0;

/// Pixels and samples of the examples of a report, which has their spectra
/// alone.
#[derive(Debug, Clone, PartialEq)]
pub struct ExampleData {
    /// The first four photos.
    pub photos: Vec<SourcePlane>,
    /// The first example's first item of every representation, with noise of
    /// variance 1.
    pub items: Vec<NoiseExample>,
    /// The first segment's length of the first twelve clips, in dB: below each
    /// one's own largest value in the post's preset, with transforms of 1024
    /// samples; otherwise below that of all, with the report's own.
    pub spectrograms: Vec<Spectrogram>,
    /// Dynamic range of the spectrograms, dB.
    pub top_db: f64,
}

/// Reads the examples of a fresh report again, by the plan that it was made by.
///
/// # Errors
/// [`crate::Error::Input`] for an example that has changed or gone, and those of the
/// report's own settings.
pub fn example_data(report: &Report, plan: &RunPlan, seed: u64) -> Result<ExampleData> {
    // Numbers of sources, in the order of the report.
    let examples = |representation: Representation| -> Vec<usize> {
        let rows = report.examples.iter();
        let rows = rows.filter(|row| row.representation == representation);
        let kind = representation.info().kind;
        let numbers = rows.filter_map(|row| {
            let mut sources = plan.corpus.sources.iter();
            sources.position(|source| {
                source.kind == kind && source.input == row.input && source.name() == row.path
            })
        });
        numbers.collect()
    };
    let photos = examples(Representation::Photo);
    let photos = photos.iter().take(MOST_PHOTOS);
    let photos = photos.map(|number| plan.first_plane(*number));
    let mut items = Vec::new();
    for representation in Representation::ALL {
        items.extend(first_example(
            plan,
            representation,
            &examples(representation),
            seed,
        )?);
    }
    let clips = Representation::OF_AUDIO
        .into_iter()
        .map(examples)
        .find(|numbers| !numbers.is_empty())
        .unwrap_or_default();
    let clips: Vec<PathBuf> = clips
        .iter()
        .take(MOST_SPECTROGRAMS)
        .map(|number| plan.corpus.sources[*number].path())
        .collect();
    let top_db = 80.0;
    Ok(ExampleData {
        photos: photos.collect::<Result<_>>()?,
        items,
        spectrograms: clip_spectrograms(report, &clips, top_db)?,
        top_db,
    })
}

fn clip_spectrograms(report: &Report, clips: &[PathBuf], top_db: f64) -> Result<Vec<Spectrogram>> {
    let config = &report.config;
    let post = config.preset == Preset::Post;
    let settings = SpectrogramConfig {
        stft: match post {
            true => StftConfig::new(1024, 512),
            false => config.stft.clone(),
        },
        rows: SpectrogramRows::Bins,
        top_db,
        channel: config.channel,
        start: 0.0,
        duration: Some(config.segment.min(LONGEST)),
    };
    // Clips that are drawn together have one 0 dB.
    let together = if post { 1 } else { clips.len().max(1) };
    let mut all = Vec::new();
    for clips in clips.chunks(together) {
        all.extend(spectrograms(clips, &settings)?);
    }
    Ok(all)
}
