//! All integration tests, in one program: it links once.

mod analytic;
mod architecture;
mod audit;
mod battery;
mod calibration;
#[cfg(feature = "cli")]
mod cepstra_cli;
#[cfg(feature = "cli")]
mod cli;
mod coded_sound;
#[cfg(feature = "cli")]
mod command_line;
mod comparison;
#[cfg(feature = "cli")]
mod comparison_cli;
mod corpus;
mod cross_power;
mod damage;
mod damaged_arrays_and_photos;
mod detectability;
mod engine;
mod features;
#[cfg(feature = "figure")]
mod figure;
#[cfg(feature = "figure")]
mod figure_animation;
#[cfg(feature = "figure")]
mod figure_planes;
#[cfg(feature = "figure")]
mod figure_scaling;
#[cfg(feature = "cli")]
mod figures_cli;
mod formats;
mod fuzz_replay;
mod golden_cepstra;
mod golden_noise;
mod golden_planar;
mod golden_sound;
mod golden_spectra2d;
mod golden_verdict;
mod latents;
mod modulation;
#[cfg(feature = "cli")]
mod modulation_cli;
mod noise;
#[cfg(feature = "cli")]
mod noise_cli;
#[cfg(feature = "figure")]
mod noise_figures;
#[cfg(feature = "cli")]
mod odd_inputs;
#[cfg(feature = "cli")]
mod outcomes;
#[cfg(feature = "cli")]
mod partials_cli;
#[cfg(feature = "cli")]
mod post_figures_cli;
mod properties;
mod published;
mod report_files;
#[cfg(feature = "cli")]
mod report_page;
mod representations;
mod sizes;
mod support;
mod verdict;
