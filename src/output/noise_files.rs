//! A noise study as files and as a table.

use super::csv::write_columns;
use super::json::write_json;
use super::study_files::{Document, StudyFiles, saved};
use super::table::{Column, Frequency, MOST_CLASSES, Table, or_dash};
use crate::Result;
use crate::analysis::{
    InformationRow, NoiseReport, NoiseStudy, Origin, Representation, Scaling, ScheduleRow,
};
use serde::{Deserialize, Serialize};
use std::io::{self, Write};
use std::path::Path;

/// Name of a noise study in an output folder.
pub const NOISE_FILE: &str = "noise.json";

/// `noise.json`, `tide/<representation>.npy`, `detectability.csv` and, for
/// training code, `schedule/<representation>.<quantity>.npy`.
///
/// Arrays of `tide` are [4 + levels, frequency]: frequency; ln of the mean power
/// of the data and of noise of variance 1; the signal-to-noise ratio at
/// sigma = 1 that detectability is computed from; and ln of the mean power of
/// the data with noise at each level of the tide, which `noise.json` lists.
/// Those of `schedule` are [3, level]: the share that is left; sigma, rising, in
/// units of the divided data; and ln(1 / sigma^2).
impl StudyFiles for NoiseReport {
    const MAIN: &'static str = NOISE_FILE;

    fn varying(&self) -> Vec<&'static str> {
        vec![
            "tide/{}.npy",
            "schedule/{}.equal_information.npy",
            "schedule/{}.equal_bandwidth.npy",
        ]
    }

    fn beside(&self) -> Vec<Document<'_>> {
        let totals = self.studies.iter().filter(|study| study.class == "all");
        let schedules = self.studies.iter().flat_map(|study| {
            let information = study.information.iter();
            information.flat_map(|information| schedules(study.representation, information))
        });
        let table = Document::new("detectability.csv", |writer| {
            detectability_csv(self, writer)
        });
        totals.map(tide).chain(schedules).chain([table]).collect()
    }
}

fn tide(study: &NoiseStudy) -> Document<'_> {
    let mut rows: Vec<&[f64]> = vec![
        &study.frequency,
        &study.log_signal,
        &study.log_noise,
        &study.snr,
    ];
    rows.extend(study.tide.iter().map(|level| level.log_noisy.as_slice()));
    Document::rows(format!("tide/{}.npy", study.representation), rows)
}

fn schedules(
    representation: Representation,
    information: &InformationRow,
) -> impl Iterator<Item = Document<'_>> {
    let schedules = [
        ("equal_information", &information.equal_information),
        ("equal_bandwidth", &information.equal_bandwidth),
    ];
    schedules.into_iter().filter_map(move |(quantity, steps)| {
        let steps = steps.as_ref()?;
        let rows: Vec<&[f64]> = vec![&steps.left, &steps.sigma, &steps.log_snr];
        let path = format!("schedule/{representation}.{quantity}.npy");
        Some(Document::rows(path, rows))
    })
}

/// Whether the noise study in a folder was measured; `None` where there is none
/// that can be read.
pub fn noise_origin(folder: &Path) -> Option<Origin> {
    #[derive(Deserialize)]
    struct Head {
        studies: Vec<Study>,
    }
    #[derive(Deserialize)]
    struct Study {
        origin: Origin,
    }
    let head: Head = saved(&folder.join(NOISE_FILE)).ok()??;
    let mut origins = head.studies.iter().map(|study| study.origin);
    let measured = origins.find(|origin| *origin == Origin::Measured);
    measured.or(Some(Origin::Expected))
}

/// Writes what can be detected as csv: one row per representation, class,
/// schedule and time. Frequencies of 0 say that nothing can be detected;
/// `f_contiguous` is the highest frequency up to which everything can.
fn detectability_csv(noise: &NoiseReport, writer: &mut dyn Write) -> io::Result<()> {
    let columns: [Column<(&NoiseStudy, &ScheduleRow, usize)>; 12] = [
        ("representation", |(study, ..)| {
            study.representation.to_string()
        }),
        ("class", |(study, ..)| study.class.clone()),
        ("schedule", |(_, row, _)| row.schedule.to_string()),
        ("t", |(_, row, i)| row.t[*i].to_string()),
        ("alpha", |(_, row, i)| row.alpha[*i].to_string()),
        ("sigma", |(_, row, i)| row.sigma[*i].to_string()),
        ("f_max", |(_, row, i)| row.f_max[*i].to_string()),
        ("f_min", |(_, row, i)| row.f_min[*i].to_string()),
        ("f_contiguous", |(_, row, i)| {
            row.f_contiguous[*i].to_string()
        }),
        ("unit", |(study, ..)| study.unit.symbol().to_string()),
        ("n_intervals", |(_, row, i)| row.n_intervals[*i].to_string()),
        ("share", |(_, row, i)| row.share[*i].to_string()),
    ];
    let rows = noise.studies.iter().flat_map(|study| {
        let schedules = study.schedules.iter();
        schedules.flat_map(move |row| (0..row.t.len()).map(move |i| (study, row, i)))
    });
    write_columns(&columns, rows, writer)
}

