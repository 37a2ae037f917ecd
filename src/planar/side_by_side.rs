//! Fourier transforms of many columns at once, in vectors across them.

use crate::data::Real;
use crate::lanes;
use rustfft::num_complex::Complex;

/// Transforms that are made side by side.
const LANES: usize = 16;
/// Prime factors that the FFT library has no vector code for, and that are small
/// enough for sums over all pairs.
const FACTORS: std::ops::RangeInclusive<usize> = 13..=61;
/// Longer ones would leave the cache, and a recording of hours has a hundred
/// thousand frames.
const LONGEST: usize = 2048;

/// Planned complex transforms of one length, many side by side: for lengths such
/// as 87 = 3 x 29, the frames of two seconds, and 1025 = 5 x 5 x 41, the bins of a
/// frame, which one at a time take several times as long.
///
/// Stockham's algorithm over the prime factors; a factor p takes (p - 1)^2
/// multiplications, those of x_k + x_(p-k) by cosines and of x_k - x_(p-k) by
/// sines.
pub(super) struct SideBySide<T: Real> {
    n: usize,
    stages: Vec<Stage<T>>,
    from: Vec<Wide<T>>,
    to: Vec<Wide<T>>,
    /// x_k + x_(p-k) and x_k - x_(p-k) of one butterfly.
    pairs: Vec<(Wide<T>, Wide<T>)>,
}

/// One value of each of the transforms.
#[derive(Clone, Copy)]
struct Wide<T> {
    re: [T; LANES],
    im: [T; LANES],
}

/// All butterflies of one prime factor.
struct Stage<T: Real> {
    radix: usize,
    /// Length of what is left to transform, divided by the radix.
    n_groups: usize,
    /// Number of transforms that are interleaved.
    stride: usize,
    /// cos and sin of 2 pi j k / radix, k = 1..=(radix - 1) / 2 for each such j.
    roots: Vec<(T, T)>,
    /// exp(-2 pi i j q / (radix n_groups)), j = 0..radix for each group q.
    twiddles: Vec<Complex<T>>,
}

impl<T: Real> SideBySide<T> {
    /// Plans for `n` values; `None` where the FFT library is as fast, or `n` large.
    pub fn new(n: usize) -> Option<Self> {
        if n > LONGEST {
            return None;
        }
        let factors = prime_factors(n);
        factors.last().filter(|largest| FACTORS.contains(largest))?;
        let (mut left, mut stride, mut stages) = (n, 1, Vec::new());
        for &radix in factors.iter().rev() {
            left /= radix;
            stages.push(Stage::new(radix, left, stride));
            stride *= radix;
        }
        let zero = Wide::zero();
        Some(Self {
            n,
            stages,
            from: vec![zero; n],
            to: vec![zero; n],
            pairs: vec![(zero, zero); FACTORS.end() / 2],
        })
    }

    /// Transforms the columns of `rows`, `[y][x]` with `n_cols` values in a row,
    /// into `columns`, `[x][k]`.
    pub fn columns(&mut self, rows: &[Complex<T>], n_cols: usize, columns: &mut [Complex<T>]) {
        for (i, columns) in columns.chunks_mut(LANES * self.n).enumerate() {
            lanes::on_vectors(
                #[inline(always)]
                || {
                    let first = i * LANES;
                    let width = columns.len() / self.n;
                    for (wide, row) in self.from.iter_mut().zip(rows.chunks_exact(n_cols)) {
                        wide.load(&row[first..first + width]);
                    }
                    self.transform();
                    self.unload(columns);
                },
            );
        }
    }

    /// Writes half the spectra of real rows less `offset`, `[y][k]` with
    /// k = 0..=n/2: two rows are the real and the imaginary part of one transform.
    pub fn real_rows(&mut self, values: &[T], offset: T, spectra: &mut [Complex<T>]) {
        let n_half = self.n / 2 + 1;
        let blocks = values.chunks(2 * LANES * self.n);
        for (values, spectra) in blocks.zip(spectra.chunks_mut(2 * LANES * n_half)) {
            lanes::on_vectors(
                #[inline(always)]
                || {
                    self.load_rows(values, offset);
                    self.transform();
                    self.split_rows(spectra);
                },
            );
        }
    }

    /// Transforms `from` in place.
    #[inline(always)]
    fn transform(&mut self) {
        for stage in &self.stages {
            stage.process(&self.from, &mut self.to, &mut self.pairs);
            std::mem::swap(&mut self.from, &mut self.to);
        }
    }

    #[inline(always)]
    fn unload(&self, columns: &mut [Complex<T>]) {
        for (lane, column) in columns.chunks_exact_mut(self.n).enumerate() {
            for (value, wide) in column.iter_mut().zip(&self.from) {
                *value = Complex::new(wide.re[lane], wide.im[lane]);
            }
        }
    }

