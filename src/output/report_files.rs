//! A report as files and as a table, and read again.

use super::csv::spectra_csv;
use super::html::PAGE_FILE;
use super::json::{not_of_this_version, read_json, write_json};
use super::report_tables::{FILES_FILE, RESULTS_FILE, files_csv, read_files_csv, results_csv};
use super::spectra_files::{CELLS_FILE, SPECTRA_FILE, cells_npz, spectra_npz, take_spectra};
use super::study_files::{Document, StudyFiles, save_study, saved};
use super::table::{Column, Frequency, MOST_CLASSES, Table, or_dash, thousandths};
use super::verdict_files::{UNITS_FILE, verdict_documents};
use crate::analysis::{AnalysisConfig, Report, Representation, ResultRow, SCHEMA_VERSION, Verdict};
use crate::{Problem, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Version of the layout of the summary that is printed.
const SUMMARY_VERSION: u32 = 1;

/// Name of the report in an output folder.
pub const REPORT_FILE: &str = "report.json";

/// An analysis as files: `report.json`, `spectra.npz`, `spectra.csv`, `files.csv`,
/// `results.csv`, `cells.npz`, and `evidence.json` with `evidence.npz` where there is
/// a verdict (docs/report.md). A page of an earlier report, and arrays of one of
/// version 1, are removed.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Analysis<'a> {
    /// What was measured.
    pub report: &'a Report,
    /// What the evidence says of it.
    #[serde(skip)]
    pub verdict: Option<&'a Verdict>,
}

impl StudyFiles for Analysis<'_> {
    const MAIN: &'static str = REPORT_FILE;

    fn varying(&self) -> Vec<&'static str> {
        let units = self.verdict.map(|_| UNITS_FILE);
        let of_report = [PAGE_FILE, CELLS_FILE, "spectra/{}.*.npy"];
        of_report.into_iter().chain(units).collect()
    }

    fn beside(&self) -> Vec<Document<'_>> {
        let Analysis { report, verdict } = *self;
        let mut documents = vec![
            Document::new(SPECTRA_FILE, move |writer| spectra_npz(report, writer)),
            Document::new("spectra.csv", move |writer| spectra_csv(report, writer)),
            Document::new(FILES_FILE, move |writer| files_csv(report, verdict, writer)),
            Document::new(RESULTS_FILE, move |writer| {
                results_csv(report, verdict, writer)
            }),
        ];
        if !report.cells.is_empty() {
            documents.push(Document::new(CELLS_FILE, move |writer| {
                cells_npz(&report.cells, writer)
            }));
        }
        documents.extend(verdict.into_iter().flat_map(verdict_documents));
        documents
    }
}

/// Writes an analysis into a folder, which is made if it is not there, in place of
/// an earlier one. Without a verdict, the same report that lies there with one stays.
///
/// # Errors
/// [`Error::Output`](crate::Error::Output) with what the system said.
pub fn save_analysis(report: &Report, verdict: Option<&Verdict>, folder: &Path) -> Result<()> {
    match verdict {
        None if is_saved(report, folder) => Ok(()),
        _ => save_study(&Analysis { report, verdict }, folder),
    }
}

/// Whether a folder holds the same report.
fn is_saved(report: &Report, folder: &Path) -> bool {
    #[derive(Deserialize)]
    struct Head {
        config: AnalysisConfig,
        spectra_hash: String,
        files_hash: String,
    }
    let head = saved::<Head>(&folder.join(REPORT_FILE)).ok().flatten();
    let files = [SPECTRA_FILE, "spectra.csv", FILES_FILE, RESULTS_FILE];
    head.is_some_and(|head| {
        head.config == report.config
            && head.spectra_hash == report.spectra_hash
            && head.files_hash == report.files_hash
            && files.iter().all(|file| folder.join(file).exists())
    })
}

