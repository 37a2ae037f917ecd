//! Chirps and amplitude-modulated tones.

use std::f64::consts::TAU;

/// A linear chirp of `n` samples from `f_start` to `f_end` Hz:
/// amplitude * sin(2 pi (f_start t + (f_end - f_start) t^2 / (2 T))).
pub fn chirp(n: usize, sample_rate: f64, f_start: f64, f_end: f64, amplitude: f64) -> Vec<f64> {
    let duration = n as f64 / sample_rate;
    (0..n)
        .map(|i| {
            let t = i as f64 / sample_rate;
            let cycles = f_start * t + (f_end - f_start) * t * t / (2.0 * duration);
            amplitude * (TAU * cycles).sin()
        })
        .collect()
}

/// An amplitude-modulated tone of `n` samples:
/// amplitude * (1 + depth cos(2 pi f_modulation t)) * sin(2 pi f_carrier t).
pub fn am_tone(
    n: usize,
    sample_rate: f64,
    f_carrier: f64,
    f_modulation: f64,
    depth: f64,
    amplitude: f64,
) -> Vec<f64> {
    (0..n)
        .map(|i| {
            let t = i as f64 / sample_rate;
            let envelope = 1.0 + depth * (TAU * f_modulation * t).cos();
            amplitude * envelope * (TAU * f_carrier * t).sin()
        })
        .collect()
}
