//! Tables as csv.

use super::table::Column;
use crate::analysis::{Report, ResultRow, SourceSpectra};
use csv::Writer;
use std::io::{self, Write};

/// All mean spectra of a report as one long table, waveforms in 1/24 octaves:
/// `representation,class,frequency,unit,mean_log_power,mean_power,dof,n_bins`.
///
/// # Errors
/// Those of `writer`.
pub fn spectra_csv(report: &Report, writer: &mut dyn Write) -> io::Result<()> {
    let columns: [Column<(&ResultRow, usize)>; 8] = [
        ("representation", |(of, _)| of.representation.to_string()),
        ("class", |(of, _)| of.class.clone()),
        ("frequency", |(of, i)| number(of.spectrum.frequency[*i])),
        ("unit", |(of, _)| of.spectrum.unit.symbol().to_string()),
        ("mean_log_power", |(of, i)| {
            number(of.spectrum.mean_log_power[*i])
        }),
        ("mean_power", |(of, i)| number(of.spectrum.mean_power[*i])),
        ("dof", |(of, i)| of.spectrum.dof[*i].to_string()),
        ("n_bins", |(of, i)| of.spectrum.n_bins_at(*i).to_string()),
    ];
    let rows = report.results.iter().flat_map(|of| {
        let n = of.spectrum.frequency.len();
        (0..n).map(move |i| (of, i))
    });
    write_columns(&columns, rows, writer)
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
    if !value.is_finite() {
        return String::new();
    }
    // As JSON has it: shortest, with an exponent where zeros would be many.
    let mut text = serde_json::Value::from(value).to_string();
    if text.ends_with(".0") {
        text.truncate(text.len() - 2);
    }
    text
}
