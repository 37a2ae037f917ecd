//! What theory says, before any reference file is asked.

use crate::support::assert_near;
use cepstrum::compare::{
    FitRange, FitSpacing, LevelHistogram, MeanSpectrum, POST_FIT_POINTS, SpectrumSums,
    monotonicity, octave_bands, peak, power_law, third_octaves,
};
use cepstrum::data::{PowerScale, Signal, Unit};
use cepstrum::planar::{Radius, Rapsd};
use cepstrum::spectral::{LogMel, LogMelConfig, LogScale, Periodogram};
use cepstrum::synth::{coloured_field, gauss};
use std::f64::consts::TAU;

fn tone(n: usize, sample_rate: u32, frequency: f64, amplitude: f64) -> Signal {
    let sample = |i| amplitude * (TAU * frequency * i as f64 / f64::from(sample_rate)).cos();
    Signal {
        samples: (0..n).map(|i| sample(i) as f32).collect(),
        sample_rate,
    }
}

fn noise(seed: u64, n: usize, sample_rate: u32) -> Signal {
    Signal {
        samples: gauss(seed, n).iter().map(|&x| x as f32).collect(),
        sample_rate,
    }
}

fn rapsd(values: &[f64], n_rows: usize, n_cols: usize, radius: Radius) -> Vec<f64> {
    let mut plan = Rapsd::<f64>::new(n_rows, n_cols, radius).unwrap();
    let mut power = vec![0.0; plan.table().n_rings()];
    plan.process(values, &mut power).unwrap();
    power
}

#[test]
fn a_tone_stands_in_its_bin_alone() {
    let spectrum =
        Periodogram::<f64>::spectrum(&tone(44100, 22050, 440.0, 0.5), PowerScale::Raw).unwrap();
    let frequency = spectrum.frequency.values();
    let at = frequency.iter().position(|f| *f == 440.0).unwrap();
    // |X| = amplitude N / 2.
    assert_near("peak", spectrum.power[at].sqrt(), 11025.0, 0.01);
    let rest: f64 = spectrum.power.iter().sum::<f64>() - spectrum.power[at];
    assert!(rest < 1e-6 * spectrum.power[at], "leaked {rest:e}");
}

#[test]
fn parseval_in_one_dimension() {
    for n in [2, 3, 16, 17, 1009, 4410] {
        let signal = noise(n as u64, n, 8000);
        let per_sample = Periodogram::<f64>::spectrum(&signal, PowerScale::PerSample).unwrap();
        let sum: f64 = signal.samples.iter().map(|&x| f64::from(x)).sum();
        let energy: f64 = signal.samples.iter().map(|&x| f64::from(x).powi(2)).sum();
        // dof counts the bin and its mirror image; DC is what the sum says.
        let bins: f64 = per_sample
            .power
            .iter()
            .zip(&per_sample.dof)
            .map(|(p, &dof)| p * f64::from(dof))
            .sum();
        assert_near(
            "energy",
            bins + sum * sum / n as f64,
            energy,
            1e-12 * energy.max(1.0),
        );
        // A density integrates over Hz to the mean square, DC left out.
        let density = Periodogram::<f64>::spectrum(&signal, PowerScale::PsdHz).unwrap();
        let step = 8000.0 / n as f64;
        let mean_square: f64 = density.power.iter().map(|p| p * step).sum();
        let variance = energy / n as f64 - (sum / n as f64).powi(2);
        assert_near("density", mean_square, variance, 1e-12 * energy);
    }
}

#[test]
fn parseval_in_two_dimensions() {
    for (m, n) in [(16, 16), (15, 17), (9, 12), (12, 9), (1, 16), (128, 87)] {
        for radius in [Radius::Index, Radius::Frequency] {
            let values: Vec<f64> = gauss(7, m * n).iter().map(|x| x + 3.0).collect();
            let mut plan = Rapsd::<f64>::new(m, n, radius).unwrap();
            let mut power = vec![0.0; plan.table().n_rings()];
            let energy = plan.process(&values, &mut power).unwrap();
            let inside: f64 = power
                .iter()
                .zip(plan.table().counts())
                .map(|(p, &count)| p * f64::from(count))
                .sum();
            let outside = energy.outside_share * energy.energy;
            let total: f64 = values.iter().map(|x| x * x).sum();
            assert_near("energy", inside + outside, total, 1e-12 * total);
        }
    }
}

