//! The power of a plane about its mean, cell by cell: in octave-wide bands, along
//! its two axes, and what its rows do on their own.

use super::checks::{check_lengths, check_shape, mean};
use super::{Fft2, half_plane_weight};
use crate::Result;
use rustfft::num_complex::Complex;

/// Octaves below Nyquist that bands lie in.
const OCTAVES: f64 = 5.0;
/// Frequencies this near to an edge, relative, are on it: an edge that a cell lies
/// on exactly must not depend on rounding.
const SLACK: f64 = 1e-12;
/// Band of a cell that lies in none.
const OUTSIDE: u16 = u16::MAX;

/// Octave-wide bands of radial frequency, in steps of half an octave, of planes
/// of `n_bands` by `n_frames`: rows are frequency (or y), columns time (or x).
///
/// Radius is hypot(k_f / M, s k_t / N), cycles per sample. The oversampling s is 1,
/// or n_fft / (4 hop_length) where frames overlap by more than three quarters: an
/// oversampled plane is an enlarged picture, so time counts in quarter windows, and
/// what is beyond 1/2 is left out. Bands are (a, 2 a] from a = 1/4 down to the
/// longest period that both axes have, 1/64 at least; lists rise.
#[derive(Debug, Clone)]
pub struct VarianceBands {
    shape: (usize, usize),
    /// Half-octave steps, one more than bands, each in two bands.
    n_steps: usize,
    /// Step of each cell, `[k_f * n_frames + k_t]`, k_f = 0..=n_bands/2.
    steps: Vec<u16>,
    /// Frequency of each cell; infinite where it is left out.
    frequency: Vec<f64>,
    cells_all: Vec<u32>,
    cells_interior: Vec<u32>,
}

impl VarianceBands {
    /// # Errors
    /// [`crate::Error::InvalidArgument`] where a side is 0.
    pub fn new(n_bands: usize, n_frames: usize, oversampling: f64) -> Result<Self> {
        check_shape(n_bands, n_frames)?;
        let s = oversampling.max(1.0);
        let (m, n) = (n_bands as f64, n_frames as f64);
        let lowest = (1.0 / m).max(s / n).max(0.5 * 2_f64.powf(-OCTAVES));
        let edge = |j: usize| 0.25 * 2_f64.powf(-(j as f64) / 2.0);
        let n_edges = (0..).take_while(|&j| edge(j) >= lowest * (1.0 - SLACK));
        let n_edges = n_edges.count();
        // A band needs two steps.
        let n_steps = if n_edges == 0 { 0 } else { n_edges + 1 };
        let ends: Vec<f64> = (0..n_steps)
            .rev()
            .map(|j| 2.0 * edge(j) * (1.0 + SLACK))
            .collect();
        let bottom = edge(n_edges.saturating_sub(1)) * (1.0 + SLACK);
        let n_half = n_bands / 2 + 1;
        let mut bands = Self {
            shape: (n_bands, n_frames),
            n_steps,
            steps: Vec::with_capacity(n_half * n_frames),
            frequency: Vec::with_capacity(n_half * n_frames),
            cells_all: vec![0; n_edges],
            cells_interior: vec![0; n_edges],
        };
        for k_f in 0..n_half {
            for k_t in 0..n_frames {
                let along = s * k_t.min(n_frames - k_t) as f64 / n;
                let radius = match along <= 0.5 * (1.0 + SLACK) {
                    true => (k_f as f64 / m).hypot(along),
                    false => f64::INFINITY,
                };
                let step = match radius > bottom {
                    true => ends.iter().position(|end| radius <= *end),
                    false => None,
                };
                bands.frequency.push(radius);
                bands.steps.push(step.map_or(OUTSIDE, |step| step as u16));
                let n = bands.multiplicity(k_f) as u32;
                for band in bands.bands_of(step) {
                    bands.cells_all[band] += n;
                    bands.cells_interior[band] += if k_f > 0 && k_t > 0 { n } else { 0 };
                }
            }
        }
        Ok(bands)
    }

