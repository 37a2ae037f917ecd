//! Null models of recordings: random phases, shuffles, modulated noise.

use super::noise::uniform_at;
use super::{coloured_noise, derived_seed, gauss, uniform};
use crate::lanes;
use crate::{Error, Result};
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::num_complex::Complex;
use std::sync::Arc;

/// Planned phase-randomised surrogates of segments of one length: the same
/// power at every frequency, phases drawn anew, so that whatever a signal has
/// beyond its power spectrum (onsets, rhythm, harmonics that move together) is
/// gone (Theiler et al. 1992).
///
/// ```
/// use cepstrum::synth::{Surrogate, gauss};
/// let segment = gauss(1, 64);
/// let mut surrogate = vec![0.0; 64];
/// Surrogate::new(64).process(&segment, 7, &mut surrogate)?;
/// let energy = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>();
/// assert!((energy(&segment) - energy(&surrogate)).abs() < 1e-12 * energy(&segment));
/// # Ok::<(), cepstrum::Error>(())
/// ```
pub struct Surrogate {
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
    input: Vec<f64>,
    spectrum: Vec<Complex<f64>>,
    turned: Vec<Complex<f64>>,
    scratch: Vec<Complex<f64>>,
}

impl Surrogate {
    /// Plans for segments of `n` samples.
    pub fn new(n: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        let forward = planner.plan_fft_forward(n);
        let inverse = planner.plan_fft_inverse(n);
        let scratch = forward.get_scratch_len().max(inverse.get_scratch_len());
        Self {
            input: forward.make_input_vec(),
            spectrum: forward.make_output_vec(),
            turned: forward.make_output_vec(),
            scratch: vec![Complex::default(); scratch],
            inverse,
            forward,
        }
    }

    /// Writes a surrogate of `segment` into `out`. Mean and, at even lengths, the
    /// Nyquist component stay as they are.
    ///
    /// # Errors
    /// [`Error::Length`] where a slice has not the planned length.
    pub fn process(&mut self, segment: &[f64], seed: u64, out: &mut [f64]) -> Result<()> {
        self.load(segment)?;
        self.draw(seed, out)
    }

    /// Takes in the segment that [`Self::draw`] makes surrogates of.
    ///
    /// # Errors
    /// [`Error::Length`] where it has not the planned length.
    pub fn load(&mut self, segment: &[f64]) -> Result<()> {
        Error::check_length("segment", segment.len(), self.input.len())?;
        self.input.copy_from_slice(segment);
        self.forward
            .process_with_scratch(&mut self.input, &mut self.spectrum, &mut self.scratch)
            .expect("buffers were made by the plan");
        Ok(())
    }

    /// Writes a surrogate of the segment that was loaded last into `out`.
    ///
    /// # Errors
    /// [`Error::Length`] where `out` has not the planned length.
    pub fn draw(&mut self, seed: u64, out: &mut [f64]) -> Result<()> {
        let n = self.input.len();
        Error::check_length("out", out.len(), n)?;
        let last = self.spectrum.len() - usize::from(n.is_multiple_of(2));
        self.turned.copy_from_slice(&self.spectrum);
        lanes::on_vectors(
            #[inline(always)]
            || {
                let scale = 1.0 / n as f64;
                for value in &mut self.turned {
                    *value *= scale;
                }
                for (value, i) in self.turned[1..last].iter_mut().zip(0..) {
                    let (cos, sin) = lanes::cos_sin_of_turn(uniform_at(seed, i));
                    *value *= Complex::new(cos, sin);
                }
            },
        );
        self.inverse
            .process_with_scratch(&mut self.turned, out, &mut self.scratch)
            .expect("lengths were checked, and DC and Nyquist stay real");
        Ok(())
    }
}

/// A permutation of 0..n (Fisher & Yates), the same for the same seed.
///
/// ```
/// let mut order = cepstrum::synth::permutation(5, 3);
/// order.sort();
/// assert_eq!(order, [0, 1, 2, 3, 4]);
/// ```
pub fn permutation(n: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    for (i, u) in (1..n).rev().zip(uniform(seed)) {
        order.swap(i, (u * (i + 1) as f64) as usize);
    }
    order
}

/// Noise with a modulated level: white noise times exp(depth m), where m is a
/// Gaussian process of unit variance with power ~ f^-1 below `f_highest`
/// (cycles per sample) and none above. Its bands rise and fall together as
/// music's do (Voss & Clarke 1975).
pub fn modulated_noise(seed: u64, n: usize, depth: f64, f_highest: f64) -> Vec<f64> {
    // A slow process is a coloured one of few samples, interpolated.
    let n_slow = ((2.0 * f_highest * n as f64).ceil() as usize).clamp(4, n);
    let slow = coloured_noise(derived_seed(seed, 1), n_slow, 1.0);
    let level = |i: usize| {
        let at = i as f64 * n_slow as f64 / n as f64;
        let (left, share) = (at as usize, at.fract());
        let right = (left + 1) % n_slow;
        (1.0 - share) * slow[left % n_slow] + share * slow[right]
    };
    let carrier = gauss(derived_seed(seed, 0), n);
    carrier
        .into_iter()
        .enumerate()
        .map(|(i, x)| x * (depth * level(i)).exp())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::chirp;

    fn power(x: &[f64]) -> Vec<f64> {
        let mut planner = RealFftPlanner::new();
        let plan = planner.plan_fft_forward(x.len());
        let (mut input, mut output) = (x.to_vec(), plan.make_output_vec());
        plan.process(&mut input, &mut output).unwrap();
        output.iter().map(|c| c.norm_sqr()).collect()
    }

    #[test]
    fn surrogates_keep_every_power_and_change_the_order() {
        for n in [63, 64, 1000] {
            let x = chirp(n, n as f64, 1.0, n as f64 / 3.0, 0.7);
            let mut plan = Surrogate::new(n);
            let (mut a, mut b, mut again) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
            plan.process(&x, 1, &mut a).unwrap();
            plan.process(&x, 2, &mut b).unwrap();
            plan.process(&x, 1, &mut again).unwrap();
            assert_eq!(a, again);
            assert!(plan.process(&x[1..], 1, &mut a).is_err());
            assert!(a != b);
            let largest = power(&x).into_iter().fold(0.0, f64::max);
            for (got, expected) in power(&a).iter().zip(power(&x)) {
                assert!((got - expected).abs() < 1e-12 * largest);
            }
            let product: f64 = a.iter().zip(&x).map(|(a, x)| a * x).sum();
            let energy: f64 = x.iter().map(|x| x * x).sum();
            assert!(product.abs() < 0.6 * energy, "{n}: {}", product / energy);
        }
    }

    #[test]
    fn permutations_are_even() {
        let mut first = [0; 6];
        for seed in 0..6000 {
            let order = permutation(6, seed);
            first[order[0]] += 1;
        }
        // Binomial with mean 1000, deviation 29.
        assert!(first.iter().all(|n| (850..1150).contains(n)), "{first:?}");
        assert_eq!(permutation(0, 1), Vec::<usize>::new());
    }

    #[test]
    fn modulated_noise_has_a_level_that_wanders() {
        let x = modulated_noise(4, 40_000, 1.0, 0.001);
        let levels: Vec<f64> = x
            .chunks(400)
            .map(|c| (c.iter().map(|x| x * x).sum::<f64>() / 400.0).ln())
            .collect();
        let mean = levels.iter().sum::<f64>() / 100.0;
        let spread = levels.iter().map(|l| (l - mean).powi(2)).sum::<f64>() / 100.0;
        // Of stationary noise: 2 / 400.
        assert!(spread > 0.5, "{spread}");
    }
}
