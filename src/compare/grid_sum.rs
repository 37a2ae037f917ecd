//! Sums per frequency on a grid, the same for any order of their terms.

use crate::lanes;
use serde::{Deserialize, Serialize};

/// Steps of the fine grid in one of the coarse grid.
const FINE: f64 = 1.0 / (1_u64 << 50) as f64;

/// Sums, one per frequency, that do not depend on the order or grouping of their
/// terms: each term is rounded to a grid when it is added, and what is on the grid
/// is added exactly, in two numbers: multiples of a coarse step, and multiples of
/// 2^-50 of it that stay within half a step.
///
/// An [`super::ExactSum`] has a wider range and takes twice the memory and several
/// times as long. A term or a sum that leaves the range ([`Steps`]), or is not
/// finite, makes the sum NaN.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(into = "Written", try_from = "Written")]
pub(crate) struct GridSums {
    steps: Steps,
    coarse: Vec<f64>,
    fine: Vec<f64>,
}

/// What is summed, and so which grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Steps {
    /// Sums of ln P over the segments of a source: steps of 2^-14 and 2^-64,
    /// terms to 1.3e11 and sums to 2.7e11. |ln P| is at most 745.
    Logarithms,
    /// Sums of (ln P)^2: steps of 2^-8 and 2^-58, terms to 8.7e12 and sums to
    /// 1.7e13.
    SquaredLogarithms,
}

impl Steps {
    fn coarse(self) -> f64 {
        match self {
            Steps::Logarithms => 1.0 / f64::from(1 << 14),
            Steps::SquaredLogarithms => 1.0 / f64::from(1 << 8),
        }
    }
}

/// Coarse and fine part; `None` for a sum that left the range.
#[derive(Serialize, Deserialize)]
struct Written {
    steps: Steps,
    sums: Vec<Option<(f64, f64)>>,
}

impl From<GridSums> for Written {
    fn from(sums: GridSums) -> Self {
        let parts = sums.coarse.iter().zip(&sums.fine);
        Written {
            steps: sums.steps,
            sums: parts
                .map(|(&coarse, &fine)| coarse.is_finite().then_some((coarse, fine)))
                .collect(),
        }
    }
}

impl TryFrom<Written> for GridSums {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let grid = Grid::new(written.steps);
        let is_on_grid = |(coarse, fine): &(f64, f64)| {
            let is_coarse = grid.in_range(*coarse) && (coarse / grid.step).fract() == 0.0;
            is_coarse && fine.abs() <= grid.step / 2.0 && (fine / (grid.step * FINE)).fract() == 0.0
        };
        if !written.sums.iter().flatten().all(is_on_grid) {
            return Err("a sum is not on its grid");
        }
        let parts = written.sums.iter();
        let (coarse, fine) = parts.map(|sum| sum.unwrap_or((f64::NAN, 0.0))).unzip();
        Ok(Self {
            steps: written.steps,
            coarse,
            fine,
        })
    }
}

/// Adding and subtracting 1.5 2^52 steps rounds a number to whole steps.
#[derive(Clone, Copy)]
struct Grid {
    step: f64,
    to_coarse: f64,
    to_fine: f64,
    /// Largest term.
    most: f64,
    /// Largest sum.
    most_in_all: f64,
}

impl Grid {
    fn new(steps: Steps) -> Self {
        let step = steps.coarse();
        let rounder = 1.5 * (1_u64 << 52) as f64;
        Self {
            step,
            to_coarse: rounder * step,
            to_fine: rounder * step * FINE,
            most: (1_u64 << 51) as f64 * step,
            most_in_all: (1_u64 << 52) as f64 * step,
        }
    }

    fn in_range(&self, coarse: f64) -> bool {
        coarse.abs() < self.most_in_all
    }

    /// Adds to both parts of a sum.
    #[inline(always)]
    fn add(&self, sum: (&mut f64, &mut f64), coarse: f64, fine: f64) {
        let fine = *sum.1 + fine;
        let carry = (fine + self.to_coarse) - self.to_coarse;
        let total = *sum.0 + coarse + carry;
        // What is not a number is not below the limit.
        let is_inside = total.abs() < self.most_in_all;
        *sum.0 = if is_inside { total } else { f64::NAN };
        *sum.1 = if is_inside { fine - carry } else { 0.0 };
    }
}

impl Default for GridSums {
    /// No sums of logarithms yet: the first terms decide how many.
    fn default() -> Self {
        Self::new(Steps::Logarithms, 0)
    }
}

impl GridSums {
    pub fn new(steps: Steps, n: usize) -> Self {
        Self {
            steps,
            coarse: vec![0.0; n],
            fine: vec![0.0; n],
        }
    }

    /// Adds one term to each sum.
    pub fn add(&mut self, terms: &[f64]) {
        lanes::on_vectors(
            #[inline(always)]
            || {
                let grid = Grid::new(self.steps);
                let sums = self.coarse.iter_mut().zip(&mut self.fine);
                for (sum, &term) in sums.zip(terms) {
                    let coarse = (term + grid.to_coarse) - grid.to_coarse;
                    let fine = ((term - coarse) + grid.to_fine) - grid.to_fine;
                    let coarse = if term.abs() < grid.most {
                        coarse
                    } else {
                        f64::NAN
                    };
                    grid.add(sum, coarse, fine);
                }
            },
        );
    }

