//! The verdict as files, as a table and in words.

use super::json::{read_json, versioned, write_json};
use super::npz::Npz;
use super::study_files::{Document, saved};
use super::table::{Column, Table, or_dash};
use crate::analysis::{Answer, Number, Report, UnitTable, Verdict, VerdictRow, VerdictSettings};
use crate::decode::read_members;
use crate::{Error, Problem, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Name of the verdict in an output folder.
pub const EVIDENCE_FILE: &str = "evidence.json";
/// Name of the records of units beside it.
pub const UNITS_FILE: &str = "evidence.npz";
/// Version of the layout of both.
const SCHEMA_VERSION: u32 = 2;

/// `evidence.json` (`schema_version`, `crate_version` and `verdict`), and beside it
/// `evidence.npz` with the arrays of each row's [`UnitTable`], named `row/array`.
pub(super) fn verdict_documents(verdict: &Verdict) -> Vec<Document<'_>> {
    let main = Document::new(EVIDENCE_FILE, move |writer| {
        let content = BTreeMap::from([("verdict", verdict)]);
        write_json(&versioned(SCHEMA_VERSION, content), writer)
    });
    let units = (!verdict.tables.is_empty()).then(|| {
        Document::new(UNITS_FILE, move |writer| {
            let mut npz = Npz::new();
            for table in &verdict.tables {
                for (name, array) in &table.arrays {
                    npz.array(&format!("{}/{name}", table.row), array)?;
                }
            }
            npz.write(writer)
        })
    });
    [main].into_iter().chain(units).collect()
}

/// The verdict in a folder, with its units where they are there; `None` where there
/// is none of this version, or that of another report.
///
/// # Errors
/// [`Error::Input`] for a file that cannot be read.
pub fn read_verdict(folder: &Path, report: &Report) -> Result<Option<Verdict>> {
    #[derive(Deserialize)]
    struct Head {
        schema_version: u32,
    }
    #[derive(Deserialize)]
    struct File {
        verdict: Verdict,
    }
    let path = folder.join(EVIDENCE_FILE);
    let head = match read_json::<Head>(&path, "the evidence") {
        Err(Error::Input {
            problem: Problem::NotFound,
            ..
        }) => return Ok(None),
        head => head?,
    };
    if head.schema_version != SCHEMA_VERSION {
        return Ok(None);
    }
    let mut verdict = read_json::<File>(&path, "the evidence")?.verdict;
    if !belong_together(&verdict, report) {
        return Ok(None);
    }
    // Without its units, or with those of another one, it says all but pairs.
    if let Ok(tables) = read_units(&folder.join(UNITS_FILE)) {
        verdict.take_tables(tables);
    }
    Ok(Some(verdict))
}

fn read_units(path: &Path) -> Result<Vec<UnitTable>> {
    let mut tables: Vec<UnitTable> = Vec::new();
    for (name, array) in read_members(path, |_| true)? {
        let (row, name) = name.rsplit_once('/').unwrap_or(("", &name));
        let Ok(array) = array.into_dimensionality() else {
            continue;
        };
        let array = (name.to_string(), array);
        match tables.iter_mut().find(|table| table.row == row) {
            Some(table) => table.arrays.push(array),
            None => tables.push(UnitTable {
                row: row.to_string(),
                arrays: vec![array],
            }),
        }
    }
    Ok(tables)
}

/// What decided the scrambled segments of the verdict in a folder; `None` where
/// there is none that can be read.
pub fn saved_verdict_settings(folder: &Path) -> Option<VerdictSettings> {
    #[derive(Deserialize)]
    struct File {
        verdict: Inner,
    }
    #[derive(Deserialize)]
    struct Inner {
        settings: VerdictSettings,
    }
    let file: File = saved(&folder.join(EVIDENCE_FILE)).ok()??;
    Some(file.verdict.settings)
}

/// Whether a verdict was made beside a report: of as many files and segments.
fn belong_together(verdict: &Verdict, report: &Report) -> bool {
    let mut rows = verdict.rows.iter().filter(|row| row.up_to_hz.is_none());
    rows.all(|row| {
        report.results.iter().any(|result| {
            result.representation == row.representation
                && result.class == row.class
                && result.n_files as usize >= row.n_files
                && result.n_segments >= row.n_segments
        })
    })
}

/// Names of the three questions, as on the page.
pub(super) const QUESTIONS: [&str; 3] = [
    "fine detail goes first",
    "falls as in photographs",
    "the sound's own",
];

