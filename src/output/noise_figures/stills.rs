//! Still figures of a noise study.

use super::data_and_noise::{capital_noun, footing, short, three_curves, totals};
use crate::Result;
use crate::analysis::{InformationRow, NoiseReport, NoiseStudy, Scaling, ScheduleRow};
use crate::compare::{Schedule, snr_db};
use crate::data::{Axis, Plane, Unit};
use crate::output::convention::Convention;
use crate::output::curves::{curves, grid, spectral_axis};
use crate::output::drawings::{Drawing, name_of};
use crate::output::figure::{
    AxisSpec, ColourMap, ColourRange, CurveFigure, HeatMap, Panel, PanelGrid, Rgb, Scale, Series,
};

/// Rows of the map of signal-to-noise ratios: more are finer than print.
const MOST_ROWS: usize = 300;
/// Largest ratio that has a colour of its own, dB.
const RANGE_DB: f64 = 40.0;

/// Stills that the post has: data and noise; with their sum; the same at the
/// higher level; and the highest detectable frequency along flow matching.
pub(super) fn published(
    study: &NoiseStudy,
    tau: f64,
    convention: &Convention,
) -> Result<Vec<Drawing>> {
    let name = |rule| name_of(rule, study.representation);
    let mut drawings = Vec::new();
    if let [low, high] = study.stills.as_slice() {
        let own = convention.at_least(8.0, 4.0);
        let style = convention.sized("mean_log_rapsd", (1.0, 1.0), own);
        for (rule, level, n_curves) in [
            ("*_noise", low, 2),
            ("*_sum", low, 3),
            ("*_high_noise", high, 3),
        ] {
            let title = format!(
                "Noise of σ = {} beside {} ({})",
                short(level.sigma),
                study.representation.info().noun,
                footing(study)
            );
            let mut figure = three_curves(study, level, convention);
            figure.title = convention.caption(title);
            figure.series.truncate(n_curves);
            drawings.push(Drawing::still(name(rule), figure.draw(&style)?));
        }
    }
    if let Some(row) = flow_matching(study) {
        let own = convention.style.clone();
        let style = convention.sized("max_detectable_frequency", (1.0, 1.0), own);
        let figure = highest_frequency(study, row, tau, convention).draw(&style)?;
        drawings.push(Drawing::still(name("max_detectable_frequency_*"), figure));
    }
    Ok(drawings)
}

/// The highest detectable frequency along all schedules, beside the share of the
/// band that is left; and the signal-to-noise ratio of every frequency at every
/// time of flow matching.
pub(super) fn others(
    study: &NoiseStudy,
    tau: f64,
    convention: &Convention,
) -> Result<Vec<Drawing>> {
    let figure = all_schedules(study, tau).draw(&convention.at_least(11.0, 4.6))?;
    let name = |rule| name_of(rule, study.representation);
    let mut drawings = vec![Drawing::still(name("detectability_*"), figure)];
    if let Some(row) = flow_matching(study).or(study.schedules.first()) {
        let figure = snr_map(study, row, tau).draw(&convention.at_least(8.0, 4.6))?;
        drawings.push(Drawing::still(name("snr_*"), figure));
    }
    Ok(drawings)
}

/// What noise leaves of the information in every representation, and where it
/// takes it; nothing where powers are no arithmetic means.
pub(super) fn information(noise: &NoiseReport, convention: &Convention) -> Result<Option<Drawing>> {
    let profiles: Vec<(&str, &InformationRow)> = totals(noise)
        .filter_map(|study| Some((study.representation.name(), study.information.as_ref()?)))
        .collect();
    if profiles.is_empty() {
        return Ok(None);
    }
    let x = match noise.settings.scaling {
        Scaling::UnitVariance => "noise level σ (data ÷ std)",
        Scaling::Native => "noise level σ (in the unit of each representation)",
    };
    let panel = |title, y, values: fn(&InformationRow) -> (bool, &Vec<f64>)| {
        let series = profiles.iter().map(|(name, profile)| {
            let (labelled, values) = values(profile);
            let label = if labelled { name } else { "" };
            Series::new(label, profile.sigma.clone(), values.clone())
        });
        let x = AxisSpec::linear(x, "").with_scale(Scale::Log);
        Panel::Curves(curves(
            title,
            [x, AxisSpec::linear(y, "")],
            series.collect(),
        ))
    };
    let panels = vec![
        panel(
            "I(σ) = ½ Σ ln(1 + P / σ²)",
            "nats per cell",
            |profile| (true, &profile.nats_per_cell),
        ),
        panel(
            "Where it is lost: −dI / d ln σ",
            "nats per cell and e-fold of σ",
            |profile| (false, &profile.density_per_cell),
        ),
    ];
    let title = "Information that noise leaves, were the data Gaussian with these mean spectra";
    let figure = grid(title, 2, panels).draw(&convention.at_least(11.0, 4.6))?;
    Ok(Some(Drawing::still("information", figure)))
}

fn flow_matching(study: &NoiseStudy) -> Option<&ScheduleRow> {
    let mut rows = study.schedules.iter();
    rows.find(|row| row.schedule == Schedule::FlowMatching)
}

