//! Spectra and cells of a report as arrays, and spectra read again.

use super::npz::Npz;
use crate::Result;
use crate::analysis::{CellTable, Report, SpectrumRow};
use crate::decode::read_members;
use std::io::{self, Write};
use std::path::Path;

/// Name of the spectra at all frequencies beside a report.
pub const SPECTRA_FILE: &str = "spectra.npz";
/// Name of the variances of cells beside a report.
pub const CELLS_FILE: &str = "cells.npz";

/// Lists of a spectrum, by name.
const LISTS: [&str; 5] = [
    "frequency",
    "mean_log_power",
    "std_log_power",
    "mean_power",
    "dof",
];

/// Writes the spectra at all frequencies of `all`, and of classes where they were
/// asked for: `representation/class/list` with the lists of `report.json`, `unit` and
/// `power_scale`; and `examples/number/mean_log_power` of waveforms.
pub(super) fn spectra_npz(report: &Report, writer: &mut dyn Write) -> io::Result<()> {
    let mut npz = Npz::new();
    for result in report.in_full() {
        let of = format!("{}/{}", result.representation, result.class);
        let spectrum = result.full_spectrum();
        let dof: Vec<f64> = spectrum.dof.iter().map(|&dof| f64::from(dof)).collect();
        let lists = [
            &spectrum.frequency[..],
            &spectrum.mean_log_power,
            &spectrum.std_log_power,
            &spectrum.mean_power,
            &dof,
        ];
        for (name, list) in LISTS.into_iter().zip(lists) {
            npz.list(&format!("{of}/{name}"), list)?;
        }
        npz.text(&format!("{of}/unit"), spectrum.unit.symbol())?;
        // As report.json has it.
        let scale = serde_json::to_value(spectrum.power_scale)?;
        npz.text(
            &format!("{of}/power_scale"),
            scale.as_str().unwrap_or_default(),
        )?;
    }
    for (i, example) in report.examples.iter().enumerate() {
        if let Some(full) = &example.full {
            npz.list(&format!("examples/{i}/mean_log_power"), full)?;
        }
    }
    npz.write(writer)
}

/// Completes a report with the spectra beside it; one without them, or with those of
/// another report, says so in `missing`.
pub(super) fn take_spectra(report: &mut Report, folder: &Path) {
    let mut rows = report.in_full();
    if !rows.any(|row| row.representation.has_lines()) {
        return;
    }
    drop(rows);
    let path = folder.join(SPECTRA_FILE);
    let taken = try_take(report, &path);
    let why = match taken {
        Ok(()) if report.hash_of_spectra() == report.spectra_hash => return,
        Ok(()) => "belongs to another report, or is damaged".to_string(),
        Err(error) => format!("cannot be used: {error}"),
    };
    report.results.iter_mut().for_each(|row| row.full = None);
    report.examples.iter_mut().for_each(|row| row.full = None);
    report.missing.push(format!(
        "{} {why}; waveforms are known in 1/24 octaves alone",
        path.display()
    ));
}

fn try_take(report: &mut Report, path: &Path) -> Result<()> {
    let is_list = |name: &str| LISTS.iter().any(|list| name.ends_with(&format!("/{list}")));
    let mut members = read_members(path, is_list)?;
    let all_classes = report.config.full_classes;
    for result in &mut report.results {
        let is_kept = all_classes || result.class == "all";
        if !result.representation.has_lines() || !is_kept {
            continue;
        }
        let mut list = |name: &str| {
            let name = format!("{}/{}/{name}", result.representation, result.class);
            let values = members
                .remove(&name)
                .map(|array| array.into_iter().collect());
            values.unwrap_or_default()
        };
        let [frequency, mean_log_power, std_log_power, mean_power, dof]: [Vec<f64>; 5] =
            LISTS.map(&mut list);
        let full = SpectrumRow {
            unit: result.spectrum.unit,
            power_scale: result.spectrum.power_scale,
            frequency: frequency.into(),
            mean_log_power,
            std_log_power,
            mean_power,
            dof: dof.iter().map(|&dof| dof as u32).collect(),
            n_bins: [].into(),
        };
        // Bands and the page count its frequencies.
        let bands = &result.spectrum;
        let n_lines = (0..bands.frequency.len()).map(|i| bands.n_bins_at(i) as usize);
        let fits = full.is_sound() && full.frequency.len() == n_lines.sum::<usize>();
        result.full = fits.then_some(full);
    }
    for (i, example) in report.examples.iter_mut().enumerate() {
        let values = members.remove(&format!("examples/{i}/mean_log_power"));
        example.full = values.map(|array| array.into_iter().collect());
    }
    Ok(())
}

/// Writes variances of cells: `representation/array`, and `representation/n_segments`.
pub(super) fn cells_npz(cells: &[CellTable], writer: &mut dyn Write) -> io::Result<()> {
    let mut npz = Npz::new();
    for table in cells {
        let of = table.representation;
        for (name, array) in &table.arrays {
            npz.array(&format!("{of}/{name}"), array)?;
        }
        npz.number(&format!("{of}/n_segments"), table.n_segments as f64)?;
        npz.number(&format!("{of}/n_left_out"), table.n_left_out as f64)?;
    }
    npz.write(writer)
}
