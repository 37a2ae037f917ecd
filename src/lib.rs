#![forbid(unsafe_code)]
//! Placeholder while the layers are laid.
pub mod data;
pub mod decode;
mod error;

pub use error::{Error, Problem, Result};