    /// Adds the terms of other sums; those on another grid, which only a damaged
    /// file can hold, make all sums NaN.
    pub fn merge(&mut self, other: &GridSums) {
        if self.steps != other.steps {
            return self.coarse.fill(f64::NAN);
        }
        lanes::on_vectors(
            #[inline(always)]
            || {
                let grid = Grid::new(self.steps);
                let sums = self.coarse.iter_mut().zip(&mut self.fine);
                for (sum, (&coarse, &fine)) in sums.zip(other.coarse.iter().zip(&other.fine)) {
                    grid.add(sum, coarse, fine);
                }
            },
        );
    }

    /// Like [`Self::add`]; the first terms decide how many sums there are.
    ///
    /// # Errors
    /// [`crate::Error::Length`] for another number of terms than before.
    pub fn add_terms(&mut self, terms: &[f64]) -> crate::Result<()> {
        self.fit(terms.len())?;
        self.add(terms);
        Ok(())
    }

    /// Like [`Self::merge`]; the first sums decide how many there are.
    ///
    /// # Errors
    /// [`crate::Error::Length`] for sums of another length.
    pub fn merge_sums(&mut self, other: &GridSums) -> crate::Result<()> {
        if other.len() == 0 {
            return Ok(());
        }
        self.fit(other.len())?;
        self.merge(other);
        Ok(())
    }

    fn fit(&mut self, n: usize) -> crate::Result<()> {
        if self.len() == 0 {
            self.coarse.resize(n, 0.0);
            self.fine.resize(n, 0.0);
        }
        crate::Error::check_length("sums", n, self.len())
    }

    pub fn len(&self) -> usize {
        self.coarse.len()
    }

    /// The sums; NaN for those that left the range.
    pub fn values(&self) -> impl Iterator<Item = f64> {
        let parts = self.coarse.iter().zip(&self.fine);
        parts.map(|(coarse, fine)| coarse + fine)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::ExactSum;
    use crate::synth::gauss;

    const BOTH: [Steps; 2] = [Steps::Logarithms, Steps::SquaredLogarithms];

    fn sums(steps: Steps, terms: &[f64]) -> GridSums {
        let mut sums = GridSums::new(steps, 1);
        for term in terms {
            sums.add(&[*term]);
        }
        sums
    }

    fn value(sums: &GridSums) -> f64 {
        sums.values().next().unwrap()
    }

    #[test]
    fn any_order_and_grouping_gives_the_exact_sum_of_what_is_on_the_grid() {
        for steps in BOTH {
            let scale = [1e-3, 1.0, 1e5, 1e8];
            let terms: Vec<f64> = gauss(7, 4000)
                .iter()
                .zip(scale.iter().cycle())
                .map(|(x, scale)| x * scale)
                .collect();
            let forwards = sums(steps, &terms);
            let backwards: Vec<f64> = terms.iter().rev().copied().collect();
            assert_eq!(forwards, sums(steps, &backwards));
            let mut merged = sums(steps, &terms[3000..]);
            merged.merge(&sums(steps, &terms[..3000]));
            assert_eq!(forwards, merged);
            let fine = steps.coarse() * FINE;
            let mut exact = ExactSum::default();
            for term in &terms {
                // In whole fine steps the rounding is that of an integer.
                exact.add((term / fine).round_ties_even() * fine);
            }
            assert_eq!(value(&forwards), exact.value());
        }
    }

    #[test]
    fn terms_cancel_without_a_rest() {
        for steps in BOTH {
            assert_eq!(value(&sums(steps, &[1e10, 0.1, -1e10, -0.1])), 0.0);
            let many = sums(steps, &vec![0.3; 100_000]);
            assert!((value(&many) - 30_000.0).abs() <= 100_000.0 * steps.coarse() * FINE);
        }
    }

    #[test]
    fn what_leaves_the_range_is_no_number_for_ever() {
        for steps in BOTH {
            for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1e15, 1e300] {
                assert!(value(&sums(steps, &[1.0, bad, 1.0])).is_nan(), "{bad}");
            }
            let large = 0.9 * (1_u64 << 51) as f64 * steps.coarse();
            assert!(value(&sums(steps, &[large; 2])).is_finite());
            assert!(value(&sums(steps, &[large; 3])).is_nan());
        }
    }

    #[test]
    fn written_and_read_they_are_the_same() {
        for steps in BOTH {
            let mut written = GridSums::new(steps, 3);
            written.add(&[-7.25, f64::NAN, 1.0 / 3.0]);
            let text = serde_json::to_string(&written).unwrap();
            let read: GridSums = serde_json::from_str(&text).unwrap();
            assert_eq!(format!("{written:?}"), format!("{read:?}"));
        }
        let off = r#"{"steps":"logarithms","sums":[[0.3,0.0]]}"#;
        assert!(serde_json::from_str::<GridSums>(off).is_err());
    }
}
