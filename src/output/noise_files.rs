//! A noise study as files and as a table.

use super::Table;
use super::json::to_json;
use super::summaries::{Frequency, NoiseSummary};
use super::table::{MOST_CLASSES, frequency};
use super::{remove_stale, save_array, write_file};
use crate::analysis::{NoiseReport, NoiseStudy, Origin, Representation, Scaling};
use crate::{Error, Result};
use ndarray::Array2;
use ndarray_npy::WriteNpyExt;
use serde::Deserialize;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Name of a noise study in an output folder.
pub const NOISE_FILE: &str = "noise.json";

/// Writes `noise.json`, `detectability.csv`, `tide/<representation>.npy` and
/// `schedule/<representation>.<quantity>.npy` into a folder, which is made if it
/// is not there.
///
/// Arrays of `tide` are [4 + levels, frequency]: frequency; ln of the mean power
/// of the data and of noise of variance 1; the signal-to-noise ratio at
/// sigma = 1 that detectability is computed from; and ln of the mean power of
/// the data with noise at each level of the tide, which `noise.json` lists.
/// Those of `schedule` are [3, level]: the share that is left; sigma, rising, in
/// units of the divided data; and ln(1 / sigma^2). Arrays of an earlier run that
/// this one does not replace are removed.
///
/// # Errors
/// [`Error::Output`] with what the system said.
pub fn save_noise(noise: &NoiseReport, folder: &Path) -> Result<()> {
    let tide = folder.join("tide");
    fs::create_dir_all(&tide).map_err(|error| Error::Output {
        path: tide.clone(),
        detail: error.to_string(),
    })?;
    let measured = noise.studies.iter().filter(|study| study.class == "all");
    remove_stale(Representation::ALL.map(|r| tide.join(format!("{r}.npy"))))?;
    for study in measured {
        let path = tide.join(format!("{}.npy", study.representation));
        write_file(&path, |writer| {
            tide_array(study)
                .write_npy(writer)
                .map_err(io::Error::other)
        })?;
    }
    save_schedules(noise, folder)?;
    write_file(&folder.join("detectability.csv"), |writer| {
        detectability_csv(noise, writer)
    })?;
    write_file(&folder.join(NOISE_FILE), |writer| to_json(noise, writer))
}

/// Writes the suggested schedules, for training code:
/// `schedule/<representation>.<quantity>.npy`, [3, level], as [`save_noise`]
/// says.
fn save_schedules(noise: &NoiseReport, folder: &Path) -> Result<()> {
    let folder = folder.join("schedule");
    for quantity in ["equal_information", "equal_bandwidth"] {
        let path = |r: Representation| folder.join(format!("{r}.{quantity}.npy"));
        remove_stale(Representation::ALL.map(path))?;
    }
    for study in &noise.studies {
        let Some(information) = &study.information else {
            continue;
        };
        fs::create_dir_all(&folder).map_err(|error| Error::Output {
            path: folder.clone(),
            detail: error.to_string(),
        })?;
        for (quantity, steps) in [
            ("equal_information", &information.equal_information),
            ("equal_bandwidth", &information.equal_bandwidth),
        ] {
            let Some(steps) = steps else {
                continue;
            };
            let rows = [&steps.left, &steps.sigma, &steps.log_snr];
            let array = Array2::from_shape_fn((3, steps.left.len()), |(row, i)| rows[row][i]);
            let name = format!("{}.{quantity}.npy", study.representation);
            save_array(&folder.join(name), &array)?;
        }
    }
    Ok(())
}

fn tide_array(study: &NoiseStudy) -> Array2<f64> {
    let mut rows: Vec<&[f64]> = vec![
        &study.frequency,
        &study.log_signal,
        &study.log_noise,
        &study.snr,
    ];
    rows.extend(study.tide.iter().map(|level| level.log_noisy.as_slice()));
    Array2::from_shape_fn((rows.len(), study.frequency.len()), |(row, i)| rows[row][i])
}

/// Whether the noise study in a folder was measured; `None` where there is none
/// that can be read.
pub fn noise_origin(folder: &Path) -> Option<Origin> {
    /// What of a study is asked for; the rest is passed over.
    #[derive(Deserialize)]
    struct Head {
        studies: Vec<Study>,
    }
    #[derive(Deserialize)]
    struct Study {
        origin: Origin,
    }
    let file = fs::File::open(folder.join(NOISE_FILE)).ok()?;
    let head: Head = serde_json::from_reader(io::BufReader::new(file)).ok()?;
    let measured = head.studies.iter().any(|s| s.origin == Origin::Measured);
    Some(match measured {
        true => Origin::Measured,
        false => Origin::Expected,
    })
}

/// Writes what can be detected as csv: one row per representation, class,
/// schedule and time. Frequencies of 0 say that nothing can be detected;
/// `f_contiguous` is the highest frequency up to which everything can.
///
/// # Errors
/// Those of `writer`.
pub fn detectability_csv(noise: &NoiseReport, writer: &mut dyn Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(writer);
    csv.write_record([
        "representation",
        "class",
        "schedule",
        "t",
        "alpha",
        "sigma",
        "f_max",
        "f_min",
        "f_contiguous",
        "unit",
        "n_intervals",
        "share",
    ])?;
    for study in &noise.studies {
        for row in &study.schedules {
            for i in 0..row.t.len() {
                csv.write_record([
                    study.representation.name(),
                    &study.class,
                    row.schedule.name(),
                    &row.t[i].to_string(),
                    &row.alpha[i].to_string(),
                    &row.sigma[i].to_string(),
                    &row.f_max[i].to_string(),
                    &row.f_min[i].to_string(),
                    &row.f_contiguous[i].to_string(),
                    study.unit.symbol(),
                    &row.n_intervals[i].to_string(),
                    &row.share[i].to_string(),
                ])?;
            }
        }
    }
    csv.flush()
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
    let header = [
        "representation",
        "class",
        "n",
        "divided by",
        "drowns first",
        "drowns last",
        "band left t=.25",
        ".5",
        ".75",
        "power left t=.25",
        ".5",
        ".75",
    ];
    let mut table = Table::new(&header, 2);
    for study in &noise.studies {
        let same = |other: &&NoiseStudy| other.representation == study.representation;
        let n_classes = noise.studies.iter().filter(same).count() - 1;
        if study.class == "all" || n_classes <= MOST_CLASSES {
            table.push(table_row(study, noise.settings.tau)?);
        }
    }
    Ok(table)
}

fn table_row(study: &NoiseStudy, tau: f64) -> Result<Vec<String>> {
    let summary = NoiseSummary::of(study, tau)?;
    let at = |found: Option<Frequency>| {
        found.map_or_else(|| "-".to_string(), |f| frequency(f.value, f.unit))
    };
    let divided = match study.scaling {
        Scaling::UnitVariance => format!("{:.4}", study.divisor),
        Scaling::Native => "1".to_string(),
    };
    let mut row = vec![
        study.representation.name().to_string(),
        study.class.clone(),
        study.n_segments.to_string(),
        divided,
        at(summary.drowns_first),
        at(summary.drowns_last),
    ];
    // Without the sign of a rounded nothing.
    let percent = |share: f64| format!("{:.1} %", (100.0 * share).max(0.0));
    row.extend(summary.left.iter().map(|left| percent(left.band)));
    row.extend(summary.left.iter().map(|left| percent(left.power)));
    Ok(row)
}
