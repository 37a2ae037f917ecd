//! Power spectra of segments, without a window.

use super::power_fft::{PowerFft, RealFft};
use crate::data::{Axis, Cell, Coefficients, PowerScale, Real, Signal, Spectrum, Transform, Unit};
use crate::lanes;
use crate::{Error, Result};
use rustfft::num_complex::Complex;

/// Planned power spectrum of segments of one length: |rfft(x)|^2 without
/// window, at k = 1..=N/2 (DC is left out, Nyquist is kept where N is even).
pub struct Periodogram<T: Real> {
    lines: Lines,
    /// Each planned when it is first wanted: hardly ever are both.
    of_power: Option<PowerFft<T>>,
    of_coefficients: Option<RealFft<T>>,
}

/// What is known of a periodogram of segments of one length without planning any
/// transform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lines {
    n_samples: usize,
}

impl Lines {
    /// The lines of segments of `n_samples`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a segment of fewer than 2 samples.
    pub fn new(n_samples: usize) -> Result<Self> {
        if n_samples < 2 {
            let requirement = "at least 2 samples long";
            return Err(Error::argument("segment", n_samples, requirement));
        }
        Ok(Self { n_samples })
    }

    /// Number of frequencies: N/2, rounded down.
    pub fn n_bins(self) -> usize {
        self.n_samples / 2
    }

    /// The frequencies k fs / N, in Hz.
    pub fn frequency(self, sample_rate: u32) -> Axis {
        let n_samples = self.n_samples as f64;
        Axis::Tabulated {
            unit: Unit::Hertz,
            values: (1..=self.n_bins())
                .map(|k| k as f64 * f64::from(sample_rate) / n_samples)
                .collect(),
        }
    }

    /// Real degrees of freedom per bin: 2, and 1 at Nyquist.
    pub fn dof(self) -> Vec<u32> {
        let mut dof = vec![2; self.n_bins()];
        if self.n_samples.is_multiple_of(2) {
            dof[self.n_bins() - 1] = 1;
        }
        dof
    }

    /// The factors that turn |X_k|^2 into `scale`, per bin.
    pub fn scale_factors(self, scale: PowerScale, sample_rate: u32) -> Vec<f64> {
        let n = self.n_samples as f64;
        self.dof()
            .iter()
            .map(|&dof| match scale {
                PowerScale::Raw => 1.0,
                PowerScale::PerSample => 1.0 / n,
                PowerScale::PsdHz => f64::from(dof) / (f64::from(sample_rate) * n),
            })
            .collect()
    }
}

impl<T: Real> Periodogram<T> {
    /// Plans for segments of `n_samples`, at least 2.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a segment of fewer than 2 samples.
    pub fn new(n_samples: usize) -> Result<Self> {
        Ok(Self {
            lines: Lines::new(n_samples)?,
            of_power: None,
            of_coefficients: None,
        })
    }

    /// [`Lines::n_bins`].
    pub fn n_bins(&self) -> usize {
        self.lines.n_bins()
    }

    /// [`Lines::frequency`].
    pub fn frequency(&self, sample_rate: u32) -> Axis {
        self.lines.frequency(sample_rate)
    }

    /// [`Lines::dof`].
    pub fn dof(&self) -> Vec<u32> {
        self.lines.dof()
    }

    /// [`Lines::scale_factors`].
    pub fn scale_factors(&self, scale: PowerScale, sample_rate: u32) -> Vec<f64> {
        self.lines.scale_factors(scale, sample_rate)
    }

