use super::example::{NoiseExample, example};
use super::information::information;
use super::pass::measure;
use super::settings::NoiseSettings;
use super::study::{NoiseReport, noise_of_report};
use crate::Result;
use crate::analysis::analyze::find;
use crate::analysis::survey::survey;
use crate::analysis::{AnalysisConfig, Progress, Report, Representation, analyze};
use crate::decode::{Kind, Source};
use std::path::PathBuf;

/// An analysis, and what noise does to it.
#[derive(Debug, Clone, PartialEq)]
pub struct NoiseRun {
    /// The analysis without noise.
    pub report: Report,
    /// The noise study of each of its representations.
    pub noise: NoiseReport,
    /// One item of each representation, to be looked at.
    pub examples: Vec<NoiseExample>,
    /// Name and path of each clip that could be used.
    pub clips: Vec<(String, PathBuf)>,
}

/// Analyses all sources of `config`, and then once more with noise: every
/// segment gets its own, seeded by its place, at all levels of the tide.
///
/// The result is the same to the bit for any number of threads.
///
/// # Errors
/// Those of [`analyze`] and [`noise_of_report`].
pub fn noise(
    config: &AnalysisConfig,
    settings: &NoiseSettings,
    progress: &dyn Progress,
) -> Result<NoiseRun> {
    settings.check()?;
    let report = analyze(config, progress)?;
    let mut noise = noise_of_report(&report, settings)?;
    let found = find(config)?;
    let (setup, problems) = survey(config, &found.sources)?;
    let usable: Vec<(usize, &Source)> = found
        .sources
        .iter()
        .enumerate()
        .filter(|(i, _)| !problems.contains_key(i))
        .collect();
    let mut examples = Vec::new();
    let all = noise
        .studies
        .iter_mut()
        .filter(|study| study.class == "all");
    for study in all {
        let kind = kind(study.representation);
        let sources: Vec<(usize, &Source)> = usable
            .iter()
            .copied()
            .filter(|(_, source)| source.kind == kind)
            .collect();
        let cells = measure(study, &setup, &sources, settings)?;
        let result = report
            .results
            .iter()
            .find(|row| row.class == "all" && row.representation == study.representation);
        if let (Some(result), Some(cells)) = (result, cells) {
            study.information = information(&report, result, study, Some(&cells))?;
        }
        examples.extend(example(
            &setup,
            study.representation,
            &sources,
            settings.seed,
        )?);
    }
    Ok(NoiseRun {
        clips: clips(&report, &usable),
        report,
        noise,
        examples,
    })
}

/// The clips that the report does not skip.
fn clips(report: &Report, usable: &[(usize, &Source)]) -> Vec<(String, PathBuf)> {
    let is_skipped = report.skips();
    usable
        .iter()
        .filter(|(_, source)| source.kind == Kind::Audio && !is_skipped(source))
        .map(|(_, source)| (source.name().to_string(), source.path()))
        .collect()
}

pub(in crate::analysis) fn kind(representation: Representation) -> Kind {
    match representation {
        Representation::Photo => Kind::Photo,
        Representation::Array => Kind::Array,
        _ => Kind::Audio,
    }
}
