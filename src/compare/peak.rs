use crate::data::Unit;
use serde::{Deserialize, Serialize};

/// The third-octave band with the largest mean ln P.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Peak {
    /// Centre of the band, in the spectrum's unit of frequency.
    pub frequency: f64,
    /// Mean of ln P over the band.
    pub mean_log_power: f64,
}

/// Finds the third-octave band (base 2) with the largest mean of `log_power`.
///
/// Band centres are 2^(k/3) times a reference: 1 kHz for frequencies in Hz, 1
/// for all other units. Bands without a frequency are passed over, and
/// frequencies of 0 are left out; `None` where nothing is left.
pub fn third_octave_peak(frequency: &[f64], log_power: &[f64], unit: Unit) -> Option<Peak> {
    let reference: f64 = match unit {
        Unit::Hertz => 1000.0,
        _ => 1.0,
    };
    let band = |f: f64| (3.0 * (f / reference).log2()).round();
    let mut best: Option<Peak> = None;
    let mut points = frequency
        .iter()
        .zip(log_power)
        .filter(|(f, _)| **f > 0.0)
        .peekable();
    while let Some((&f, &log_p)) = points.next() {
        let index = band(f);
        let (mut sum, mut count) = (log_p, 1.0);
        while let Some((_, &log_p)) = points.next_if(|(f, _)| band(**f) == index) {
            sum += log_p;
            count += 1.0;
        }
        let mean_log_power = sum / count;
        if best
            .as_ref()
            .is_none_or(|b| mean_log_power > b.mean_log_power)
        {
            best = Some(Peak {
                frequency: reference * (index / 3.0).exp2(),
                mean_log_power,
            });
        }
    }
    best
}
