//! Real cepstra of frames.

use super::{Stft, StftConfig, Window};
use crate::data::{Axis, Plane, Real, Signal, Unit};
use crate::{Error, Result};
use ndarray::Array2;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::num_complex::Complex;
use std::sync::Arc;

/// Planned real cepstrum of frames of one length: irfft(ln |rfft(w x)|), the
/// spectrum of a log spectrum (Bogert, Healy and Tukey 1963; in this form
/// Oppenheim and Schafer 1989).
///
/// A spectrum that repeats every f0 (a voice, a string) has a peak at the
/// quefrency 1 / f0, and an echo has one at its delay. A real cepstrum is even,
/// so the values at n = 0..=N/2 are all there is: those above mirror them.
pub struct RealCepstrum<T: Real> {
    floor: T,
    /// What a frame's largest power is multiplied by to have its own floor.
    range: T,
    window: Vec<T>,
    forward: Arc<dyn RealToComplex<T>>,
    inverse: Arc<dyn ComplexToReal<T>>,
    frame: Vec<T>,
    spectrum: Vec<Complex<T>>,
    scratch: Vec<Complex<T>>,
}

impl<T: Real> RealCepstrum<T> {
    /// Plans for frames of `n_fft` samples.
    ///
    /// Powers |X|^2 under `floor` count as `floor`, so that a zero of the
    /// spectrum has a logarithm; 1e-10 is the floor of decibels in this crate.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for an `n_fft` below 2, and a floor
    /// (`log_floor`) that is not positive.
    pub fn new(n_fft: usize, window: Window, floor: f64) -> Result<Self> {
        if n_fft < 2 {
            return Err(Error::argument("n_fft", n_fft, "at least 2"));
        }
        if !(floor > 0.0 && floor.is_finite()) {
            return Err(Error::argument("log_floor", floor, "greater than 0"));
        }
        let mut planner = RealFftPlanner::new();
        let forward = planner.plan_fft_forward(n_fft);
        let inverse = planner.plan_fft_inverse(n_fft);
        let scratch_len = forward.get_scratch_len().max(inverse.get_scratch_len());
        Ok(Self {
            // In f32 a floor may be too small to be told from 0.
            floor: T::of(floor).max(T::min_positive_value()),
            range: T::of(0.0),
            window: window.values(n_fft).into_iter().map(T::of).collect(),
            frame: forward.make_input_vec(),
            spectrum: forward.make_output_vec(),
            scratch: vec![Complex::new(T::of(0.0), T::of(0.0)); scratch_len],
            forward,
            inverse,
        })
    }

    /// The same plan with powers more than `top_db` below the largest of their
    /// frame raised to that floor. What lies deeper is rounding: the 16 bits of a
    /// file put a comb under a pure tone, whose teeth outweigh the tone in a log
    /// spectrum.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] unless `top_db` is above 0.
    pub fn with_top_db(mut self, top_db: f64) -> Result<Self> {
        if !(top_db > 0.0 && top_db.is_finite()) {
            return Err(Error::argument("top_db", top_db, "greater than 0"));
        }
        self.range = T::of(10_f64.powf(-top_db / 10.0));
        Ok(self)
    }

    /// Samples per frame, N.
    pub fn n_fft(&self) -> usize {
        self.window.len()
    }

    /// Number of quefrencies, 1 + N/2 (rounded down).
    pub fn n_quefrencies(&self) -> usize {
        1 + self.n_fft() / 2
    }

    /// The quefrencies n / fs, in s.
    pub fn quefrency(&self, sample_rate: u32) -> Axis {
        Axis::Uniform {
            unit: Unit::Quefrency,
            start: 0.0,
            step: 1.0 / f64::from(sample_rate),
            len: self.n_quefrencies(),
        }
    }

