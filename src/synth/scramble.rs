//! A sound scrambled along one axis: what it has along that axis is gone, and all
//! else stays.

use super::{permutation, splitmix64, uniform};
use crate::lanes;
use crate::{Error, Result};
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::num_complex::Complex;
use std::f64::consts::FRAC_PI_2;
use std::sync::Arc;

/// The 64-bit FNV-1a hash of a text's UTF-8 (Fowler, Noll & Vo).
///
/// ```
/// assert_eq!(cepstrum::synth::fnv1a("a"), 0xaf63_dc4c_8601_ec8c);
/// ```
pub fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

/// The seed of a scrambled segment: it depends on the name of the source, the
/// number of the segment and the axis (1 time, 2 frequency), and on nothing else
/// that is measured.
pub fn scramble_seed(seed: u64, name: &str, segment: u64, axis: u64) -> u64 {
    let words = [fnv1a(name), segment, axis];
    words.into_iter().fold(seed, |z, word| {
        splitmix64(z ^ word).next().unwrap_or_default()
    })
}

/// Planned scrambling in time of segments of one length: blocks in random order,
/// cross-faded by sines whose powers add up to 1, so that spectrum and contrast stay,
/// and whatever lasts longer than a block goes.
///
/// ```
/// use cepstrum::synth::{ScrambleTime, gauss};
/// let noise: Vec<f32> = gauss(1, 4096).into_iter().map(|x| x as f32).collect();
/// let mut out = vec![0.0; 4096];
/// ScrambleTime::new(4096, 64)?.process(&noise, 7, &mut out)?;
/// let energy = |x: &[f32]| x.iter().map(|x| x * x).sum::<f32>();
/// assert!((energy(&out) / energy(&noise) - 1.0).abs() < 0.1);
/// # Ok::<(), cepstrum::Error>(())
/// ```
pub struct ScrambleTime {
    n_samples: usize,
    block: usize,
    /// Rising over one block, falling over the next.
    fade: Vec<f64>,
    /// The samples, and the first ones once more.
    samples: Vec<f32>,
    sums: Vec<f64>,
}

impl ScrambleTime {
    /// Plans for segments of `n_samples`, in blocks of `block` samples.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a block of no samples or of more than there
    /// are.
    pub fn new(n_samples: usize, block: usize) -> Result<Self> {
        if block == 0 || block > n_samples {
            let requirement = format!("from 1 to {n_samples}, the samples of a segment");
            return Err(Error::argument("block", block, requirement));
        }
        let fade = (0..2 * block).map(|i| (FRAC_PI_2 * (i as f64 + 0.5) / block as f64).sin());
        Ok(Self {
            fade: fade.collect(),
            samples: Vec::with_capacity(n_samples + 2 * block),
            sums: vec![0.0; n_samples / block * block],
            n_samples,
            block,
        })
    }

    /// Writes `samples` into `out`, scrambled. Samples that fill no block are left
    /// out, and `out` repeats from where they would be.
    ///
    /// # Errors
    /// [`Error::Length`] where a slice has not the planned length.
    pub fn process(&mut self, samples: &[f32], seed: u64, out: &mut [f32]) -> Result<()> {
        let (n, block) = (self.n_samples, self.block);
        Error::check_length("samples", samples.len(), n)?;
        Error::check_length("out", out.len(), n)?;
        let n_blocks = n / block;
        let (rising, falling) = self.fade.split_at(block);
        self.sums.fill(0.0);
        self.samples.clear();
        let again = samples.iter().cycle().take(2 * block);
        self.samples.extend(samples.iter().chain(again));
        for (to, from) in permutation(n_blocks, seed).into_iter().enumerate() {
            let source = &self.samples[from * block..(from + 2) * block];
            let (first, second) = source.split_at(block);
            let next = (to + 1) % n_blocks;
            for (at, fade, source) in [(to, rising, first), (next, falling, second)] {
                let slots = &mut self.sums[at * block..(at + 1) * block];
                for ((slot, weight), &sample) in slots.iter_mut().zip(fade).zip(source) {
                    *slot += f64::from(sample) * weight;
                }
            }
        }
        for (out, &sum) in out.iter_mut().zip(self.sums.iter().cycle()) {
            *out = sum as f32;
        }
        Ok(())
    }
}

/// Planned shifts of frequency intervals against each other, of segments of one
/// length: each interval moves in time, circularly, by its own random amount, so
/// that the spectrum and each band's course stay, and what bands have in common
/// goes.
pub struct ScrambleFrequency {
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    samples: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    /// First line of each interval, and one past the last of all.
    starts: Vec<usize>,
}