    #[inline(always)]
    fn load_rows(&mut self, values: &[T], offset: T) {
        for (lane, pair) in values.chunks(2 * self.n).enumerate() {
            let (first, second) = pair.split_at(self.n);
            for (wide, &value) in self.from.iter_mut().zip(first) {
                wide.re[lane] = value - offset;
            }
            // The last of an odd number of rows has no second.
            if second.is_empty() {
                for wide in &mut self.from {
                    wide.im[lane] = T::of(0.0);
                }
            }
            for (wide, &value) in self.from.iter_mut().zip(second) {
                wide.im[lane] = value - offset;
            }
        }
    }

    /// The parts of each transform that are conjugate symmetric and
    /// antisymmetric.
    #[inline(always)]
    fn split_rows(&self, spectra: &mut [Complex<T>]) {
        let (n_half, half) = (self.n / 2 + 1, T::of(0.5));
        for k in 0..n_half {
            let (z, mirror) = (&self.from[k], &self.from[(self.n - k) % self.n]);
            let first = Wide {
                re: z.plus(mirror).re.map(|re| half * re),
                im: z.minus(mirror).im.map(|im| half * im),
            };
            let second = Wide {
                re: z.plus(mirror).im.map(|im| half * im),
                im: mirror.minus(z).re.map(|re| half * re),
            };
            let pairs = spectra.chunks_mut(2 * n_half).enumerate();
            for (lane, pair) in pairs {
                pair[k] = Complex::new(first.re[lane], first.im[lane]);
                if let Some(slot) = pair.get_mut(n_half + k) {
                    *slot = Complex::new(second.re[lane], second.im[lane]);
                }
            }
        }
    }
}

impl<T: Real> Stage<T> {
    fn new(radix: usize, n_groups: usize, stride: usize) -> Self {
        let turn = |part: usize, whole: usize| {
            let (sin, cos) =
                (std::f64::consts::TAU * (part % whole) as f64 / whole as f64).sin_cos();
            (T::of(cos), T::of(sin))
        };
        let half = (radix - 1) / 2;
        let roots = (1..=half).flat_map(|j| (1..=half).map(move |k| turn(j * k, radix)));
        let twiddles = (0..n_groups).flat_map(|q| (0..radix).map(move |j| j * q));
        let twiddles = twiddles.map(|part| {
            let (cos, sin) = turn(part, radix * n_groups);
            Complex::new(cos, -sin)
        });
        Self {
            radix,
            n_groups,
            stride,
            roots: roots.collect(),
            twiddles: twiddles.collect(),
        }
    }

    #[inline(always)]
    fn process(&self, from: &[Wide<T>], to: &mut [Wide<T>], pairs: &mut [(Wide<T>, Wide<T>)]) {
        let Self { radix, stride, .. } = *self;
        let twiddles = self.twiddles.chunks_exact(radix);
        let groups = to.chunks_exact_mut(radix * stride).zip(twiddles);
        for (q, (to, twiddles)) in groups.enumerate() {
            for r in 0..stride {
                let at = r + stride * q;
                self.butterfly(
                    (from, at),
                    pairs,
                    #[inline(always)]
                    |j, value| {
                        to[r + stride * j] = match q {
                            0 => value,
                            _ => value.times(twiddles[j]),
                        };
                    },
                );
            }
        }
    }

    /// One transform of `radix` values, the first of them at `at`.
    #[inline(always)]
    fn butterfly(
        &self,
        (from, at): (&[Wide<T>], usize),
        pairs: &mut [(Wide<T>, Wide<T>)],
        mut output: impl FnMut(usize, Wide<T>),
    ) {
        let step = self.stride * self.n_groups;
        let first = &from[at];
        if self.radix == 2 {
            let second = &from[at + step];
            output(0, first.plus(second));
            output(1, first.minus(second));
            return;
        }
        let half = (self.radix - 1) / 2;
        let pairs = &mut pairs[..half];
        let mut sum = *first;
        for (k, pair) in (1..).zip(&mut *pairs) {
            let (low, high) = (&from[at + step * k], &from[at + step * (self.radix - k)]);
            *pair = (low.plus(high), low.minus(high));
            sum = sum.plus(&pair.0);
        }
        output(0, sum);
        for (j, roots) in (1..).zip(self.roots.chunks_exact(half)) {
            let (mut even, mut odd) = (*first, Wide::zero());
            for ((plus, minus), &(cos, sin)) in pairs.iter().zip(roots) {
                even.add_scaled(plus, cos);
                odd.add_scaled(minus, sin);
            }
            let odd = odd.by_minus_i();
            output(j, even.plus(&odd));
            output(self.radix - j, even.minus(&odd));
        }
    }
}