/// The three answers of a row with their sentences; `None` where a question does
/// not apply.
pub(super) fn answers(row: &VerdictRow) -> [Option<(Answer, &str)>; 3] {
    let (answers, sentences) = (&row.answers, &row.sentences);
    let structure = sentences.structure.as_deref();
    [
        answers.order.map(|of| (of, sentences.order.as_str())),
        answers
            .photographs
            .map(|of| (of, sentences.photographs.as_str())),
        answers.structure.zip(structure),
    ]
}

/// The verdict in words: a table of the rows of all files, and the sentences of
/// each.
pub fn verdict_text(verdict: &Verdict) -> String {
    let mut text = match verdict.rows.is_empty() {
        true => String::new(),
        false => verdict_table(verdict).to_string(),
    };
    for row in verdict.totals() {
        text.push_str(&format!("\n{}\n", row.representation));
        for (_, sentence) in answers(row).into_iter().flatten() {
            text.push_str(&format!("  {sentence}\n"));
        }
        if let Some(note) = &row.note {
            text.push_str(&format!("  Note: {note}.\n"));
        }
        if !row.answers_over_sweep.is_empty() {
            let all = ["order", "photographs", "structure"].map(|name| {
                let said = row.answers_over_sweep.get(name);
                format!("{name} {}", said.map_or("-", String::as_str))
            });
            let n = row.sweep.len();
            text.push_str(&format!("  Over {n} front ends: {}.\n", all.join(", ")));
            for of in &row.sweep {
                let answers = [
                    of.answers.order,
                    of.answers.photographs,
                    of.answers.structure,
                ];
                let answers = answers.map(|answer| or_dash(answer.map(Answer::name)));
                text.push_str(&format!("    {}: {}\n", of.front_end, answers.join(", ")));
            }
        }
    }
    if !verdict.rows.is_empty() {
        text.push('\n');
        text.push_str(&photographs(verdict));
    }
    text
}

/// The photographs of all rows, each once.
fn photographs(verdict: &Verdict) -> String {
    let mut all: Vec<(&str, Vec<String>)> = Vec::new();
    for row in verdict.totals() {
        let name = row.representation.to_string();
        match all.iter_mut().find(|(photos, _)| *photos == row.photos) {
            Some((_, rows)) => rows.push(name),
            None => all.push((&row.photos, vec![name])),
        }
    }
    let lines = all.iter().map(|(photos, rows)| match all.len() {
        1 => format!("Photographs: {photos}.\n"),
        _ => format!("Photographs of {}: {photos}.\n", rows.join(", ")),
    });
    lines.collect()
}

/// The answers of the rows of all files, with the numbers behind them.
pub fn verdict_table(verdict: &Verdict) -> Table {
    fn answer(row: &VerdictRow, i: usize) -> String {
        or_dash(answers(row)[i].map(|(answer, _)| answer.name()))
    }
    fn number(row: &VerdictRow, name: &str, places: usize) -> String {
        or_dash(row.numbers.get(name).and_then(|of| within(of, places)))
    }
    let columns: [Column<&VerdictRow>; 9] = [
        ("representation", |row| match row.up_to_hz {
            Some(hz) => format!("{} to {:.1} kHz", row.representation, hz / 1000.0),
            None => row.representation.to_string(),
        }),
        (QUESTIONS[0], |row| answer(row, 0)),
        (QUESTIONS[1], |row| answer(row, 1)),
        (QUESTIONS[2], |row| answer(row, 2)),
        ("units", |row| row.n_units.to_string()),
        ("least fall, dB", |row| number(row, "least_fall_db", 1)),
        ("to photographs, dB", |row| {
            number(row, "photo_distance_db", 1)
        }),
        ("time", |row| number(row, "delta_time", 2)),
        ("frequency", |row| number(row, "delta_frequency", 2)),
    ];
    Table::of(4, &columns, verdict.totals())
}

/// "1.2 [0.8, 1.6]", with the 95 % interval.
fn within(of: &Number, places: usize) -> Option<String> {
    let text = |value: f64| {
        let unit = 10_f64.powi(places as i32);
        // Without the sign of what rounds to zero.
        format!("{:.places$}", (unit * value).round() / unit + 0.0)
    };
    let value = text(of.value?);
    Some(match of.ci {
        Some([Some(low), Some(high)]) => format!("{value} [{}, {}]", text(low), text(high)),
        _ => value,
    })
}
