//! From numbers with intervals to answers.

use serde::{Deserialize, Serialize};

/// What the evidence says to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It holds, interval included.
    Yes,
    /// It does not, interval included.
    No,
    /// Neither; the sentence says what is missing.
    Open,
}

impl Answer {
    /// As in tables.
    pub fn name(self) -> &'static str {
        match self {
            Answer::Yes => "yes",
            Answer::No => "no",
            Answer::Open => "open",
        }
    }
}

/// A number with its 95 % interval over units, where there is one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// The value; null where it is not finite.
    pub value: Option<f64>,
    /// The interval; null for fewer than two units.
    pub ci: Option<[Option<f64>; 2]>,
}

impl Number {
    pub(super) fn new(value: f64, ci: Option<[f64; 2]>) -> Self {
        let finite = |x: f64| x.is_finite().then_some(x);
        Number {
            value: finite(value),
            ci: ci.map(|ci| ci.map(finite)),
        }
    }

    /// The value; NaN where there is none.
    pub fn or_nan(&self) -> f64 {
        self.value.unwrap_or(f64::NAN)
    }

    /// Both ends; infinite where there is no interval.
    pub fn ends(&self) -> [f64; 2] {
        match self.ci {
            Some(ci) => ci.map(|end| end.unwrap_or(f64::NAN)),
            None => [f64::NEG_INFINITY, f64::INFINITY],
        }
    }
}

/// Why answers are left open, or yes is not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cap {
    /// Fewer than three files that are no copies or cuts of one another.
    TooFewUnits,
    /// Planes that span fewer than three octaves.
    TooFewBands,
    /// A window so long that changes in time are lost in it.
    WindowTooLong,
    /// Sound, or pictures, that end below the upper end of the band.
    BandLimited,
    /// Too few segments were scrambled.
    NoNull,
}

impl Cap {
    /// What it says of a set.
    pub fn words(self) -> &'static str {
        match self {
            Cap::TooFewUnits => "too few independent files",
            Cap::TooFewBands => "planes of fewer than three octaves",
            Cap::WindowTooLong => "a window too long for changes in time",
            Cap::BandLimited => "a band that ends early",
            Cap::NoNull => "too few scrambled segments",
        }
    }
}

/// What answers are made by; docs/scorecard.md says where each comes from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// Least fall of every octave, dB.
    pub fall_db: f64,
    /// Largest distance to photographs of a yes, dB.
    pub photo_yes_db: f64,
    /// Largest upper end of its interval, dB.
    pub photo_yes_high_db: f64,
    /// Least distance of a no, dB.
    pub photo_no_db: f64,
    /// Least lower end of its interval, dB.
    pub photo_no_low_db: f64,
    /// Least share of the variance that bands have on their own, of a yes.
    pub own_yes: f64,
    /// The share below which all bands only change together.
    pub own_no: f64,
    /// Least difference of an exponent from that of the scrambled sound.
    pub delta: f64,
    /// Least lower end of its interval.
    pub delta_low: f64,
    /// Fewest units of any answer.
    pub min_units: usize,
    /// Distance of profiles below which files may be copies.
    pub dependent: f64,
    /// Correlation of level traces from which they are.
    pub correlated: f64,
    /// Drop at which a band ends, dB.
    pub limit_drop_db: f64,
    /// Largest share of mel bands above such an end.
    pub limit_bands: f64,
    /// By how much the last falls of a picture exceed the others where it is
    /// enlarged, dB.
    pub limit_excess_db: f64,
    /// Share of files from which a limit caps.
    pub limit_files: f64,
    /// Longest window, s.
    pub window_seconds: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Thresholds {
            fall_db: 1.0,
            photo_yes_db: 4.0,
            photo_yes_high_db: 4.75,
            photo_no_db: 4.5,
            photo_no_low_db: 3.75,
            own_yes: 0.08,
            own_no: 0.05,
            delta: 0.25,
            delta_low: 0.1,
            min_units: 3,
            dependent: 0.25,
            correlated: 0.9,
            limit_drop_db: 20.0,
            limit_bands: 0.06,
            limit_excess_db: 3.0,
            limit_files: 1.0 / 3.0,
            window_seconds: 0.15,
        }
    }
}

impl Thresholds {
    /// Whether every octave has less power than the one below it.
    pub(super) fn order(&self, least_fall: &Number) -> Answer {
        above(least_fall, self.fall_db, self.fall_db)
    }