impl<T: Real> Wide<T> {
    fn zero() -> Self {
        let zero = [T::of(0.0); LANES];
        Self { re: zero, im: zero }
    }

    #[inline(always)]
    fn load(&mut self, values: &[Complex<T>]) {
        for ((re, im), value) in self.re.iter_mut().zip(&mut self.im).zip(values) {
            (*re, *im) = (value.re, value.im);
        }
    }

    #[inline(always)]
    fn zip(&self, other: &Self, of: impl Fn(T, T) -> T) -> Self {
        let mut result = *self;
        for lane in 0..LANES {
            result.re[lane] = of(self.re[lane], other.re[lane]);
            result.im[lane] = of(self.im[lane], other.im[lane]);
        }
        result
    }

    #[inline(always)]
    fn plus(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a + b)
    }

    #[inline(always)]
    fn minus(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a - b)
    }

    #[inline(always)]
    fn add_scaled(&mut self, other: &Self, factor: T) {
        *self = self.zip(other, |a, b| a + factor * b);
    }

    #[inline(always)]
    fn by_minus_i(self) -> Self {
        let zero = T::of(0.0);
        Self {
            re: self.im,
            im: self.re.map(|re| zero - re),
        }
    }

    #[inline(always)]
    fn times(self, factor: Complex<T>) -> Self {
        let mut result = self;
        for lane in 0..LANES {
            let (re, im) = (self.re[lane], self.im[lane]);
            result.re[lane] = re * factor.re - im * factor.im;
            result.im[lane] = re * factor.im + im * factor.re;
        }
        result
    }
}

/// In increasing order; none of 1.
fn prime_factors(n: usize) -> Vec<usize> {
    let (mut left, mut factors) = (n, Vec::new());
    let mut factor = 2;
    while factor * factor <= left {
        while left.is_multiple_of(factor) {
            factors.push(factor);
            left /= factor;
        }
        factor += 1;
    }
    if left > 1 {
        factors.push(left);
    }
    factors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::gauss;

    #[test]
    fn columns_equal_the_sum_that_defines_them() {
        for (n, n_cols) in [(13, 1), (26, 17), (87, 65), (59, 16), (2 * 2 * 3 * 17, 5)] {
            let noise = gauss(n as u64, 2 * n * n_cols);
            let rows: Vec<Complex<f64>> = noise
                .chunks_exact(2)
                .map(|pair| Complex::new(pair[0], pair[1]))
                .collect();
            let mut columns = vec![Complex::default(); n * n_cols];
            let mut plan = SideBySide::new(n).unwrap();
            // Twice: what the first call left behind must not matter.
            for _ in 0..2 {
                plan.columns(&rows, n_cols, &mut columns);
            }
            for (x, column) in columns.chunks_exact(n).enumerate() {
                for (k, got) in column.iter().enumerate() {
                    let terms = (0..n).map(|y| {
                        let turn = -std::f64::consts::TAU * (k * y % n) as f64 / n as f64;
                        rows[y * n_cols + x] * Complex::cis(turn)
                    });
                    let expected: Complex<f64> = terms.sum();
                    assert!((got - expected).norm() < 1e-12 * n as f64, "{n}: {x}, {k}");
                }
            }
        }
    }

    #[test]
    fn rows_equal_the_sum_that_defines_them() {
        for (n, n_rows) in [(13, 1), (39, 33), (1025, 3), (2 * 17, 64)] {
            let values = gauss(n as u64, n * n_rows);
            let n_half = n / 2 + 1;
            let mut spectra = vec![Complex::default(); n_half * n_rows];
            let mut plan = SideBySide::<f64>::new(n).unwrap();
            // Twice: what the first call left behind must not matter.
            for _ in 0..2 {
                plan.real_rows(&values, 0.5, &mut spectra);
            }
            for (row, spectrum) in values.chunks_exact(n).zip(spectra.chunks_exact(n_half)) {
                for (k, got) in spectrum.iter().enumerate() {
                    let terms = row.iter().enumerate().map(|(x, value)| {
                        let turn = -std::f64::consts::TAU * (k * x % n) as f64 / n as f64;
                        (value - 0.5) * Complex::cis(turn)
                    });
                    let expected: Complex<f64> = terms.sum();
                    assert!((got - expected).norm() < 1e-12 * n as f64, "{n}: {k}");
                }
            }
        }
    }

    #[test]
    fn lengths_that_the_library_is_good_at_are_left_to_it() {
        for n in [1, 2, 128, 224, 1024, 1100, 173, 2 * 67, 3 * 29 * 29] {
            assert!(SideBySide::<f32>::new(n).is_none(), "{n}");
        }
    }
}
