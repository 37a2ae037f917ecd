//! Settings of frames, bands and coefficients; a flag that is not given keeps
//! what it is applied to, or means librosa's default.

use super::choices::{MelNormChoice, MelScaleChoice};
use cepstrum::analysis::MelSettings;
use cepstrum::planar::MfccConfig;
use cepstrum::spectral::StftConfig;
use clap::Args;

/// Frames; what no flag gives stays as it is.
#[derive(Clone, Args)]
pub struct FrameArgs {
    /// Length of the transform in samples [default: 2048]
    #[arg(long, value_name = "SAMPLES")]
    n_fft: Option<usize>,

    /// Distance between frames in samples [default: 512]
    #[arg(long, value_name = "SAMPLES")]
    hop_length: Option<usize>,

    /// Length of the Hann window in samples [default: n_fft]
    #[arg(long, value_name = "SAMPLES")]
    win_length: Option<usize>,
}

impl FrameArgs {
    /// Replaces the settings that are given.
    pub fn apply(&self, stft: &mut StftConfig) {
        // A window as long as the transform stays so.
        let whole = stft.win_length == stft.n_fft;
        set(&mut stft.n_fft, self.n_fft);
        set(&mut stft.hop_length, self.hop_length);
        if whole {
            stft.win_length = stft.n_fft;
        }
        set(&mut stft.win_length, self.win_length);
    }

    /// Frames as librosa has them, apart from what is given.
    pub fn stft(&self) -> StftConfig {
        let mut stft = StftConfig::new(2048, 512);
        self.apply(&mut stft);
        stft
    }
}

/// Mel bands; what no flag gives stays as it is.
#[derive(Clone, Args)]
pub struct BandArgs {
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
}

impl BandArgs {
    /// Replaces the settings that are given.
    pub fn apply(&self, mel: &mut MelSettings) {
        set(&mut mel.n_mels, self.n_mels);
        set(&mut mel.f_min, self.f_min);
        mel.f_max = self.f_max.or(mel.f_max);
        set(&mut mel.scale, self.mel_scale);
        set(&mut mel.norm, self.mel_norm);
    }

    fn given(&self) -> Option<&'static str> {
        first_given(&[
            ("n_mels", self.n_mels.is_some()),
            ("f_min", self.f_min.is_some()),
            ("f_max", self.f_max.is_some()),
            ("mel_scale", self.mel_scale.is_some()),
            ("mel_norm", self.mel_norm.is_some()),
        ])
    }
}

#[derive(Args)]
#[command(next_help_heading = "Mel bands", allow_negative_numbers = true)]
pub struct MelArgs {
    #[command(flatten)]
    bands: BandArgs,

    /// Dynamic range of the bands of a clip in dB, or none [default: 80]
    #[arg(long, value_name = "DB", value_parser = top_db)]
    top_db: Option<TopDb>,
}

impl MelArgs {
    pub fn settings(&self) -> MelSettings {
        let mut mel = MelSettings::default();
        self.bands.apply(&mut mel);
        mel
    }

    pub fn top_db(&self) -> Option<f64> {
        self.top_db.map_or(Some(80.0), |range| range.0)
    }

    /// The first setting that is given.
    pub fn given(&self) -> Option<&'static str> {
        let range = first_given(&[("top_db", self.top_db.is_some())]);
        self.bands.given().or(range)
    }
}

#[derive(Args)]
#[command(
    next_help_heading = "Cepstral coefficients",
    allow_negative_numbers = true
)]
pub struct MfccArgs {
    /// Number of coefficients, c0 included [default: 20]
    #[arg(long, value_name = "N")]
    n_mfcc: Option<usize>,

    /// Length of the sine that lifts high coefficients [default: no lifter]
    #[arg(long, value_name = "LENGTH")]
    lifter: Option<f64>,
}

impl MfccArgs {
    pub fn config(&self) -> MfccConfig {
        let default = MfccConfig::default();
        MfccConfig {
            n_mfcc: self.n_mfcc.unwrap_or(default.n_mfcc),
            lifter: self.lifter,
        }
    }

    /// The first setting that is given.
    pub fn given(&self) -> Option<&'static str> {
        first_given(&[
            ("n_mfcc", self.n_mfcc.is_some()),
            ("lifter", self.lifter.is_some()),
        ])
    }
}

fn first_given(settings: &[(&'static str, bool)]) -> Option<&'static str> {
    let given = settings.iter().find(|(_, given)| *given);
    given.map(|(name, _)| *name)
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

/// Replaces `field` where there is a value.
pub fn set<T, U: From<T>>(field: &mut U, value: Option<T>) {
    if let Some(value) = value {
        *field = value.into();
    }
}
