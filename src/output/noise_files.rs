//! A noise study as files and as a table.

use super::Table;
use super::json::to_json;
use super::table::frequency;
use super::write_file;
use crate::analysis::{NoiseReport, NoiseStudy, Scaling};
use crate::compare::Schedule;
use crate::{Error, Result};
use ndarray::Array2;
use ndarray_npy::WriteNpyExt;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Name of a noise study in an output folder.
pub const NOISE_FILE: &str = "noise.json";

/// Writes `noise.json`, `detectability.csv` and `tide/<representation>.npy` into
/// a folder, which is made if it is not there.
///
/// Each array is [4 + levels, frequency]: frequency, mean of ln P of the data,
/// of noise of variance 1, the ratio of both that detectability is computed
/// from, and the mean of ln P of the data with noise at each level of the tide.
///
/// # Errors
/// [`Error::Output`] with what the system said.
pub fn save_noise(noise: &NoiseReport, folder: &Path) -> Result<()> {
    let tide = folder.join("tide");
    fs::create_dir_all(&tide).map_err(|error| Error::Output {
        path: tide.clone(),
        detail: error.to_string(),
    })?;
    for study in &noise.studies {
        let path = tide.join(format!("{}.npy", study.representation));
        write_file(&path, |writer| {
            tide_array(study)
                .write_npy(writer)
                .map_err(io::Error::other)
        })?;
    }
    write_file(&folder.join("detectability.csv"), |writer| {
        detectability_csv(noise, writer)
    })?;
    write_file(&folder.join(NOISE_FILE), |writer| to_json(noise, writer))
}

fn tide_array(study: &NoiseStudy) -> Array2<f64> {
    let mut rows: Vec<&[f64]> = vec![&study.frequency, &study.signal, &study.noise, &study.snr];
    rows.extend(study.tide.iter().map(|level| level.noisy.as_slice()));
    Array2::from_shape_fn((rows.len(), study.frequency.len()), |(row, i)| rows[row][i])
}

/// Writes what can be detected as csv: one row per representation, schedule and
/// time.
///
/// # Errors
/// Those of `writer`.
pub fn detectability_csv(noise: &NoiseReport, writer: &mut dyn Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(writer);
    csv.write_record([
        "representation",
        "schedule",
        "t",
        "alpha",
        "sigma",
        "f_max",
        "f_min",
        "f_contiguous",
        "n_intervals",
        "share",
    ])?;
    for study in &noise.studies {
        for row in &study.schedules {
            for (level, d) in row.levels.iter().zip(&row.detectability) {
                csv.write_record([
                    study.representation.name(),
                    row.schedule.name(),
                    &level.t.to_string(),
                    &level.alpha.to_string(),
                    &level.sigma.to_string(),
                    &d.f_max.to_string(),
                    &d.f_min.to_string(),
                    &d.f_contiguous.to_string(),
                    &d.n_intervals.to_string(),
                    &d.share.to_string(),
                ])?;
            }
        }
    }
    csv.flush()
}

/// What noise does to each representation: the divisor, the frequencies that
/// drown first and last, and the share of the band that is left along flow
/// matching.
pub fn noise_table(noise: &NoiseReport) -> Table {
    let header = [
        "representation",
        "n",
        "divided by",
        "drowns first",
        "drowns last",
        "left at t=.25",
        "t=.5",
        "t=.75",
    ];
    let mut table = Table::new(&header, 1);
    for study in &noise.studies {
        table.push(table_row(study));
    }
    table
}

fn table_row(study: &NoiseStudy) -> Vec<String> {
    let by = |a: &(usize, &f64), b: &(usize, &f64)| a.1.total_cmp(b.1);
    let at = |found: Option<(usize, &f64)>| {
        found.map_or_else(
            || "-".to_string(),
            |(i, _)| frequency(study.frequency[i], study.unit),
        )
    };
    let divided = match study.scaling {
        Scaling::UnitVariance => format!("{:.4}", study.divisor),
        Scaling::Native => "1".to_string(),
    };
    let mut row = vec![
        study.representation.name().to_string(),
        study.n_segments.to_string(),
        divided,
        at(study.snr.iter().enumerate().min_by(by)),
        at(study.snr.iter().enumerate().max_by(by)),
    ];
    let flow = study
        .schedules
        .iter()
        .find(|row| row.schedule == Schedule::FlowMatching);
    for t in [0.25, 0.5, 0.75] {
        row.push(flow.map_or_else(
            || "-".to_string(),
            |flow| {
                let last = flow.levels.partition_point(|level| level.t <= t + 1e-9);
                let share = flow.detectability[last.max(1) - 1].share;
                format!("{:.1} %", 100.0 * share)
            },
        ));
    }
    row
}
