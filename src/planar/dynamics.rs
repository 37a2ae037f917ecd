//! Radial averages of spectrograms with and without what does not change in
//! time.

use super::checks::{check_lengths, check_shape};
use super::{Radius, Rapsd, RingTable};
use crate::data::{Axis, Real};
use crate::{Error, Result};
use rustfft::num_complex::Complex;

/// The rings of a spectrogram with and without what does not change in time.
#[derive(Debug, Clone, PartialEq)]
pub struct RingParts {
    /// All cells of each ring: the RAPSD.
    pub all: Vec<f64>,
    /// The cells with a temporal frequency: each band's mean over the segment
    /// is left out.
    pub dynamic: Vec<f64>,
    /// All cells, with a given profile over the bands taken out.
    pub centred: Vec<f64>,
    /// Energy about the plane's mean, sum x^2, in the cells with a temporal
    /// frequency.
    pub dynamic_energy: f64,
    /// The rest: energy of the bands' means over the segment.
    pub static_energy: f64,
}

/// Planned RAPSD of spectrograms, [frame, band], in parts: the column of cells
/// without temporal frequency (k_t = 0), where a segment's mean spectrum
/// stands, apart from all others.
pub struct RingDynamics<T: Real> {
    /// Made when it is wanted: spectra may come from elsewhere.
    rapsd: Option<Rapsd<T>>,
    radius: Radius,
    table: RingTable,
    /// Per ring: cells with k_t = 0, on the full plane.
    static_counts: Vec<u32>,
    /// The profile's transform, at k_t = 0.
    shifts: Vec<(f64, f64)>,
    /// Per ring, and outside all: the cells with k_t = 0, and those again with the
    /// profile taken out.
    static_sums: Vec<[f64; 2]>,
}

impl<T: Real> RingDynamics<T> {
    /// Plans for planes of `n_frames` by `n_bands`, with a profile of zeros.
    ///
    /// # Errors
    /// [`crate::Error::InvalidArgument`] where a side is 0.
    pub fn new(n_frames: usize, n_bands: usize, radius: Radius) -> Result<Self> {
        check_shape(n_frames, n_bands)?;
        let table = RingTable::new(n_frames, n_bands, radius);
        let n_rings = table.n_rings();
        let mut static_counts = vec![0; n_rings];
        for (multiplicity, rings) in table.columns() {
            if let Some(count) = static_counts.get_mut(rings[0] as usize) {
                *count += multiplicity as u32;
            }
        }
        Ok(Self {
            rapsd: None,
            radius,
            static_sums: vec![[0.0; 2]; n_rings + 1],
            shifts: vec![(0.0, 0.0); n_bands / 2 + 1],
            static_counts,
            table,
        })
    }

    /// Takes `profile`, one value per band, out of the `centred` part of all
    /// planes that follow.
    ///
    /// # Errors
    /// [`crate::Error::Length`] for another number of bands.
    pub fn set_profile(&mut self, profile: &[f64]) -> Result<()> {
        let (n_frames, n_bands) = self.table.shape();
        check_lengths(&[("profile", profile.len(), n_bands)])?;
        self.shifts = profile_spectrum(profile, n_frames);
        Ok(())
    }

    /// Which cells belong to which ring.
    pub fn table(&self) -> &RingTable {
        &self.table
    }

    /// Cells with a temporal frequency, per ring.
    pub fn dynamic_counts(&self) -> Vec<u32> {
        let counts = self.table.counts().iter().zip(&self.static_counts);
        counts.map(|(all, static_)| all - static_).collect()
    }

    /// [`RingTable::effective_log_frequency`] over the cells with a temporal
    /// frequency: the regressor of power laws of the `dynamic` part. Not finite
    /// for ring 0 and for rings without such cells.
    ///
    /// ```
    /// use cepstrum::planar::{Radius, RingDynamics};
    /// let plan = RingDynamics::<f64>::new(64, 64, Radius::Frequency)?;
    /// // Ring 1: two cells at distance 1, four at sqrt(2).
    /// let expected = (1.0_f64 / 64.0).ln() - 0.5 * (4.0_f64 / 6.0).ln();
    /// assert_eq!(plan.dynamic_counts()[1], 6);
    /// assert!((plan.dynamic_log_frequency()[1] - expected).abs() < 1e-12);
    /// # Ok::<(), cepstrum::Error>(())
    /// ```
    pub fn dynamic_log_frequency(&self) -> Vec<f64> {
        let n_frames = self.table.shape().0;
        self.table.effective_log_frequency_of(1..n_frames)
    }

    /// Frequencies r / L of the rings, cycles per sample.
    pub fn frequency(&self) -> Axis {
        self.table.frequency()
    }

    /// Empty parts.
    pub fn parts(&self) -> RingParts {
        let n = self.table.n_rings();
        RingParts {
            all: vec![0.0; n],
            dynamic: vec![0.0; n],
            centred: vec![0.0; n],
            dynamic_energy: 0.0,
            static_energy: 0.0,
        }
    }

