//! Sums to the result rows of a report.

use super::axis::SpectralAxis;
use super::fits::{Fit, Fits};
use super::laws::{FileLaws, FilesOfClass, class_law};
use super::measurement::Totals;
use super::plan::RunPlan;
use super::report::{LevelRow, MonotonicityRow, ResultRow};
use super::spectrum_row::SpectrumRow;
use super::{InputRow, Representation};
use crate::Result;
use crate::compare::{
    FitRange, FitSpacing, LevelHistogram, POST_FIT_POINTS, band_monotonicity, monotonicity, peak,
    power_law, third_octaves,
};
use crate::data::Unit;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Sums per representation and class.
pub(super) type TotalsByClass = BTreeMap<(Representation, String), Totals>;

/// The result rows: per representation everything together, then each class
/// where there are several. Sums are given up as soon as they are used.
pub(super) fn results(
    plan: &RunPlan,
    totals: TotalsByClass,
    files: &[InputRow],
) -> Result<Vec<ResultRow>> {
    let mut by_representation: BTreeMap<Representation, Vec<(String, Totals)>> = BTreeMap::new();
    for ((representation, class), totals) in totals {
        if totals.mean.n_segments() > 0 {
            let classes = by_representation.entry(representation).or_default();
            classes.push((class, totals));
        }
    }
    let mut rows = Vec::new();
    for (representation, classes) in by_representation {
        let Some(axis) = plan.axes.get(&representation) else {
            continue;
        };
        let of_all = || {
            let mut all = Totals::new(axis);
            let mut each = classes.iter();
            each.try_for_each(|(_, totals)| all.merge(totals))
                .map(|()| all)
        };
        let (all, laws) = rayon::join(of_all, || FileLaws::new(files, representation));
        let all = all?;
        let row = |class: Option<&str>, totals: &Totals| {
            let of = (representation, class.unwrap_or("all"));
            result(plan, of, axis, totals, &laws.of_class(class))
        };
        let several = classes.len() > 1;
        let of_classes = || -> Vec<ResultRow> {
            let classes = classes.into_par_iter().filter(|_| several);
            classes
                .map(|(class, totals)| row(Some(&class), &totals))
                .collect()
        };
        let (together, of_classes) = rayon::join(|| row(None, &all), of_classes);
        rows.push(together);
        rows.extend(of_classes);
    }
    Ok(rows)
}

fn result(
    plan: &RunPlan,
    (representation, class): (Representation, &str),
    axis: &SpectralAxis,
    totals: &Totals,
    files: &FilesOfClass,
) -> ResultRow {
    let scaled = |power: Vec<f64>| -> Vec<f64> {
        let factors = axis.factors.iter();
        power.iter().zip(factors).map(|(p, f)| p * f).collect()
    };
    let mean_log_power = axis.scaled_log(totals.mean.mean_log_power());
    let mean_power = scaled(totals.mean.mean_power());
    let n_segments = totals.mean.n_segments();
    ResultRow {
        representation,
        class: class.to_string(),
        n_files: totals.mean.n_sources(),
        n_segments,
        left_out: totals.left_out,
        scale: Some(totals.scale()).filter(|scale| scale.is_finite()),
        notes: notes(totals, &mean_power),
        outside_share: representation.has_rings().then(|| totals.outside_share()),
        fit: Fits {
            post: post_fit(axis, &mean_log_power, plan.config.fit),
            post_interval: files.post_interval,
            debiased: plan
                .fits
                .get(&representation)
                .and_then(|fit| class_law(axis, fit, &mean_log_power, files)),
        },
        monotonicity: monotonicity_row(axis, &mean_log_power, n_segments),
        levels: (class == "all").then(|| level_row(axis, &totals.levels)),
        spectrum: SpectrumRow {
            unit: axis.unit,
            power_scale: axis.power_scale,
            frequency: axis.frequency.clone(),
            mean_log_power,
            std_log_power: totals.mean.std_log_power(),
            mean_power,
            dof: axis.dof.clone(),
            n_bins: [].into(),
        },
        full: None,
    }
}

/// The power law of a mean ln P; `range` is in cycles per sample.
pub(super) fn post_fit(axis: &SpectralAxis, mean_log_power: &[f64], range: FitRange) -> Fit {
    let spacing = FitSpacing::EvenLog(POST_FIT_POINTS);
    match power_law(&axis.frequency, mean_log_power, axis.range(range), spacing) {
        Ok(law) => Fit::Law(law),
        Err(error) => Fit::Missing {
            alpha: None,
            reason: error.to_string(),
        },
    }
}

/// Why numbers of a result are null.
fn notes(totals: &Totals, mean_power: &[f64]) -> Vec<String> {
    let mut notes = Vec::new();
    let why = "the sums left the range of 8.5e37";
    if !totals.scale().is_finite() {
        notes.push(format!("scale is null: {why}"));
    }
    if mean_power.iter().any(|power| power.is_nan()) {
        notes.push(format!("mean_power has nulls: {why}"));
    }
    notes
}

fn level_row(axis: &SpectralAxis, levels: &LevelHistogram) -> LevelRow {
    let (lowest, counts) = levels.table().unwrap_or_default();
    // One factor moves all levels alike; a density's Nyquist bin, half of the
    // others, does not move its band by a visible amount.
    let shift_db = 10.0 * axis.factors.first().map_or(0.0, |factor| factor.log10());
    LevelRow {
        frequency: axis.level_bands.iter().map(|band| band.centre).collect(),
        level_start_db: f64::from(lowest) + shift_db,
        counts,
    }
}

fn monotonicity_row(
    axis: &SpectralAxis,
    mean_log_power: &[f64],
    n_segments: u64,
) -> MonotonicityRow {
    let weights: Vec<f64> = axis.dof.iter().map(|&dof| f64::from(dof)).collect();
    let measures = monotonicity(&axis.frequency, mean_log_power, &weights);
    let bands = third_octaves(&axis.frequency, mean_log_power, &weights, axis.unit);
    // A lone bin of a waveform scatters by more than neighbours differ; a ring,
    // the mean over many cells, does not.
    let least_weight = match axis.unit {
        Unit::Hertz => 32.0 / n_segments as f64,
        _ => 0.0,
    };
    MonotonicityRow {
        reason: measures.as_ref().err().map(ToString::to_string),
        measures: measures.ok(),
        third_octaves: band_monotonicity(&bands).ok(),
        peak: peak(&bands, least_weight),
    }
}
