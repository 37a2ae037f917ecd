//! Mean and co-moments of channels, in exact sums.

use crate::Result;
use crate::compare::{ExactSum, ExactSums};
use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// Positions that are looked at together: they stay in a cache.
const BLOCK: usize = 512;
/// Partial sums of a product: one chain of additions would wait for itself.
const LANES: usize = 8;

/// Count, sums of values and of products of channels over all items and
/// positions, and extremes.
///
/// What an item adds is known to some 2^-100 of itself: its products are taken
/// about its own means, and what is missing for sums about 0 is added without
/// rounding. Sums keep 2^-120 and reach 8.5e37, so that values may be 1e15 large,
/// and deviations below 1e-12 lose digits.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct MomentSums {
    /// Positions times items.
    count: u64,
    sums: ExactSums,
    /// Of the products of channels a and b <= a, row by row.
    products: ExactSums,
    min: Vec<f64>,
    max: Vec<f64>,
}

/// Buffers for one item.
#[derive(Debug, Default)]
pub(super) struct MomentPlan {
    deviations: Vec<f64>,
    means: Vec<f64>,
    residuals: Vec<f64>,
    terms: [Vec<f64>; 8],
}

/// Count, means, co-moments about the means, and extremes.
#[derive(Debug, Clone)]
pub(super) struct Moments {
    /// Positions times items.
    pub count: u64,
    pub mean: Vec<f64>,
    /// Sum over positions of the product of the deviations of two channels;
    /// the lower triangle.
    pub products: Array2<f64>,
    pub min: Vec<f64>,
    pub max: Vec<f64>,
}

/// a b without rounding, in two numbers (Dekker 1971, by a fused multiply-add).
fn two_product(a: f64, b: f64) -> [f64; 2] {
    let product = a * b;
    [product, a.mul_add(b, -product)]
}

impl MomentSums {
    /// Adds an item: `n_channels` planes that follow each other.
    ///
    /// # Errors
    /// [`crate::Error::Length`] for another number of channels than before.
    pub fn add(&mut self, item: &[f64], n_channels: usize, plan: &mut MomentPlan) -> Result<()> {
        let n = item.len() / n_channels;
        plan.centre(item, n);
        self.count += n as u64;
        self.min.resize(n_channels, f64::INFINITY);
        self.max.resize(n_channels, f64::NEG_INFINITY);
        for (channel, values) in item.chunks_exact(n).enumerate() {
            self.min[channel] = values.iter().copied().fold(self.min[channel], f64::min);
            self.max[channel] = values.iter().copied().fold(self.max[channel], f64::max);
        }
        let MomentPlan {
            deviations,
            means,
            residuals,
            terms,
        } = plan;
        // Sum of x: n mean and what rounding left of it.
        terms.iter_mut().for_each(Vec::clear);
        for (&mean, &residual) in means.iter().zip(&*residuals) {
            let [high, low] = two_product(n as f64, mean);
            for (list, term) in terms.iter_mut().zip([high, low, residual]) {
                list.push(term);
            }
        }
        for list in &terms[..3] {
            self.sums.add(list)?;
        }
        // Sum of x y about 0 from that about the means.
        terms.iter_mut().for_each(Vec::clear);
        for a in 0..n_channels {
            for b in 0..=a {
                let mut about_means = 0.0;
                for start in (0..n).step_by(BLOCK) {
                    let end = (start + BLOCK).min(n);
                    let of = |channel: usize| &deviations[channel * n + start..channel * n + end];
                    about_means += product(of(a), of(b));
                }
                let [high, low] = two_product(means[a], means[b]);
                let [n_high, n_high_rest] = two_product(n as f64, high);
                let [cross_a, cross_a_rest] = two_product(means[a], residuals[b]);
                let [cross_b, cross_b_rest] = two_product(means[b], residuals[a]);
                let all = [
                    about_means,
                    n_high,
                    n_high_rest,
                    n as f64 * low,
                    cross_a,
                    cross_a_rest,
                    cross_b,
                    cross_b_rest,
                ];
                for (list, term) in terms.iter_mut().zip(all) {
                    list.push(term);
                }
            }
        }
        terms.iter().try_for_each(|list| self.products.add(list))
    }

    /// Adds the sums of other positions of the same channels.
    ///
    /// # Errors
    /// [`crate::Error::Length`] for another number of channels.
    pub fn merge(&mut self, other: &MomentSums) -> Result<()> {
        self.count += other.count;
        self.sums.merge(&other.sums)?;
        self.products.merge(&other.products)?;
        let n = self.min.len().max(other.min.len());
        self.min.resize(n, f64::INFINITY);
        self.max.resize(n, f64::NEG_INFINITY);
        for (min, other) in self.min.iter_mut().zip(&other.min) {
            *min = min.min(*other);
        }
        for (max, other) in self.max.iter_mut().zip(&other.max) {
            *max = max.max(*other);
        }
        Ok(())
    }

    /// Whether no sum left its range.
    pub fn is_finite(&self) -> bool {
        self.sums
            .values()
            .chain(self.products.values())
            .all(f64::is_finite)
    }

