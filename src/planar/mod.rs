//! A plane looked at as an image: two-dimensional transforms and radial
//! averages.

mod checks;
mod dct;
mod fft2;
mod rapsd;
mod rings;

pub use dct::{Dct, Dct2};
pub use fft2::Fft2;
pub use rapsd::{PlaneEnergy, Rapsd, rapsd};
pub use rings::{Radius, RingTable};