    /// Writes the parts of `values` ([frame, band], row-major) into `parts`. Ring
    /// 0 is left at 0; a ring without temporal cells has NaN in `dynamic`.
    ///
    /// # Errors
    /// [`crate::Error::Length`] where a list has not the planned length.
    pub fn process(&mut self, values: &[T], parts: &mut RingParts) -> Result<()> {
        let (n_frames, n_bands) = self.table.shape();
        let n_rings = self.table.n_rings();
        check_lengths(&[
            ("values", values.len(), n_frames * n_bands),
            ("parts.all", parts.all.len(), n_rings),
            ("parts.dynamic", parts.dynamic.len(), n_rings),
            ("parts.centred", parts.centred.len(), n_rings),
        ])?;
        let mut rapsd = match self.rapsd.take() {
            Some(rapsd) => rapsd,
            None => Rapsd::new(n_frames, n_bands, self.radius)?,
        };
        rapsd.process(values, &mut parts.all)?;
        self.process_like(&rapsd, parts)?;
        self.rapsd = Some(rapsd);
        Ok(())
    }

    /// Writes the parts of the plane that `rapsd` processed last, whose transform
    /// need not be made again.
    ///
    /// # Errors
    /// [`Error::Length`] where it is a plan for planes of another shape, or a list
    /// has not the planned length, [`Error::InvalidArgument`] where its rings are
    /// others.
    pub fn process_like(&mut self, rapsd: &Rapsd<T>, parts: &mut RingParts) -> Result<()> {
        let (shape, theirs) = (self.table.shape(), rapsd.table().shape());
        let n_rings = self.table.n_rings();
        check_lengths(&[
            ("frames", theirs.0, shape.0),
            ("bands", theirs.1, shape.1),
            ("parts.all", parts.all.len(), n_rings),
            ("parts.dynamic", parts.dynamic.len(), n_rings),
            ("parts.centred", parts.centred.len(), n_rings),
        ])?;
        if rapsd.table().counts() != self.table.counts() {
            return Err(Error::argument(
                "rapsd",
                "other rings",
                "of this plan's radius",
            ));
        }
        self.sum_statics(rapsd.spectrum());
        let n_cells = (shape.0 * shape.1) as f64;
        for ring in 0..n_rings {
            let all = rapsd.sums()[ring] / n_cells;
            let [static_, centred] = self.static_sums[ring].map(|sum| sum / n_cells);
            let count = f64::from(self.table.counts()[ring]);
            let n_static = f64::from(self.static_counts[ring]);
            parts.all[ring] = all / count;
            parts.dynamic[ring] = (all - static_) / (count - n_static);
            parts.centred[ring] = (all - static_ + centred) / count;
        }
        (parts.all[0], parts.dynamic[0], parts.centred[0]) = (0.0, 0.0, 0.0);
        let statics = self.static_sums.iter().map(|sums| sums[0]);
        parts.static_energy = statics.sum::<f64>() / n_cells;
        parts.dynamic_energy = rapsd.sums().iter().sum::<f64>() / n_cells - parts.static_energy;
        Ok(())
    }

    /// Sums over the cells with k_t = 0, as they are and with the profile taken
    /// out.
    fn sum_statics(&mut self, spectrum: &[Complex<T>]) {
        let n_frames = self.table.shape().0;
        self.static_sums.fill([0.0; 2]);
        let columns = spectrum.chunks_exact(n_frames).zip(self.table.columns());
        // The mean of all, at k_f = 0, is in neither.
        for ((column, (multiplicity, rings)), shift) in columns.zip(&self.shifts).skip(1) {
            let (re, im): (f64, f64) = (column[0].re.into(), column[0].im.into());
            let sums = &mut self.static_sums[rings[0] as usize];
            sums[0] += multiplicity * (re * re + im * im);
            let (re, im) = (re - shift.0, im - shift.1);
            sums[1] += multiplicity * (re * re + im * im);
        }
    }
}

