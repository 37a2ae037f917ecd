//! `cepstrum features`.

use super::about::{tell_notes, tell_odd, tell_outcomes};
use super::mfcc::MfccArgs;
use super::outcome::{Failure, Outcome, counted};
use super::partials::{Measured, PartialArgs, measured};
use super::settings::{FileFlags, FrameFlags, MelFlags};
use super::start::use_threads;
use super::terminal::{Remark, print, tell};
use cepstrum::Error;
use cepstrum::analysis::{FeatureConfig, FeatureRow, Request, Settings};
use cepstrum::decode::Channel;
use cepstrum::output::{features_csv, features_npz, write_file, write_json};
use clap::Args;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Classical features of whole clips, one row each
#[derive(Args)]
#[command(
    allow_negative_numbers = true,
    after_long_help = "\
Examples:
  cepstrum features genres/ -o features.csv
  cepstrum features genres/ --n-mfcc 13 -o features.npz
  cepstrum features clip.wav

Columns, as in GTZAN's features_30_sec.csv: filename, length (samples), mean and variance over
frames of rms, spectral_centroid, spectral_bandwidth, rolloff, zero_crossing_rate and mfcc1 (c0)
on, label. A .npz holds values [clip, feature], names, filenames, labels and length, which
numpy.load reads without pickles. Clips without features have no row; they are told."
)]
pub struct FeaturesArgs {
    /// Files, folders or globs with clips
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<PathBuf>,

    /// File to write instead of standard output: .csv or .npz
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Print one JSON list instead of csv, clips without features included
    #[arg(long, conflicts_with = "output")]
    json: bool,

    /// Channel: mix (the mean), left, right, or a number from 0
    #[arg(long, default_value = "mix")]
    channel: Channel,

    /// Share of the magnitudes that lies at or under the roll-off
    #[arg(long, value_name = "SHARE", default_value_t = 0.85)]
    roll_percent: f64,

    /// Threads [default: one per core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,

    #[command(flatten, next_help_heading = "Input")]
    files: FileFlags,

    #[command(flatten)]
    partials: PartialArgs,

    #[command(flatten, next_help_heading = "STFT")]
    frames: FrameFlags,

    #[command(flatten, next_help_heading = "Mel bands")]
    mel: MelFlags,

    #[command(flatten)]
    mfcc: MfccArgs,
}

enum Form {
    Csv,
    Npz,
}

impl FeaturesArgs {
    pub fn run(self) -> Result<Outcome, Failure> {
        // A share goes into a folder.
        if self.partials.shard().is_none() {
            form(self.output.as_deref())?;
        }
        use_threads(self.threads)?;
        let request = Request::features(&self.config()?);
        let (output, json, partials) = (self.output, self.json, self.partials);
        let finished = measured(&request, &partials, output.as_deref())?;
        let (plan, results) = match finished {
            Measured::Share(outcome) => return Ok(outcome),
            Measured::Whole(finished) => *finished,
        };
        tell_notes(&plan.notes());
        let rows = results.features.unwrap_or_default();
        let outcome = tell_about(&rows)?;
        match output {
            Some(path) => {
                write(&rows, &path)?;
                partials.clear(&path)?;
            }
            None if json => print(|writer| write_json(&rows, writer))?,
            None => print(|writer| features_csv(&rows, writer))?,
        }
        Ok(outcome)
    }

    fn config(&self) -> Result<FeatureConfig, Error> {
        let mut shared = Settings::default();
        self.files.apply(&mut shared)?;
        self.frames.apply(&mut shared)?;
        self.mel.apply(&mut shared)?;
        shared.analysis.inputs = self.inputs.clone();
        shared.analysis.channel = self.channel;
        Ok(FeatureConfig {
            roll_percent: self.roll_percent,
            mfcc: self.mfcc.config(),
            ..FeatureConfig::of(&shared.analysis)
        })
    }
}

/// Writes a merged table into a folder, or prints it, and tells of it.
pub fn publish(rows: &[FeatureRow], json: bool, folder: &Path) -> Result<Outcome, Failure> {
    let outcome = tell_about(rows)?;
    match json {
        true => print(|writer| write_json(&rows, writer))?,
        false => {
            let path = folder.join("features.csv");
            write(rows, &path)?;
            tell(&format!("features: {}", path.display()));
        }
    }
    Ok(outcome)
}

/// Writes a table in the form that its name says.
pub fn write(rows: &[FeatureRow], path: &Path) -> Result<(), Error> {
    match form(Some(path))? {
        Form::Npz => write_file(path, |writer| features_npz(rows, writer)),
        Form::Csv => write_file(path, |writer| features_csv(rows, writer)),
    }
}

fn form(path: Option<&Path>) -> Result<Form, Error> {
    let Some(path) = path else {
        return Ok(Form::Csv);
    };
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
    match extension.to_ascii_lowercase().as_str() {
        "csv" => Ok(Form::Csv),
        "npz" => Ok(Form::Npz),
        _ => Err(Error::argument(
            "output",
            path.display(),
            "a file name ending in .csv or .npz",
        )),
    }
}

/// Tells which clips have no features, or odd ones.
fn tell_about(rows: &[FeatureRow]) -> Result<Outcome, Error> {
    let outcomes = rows.iter().map(|row| (&*row.filename, &row.outcome));
    let outcome = tell_outcomes(outcomes, "clip", "");
    let odd: Vec<Remark<'_>> = rows.iter().filter_map(odd).collect();
    let clips = counted(rows.len(), "clip");
    tell_odd(&odd, &clips);
    let rates: BTreeSet<u32> = rows
        .iter()
        .filter(|row| row.features.is_some())
        .map(|row| row.sample_rate)
        .collect();
    if rates.len() > 1 {
        let rates: Vec<String> = rates.iter().map(ToString::to_string).collect();
        tell(&format!(
            "note: clips of {} Hz: centroids, roll-offs and mel bands depend on the rate, so these rows cannot be compared",
            rates.join(" and ")
        ));
    }
    if rows.iter().all(|row| row.features.is_none()) {
        return Err(Error::NothingUsable {
            looked_for: "features in each clip".to_string(),
            found: format!("none in {clips}"),
        });
    }
    Ok(outcome)
}

fn odd(row: &FeatureRow) -> Option<Remark<'_>> {
    Some(Remark {
        path: &row.filename,
        class: "with a remark",
        reason: row.remark.clone()?,
    })
}