    fn multiplicity(&self, k_f: usize) -> f64 {
        half_plane_weight(self.shape.0, k_f)
    }

    /// The bands that a step is the lower and the upper half of.
    fn bands_of(&self, step: Option<usize>) -> impl Iterator<Item = usize> + use<> {
        let n_bands = self.n_steps.saturating_sub(1);
        let both = step.map(|step| [step.wrapping_sub(1), step]);
        both.into_iter()
            .flatten()
            .filter(move |band| *band < n_bands)
    }

    /// Number of bands.
    pub fn n_bands(&self) -> usize {
        self.cells_all.len()
    }

    /// Rows and columns of the planes.
    pub fn shape(&self) -> (usize, usize) {
        self.shape
    }

    /// Lower edges a, cycles per sample.
    pub fn lower_edges(&self) -> Vec<f64> {
        let n = self.n_bands();
        let edge = |j: usize| 0.25 * 2_f64.powf(-(j as f64) / 2.0);
        (0..n).rev().map(edge).collect()
    }

    /// Cells of the whole plane in each band.
    pub fn cells_all(&self) -> &[u32] {
        &self.cells_all
    }

    /// Those that lie on neither axis.
    pub fn cells_interior(&self) -> &[u32] {
        &self.cells_interior
    }

    /// Sums `value` of k_f over the column k_t = 0, band by band, both signs of
    /// k_f.
    pub fn column_sums(&self, column: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.n_bands()];
        for (k_f, value) in column.iter().enumerate() {
            let step = self.step(k_f * self.shape.1);
            for band in self.bands_of(step) {
                sums[band] += self.multiplicity(k_f) * value;
            }
        }
        sums
    }

    /// The sum over the whole column but its DC.
    pub fn column_total(&self, column: &[f64]) -> f64 {
        let rows = column.iter().enumerate().skip(1);
        rows.map(|(k_f, value)| self.multiplicity(k_f) * value)
            .sum()
    }

    fn step(&self, cell: usize) -> Option<usize> {
        match self.steps[cell] {
            OUTSIDE => None,
            step => Some(usize::from(step)),
        }
    }

    /// Calls `visit(frequency, number of cells, bands, whether interior)` for each
    /// cell of the half plane that is in a band.
    pub fn for_each_cell(
        &self,
        mut visit: impl FnMut(f64, f64, &mut dyn Iterator<Item = usize>, bool),
    ) {
        let n_frames = self.shape.1;
        for cell in 0..self.steps.len() {
            let (k_f, k_t) = (cell / n_frames, cell % n_frames);
            if let Some(step) = self.step(cell) {
                let mut bands = self.bands_of(Some(step));
                let is_interior = k_f > 0 && k_t > 0;
                let n = self.multiplicity(k_f);
                visit(self.frequency[cell], n, &mut bands, is_interior);
            }
        }
    }
}

/// What [`PlaneVariance::process`] finds in a plane. P is |FFT2(x - mean)|^2 /
/// (M N); Q is that of the plane without its column, without its row, and without
/// each band's least-squares multiple of the course c(t) that all bands have in
/// common: what bands do on their own.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct VarianceSums {
    /// Each band's mean over time.
    pub profile: Vec<f64>,
    /// P at k_t = 0, k_f = 0..=M/2.
    pub column: Vec<f64>,
    /// Sums of P per band, without the column.
    pub rest: Vec<f64>,
    /// Sums of P per band over cells on neither axis.
    pub interior: Vec<f64>,
    /// Sum of P over all cells with k_t != 0.
    pub total: f64,
    /// Sum of Q over all cells on neither axis.
    pub own: f64,
    /// Mean over k_f of P, by k_t = 1..=(N-1)/2.
    pub along_time: Vec<f64>,
    /// Mean over k_t != 0 of Q, by k_f = 1..=(M-1)/2.
    pub along_frequency: Vec<f64>,
}

