//! `cepstrum spectrogram`.

use super::about::{tell_notes, tell_outcomes};
use super::choices::one_of;
use super::outcome::{Failure, Outcome, counted};
use super::style::StyleArgs;
use cepstrum::Error;
use cepstrum::analysis::{
    MelSettings, Preset, Settings, Spectrogram, SpectrogramConfig, SpectrogramRows, spectrograms,
};
use cepstrum::data::{Named, Names};
use cepstrum::decode::{Channel, CorpusOptions, corpus};
use cepstrum::output::figure::{ColourMap, FrequencyScale, HeatMap};
use cepstrum::output::{Convention, spectrogram_figure, spectrogram_map};
use cepstrum::spectral::{MelNorm, MelScale};
use clap::Args;
use std::path::PathBuf;

/// Draw spectrograms of clips, with one colour range for all
#[derive(Args)]
#[command(
    allow_negative_numbers = true,
    after_long_help = "\
Examples:
  cepstrum spectrogram clip.wav -o clip.png
  cepstrum spectrogram a.wav b.flac --scale mel --theme dark -o both.svg
  cepstrum spectrogram long.mp3 --start 60 --duration 10 --n-fft 4096 -o part.png
  cepstrum spectrogram clip.wav --preset post -o clip.png
      The look of \"Diffusion is spectral autoregression\""
)]
pub struct SpectrogramArgs {
    /// Files, folders or globs with clips
    #[arg(value_name = "CLIP", required = true)]
    inputs: Vec<PathBuf>,

    /// File to write: .png or .svg
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    /// Set of settings to start from
    #[arg(long, value_parser = one_of(LOOKS), default_value = "default")]
    preset: Preset,

    /// Frequency axis
    #[arg(long, value_parser = one_of(SCALES), default_value = "linear")]
    scale: FrequencyScale,

    /// First second that is drawn
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0)]
    start: f64,

    /// Seconds that are drawn [default: all]
    #[arg(long, value_name = "SECONDS")]
    duration: Option<f64>,

    /// Channel: mix (the mean), left, right, or a number from 0
    #[arg(long, default_value = "mix")]
    channel: Channel,

    /// Length of the transform in samples [default: 2048; preset post: 1024]
    #[arg(long, value_name = "SAMPLES")]
    n_fft: Option<usize>,

    /// Distance between frames in samples
    #[arg(long, value_name = "SAMPLES", default_value_t = 512)]
    hop_length: usize,

    /// Length of the Hann window in samples [default: n_fft]
    #[arg(long, value_name = "SAMPLES")]
    win_length: Option<usize>,

    /// Number of mel bands, for --scale mel
    #[arg(long, value_name = "BANDS", default_value_t = 128)]
    n_mels: usize,

    /// Lowest frequency drawn, in Hz
    #[arg(long, value_name = "HZ")]
    f_min: Option<f64>,

    /// Highest frequency drawn, in Hz [default: half the sample rate]
    #[arg(long, value_name = "HZ")]
    f_max: Option<f64>,

    /// Spacing of the mel bands
    #[arg(long, value_parser = one_of(MelScale::NAMES), default_value = "slaney")]
    mel_scale: MelScale,

    /// Height of the mel filters
    #[arg(long, value_parser = one_of(MelNorm::NAMES), default_value = "slaney")]
    mel_norm: MelNorm,

    /// Dynamic range in dB
    #[arg(long, value_name = "DB", default_value_t = 80.0)]
    top_db: f64,

    /// Colours
    #[arg(long, value_parser = one_of(COLOURS), default_value = "magma")]
    colour_map: ColourMap,

    /// Panels in a row [default: 1 clip 1, up to 4 clips 2, more 3]
    #[arg(long, value_name = "N")]
    columns: Option<usize>,

    #[command(flatten)]
    style: StyleArgs,
}

const LOOKS: Names<Preset> = &[
    (Preset::Default, "default", "Axes, titles and a colour bar"),
    (
        Preset::Post,
        "post",
        "n_fft 1024, no ticks, no labels, magma",
    ),
];

const SCALES: Names<FrequencyScale> = &[
    (FrequencyScale::Linear, "linear", ""),
    (FrequencyScale::Log, "log", ""),
    (FrequencyScale::Mel, "mel", ""),
];

const COLOURS: Names<ColourMap> = &[
    (ColourMap::Magma, "magma", ""),
    (ColourMap::Viridis, "viridis", ""),
    (ColourMap::Inferno, "inferno", ""),
    (ColourMap::Grey, "grey", ""),
];

