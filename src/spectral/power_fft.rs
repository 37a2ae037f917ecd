//! Power spectra of real values in one transform.

use crate::data::Real;
use crate::lanes;
use realfft::{RealFftPlanner, RealToComplex};
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};
use std::sync::Arc;

/// Pairs of bins in one turn of the vector loop.
const PAIRS: usize = 8;

/// Planned |X_k|^2, k = 0..=n/2, of n real values.
///
/// An even n takes a complex transform of half the length, z_j = x_2j +
/// i x_(2j+1), whose bins k and n/2 - k give X_k and X_(n/2-k) (Sorensen et al.
/// 1987). Squaring them at once saves writing and reading the coefficients.
pub(super) enum PowerFft<T: Real> {
    Even {
        transform: Arc<dyn Fft<T>>,
        packed: Vec<Complex<T>>,
        scratch: Vec<Complex<T>>,
        /// -i/2 exp(-2 pi i k / n), k = 1, 2, ..., one per pair.
        twiddles: Vec<Complex<T>>,
    },
    Odd {
        transform: RealFft<T>,
        output: Vec<Complex<T>>,
    },
}

/// Planned X_k, k = 0..=n/2, of n real values.
pub(super) struct RealFft<T: Real> {
    transform: Arc<dyn RealToComplex<T>>,
    /// Where the values go, before each call of [`Self::process`].
    pub input: Vec<T>,
    scratch: Vec<Complex<T>>,
}

impl<T: Real> RealFft<T> {
    /// Plans for `n` values, at least 1.
    pub fn new(n: usize) -> Self {
        let transform = RealFftPlanner::new().plan_fft_forward(n);
        Self {
            input: transform.make_input_vec(),
            scratch: transform.make_scratch_vec(),
            transform,
        }
    }

    /// Writes the coefficients of the input, which is then used up.
    pub fn process(&mut self, output: &mut [Complex<T>]) {
        self.transform
            .process_with_scratch(&mut self.input, output, &mut self.scratch)
            .expect("buffers were made by the plan");
    }
}

impl<T: Real> PowerFft<T> {
    /// Plans for `n` values, at least 1.
    pub fn new(n: usize) -> Self {
        if !n.is_multiple_of(2) {
            return PowerFft::Odd {
                transform: RealFft::new(n),
                output: vec![Complex::default(); n / 2 + 1],
            };
        }
        let half = n / 2;
        let transform = FftPlanner::new().plan_fft_forward(half);
        let zero = Complex::new(T::of(0.0), T::of(0.0));
        let twiddle = |k: usize| {
            let (sin, cos) = (std::f64::consts::TAU * k as f64 / n as f64).sin_cos();
            Complex::new(T::of(-0.5 * sin), T::of(-0.5 * cos))
        };
        PowerFft::Even {
            packed: vec![zero; half],
            scratch: vec![zero; transform.get_inplace_scratch_len()],
            twiddles: (1..=(half - 1) / 2).map(twiddle).collect(),
            transform,
        }
    }

    /// Where the values go, before each call of [`Self::process`].
    pub fn input(&mut self) -> &mut [T] {
        match self {
            PowerFft::Even { packed, .. } => bytemuck::cast_slice_mut(packed),
            PowerFft::Odd { transform, .. } => &mut transform.input,
        }
    }

    /// Writes `square(re X_k, im X_k)` of the input into `power`, k = 1..=n/2, and
    /// returns that of X_0; the input is then used up.
    pub fn process<P: Real>(&mut self, power: &mut [P], square: impl Fn(T, T) -> P) -> P {
        match self {
            PowerFft::Even {
                transform,
                packed,
                scratch,
                twiddles,
            } => {
                transform.process_with_scratch(packed, scratch);
                lanes::on_vectors(
                    #[inline(always)]
                    || unpack(packed, twiddles, power, square),
                )
            }
            PowerFft::Odd { transform, output } => {
                transform.process(output);
                for (power, x) in power.iter_mut().zip(&output[1..]) {
                    *power = square(x.re, x.im);
                }
                square(output[0].re, output[0].im)
            }
        }
    }
}

