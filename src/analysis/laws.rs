//! Debiased power laws: of files, and of classes with intervals over files.

use super::Representation;
use super::fits::{DebiasedRow, FileLaw, IntervalKind};
use super::report::InputRow;
use super::setup::Frame;
use crate::compare::{DebiasedFit, FitRange, Jackknife, jackknife, knee};

/// Half width of the 95 % interval of a Gaussian number.
const GAUSSIAN_95: f64 = 1.959_963_984_540_054;

/// A planned fit of one representation, or none where too few frequencies take
/// part; `range` is in cycles per sample.
pub(super) fn debiased_fit(frame: &Frame, range: FitRange) -> Option<DebiasedFit> {
    let range = FitRange {
        f_min: range.f_min.map(|f| f * frame.per_cycle_per_sample),
        f_max: range.f_max.map(|f| f * frame.per_cycle_per_sample),
    };
    DebiasedFit::new(&frame.frequency, &frame.log_frequency, &frame.dof, range).ok()
}

/// The law of one file's mean ln P, in the frame's power scale.
pub(super) fn file_law(
    fit: &DebiasedFit,
    mean_log_power: &[f64],
    n_segments: u64,
) -> Option<FileLaw> {
    let law = fit.parameters(mean_log_power).ok()?;
    Some(FileLaw {
        alpha: law.alpha,
        curvature: law.curvature,
        n_segments,
    })
}

/// The law of a class (or `all`) with intervals over its files.
pub(super) fn class_law(
    frame: &Frame,
    fit: &DebiasedFit,
    mean_log_power: &[f64],
    files: &[FileLaw],
) -> Option<DebiasedRow> {
    let law = fit.law(mean_log_power).ok()?;
    let weights: Vec<u64> = files.iter().map(|file| file.n_segments).collect();
    let over_files = |value: fn(&FileLaw) -> f64| -> Option<Jackknife> {
        let values: Vec<f64> = files.iter().map(value).collect();
        jackknife(&values, &weights).ok().flatten()
    };
    let n_segments: u64 = weights.iter().sum();
    let around = |value: f64, one_segment: f64| {
        let half = GAUSSIAN_95 * one_segment / (n_segments as f64).sqrt();
        [value - half, value + half]
    };
    let (alpha, curvature) = (over_files(|f| f.alpha), over_files(|f| f.curvature));
    Some(DebiasedRow {
        alpha: alpha.map_or(law.alpha, |j| j.mean),
        ci: alpha.map_or(around(law.alpha, law.alpha_std_error), |j| j.ci),
        interval: match alpha {
            Some(_) => IntervalKind::JackknifeT,
            None => IntervalKind::Fisher,
        },
        std_error: alpha.map_or(law.alpha_std_error / (n_segments as f64).sqrt(), |j| {
            j.std_error
        }),
        n_files: files.len(),
        curvature: curvature.map_or(law.curvature, |j| j.mean),
        curvature_ci: curvature.map_or(around(law.curvature, law.curvature_std_error), |j| j.ci),
        log_amplitude: law.log_amplitude,
        r_squared: law.r_squared,
        f_min: law.f_min,
        f_max: law.f_max,
        n_bins: law.n_bins,
        reduced_chi_squared: Some(law.reduced_chi_squared * n_segments as f64),
        knee: match frame.has_circles {
            true => knee(fit, mean_log_power).ok().flatten(),
            false => None,
        },
    })
}

/// The interval of the `post` exponent over the files of a class, or of all.
pub(super) fn post_interval(
    rows: &[InputRow],
    representation: Representation,
    class: Option<&str>,
) -> Option<Jackknife> {
    let of_class = rows
        .iter()
        .filter(|row| class.is_none_or(|c| row.class == c));
    let (alphas, weights): (Vec<f64>, Vec<u64>) = of_class
        .filter_map(|row| {
            let alpha = row.alpha.get(&representation).copied().flatten()?;
            let law = row.debiased.get(&representation)?;
            Some((alpha, law.n_segments))
        })
        .unzip();
    jackknife(&alphas, &weights).ok().flatten()
}

/// The laws of the files of a class, or of all.
pub(super) fn laws_of_files(
    rows: &[InputRow],
    representation: Representation,
    class: Option<&str>,
) -> Vec<FileLaw> {
    let of_class = rows
        .iter()
        .filter(|row| class.is_none_or(|c| row.class == c));
    of_class
        .filter_map(|row| row.debiased.get(&representation).copied())
        .collect()
}
