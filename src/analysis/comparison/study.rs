//! What a comparison says, as data.

use crate::analysis::Representation;
use serde::{Deserialize, Serialize};

/// What two selections are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Statistic {
    /// Exponent of the debiased law.
    Alpha,
    /// Coefficient of (ln f)^2 of the debiased law.
    Curvature,
    /// Exponent of the `post` estimator.
    AlphaPost,
    /// Share of the variance of ln P that the `post` law explains.
    RSquared,
    /// -Spearman over third-octave bands: 1 where power falls at every step.
    Monotonicity,
    /// Standard deviation of all values.
    Scale,
}

impl Statistic {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Statistic::Alpha => "alpha (debiased)",
            Statistic::Curvature => "curvature",
            Statistic::AlphaPost => "alpha (post)",
            Statistic::RSquared => "R^2",
            Statistic::Monotonicity => "monotonicity",
            Statistic::Scale => "scale",
        }
    }
}

/// Where the interval of a difference comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Uncertainty {
    /// Leaving out one file after another; Student's t.
    Files,
    /// A single file, whose segments are taken as independent: what it shows
    /// is about that file's noise, and no verdict follows.
    Segments,
}

/// Whether what the selections have in common cancels in a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pairing {
    /// The same files on both sides: it does.
    Paired,
    /// Taken as unrelated; as many degrees of freedom as the smaller set has.
    Independent,
}

/// The selection whose value is larger, where the 95 % interval shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Larger {
    /// The first.
    A,
    /// The second.
    B,
    /// The interval holds 0, or is of a single file.
    NotShown,
}

/// The selection that is closer to photographs, where that can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Closer {
    /// The first.
    A,
    /// The second.
    B,
    /// The interval of the difference holds 0.
    Open,
    /// Something speaks against an answer; the reason says what.
    Withheld,
}

/// A value with its own 95 % interval, where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// 95 % interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ci: Option<[f64; 2]>,
}

/// A difference A - B with its uncertainty.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DifferenceInterval {
    /// 95 % interval.
    pub ci: [f64; 2],
    /// Standard error.
    pub std_error: f64,
    /// Degrees of freedom of Student's t.
    pub dof: f64,
    /// Where it comes from: the less certain of the two sides'.
    pub uncertainty: Uncertainty,
    /// Whether the sides were paired.
    pub pairing: Pairing,
    /// What it shows.
    pub larger: Larger,
}

/// One statistic of both selections.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatisticRow {
    /// Which statistic.
    pub statistic: Statistic,
    /// Of the first selection.
    pub a: Option<Estimate>,
    /// Of the second.
    pub b: Option<Estimate>,
    /// A - B.
    pub difference: Option<f64>,
    /// Its uncertainty; null where reports do not tell the spread.
    pub interval: Option<DifferenceInterval>,
}

/// What was selected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SelectionRow {
    /// How the caller calls it.
    pub name: String,
    /// How the sources were looked at.
    pub representation: Representation,
    /// `all`, or the name of a class.
    pub class: String,
    /// Files behind it.
    pub n_files: u64,
    /// Segments behind it.
    pub n_segments: u64,
}

/// How near two selections are to photographs, by their variance spectra.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PhotoComparison {
    /// Which is closer.
    pub closer: Closer,
    /// Why it is open or withheld.
    pub reason: Option<String>,
    /// `photo_distance_db` of the first.
    pub a_db: Option<f64>,
    /// Of the second.
    pub b_db: Option<f64>,
    /// The first less the second.
    pub difference_db: Option<f64>,
    /// 95 % interval of the difference.
    pub ci: Option<[f64; 2]>,
    /// Whether it is over the same units on both sides.
    pub pairing: Pairing,
    /// The photographs.
    pub photos: String,
}

/// Levels of both variance spectra and of photographs, dB; lists of one side belong
/// together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MatchedBands {
    /// Centres of the bands of either side, cycles per sample.
    pub frequency: [Vec<f64>; 2],
    /// Levels less their mean.
    pub levels: [Vec<f64>; 2],
    /// Photographs on the same cells, less their mean.
    pub photos: [Vec<f64>; 2],
}

/// Two selections side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The first selection.
    pub a: SelectionRow,
    /// The second.
    pub b: SelectionRow,
    /// Which is closer to photographs.
    pub to_photos: PhotoComparison,
    /// Statistics, always in one order.
    pub statistics: Vec<StatisticRow>,
    /// The spectra behind the distance; null where a report has none.
    pub bands: Option<MatchedBands>,
    /// What a reader should know before believing a difference.
    pub notes: Vec<String>,
}

impl Comparison {
    /// The row of a statistic.
    pub fn row(&self, statistic: Statistic) -> Option<&StatisticRow> {
        self.statistics
            .iter()
            .find(|row| row.statistic == statistic)
    }
}
