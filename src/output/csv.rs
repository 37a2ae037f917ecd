//! Tables as csv.

use super::in_order::{Part, write_in_order};
use super::table::Column;
use crate::analysis::{Report, ResultRow, SourceSpectra};
use csv::Writer;
use std::io::{self, Write};

/// Lines that are made at a time.
const LINES: usize = 1024;

/// All mean spectra of a report as one long table:
/// `representation,class,frequency,unit,mean_log_power,mean_power,dof`.
/// The lines are made on the threads of the current rayon pool.
///
/// # Errors
/// Those of `writer`.
pub fn spectra_csv(report: &Report, writer: &mut dyn Write) -> io::Result<()> {
    let header = "representation,class,frequency,unit,mean_log_power,mean_power,dof";
    writeln!(writer, "{header}")?;
    let same = |a: &ResultRow, b: &ResultRow| a.spectrum.frequency == b.spectrum.frequency;
    for results in report.results.chunk_by(same) {
        // Classes share their frequencies, whose text need be made once.
        let frequencies = &results[0].spectrum.frequency;
        let texts: Vec<String> = frequencies.chunks(LINES).map(numbers).collect();
        let parts = results.iter().flat_map(|result| {
            let texts = texts.iter().enumerate();
            texts.map(move |(k, frequencies)| -> Part<'_> {
                Box::new(move |text| spectrum_lines(result, k * LINES, frequencies, text))
            })
        });
        write_in_order(parts, writer)?;
    }
    writer.flush()
}

/// Numbers, each with the end of a line.
fn numbers(values: &[f64]) -> String {
    let mut number = Number::default();
    let mut text = String::new();
    for value in values {
        text.push_str(number.text(*value));
        text.push('\n');
    }
    text
}

/// Some lines of one result, from a place in its lists on. Millions of numbers:
/// only what may need quotes goes through the crate.
fn spectrum_lines(
    result: &ResultRow,
    start: usize,
    frequencies: &str,
    lines: &mut Vec<u8>,
) -> io::Result<()> {
    let spectrum = &result.spectrum;
    let mut head = Writer::from_writer(Vec::new());
    let names = [result.representation.name(), &result.class, ""];
    head.write_record(names).map_err(io_error)?;
    let mut head = head.into_inner().map_err(|error| error.into_error())?;
    head.pop();
    let unit = spectrum.unit.symbol();
    let mut number = Number::default();
    for (i, frequency) in frequencies.lines().enumerate() {
        for text in [&head, frequency.as_bytes(), b",", unit.as_bytes()] {
            lines.extend_from_slice(text);
        }
        let rest = [
            spectrum.mean_log_power[start + i],
            spectrum.mean_power[start + i],
            f64::from(spectrum.dof[start + i]),
        ];
        for value in rest {
            lines.push(b',');
            lines.extend_from_slice(number.text(value).as_bytes());
        }
        lines.push(b'\n');
    }
    Ok(())
}

/// The spectra of single sources: `frequency,power,dof` for one source, and
/// for several the same behind a column `path`, with their mean last (path
/// `mean`).
///
/// # Errors
/// Those of `writer`.
pub fn source_spectra_csv(spectra: &SourceSpectra, writer: &mut dyn Write) -> io::Result<()> {
    let columns: [Column<(&str, f64, f64, u32)>; 4] = [
        ("path", |(path, ..)| path.to_string()),
        ("frequency", |(_, frequency, ..)| number(*frequency)),
        ("power", |(_, _, power, _)| number(*power)),
        ("dof", |(.., dof)| dof.to_string()),
    ];
    let (columns, mean) = match spectra.sources.len() {
        1 => (&columns[1..], None),
        _ => (&columns[..], spectra.mean.as_ref()),
    };
    let sources = spectra.sources.iter();
    let sources = sources.filter_map(|s| Some((s.name.as_str(), s.spectrum.as_ref().ok()?)));
    let rows = sources
        .chain(mean.map(|mean| ("mean", mean)))
        .flat_map(|(path, spectrum)| {
            let frequencies = spectrum.frequency.values().into_iter();
            let powers = frequencies.zip(&spectrum.power).zip(&spectrum.dof);
            powers.map(move |((frequency, power), dof)| (path, frequency, *power, *dof))
        });
    write_columns(columns, rows, writer)
}

/// Writes rows as csv under the names of their columns.
pub(super) fn write_columns<R>(
    columns: &[Column<R>],
    rows: impl Iterator<Item = R>,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let header = columns.iter().map(|(name, _)| *name);
    let cells = |row| columns.iter().map(|(_, cell)| cell(&row)).collect();
    write_rows(header, rows.map(cells), writer)
}

/// Writes a header and rows of text as csv.
pub(super) fn write_rows(
    header: impl Iterator<Item = impl AsRef<[u8]>>,
    rows: impl Iterator<Item = Vec<String>>,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let mut writer = Writer::from_writer(writer);
    writer.write_record(header).map_err(io_error)?;
    for row in rows {
        writer.write_record(row).map_err(io_error)?;
    }
    writer.flush()
}

/// The error of the writer itself, so that a closed pipe is seen as one.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// The shortest decimal that reads back as the same number; nothing where it is
/// not finite.
pub(super) fn number(value: f64) -> String {
    Number::default().text(value).to_string()
}

/// Text of one number after another, without allocating.
#[derive(Default)]
struct Number(zmij::Buffer);

impl Number {
    /// As [`number`].
    fn text(&mut self, value: f64) -> &str {
        if !value.is_finite() {
            return "";
        }
        let text = self.0.format_finite(value);
        text.strip_suffix(".0").unwrap_or(text)
    }
}
