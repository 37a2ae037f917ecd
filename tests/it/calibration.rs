//! Exponents, their intervals and knees on spectra with known answers.
//! `examples/calibration.rs` measures the same on more fields.

use crate::support::assert_near;
use cepstrum::compare::{
    BrokenLaw, DebiasedFit, DebiasedLaw, FitRange, FitSpacing, difference, digamma, jackknife,
    knee, paired_difference, power_law, trigamma,
};
use cepstrum::planar::{Radius, Rapsd, RingTable};
use cepstrum::spectral::Periodogram;
use cepstrum::synth::{coloured_field, coloured_noise, gauss, uniform};
use rustfft::FftPlanner;
use rustfft::num_complex::Complex;

/// Standard errors that a correct program stays within but once in a thousand
/// draws; the seeds are fixed, so that a pass stays a pass.
const STANDARD_ERRORS: f64 = 3.3;

const RADII: [Radius; 2] = [Radius::Index, Radius::Frequency];

fn ring_fit(table: &RingTable) -> DebiasedFit {
    let frequency = table.frequency().values();
    let regressor = table.effective_log_frequency();
    DebiasedFit::new(&frequency, &regressor, table.counts(), FitRange::default()).unwrap()
}

fn log_rapsd(plan: &mut Rapsd<f64>, values: &[f64]) -> Vec<f64> {
    let mut power = vec![0.0; plan.table().n_rings()];
    plan.process(values, &mut power).unwrap();
    power.iter().map(|p| p.ln()).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn deviation(values: &[f64]) -> f64 {
    let mean = mean(values);
    let square: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    (square / (values.len() - 1) as f64).sqrt()
}

/// Asserts that a share found in `n` draws is `expected`, within sampling error
/// and `allowance`.
#[track_caller]
fn assert_share(what: &str, got: f64, expected: f64, n: usize, allowance: f64) {
    let std_error = (expected * (1.0 - expected) / n as f64).sqrt();
    assert_near(what, got, expected, STANDARD_ERRORS * std_error + allowance);
}

/// Bias, spread, coverage and chi-squared of laws of Gaussian spectra.
fn check_laws(what: &str, alpha: f64, laws: &[DebiasedLaw], bias: f64) {
    let n = laws.len();
    let alphas: Vec<f64> = laws.iter().map(|law| law.alpha).collect();
    let fisher = laws[0].alpha_std_error;
    let tolerance = STANDARD_ERRORS * fisher / (n as f64).sqrt();
    assert_near(
        &format!("{what}: mean alpha"),
        mean(&alphas),
        alpha,
        bias + tolerance,
    );
    // ln of a deviation has standard error 1 / sqrt(2 n). Steep laws vary
    // within rings, which adds 2 % at 64 x 64.
    let spread = (deviation(&alphas) / fisher).ln();
    let tolerance = STANDARD_ERRORS / (2.0 * n as f64).sqrt();
    assert_near(&format!("{what}: spread"), spread, 0.0, tolerance + 0.02);
    let curvatures: Vec<f64> = laws.iter().map(|law| law.curvature).collect();
    let spread = (deviation(&curvatures) / laws[0].curvature_std_error).ln();
    assert_near(
        &format!("{what}: spread of curvatures"),
        spread,
        0.0,
        tolerance + 0.04,
    );
    let covered = laws
        .iter()
        .filter(|law| {
            let [low, high] = law.fisher_interval(1);
            low <= alpha && alpha <= high
        })
        .count() as f64;
    assert_share(
        &format!("{what}: coverage"),
        covered / n as f64,
        0.95,
        n,
        0.005,
    );
    let chi_squared: Vec<f64> = laws.iter().map(|law| law.reduced_chi_squared).collect();
    let tolerance = STANDARD_ERRORS * deviation(&chi_squared) / (n as f64).sqrt();
    assert_near(
        &format!("{what}: chi-squared"),
        mean(&chi_squared),
        1.0,
        tolerance + 0.005,
    );
}

#[test]
fn exponents_of_single_fields() {
    for (shape, n_fields) in [((64, 64), 400), ((128, 87), 300)] {
        let mut plan = Rapsd::<f64>::new(shape.0, shape.1, Radius::Frequency).unwrap();
        let fit = ring_fit(plan.table());
        for alpha in [0.0, 2.0, 3.0] {
            let mut n_knees = 0;
            let laws: Vec<DebiasedLaw> = (0..n_fields)
                .map(|seed| {
                    let field = coloured_field(seed, shape.0, shape.1, alpha);
                    let log_power = log_rapsd(&mut plan, field.as_slice().unwrap());
                    n_knees += usize::from(knee(&fit, &log_power).unwrap().is_some());
                    fit.law(&log_power).unwrap()
                })
                .collect();
            assert!(n_knees <= 3, "{n_knees} false knees");
            check_laws(&format!("{shape:?} alpha {alpha}"), alpha, &laws, 0.002);
        }
    }
}

#[test]
fn exponents_of_single_noises() {
    let mut plan = Periodogram::<f64>::new(4096).unwrap();
    let frequency: Vec<f64> = (1..=2048).map(|k| f64::from(k) / 4096.0).collect();
    let log_frequency: Vec<f64> = frequency.iter().map(|f| f.ln()).collect();
    let fit = DebiasedFit::new(&frequency, &log_frequency, &plan.dof(), FitRange::default());
    let fit = fit.unwrap();
    let mut power = vec![0.0; plan.n_bins()];
    for alpha in [0.0, 1.0, 2.454] {
        let laws: Vec<DebiasedLaw> = (0..1000)
            .map(|seed| {
                let noise = coloured_noise(seed, 4096, alpha);
                plan.process(&noise, &mut power).unwrap();
                let log_power: Vec<f64> = power.iter().map(|p| p.ln()).collect();
                fit.law(&log_power).unwrap()
            })
            .collect();
        check_laws(&format!("4096 samples, alpha {alpha}"), alpha, &laws, 0.0);
    }
}

#[test]
fn the_mean_of_segments_has_the_bias_of_one() {
    // dof 1 and 2: ln of squares of Gaussian numbers, and of sums of two.
    const SEGMENTS: usize = 2000;
    let log_f: Vec<f64> = (1..=40).map(|k| f64::from(k).ln()).collect();
    let f: Vec<f64> = log_f.iter().map(|x| x.exp()).collect();
    let dof: Vec<u32> = (0..40).map(|k| 1 + k % 2).collect();
    let mut sums = [0.0; 40];
    let mut draws = gauss(5, SEGMENTS * 80).into_iter();
    let mut square = || draws.next().unwrap().powi(2);
    for _ in 0..SEGMENTS {
        for (sum, &dof) in sums.iter_mut().zip(&dof) {
            let total: f64 = (0..dof).map(|_| square()).sum();
            *sum += (total / f64::from(dof)).ln() / SEGMENTS as f64;
        }
    }
    let fit = DebiasedFit::new(&f, &log_f, &dof, FitRange::default()).unwrap();
    let law = fit.law(&sums).unwrap();
    let [low, high] = law.fisher_interval(SEGMENTS as u64);
    assert!(low < 0.0 && 0.0 < high, "{low}..{high}");
    assert_near("amplitude", law.log_amplitude, 0.0, 0.08);
    // A variance of psi'(nu) / n; 38 residuals.
    let chi_squared = law.reduced_chi_squared * SEGMENTS as f64;
    let tolerance = STANDARD_ERRORS * (2.0_f64 / 38.0).sqrt();
    assert_near("chi-squared", chi_squared, 1.0, tolerance);
}

#[test]
fn intervals_of_small_sets_of_fields() {
    const SETS: u64 = 150;
    let mut plan = Rapsd::<f64>::new(64, 64, Radius::Frequency).unwrap();
    let fit = ring_fit(plan.table());
    let covered = (0..SETS)
        .filter(|set| {
            let alphas: Vec<f64> = (0..10)
                .map(|i| {
                    let field = coloured_field(5000 + 10 * set + i, 64, 64, 2.0);
                    let log_power = log_rapsd(&mut plan, field.as_slice().unwrap());
                    fit.parameters(&log_power).unwrap().alpha
                })
                .collect();
            let [low, high] = jackknife(&alphas, &[7; 10]).unwrap().unwrap().ci;
            low <= 2.0 && 2.0 <= high
        })
        .count();
    let share = covered as f64 / SETS as f64;
    assert_share("coverage", share, 0.95, SETS as usize, 0.0);
}

#[test]
fn expected_logarithms_give_the_law_back() {
    for (m, n) in [(64, 64), (128, 87), (33, 50)] {
        for radius in RADII {
            let table = RingTable::new(m, n, radius);
            // Rings of f^-2 that keep their dof.
            let log_power: Vec<f64> = table
                .effective_log_frequency()
                .iter()
                .zip(table.counts())
                .map(|(x, &count)| {
                    let nu = f64::from(count) / 2.0;
                    4.0 - 2.0 * x + digamma(nu) - nu.ln()
                })
                .collect();
            let law = ring_fit(&table).law(&log_power).unwrap();
            assert_near("alpha", law.alpha, 2.0, 1e-12);
            assert_near("amplitude", law.log_amplitude, 4.0, 1e-11);
            assert_near("curvature", law.curvature, 0.0, 1e-12);
            assert_near("R^2", law.r_squared.unwrap(), 1.0, 1e-12);
            assert_eq!(knee(&ring_fit(&table), &log_power).unwrap(), None);
        }
    }
}

#[test]
fn weighted_least_squares_against_normal_equations() {
    let f: Vec<f64> = (1..=20).map(f64::from).collect();
    let x: Vec<f64> = f.iter().map(|f| f.ln()).collect();
    let dof: Vec<u32> = (0..20).map(|k| 1 + 3 * k).collect();
    let noise = gauss(3, 20);
    let fit = DebiasedFit::new(&f, &x, &dof, FitRange::default()).unwrap();
    let law = fit.law(&noise).unwrap();
    let nu = |i: usize| f64::from(dof[i]) / 2.0;
    let y: Vec<f64> = (0..20)
        .map(|i| noise[i] - digamma(nu(i)) + nu(i).ln())
        .collect();
    let sum = |of: &dyn Fn(usize) -> f64| (0..20).map(|i| of(i) / trigamma(nu(i))).sum::<f64>();
    let (w, wx, wxx) = (sum(&|_| 1.0), sum(&|i| x[i]), sum(&|i| x[i] * x[i]));
    let (wy, wxy) = (sum(&|i| y[i]), sum(&|i| x[i] * y[i]));
    let slope = (w * wxy - wx * wy) / (w * wxx - wx * wx);
    let level = (wy - slope * wx) / w;
    assert_near("alpha", law.alpha, -slope, 1e-12);
    assert_near("amplitude", law.log_amplitude, level, 1e-12);
    let std_error = (w / (w * wxx - wx * wx)).sqrt();
    assert_near("std error", law.alpha_std_error, std_error, 1e-12);
    let residual = sum(&|i| (y[i] - level - slope * x[i]).powi(2));
    let about_mean = sum(&|i| (y[i] - wy / w).powi(2));
    assert_near(
        "chi-squared",
        law.reduced_chi_squared,
        residual / 18.0,
        1e-12,
    );
    assert_near(
        "R^2",
        law.r_squared.unwrap(),
        1.0 - residual / about_mean,
        1e-12,
    );
    // A parabola is given back whole, and a straight line has none.
    let bent: Vec<f64> = (0..20)
        .map(|i| 1.0 - 2.0 * x[i] + 0.3 * x[i] * x[i] + noise[i] - y[i])
        .collect();
    assert_near("bent", fit.parameters(&bent).unwrap().curvature, 0.3, 1e-12);
    // Linear in ln P.
    let both: Vec<f64> = noise
        .iter()
        .zip(&bent)
        .map(|(a, b)| 0.25 * a + 0.75 * b)
        .collect();
    let of = |p: &[f64]| fit.parameters(p).unwrap();
    let mixed = 0.25 * of(&noise).curvature + 0.75 * of(&bent).curvature;
    assert_near("linear", of(&both).curvature, mixed, 1e-12);
    let mixed = 0.25 * of(&noise).alpha + 0.75 * of(&bent).alpha;
    assert_near("linear", of(&both).alpha, mixed, 1e-12);
}

#[test]
fn both_estimators_take_the_same_frequencies() {
    let f: Vec<f64> = (0..50).map(|k| f64::from(k) / 100.0).collect();
    let x: Vec<f64> = f.iter().map(|f| f.ln()).collect();
    let log_power = gauss(1, 50);
    for (f_min, f_max) in [
        (None, None),
        (Some(0.05), Some(0.25)),
        (Some(-1.0), Some(0.3)),
    ] {
        let range = FitRange { f_min, f_max };
        let post = power_law(&f, &log_power, range, FitSpacing::Bins).unwrap();
        let fit = DebiasedFit::new(&f, &x, &[2; 50], range).unwrap();
        let law = fit.law(&log_power).unwrap();
        assert_eq!(
            (law.f_min, law.f_max, law.n_bins),
            (post.f_min, post.f_max, post.n_bins)
        );
    }
    let narrow = FitRange {
        f_min: Some(0.1),
        f_max: Some(0.11),
    };
    assert!(DebiasedFit::new(&f, &x, &[2; 50], narrow).is_err());
    assert!(DebiasedFit::new(&f, &x, &[2; 49], FitRange::default()).is_err());
    assert!(DebiasedFit::new(&f, &x, &[0; 50], FitRange::default()).is_err());
    assert!(DebiasedFit::new(&f, &[0.0; 50], &[2; 50], FitRange::default()).is_err());
    let fit = DebiasedFit::new(&f, &x, &[2; 50], FitRange::default()).unwrap();
    assert!(fit.law(&[f64::NAN; 50]).is_err());
    assert!(fit.law(&log_power[1..]).is_err());
}

#[test]
fn frequencies_of_rings_against_a_double_loop() {
    for (m, n) in [(1, 16), (2, 9), (9, 12), (15, 17), (64, 48), (128, 87)] {
        for radius in RADII {
            let table = RingTable::new(m, n, radius);
            let mut logs = vec![Vec::new(); table.n_rings()];
            for ky in 0..m {
                for kx in 0..n {
                    let (ky, kx) = (ky.min(m - ky), kx.min(n - kx));
                    if let Some(ring) = logs.get_mut(radius.ring(ky, kx, m, n)) {
                        ring.push((ky as f64 / m as f64).hypot(kx as f64 / n as f64).ln());
                    }
                }
            }
            assert_eq!(table.mean_log_frequency()[0], f64::NEG_INFINITY);
            assert_eq!(table.effective_log_frequency()[0], f64::NEG_INFINITY);
            for (r, ring) in logs.iter().enumerate().skip(1) {
                assert_near(
                    "mean ln f",
                    table.mean_log_frequency()[r],
                    mean(ring),
                    1e-12,
                );
                let powers: Vec<f64> = ring.iter().map(|x| (-2.0 * x).exp()).collect();
                let effective = table.effective_log_frequency()[r];
                assert_near(
                    "effective ln f",
                    effective,
                    -0.5 * mean(&powers).ln(),
                    1e-12,
                );
            }
        }
    }
}

#[test]
fn a_jackknife_leaves_each_file_out_once() {
    let values = [1.0, 1.5, 4.0, 2.0];
    let weights = [3, 1, 2, 5];
    let weighted = |skip: usize| {
        let kept = || (0..4).filter(move |i| *i != skip);
        let total: f64 = kept().map(|i| weights[i] as f64).sum();
        kept().map(|i| weights[i] as f64 * values[i]).sum::<f64>() / total
    };
    let found = jackknife(&values, &weights).unwrap().unwrap();
    let all = weighted(4);
    let moved: f64 = (0..4).map(|i| (weighted(i) - all).powi(2)).sum();
    assert_near("mean", found.mean, all, 1e-12);
    assert_near("std error", found.std_error, (0.75 * moved).sqrt(), 1e-12);
    let half = 3.182_446_305 * found.std_error;
    assert_near("upper end", found.ci[1], all + half, 1e-8);
    assert_near("lower end", found.ci[0], all - half, 1e-8);
    // A file without segments is none.
    let more = jackknife(&[1.0, 1.5, f64::NAN, 4.0, 2.0], &[3, 1, 0, 2, 5]);
    assert_eq!(more.unwrap().unwrap(), found);
    assert_eq!(jackknife(&[1.0], &[9]).unwrap(), None);
    assert_eq!(jackknife(&[], &[]).unwrap(), None);
    assert!(jackknife(&[1.0, f64::NAN], &[1, 1]).is_err());
    assert!(jackknife(&[1.0], &[1, 1]).is_err());
}

#[test]
fn coverage_of_intervals_over_files() {
    const SETS: usize = 4000;
    let mut draws = gauss(11, SETS * 30).into_iter();
    let mut draw =
        |n: usize, sigma: f64| -> Vec<f64> { draws.by_ref().take(n).map(|x| sigma * x).collect() };
    let mut lengths = uniform(12);
    let mut lengths = |n: usize| -> Vec<u64> {
        lengths
            .by_ref()
            .take(n)
            .map(|u| 10 + (6.0 * u) as u64)
            .collect()
    };
    let holds = |[low, high]: [f64; 2]| u32::from(low <= 0.0 && 0.0 <= high);
    let [mut one, mut welch, mut paired] = [0; 3];
    for _ in 0..SETS {
        // Welch's case: the smaller set varies more.
        let (a, b, common) = (draw(6, 3.0), draw(14, 1.0), draw(6, 50.0));
        let (a_lengths, b_lengths) = (lengths(6), lengths(14));
        let of_a = jackknife(&a, &a_lengths).unwrap().unwrap();
        let of_b = jackknife(&b, &b_lengths).unwrap().unwrap();
        one += holds(of_a.ci);
        welch += holds(difference(&of_a, &of_b).ci);
        let shifted: Vec<f64> = a.iter().zip(&common).map(|(a, c)| a + c).collect();
        let pair = paired_difference(&shifted, &common, &a_lengths)
            .unwrap()
            .unwrap();
        paired += holds(pair.ci);
        assert_near("paired", pair.std_error, of_a.std_error, 1e-12 * 50.0);
        assert_near("dof", pair.dof, 5.0, 0.0);
    }
    let share = |n: u32| f64::from(n) / SETS as f64;
    assert_share("one mean", share(one), 0.95, SETS, 0.003);
    assert_share("difference", share(welch), 0.95, SETS, 0.005);
    assert_eq!(one, paired);
}

/// Two sets of one population are told apart in 5 % of cases at most, however
/// unlike their sizes.
#[test]
fn unlike_sets_of_one_population_are_rarely_told_apart() {
    const SETS: usize = 4000;
    let mut draws = gauss(13, SETS * 225).into_iter();
    for (few, many) in [(2, 65), (3, 65), (5, 65), (2, 2), (8, 8)] {
        let mut shown = 0;
        for _ in 0..SETS {
            let mut of = |n: usize| {
                let values: Vec<f64> = draws.by_ref().take(n).collect();
                jackknife(&values, &vec![1; n]).unwrap().unwrap()
            };
            let [low, high] = difference(&of(few), &of(many)).ci;
            shown += usize::from(low > 0.0 || high < 0.0);
        }
        let share = shown as f64 / SETS as f64;
        println!("{few} against {many} files: {share:.4}");
        // The standard error of a share of 5 % is .0035.
        assert!(share <= 0.06, "{few} against {many}: {share}");
    }
}

#[test]
fn degrees_of_freedom_of_a_difference() {
    let a = jackknife(&[0.0, 1.0, 2.0], &[1; 3]).unwrap().unwrap();
    let b = jackknife(&[0.0, 2.0, 4.0, 6.0, 8.0], &[1; 5])
        .unwrap()
        .unwrap();
    let (s, t) = (1.0 / 3.0, 10.0 / 5.0);
    let found = difference(&b, &a);
    assert_near("difference", found.difference, 3.0, 1e-12);
    let variance: f64 = s + t;
    assert_near("std error", found.std_error, variance.sqrt(), 1e-12);
    assert_eq!((found.dof, difference(&a, &b).dof), (2.0, 2.0));
    let same = jackknife(&[2.0, 2.0], &[1; 2]).unwrap().unwrap();
    assert_eq!(difference(&same, &same).ci, [0.0, 0.0]);
}

/// A Gaussian field whose power is `power(f)`, f in cycles per sample.
fn shaped_field(seed: u64, side: usize, power: impl Fn(f64) -> f64) -> Vec<f64> {
    let white = gauss(seed, side * side);
    let mut values: Vec<Complex<f64>> = white.iter().map(|&x| x.into()).collect();
    let mut planner = FftPlanner::new();
    let (forward, inverse) = (
        planner.plan_fft_forward(side),
        planner.plan_fft_inverse(side),
    );
    let transpose = |values: &[Complex<f64>]| -> Vec<Complex<f64>> {
        (0..side * side)
            .map(|i| values[i % side * side + i / side])
            .collect()
    };
    forward.process(&mut values);
    values = transpose(&values);
    forward.process(&mut values);
    let f = |k: usize| k.min(side - k) as f64 / side as f64;
    values[0] = 0.0.into();
    for (i, value) in values.iter_mut().enumerate().skip(1) {
        *value *= power(f(i / side).hypot(f(i % side))).sqrt();
    }
    inverse.process(&mut values);
    values = transpose(&values);
    inverse.process(&mut values);
    let n = (side * side) as f64;
    values.iter().map(|value| value.re / n).collect()
}

#[test]
fn knees_of_bent_fields() {
    const KNEE: f64 = 0.05;
    const SETS: u64 = 100;
    const PER_SET: u64 = 4;
    let bent = |f: f64| {
        let alpha = if f < KNEE { 1.0 } else { 3.0 };
        (f / KNEE).powf(-alpha)
    };
    let mut plan = Rapsd::<f64>::new(128, 128, Radius::Frequency).unwrap();
    let fit = ring_fit(plan.table());
    let (mut singles, mut means) = (Vec::new(), Vec::new());
    for set in 0..SETS {
        let mut sum = vec![0.0; plan.table().n_rings()];
        for i in 0..PER_SET {
            let field = shaped_field(set * PER_SET + i, 128, bent);
            let log_power = log_rapsd(&mut plan, &field);
            singles.extend(knee(&fit, &log_power).unwrap());
            for (sum, p) in sum.iter_mut().zip(log_power) {
                *sum += p / PER_SET as f64;
            }
        }
        means.extend(knee(&fit, &sum).unwrap());
    }
    assert_eq!(singles.len() as u64, SETS * PER_SET, "single fields");
    assert_eq!(means.len() as u64, SETS, "means of {PER_SET}");
    let near = |found: &[BrokenLaw]| {
        let near = found.iter().filter(|k| (k.f_knee / KNEE - 1.0).abs() < 0.1);
        near.count() as f64 / found.len() as f64
    };
    let covered = |found: &[BrokenLaw]| {
        let covered = found
            .iter()
            .filter(|k| k.f_knee_ci[0] <= KNEE && KNEE <= k.f_knee_ci[1]);
        covered.count() as f64 / found.len() as f64
    };
    let average = |of: &dyn Fn(&BrokenLaw) -> f64| {
        let values: Vec<f64> = means.iter().map(of).collect();
        let tolerance = STANDARD_ERRORS * deviation(&values) / (SETS as f64).sqrt();
        (mean(&values), tolerance)
    };
    let (low, tolerance) = average(&|k| k.alpha_low);
    assert_near("alpha_low", low, 1.0, tolerance);
    let (high, tolerance) = average(&|k| k.alpha_high);
    assert_near("alpha_high", high, 3.0, tolerance);
    let (log_knee, tolerance) = average(&|k| (k.f_knee / KNEE).ln());
    assert_near("ln of the knee", log_knee, 0.0, tolerance);
    // No exponent bends the level at the knee, 1.
    let (log_power, tolerance) = average(&|k| k.log_power + 2.0 * (k.f_knee / KNEE).ln());
    assert_near("level", log_power, 0.0, tolerance);
    assert!(near(&means) > 0.9, "{} of means", near(&means));
    // One field cannot do as well: a standard error of 2 / (2 sqrt(cells)).
    assert_share("single fields", near(&singles), 0.75, 400, 0.03);
    assert_share(
        "intervals, single fields",
        covered(&singles),
        0.95,
        400,
        0.03,
    );
    assert_share("intervals, means", covered(&means), 0.95, 100, 0.03);
}
