use crate::data::Real;
use rustfft::num_complex::Complex;

/// Samples this near to 0 count as 0, which counts as positive (librosa's
/// `zero_crossings`).
const ZERO: f64 = 1e-10;

/// The features of one frame x of N samples with magnitudes S_k = |STFT_k| at
/// the frequencies f_k.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FrameValues {
    /// Root mean square, sqrt(sum x^2 / N), full scale 1; zeros stand in beyond
    /// the ends of the signal.
    pub rms: f64,
    /// Changes of sign between neighbours divided by N; the end samples stand in
    /// beyond the ends. A sample within 1e-10 of 0 counts as positive.
    pub zero_crossing_rate: f64,
    /// Spectral centroid c = sum f S / sum S, Hz; 0 for silence.
    pub spectral_centroid: f64,
    /// Spectral bandwidth sqrt(sum (f - c)^2 S / sum S), Hz; 0 for silence.
    pub spectral_bandwidth: f64,
    /// Lowest f_k under which, itself included, `roll_percent` of sum S lies,
    /// Hz; 0 for silence.
    pub rolloff: f64,
}

/// Buffers of one spectrum.
pub(super) struct Measure<T> {
    power: Vec<T>,
    magnitude: Vec<f64>,
}

impl<T: Real> Measure<T> {
    pub fn new(n_bins: usize) -> Self {
        Self {
            power: vec![T::of(0.0); n_bins],
            magnitude: vec![0.0; n_bins],
        }
    }

    /// The powers of the spectrum that was measured last.
    pub fn power(&self) -> &[T] {
        &self.power
    }

    /// The spectral part of a frame's values; the rest is 0.
    pub fn spectral(
        &mut self,
        spectrum: &[Complex<T>],
        hz_per_bin: f64,
        roll_percent: f64,
    ) -> FrameValues {
        let (mut sum, mut moment) = (0.0, 0.0);
        for (k, value) in spectrum.iter().enumerate() {
            let power = value.re * value.re + value.im * value.im;
            let magnitude: f64 = power.sqrt().into();
            self.power[k] = power;
            self.magnitude[k] = magnitude;
            sum += magnitude;
            moment += k as f64 * magnitude;
        }
        let silent = sum < f64::MIN_POSITIVE;
        let centroid = if silent { 0.0 } else { moment / sum };
        let (mut spread, mut below) = (0.0, 0.0);
        let mut roll_bin = None;
        for (k, &magnitude) in self.magnitude.iter().enumerate() {
            spread += (k as f64 - centroid).powi(2) * magnitude;
            below += magnitude;
            if roll_bin.is_none() && below >= roll_percent * sum {
                roll_bin = Some(k);
            }
        }
        let bandwidth = if silent { 0.0 } else { (spread / sum).sqrt() };
        FrameValues {
            rms: 0.0,
            zero_crossing_rate: 0.0,
            spectral_centroid: centroid * hz_per_bin,
            spectral_bandwidth: bandwidth * hz_per_bin,
            // No bin at all where magnitudes are not numbers.
            rolloff: roll_bin.map_or(f64::NAN, |k| k as f64 * hz_per_bin),
        }
    }
}

pub(super) fn is_negative<T: Real>(sample: T) -> bool {
    sample < T::of(-ZERO)
}

pub(super) fn rms<T: Real>(frame: &[T]) -> f64 {
    let square = |&x: &T| -> f64 {
        let x: f64 = x.into();
        x * x
    };
    (frame.iter().map(square).sum::<f64>() / frame.len() as f64).sqrt()
}

pub(super) fn crossing_rate(negative: &[bool]) -> f64 {
    let crossings = negative.windows(2).filter(|pair| pair[0] != pair[1]);
    crossings.count() as f64 / negative.len() as f64
}
