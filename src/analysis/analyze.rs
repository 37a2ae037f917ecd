use super::AnalysisConfig;
use super::InputRows;
use super::audit::audit;
use super::checkpoint::{Checkpoint, Keeper};
use super::examples::{banded, ranks};
use super::input_rows::NumberedRows;
use super::partial::{Partial, Plan, Shard, fingerprint};
use super::report::{InputRow, Report, SCHEMA_VERSION, Status, Summary};
use super::results::results;
use super::setup::Setup;
use super::survey::survey;
use super::worker::{Worker, rejected_row, skipped_row};
use crate::decode::{ClassRule, Corpus, CorpusOptions, Source, Wanted, corpus_of_roles};
use crate::{Error, Problem, Result};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Hears how far an analysis is.
pub trait Progress: Sync {
    /// Measuring begins, on so many files.
    fn start(&self, n_files: usize);
    /// One more file is done.
    fn advance(&self);
}

/// Progress that nobody watches.
pub struct Silent;

impl Progress for Silent {
    fn start(&self, _: usize) {}
    fn advance(&self) {}
}

/// What of an analysis is done, and what happens on the way.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// The share of the sources that is measured; `None` is all.
    pub shard: Option<Shard>,
    /// Where, and how often, what was measured is kept; `None` is nowhere.
    pub checkpoint: Option<Checkpoint>,
    /// What an earlier run measured of the same share.
    pub earlier: Option<Partial>,
    /// Once true, the run keeps what it has and ends with
    /// [`Error::Interrupted`].
    pub stop: Option<Arc<AtomicBool>>,
}

/// Finds, decodes and measures all sources of `config`.
///
/// Runs on the threads of the current rayon pool; the report is the same to
/// the bit for any number of them.
///
/// # Errors
/// [`Error::InvalidArgument`] for a setting out of range, and
/// [`Error::NothingUsable`] where no source could be measured. A single bad
/// file is no error but a row with a reason.
pub fn analyze(config: &AnalysisConfig, progress: &dyn Progress) -> Result<Report> {
    report(partial(config, RunOptions::default(), progress)?)
}

/// As [`analyze`], for a share of the sources, and able to stop and to go on:
/// what was measured, for [`merged_report`](super::merged_report).
///
/// # Errors
/// Those of settings and of the whole run; [`Error::Partial`] where `earlier`
/// belongs to another analysis, [`Error::Interrupted`] where it was stopped.
pub fn partial(
    config: &AnalysisConfig,
    options: RunOptions,
    progress: &dyn Progress,
) -> Result<Partial> {
    config.check()?;
    let found = find(config)?;
    let (setup, problems) = survey(config, &found.sources)?;
    let shard = options.shard.unwrap_or(Shard::WHOLE);
    let plan = plan(&setup, &found);
    let mut partial = Partial::new(config, shard, plan);
    if let Some(earlier) = options.earlier {
        let path = options.checkpoint.as_ref().map(|c| c.path.clone());
        check_earlier(&earlier, &partial, &setup, path.unwrap_or_default())?;
        partial.absorb(earlier)?;
    }
    progress.start(partial.n_wanted() - partial.n_done());
    let run = Run {
        setup: &setup,
        sources: &found.sources,
        problems: &problems,
        stop: options.stop.unwrap_or_default(),
    };
    run.measure(partial, options.checkpoint, progress)
}

fn check_earlier(earlier: &Partial, now: &Partial, setup: &Setup<'_>, path: PathBuf) -> Result<()> {
    let difference = earlier.difference(&now.config, &now.plan);
    let difference = match difference {
        _ if earlier.shard() != now.shard() => "another share of the files".to_string(),
        None if earlier.fits(setup) => return Ok(()),
        None => "sums of another size".to_string(),
        Some(difference) => difference,
    };
    let difference = format!("cannot go on from it: {difference}; without --resume it is replaced");
    Err(Error::Partial { path, difference })
}

fn plan(setup: &Setup<'_>, found: &Corpus) -> Plan {
    Plan {
        n_sources: found.sources.len(),
        fingerprint: fingerprint(&found.sources),
        audio: setup.audio,
        side: setup.side,
        array_shape: setup.array_shape,
        rejected: found.rejected.iter().map(rejected_row).collect(),
        ignored: found.ignored.clone(),
        n_beyond_limit: found.n_beyond_limit,
    }
}

/// The report of everything that was to be measured.
///
/// # Errors
/// [`Error::NothingUsable`] where no source could be measured.
pub(super) fn report(partial: Partial) -> Result<Report> {
    let Partial {
        config,
        plan,
        rows,
        totals,
        examples,
        ..
    } = partial;
    let setup = Setup::new(&config, plan.audio, plan.side, plan.array_shape)?;
    let rows = in_order(rows, &plan.rejected);
    let results = results(&setup, totals, &rows)?;
    if results.is_empty() {
        return Err(nothing_usable(&config, &plan.ignored, &rows));
    }
    let (summary, audit) = rayon::join(|| summary(&config, &plan, &rows), || audit(&rows));
    Ok(Report {
        schema_version: SCHEMA_VERSION,
        crate_version: env!("CARGO_PKG_VERSION").to_string(),
        summary,
        audit,
        examples: examples.rows(),
        inputs: rows,
        results,
        config,
    })
}

