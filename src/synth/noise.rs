//! Seeded random numbers, the same on every platform.

use crate::lanes;

/// What splitmix64 adds to its state before each output.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// The endless splitmix64 sequence of `seed` (Steele, Lea & Flood 2014).
///
/// ```
/// use cepstrum::synth::splitmix64;
/// assert_eq!(splitmix64(42).next(), Some(0xbdd732262feb6e95));
/// ```
pub fn splitmix64(seed: u64) -> impl Iterator<Item = u64> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state.wrapping_add(STEP);
        output(state)
    })
}

#[inline(always)]
fn output(state: u64) -> u64 {
    let mut z = state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The seed of the item `index` of a numbered set: the `index`-th output,
/// counted from 0, of [`splitmix64`] from `seed`.
///
/// Different items never share a seed, and no item depends on how many others
/// there are.
///
/// ```
/// use cepstrum::synth::{derived_seed, splitmix64};
/// assert_eq!(Some(derived_seed(42, 3)), splitmix64(42).nth(3));
/// ```
#[inline]
pub fn derived_seed(seed: u64, index: u64) -> u64 {
    output(seed.wrapping_add(STEP.wrapping_mul(index.wrapping_add(1))))
}

/// Uniform numbers in [0, 1) with 53 random bits.
pub fn uniform(seed: u64) -> impl Iterator<Item = f64> {
    splitmix64(seed).map(fraction)
}

/// Number `index`, counted from 0, of [`uniform`].
#[inline(always)]
pub(super) fn uniform_at(seed: u64, index: u64) -> f64 {
    fraction(derived_seed(seed, index))
}

#[inline(always)]
fn fraction(bits: u64) -> f64 {
    const LSB: f64 = 1.0 / (1_u64 << 53) as f64;
    (bits >> 11) as f64 * LSB
}

/// Gaussian numbers that are made at once.
const BLOCK: usize = 128;

/// The endless standard Gaussian numbers of `seed` (Box & Muller 1958): each
/// pair of uniforms gives a cosine value and then a sine value. The same to the
/// bit on every platform.
///
/// ```
/// use cepstrum::synth::gaussian;
/// let third = gaussian(1).nth(2).unwrap();
/// assert!((third + 2.500_067_493_369_868).abs() < 1e-12);
/// ```
pub fn gaussian(seed: u64) -> impl Iterator<Item = f64> {
    let firsts = (0..).step_by(BLOCK);
    firsts.flat_map(move |first| gaussian_block(seed, first))
}

fn gaussian_block(seed: u64, first: u64) -> [f64; BLOCK] {
    let mut values = [0.0; BLOCK];
    lanes::on_vectors(
        #[inline(always)]
        || {
            let (pairs, _) = values.as_chunks_mut::<2>();
            for (pair, i) in pairs.iter_mut().zip(0..) {
                let at = first + 2 * i;
                let radius = (-2.0 * lanes::ln(1.0 - uniform_at(seed, at))).sqrt();
                let (cos, sin) = lanes::cos_sin_of_turn(uniform_at(seed, at + 1));
                *pair = [radius * cos, radius * sin];
            }
        },
    );
    values
}

/// The first `n` numbers of [`gaussian`].
pub fn gauss(seed: u64, n: usize) -> Vec<f64> {
    let mut values = Vec::with_capacity(n);
    values.extend(gaussian(seed).take(n));
    values
}

/// Adds Gaussian noise of standard deviation `sigma`: x + sigma eps, with the
/// numbers eps of [`gaussian`] in order.
///
/// ```
/// use cepstrum::synth::{add_noise, gauss};
/// let mut values = [1.0, 1.0];
/// add_noise(&mut values, 0.5, 7);
/// assert_eq!(values[1], 1.0 + 0.5 * gauss(7, 2)[1]);
/// ```
pub fn add_noise(values: &mut [f64], sigma: f64, seed: u64) {
    for (value, noise) in values.iter_mut().zip(gaussian(seed)) {
        *value += sigma * noise;
    }
}
