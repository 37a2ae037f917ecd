use super::AnalysisConfig;
use super::examples::{Examples, ranks};
use super::report::{InputRow, Report, SCHEMA_VERSION, Status, Summary};
use super::results::{TotalsByClass, results};
use super::setup::Setup;
use super::survey::survey;
use super::worker::{Worker, rejected_row, skipped_row};
use crate::decode::{Corpus, CorpusOptions, Rejected, Source, Wanted, corpus};
use crate::{Error, Problem, Result};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

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
    config.check()?;
    let found = find(config)?;
    let (setup, problems) = survey(config, &found.sources)?;
    progress.start(found.sources.len());
    let state = measure_all(&setup, &found.sources, &problems, progress)?;
    let results = results(&setup, &state.totals)?;
    let rows = state.rows.into_iter().flatten().collect();
    let rows = in_order(&found.sources, rows, &found.rejected);
    if results.is_empty() {
        return Err(nothing_usable(config, &found.ignored, &rows));
    }
    Ok(Report {
        schema_version: SCHEMA_VERSION,
        crate_version: env!("CARGO_PKG_VERSION").to_string(),
        config: config.clone(),
        summary: summary(&setup, &found.ignored, &rows),
        examples: state.examples.rows(&found.sources, setup.side)?,
        inputs: rows,
        results,
    })
}

fn find(config: &AnalysisConfig) -> Result<Corpus> {
    let options = |wanted| CorpusOptions {
        wanted,
        class_rule: config.class_rule.clone(),
        limit: config.limit,
    };
    let mut found = corpus(&config.inputs, &options(Wanted::AudioFolders))?;
    let photos = corpus(&config.photos, &options(Wanted::PhotoFolders))?;
    let n_inputs = config.inputs.len();
    found
        .sources
        .extend(photos.sources.into_iter().map(|mut s| {
            s.input += n_inputs;
            s
        }));
    found
        .rejected
        .extend(photos.rejected.into_iter().map(|mut r| {
            r.input += n_inputs;
            r
        }));
    for (extension, count) in photos.ignored {
        *found.ignored.entry(extension).or_insert(0) += count;
    }
    Ok(found)
}

/// Rows in the order of the sources, and the sums of all classes.
struct State {
    rows: Vec<Option<InputRow>>,
    totals: TotalsByClass,
    examples: Examples,
}

fn measure_all(
    setup: &Setup<'_>,
    sources: &[Source],
    problems: &[Option<Problem>],
    progress: &dyn Progress,
) -> Result<State> {
    let ranks = ranks(sources);
    let next = AtomicUsize::new(0);
    let state = Mutex::new(State {
        rows: vec![None; sources.len()],
        totals: TotalsByClass::new(),
        examples: Examples::new(setup.config.examples),
    });
    let outcomes: Vec<Result<()>> = rayon::broadcast(|_| {
        let mut worker = Worker::new(setup)?;
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let Some(source) = sources.get(i) else {
                return Ok(());
            };
            let row = match &problems[i] {
                Some(problem) => skipped_row(source, problem),
                None => worker.measure(source)?,
            };
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            if row.status != Status::Skipped {
                worker.contribute(&source.class, &mut state.totals)?;
                state
                    .examples
                    .offer(source.kind, ranks[i], i, || worker.spectra());
            }
            state.rows[i] = Some(row);
            drop(state);
            progress.advance();
        }
    });
    outcomes.into_iter().collect::<Result<()>>()?;
    Ok(state.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Rejected inputs take their place among the others: by INPUT, then by name.
fn in_order(sources: &[Source], mut rows: Vec<InputRow>, rejected: &[Rejected]) -> Vec<InputRow> {
    let mut keyed: Vec<(usize, InputRow)> = sources
        .iter()
        .map(|source| source.input)
        .zip(rows.drain(..))
        .collect();
    keyed.extend(rejected.iter().map(|r| (r.input, rejected_row(r))));
    keyed.sort_by(|(input_a, a), (input_b, b)| (input_a, &a.path).cmp(&(input_b, &b.path)));
    keyed.into_iter().map(|(_, row)| row).collect()
}

fn summary(setup: &Setup<'_>, ignored: &BTreeMap<String, u64>, rows: &[InputRow]) -> Summary {
    let count = |status| rows.iter().filter(|row| row.status == status).count();
    Summary {
        n_ok: count(Status::Ok),
        n_partial: count(Status::Partial),
        n_skipped: count(Status::Skipped),
        sample_rate: setup.audio.map(|audio| audio.sample_rate),
        segment_length: setup.audio.map(|audio| audio.segment_length),
        side: setup.side,
        array_shape: setup.array_shape.map(|(rows, cols)| [rows, cols]),
        notes: notes(ignored),
        ignored: ignored.clone(),
    }
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
    if found.is_empty() {
        found.push("no files at all".to_string());
    }
    Error::NothingUsable {
        looked_for: looked_for.join(" and "),
        found: found.join("; "),
    }
}
