//! What is said about latents: plain data.

use super::settings::LatentSettings;
use crate::analysis::AnalysisConfig;
use crate::analysis::outcome::Outcome;
use crate::decode::Layout;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Latents of an autoencoder as a representation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LatentReport {
    /// Version of this layout.
    pub schema_version: u32,
    /// Version of the crate that wrote it.
    pub crate_version: String,
    /// Inputs, layout, radius and fit range; the rest is about sound.
    pub config: AnalysisConfig,
    /// Everything that was chosen beside it.
    pub settings: LatentSettings,
    /// One row per input file, in order.
    pub inputs: Vec<LatentFile>,
    /// Files under folders that are no arrays, counted by extension.
    pub ignored: BTreeMap<String, u64>,
    /// How the arrays were read; several where their dimensions differ in
    /// number.
    pub layouts: Vec<Layout>,
    /// Items behind the statistics per channel.
    pub n_items: u64,
    /// Values per channel: positions of all items.
    pub n_positions: u64,
    /// All channels together.
    pub pooled: PooledRow,
    /// One row per channel.
    pub channels: Vec<ChannelRow>,
    /// Covariance across channels; null for one channel, or one position.
    pub covariance: Option<ChannelCovariance>,
    /// Rings of planes, or lines along time; the power of channels is averaged
    /// first, as in the representation `array`.
    pub spectrum: LatentSpectrum,
    /// Lines along columns' and rows' frequencies; empty for planes of one row
    /// or one column.
    pub along: Vec<LatentSpectrum>,
    /// The spectrum along channels; null for fewer than six of them.
    pub channel_order: Option<ChannelOrder>,
    /// What a reader should know beside the numbers.
    pub notes: Vec<String>,
}

/// One input file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LatentFile {
    /// Path relative to its INPUT.
    pub path: String,
    /// Number of its INPUT.
    pub input: usize,
    /// Partial where statistics include the file, or some of its arrays, and
    /// spectra do not.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// How its first array was read.
    pub layout: Option<Layout>,
    /// Channels, rows and columns of its first array.
    pub shape: Option<[usize; 3]>,
    /// Items behind the statistics per channel.
    pub n_items: u64,
    /// Items behind the spectra.
    pub n_spectra: u64,
    /// Exponent of its own mean spectrum (`debiased` estimator).
    pub alpha: Option<f64>,
}

/// All values together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PooledRow {
    /// Mean of all values.
    pub mean: f64,
    /// Population standard deviation of all values about that mean.
    pub std: f64,
    /// 1 / `std`: multiplied by it, latents have unit variance (Rombach et al.
    /// 2022, whose factor for Stable Diffusion is 0.18215).
    pub scale_factor: f64,
    /// Share of the variance that lies between the means of channels: 0 where
    /// all have one mean, 1 where values vary within none.
    #[serde(default)]
    pub channel_mean_share: f64,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
}

/// One channel over all items and positions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChannelRow {
    /// Number of the channel, from 0.
    pub channel: usize,
    /// Mean.
    pub mean: f64,
    /// Population standard deviation.
    pub std: f64,
    /// 1 / `std`; null for a constant channel.
    pub scale_factor: Option<f64>,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// Whether all values are equal.
    pub is_constant: bool,
    /// Exponent of the channel's own mean of ln P (`debiased` estimator).
    pub alpha: Option<f64>,
    /// Mean of ln P at the frequencies of the report's spectrum; only for the
    /// first 64 channels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mean_log_power: Vec<f64>,
}

/// Covariance across channels, positions and items being the samples, about
/// each channel's mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChannelCovariance {
    /// Eigenvalues in units of the pooled variance, largest first: the variance
    /// of each mode once latents are multiplied by the pooled scale factor.
    pub eigenvalues: Vec<f64>,
    /// exp of the entropy of the eigenvalues over their sum (Roy & Vetterli
    /// 2007): from 1, all channels in step, to the number of channels.
    pub effective_rank: f64,
    /// (sum of eigenvalues)^2 / sum of their squares: the number of equal
    /// independent channels whose mean power would vary as much.
    pub participation_ratio: f64,
    /// Modes with an eigenvalue below 1, that is of a variance, after scaling by
    /// the pooled factor, below that of a diffusion model's noise at sigma = 1.
    pub n_under_noise: usize,
    /// Their share of all modes. Of independent channels of one variance about
    /// half lie below 1, if only by a little: the extreme eigenvalues tell.
    pub share_under_noise: f64,
}

