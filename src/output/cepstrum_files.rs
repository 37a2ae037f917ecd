//! Cepstra of clips as tables and arrays.

use super::csv::{number, write_rows};
use super::npy::{array_npy, plain, rows_npy, unique};
use super::study_files::{Document, save_documents};
use crate::Result;
use crate::analysis::{Cepstrum, CepstrumKind, ClipCepstrum, geometric_mean_power};
use crate::data::Axis;
use crate::planar::DeltaOrder;
use ndarray::{ArrayView1, ArrayView2};
use std::io::{self, Write};
use std::path::Path;

/// The cepstra of clips as one long table, a row per value.
///
/// - coefficients: `filename,kind,index,position,unit,time,value`, position in
///   `unit`, time in s;
/// - their mean power: `filename,frequency,power`, and for several clips their
///   geometric mean last, under the filename `mean`;
/// - 2D cepstra: `filename,spectral_modulation,temporal_modulation,value`, in
///   cycles per band and Hz;
/// - mean real cepstra: `filename,quefrency,value`, in s;
/// - cepstrograms: `filename,quefrency,time,value`.
///
/// # Errors
/// Those of `writer`.
pub fn cepstra_csv(
    clips: &[ClipCepstrum],
    kind: &CepstrumKind,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let header: &[&str] = match kind {
        CepstrumKind::Mfcc { .. } => &["kind", "index", "position", "unit", "time", "value"],
        CepstrumKind::Mean => &["frequency", "power"],
        CepstrumKind::TwoDimensional => &["spectral_modulation", "temporal_modulation", "value"],
        CepstrumKind::Real => &["quefrency", "value"],
        CepstrumKind::Cepstrogram => &["quefrency", "time", "value"],
    };
    let delta = match kind {
        CepstrumKind::Mfcc { delta, .. } => *delta,
        _ => None,
    };
    let coefficients = match delta {
        None => "mfcc",
        Some(DeltaOrder::First) => "mfcc-delta",
        Some(DeltaOrder::Second) => "mfcc-delta2",
    };
    let mean = match clips.len() {
        0 | 1 => None,
        _ => geometric_mean_power(clips).map(Cepstrum::Mean),
    };
    let named = measured(clips).chain(mean.iter().map(|mean| ("mean", mean)));
    let rows = named.flat_map(|(name, cepstrum)| rows(name, coefficients, cepstrum));
    write_rows(["filename"].iter().chain(header), rows, writer)
}

/// The clips that have a cepstrum.
fn measured(clips: &[ClipCepstrum]) -> impl Iterator<Item = (&str, &Cepstrum)> {
    let clips = clips.iter();
    clips.filter_map(|clip| Some((clip.name.as_str(), clip.cepstrum.as_ref().ok()?)))
}

/// A row per value of a cepstrum.
fn rows(name: &str, coefficients: &str, cepstrum: &Cepstrum) -> impl Iterator<Item = Vec<String>> {
    let (rows, cols, values) = match cepstrum {
        Cepstrum::Mean(mean) => (&mean.frequency, None, column(&mean.power)),
        Cepstrum::Real(real) => (&real.quefrency, None, column(&real.mean)),
        Cepstrum::Mfcc(plane) | Cepstrum::TwoDimensional(plane) | Cepstrum::Cepstrogram(plane) => {
            (&plane.rows, Some(&plane.cols), plane.values.view())
        }
    };
    let is_mfcc = matches!(cepstrum, Cepstrum::Mfcc(_));
    let (unit, n_cols) = (rows.unit().symbol(), values.ncols());
    let (rows, cols) = (rows.values(), cols.map(Axis::values));
    values.into_iter().enumerate().map(move |(at, value)| {
        let (i, j) = (at / n_cols, at % n_cols);
        let mut row = vec![name.to_string()];
        if is_mfcc {
            row.extend([coefficients.to_string(), i.to_string()]);
        }
        row.push(rows[i].to_string());
        if is_mfcc {
            row.push(unit.to_string());
        }
        row.extend(cols.iter().map(|cols| cols[j].to_string()));
        row.push(number(*value));
        row
    })
}

fn column(values: &[f64]) -> ArrayView2<'_, f64> {
    ArrayView1::from(values).insert_axis(ndarray::Axis(1))
}

/// Writes a cepstrum as a .npy of doubles: a plane as it is, rows first; mean
/// power as [2, n], frequency and power; a mean real cepstrum as [2, n],
/// quefrency and value.
///
/// # Errors
/// Those of `writer`.
pub fn cepstrum_npy(cepstrum: &Cepstrum, writer: &mut dyn Write) -> io::Result<()> {
    match cepstrum {
        Cepstrum::Mfcc(plane) | Cepstrum::TwoDimensional(plane) | Cepstrum::Cepstrogram(plane) => {
            array_npy(&plane.values, writer)
        }
        Cepstrum::Mean(mean) => rows_npy(&[&mean.frequency.values(), &mean.power], writer),
        Cepstrum::Real(real) => rows_npy(&[&real.quefrency.values(), &real.mean], writer),
    }
}

/// Writes each cepstrum as `<clip>.npy` into a folder, which is made if it is not
/// there; see [`cepstrum_npy`]. Returns their number.
///
/// # Errors
/// [`Error::Output`](crate::Error::Output) with what the system said.
pub fn save_cepstra_npy(clips: &[ClipCepstrum], folder: &Path) -> Result<usize> {
    let (names, cepstra): (Vec<&str>, Vec<&Cepstrum>) = measured(clips).unzip();
    let documents = file_names(&names).into_iter().zip(cepstra);
    let documents: Vec<Document<'_>> = documents
        .map(|(name, cepstrum)| Document::new(name, |writer| cepstrum_npy(cepstrum, writer)))
        .collect();
    save_documents(documents, folder)?;
    Ok(names.len())
}

/// Paths as file names that differ.
fn file_names(paths: &[&str]) -> Vec<String> {
    let stems = paths
        .iter()
        .map(|path| plain(path.trim_start_matches(['.', '/']), "-_."));
    unique(stems)
        .into_iter()
        .map(|stem| stem + ".npy")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_clips_share_a_file() {
        let files = file_names(&["a/x.wav", "a_x.wav", "A/x.wav", "../b y.wav"]);
        let expected = [
            "a_x.wav.npy",
            "a_x.wav-2.npy",
            "A_x.wav-3.npy",
            "b_y.wav.npy",
        ];
        assert_eq!(files, expected);
    }
}
