//! The noise study of a run, from sums to a report.

use super::example::NoiseExample;
use super::information::information;
use super::measure::{NoiseMeasurement, NoiseSums};
use super::of_report::noise_of_report;
use super::settings::NoiseSettings;
use super::study::NoiseReport;
use crate::Result;
use crate::analysis::Report;
use crate::analysis::plan::RunPlan;
use crate::analysis::second_pass::SecondPass;
use crate::decode::Kind;
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

/// What noise does to a report, from the sums of its pass or of a second one.
pub(crate) fn noise_run(
    plan: &RunPlan,
    settings: &NoiseSettings,
    mut report: Report,
    sums: Option<NoiseSums>,
    second: &SecondPass<'_>,
) -> Result<NoiseRun> {
    let mut noise = noise_of_report(&report, settings)?;
    let sums = match settings.has_second_pass() {
        true => {
            let sigmas = noise.studies.iter().filter(|study| study.class == "all");
            let sigmas = sigmas.map(|study| (study.representation, study.sigmas()));
            second.run(&NoiseMeasurement::new(plan, settings, sigmas.collect()))?
        }
        false => sums,
    };
    let sums = sums.unwrap_or_default();
    for study in noise
        .studies
        .iter_mut()
        .filter(|study| study.class == "all")
    {
        let Some(sums) = sums.get(study.representation) else {
            continue;
        };
        let cells = sums.apply(study, plan)?;
        let mut rows = report.results.iter();
        let result = rows.find(|r| r.class == "all" && r.representation == study.representation);
        if let (Some(result), Some(cells)) = (result, cells) {
            study.information = information(&report, result, study, Some(&cells))?;
        }
    }
    let mut examples = Vec::new();
    if let Some(plan) = second.plan {
        for (representation, item) in sums.first_items() {
            examples.push(item.example(plan, representation)?);
        }
    }
    report.forget_unsaved();
    Ok(NoiseRun {
        clips: clips(&report, plan),
        report,
        noise,
        examples,
    })
}

/// The clips that the report does not skip.
fn clips(report: &Report, plan: &RunPlan) -> Vec<(String, PathBuf)> {
    let is_skipped = report.skips();
    let clips = plan.usable().map(|(_, source)| source);
    clips
        .filter(|source| source.kind == Kind::Audio && !is_skipped(source))
        .map(|source| (source.name().to_string(), source.path()))
        .collect()
}
