//! The mean spectrum of photographs, for reports that have none of their own.
//!
//! Made by `cepstrum analyze --photos <130 photographs> --side 224` with default
//! settings: the green channel of 224 x 224 crops, RAPSD, mean ln P over photos,
//! less the logarithm's bias psi(nu) - ln nu, nu = dof / 2, divided by the
//! variance of all values. Numbers only; a test makes them again where the
//! photographs are at hand.

/// What the photographs are.
pub(super) const SOURCE: &str =
    "built in: 130 photographs (BSDS500, Imagenette, Kodak and free wallpapers)";
/// Number of photographs.
pub(super) const N_PHOTOS: usize = 130;
/// Exponent of their debiased law.
pub(super) const ALPHA: f64 = 2.839455;
/// Its standard error, a jackknife over photographs.
pub(super) const ALPHA_STD_ERROR: f64 = 0.039556;
/// First frequency, cycles per pixel.
const F_MIN: f64 = 1.0 / 224.0;
/// Last frequency: the last ring within the Nyquist frequency.
const F_MAX: f64 = 111.0 / 224.0;

/// ln of the frequencies of [`LOG_POWER`], cycles per pixel, even.
pub(super) fn log_frequency() -> Vec<f64> {
    let (low, high) = (F_MIN.ln(), F_MAX.ln());
    let step = (high - low) / (LOG_POWER.len() - 1) as f64;
    (0..LOG_POWER.len())
        .map(|k| low + k as f64 * step)
        .collect()
}

/// ln of the expected power of photographs of unit variance, linear in ln f
/// between rings.
pub(super) const LOG_POWER: [f64; 48] = [
    7.0118, 6.8250, 6.6382, 6.4514, 6.2646, 6.0778, 5.8910, 5.7039, 5.5128, 5.3218, 5.1308, 4.9358,
    4.6339, 4.3320, 4.0490, 3.8615, 3.6739, 3.4114, 3.1523, 2.9540, 2.7022, 2.4219, 2.1743, 1.9501,
    1.7061, 1.4857, 1.1732, 0.9430, 0.6775, 0.4309, 0.2113, -0.0446, -0.2717, -0.5239, -0.8169,
    -1.0353, -1.2779, -1.5190, -1.7861, -2.0357, -2.2913, -2.5931, -2.8812, -3.1893, -3.5403,
    -3.9513, -4.3293, -4.5977,
];
