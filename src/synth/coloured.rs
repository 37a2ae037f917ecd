use super::gauss;
use ndarray::Array2;
use rustfft::FftPlanner;
use rustfft::num_complex::Complex;

/// Gaussian noise of `n` samples with power ~ f^-alpha, zero mean and unit
/// variance, periodic: 0 is white, 1 pink, 2 brown.
pub fn coloured_noise(seed: u64, n: usize, alpha: f64) -> Vec<f64> {
    coloured_field(seed, 1, n, alpha).into_iter().collect()
}

/// A Gaussian field [row, column] with power ~ rho^-alpha, rho = hypot of the
/// frequencies in cycles per sample; zero mean, unit variance, periodic.
///
/// ```
/// let field = cepstrum::synth::coloured_field(23, 64, 64, 2.0);
/// let variance = field.mapv(|x| x * x).sum() / 4096.0;
/// assert!((variance - 1.0).abs() < 1e-12);
/// ```
pub fn coloured_field(seed: u64, n_rows: usize, n_cols: usize, alpha: f64) -> Array2<f64> {
    let mut values: Vec<Complex<f64>> = gauss(seed, n_rows * n_cols)
        .into_iter()
        .map(|x| Complex::new(x, 0.0))
        .collect();
    transform(&mut values, n_rows, n_cols, Direction::Forward);
    for (i, value) in values.iter_mut().enumerate() {
        let rho = frequency(i / n_cols, n_rows).hypot(frequency(i % n_cols, n_cols));
        *value = if rho > 0.0 {
            *value * rho.powf(-alpha / 2.0)
        } else {
            Complex::new(0.0, 0.0)
        };
    }
    transform(&mut values, n_rows, n_cols, Direction::Inverse);
    let n = values.len() as f64;
    let mean = values.iter().map(|v| v.re).sum::<f64>() / n;
    let variance = values.iter().map(|v| (v.re - mean).powi(2)).sum::<f64>() / n;
    let deviation = variance.sqrt();
    Array2::from_shape_fn((n_rows, n_cols), |(y, x)| {
        values[y * n_cols + x].re / deviation
    })
}

fn frequency(k: usize, n: usize) -> f64 {
    k.min(n - k) as f64 / n as f64
}

#[derive(Clone, Copy)]
enum Direction {
    Forward,
    Inverse,
}

fn transform(values: &mut [Complex<f64>], n_rows: usize, n_cols: usize, direction: Direction) {
    let mut planner = FftPlanner::new();
    let mut plan = |n| match direction {
        Direction::Forward => planner.plan_fft_forward(n),
        Direction::Inverse => planner.plan_fft_inverse(n),
    };
    let (along_row, along_col) = (plan(n_cols), plan(n_rows));
    along_row.process(values);
    let mut column = vec![Complex::new(0.0, 0.0); n_rows];
    for x in 0..n_cols {
        for (y, slot) in column.iter_mut().enumerate() {
            *slot = values[y * n_cols + x];
        }
        along_col.process(&mut column);
        for (y, &value) in column.iter().enumerate() {
            values[y * n_cols + x] = value;
        }
    }
}