#[test]
fn a_fifth_of_a_square_lies_outside_the_rings() {
    let plan = Rapsd::<f64>::new(320, 320, Radius::Frequency).unwrap();
    let cells: u32 = plan.table().counts().iter().sum();
    let outside = 1.0 - f64::from(cells) / 102_400.0;
    assert_near("outside share of cells", outside, 0.219, 5e-4);
}

#[test]
fn white_noise_is_flat_at_its_variance() {
    const SIGMA: f64 = 3.0;
    for radius in [Radius::Index, Radius::Frequency] {
        let mut sums = vec![0.0; 32];
        let n_fields = 200;
        for seed in 0..n_fields {
            let field: Vec<f64> = gauss(seed, 64 * 48).iter().map(|x| SIGMA * x).collect();
            for (sum, power) in sums.iter_mut().zip(rapsd(&field, 64, 48, radius)) {
                *sum += power / n_fields as f64;
            }
        }
        let plan = Rapsd::<f64>::new(64, 48, radius).unwrap();
        for (ring, (mean, &count)) in sums.iter().zip(plan.table().counts()).enumerate() {
            // c P / s^2 is chi-squared with c degrees of freedom.
            let error = SIGMA * SIGMA * (2.0 / (f64::from(count) * n_fields as f64)).sqrt();
            assert_near(&format!("ring {ring}"), *mean, SIGMA * SIGMA, 4.5 * error);
        }
    }
}

/// E[ln P] of unit noise is psi(dof/2) - ln(dof/2): -0.5772 at dof 2 and
/// -1.2704 at dof 1.
#[test]
fn logarithms_of_noise_are_biased_as_gaussian_theory_says() {
    let n_segments = 2000;
    let mut plan = Periodogram::<f64>::new(64).unwrap();
    let mut sums = SpectrumSums::new(32);
    let x = gauss(3, 64 * n_segments);
    for segment in x.chunks_exact(64) {
        let mut power = vec![0.0; 32];
        plan.process(segment, &mut power).unwrap();
        for power in &mut power {
            *power /= 64.0;
        }
        sums.add(&power, 0.0);
    }
    let mean = sums.mean_log_power();
    for (k, log_power) in mean.iter().enumerate() {
        let (bias, variance) = match plan.dof()[k] {
            2 => (-0.577_215_664_9, std::f64::consts::PI.powi(2) / 6.0),
            _ => (-1.270_362_845_5, std::f64::consts::PI.powi(2) / 2.0),
        };
        let error = (variance / n_segments as f64).sqrt();
        assert_near(&format!("bin {k}"), *log_power, bias, 4.5 * error);
    }
}

