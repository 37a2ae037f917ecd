//! The modulation spectra of a run, from sums to a report.

use super::baseline::white_noise;
use super::job::Job;
use super::measure::{MOST_CLASSES, ModulationStudies, ModulationSums, PlaneSums};
use super::scope::Totals;
use super::separability::separability;
use super::settings::ModulationSettings;
use super::study::{
    AnisotropyBand, AxisExponents, DirectionRow, ModulationAxis, ModulationFile, ModulationReport,
    ModulationStudy,
};
use crate::Result;
use crate::analysis::plan::RunPlan;
use crate::analysis::{Fit, Report, Representation};
use crate::compare::jackknife;
use crate::data::Unit;
use crate::planar::{HalfPlane, centred_axis};
use ndarray::Array2;

/// An analysis, and the modulation spectra of its planes.
#[derive(Debug, Clone, PartialEq)]
pub struct ModulationRun {
    /// The analysis; of clips, the log-mel spectrograms alone.
    pub report: Report,
    /// The modulation spectra.
    pub modulation: ModulationReport,
}

/// The modulation spectra of sums over all sources, beside the report of their
/// planes.
pub(crate) fn modulation_run(
    plan: &RunPlan,
    settings: &ModulationSettings,
    report: Report,
    mut sums: ModulationSums,
) -> Result<ModulationRun> {
    let studies = ModulationStudies::new(plan, settings)?;
    let mut modulation = ModulationReport {
        schema_version: 1,
        crate_version: env!("CARGO_PKG_VERSION").to_string(),
        settings: settings.clone(),
        studies: vec![],
        band: studies.bands.directions,
        radial_band: studies.bands.radial,
        baseline: None,
        notes: vec![],
    };
    for job in &studies.jobs {
        add_studies(&mut modulation, job, sums.take(job.representation), &report)?;
        if let Some((sums, files)) = white_noise(job)? {
            let files: Vec<&ModulationFile> = files.iter().collect();
            let mut study = study(job, "white noise", &sums, &files)?;
            study.n_files = 0;
            modulation.baseline = Some(study);
        }
    }
    Ok(ModulationRun { report, modulation })
}

fn add_studies(
    modulation: &mut ModulationReport,
    job: &Job<'_>,
    sums: PlaneSums,
    report: &Report,
) -> Result<()> {
    // The report's rows decide which classes there are: all, then each.
    let mut rows = report
        .results
        .iter()
        .filter(|row| row.representation == job.representation);
    let Some(total) = rows.next().filter(|_| sums.all.n_segments > 0) else {
        return Ok(());
    };
    let mut rows: Vec<_> = rows.collect();
    if rows.len() > MOST_CLASSES {
        modulation.notes.push(format!(
            "{}: the {} classes have no study of their own, as more than {MOST_CLASSES}",
            job.representation,
            rows.len()
        ));
        rows.clear();
    }
    let files: Vec<ModulationFile> = sums.files.into_values().collect();
    let mut of_classes = Vec::new();
    for row in rows {
        if let Some(sums) = sums.classes.get(&row.class) {
            let own: Vec<_> = files
                .iter()
                .filter(|file| file.class == row.class)
                .collect();
            let mut study = study(job, &row.class, sums, &own)?;
            study.scale = row.scale;
            of_classes.push(study);
        }
    }
    let every: Vec<&ModulationFile> = files.iter().collect();
    let mut study = study(job, "all", &sums.all, &every)?;
    (study.scale, study.files) = (total.scale, files);
    modulation.studies.push(study);
    modulation.studies.extend(of_classes);
    Ok(())
}

/// Frames per second of spectrograms.
fn frame_rate(job: &Job<'_>) -> Option<f64> {
    let audio = job.plan.audio?;
    let hop_length = job.plan.config.stft.hop_length as f64;
    (job.representation == Representation::LogMel)
        .then(|| f64::from(audio.sample_rate) / hop_length)
}

/// 95 % interval of the files' mean.
fn interval(
    files: &[&ModulationFile],
    alpha: impl Fn(&ModulationFile) -> Option<f64>,
) -> Result<Option<[f64; 2]>> {
    let known = files.iter().filter_map(|f| Some((alpha(f)?, f.n_segments)));
    let (values, n_segments): (Vec<f64>, Vec<u64>) = known.unzip();
    Ok(jackknife(&values, &n_segments)?.map(|mean| mean.ci))
}