/// The sources of `config`.
pub(super) fn find(config: &AnalysisConfig) -> Result<Corpus> {
    let clips = CorpusOptions {
        wanted: Wanted::AudioFolders,
        class_rule: config.class_rule.clone(),
        limit: config.limit,
    };
    let photos = CorpusOptions {
        wanted: Wanted::PhotoFolders,
        // A table of labels is about the clips.
        class_rule: match &config.class_rule {
            ClassRule::Labels(_) => ClassRule::ParentFolder,
            rule => rule.clone(),
        },
        limit: config.limit,
    };
    corpus_of_roles(&[(&config.inputs, &clips), (&config.photos, &photos)])
}

/// One pass over the sources.
struct Run<'a> {
    setup: &'a Setup<'a>,
    sources: &'a [Source],
    problems: &'a BTreeMap<usize, Problem>,
    stop: Arc<AtomicBool>,
}

impl Run<'_> {
    /// Measures what `partial` lacks.
    fn measure(
        &self,
        partial: Partial,
        checkpoint: Option<Checkpoint>,
        progress: &dyn Progress,
    ) -> Result<Partial> {
        let config = self.setup.config;
        let inputs: Vec<&PathBuf> = config.inputs.iter().chain(&config.photos).collect();
        let (shard, done) = (partial.shard(), partial.rows.numbers().to_vec());
        let is_left = |i: &usize| shard.has(*i) && done.binary_search(i).is_err();
        let ranks = ranks(self.sources, &inputs);
        let banded = banded(self.sources);
        let next = AtomicUsize::new(0);
        let next_left = || {
            let each = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
            each.take_while(|i| *i < self.sources.len()).find(is_left)
        };
        let state = Mutex::new((partial, checkpoint.map(Keeper::new)));
        let outcomes: Vec<Result<()>> = rayon::broadcast(|_| {
            let mut worker = Worker::new(self.setup, &self.stop)?;
            while let Some(i) = next_left() {
                let mut row = self.row(&mut worker, i)?;
                if !banded[i] {
                    row.band_log_power.clear();
                }
                let source = &self.sources[i];
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                let (partial, keeper) = &mut *state;
                if row.was_measured() {
                    worker.contribute(&source.class, &mut partial.totals)?;
                }
                if row.status != Status::Skipped {
                    let example = || worker.example().rows(source, self.setup.side);
                    let place = (source.kind, ranks[i]);
                    partial.examples.offer(place, i, example)?;
                }
                partial.rows.insert(i, &row);
                if let Some(keeper) = keeper {
                    keeper.keep_if_due(partial)?;
                }
                drop(state);
                progress.advance();
            }
            Ok(())
        });
        let (partial, keeper) = state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let outcome = outcomes.into_iter().collect::<Result<()>>();
        if let (Err(Error::Interrupted { .. }), Some(mut keeper)) = (&outcome, keeper) {
            keeper.keep(&partial)?;
        }
        match outcome {
            Ok(()) => Ok(partial),
            Err(Error::Interrupted { .. }) => Err(Error::Interrupted {
                done: partial.n_done(),
                total: partial.n_wanted(),
            }),
            Err(error) => Err(error),
        }
    }

    fn row(&self, worker: &mut Worker<'_>, i: usize) -> Result<InputRow> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(Error::Interrupted { done: 0, total: 0 });
        }
        match self.problems.get(&i) {
            Some(problem) => Ok(skipped_row(&self.sources[i], problem)),
            None => worker.measure(&self.sources[i]),
        }
    }
}

/// Rejected inputs take their place among the others: by INPUT, then by name.
fn in_order(measured: NumberedRows, rejected: &[InputRow]) -> InputRows {
    let mut rows = measured.into_rows();
    rows.extend(rejected);
    rows.sort_by_place();
    rows
}

fn summary(config: &AnalysisConfig, plan: &Plan, rows: &InputRows) -> Summary {
    let count = |status| rows.iter().filter(|row| row.status == status).count();
    Summary {
        n_ok: count(Status::Ok),
        n_partial: count(Status::Partial),
        n_skipped: count(Status::Skipped),
        sample_rate: plan.audio.map(|audio| audio.sample_rate),
        segment_length: plan.audio.map(|audio| audio.segment_length),
        side: plan.side,
        array_shape: plan.array_shape.map(|(rows, cols)| [rows, cols]),
        notes: all_notes(config, plan, rows),
        ignored: plan.ignored.clone(),
        n_beyond_limit: plan.n_beyond_limit,
    }
}

/// Remarks on what was asked for and not found, or left out.
fn all_notes(config: &AnalysisConfig, plan: &Plan, rows: &InputRows) -> Vec<String> {
    let mut all = notes(&plan.ignored);
    let clips = config.inputs.iter().map(|path| (path, "clip"));
    let photos = config.photos.iter().map(|path| (path, "photo"));
    for (input, (path, what)) in clips.chain(photos).enumerate() {
        if !rows.iter().any(|row| row.input == input) {
            all.push(format!("no {what} was found in {}", path.display()));
        }
    }
    let constant = |row: InputRow| row.left_out.values().map(|l| l.constant).max();
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
    let mut notes = Vec::new();
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
    rows: &InputRows,
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
            let reason = row.reason.as_deref().unwrap_or("no reason");
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
