//! Eigenvalues of symmetric matrices.

use ndarray::Array2;

/// Halvings of an interval after which f64 has nothing left to halve: from the
/// largest eigenvalue to below the smallest difference that rounding leaves.
const HALVINGS: usize = 64;

/// All eigenvalues of a symmetric matrix, largest first; the lower triangle is
/// read.
///
/// Householder's reflections make it tridiagonal, bisection over Sturm
/// sequences finds each eigenvalue (Givens 1954; Barth, Martin & Wilkinson
/// 1967), to about 1e-15 of the largest. Nothing is iterated that could fail to
/// converge.
pub(super) fn symmetric_eigenvalues(matrix: &Array2<f64>) -> Vec<f64> {
    let n = matrix.nrows();
    let largest = matrix.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
    if largest == 0.0 {
        return vec![0.0; n];
    }
    // Squares of tiny matrices would underflow.
    let (diagonal, beside) = tridiagonal(matrix.mapv(|x| x / largest));
    let mut values = bisect(&diagonal, &beside);
    for value in &mut values {
        *value *= largest;
    }
    values
}

/// The diagonal, and the entries beside it, of a similar tridiagonal matrix.
fn tridiagonal(mut a: Array2<f64>) -> (Vec<f64>, Vec<f64>) {
    let n = a.nrows();
    let mut beside = vec![0.0; n.saturating_sub(1)];
    for column in 0..n.saturating_sub(1) {
        let first = column + 1;
        let mut v: Vec<f64> = (first..n).map(|row| a[[row, column]]).collect();
        let rest: f64 = v[1..].iter().map(|x| x * x).sum();
        if rest == 0.0 {
            beside[column] = v[0];
            continue;
        }
        // The sign that adds, so that nothing cancels.
        let length = (v[0] * v[0] + rest).sqrt().copysign(v[0]);
        beside[column] = -length;
        v[0] += length;
        reflect(&mut a, first, &v);
    }
    let diagonal = (0..n).map(|i| a[[i, i]]).collect();
    (diagonal, beside)
}

/// H A H for H = 1 - 2 v v' / (v'v) on the rows and columns from `first` on; of
/// the result, the lower triangle.
fn reflect(a: &mut Array2<f64>, first: usize, v: &[f64]) {
    let m = v.len();
    let half = 0.5 * v.iter().map(|x| x * x).sum::<f64>();
    let mut w = vec![0.0; m];
    for i in 0..m {
        for j in 0..i {
            let x = a[[first + i, first + j]];
            w[i] += x * v[j];
            w[j] += x * v[i];
        }
        w[i] += a[[first + i, first + i]] * v[i];
    }
    let product: f64 = w.iter().zip(v).map(|(w, v)| w * v).sum();
    let share = product / (2.0 * half * half);
    for (w, v) in w.iter_mut().zip(v) {
        *w = *w / half - share * v;
    }
    for i in 0..m {
        for j in 0..=i {
            a[[first + i, first + j]] -= v[i] * w[j] + w[i] * v[j];
        }
    }
}

