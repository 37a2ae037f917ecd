use super::in_order::{Part, write_in_order};
use crate::analysis::{Report, ResultRow, SourceSpectra};
use crate::data::Spectrum;
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
    let header = [
        "representation",
        "class",
        "frequency",
        "unit",
        "mean_log_power",
        "mean_power",
        "dof",
    ];
    writer.write_all(&record(&header)?)?;
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
    let mut head = record(&[result.representation.name(), &result.class])?;
    head.pop();
    let unit = record(&[spectrum.unit.symbol()])?;
    let unit = &unit[..unit.len() - 1];
    let mut number = Number::default();
    for (i, frequency) in frequencies.lines().enumerate() {
        lines.extend_from_slice(&head);
        lines.push(b',');
        lines.extend_from_slice(frequency.as_bytes());
        lines.push(b',');
        lines.extend_from_slice(unit);
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

/// One record as a line.
fn record(cells: &[&str]) -> io::Result<Vec<u8>> {
    let mut writer = Writer::from_writer(Vec::new());
    writer.write_record(cells).map_err(io_error)?;
    writer.into_inner().map_err(|error| error.into_error())
}

/// The spectra of single sources: `frequency,power,dof` for one source, and
/// for several the same behind a column `path`, with their mean last (path
/// `mean`).
///
/// # Errors
/// Those of `writer`.
pub fn source_spectra_csv(spectra: &SourceSpectra, writer: &mut dyn Write) -> io::Result<()> {
    let mut writer = Writer::from_writer(writer);
    if let [source] = spectra.sources.as_slice() {
        writer
            .write_record(["frequency", "power", "dof"])
            .map_err(io_error)?;
        if let Ok(spectrum) = &source.spectrum {
            write_spectrum(&mut writer, None, spectrum)?;
        }
        return writer.flush();
    }
    writer
        .write_record(["path", "frequency", "power", "dof"])
        .map_err(io_error)?;
    for source in &spectra.sources {
        if let Ok(spectrum) = &source.spectrum {
            write_spectrum(&mut writer, Some(&source.name), spectrum)?;
        }
    }
    if let Some(mean) = &spectra.mean {
        write_spectrum(&mut writer, Some("mean"), mean)?;
    }
    writer.flush()
}

fn write_spectrum<W: Write>(
    writer: &mut Writer<W>,
    path: Option<&str>,
    spectrum: &Spectrum,
) -> io::Result<()> {
    for ((frequency, power), dof) in spectrum
        .frequency
        .values()
        .iter()
        .zip(&spectrum.power)
        .zip(&spectrum.dof)
    {
        let cells = [number(*frequency), number(*power), dof.to_string()];
        writer
            .write_record(path.into_iter().chain(cells.iter().map(String::as_str)))
            .map_err(io_error)?;
    }
    Ok(())
}

/// The error of the writer itself, so that a closed pipe is seen as one.
pub(super) fn io_error(error: csv::Error) -> io::Error {
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
