use serde::{Deserialize, Serialize};

/// A sum that does not depend on the order or grouping of its terms: fixed
/// point, 127 bits before the point and 120 after it.
///
/// Each term is rounded to a multiple of 2^-120 (7.5e-37) when it is added;
/// after that the arithmetic is exact. A sum that leaves +-2^126 (8.5e37), or has
/// a term that is not finite, is NaN. Written and read again it is the same sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Written", try_from = "Written")]
pub struct ExactSum {
    whole: i128,
    /// 0..2^120, so that equal sums are equal values.
    fraction: i128,
    overflowed: bool,
}

/// Whole part and fraction in units of 2^-120; `None` for a sum that left the
/// range.
#[derive(Serialize, Deserialize)]
struct Written(Option<(i128, i128)>);

impl From<ExactSum> for Written {
    fn from(sum: ExactSum) -> Self {
        Written((!sum.overflowed).then_some((sum.whole, sum.fraction)))
    }
}

impl TryFrom<Written> for ExactSum {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let Some((whole, fraction)) = written.0 else {
            return Ok(ExactSum {
                overflowed: true,
                ..ExactSum::default()
            });
        };
        if whole.unsigned_abs() >= 1 << 126 || !(0..1 << FRACTION_BITS).contains(&fraction) {
            return Err("a sum is out of range");
        }
        Ok(ExactSum {
            whole,
            fraction,
            overflowed: false,
        })
    }
}

const FRACTION_BITS: u32 = 120;
const LARGEST: f64 = (1_u128 << 126) as f64;

impl ExactSum {
    /// Adds one term.
    pub fn add(&mut self, term: f64) {
        if term.is_nan() || term.abs() >= LARGEST {
            self.overflowed = true;
            return;
        }
        let whole = term.trunc();
        let fraction = (term - whole) * (1_u128 << FRACTION_BITS) as f64;
        self.add_parts(whole as i128, fraction.round() as i128);
    }

    /// Adds all terms of another sum.
    pub fn merge(&mut self, other: &ExactSum) {
        self.overflowed |= other.overflowed;
        self.add_parts(other.whole, other.fraction);
    }

    fn add_parts(&mut self, whole: i128, fraction: i128) {
        let fraction = self.fraction + fraction;
        let carry = fraction >> FRACTION_BITS;
        self.fraction = fraction - (carry << FRACTION_BITS);
        match self.whole.checked_add(whole + carry) {
            Some(sum) => self.whole = sum,
            None => self.overflowed = true,
        }
        self.overflowed |= self.whole.unsigned_abs() >= 1 << 126;
    }

    /// The sum, or NaN where it left the range.
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
        self.whole as f64 + self.fraction as f64 / (1_u128 << FRACTION_BITS) as f64
    }
}
