//! Bands of a fraction of an octave: their levels, peak and monotonicity, and
//! spectra smoothed over them.

use super::{Monotonicity, monotonicity};
use crate::Result;
use crate::data::Unit;
use crate::lanes;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A band of a fraction of an octave, and the bins of a spectrum that lie in it.
#[derive(Debug, Clone, PartialEq)]
pub struct OctaveBand {
    /// Centre, in the spectrum's unit of frequency.
    pub centre: f64,
    /// Indices of the frequencies in the band.
    pub bins: Range<usize>,
}

/// The bands of 1 / `per_octave` octave (base 2) that hold at least one of the
/// increasing frequencies; frequencies of 0 are in none.
///
/// Centres are 2^(k / per_octave) times a reference: 1 kHz for frequencies in
/// Hz, 1 for all other units.
pub fn octave_bands(frequency: &[f64], unit: Unit, per_octave: u32) -> Vec<OctaveBand> {
    let reference: f64 = match unit {
        Unit::Hertz => 1000.0,
        _ => 1.0,
    };
    let per_octave = f64::from(per_octave);
    let index = |f: f64| (per_octave * (f / reference).log2()).round();
    let mut bands = Vec::new();
    let mut start = frequency.iter().take_while(|f| **f <= 0.0).count();
    while start < frequency.len() {
        let band = index(frequency[start]);
        let len = frequency[start..].partition_point(|f| index(*f) <= band);
        bands.push(OctaveBand {
            centre: reference * (band / per_octave).exp2(),
            bins: start..start + len,
        });
        start += len;
    }
    bands
}

/// The level of a band of a spectrum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// Centre of the band, in the spectrum's unit of frequency.
    pub frequency: f64,
    /// Mean of ln P over the band's frequencies.
    pub mean_log_power: f64,
    /// Sum of the weights of the band's frequencies.
    #[serde(skip)]
    pub weight: f64,
}

/// The mean ln P of third-octave bands, in order of frequency.
///
/// ```
/// use cepstrum::compare::third_octaves;
/// use cepstrum::data::Unit;
/// let bands = third_octaves(&[990.0, 1010.0, 2000.0], &[1.0, 3.0, 0.0], &[2.0; 3], Unit::Hertz);
/// assert_eq!(bands[0].frequency, 1000.0);
/// assert_eq!(bands[0].mean_log_power, 2.0);
/// assert_eq!(bands.len(), 2);
/// ```
pub fn third_octaves(
    frequency: &[f64],
    log_power: &[f64],
    weights: &[f64],
    unit: Unit,
) -> Vec<Band> {
    octave_bands(frequency, unit, 3)
        .into_iter()
        .map(|band| Band {
            frequency: band.centre,
            mean_log_power: mean(&log_power[band.bins.clone()]),
            weight: weights[band.bins].iter().sum(),
        })
        .collect()
}

pub(super) fn mean(values: &[f64]) -> f64 {
    lanes::sum(values) / values.len() as f64
}

/// The band with the largest mean ln P; of equal ones the lowest.
///
/// Bands whose mean rests on fewer than `least_weight` are passed over where
/// others do not: the largest of many uncertain values is one of the most
/// uncertain.
pub fn peak(bands: &[Band], least_weight: f64) -> Option<Band> {
    let certain = |band: &&Band| band.weight >= least_weight;
    let any_certain = bands.iter().any(|band| certain(&band));
    let mut best: Option<&Band> = None;
    for band in bands.iter().filter(|band| !any_certain || certain(band)) {
        if best.is_none_or(|best| band.mean_log_power > best.mean_log_power) {
            best = Some(band);
        }
    }
    best.cloned()
}

/// Monotonicity over bands: every octave counts the same, where a spectrum's
/// own frequencies lie mostly in its top octave.
///
/// # Errors
/// Those of [`monotonicity`].
pub fn band_monotonicity(bands: &[Band]) -> Result<Monotonicity> {
    let column = |value: fn(&Band) -> f64| -> Vec<f64> { bands.iter().map(value).collect() };
    monotonicity(
        &column(|band| band.frequency),
        &column(|band| band.mean_log_power),
        &column(|band| band.weight),
    )
}

/// Each value replaced by the mean over the frequencies within half a band of
/// it; `per_octave` bands make an octave, and a band lies evenly around its
/// frequency on a logarithmic axis. A band of fewer than `least` values takes as
/// many neighbours on either side as make up that number.
///
/// `frequency` is positive and increasing. Ends see what there is of their
/// band.
///
/// ```
/// use cepstrum::compare::octave_smoothed;
/// let f = [1.0, 1.9, 2.0, 2.1];
/// let smooth = octave_smoothed(&f, &[5.0, 1.0, 2.0, 3.0], 3.0, 1);
/// assert_eq!(smooth, [5.0, 2.0, 2.0, 2.0]);
/// ```
pub fn octave_smoothed(
    frequency: &[f64],
    values: &[f64],
    per_octave: f64,
    least: usize,
) -> Vec<f64> {
    let half = (0.5 / per_octave).exp2();
    let n = frequency.len().min(values.len());
    let (mut first, mut end) = (0, 0);
    (0..n)
        .map(|i| {
            let f = frequency[i];
            while frequency[first] < f / half {
                first += 1;
            }
            while end < n && frequency[end] <= f * half {
                end += 1;
            }
            let beside = least / 2;
            let narrow = end - first < least;
            let band = match narrow {
                true => i.saturating_sub(beside)..(i + beside + 1).min(n),
                false => first..end,
            };
            let band = &values[band];
            band.iter().sum::<f64>() / band.len() as f64
        })
        .collect()
}
