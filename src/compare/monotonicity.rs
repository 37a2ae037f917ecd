//! Measures of how nearly power falls with frequency.

use crate::lanes;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// How nearly power falls with frequency, over all frequencies above 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Monotonicity {
    /// Spearman's rank correlation of power with frequency; -1 where power
    /// falls at every step. `None` where all powers are equal.
    pub spearman: Option<f64>,
    /// Share of all pairs of frequencies whose higher one has more power.
    pub pair_violation: f64,
    /// Share of neighbouring frequencies whose higher one has more power.
    pub adjacent_violation: f64,
    /// 1 - R^2 of the best non-increasing curve through ln P. `None` where all
    /// powers are equal.
    pub iso_unexplained: Option<f64>,
    /// Share of the energy that lies above the lowest power at any lower
    /// frequency: what noise has not drowned when it has drowned something
    /// lower.
    pub energy_uncovered: f64,
}

/// Measures of monotonic fall of a spectrum.
///
/// `log_power` is ln P; `weights` are the cells per frequency that count for
/// energy (its `dof`). Frequencies of 0 are left out.
///
/// # Errors
/// [`Error::Length`] for slices of different lengths,
/// [`Error::InvalidArgument`] for fewer than two frequencies or values that are
/// not finite.
pub fn monotonicity(frequency: &[f64], log_power: &[f64], weights: &[f64]) -> Result<Monotonicity> {
    for (what, got) in [("log_power", log_power.len()), ("weights", weights.len())] {
        Error::check_length(what, got, frequency.len())?;
    }
    let skip = frequency.iter().take_while(|f| **f <= 0.0).count();
    let (frequency, log_power) = (&frequency[skip..], &log_power[skip..]);
    if log_power.len() < 2 {
        let requirement = "at least 2 frequencies above 0";
        return Err(Error::argument("spectrum", log_power.len(), requirement));
    }
    if let Some(bad) = log_power.iter().find(|p| !p.is_finite()) {
        return Err(Error::argument("log_power", bad, "finite"));
    }
    let n = log_power.len() as f64;
    let order = sorted(log_power);
    let rises = log_power.windows(2).filter(|w| w[1] > w[0]).count();
    Ok(Monotonicity {
        spearman: match frequency.is_sorted_by(|a, b| a < b) {
            true => rank_correlation((1..=order.len()).map(|rank| rank as f64), &ranks(&order)),
            false => rank_correlation(ranks(&sorted(frequency)), &ranks(&order)),
        },
        pair_violation: rising_pairs(&order) as f64 / (n * (n - 1.0) / 2.0),
        adjacent_violation: rises as f64 / (n - 1.0),
        iso_unexplained: iso_unexplained(log_power),
        energy_uncovered: energy_uncovered(log_power, &weights[skip..]),
    })
}

/// Spearman's rank correlation (ties share their mean rank); `None` where
/// either side does not vary.
pub fn spearman(x: &[f64], y: &[f64]) -> Option<f64> {
    rank_correlation(ranks(&sorted(x)), &ranks(&sorted(y)))
}

fn rank_correlation(x: impl IntoIterator<Item = f64>, y: &[f64]) -> Option<f64> {
    let mean = (y.len() as f64 + 1.0) / 2.0;
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in x.into_iter().zip(y) {
        xx += (x - mean) * (x - mean);
        xy += (x - mean) * (y - mean);
        yy += (y - mean) * (y - mean);
    }
    (xx > 0.0 && yy > 0.0).then(|| xy / (xx * yy).sqrt())
}

/// The values in increasing order, each with its place; of equal values the last
/// comes first.
fn sorted(values: &[f64]) -> Vec<(f64, usize)> {
    // Adding 0 makes -0 and 0 equal in the total order.
    let mut order: Vec<(f64, usize)> = values.iter().map(|value| value + 0.0).zip(0..).collect();
    if values.windows(2).all(|pair| pair[0] < pair[1]) {
        return order;
    }
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    order
}

/// Rank of each place, from 1; equal values share their mean rank.
fn ranks(order: &[(f64, usize)]) -> Vec<f64> {
    let mut ranks = vec![0.0; order.len()];
    let mut start = 0;
    while start < order.len() {
        let value = order[start].0;
        let ties = order[start..]
            .iter()
            .take_while(|(other, _)| *other == value)
            .count()
            // What is not a number does not equal itself.
            .max(1);
        for &(_, i) in &order[start..start + ties] {
            ranks[i] = start as f64 + (ties as f64 + 1.0) / 2.0;
        }
        start += ties;
    }
    ranks
}

