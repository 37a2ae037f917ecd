use crate::analysis::{Report, ResultRow};
use crate::{Error, Result};
use ndarray::Array2;
use ndarray_npy::WriteNpyExt;
use std::collections::BTreeSet;

/// The arrays of a report, as (file name, content): one [2, n] array per result,
/// frequency and mean of ln P.
pub(super) fn spectra_npy(report: &Report) -> Result<Vec<(String, Vec<u8>)>> {
    let mut taken = BTreeSet::new();
    report
        .results
        .iter()
        .map(|result| {
            let name = file_name(result, &mut taken);
            let spectrum = &result.spectrum;
            let rows = [&spectrum.frequency, &spectrum.mean_log_power];
            let array =
                Array2::from_shape_fn((2, spectrum.frequency.len()), |(row, i)| rows[row][i]);
            let mut bytes = Vec::new();
            array.write_npy(&mut bytes).map_err(|error| Error::Output {
                path: name.clone().into(),
                detail: error.to_string(),
            })?;
            Ok((name, bytes))
        })
        .collect()
}

/// `<representation>.<class>.npy`, with what file systems refuse replaced, and
/// a number where two classes would share a file.
fn file_name(result: &ResultRow, taken: &mut BTreeSet<String>) -> String {
    let class: String = result
        .class
        .chars()
        .map(|c| match c {
            c if c.is_alphanumeric() => c,
            '-' | '_' | '.' | ' ' | '(' | ')' => c,
            _ => '_',
        })
        .collect();
    let base = format!("{}.{class}", result.representation.name());
    let mut name = format!("{base}.npy");
    let mut number = 2;
    // Compared without case, as some file systems do.
    while !taken.insert(name.to_lowercase()) {
        name = format!("{base}-{number}.npy");
        number += 1;
    }
    name
}
