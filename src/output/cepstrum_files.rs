//! Cepstra of clips as tables and arrays.

use super::csv::{io_error, number};
use super::save_array;
use crate::analysis::{Cepstrum, CepstrumKind, ClipCepstrum, geometric_mean_power};
use crate::data::{Plane, Spectrum};
use crate::planar::DeltaOrder;
use crate::{Error, Result};
use csv::Writer;
use ndarray::Array2;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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
    let mut writer = Writer::from_writer(writer);
    let header: &[&str] = match kind {
        CepstrumKind::Mfcc { .. } => &["kind", "index", "position", "unit", "time", "value"],
        CepstrumKind::Mean => &["frequency", "power"],
        CepstrumKind::TwoDimensional => &["spectral_modulation", "temporal_modulation", "value"],
        CepstrumKind::Real => &["quefrency", "value"],
        CepstrumKind::Cepstrogram => &["quefrency", "time", "value"],
    };
    let header = ["filename"].iter().chain(header);
    writer.write_record(header).map_err(io_error)?;
    for clip in clips {
        match &clip.cepstrum {
            Ok(Cepstrum::Mfcc(plane)) => coefficients(&mut writer, &clip.name, kind, plane)?,
            Ok(Cepstrum::Mean(spectrum)) => powers(&mut writer, &clip.name, spectrum)?,
            Ok(Cepstrum::Real(cepstrum)) => {
                let quefrency = cepstrum.quefrency.values();
                pairs(&mut writer, &clip.name, &quefrency, &cepstrum.mean)?;
            }
            Ok(Cepstrum::TwoDimensional(plane) | Cepstrum::Cepstrogram(plane)) => {
                cells(&mut writer, &clip.name, plane)?;
            }
            Err(_) => {}
        }
    }
    if let ([_, _, ..], Some(mean)) = (clips, geometric_mean_power(clips)) {
        powers(&mut writer, "mean", &mean)?;
    }
    writer.flush()
}

fn coefficients<W: Write>(
    writer: &mut Writer<W>,
    name: &str,
    kind: &CepstrumKind,
    plane: &Plane,
) -> io::Result<()> {
    let kind = match kind {
        CepstrumKind::Mfcc { delta, .. } => delta_name(*delta),
        _ => delta_name(None),
    };
    let (positions, times) = (plane.rows.values(), plane.cols.values());
    for ((k, t), value) in plane.values.indexed_iter() {
        let (index, position) = (k.to_string(), positions[k].to_string());
        let (time, value) = (times[t].to_string(), number(*value));
        let unit = plane.rows.unit().symbol();
        writer
            .write_record([name, kind, &index, &position, unit, &time, &value])
            .map_err(io_error)?;
    }
    Ok(())
}

fn delta_name(delta: Option<DeltaOrder>) -> &'static str {
    match delta {
        None => "mfcc",
        Some(DeltaOrder::First) => "mfcc-delta",
        Some(DeltaOrder::Second) => "mfcc-delta2",
    }
}

fn powers<W: Write>(writer: &mut Writer<W>, name: &str, spectrum: &Spectrum) -> io::Result<()> {
    pairs(writer, name, &spectrum.frequency.values(), &spectrum.power)
}

fn pairs<W: Write>(writer: &mut Writer<W>, name: &str, x: &[f64], y: &[f64]) -> io::Result<()> {
    for (x, y) in x.iter().zip(y) {
        writer
            .write_record([name, &x.to_string(), &number(*y)])
            .map_err(io_error)?;
    }
    Ok(())
}

fn cells<W: Write>(writer: &mut Writer<W>, name: &str, plane: &Plane) -> io::Result<()> {
    let (rows, cols) = (plane.rows.values(), plane.cols.values());
    for ((i, j), value) in plane.values.indexed_iter() {
        let (row, col) = (rows[i].to_string(), cols[j].to_string());
        writer
            .write_record([name, &row, &col, &number(*value)])
            .map_err(io_error)?;
    }
    Ok(())
}

/// Writes a cepstrum as a .npy of doubles: a plane as it is, rows first; mean
/// power as [2, n], frequency and power; a mean real cepstrum as [2, n],
/// quefrency and value.
///
/// # Errors
/// [`Error::Output`] with what the system said.
pub fn save_cepstrum_npy(cepstrum: &Cepstrum, path: &Path) -> Result<()> {
    let pair = |x: Vec<f64>, y: &[f64]| {
        let n = x.len();
        Array2::from_shape_fn((2, n), |(row, i)| if row == 0 { x[i] } else { y[i] })
    };
    match cepstrum {
        Cepstrum::Mfcc(plane) | Cepstrum::TwoDimensional(plane) | Cepstrum::Cepstrogram(plane) => {
            save_array(path, &plane.values)
        }
        Cepstrum::Mean(mean) => save_array(path, &pair(mean.frequency.values(), &mean.power)),
        Cepstrum::Real(real) => save_array(path, &pair(real.quefrency.values(), &real.mean)),
    }
}

/// Writes each cepstrum as `<clip>.npy` into a folder, which is made if it is not
/// there; see [`save_cepstrum_npy`]. Returns the files.
///
/// # Errors
/// [`Error::Output`] with what the system said.
pub fn save_cepstra_npy(clips: &[ClipCepstrum], folder: &Path) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(folder).map_err(|error| Error::Output {
        path: folder.to_path_buf(),
        detail: error.to_string(),
    })?;
    let mut taken = BTreeSet::new();
    let mut paths = Vec::new();
    for clip in clips {
        if let Ok(cepstrum) = &clip.cepstrum {
            let path = folder.join(free_name(&clip.name, &mut taken));
            save_cepstrum_npy(cepstrum, &path)?;
            paths.push(path);
        }
    }
    Ok(paths)
}

/// A path as one file name, with a number where another clip has it.
fn free_name(name: &str, taken: &mut BTreeSet<String>) -> String {
    let safe = |c: char| match c {
        c if c.is_alphanumeric() || "-_.".contains(c) => c,
        _ => '_',
    };
    let base: String = name
        .trim_start_matches(['.', '/'])
        .chars()
        .map(safe)
        .collect();
    let mut free = format!("{base}.npy");
    let mut number = 2;
    // Compared without case, as some file systems do.
    while !taken.insert(free.to_lowercase()) {
        free = format!("{base}-{number}.npy");
        number += 1;
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_clips_share_a_file() {
        let mut taken = BTreeSet::new();
        let names = ["a/x.wav", "a_x.wav", "A/x.wav", "../b y.wav"];
        let files = names.map(|name| free_name(name, &mut taken));
        let expected = [
            "a_x.wav.npy",
            "a_x.wav-2.npy",
            "A_x.wav-3.npy",
            "b_y.wav.npy",
        ];
        assert_eq!(files, expected);
    }
}
