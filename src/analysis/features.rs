//! Classical features of whole clips, one row each: the columns of the widely
//! used `features_30_sec.csv` of GTZAN that are plain statistics of frames.

use super::features_pass::{FeaturePass, Measured};
use super::report::Status;
use super::survey::problem_of;
use super::{MelSettings, Progress};
use crate::decode::{Channel, ClassRule, CorpusOptions, Ending, Rejected, Source, corpus};
use crate::planar::MfccConfig;
use crate::spectral::{FrameFeaturesConfig, LogScale, MelConfig, StftConfig};
use crate::{Error, Problem, Result};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Settings of the features of clips.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureConfig {
    /// Files, folders or globs with clips.
    pub inputs: Vec<PathBuf>,
    /// Where a clip's label comes from.
    pub class_rule: ClassRule,
    /// Most clips per label that are used, the first in order.
    pub limit: Option<usize>,
    /// Which channel is measured.
    pub channel: Channel,
    /// Frames of all features.
    pub stft: StftConfig,
    /// Share of the magnitudes that lies at or under the roll-off.
    pub roll_percent: f64,
    /// Bands of the cepstral coefficients.
    pub mel: MelSettings,
    /// Dynamic range of the bands, dB under the largest of the clip; `None`
    /// keeps all.
    pub top_db: Option<f64>,
    /// Cepstral coefficients.
    pub mfcc: MfccConfig,
}

impl Default for FeatureConfig {
    /// librosa's defaults, without any input yet.
    fn default() -> Self {
        FeatureConfig {
            inputs: Vec::new(),
            class_rule: ClassRule::ParentFolder,
            limit: None,
            channel: Channel::Mix,
            stft: StftConfig::new(2048, 512),
            roll_percent: 0.85,
            mel: MelSettings::default(),
            top_db: Some(80.0),
            mfcc: MfccConfig::default(),
        }
    }
}

impl FeatureConfig {
    /// Checks the settings that are out of range whatever the clips are.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for the first such setting.
    pub fn check(&self) -> Result<()> {
        if self.inputs.is_empty() {
            return Err(Error::argument("INPUT", "missing", "given"));
        }
        if self.limit == Some(0) {
            return Err(Error::argument("limit", 0, "at least 1"));
        }
        self.frames(1).check()?;
        if self.mel.n_mels == 0 {
            return Err(Error::argument("n_mels", 0, "at least 1"));
        }
        LogScale::Decibel {
            top_db: self.top_db,
        }
        .check()?;
        self.mfcc.check(self.mel.n_mels)
    }

    /// The settings of frames at a sample rate.
    pub(super) fn frames(&self, sample_rate: u32) -> FrameFeaturesConfig {
        FrameFeaturesConfig {
            stft: self.stft.clone(),
            sample_rate,
            roll_percent: self.roll_percent,
        }
    }

    /// The mel bands at a sample rate.
    pub(super) fn bands(&self, sample_rate: u32) -> MelConfig {
        self.mel.bands(self.stft.n_fft, sample_rate)
    }
}

/// Mean and population variance of a value over frames.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct MeanVariance {
    /// Mean.
    pub mean: f64,
    /// Mean squared distance from the mean.
    pub variance: f64,
}

/// The features of one clip; frame values are those of
/// [`FrameValues`](crate::spectral::FrameValues) and [`Mfcc`](crate::planar::Mfcc).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClipFeatures {
    /// Root mean square, full scale 1.
    pub rms: MeanVariance,
    /// Spectral centroid, Hz.
    pub spectral_centroid: MeanVariance,
    /// Spectral bandwidth, Hz.
    pub spectral_bandwidth: MeanVariance,
    /// Roll-off frequency, Hz.
    pub rolloff: MeanVariance,
    /// Changes of sign per sample.
    pub zero_crossing_rate: MeanVariance,
    /// Cepstral coefficients of the mel bands in dB, k = 0 first.
    pub mfcc: Vec<MeanVariance>,
}

/// One clip.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureRow {
    /// Path relative to its INPUT.
    pub filename: String,
    /// Index of that INPUT.
    pub input: usize,
    /// Class of the clip.
    pub label: String,
    /// How much of it was used.
    pub status: Status,
    /// Why it was not used wholly.
    pub reason: Option<String>,
    /// Kind of that reason.
    pub reason_class: Option<String>,
    /// What a reader of the values should know.
    pub remark: Option<String>,
    /// Sample rate, Hz; 0 where it is unknown.
    pub sample_rate: u32,
    /// Samples that were decoded.
    pub length: u64,
    /// Frames that the values are statistics of.
    pub n_frames: u64,
    /// The values, where there are any.
    pub features: Option<ClipFeatures>,
}

impl FeatureRow {
    /// Names of [`Self::values`], in order: those of `features_30_sec.csv`, where
    /// they stand between `filename` and `label`.
    ///
    /// ```
    /// use cepstrum::analysis::FeatureRow;
    /// let names = FeatureRow::names(20);
    /// assert_eq!(names[..3], ["length", "rms_mean", "rms_var"]);
    /// assert_eq!(names[50], "mfcc20_var");
    /// ```
    pub fn names(n_mfcc: usize) -> Vec<String> {
        let frames = [
            "rms",
            "spectral_centroid",
            "spectral_bandwidth",
            "rolloff",
            "zero_crossing_rate",
        ];
        let mfcc = (1..=n_mfcc).map(|number| format!("mfcc{number}"));
        let statistics = frames.map(str::to_string).into_iter().chain(mfcc);
        std::iter::once("length".to_string())
            .chain(statistics.flat_map(|name| [format!("{name}_mean"), format!("{name}_var")]))
            .collect()
    }

