#![forbid(unsafe_code)]
//! Spectra of sound and of images, side by side.
//!
//! Diffusion with white Gaussian noise drowns weak frequencies first. Natural
//! images have power-law spectra, so noise removes their detail from fine to
//! coarse, and generation runs from low to high frequency. This crate measures
//! whether a representation of sound is like that: its spectrum, its power law,
//! and how nearly its power falls with frequency.
//!
//! # Pipeline
//!
//! ```text
//! clips  -> decode -> Signal -> spectral -> Spectrum (1D)
//!                                  |-> Plane (spectrogram) -> planar -> Spectrum (radial)
//! photos -> decode ------------------> Plane ---------------^
//! Spectrum x n -> compare (means, fits, monotonicity) -> analysis -> Report -> output
//! ```
//!
//! Each stage is a module and can be used alone; [`analysis::analyze`] runs them
//! all, in one pass over each decoded clip.
//!
//! ```
//! use cepstrum::analysis::{AnalysisConfig, Representation, Silent, analyze};
//!
//! let config = AnalysisConfig {
//!     inputs: vec!["fixtures/audio".into()],
//!     photos: vec!["fixtures/photos".into()],
//!     ..AnalysisConfig::default()
//! };
//! let report = analyze(&config, &Silent)?;
//! for result in report.results.iter().filter(|r| r.class == "all") {
//!     let law = result.fit.post.law().expect("enough frequencies");
//!     println!("{}: alpha {:.2}", result.representation, law.alpha);
//! }
//! assert_eq!(report.results[0].representation, Representation::Waveform);
//! # assert_eq!(report.inputs.len(), 8);
//! # Ok::<(), cepstrum::Error>(())
//! ```
//!
//! # Normalization
//!
//! Transforms are unnormalised; what divides their squares is named.
//! - One-dimensional power is [`data::PowerScale`]: |X|^2, |X|^2 / N (white noise
//!   of variance s^2 has power s^2), or a one-sided density per Hz.
//! - Two-dimensional power is |F|^2 / (M N), averaged over rings: white noise of
//!   variance s^2 has power s^2 in every ring.
//! - Samples have full scale [-1, 1] (or 16-bit units), photos too.
//! - `log_*` is the natural logarithm, `*_db` is 10 log10 of power.
//!
//! # Axis order
//!
//! Planes are [row, column]: [frequency, time] for spectrograms, [y, x] for
//! photos. Frequencies are in cycles per sample (0.5 is Nyquist) unless an axis
//! says Hz. Every axis carries its [`data::Unit`].
//!
//! # Glossary
//!
//! - **RAPSD**: radially averaged power spectral density of a plane.
//! - **alpha**: exponent of a power law P ~ f^-alpha.
//! - **segment**: piece of a clip, 2 s by default, that one spectrum is taken of.
//! - **dof**: real degrees of freedom averaged into one bin of one spectrum.
//! - **preset `post`**: the settings of "Diffusion is spectral autoregression"
//!   (Dieleman 2024).

pub mod analysis;
mod atomic;
pub mod compare;
pub mod data;
pub mod decode;
mod error;
mod lanes;
pub mod output;
pub mod planar;
pub mod spectral;
pub mod synth;

/// Compiles and runs the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadmeDoctests;

pub use error::{Error, Problem, Result};
