//! Does noise take fine detail first, as in photographs, and is that the sound's
//! own? Three answers from the variance spectrum (docs/scorecard.md).

mod again;
mod answers;
mod axes;
mod geometry;
mod judge;
mod measure;
mod photos;
mod plane;
mod row;
mod sums;
mod tables;
mod units;
mod wave;
mod words;

pub(super) use again::complete;
pub use answers::{Answer, Cap, Number, Thresholds};
pub(super) use judge::{photos_of, verdict_of};
pub use measure::VerdictSettings;
pub(super) use measure::VerdictStudy;
pub use photos::{BUILT_IN, PhotoReference};
pub use row::{Answers, BandLimit, Bands, Sentences, SweepRow, Verdict, VerdictRow};
pub(super) use sums::VerdictSums;
pub use tables::UnitTable;
