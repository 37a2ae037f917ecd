/// A sum that does not depend on the order or grouping of its terms: fixed
/// point, 127 bits before the point and 96 after it.
///
/// Each term is rounded to a multiple of 2^-96 (1.3e-29) when it is added;
/// after that the arithmetic is exact. Sums of up to 2^30 terms fit where the
/// terms are below 2^96 in size; larger or non-finite terms make the sum NaN.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExactSum {
    whole: i128,
    fraction: i128,
    overflowed: bool,
}

const FRACTION_BITS: i32 = 96;

impl ExactSum {
    /// Adds one term.
    pub fn add(&mut self, term: f64) {
        if term.is_nan() || term.abs() >= 2.0_f64.powi(96) {
            self.overflowed = true;
            return;
        }
        let whole = term.trunc();
        self.whole += whole as i128;
        self.fraction += ((term - whole) * 2.0_f64.powi(FRACTION_BITS)).round() as i128;
    }

    /// Adds all terms of another sum.
    pub fn merge(&mut self, other: &ExactSum) {
        self.whole += other.whole;
        self.fraction += other.fraction;
        self.overflowed |= other.overflowed;
    }

    /// The sum, or NaN where a term was out of range.
    ///
    /// ```
    /// use cepstrum::compare::ExactSum;
    /// let mut sum = ExactSum::default();
    /// for term in [1e20, 0.25, -1e20] {
    ///     sum.add(term);
    /// }
    /// assert_eq!(sum.value(), 0.25);
    /// ```
    pub fn value(&self) -> f64 {
        if self.overflowed {
            return f64::NAN;
        }
        let carry = self.fraction >> FRACTION_BITS;
        let rest = self.fraction - (carry << FRACTION_BITS);
        (self.whole + carry) as f64 + rest as f64 * 2.0_f64.powi(-FRACTION_BITS)
    }
}
