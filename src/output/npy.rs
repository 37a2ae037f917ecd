//! Arrays as .npy, and names of files that no two sources share.

use super::files::write_file;
use crate::Result;
use ndarray::Array2;
use ndarray_npy::WriteNpyExt;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

/// Writes a plane as a .npy file of doubles.
///
/// # Errors
/// [`Error::Output`](crate::Error::Output) with what the system said.
pub fn save_array(path: &Path, values: &Array2<f64>) -> Result<()> {
    write_file(path, |writer| array_npy(values, writer))
}

/// Writes an array as .npy.
pub(super) fn array_npy(values: &impl WriteNpyExt, writer: &mut dyn Write) -> io::Result<()> {
    values.write_npy(writer).map_err(io::Error::other)
}

/// Writes lists of one length as the rows of a .npy of doubles.
pub(super) fn rows_npy(rows: &[&[f64]], writer: &mut dyn Write) -> io::Result<()> {
    let n = rows.first().map_or(0, |row| row.len());
    let array = Array2::from_shape_fn((rows.len(), n), |(row, i)| rows[row][i]);
    array_npy(&array, writer)
}

/// File names without extension for sources of these names: folders and what
/// file systems refuse become "_", and sources that would share a name get a
/// number.
///
/// ```
/// let stems = cepstrum::output::file_stems(["a/x.wav", "b.png", "a_x.wav"].into_iter());
/// assert_eq!(stems, ["a_x_wav", "b_png", "a_x_wav-2"]);
/// ```
pub fn file_stems<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    unique(names.map(|name| plain(name, "-_")))
}

/// A name in which all but letters, digits and `allowed` has become "_".
pub(super) fn plain(name: &str, allowed: &str) -> String {
    name.replace(|c: char| !c.is_alphanumeric() && !allowed.contains(c), "_")
}

/// Names, with a number where an earlier one is the same.
pub(super) fn unique(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    names
        .map(|base| {
            let mut name = base.clone();
            let mut number = 2;
            // Compared without case, as some file systems do.
            while !taken.insert(name.to_lowercase()) {
                name = format!("{base}-{number}");
                number += 1;
            }
            name
        })
        .collect()
}