/// Transform of a plane that holds `profile` in each of its frames, at k_t = 0
/// and k_f = 0..=n/2.
fn profile_spectrum(profile: &[f64], n_frames: usize) -> Vec<(f64, f64)> {
    let n = profile.len();
    let turns: Vec<(f64, f64)> = (0..n)
        .map(|i| (std::f64::consts::TAU * i as f64 / n as f64).sin_cos())
        .collect();
    (0..=n / 2)
        .map(|k| {
            let terms = profile.iter().enumerate();
            let (re, im) = terms.fold((0.0, 0.0), |(re, im), (i, x)| {
                let (sin, cos) = turns[(i * k) % n];
                (re + x * cos, im - x * sin)
            });
            (n_frames as f64 * re, n_frames as f64 * im)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::gauss;

    fn rings(values: &[f64], shape: (usize, usize), radius: Radius) -> Vec<f64> {
        let mut plan = Rapsd::<f64>::new(shape.0, shape.1, radius).unwrap();
        let mut power = vec![0.0; plan.table().n_rings()];
        plan.process(values, &mut power).unwrap();
        power
    }

    fn near(got: &[f64], expected: &[f64], what: &str) {
        for (i, (a, b)) in got.iter().zip(expected).enumerate().skip(1) {
            assert!(
                (a - b).abs() <= 1e-11 * b.abs().max(1e-3),
                "{what} {i}: {a}, {b}"
            );
        }
    }

    #[test]
    fn a_transform_that_was_made_already_gives_the_same_parts() {
        let values = gauss(3, 12 * 31);
        let mut plan = RingDynamics::<f64>::new(12, 31, Radius::Frequency).unwrap();
        plan.set_profile(&gauss(4, 31)).unwrap();
        let (mut own, mut borrowed) = (plan.parts(), plan.parts());
        plan.process(&values, &mut own).unwrap();
        let mut rapsd = Rapsd::new(12, 31, Radius::Frequency).unwrap();
        let mut power = vec![0.0; rapsd.table().n_rings()];
        rapsd.process(&values, &mut power).unwrap();
        plan.process_like(&rapsd, &mut borrowed).unwrap();
        // Rings without temporal cells are NaN, which equals nothing.
        assert_eq!(format!("{own:?}"), format!("{borrowed:?}"));
        let other = Rapsd::new(31, 12, Radius::Frequency).unwrap();
        assert!(plan.process_like(&other, &mut borrowed).is_err());
        let other = Rapsd::new(12, 31, Radius::Index).unwrap();
        assert!(plan.process_like(&other, &mut borrowed).is_err());
    }

    #[test]
    fn regressors_are_those_of_the_cells_with_a_temporal_frequency() {
        for (shape, radius) in [
            ((12, 16), Radius::Frequency),
            ((13, 16), Radius::Index),
            ((4, 31), Radius::Frequency),
        ] {
            let (m, n) = shape;
            let plan = RingDynamics::<f64>::new(m, n, radius).unwrap();
            let counts = plan.dynamic_counts();
            let mut sums = vec![(0, 0.0); counts.len()];
            for (ky, kx) in (1..m).flat_map(|ky| (0..n).map(move |kx| (ky, kx))) {
                let (ky, kx) = (ky.min(m - ky), kx.min(n - kx));
                if let Some(sum) = sums.get_mut(radius.ring(ky, kx, m, n)) {
                    let f = (ky as f64 / m as f64).hypot(kx as f64 / n as f64);
                    *sum = (sum.0 + 1, sum.1 + f.powi(-2));
                }
            }
            let got = plan.dynamic_log_frequency();
            for (ring, &(count, sum)) in sums.iter().enumerate().skip(1) {
                assert_eq!(counts[ring], count, "{shape:?} {ring}");
                match count {
                    0 => assert!(!got[ring].is_finite()),
                    _ => {
                        let expected = -0.5 * (sum / f64::from(count)).ln();
                        assert!((got[ring] - expected).abs() < 1e-12, "{shape:?} {ring}");
                    }
                }
            }
        }
    }

    #[test]
    fn parts_are_those_of_planes_with_the_parts_taken_out() {
        for (shape, radius) in [
            ((12, 16), Radius::Frequency),
            ((13, 16), Radius::Index),
            ((20, 9), Radius::Frequency),
        ] {
            let (n_frames, n_bands) = shape;
            let values: Vec<f64> = gauss(3, n_frames * n_bands)
                .iter()
                .enumerate()
                .map(|(i, x)| x + 2.0 * (i % n_bands) as f64)
                .collect();
            let profile: Vec<f64> = (0..n_bands).map(|b| 1.7 * b as f64 + 3.0).collect();
            let mut plan = RingDynamics::<f64>::new(n_frames, n_bands, radius).unwrap();
            let mut parts = plan.parts();
            plan.set_profile(&profile).unwrap();
            plan.process(&values, &mut parts).unwrap();
            near(&parts.all, &rings(&values, shape, radius), "all");
            let without = |band: &dyn Fn(usize) -> f64| -> Vec<f64> {
                let cells = values.iter().enumerate();
                cells.map(|(i, x)| x - band(i % n_bands)).collect()
            };
            let centred = without(&|b| profile[b]);
            near(&parts.centred, &rings(&centred, shape, radius), "centred");
            // Without the bands' own means, k_t = 0 is empty: the same sum over
            // fewer cells.
            let mean_of = |b: usize| {
                (0..n_frames).map(|t| values[t * n_bands + b]).sum::<f64>() / n_frames as f64
            };
            let dynamic = without(&mean_of);
            let sums = rings(&dynamic, shape, radius);
            let counts = plan.dynamic_counts();
            let expected: Vec<f64> = sums
                .iter()
                .zip(plan.table().counts())
                .zip(&counts)
                .map(|((p, all), own)| p * f64::from(*all) / f64::from(*own))
                .collect();
            near(&parts.dynamic, &expected, "dynamic");
            let energy: f64 = dynamic.iter().map(|x| x * x).sum();
            assert!((parts.dynamic_energy - energy).abs() < 1e-9 * energy);
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let all: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
            let sum = parts.dynamic_energy + parts.static_energy;
            assert!((sum - all).abs() < 1e-9 * all);
        }
    }
}
