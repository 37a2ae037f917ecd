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
    for result in &report.results {
        let spectrum = &result.spectrum;
        for (i, frequency) in spectrum.frequency.iter().enumerate() {
            writer
                .write_record([
                    result.representation.name(),
                    &result.class,
                    &frequency.to_string(),
                    spectrum.unit.symbol(),
                    &number(spectrum.mean_log_power[i]),
                    &number(spectrum.mean_power[i]),
                    &spectrum.dof[i].to_string(),
                ])
                .map_err(io_error)?;
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
        let cells = [frequency.to_string(), number(*power), dof.to_string()];
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
    if !value.is_finite() {
        String::new()
    } else if value != 0.0 && !(1e-4..1e15).contains(&value.abs()) {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}