impl SpectrogramArgs {
    pub fn run(self) -> Result<Outcome, Failure> {
        check_extension(&self.output)?;
        self.check_limits()?;
        let style = self.style.style()?;
        let all = spectrograms(&self.inputs, &self.config())?;
        self.check_against(&all)?;
        tell_notes(&corpus(&self.inputs, &CorpusOptions::clips())?.notes());
        let maps: Vec<HeatMap> = all
            .iter()
            .filter_map(|s| Some(self.heat_map(&s.name, s.plane.as_ref().ok()?)))
            .collect();
        let outcomes = all.iter().map(|clip| (&*clip.name, &clip.outcome));
        let outcome = tell_outcomes(outcomes, "clip", "");
        if maps.is_empty() {
            return Err(Failure::Error(Error::NothingUsable {
                looked_for: "clips".to_string(),
                found: counted(all.len(), "file that cannot be used"),
            }));
        }
        let convention = Convention::new(self.preset, &style);
        spectrogram_figure(maps, self.columns, &convention)?.save(&self.output)?;
        Ok(outcome)
    }

    fn check_limits(&self) -> Result<(), Error> {
        let (low, high) = (self.f_min.unwrap_or(0.0), self.f_max);
        if !(0.0..1e9).contains(&low) {
            return Err(Error::argument("f_min", low, "at least 0 Hz"));
        }
        match high {
            Some(high) if !(high > low && high.is_finite()) => {
                let requirement = format!("above f_min ({low} Hz)");
                Err(Error::argument("f_max", high, requirement))
            }
            _ => Ok(()),
        }
    }

    /// Limits beyond every clip would leave the figure empty.
    fn check_against(&self, all: &[Spectrogram]) -> Result<(), Error> {
        // Mel bands check their own.
        let is_checked = self.scale != FrequencyScale::Mel;
        let planes = all.iter().filter_map(|clip| clip.plane.as_ref().ok());
        let planes = planes.filter(|_| is_checked);
        let highest = planes.filter_map(|plane| plane.rows.values().last().copied());
        let highest = highest.fold(0.0, f64::max);
        let limits = [("f_min", self.f_min), ("f_max", self.f_max)];
        match limits
            .iter()
            .find_map(|(name, hz)| Some((*name, hz.filter(|hz| highest > 0.0 && *hz > highest)?)))
        {
            None => Ok(()),
            Some((name, hz)) => {
                let requirement = format!("at most {highest} Hz, the highest of the clips");
                Err(Error::argument(name, hz, requirement))
            }
        }
    }

    fn config(&self) -> SpectrogramConfig {
        let mut stft = Settings::preset(self.preset).spectrogram;
        stft.n_fft = self.n_fft.unwrap_or(stft.n_fft);
        stft.hop_length = self.hop_length;
        stft.win_length = self.win_length.unwrap_or(stft.n_fft);
        SpectrogramConfig {
            stft,
            rows: match self.scale {
                FrequencyScale::Linear | FrequencyScale::Log => SpectrogramRows::Bins,
                FrequencyScale::Mel => SpectrogramRows::Mel(MelSettings {
                    n_mels: self.n_mels,
                    f_min: self.f_min.unwrap_or(0.0),
                    f_max: self.f_max,
                    scale: self.mel_scale,
                    norm: self.mel_norm,
                }),
            },
            top_db: self.top_db,
            channel: self.channel,
            start: self.start,
            duration: self.duration,
        }
    }

    fn heat_map(&self, title: &str, plane: &cepstrum::data::Plane) -> HeatMap {
        let mut map = spectrogram_map(title, plane, self.scale, self.top_db);
        map.colour_map = self.colour_map;
        let frequencies = plane.rows.values();
        let highest = frequencies.last().copied().unwrap_or(0.0);
        // The lowest bins of a logarithmic axis would take half of it.
        let lowest = match self.scale {
            FrequencyScale::Log => self.f_min.unwrap_or(20.0_f64.max(frequencies[1])),
            _ => self.f_min.unwrap_or(0.0),
        };
        let limited = self.f_min.is_some() || self.f_max.is_some();
        if self.scale == FrequencyScale::Log || (limited && self.scale == FrequencyScale::Linear) {
            map.y = map.y.with_limits(lowest, self.f_max.unwrap_or(highest));
        }
        map
    }
}

fn check_extension(path: &std::path::Path) -> Result<(), Error> {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
    match extension.to_ascii_lowercase().as_str() {
        "png" | "svg" => Ok(()),
        _ => Err(Error::argument(
            "output",
            path.display(),
            "a file name ending in .png or .svg",
        )),
    }
}
