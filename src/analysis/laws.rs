//! Debiased power laws: of files, and of classes with intervals over files.

use super::axis::SpectralAxis;
use super::fits::{DebiasedRow, FileLaw, IntervalKind};
use super::{InputRow, Representation};
use crate::compare::{DebiasedFit, Jackknife, jackknife, knee};
use std::collections::BTreeMap;

/// Half width of the 95 % interval of a Gaussian number.
const GAUSSIAN_95: f64 = 1.959_963_984_540_054;

/// The law of one file's mean ln P, in the axis's power scale.
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
    axis: &SpectralAxis,
    fit: &DebiasedFit,
    mean_log_power: &[f64],
    files: &FilesOfClass,
) -> Option<DebiasedRow> {
    let law = fit.law(mean_log_power).ok()?;
    let n_segments = files.n_segments;
    let around = |value: f64, one_segment: f64| {
        let half = GAUSSIAN_95 * one_segment / (n_segments as f64).sqrt();
        [value - half, value + half]
    };
    let (alpha, curvature) = (files.alpha, files.curvature);
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
        n_files: files.n_files,
        curvature: curvature.map_or(law.curvature, |j| j.mean),
        curvature_ci: curvature.map_or(around(law.curvature, law.curvature_std_error), |j| j.ci),
        log_amplitude: law.log_amplitude,
        r_squared: law.r_squared,
        f_min: law.f_min,
        f_max: law.f_max,
        n_bins: law.n_bins,
        reduced_chi_squared: Some(law.reduced_chi_squared * n_segments as f64),
        knee: match axis.has_circles {
            true => knee(fit, mean_log_power).ok().flatten(),
            false => None,
        },
    })
}

/// The laws of all files in one representation, in the order of their rows.
pub(super) struct FileLaws<'a> {
    classes: BTreeMap<&'a str, u32>,
    /// Class, law and exponent of the `post` estimator, NaN where there is none.
    files: Vec<(u32, FileLaw, f64)>,
}

/// What the laws of the files of a class, or of all, say together.
pub(super) struct FilesOfClass {
    n_files: usize,
    n_segments: u64,
    alpha: Option<Jackknife>,
    curvature: Option<Jackknife>,
    /// Of the `post` exponent.
    pub post_interval: Option<Jackknife>,
}

impl<'a> FileLaws<'a> {
    pub fn new(rows: &'a [InputRow], representation: Representation) -> Self {
        let mut classes = BTreeMap::new();
        let mut files = Vec::with_capacity(rows.len());
        for row in rows.iter() {
            let Some(law) = row.debiased.get(&representation) else {
                continue;
            };
            let post = row.alpha.get(&representation).copied().flatten();
            let post = post.unwrap_or(f64::NAN);
            let next = classes.len() as u32;
            let class = *classes.entry(row.class.as_str()).or_insert(next);
            files.push((class, *law, post));
        }
        Self { classes, files }
    }

    /// Those of a class, or of all.
    pub fn of_class(&self, class: Option<&str>) -> FilesOfClass {
        let number = class.map(|class| self.classes.get(class).copied());
        let files = self.files.iter();
        let files = files.filter(|(own, _, _)| number.is_none_or(|number| number == Some(*own)));
        let (posts, weights): (Vec<f64>, Vec<u64>) = files
            .clone()
            .filter(|(_, _, post)| !post.is_nan())
            .map(|(_, law, post)| (*post, law.n_segments))
            .unzip();
        let post_interval = jackknife(&posts, &weights).ok().flatten();
        let laws = files.map(|(_, law, _)| law);
        let weights: Vec<u64> = laws.clone().map(|law| law.n_segments).collect();
        let over_files = |value: fn(&FileLaw) -> f64| {
            let values: Vec<f64> = laws.clone().map(value).collect();
            jackknife(&values, &weights).ok().flatten()
        };
        FilesOfClass {
            n_files: weights.len(),
            n_segments: weights.iter().sum(),
            alpha: over_files(|law| law.alpha),
            curvature: over_files(|law| law.curvature),
            post_interval,
        }
    }
}
