//! What flows between the stages: signals, planes, spectra, the transforms that
//! lead to them, and the axes that keep their units.

mod axis;
mod cross_power;
mod named;
mod plane;
mod real;
mod signal;
mod spectrum;
mod transform;

pub use axis::{Axis, Unit};
pub use cross_power::{CrossPower, CrossSpectrum};
pub(crate) use named::named;
pub use named::{Named, Names};
pub use plane::Plane;
pub use real::Real;
pub use signal::Signal;
pub use spectrum::{PowerScale, Spectrum};
pub use transform::{Cell, Coefficients, Transform};
