//! The flags of settings that several commands share.

use super::choices::{AmplitudeChoice, LogChoice, PowerScaleChoice, PresetChoice, RadiusChoice};
use super::frames::{BandArgs, FrameArgs, TopDb, set, top_db};
use super::outcome::report_path;
use super::start::{saved_config, use_threads};
use cepstrum::analysis::{AnalysisConfig, LowRates, Preset, Side};
use cepstrum::decode::{Channel, ClassRule, Layout};
use cepstrum::spectral::LogScale;
use cepstrum::{Error, Result};
use clap::Args;
use std::path::{Path, PathBuf};

/// Settings that the commands share; a flag that is not given keeps what the
/// preset says.
#[derive(Clone, Args)]
#[command(next_help_heading = "Settings")]
pub struct SettingsArgs {
    /// Set of settings to start from
    #[arg(long, value_enum, default_value = "default")]
    preset: PresetChoice,

    /// Start from the settings of a saved report (report.json, or its folder);
    /// flags that are given replace single ones, and inputs and photos that are
    /// not given are those of the report
    #[arg(long, value_name = "REPORT", conflicts_with = "preset")]
    config: Option<PathBuf>,

    /// Threads [default: one per core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,

    #[command(flatten)]
    files: FileArgs,

    #[command(flatten)]
    segments: SegmentArgs,

    #[command(flatten)]
    spectrograms: SpectrogramArgs,

    #[command(flatten)]
    planes: PlaneArgs,
}

#[derive(Clone, Args)]
#[command(next_help_heading = "Input")]
pub struct FileArgs {
    /// Take a file's class from its N-th folder below INPUT instead of the
    /// folder that holds it
    #[arg(long, value_name = "N", conflicts_with = "labels")]
    class_depth: Option<usize>,

    /// Take classes from a csv table with columns path (or filename) and label
    #[arg(long, value_name = "FILE.csv")]
    labels: Option<PathBuf>,

    /// Use at most the first N files of each class
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

#[derive(Clone, Args)]
#[command(next_help_heading = "Segments of clips", allow_negative_numbers = true)]
struct SegmentArgs {
    /// Length of a segment in seconds [default: 2]
    #[arg(long, value_name = "SECONDS")]
    segment: Option<f64>,

    /// Share of a segment that the next one covers too [default: 0]
    #[arg(long, value_name = "SHARE")]
    overlap: Option<f64>,

    /// Channel: mix (the mean), left, right, or a number from 0 [default: mix]
    #[arg(long)]
    channel: Option<Channel>,

    /// Rate of the analysis in Hz; higher ones are resampled down
    /// [default: the most common one]
    #[arg(long, value_name = "HZ")]
    sample_rate: Option<u32>,

    /// Resample files of lower rates up instead of leaving them out
    /// (--upsample=false leaves them out where --config says otherwise)
    #[arg(
        long,
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        hide_possible_values = true
    )]
    upsample: Option<bool>,

    /// Unit of the samples [default: full-scale]
    #[arg(long, value_enum)]
    amplitude: Option<AmplitudeChoice>,

    /// Normalisation of the waveform's power [default: per-sample]
    #[arg(long, value_enum)]
    power_scale: Option<PowerScaleChoice>,
}

#[derive(Clone, Args)]
#[command(next_help_heading = "STFT and mel", allow_negative_numbers = true)]
struct SpectrogramArgs {
    #[command(flatten)]
    frames: FrameArgs,

    #[command(flatten)]
    bands: BandArgs,

    /// Compression of mel energies and of |STFT|^2 [default: db]
    #[arg(long, value_enum)]
    log: Option<LogChoice>,

    /// Dynamic range of a segment in dB, or none [default: 80]
    #[arg(long, value_name = "DB", value_parser = top_db)]
    top_db: Option<TopDb>,

    /// Smallest energy for --log ln [default: 1e-5]
    #[arg(long, value_name = "POWER")]
    log_floor: Option<f64>,
}

#[derive(Clone, Args)]
#[command(next_help_heading = "Planes and fits", allow_negative_numbers = true)]
struct PlaneArgs {
    /// Radius of the rings of planes that are not square [default: frequency]
    #[arg(long, value_enum)]
    radius: Option<RadiusChoice>,

    /// Side of the centre crop of photos in pixels, or auto [default: auto]
    #[arg(long, value_parser = side)]
    side: Option<Side>,

    /// Axes of arrays: hw, chw, nchw, ct or nct [default: by their number: 2 hw,
    /// 3 chw, 4 nchw]
    #[arg(long)]
    layout: Option<Layout>,

    /// Lowest frequency of fits, in cycles per sample (Hz / sample rate)
    #[arg(long, value_name = "F")]
    fit_f_min: Option<f64>,

    /// Highest frequency of fits, in cycles per sample (0.5 is Nyquist)
    #[arg(long, value_name = "F")]
    fit_f_max: Option<f64>,
}

fn side(text: &str) -> Result<Side, String> {
    match text {
        "auto" => Ok(Side::Auto),
        number => match number.parse() {
            Ok(pixels) => Ok(Side::Pixels(pixels)),
            Err(_) => Err("a number of pixels, or auto".to_string()),
        },
    }
}

impl SettingsArgs {
    /// The folder of the report that settings are taken from.
    pub fn saved_folder(&self) -> Option<PathBuf> {
        let report = report_path(self.config.as_ref()?);
        report.parent().map(Path::to_path_buf)
    }

