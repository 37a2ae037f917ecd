use super::{Monotonicity, monotonicity};
use crate::Result;
use crate::data::Unit;
use serde::{Deserialize, Serialize};

/// A third-octave band of a spectrum.
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

/// The mean ln P of third-octave bands (base 2), in order of frequency.
///
/// Band centres are 2^(k/3) times a reference: 1 kHz for frequencies in Hz, 1
/// for all other units. Bands without a frequency are passed over, and
/// frequencies of 0 are left out.
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
    let reference: f64 = match unit {
        Unit::Hertz => 1000.0,
        _ => 1.0,
    };
    let index = |f: f64| (3.0 * (f / reference).log2()).round();
    let mut bands = Vec::new();
    let mut start = frequency.iter().take_while(|f| **f <= 0.0).count();
    while start < frequency.len() {
        let band = index(frequency[start]);
        let len = frequency[start..]
            .iter()
            .take_while(|f| index(**f) == band)
            .count();
        let members = start..start + len;
        bands.push(Band {
            frequency: reference * (band / 3.0).exp2(),
            mean_log_power: log_power[members.clone()].iter().sum::<f64>() / len as f64,
            weight: weights[members].iter().sum(),
        });
        start += len;
    }
    bands
}

/// The band with the largest mean ln P; of equal ones the lowest.
pub fn peak(bands: &[Band]) -> Option<Band> {
    let mut best: Option<&Band> = None;
    for band in bands {
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
