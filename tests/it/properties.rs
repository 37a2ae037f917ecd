//! Properties that hold for every input, and naive oracles for small ones.

use crate::support::assert_near;
use crate::support::naive;
use cepstrum::compare::{ExactSum, MeanSpectrum, SpectrumSums, monotonicity};
use cepstrum::data::Real;
use cepstrum::planar::{Radius, Rapsd};
use cepstrum::spectral::{Framing, Periodogram, Stft, StftConfig, Window};
use cepstrum::synth::gauss;
use proptest::prelude::*;

fn rapsd(values: &[f64], m: usize, n: usize, radius: Radius) -> (Vec<f64>, Vec<u32>) {
    let mut plan = Rapsd::<f64>::new(m, n, radius).unwrap();
    let mut power = vec![0.0; plan.table().n_rings()];
    plan.process(values, &mut power).unwrap();
    (power, plan.table().counts().to_vec())
}

#[test]
fn periodograms_of_every_small_length() {
    for n in 2..=130 {
        let x = gauss(n as u64, n);
        let mut plan = Periodogram::<f64>::new(n).unwrap();
        let mut power = vec![0.0; plan.n_bins()];
        plan.process(&x, &mut power).unwrap();
        let naive = naive::dft(&x);
        let largest = naive.iter().map(|v| v.norm_sqr()).fold(0.0, f64::max);
        assert_eq!(power.len(), n / 2);
        for (k, power) in power.iter().enumerate() {
            let expected = naive[k + 1].norm_sqr();
            assert_near(
                &format!("n {n}, k {}", k + 1),
                *power,
                expected,
                1e-11 * largest,
            );
        }
    }
}

#[test]
fn rapsd_of_every_small_shape() {
    for m in 1..=13 {
        for n in 1..=13 {
            let x: Vec<f64> = gauss((100 * m + n) as u64, m * n)
                .iter()
                .map(|x| x + 0.7)
                .collect();
            let full = naive::power_2d(&x, m, n);
            let longer = m.max(n) as f64;
            for radius in [Radius::Index, Radius::Frequency] {
                let (expected, counts) = naive::radial_mean(&full, m, n, |ky, kx| match radius {
                    Radius::Index => ky.hypot(kx),
                    Radius::Frequency => longer * (ky / m as f64).hypot(kx / n as f64),
                });
                let (power, got_counts) = rapsd(&x, m, n, radius);
                assert_eq!(got_counts, counts, "{m} x {n} {radius:?}");
                let total: f64 = x.iter().map(|x| x * x).sum();
                for (ring, (got, expected)) in power.iter().zip(&expected).enumerate() {
                    let what = format!("{m} x {n} {radius:?} ring {ring}");
                    assert_near(&what, *got, *expected, 1e-12 * total);
                }
            }
        }
    }
}

#[test]
fn transposing_changes_nothing() {
    for (m, n) in [(7, 12), (16, 9), (128, 87), (1, 15), (5, 64)] {
        let x = gauss(17, m * n);
        let transposed: Vec<f64> = (0..m * n).map(|i| x[(i % m) * n + i / m]).collect();
        for radius in [Radius::Index, Radius::Frequency] {
            let (power, counts) = rapsd(&x, m, n, radius);
            let (power_t, counts_t) = rapsd(&transposed, n, m, radius);
            assert_eq!(counts, counts_t);
            for (a, b) in power.iter().zip(&power_t) {
                assert_near("ring", *a, *b, 1e-12 * b.max(1.0));
            }
        }
    }
}

fn stft_frame<T: Real>(x: &[f64], config: &StftConfig, frame: usize) -> Vec<(f64, f64)> {
    let samples: Vec<T> = x.iter().map(|&x| T::of(x)).collect();
    let mut stft = Stft::<T>::new(config.clone()).unwrap();
    let mut found = Vec::new();
    stft.for_each_frame(&samples, |t, spectrum| {
        if t == frame {
            found = spectrum
                .iter()
                .map(|v| (v.re.into(), v.im.into()))
                .collect();
        }
    });
    found
}

/// Every frame is the transform of the windowed samples around it, with zeros
/// beyond both ends, also where a frame is longer than the signal.
#[test]
fn stft_frames_are_windowed_pieces() {
    for (n, n_fft, hop, win, framing) in [
        (50, 16, 5, 16, Framing::Centred),
        (50, 16, 5, 16, Framing::Uncentred),
        (50, 16, 7, 9, Framing::Centred),
        (5, 16, 4, 16, Framing::Centred),
        (33, 15, 4, 15, Framing::Centred),
        (44, 15, 11, 15, Framing::Centred),
        (64, 16, 64, 12, Framing::Uncentred),
    ] {
        let x = gauss(29, n);
        let config = StftConfig {
            n_fft,
            hop_length: hop,
            win_length: win,
            window: Window::Hann,
            framing,
        };
        let window = Window::Hann.values(win);
        let padded = n + if framing == Framing::Centred {
            2 * (n_fft / 2)
        } else {
            0
        };
        assert_eq!(config.n_frames(n), 1 + (padded - n_fft) / hop);
        let padding = if framing == Framing::Centred {
            n_fft / 2
        } else {
            0
        };
        for t in 0..config.n_frames(n) {
            let piece: Vec<f64> = (0..n_fft)
                .map(|i| {
                    let at = (t * hop + i) as isize - padding as isize;
                    let weight = i
                        .checked_sub((n_fft - win) / 2)
                        .and_then(|i| window.get(i))
                        .unwrap_or(&0.0);
                    let sample = usize::try_from(at).ok().and_then(|at| x.get(at));
                    weight * sample.unwrap_or(&0.0)
                })
                .collect();
            let expected = naive::dft(&piece);
            let got = stft_frame::<f64>(&x, &config, t);
            assert_eq!(got.len(), n_fft / 2 + 1);
            for (k, (re, im)) in got.iter().enumerate() {
                let what = format!("{config:?} frame {t} bin {k}");
                assert_near(&what, *re, expected[k].re, 1e-12 * n_fft as f64);
                assert_near(&what, *im, expected[k].im, 1e-12 * n_fft as f64);
            }
        }
    }
}

