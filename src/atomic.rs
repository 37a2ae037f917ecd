//! Files that are whole or not there.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// Lets `write` fill a temporary file beside `path` and renames it, so that a
/// reader never sees half a file. Folders that are missing above it are made.
/// What is there and is no regular file (a device, a pipe) is written in place:
/// renaming would replace it.
///
/// # Errors
/// What the system or `write` said; the temporary file is then gone.
pub(crate) fn atomic_write(
    path: &Path,
    write: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return write(path);
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| {
            let why = format!("no folder {} can be made: {error}", folder.display());
            io::Error::new(error.kind(), why)
        })?;
    }
    let mut temporary = path.as_os_str().to_owned();
    // Runs that write to the same place must not write to the same file.
    temporary.push(format!(".{}.part", std::process::id()));
    let temporary = PathBuf::from(temporary);
    write(&temporary)
        .and_then(|()| fs::rename(&temporary, path))
        .inspect_err(|_| {
            // What could not be finished is of no use; that it may not even be
            // removed changes nothing about the error.
            let _ = fs::remove_file(&temporary);
        })
}
