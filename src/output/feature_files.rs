//! Features of clips as tables.

use super::csv::{number, write_rows};
use super::npz::Npz;
use super::study_files::StudyFiles;
use crate::analysis::FeatureRow;
use ndarray::{Array1, Array2};
use std::io::{self, Write};
use std::iter::once;

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

    let mut npz = Npz::new();
    npz.array("values", &values)?;
    npz.texts("names", &names)?;
    npz.texts("filenames", &filenames)?;
    npz.texts("labels", &labels)?;
    npz.array("length", &length)?;
    npz.write(writer)
}

/// Number of coefficients of the rows.
fn n_mfcc(rows: &[FeatureRow]) -> usize {
    let mut features = rows.iter().filter_map(|row| row.features.as_ref());
    features.next().map_or(0, |features| features.mfcc.len())
}
