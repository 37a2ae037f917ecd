//! Oracles that follow the definitions word by word, however slowly.

use rustfft::num_complex::Complex;
use std::f64::consts::TAU;

/// The discrete Fourier transform, by its sum.
pub fn dft(values: &[f64]) -> Vec<Complex<f64>> {
    let n = values.len();
    (0..n)
        .map(|k| {
            values
                .iter()
                .enumerate()
                .map(|(i, &x)| Complex::from_polar(x, -TAU * ((k * i) % n) as f64 / n as f64))
                .sum()
        })
        .collect()
}

/// |F|^2 / (M N) of a row-major plane, by its double sum, for every (ky, kx).
pub fn power_2d(values: &[f64], n_rows: usize, n_cols: usize) -> Vec<f64> {
    let mut power = Vec::with_capacity(values.len());
    for ky in 0..n_rows {
        for kx in 0..n_cols {
            let mut sum = Complex::new(0.0, 0.0);
            for y in 0..n_rows {
                for x in 0..n_cols {
                    let cycles = (ky * y % n_rows) as f64 / n_rows as f64
                        + (kx * x % n_cols) as f64 / n_cols as f64;
                    sum += Complex::from_polar(values[y * n_cols + x], -TAU * cycles);
                }
            }
            power.push(sum.norm_sqr() / values.len() as f64);
        }
    }
    power
}

/// Signed wave number of index k of n, in -n/2..n/2.
pub fn wave_number(k: usize, n: usize) -> f64 {
    let k = k as f64;
    if 2.0 * k >= n as f64 { k - n as f64 } else { k }
}

/// Radial average of a full-plane power, with a radius given per cell.
pub fn radial_mean(
    power: &[f64],
    n_rows: usize,
    n_cols: usize,
    radius: impl Fn(f64, f64) -> f64,
) -> (Vec<f64>, Vec<u32>) {
    let n_rings = n_rows.max(n_cols).div_ceil(2);
    let (mut sums, mut counts) = (vec![0.0; n_rings], vec![0; n_rings]);
    for ky in 0..n_rows {
        for kx in 0..n_cols {
            let r = radius(wave_number(ky, n_rows), wave_number(kx, n_cols));
            // Exact halves go down; radii are far from halves otherwise.
            let ring = (r - 0.5 - 1e-9).ceil() as usize;
            if ring < n_rings {
                sums[ring] += power[ky * n_cols + kx];
                counts[ring] += 1;
            }
        }
    }
    let means = sums
        .iter()
        .zip(&counts)
        .map(|(sum, &count)| sum / f64::from(count))
        .collect();
    (means, counts)
}

/// Share of pairs i < j with values[j] > values[i], pair by pair.
pub fn pair_violation(values: &[f64]) -> f64 {
    let n = values.len();
    let mut rising = 0;
    for i in 0..n {
        rising += values[i + 1..].iter().filter(|v| **v > values[i]).count();
    }
    rising as f64 / (n * (n - 1) / 2) as f64
}