/// What a spectrum runs along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpectrumAlong {
    /// The last dimension of `ct` and `nct`.
    Time,
    /// Rings of planes.
    Radius,
    /// Along each row: horizontal frequency.
    Columns,
    /// Along each column: vertical frequency.
    Rows,
}

impl fmt::Display for SpectrumAlong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SpectrumAlong::Time => "time",
            SpectrumAlong::Radius => "radius",
            SpectrumAlong::Columns => "columns",
            SpectrumAlong::Rows => "rows",
        })
    }
}

/// A mean spectrum over items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LatentSpectrum {
    /// What it runs along.
    pub along: SpectrumAlong,
    /// Rows and columns of the planes, those that most items have.
    pub shape: [usize; 2],
    /// Files behind it.
    pub n_files: u64,
    /// Items behind it, each of the same weight.
    pub n_items: u64,
    /// Items without any power, which are left out.
    pub n_constant: u64,
    /// Powers that rounding ruled and that entered logarithms as a floor.
    pub n_floored: u64,
    /// Cycles per sample, without DC.
    pub frequency: Vec<f64>,
    /// Mean over items of ln P, P being the mean over channels of
    /// |F|^2 / (number of samples).
    pub mean_log_power: Vec<f64>,
    /// Real degrees of freedom of one item's P: those of one channel times the
    /// participation ratio, and times the number of lines.
    pub dof: Vec<u32>,
    /// The power law.
    pub law: Option<LatentLaw>,
    /// Why there is none.
    pub reason: Option<String>,
}

/// What an interval resamples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LatentInterval {
    /// Files (jackknife, Student's t).
    Files,
    /// Items of the only file (jackknife, Student's t).
    Items,
    /// Nothing: the Fisher interval of the only item.
    Fisher,
}

/// A debiased power law with its 95 % interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LatentLaw {
    /// Exponent: positive where power falls with frequency.
    pub alpha: f64,
    /// 95 % interval of the exponent.
    pub ci: [f64; 2],
    /// Standard error of the exponent.
    pub std_error: f64,
    /// What the interval resamples.
    pub interval: LatentInterval,
    /// How many of these.
    pub n: usize,
    /// ln of the expected power at 1 cycle per sample.
    pub log_amplitude: f64,
    /// Coefficient of (ln f)^2: negative where the fall steepens.
    pub curvature: f64,
    /// Weighted share of the variance of ln P that the law explains.
    pub r_squared: Option<f64>,
    /// Lowest frequency that took part.
    pub f_min: f64,
    /// Highest frequency that took part.
    pub f_max: f64,
    /// Number of frequencies that took part.
    pub n_bins: usize,
}

/// Whether the given order of channels stands out among random ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrderVerdict {
    /// It does, at the 5 % level: neighbours share more, or less, than others.
    Shown,
    /// It does not: the spectrum along channels says nothing.
    NotShown,
}

/// Spectrum along channels. Their order is arbitrary unless training made it:
/// the exponent means something only beside those of random orders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChannelOrder {
    /// Cycles per channel, without DC.
    pub frequency: Vec<f64>,
    /// Arithmetic mean over positions of |F|^2 / (number of channels), each
    /// channel's mean taken off.
    pub mean_power: Vec<f64>,
    /// Exponent in the given order (`post` estimator).
    pub alpha: f64,
    /// 2.5, 50 and 97.5 % quantiles of the exponent over random orders.
    pub null_quantiles: [f64; 3],
    /// Random orders drawn.
    pub n_permutations: usize,
    /// Two-sided p of a permutation test: 2 min((1 + n of orders at least as
    /// extreme) / (1 + orders)) over both tails.
    pub p_value: f64,
    /// `Shown` where p is 0.05 at most.
    pub verdict: OrderVerdict,
}
