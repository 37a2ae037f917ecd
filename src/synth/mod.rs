//! Signals and fields with known answers, from seeded generators that give the
//! same values in any language.

mod coloured;
mod noise;
mod scramble;
mod surrogate;
mod tone;
mod wav;

pub use coloured::{ColouredNoise, coloured_field, coloured_noise};
pub use noise::{add_noise, derived_seed, gauss, gaussian, splitmix64, uniform};
pub use scramble::{ScrambleFrequency, ScrambleTime, fnv1a, scramble_seed};
pub use surrogate::{Surrogate, modulated_noise, permutation};
pub use tone::{am_tone, chirp};
pub use wav::write_wav;
