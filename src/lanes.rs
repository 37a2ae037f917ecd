//! Loops over slices on whatever vector unit the machine has, found out while
//! the program runs.
//!
//! Sums are kept in a fixed number of lanes, and nothing here is fused or
//! reordered by the unit: every machine gives the same bits.

use crate::data::Real;
use pulp::Arch;

/// Partial sums of a reduction: value i of a slice enters sum i mod `LANES`.
const LANES: usize = 16;

/// Runs a loop compiled for the vector unit at hand: a closure that is marked
/// `#[inline(always)]`, without which it may be compiled for any machine.
#[inline]
pub(crate) fn on_vectors<R>(work: impl FnOnce() -> R) -> R {
    Arch::new().dispatch(work)
}

/// Sum of the values.
pub(crate) fn sum<T: Real>(values: &[T]) -> f64 {
    fold(values, |value| value)
}

/// Sum of the squares of the values.
pub(crate) fn sum_squares<T: Real>(values: &[T]) -> f64 {
    fold(values, |value| value * value)
}

/// [`sum`] and [`sum_squares`] at once, the same to the bit.
pub(crate) fn sums<T: Real>(values: &[T]) -> (f64, f64) {
    on_vectors(
        #[inline(always)]
        || {
            let (mut sums, mut squares) = ([0.0; LANES], [0.0; LANES]);
            let (chunks, rest) = values.as_chunks::<LANES>();
            for chunk in chunks {
                for ((sum, square), &value) in sums.iter_mut().zip(&mut squares).zip(chunk) {
                    let value: f64 = value.into();
                    *sum += value;
                    *square += value * value;
                }
            }
            for ((sum, square), &value) in sums.iter_mut().zip(&mut squares).zip(rest) {
                let value: f64 = value.into();
                *sum += value;
                *square += value * value;
            }
            (sums.iter().sum(), squares.iter().sum())
        },
    )
}

#[inline(always)]
fn fold<T: Real>(values: &[T], of: impl Fn(f64) -> f64) -> f64 {
    on_vectors(
        #[inline(always)]
        || {
            let mut sums = [0.0; LANES];
            let (chunks, rest) = values.as_chunks::<LANES>();
            for chunk in chunks {
                for (sum, &value) in sums.iter_mut().zip(chunk) {
                    *sum += of(value.into());
                }
            }
            for (sum, &value) in sums.iter_mut().zip(rest) {
                *sum += of(value.into());
            }
            sums.iter().sum::<f64>()
        },
    )
}

/// Partial sums of a [`dot`] product.
pub(crate) const FEW: usize = 8;

