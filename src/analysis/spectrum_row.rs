//! Mean spectra as they stand in reports: at all frequencies, or in 1/24 octaves.

use crate::compare::{OctaveBand, octave_bands};
use crate::data::{PowerScale, Unit};
use crate::lanes;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Points per octave of a waveform's spectrum in `report.json`: 22,050 lines of
/// nine rows took 17 MB, of which figures and pages show some hundred points.
pub const BANDS_PER_OCTAVE: u32 = 24;

/// A mean spectrum; the lists belong together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpectrumRow {
    /// Unit of the frequencies.
    pub unit: Unit,
    /// Normalisation of power.
    pub power_scale: PowerScale,
    /// Frequencies, increasing, without DC; results of one representation share
    /// the list. Of bands the geometric mean over their frequencies.
    pub frequency: Arc<[f64]>,
    /// Mean over segments of ln P; of bands its mean over their frequencies.
    pub mean_log_power: Vec<f64>,
    /// Population standard deviation over segments of ln P; of bands its root mean
    /// square over their frequencies.
    pub std_log_power: Vec<f64>,
    /// Arithmetic mean over segments of P, and over the frequencies of a band; null
    /// where a sum overflowed.
    #[serde(deserialize_with = "null_as_nan")]
    pub mean_power: Vec<f64>,
    /// Real degrees of freedom of one segment's P, of bands those of all their
    /// frequencies; shared likewise.
    pub dof: Arc<[u32]>,
    /// Frequencies of each band; absent where every frequency stands for itself.
    /// The bias of `mean_log_power` is that of `dof / n_bins`.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub n_bins: Arc<[u32]>,
}

fn is_empty(list: &[u32]) -> bool {
    list.is_empty()
}

fn null_as_nan<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
    let values = Vec::<Option<f64>>::deserialize(deserializer)?;
    Ok(values.into_iter().map(|x| x.unwrap_or(f64::NAN)).collect())
}

impl SpectrumRow {
    /// The same in bands of 1/24 octave; a band with one frequency keeps it.
    ///
    /// Averaging is linear in ln P and in P: what is made from the bands' means by
    /// the numbers of their frequencies is what all frequencies give.
    pub(super) fn in_bands(&self) -> SpectrumRow {
        let bands = bands(&self.frequency, self.unit);
        let logs: Vec<f64> = self.frequency.iter().map(|f| f.ln()).collect();
        let centre = |(band, log): (&OctaveBand, f64)| match band.bins.len() {
            1 => self.frequency[band.bins.start],
            _ => log.exp(),
        };
        let squares: Vec<f64> = self.std_log_power.iter().map(|std| std * std).collect();
        let total = |band: &OctaveBand| self.dof[band.bins.clone()].iter().sum::<u32>();
        SpectrumRow {
            unit: self.unit,
            power_scale: self.power_scale,
            frequency: bands.iter().zip(means(&bands, &logs)).map(centre).collect(),
            mean_log_power: means(&bands, &self.mean_log_power),
            std_log_power: means(&bands, &squares).iter().map(|s| s.sqrt()).collect(),
            mean_power: means(&bands, &self.mean_power),
            dof: bands.iter().map(total).collect(),
            n_bins: bands.iter().map(|band| band.bins.len() as u32).collect(),
        }
    }

    /// The frequencies of bands of lines, each with the values of its band: for what
    /// counts frequencies, or looks for the last one.
    pub(super) fn spread(&self) -> SpectrumRow {
        let of = |i: usize| std::iter::repeat_n(i, self.n_bins_at(i) as usize);
        let places: Vec<usize> = (0..self.frequency.len()).flat_map(of).collect();
        let values = |list: &[f64]| places.iter().map(|&i| list[i]).collect();
        // The lowest band has one line, the first of a row of even steps.
        let step = self.frequency.first().copied().unwrap_or_default();
        let mut dof = vec![2; places.len()];
        if self.dof.last().is_some_and(|dof| dof % 2 == 1) {
            dof.last_mut().into_iter().for_each(|dof| *dof = 1);
        }
        SpectrumRow {
            unit: self.unit,
            power_scale: self.power_scale,
            frequency: (1..=places.len()).map(|k| k as f64 * step).collect(),
            mean_log_power: values(&self.mean_log_power),
            std_log_power: values(&self.std_log_power),
            mean_power: values(&self.mean_power),
            dof: dof.into(),
            n_bins: [].into(),
        }
    }

