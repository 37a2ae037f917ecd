//! Classical features of whole clips, one row each: the columns of the widely
//! used `features_30_sec.csv` of GTZAN that are plain statistics of frames.

use super::outcome::Outcome;
use super::plan_summary::PlanSummary;
use super::run::{Numbered, Study, Sums};
use super::segments::{Needs, Piece, Reading};
use super::{AnalysisConfig, MelSettings};
use crate::decode::{AudioInfo, AudioReader, Channel, ClassRule};
use crate::planar::{Mfcc, MfccConfig};
use crate::spectral::{
    FrameFeatures, FrameFeaturesConfig, FrameValues, LogScale, MelConfig, MelFilterbank, Reference,
    StftConfig, power_to_db,
};
use crate::{Error, Problem, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Most mel energies that are held at once; a clip with more is decoded twice.
const MOST_HELD: usize = 1 << 22;

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
    /// Features by the frames, bands and channel of an analysis, of its clips.
    pub fn of(config: &AnalysisConfig) -> Self {
        FeatureConfig {
            inputs: config.inputs.clone(),
            class_rule: config.class_rule.clone(),
            limit: config.limit,
            channel: config.channel,
            stft: config.stft.clone(),
            mel: config.mel.clone(),
            top_db: match config.log {
                LogScale::Decibel { top_db } => top_db,
                LogScale::Natural { .. } => Some(80.0),
            },
            ..FeatureConfig::default()
        }
    }

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
    /// How much of it was used, and why not all.
    #[serde(flatten)]
    pub outcome: Outcome,
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

/// Rows by number of the source.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct FeatureSums {
    rows: BTreeMap<usize, FeatureRow>,
    /// The first source whose sample rate the settings do not fit, and that rate.
    unfit: Option<(usize, u32)>,
}

impl FeatureSums {
    pub fn outcomes(&self) -> impl Iterator<Item = (&str, &Outcome)> {
        self.rows.values().map(|row| (&*row.filename, &row.outcome))
    }
}

impl Sums for FeatureSums {
    fn merge(&mut self, other: Self) -> Result<()> {
        self.rows.extend(other.rows);
        self.unfit = [self.unfit, other.unfit].into_iter().flatten().min();
        Ok(())
    }
}

/// The rows of a table: those of all sources, and those of inputs that never
/// became one; by input, then by name.
///
/// # Errors
/// [`Error::NothingUsable`] without any, and the setting that fits no clip.
pub(super) fn feature_rows(
    config: &FeatureConfig,
    summary: &PlanSummary,
    sums: FeatureSums,
) -> Result<Vec<FeatureRow>> {
    let rejected = summary
        .rejected
        .iter()
        .filter(|row| row.input < config.inputs.len());
    let rejected = rejected.map(|row| FeatureRow {
        outcome: row.outcome.clone(),
        ..FeatureRow::new(&row.path, row.input, &row.class)
    });
    let mut rows: Vec<FeatureRow> = rejected.collect();
    rows.extend(sums.rows.into_values());
    if rows.is_empty() {
        let ignored: u64 = summary.ignored.values().sum();
        return Err(Error::NothingUsable {
            looked_for: "clips among the inputs".to_string(),
            found: format!("{ignored} files of other kinds"),
        });
    }
    if let Some((_, sample_rate)) = sums.unfit
        && rows.iter().all(|row| row.features.is_none())
    {
        Plans::new(config, sample_rate)?;
    }
    rows.sort_by(|a, b| (a.input, &a.filename).cmp(&(b.input, &b.filename)));
    Ok(rows)
}

impl FeatureRow {
    fn new(filename: &str, input: usize, label: &str) -> Self {
        FeatureRow {
            filename: filename.to_string(),
            input,
            label: label.to_string(),
            outcome: Outcome::ok(),
            remark: None,
            sample_rate: 0,
            length: 0,
            n_frames: 0,
            features: None,
        }
    }
}

