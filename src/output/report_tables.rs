//! A report as two tables: one row per input, one row per result.

use super::csv::{number, write_rows};
use super::verdict_files::answers;
use crate::analysis::{Answer, InputRow, Report, Representation, ResultRow, Verdict, VerdictRow};
use crate::decode::key;
use crate::{Problem, Result};
use csv::Reader;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;

/// Name of the table of inputs beside a report.
pub const FILES_FILE: &str = "files.csv";
/// Name of the table of results beside a report.
pub const RESULTS_FILE: &str = "results.csv";

/// Columns of every input: keys of its row in `report.json`.
const OF_INPUT: [&str; 9] = [
    "path",
    "input",
    "class",
    "kind",
    "status",
    "reason_class",
    "reason",
    "n_segments",
    "layout",
];
/// Columns of clips.
const OF_CLIP: [&str; 13] = [
    "format",
    "sample_rate",
    "resampled_from",
    "channels",
    "seconds_decoded",
    "seconds_promised",
    "dc_offset",
    "peak",
    "clipped_share",
    "silent_share",
    "non_finite_samples",
    "pcm_hash",
    "band_limit",
];
/// Columns of each representation, whose name stands for `{}`.
const OF_REPRESENTATION: [&str; 7] = [
    "alpha.{}",
    "debiased.{}.alpha",
    "debiased.{}.curvature",
    "debiased.{}.n_segments",
    "left_out.{}.constant",
    "left_out.{}.non_finite",
    "left_out.{}.floored_powers",
];
/// Columns that hold texts.
const TEXTS: [&str; 9] = [
    "path",
    "class",
    "kind",
    "status",
    "reason_class",
    "reason",
    "layout",
    "format",
    "pcm_hash",
];
/// Stands for a null among numbers, so that it is not what is absent.
const NULL: &str = "nan";

/// Writes one row per input: the fields of its row in `report.json`, those within
/// others named by their path; and `unit.REPRESENTATION`, the row of the arrays of
/// `evidence.npz` that it belongs to.
pub(super) fn files_csv(
    report: &Report,
    verdict: Option<&Verdict>,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let measured = report.inputs.iter().flat_map(|row| row.alpha.iter());
    let measured: BTreeSet<Representation> = measured.map(|(of, _)| *of).collect();
    let of_representations = measured.iter().flat_map(|of| {
        let columns = OF_REPRESENTATION.iter();
        columns.map(move |column| column.replace("{}", of.name()))
    });
    let fixed = OF_INPUT.into_iter().chain(OF_CLIP).map(String::from);
    let columns: Vec<String> = fixed.chain(of_representations).collect();
    let none = BTreeMap::new();
    let units = verdict.map_or(&none, |verdict| &verdict.files);
    let of_units: Vec<String> = units
        .keys()
        .map(|representation| format!("unit.{representation}"))
        .collect();
    let rows = report.inputs.iter().map(|row| {
        let cells = cells(row);
        let cell = |column: &String| cells.get(column).cloned().unwrap_or_default();
        let own = columns.iter().map(cell);
        // A verdict knows paths in Unicode's composed form.
        let file = (row.input, key(&row.path));
        let units = units.values().map(|files| {
            let unit = files.get(&file);
            unit.map_or_else(String::new, ToString::to_string)
        });
        own.chain(units).collect()
    });
    write_rows(columns.iter().chain(&of_units), rows, writer)
}

/// The fields of a row by their paths, as texts.
fn cells(row: &InputRow) -> BTreeMap<String, String> {
    fn add(path: &str, value: &Value, cells: &mut BTreeMap<String, String>) {
        let text = match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    let path = match path {
                        "" => key.clone(),
                        path => format!("{path}.{key}"),
                    };
                    add(&path, value, cells);
                }
                return;
            }
            Value::Null if path.starts_with("alpha.") => NULL.to_string(),
            Value::Null => return,
            Value::String(text) => text.clone(),
            Value::Number(value) if value.is_f64() => {
                value.as_f64().map(number).unwrap_or_default()
            }
            other => other.to_string(),
        };
        cells.insert(path.to_string(), text);
    }
    let mut all = BTreeMap::new();
    // A row is plain data, which any JSON can hold.
    let value = serde_json::to_value(row).unwrap_or_default();
    add("", &value, &mut all);
    all
}

/// Reads the rows of [`files_csv`] again.
///
/// # Errors
/// [`crate::Error::Input`] where the file is missing or holds other columns.
pub(super) fn read_files_csv(path: &Path) -> Result<Vec<InputRow>> {
    let unreadable = |why: String| Problem::Unreadable { detail: why }.at(path);
    let file = std::fs::File::open(path).map_err(|error| Problem::from_io(&error).at(path))?;
    let mut reader = Reader::from_reader(file);
    let header = reader.headers().cloned();
    let header = header.map_err(|error| unreadable(error.to_string()))?;
    let columns: Vec<Vec<&str>> = header
        .iter()
        .map(|name| name.split('.').collect())
        .collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(error.to_string()))?;
        let mut row = Map::new();
        for (column, cell) in columns.iter().zip(&record) {
            put(&mut row, column, cell);
        }
        let line = record.position().map_or(0, csv::Position::line);
        let row = serde_json::from_value(Value::Object(row));
        rows.push(row.map_err(|error| unreadable(format!("line {line}: {error}")))?);
    }
    Ok(rows)
}