/// Reads a report that [`save_analysis`] wrote, of this version or
/// of version 1, with its spectra at all frequencies and its rows where they are
/// beside it; `missing` says which are not.
///
/// # Errors
/// [`Error::Input`](crate::Error::Input) where the file is missing or not such a report.
pub fn read_report(path: &Path) -> Result<Report> {
    let mut report: Report = read_json(path, "a report")?;
    let refused = |why: String| not_of_this_version(path, "a report", &why);
    report.check().map_err(refused)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    match report.schema_version {
        1 => report.put_in_bands(),
        _ => take_spectra(&mut report, folder),
    }
    let summary = &report.summary;
    if report.inputs.is_empty() && summary.n_ok + summary.n_partial + summary.n_skipped > 0 {
        match read_files_csv(&folder.join(FILES_FILE)) {
            Ok(rows) => {
                report.inputs = rows;
                if report.hash_of_inputs() != report.files_hash {
                    report.inputs.clear();
                    let why = format!("{FILES_FILE} is not the table of this report's files");
                    report.missing.push(why);
                }
            }
            Err(error) => {
                let why = format!("the rows of its files are not known: {error}");
                report.missing.push(why);
            }
        }
    }
    Ok(report)
}

/// Reads the settings of a saved report, to measure again with them.
///
/// # Errors
/// [`Error::Input`](crate::Error::Input) where the file is missing, is no
/// report, has another layout, or has a setting that this version lacks, which
/// the message names.
pub fn read_config(path: &Path) -> Result<AnalysisConfig> {
    let text = fs::read_to_string(path).map_err(|error| Problem::from_io(&error).at(path))?;
    config_of(&text).map_err(|why| {
        let detail = format!("no settings can be taken from it: {why}");
        Problem::Unreadable { detail }.at(path)
    })
}

fn config_of(text: &str) -> Result<AnalysisConfig, String> {
    let report: Value =
        serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
    let (Some(version), Some(saved)) = (report.get("schema_version"), report.get("config")) else {
        return Err("it is no report (schema_version and config are missing)".to_string());
    };
    if *version != 1 && *version != SCHEMA_VERSION {
        return Err(format!(
            "schema_version is {version}, this program reads 1 and {SCHEMA_VERSION}"
        ));
    }
    let config = AnalysisConfig::deserialize(saved)
        .map_err(|error| format!("its config is not one of this version: {error}"))?;
    let known = serde_json::to_value(&config).map_err(|error| error.to_string())?;
    let mut unknown = Vec::new();
    unknown_fields("config", saved, &known, &mut unknown);
    match unknown.is_empty() {
        true => Ok(config),
        false => Err(format!("this version lacks {}", unknown.join(", "))),
    }
}

/// The paths of fields that `known` does not have.
fn unknown_fields(path: &str, saved: &Value, known: &Value, unknown: &mut Vec<String>) {
    let (Value::Object(saved), Value::Object(known)) = (saved, known) else {
        return;
    };
    for (name, value) in saved {
        let path = format!("{path}.{name}");
        match known.get(name) {
            Some(known) => unknown_fields(&path, value, known, unknown),
            None => unknown.push(path),
        }
    }
}

/// The numbers of one result.
#[derive(Serialize)]
struct ResultSummary<'a> {
    representation: Representation,
    class: &'a str,
    n_files: u64,
    n_segments: u64,
    /// Exponent of the `post` estimator.
    alpha: Option<f64>,
    r_squared: Option<f64>,
    /// -Spearman over third-octave bands.
    monotonicity: Option<f64>,
    peak: Option<Frequency>,
}

impl<'a> ResultSummary<'a> {
    fn of(result: &'a ResultRow) -> Self {
        let law = result.fit.post.law();
        let third_octaves = result.monotonicity.third_octaves.as_ref();
        let spearman = third_octaves.and_then(|m| m.spearman);
        let peak = result.monotonicity.peak.as_ref();
        Self {
            representation: result.representation,
            class: &result.class,
            n_files: result.n_files,
            n_segments: result.n_segments,
            alpha: law.map(|law| law.alpha),
            r_squared: law.and_then(|law| law.r_squared),
            // Without the sign of a zero.
            monotonicity: spearman.map(|spearman| -spearman + 0.0),
            peak: peak.map(|peak| Frequency {
                value: peak.frequency,
                unit: result.spectrum.unit,
            }),
        }
    }
}

