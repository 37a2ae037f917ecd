use super::write_file;
use crate::Result;
use crate::analysis::ResultRow;
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
    write_file(path, |writer| {
        values.write_npy(writer).map_err(io::Error::other)
    })
}

/// Writes a result's spectrum as a [2, n] array: frequency and mean of ln P.
pub(super) fn spectrum_npy(result: &ResultRow, writer: &mut dyn Write) -> io::Result<()> {
    let spectrum = &result.spectrum;
    let rows = [&*spectrum.frequency, &spectrum.mean_log_power];
    let array = Array2::from_shape_fn((2, spectrum.frequency.len()), |(row, i)| rows[row][i]);
    array.write_npy(writer).map_err(io::Error::other)
}

/// File names `<representation>.<class>.npy` of results, with what file systems
/// refuse replaced, and a number where two classes would share a file.
pub(super) fn array_names(results: &[ResultRow]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    results
        .iter()
        .map(|result| {
            let class: String = result.class.chars().map(safe).collect();
            let base = format!("{}.{class}", result.representation.name());
            let mut name = format!("{base}.npy");
            let mut number = 2;
            // Compared without case, as some file systems do.
            while !taken.insert(name.to_lowercase()) {
                name = format!("{base}-{number}.npy");
                number += 1;
            }
            name
        })
        .collect()
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
    let plain = |c: char| {
        if c.is_alphanumeric() || "-_".contains(c) {
            c
        } else {
            '_'
        }
    };
    let mut taken = BTreeSet::new();
    names
        .map(|name| {
            let base: String = name.chars().map(plain).collect();
            let mut stem = base.clone();
            let mut number = 2;
            while !taken.insert(stem.to_lowercase()) {
                stem = format!("{base}-{number}");
                number += 1;
            }
            stem
        })
        .collect()
}

fn safe(c: char) -> char {
    match c {
        c if c.is_alphanumeric() => c,
        '-' | '_' | '.' | ' ' | '(' | ')' => c,
        _ => '_',
    }
}
