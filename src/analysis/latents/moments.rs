//! Mean and co-moments of channels, file by file.

use crate::decode::ArrayStack;
use ndarray::Array2;

/// Positions that are looked at together: they stay in a cache.
const BLOCK: usize = 512;
/// Partial sums of a product: one chain of additions would wait for itself.
const LANES: usize = 8;

/// Count, means, co-moments about the means, and extremes of channels over all
/// items and positions.
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

impl Moments {
    /// The moments of one array; those of values too large for squares are not
    /// finite.
    pub fn of(stack: &ArrayStack) -> Self {
        let (n_items, n_channels, rows, cols) = stack.values.dim();
        let n = n_items * rows * cols;
        let mut moments = Moments {
            count: n as u64,
            mean: vec![0.0; n_channels],
            products: Array2::zeros((n_channels, n_channels)),
            min: vec![f64::INFINITY; n_channels],
            max: vec![f64::NEG_INFINITY; n_channels],
        };
        for item in stack.values.outer_iter() {
            for (channel, values) in item.outer_iter().enumerate() {
                for &value in values {
                    moments.mean[channel] += value;
                    moments.min[channel] = moments.min[channel].min(value);
                    moments.max[channel] = moments.max[channel].max(value);
                }
            }
        }
        for channel in 0..n_channels {
            moments.mean[channel] /= n as f64;
            // A rounded mean would give equal values a variance.
            if moments.min[channel] == moments.max[channel] {
                moments.mean[channel] = moments.min[channel];
            }
        }
        moments.add_products(stack);
        moments
    }

    fn add_products(&mut self, stack: &ArrayStack) {
        let (_, n_channels, rows, cols) = stack.values.dim();
        let n = rows * cols;
        let mut item_values = vec![0.0; n_channels * n];
        for item in stack.values.outer_iter() {
            for (slot, &value) in item_values.iter_mut().zip(item.iter()) {
                *slot = value;
            }
            for (channel, values) in item_values.chunks_exact_mut(n).enumerate() {
                values.iter_mut().for_each(|x| *x -= self.mean[channel]);
            }
            for start in (0..n).step_by(BLOCK) {
                let end = (start + BLOCK).min(n);
                let of = |channel: usize| &item_values[channel * n + start..channel * n + end];
                for a in 0..n_channels {
                    for b in 0..=a {
                        self.products[[a, b]] += product(of(a), of(b));
                    }
                }
            }
        }
    }

    /// Adds the moments of other positions of the same channels (Chan, Golub &
    /// LeVeque 1979).
    pub fn merge(&mut self, other: &Moments) {
        let (n, m) = (self.count as f64, other.count as f64);
        let apart: Vec<f64> = other
            .mean
            .iter()
            .zip(&self.mean)
            .map(|(b, a)| b - a)
            .collect();
        let weight = n / (n + m) * m;
        for a in 0..apart.len() {
            for b in 0..=a {
                self.products[[a, b]] += other.products[[a, b]] + apart[a] * apart[b] * weight;
            }
        }
        for (channel, apart) in apart.iter().enumerate() {
            self.mean[channel] += apart * m / (n + m);
            self.min[channel] = self.min[channel].min(other.min[channel]);
            self.max[channel] = self.max[channel].max(other.max[channel]);
        }
        self.count += other.count;
    }

    /// Whether all values had squares.
    pub fn is_finite(&self) -> bool {
        self.mean
            .iter()
            .chain(&self.products)
            .all(|x| x.is_finite())
    }

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
    use crate::decode::Layout;
    use crate::synth::gauss;
    use ndarray::{Array4, Axis, concatenate};

    fn stack(values: Array4<f64>) -> ArrayStack {
        ArrayStack {
            name: "latent".into(),
            layout: Layout::Nchw,
            shape: values.shape().to_vec(),
            values,
        }
    }

    fn random(seed: u64, shape: (usize, usize, usize, usize), offset: f64) -> Array4<f64> {
        let n = shape.0 * shape.1 * shape.2 * shape.3;
        let values = gauss(seed, n).into_iter().map(|x| x + offset).collect();
        Array4::from_shape_vec(shape, values).unwrap()
    }

    /// Against the definition, with an offset that sums of squares would not
    /// survive.
    #[test]
    fn merged_moments_are_those_of_all() {
        let a = random(1, (3, 4, 7, 90), 1e6);
        let b = random(2, (2, 4, 7, 90), 1e6 + 1.0);
        let mut merged = Moments::of(&stack(a.clone()));
        merged.merge(&Moments::of(&stack(b.clone())));
        let all = concatenate(Axis(0), &[a.view(), b.view()]).unwrap();
        let n = 5.0 * 7.0 * 90.0;
        assert_eq!(merged.count, 3150);
        let deviation = |channel: usize| {
            let values = all.index_axis(Axis(1), channel).to_owned();
            let mean = 1e6 + values.mapv(|x| x - 1e6).sum() / n;
            assert!((merged.mean[channel] - mean).abs() < 1e-9);
            values.mapv(|x| x - mean)
        };
        let covariance = merged.covariance();
        for i in 0..4 {
            for j in 0..4 {
                let expected = (deviation(i) * deviation(j)).sum() / n;
                assert!((covariance[[i, j]] - expected).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn constant_channels_have_no_variance() {
        let moments = Moments::of(&stack(Array4::from_elem((3, 2, 5, 7), 0.1)));
        assert_eq!(moments.mean, [0.1, 0.1]);
        assert_eq!(moments.covariance(), Array2::<f64>::zeros((2, 2)));
        let large = Moments::of(&stack(random(3, (1, 1, 4, 4), 0.0) * 1e200));
        assert!(!large.is_finite());
    }
}
