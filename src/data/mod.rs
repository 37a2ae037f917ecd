//! What flows between the stages: signals, planes, spectra, the transforms that
//! lead to them, and the axes that keep their units.

mod axis;
mod cross_power;
mod plane;
mod real;
mod signal;
mod spectrum;
mod transform;

pub use axis::{Axis, Unit};
pub use cross_power::{CrossPower, CrossSpectrum};
pub use plane::Plane;
pub use real::Real;
pub use signal::Signal;
pub use spectrum::{PowerScale, Spectrum};
pub use transform::{Cell, Coefficients, Transform};
