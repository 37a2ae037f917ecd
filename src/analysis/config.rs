//! The settings that decide what a report says, and the presets they start from.

use super::{Representation, SpectrogramKind};
use crate::compare::FitRange;
use crate::data::{PowerScale, named};
use crate::decode::{ArrayOptions, Channel, ClassRule, Layout};
use crate::planar::Radius;
use crate::spectral::{LogMelConfig, LogScale, MelConfig, MelNorm, MelScale, StftConfig};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Unit of the samples that are analysed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amplitude {
    /// Full scale is [-1, 1].
    FullScale,
    /// Full scale is [-32768, 32768), the values of 16-bit files.
    Int16,
}

named!(Amplitude {
    FullScale = "full-scale": "Samples in [-1, 1]",
    Int16 = "int16": "Samples times 32768, as in 16-bit files",
});

impl Amplitude {
    /// What a full-scale sample is multiplied by.
    pub fn factor(self) -> f32 {
        match self {
            Amplitude::FullScale => 1.0,
            Amplitude::Int16 => 32768.0,
        }
    }
}

/// What happens to files whose sample rate is below that of the analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LowRates {
    /// They are left out with a reason: the empty upper band of an upsampled
    /// file looks like structure.
    LeaveOut,
    /// They are resampled up all the same.
    Upsample,
}

/// Side of the square that is cut out of each photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// 320 where every photo allows it, else the smallest short side that is
    /// at least 128.
    Auto,
    /// This many pixels; smaller photos are skipped.
    Pixels(usize),
}

/// A named set of settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// This crate's own conventions.
    Default,
    /// Those of "Diffusion is spectral autoregression" (Dieleman 2024).
    Post,
}

named!(Preset {
    Default = "default": "cepstrum's own conventions",
    Post = "post": "Those of \"Diffusion is spectral autoregression\" (Dieleman 2024)",
});

/// Settings of the mel bands that do not depend on the sample rate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MelSettings {
    /// Number of bands.
    pub n_mels: usize,
    /// Lower edge of the first band, Hz.
    pub f_min: f64,
    /// Upper edge of the last band, Hz; `None` is half the sample rate.
    pub f_max: Option<f64>,
    /// Spacing of the bands.
    pub scale: MelScale,
    /// Height of the filters.
    pub norm: MelNorm,
}

impl Default for MelSettings {
    /// 128 Slaney bands of unit area from 0 Hz to half the sample rate, as librosa.
    fn default() -> Self {
        MelSettings {
            n_mels: 128,
            f_min: 0.0,
            f_max: None,
            scale: MelScale::Slaney,
            norm: MelNorm::Slaney,
        }
    }
}

impl MelSettings {
    /// The bands over the 1 + n_fft / 2 bins of a transform at a sample rate, Hz.
    ///
    /// ```
    /// use cepstrum::analysis::MelSettings;
    /// assert_eq!(MelSettings::default().bands(2048, 22050).f_max, 11025.0);
    /// ```
    pub fn bands(&self, n_fft: usize, sample_rate: u32) -> MelConfig {
        MelConfig {
            sample_rate,
            n_fft,
            n_mels: self.n_mels,
            f_min: self.f_min,
            f_max: self.f_max.unwrap_or(f64::from(sample_rate) / 2.0),
            scale: self.scale,
            norm: self.norm,
        }
    }
}

/// Everything that decides what a report says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnalysisConfig {
    /// Files, folders or globs with clips (and, named one by one, photos and
    /// arrays).
    pub inputs: Vec<PathBuf>,
    /// Files, folders or globs with photos.
    pub photos: Vec<PathBuf>,
    /// Where a file's class comes from.
    pub class_rule: ClassRule,
    /// Most files per class that are used, the first in order.
    pub limit: Option<usize>,
    /// The set of settings that the others started from.
    pub preset: Preset,
    /// Representations of audio that are measured.
    pub representations: Vec<Representation>,
    /// Length of a segment, s.
    pub segment: f64,
    /// Share of a segment that the next one covers too, 0 to below 1.
    pub overlap: f64,
    /// Unit of the samples.
    pub amplitude: Amplitude,
    /// Normalisation of the waveform's power.
    pub power_scale: PowerScale,
    /// Rate of the analysis, Hz; `None` is the most common one.
    pub sample_rate: Option<u32>,
    /// What happens to files below that rate.
    pub low_rates: LowRates,
    /// Which channel is analysed.
    pub channel: Channel,
    /// Frames of the spectrograms.
    pub stft: StftConfig,
    /// Mel bands.
    pub mel: MelSettings,
    /// Compression of mel energies, and of |STFT|^2.
    pub log: LogScale,
    /// Radius of the rings of spectrograms and arrays.
    pub radius: Radius,
    /// Side of photos.
    pub side: Side,
    /// Axes of arrays; `None` goes by their shape.
    pub layout: Option<Layout>,
    /// The member of `.npz` files that is measured; `None` goes by names and shapes.
    #[serde(default)]
    pub key: Option<String>,
    /// Frequencies that take part in fits, cycles per sample.
    pub fit: FitRange,
    /// Number of clips, and of photos, whose own spectra the report keeps.
    pub examples: usize,
    /// Seed of everything random. (The main job draws nothing.)
    pub seed: u64,
    /// Whether the waveform spectra of classes are kept at all frequencies too.
    #[serde(default)]
    pub full_classes: bool,
}

