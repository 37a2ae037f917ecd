//! Null models: how much of an exponent shows as well in signals without the
//! structure in question.

mod nulls;
mod parts;
mod pass;
mod profile;
mod run;
mod study;

pub use nulls::NullModel;
pub use run::evidence;
pub use study::{
    Evidence, EvidenceRow, EvidenceSettings, Exponent, NullRow, PowerShares, Structure,
    StructureThresholds,
};