/// Puts a cell where its column's path leads.
fn put(row: &mut Map<String, Value>, column: &[&str], cell: &str) {
    let (name, inside) = match column {
        [name] => (*name, &[][..]),
        [name, inside @ ..] => (*name, inside),
        [] => return,
    };
    let value = match cell {
        text if TEXTS.contains(&name) => Value::from(text),
        NULL => Value::Null,
        number => serde_json::from_str(number).unwrap_or_else(|_| Value::from(number)),
    };
    match inside {
        // Of texts a path or class may be empty; the rest is absent then.
        [] if !cell.is_empty() || name == "path" || name == "class" => {
            row.insert(name.to_string(), value);
        }
        [] => {}
        inside => {
            let fields = row.entry(name).or_insert_with(|| Value::Object(Map::new()));
            if let (Value::Object(fields), false) = (fields, cell.is_empty()) {
                put(fields, inside, cell);
            }
        }
    }
}

/// A result with what the verdict says of it.
type Found<'a> = (&'a ResultRow, Option<&'a VerdictRow>);
/// The text of one column.
type Cell<'a> = Box<dyn Fn(&Found<'_>) -> String + 'a>;

/// Writes one row per representation and class: every number, and `NAME_low` and
/// `NAME_high` where it has a 95 % interval.
pub(super) fn results_csv(
    report: &Report,
    verdict: Option<&Verdict>,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let mut columns = of_results();
    let rows = verdict.iter().flat_map(|verdict| &verdict.rows);
    let names: BTreeSet<&String> = rows.flat_map(|row| row.numbers.keys()).collect();
    if verdict.is_some() {
        columns.extend(of_verdict(names));
    }
    let header = columns.iter().map(|(name, _)| name.clone());
    let rows = report.results.iter().map(|result| {
        let of = verdict.and_then(|verdict| verdict.row(result.representation, &result.class));
        let found = (result, of);
        columns.iter().map(|(_, cell)| cell(&found)).collect()
    });
    write_rows(header, rows, writer)
}

fn optional(value: Option<f64>) -> String {
    value.map_or_else(String::new, number)
}

fn text<'a>(name: &str, cell: impl Fn(&Found<'_>) -> String + 'a) -> (String, Cell<'a>) {
    (name.to_string(), Box::new(cell))
}

fn value<'a>(name: &str, of: impl Fn(&Found<'_>) -> Option<f64> + 'a) -> (String, Cell<'a>) {
    text(name, move |found| optional(of(found)))
}