fn bisect(diagonal: &[f64], beside: &[f64]) -> Vec<f64> {
    let n = diagonal.len();
    let at = |i: usize| beside.get(i).map_or(0.0, |x| x.abs());
    // Gershgorin's circles hold all eigenvalues.
    let radius = |i: usize| at(i) + if i > 0 { at(i - 1) } else { 0.0 };
    let low = (0..n).map(|i| diagonal[i] - radius(i));
    let high = (0..n).map(|i| diagonal[i] + radius(i));
    let low = low.fold(f64::INFINITY, f64::min);
    let high = high.fold(f64::NEG_INFINITY, f64::max);
    let eigenvalue = |rank: usize| {
        let (mut low, mut high) = (low, high);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if n_above(diagonal, beside, middle) > rank {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    };
    (0..n).map(eigenvalue).collect()
}

/// Number of eigenvalues above `x`: positive pivots of T - x.
fn n_above(diagonal: &[f64], beside: &[f64], x: f64) -> usize {
    let mut count = 0;
    let mut pivot = 1.0;
    for (i, d) in diagonal.iter().enumerate() {
        let coupling = if i > 0 { beside[i - 1] } else { 0.0 };
        pivot = d - x - coupling * coupling / pivot;
        if pivot == 0.0 {
            pivot = -f64::MIN_POSITIVE.sqrt();
        }
        count += usize::from(pivot > 0.0);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::gauss;
    use ndarray::arr2;
    use std::f64::consts::PI;

    fn assert_values(got: &[f64], expected: &[f64], tolerance: f64) {
        assert_eq!(got.len(), expected.len());
        for (got, expected) in got.iter().zip(expected) {
            assert!((got - expected).abs() <= tolerance, "{got} {expected}");
        }
    }

    #[test]
    fn known_matrices() {
        assert!(symmetric_eigenvalues(&Array2::zeros((0, 0))).is_empty());
        assert_eq!(symmetric_eigenvalues(&Array2::zeros((3, 3))), [0.0; 3]);
        let values = symmetric_eigenvalues(&arr2(&[[-2.5]]));
        assert_values(&values, &[-2.5], 1e-15);
        let values = symmetric_eigenvalues(&arr2(&[[2.0, 1.0], [1.0, 2.0]]));
        assert_values(&values, &[3.0, 1.0], 1e-14);
        let diagonal = Array2::from_diag(&ndarray::arr1(&[1e-150, 4e-150, -2e-150, 0.0]));
        let values = symmetric_eigenvalues(&diagonal);
        assert_values(&values, &[4e-150, 1e-150, 0.0, -2e-150], 1e-164);
        // All ones: one eigenvalue n.
        let values = symmetric_eigenvalues(&Array2::ones((7, 7)));
        assert_values(&values, &[7.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 1e-14);
        // The second difference: 2 - 2 cos(pi k / (n + 1)).
        let n = 40;
        let second = Array2::from_shape_fn((n, n), |(i, j)| match i.abs_diff(j) {
            0 => 2.0,
            1 => -1.0,
            _ => 0.0,
        });
        let expected: Vec<f64> = (1..=n)
            .rev()
            .map(|k| 2.0 - 2.0 * (PI * k as f64 / (n + 1) as f64).cos())
            .collect();
        assert_values(&symmetric_eigenvalues(&second), &expected, 1e-14);
    }

    /// Full matrices with known eigenvalues: circulant ones are diagonal in the
    /// Fourier basis.
    #[test]
    fn circulant_matrices() {
        for n in [5, 24, 65] {
            let first: Vec<f64> = (0..n)
                .map(|lag: usize| 0.8_f64.powi(lag.min(n - lag) as i32))
                .collect();
            let matrix = Array2::from_shape_fn((n, n), |(i, j)| first[i.abs_diff(j)]);
            let value = |k: usize| {
                let terms = first.iter().enumerate();
                let turn = 2.0 * PI * k as f64 / n as f64;
                terms
                    .map(|(lag, x)| x * (turn * lag as f64).cos())
                    .sum::<f64>()
            };
            let mut expected: Vec<f64> = (0..n).map(value).collect();
            expected.sort_by(|a, b| b.total_cmp(a));
            assert_values(&symmetric_eigenvalues(&matrix), &expected, 1e-13);
        }
    }

    #[test]
    fn moments_of_random_matrices() {
        for (seed, n) in [(1, 3), (2, 17), (3, 60)] {
            let x = Array2::from_shape_vec((n, n), gauss(seed, n * n)).unwrap();
            let matrix = &x + &x.t();
            let values = symmetric_eigenvalues(&matrix);
            assert!(values.is_sorted_by(|a, b| a >= b));
            let sum = |power: i32| values.iter().map(|v| v.powi(power)).sum::<f64>();
            let square = matrix.dot(&matrix);
            let scale = values[0].abs().max(values[n - 1].abs());
            let near = |got: f64, expected: f64, power: i32| {
                let tolerance = 1e-13 * n as f64 * scale.powi(power);
                assert!((got - expected).abs() < tolerance, "{got} {expected}");
            };
            near(sum(1), matrix.diag().sum(), 1);
            near(sum(2), square.diag().sum(), 2);
            near(sum(3), square.dot(&matrix).diag().sum(), 3);
        }
    }
}
