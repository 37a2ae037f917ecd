//! The rising tide: what is left above the noise, at each time of each schedule.

use super::curves::{Drawn, cells, middles, points};
use super::words;
use crate::Result;
use crate::analysis::{
    Average, NoiseSettings, NoiseStudy, Report, Representation, ResultRow, SigmaGrid,
    noise_of_report,
};
use crate::compare::{NoiseLevel, Schedule, detectabilities};
use serde::Serialize;
use std::ops::Range;

/// Times per schedule: hundredths.
const N_TIMES: usize = 101;
/// Most representations and classes with a tide of their own.
const MOST_STUDIES: usize = 60;

/// Everything that the slider moves.
#[derive(Serialize)]
pub(super) struct Tide {
    /// Signal-to-noise ratio above which a frequency counts as left.
    pub tau: f64,
    /// In words: whether data were divided.
    pub average: Average,
    pub schedules: Vec<Times>,
    pub panels: Vec<Panel>,
}

/// One schedule's levels; the lists belong together.
#[derive(Serialize)]
pub(super) struct Times {
    pub name: &'static str,
    pub convention: &'static str,
    t: Vec<f64>,
    alpha: Vec<f64>,
    sigma: Vec<f64>,
}

/// One representation.
#[derive(Serialize)]
pub(super) struct Panel {
    pub name: &'static str,
    pub title: &'static str,
    unit: &'static str,
    axis: &'static str,
    pub scaling: String,
    power: String,
    frequency: Vec<Drawn>,
    pub studies: Vec<Study>,
}

/// One class of a representation.
#[derive(Serialize)]
pub(super) struct Study {
    pub class: String,
    /// Number of the report's result.
    result: usize,
    /// log10 of the signal-to-noise ratio at sigma = 1.
    snr: Vec<Drawn>,
    /// log10 of the mean of unit noise, where that is not 0 throughout.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    noise: Vec<Drawn>,
    /// Per schedule and time.
    f_max: Vec<Vec<f64>>,
    share: Vec<Vec<f64>>,
}

/// The settings of the page's noise.
///
/// Those of the report's preset; the page computes times of its own.
pub(super) fn settings(report: &Report) -> NoiseSettings {
    NoiseSettings {
        sigmas: SigmaGrid::Auto(2),
        schedules: vec![],
        ..NoiseSettings::preset(report.config.preset)
    }
}

/// The tide of a report.
///
/// # Errors
/// Those of [`noise_of_report`]: spectra that noise cannot be compared with.
pub(super) fn tide(report: &Report) -> Result<Tide> {
    let settings = settings(report);
    let n_all = report.results.iter().filter(|r| r.class == "all").count();
    let with_classes = report.results.len() <= MOST_STUDIES.max(n_all);
    let shown: Vec<(usize, &ResultRow)> = report
        .results
        .iter()
        .enumerate()
        .filter(|(_, result)| with_classes || result.class == "all")
        .collect();
    let part = Report {
        crate_version: report.crate_version.clone(),
        schema_version: report.schema_version,
        config: report.config.clone(),
        summary: report.summary.clone(),
        results: shown.iter().map(|(_, result)| (*result).clone()).collect(),
        inputs: Default::default(),
        audit: Default::default(),
        examples: vec![],
    };
    let noise = noise_of_report(&part, &settings)?;
    let levels: Vec<Vec<NoiseLevel>> = Schedule::ALL.iter().map(|s| times(*s)).collect();
    let most = points(shown.len());
    let mut panels: Vec<(Representation, Vec<Range<usize>>, Panel)> = vec![];
    for (study, (result, _)) in noise.studies.iter().zip(&shown) {
        if panels.last().map(|panel| panel.0) != Some(study.representation) {
            let cells = cells(&study.frequency, most);
            let panel = panel(study, &cells);
            panels.push((study.representation, cells, panel));
        }
        if let Some((_, cells, panel)) = panels.last_mut() {
            let study = drawn_study(study, *result, cells, &levels, settings.tau)?;
            panel.studies.push(study);
        }
    }
    Ok(Tide {
        tau: settings.tau,
        average: settings.average,
        schedules: Schedule::ALL.iter().zip(&levels).map(schedule).collect(),
        panels: panels.into_iter().map(|(_, _, panel)| panel).collect(),
    })
}

/// Hundredths of a schedule; a discrete one has its first step in place of 0.
fn times(schedule: Schedule) -> Vec<NoiseLevel> {
    let grid = schedule.grid(N_TIMES);
    let every = grid.len().div_ceil(N_TIMES);
    match every {
        0 | 1 => grid,
        every => {
            let later = grid.iter().skip(every - 1).step_by(every);
            grid.first().into_iter().chain(later).copied().collect()
        }
    }
}

fn schedule((schedule, levels): (&Schedule, &Vec<NoiseLevel>)) -> Times {
    Times {
        name: schedule.name(),
        convention: schedule.time_convention(),
        t: levels.iter().map(|level| level.t).collect(),
        alpha: levels.iter().map(|level| level.alpha).collect(),
        sigma: levels.iter().map(|level| level.sigma).collect(),
    }
}

fn panel(study: &NoiseStudy, cells: &[Range<usize>]) -> Panel {
    let (unit, axis) = words::frequency(study.unit);
    Panel {
        name: study.representation.name(),
        title: words::title(study.representation),
        unit,
        axis,
        scaling: study.scaling_note(),
        power: study.power_name(),
        frequency: middles(&study.frequency, cells),
        studies: vec![],
    }
}

fn drawn_study(
    study: &NoiseStudy,
    result: usize,
    cells: &[Range<usize>],
    levels: &[Vec<NoiseLevel>],
    tau: f64,
) -> Result<Study> {
    let mut f_max = vec![];
    let mut share = vec![];
    for levels in levels {
        let found = detectabilities(&study.frequency, &study.snr, levels, tau)?;
        f_max.push(found.iter().map(|d| d.f_max).collect());
        share.push(found.iter().map(|d| d.share).collect());
    }
    let log_snr: Vec<f64> = study.snr.iter().map(|p| p.ln()).collect();
    let biased = study.log_noise.iter().any(|bias| *bias != 0.0);
    Ok(Study {
        class: study.class.clone(),
        result,
        snr: super::curves::decades(&log_snr, cells),
        noise: match biased {
            true => super::curves::decades(&study.log_noise, cells),
            false => vec![],
        },
        f_max,
        share,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schedule_has_hundredths() {
        for schedule in Schedule::ALL {
            let times = times(schedule);
            assert_eq!(times.len(), N_TIMES, "{schedule}");
            for (i, level) in times.iter().enumerate().skip(1) {
                assert!((level.t - i as f64 / 100.0).abs() < 1e-12, "{schedule} {i}");
                assert_eq!(*level, schedule.at(level.t).unwrap(), "{schedule} {i}");
            }
            assert!(times[0].t <= 1e-3, "{schedule}");
        }
    }
}