    /// Number of frequencies that the value at a place stands for.
    pub fn n_bins_at(&self, i: usize) -> u32 {
        self.n_bins.get(i).copied().unwrap_or(1)
    }

    /// Whether its lists are of one length, and its frequencies positive and
    /// increasing.
    pub(crate) fn is_sound(&self) -> bool {
        let n = self.frequency.len();
        let lists = [
            self.mean_log_power.len(),
            self.std_log_power.len(),
            self.mean_power.len(),
            self.dof.len(),
        ];
        let has_bands = self.n_bins.is_empty() || self.n_bins.len() == n;
        lists.iter().all(|len| *len == n)
            && has_bands
            && !self.n_bins.contains(&0)
            && self.frequency.iter().all(|f| (1e-12..1e12).contains(f))
            && self.frequency.windows(2).all(|pair| pair[0] < pair[1])
    }
}

/// Values at the frequencies of a spectrum, as [`SpectrumRow::in_bands`] has them.
pub(super) fn in_bands(frequency: &[f64], unit: Unit, values: &[f64]) -> Vec<f64> {
    means(&bands(frequency, unit), values)
}

fn bands(frequency: &[f64], unit: Unit) -> Vec<OctaveBand> {
    octave_bands(frequency, unit, BANDS_PER_OCTAVE)
}

fn means(bands: &[OctaveBand], values: &[f64]) -> Vec<f64> {
    let mean = |band: &OctaveBand| {
        let values = &values[band.bins.clone()];
        lanes::sum(values) / values.len() as f64
    };
    bands.iter().map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(n: u32) -> SpectrumRow {
        let f = |k: u32| 0.5 * f64::from(k);
        SpectrumRow {
            unit: Unit::Hertz,
            power_scale: PowerScale::Raw,
            frequency: (1..=n).map(f).collect(),
            mean_log_power: (1..=n).map(|k| -2.0 * f(k).ln()).collect(),
            std_log_power: (1..=n).map(|k| f64::from(k % 3)).collect(),
            mean_power: (1..=n).map(f64::from).collect(),
            dof: (1..=n).map(|k| 2 - u32::from(k == n)).collect(),
            n_bins: [].into(),
        }
    }

    /// ln P of a power law is linear in ln f, so that bands lie on it as lines do.
    #[test]
    fn bands_of_a_power_law_lie_on_it() {
        let all = lines(22_050);
        let bands = all.in_bands();
        assert!(bands.is_sound() && bands.frequency.len() < 300);
        for (f, log) in bands.frequency.iter().zip(&bands.mean_log_power) {
            assert!((log + 2.0 * f.ln()).abs() < 1e-12, "{f} {log}");
        }
        // The lowest lines have bands of their own.
        assert_eq!(bands.frequency[..20], all.frequency[..20]);
        assert_eq!(bands.mean_log_power[..20], all.mean_log_power[..20]);
    }

    #[test]
    fn bands_spread_over_their_lines() {
        for n in [1, 2, 100, 4999] {
            let all = lines(n);
            let spread = all.in_bands().spread();
            assert_eq!(spread.frequency, all.frequency);
            assert_eq!(spread.dof, all.dof);
            assert_eq!(spread.in_bands().n_bins, all.in_bands().n_bins);
        }
    }

    #[test]
    fn sums_over_all_lines_are_kept() {
        let (all, bands) = (lines(5000), lines(5000).in_bands());
        let weighted = |values: &[f64]| -> f64 {
            let n = bands.n_bins.iter().map(|n| f64::from(*n));
            values.iter().zip(n).map(|(x, n)| x * n).sum()
        };
        let near = |a: f64, b: f64| assert!((a / b - 1.0).abs() < 1e-12, "{a} {b}");
        near(weighted(&bands.mean_power), all.mean_power.iter().sum());
        near(
            weighted(&bands.mean_log_power),
            all.mean_log_power.iter().sum(),
        );
        let squares =
            |row: &SpectrumRow| -> Vec<f64> { row.std_log_power.iter().map(|s| s * s).collect() };
        near(weighted(&squares(&bands)), squares(&all).iter().sum());
        assert_eq!(bands.dof.iter().sum::<u32>(), 2 * 5000 - 1);
        assert_eq!(bands.n_bins.iter().sum::<u32>(), 5000);
    }
}
