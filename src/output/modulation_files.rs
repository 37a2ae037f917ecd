//! A modulation study as files and as a table.

use super::json::to_json;
use super::{Table, remove_stale, save_array, write_file};
use crate::analysis::{AxisExponents, Fit, ModulationReport, ModulationStudy, Representation};
use crate::{Error, Result};
use std::fs;
use std::io;
use std::path::Path;

/// Name of a modulation study in an output folder.
pub const MODULATION_FILE: &str = "modulation.json";

/// Writes `modulation.json`, `modulation/<representation>.npy` (mean of ln P) and
/// `.power.npy` (arithmetic mean of P) into a folder, which is made if it is not
/// there; arrays of an earlier study that this one does not replace go.
///
/// Arrays are [row, column] of all classes together, DC at [M/2, N/2] (-inf in
/// the mean of ln P, 0 in the other); their axes are `rows` and `cols` in the
/// json.
///
/// # Errors
/// [`Error::Output`] with what the system said.
pub fn save_modulation(modulation: &ModulationReport, folder: &Path) -> Result<()> {
    let arrays = folder.join("modulation");
    let failed = |path: &Path, error: io::Error| Error::Output {
        path: path.to_path_buf(),
        detail: error.to_string(),
    };
    fs::create_dir_all(&arrays).map_err(|error| failed(&arrays, error))?;
    for representation in Representation::ALL {
        let mut totals = modulation.totals();
        let total = totals.find(|study| study.representation == representation);
        let log_power = arrays.join(format!("{representation}.npy"));
        let power = arrays.join(format!("{representation}.power.npy"));
        if let Some(study) = total {
            save_array(&log_power, &study.mean_log_power)?;
            save_array(&power, &study.mean_power)?;
            continue;
        }
        remove_stale([log_power, power])?;
    }
    write_file(&folder.join(MODULATION_FILE), |writer| {
        to_json(modulation, writer)
    })
}

/// The studies in one line each: the exponents of the radial means over FFT and
/// DCT, those of the sectors around the axes of temporal and spectral
/// modulation (photos: horizontal and vertical), and the separability beside that
/// of an isotropic law. White noise in the same settings comes last.
pub fn modulation_table(modulation: &ModulationReport) -> Table {
    let header = [
        "representation",
        "class",
        "files",
        "n",
        "FFT alpha",
        "DCT alpha",
        "radial alpha",
        "alpha time",
        "alpha frequency",
        "separability",
        "of isotropic",
    ];
    let mut table = Table::new(&header, 2);
    for study in modulation.studies.iter().chain(&modulation.baseline) {
        table.push(row(study));
    }
    table
}

fn row(study: &ModulationStudy) -> Vec<String> {
    let number = |value: Option<f64>| value.map_or("-".to_string(), |value| format!("{value:.3}"));
    let alpha = |fit: &Fit| number(fit.law().map(|law| law.alpha));
    let within = |value: Option<f64>, ci: Option<[f64; 2]>| match ci {
        Some([low, high]) => format!("{}±{:.3}", number(value), 0.5 * (high - low)),
        None => number(value),
    };
    let sector = |of: &AxisExponents| within(of.sector.law().map(|law| law.alpha), of.sector_ci);
    vec![
        study.representation.name().to_string(),
        study.class.clone(),
        match study.n_files {
            0 => "-".to_string(),
            n => n.to_string(),
        },
        study.n_segments.to_string(),
        alpha(&study.fft.fit),
        alpha(&study.dct.fit),
        within(study.radial_alpha, study.radial_alpha_ci),
        sector(&study.along_time),
        sector(&study.along_frequency),
        number(study.separability),
        number(study.separability_of_isotropic_law),
    ]
}
