//! Signal to one-dimensional spectrum, or to a spectrogram.

mod decibel;
mod frame_features;
mod log_mel;
mod mel;
mod periodogram;
mod power_fft;
mod real_cepstrum;
mod stft;
mod window;

pub use decibel::{LogScale, Reference, power_to_db};
pub use frame_features::{FeatureSeries, FrameFeatures, FrameFeaturesConfig, FrameValues};
pub use log_mel::{LogMel, LogMelConfig, power_spectrogram, spectrogram_db};
pub use mel::{MelConfig, MelFilterbank, MelNorm, MelScale};
pub use periodogram::{Lines, Periodogram};
pub use real_cepstrum::{RealCepstrum, cepstrogram};
pub use stft::{Framing, Stft, StftConfig};
pub use window::Window;
