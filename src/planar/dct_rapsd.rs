//! Radial averages of the squared 2D DCT.

use super::cepstrum::dct_frequency;
use super::checks::{check_lengths, check_shape, mean};
use super::{Dct2, PlaneEnergy, Radius};
use crate::Result;
use crate::data::{Axis, Real, Unit};

/// Which coefficient of a 2D DCT belongs to which ring.
pub(super) struct DctRings {
    /// Ring per coefficient, row-major; outside all: the number of rings.
    pub rings: Vec<u32>,
    /// Coefficients per ring.
    pub counts: Vec<u32>,
}

impl DctRings {
    /// # Errors
    /// [`crate::Error::InvalidArgument`] where a side is 0.
    pub fn new(n_rows: usize, n_cols: usize, radius: Radius) -> Result<Self> {
        check_shape(n_rows, n_cols)?;
        let n_rings = n_rows.max(n_cols);
        let mut counts = vec![0; n_rings];
        let mut rings = Vec::with_capacity(n_rows * n_cols);
        for i in 0..n_rows {
            for j in 0..n_cols {
                let ring = radius.ring(i, j, n_rows, n_cols);
                if let Some(count) = counts.get_mut(ring) {
                    *count += 1;
                }
                rings.push(ring.min(n_rings) as u32);
            }
        }
        Ok(Self { rings, counts })
    }
}

/// Planned radial average of the squared orthonormal 2D DCT of planes of one
/// shape.
///
/// White noise of variance s^2 has expectation s^2 in every ring. Rings are
/// those of [`Radius::ring`] over the coefficients' indices, r = 0..L with
/// L = max(M, N), and ring r lies at r / (2L), cycles per sample. Ring 0 is DC,
/// M N mean^2. A DCT sees a plane beside its mirror image: the jump between
/// opposite edges, which an FFT sees as f^-2 along the axes, is absent.
pub struct DctRapsd<T: Real> {
    transform: Dct2<T>,
    table: DctRings,
    sums: Vec<f64>,
    values: Vec<T>,
    coefficients: Vec<T>,
}

impl<T: Real> DctRapsd<T> {
    /// Plans for planes of `n_rows` by `n_cols`.
    ///
    /// # Errors
    /// [`crate::Error::InvalidArgument`] where a side is 0.
    pub fn new(n_rows: usize, n_cols: usize, radius: Radius) -> Result<Self> {
        let table = DctRings::new(n_rows, n_cols, radius)?;
        let zeros = vec![T::of(0.0); n_rows * n_cols];
        Ok(Self {
            transform: Dct2::new(n_rows, n_cols)?,
            sums: vec![0.0; table.counts.len() + 1],
            table,
            values: zeros.clone(),
            coefficients: zeros,
        })
    }

    /// Number of rings, DC included: L = max(M, N).
    pub fn n_rings(&self) -> usize {
        self.table.counts.len()
    }

    /// Coefficients per ring: the real degrees of freedom of its mean.
    pub fn counts(&self) -> &[u32] {
        &self.table.counts
    }

    /// Frequencies r / (2L) of the rings, cycles per sample.
    pub fn frequency(&self) -> Axis {
        dct_frequency(Unit::CyclePerSample, self.n_rings())
    }

