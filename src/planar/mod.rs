//! A plane looked at as an image: two-dimensional transforms and radial
//! averages.

mod cells;
mod centred;
mod cepstral;
mod checks;
mod dct;
mod delta;
mod fft2;
mod heat;
mod mfcc;
mod modulation;
mod rapsd;
mod rings;
mod side_by_side;
mod slice;
mod variance;

pub use cells::CellPower;
pub use centred::{CentredSpectrum, centred_spectrum};
pub use cepstral::{CepstralPower, DctRapsd, cepstrum_2d, mean_cepstral_power};
pub use dct::{Dct, Dct2};
pub use delta::{DeltaOrder, delta};
pub use fft2::Fft2;
pub use heat::{Heat, heat_gain, heat_scale_of_cutoff};
pub use mfcc::{Mfcc, MfccConfig, mfcc};
pub use modulation::{HalfPlane, HalfPlaneCell, ModulationPower, centred_axis};
pub use rapsd::{PlaneEnergy, Rapsd, rapsd};
pub use rings::{Radius, RingTable, half_plane_weight};
pub use slice::{Slice, SliceFan, directional_slice, slices};
pub use variance::{PlaneVariance, VarianceBands, VarianceSums};
