//! The spectrum of each source for itself, DC included where it has one.

use super::measured::{Measured, arrays, log_mel, photo, waveform};
use super::setup::Setup;
use super::survey::{problem_of, survey};
use super::{AnalysisConfig, Progress, Representation};
use crate::compare::MeanSpectrum;
use crate::data::Spectrum;
use crate::decode::{CorpusOptions, Kind, Source, Wanted, corpus};
use crate::{Error, Problem, Result};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What is taken of each source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// The one-dimensional power spectrum of clips.
    Waveform,
    /// The RAPSD of log-mel spectrograms, photos and arrays.
    Rapsd,
}

/// How the spectra of segments become one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Average {
    /// exp of the mean of ln P: what figures and fits use. For noise it lies
    /// below the power (2.5 dB for one-sided bins).
    #[default]
    Geometric,
    /// The mean of P: an estimate of the power itself.
    Arithmetic,
}

/// The spectrum of one source: a mean over its segments.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceSpectrum {
    /// Path relative to its INPUT, or as given where the file itself was named.
    pub name: String,
    /// The spectrum, or why there is none.
    pub spectrum: Result<Spectrum, Problem>,
    /// Segments or items in it.
    pub n_segments: u64,
    /// Why the source was not used wholly.
    pub remark: Option<String>,
}

/// The spectra of all sources, by input, then by name.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceSpectra {
    /// One entry per source.
    pub sources: Vec<SourceSpectrum>,
    /// Mean over all segments, where there are several sources of one kind with
    /// the same frequencies.
    pub mean: Option<Spectrum>,
}

/// The spectra of all sources of `config.inputs`, each and averaged.
///
/// # Errors
/// [`Error::InvalidArgument`] for a setting out of range, and
/// [`Error::NothingUsable`] where no input was found.
pub fn source_spectra(
    config: &AnalysisConfig,
    view: View,
    average: Average,
    progress: &dyn Progress,
) -> Result<SourceSpectra> {
    let mut config = config.clone();
    // What is not looked at should not set conditions.
    config.representations = vec![match view {
        View::Waveform => Representation::Waveform,
        View::Rapsd => Representation::LogMel,
    }];
    let config = &config;
    config.check()?;
    let found = corpus(
        &config.inputs,
        &CorpusOptions {
            wanted: match view {
                View::Waveform => Wanted::AudioFolders,
                View::Rapsd => Wanted::Everything,
            },
            class_rule: config.class_rule.clone(),
            limit: config.limit,
        },
    )?;
    // Each array is averaged for itself, so their shapes may differ.
    let surveyed: Vec<Source> = found
        .sources
        .iter()
        .filter(|source| source.kind != Kind::Array)
        .cloned()
        .collect();
    let (setup, problems) = survey(config, &surveyed)?;
    let known: BTreeMap<PathBuf, &Problem> = problems
        .iter()
        .map(|(i, problem)| (surveyed[*i].path(), problem))
        .collect();
    progress.start(found.sources.len());
    let measured: Vec<Result<(SourceSpectrum, Option<Measured>)>> = found
        .sources
        .par_iter()
        .map(|source| {
            let spectrum = match known.get(&source.path()) {
                Some(problem) => {
                    let name = shown_name(config, source);
                    Ok((missing(name, (*problem).clone()), None))
                }
                None => source_spectrum(&setup, view, average, source),
            };
            progress.advance();
            spectrum
        })
        .collect();
    let mut sources = Vec::with_capacity(measured.len());
    let mut all = Vec::with_capacity(measured.len());
    for (result, source) in measured.into_iter().zip(&found.sources) {
        let (spectrum, measured) = result?;
        sources.push((source.input, spectrum));
        all.push((source.kind, measured));
    }
    sources.extend(found.rejected.iter().map(|rejected| {
        let spectrum = missing(rejected.name.clone(), rejected.problem.clone());
        (rejected.input, spectrum)
    }));
    sources.sort_by(|(input_a, a), (input_b, b)| (input_a, &a.name).cmp(&(input_b, &b.name)));
    let sources: Vec<SourceSpectrum> = sources.into_iter().map(|(_, source)| source).collect();
    if sources.is_empty() {
        let ignored: u64 = found.ignored.values().sum();
        return Err(Error::NothingUsable {
            looked_for: "clips, photos or arrays among the inputs".to_string(),
            found: format!("{ignored} files of other kinds"),
        });
    }
    let mean = mean(&sources, &all, average)?;
    Ok(SourceSpectra { sources, mean })
}

/// The mean over all segments, where they are alike: of one kind, and
/// of one shape.
fn mean(
    sources: &[SourceSpectrum],
    measured: &[(Kind, Option<Measured>)],
    average: Average,
) -> Result<Option<Spectrum>> {
    let mut used = measured.iter().filter_map(|(kind, measured)| {
        let measured = measured.as_ref()?;
        (measured.measurement.sums.n_segments > 0).then_some((kind, measured))
    });
    let Some((first_kind, first)) = used.clone().next() else {
        return Ok(None);
    };
    let alike = used.clone().all(|(kind, measured)| {
        kind == first_kind && measured.frequency == first.frequency && measured.dof == first.dof
    });
    if sources.len() < 2 || !alike {
        return Ok(None);
    }
    let mut mean = MeanSpectrum::new(first.dof.len());
    used.try_for_each(|(_, measured)| mean.add(&measured.measurement.sums))?;
    Ok(Some(Spectrum {
        power: match average {
            Average::Geometric => mean.mean_log_power().iter().map(|p| p.exp()).collect(),
            Average::Arithmetic => mean.mean_power(),
        },
        frequency: first.frequency.clone(),
        dof: first.dof.clone(),
    }))
}

fn source_spectrum(
    setup: &Setup<'_>,
    view: View,
    average: Average,
    source: &Source,
) -> Result<(SourceSpectrum, Option<Measured>)> {
    let measured = match (view, source.kind) {
        (View::Waveform, Kind::Audio) => waveform(setup, source),
        (View::Waveform, Kind::Photo | Kind::Array) => {
            let found = "a picture or an array; `cepstrum rapsd` reads it".to_string();
            Err(Problem::NotAudio { found }.at(&source.path()))
        }
        (View::Rapsd, Kind::Audio) => log_mel(setup, source),
        (View::Rapsd, Kind::Photo) => photo(setup, source),
        (View::Rapsd, Kind::Array) => arrays(setup.config, source),
    };
    let measured = measured.and_then(|measured| {
        measured
            .check()
            .map_err(|problem| problem.at(&source.path()))?;
        Ok(measured)
    });
    let name = shown_name(setup.config, source);
    Ok(match measured {
        Ok(measured) => (
            SourceSpectrum {
                name,
                n_segments: measured.n_segments(),
                remark: measured.remark(),
                spectrum: Ok(measured.spectrum(average)),
            },
            Some(measured),
        ),
        Err(error) => (missing(name, problem_of(error)?), None),
    })
}

/// The name below its folder, or the path of a file that was named itself: file
/// names alone would not tell two of them apart.
fn shown_name(config: &AnalysisConfig, source: &Source) -> String {
    match config.inputs.get(source.input) {
        Some(input) if input.is_dir() => source.name().to_string(),
        _ => source.path().display().to_string(),
    }
}

fn missing(name: String, problem: Problem) -> SourceSpectrum {
    SourceSpectrum {
        name,
        spectrum: Err(problem),
        n_segments: 0,
        remark: None,
    }
}