/// The squared bins of the real values whose packed transform is `packed`.
#[inline(always)]
fn unpack<T: Real, P: Real>(
    packed: &[Complex<T>],
    twiddles: &[Complex<T>],
    power: &mut [P],
    square: impl Fn(T, T) -> P,
) -> P {
    let (half, n_pairs) = (packed.len(), twiddles.len());
    let (zero, dc) = (T::of(0.0), packed[0]);
    power[half - 1] = square(dc.re - dc.im, zero);
    if half.is_multiple_of(2) {
        let middle = packed[half / 2];
        power[half / 2 - 1] = square(middle.re, middle.im);
    }
    // Bin k from below and bin half - k from above: the upper side is read and
    // written backwards.
    let (a, b) = (&packed[1..=n_pairs], &packed[half - n_pairs..]);
    let (low, high) = power[..half - 1].split_at_mut(half / 2);
    let low = &mut low[..n_pairs];
    let (a, a_rest) = a.as_chunks::<PAIRS>();
    let (b_rest, b) = b.as_rchunks::<PAIRS>();
    let (t, t_rest) = twiddles.as_chunks::<PAIRS>();
    let (low, low_rest) = low.as_chunks_mut::<PAIRS>();
    let (high_rest, high) = high.as_rchunks_mut::<PAIRS>();
    let above = b.iter().zip(high).rev();
    for (((a, t), low), (b, high)) in a.iter().zip(t).zip(low).zip(above) {
        pairs(a, b, t, low, high, &square);
    }
    let above = b_rest.iter().zip(high_rest).rev();
    for (((&a, &t), low), (&b, high)) in a_rest.iter().zip(t_rest).zip(low_rest).zip(above) {
        let (mut one_low, mut one_high) = ([*low], [*high]);
        pairs(&[a], &[b], &[t], &mut one_low, &mut one_high, &square);
        (*low, *high) = (one_low[0], one_high[0]);
    }
    square(dc.re + dc.im, zero)
}

/// Bins k, k + 1, ... into `low` and half - k, half - k - 1, ... into `high`
/// from its end; `b` runs like `high`. Real and imaginary parts are taken apart
/// first, so that the arithmetic runs on whole vectors.
#[inline(always)]
fn pairs<T: Real, P: Real, const N: usize>(
    a: &[Complex<T>; N],
    b: &[Complex<T>; N],
    t: &[Complex<T>; N],
    low: &mut [P; N],
    high: &mut [P; N],
    square: &impl Fn(T, T) -> P,
) {
    let (zero, half) = ([T::of(0.0); N], T::of(0.5));
    let (mut a_re, mut a_im, mut b_re, mut b_im) = (zero, zero, zero, zero);
    let (mut t_re, mut t_im) = (zero, zero);
    for i in 0..N {
        (a_re[i], a_im[i]) = (a[i].re, a[i].im);
        (b_re[i], b_im[i]) = (b[N - 1 - i].re, b[N - 1 - i].im);
        (t_re[i], t_im[i]) = (t[i].re, t[i].im);
    }
    let mut of_high = [P::of(0.0); N];
    for i in 0..N {
        // The transform of the even samples, and that of the odd ones turned.
        let (even_re, even_im) = (half * (a_re[i] + b_re[i]), half * (a_im[i] - b_im[i]));
        let (d_re, d_im) = (a_re[i] - b_re[i], a_im[i] + b_im[i]);
        let odd_re = d_re * t_re[i] - d_im * t_im[i];
        let odd_im = d_re * t_im[i] + d_im * t_re[i];
        low[i] = square(even_re + odd_re, even_im + odd_im);
        of_high[i] = square(even_re - odd_re, even_im - odd_im);
    }
    for i in 0..N {
        high[N - 1 - i] = of_high[i];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// X_k by its definition.
    fn naive(values: &[f64], k: usize) -> Complex<f64> {
        let step = -std::f64::consts::TAU * k as f64 / values.len() as f64;
        let terms = values.iter().enumerate();
        terms
            .map(|(j, x)| Complex::from_polar(*x, step * j as f64))
            .sum()
    }

    #[test]
    fn power_of_all_small_lengths_is_that_of_the_definition() {
        for n in (1..=80).chain([96, 127, 128, 130, 1000]) {
            let values: Vec<f64> = (0..n)
                .map(|j| ((j * j + 3 * j) % 17) as f64 - 7.3)
                .collect();
            let mut plan = PowerFft::new(n);
            let mut power = vec![f64::NAN; n / 2 + 1];
            // Twice: what is left of the first must not matter.
            for _ in 0..2 {
                plan.input().copy_from_slice(&values);
                power[0] = plan.process(&mut power[1..], |re, im| re * re + im * im);
            }
            let total: f64 = values.iter().map(|x| x * x).sum();
            for (k, power) in power.iter().enumerate() {
                let expected = naive(&values, k).norm_sqr();
                let allowed = 1e-12 * total * n as f64;
                assert!(
                    (power - expected).abs() < allowed,
                    "{n} {k}: {power} {expected}"
                );
            }
        }
    }
}
