use crate::analysis::{Report, SourceSpectra};
use crate::data::Spectrum;
use csv::Writer;
use std::io::{self, Write};

/// All mean spectra of a report as one long table:
/// `representation,class,frequency,unit,mean_log_power,mean_power,dof`.
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
    let (mut line, mut number) = (Vec::new(), Number::default());
    // Classes share their frequencies, whose text need be made once.
    let (mut frequency, mut texts): (&[f64], Vec<String>) = (&[], vec![]);
    for result in &report.results {
        let spectrum = &result.spectrum;
        // Millions of numbers: only what may need quotes goes through the crate.
        let mut head = record(&[result.representation.name(), &result.class])?;
        head.pop();
        let unit = record(&[spectrum.unit.symbol()])?;
        let unit = &unit[..unit.len() - 1];
        if spectrum.frequency != frequency {
            frequency = &spectrum.frequency;
            texts = frequency.iter().map(|f| number.text(*f).into()).collect();
        }
        for (i, frequency) in texts.iter().enumerate() {
            line.clear();
            line.extend_from_slice(&head);
            line.push(b',');
            line.extend_from_slice(frequency.as_bytes());
            line.push(b',');
            line.extend_from_slice(unit);
            let rest = [
                spectrum.mean_log_power[i],
                spectrum.mean_power[i],
                f64::from(spectrum.dof[i]),
            ];
            for value in rest {
                line.push(b',');
                line.extend_from_slice(number.text(value).as_bytes());
            }
            line.push(b'\n');
            writer.write_all(&line)?;
        }
    }
    writer.flush()
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