    /// The length and all features, in the order of [`Self::names`]; `None` for
    /// a clip that was skipped.
    pub fn values(&self) -> Option<Vec<f64>> {
        let features = self.features.as_ref()?;
        let frames = [
            features.rms,
            features.spectral_centroid,
            features.spectral_bandwidth,
            features.rolloff,
            features.zero_crossing_rate,
        ];
        let statistics = frames.iter().chain(&features.mfcc);
        let pairs = statistics.flat_map(|value| [value.mean, value.variance]);
        Some(std::iter::once(self.length as f64).chain(pairs).collect())
    }
}

/// The features of every clip of `config.inputs`, over the whole clip and at its
/// own sample rate, in f64; by input, then by name.
///
/// Runs on the threads of the current rayon pool; rows are the same to the bit
/// for any number of them. Each thread holds the mel energies of up to 2^22
/// bands and frames (32 MB; 12 minutes at 22,050 Hz), since their dynamic range
/// counts from the largest of the clip; longer clips are decoded twice instead.
///
/// ```
/// use cepstrum::analysis::{FeatureConfig, Silent, clip_features};
/// let config = FeatureConfig {
///     inputs: vec!["fixtures/audio/speech".into()],
///     ..FeatureConfig::default()
/// };
/// let rows = clip_features(&config, &Silent)?;
/// assert_eq!((rows[0].filename.as_str(), rows[0].label.as_str()), ("prompt_a.wav", "speech"));
/// let centroid = rows[0].features.as_ref().map(|f| f.spectral_centroid.mean);
/// assert!((1000.0..4000.0).contains(&centroid.unwrap_or(0.0)));
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// [`Error::InvalidArgument`] for a setting out of range, or one that fits the
/// sample rate of no clip, and [`Error::NothingUsable`] where no clip was found.
/// What is wrong with a single clip stands in its row.
pub fn clip_features(config: &FeatureConfig, progress: &dyn Progress) -> Result<Vec<FeatureRow>> {
    config.check()?;
    let found = corpus(
        &config.inputs,
        &CorpusOptions {
            class_rule: config.class_rule.clone(),
            limit: config.limit,
            ..CorpusOptions::clips()
        },
    )?;
    progress.start(found.sources.len());
    let measured: Vec<Result<Outcome>> = found
        .sources
        .par_iter()
        .map_init(
            || FeaturePass::new(config),
            |pass, source| {
                let outcome = outcome(source, pass.measure(&source.path()));
                progress.advance();
                outcome
            },
        )
        .collect();
    let mut rows: Vec<FeatureRow> = found.rejected.iter().map(rejected_row).collect();
    let mut unfit = None;
    for outcome in measured {
        let outcome = outcome?;
        rows.push(outcome.row);
        unfit = unfit.or(outcome.unfit);
    }
    if rows.is_empty() {
        let ignored: u64 = found.ignored.values().sum();
        return Err(Error::NothingUsable {
            looked_for: "clips among the inputs".to_string(),
            found: format!("{ignored} files of other kinds"),
        });
    }
    match unfit {
        Some(error) if rows.iter().all(|row| row.features.is_none()) => Err(error),
        _ => {
            rows.sort_by(|a, b| (a.input, &a.filename).cmp(&(b.input, &b.filename)));
            Ok(rows)
        }
    }
}

struct Outcome {
    row: FeatureRow,
    /// The setting that does not fit the clip's sample rate.
    unfit: Option<Error>,
}

fn outcome(source: &Source, measured: Result<Measured>) -> Result<Outcome> {
    let mut row = empty_row(source.name(), source.input, &source.class);
    let mut unfit = None;
    match measured {
        Ok(measured) => describe(&mut row, measured),
        Err(error @ Error::InvalidArgument { .. }) => {
            let detail = error.to_string();
            skip(&mut row, &Problem::Featureless { detail });
            unfit = Some(error);
        }
        Err(error) => skip(&mut row, &problem_of(error)?),
    }
    Ok(Outcome { row, unfit })
}

fn describe(row: &mut FeatureRow, measured: Measured) {
    let (class, reason) = match measured.ending {
        Ending::Complete => (None, None),
        Ending::Truncated { detail } => (Some("truncated"), Some(detail)),
        Ending::Damaged { detail } => (Some("damaged"), Some(detail)),
    };
    if reason.is_some() {
        row.status = Status::Partial;
    }
    row.reason = reason;
    row.reason_class = class.map(str::to_string);
    row.remark = measured.remark;
    row.sample_rate = measured.sample_rate;
    row.length = measured.length;
    row.n_frames = measured.n_frames;
    row.features = Some(measured.features);
}

fn skip(row: &mut FeatureRow, problem: &Problem) {
    row.status = Status::Skipped;
    row.reason = Some(problem.to_string());
    row.reason_class = Some(problem.class().to_string());
}

fn rejected_row(rejected: &Rejected) -> FeatureRow {
    let mut row = empty_row(&rejected.name, rejected.input, &rejected.class);
    skip(&mut row, &rejected.problem);
    row
}

fn empty_row(filename: &str, input: usize, label: &str) -> FeatureRow {
    FeatureRow {
        filename: filename.to_string(),
        input,
        label: label.to_string(),
        status: Status::Ok,
        reason: None,
        reason_class: None,
        remark: None,
        sample_rate: 0,
        length: 0,
        n_frames: 0,
        features: None,
    }
}
