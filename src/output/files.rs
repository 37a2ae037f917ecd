//! Files that are written whole or not at all, and folders for them.

use crate::atomic::atomic_write;
use crate::{Error, Result};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

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
    written.map_err(|error| unwritten(path, &error))
}

/// The error of a file or folder that could not be written.
pub(super) fn unwritten(path: &Path, error: &io::Error) -> Error {
    Error::Output {
        path: path.to_path_buf(),
        detail: error.to_string(),
    }
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
                return Err(unwritten(&path, &error));
            }
            _ => {}
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
    let found = folder.ancestors().find(|path| path.exists());
    let Some(file) = found.filter(|path| !path.is_dir()) else {
        return Ok(());
    };
    let requirement = match file == folder {
        true => "a folder; it is a file".to_string(),
        false => format!("in a folder; {} is a file", file.display()),
    };
    Err(Error::argument("output", folder.display(), requirement))
}
