use std::f64::consts::TAU;

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
pub fn derived_seed(seed: u64, index: u64) -> u64 {
    output(seed.wrapping_add(STEP.wrapping_mul(index.wrapping_add(1))))
}

/// Uniform numbers in [0, 1) with 53 random bits.
pub fn uniform(seed: u64) -> impl Iterator<Item = f64> {
    const LSB: f64 = 1.0 / (1_u64 << 53) as f64;
    splitmix64(seed).map(|z| (z >> 11) as f64 * LSB)
}

/// The endless standard Gaussian numbers of `seed` (Box & Muller 1958): each
/// pair of uniforms gives a cosine value and then a sine value.
///
/// Values agree between platforms to about 1e-15, not to the bit: they depend
/// on the mathematics library's logarithm and cosine.
///
/// ```
/// use cepstrum::synth::gaussian;
/// let third = gaussian(1).nth(2).unwrap();
/// assert!((third + 2.500_067_493_369_868).abs() < 1e-12);
/// ```
pub fn gaussian(seed: u64) -> impl Iterator<Item = f64> {
    let mut uniform = uniform(seed);
    std::iter::from_fn(move || Some([uniform.next()?, uniform.next()?])).flat_map(|[u1, u2]| {
        let radius = (-2.0 * (1.0 - u1).ln()).sqrt();
        [radius * (TAU * u2).cos(), radius * (TAU * u2).sin()]
    })
}

/// The first `n` numbers of [`gaussian`].
pub fn gauss(seed: u64, n: usize) -> Vec<f64> {
    let mut values = Vec::with_capacity(n);
    values.extend(gaussian(seed).take(n));
    values
}
