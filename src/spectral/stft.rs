//! Short-time Fourier transforms.

use super::Window;
use super::power_fft::PowerFft;
use crate::data::{Axis, Real, Unit};
use crate::lanes;
use crate::{Error, Result};
use realfft::{RealFftPlanner, RealToComplex};
use rustfft::num_complex::Complex;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Where the first frame lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Framing {
    /// Frame t is centred on sample t * hop; zeros stand in beyond both ends
    /// (librosa >= 0.9).
    Centred,
    /// Frame t starts at sample t * hop; an incomplete last frame is dropped.
    Uncentred,
}

/// Settings of a short-time Fourier transform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StftConfig {
    /// Transform length in samples.
    pub n_fft: usize,
    /// Distance between frames in samples.
    pub hop_length: usize,
    /// Window length in samples, at most `n_fft`; the window is centred in the
    /// frame.
    pub win_length: usize,
    /// Taper of each frame.
    pub window: Window,
    /// Where frames lie.
    pub framing: Framing,
}

impl StftConfig {
    /// Periodic Hann window of length `n_fft`, centred frames.
    pub fn new(n_fft: usize, hop_length: usize) -> Self {
        StftConfig {
            n_fft,
            hop_length,
            win_length: n_fft,
            window: Window::Hann,
            framing: Framing::Centred,
        }
    }

    /// Checks that the settings can be planned.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] naming `n_fft`, `hop_length` or `win_length`.
    pub fn check(&self) -> Result<()> {
        if self.n_fft < 2 {
            return Err(Error::argument("n_fft", self.n_fft, "at least 2"));
        }
        if self.hop_length == 0 {
            return Err(Error::argument("hop_length", 0, "at least 1"));
        }
        if self.win_length == 0 || self.win_length > self.n_fft {
            let requirement = format!("between 1 and n_fft ({})", self.n_fft);
            return Err(Error::argument("win_length", self.win_length, requirement));
        }
        Ok(())
    }

    /// Number of frames that `n_samples` give, for settings that pass
    /// [`Self::check`].
    pub fn n_frames(&self, n_samples: usize) -> usize {
        match self.framing {
            // An odd frame is padded by n_fft / 2, rounded down, on both sides.
            Framing::Centred => {
                1 + (n_samples + 2 * (self.n_fft / 2)).saturating_sub(self.n_fft) / self.hop_length
            }
            Framing::Uncentred if n_samples < self.n_fft => 0,
            Framing::Uncentred => 1 + (n_samples - self.n_fft) / self.hop_length,
        }
    }

    /// Number of frequencies, 1 + n_fft / 2.
    pub fn n_bins(&self) -> usize {
        1 + self.n_fft / 2
    }

    /// Frequencies of the bins at a sample rate, in Hz.
    ///
    /// ```
    /// use cepstrum::spectral::StftConfig;
    /// let bins = StftConfig::new(1024, 512).bins(22_050);
    /// assert_eq!(bins.values()[512], 11_025.0);
    /// ```
    pub fn bins(&self, sample_rate: u32) -> Axis {
        Axis::Uniform {
            unit: Unit::Hertz,
            start: 0.0,
            step: f64::from(sample_rate) / self.n_fft as f64,
            len: self.n_bins(),
        }
    }

    /// Times of the frames of `n_samples` at a sample rate, in seconds.
    pub fn frames(&self, sample_rate: u32, n_samples: usize) -> Axis {
        Axis::Uniform {
            unit: Unit::Second,
            start: 0.0,
            step: self.hop_length as f64 / f64::from(sample_rate),
            len: self.n_frames(n_samples),
        }
    }
}

/// Planned short-time Fourier transform; frames are visited one by one, so no
/// spectrogram needs to be held.
pub struct Stft<T: Real> {
    config: StftConfig,
    transform: Arc<dyn RealToComplex<T>>,
    of_power: PowerFft<T>,
    window: Vec<T>,
    frame: Vec<T>,
    spectrum: Vec<Complex<T>>,
    scratch: Vec<Complex<T>>,
    power: Vec<T>,
}

impl<T: Real> Stft<T> {
    /// Plans the transform.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] naming `n_fft`, `hop_length` or `win_length`.
    pub fn new(config: StftConfig) -> Result<Self> {
        config.check()?;
        let transform = RealFftPlanner::new().plan_fft_forward(config.n_fft);
        let left = (config.n_fft - config.win_length) / 2;
        let mut window = vec![T::of(0.0); config.n_fft];
        for (slot, value) in window[left..]
            .iter_mut()
            .zip(config.window.values(config.win_length))
        {
            *slot = T::of(value);
        }
        Ok(Self {
            frame: transform.make_input_vec(),
            spectrum: transform.make_output_vec(),
            scratch: transform.make_scratch_vec(),
            power: vec![T::of(0.0); config.n_bins()],
            of_power: PowerFft::new(config.n_fft),
            window,
            transform,
            config,
        })
    }

    /// The settings.
    pub fn config(&self) -> &StftConfig {
        &self.config
    }

    /// Number of frequencies, 1 + n_fft / 2.
    pub fn n_bins(&self) -> usize {
        self.config.n_bins()
    }

    /// Calls `visit(t, X_t)` for each frame t; X_t holds the unnormalised
    /// coefficients at f = k fs / n_fft, k = 0..=n_fft/2.
    pub fn for_each_frame(&mut self, samples: &[T], mut visit: impl FnMut(usize, &[Complex<T>])) {
        for t in 0..self.config.n_frames(samples.len()) {
            load_frame(&self.config, &self.window, (samples, t), &mut self.frame);
            self.transform
                .process_with_scratch(&mut self.frame, &mut self.spectrum, &mut self.scratch)
                .expect("buffers were made by the plan");
            visit(t, &self.spectrum);
        }
    }

    /// Calls `visit(t, |X_t|^2)` for each frame t.
    pub fn for_each_power(&mut self, samples: &[T], mut visit: impl FnMut(usize, &[T])) {
        let square = |re: T, im: T| re * re + im * im;
        for t in 0..self.config.n_frames(samples.len()) {
            let frame = self.of_power.input();
            load_frame(&self.config, &self.window, (samples, t), frame);
            self.power[0] = self.of_power.process(&mut self.power[1..], square);
            visit(t, &self.power);
        }
    }
}

/// Writes frame t of the samples, windowed, into `frame`.
fn load_frame<T: Real>(
    config: &StftConfig,
    window: &[T],
    (samples, t): (&[T], usize),
    frame: &mut [T],
) {
    let padding = match config.framing {
        Framing::Centred => config.n_fft / 2,
        Framing::Uncentred => 0,
    };
    let position = t * config.hop_length;
    let zeros_before = padding.saturating_sub(position).min(frame.len());
    let first = (position + zeros_before - padding).min(samples.len());
    let available = (frame.len() - zeros_before).min(samples.len() - first);
    let filled = zeros_before..zeros_before + available;
    frame[..filled.start].fill(T::of(0.0));
    frame[filled.end..].fill(T::of(0.0));
    let frame = &mut frame[filled.clone()];
    let (samples, window) = (&samples[first..], &window[filled]);
    lanes::on_vectors(
        #[inline(always)]
        || {
            for ((slot, &sample), &weight) in frame.iter_mut().zip(samples).zip(window) {
                *slot = sample * weight;
            }
        },
    );
}
