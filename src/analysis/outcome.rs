//! What became of an input.

use crate::Problem;
use crate::decode::Ending;
use serde::{Deserialize, Serialize};

/// Whether an input was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Wholly.
    Ok,
    /// As far as it decodes; the reason says why no further.
    Partial,
    /// Not at all; the reason says why.
    Skipped,
}

/// What became of an input: the same in the rows of every study.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Whether it was used.
    pub status: Status,
    /// Why it was not used, or not wholly; of an input that was, what its headers say
    /// wrongly.
    pub reason: Option<String>,
    /// Stable short name of the kind of reason.
    pub reason_class: Option<String>,
}

impl Outcome {
    /// The outcome of an input that was used wholly.
    pub fn ok() -> Self {
        Outcome {
            status: Status::Ok,
            reason: None,
            reason_class: None,
        }
    }

    /// The outcome of an input that was not used.
    pub fn skipped(problem: &Problem) -> Self {
        Outcome {
            status: Status::Skipped,
            reason: Some(problem.to_string()),
            reason_class: Some(problem.class().to_string()),
        }
    }

    /// The outcome of an input that does not fit the others.
    pub fn refused(class: &str, reason: String) -> Self {
        Outcome {
            status: Status::Skipped,
            ..Outcome::partial(class, reason)
        }
    }

    /// The outcome of an input that was used as far as it goes.
    pub fn partial(class: &str, reason: String) -> Self {
        Outcome {
            status: Status::Partial,
            reason: Some(reason),
            reason_class: Some(class.to_string()),
        }
    }

    /// The same, of an input of which only values that can be measured were used;
    /// what was wrong before stays what is told.
    pub(super) fn with_non_finite(self, n: u64, all: u64, what: &str) -> Self {
        match (n, self.status) {
            (1.., Status::Ok) => {
                let reason =
                    format!("{n} of {all} {what} hold values that are not finite, or too large");
                Outcome::partial("not-finite", reason)
            }
            _ => self,
        }
    }

    /// The same, of an input in which there is nothing but what the reason says.
    pub(super) fn with_nothing_but(self, reason: &str) -> Self {
        match self.status {
            Status::Ok => Outcome::partial("featureless", reason.to_string()),
            _ => self,
        }
    }

    /// The outcome of a recording by its end.
    pub fn of_ending(ending: &Ending) -> Self {
        match ending {
            Ending::Complete => Outcome::ok(),
            Ending::Noted { detail } => Outcome {
                status: Status::Ok,
                ..Outcome::partial("noted", detail.clone())
            },
            Ending::Truncated { detail } => Outcome::partial("truncated", detail.clone()),
            Ending::Damaged { detail } => Outcome::partial("damaged", detail.clone()),
        }
    }
}
