use super::csv::spectra_csv;
use super::json::report_json;
use super::npy::{array_names, spectrum_npy};
use crate::analysis::{AnalysisConfig, Report};
use crate::{Error, Result};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Name of the report in an output folder.
pub const REPORT_FILE: &str = "report.json";
/// Folder of the arrays in an output folder.
const SPECTRA_FOLDER: &str = "spectra";

/// Writes a file under a temporary name beside it and renames it, so that a
/// reader never sees half of it; `write` produces the content.
///
/// # Errors
/// [`Error::Output`] with what the system or `write` said.
pub fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let failed = |error: io::Error| Error::Output {
        path: path.to_path_buf(),
        detail: error.to_string(),
    };
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".part");
    let temporary = PathBuf::from(temporary);
    let mut writer = BufWriter::new(File::create(&temporary).map_err(failed)?);
    write(&mut writer).map_err(failed)?;
    writer.flush().map_err(failed)?;
    fs::rename(&temporary, path).map_err(failed)
}

/// Writes `report.json`, `spectra.csv` and `spectra/<representation>.<class>.npy`
/// into a folder, which is made if it is not there.
///
/// # Errors
/// [`Error::Output`] with what the system said.
pub fn save_report(report: &Report, folder: &Path) -> Result<()> {
    let spectra = folder.join(SPECTRA_FOLDER);
    fs::create_dir_all(&spectra).map_err(|error| Error::Output {
        path: spectra.clone(),
        detail: error.to_string(),
    })?;
    for (result, name) in report.results.iter().zip(array_names(&report.results)) {
        write_file(&spectra.join(name), |writer| spectrum_npy(result, writer))?;
    }
    write_file(&folder.join("spectra.csv"), |writer| {
        spectra_csv(report, writer)
    })?;
    // Last, because its presence says that the rest is there.
    write_file(&folder.join(REPORT_FILE), |writer| {
        report_json(report, writer)
    })
}

/// Checks that a folder can take the report of `config`: a report of another
/// configuration is not replaced.
///
/// # Errors
/// [`Error::WouldOverwrite`] naming the first setting that differs, or
/// [`Error::Output`] where the folder is no folder.
pub fn check_overwrite(folder: &Path, config: &AnalysisConfig) -> Result<()> {
    if folder.exists() && !folder.is_dir() {
        return Err(Error::Output {
            path: folder.to_path_buf(),
            detail: "it is a file; -o takes a folder".to_string(),
        });
    }
    let path = folder.join(REPORT_FILE);
    let Ok(text) = fs::read_to_string(&path) else {
        return Ok(());
    };
    let difference = match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(report) => first_difference(&report["config"], config),
        Err(_) => Some("it cannot be read".to_string()),
    };
    match difference {
        Some(difference) => Err(Error::WouldOverwrite { path, difference }),
        None => Ok(()),
    }
}

fn first_difference(theirs: &serde_json::Value, config: &AnalysisConfig) -> Option<String> {
    let ours = serde_json::to_value(config).ok()?;
    let fields = ours.as_object()?;
    fields
        .iter()
        .find(|(name, value)| theirs.get(name.as_str()) != Some(value))
        .map(|(name, value)| match theirs.get(name.as_str()) {
            Some(other) => format!("{name}: {other} there, {value} now"),
            None => format!("{name} is not in it"),
        })
}