impl ScrambleFrequency {
    /// Plans for segments of `n_samples`, cut at the frequencies `edges`, rising,
    /// in the unit of `sample_rate`.
    pub fn new(n_samples: usize, edges: &[f64], sample_rate: f64) -> Self {
        let mut planner = RealFftPlanner::new();
        let forward = planner.plan_fft_forward(n_samples);
        let inverse = planner.plan_fft_inverse(n_samples);
        let scratch = forward.get_scratch_len().max(inverse.get_scratch_len());
        let line = |k: usize| k as f64 * sample_rate / n_samples as f64;
        let spectrum = forward.make_output_vec();
        // DC and, at even lengths, Nyquist stay.
        let last = spectrum.len() - usize::from(n_samples.is_multiple_of(2));
        let lines: Vec<usize> = (1..last.max(1)).collect();
        let start = |edge: &f64| 1 + lines.partition_point(|k| line(*k) < *edge);
        let starts = std::iter::once(1).chain(edges.iter().map(start));
        Self {
            starts: starts.chain([last.max(1)]).collect(),
            samples: forward.make_input_vec(),
            spectrum,
            scratch: vec![Complex::default(); scratch],
            forward,
            inverse,
        }
    }

    /// Writes `samples` into `out`, scrambled. DC and Nyquist stay.
    ///
    /// # Errors
    /// [`Error::Length`] where a slice has not the planned length.
    pub fn process(&mut self, samples: &[f32], seed: u64, out: &mut [f32]) -> Result<()> {
        let n = self.samples.len();
        Error::check_length("samples", samples.len(), n)?;
        Error::check_length("out", out.len(), n)?;
        self.samples.copy_from_slice(samples);
        self.forward
            .process_with_scratch(&mut self.samples, &mut self.spectrum, &mut self.scratch)
            .expect("buffers were made by the plan");
        for (interval, u) in self.starts.windows(2).zip(uniform(seed)) {
            let (first, end) = (interval[0], interval[1]);
            let shift = (u * n as f64) as usize;
            // Without whole turns, so that they cost no accuracy.
            let turn = |samples: usize| {
                let (cos, sin) = lanes::cos_sin_of_turn((samples % n) as f64 / n as f64);
                Complex::new(cos, -sin)
            };
            let step = turn(shift);
            let mut factor = turn(first * shift);
            for value in &mut self.spectrum[first..end] {
                *value *= Complex::new(factor.re as f32, factor.im as f32);
                factor *= step;
            }
        }
        self.inverse
            .process_with_scratch(&mut self.spectrum, &mut self.samples, &mut self.scratch)
            .expect("buffers were made by the plan, and DC and Nyquist stay real");
        let scale = 1.0 / n as f32;
        for (out, sample) in out.iter_mut().zip(&self.samples) {
            *out = sample * scale;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::gauss;

    fn noise(seed: u64, n: usize) -> Vec<f32> {
        gauss(seed, n).into_iter().map(|x| x as f32).collect()
    }

    #[test]
    fn one_interval_is_one_circular_shift() {
        let samples = noise(5, 100);
        // All lines but DC and Nyquist lie in interval 1.
        let mut plan = ScrambleFrequency::new(100, &[0.5], 100.0);
        let mut out = vec![0.0; 100];
        plan.process(&samples, 9, &mut out).unwrap();
        let shift = (uniform(9).nth(1).unwrap() * 100.0) as usize;
        let nyquist = |x: &[f32]| {
            let signs = x.iter().zip([1.0, -1.0].into_iter().cycle());
            signs.map(|(x, sign)| x * sign).sum::<f32>() / 100.0
        };
        // Nyquist stays where the rest moves.
        let parity = if shift.is_multiple_of(2) { 0.0 } else { 2.0 };
        for i in 0..100 {
            let sign = if i % 2 == 0 { 1.0 } else { -1.0 };
            let expected = samples[(i + 100 - shift) % 100] + parity * sign * nyquist(&samples);
            assert!((out[i] - expected).abs() < 1e-5, "{i}");
        }
        assert!(plan.process(&samples[1..], 1, &mut out).is_err());
    }

    #[test]
    fn blocks_in_their_own_order_fade_into_one_another() {
        // One block: the fades of its halves overlap, circularly.
        let samples = noise(2, 10);
        let mut out = vec![0.0; 10];
        let mut plan = ScrambleTime::new(10, 10).unwrap();
        plan.process(&samples, 3, &mut out).unwrap();
        for i in 0..10 {
            let at = |i: usize| (FRAC_PI_2 * (i as f64 + 0.5) / 10.0).sin();
            let expected = f64::from(samples[i]) * (at(i) + at(i + 10));
            assert!((f64::from(out[i]) - expected).abs() < 1e-6);
        }
        assert!(plan.process(&samples[1..], 3, &mut out).is_err());
        assert!(ScrambleTime::new(10, 11).is_err() && ScrambleTime::new(10, 0).is_err());
    }
}
