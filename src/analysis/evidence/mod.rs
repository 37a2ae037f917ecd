//! Null models: how much of an exponent shows as well in signals without the
//! structure in question.

mod measure;
mod nulls;
mod parts;
mod profile;
mod run;
mod study;

pub(super) use measure::{NullStudy, NullSums, has_profile};
pub use nulls::NullModel;
pub use run::evidence;
pub(super) use run::evidence_of;
pub use study::{
    Evidence, EvidenceRow, EvidenceSettings, Exponent, NullRow, PowerShares, Structure,
    StructureThresholds,
};
