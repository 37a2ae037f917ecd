//! What is said of one input file: plain data.

use super::fits::FileLaw;
use super::outcome::{Outcome, Status};
use super::{AudioFacts, PerRepresentation};
use crate::decode::{Kind, Layout};
use serde::{Deserialize, Serialize};

/// One input file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputRow {
    /// Path relative to its INPUT.
    pub path: String,
    /// Number of its INPUT, counted from 0 through INPUTs and then photos.
    pub input: usize,
    /// Class of the file.
    pub class: String,
    /// What it was read as.
    pub kind: Kind,
    /// Whether it was used, and why not.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Segments of audio, crops of photos or items of arrays.
    pub n_segments: u64,
    /// Axes of an array.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    /// What else they could be, where they were guessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout_doubt: Option<String>,
    /// Exponent of the file's own mean spectrum (`post` estimator), per
    /// representation.
    pub alpha: PerRepresentation<Option<f64>>,
    /// Exponent and curvature of the file's own mean spectrum (`debiased`
    /// estimator), per representation: what intervals are made from.
    #[serde(default, skip_serializing_if = "PerRepresentation::is_empty")]
    pub debiased: PerRepresentation<FileLaw>,
    /// What was left out of the averages, per representation, where anything
    /// was.
    #[serde(default, skip_serializing_if = "PerRepresentation::is_empty")]
    pub left_out: PerRepresentation<LeftOut>,
    /// Facts about a recording.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub audio: Option<AudioFacts>,
}

impl InputRow {
    /// Whether the file was decoded and cut, even if nothing in it could be
    /// used.
    pub(super) fn was_measured(&self) -> bool {
        let class = self.outcome.reason_class.as_deref();
        self.outcome.status != Status::Skipped || class == Some("featureless")
    }
}

/// Segments that no average includes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Segments whose values are all equal.
    pub constant: u64,
    /// Segments with values that are infinite or not a number.
    pub non_finite: u64,
    /// Powers of used segments that lay under the rounding error of the
    /// transform and entered logarithms as that error.
    pub floored_powers: u64,
}