proptest! {
    // Failures are reproduced from the values that they print.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn violations_are_counted_pair_by_pair(values in prop::collection::vec(-5_i32..5, 2..60)) {
        let log_power: Vec<f64> = values.iter().map(|&v| f64::from(v)).collect();
        let frequency: Vec<f64> = (1..=values.len()).map(|k| k as f64).collect();
        let got = monotonicity(&frequency, &log_power, &vec![1.0; values.len()]).unwrap();
        prop_assert_eq!(got.pair_violation, naive::pair_violation(&log_power));
    }

    /// Sums agree to the bit for any order and grouping, and with exact
    /// arithmetic in multiples of 2^-20.
    #[test]
    fn exact_sums_do_not_depend_on_grouping(
        terms in prop::collection::vec((-(1_i64 << 50)..1_i64 << 50, 0_usize..4), 1..100)
    ) {
        let mut groups = [ExactSum::default(); 4];
        let mut all = ExactSum::default();
        let mut integer = 0_i128;
        for &(term, group) in &terms {
            let value = term as f64 / f64::from(1 << 20);
            groups[group].add(value);
            all.add(value);
            integer += i128::from(term);
        }
        let mut merged = ExactSum::default();
        for group in groups.iter().rev() {
            merged.merge(group);
        }
        prop_assert_eq!(merged, all);
        prop_assert_eq!(all.value(), integer as f64 / f64::from(1 << 20));
    }

    /// The mean spectrum of many sources is the same to the bit for any split
    /// into partial means, in any order.
    #[test]
    fn means_do_not_depend_on_grouping(
        seeds in prop::collection::vec(0_u64..1000, 1..12),
        cuts in prop::collection::vec(0_usize..12, 0..4),
        shuffle in 0_u64..1000,
    ) {
        let sources: Vec<SpectrumSums> = seeds.iter().map(|&seed| source(seed)).collect();
        let mut whole = MeanSpectrum::new(16);
        for source in &sources {
            whole.add(source).unwrap();
        }
        let mut order: Vec<usize> = (0..sources.len()).collect();
        order.sort_by_key(|&i| (i as u64).wrapping_mul(2 * shuffle + 1) % 13);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|c| c.min(order.len())).collect();
        cuts.extend([0, order.len()]);
        cuts.sort_unstable();
        let mut merged = MeanSpectrum::new(16);
        for group in cuts.windows(2).rev() {
            let mut partial = MeanSpectrum::new(16);
            for &i in &order[group[0]..group[1]] {
                partial.add(&sources[i]).unwrap();
            }
            merged.merge(&partial).unwrap();
        }
        prop_assert_eq!(&merged, &whole);
        prop_assert_eq!(merged.mean_log_power(), whole.mean_log_power());
    }
}

/// A few segments of noise spectra.
fn source(seed: u64) -> SpectrumSums {
    let mut sums = SpectrumSums::new(16);
    for segment in 0..1 + seed % 4 {
        let power: Vec<f64> = gauss(31 * seed + segment, 16)
            .iter()
            .map(|x| x * x)
            .collect();
        sums.add(&power, 0.0);
    }
    sums
}

#[test]
fn sums_out_of_range_are_not_a_number() {
    let mut sum = ExactSum::default();
    sum.add(1e38);
    assert!(sum.value().is_nan());
    let mut many = ExactSum::default();
    for _ in 0..10 {
        many.add(8e37);
    }
    assert!(many.value().is_nan());
    let mut large = ExactSum::default();
    large.add(1e37);
    large.add(-1e37);
    assert_eq!(large.value(), 0.0);
    let mut tiny = ExactSum::default();
    for _ in 0..1000 {
        tiny.add(1e-20);
    }
    assert_near("tiny", tiny.value(), 1e-17, 1e-25);
}

#[test]
fn merging_spectra_of_different_lengths_is_refused() {
    let mut a = MeanSpectrum::new(8);
    let error = a.merge(&MeanSpectrum::new(9)).unwrap_err().to_string();
    assert_eq!(error, "spectrum has length 9, but 8 is required");
}