    /// Writes |X_k|^2, k = 1..=N/2, of `samples` into `power`.
    ///
    /// # Errors
    /// [`Error::Length`] where `samples` or `power` has not the planned length.
    pub fn process(&mut self, samples: &[T], power: &mut [f64]) -> Result<()> {
        Error::check_length("power", power.len(), self.n_bins())?;
        Error::check_length("samples", samples.len(), self.lines.n_samples)?;
        let n_samples = self.lines.n_samples;
        let transform = (self.of_power).get_or_insert_with(|| PowerFft::new(n_samples));
        without_mean(samples, transform.input());
        transform.process(power, |re, im| {
            // The squares of f32 may leave their range.
            let (re, im): (f64, f64) = (re.into(), im.into());
            re * re + im * im
        });
        Ok(())
    }

    /// The power spectrum of a whole signal, in f64.
    ///
    /// ```
    /// use cepstrum::data::{PowerScale, Signal};
    /// use cepstrum::spectral::Periodogram;
    /// // A full-scale cosine of 100 Hz, 1 s at 1 kHz: |X|^2 = (N/2)^2 in its bin.
    /// let samples = (0..1000).map(|i| (std::f64::consts::TAU * 0.1 * i as f64).cos() as f32);
    /// let signal = Signal { samples: samples.collect(), sample_rate: 1000 };
    /// let spectrum = Periodogram::<f64>::spectrum(&signal, PowerScale::Raw)?;
    /// assert!((spectrum.power[99] - 250_000.0).abs() < 0.1);
    /// # Ok::<(), cepstrum::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for fewer than 2 samples.
    pub fn spectrum(signal: &Signal, scale: PowerScale) -> Result<Spectrum> {
        let mut plan = Periodogram::<T>::new(signal.samples.len())?;
        let samples: Vec<T> = signal
            .samples
            .iter()
            .map(|&x| T::of(f64::from(x)))
            .collect();
        let mut power = vec![0.0; plan.n_bins()];
        plan.process(&samples, &mut power)?;
        for (power, factor) in power
            .iter_mut()
            .zip(plan.scale_factors(scale, signal.sample_rate))
        {
            *power *= factor;
        }
        Ok(Spectrum {
            frequency: plan.frequency(signal.sample_rate),
            dof: plan.dof(),
            power,
        })
    }
}

/// Bins are the lines k = 1..=N/2, |X_k|^2, to be multiplied by
/// [`Lines::scale_factors`].
impl<T: Real> Transform<T> for Periodogram<T> {
    fn n_bins(&self) -> usize {
        self.lines.n_bins()
    }

    fn has_dc(&self) -> bool {
        false
    }

    fn power(&mut self, samples: &[T], power: &mut [f64]) -> Result<f64> {
        self.process(samples, power)?;
        Ok(0.0)
    }

    fn forward(&mut self, samples: &[T], coefficients: &mut Coefficients<T>) -> Result<()> {
        let n_samples = self.lines.n_samples;
        Error::check_length("samples", samples.len(), n_samples)?;
        let transform = (self.of_coefficients).get_or_insert_with(|| RealFft::new(n_samples));
        without_mean(samples, &mut transform.input);
        let Coefficients { values, means } = coefficients;
        values.resize(n_samples / 2 + 1, Complex::default());
        transform.process(values);
        means.clear();
        means.push(0.0);
        Ok(())
    }

    /// X_0, which is in no bin, and the lines.
    fn cells(&self) -> Vec<Cell> {
        let bins = std::iter::once(u32::MAX).chain(0..self.n_bins() as u32);
        bins.map(|bin| Cell { bin, count: 1 }).collect()
    }

    fn is_planar(&self) -> bool {
        false
    }
}

/// Writes the samples less their mean: the mean is in X_0 alone, which is left
/// out, and without it f32 keeps its accuracy beside a large offset.
fn without_mean<T: Real>(samples: &[T], centred: &mut [T]) {
    let mean = T::of(lanes::sum(samples) / samples.len() as f64);
    lanes::on_vectors(
        #[inline(always)]
        || {
            // A copy, which no write can change.
            let offset = mean;
            for (slot, &sample) in centred.iter_mut().zip(samples) {
                *slot = sample - offset;
            }
        },
    );
}
