//! The spectrum along channels, and what random orders of them would show.

use super::study::{ChannelOrder, OrderVerdict};
use crate::Result;
use crate::compare::{FitRange, FitSpacing, POST_FIT_POINTS, power_law, rounding_floor};
use crate::synth::{derived_seed, permutation};
use ndarray::Array2;
use rayon::prelude::*;
use std::f64::consts::TAU;

/// Fewer channels have fewer than 60 orders that differ by more than a turn or
/// a reflection, and no order of theirs is one in 20 on both sides.
pub(super) const FEWEST_CHANNELS: usize = 6;
/// Orders that are turns or reflections of each other have one exponent, but
/// for rounding.
const ROUNDING: f64 = 1e-9;

/// Spectra along channels of all positions at once: their mean depends on the
/// covariance alone.
struct Plan<'a> {
    covariance: &'a Array2<f64>,
    cosines: Vec<f64>,
    frequency: Vec<f64>,
}

impl<'a> Plan<'a> {
    fn new(covariance: &'a Array2<f64>) -> Self {
        let n = covariance.nrows();
        Self {
            covariance,
            cosines: (0..n).map(|i| (TAU * i as f64 / n as f64).cos()).collect(),
            frequency: (1..=n / 2).map(|k| k as f64 / n as f64).collect(),
        }
    }

    /// Mean of |F_k|^2 / C over positions, k = 1..=C/2, of channels in `order`:
    /// the transform of the circular sums of the covariance.
    fn power(&self, order: &[usize]) -> Vec<f64> {
        let n = order.len();
        let mut sums = vec![0.0; n];
        for (a, &channel) in order.iter().enumerate() {
            let row = self.covariance.row(channel);
            let (before, after) = order.split_at(a);
            for (sum, &other) in sums.iter_mut().zip(after.iter().chain(before)) {
                *sum += row[other];
            }
        }
        let power = |k: usize| {
            let terms = sums.iter().enumerate();
            let sum: f64 = terms
                .map(|(lag, sum)| sum * self.cosines[k * lag % n])
                .sum();
            sum / n as f64
        };
        (1..=n / 2).map(power).collect()
    }

    fn alpha(&self, power: &[f64]) -> Result<f64> {
        let floor = rounding_floor::<f64>(power).max(f64::MIN_POSITIVE);
        let log_power: Vec<f64> = power.iter().map(|p| p.max(floor).ln()).collect();
        let spacing = FitSpacing::EvenLog(POST_FIT_POINTS);
        let law = power_law(&self.frequency, &log_power, FitRange::default(), spacing)?;
        Ok(law.alpha)
    }
}

/// The spectrum along channels, and its exponent among those of `n` seeded
/// random orders; none for fewer than six channels.
pub(super) fn channel_order(
    covariance: &Array2<f64>,
    n: usize,
    seed: u64,
) -> Result<Option<ChannelOrder>> {
    let n_channels = covariance.nrows();
    if n_channels < FEWEST_CHANNELS {
        return Ok(None);
    }
    let plan = Plan::new(covariance);
    let given: Vec<usize> = (0..n_channels).collect();
    let mean_power = plan.power(&given);
    let alpha = plan.alpha(&mean_power)?;
    let random = (0..n as u64).into_par_iter().map(|i| {
        let order = permutation(n_channels, derived_seed(seed, i));
        plan.alpha(&plan.power(&order))
    });
    let mut null = random.collect::<Result<Vec<f64>>>()?;
    null.sort_by(f64::total_cmp);
    let tail = |is_extreme: &dyn Fn(f64) -> bool| {
        let count = null.iter().filter(|a| is_extreme(**a)).count();
        (1 + count) as f64 / (1 + n) as f64
    };
    let above = tail(&|a| a >= alpha - ROUNDING);
    let below = tail(&|a| a <= alpha + ROUNDING);
    let p_value = (2.0 * above.min(below)).min(1.0);
    Ok(Some(ChannelOrder {
        frequency: plan.frequency,
        mean_power,
        alpha,
        null_quantiles: [0.025, 0.5, 0.975].map(|q| quantile(&null, q)),
        n_permutations: n,
        p_value,
        verdict: match p_value <= 0.05 {
            true => OrderVerdict::Shown,
            false => OrderVerdict::NotShown,
        },
    }))
}

/// Quantile of sorted values, between neighbours linearly.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let at = q * (sorted.len() - 1) as f64;
    let (left, share) = (at as usize, at.fract());
    let right = (left + 1).min(sorted.len() - 1);
    sorted[left] + share * (sorted[right] - sorted[left])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planar::{Radius, Rapsd};
    use crate::synth::gauss;

    /// The covariance gives the mean of the positions' own spectra.
    #[test]
    fn power_is_the_mean_over_positions() {
        for n in [6, 9, 16] {
            let n_positions = 40;
            let x = Array2::from_shape_vec((n_positions, n), gauss(3, n_positions * n)).unwrap();
            let covariance = x.t().dot(&x) / n_positions as f64;
            let order = permutation(n, 5);
            let mut rapsd = Rapsd::<f64>::new(1, n, Radius::Frequency).unwrap();
            let n_rings = rapsd.table().n_rings();
            let (mut power, mut expected) = (vec![0.0; n_rings], vec![0.0; n_rings]);
            for row in x.outer_iter() {
                let values: Vec<f64> = order.iter().map(|&channel| row[channel]).collect();
                rapsd.process(&values, &mut power).unwrap();
                for (sum, power) in expected.iter_mut().zip(&power) {
                    *sum += power / n_positions as f64;
                }
            }
            // Rings end below Nyquist.
            let got = Plan::new(&covariance).power(&order);
            assert_eq!(got.len(), n / 2);
            for (got, expected) in got.iter().zip(&expected[1..]) {
                assert!((got - expected).abs() < 1e-12, "{got} {expected}");
            }
        }
    }

    #[test]
    fn turns_and_reflections_are_no_new_orders() {
        let x = Array2::from_shape_vec((8, 8), gauss(4, 64)).unwrap();
        let covariance = x.t().dot(&x);
        let plan = Plan::new(&covariance);
        let alpha = |order: &[usize]| plan.alpha(&plan.power(order)).unwrap();
        let given = alpha(&[0, 1, 2, 3, 4, 5, 6, 7]);
        for order in [[3, 4, 5, 6, 7, 0, 1, 2], [1, 0, 7, 6, 5, 4, 3, 2]] {
            assert!((alpha(&order) - given).abs() < ROUNDING);
        }
        assert!((alpha(&[1, 0, 2, 3, 4, 5, 6, 7]) - given).abs() > 1e-3);
    }

    #[test]
    fn quantiles_lie_between_neighbours() {
        let sorted = [0.0, 1.0, 3.0];
        assert_eq!(
            [0.0, 0.25, 0.5, 1.0].map(|q| quantile(&sorted, q)),
            [0.0, 0.5, 1.0, 3.0]
        );
    }
}