fn directions(
    job: &Job<'_>,
    log_power: &[f64],
    files: &[&ModulationFile],
) -> Result<Vec<DirectionRow>> {
    let sectors = job.rays.by_direction(log_power);
    let n = sectors.len() as f64;
    let row = |(number, fit): (usize, Fit)| {
        Ok(DirectionRow {
            degrees: 180.0 * number as f64 / n,
            fit,
            ci: interval(files, |file| file.alpha_by_direction[number])?,
        })
    };
    sectors.into_iter().enumerate().map(row).collect()
}

/// The study of some sums over `files`.
fn study(
    job: &Job<'_>,
    class: &str,
    sums: &Totals,
    files: &[&ModulationFile],
) -> Result<ModulationStudy> {
    let (log_power, power) = (sums.mean_log_power(), sums.mean_power());
    let [fft, dct] = job.radial_means(sums);
    let (n_rows, n_cols) = job.half.shape();
    let frame_rate = frame_rate(job);
    let (row_unit, col_unit) = match frame_rate {
        Some(_) => (Unit::CyclePerBand, Unit::CyclePerSecond),
        None => (Unit::CyclePerSample, Unit::CyclePerSample),
    };
    let directions = directions(job, &log_power, files)?;
    let radial = job.rays.radial(&sums.mean(sums.radial.values()));
    let radial_alpha = radial.law().map(|law| law.alpha);
    let [time_with, frequency_with] = job.rays.with_axis(&log_power);
    let [time_axis, frequency_axis] = job.rays.axes(&log_power);
    let exponents = |sector: usize, with_axis, axis| AxisExponents {
        sector: directions[sector].fit.clone(),
        sector_ci: directions[sector].ci,
        with_axis,
        axis,
    };
    let n = directions.len();
    Ok(ModulationStudy {
        representation: job.representation,
        class: class.to_string(),
        n_files: sums.n_files,
        n_segments: sums.n_segments,
        scale: None,
        n_floored: sums.n_floored,
        rows: axis(row_unit, n_rows, 1.0),
        cols: axis(col_unit, n_cols, frame_rate.unwrap_or(1.0)),
        fft,
        dct,
        along_time: exponents(0, time_with, time_axis),
        along_frequency: exponents(n / 2, frequency_with, frequency_axis),
        anisotropy: anisotropy(job, &power),
        separability: separability(&joint_half(job.half, &power)),
        separability_of_isotropic_law: radial_alpha
            .and_then(|alpha| separability(&isotropic(job.half, alpha))),
        radial_alpha,
        radial_alpha_ci: interval(files, |file| file.radial_alpha)?,
        files: vec![],
        mean_log_power: job.half.centred(&log_power)?,
        mean_power: job.half.centred(&power)?,
        directions,
    })
}

fn axis(unit: Unit, n: usize, rate: f64) -> ModulationAxis {
    ModulationAxis {
        unit,
        rate,
        frequency: centred_axis(unit, n, rate).values(),
    }
}

fn anisotropy(job: &Job<'_>, power: &[f64]) -> Vec<AnisotropyBand> {
    let bands = job.rays.band_power(power).into_iter();
    bands
        .map(|(frequency, time, other)| AnisotropyBand {
            frequency,
            time_over_frequency_db: Some(10.0 * (time / other).log10()).filter(|db| db.is_finite()),
        })
        .collect()
}

/// The cells with temporal modulation above 0 and spectral modulation other
/// than 0.
fn joint_half(half: HalfPlane, power: &[f64]) -> Array2<f64> {
    let (n_rows, n_cols) = half.shape();
    Array2::from_shape_fn((n_rows - 1, n_cols / 2), |(row, col)| {
        power[(col + 1) * n_rows + row + 1]
    })
}

/// The same cells of a power law.
fn isotropic(half: HalfPlane, alpha: f64) -> Array2<f64> {
    let power: Vec<f64> = half.cells().map(|c| c.radius().powf(-alpha)).collect();
    joint_half(half, &power)
}
