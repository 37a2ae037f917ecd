//! Which files are copies or cuts of one another.

use super::answers::Thresholds;
use super::photos::DB;
use super::plane::column_of_profile;
use super::sums::{Record, UnitSums};
use crate::planar::half_plane_weight;
use realfft::RealFftPlanner;
use rustfft::FftPlanner;
use rustfft::num_complex::Complex;
use std::collections::BTreeMap;

/// Weights of the smoothing of levels.
const SMOOTH: [f64; 5] = [1.0, 2.0, 3.0, 2.0, 1.0];
/// Levels are told from the largest less 100 dB on.
const LEVEL_FLOOR: f64 = 1e-10;
/// Shortest overlap of two traces.
const SHORTEST: usize = 10;

/// Pairs of clips that are copies or cuts of one recording.
#[derive(Default)]
pub(super) struct Links(Vec<[usize; 2]>);

impl Links {
    /// Looks at all pairs of records, known by number.
    pub fn new(
        records: &BTreeMap<usize, Record>,
        n_frames: usize,
        thresholds: &Thresholds,
    ) -> Self {
        let mut of_columns = RealFftPlanner::new();
        let columns: Vec<Vec<Complex<f64>>> = records
            .values()
            .map(|record| column_of_profile(&record.sums, n_frames, &mut of_columns))
            .collect();
        let traces: Vec<Vec<f64>> = records.values().map(|of| trace(&of.levels)).collect();
        let all: Vec<(&usize, &Record)> = records.iter().collect();
        let mut planner = FftPlanner::new();
        let mut links = Vec::new();
        for (i, (number, record)) in all.iter().enumerate() {
            for (j, (other, earlier)) in all[..i].iter().enumerate() {
                if traces[i].is_empty() || traces[j].is_empty() {
                    continue;
                }
                let sums = [&record.sums, &earlier.sums];
                let apart = dependence(sums, [&columns[i], &columns[j]]);
                if apart < thresholds.dependent
                    && correlation(&traces[i], &traces[j], &mut planner) >= thresholds.correlated
                {
                    links.push([**other, **number]);
                }
            }
        }
        Links(links)
    }

    /// The unit that each of some clips belongs to, by a number of one in it. Clips
    /// that are linked, directly or by way of others among them, are one unit.
    pub fn units(&self, numbers: impl Iterator<Item = usize>) -> BTreeMap<usize, usize> {
        let mut parent: BTreeMap<usize, usize> = numbers.map(|number| (number, number)).collect();
        for [a, b] in &self.0 {
            if let (Some(a), Some(b)) = (root(&parent, *a), root(&parent, *b)) {
                parent.insert(b, a);
            }
        }
        let roots = parent
            .keys()
            .filter_map(|of| Some((*of, root(&parent, *of)?)));
        roots.collect()
    }
}

fn root(parent: &BTreeMap<usize, usize>, of: usize) -> Option<usize> {
    let mut at = of;
    loop {
        match *parent.get(&at)? {
            next if next == at => return Some(at),
            next => at = next,
        }
    }
}

/// Squared distance of two files' band profiles, by what segments that share
/// nothing would give: about 1 for draws of one stationary source, 0 for copies.
fn dependence(sums: [&UnitSums; 2], columns: [&[Complex<f64>]; 2]) -> f64 {
    let n_bands = sums[0].profile.len();
    // Both signs of k_f, DC left out.
    let total = |values: &dyn Fn(usize) -> f64| -> f64 {
        let half = 1..n_bands / 2 + 1;
        half.map(|k| half_plane_weight(n_bands, k) * values(k))
            .sum()
    };
    let distance = total(&|k| (columns[0][k] - columns[1][k]).norm_sqr());
    let mut expected = 0.0;
    for (sums, column) in sums.iter().zip(columns) {
        if sums.n < 2 {
            expected = f64::NAN;
            break;
        }
        let n = sums.n as f64;
        let of_segments = total(&|k| sums.column[k]) / n;
        expected += (of_segments - total(&|k| column[k].norm_sqr())) / (n - 1.0);
    }
    if expected > 0.0 && expected.is_finite() {
        return distance / expected;
    }
    let own = total(&|k| columns[0][k].norm_sqr());
    if distance <= 1e-6 * own { 0.0 } else { 1.0 }
}

/// Levels in dB, smoothed.
fn trace(levels: &[f32]) -> Vec<f64> {
    let total: f64 = SMOOTH.iter().sum();
    let smooth = levels.windows(SMOOTH.len()).map(|window| {
        let levels = window.iter().map(|level| f64::from(*level));
        levels
            .zip(SMOOTH)
            .map(|(level, weight)| level * weight)
            .sum::<f64>()
            / total
    });
    let smooth: Vec<f64> = smooth.collect();
    let largest = smooth.iter().fold(0.0, |a: f64, &b| a.max(b));
    let db = |level: &f64| DB * (level + LEVEL_FLOOR * largest + 1e-30).ln();
    smooth.iter().map(db).collect()
}