    /// Writes the cepstrum c_n of a frame, n = 0..=N/2, into `cepstrum`.
    ///
    /// ```
    /// use cepstrum::spectral::{RealCepstrum, Window};
    /// // An echo of strength a after d samples: c_d = a / 2.
    /// let mut frame = [0.0_f64; 1024];
    /// (frame[0], frame[100]) = (1.0, 0.25);
    /// let mut plan = RealCepstrum::new(1024, Window::Rectangular, 1e-10)?;
    /// let mut cepstrum = vec![0.0; plan.n_quefrencies()];
    /// plan.process(&frame, &mut cepstrum)?;
    /// assert!((cepstrum[100] - 0.125).abs() < 1e-6);
    /// # Ok::<(), cepstrum::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Length`] where a slice has not the planned length.
    pub fn process(&mut self, frame: &[T], cepstrum: &mut [T]) -> Result<()> {
        Error::check_length("frame", frame.len(), self.n_fft())?;
        for ((slot, &sample), &weight) in self.frame.iter_mut().zip(frame).zip(&self.window) {
            *slot = sample * weight;
        }
        self.forward
            .process_with_scratch(&mut self.frame, &mut self.spectrum, &mut self.scratch)
            .expect("buffers were made by the plan");
        self.invert_log_magnitude(cepstrum)
    }

    /// Writes the cepstrum of a spectrum X_k, k = 0..=N/2, into `cepstrum`; for
    /// frames that are transformed already.
    ///
    /// # Errors
    /// [`Error::Length`] where a slice has not the planned length.
    pub fn of_spectrum(&mut self, spectrum: &[Complex<T>], cepstrum: &mut [T]) -> Result<()> {
        Error::check_length("spectrum", spectrum.len(), self.spectrum.len())?;
        self.spectrum.copy_from_slice(spectrum);
        self.invert_log_magnitude(cepstrum)
    }

    /// Writes the power cepstrum |irfft(ln |X|^2)|^2 = 4 c_n^2 of a frame
    /// (Bogert, Healy and Tukey 1963) into `power`.
    ///
    /// # Errors
    /// [`Error::Length`] where a slice has not the planned length.
    pub fn process_power(&mut self, frame: &[T], power: &mut [T]) -> Result<()> {
        self.process(frame, power)?;
        for value in power {
            *value = T::of(4.0) * *value * *value;
        }
        Ok(())
    }

    fn invert_log_magnitude(&mut self, cepstrum: &mut [T]) -> Result<()> {
        Error::check_length("cepstrum", cepstrum.len(), self.n_quefrencies())?;
        let (half, zero) = (T::of(0.5), T::of(0.0));
        let power_of = |value: &Complex<T>| value.re * value.re + value.im * value.im;
        let powers = self.spectrum.iter().map(power_of);
        let largest = powers.fold(zero, |most, p| if p > most { p } else { most });
        let floor = self.floor.max(largest * self.range);
        for value in &mut self.spectrum {
            let power = power_of(value);
            // NaN stays NaN.
            let floored = if power < floor { floor } else { power };
            *value = Complex::new(half * floored.ln(), zero);
        }
        self.inverse
            .process_with_scratch(&mut self.spectrum, &mut self.frame, &mut self.scratch)
            .expect("buffers were made by the plan, and the spectrum is real");
        let norm = T::of(1.0 / self.n_fft() as f64);
        for (slot, &value) in cepstrum.iter_mut().zip(&self.frame) {
            *slot = value * norm;
        }
        Ok(())
    }
}

