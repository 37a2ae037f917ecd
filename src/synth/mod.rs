//! Signals and fields with known answers, from seeded generators that give the
//! same values in any language.

mod coloured;
mod noise;
mod tone;
mod wav;

pub use coloured::{coloured_field, coloured_noise};
pub use noise::{gauss, splitmix64, uniform};
pub use tone::{am_tone, chirp};
pub use wav::write_wav;
