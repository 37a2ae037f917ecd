//! One sum in fixed point, the same for any order of its terms.

use serde::{Deserialize, Serialize};

/// A sum that does not depend on the order or grouping of its terms: fixed
/// point, 127 bits before the point and 120 after it.
///
/// Each term is rounded to a multiple of 2^-120 (7.5e-37) when it is added;
/// after that the arithmetic is exact. A sum that leaves +-2^126 (8.5e37) on the
/// way, or has a term that is not finite, is NaN. Written and read again it is the same sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Written", try_from = "Written")]
pub struct ExactSum {
    /// The sum in units of 2^-120 is `high` 2^128 + `low`; a `high` of
    /// [`OVERFLOWED`] stands for a sum that left the range.
    high: i128,
    low: u128,
}

/// Whole part and fraction in units of 2^-120; `None` for a sum that left the
/// range.
#[derive(Serialize, Deserialize)]
struct Written(Option<(i128, i128)>);

impl From<ExactSum> for Written {
    fn from(sum: ExactSum) -> Self {
        Written(sum.parts())
    }
}

impl TryFrom<Written> for ExactSum {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let Some((whole, fraction)) = written.0 else {
            return Ok(ExactSum::out_of_range());
        };
        if whole.unsigned_abs() >= 1 << 126 || !(0..1 << FRACTION_BITS).contains(&fraction) {
            return Err("a sum is out of range");
        }
        Ok(ExactSum {
            high: whole >> (128 - FRACTION_BITS),
            low: (whole as u128) << FRACTION_BITS | fraction as u128,
        })
    }
}

const FRACTION_BITS: u32 = 120;
/// A sum's `high` from which it is out of range: 2^126 in units of 2^-120.
const LARGEST_HIGH: u128 = 1 << (126 + FRACTION_BITS - 128);
const OVERFLOWED: i128 = i128::MIN;

impl ExactSum {
    fn out_of_range() -> Self {
        ExactSum {
            high: OVERFLOWED,
            low: 0,
        }
    }

    /// Adds one term.
    pub fn add(&mut self, term: f64) {
        match magnitude(term) {
            Some((high, low)) if term < 0.0 => {
                let (low, borrow) = 0_u128.overflowing_sub(low);
                self.add_parts(-(high as i128) - i128::from(borrow), low);
            }
            Some((high, low)) => self.add_parts(high as i128, low),
            None => *self = Self::out_of_range(),
        }
    }

    /// Adds all terms of another sum.
    pub fn merge(&mut self, other: &ExactSum) {
        match other.high {
            OVERFLOWED => *self = Self::out_of_range(),
            _ => self.add_parts(other.high, other.low),
        }
    }

    fn add_parts(&mut self, high: i128, low: u128) {
        if self.high == OVERFLOWED {
            return;
        }
        let (low, carry) = self.low.overflowing_add(low);
        // Both are far below the range of 128 bits.
        let high = self.high + high + i128::from(carry);
        *self = match high.unsigned_abs() >= LARGEST_HIGH {
            true => Self::out_of_range(),
            false => ExactSum { high, low },
        };
    }

    /// Whole part and fraction in units of 2^-120, within 0..2^120.
    fn parts(&self) -> Option<(i128, i128)> {
        let whole = self.high << (128 - FRACTION_BITS) | (self.low >> FRACTION_BITS) as i128;
        let fraction = self.low & ((1 << FRACTION_BITS) - 1);
        (self.high != OVERFLOWED).then_some((whole, fraction as i128))
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
        match self.parts() {
            None => f64::NAN,
            Some((whole, fraction)) => {
                whole as f64 + fraction as f64 / (1_u128 << FRACTION_BITS) as f64
            }
        }
    }
}

/// |term| in units of 2^-120, halves rounded up, as (high, low) of 256 bits;
/// `None` where it is out of range.
fn magnitude(term: f64) -> Option<(u128, u128)> {
    const MANTISSA_BITS: u32 = f64::MANTISSA_DIGITS - 1;
    const EXPONENT_BIAS: i32 = 1075;
    let bits = term.abs().to_bits();
    let exponent = (bits >> MANTISSA_BITS) as i32;
    let fraction = bits & ((1 << MANTISSA_BITS) - 1);
    let implicit = u64::from(exponent > 0) << MANTISSA_BITS;
    let mantissa = u128::from(fraction | implicit);
    let shift = exponent.max(1) - EXPONENT_BIAS + FRACTION_BITS as i32;
    match shift {
        ..=-64 => Some((0, 0)),
        -63..0 => Some((0, (mantissa + (1 << (-shift - 1))) >> -shift)),
        0 => Some((0, mantissa)),
        1..128 => Some((mantissa >> (128 - shift), mantissa << shift)),
        // 2^126 and more, infinity and what is not a number.
        194.. => None,
        _ => Some((mantissa << (shift - 128), 0)),
    }
}

/// A list of [`ExactSum`]s, one per frequency or cell; of no length until terms
/// are added.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExactSums(Vec<ExactSum>);

impl ExactSums {
    /// Adds one term to each sum.
    ///
    /// # Errors
    /// [`crate::Error::Length`] for another number of terms than before.
    ///
    /// ```
    /// use cepstrum::compare::ExactSums;
    /// let mut sums = ExactSums::default();
    /// sums.add(&[1e20, 1.0])?;
    /// sums.add(&[-1e20, 2.0])?;
    /// assert_eq!(sums.values().collect::<Vec<_>>(), [0.0, 3.0]);
    /// assert!(sums.add(&[1.0]).is_err());
    /// # Ok::<(), cepstrum::Error>(())
    /// ```
    pub fn add(&mut self, terms: &[f64]) -> crate::Result<()> {
        self.fit(terms.len())?;
        for (sum, &term) in self.0.iter_mut().zip(terms) {
            sum.add(term);
        }
        Ok(())
    }

    /// Adds all terms of other sums.
    ///
    /// # Errors
    /// [`crate::Error::Length`] for sums of another length.
    pub fn merge(&mut self, other: &ExactSums) -> crate::Result<()> {
        if other.0.is_empty() {
            return Ok(());
        }
        self.fit(other.0.len())?;
        for (sum, other) in self.0.iter_mut().zip(&other.0) {
            sum.merge(other);
        }
        Ok(())
    }

    fn fit(&mut self, n: usize) -> crate::Result<()> {
        if self.0.is_empty() {
            self.0.resize(n, ExactSum::default());
        }
        crate::Error::check_length("sums", n, self.0.len())
    }

    /// The sums themselves.
    pub fn iter(&self) -> impl Iterator<Item = &ExactSum> + '_ {
        self.0.iter()
    }

    /// Number of sums; 0 where nothing was added.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sums; NaN for those that left the range.
    pub fn values(&self) -> impl Iterator<Item = f64> + '_ {
        self.0.iter().map(ExactSum::value)
    }
}
