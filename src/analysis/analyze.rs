//! From a request to results: one pass over the sources for all that is measured,
//! and sums made into reports.

use super::audit::audit;
use super::cells::{CellStudy, cell_tables};
use super::checkpoint::Keeper;
use super::doubts::doubts;
use super::features::{FeatureRow, FeatureStudy, feature_rows};
use super::input_row::InputRow;
use super::latents::{LatentReport, LatentStudy, latent_report};
use super::modulation::{ModulationRun, ModulationStudies, modulation_run};
use super::noise::{NoiseMeasurement, NoiseRun, noise_run};
use super::outcome::Status;
use super::partial::{Partial, RunOptions};
use super::plan::RunPlan;
use super::plan_summary::PlanSummary;
use super::report::{Report, SCHEMA_VERSION, Summary};
use super::request::{Request, Shard, Task};
use super::results::results;
use super::run::{Keep, Measured, Progress, Watch, run};
use super::second_pass::SecondPass;
use super::spectra_study::{SpectraStudy, SpectraSums};
use super::verdict::{Verdict, VerdictStudy, complete, photos_of, verdict_of};
use super::{AnalysisConfig, Representation};
use crate::decode::notes_of_ignored;
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Everything that a request asked for.
#[derive(Debug, Clone, Default)]
pub struct Results {
    /// The report of the analysis.
    pub report: Option<Report>,
    /// What the evidence says of the report's representations.
    pub verdict: Option<Verdict>,
    /// Features of clips.
    pub features: Option<Vec<FeatureRow>>,
    /// Modulation spectra, with the report of their planes.
    pub modulation: Option<ModulationRun>,
    /// What noise does to the report's representations.
    pub noise: Option<NoiseRun>,
    /// What latents are.
    pub latents: Option<LatentReport>,
}

/// The results of a request over all its sources.
pub(super) fn request_results(request: &Request, progress: &dyn Progress) -> Result<Results> {
    let plan = request.plan()?;
    let partial = measure(request, &plan, RunOptions::default(), progress)?;
    partial.results(Some(&plan), &Arc::default(), progress)
}

/// The error of a result that was not asked for.
pub(super) fn nothing_measured(what: &str) -> Error {
    Error::NothingUsable {
        looked_for: what.to_string(),
        found: "a request for something else".to_string(),
    }
}

/// Measures everything that is asked for, in one pass over a share of the
/// sources; able to stop and to go on.
///
/// # Errors
/// Those of settings and of the whole run; [`Error::Partial`] where `earlier`
/// belongs to another request, [`Error::Interrupted`] where it was stopped.
pub fn measure(
    request: &Request,
    plan: &RunPlan,
    options: RunOptions,
    progress: &dyn Progress,
) -> Result<Partial> {
    let shard = options.shard.unwrap_or(Shard::WHOLE);
    request.check(shard)?;
    let of_modulation = request.modulation.as_ref().map(|settings| {
        let log_mel = plan.with_representations(&[Representation::LogMel])?;
        Ok((log_mel, settings))
    });
    let of_modulation = of_modulation.transpose()?;
    let log_mel = of_modulation.as_ref().map(|(plan, _)| plan);
    let spectra = request.has_report().then(|| SpectraStudy::new(plan));
    // A report of log-mel spectrograms stands beside their modulation spectra.
    let beside = log_mel.filter(|_| request.task != Task::Modulation);
    let cells = (request.task == Task::Analyze).then(|| CellStudy::new(plan));
    let verdict = request.verdict.as_ref();
    let verdict = verdict.map(|settings| VerdictStudy::new(plan, settings));
    let features = request.features.as_ref().map(FeatureStudy::new);
    let modulation = of_modulation
        .as_ref()
        .map(|(plan, settings)| ModulationStudies::new(plan, settings));
    let noise = request
        .noise
        .as_ref()
        .filter(|noise| !noise.has_second_pass());
    let noise = noise.map(|settings| NoiseMeasurement::new(plan, settings, BTreeMap::new()));
    let latents = request.latents.as_ref().map(|_| LatentStudy::new(plan));
    let studies = (
        spectra,
        (
            beside.map(SpectraStudy::new),
            (
                (cells, verdict.transpose()?),
                (features, (modulation.transpose()?, (noise, latents))),
            ),
        ),
    );
    let summary = PlanSummary::new(plan);
    let mut partial = Partial::new(request, shard, summary, Measured::nothing(&studies));
    if let Some(earlier) = options.earlier {
        let path = options.checkpoint.as_ref().map(|c| c.path.clone());
        check_earlier(&earlier, &partial, plan, path.unwrap_or_default())?;
        partial.absorb(earlier)?;
    }
    let n_left = partial.n_wanted() - partial.n_done();
    let later = (request.n_passes() - 1) * partial.n_wanted();
    progress.start(n_left + later);
    let mut keeper = options.checkpoint.map(Keeper::new);
    let mut keep = |measured: &Measured<_>, when: Keep| match &mut keeper {
        Some(keeper) => keeper.keep(when, |path| {
            let summary = &partial.plan;
            Partial::save_measured(path, request, shard, summary, measured)
        }),
        None => Ok(()),
    };
    let watch = Watch {
        progress,
        stop: &options.stop.unwrap_or_default(),
        keep: &mut keep,
    };
    let wanted = |number| shard.has(number);
    let earlier = std::mem::replace(&mut partial.measured, Measured::nothing(&studies));
    let measured = run(plan, &studies, wanted, earlier, watch)?;
    partial.measured = measured;
    Ok(partial)
}

