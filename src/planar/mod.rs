//! A plane looked at as an image: two-dimensional transforms and radial
//! averages.

mod checks;
mod dct;
mod delta;
mod fft2;
mod mfcc;
mod rapsd;
mod rings;

pub use dct::{Dct, Dct2};
pub use delta::{DeltaOrder, delta};
pub use fft2::Fft2;
pub use mfcc::{Mfcc, MfccConfig, mfcc};
pub use rapsd::{PlaneEnergy, Rapsd, rapsd};
pub use rings::{Radius, RingTable};
