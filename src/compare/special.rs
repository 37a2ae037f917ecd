//! The one door to `statrs`: special functions of the estimators.

use statrs::distribution::{ContinuousCDF, StudentsT};
use statrs::function::gamma;

/// From here on the asymptotic series is exact to rounding.
const ASYMPTOTIC_FROM: f64 = 15.0;

/// Derivative of ln Gamma at `x` > 0, to 1e-13.
///
/// ```
/// // psi(1) is Euler's constant, negated (Abramowitz & Stegun 6.3.2).
/// let psi = cepstrum::compare::digamma(1.0);
/// assert!((psi + 0.577_215_664_901_532_9).abs() < 1e-14);
/// ```
pub fn digamma(x: f64) -> f64 {
    gamma::digamma(x)
}

/// Second derivative of ln Gamma at `x` > 0, to 1e-13 relative: recurrence
/// (Abramowitz & Stegun 1964, 6.4.6), then the asymptotic series (6.4.12).
///
/// ```
/// use std::f64::consts::PI;
/// assert!((cepstrum::compare::trigamma(1.0) - PI * PI / 6.0).abs() < 1e-14);
/// ```
pub fn trigamma(x: f64) -> f64 {
    let (mut sum, mut x) = (0.0, x);
    while x < ASYMPTOTIC_FROM {
        sum += 1.0 / (x * x);
        x += 1.0;
    }
    let q = 1.0 / (x * x);
    let series = [
        1.0 / 6.0,
        -1.0 / 30.0,
        1.0 / 42.0,
        -1.0 / 30.0,
        5.0 / 66.0,
        -691.0 / 2730.0,
    ]
    .iter()
    .rev()
    .fold(0.0, |rest, bernoulli| q * (bernoulli + rest));
    sum + (1.0 + 0.5 / x + series) / x
}

/// How far the mean of ln P lies from ln of the mean for the power P of
/// Gaussian noise with `dof` degrees of freedom: psi(dof / 2) - ln(dof / 2)
/// (Papadakis & Lawrence 1993), about -1 / dof.
///
/// A mean of ln P is that much too low to be read as the noise's power: by
/// -0.5772 at the 2 degrees of a bin of a one-sided spectrum, by -1.2704 at
/// the 1 of its DC and Nyquist bins. `NaN` for 0 degrees.
///
/// ```
/// use cepstrum::compare::noise_log_bias;
/// assert!((noise_log_bias(2) + 0.577_215_664_901_533).abs() < 1e-14);
/// assert!((noise_log_bias(1) + 1.270_362_845_461_478).abs() < 1e-14);
/// ```
pub fn noise_log_bias(dof: u32) -> f64 {
    let shape = f64::from(dof) / 2.0;
    digamma(shape) - shape.ln()
}

/// Half width of the 95 % interval of a standard Gaussian number.
pub(super) const GAUSSIAN_95: f64 = 1.959_963_984_540_054;

/// Half width of the 95 % interval of Student's t with `dof` degrees of
/// freedom, at least 1, to 1e-7.
pub(crate) fn student_t_95(dof: f64) -> f64 {
    const EXPANSION_FROM: f64 = 100.0;
    if dof < EXPANSION_FROM {
        return StudentsT::new(0.0, 1.0, dof).map_or(f64::NAN, |t| t.inverse_cdf(0.975));
    }
    // Abramowitz & Stegun 26.7.5: statrs 0.18 gives 1.83 for 1e7.
    let z = GAUSSIAN_95;
    let q = z * z;
    let terms = [
        z * (q + 1.0) / 4.0,
        z * (5.0 * q * q + 16.0 * q + 3.0) / 96.0,
        z * (3.0 * q * q * q + 19.0 * q * q + 17.0 * q - 15.0) / 384.0,
    ];
    z + terms
        .iter()
        .rev()
        .fold(0.0, |rest, term| (term + rest) / dof)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{LN_2, PI};

    const EULER: f64 = 0.577_215_664_901_532_9;

    fn near(got: f64, expected: f64, tolerance: f64) {
        assert!(
            (got - expected).abs() <= tolerance * expected.abs().max(1e-300),
            "{got} instead of {expected}"
        );
    }

    #[test]
    fn closed_forms() {
        near(trigamma(1.0), PI * PI / 6.0, 1e-14);
        near(trigamma(0.5), PI * PI / 2.0, 1e-14);
        near(trigamma(1.5), PI * PI / 2.0 - 4.0, 1e-13);
        near(digamma(1.0), -EULER, 1e-14);
        near(digamma(0.5), -EULER - 2.0 * LN_2, 1e-14);
        // A whole number n: a harmonic sum.
        for n in [2_u32, 7, 40, 400] {
            let terms = || (1..n).map(f64::from);
            let harmonic: f64 = terms().map(f64::recip).sum();
            let squares: f64 = terms().map(|k| 1.0 / (k * k)).sum();
            near(digamma(n.into()), harmonic - EULER, 1e-13);
            near(trigamma(n.into()), PI * PI / 6.0 - squares, 1e-11);
        }
    }

    #[test]
    fn recurrence_and_large_arguments() {
        for x in [0.5, 1.0, 2.5, 11.5, 14.5, 15.0, 63.0, 500.5, 1e4] {
            near(trigamma(x), trigamma(x + 1.0) + 1.0 / (x * x), 1e-13);
            near(digamma(x), digamma(x + 1.0) - 1.0 / x, 1e-13);
        }
        // psi(x) = ln x - 1/(2x) - 1/(12x^2); psi'(x) = 1/x + 1/(2x^2) + 1/(6x^3).
        let x: f64 = 1e6;
        near(digamma(x), x.ln() - 0.5 / x - 1.0 / (12.0 * x * x), 1e-13);
        let q = 1.0 / x;
        near(trigamma(x), q + q * q / 2.0 + q * q * q / 6.0, 1e-13);
    }

    #[test]
    fn trigamma_is_the_derivative_of_digamma() {
        for x in [0.7, 3.0, 9.0, 16.0, 40.0] {
            let h = 1e-4 * x;
            let slope = (digamma(x + h) - digamma(x - h)) / (2.0 * h);
            near(trigamma(x), slope, 1e-6);
        }
    }

    #[test]
    fn quantiles_of_student_t() {
        // Closed forms at 1 and 2 degrees of freedom.
        near(student_t_95(1.0), (PI * 0.475).tan(), 1e-9);
        let p: f64 = 0.975;
        let two = (2.0 * p - 1.0) * (2.0 / (4.0 * p * (1.0 - p))).sqrt();
        near(student_t_95(2.0), two, 1e-9);
        // Fisher & Yates' table, and the Gaussian limit.
        near(student_t_95(9.0), 2.262_157_163, 1e-8);
        near(student_t_95(29.0), 2.045_229_642, 1e-8);
        near(student_t_95(100.0), 1.983_971_519, 1e-7);
        near(student_t_95(120.0), 1.979_930_405, 1e-7);
        near(student_t_95(1e7), GAUSSIAN_95, 1e-6);
        for tenths in 10..20_000 {
            let dof = f64::from(tenths) / 10.0;
            let t = StudentsT::new(0.0, 1.0, dof).unwrap();
            near(t.cdf(student_t_95(dof)), p, 1e-8);
        }
    }
}