/// The real cepstrum of each frame of a signal in f64, [quefrency, time], both
/// in s. Powers |X|^2 under `floor`, and those more than `top_db` under the
/// largest of their frame, count as that.
///
/// # Errors
/// [`Error::InvalidArgument`] naming the STFT setting, `log_floor` or `top_db`.
pub fn cepstrogram(
    signal: &Signal,
    config: &StftConfig,
    floor: f64,
    top_db: Option<f64>,
) -> Result<Plane> {
    let mut stft = Stft::<f64>::new(config.clone())?;
    // The STFT applies its own window.
    let mut plan = RealCepstrum::<f64>::new(config.n_fft, Window::Rectangular, floor)?;
    if let Some(top_db) = top_db {
        plan = plan.with_top_db(top_db)?;
    }
    let samples: Vec<f64> = signal.samples.iter().map(|&x| f64::from(x)).collect();
    let n_frames = config.n_frames(samples.len());
    let mut values = Array2::zeros((plan.n_quefrencies(), n_frames));
    let mut cepstrum = vec![0.0; plan.n_quefrencies()];
    let mut outcome = Ok(());
    stft.for_each_frame(&samples, |t, spectrum| {
        if outcome.is_ok() {
            outcome = plan.of_spectrum(spectrum, &mut cepstrum);
        }
        for (slot, &value) in values.column_mut(t).iter_mut().zip(&cepstrum) {
            *slot = value;
        }
    });
    outcome?;
    Ok(Plane {
        rows: plan.quefrency(signal.sample_rate),
        cols: Axis::Uniform {
            unit: Unit::Second,
            start: 0.0,
            step: config.hop_length as f64 / f64::from(signal.sample_rate),
            len: n_frames,
        },
        values,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cepstrum<T: Real>(frame: &[f64], window: Window, floor: f64) -> Vec<f64> {
        let frame: Vec<T> = frame.iter().map(|&x| T::of(x)).collect();
        let mut plan = RealCepstrum::<T>::new(frame.len(), window, floor).unwrap();
        let mut values = vec![T::of(0.0); plan.n_quefrencies()];
        plan.process(&frame, &mut values).unwrap();
        values.iter().map(|&x| x.into()).collect()
    }

    /// ln |1 + a z^-d| = sum over k of (-1)^(k+1) a^k / k cos(k d w): half of
    /// each term on either side of 0, folded by the length of the transform.
    fn echo_cepstrum(n_fft: usize, gain: f64, echo: f64, delay: usize) -> Vec<f64> {
        let mut values = vec![0.0; n_fft];
        values[0] = gain.ln();
        for k in 1..200 {
            let sign = if k % 2 == 1 { 1.0 } else { -1.0 };
            let term = sign * echo.powi(k) / (2 * k) as f64;
            let at = (k as usize * delay) % n_fft;
            values[at] += term;
            values[(n_fft - at) % n_fft] += term;
        }
        values.truncate(1 + n_fft / 2);
        values
    }

    #[test]
    fn an_echo_has_the_series_of_its_delay() {
        for (n_fft, delay) in [(1024, 64), (1024, 100), (1000, 37), (999, 50)] {
            let (gain, echo) = (3.0, 0.6);
            let mut frame = vec![0.0; n_fft];
            (frame[0], frame[delay]) = (gain, gain * echo);
            let expected = echo_cepstrum(n_fft, gain, echo, delay);
            let got = cepstrum::<f64>(&frame, Window::Rectangular, 1e-10);
            let fast = cepstrum::<f32>(&frame, Window::Rectangular, 1e-10);
            assert_eq!(got.len(), expected.len());
            for n in 0..got.len() {
                assert!((got[n] - expected[n]).abs() < 1e-13, "{n_fft} {n}");
                assert!((fast[n] - expected[n]).abs() < 1e-6, "{n_fft} {n}");
            }
            let peak = (1..got.len()).max_by(|&a, &b| got[a].total_cmp(&got[b]));
            assert_eq!(peak, Some(delay));
        }
    }

    #[test]
    fn an_echo_of_noise_peaks_at_its_delay() {
        let (n, delay) = (8192, 441);
        let noise = uniform_noise(n + delay);
        let frame: Vec<f64> = (delay..n + delay)
            .map(|i| noise[i] + 0.7 * noise[i - delay])
            .collect();
        let got = cepstrum::<f64>(&frame, Window::Hann, 1e-10);
        let peak = (50..got.len()).max_by(|&a, &b| got[a].total_cmp(&got[b]));
        assert_eq!(peak, Some(delay));
    }

    /// Uniform noise from a linear congruential generator (Knuth's MMIX).
    fn uniform_noise(n: usize) -> Vec<f64> {
        let mut state = 1_u64;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
        };
        (0..n).map(|_| next()).collect()
    }

    #[test]
    fn a_harmonic_tone_peaks_at_its_period() {
        for rate in [8000_u32, 16000, 22050, 44100, 48000] {
            let n = (0.08 * f64::from(rate)) as usize;
            // Up to 4 kHz as in a voice: between two samples the peak of a comb up
            // to Nyquist is lower than that of twice its period on a sample.
            let tone = |i: usize| -> f64 {
                let phase = std::f64::consts::TAU * 200.0 * i as f64 / f64::from(rate);
                (1..20).map(|h| (f64::from(h) * phase).cos()).sum()
            };
            let frame: Vec<f64> = (0..n).map(tone).collect();
            let mut plan = RealCepstrum::<f64>::new(n, Window::Hann, 1e-10).unwrap();
            let mut values = vec![0.0; plan.n_quefrencies()];
            plan.process(&frame, &mut values).unwrap();
            let quefrency = plan.quefrency(rate);
            assert_eq!(quefrency.unit(), Unit::Quefrency);
            let peak = quefrency
                .values()
                .into_iter()
                .zip(values)
                .filter(|(q, _)| *q > 0.002)
                .max_by(|a, b| a.1.total_cmp(&b.1))
                .unwrap()
                .0;
            // The nearest sample to 5 ms, or either of two.
            assert!(
                (peak - 0.005).abs() * f64::from(rate) < 0.5 + 1e-9,
                "{peak}"
            );
        }
    }

    #[test]
    fn silence_is_the_floor_and_level_is_in_c0_alone() {
        let silent = cepstrum::<f64>(&[0.0; 64], Window::Hann, 1e-6);
        assert!((silent[0] - 0.5 * 1e-6_f64.ln()).abs() < 1e-12);
        assert!(silent[1..].iter().all(|c| c.abs() < 1e-12));
        let silent = cepstrum::<f32>(&[0.0; 64], Window::Hann, 1e-300);
        assert!(silent.iter().all(|c| c.is_finite()));
        let noise = uniform_noise(64);
        let louder: Vec<f64> = noise.iter().map(|x| 10.0 * x).collect();
        let quiet = cepstrum::<f64>(&noise, Window::Hann, 1e-10);
        let loud = cepstrum::<f64>(&louder, Window::Hann, 1e-10);
        assert!((loud[0] - quiet[0] - 10.0_f64.ln()).abs() < 1e-12);
        assert!((1..33).all(|n| (loud[n] - quiet[n]).abs() < 1e-12));
    }

    #[test]
    fn the_power_cepstrum_is_four_times_the_square() {
        let frame = uniform_noise(128);
        let mut plan = RealCepstrum::<f64>::new(128, Window::Hann, 1e-10).unwrap();
        let (mut real, mut power) = (vec![0.0; 65], vec![0.0; 65]);
        plan.process(&frame, &mut real).unwrap();
        plan.process_power(&frame, &mut power).unwrap();
        for (real, power) in real.iter().zip(power) {
            assert!((power - (2.0 * real).powi(2)).abs() <= 1e-15 * power);
        }
    }

    #[test]
    fn a_cepstrogram_holds_the_cepstra_of_frames() {
        let samples: Vec<f32> = uniform_noise(3000).iter().map(|&x| x as f32).collect();
        let signal = Signal {
            samples,
            sample_rate: 8000,
        };
        let config = StftConfig::new(512, 128);
        let plane = cepstrogram(&signal, &config, 1e-10, None).unwrap();
        assert_eq!(plane.values.dim(), (257, 1 + 3000 / 128));
        // Frame 4 starts at 4 * 128 - 256.
        let frame: Vec<f64> = signal.samples[256..768].iter().map(|&x| x.into()).collect();
        let expected = cepstrum::<f64>(&frame, Window::Hann, 1e-10);
        for (got, expected) in plane.values.column(4).iter().zip(expected) {
            assert!((got - expected).abs() < 1e-12);
        }
        assert!((plane.cols.values()[4] - 0.064).abs() < 1e-15);
        assert!((plane.rows.values()[40] - 0.005).abs() < 1e-15);
    }

    #[test]
    fn wrong_lengths_and_settings_are_errors() {
        let mut plan = RealCepstrum::<f64>::new(8, Window::Hann, 1e-10).unwrap();
        for (frame, out) in [(7, 5), (8, 4), (8, 8)] {
            let error = plan.process(&vec![1.0; frame], &mut vec![0.0; out]);
            assert!(matches!(error, Err(Error::Length { .. })));
        }
        for (n_fft, floor, name) in [
            (1, 1e-10, "n_fft"),
            (8, 0.0, "log_floor"),
            (8, f64::NAN, "log_floor"),
        ] {
            let error = RealCepstrum::<f64>::new(n_fft, Window::Hann, floor);
            let error = error.err().unwrap().to_string();
            assert!(error.starts_with(name), "{error}");
        }
    }
}
