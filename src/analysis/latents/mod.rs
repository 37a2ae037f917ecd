//! Latents of an autoencoder as a representation: scale, covariance across
//! channels, spectra along space or time and along channels.

mod eigen;
mod law;
mod measure;
mod moments;
mod notes;
mod order;
mod run;
mod settings;
mod spectra;
mod statistics;
mod study;

pub(super) use measure::{LatentStudy, LatentSums};
pub(super) use run::latent_report;
pub use settings::LatentSettings;
pub use study::{
    ChannelCovariance, ChannelOrder, ChannelRow, LatentFile, LatentInterval, LatentLaw,
    LatentReport, LatentSpectrum, OrderVerdict, PooledRow, SpectrumAlong,
};