/// The non-increasing sequence nearest to `values` in weighted least squares
/// (pool adjacent violators, Ayer et al. 1955).
pub fn isotonic_decreasing(values: &[f64], weights: &[f64]) -> Vec<f64> {
    let pools = pools(values, weights.iter().copied());
    pools.iter().flat_map(Pool::values).collect()
}

/// Neighbours that share one value of a monotonic sequence.
struct Pool {
    mean: f64,
    weight: f64,
    len: usize,
}

impl Pool {
    fn values(&self) -> impl Iterator<Item = f64> {
        std::iter::repeat_n(self.mean, self.len)
    }
}

fn pools(values: &[f64], weights: impl Iterator<Item = f64>) -> Vec<Pool> {
    let mut pools: Vec<Pool> = Vec::new();
    for (&value, weight) in values.iter().zip(weights) {
        let mut pool = Pool {
            mean: value,
            weight,
            len: 1,
        };
        while let Some(last) = pools.pop_if(|last| last.mean < pool.mean) {
            let total = last.weight + pool.weight;
            pool = Pool {
                mean: (last.mean * last.weight + pool.mean * pool.weight) / total,
                weight: total,
                len: last.len + pool.len,
            };
        }
        pools.push(pool);
    }
    pools
}

fn iso_unexplained(log_power: &[f64]) -> Option<f64> {
    let pools = pools(log_power, std::iter::repeat(1.0));
    let mean = log_power.iter().sum::<f64>() / log_power.len() as f64;
    let total: f64 = log_power.iter().map(|p| (p - mean).powi(2)).sum();
    let residual: f64 = log_power
        .iter()
        .zip(pools.iter().flat_map(Pool::values))
        .map(|(p, fit)| (p - fit).powi(2))
        .sum();
    (total > 0.0).then(|| residual / total)
}

fn energy_uncovered(log_power: &[f64], weights: &[f64]) -> f64 {
    // Scaled by the largest power, so that no exponential overflows.
    let largest = log_power.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (mut lowest, mut uncovered, mut total) = (f64::INFINITY, 0.0, 0.0);
    for (log_p, weight) in log_power.iter().zip(weights) {
        let power = (log_p - largest).exp();
        lowest = power.min(lowest);
        uncovered += weight * (power - lowest);
        total += weight * power;
    }
    uncovered / total
}

/// Number of pairs i < j whose later value is larger.
///
/// Values enter by place, and each counts those before it that are smaller: marks
/// in its own group of the sorted order, and running totals of the groups below.
/// With n values a group has some sqrt(8 n) places, so that either count takes as
/// long.
fn rising_pairs(order: &[(f64, usize)]) -> u64 {
    let mut position = vec![0_u32; order.len()];
    for (sorted, &(_, place)) in order.iter().enumerate() {
        position[place] = sorted as u32;
    }
    let words = (order.len() / 512).isqrt() + 1;
    let mut marks = vec![0_u64; order.len().div_ceil(64)];
    // Marks in all groups below each.
    let mut below = vec![0_u64; marks.len().div_ceil(words)];
    lanes::on_vectors(
        #[inline(always)]
        || {
            let mut rising = 0;
            for position in position {
                let position = position as usize;
                let (word, bit) = (position / 64, position % 64);
                let group = word / words;
                let whole = marks[group * words..word].iter();
                let whole: u32 = whole.map(|word| word.count_ones()).sum();
                let partial = marks[word] & ((1 << bit) - 1);
                rising += below[group] + u64::from(whole + partial.count_ones());
                marks[word] |= 1 << bit;
                for count in &mut below[group + 1..] {
                    *count += 1;
                }
            }
            rising
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::derived_seed;

    #[test]
    fn ranks_end_even_where_a_value_is_no_number() {
        let ranks = |values: &[f64]| ranks(&sorted(values));
        assert_eq!(ranks(&[3.0, 1.0, 3.0]), [2.5, 1.0, 2.5]);
        assert_eq!(ranks(&[f64::NAN, 1.0]), [2.0, 1.0]);
    }

    #[test]
    fn rising_pairs_are_those_of_all_pairs() {
        for (n, levels) in [(0, 1), (1, 1), (5, 2), (700, 9), (5000, 1_000_000)] {
            let value = |i: u64| (derived_seed(n, i) % levels) as f64 - 3.0;
            let values: Vec<f64> = (0..n).map(value).collect();
            let mut expected = 0;
            for (i, value) in values.iter().enumerate() {
                expected += values[i..].iter().filter(|later| *later > value).count();
            }
            assert_eq!(rising_pairs(&sorted(&values)), expected as u64, "{n}");
        }
        assert_eq!(rising_pairs(&sorted(&[-0.0, 0.0, -0.0])), 0);
    }
}
