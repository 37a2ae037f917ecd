//! RAPSD of a plane with noise of every strength.

use super::checks::{check_lengths, check_shape, mean};
use super::{Fft2, Radius, RingTable};
use crate::Result;
use crate::data::{PowerPair, Real};

/// Planned RAPSD of a plane with noise of every strength at once: two
/// transforms serve all sigma.
///
/// Rings and normalisation are those of [`Rapsd`](super::Rapsd), ring 0
/// (M N mean^2) included.
///
/// ```
/// use cepstrum::data::PowerPair;
/// use cepstrum::planar::{Radius, RapsdPair};
/// let mut signal = [0.0; 64];
/// signal[9] = 8.0; // an impulse: power 1 in every ring of an 8 x 8 plane
/// let noise = signal.map(|x| -x / 2.0);
/// let mut plan = RapsdPair::<f64>::new(8, 8, Radius::Frequency)?;
/// let mut pair = PowerPair::new(plan.table().n_rings());
/// plan.process(&signal, &noise, &mut pair)?;
/// let mut power = [0.0; 4];
/// pair.noisy(1.0, &mut power)?;
/// assert!(power.iter().all(|p| (p - 0.25).abs() < 1e-15));
/// # Ok::<(), cepstrum::Error>(())
/// ```
pub struct RapsdPair<T: Real> {
    of_signal: Fft2<T>,
    of_noise: Fft2<T>,
    table: RingTable,
    /// Signal, cross, noise; the last ring is outside.
    sums: Vec<[f64; 3]>,
}

impl<T: Real> RapsdPair<T> {
    /// Plans for planes of `n_rows` by `n_cols`.
    ///
    /// # Errors
    /// [`crate::Error::InvalidArgument`] where a side is 0.
    pub fn new(n_rows: usize, n_cols: usize, radius: Radius) -> Result<Self> {
        check_shape(n_rows, n_cols)?;
        let table = RingTable::new(n_rows, n_cols, radius);
        Ok(Self {
            of_signal: Fft2::new(n_rows, n_cols),
            of_noise: Fft2::new(n_rows, n_cols),
            sums: vec![[0.0; 3]; table.n_rings() + 1],
            table,
        })
    }

    /// Which cell belongs to which ring.
    pub fn table(&self) -> &RingTable {
        &self.table
    }

    /// Writes the parts of `signal` and `noise` (both row-major) into `pair`.
    ///
    /// # Errors
    /// [`crate::Error::Length`] where a slice has not the planned length.
    pub fn process(&mut self, signal: &[T], noise: &[T], pair: &mut PowerPair) -> Result<()> {
        let (n_rows, n_cols) = self.table.shape();
        let n_rings = self.table.n_rings();
        check_lengths(&[
            ("signal", signal.len(), n_rows * n_cols),
            ("noise", noise.len(), n_rows * n_cols),
            ("pair.signal", pair.signal.len(), n_rings),
            ("pair.cross", pair.cross.len(), n_rings),
            ("pair.noise", pair.noise.len(), n_rings),
        ])?;
        let means = (mean(signal), mean(noise));
        self.sum_rings(signal, noise, means);
        let n_cells = (n_rows * n_cols) as f64;
        let parts = self.sums.iter().zip(self.table.counts());
        for (ring, (sums, &count)) in parts.enumerate() {
            let [signal, cross, noise] = sums.map(|sum| sum / (n_cells * f64::from(count)));
            pair.signal[ring] = signal;
            pair.cross[ring] = cross;
            pair.noise[ring] = noise;
        }
        // The means were removed; ring 0 is theirs alone.
        pair.signal[0] = n_cells * means.0 * means.0;
        pair.cross[0] = n_cells * means.0 * means.1;
        pair.noise[0] = n_cells * means.1 * means.1;
        Ok(())
    }

    /// How many cells of the full plane each of [`RapsdPair::add_cell_power`]
    /// stands for; DC first.
    pub fn cell_counts(&self) -> Vec<f64> {
        let columns = self.table.columns();
        columns
            .flat_map(|(multiplicity, rings)| rings.iter().map(move |_| multiplicity))
            .collect()
    }

