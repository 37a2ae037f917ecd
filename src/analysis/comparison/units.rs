//! What is left out, one after another, to see how a mean spectrum depends on
//! it: files or classes with spectra of their own.

use super::files::{Key, key, key_of, rows};
use super::resampled::{Grid, without_bias};
use super::{Selection, Uncertainty};
use crate::analysis::ResultRow;
use crate::analysis::axis::file_bands;
use crate::data::Unit;

/// Files are a sample as they are; classes are taken as one only where there are
/// this many.
const FEWEST_CLASSES: usize = 5;

/// A part of the files stands for all only where it is this many.
const FEWEST_OF_MANY: usize = 50;

/// The parts of a mean spectrum.
#[derive(Debug, Clone)]
pub(super) struct Units {
    pub keys: Vec<Key>,
    /// Numbers of segments.
    pub weights: Vec<f64>,
    /// ln of expected power on the grid.
    pub spectra: Vec<Vec<f64>>,
    pub uncertainty: Uncertainty,
    /// Share of all units that these are: the deviation of a mean over all is
    /// smaller than that over these by its root.
    pub share: f64,
}

impl Units {
    /// Files where the report has something of the spectra of all (bands, whole
    /// spectra among its examples, or a class of its own for each), two at least,
    /// or bands of fifty or more of them; else classes, five at least; else
    /// `None`. `mean` is ln of expected power of all on the grid.
    pub fn of(
        selection: &Selection<'_>,
        log_frequency: &[f64],
        grid: &Grid,
        mean: &[f64],
    ) -> Option<Units> {
        if let Some(units) = in_bands(selection, grid, mean) {
            return Some(units);
        }
        let parts = match files(selection) {
            parts if parts.is_empty() => classes(selection),
            parts => parts,
        };
        let each_is_a_file = parts.iter().all(|part| part.is_file);
        let fewest = match each_is_a_file {
            true => 2,
            false => FEWEST_CLASSES,
        };
        if parts.len() < fewest {
            return None;
        }
        let spectrum = |part: &Part<'_>| {
            let log_power = without_bias(selection.result, part.mean_log_power);
            grid.resampled(log_frequency, &log_power)
        };
        Some(Units {
            weights: parts.iter().map(|part| part.n_segments as f64).collect(),
            spectra: parts.iter().map(spectrum).collect(),
            keys: parts.into_iter().map(|part| part.key).collect(),
            uncertainty: match each_is_a_file {
                true => Uncertainty::Files,
                false => Uncertainty::Classes,
            },
            share: 1.0,
        })
    }

    /// Whether both hold the same units at the same weights.
    pub fn pairs_with(&self, other: &Units) -> bool {
        self.keys == other.keys && self.weights == other.weights
    }

    /// The mean spectra without one unit after another.
    pub fn means_without(&self, mean: &[f64]) -> impl Iterator<Item = Vec<f64>> {
        let total: f64 = self.weights.iter().sum();
        let units = self.weights.iter().zip(&self.spectra);
        units.map(move |(weight, spectrum)| {
            let share = weight / (total - weight);
            let both = mean.iter().zip(spectrum);
            both.map(|(mean, own)| mean + share * (mean - own))
                .collect()
        })
    }
}

/// Files whose spectra the report has in bands: the mean, and what each file's
/// bands have beside those of all, between which it is linear in ln f.
fn in_bands(selection: &Selection<'_>, grid: &Grid, mean: &[f64]) -> Option<Units> {
    let result = selection.result;
    let per_cycle_per_sample = match result.spectrum.unit {
        Unit::Hertz => f64::from(selection.report.summary.sample_rate?),
        _ => 1.0,
    };
    let bands = file_bands(&result.spectrum.frequency, result.spectrum.unit);
    let centres = bands.iter().map(|band| band.centre / per_cycle_per_sample);
    let log_frequency: Vec<f64> = centres.map(f64::ln).collect();
    let representation = selection.representation();
    let files: Vec<(Key, Vec<f32>, f64)> = rows(selection)
        .filter_map(|row| {
            let n_segments = row.debiased.get(&representation)?.n_segments;
            let bands = row.band_log_power.get(&representation)?.clone();
            Some((key(selection, &row), bands, n_segments as f64))
        })
        .filter(|(_, bands, _)| bands.len() == log_frequency.len())
        .collect();
    let fewest = match files.len() as u64 == result.n_files {
        true => 2,
        false => FEWEST_OF_MANY,
    };
    if files.len() < fewest || log_frequency.len() < 2 {
        return None;
    }
    let total: f64 = files.iter().map(|(_, _, n)| n).sum();
    let mut of_all = vec![0.0; log_frequency.len()];
    for (_, bands, n) in &files {
        for (sum, band) in of_all.iter_mut().zip(bands) {
            *sum += n / total * f64::from(*band);
        }
    }
    let spectrum = |bands: &[f32]| {
        let both = bands.iter().zip(&of_all);
        let beside: Vec<f64> = both.map(|(own, all)| f64::from(*own) - all).collect();
        let beside = grid.resampled(&log_frequency, &beside);
        mean.iter().zip(beside).map(|(mean, d)| mean + d).collect()
    };
    Some(Units {
        weights: files.iter().map(|(_, _, n)| *n).collect(),
        spectra: files.iter().map(|(_, bands, _)| spectrum(bands)).collect(),
        keys: files.iter().map(|(key, _, _)| *key).collect(),
        uncertainty: Uncertainty::Files,
        share: (files.len() as f64 / result.n_files as f64).min(1.0),
    })
}

struct Part<'a> {
    key: Key,
    n_segments: u64,
    mean_log_power: &'a [f64],
    is_file: bool,
}

/// All files of a selection, or none.
fn files<'a>(selection: &'a Selection<'_>) -> Vec<Part<'a>> {
    let ResultRow { class, n_files, .. } = selection.result;
    let examples = selection.report.examples.iter().filter(|example| {
        example.representation == selection.representation()
            && (class == "all" || example.class == *class)
    });
    let parts: Vec<Part<'_>> = examples
        .map(|example| {
            let row = rows(selection).find(|row| row.path == example.path);
            Part {
                key: row.map_or_else(|| key_of(None, &example.path), |row| key(selection, &row)),
                n_segments: example.n_segments,
                mean_log_power: &example.mean_log_power,
                is_file: true,
            }
        })
        .collect();
    match parts.len() as u64 == *n_files {
        true => parts,
        false => Vec::new(),
    }
}

fn classes<'a>(selection: &'a Selection<'_>) -> Vec<Part<'a>> {
    if selection.result.class != "all" {
        return Vec::new();
    }
    let rows = selection.report.results.iter().filter(|row| {
        row.representation == selection.representation() && row.class != "all" && row.n_segments > 0
    });
    rows.map(|row| Part {
        key: key_of(None, &row.class),
        n_segments: row.n_segments,
        mean_log_power: &row.spectrum.mean_log_power,
        is_file: row.n_files == 1,
    })
    .collect()
}
