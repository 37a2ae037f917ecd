use crate::analysis::{Report, SourceSpectra};
use crate::data::Spectrum;
use crate::{Error, Result};
use csv::Writer;

/// All mean spectra of a report as one long table:
/// `representation,class,frequency,unit,mean_log_power,mean_power,dof`.
///
/// # Errors
/// [`Error::Output`] where a row cannot be written.
pub fn spectra_csv(report: &Report) -> Result<Vec<u8>> {
    let mut writer = Writer::from_writer(Vec::new());
    let header = [
        "representation",
        "class",
        "frequency",
        "unit",
        "mean_log_power",
        "mean_power",
        "dof",
    ];
    writer.write_record(header).map_err(failed)?;
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
                .map_err(failed)?;
        }
    }
    finish(writer)
}

/// The spectra of single sources: `frequency,power,dof` for one source, and
/// for several the same behind a column `path`, with their mean last (path
/// `mean`).
///
/// # Errors
/// [`Error::Output`] where a row cannot be written.
pub fn source_spectra_csv(spectra: &SourceSpectra) -> Result<Vec<u8>> {
    let mut writer = Writer::from_writer(Vec::new());
    if let [source] = spectra.sources.as_slice() {
        writer
            .write_record(["frequency", "power", "dof"])
            .map_err(failed)?;
        if let Ok(spectrum) = &source.spectrum {
            write_spectrum(&mut writer, None, spectrum)?;
        }
        return finish(writer);
    }
    writer
        .write_record(["path", "frequency", "power", "dof"])
        .map_err(failed)?;
    for source in &spectra.sources {
        if let Ok(spectrum) = &source.spectrum {
            write_spectrum(&mut writer, Some(&source.name), spectrum)?;
        }
    }
    if let Some(mean) = &spectra.mean {
        write_spectrum(&mut writer, Some("mean"), mean)?;
    }
    finish(writer)
}

fn write_spectrum(
    writer: &mut Writer<Vec<u8>>,
    path: Option<&str>,
    spectrum: &Spectrum,
) -> Result<()> {
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
            .map_err(failed)?;
    }
    Ok(())
}

/// The shortest decimal that reads back as the same number; nothing where it is
/// not finite.
fn number(value: f64) -> String {
    if !value.is_finite() {
        String::new()
    } else if value != 0.0 && !(1e-4..1e15).contains(&value.abs()) {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}

fn finish(writer: Writer<Vec<u8>>) -> Result<Vec<u8>> {
    writer.into_inner().map_err(|error| Error::Output {
        path: "csv".into(),
        detail: error.to_string(),
    })
}

fn failed(error: csv::Error) -> Error {
    Error::Output {
        path: "csv".into(),
        detail: error.to_string(),
    }
}
