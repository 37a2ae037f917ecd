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
    let mut writer = Writer::from_writer(writer);
    let header = [
        "representation",
        "class",
        "frequency",
        "unit",
        "mean_log_power",
        "mean_power",
        "dof",
    ];
    writer.write_record(header).map_err(io_error)?;
    let mut number = Number::default();
    for result in &report.results {
        let spectrum = &result.spectrum;
        for (i, frequency) in spectrum.frequency.iter().enumerate() {
            let mut field = |text: &str| writer.write_field(text).map_err(io_error);
            field(result.representation.name())?;
            field(&result.class)?;
            field(number.text(*frequency))?;
            field(spectrum.unit.symbol())?;
            field(number.text(spectrum.mean_log_power[i]))?;
            field(number.text(spectrum.mean_power[i]))?;
            field(number.text(f64::from(spectrum.dof[i])))?;
            writer.write_record(None::<&[u8]>).map_err(io_error)?;
        }
    }
    writer.flush()
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
