//! A modulation study as files and as a table.

use super::json::write_json;
use super::npy::array_npy;
use super::study_files::{Document, StudyFiles};
use super::table::{Column, Table, or_dash, thousandths};
use crate::analysis::{Fit, ModulationReport, ModulationStudy, Representation};
use serde::Serialize;
use std::io::{self, Write};
use std::path::Path;

/// Name of a modulation study in an output folder.
pub const MODULATION_FILE: &str = "modulation.json";

/// `modulation.json`, `modulation/<representation>.npy` (mean of ln P) and
/// `.power.npy` (arithmetic mean of P).
///
/// Arrays are [row, column] of all classes together, DC at [M/2, N/2] (-inf in
/// the mean of ln P, 0 in the other); their axes are `rows` and `cols` in the
/// json.
impl StudyFiles for ModulationReport {
    const MAIN: &'static str = MODULATION_FILE;

    fn varying(&self) -> Vec<&'static str> {
        vec!["modulation/{}.npy", "modulation/{}.power.npy"]
    }

    fn beside(&self) -> Vec<Document<'_>> {
        let arrays = self.totals().flat_map(|study| {
            let arrays = [
                (".npy", &study.mean_log_power),
                (".power.npy", &study.mean_power),
            ];
            arrays.map(|(ending, values)| {
                let path = format!("modulation/{}{ending}", study.representation);
                Document::new(path, |writer| array_npy(values, writer))
            })
        });
        arrays.collect()
    }
}

/// The numbers of one study.
#[derive(Serialize)]
struct ModulationSummary<'a> {
    representation: Representation,
    class: &'a str,
    n_files: u64,
    n_segments: u64,
    fft_alpha: Option<f64>,
    dct_alpha: Option<f64>,
    radial_alpha: Option<f64>,
    radial_alpha_ci: Option<[f64; 2]>,
    alpha_time: Option<f64>,
    alpha_time_ci: Option<[f64; 2]>,
    alpha_frequency: Option<f64>,
    alpha_frequency_ci: Option<[f64; 2]>,
    separability: Option<f64>,
    separability_of_isotropic_law: Option<f64>,
}

impl<'a> ModulationSummary<'a> {
    fn of(study: &'a ModulationStudy) -> Self {
        let alpha = |fit: &Fit| fit.law().map(|law| law.alpha);
        Self {
            representation: study.representation,
            class: &study.class,
            n_files: study.n_files,
            n_segments: study.n_segments,
            fft_alpha: alpha(&study.fft.fit),
            dct_alpha: alpha(&study.dct.fit),
            radial_alpha: study.radial_alpha,
            radial_alpha_ci: study.radial_alpha_ci,
            alpha_time: alpha(&study.along_time.sector),
            alpha_time_ci: study.along_time.sector_ci,
            alpha_frequency: alpha(&study.along_frequency.sector),
            alpha_frequency_ci: study.along_frequency.sector_ci,
            separability: study.separability,
            separability_of_isotropic_law: study.separability_of_isotropic_law,
        }
    }
}

/// Writes the rows of the modulation table as one JSON document: `modulation`
/// (where the whole is), `studies` and `baseline` (white noise). Numbers are not
/// rounded.
///
/// # Errors
/// Those of `writer`.
pub fn modulation_summary_json(
    modulation: &ModulationReport,
    path: &Path,
    writer: &mut dyn Write,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Summary<'a> {
        modulation: String,
        studies: Vec<ModulationSummary<'a>>,
        baseline: Vec<ModulationSummary<'a>>,
    }
    let summary = Summary {
        modulation: path.display().to_string(),
        studies: modulation
            .studies
            .iter()
            .map(ModulationSummary::of)
            .collect(),
        baseline: modulation
            .baseline
            .iter()
            .map(ModulationSummary::of)
            .collect(),
    };
    write_json(&summary, writer)
}

/// The studies in one line each: the exponents of the radial means over FFT and
/// DCT, those of the sectors around the axes of temporal and spectral
/// modulation (photos: horizontal and vertical), and the separability beside that
/// of an isotropic law. White noise in the same settings comes last.
pub fn modulation_table(modulation: &ModulationReport) -> Table {
    let columns: [Column<ModulationSummary>; 11] = [
        ("representation", |row| row.representation.to_string()),
        ("class", |row| row.class.to_string()),
        ("files", |row| {
            or_dash((row.n_files > 0).then_some(row.n_files))
        }),
        ("n", |row| row.n_segments.to_string()),
        ("FFT alpha", |row| thousandths(row.fft_alpha)),
        ("DCT alpha", |row| thousandths(row.dct_alpha)),
        ("radial alpha", |row| {
            within(row.radial_alpha, row.radial_alpha_ci)
        }),
        ("alpha time", |row| {
            within(row.alpha_time, row.alpha_time_ci)
        }),
        ("alpha frequency", |row| {
            within(row.alpha_frequency, row.alpha_frequency_ci)
        }),
        ("separability", |row| thousandths(row.separability)),
        ("of isotropic", |row| {
            thousandths(row.separability_of_isotropic_law)
        }),
    ];
    let studies = modulation.studies.iter().chain(&modulation.baseline);
    Table::of(2, &columns, studies.map(ModulationSummary::of))
}

/// A value with half the width of its interval.
fn within(value: Option<f64>, ci: Option<[f64; 2]>) -> String {
    let half = ci.map(|[low, high]| format!("±{:.3}", 0.5 * (high - low)));
    thousandths(value) + &half.unwrap_or_default()
}
