//! The mean over segments of each band's mean, and the shares of power.

use super::nulls::NullModel;
use super::study::PowerShares;
use crate::analysis::Representation;
use crate::compare::ExactSum;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Sums over the planes of one representation: the same for any order and
/// grouping of the sources.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct ProfileSums {
    n_segments: u64,
    n_frames: u64,
    /// Of sum (x - plane's mean)^2.
    total: ExactSum,
    /// Of sum (x - band's mean)^2.
    dynamic: ExactSum,
    /// Of sum (band's mean - plane's mean)^2.
    statics: ExactSum,
    /// Of each band's mean.
    bands: Vec<ExactSum>,
}

/// By what was looked at (`None` is the data), representation and class.
pub(crate) type Profiles = BTreeMap<(Option<NullModel>, Representation, String), ProfileSums>;

impl ProfileSums {
    /// Adds one plane, \[frame\]\[band\], that can be measured.
    pub fn add(&mut self, values: &[f32], n_bands: usize) {
        let n_frames = values.len() / n_bands;
        let mut means = vec![0.0; n_bands];
        for frame in values.chunks_exact(n_bands) {
            for (mean, &value) in means.iter_mut().zip(frame) {
                *mean += f64::from(value) / n_frames as f64;
            }
        }
        let mean = means.iter().sum::<f64>() / n_bands as f64;
        let (mut total, mut dynamic) = (0.0, 0.0);
        for frame in values.chunks_exact(n_bands) {
            for (&value, band_mean) in frame.iter().zip(&means) {
                let value = f64::from(value);
                total += (value - mean).powi(2);
                dynamic += (value - band_mean).powi(2);
            }
        }
        let statics: f64 = means.iter().map(|m| (m - mean).powi(2)).sum();
        self.n_segments += 1;
        self.n_frames = n_frames as u64;
        self.total.add(total);
        self.dynamic.add(dynamic);
        self.statics.add(statics * n_frames as f64);
        self.bands.resize(n_bands, ExactSum::default());
        for (sum, mean) in self.bands.iter_mut().zip(means) {
            sum.add(mean);
        }
    }

    pub fn merge(&mut self, other: &ProfileSums) {
        self.n_segments += other.n_segments;
        self.n_frames = self.n_frames.max(other.n_frames);
        self.total.merge(&other.total);
        self.dynamic.merge(&other.dynamic);
        self.statics.merge(&other.statics);
        let n_bands = self.bands.len().max(other.bands.len());
        self.bands.resize(n_bands, ExactSum::default());
        for (sum, other) in self.bands.iter_mut().zip(&other.bands) {
            sum.merge(other);
        }
    }

    /// The mean over segments of each band's mean; `None` without segments, and
    /// where a sum left the range.
    pub fn profile(&self) -> Option<Vec<f64>> {
        let n = self.n_segments as f64;
        let profile = self.bands.iter().map(|sum| sum.value() / n).collect();
        let usable =
            |profile: &Vec<f64>| !profile.is_empty() && profile.iter().all(|x| x.is_finite());
        Some(profile).filter(usable)
    }

    /// Where the power is; `None` where there is no profile, or no power.
    pub fn shares(&self) -> Option<PowerShares> {
        let profile = self.profile()?;
        let mean = profile.iter().sum::<f64>() / profile.len() as f64;
        let between: f64 = profile.iter().map(|p| (p - mean).powi(2)).sum();
        let between = between * (self.n_segments * self.n_frames) as f64;
        let total = self.total.value();
        let n_cells = (self.n_segments * self.n_frames) as f64 * profile.len() as f64;
        let shares = PowerShares {
            power: total / n_cells,
            profile: between / total,
            residual: (self.statics.value() - between) / total,
            dynamic: self.dynamic.value() / total,
        };
        let finite =
            shares.profile.is_finite() && shares.residual.is_finite() && shares.dynamic.is_finite();
        finite.then_some(shares)
    }
}

/// The sums of a class, or of all.
pub(super) fn of_class(
    profiles: &Profiles,
    null: Option<NullModel>,
    representation: Representation,
    class: Option<&str>,
) -> ProfileSums {
    let mut sums = ProfileSums::default();
    let wanted = profiles.iter().filter(|((of, shown, name), _)| {
        (*of, *shown) == (null, representation) && class.is_none_or(|class| class == name)
    });
    for (_, of_class) in wanted {
        sums.merge(of_class);
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::{gauss, permutation};

    /// Planes of so many frames whose parts have known mean squares.
    fn planes(n_frames: usize, n_bands: usize, n: usize) -> Vec<Vec<f32>> {
        let sign = |i: usize| if i.is_multiple_of(2) { 1.0 } else { -1.0 };
        (0..n)
            .map(|s| {
                let cell = |i: usize| {
                    let (t, b) = (i / n_bands, i % n_bands);
                    let residual = 2.0 * sign(s) * sign(b / 2);
                    (7.0 * s as f64 + 3.0 * sign(b) + residual + sign(t) * sign(b / 4)) as f32
                };
                (0..n_frames * n_bands).map(cell).collect()
            })
            .collect()
    }

    #[test]
    fn shares_are_those_that_planes_were_made_of() {
        let mut sums = ProfileSums::default();
        for plane in planes(6, 8, 4) {
            sums.add(&plane, 8);
        }
        let shares = sums.shares().unwrap();
        // Mean squares 9, 4 and 1; each plane's own mean counts for nothing.
        assert!((shares.power - 14.0).abs() < 1e-12);
        assert!((shares.profile - 9.0 / 14.0).abs() < 1e-12);
        assert!((shares.residual - 4.0 / 14.0).abs() < 1e-12);
        assert!((shares.dynamic - 1.0 / 14.0).abs() < 1e-12);
    }

    #[test]
    fn shares_add_up_in_any_grouping() {
        let noise = gauss(5, 40 * 9 * 12);
        let planes: Vec<Vec<f32>> = noise
            .chunks(9 * 12)
            .enumerate()
            .map(|(s, plane)| {
                let cells = plane.iter().enumerate();
                cells
                    .map(|(i, x)| (x + 0.3 * (i % 12) as f64 * (s % 3) as f64) as f32)
                    .collect()
            })
            .collect();
        let mut whole = ProfileSums::default();
        for plane in &planes {
            whole.add(plane, 12);
        }
        let shares = whole.shares().unwrap();
        let sum = shares.profile + shares.residual + shares.dynamic;
        assert!((sum - 1.0).abs() < 1e-12, "{sum}");
        assert!(shares.residual > 0.1 && shares.profile > 0.1 && shares.dynamic > 0.1);
        let mut parts = vec![ProfileSums::default(); 4];
        for i in permutation(planes.len(), 3) {
            parts[i % 4].add(&planes[i], 12);
        }
        let mut merged = ProfileSums::default();
        for part in &parts {
            merged.merge(part);
        }
        assert_eq!(merged.shares().unwrap(), shares);
        assert_eq!(ProfileSums::default().shares(), None);
    }
}