/// A number and the ends of its interval.
fn within<'a>(
    name: &str,
    of: impl Fn(&Found<'_>) -> Option<f64> + 'a,
    ci: impl Fn(&Found<'_>) -> Option<[f64; 2]> + Clone + 'a,
) -> [(String, Cell<'a>); 3] {
    let high = ci.clone();
    [
        value(name, of),
        value(&format!("{name}_low"), move |found| Some(ci(found)?[0])),
        value(&format!("{name}_high"), move |found| Some(high(found)?[1])),
    ]
}

fn of_results<'a>() -> Vec<(String, Cell<'a>)> {
    let mut columns = vec![
        text("representation", |(row, _)| row.representation.to_string()),
        text("class", |(row, _)| row.class.clone()),
        text("n_files", |(row, _)| row.n_files.to_string()),
        text("n_segments", |(row, _)| row.n_segments.to_string()),
        value("scale", |(row, _)| row.scale),
        value("outside_share", |(row, _)| row.outside_share),
    ];
    columns.extend(within(
        "alpha_post",
        |(row, _)| row.fit.post.law().map(|law| law.alpha),
        |(row, _)| row.fit.post_interval.map(|of| of.ci),
    ));
    columns.extend([
        value("r_squared_post", |(row, _)| row.fit.post.law()?.r_squared),
        value("f_min", |(row, _)| Some(row.fit.post.law()?.f_min)),
        value("f_max", |(row, _)| Some(row.fit.post.law()?.f_max)),
        text("frequency_unit", |(row, _)| {
            row.spectrum.unit.symbol().to_string()
        }),
    ]);
    columns.extend(within(
        "alpha_debiased",
        |(row, _)| Some(row.fit.debiased.as_ref()?.alpha),
        |(row, _)| Some(row.fit.debiased.as_ref()?.ci),
    ));
    columns.extend(within(
        "curvature",
        |(row, _)| Some(row.fit.debiased.as_ref()?.curvature),
        |(row, _)| Some(row.fit.debiased.as_ref()?.curvature_ci),
    ));
    columns.extend([
        text("interval", |(row, _)| {
            let debiased = row.fit.debiased.as_ref();
            debiased.map_or("", |of| of.interval.name()).to_string()
        }),
        value("r_squared_debiased", |(row, _)| {
            row.fit.debiased.as_ref()?.r_squared
        }),
        value("reduced_chi_squared", |(row, _)| {
            row.fit.debiased.as_ref()?.reduced_chi_squared
        }),
    ]);
    columns.extend(within(
        "f_knee",
        |(row, _)| Some(row.fit.debiased.as_ref()?.knee.as_ref()?.f_knee),
        |(row, _)| Some(row.fit.debiased.as_ref()?.knee.as_ref()?.f_knee_ci),
    ));
    columns.extend([
        value("spearman", |(row, _)| {
            row.monotonicity.measures.as_ref()?.spearman
        }),
        value("spearman_third_octaves", |(row, _)| {
            row.monotonicity.third_octaves.as_ref()?.spearman
        }),
        value("peak_frequency", |(row, _)| {
            Some(row.monotonicity.peak.as_ref()?.frequency)
        }),
    ]);
    columns
}

fn of_verdict<'a>(names: BTreeSet<&'a String>) -> Vec<(String, Cell<'a>)> {
    let answer = |name: &str, i: usize| {
        text(name, move |(_, row): &Found<'_>| {
            let answer = row.and_then(|row| answers(row)[i]);
            answer
                .map_or("", |(answer, _)| Answer::name(answer))
                .to_string()
        })
    };
    let mut columns = vec![
        text("n_units", |(_, row)| {
            row.map_or_else(String::new, |row| row.n_units.to_string())
        }),
        answer("order", 0),
        answer("photographs", 1),
        answer("structure", 2),
        value("up_to_hz", |(_, row)| (*row)?.up_to_hz),
        value("nviv", |(_, row)| (*row)?.nviv),
        value("sec", |(_, row)| (*row)?.sec),
    ];
    for name in names {
        columns.extend(within(
            name,
            move |(_, row)| (*row)?.numbers.get(name)?.value,
            move |(_, row)| {
                let [low, high] = (*row)?.numbers.get(name)?.ci?;
                Some([low.unwrap_or(f64::NAN), high.unwrap_or(f64::NAN)])
            },
        ));
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{AudioFacts, FileLaw, LeftOut, Outcome};
    use crate::decode::{Kind, Layout};

    /// A row with something in every field.
    fn full_row(path: &str) -> InputRow {
        let law = FileLaw {
            alpha: 0.1 + 0.2,
            curvature: -1e-300,
            n_segments: 15,
        };
        let left_out = LeftOut {
            constant: 1,
            non_finite: 2,
            floored_powers: u64::MAX,
        };
        let alpha = [
            (Representation::LogMel, Some(2.25)),
            (Representation::Mfcc, None),
        ];
        InputRow {
            path: path.to_string(),
            input: 300,
            class: "007".to_string(),
            kind: Kind::Audio,
            outcome: Outcome::partial("truncated", "cut, \"here\"\nand there".to_string()),
            n_segments: 15,
            layout: Some(Layout::Nchw),
            alpha: alpha.into_iter().collect(),
            debiased: [(Representation::LogMel, law)].into_iter().collect(),
            left_out: [(Representation::LogMel, left_out)].into_iter().collect(),
            audio: Some(AudioFacts {
                format: "wav pcm".to_string(),
                sample_rate: 22_050,
                resampled_from: Some(44_100),
                channels: 2,
                seconds_decoded: 30.01,
                seconds_promised: Some(1e300),
                dc_offset: -1.5e-7,
                peak: 0.0,
                clipped_share: f64::MIN_POSITIVE,
                silent_share: 1.0 / 3.0,
                non_finite_samples: 7,
                pcm_hash: "0".repeat(32),
                band_limit: Some(8000.0),
            }),
        }
    }

    #[test]
    fn every_field_of_a_row_has_a_column() {
        let names = ["log-mel", "mfcc"];
        let of = |name: &str| OF_REPRESENTATION.map(|column| column.replace("{}", name));
        let mut columns: BTreeSet<String> = names.into_iter().flat_map(of).collect();
        columns.extend(OF_INPUT.into_iter().chain(OF_CLIP).map(String::from));
        for column in cells(&full_row("a")).keys() {
            assert!(columns.contains(column), "{column}");
        }
    }

    #[test]
    fn rows_come_back_as_they_were() {
        let mut bare = full_row("photo, \"1\".png");
        bare.audio = None;
        bare.layout = None;
        bare.outcome = Outcome::ok();
        bare.left_out = Default::default();
        let rows = [full_row("a/b.wav"), full_row(""), bare];
        let report = Report {
            inputs: rows.to_vec(),
            ..Report::default()
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILES_FILE);
        let mut bytes = Vec::new();
        files_csv(&report, None, &mut bytes).unwrap();
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(read_files_csv(&path).unwrap(), rows);
        std::fs::write(&path, "path,class\na,b\n").unwrap();
        let error = read_files_csv(&path).unwrap_err().to_string();
        assert!(error.contains("line 2: missing field"), "{error}");
    }
}
