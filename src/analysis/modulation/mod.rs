//! The modulation spectrum: the 2D power of planes with its axes kept, and how
//! its exponent depends on direction.

mod bands;
mod baseline;
mod job;
mod measure;
mod rays;
mod run;
mod scope;
mod separability;
mod settings;
mod study;

pub(super) use measure::{ModulationStudies, ModulationSums};
pub use run::ModulationRun;
pub(super) use run::modulation_run;
pub use settings::ModulationSettings;
pub use study::{
    AnisotropyBand, AxisExponents, DirectionRow, ModulationAxis, ModulationFile, ModulationReport,
    ModulationStudy, RadialMean,
};
