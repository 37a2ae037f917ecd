//! Numbers as text: superscripts, a real minus sign, kilohertz.

const MINUS: char = '\u{2212}';
const SUPERSCRIPTS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/// 10 to the power of `exponent`, as in 10⁻³.
pub(super) fn power_of_ten(exponent: i32) -> String {
    let mut text = String::from("10");
    for c in exponent.to_string().chars() {
        match c.to_digit(10) {
            Some(digit) => text.push(SUPERSCRIPTS[digit as usize]),
            None => text.push('⁻'),
        }
    }
    text
}

/// `value` with `decimals` digits behind the point and a real minus sign.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let is_zero = text.bytes().all(|b| matches!(b, b'-' | b'0' | b'.'));
    match text.strip_prefix('-') {
        Some(digits) if is_zero => digits.to_string(),
        Some(digits) => format!("{MINUS}{digits}"),
        None => text,
    }
}

/// Digits behind the point that tell multiples of `step` apart.
pub(super) fn decimals_of(step: f64) -> usize {
    let coarse = (-(step.abs().log10() + 1e-9).floor()).clamp(0.0, 15.0) as usize;
    let scaled = step * 10f64.powi(coarse as i32);
    // 2.5 and its like need one digit more than their decade says.
    coarse + usize::from((scaled - scaled.round()).abs() > 1e-6)
}

/// Labels of linear ticks `step` apart: plain where that is short, else as a
/// number times a power of ten that all labels share.
pub(super) fn linear(values: &[f64], step: f64) -> Vec<String> {
    let largest = values.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    if largest == 0.0 || (1e-3..1e5).contains(&largest) {
        let decimals = decimals_of(step);
        return values.iter().map(|&v| fixed(v, decimals)).collect();
    }
    let exponent = largest.log10().floor() as i32;
    // Two factors: one alone would overflow or vanish at the ends of f64.
    let half = exponent / 2;
    let scaled = |v: f64| v / 10f64.powi(half) / 10f64.powi(exponent - half);
    let decimals = decimals_of(scaled(step));
    let label = |&v: &f64| match v {
        0.0 => "0".to_string(),
        _ => format!("{}×{}", fixed(scaled(v), decimals), power_of_ten(exponent)),
    };
    values.iter().map(label).collect()
}

/// `digit` times 10 to the power of `exponent`, on an axis that labels more
/// than decades; `plain` where all its labels are short decimal numbers.
pub(super) fn sub_decade(digit: u32, exponent: i32, plain: bool) -> String {
    if plain {
        let decimals = usize::try_from(-exponent).unwrap_or(0);
        return fixed(round_value(digit, exponent), decimals);
    }
    match digit {
        1 => power_of_ten(exponent),
        _ => format!("{digit}×{}", power_of_ten(exponent)),
    }
}

/// `digit` times 10 to the power of `exponent`, the nearest number: 3e-1 and
/// not 0.30000000000000004.
pub(super) fn round_value(digit: u32, exponent: i32) -> f64 {
    match exponent {
        0.. => f64::from(digit) * 10f64.powi(exponent),
        _ => f64::from(digit) / 10f64.powi(-exponent),
    }
}

/// A frequency for an axis in hertz: 500, 1k, 2.5k.
pub(super) fn hertz(value: f64) -> String {
    if value.abs() < 1000.0 {
        return format!("{value}").replace('-', "\u{2212}");
    }
    format!("{}k", value / 1000.0).replace('-', "\u{2212}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_are_superscripts() {
        assert_eq!(power_of_ten(-12), "10⁻¹²");
        assert_eq!(power_of_ten(0), "10⁰");
    }

    #[test]
    fn minus_is_a_minus_sign_and_zero_has_none() {
        assert_eq!(fixed(-0.25, 2), "−0.25");
        assert_eq!(fixed(-1e-9, 1), "0.0");
    }

    #[test]
    fn steps_show_the_digits_they_need() {
        assert_eq!(linear(&[0.0, 0.25, 0.5], 0.25), ["0.00", "0.25", "0.50"]);
        assert_eq!(linear(&[0.0, 20.0], 20.0), ["0", "20"]);
        assert_eq!(linear(&[0.0, 2.5], 2.5), ["0.0", "2.5"]);
        assert_eq!(linear(&[0.0, 2e7], 1e7), ["0", "2×10⁷"]);
        assert_eq!(linear(&[5e-324], 5e-324).len(), 1);
        assert_eq!(linear(&[1e300], 1e299), ["1.0×10³⁰⁰"]);
    }

    #[test]
    fn hertz_turn_into_kilohertz() {
        assert_eq!(hertz(500.0), "500");
        assert_eq!(hertz(2500.0), "2.5k");
        assert_eq!(sub_decade(5, -2, true), "0.05");
        assert_eq!(sub_decade(2, 7, false), "2×10⁷");
    }
}
