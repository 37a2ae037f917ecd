//! The rising tide: what is left above the noise, at each time of each schedule.

use super::curves::{Drawn, cells, decades, middles, points};
use super::markup::{escaped, note};
use super::words;
use crate::Result;
use crate::analysis::{
    Average, NoiseSettings, NoiseStudy, Report, ResultRow, SigmaGrid, SpectrumRow, noise_of_report,
};
use crate::compare::{Detectability, NoiseLevel, Schedule, detectabilities};
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
    schedules: Vec<Times>,
    panels: Vec<Panel>,
}

/// One schedule's levels; the lists belong together.
#[derive(Serialize)]
struct Times {
    pub name: &'static str,
    pub convention: &'static str,
    t: Vec<f64>,
    alpha: Vec<f64>,
    sigma: Vec<f64>,
}

/// One representation.
#[derive(Serialize)]
struct Panel {
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
struct Study {
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

/// The tide of a report, with the settings of its preset and times of its own.
///
/// # Errors
/// Those of [`noise_of_report`]: spectra that noise cannot be compared with.
pub(super) fn tide(report: &Report) -> Result<Tide> {
    let settings = NoiseSettings {
        sigmas: SigmaGrid::Auto(2),
        schedules: vec![],
        ..NoiseSettings::preset(report.config.preset)
    };
    let n_all = report.results.iter().filter(|r| r.class == "all").count();
    let with_classes = report.results.len() <= MOST_STUDIES.max(n_all);
    let results = report.results.iter().enumerate();
    let (places, results): (Vec<usize>, Vec<ResultRow>) = results
        .filter(|(_, result)| with_classes || result.class == "all")
        .map(|(place, result)| (place, result.clone()))
        .unzip();
    let part = Report {
        config: report.config.clone(),
        summary: report.summary.clone(),
        results,
        ..Report::default()
    };
    let noise = noise_of_report(&part, &settings)?;
    let levels: Vec<Vec<NoiseLevel>> = Schedule::ALL.iter().map(|s| times(*s)).collect();
    let most = points(places.len());
    let studies = places.iter().zip(&part.results).zip(&noise.studies);
    let studies: Vec<Shown<'_>> = studies
        .map(|((place, result), study)| (*place, result, study))
        .collect();
    let panels = studies.chunk_by(|(_, a, _), (_, b, _)| a.representation == b.representation);
    let panels = panels.map(|studies| panel(studies, most, &levels, settings.tau));
    Ok(Tide {
        tau: settings.tau,
        average: settings.average,
        panels: panels.collect::<Result<_>>()?,
        schedules: Schedule::ALL.iter().zip(&levels).map(schedule).collect(),
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

/// A study with its result, and the place of that in the report.
type Shown<'a> = (usize, &'a ResultRow, &'a NoiseStudy);

/// Cells of bands as cells of their frequencies.
fn of_lines(bands: &SpectrumRow, cells: &[Range<usize>]) -> Vec<Range<usize>> {
    let lines = |n_bands: usize| (0..n_bands).map(|i| bands.n_bins_at(i) as usize).sum();
    let of_lines = |cell: &Range<usize>| lines(cell.start)..lines(cell.end);
    cells.iter().map(of_lines).collect()
}

fn panel(
    studies: &[Shown<'_>],
    most: usize,
    levels: &[Vec<NoiseLevel>],
    tau: f64,
) -> Result<Panel> {
    let (_, result, first) = studies[0];
    let bands = &result.spectrum;
    let (unit, axis) = words::frequency(first.unit);
    let of_bands = cells(&bands.frequency, most);
    let cells = of_lines(bands, &of_bands);
    let drawn = |(place, _, study): &Shown<'_>| -> Result<Study> {
        let (frequency, snr) = (&study.frequency, &study.snr);
        let found = levels
            .iter()
            .map(|levels| detectabilities(frequency, snr, levels, tau));
        let found: Vec<Vec<Detectability>> = found.collect::<Result<_>>()?;
        let lists = |value: fn(&Detectability) -> f64| {
            let list = |found: &Vec<Detectability>| found.iter().map(value).collect();
            found.iter().map(list).collect()
        };
        let log_snr: Vec<f64> = snr.iter().map(|p| p.ln()).collect();
        let biased = study.log_noise.iter().any(|bias| *bias != 0.0);
        let noise = biased.then(|| decades(&study.log_noise, &cells));
        Ok(Study {
            class: study.class.clone(),
            result: *place,
            snr: decades(&log_snr, &cells),
            noise: noise.unwrap_or_default(),
            f_max: lists(|found| found.f_max),
            share: lists(|found| found.share),
        })
    };
    Ok(Panel {
        name: first.representation.name(),
        title: first.representation.info().title,
        unit,
        axis,
        scaling: first.scaling_note(),
        power: first.power_name(),
        frequency: middles(&bands.frequency, &of_bands),
        studies: studies.iter().map(drawn).collect::<Result<_>>()?,
    })
}

/// The slider and the places of its drawings, or why there are none.
pub(super) fn section(tide: Result<&Tide, &crate::Error>) -> String {
    let body = match tide {
        Ok(tide) => controls(tide),
        Err(error) => note(format!("Not drawn: {}", escaped(&error.to_string()))),
    };
    super::markup::section("tide", "The rising tide", &body)
}

fn controls(tide: &Tide) -> String {
    let schedules = tide.schedules.iter().enumerate().map(|(i, times)| {
        let selected = if i == 0 { " selected" } else { "" };
        format!("<option value=\"{i}\"{selected}>{}</option>", times.name)
    });
    let panels = tide.panels.iter().enumerate().map(|(i, panel)| {
        let scaling = escaped(&panel.scaling);
        format!(
            include_str!("panel.html"),
            i = i,
            title = panel.title,
            scaling = scaling
        )
    });
    format!(
        include_str!("tide.html"),
        threshold = match tide.tau {
            1.0 => String::new(),
            tau => format!(" (signal-to-noise ratio above {tau})"),
        },
        average = match tide.average {
            Average::Arithmetic => "",
            Average::Geometric => {
                " Powers are means of ln P, compared with the noise’s variance, as in the post."
            }
        },
        schedules = schedules.collect::<String>(),
        classes = classes(tide),
        panels = panels.collect::<String>()
    )
}

/// A choice among the classes of all panels.
fn classes(tide: &Tide) -> String {
    let mut names: Vec<&str> = vec![];
    let studies = tide.panels.iter().flat_map(|panel| &panel.studies);
    for class in studies.map(|study| study.class.as_str()) {
        if !names.contains(&class) {
            names.push(class);
        }
    }
    if names.len() < 2 {
        return String::new();
    }
    let options = names.into_iter().map(escaped);
    let options = options.map(|name| format!("<option value=\"{name}\">{name}</option>"));
    let options: String = options.collect();
    format!("<label>class <select id=\"class\">{options}</select></label>\n")
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