/// The largest correlation of two traces over all lags that leave half of the
/// shorter one, by one transform for all of them.
fn correlation(a: &[f64], b: &[f64], planner: &mut FftPlanner<f64>) -> f64 {
    let (a, b) = if a.len() < b.len() { (b, a) } else { (a, b) };
    let (n, m) = (a.len(), b.len());
    let fewest = (m - m / 2).max(SHORTEST);
    // About a common level, so that sums of squares keep their digits.
    let level = a.iter().sum::<f64>() / n as f64;
    let [a, b] = [a, b].map(|x| x.iter().map(|x| x - level).collect::<Vec<f64>>());
    let products = products(&a, &b, planner);
    let sums = |x: &[f64]| {
        let mut all = vec![(0.0, 0.0)];
        for x in x {
            let (sum, square) = all[all.len() - 1];
            all.push((sum + x, square + x * x));
        }
        all
    };
    let (of_a, of_b) = (sums(&a), sums(&b));
    let mut best = -1.0_f64;
    for lag in -(m as isize / 2)..=(n - m + m / 2) as isize {
        let (start_a, start_b) = (lag.max(0) as usize, (-lag).max(0) as usize);
        let length = (n - start_a).min(m - start_b);
        if length < fewest {
            continue;
        }
        let k = length as f64;
        let over = |sums: &[(f64, f64)], start: usize| {
            let (first, last) = (sums[start], sums[start + length]);
            (last.0 - first.0, last.1 - first.1)
        };
        let (sum_a, square_a) = over(&of_a, start_a);
        let (sum_b, square_b) = over(&of_b, start_b);
        let index = (lag + products.len() as isize) as usize % products.len();
        let covariance = products[index] - sum_a * sum_b / k;
        let variances = (square_a - sum_a * sum_a / k) * (square_b - sum_b * sum_b / k);
        if variances > 0.0 {
            best = best.max(covariance / variances.sqrt());
        }
    }
    best
}

/// sum_i a(i + lag) b(i), at place lag modulo the length.
fn products(a: &[f64], b: &[f64], planner: &mut FftPlanner<f64>) -> Vec<f64> {
    let n = (a.len() + b.len()).next_power_of_two();
    let (forward, inverse) = (planner.plan_fft_forward(n), planner.plan_fft_inverse(n));
    let spectrum = |x: &[f64]| {
        let mut padded = vec![Complex::default(); n];
        for (slot, x) in padded.iter_mut().zip(x) {
            slot.re = *x;
        }
        forward.process(&mut padded);
        padded
    };
    let mut product: Vec<Complex<f64>> = spectrum(a)
        .into_iter()
        .zip(spectrum(b))
        .map(|(a, b)| a * b.conj())
        .collect();
    inverse.process(&mut product);
    product.iter().map(|x| x.re / n as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::gauss;

    /// By its definition.
    fn naive(a: &[f64], b: &[f64]) -> f64 {
        let (a, b) = if a.len() < b.len() { (b, a) } else { (a, b) };
        let m = b.len();
        let mut best = -1.0_f64;
        for lag in -(m as i64 / 2)..=(a.len() - m + m / 2) as i64 {
            let u = &a[lag.max(0) as usize..];
            let v = &b[(-lag).max(0) as usize..];
            let k = u.len().min(v.len());
            if k < m - m / 2 || k < SHORTEST {
                continue;
            }
            let mean = |x: &[f64]| x.iter().sum::<f64>() / k as f64;
            let (u, v) = (&u[..k], &v[..k]);
            let (mu, mv) = (mean(u), mean(v));
            let sum = |x: &[f64], mx: f64, y: &[f64], my: f64| -> f64 {
                x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum()
            };
            let q = (sum(u, mu, u, mu) * sum(v, mv, v, mv)).sqrt();
            if q > 0.0 {
                best = best.max(sum(u, mu, v, mv) / q);
            }
        }
        best
    }

    #[test]
    fn correlations_are_those_of_the_definition() {
        for (n, m) in [(40, 40), (61, 33), (20, 90), (12, 11), (9, 9)] {
            let a = gauss(n as u64, n);
            let b: Vec<f64> = gauss(m as u64, m).iter().map(|x| x - 60.0).collect();
            let fast = correlation(&a, &b, &mut FftPlanner::new());
            let slow = naive(&a, &b);
            assert!((fast - slow).abs() < 1e-9, "{n} {m}: {fast} {slow}");
        }
        let a = gauss(1, 200);
        assert!(correlation(&a, &a[37..150], &mut FftPlanner::new()) > 1.0 - 1e-9);
    }

    #[test]
    fn clips_are_linked_by_way_of_those_that_are_there() {
        let links = Links(vec![[1, 2], [2, 3], [5, 6]]);
        let units = links.units([1, 2, 3, 5].into_iter());
        assert!(units[&1] == units[&2] && units[&2] == units[&3]);
        assert_ne!(units[&5], units[&1]);
        // Without the one between them they are two.
        let units = links.units([1, 3].into_iter());
        assert_ne!(units[&1], units[&3]);
    }

    #[test]
    fn gain_does_not_change_a_trace_but_by_its_level() {
        let levels: Vec<f32> = gauss(4, 50).iter().map(|x| (x * x) as f32).collect();
        let louder: Vec<f32> = levels.iter().map(|x| 4.0 * x).collect();
        let apart: Vec<f64> = trace(&levels)
            .iter()
            .zip(trace(&louder))
            .map(|(a, b)| b - a)
            .collect();
        assert_eq!(apart.len(), 46);
        assert!(apart.iter().all(|d| (d - 6.0206).abs() < 1e-3), "{apart:?}");
    }
}