    /// Writes the power of each ring of `values` (row-major) into `power`, DC
    /// first.
    ///
    /// # Errors
    /// [`crate::Error::Length`] where a slice has not the planned length.
    pub fn process(&mut self, values: &[T], power: &mut [f64]) -> Result<PlaneEnergy> {
        let n_cells = self.values.len();
        check_lengths(&[
            ("values", values.len(), n_cells),
            ("power", power.len(), self.n_rings()),
        ])?;
        let mean = mean(values);
        let offset = T::of(mean);
        for (slot, &value) in self.values.iter_mut().zip(values) {
            *slot = value - offset;
        }
        self.transform
            .forward(&self.values, &mut self.coefficients)?;
        self.sums.fill(0.0);
        for (&coefficient, &ring) in self.coefficients.iter().zip(&self.table.rings) {
            let coefficient: f64 = coefficient.into();
            self.sums[ring as usize] += coefficient * coefficient;
        }
        let rings = (&self.sums[..], &self.table.counts[..]);
        Ok(PlaneEnergy::from_sums(rings, 1.0, mean, n_cells, power))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    fn values(n: usize) -> Vec<f64> {
        (0..n)
            .map(|i| ((i * i + 3) as f64 * 0.7).sin() + 0.3)
            .collect()
    }

    fn naive(x: &[f64], m: usize, n: usize) -> Vec<f64> {
        let norm = |k: usize, n: usize| (if k == 0 { 1.0 } else { 2.0 } / n as f64).sqrt();
        let cosine =
            |k: usize, i: usize, n: usize| (PI * (k * (2 * i + 1)) as f64 / (2 * n) as f64).cos();
        let mut out = Vec::new();
        for ky in 0..m {
            for kx in 0..n {
                let mut sum = 0.0;
                for y in 0..m {
                    for x_ in 0..n {
                        sum += x[y * n + x_] * cosine(ky, y, m) * cosine(kx, x_, n);
                    }
                }
                out.push(sum * norm(ky, m) * norm(kx, n));
            }
        }
        out
    }

    fn distance(radius: Radius, ky: usize, kx: usize, m: usize, n: usize) -> f64 {
        let (ky, kx) = (ky as f64, kx as f64);
        match radius {
            Radius::Index => ky.hypot(kx),
            Radius::Frequency => m.max(n) as f64 * (ky / m as f64).hypot(kx / n as f64),
        }
    }

    #[test]
    fn rings_agree_with_the_double_sum_and_keep_energy() {
        let shapes = [
            (1, 1),
            (1, 7),
            (7, 1),
            (2, 9),
            (8, 8),
            (9, 12),
            (12, 5),
            (6, 16),
            (11, 13),
        ];
        for (m, n) in shapes {
            for radius in [Radius::Index, Radius::Frequency] {
                let x = values(m * n);
                let side = m.max(n);
                let (mut sums, mut counts) = (vec![0.0; side], vec![0_u32; side]);
                let mut outside = 0.0;
                for (cell, c) in naive(&x, m, n).into_iter().enumerate() {
                    let r = distance(radius, cell / n, cell % n, m, n);
                    // Exact halves go down.
                    let ring = (r - 0.5 - 1e-9).ceil() as usize;
                    if ring < side {
                        sums[ring] += c * c;
                        counts[ring] += 1;
                    } else {
                        outside += c * c;
                    }
                }
                let mut plan = DctRapsd::<f64>::new(m, n, radius).unwrap();
                assert_eq!(plan.counts(), counts, "{m} x {n}");
                let mut power = vec![f64::NAN; side];
                let energy = plan.process(&x, &mut power).unwrap();
                for r in 0..side {
                    let expected = sums[r] / f64::from(counts[r]);
                    assert!((power[r] - expected).abs() < 1e-13, "{m} x {n}, ring {r}");
                }
                assert!((energy.outside_share * energy.energy - outside).abs() < 1e-13);
                let total: f64 = x.iter().map(|x| x * x).sum();
                let rings = power.iter().zip(&counts).map(|(p, &c)| p * f64::from(c));
                assert!((rings.sum::<f64>() + outside - total).abs() < 1e-12);
                assert!((energy.energy + power[0] - total).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn halves_and_frequencies() {
        // 4 x 2: cell (1, 1) is at 4 hypot(1/4, 1/2) = 2.24 in frequency and
        // at 1.41 in cells.
        let frequency = DctRapsd::<f64>::new(4, 2, Radius::Frequency).unwrap();
        assert_eq!(frequency.counts(), [1, 1, 3, 2]);
        let index = DctRapsd::<f64>::new(4, 2, Radius::Index).unwrap();
        assert_eq!(index.counts(), [1, 3, 2, 2]);
        assert_eq!(index.frequency().values(), [0.0, 0.125, 0.25, 0.375]);
        assert_eq!(index.frequency().unit(), Unit::CyclePerSample);
        // 2 x 5: cell (1, 0) is at exactly 2.5, which goes down.
        let half = DctRapsd::<f64>::new(2, 5, Radius::Frequency).unwrap();
        assert_eq!(half.counts(), [1, 1, 2, 3, 2]);
    }

    #[test]
    fn a_mode_is_in_its_ring_and_a_constant_in_none() {
        let (m, n) = (10, 16);
        let x: Vec<f64> = (0..m * n)
            .map(|cell| (PI * 3.0 * (2 * (cell % n) + 1) as f64 / (2 * n) as f64).cos())
            .collect();
        let mut plan = DctRapsd::<f64>::new(m, n, Radius::Frequency).unwrap();
        let mut power = vec![f64::NAN; 16];
        plan.process(&x, &mut power).unwrap();
        let expected = (m * n / 2) as f64 / f64::from(plan.counts()[3]);
        assert!((power[3] - expected).abs() < 1e-12);
        let rest: f64 = power.iter().sum::<f64>() - power[3];
        assert!(rest.abs() < 1e-12);
        let energy = plan.process(&[0.1; 160], &mut power).unwrap();
        assert_eq!(power[0], 160.0 * 0.1 * 0.1);
        assert!(power[1..].iter().all(|p| *p == 0.0));
        assert_eq!(
            (energy.mean, energy.energy, energy.outside_share),
            (0.1, 0.0, 0.0)
        );
    }

    #[test]
    fn f32_keeps_its_accuracy_beside_a_large_mean() {
        let (m, n) = (32, 20);
        let x: Vec<f64> = values(m * n)
            .iter()
            .map(|x| f64::from((x + 60.0) as f32))
            .collect();
        let narrow: Vec<f32> = x.iter().map(|&x| x as f32).collect();
        let (mut exact, mut fast) = (vec![0.0; m], vec![0.0; m]);
        DctRapsd::<f64>::new(m, n, Radius::Index)
            .and_then(|mut plan| plan.process(&x, &mut exact))
            .unwrap();
        DctRapsd::<f32>::new(m, n, Radius::Index)
            .and_then(|mut plan| plan.process(&narrow, &mut fast))
            .unwrap();
        for (got, expected) in fast.iter().zip(&exact) {
            assert!((got / expected - 1.0).abs() < 1e-5, "{got} {expected}");
        }
    }

    #[test]
    fn refuses_what_does_not_fit() {
        assert!(DctRapsd::<f64>::new(0, 3, Radius::Index).is_err());
        let mut plan = DctRapsd::new(2, 3, Radius::Index).unwrap();
        assert!(plan.process(&[0.0; 5], &mut [0.0; 3]).is_err());
        assert!(plan.process(&[0.0; 6], &mut [0.0; 2]).is_err());
    }
}
