//! The modulation spectrum: the 2D power of planes with its axes kept, and how
//! its exponent depends on direction.

mod bands;
mod baseline;
mod pass;
mod rays;
mod run;
mod scope;
mod separability;
mod settings;
mod study;

pub use run::{ModulationRun, modulation};
pub use settings::ModulationSettings;
pub use study::{
    AnisotropyBand, AxisExponents, DirectionRow, ModulationAxis, ModulationFile, ModulationReport,
    ModulationStudy, RadialMean,
};
