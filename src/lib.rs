#![forbid(unsafe_code)]
//! Placeholder while the layers are laid.
pub mod analysis;
pub mod compare;
pub mod data;
pub mod decode;
mod error;
pub mod output;
pub mod planar;
pub mod spectral;
pub mod synth;

pub use error::{Error, Problem, Result};