fn time_axis(row: &ScheduleRow) -> AxisSpec {
    AxisSpec::linear(&format!("t ({})", row.time_convention), "")
}

/// The axis of a highest frequency.
fn f_max_axis(unit: Unit) -> AxisSpec {
    let unit = match unit {
        Unit::CyclePerSample => "cycles/sample",
        other => other.symbol(),
    };
    AxisSpec::linear("maximal detectable frequency", unit)
}

fn highest_frequency(
    study: &NoiseStudy,
    row: &ScheduleRow,
    tau: f64,
    convention: &Convention,
) -> CurveFigure {
    let series = Series {
        colour: convention.f_max,
        ..Series::new("", row.t.clone(), row.f_max.clone())
    };
    let noun = capital_noun(study.representation);
    let title = format!("{noun}, τ = {tau} ({})", footing(study));
    let axes = match convention.flow_axes {
        None => [time_axis(row), f_max_axis(study.unit)],
        Some([t, f_max]) => [
            AxisSpec::linear(&format!("{t}; {}", study.data_unit), ""),
            AxisSpec::linear(f_max, ""),
        ],
    };
    curves(convention.caption(title), axes, vec![series])
}

/// What is left against each schedule's own t.
fn all_schedules(study: &NoiseStudy, tau: f64) -> PanelGrid {
    let panel = |title, y, values: fn(&ScheduleRow) -> (&str, &Vec<f64>)| {
        let series = study.schedules.iter().map(|row| {
            let (label, values) = values(row);
            Series::new(label, row.t.clone(), values.clone())
        });
        let x = "t of each schedule (EDM: t = 1 is data; others: t = 0)";
        let axes = [AxisSpec::linear(x, ""), y];
        Panel::Curves(curves(title, axes, series.collect()))
    };
    let title = format!(
        "What noise leaves of {}, τ = {tau} ({})",
        study.representation.info().noun,
        footing(study)
    );
    let panels = vec![
        panel(
            "Highest detectable frequency",
            f_max_axis(study.unit),
            |row| (row.schedule.name(), &row.f_max),
        ),
        panel(
            "Share of the band that is detectable",
            AxisSpec::linear("share of the band", "").with_limits(-0.02, 1.02),
            |row| ("", &row.share),
        ),
    ];
    grid(title, 2, panels)
}

fn snr_map(study: &NoiseStudy, row: &ScheduleRow, tau: f64) -> HeatMap {
    let (frequency, snr) = thinned(study);
    let axis = |unit, values: &Vec<f64>| Axis::Tabulated {
        unit,
        values: values.clone(),
    };
    let plane = Plane {
        // Both ends of a schedule are infinite.
        values: snr_db(&snr, &row.levels()).mapv(|db| db.clamp(-2.0 * RANGE_DB, 2.0 * RANGE_DB)),
        rows: axis(study.unit, &frequency),
        cols: axis(Unit::Second, &row.t),
    };
    let title = format!(
        "Signal-to-noise ratio of {} ({})",
        study.representation.info().noun,
        footing(study)
    );
    HeatMap {
        x: time_axis(row),
        y: spectral_axis(study.unit),
        quantity: "power of signal / noise".into(),
        unit: "dB".into(),
        colour_map: ColourMap::RdBuReversed,
        range: ColourRange::Fixed(-RANGE_DB, RANGE_DB),
        series: vec![drowning(&frequency, &snr, row, tau)],
        ..HeatMap::new(&title, plane)
    }
}

/// Where the ratio falls below tau: per frequency the time, a line from the
/// lowest frequency to the highest.
fn drowning(frequency: &[f64], snr: &[f64], row: &ScheduleRow, tau: f64) -> Series {
    let levels = row.levels();
    let time = |snr: &f64| {
        let drowned = |ratio_squared: f64| *snr <= tau * ratio_squared;
        let edge = levels.windows(2).find(|pair| {
            let [a, b] = [&pair[0], &pair[1]].map(|level| drowned(level.threshold(1.0)));
            a != b
        });
        edge.map_or(f64::NAN, |pair| 0.5 * (pair[0].t + pair[1].t))
    };
    Series::new(
        &format!("ratio = {tau}"),
        snr.iter().map(time).collect(),
        frequency.to_vec(),
    )
    .with_colour(Rgb(0, 0, 0))
}

/// At most [`MOST_ROWS`] frequencies, even on a logarithmic axis.
fn thinned(study: &NoiseStudy) -> (Vec<f64>, Vec<f64>) {
    let n = study.frequency.len();
    if n <= MOST_ROWS {
        return (study.frequency.clone(), study.snr.clone());
    }
    let (first, last) = (study.frequency[0], study.frequency[n - 1]);
    let mut chosen: Vec<usize> = (0..MOST_ROWS)
        .map(|i| first * (last / first).powf(i as f64 / (MOST_ROWS - 1) as f64))
        .map(|f| {
            study
                .frequency
                .partition_point(|g| *g < f * (1.0 - 1e-12))
                .min(n - 1)
        })
        .collect();
    chosen.dedup();
    let pick = |list: &[f64]| chosen.iter().map(|&i| list[i]).collect();
    (pick(&study.frequency), pick(&study.snr))
}