    /// The configuration for `inputs` and `photos`, and the thread pool made
    /// ready: what flags say, else a saved report, else the preset.
    pub fn config(self, inputs: Vec<PathBuf>, photos: Vec<PathBuf>) -> Result<AnalysisConfig> {
        use_threads(self.threads)?;
        let mut config = match &self.config {
            Some(path) => saved_config(&report_path(path), &inputs, &photos)?,
            None => AnalysisConfig::preset(Preset::from(self.preset)),
        };
        if !inputs.is_empty() {
            config.inputs = inputs;
        }
        if !photos.is_empty() {
            config.photos = photos;
        }
        self.apply(&mut config)?;
        Ok(config)
    }

    /// Replaces the settings that flags give.
    fn apply(self, config: &mut AnalysisConfig) -> Result<()> {
        config.limit = self.files.limit.or(config.limit);
        set(&mut config.class_rule, self.files.given_rule());
        self.segments.apply(config);
        self.spectrograms.apply(config)?;
        self.planes.apply(config);
        Ok(())
    }
}

impl SettingsArgs {
    /// The first setting of an analysis that differs from the default's, under
    /// its flag's name.
    pub fn given(&self) -> Result<Option<&'static str>> {
        if self.config.is_some() {
            return Ok(Some("config"));
        }
        let mut given = AnalysisConfig::preset(Preset::from(self.preset));
        self.clone().apply(&mut given)?;
        let default = AnalysisConfig::default();
        let (g, d) = (&given, &default);
        let differences = [
            ("preset", g.preset != d.preset),
            ("class_depth", g.class_rule != d.class_rule),
            ("limit", g.limit != d.limit),
            ("segment", g.segment != d.segment),
            ("overlap", g.overlap != d.overlap),
            ("channel", g.channel != d.channel),
            ("sample_rate", g.sample_rate != d.sample_rate),
            ("upsample", g.low_rates != d.low_rates),
            ("amplitude", g.amplitude != d.amplitude),
            ("power_scale", g.power_scale != d.power_scale),
            ("n_fft", g.stft.n_fft != d.stft.n_fft),
            ("hop_length", g.stft.hop_length != d.stft.hop_length),
            ("win_length", g.stft != d.stft),
            ("n_mels", g.mel.n_mels != d.mel.n_mels),
            ("f_min", g.mel.f_min != d.mel.f_min),
            ("f_max", g.mel.f_max != d.mel.f_max),
            ("mel_scale", g.mel.scale != d.mel.scale),
            ("mel_norm", g.mel.norm != d.mel.norm),
            ("log", g.log != d.log),
            ("radius", g.radius != d.radius),
            ("side", g.side != d.side),
            ("layout", g.layout != d.layout),
            ("fit_f_min", g.fit.f_min != d.fit.f_min),
            ("fit_f_max", g.fit.f_max != d.fit.f_max),
        ];
        let first = differences.into_iter().find(|(_, differs)| *differs);
        Ok(first.map(|(flag, _)| flag))
    }
}

impl FileArgs {
    /// Most files per class.
    pub fn limit(&self) -> Option<usize> {
        self.limit
    }

    /// Where a file's class comes from.
    pub fn class_rule(self) -> ClassRule {
        self.given_rule().unwrap_or(ClassRule::ParentFolder)
    }

    fn given_rule(self) -> Option<ClassRule> {
        match (self.class_depth, self.labels) {
            (_, Some(table)) => Some(ClassRule::Labels(table)),
            (Some(depth), None) => Some(ClassRule::Depth(depth)),
            (None, None) => None,
        }
    }
}

impl SegmentArgs {
    fn apply(self, config: &mut AnalysisConfig) {
        set(&mut config.segment, self.segment);
        set(&mut config.overlap, self.overlap);
        set(&mut config.channel, self.channel);
        config.sample_rate = self.sample_rate.or(config.sample_rate);
        match self.upsample {
            Some(true) => config.low_rates = LowRates::Upsample,
            Some(false) => config.low_rates = LowRates::LeaveOut,
            None => {}
        }
        set(&mut config.amplitude, self.amplitude);
        set(&mut config.power_scale, self.power_scale);
    }
}

impl SpectrogramArgs {
    fn apply(self, config: &mut AnalysisConfig) -> Result<()> {
        self.frames.apply(&mut config.stft);
        self.bands.apply(&mut config.mel);
        config.log = self.log_scale(config.log)?;
        Ok(())
    }

    /// The compression that flags make of `base`.
    fn log_scale(&self, base: LogScale) -> Result<LogScale> {
        let base = match (self.log, base) {
            (Some(LogChoice::Ln), LogScale::Decibel { .. }) => LogScale::Natural { floor: 1e-5 },
            (Some(LogChoice::Db), LogScale::Natural { .. }) => {
                LogScale::Decibel { top_db: Some(80.0) }
            }
            (_, base) => base,
        };
        match (base, self.top_db, self.log_floor) {
            (LogScale::Natural { .. }, Some(_), _) => {
                let requirement = "left out with --log ln, which has --log-floor";
                Err(Error::argument("top_db", "given", requirement))
            }
            (LogScale::Decibel { .. }, _, Some(floor)) => {
                Err(Error::argument("log_floor", floor, "given with --log ln"))
            }
            (LogScale::Natural { .. }, None, Some(floor)) => Ok(LogScale::Natural { floor }),
            (LogScale::Decibel { .. }, Some(TopDb(top_db)), None) => {
                Ok(LogScale::Decibel { top_db })
            }
            (base, None, None) => Ok(base),
        }
    }
}

impl PlaneArgs {
    fn apply(self, config: &mut AnalysisConfig) {
        set(&mut config.radius, self.radius);
        set(&mut config.side, self.side);
        config.layout = self.layout.or(config.layout);
        config.fit.f_min = self.fit_f_min.or(config.fit.f_min);
        config.fit.f_max = self.fit_f_max.or(config.fit.f_max);
    }
}
