//! One band for all representations of a run: exponents of bent spectra depend
//! on it.

use super::job::Job;
use super::rays::edges;
use std::collections::BTreeSet;

/// Lowest and highest frequency of fits, cycles per sample.
pub(crate) struct Bands {
    /// Of directions and of the radial mean beside them.
    pub directions: Option<[f64; 2]>,
    /// Of the radial means over FFT and DCT.
    pub radial: Option<[f64; 2]>,
}

/// Has all jobs fit over what their bands have in common. Planes that are too
/// small for directions take nothing from the others.
pub(super) fn share_bands(jobs: &mut [Job<'_>]) -> Bands {
    let fitted = jobs.iter().map(|job| job.rays.fitted());
    let common: BTreeSet<i64> = fitted
        .filter(|numbers| !numbers.is_empty())
        .reduce(|a, b| a.intersection(&b).copied().collect())
        .unwrap_or_default();
    let f_min = jobs.iter().filter_map(|job| job.range.f_min);
    let f_min = f_min.reduce(f64::max);
    let f_max = jobs.iter().filter_map(|job| job.range.f_max);
    let f_max = f_max.reduce(f64::min);
    for job in jobs {
        if !job.rays.fitted().is_empty() {
            job.rays.restrict(&common);
        }
        (job.range.f_min, job.range.f_max) = (f_min, f_max);
    }
    Bands {
        directions: edges(&common),
        radial: f_min.zip(f_max).map(|(low, high)| [low, high]),
    }
}
