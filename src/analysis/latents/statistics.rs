//! From moments to rows.

use super::eigen::symmetric_eigenvalues;
use super::moments::Moments;
use super::study::{ChannelCovariance, ChannelRow, PooledRow};

/// Below this share of the largest, an eigenvalue of a covariance is rounding.
const ROUNDING: f64 = 1e-14;

/// All values together; none where they are all equal.
pub(super) fn pooled(moments: &Moments) -> Option<PooledRow> {
    let n_channels = moments.mean.len() as f64;
    let n = moments.count as f64;
    let mean = moments.mean.iter().sum::<f64>() / n_channels;
    let within = moments.products.diag().sum() / n / n_channels;
    let between = moments.mean.iter().map(|m| (m - mean).powi(2));
    let between = between.sum::<f64>() / n_channels;
    let std = (within + between).sqrt();
    let min = moments.min.iter().copied().fold(f64::INFINITY, f64::min);
    let max = moments
        .max
        .iter()
        .copied()
        .fold(f64::NEG_INFINITY, f64::max);
    let scale_factor = 1.0 / std;
    (min < max && scale_factor.is_finite()).then_some(PooledRow {
        mean,
        std,
        scale_factor,
        channel_mean_share: between / (within + between),
        min,
        max,
    })
}

/// One row per channel, still without spectra.
pub(super) fn channel_rows(moments: &Moments) -> Vec<ChannelRow> {
    let row = |channel: usize| {
        let (min, max) = (moments.min[channel], moments.max[channel]);
        let std = (moments.products[[channel, channel]] / moments.count as f64).sqrt();
        ChannelRow {
            channel,
            mean: moments.mean[channel],
            std,
            scale_factor: Some(1.0 / std).filter(|factor| factor.is_finite()),
            min,
            max,
            is_constant: min == max,
            alpha: None,
            mean_log_power: Vec::new(),
        }
    };
    (0..moments.mean.len()).map(row).collect()
}

/// The covariance; none for one channel, for one position, or where no channel
/// varies.
pub(super) fn covariance(moments: &Moments, pooled: &PooledRow) -> Option<ChannelCovariance> {
    if moments.mean.len() < 2 || moments.count < 2 {
        return None;
    }
    let scaled = moments.covariance() / (pooled.std * pooled.std);
    let mut eigenvalues = symmetric_eigenvalues(&scaled);
    let largest = eigenvalues.first().copied().filter(|l| *l > 0.0)?;
    for value in &mut eigenvalues {
        if *value < ROUNDING * largest {
            *value = 0.0;
        }
    }
    let total: f64 = eigenvalues.iter().sum();
    let shares = eigenvalues.iter().map(|value| value / total);
    let entropy: f64 = shares
        .clone()
        .filter(|p| *p > 0.0)
        .map(|p| -p * p.ln())
        .sum();
    let squares: f64 = shares.map(|p| p * p).sum();
    let n_under_noise = eigenvalues.iter().filter(|value| **value < 1.0).count();
    Some(ChannelCovariance {
        effective_rank: entropy.exp(),
        participation_ratio: 1.0 / squares,
        n_under_noise,
        share_under_noise: n_under_noise as f64 / eigenvalues.len() as f64,
        eigenvalues,
    })
}