/// The features of every clip of some inputs.
pub(super) struct FeatureStudy<'a> {
    config: &'a FeatureConfig,
}

/// One thread's plans, which are kept per sample rate, and what they saw of the
/// clip.
pub(super) struct FeatureWorker {
    most_held: usize,
    plans: BTreeMap<u32, Plans>,
    /// The rate of the clip, and the setting that does not fit it.
    rate: Option<(u32, Option<Error>)>,
    samples: Vec<f64>,
    held: MelCache,
    statistics: FrameStatistics,
    scan: ClipScan,
}

impl<'a> FeatureStudy<'a> {
    pub fn new(config: &'a FeatureConfig) -> Self {
        Self { config }
    }

    fn describe(
        &self,
        worker: &mut FeatureWorker,
        path: &Path,
        row: &mut FeatureRow,
    ) -> Result<()> {
        let Some((sample_rate, _)) = worker.rate else {
            return Ok(());
        };
        self.check(worker).map_err(|problem| problem.at(path))?;
        row.remark = self.remark(&worker.scan);
        row.sample_rate = sample_rate;
        row.length = worker.scan.length;
        row.n_frames = worker.statistics.n_frames;
        let mfcc = self.mfcc_statistics(worker, sample_rate, path)?;
        row.features = Some(worker.statistics.features(&mfcc));
        Ok(())
    }

    fn check(&self, worker: &FeatureWorker) -> Result<(), Problem> {
        let scan = &worker.scan;
        if scan.n_non_finite > 0 {
            let (bad, all) = (scan.n_non_finite, scan.length);
            let detail = format!("{bad} of {all} samples are not finite");
            return Err(Problem::Featureless { detail });
        }
        if worker.statistics.n_frames == 0 {
            return Err(Problem::TooShort {
                length: format!("{} samples", scan.length),
                required: format!("{} samples", self.config.stft.n_fft),
                flag: "--n-fft",
            });
        }
        Ok(())
    }

    fn remark(&self, scan: &ClipScan) -> Option<String> {
        let n_fft = self.config.stft.n_fft;
        let mut remarks = Vec::new();
        if scan.silent {
            remarks.push("digital silence".to_string());
        }
        if scan.length < n_fft as u64 {
            let length = scan.length;
            remarks.push(format!(
                "shorter than one frame: {length} of {n_fft} samples, the rest is padding"
            ));
        }
        (!remarks.is_empty()).then(|| remarks.join("; "))
    }

    /// Statistics of the coefficients, from the energies that were held or from
    /// decoding once more: the dynamic range counts from the clip's largest energy.
    fn mfcc_statistics(
        &self,
        worker: &mut FeatureWorker,
        sample_rate: u32,
        path: &Path,
    ) -> Result<Vec<Running>> {
        let FeatureWorker {
            plans,
            held,
            samples,
            ..
        } = worker;
        let Some(Plans {
            frames,
            filterbank,
            mfcc,
            energy,
            coefficients,
        }) = plans.get_mut(&sample_rate)
        else {
            return Ok(Vec::new());
        };
        let mut statistics = vec![Running::default(); mfcc.n_mfcc()];
        let n_mels = energy.len();
        let mut db = vec![0.0; n_mels + 1];
        let (top_db, largest) = (self.config.top_db, held.largest);
        let mut add = |energies: &[f64]| -> Result<()> {
            // Beside the clip's largest energy a frame gets the clip's range.
            db[..n_mels].copy_from_slice(energies);
            db[n_mels] = largest;
            power_to_db(&mut db, Reference::One, top_db);
            mfcc.process(&db[..n_mels], coefficients)?;
            for (statistics, &value) in statistics.iter_mut().zip(&*coefficients) {
                statistics.add(value);
            }
            Ok(())
        };
        if held.complete {
            held.energies.chunks_exact(n_mels).try_for_each(&mut add)?;
            return Ok(statistics);
        }
        let mut outcome = Ok(());
        let mut visit = |_: &FrameValues, power: &[f64]| {
            filterbank.project(power, energy);
            if outcome.is_ok() {
                outcome = add(energy);
            }
        };
        let mut reader = AudioReader::open(path, self.config.channel)?;
        let mut block = Vec::new();
        while reader.read(&mut block)? > 0 {
            widen(&block, samples);
            frames.push(samples, &mut visit);
        }
        frames.finish(&mut visit);
        outcome.map(|()| statistics)
    }
}

