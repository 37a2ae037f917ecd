//! Logarithmic scales of power spectrograms.

use crate::data::{Real, named};
use crate::lanes::{self, at_least};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// Smallest power that enters a decibel value (librosa's `amin`), -100 dB.
const POWER_FLOOR: f64 = 1e-10;

/// How a power spectrogram is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum LogScale {
    /// 10 log10(max(P, 1e-10)), and nothing further than `top_db` under the
    /// largest value of the plane.
    Decibel {
        /// Dynamic range in dB; `None` keeps all.
        top_db: Option<f64>,
    },
    /// ln(max(P, floor)).
    Natural {
        /// Smallest power.
        floor: f64,
    },
}

impl LogScale {
    /// Decibels as librosa has them, 80 of them.
    pub const DECIBEL: LogScale = LogScale::Decibel { top_db: Some(80.0) };
    /// Natural logarithms of energies of at least 1e-5.
    pub const NATURAL: LogScale = LogScale::Natural { floor: 1e-5 };

    /// # Errors
    /// [`Error::InvalidArgument`] for a `top_db` or `floor` that is not positive.
    pub(crate) fn check(&self) -> Result<()> {
        match *self {
            LogScale::Decibel { top_db: Some(db) } if db.is_nan() || db <= 0.0 => {
                Err(Error::argument("top_db", db, "greater than 0"))
            }
            LogScale::Natural { floor } if floor.is_nan() || floor <= 0.0 => {
                Err(Error::argument("log_floor", floor, "greater than 0"))
            }
            _ => Ok(()),
        }
    }

    /// What a value is multiplied by to be in dB.
    pub fn per_decibel(&self) -> f64 {
        match self {
            LogScale::Decibel { .. } => 1.0,
            LogScale::Natural { .. } => 10.0 / std::f64::consts::LN_10,
        }
    }

    /// Replaces each power of one plane by its logarithm.
    pub fn apply<T: Real>(&self, power: &mut [T]) {
        match *self {
            LogScale::Decibel { top_db } => power_to_db(power, Reference::One, top_db),
            LogScale::Natural { floor } => {
                let floor = T::of(floor);
                for value in power {
                    *value = at_least(*value, floor).ln();
                }
            }
        }
    }
}

// The names stand for the kind; its number has its usual value.
named!(LogScale {
    DECIBEL = "db": "10 log10(max(P, 1e-10)), cut at --top-db",
    NATURAL = "ln": "ln(max(P, --log-floor))",
});

/// Power that stands at 0 dB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// A power of 1.
    One,
    /// The largest power of the plane.
    Max,
}

/// Replaces each power by 10 log10(max(P, 1e-10)) relative to `reference`, cut
/// off at `top_db` under the largest value (librosa's `power_to_db`).
///
/// ```
/// use cepstrum::spectral::{Reference, power_to_db};
/// let mut power = [1.0_f64, 0.1, 0.0];
/// power_to_db(&mut power, Reference::One, Some(80.0));
/// assert_eq!(power, [0.0, -10.0, -80.0]);
/// ```
pub fn power_to_db<T: Real>(power: &mut [T], reference: Reference, top_db: Option<f64>) {
    let floor = T::of(POWER_FLOOR);
    let largest = power.iter().copied().fold(floor, T::max);
    let largest_db = decibel(largest);
    let zero_db = match reference {
        Reference::One => T::of(0.0),
        Reference::Max => largest_db,
    };
    let lowest_db = top_db.map_or(T::neg_infinity(), |range| {
        largest_db - zero_db - T::of(range)
    });
    lanes::on_vectors(
        #[inline(always)]
        || {
            let (floor, zero_db, lowest_db) = (floor, zero_db, lowest_db);
            for value in &mut *power {
                *value = at_least(decibel(at_least(*value, floor)) - zero_db, lowest_db);
            }
        },
    );
}

/// 10 log10 of a positive power.
#[inline(always)]
fn decibel<T: Real>(power: T) -> T {
    const PER_NEPER: f64 = 10.0 / std::f64::consts::LN_10;
    // Where accuracy matters, powers of ten should be whole decibels.
    match size_of::<T>() < size_of::<f64>() {
        true if power == T::infinity() => power,
        true => T::of(PER_NEPER * lanes::ln(power.into())),
        false => T::of(10.0) * power.log10(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_precisions_agree_on_what_is_not_finite() {
        let mut single = [f32::INFINITY, 1.0];
        let mut double = [f64::INFINITY, 1.0];
        power_to_db(&mut single, Reference::One, Some(80.0));
        power_to_db(&mut double, Reference::One, Some(80.0));
        assert_eq!(single.map(f64::from), double);
        let mut single = [f32::NAN, 0.1];
        power_to_db(&mut single, Reference::One, None);
        assert!(single[0].is_nan());
        assert_eq!(single[1], -10.0);
    }
}