/// Sum of the products of two slices, as far as the shorter one goes, in their
/// own precision.
#[inline(always)]
pub(crate) fn dot<T: Real>(a: &[T], b: &[T]) -> T {
    let n = a.len().min(b.len());
    let (a, b) = (a[..n].as_chunks::<FEW>(), b[..n].as_chunks::<FEW>());
    let mut sums = [T::of(0.0); FEW];
    for (a, b) in a.0.iter().zip(b.0) {
        for ((sum, &a), &b) in sums.iter_mut().zip(a).zip(b) {
            *sum = *sum + a * b;
        }
    }
    for ((sum, &a), &b) in sums.iter_mut().zip(a.1).zip(b.1) {
        *sum = *sum + a * b;
    }
    let [a, b, c, d, e, f, g, h] = sums;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

/// Largest absolute value; values that are not a number are passed over.
pub(crate) fn peak(values: &[f32]) -> f32 {
    on_vectors(
        #[inline(always)]
        || {
            let mut peaks = [0.0_f32; LANES];
            let (chunks, rest) = values.as_chunks::<LANES>();
            for chunk in chunks {
                for (peak, value) in peaks.iter_mut().zip(chunk) {
                    *peak = larger(*peak, value.abs());
                }
            }
            for (peak, value) in peaks.iter_mut().zip(rest) {
                *peak = larger(*peak, value.abs());
            }
            peaks.into_iter().fold(0.0, larger)
        },
    )
}

/// Unlike `f32::max` a single instruction: `peak` is a number.
#[inline(always)]
fn larger(peak: f32, value: f32) -> f32 {
    if value > peak { value } else { peak }
}

/// ln 2, its first 32 bits: times a small integer it is exact.
const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
/// ln 2 less [`LN_2_HIGH`].
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// The bits of sqrt(1/2).
const ROOT_HALF: u64 = 0x3FE6_A09E_667F_3BCD;

/// Natural logarithm, at most 2 units in the last place off; not a number for
/// what is not positive, not normal or not finite.
#[inline(always)]
pub(crate) fn ln(x: f64) -> f64 {
    let logarithm = ln_of_normal(x);
    if is_normal(x) { logarithm } else { f64::NAN }
}

#[inline(always)]
fn is_normal(x: f64) -> bool {
    // No &&: a branch would keep loops from becoming vectors.
    let (is_large, is_finite) = (x >= f64::MIN_POSITIVE, x < f64::INFINITY);
    is_large & is_finite
}

/// ln of a positive, normal number; of others a number without meaning.
///
/// With x = 2^e m, sqrt(1/2) <= m < sqrt(2), f = m - 1 and s = f / (2 + f):
/// ln x = e ln 2 + 2 artanh(s), and artanh(s) = s + s^3/3 + s^5/5 + ...
#[inline(always)]
fn ln_of_normal(x: f64) -> f64 {
    let shifted = x.to_bits().wrapping_add(1.0_f64.to_bits() - ROOT_HALF);
    // An integer below 2^52 under the exponent of 2^52 is that integer plus 2^52.
    let biased = f64::from_bits((shifted >> 52) | 0x4330_0000_0000_0000);
    let exponent = biased - (4_503_599_627_370_496.0 + 1023.0);
    let m = f64::from_bits((shifted & 0x000F_FFFF_FFFF_FFFF) + ROOT_HALF);
    let f = m - 1.0;
    let s = f / (m + 1.0);
    let z = s * s;
    let mut series = 1.0 / 23.0;
    for odd in [21.0, 19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        series = series * z + 1.0 / odd;
    }
    // 2 artanh(s) = 2 s + 2 s z series, and 2 s = f - s f: f is exact, and the
    // rest is small beside it.
    let less = s * (f - 2.0 * z * series);
    exponent * LN_2_HIGH + (f - (less - exponent * LN_2_LOW))
}

/// cos and sin of 2 pi `turn`, 0 <= turn <= 1, at most 2e-16 off.
///
/// With the nearest quarter taken off, which is exact, |x| <= pi/4 is left for
/// the series.
#[inline(always)]
pub(crate) fn cos_sin_of_turn(turn: f64) -> (f64, f64) {
    let quarters = (4.0 * turn + 0.5).floor();
    let x = (turn - 0.25 * quarters) * std::f64::consts::TAU;
    let z = x * x;
    let (mut cos, mut sin) = (1.0, 1.0);
    // Horner's rule on 1 - z/(1 2) (1 - z/(3 4) (1 - ...)), and for the sine on
    // 1 - z/(2 3) (1 - z/(4 5) (1 - ...)).
    for even in [16.0, 14.0, 12.0, 10.0, 8.0, 6.0, 4.0, 2.0] {
        cos = 1.0 - z * (1.0 / (even * (even - 1.0))) * cos;
        sin = 1.0 - z * (1.0 / (even * (even + 1.0))) * sin;
    }
    sin *= x;
    // No &&: a branch would keep loops from becoming vectors.
    let is_odd = (quarters == 1.0) | (quarters == 3.0);
    let (a, b) = if is_odd { (sin, cos) } else { (cos, sin) };
    let is_left = (quarters == 1.0) | (quarters == 2.0);
    let is_below = (quarters == 2.0) | (quarters == 3.0);
    (if is_left { -a } else { a }, if is_below { -b } else { b })
}

/// The larger of two values; not a number stays one.
#[inline(always)]
pub(crate) fn at_least<T: Real>(value: T, lowest: T) -> T {
    if value < lowest { lowest } else { value }
}

/// Writes ln(max(value, floor)) of each value into `logarithms`; what is not
/// positive, or not normal, has the logarithm that the standard library gives
/// it.
pub(crate) fn ln_at_least(values: &[f64], floor: f64, logarithms: &mut [f64]) {
    let all_normal = on_vectors(
        #[inline(always)]
        || {
            // A copy, which no write to the logarithms can change.
            let lowest = floor;
            let mut all_normal = true;
            for (logarithm, &value) in logarithms.iter_mut().zip(values) {
                *logarithm = ln_of_normal(at_least(value, lowest));
                all_normal &= is_normal(at_least(value, lowest));
            }
            all_normal
        },
    );
    if !all_normal {
        for (logarithm, &value) in logarithms.iter_mut().zip(values) {
            if !is_normal(at_least(value, floor)) {
                *logarithm = at_least(value, floor).ln();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_plain_loops() {
        for n in [0, 1, 15, 16, 17, 1000] {
            let values: Vec<f32> = (0..n).map(|i| (i % 7) as f32 - 2.5).collect();
            let plain: f64 = values.iter().map(|&x| f64::from(x)).sum();
            assert_eq!(sum(&values), plain);
            let squares: f64 = values.iter().map(|&x| f64::from(x * x)).sum();
            assert_eq!(sum_squares(&values), squares);
            assert_eq!(f64::from(dot(&values, &values)), squares);
            let highest = values.iter().fold(0.0_f32, |a, b| a.max(b.abs()));
            assert_eq!(peak(&values), highest);
        }
        assert!(sum(&[1.0, f64::NAN]).is_nan());
        assert_eq!(sum_squares(&[1.0, f32::NEG_INFINITY]), f64::INFINITY);
        assert_eq!(peak(&[1.0, f32::NAN, -2.0]), 2.0);
        assert_eq!(peak(&[f32::NEG_INFINITY]), f32::INFINITY);
    }

    #[test]
    fn logarithms_are_within_two_units_in_the_last_place() {
        let mut bits = 1_u64;
        let mut worst = 0.0_f64;
        for i in 0..200_000 {
            // Through all exponents, and densely around 1.
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let x = match i % 2 {
                0 => f64::from_bits(bits >> 2).max(f64::MIN_POSITIVE),
                _ => 0.5 + (bits >> 11) as f64 / (1_u64 << 53) as f64,
            };
            let exact = x.ln();
            let unit = exact.abs().next_up() - exact.abs();
            worst = worst.max((ln(x) - exact).abs() / unit);
        }
        assert!(worst <= 2.0, "{worst} units");
        assert_eq!(ln(1.0), 0.0);
        assert_eq!(ln(2.0), std::f64::consts::LN_2);
        assert_eq!(ln(f64::MIN_POSITIVE), f64::MIN_POSITIVE.ln());
        assert_eq!(ln(f64::MAX), f64::MAX.ln());
    }

    #[test]
    fn turns_are_those_of_the_standard_library() {
        let quarters = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0), (1.0, 0.0)];
        for (i, (cos, sin)) in quarters.into_iter().enumerate() {
            assert_eq!(cos_sin_of_turn(0.25 * i as f64), (cos, sin));
        }
        for i in 0..100_000 {
            let turn = (f64::from(i) * 0.618_033_988_749_894_9).fract();
            // Half a turn less keeps the rounding of 2 pi turn small.
            let (sin, cos) = (std::f64::consts::TAU * (turn - 0.5)).sin_cos();
            let got = cos_sin_of_turn(turn);
            assert!((got.0 + cos).abs() < 8e-16 && (got.1 + sin).abs() < 8e-16);
            assert!((got.0.hypot(got.1) - 1.0).abs() < 4e-16, "{turn}");
        }
    }

    #[test]
    fn what_has_no_logarithm_is_not_a_number() {
        for x in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-310] {
            assert!(ln(x).is_nan(), "{x}");
        }
        let mut logarithms = [0.0; 4];
        ln_at_least(&[0.0, 1e-310, 8.0, f64::INFINITY], 0.0, &mut logarithms);
        assert_eq!(logarithms[0], f64::NEG_INFINITY);
        assert_eq!(logarithms[1], 1e-310_f64.ln());
        assert!((logarithms[2] - 8.0_f64.ln()).abs() < 1e-15);
        assert_eq!(logarithms[3], f64::INFINITY);
        ln_at_least(&[0.0, 1e-310, 8.0, f64::NAN], 4.0, &mut logarithms);
        assert_eq!(logarithms[0], logarithms[1]);
        assert!((logarithms[0] - 4.0_f64.ln()).abs() < 1e-15);
        assert!(logarithms[3].is_nan());
    }
}
