use super::choices::{
    AmplitudeChoice, LogChoice, MelNormChoice, MelScaleChoice, PowerScaleChoice, PresetChoice,
    RadiusChoice,
};
use cepstrum::analysis::{AnalysisConfig, LowRates, Preset, Side};
use cepstrum::decode::{Channel, ClassRule, Layout};
use cepstrum::spectral::LogScale;
use cepstrum::{Error, Result};
use clap::Args;
use std::path::PathBuf;

/// Settings that the commands share; a flag that is not given keeps what the
/// preset says.
#[derive(Clone, Args)]
pub struct SettingsArgs {
    /// Set of settings to start from
    #[arg(long, value_enum, default_value = "default")]
    preset: PresetChoice,

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
#[command(next_help_heading = "Which files")]
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
    #[arg(long)]
    upsample: bool,

    /// Unit of the samples [default: full-scale]
    #[arg(long, value_enum)]
    amplitude: Option<AmplitudeChoice>,

    /// Normalisation of the waveform's power [default: per-sample]
    #[arg(long, value_enum)]
    power_scale: Option<PowerScaleChoice>,
}

#[derive(Clone, Args)]
#[command(
    next_help_heading = "Spectrograms of the analysis",
    allow_negative_numbers = true
)]
struct SpectrogramArgs {
    /// Length of the transform in samples [default: 2048]
    #[arg(long, value_name = "SAMPLES")]
    n_fft: Option<usize>,

    /// Distance between frames in samples [default: 512]
    #[arg(long, value_name = "SAMPLES")]
    hop_length: Option<usize>,

    /// Length of the Hann window in samples [default: n_fft]
    #[arg(long, value_name = "SAMPLES")]
    win_length: Option<usize>,

    /// Number of mel bands [default: 128]
    #[arg(long, value_name = "BANDS")]
    n_mels: Option<usize>,

    /// Lower edge of the mel bands in Hz [default: 0]
    #[arg(long, value_name = "HZ")]
    f_min: Option<f64>,

    /// Upper edge of the mel bands in Hz [default: half the sample rate]
    #[arg(long, value_name = "HZ")]
    f_max: Option<f64>,

    /// Spacing of the mel bands [default: slaney]
    #[arg(long, value_enum)]
    mel_scale: Option<MelScaleChoice>,

    /// Height of the mel filters [default: slaney]
    #[arg(long, value_enum)]
    mel_norm: Option<MelNormChoice>,

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

/// A dynamic range, or none.
#[derive(Clone, Copy)]
pub struct TopDb(pub Option<f64>);

/// Reads a number of dB, or none.
pub fn top_db(text: &str) -> Result<TopDb, String> {
    match text {
        "none" => Ok(TopDb(None)),
        number => match number.parse() {
            Ok(db) => Ok(TopDb(Some(db))),
            Err(_) => Err("a number of dB, or none".to_string()),
        },
    }
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

fn set<T, U: From<T>>(field: &mut U, value: Option<T>) {
    if let Some(value) = value {
        *field = value.into();
    }
}

impl SettingsArgs {
    /// The configuration for `inputs`, and the thread pool made ready.
    pub fn config(self, inputs: Vec<PathBuf>) -> Result<AnalysisConfig> {
        use_threads(self.threads)?;
        let mut config = AnalysisConfig::preset(Preset::from(self.preset));
        config.inputs = inputs;
        config.limit = self.files.limit();
        config.class_rule = self.files.class_rule();
        self.segments.apply(&mut config);
        self.spectrograms.apply(&mut config)?;
        self.planes.apply(&mut config);
        Ok(config)
    }
}

impl SettingsArgs {
    /// The first setting of an analysis that differs from the default's, under
    /// its flag's name.
    pub fn given(&self) -> Result<Option<&'static str>> {
        let given = self.clone().config(vec![])?;
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
        match (self.class_depth, self.labels) {
            (_, Some(table)) => ClassRule::Labels(table),
            (Some(depth), None) => ClassRule::Depth(depth),
            (None, None) => ClassRule::ParentFolder,
        }
    }
}

impl SegmentArgs {
    fn apply(self, config: &mut AnalysisConfig) {
        set(&mut config.segment, self.segment);
        set(&mut config.overlap, self.overlap);
        set(&mut config.channel, self.channel);
        config.sample_rate = self.sample_rate;
        if self.upsample {
            config.low_rates = LowRates::Upsample;
        }
        set(&mut config.amplitude, self.amplitude);
        set(&mut config.power_scale, self.power_scale);
    }
}

impl SpectrogramArgs {
    fn apply(self, config: &mut AnalysisConfig) -> Result<()> {
        set(&mut config.stft.n_fft, self.n_fft);
        set(&mut config.stft.hop_length, self.hop_length);
        config.stft.win_length = self.win_length.unwrap_or(config.stft.n_fft);
        set(&mut config.mel.n_mels, self.n_mels);
        set(&mut config.mel.f_min, self.f_min);
        config.mel.f_max = self.f_max.or(config.mel.f_max);
        set(&mut config.mel.scale, self.mel_scale);
        set(&mut config.mel.norm, self.mel_norm);
        match (self.log, self.top_db, self.log_floor) {
            (Some(LogChoice::Ln), Some(_), _) => {
                let requirement = "left out with --log ln, which has --log-floor";
                return Err(Error::argument("top_db", "given", requirement));
            }
            (Some(LogChoice::Ln), None, floor) => {
                let floor = floor.unwrap_or(1e-5);
                config.log = LogScale::Natural { floor };
            }
            (_, _, Some(floor)) => {
                return Err(Error::argument("log_floor", floor, "given with --log ln"));
            }
            (_, Some(TopDb(top_db)), None) => config.log = LogScale::Decibel { top_db },
            (_, None, None) => {}
        }
        Ok(())
    }
}

impl PlaneArgs {
    fn apply(self, config: &mut AnalysisConfig) {
        set(&mut config.radius, self.radius);
        set(&mut config.side, self.side);
        config.layout = self.layout;
        config.fit.f_min = self.fit_f_min;
        config.fit.f_max = self.fit_f_max;
    }
}

/// Far above any machine's cores; more would exhaust its memory in stacks.
const MOST_THREADS: usize = 1024;

/// Makes the thread pool ready.
pub fn use_threads(threads: Option<usize>) -> Result<()> {
    let Some(threads) = threads else {
        return Ok(());
    };
    let refused = |requirement: String| Error::argument("threads", threads, requirement);
    if !(1..=MOST_THREADS).contains(&threads) {
        return Err(refused(format!("at least 1 and at most {MOST_THREADS}")));
    }
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .map_err(|error| refused(format!("possible here: {error}")))
}