/// Planned [`VarianceSums`] of planes of one shape.
pub struct PlaneVariance {
    bands: VarianceBands,
    transform: Fft2<f64>,
    values: Vec<f64>,
    /// P of the last plane, `[k_f * n_frames + k_t]`.
    power: Vec<f64>,
    sums: VarianceSums,
}

impl PlaneVariance {
    /// Plans for planes that have these bands.
    pub fn new(bands: VarianceBands) -> Self {
        let (n_bands, n_frames) = bands.shape;
        Self {
            transform: Fft2::new(n_frames, n_bands),
            values: Vec::with_capacity(n_bands * n_frames),
            power: vec![0.0; bands.steps.len()],
            sums: VarianceSums {
                profile: vec![0.0; n_bands],
                column: vec![0.0; n_bands / 2 + 1],
                rest: vec![0.0; bands.n_bands()],
                interior: vec![0.0; bands.n_bands()],
                along_time: vec![0.0; n_frames.saturating_sub(1) / 2],
                along_frequency: vec![0.0; n_bands.saturating_sub(1) / 2],
                ..VarianceSums::default()
            },
            bands,
        }
    }

    /// The bands.
    pub fn bands(&self) -> &VarianceBands {
        &self.bands
    }

    /// P of the last plane over half of it, `[k_f * n_frames + k_t]`, k_f =
    /// 0..=M/2.
    pub fn power(&self) -> &[f64] {
        &self.power
    }

    /// Measures a plane, `[frame, band]`.
    ///
    /// # Errors
    /// [`crate::Error::Length`] where it has not the planned number of values.
    pub fn process(&mut self, values: impl Iterator<Item = f64>) -> Result<&VarianceSums> {
        let (n_bands, n_frames) = self.bands.shape;
        self.values.clear();
        self.values.extend(values);
        check_lengths(&[("values", self.values.len(), n_bands * n_frames)])?;
        self.profile();
        let offset = mean(&self.values);
        let norm = 1.0 / (n_bands * n_frames) as f64;
        let spectrum = self.transform.process(&self.values, offset);
        for (power, value) in self.power.iter_mut().zip(spectrum) {
            *power = value.norm_sqr() * norm;
        }
        // Rounding leaves a rest of the mean.
        self.power[0] = 0.0;
        sum_own(&mut self.sums, &self.bands, spectrum, norm);
        self.sum_power();
        Ok(&self.sums)
    }

    fn profile(&mut self) {
        let (n_bands, n_frames) = self.bands.shape;
        self.sums.profile.fill(0.0);
        for frame in self.values.chunks_exact(n_bands) {
            for (sum, value) in self.sums.profile.iter_mut().zip(frame) {
                *sum += value;
            }
        }
        for sum in &mut self.sums.profile {
            *sum /= n_frames as f64;
        }
    }

    fn sum_power(&mut self) {
        let Self {
            bands, power, sums, ..
        } = self;
        let (n_bands, n_frames) = bands.shape;
        sums.rest.fill(0.0);
        sums.interior.fill(0.0);
        sums.along_time.fill(0.0);
        sums.total = 0.0;
        let (mut rest, mut interior) = (vec![0.0; bands.n_steps], vec![0.0; bands.n_steps]);
        let rows = power.chunks_exact(n_frames).enumerate();
        for (k_f, row) in rows {
            let n = bands.multiplicity(k_f);
            sums.column[k_f] = row[0];
            let steps = &bands.steps[k_f * n_frames..];
            for (power, &step) in row.iter().zip(steps).skip(1) {
                sums.total += n * power;
                if step != OUTSIDE {
                    rest[usize::from(step)] += n * power;
                    if k_f > 0 {
                        interior[usize::from(step)] += n * power;
                    }
                }
            }
            // P at -k_f is that at k_f and the mirrored k_t.
            for (i, sum) in sums.along_time.iter_mut().enumerate() {
                *sum += match n == 1.0 {
                    true => row[i + 1],
                    false => row[i + 1] + row[n_frames - 1 - i],
                };
            }
        }
        for sum in &mut sums.along_time {
            *sum /= n_bands as f64;
        }
        for step in 0..bands.n_steps {
            for band in bands.bands_of(Some(step)) {
                sums.rest[band] += rest[step];
                sums.interior[band] += interior[step];
            }
        }
    }
}

