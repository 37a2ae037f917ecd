use super::AnalysisConfig;
use super::examples::{Examples, ranks};
use super::report::{InputRow, Report, SCHEMA_VERSION, Status, Summary};
use super::results::{TotalsByClass, results};
use super::setup::Setup;
use super::survey::survey;
use super::worker::{Worker, rejected_row, skipped_row};
use crate::decode::{ClassRule, Corpus, CorpusOptions, Rejected, Source, Wanted, corpus_of_roles};
use crate::{Error, Problem, Result};
use std::collections::BTreeMap;
use std::path::PathBuf;
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
    let rows = state.rows.into_iter().flatten().collect();
    let rows = in_order(rows, &found.rejected);
    let results = results(&setup, &state.totals, &rows)?;
    if results.is_empty() {
        return Err(nothing_usable(config, &found, &rows));
    }
    Ok(Report {
        schema_version: SCHEMA_VERSION,
        crate_version: env!("CARGO_PKG_VERSION").to_string(),
        config: config.clone(),
        summary: summary(&setup, &found, &rows),
        examples: state.examples.rows(&found.sources, setup.side)?,
        inputs: rows,
        results,
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
    let config = setup.config;
    let inputs: Vec<&PathBuf> = config.inputs.iter().chain(&config.photos).collect();
    let ranks = ranks(sources, &inputs);
    let next = AtomicUsize::new(0);
    let state = Mutex::new(State {
        rows: vec![None; sources.len()],
        totals: TotalsByClass::new(),
        examples: Examples::new(config.examples),
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
            if row.was_measured() {
                worker.contribute(&source.class, &mut state.totals)?;
            }
            if row.status != Status::Skipped {
                state
                    .examples
                    .offer(source.kind, ranks[i], i, || worker.example());
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
fn in_order(mut rows: Vec<InputRow>, rejected: &[Rejected]) -> Vec<InputRow> {
    rows.extend(rejected.iter().map(rejected_row));
    rows.sort_by(|a, b| (a.input, &a.path).cmp(&(b.input, &b.path)));
    rows
}

fn summary(setup: &Setup<'_>, found: &Corpus, rows: &[InputRow]) -> Summary {
    let count = |status| rows.iter().filter(|row| row.status == status).count();
    Summary {
        n_ok: count(Status::Ok),
        n_partial: count(Status::Partial),
        n_skipped: count(Status::Skipped),
        sample_rate: setup.audio.map(|audio| audio.sample_rate),
        segment_length: setup.audio.map(|audio| audio.segment_length),
        side: setup.side,
        array_shape: setup.array_shape.map(|(rows, cols)| [rows, cols]),
        notes: all_notes(setup.config, found, rows),
        ignored: found.ignored.clone(),
        n_beyond_limit: found.n_beyond_limit,
    }
}

/// Remarks on what was asked for and not found, or left out.
fn all_notes(config: &AnalysisConfig, found: &Corpus, rows: &[InputRow]) -> Vec<String> {
    let mut all = notes(&found.ignored);
    let clips = config.inputs.iter().map(|path| (path, "clip"));
    let photos = config.photos.iter().map(|path| (path, "photo"));
    for (input, (path, what)) in clips.chain(photos).enumerate() {
        if !rows.iter().any(|row| row.input == input) {
            all.push(format!("no {what} was found in {}", path.display()));
        }
    }
    let constant = |row: &InputRow| row.left_out.values().map(|l| l.constant).max();
    let n_constant: u64 = rows.iter().filter_map(constant).sum();
    if n_constant > 0 {
        all.push(format!(
            "{n_constant} segments are constant and were left out (left_out in the report)"
        ));
    }
    if found.n_beyond_limit > 0 {
        all.push(format!(
            "{} files beyond the limit were not read",
            found.n_beyond_limit
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

fn nothing_usable(config: &AnalysisConfig, corpus: &Corpus, rows: &[InputRow]) -> Error {
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
    for (extension, count) in &corpus.ignored {
        found.push(format!("{count} ignored with extension \"{extension}\""));
    }
    found.extend(notes(&corpus.ignored));
    if found.is_empty() {
        found.push("no files at all".to_string());
    }
    Error::NothingUsable {
        looked_for: looked_for.join(" and "),
        found: found.join("; "),
    }
}