fn check_earlier(earlier: &Partial, now: &Partial, plan: &RunPlan, path: PathBuf) -> Result<()> {
    let difference = earlier.difference(&now.request, &now.plan);
    let (spectra, _) = &earlier.measured.sums;
    let fits = spectra.as_ref().is_none_or(|sums| sums.fits(plan));
    let difference = match difference {
        _ if earlier.shard() != now.shard() => "another share of the files".to_string(),
        None if fits => return Ok(()),
        None => "sums of another size".to_string(),
        Some(difference) => difference,
    };
    let difference = format!("cannot go on from it: {difference}; without --resume it is replaced");
    Err(Error::Partial { path, difference })
}

impl Partial {
    /// The results of everything that was to be measured. `plan` is the one that
    /// it was measured by, where the sources are at hand: it is what second passes
    /// and examples need.
    ///
    /// # Errors
    /// [`Error::NothingUsable`] where no source could be measured.
    pub fn results(
        self,
        at_hand: Option<&RunPlan>,
        stop: &Arc<AtomicBool>,
        progress: &dyn Progress,
    ) -> Result<Results> {
        let Partial {
            request,
            plan: summary,
            measured,
            ..
        } = self;
        let (spectra, (beside, ((cells, verdict), (features, (modulation, (noise, latents)))))) =
            measured.sums;
        let made;
        let plan = match at_hand {
            Some(plan) => plan,
            None => {
                made = RunPlan::without_sources(&request.config, summary.decided)?;
                &made
            }
        };
        let second = SecondPass {
            plan: at_hand,
            stop,
            progress,
        };
        let mut results = Results::default();
        if let Some(spectra) = spectra {
            let mut report = report(plan, &summary, spectra)?;
            let cells = cells.map(|cells| cell_tables(plan, &report, &cells));
            report.take_cells(cells.transpose()?.unwrap_or_default());
            results.report = Some(report);
        }
        if let (Some(settings), Some(sums)) = (&request.verdict, verdict) {
            let photos = photos_of(plan, &sums);
            let verdict = verdict_of(plan, settings, &sums, &photos, None)?;
            let verdict = complete(verdict, plan, &photos, request.sweep, &second)?;
            results.verdict = Some(verdict);
        }
        if let (Some(settings), Some(sums)) = (&request.modulation, modulation) {
            let log_mel = plan.with_representations(&[Representation::LogMel])?;
            let report = match beside {
                Some(sums) => Some(report(&log_mel, &summary, sums)?),
                None => results.report.take(),
            };
            let report = report.ok_or_else(|| nothing_measured("planes"))?;
            results.modulation = Some(modulation_run(&log_mel, settings, report, sums)?);
        }
        if let Some(settings) = &request.noise {
            let report = match request.task {
                Task::Noise => results.report.take(),
                _ => results.report.clone().map(|report| Report {
                    cells: vec![],
                    ..report
                }),
            };
            let report = report.ok_or_else(|| nothing_measured("a report"))?;
            results.noise = Some(noise_run(plan, settings, report, noise, &second)?);
        }
        if let (Some(config), Some(sums)) = (&request.features, features) {
            results.features = Some(feature_rows(config, &summary, sums)?);
        }
        if let Some(report) = &mut results.report {
            report.forget_unsaved();
        }
        if let (Some(settings), Some(sums)) = (&request.latents, latents) {
            let config = &request.config;
            results.latents = Some(latent_report(config, settings, &summary, sums)?);
        }
        Ok(results)
    }
}

/// The report of sums over all sources.
fn report(plan: &RunPlan, summary_of: &PlanSummary, sums: SpectraSums) -> Result<Report> {
    let SpectraSums {
        rows,
        totals,
        examples,
    } = sums;
    let config = &plan.config;
    let rows = in_order(rows, &summary_of.rejected);
    let results = results(plan, totals, &rows)?;
    if results.is_empty() {
        return Err(nothing_usable(config, &summary_of.ignored, &rows));
    }
    let (summary, audit) = rayon::join(|| summary(config, summary_of, &rows), || audit(&rows));
    let mut report = Report {
        schema_version: SCHEMA_VERSION,
        crate_version: env!("CARGO_PKG_VERSION").to_string(),
        summary,
        audit,
        examples: examples.rows(),
        inputs: rows,
        results,
        config: config.clone(),
        spectra_hash: String::new(),
        files_hash: String::new(),
        missing: vec![],
        cells: vec![],
    };
    report.put_in_bands();
    report.seal();
    Ok(report)
}

