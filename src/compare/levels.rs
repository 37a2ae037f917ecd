//! Histograms of the levels of bands over many segments.

use super::OctaveBand;
use super::bands::mean;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Bands per octave of a level histogram.
pub const LEVEL_BANDS_PER_OCTAVE: u32 = 6;

/// How often each band of a spectrum has each level, over many segments: the
/// counts behind a probability picture of spectra (McNamara & Buland 2004).
///
/// Levels are whole decibels of power: level L holds L <= 10 log10 P < L + 1.
/// Counts are integers, so merging is exact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelHistogram {
    counts: Vec<BTreeMap<i32, u64>>,
}

impl LevelHistogram {
    /// No segment yet.
    pub fn new(n_bands: usize) -> Self {
        Self {
            counts: vec![BTreeMap::new(); n_bands],
        }
    }

    /// Forgets all segments.
    pub fn clear(&mut self) {
        for band in &mut self.counts {
            band.clear();
        }
    }

    /// Counts one segment: the level of a band is its mean ln P, in dB.
    pub fn add(&mut self, bands: &[OctaveBand], log_power: &[f64]) {
        for (counts, band) in self.counts.iter_mut().zip(bands) {
            let db = 10.0 / std::f64::consts::LN_10 * mean(&log_power[band.bins.clone()]);
            *counts.entry(db.floor() as i32).or_insert(0) += 1;
        }
    }

    /// Adds the segments of another histogram over the same bands.
    pub fn merge(&mut self, other: &LevelHistogram) {
        for (counts, others) in self.counts.iter_mut().zip(&other.counts) {
            for (level, count) in others {
                *counts.entry(*level).or_insert(0) += count;
            }
        }
    }

    /// The lowest level that occurs, and the counts \[band\]\[level\] from there
    /// upwards; `None` without any segment.
    pub fn table(&self) -> Option<(i32, Vec<Vec<u64>>)> {
        let lowest = *self.counts.iter().filter_map(|c| c.keys().next()).min()?;
        let highest = *self
            .counts
            .iter()
            .filter_map(|c| c.keys().next_back())
            .max()?;
        let row = |counts: &BTreeMap<i32, u64>| {
            (lowest..=highest)
                .map(|level| counts.get(&level).copied().unwrap_or(0))
                .collect()
        };
        Some((lowest, self.counts.iter().map(row).collect()))
    }
}

/// The level below which a share of the segments of one band lies: `counts`
/// from `level_start` upwards in steps of 1 dB, interpolated within a step.
///
/// ```
/// use cepstrum::compare::level_quantile;
/// // Four segments between -2 and -1 dB: half of them lie below -1.5 dB.
/// assert_eq!(level_quantile(&[0, 4, 0], -3.0, 0.5), Some(-1.5));
/// ```
pub fn level_quantile(counts: &[u64], level_start: f64, share: f64) -> Option<f64> {
    let total: u64 = counts.iter().sum();
    if total == 0 {
        return None;
    }
    let wanted = share * total as f64;
    let mut below = 0.0;
    for (level, &count) in counts.iter().enumerate() {
        let count = count as f64;
        if count > 0.0 && below + count >= wanted {
            return Some(level_start + level as f64 + ((wanted - below) / count).max(0.0));
        }
        below += count;
    }
    None
}
