//! Log-mel spectrograms, and spectrograms in decibels.

use super::{LogScale, MelConfig, MelFilterbank, Reference, Stft, StftConfig, power_to_db};
use crate::data::{Axis, Plane, Real, Signal};
use crate::{Error, Result};
use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// Settings of a log-mel spectrogram.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogMelConfig {
    /// Frames and their transform.
    pub stft: StftConfig,
    /// Bands.
    pub mel: MelConfig,
    /// Compression.
    pub log: LogScale,
}

impl LogMelConfig {
    /// librosa's defaults: n_fft 2048, hop 512, 128 Slaney bands, dB with
    /// top_db 80.
    pub fn new(sample_rate: u32) -> Self {
        LogMelConfig {
            stft: StftConfig::new(2048, 512),
            mel: MelConfig::new(sample_rate, 2048),
            log: LogScale::Decibel { top_db: Some(80.0) },
        }
    }
}

/// Planned log-mel spectrogram.
pub struct LogMel<T: Real> {
    stft: Stft<T>,
    filterbank: MelFilterbank<T>,
    log: LogScale,
}

impl<T: Real> LogMel<T> {
    /// Plans the transform and computes the filters.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] naming the setting.
    pub fn new(config: &LogMelConfig) -> Result<Self> {
        if config.stft.n_fft != config.mel.n_fft {
            let requirement = format!("that of the STFT, {}", config.stft.n_fft);
            return Err(Error::argument("n_fft", config.mel.n_fft, requirement));
        }
        config.log.check()?;
        let stft = Stft::new(config.stft.clone())?;
        Ok(Self {
            filterbank: MelFilterbank::new(config.mel.clone())?,
            log: config.log,
            stft,
        })
    }

    /// Number of bands.
    pub fn n_mels(&self) -> usize {
        self.filterbank.config().n_mels
    }

    /// Number of frames of a segment.
    pub fn n_frames(&self, n_samples: usize) -> usize {
        self.stft.config().n_frames(n_samples)
    }

    /// Writes the log-mel values of `samples` into `values`, frame by frame:
    /// band b of frame t is `values[t * n_mels + b]`.
    ///
    /// # Errors
    /// [`Error::Length`] where `values` is not n_frames * n_mels long.
    pub fn process(&mut self, samples: &[T], values: &mut [T]) -> Result<()> {
        let expected = self.n_frames(samples.len()) * self.n_mels();
        Error::check_length("values", values.len(), expected)?;
        let n_mels = self.n_mels();
        let filterbank = &self.filterbank;
        self.stft.for_each_power(samples, |t, power| {
            filterbank.project(power, &mut values[t * n_mels..(t + 1) * n_mels]);
        });
        self.log.apply(values);
        Ok(())
    }

    /// The log-mel spectrogram of a whole signal, [band, frame], with centre
    /// frequencies in Hz and frame times in seconds.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where the signal's rate is not the filters'.
    pub fn plane(&mut self, signal: &Signal) -> Result<Plane> {
        let config = self.filterbank.config();
        if signal.sample_rate != config.sample_rate {
            let requirement = format!("that of the filters, {} Hz", config.sample_rate);
            return Err(Error::argument(
                "sample_rate",
                signal.sample_rate,
                requirement,
            ));
        }
        let samples: Vec<T> = signal
            .samples
            .iter()
            .map(|&x| T::of(f64::from(x)))
            .collect();
        let n_frames = self.n_frames(samples.len());
        let n_mels = self.n_mels();
        let mut values = vec![T::of(0.0); n_frames * n_mels];
        self.process(&samples, &mut values)?;
        Ok(Plane {
            values: Array2::from_shape_fn((n_mels, n_frames), |(band, frame)| {
                values[frame * n_mels + band].into()
            }),
            rows: self.filterbank.centres(),
            cols: self.frames(samples.len()),
        })
    }

    /// Centre frequencies of the bands, in Hz.
    pub fn bands(&self) -> Axis {
        self.filterbank.centres()
    }

    /// Times of the frames of a segment, in seconds.
    pub fn frames(&self, n_samples: usize) -> Axis {
        let sample_rate = self.filterbank.config().sample_rate;
        self.stft.config().frames(sample_rate, n_samples)
    }
}

/// The spectrogram of a signal in dB under its largest value, [frequency, time]:
/// 10 log10 |STFT|^2, cut off at `top_db`.
///
/// # Errors
/// [`Error::InvalidArgument`] naming the STFT setting.
pub fn spectrogram_db(signal: &Signal, config: &StftConfig, top_db: f64) -> Result<Plane> {
    let mut plane = power_spectrogram(signal, config)?;
    if let Some(power) = plane.values.as_slice_mut() {
        power_to_db(power, Reference::Max, Some(top_db));
    }
    Ok(plane)
}

/// The power spectrogram |STFT|^2 of a signal, [frequency, time].
///
/// # Errors
/// [`Error::InvalidArgument`] naming the STFT setting.
pub fn power_spectrogram(signal: &Signal, config: &StftConfig) -> Result<Plane> {
    let mut stft = Stft::<f64>::new(config.clone())?;
    let samples: Vec<f64> = signal.samples.iter().map(|&x| f64::from(x)).collect();
    let n_frames = config.n_frames(samples.len());
    let mut values = Array2::zeros((stft.n_bins(), n_frames));
    stft.for_each_power(&samples, |t, power| {
        for (slot, &power) in values.column_mut(t).iter_mut().zip(power) {
            *slot = power;
        }
    });
    Ok(Plane {
        rows: config.bins(signal.sample_rate),
        cols: config.frames(signal.sample_rate, samples.len()),
        values,
    })
}