/// Rejected inputs take their place among the others: by INPUT, then by name.
fn in_order(mut measured: Vec<(usize, InputRow)>, rejected: &[InputRow]) -> Vec<InputRow> {
    let last = |row: &InputRow| (usize::MAX, row.clone());
    measured.extend(rejected.iter().map(last));
    measured.sort_by(|(_, a), (_, b)| (a.input, &a.path).cmp(&(b.input, &b.path)));
    measured.into_iter().map(|(_, row)| row).collect()
}

fn summary(config: &AnalysisConfig, plan: &PlanSummary, rows: &[InputRow]) -> Summary {
    let decided = &plan.decided;
    let count = |status| {
        rows.iter()
            .filter(|row| row.outcome.status == status)
            .count()
    };
    Summary {
        n_ok: count(Status::Ok),
        n_partial: count(Status::Partial),
        n_skipped: count(Status::Skipped),
        sample_rate: decided.audio.map(|audio| audio.sample_rate),
        segment_length: decided.audio.map(|audio| audio.segment_length),
        side: decided.side,
        array_shape: decided.array_shape.map(|(rows, cols)| [rows, cols]),
        notes: all_notes(config, plan, rows),
        ignored: plan.ignored.clone(),
        n_beyond_limit: plan.n_beyond_limit,
    }
}

/// Remarks on what was asked for and not found, or left out.
fn all_notes(config: &AnalysisConfig, plan: &PlanSummary, rows: &[InputRow]) -> Vec<String> {
    let mut all = plan.label_notes.clone();
    all.extend(notes(&plan.ignored));
    let clips = config.inputs.iter().map(|path| (path, "clip"));
    let photos = config.photos.iter().map(|path| (path, "photo"));
    for (input, (path, what)) in clips.chain(photos).enumerate() {
        if !rows.iter().any(|row| row.input == input) {
            all.push(format!("no {what} was found in {}", path.display()));
        }
    }
    all.extend(doubts(
        rows.iter().filter_map(|row| row.layout_doubt.as_ref()),
    ));
    let constant = |row: &InputRow| row.left_out.values().map(|l| l.constant).max();
    let n_constant: u64 = rows.iter().filter_map(constant).sum();
    if n_constant > 0 {
        all.push(format!(
            "{n_constant} segments are constant and were left out (left_out in the report)"
        ));
    }
    if plan.n_beyond_limit > 0 {
        all.push(format!(
            "{} files beyond the limit were not read",
            plan.n_beyond_limit
        ));
    }
    all
}

/// Hints for files that the user may have meant as inputs.
fn notes(ignored: &BTreeMap<String, u64>) -> Vec<String> {
    let count =
        |extensions: &[&str]| -> u64 { extensions.iter().filter_map(|e| ignored.get(*e)).sum() };
    let mut notes = notes_of_ignored(ignored);
    let photos = count(&["jpg", "jpeg", "png", "webp"]);
    if photos > 0 {
        notes.push(format!(
            "{photos} pictures under INPUT were not read: give their folder with --photos"
        ));
    }
    let arrays = count(&["npy", "npz"]);
    if arrays > 0 {
        notes.push(format!(
            "{arrays} arrays under INPUT were not read: name the files themselves, or a glob"
        ));
    }
    notes
}

fn nothing_usable(
    config: &AnalysisConfig,
    ignored: &BTreeMap<String, u64>,
    rows: &[InputRow],
) -> Error {
    const SHOWN: usize = 3;
    let list = |paths: &[std::path::PathBuf]| -> String {
        let names: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
        names.join(", ")
    };
    let mut looked_for = Vec::new();
    if !config.inputs.is_empty() {
        looked_for.push(format!("clips in {}", list(&config.inputs)));
    }
    if !config.photos.is_empty() {
        looked_for.push(format!("photos in {}", list(&config.photos)));
    }
    let mut found: Vec<String> = rows
        .iter()
        .take(SHOWN)
        .map(|row| {
            let reason = row.outcome.reason.as_deref().unwrap_or("no reason");
            format!("{} ({reason})", row.path)
        })
        .collect();
    if rows.len() > SHOWN {
        found.push(format!("{} more that cannot be used", rows.len() - SHOWN));
    }
    for (extension, count) in ignored {
        found.push(format!("{count} ignored with extension \"{extension}\""));
    }
    found.extend(notes(ignored));
    if found.is_empty() {
        found.push("no files at all".to_string());
    }
    Error::NothingUsable {
        looked_for: looked_for.join(" and "),
        found: found.join("; "),
    }
}
