//! Features of clips as tables.

use super::csv::{number, write_rows};
use super::npy::array_npy;
use super::study_files::StudyFiles;
use crate::analysis::FeatureRow;
use ndarray::{Array1, Array2};
use std::io::{self, Cursor, Write};
use std::iter::once;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// `features.csv`.
impl StudyFiles for [FeatureRow] {
    const MAIN: &'static str = "features.csv";

    fn write_main(&self, writer: &mut dyn Write) -> io::Result<()> {
        features_csv(self, writer)
    }
}

/// The rows that have features, as a table with the columns of GTZAN's
/// `features_30_sec.csv`: `filename,length,rms_mean,rms_var,...,label`.
///
/// # Errors
/// Those of `writer`.
pub fn features_csv(rows: &[FeatureRow], writer: &mut dyn Write) -> io::Result<()> {
    let names = FeatureRow::names(n_mfcc(rows)).into_iter();
    let header = once("filename".to_string()).chain(names);
    let rows = rows.iter().filter_map(|row| {
        let values = row.values()?.into_iter().map(number);
        let cells = once(row.filename.clone()).chain(values);
        Some(cells.chain([row.label.clone()]).collect())
    });
    write_rows(header.chain(["label".to_string()]), rows, writer)
}

/// Writes the rows that have features as a .npz that `numpy.load` reads without
/// pickles: `values` [clip, feature] in doubles, their `names`, and per clip
/// `filenames`, `labels` (unicode) and `length` (samples, integers).
///
/// # Errors
/// Those of `writer`.
pub fn features_npz(rows: &[FeatureRow], writer: &mut dyn Write) -> io::Result<()> {
    let used: Vec<(&FeatureRow, Vec<f64>)> = rows
        .iter()
        .filter_map(|row| Some((row, row.values()?)))
        .collect();
    // The first value is the length, which is no feature of the sound.
    let names = FeatureRow::names(n_mfcc(rows)).split_off(1);
    let values = Array2::from_shape_fn((used.len(), names.len()), |(i, j)| used[i].1[j + 1]);
    let length: Array1<i64> = used.iter().map(|(row, _)| row.length as i64).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let of_rows = |text: fn(&FeatureRow) -> &str| -> Vec<&str> {
        used.iter().map(|(row, _)| text(row)).collect()
    };
    let (filenames, labels) = (of_rows(|row| &row.filename), of_rows(|row| &row.label));

    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let mut member = |name: &str, write: &dyn Fn(&mut dyn Write) -> io::Result<()>| {
        archive.start_file(format!("{name}.npy"), SimpleFileOptions::default())?;
        write(&mut archive)
    };
    member("values", &|w| array_npy(&values, w))?;
    member("names", &|w| strings_npy(&names, w))?;
    member("filenames", &|w| strings_npy(&filenames, w))?;
    member("labels", &|w| strings_npy(&labels, w))?;
    member("length", &|w| array_npy(&length, w))?;
    writer.write_all(archive.finish()?.get_ref())
}

/// Number of coefficients of the rows.
fn n_mfcc(rows: &[FeatureRow]) -> usize {
    let mut features = rows.iter().filter_map(|row| row.features.as_ref());
    features.next().map_or(0, |features| features.mfcc.len())
}

/// Writes strings as a .npy of version 1.0 with the type `<U`, fixed-width
/// UTF-32 (numpy's format specification); `ndarray-npy` has numbers only.
fn strings_npy(strings: &[&str], writer: &mut dyn Write) -> io::Result<()> {
    const PREAMBLE: usize = 10;
    let lengths = strings.iter().map(|s| s.chars().count());
    let width = lengths.max().unwrap_or(0).max(1);
    let shape = strings.len();
    let mut header =
        format!("{{'descr': '<U{width}', 'fortran_order': False, 'shape': ({shape},), }}");
    // The data start at a multiple of 64.
    let length = (PREAMBLE + header.len() + 1).next_multiple_of(64) - PREAMBLE;
    header.push_str(&" ".repeat(length - 1 - header.len()));
    header.push('\n');
    writer.write_all(b"\x93NUMPY\x01\x00")?;
    writer.write_all(&(length as u16).to_le_bytes())?;
    writer.write_all(header.as_bytes())?;
    for string in strings {
        let padding = std::iter::repeat('\0');
        for c in string.chars().chain(padding).take(width) {
            writer.write_all(&u32::from(c).to_le_bytes())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_padded_utf_32_at_a_multiple_of_64() {
        let mut bytes = Vec::new();
        strings_npy(&["é", "abc"], &mut bytes).unwrap();
        assert_eq!(bytes.len(), 128 + 2 * 3 * 4);
        assert_eq!(bytes[8..10], [118, 0]);
        let header = std::str::from_utf8(&bytes[10..128]).unwrap();
        let dictionary = "{'descr': '<U3', 'fortran_order': False, 'shape': (2,), }";
        assert_eq!(header.trim_end(), dictionary);
        assert!(header.ends_with('\n'));
        let expected = ['é', '\0', '\0', 'a', 'b', 'c'].map(|c| u32::from(c).to_le_bytes());
        assert_eq!(bytes[128..], *expected.as_flattened());
    }
}
