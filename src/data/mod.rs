//! What flows between the stages: signals, planes, spectra, and the axes that
//! keep their units.

mod axis;
mod pair;
mod plane;
mod real;
mod signal;
mod spectrum;

pub use axis::{Axis, Unit};
pub use pair::PowerPair;
pub use plane::Plane;
pub use real::Real;
pub use signal::Signal;
pub use spectrum::{PowerScale, Spectrum};