/// psi(x) and psi'(x) by recurrence and asymptotic series (Abramowitz & Stegun
/// 6.3.18, 6.4.12).
fn digamma_trigamma(mut x: f64) -> (f64, f64) {
    let (mut psi, mut psi1) = (0.0, 0.0);
    while x < 10.0 {
        psi -= 1.0 / x;
        psi1 += 1.0 / (x * x);
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    psi += x.ln() - 0.5 / x - y * (1.0 / 12.0 - y * (1.0 / 120.0 - y / 252.0));
    psi1 += 1.0 / x + 0.5 * y + y / x * (1.0 / 6.0 - y * (1.0 / 30.0 - y / 42.0));
    (psi, psi1)
}

/// Per ring of a square field with power rho^-alpha: expectation and variance
/// of ln P. A ring's power is a sum of unequal exponentials; its effective
/// degrees of freedom are (sum P)^2 / sum P^2 (Satterthwaite 1946).
fn log_power_of_field(side: usize, alpha: f64) -> Vec<(f64, f64)> {
    let n_rings = side / 2;
    let mut sums = vec![(0.0, 0.0, 0.0); n_rings];
    for ky in 0..side {
        for kx in 0..side {
            let (y, x) = (ky.min(side - ky), kx.min(side - kx));
            let ring = Radius::Index.ring(y, x, side, side);
            if ring > 0 && ring < n_rings {
                let power = (y as f64).hypot(x as f64).powf(-alpha);
                sums[ring].0 += 1.0;
                sums[ring].1 += power;
                sums[ring].2 += power * power;
            }
        }
    }
    sums[1..]
        .iter()
        .map(|(count, sum, squares)| {
            let half = sum * sum / squares / 2.0;
            let (psi, psi1) = digamma_trigamma(half);
            ((sum / count).ln() + psi - half.ln(), psi1)
        })
        .collect()
}

#[test]
fn coloured_fields_have_their_exponent() {
    const SIDE: usize = 128;
    const N_FIELDS: u64 = 40;
    let frequency: Vec<f64> = (1..SIDE / 2).map(|r| r as f64 / SIDE as f64).collect();
    let alpha_of = |log_power: &[f64]| {
        let spacing = FitSpacing::EvenLog(POST_FIT_POINTS);
        let law = power_law(&frequency, log_power, FitRange::default(), spacing);
        law.unwrap().alpha
    };
    for alpha in [0.0, 1.0, 2.0, 3.0] {
        let mut mean = MeanSpectrum::new(frequency.len());
        for seed in 0..N_FIELDS {
            let field = coloured_field(900 + seed, SIDE, SIDE, alpha);
            let field: Vec<f64> = field.into_iter().collect();
            let mut sums = SpectrumSums::new(frequency.len());
            sums.add(&rapsd(&field, SIDE, SIDE, Radius::Frequency)[1..], 0.0);
            mean.add(&sums).unwrap();
        }
        let theory = log_power_of_field(SIDE, alpha);
        let expected: Vec<f64> = theory.iter().map(|(mean, _)| *mean).collect();
        // The estimator is linear in ln P: its weights are its answers to the
        // unit vectors.
        let variance: f64 = (0..theory.len())
            .map(|ring| {
                let mut unit = vec![0.0; theory.len()];
                unit[ring] = 1.0;
                alpha_of(&unit).powi(2) * theory[ring].1
            })
            .sum();
        let error = (variance / N_FIELDS as f64).sqrt();
        let got = alpha_of(&mean.mean_log_power());
        let what = format!("alpha {alpha}");
        assert_near(&what, got, alpha_of(&expected), 4.0 * error);
        assert!(
            error < 0.03,
            "{what}: a standard error of {error} says little"
        );
        if alpha > 0.0 {
            let weights = vec![1.0; frequency.len()];
            let fall = monotonicity(&frequency, &mean.mean_log_power(), &weights).unwrap();
            assert!(fall.spearman.unwrap() < -0.99, "{fall:?}");
        }
    }
}

#[test]
fn the_radius_rules_agree_on_squares_and_differ_elsewhere() {
    let square = gauss(5, 32 * 32);
    assert_eq!(
        rapsd(&square, 32, 32, Radius::Index),
        rapsd(&square, 32, 32, Radius::Frequency)
    );
    // A wave along the short side, 3 cycles over 16 rows of a 16 x 64 plane: its
    // frequency is 3/16 = 12/64.
    let wave: Vec<f64> = (0..16 * 64)
        .map(|i| (TAU * 3.0 * (i / 64) as f64 / 16.0).cos())
        .collect();
    let strongest = |radius| {
        let power = rapsd(&wave, 16, 64, radius);
        (0..power.len())
            .max_by(|&a, &b| power[a].total_cmp(&power[b]))
            .unwrap()
    };
    assert_eq!(strongest(Radius::Frequency), 12);
    assert_eq!(strongest(Radius::Index), 3);
}

/// Halves go down: on a 4 x 6 plane the cell (1, 0) has radius 6/4 = 1.5.
#[test]
fn exact_halves_go_to_the_lower_ring() {
    assert_eq!(Radius::Frequency.ring(1, 0, 4, 6), 1);
    assert_eq!(Radius::Frequency.ring(1, 1, 4, 6), 2);
    assert_eq!(Radius::Index.ring(1, 1, 4, 6), 1);
}

#[test]
fn a_louder_signal_moves_its_spectrum_only() {
    let quiet = noise(11, 4410, 22050);
    let loud = Signal {
        samples: quiet.samples.iter().map(|x| 8.0 * x).collect(),
        sample_rate: 22050,
    };
    let power = |signal| {
        Periodogram::<f32>::spectrum(signal, PowerScale::PerSample)
            .unwrap()
            .power
    };
    for (quiet, loud) in power(&quiet).iter().zip(power(&loud)) {
        assert_eq!(64.0 * quiet, loud);
    }
    // In dB, 8 times the amplitude is 18.06 dB in every cell, so that the RAPSD
    // changes at DC alone.
    let mut config = LogMelConfig::new(22050);
    config.log = LogScale::Decibel { top_db: None };
    let mut log_mel = LogMel::<f64>::new(&config).unwrap();
    let quiet = log_mel.plane(&quiet).unwrap().values;
    let loud = log_mel.plane(&loud).unwrap().values;
    for (quiet, loud) in quiet.iter().zip(&loud) {
        assert_near("cell", loud - quiet, 20.0 * 8.0_f64.log10(), 1e-9);
    }
}

#[test]
fn a_tone_lights_the_mel_band_around_it() {
    let config = LogMelConfig::new(22050);
    let mut log_mel = LogMel::<f32>::new(&config).unwrap();
    for frequency in [150.0, 440.0, 1000.0, 4321.0, 9000.0] {
        let plane = log_mel.plane(&tone(22050, 22050, frequency, 0.5)).unwrap();
        let column = plane.values.column(20);
        let band = (0..column.len())
            .max_by(|&a, &b| column[a].total_cmp(&column[b]))
            .unwrap();
        let centres = plane.rows.values();
        let (below, above) = (centres[band.max(1) - 1], centres[(band + 1).min(127)]);
        assert!(
            below <= frequency && frequency <= above,
            "{frequency} Hz lights band {band} between {below} and {above} Hz"
        );
    }
}

/// A level is the whole decibel under a band's mean of ln P.
#[test]
fn levels_are_whole_decibels_of_the_band() {
    let frequency = [0.125, 0.25, 0.26, 0.5];
    let bands = octave_bands(&frequency, Unit::CyclePerSample, 6);
    assert_eq!(bands.len(), 3, "{bands:?}");
    let ln_of_db = |db: f64| db / 10.0 * std::f64::consts::LN_10;
    let mut levels = LevelHistogram::new(bands.len());
    for step in [0.0, 1.0] {
        // The middle band holds two frequencies: their mean is -2.5 dB + step.
        let db = [3.2, -3.0 + step, -2.0 + step, -10.1];
        levels.add(&bands, &db.map(ln_of_db));
    }
    let (lowest, counts) = levels.table().unwrap();
    assert_eq!(lowest, -11);
    let level = |band: usize, db: i32| counts[band][(db - lowest) as usize];
    assert_eq!(
        (level(0, 3), level(1, -3), level(1, -2), level(2, -11)),
        (2, 1, 1, 2)
    );
    assert_eq!(counts.iter().flatten().sum::<u64>(), 6);
}

/// A lone bin that happens to be high is passed over for a band of many.
#[test]
fn an_uncertain_band_is_no_peak() {
    let frequency: Vec<f64> = (1..2000).map(f64::from).collect();
    let mut log_power = vec![0.0; frequency.len()];
    log_power[0] = 3.0;
    for (f, log_power) in frequency.iter().zip(&mut log_power) {
        if (891.0..1122.0).contains(f) {
            *log_power = 1.0;
        }
    }
    let weights = vec![2.0; frequency.len()];
    let bands = third_octaves(&frequency, &log_power, &weights, Unit::Hertz);
    assert_eq!(peak(&bands, 0.0).unwrap().frequency.round(), 1.0);
    assert_eq!(peak(&bands, 32.0).unwrap().frequency, 1000.0);
}
