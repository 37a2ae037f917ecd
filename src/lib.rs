#![forbid(unsafe_code)]
//! Placeholder while the layers are laid.
pub mod data;
mod error;

pub use error::{Error, Problem, Result};
