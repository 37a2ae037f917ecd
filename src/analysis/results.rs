use super::fits::{Fit, Fits};
use super::laws::{FileLaws, FilesOfClass, class_law};
use super::report::{LevelRow, MonotonicityRow, ResultRow, SpectrumRow};
use super::setup::{Frame, Setup};
use super::totals::Totals;
use super::{InputRows, Representation};
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
    setup: &Setup<'_>,
    totals: TotalsByClass,
    files: &InputRows,
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
        let Some(frame) = setup.frames.get(&representation) else {
            continue;
        };
        let of_all = || {
            let mut all = frame.totals();
            let mut each = classes.iter();
            each.try_for_each(|(_, totals)| all.merge(totals))
                .map(|()| all)
        };
        let (all, laws) = rayon::join(of_all, || FileLaws::new(files, representation));
        let all = all?;
        let row = |class: Option<&str>, totals: &Totals| {
            let of = (representation, class.unwrap_or("all"));
            result(setup, of, frame, totals, &laws.of_class(class))
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
    setup: &Setup<'_>,
    (representation, class): (Representation, &str),
    frame: &Frame,
    totals: &Totals,
    files: &FilesOfClass,
) -> ResultRow {
    let scaled = |power: Vec<f64>| -> Vec<f64> {
        let factors = frame.factors.iter();
        power.iter().zip(factors).map(|(p, f)| p * f).collect()
    };
    let mean_log_power = frame.scaled_log(totals.mean.mean_log_power());
    let mean_power = scaled(totals.mean.mean_power());
    let has_rings = !matches!(
        representation,
        Representation::Waveform | Representation::Mfcc
    );
    ResultRow {
        representation,
        class: class.to_string(),
        n_files: totals.mean.n_sources(),
        n_segments: totals.mean.n_segments(),
        left_out: totals.left_out,
        scale: Some(totals.scale()).filter(|scale| scale.is_finite()),
        notes: notes(totals, &mean_power),
        outside_share: has_rings.then(|| totals.outside_share()),
        fit: Fits {
            post: post_fit(frame, &mean_log_power, setup.config.fit),
            post_interval: files.post_interval,
            debiased: setup
                .fits
                .get(&representation)
                .and_then(|fit| class_law(frame, fit, &mean_log_power, files)),
        },
        monotonicity: monotonicity_row(frame, &mean_log_power, totals.mean.n_segments()),
        levels: level_row(frame, &totals.levels),
        spectrum: SpectrumRow {
            unit: frame.unit,
            power_scale: frame.power_scale,
            frequency: frame.frequency.clone(),
            mean_log_power,
            std_log_power: totals.mean.std_log_power(),
            mean_power,
            dof: frame.dof.clone(),
        },
    }
}

/// The power law of a mean ln P; `range` is in cycles per sample.
pub(super) fn post_fit(frame: &Frame, mean_log_power: &[f64], range: FitRange) -> Fit {
    let range = FitRange {
        f_min: range.f_min.map(|f| f * frame.per_cycle_per_sample),
        f_max: range.f_max.map(|f| f * frame.per_cycle_per_sample),
    };
    let spacing = FitSpacing::EvenLog(POST_FIT_POINTS);
    match power_law(&frame.frequency, mean_log_power, range, spacing) {
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

fn level_row(frame: &Frame, levels: &LevelHistogram) -> LevelRow {
    let (lowest, counts) = levels.table().unwrap_or_default();
    // One factor moves all levels alike; a density's Nyquist bin, half of the
    // others, does not move its band by a visible amount.
    let shift_db = 10.0 * frame.factors.first().map_or(0.0, |factor| factor.log10());
    LevelRow {
        frequency: frame.level_bands().iter().map(|band| band.centre).collect(),
        level_start_db: f64::from(lowest) + shift_db,
        counts,
    }
}

fn monotonicity_row(frame: &Frame, mean_log_power: &[f64], n_segments: u64) -> MonotonicityRow {
    let weights: Vec<f64> = frame.dof.iter().map(|&dof| f64::from(dof)).collect();
    let measures = monotonicity(&frame.frequency, mean_log_power, &weights);
    let bands = third_octaves(&frame.frequency, mean_log_power, &weights, frame.unit);
    // A lone bin of a waveform scatters by more than neighbours differ; a ring,
    // the mean over many cells, does not.
    let least_weight = match frame.unit {
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
