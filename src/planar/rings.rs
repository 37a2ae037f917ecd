//! Rings of equal radius in a two-dimensional spectrum.

use crate::data::{Axis, Unit, named};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What the radius of a spectral cell means on a plane that is not square.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Radius {
    /// Distance in frequency: round(L hypot(ky/M, kx/N)), L = max(M, N), exact
    /// halves down. Rings are circles in cycles per sample.
    Frequency,
    /// Distance in index units: round(hypot(ky, kx)), as in pysteps. Rings
    /// beyond half the short side are partial, and it is mislabelled.
    Index,
}

named!(Radius {
    Frequency = "frequency": "Circles in cycles per sample",
    Index = "index": "Circles in index units, as pysteps",
});

impl Radius {
    /// The ring of the cell (ky, kx) of an n_rows by n_cols plane, in exact
    /// integer arithmetic; `ky` and `kx` are absolute wave numbers.
    pub fn ring(self, ky: usize, kx: usize, n_rows: usize, n_cols: usize) -> usize {
        let square = |x: u128| x * x;
        let (ky, kx) = (ky as u128, kx as u128);
        // The radius is sqrt(q) / unit.
        let (q, unit) = match self {
            Radius::Index => (square(ky) + square(kx), 1),
            Radius::Frequency => (
                square(ky * n_cols as u128) + square(kx * n_rows as u128),
                n_rows.min(n_cols) as u128,
            ),
        };
        let down = q.isqrt() / unit;
        let rounded = if 4 * q > square((2 * down + 1) * unit) {
            down + 1
        } else {
            down
        };
        rounded as usize
    }
}

/// Which ring each cell of a half plane belongs to, and how many cells each
/// ring has on the full plane.
pub struct RingTable {
    n_rows: usize,
    n_cols: usize,
    counts: Vec<u32>,
    rings: Vec<u32>,
}

impl RingTable {
    /// Rings 0..n_rings-1 of an n_rows by n_cols plane; n_rings is L/2 for even
    /// L = max(n_rows, n_cols), and (L+1)/2 for odd L.
    pub fn new(n_rows: usize, n_cols: usize, radius: Radius) -> Self {
        let n_rings = n_rows.max(n_cols).div_ceil(2);
        let mut counts = vec![0; n_rings];
        let mut rings = Vec::with_capacity((n_cols / 2 + 1) * n_rows);
        for kx in 0..=n_cols / 2 {
            let multiplicity = half_plane_weight(n_cols, kx) as u32;
            for ky in 0..n_rows {
                let ring = radius.ring(ky.min(n_rows - ky), kx, n_rows, n_cols);
                if let Some(count) = counts.get_mut(ring) {
                    *count += multiplicity;
                }
                rings.push(ring.min(n_rings) as u32);
            }
        }
        Self {
            n_rows,
            n_cols,
            counts,
            rings,
        }
    }

    /// Number of rings, DC included.
    pub fn n_rings(&self) -> usize {
        self.counts.len()
    }

    /// Cells per ring on the full plane.
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// For each column of the half plane, in the order of
    /// [`super::Fft2::process`]: how many columns of the full plane it stands
    /// for, and the ring of each cell; `n_rings` marks cells outside all rings.
    pub(super) fn columns(&self) -> impl Iterator<Item = (f64, &[u32])> {
        let columns = self.rings.chunks_exact(self.n_rows).enumerate();
        columns.map(|(kx, rings)| (half_plane_weight(self.n_cols, kx), rings))
    }

    /// Rows and columns of the plane.
    pub fn shape(&self) -> (usize, usize) {
        (self.n_rows, self.n_cols)
    }

    /// Mean of ln f over the cells of each ring on the full plane, f =
    /// hypot(ky/M, kx/N) in cycles per sample: for either radius the cells' true
    /// frequency, which the label r/L is not. Ring 0 is DC, -inf.
    pub fn mean_log_frequency(&self) -> Vec<f64> {
        self.ring_means(0..self.n_rows, |square| 0.5 * square.ln())
    }

    /// ln of the frequency at which a power law f^-2 has the ring's mean power:
    /// -1/2 ln(mean of f^-2) over the cells of each ring, f as in
    /// [`RingTable::mean_log_frequency`]. Ring 0 is -inf.
    ///
    /// As the regressor of power-law fits this is exact for an exponent of 2.
    /// The mean of ln f is so for 0 alone: a ring's mean power is above the
    /// power at its mean ln f (Jensen). At 64 x 64 an exponent of 3 is then
    /// overrated by .007, and by .002 with this.
    ///
    /// ```
    /// use cepstrum::planar::{Radius, RingTable};
    /// let table = RingTable::new(64, 64, Radius::Frequency);
    /// // Ring 1: four cells at distance 1, four at sqrt(2).
    /// let expected = (1.0_f64 / 64.0).ln() - 0.5 * 0.75_f64.ln();
    /// assert!((table.effective_log_frequency()[1] - expected).abs() < 1e-12);
    /// ```
    pub fn effective_log_frequency(&self) -> Vec<f64> {
        self.effective_log_frequency_of(0..self.n_rows)
    }

    /// The same over the cells in some rows of the full plane; not finite for
    /// rings without any.
    pub(super) fn effective_log_frequency_of(&self, rows: Range<usize>) -> Vec<f64> {
        let mut means = self.ring_means(rows, f64::recip);
        for mean in &mut means {
            *mean = -0.5 * mean.ln();
        }
        means
    }

    /// Mean of `of(f^2)` over the cells of each ring in some rows.
    fn ring_means(&self, rows: Range<usize>, of: impl Fn(f64) -> f64) -> Vec<f64> {
        let mut sums = vec![(0.0, 0.0); self.n_rings()];
        for (kx, (multiplicity, column)) in self.columns().enumerate() {
            let fx = kx as f64 / self.n_cols as f64;
            for ky in rows.clone() {
                if let Some((count, sum)) = sums.get_mut(column[ky] as usize) {
                    let fy = ky.min(self.n_rows - ky) as f64 / self.n_rows as f64;
                    *count += multiplicity;
                    *sum += multiplicity * of(fy * fy + fx * fx);
                }
            }
        }
        sums.into_iter().map(|(count, sum)| sum / count).collect()
    }

    /// Frequencies r / L of the rings, cycles per sample.
    pub fn frequency(&self) -> Axis {
        let side = self.n_rows.max(self.n_cols) as f64;
        Axis::Tabulated {
            unit: Unit::CyclePerSample,
            values: (0..self.n_rings()).map(|r| r as f64 / side).collect(),
        }
    }
}

/// How many rows (or columns) of a real plane's spectrum of `n` of them number `k`
/// of its half stands for: itself and -k, but for DC and Nyquist.
///
/// ```
/// use cepstrum::planar::half_plane_weight;
/// assert_eq!([0, 1, 2].map(|k| half_plane_weight(4, k)), [1.0, 2.0, 1.0]);
/// ```
pub fn half_plane_weight(n: usize, k: usize) -> f64 {
    match k == 0 || 2 * k == n {
        true => 1.0,
        false => 2.0,
    }
}
