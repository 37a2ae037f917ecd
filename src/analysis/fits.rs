//! Fits as they stand in reports.

use crate::compare::{BrokenLaw, Jackknife, PowerLaw};
use serde::{Deserialize, Serialize};

/// Power laws by estimator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fits {
    /// Least squares of the mean ln P on even ln f (Dieleman 2024).
    pub post: Fit,
    /// Its interval over files (jackknife-t), where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_interval: Option<Jackknife>,
    /// Weighted least squares without the logarithm's bias, with intervals;
    /// null where fewer than three frequencies can be fitted.
    pub debiased: Option<DebiasedRow>,
}

/// One file's part in a debiased law.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FileLaw {
    /// Exponent.
    pub alpha: f64,
    /// Coefficient of (ln f)^2.
    pub curvature: f64,
    /// Segments behind it.
    pub n_segments: u64,
}

/// Where an interval comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IntervalKind {
    /// Leaving out one file after another; Student's t.
    JackknifeT,
    /// The variance of Gaussian spectra, for a single file whose segments are
    /// taken as independent.
    Fisher,
}

impl IntervalKind {
    /// Name in reports and tables.
    pub fn name(self) -> &'static str {
        match self {
            IntervalKind::JackknifeT => "jackknife-t",
            IntervalKind::Fisher => "fisher",
        }
    }
}

/// A power law with its uncertainty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DebiasedRow {
    /// Exponent: the mean of the files' exponents, weighted by segments.
    pub alpha: f64,
    /// 95 % interval of the exponent.
    pub ci: [f64; 2],
    /// Where intervals come from.
    pub interval: IntervalKind,
    /// Standard error of the exponent.
    pub std_error: f64,
    /// Number of files behind it.
    pub n_files: usize,
    /// Coefficient of (ln f)^2: negative where the fall steepens.
    pub curvature: f64,
    /// 95 % interval of the curvature.
    pub curvature_ci: [f64; 2],
    /// ln of the expected power at f = 1, in the spectrum's unit of frequency.
    pub log_amplitude: f64,
    /// Weighted share of the variance of ln P that the law explains.
    pub r_squared: Option<f64>,
    /// Lowest frequency that took part.
    pub f_min: f64,
    /// Highest frequency that took part.
    pub f_max: f64,
    /// Number of frequencies that took part.
    pub n_bins: usize,
    /// Weighted residual sum of squares of the mean, times segments, by degrees
    /// of freedom: 1 where segments are independent Gaussian data of this law.
    /// Larger: the spectrum bends, or segments depend on each other, and a
    /// [`IntervalKind::Fisher`] interval is too narrow.
    #[serde(default)]
    pub reduced_chi_squared: Option<f64>,
    /// Two laws that meet, where they describe the mean very much better than
    /// one (BIC lower by 10 at least); not looked for where rings are no circles
    /// in frequency.
    pub knee: Option<BrokenLaw>,
}

/// A fit, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Fit {
    /// The fitted law.
    Law(PowerLaw),
    /// No law could be fitted.
    Missing {
        /// Always null.
        alpha: Option<f64>,
        /// Why.
        reason: String,
    },
}

impl Fit {
    /// The fitted law, if there is one.
    pub fn law(&self) -> Option<&PowerLaw> {
        match self {
            Fit::Law(law) => Some(law),
            Fit::Missing { .. } => None,
        }
    }
}