/// Writes the results of a report and its verdict as one JSON document:
/// `schema_version`, `report` (where the whole is), `results` (representation,
/// class, n_files, n_segments, alpha, r_squared, monotonicity, peak) and
/// `verdict`, null where there is none.
/// Numbers are not rounded.
///
/// # Errors
/// Those of `writer`.
pub fn analysis_summary_json(
    report: &Report,
    verdict: Option<&Verdict>,
    path: &Path,
    writer: &mut dyn Write,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Summary<'a> {
        schema_version: u32,
        report: String,
        results: Vec<ResultSummary<'a>>,
        verdict: Option<&'a Verdict>,
    }
    let summary = Summary {
        schema_version: SUMMARY_VERSION,
        report: path.display().to_string(),
        results: report.results.iter().map(ResultSummary::of).collect(),
        verdict,
    };
    write_json(&summary, writer)
}

/// The results of a report: representation, class, files, segments, exponent,
/// R^2, monotonicity (-Spearman over third-octave bands: 1 where power falls at
/// every step) and peak.
///
/// Classes get their own rows where there are at most 12.
pub fn results_table(report: &Report) -> Table {
    let rows = report.results.iter();
    let shown = rows.filter(|row| row.class == "all" || n_classes(report, row) <= MOST_CLASSES);
    let columns: [Column<ResultSummary>; 8] = [
        ("representation", |row| row.representation.to_string()),
        ("class", |row| row.class.to_string()),
        ("files", |row| row.n_files.to_string()),
        ("n", |row| row.n_segments.to_string()),
        ("alpha", |row| thousandths(row.alpha)),
        ("R^2", |row| thousandths(row.r_squared)),
        ("monotonicity", |row| thousandths(row.monotonicity)),
        ("peak", |row| or_dash(row.peak.as_ref())),
    ];
    Table::of(2, &columns, shown.map(ResultSummary::of))
}

/// Number of classes that are too many for [`results_table`]; 0 where it has all.
pub fn classes_left_out(report: &Report) -> usize {
    let counts = report.results.iter().map(|row| n_classes(report, row));
    counts.max().filter(|n| *n > MOST_CLASSES).unwrap_or(0)
}

/// Classes of the representation of a row.
fn n_classes(report: &Report, row: &ResultRow) -> usize {
    let rows = report.results.iter();
    let of_representation = rows.filter(|other| other.representation == row.representation);
    of_representation.filter(|row| row.class != "all").count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn refusals_name_what_is_wrong() {
        let config = serde_json::to_value(AnalysisConfig::default()).unwrap();
        let mut with_more = config.clone();
        with_more["tempo"] = json!(3);
        with_more["stft"]["zoom"] = json!(null);
        let mut with_less = config.clone();
        with_less.as_object_mut().unwrap().remove("overlap");
        let of = |version: Value, config: &Value| {
            config_of(&json!({"schema_version": version, "config": config}).to_string())
        };
        assert_eq!(of(json!(1), &config), Ok(AnalysisConfig::default()));
        assert_eq!(of(json!(2), &config), Ok(AnalysisConfig::default()));
        for (result, words) in [
            (of(json!(3), &config), "schema_version is 3"),
            (of(json!("1"), &config), "schema_version is \"1\""),
            (
                of(json!(1), &with_more),
                "lacks config.stft.zoom, config.tempo",
            ),
            (of(json!(1), &with_less), "missing field `overlap`"),
            (of(json!(1), &json!(7)), "its config is not one"),
            (config_of("{}"), "it is no report"),
            (config_of("[1]"), "it is no report"),
            (config_of("a,b"), "it is no JSON"),
        ] {
            let message = result.unwrap_err();
            assert!(message.contains(words), "{message} lacks {words}");
        }
    }
}
