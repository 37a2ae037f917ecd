use std::f64::consts::TAU;

/// The endless splitmix64 sequence of `seed` (Steele, Lea & Flood 2014).
///
/// ```
/// use cepstrum::synth::splitmix64;
/// assert_eq!(splitmix64(42).next(), Some(0xbdd732262feb6e95));
/// ```
pub fn splitmix64(seed: u64) -> impl Iterator<Item = u64> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    })
}

/// Uniform numbers in [0, 1) with 53 random bits.
pub fn uniform(seed: u64) -> impl Iterator<Item = f64> {
    const LSB: f64 = 1.0 / (1_u64 << 53) as f64;
    splitmix64(seed).map(|z| (z >> 11) as f64 * LSB)
}

/// `n` standard Gaussian numbers (Box & Muller 1958): each pair of uniforms
/// gives a cosine value and then a sine value.
///
/// Values agree between platforms to about 1e-15, not to the bit: they depend
/// on the mathematics library's logarithm and cosine.
pub fn gauss(seed: u64, n: usize) -> Vec<f64> {
    let mut uniform = uniform(seed);
    let mut values = Vec::with_capacity(n + 1);
    while values.len() < n {
        let (Some(u1), Some(u2)) = (uniform.next(), uniform.next()) else {
            break;
        };
        let radius = (-2.0 * (1.0 - u1).ln()).sqrt();
        values.push(radius * (TAU * u2).cos());
        values.push(radius * (TAU * u2).sin());
    }
    values.truncate(n);
    values
}