/// What is left of a representation at a time along flow matching.
#[derive(Serialize)]
struct Left {
    t: f64,
    /// Share of the band's frequencies.
    band: f64,
    /// Share of the power.
    power: f64,
}

/// The numbers of one study.
#[derive(Serialize)]
struct NoiseSummary<'a> {
    representation: Representation,
    class: &'a str,
    n_segments: u64,
    divisor: f64,
    drowns_first: Option<Frequency>,
    drowns_last: Option<Frequency>,
    left: [Left; 3],
    #[serde(skip)]
    scaling: Scaling,
}

impl<'a> NoiseSummary<'a> {
    fn of(study: &'a NoiseStudy, tau: f64) -> Result<Self> {
        let by = |a: &(usize, &f64), b: &(usize, &f64)| a.1.total_cmp(b.1);
        let frequency = |(i, _): (usize, &f64)| Frequency {
            value: study.frequency[i],
            unit: study.unit,
        };
        let ratios = || study.snr.iter().enumerate();
        let left = |t: f64| -> Result<Left> {
            let (band, power) = study.left_at(t, tau)?;
            Ok(Left { t, band, power })
        };
        Ok(Self {
            representation: study.representation,
            class: &study.class,
            n_segments: study.n_segments,
            divisor: study.divisor,
            drowns_first: ratios().min_by(by).map(frequency),
            drowns_last: ratios().max_by(by).map(frequency),
            left: [left(0.25)?, left(0.5)?, left(0.75)?],
            scaling: study.scaling,
        })
    }
}

/// Writes the rows of the noise table as one JSON document: `noise` (where the
/// whole is), `tau` and `studies` (representation, class, n_segments, divisor,
/// drowns_first, drowns_last, left). Numbers are not rounded.
///
/// # Errors
/// Those of a study with lists that do not fit, or of `writer`.
pub fn noise_summary_json(
    noise: &NoiseReport,
    path: &Path,
    writer: &mut dyn Write,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Summary<'a> {
        noise: String,
        tau: f64,
        studies: Vec<NoiseSummary<'a>>,
    }
    let tau = noise.settings.tau;
    let studies = noise.studies.iter().map(|s| NoiseSummary::of(s, tau));
    let summary = Summary {
        noise: path.display().to_string(),
        tau,
        studies: studies.collect::<Result<_>>().map_err(io::Error::other)?,
    };
    write_json(&summary, writer)
}

/// What noise does to each representation: the divisor, the frequencies that
/// drown first and last, and what is left along flow matching at three times:
/// the share of the band's frequencies, and that of the power.
///
/// Classes get their own rows where there are at most 12.
///
/// # Errors
/// Those of a study with lists that do not fit.
pub fn noise_table(noise: &NoiseReport) -> Result<Table> {
    let columns: [Column<NoiseSummary>; 12] = [
        ("representation", |row| row.representation.to_string()),
        ("class", |row| row.class.to_string()),
        ("n", |row| row.n_segments.to_string()),
        ("divided by", |row| match row.scaling {
            Scaling::UnitVariance => format!("{:.4}", row.divisor),
            Scaling::Native => "1".to_string(),
        }),
        ("drowns first", |row| or_dash(row.drowns_first.as_ref())),
        ("drowns last", |row| or_dash(row.drowns_last.as_ref())),
        ("band left t=.25", |row| percent(row.left[0].band)),
        (".5", |row| percent(row.left[1].band)),
        (".75", |row| percent(row.left[2].band)),
        ("power left t=.25", |row| percent(row.left[0].power)),
        (".5", |row| percent(row.left[1].power)),
        (".75", |row| percent(row.left[2].power)),
    ];
    let shown = noise.studies.iter().filter(|study| {
        let same = |other: &&NoiseStudy| other.representation == study.representation;
        let n_classes = noise.studies.iter().filter(same).count() - 1;
        study.class == "all" || n_classes <= MOST_CLASSES
    });
    let rows = shown.map(|study| NoiseSummary::of(study, noise.settings.tau));
    Ok(Table::of(2, &columns, rows.collect::<Result<Vec<_>>>()?))
}

/// Percent, without the sign of a rounded nothing.
fn percent(share: f64) -> String {
    format!("{:.1} %", (100.0 * share).max(0.0))
}