impl Default for AnalysisConfig {
    /// The settings of [`Preset::Default`], without any input yet.
    fn default() -> Self {
        AnalysisConfig {
            inputs: Vec::new(),
            photos: Vec::new(),
            class_rule: ClassRule::ParentFolder,
            limit: None,
            preset: Preset::Default,
            representations: Representation::DEFAULT.to_vec(),
            segment: 2.0,
            overlap: 0.0,
            amplitude: Amplitude::FullScale,
            power_scale: PowerScale::PerSample,
            sample_rate: None,
            low_rates: LowRates::LeaveOut,
            channel: Channel::Mix,
            stft: StftConfig::new(2048, 512),
            mel: MelSettings::default(),
            log: LogScale::DECIBEL,
            radius: Radius::Frequency,
            side: Side::Auto,
            layout: None,
            key: None,
            fit: FitRange::default(),
            examples: 4,
            seed: 0,
            full_classes: false,
        }
    }
}

impl AnalysisConfig {
    /// The first setting in which the written settings `theirs` are not these,
    /// in words.
    pub(crate) fn first_difference(&self, theirs: &serde_json::Value) -> Option<String> {
        let ours = serde_json::to_value(self).ok()?;
        let fields = ours.as_object()?;
        fields
            .iter()
            .find(|(name, value)| theirs.get(name.as_str()) != Some(value))
            .map(|(name, value)| match theirs.get(name.as_str()) {
                Some(other) => format!("{name}: {other} there, {value} now"),
                None => format!("{name} is not in it"),
            })
    }

    /// How arrays are read.
    pub(super) fn arrays(&self) -> ArrayOptions<'_> {
        ArrayOptions {
            layout: self.layout,
            key: self.key.as_deref(),
        }
    }

    /// Frames and rows of the spectrogram of a segment of so many samples.
    pub(super) fn plane_shape(
        &self,
        segment_length: usize,
        kind: SpectrogramKind,
    ) -> (usize, usize) {
        let n_rows = match kind {
            SpectrogramKind::Magnitude | SpectrogramKind::LogMagnitude => self.stft.n_bins(),
            SpectrogramKind::LogMel => self.mel.n_mels,
        };
        (self.stft.n_frames(segment_length), n_rows)
    }

    /// Checks the settings that are out of range whatever the sources are.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for the first such setting.
    pub fn check(&self) -> Result<()> {
        if self.inputs.is_empty() && self.photos.is_empty() {
            return Err(Error::argument(
                "INPUT",
                "missing",
                "given, or --photos, or both",
            ));
        }
        // More seconds than any recording has; NaN is in no range.
        if !(f64::MIN_POSITIVE..=1e9).contains(&self.segment) {
            let requirement = "a length above 0 s and at most 1e9 s";
            return Err(Error::argument("segment", self.segment, requirement));
        }
        if !(0.0..=0.99).contains(&self.overlap) {
            let requirement = "at least 0 and at most 0.99";
            return Err(Error::argument("overlap", self.overlap, requirement));
        }
        self.stft.check()?;
        if self.representations.is_empty() {
            return Err(Error::argument(
                "representations",
                "empty",
                "at least one name",
            ));
        }
        if let Side::Pixels(side) = self.side
            && side < 4
        {
            return Err(Error::argument("side", side, "at least 4 pixels"));
        }
        self.check_fit()?;
        if self.sample_rate == Some(0) {
            return Err(Error::argument("sample_rate", 0, "at least 1 Hz"));
        }
        if self.limit == Some(0) {
            return Err(Error::argument("limit", 0, "at least 1"));
        }
        Ok(())
    }

    fn check_fit(&self) -> Result<()> {
        let ends = [("fit_f_min", self.fit.f_min), ("fit_f_max", self.fit.f_max)];
        for (name, end) in ends {
            if let Some(f) = end
                && !(0.0..=0.5).contains(&f)
            {
                let requirement = "in cycles per sample, 0 to 0.5 (Nyquist): f / sample rate";
                return Err(Error::argument(name, f, requirement));
            }
        }
        match (self.fit.f_min, self.fit.f_max) {
            (Some(low), Some(high)) if low >= high => {
                let requirement = format!("below fit_f_max ({high})");
                Err(Error::argument("fit_f_min", low, requirement))
            }
            _ => Ok(()),
        }
    }

    /// Samples per segment at a sample rate.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a segment shorter than one frame, with only
    /// one, or longer than memory should hold.
    pub(super) fn segment_length(&self, sample_rate: u32) -> Result<usize> {
        const LONGEST: f64 = 1e9;
        let samples = (self.segment * f64::from(sample_rate)).round();
        let n_fft = self.stft.n_fft;
        let with_frames = self
            .representations
            .iter()
            .any(|r| r.spectrogram().is_some());
        if samples < n_fft as f64 && with_frames {
            let requirement = format!(
                "at least n_fft ({n_fft}) samples long, {} s at {sample_rate} Hz; or lower n_fft",
                n_fft as f64 / f64::from(sample_rate)
            );
            let value = format!("{} s", self.segment);
            return Err(Error::argument("segment", value, requirement));
        }
        if !(2.0..=LONGEST).contains(&samples) {
            let value = format!("{} s ({samples} samples)", self.segment);
            return Err(Error::argument(
                "segment",
                value,
                "between 2 and 1e9 samples long",
            ));
        }
        if with_frames && self.stft.n_frames(samples as usize) < 2 {
            let requirement = format!(
                "at most {samples} samples, so that a segment of {} s has 2 frames; or give a \
                 longer --segment",
                self.segment
            );
            return Err(Error::argument(
                "hop_length",
                self.stft.hop_length,
                requirement,
            ));
        }
        Ok(samples as usize)
    }

    /// The log-mel settings at a sample rate.
    pub fn log_mel(&self, sample_rate: u32) -> LogMelConfig {
        LogMelConfig {
            stft: self.stft.clone(),
            mel: self.mel.bands(self.stft.n_fft, sample_rate),
            log: self.log,
        }
    }
}