/// Sums of Q. Without column and row the coefficients are those of the plane; the
/// common course has those of the row, C = F(0, k_t) / M, and each band's multiple
/// of it those of sum_t F(k_f, k_t) conj C(k_t) / sum_t |C|^2 over k_f, so that one
/// transform serves both.
fn sum_own(sums: &mut VarianceSums, bands: &VarianceBands, spectrum: &[Complex<f64>], norm: f64) {
    let n_frames = bands.shape.1;
    let course = &spectrum[1..n_frames];
    let energy: f64 = course.iter().map(Complex::norm_sqr).sum();
    sums.own = 0.0;
    let rows = spectrum.chunks_exact(n_frames).enumerate().skip(1);
    for (k_f, row) in rows {
        let row = &row[1..];
        let product: Complex<f64> = row.iter().zip(course).map(|(x, c)| x * c.conj()).sum();
        let multiple = match energy > 0.0 {
            true => product / energy,
            false => Complex::default(),
        };
        let both = row.iter().zip(course);
        let power: f64 = both.map(|(x, c)| (x - multiple * c).norm_sqr()).sum();
        sums.own += bands.multiplicity(k_f) * norm * power;
        if let Some(mean) = sums.along_frequency.get_mut(k_f - 1) {
            *mean = norm * power / (n_frames - 1) as f64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::gauss;
    use std::f64::consts::TAU;

    /// P and Q by their definitions, `[k_f][k_t]`, of `[band][frame]`.
    fn naive(plane: &[Vec<f64>]) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
        let (m, n) = (plane.len(), plane[0].len());
        let mean = plane.iter().flatten().sum::<f64>() / (m * n) as f64;
        let about: Vec<Vec<f64>> = plane
            .iter()
            .map(|row| row.iter().map(|x| x - mean).collect())
            .collect();
        let mut own = plane.to_vec();
        for row in &mut own {
            let mean = row.iter().sum::<f64>() / n as f64;
            row.iter_mut().for_each(|x| *x -= mean);
        }
        let course: Vec<f64> = (0..n)
            .map(|t| own.iter().map(|row| row[t]).sum::<f64>() / m as f64)
            .collect();
        let energy: f64 = course.iter().map(|c| c * c).sum();
        for row in &mut own {
            for (x, c) in row.iter_mut().zip(&course) {
                *x -= c;
            }
            let multiple = row.iter().zip(&course).map(|(x, c)| x * c).sum::<f64>() / energy;
            for (x, c) in row.iter_mut().zip(&course) {
                *x -= multiple * c;
            }
        }
        (dft2(&about), dft2(&own))
    }

    fn dft2(plane: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let (m, n) = (plane.len(), plane[0].len());
        let cell = |k_f: usize, k_t: usize| {
            let mut sum = Complex::<f64>::default();
            for (y, row) in plane.iter().enumerate() {
                for (x, value) in row.iter().enumerate() {
                    let turn = (k_f * y) as f64 / m as f64 + (k_t * x) as f64 / n as f64;
                    sum += Complex::from_polar(*value, -TAU * turn);
                }
            }
            sum.norm_sqr() / (m * n) as f64
        };
        (0..m)
            .map(|k_f| (0..n).map(|k_t| cell(k_f, k_t)).collect())
            .collect()
    }

    #[test]
    fn sums_are_those_of_the_definitions() {
        for (m, n, s) in [(16, 13, 1.0), (15, 12, 1.0), (12, 20, 1.6), (9, 7, 1.0)] {
            let noise = gauss((m * n) as u64, m * n);
            let plane: Vec<Vec<f64>> = (0..m)
                .map(|y| (0..n).map(|x| noise[y * n + x] + (y % 3) as f64).collect())
                .collect();
            let bands = VarianceBands::new(m, n, s).unwrap();
            let edges = bands.lower_edges();
            let mut plan = PlaneVariance::new(bands);
            let frames = (0..n).flat_map(|t| plane.iter().map(move |row| row[t]));
            let got = plan.process(frames).unwrap().clone();
            let (p, q) = naive(&plane);
            let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9 * (1.0 + b.abs()), "{a} {b}");
            let radius = |k_f: usize, k_t: usize| {
                let x = s * k_t.min(n - k_t) as f64 / n as f64;
                let y = k_f.min(m - k_f) as f64 / m as f64;
                if x <= 0.5 { y.hypot(x) } else { f64::INFINITY }
            };
            for (band, edge) in edges.iter().enumerate() {
                let (mut rest, mut interior, mut all, mut inside) = (0.0, 0.0, 0, 0);
                for (k_f, row) in p.iter().enumerate() {
                    for (k_t, p) in row.iter().enumerate() {
                        let f = radius(k_f, k_t);
                        if f <= *edge || f > 2.0 * edge {
                            continue;
                        }
                        all += 1;
                        rest += if k_t > 0 { *p } else { 0.0 };
                        if k_f > 0 && k_t > 0 {
                            interior += p;
                            inside += 1;
                        }
                    }
                }
                near(got.rest[band], rest);
                near(got.interior[band], interior);
                assert_eq!(plan.bands.cells_all[band], all);
                assert_eq!(plan.bands.cells_interior[band], inside);
            }
            near(got.total, p.iter().flat_map(|row| &row[1..]).sum());
            near(got.own, q[1..].iter().flat_map(|row| &row[1..]).sum());
            for (k_f, column) in got.column.iter().enumerate() {
                near(*column, p[k_f][0]);
            }
            for (i, power) in got.along_time.iter().enumerate() {
                let mean = p.iter().map(|row| row[i + 1]).sum::<f64>() / m as f64;
                near(*power, mean);
            }
            for (i, power) in got.along_frequency.iter().enumerate() {
                near(*power, q[i + 1][1..].iter().sum::<f64>() / (n - 1) as f64);
            }
            for (band, mean) in got.profile.iter().enumerate() {
                near(*mean, plane[band].iter().sum::<f64>() / n as f64);
            }
        }
    }

    #[test]
    fn a_level_that_all_bands_share_leaves_nothing_of_their_own() {
        let bands = VarianceBands::new(8, 16, 1.0).unwrap();
        let mut plan = PlaneVariance::new(bands);
        let level = gauss(3, 16);
        let plane = level
            .iter()
            .flat_map(|x| (1..=8).map(move |b| f64::from(b) * x));
        let sums = plan.process(plane).unwrap();
        assert!(sums.own < 1e-20 * sums.total, "{} {}", sums.own, sums.total);
    }

    #[test]
    fn bands_end_where_the_plane_has_no_longer_period() {
        let edges = |m, n, s| VarianceBands::new(m, n, s).unwrap().lower_edges();
        let default = edges(128, 83, 1.0);
        assert_eq!(
            (default.len(), default[0], default[8]),
            (9, 1.0 / 64.0, 0.25)
        );
        assert_eq!(edges(2, 2, 1.0), Vec::<f64>::new());
        assert_eq!(edges(4, 4, 1.0), [0.25]);
        // Quarter windows: s / N = .0386 is between .0312 and .0442.
        assert_eq!(edges(128, 83, 3.2).len(), 6);
    }
}
