//! Settings of frames, bands and coefficients; a flag that is not given means
//! librosa's default.

use super::choices::{MelNormChoice, MelScaleChoice};
use super::settings::{TopDb, top_db};
use cepstrum::analysis::MelSettings;
use cepstrum::planar::MfccConfig;
use cepstrum::spectral::{MelNorm, MelScale, StftConfig};
use clap::Args;

#[derive(Args)]
#[command(next_help_heading = "STFT", allow_negative_numbers = true)]
pub struct FrameArgs {
    /// Length of the transform in samples
    #[arg(long, value_name = "SAMPLES", default_value_t = 2048)]
    n_fft: usize,

    /// Distance between frames in samples
    #[arg(long, value_name = "SAMPLES", default_value_t = 512)]
    hop_length: usize,

    /// Length of the Hann window in samples [default: n_fft]
    #[arg(long, value_name = "SAMPLES")]
    win_length: Option<usize>,
}

impl FrameArgs {
    pub fn stft(&self) -> StftConfig {
        let mut stft = StftConfig::new(self.n_fft, self.hop_length);
        stft.win_length = self.win_length.unwrap_or(self.n_fft);
        stft
    }
}

#[derive(Args)]
#[command(next_help_heading = "Mel bands", allow_negative_numbers = true)]
pub struct MelArgs {
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

    /// Dynamic range of the bands of a clip in dB, or none [default: 80]
    #[arg(long, value_name = "DB", value_parser = top_db)]
    top_db: Option<TopDb>,
}

impl MelArgs {
    pub fn settings(&self) -> MelSettings {
        MelSettings {
            n_mels: self.n_mels.unwrap_or(128),
            f_min: self.f_min.unwrap_or(0.0),
            f_max: self.f_max,
            scale: self.mel_scale.map_or(MelScale::Slaney, Into::into),
            norm: self.mel_norm.map_or(MelNorm::Slaney, Into::into),
        }
    }

    pub fn top_db(&self) -> Option<f64> {
        self.top_db.map_or(Some(80.0), |range| range.0)
    }

    /// The first setting that is given.
    pub fn given(&self) -> Option<&'static str> {
        first_given(&[
            ("n_mels", self.n_mels.is_some()),
            ("f_min", self.f_min.is_some()),
            ("f_max", self.f_max.is_some()),
            ("mel_scale", self.mel_scale.is_some()),
            ("mel_norm", self.mel_norm.is_some()),
            ("top_db", self.top_db.is_some()),
        ])
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