impl Study for FeatureStudy<'_> {
    type Worker = FeatureWorker;
    type Row = FeatureRow;
    type Sums = FeatureSums;

    fn needs(&self) -> Needs {
        Needs {
            blocks: true,
            ..Needs::default()
        }
    }

    fn worker(&self) -> Result<FeatureWorker> {
        Ok(FeatureWorker::new(MOST_HELD))
    }

    fn sums(&self) -> FeatureSums {
        FeatureSums::default()
    }

    fn begin(&self, worker: &mut FeatureWorker, _: Numbered<'_>) {
        worker.clear();
    }

    fn piece(&self, worker: &mut FeatureWorker, _: Numbered<'_>, piece: &Piece<'_>) -> Result<()> {
        match piece {
            Piece::Block(info, block) => worker.block(self.config, info, block),
            Piece::Segment(_) => Ok(()),
        }
    }

    fn finish(
        &self,
        worker: &mut FeatureWorker,
        of: Numbered<'_>,
        reading: &Reading,
    ) -> Result<FeatureRow> {
        let source = of.source;
        let mut row = FeatureRow::new(source.name(), source.input, &source.class);
        worker.end_clip();
        match (&reading.blocks, &worker.rate) {
            (Err(problem), _) => row.outcome = Outcome::skipped(problem),
            (Ok(_), Some((_, Some(error)))) => {
                let detail = error.to_string();
                row.outcome = Outcome::skipped(&Problem::Featureless { detail });
            }
            (Ok(ending), _) => {
                row.outcome = Outcome::of_ending(ending);
                match self.describe(worker, &source.path(), &mut row) {
                    Ok(()) => {}
                    Err(Error::Input { problem, .. }) => {
                        row = FeatureRow::new(source.name(), source.input, &source.class);
                        row.outcome = Outcome::skipped(&problem);
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(row)
    }

    fn add(
        &self,
        worker: &mut FeatureWorker,
        of: Numbered<'_>,
        row: FeatureRow,
        sums: &mut FeatureSums,
    ) -> Result<()> {
        // Photos beside clips have no row.
        if of.source.input >= self.config.inputs.len() {
            return Ok(());
        }
        if let Some((rate, Some(_))) = worker.rate {
            let found = Some((of.number, rate));
            sums.unfit = [sums.unfit, found].into_iter().flatten().min();
        }
        sums.rows.insert(of.number, row);
        Ok(())
    }
}

impl FeatureWorker {
    fn new(most_held: usize) -> Self {
        Self {
            most_held,
            plans: BTreeMap::new(),
            rate: None,
            samples: Vec::new(),
            held: MelCache::default(),
            statistics: FrameStatistics::default(),
            scan: ClipScan::new(),
        }
    }

    fn clear(&mut self) {
        self.rate = None;
        self.held.clear();
        self.statistics = FrameStatistics::default();
        self.scan = ClipScan::new();
    }

    /// Takes in the next block of a clip.
    fn block(&mut self, config: &FeatureConfig, info: &AudioInfo, block: &[f32]) -> Result<()> {
        let rate = info.sample_rate;
        if self.rate.is_none() {
            let unfit = match self.plans.contains_key(&rate) {
                true => None,
                false => match Plans::new(config, rate) {
                    Ok(plans) => {
                        self.plans.insert(rate, plans);
                        None
                    }
                    Err(error @ Error::InvalidArgument { .. }) => Some(error),
                    Err(error) => return Err(error),
                },
            };
            self.rate = Some((rate, unfit));
        }
        let Self {
            most_held,
            plans,
            samples,
            held,
            statistics,
            scan,
            ..
        } = self;
        if let Some(plans) = plans.get_mut(&rate) {
            scan.take(block);
            widen(block, samples);
            let (frames, keep) = plans.keeping(statistics, held, *most_held);
            frames.push(samples, keep);
        }
        Ok(())
    }

    /// Takes in what the last frames waited for; a clip leaves nothing for the
    /// next.
    fn end_clip(&mut self) {
        let Self {
            most_held,
            plans,
            rate,
            held,
            statistics,
            ..
        } = self;
        let Some((rate, _)) = rate else {
            return;
        };
        if let Some(plans) = plans.get_mut(rate) {
            let (frames, keep) = plans.keeping(statistics, held, *most_held);
            frames.finish(keep);
        }
    }
}

struct Plans {
    frames: FrameFeatures<f64>,
    filterbank: MelFilterbank<f64>,
    mfcc: Mfcc<f64>,
    energy: Vec<f64>,
    coefficients: Vec<f64>,
}

/// The mel energies of a clip, as long as they are not too many.
#[derive(Default)]
struct MelCache {
    energies: Vec<f64>,
    largest: f64,
    complete: bool,
}

/// What is noticed of a clip beside its frames.
struct ClipScan {
    length: u64,
    n_non_finite: u64,
    silent: bool,
}

/// Mean and variance, updated value by value (Welford 1962).
#[derive(Debug, Clone, Copy, Default)]
struct Running {
    count: f64,
    mean: f64,
    sum_squares: f64,
}

#[derive(Default)]
struct FrameStatistics {
    n_frames: u64,
    rms: Running,
    spectral_centroid: Running,
    spectral_bandwidth: Running,
    rolloff: Running,
    zero_crossing_rate: Running,
}

impl Plans {
    fn new(config: &FeatureConfig, sample_rate: u32) -> Result<Self> {
        let n_mels = config.mel.n_mels;
        Ok(Self {
            frames: FrameFeatures::new(&config.frames(sample_rate))?,
            filterbank: MelFilterbank::new(config.bands(sample_rate))?,
            mfcc: Mfcc::new(n_mels, &config.mfcc)?,
            energy: vec![0.0; n_mels],
            coefficients: vec![0.0; config.mfcc.n_mfcc],
        })
    }
}

impl Plans {
    /// The plan of frames, and what keeps their values.
    fn keeping<'a>(
        &'a mut self,
        statistics: &'a mut FrameStatistics,
        held: &'a mut MelCache,
        most_held: usize,
    ) -> (
        &'a mut FrameFeatures<f64>,
        impl FnMut(&FrameValues, &[f64]) + 'a,
    ) {
        let Plans {
            frames,
            filterbank,
            energy,
            ..
        } = self;
        let keep = move |values: &FrameValues, power: &[f64]| {
            statistics.add(values);
            filterbank.project(power, energy);
            held.add(energy, most_held);
        };
        (frames, keep)
    }
}

impl MelCache {
    fn clear(&mut self) {
        self.energies.clear();
        self.largest = 0.0;
        self.complete = true;
    }

    fn add(&mut self, frame: &[f64], most_held: usize) {
        self.largest = frame.iter().copied().fold(self.largest, f64::max);
        if self.energies.len() + frame.len() > most_held {
            self.complete = false;
            self.energies.clear();
        }
        if self.complete {
            self.energies.extend_from_slice(frame);
        }
    }
}

impl ClipScan {
    fn new() -> Self {
        Self {
            length: 0,
            n_non_finite: 0,
            silent: true,
        }
    }

    fn take(&mut self, block: &[f32]) {
        self.length += block.len() as u64;
        self.n_non_finite += block.iter().filter(|x| !x.is_finite()).count() as u64;
        self.silent &= block.iter().all(|x| *x == 0.0);
    }
}

impl Running {
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        let distance = value - self.mean;
        self.mean += distance / self.count;
        self.sum_squares += distance * (value - self.mean);
    }

    fn mean_variance(&self) -> MeanVariance {
        MeanVariance {
            mean: self.mean,
            variance: self.sum_squares / self.count,
        }
    }
}

impl FrameStatistics {
    fn add(&mut self, values: &FrameValues) {
        self.n_frames += 1;
        self.rms.add(values.rms);
        self.spectral_centroid.add(values.spectral_centroid);
        self.spectral_bandwidth.add(values.spectral_bandwidth);
        self.rolloff.add(values.rolloff);
        self.zero_crossing_rate.add(values.zero_crossing_rate);
    }

    fn features(&self, mfcc: &[Running]) -> ClipFeatures {
        ClipFeatures {
            rms: self.rms.mean_variance(),
            spectral_centroid: self.spectral_centroid.mean_variance(),
            spectral_bandwidth: self.spectral_bandwidth.mean_variance(),
            rolloff: self.rolloff.mean_variance(),
            zero_crossing_rate: self.zero_crossing_rate.mean_variance(),
            mfcc: mfcc.iter().map(Running::mean_variance).collect(),
        }
    }
}

fn widen(block: &[f32], samples: &mut Vec<f64>) {
    samples.clear();
    samples.extend(block.iter().map(|&x| f64::from(x)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fixtures")
            .join(name)
    }

    /// The row of a clip, and the worker that measured it.
    fn measured(worker: &mut FeatureWorker, config: &FeatureConfig, path: &Path) -> FeatureRow {
        let study = FeatureStudy::new(config);
        let mut row = FeatureRow::new("", 0, "");
        let mut reader = AudioReader::open(path, config.channel).unwrap();
        let info = reader.info().clone();
        let mut block = Vec::new();
        worker.clear();
        while reader.read(&mut block).unwrap() > 0 {
            worker.block(config, &info, &block).unwrap();
        }
        worker.end_clip();
        study.describe(worker, path, &mut row).unwrap();
        row
    }

    #[test]
    fn a_second_decoding_gives_the_same_bits_as_held_energies() {
        let config = FeatureConfig::default();
        let path = fixture("audio/music/brahms.flac");
        let mut worker = FeatureWorker::new(MOST_HELD);
        let held = measured(&mut worker, &config, &path);
        assert!(worker.held.complete && held.features.is_some());
        assert_eq!(worker.held.energies.len(), 128 * held.n_frames as usize);
        for most_held in [0, 1000, 128 * held.n_frames as usize - 1] {
            worker.most_held = most_held;
            assert_eq!(measured(&mut worker, &config, &path), held, "{most_held}");
            assert!(!worker.held.complete && worker.held.energies.is_empty());
        }
    }

    #[test]
    fn a_clip_leaves_nothing_for_the_next() {
        let config = FeatureConfig::default();
        let loud = fixture("audio/speech/prompt_a.wav");
        let quiet = fixture("audio/music/brahms.flac");
        let alone = measured(&mut FeatureWorker::new(MOST_HELD), &config, &quiet);
        let mut worker = FeatureWorker::new(MOST_HELD);
        measured(&mut worker, &config, &loud);
        // From a larger maximum more of the quiet clip would be cut off.
        let largest = worker.held.largest;
        assert_eq!(measured(&mut worker, &config, &quiet), alone);
        let own = worker.held.largest;
        assert!(largest > 2.0 * own, "{largest} {own}");
    }

    #[test]
    fn running_moments_are_those_of_the_definition() {
        let values = [1e6 + 1.0, 1e6 + 4.0, 1e6 - 3.0, 1e6 + 2.0];
        let mut running = Running::default();
        values.iter().for_each(|&x| running.add(x));
        let MeanVariance { mean, variance } = running.mean_variance();
        assert!((mean - 1_000_001.0).abs() < 1e-9);
        assert!((variance - 6.5).abs() < 1e-9);
    }
}