    /// The moments; `None` where nothing was added.
    pub fn moments(&self) -> Option<Moments> {
        let n_channels = self.min.len();
        let n = self.count as f64;
        if n_channels == 0 {
            return None;
        }
        let sums: Vec<ExactSum> = self.sums.iter().copied().collect();
        let mean: Vec<f64> = sums
            .iter()
            .zip(self.min.iter().zip(&self.max))
            // A rounded mean would give equal values a variance.
            .map(|(sum, (&min, &max))| if min == max { min } else { sum.value() / n })
            .collect();
        // What the rounded means leave of the sums.
        let rest: Vec<f64> = sums
            .iter()
            .zip(&mean)
            .map(|(sum, &mean)| less(*sum, two_product(n, mean)).value())
            .collect();
        let mut products = Array2::zeros((n_channels, n_channels));
        let mut sum_of_products = self.products.iter();
        for a in 0..n_channels {
            for b in 0..=a {
                let &sum = sum_of_products.next()?;
                // Sum (x - p)(y - q) = sum x y - p sum y - q (sum x - n p).
                let high = sums[b].value();
                let low = less(sums[b], [high, 0.0]).value();
                let about = less(sum, two_product(mean[a], high));
                let about = less(about, two_product(mean[a], low));
                let about = less(about, two_product(mean[b], rest[a]));
                products[[a, b]] = about.value() - rest[a] * rest[b] / n;
            }
        }
        Some(Moments {
            count: self.count,
            mean,
            products,
            min: self.min.clone(),
            max: self.max.clone(),
        })
    }
}

/// A sum less two numbers.
fn less(mut sum: ExactSum, terms: [f64; 2]) -> ExactSum {
    terms.iter().for_each(|term| sum.add(-term));
    sum
}

impl MomentPlan {
    /// Takes the channels' means off.
    fn centre(&mut self, item: &[f64], n: usize) {
        self.means.clear();
        self.residuals.clear();
        self.deviations.clear();
        for values in item.chunks_exact(n) {
            let is_constant = values.iter().all(|x| *x == values[0]);
            let mean = match is_constant {
                true => values[0],
                false => values.iter().sum::<f64>() / n as f64,
            };
            let start = self.deviations.len();
            self.deviations.extend(values.iter().map(|x| x - mean));
            self.means.push(mean);
            self.residuals.push(self.deviations[start..].iter().sum());
        }
    }
}

impl Moments {
    /// Covariance of the channels [channel, channel], sums divided by the count.
    pub fn covariance(&self) -> Array2<f64> {
        let n = self.count as f64;
        Array2::from_shape_fn(self.products.dim(), |(a, b)| {
            self.products[[a.max(b), a.min(b)]] / n
        })
    }
}

fn product(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (a_blocks, b_blocks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest = a_blocks.remainder().iter().zip(b_blocks.remainder());
    let rest: f64 = rest.map(|(x, y)| x * y).sum();
    for (a, b) in a_blocks.zip(b_blocks) {
        for ((lane, x), y) in lanes.iter_mut().zip(a).zip(b) {
            *lane += x * y;
        }
    }
    lanes.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::gauss;

    const N: usize = 630;

    /// Items of four channels.
    fn items(seed: u64, n_items: usize, offset: f64) -> Vec<Vec<f64>> {
        let values = gauss(seed, n_items * 4 * N);
        let items = values.chunks_exact(4 * N);
        items
            .map(|item| item.iter().map(|x| x + offset).collect())
            .collect()
    }

    fn sums(items: &[Vec<f64>], n_channels: usize) -> MomentSums {
        let (mut sums, mut plan) = (MomentSums::default(), MomentPlan::default());
        for item in items {
            sums.add(item, n_channels, &mut plan).unwrap();
        }
        sums
    }

    /// Against the definition, with an offset that sums of squares in f64 would not
    /// survive.
    #[test]
    fn merged_moments_are_those_of_all() {
        let (a, b) = (items(1, 3, 1e6), items(2, 2, 1e6 + 1.0));
        let all: Vec<Vec<f64>> = a.iter().chain(&b).cloned().collect();
        let mut merged = sums(&b, 4);
        merged.merge(&sums(&a, 4)).unwrap();
        assert_eq!(merged, sums(&all, 4), "any grouping");
        let moments = merged.moments().unwrap();
        let n = (5 * N) as f64;
        assert_eq!(moments.count, 3150);
        let values = |channel: usize| {
            let of = all
                .iter()
                .flat_map(move |item| &item[channel * N..(channel + 1) * N]);
            of.map(|x| x - 1e6).collect::<Vec<f64>>()
        };
        let mean = |channel: usize| values(channel).iter().sum::<f64>() / n;
        for i in 0..4 {
            assert!((moments.mean[i] - 1e6 - mean(i)).abs() < 1e-9);
            for j in 0..4 {
                let (x, y) = (values(i), values(j));
                let products = x.iter().zip(&y).map(|(x, y)| (x - mean(i)) * (y - mean(j)));
                let expected = products.sum::<f64>() / n;
                assert!((moments.covariance()[[i, j]] - expected).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn constant_channels_have_no_variance() {
        let constant = vec![vec![0.1; 70], vec![0.1; 70], vec![0.1; 70]];
        let moments = sums(&constant, 2).moments().unwrap();
        assert_eq!(moments.mean, [0.1, 0.1]);
        assert_eq!(moments.covariance(), Array2::<f64>::zeros((2, 2)));
        let large: Vec<f64> = gauss(3, 16).iter().map(|x| x * 1e200).collect();
        assert!(!sums(&[large], 1).is_finite());
    }
}