    /// Whether an exponent exceeds that of the scrambled sound.
    pub(super) fn along(&self, delta: &Number) -> Answer {
        above(delta, self.delta, self.delta_low)
    }

    /// Whether power falls as in photographs; `own_share` where it counts.
    pub(super) fn photographs(&self, distance: &Number, own_share: Option<f64>) -> Answer {
        let (value, [low, high]) = (distance.or_nan(), distance.ends());
        let near = if value <= self.photo_yes_db && high <= self.photo_yes_high_db {
            Answer::Yes
        } else if value >= self.photo_no_db && low >= self.photo_no_low_db {
            Answer::No
        } else {
            Answer::Open
        };
        match own_share {
            Some(share) if share < self.own_no => Answer::No,
            Some(share) if share < self.own_yes && near == Answer::Yes => Answer::Open,
            _ => near,
        }
    }
}

/// Yes where the value reaches `least` and its lower end `low`, no where even the
/// upper end does not reach `least`.
fn above(number: &Number, least: f64, low: f64) -> Answer {
    let (value, ends) = (number.or_nan(), number.ends());
    if value >= least && ends[0] >= low {
        Answer::Yes
    } else if ends[1] < least {
        Answer::No
    } else {
        Answer::Open
    }
}

/// Of both axes: yes if both, no if either is no.
pub(super) fn both(time: Answer, frequency: Answer) -> Answer {
    match (time, frequency) {
        (Answer::Yes, Answer::Yes) => Answer::Yes,
        (Answer::No, _) | (_, Answer::No) => Answer::No,
        _ => Answer::Open,
    }
}

/// One word for answers under several front ends: yes (no) where more than half
/// say so and none the opposite.
pub(super) fn over_sweep(answers: &[Answer]) -> &'static str {
    let count = |of: Answer| answers.iter().filter(|answer| **answer == of).count();
    let (yes, no) = (count(Answer::Yes), count(Answer::No));
    match (yes, no) {
        (1.., 1..) => "depends on settings",
        (n, 0) if 2 * n > answers.len() => "yes",
        (0, n) if 2 * n > answers.len() => "no",
        _ => "open",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: f64, low: f64, high: f64) -> Number {
        Number::new(value, Some([low, high]))
    }

    #[test]
    fn answers_need_the_value_and_its_interval() {
        let t = Thresholds::default();
        assert_eq!(t.order(&number(1.5, 1.0, 2.0)), Answer::Yes);
        assert_eq!(t.order(&number(1.5, 0.9, 2.0)), Answer::Open);
        assert_eq!(t.order(&number(0.5, 0.0, 0.99)), Answer::No);
        assert_eq!(t.order(&Number::new(9.0, None)), Answer::Open);
        assert_eq!(t.order(&Number::new(f64::NAN, None)), Answer::Open);
        assert_eq!(t.along(&number(0.25, 0.1, 1.0)), Answer::Yes);
        assert_eq!(t.along(&number(0.2, 0.15, 0.24)), Answer::No);
        let photos = |value, low, high, share| t.photographs(&number(value, low, high), share);
        assert_eq!(photos(4.0, 3.0, 4.75, Some(0.08)), Answer::Yes);
        assert_eq!(photos(4.0, 3.0, 4.75, Some(0.07)), Answer::Open);
        assert_eq!(photos(4.0, 3.0, 4.75, Some(0.04)), Answer::No);
        assert_eq!(photos(4.0, 3.0, 4.80, None), Answer::Open);
        assert_eq!(photos(4.5, 3.75, 9.0, None), Answer::No);
        assert_eq!(photos(4.5, 3.70, 9.0, None), Answer::Open);
        assert_eq!(both(Answer::Yes, Answer::Open), Answer::Open);
        assert_eq!(both(Answer::Open, Answer::No), Answer::No);
    }

    #[test]
    fn a_sweep_says_what_more_than_half_say_and_none_denies() {
        use Answer::{No, Open, Yes};
        assert_eq!(over_sweep(&[Yes, Yes, Yes, Open]), "yes");
        assert_eq!(over_sweep(&[Yes, Yes, Open, Open]), "open");
        assert_eq!(over_sweep(&[Yes, Yes, Yes, No]), "depends on settings");
        assert_eq!(over_sweep(&[No, No, No, No]), "no");
        assert_eq!(over_sweep(&[]), "open");
    }
}