    /// Adds `weight` |F|^2 / (M N) of the signal that was processed last to
    /// `sums`, [column, row] of the half plane, DC (whose mean is off) first.
    ///
    /// # Errors
    /// [`crate::Error::Length`] where `sums` has not M (N / 2 + 1) cells.
    pub fn add_cell_power(&self, weight: f64, sums: &mut [f64]) -> Result<()> {
        let spectrum = self.of_signal.spectrum();
        check_lengths(&[("sums", sums.len(), spectrum.len())])?;
        let (n_rows, n_cols) = self.table.shape();
        let weight = weight / (n_rows * n_cols) as f64;
        for (sum, x) in sums.iter_mut().zip(spectrum) {
            let (re, im): (f64, f64) = (x.re.into(), x.im.into());
            *sum += weight * (re * re + im * im);
        }
        Ok(())
    }

    fn sum_rings(&mut self, signal: &[T], noise: &[T], means: (f64, f64)) {
        let n_rows = self.table.shape().0;
        self.sums.fill([0.0; 3]);
        let signal = self.of_signal.process(signal, T::of(means.0));
        let noise = self.of_noise.process(noise, T::of(means.1));
        let columns = signal
            .chunks_exact(n_rows)
            .zip(noise.chunks_exact(n_rows))
            .zip(self.table.columns());
        for ((signal, noise), (multiplicity, rings)) in columns {
            for ((x, n), &ring) in signal.iter().zip(noise).zip(rings) {
                let (x_re, x_im): (f64, f64) = (x.re.into(), x.im.into());
                let (n_re, n_im): (f64, f64) = (n.re.into(), n.im.into());
                let sums = &mut self.sums[ring as usize];
                sums[0] += multiplicity * (x_re * x_re + x_im * x_im);
                sums[1] += multiplicity * (x_re * n_re + x_im * n_im);
                sums[2] += multiplicity * (n_re * n_re + n_im * n_im);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rapsd;
    use super::*;

    fn values(n: usize, seed: f64) -> Vec<f64> {
        (0..n)
            .map(|i| ((i * i) as f64 * 0.7 + seed).sin() + seed)
            .collect()
    }

    fn narrow(x: &[f64]) -> Vec<f32> {
        x.iter().map(|&x| x as f32).collect()
    }

    const SHAPES: [(usize, usize); 11] = [
        (1, 1),
        (1, 2),
        (2, 1),
        (1, 9),
        (2, 9),
        (8, 8),
        (9, 9),
        (9, 12),
        (12, 7),
        (31, 32),
        (15, 17),
    ];

    #[test]
    fn agrees_with_the_rapsd_of_the_sum() {
        for (m, n) in SHAPES {
            for radius in [Radius::Index, Radius::Frequency] {
                let (x, e) = (values(m * n, 0.2), values(m * n, 1.3));
                let mut direct = Rapsd::<f64>::new(m, n, radius).unwrap();
                let mut plan = RapsdPair::<f64>::new(m, n, radius).unwrap();
                let n_rings = plan.table().n_rings();
                let mut pair = PowerPair::new(n_rings);
                plan.process(&x, &e, &mut pair).unwrap();
                for sigma in [0.0, 0.3, 1.0, -2.5, 40.0] {
                    let noisy: Vec<f64> = x.iter().zip(&e).map(|(x, e)| x + sigma * e).collect();
                    let (mut got, mut expected) =
                        (vec![f64::NAN; n_rings], vec![f64::NAN; n_rings]);
                    pair.noisy(sigma, &mut got).unwrap();
                    direct.process(&noisy, &mut expected).unwrap();
                    let max = expected.iter().fold(0.0, |m: f64, p| m.max(*p));
                    for (ring, (got, expected)) in got.iter().zip(&expected).enumerate() {
                        let error = (got - expected).abs();
                        assert!(error <= 1e-13 * max, "{m} x {n}, {sigma}, ring {ring}");
                    }
                }
            }
        }
    }

    #[test]
    fn f32_agrees_with_f64() {
        let (x, e) = (values(31 * 32, 0.2), values(31 * 32, 1.3));
        let (mut exact, mut fast) = (PowerPair::new(16), PowerPair::new(16));
        RapsdPair::<f64>::new(31, 32, Radius::Frequency)
            .and_then(|mut plan| plan.process(&x, &e, &mut exact))
            .unwrap();
        RapsdPair::<f32>::new(31, 32, Radius::Frequency)
            .and_then(|mut plan| plan.process(&narrow(&x), &narrow(&e), &mut fast))
            .unwrap();
        for (got, expected) in [
            (&fast.signal, &exact.signal),
            (&fast.cross, &exact.cross),
            (&fast.noise, &exact.noise),
        ] {
            // Ring 0 is larger by orders and would hide the others.
            let max = expected[1..].iter().fold(0.0, |m: f64, p| m.max(p.abs()));
            for (got, expected) in got.iter().zip(expected).skip(1) {
                assert!((got - expected).abs() < 2e-6 * max, "{got} {expected}");
            }
        }
    }

    /// Parseval, and rings as means of cells.
    #[test]
    fn cells_hold_the_energy_of_the_plane() {
        for (m, n) in SHAPES {
            let x = values(m * n, 0.2);
            let mut plan = RapsdPair::<f64>::new(m, n, Radius::Frequency).unwrap();
            let mut pair = PowerPair::new(plan.table().n_rings());
            plan.process(&x, &vec![0.0; m * n], &mut pair).unwrap();
            let counts = plan.cell_counts();
            assert_eq!(counts.iter().sum::<f64>(), (m * n) as f64);
            let mut cells = vec![0.0; counts.len()];
            plan.add_cell_power(0.5, &mut cells).unwrap();
            plan.add_cell_power(0.5, &mut cells).unwrap();
            assert!(plan.add_cell_power(1.0, &mut cells[1..]).is_err());
            let both = cells.iter().zip(&counts);
            let energy: f64 = both.clone().map(|(power, count)| power * count).sum();
            let mean = x.iter().sum::<f64>() / x.len() as f64;
            let expected: f64 = x.iter().map(|x| (x - mean).powi(2)).sum();
            assert!((energy - expected).abs() < 1e-11, "{m} x {n}");
            let rings = plan.table().columns().flat_map(|(_, rings)| rings);
            let of_ring = both.zip(rings).filter(|(_, ring)| **ring == 1);
            let of_ring = of_ring.fold((0.0, 0.0), |(sum, total), ((power, count), _)| {
                (sum + power * count, total + count)
            });
            if let Some(power) = pair.signal.get(1) {
                assert!((of_ring.0 / of_ring.1 - power).abs() < 1e-12, "{m} x {n}");
            }
        }
    }

    #[test]
    fn refuses_what_does_not_fit() {
        assert!(RapsdPair::<f64>::new(0, 4, Radius::Index).is_err());
        let mut plan = RapsdPair::new(4, 4, Radius::Index).unwrap();
        let mut pair = PowerPair::new(2);
        assert!(plan.process(&[0.0; 15], &[0.0; 16], &mut pair).is_err());
        assert!(plan.process(&[0.0; 16], &[0.0; 15], &mut pair).is_err());
        assert!(pair.noisy(1.0, &mut [0.0; 3]).is_err());
        assert!(pair.noisy(f64::NAN, &mut [0.0; 2]).is_err());
        assert!(pair.noisy(f64::INFINITY, &mut [0.0; 2]).is_err());
        for part in 0..3 {
            let mut pair = PowerPair::new(2);
            [&mut pair.signal, &mut pair.cross, &mut pair.noise][part].push(0.0);
            assert!(plan.process(&[0.0; 16], &[0.0; 16], &mut pair).is_err());
            assert!(pair.noisy(1.0, &mut [0.0; 2]).is_err());
        }
    }

    #[test]
    fn cancelling_power_is_not_negative_and_what_is_not_finite_shows() {
        let pair = PowerPair {
            signal: vec![1.0, f64::NAN],
            cross: vec![-1.0 - 1e-15, 0.0],
            noise: vec![1.0, 1.0],
        };
        let mut out = [f64::NAN; 2];
        pair.noisy(1.0, &mut out).unwrap();
        assert_eq!(out[0], 0.0);
        assert!(out[1].is_nan());
    }
}
