use super::csv::spectra_csv;
use super::html::PAGE_FILE;
use super::npy::{array_names, spectrum_npy};
use super::report_json::report_json;
use crate::analysis::{AnalysisConfig, Report, Representation};
use crate::atomic::atomic_write;
use crate::{Error, Result};
use serde::Deserialize;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Name of the report in an output folder.
pub const REPORT_FILE: &str = "report.json";
/// Folder of the arrays in an output folder.
const SPECTRA_FOLDER: &str = "spectra";

/// Writes a file under a temporary name beside it and renames it, so that a
/// reader never sees half of it; a pipe or a device is written in place.
/// Folders that are missing above it are made. `write` produces the content.
///
/// # Errors
/// [`Error::Output`] with what the system or `write` said.
pub fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let written = atomic_write(path, |target| {
        let mut writer = BufWriter::with_capacity(1 << 16, File::create(target)?);
        write(&mut writer)?;
        writer.flush()
    });
    written.map_err(|error| Error::Output {
        path: path.to_path_buf(),
        detail: error.to_string(),
    })
}

/// Removes files that an earlier run left and this one does not replace; one
/// that is not there is no error.
///
/// # Errors
/// [`Error::Output`] with what the system said.
pub fn remove_stale(paths: impl IntoIterator<Item = PathBuf>) -> Result<()> {
    for path in paths {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                let detail = error.to_string();
                return Err(Error::Output { path, detail });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Writes `report.json`, `spectra.csv` and `spectra/<representation>.<class>.npy`
/// into a folder, which is made if it is not there. A page of an earlier report
/// is removed.
///
/// # Errors
/// [`Error::Output`] with what the system said.
pub fn save_report(report: &Report, folder: &Path) -> Result<()> {
    let spectra = folder.join(SPECTRA_FOLDER);
    fs::create_dir_all(&spectra).map_err(|error| Error::Output {
        path: spectra.clone(),
        detail: error.to_string(),
    })?;
    remove_stale([folder.join(PAGE_FILE)])?;
    let names = array_names(&report.results);
    remove_stale_arrays(&spectra, &names)?;
    let tables = || {
        for (result, name) in report.results.iter().zip(&names) {
            write_file(&spectra.join(name), |writer| spectrum_npy(result, writer))?;
        }
        write_file(&folder.join("spectra.csv"), |writer| {
            spectra_csv(report, writer)
        })
    };
    // The report appears last, because its presence says that the rest is there.
    let mut of_tables = Ok(());
    let of_report = write_file(&folder.join(REPORT_FILE), |writer| {
        let json = rayon::in_place_scope(|scope| {
            scope.spawn(|_| of_tables = tables());
            report_json(report, writer)
        });
        match of_tables {
            Ok(()) => json,
            Err(_) => Err(io::Error::other(
                "the tables beside it could not be written",
            )),
        }
    });
    of_tables.and(of_report)
}

/// Removes arrays of an earlier report that this one does not replace: whoever
/// reads the folder must find one report in it.
fn remove_stale_arrays(folder: &Path, names: &[String]) -> Result<()> {
    let failed = |path: &Path, error: io::Error| Error::Output {
        path: path.to_path_buf(),
        detail: error.to_string(),
    };
    for entry in fs::read_dir(folder).map_err(|error| failed(folder, error))? {
        let entry = entry.map_err(|error| failed(folder, error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = Representation::ALL
            .iter()
            .any(|r| name.starts_with(&format!("{r}.")) && name.ends_with(".npy"));
        if ours && !names.contains(&name) {
            fs::remove_file(entry.path()).map_err(|error| failed(&entry.path(), error))?;
        }
    }
    Ok(())
}

/// Checks that a path can be an output folder: it is one, or is not there yet
/// and nothing above it is a file.
///
/// # Errors
/// [`Error::InvalidArgument`] naming the file that is in the way.
pub fn check_folder(folder: &Path) -> Result<()> {
    let file = folder.ancestors().find(|path| path.exists());
    match file.filter(|path| !path.is_dir()) {
        None => Ok(()),
        Some(file) if file == folder => Err(Error::argument(
            "output",
            folder.display(),
            "a folder; it is a file",
        )),
        Some(file) => {
            let requirement = format!("in a folder; {} is a file", file.display());
            Err(Error::argument("output", folder.display(), requirement))
        }
    }
}

/// Checks that a folder can take the report of `config`: a report of another
/// configuration is not replaced.
///
/// # Errors
/// [`Error::WouldOverwrite`] naming the first setting that differs, or
/// [`Error::InvalidArgument`] where the folder is no folder.
pub fn check_overwrite(folder: &Path, config: &AnalysisConfig) -> Result<()> {
    check_folder(folder)?;
    let path = folder.join(REPORT_FILE);
    /// What of a report decides; the rest is passed over.
    #[derive(Deserialize)]
    struct Head {
        config: serde_json::Value,
    }
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            let difference = format!("it cannot be read: {error}");
            return Err(Error::WouldOverwrite { path, difference });
        }
    };
    let difference = match serde_json::from_reader::<_, Head>(BufReader::new(file)) {
        Ok(head) => config.first_difference(&head.config),
        Err(_) => Some("it is not a report of this program".to_string()),
    };
    match difference {
        Some(difference) => Err(Error::WouldOverwrite { path, difference }),
        None => Ok(()),
    }
}
