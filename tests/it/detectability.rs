//! Detectability, crossings and noise: results known by hand, properties of
//! every input, and bad arguments.

use crate::support::assert_near;
use cepstrum::Error;
use cepstrum::compare::{
    Detectability, PowerLaw, Schedule, crossings, detectabilities, detectability, geometric_grid,
    noise_log_bias, power_law_f_max, snr_db,
};
use cepstrum::synth::{add_noise, derived_seed, gauss, gaussian, splitmix64, uniform};
use proptest::prelude::*;

const AMPLITUDE: f64 = 8.356e-4;
const ALPHA: f64 = 2.454;

/// The frequencies of the RAPSD of 320 pixels.
fn frequencies() -> Vec<f64> {
    (1..160).map(|k| f64::from(k) / 320.0).collect()
}

fn law(alpha: f64) -> PowerLaw {
    PowerLaw {
        alpha,
        log_amplitude: AMPLITUDE.ln(),
        r_squared: None,
        rms_decades: 0.0,
        f_min: 1.0 / 320.0,
        f_max: 159.0 / 320.0,
        n_bins: 159,
    }
}

#[track_caller]
fn assert_argument<T: std::fmt::Debug>(result: cepstrum::Result<T>, expected: &str, words: &str) {
    let error = result.unwrap_err();
    let Error::InvalidArgument {
        name, requirement, ..
    } = &error
    else {
        panic!("{error}");
    };
    assert_eq!(*name, expected, "{error}");
    assert!(requirement.contains(words), "{error}");
}

#[test]
fn discrete_schedules_take_the_nearest_step() {
    for schedule in [Schedule::VpLinear, Schedule::VpCosineDiscrete] {
        let levels = schedule.grid(2);
        assert_eq!(levels.len(), Schedule::STEPS);
        assert_eq!(schedule.at(0.4996).unwrap(), levels[499]);
        assert_eq!(schedule.at(0.0014).unwrap(), levels[0]);
        assert_argument(
            schedule.at(0.0009),
            "t",
            "[0.001, 1], the times of the schedule vp-",
        );
    }
    for schedule in Schedule::ALL {
        for t in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert_argument(schedule.at(t), "t", schedule.name());
        }
    }
    let edges = Schedule::FlowMatching;
    assert!(edges.grid(0).is_empty());
    assert_eq!(edges.grid(1), [edges.at(0.0).unwrap()]);
}

#[test]
fn names_of_schedules() {
    for schedule in Schedule::ALL {
        let name = schedule.name();
        assert_eq!(name.parse::<Schedule>().unwrap(), schedule);
        assert_eq!(serde_json::to_value(schedule).unwrap(), name);
        assert_eq!(format!("{schedule:<20}|"), format!("{name:<20}|"));
        let convention = schedule.time_convention();
        assert!(convention.contains("t = 1 "), "{convention}");
    }
    let all = "flow, vp-cosine, vp-cosine-discrete, vp-linear, vp-sde, ve, edm";
    assert_argument("cosine".parse::<Schedule>(), "schedule", all);
}

#[test]
fn conventions_state_the_parameters() {
    let [beta_0, beta_1] = Schedule::LINEAR_BETA;
    let [sde_0, sde_1] = Schedule::SDE_BETA;
    let [ve_0, ve_1] = Schedule::VE_SIGMA;
    let [edm_0, edm_1] = Schedule::EDM_SIGMA;
    let s = Schedule::COSINE_OFFSET;
    let cosine = format!("cos(pi/2 (t + {s}) / {})", 1.0 + s);
    for (schedule, words) in [
        (
            Schedule::FlowMatching,
            "alpha = 1 - t, sigma = t".to_owned(),
        ),
        (Schedule::VpCosine, cosine.clone()),
        (Schedule::VpCosineDiscrete, cosine),
        (
            Schedule::VpCosineDiscrete,
            format!("beta <= {}", Schedule::MAX_BETA),
        ),
        (
            Schedule::VpCosineDiscrete,
            format!("step / {}", Schedule::STEPS),
        ),
        (Schedule::VpLinear, format!("step / {}", Schedule::STEPS)),
        (Schedule::VpLinear, format!("beta {beta_0} to {beta_1}")),
        (Schedule::VpSde, format!("beta {sde_0} to {sde_1}")),
        (
            Schedule::Ve,
            format!("t = 0 data (sigma = {ve_0}), t = 1 noise (sigma = {ve_1})"),
        ),
        (
            Schedule::Edm,
            format!("t = 0 noise (sigma = {edm_0}), t = 1 data (sigma = {edm_1})"),
        ),
        (Schedule::Edm, format!("sigma^(1/{})", Schedule::EDM_RHO)),
    ] {
        let convention = schedule.time_convention();
        assert!(convention.contains(&words), "{convention} lacks {words}");
    }
}

#[test]
fn closed_form_is_within_one_bin() {
    let frequency = frequencies();
    let power: Vec<f64> = frequency
        .iter()
        .map(|f| AMPLITUDE * f.powf(-ALPHA))
        .collect();
    let top = frequency[158];
    let mut partial = 0;
    for schedule in Schedule::ALL {
        let levels = schedule.grid(400);
        for tau in [0.5, 1.0, 4.0] {
            let seen = detectabilities(&frequency, &power, &levels, tau).unwrap();
            for (seen, level) in seen.iter().zip(&levels) {
                let exact = power_law_f_max(&law(ALPHA), level.threshold(tau), top);
                let below = exact - seen.f_max;
                assert!(
                    (-1e-12..=1.0 / 320.0 + 1e-12).contains(&below),
                    "{schedule} {level:?}"
                );
                assert_eq!(seen.f_contiguous, seen.f_max);
                partial += usize::from(seen.f_max > 0.0 && seen.f_max < top);
            }
        }
    }
    assert!(partial > 1000, "{partial}");
}

#[test]
fn closed_form_of_every_law() {
    // By hand: 8.356e-4 f^-1 passes 8.356e-3 at f = 0.1.
    assert_near(
        "alpha 1",
        power_law_f_max(&law(1.0), 8.356e-3, 0.5),
        0.1,
        1e-15,
    );
    assert_near(
        "alpha 2",
        power_law_f_max(&law(2.0), 8.356e-2, 0.5),
        0.1,
        1e-15,
    );
    assert_eq!(power_law_f_max(&law(2.0), 1e-6, 0.5), 0.5);
    for alpha in [ALPHA, 0.0, -1.0] {
        assert_eq!(power_law_f_max(&law(alpha), 0.0, 0.5), 0.5);
        assert_eq!(power_law_f_max(&law(alpha), f64::INFINITY, 0.5), 0.0);
        assert!(power_law_f_max(&law(alpha), f64::NAN, 0.5).is_nan());
        assert!(power_law_f_max(&law(alpha), -1.0, 0.5).is_nan());
    }
    // Rising: P(0.5) = 4.178e-4; flat: 8.356e-4 everywhere.
    assert_eq!(power_law_f_max(&law(-1.0), 4.177e-4, 0.5), 0.5);
    assert_eq!(power_law_f_max(&law(-1.0), 4.179e-4, 0.5), 0.0);
    assert_eq!(power_law_f_max(&law(0.0), 8.355e-4, 0.5), 0.5);
    assert_eq!(power_law_f_max(&law(0.0), 8.357e-4, 0.5), 0.0);
    assert_eq!(power_law_f_max(&law(0.0), AMPLITUDE, 0.5), 0.0);
}

#[test]
fn detectability_is_strict_and_leaves_dc_out() {
    let frequency = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
    let power = [9.0, 1.0, 2.0, 1.0, 3.0, 2.0];
    let seen = detectability(&frequency, &power, 1.0).unwrap();
    let expected = Detectability {
        f_max: 5.0,
        f_min: 2.0,
        f_contiguous: 0.0,
        n_intervals: 2,
        share: 0.6,
    };
    assert_eq!(seen, expected);
    assert_eq!(
        detectability(&frequency, &power, 0.0).unwrap().n_intervals,
        1
    );
    let none = detectability(&frequency, &power, f64::INFINITY).unwrap();
    assert_eq!((none.f_max, none.f_min, none.share), (0.0, 0.0, 0.0));
}

#[test]
fn bad_arguments_of_detectability() {
    let level = [Schedule::FlowMatching.at(0.5).unwrap()];
    for tau in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_argument(
            detectabilities(&[1.0], &[1.0], &level, tau),
            "tau",
            "above 0",
        );
    }
    for threshold in [-1.0, f64::NAN] {
        assert_argument(detectability(&[1.0], &[1.0], threshold), "tau", "0 or more");
    }
    assert_argument(detectability(&[0.0], &[1.0], 1.0), "spectrum", "above 0");
    assert_argument(detectability(&[1.0], &[f64::NAN], 1.0), "power", "a number");
    assert!(matches!(
        detectabilities(&[1.0, 2.0], &[1.0], &level, 1.0),
        Err(Error::Length {
            what: "power",
            got: 1,
            expected: 2
        })
    ));
}

#[test]
fn crossings_by_hand() {
    let frequency = [0.0, 1.0, 2.0, 4.0, 8.0];
    let at = |power: [f64; 5]| crossings(&frequency, &power, 1.0);
    assert!(at([0.0, 2.0, 2.0, 2.0, 2.0]).is_empty());
    assert!(at([9.0, 1.0, 1.0, 1.0, 1.0]).is_empty());
    for (power, expected) in [
        // Halfway in ln P between 4 and 1/4 is halfway in ln f.
        (
            [0.0, 4.0, 0.25, 4.0, 4.0],
            vec![2.0_f64.sqrt(), 8.0_f64.sqrt()],
        ),
        ([0.0, 2.0, 1.0, 2.0, 2.0], vec![2.0, 2.0]),
        ([0.0, 2.0, 0.0, 2.0, 2.0], vec![1.0, 4.0]),
        (
            [0.0, 0.0, 0.0, 0.5, 4.0],
            vec![4.0 * 2.0_f64.powf(1.0 / 3.0)],
        ),
    ] {
        let got = at(power);
        assert_eq!(got.len(), expected.len(), "{power:?}");
        for (got, expected) in got.iter().zip(&expected) {
            assert_near("crossing", *got, *expected, 1e-14);
        }
    }
    for noise_power in [0.0, -1.0, f64::NAN] {
        assert!(crossings(&frequency, &[0.0, 2.0, 0.0, 2.0, 2.0], noise_power).is_empty());
    }
}

#[test]
fn ends_of_a_geometric_grid_are_exact() {
    for k in 1..100 {
        let (first, last) = (f64::from(k) / 7.0, 3.0 / f64::from(k));
        let grid = geometric_grid(first, last, 3).unwrap();
        assert_eq!((grid[0], grid[2]), (first, last));
        assert_near("middle", grid[1], (3.0_f64 / 7.0).sqrt(), 1e-14);
    }
}

#[test]
fn bad_arguments_of_a_geometric_grid() {
    for end in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_argument(geometric_grid(end, 1.0, 3), "first", "above 0");
        assert_argument(geometric_grid(1.0, end, 3), "last", "above 0");
    }
    assert_argument(geometric_grid(1.0, 2.0, 1), "n", "2 or more");
}

#[test]
fn noise_log_bias_is_that_of_simulated_noise() {
    let n = 20_000;
    for dof in [1_u32, 2, 3, 8, 30] {
        let mut noise = gaussian(u64::from(dof));
        let logs: Vec<f64> = (0..n)
            .map(|_| {
                let energy: f64 = noise.by_ref().take(dof as usize).map(|x| x * x).sum();
                (energy / f64::from(dof)).ln()
            })
            .collect();
        let mean = logs.iter().sum::<f64>() / f64::from(n);
        let variance = logs.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / f64::from(n - 1);
        let standard_error = (variance / f64::from(n)).sqrt();
        let bias = noise_log_bias(dof);
        assert!(
            bias < -10.0 * standard_error,
            "{dof}: the test resolves no bias"
        );
        assert_near(&format!("dof {dof}"), mean, bias, 5.0 * standard_error);
    }
    assert!(noise_log_bias(0).is_nan());
}

#[test]
fn gaussian_numbers_are_pairs_of_box_and_muller() {
    for seed in [0, 1, 42, u64::MAX] {
        let u: Vec<f64> = uniform(seed).take(2000).collect();
        let pairs = u.chunks(2).flat_map(|u| {
            let radius = (-2.0 * (1.0 - u[0]).ln()).sqrt();
            let angle = std::f64::consts::TAU * u[1];
            [radius * angle.cos(), radius * angle.sin()]
        });
        let expected: Vec<f64> = pairs.collect();
        let got: Vec<f64> = gaussian(seed).take(2000).collect();
        assert!(gauss(seed, 1999) == got[..1999], "seed {seed}");
        // The library rounds 2 pi u before it takes cosine and sine.
        let near = |(got, expected): (&f64, &f64)| (got - expected).abs() < 1e-14;
        assert!(got.iter().zip(&expected).all(near), "seed {seed}");
        assert!(gauss(seed, 0).is_empty());
    }
}

#[test]
fn noise_is_added_in_order() {
    let clean = [1.0, -2.0, 3.0, 0.5, 8.0];
    let mut noisy = clean;
    add_noise(&mut noisy, 0.25, 9);
    for ((noisy, clean), noise) in noisy.iter().zip(clean).zip(gauss(9, 5)) {
        assert_eq!(*noisy, clean + 0.25 * noise);
    }
}

proptest! {
    #[test]
    fn detectability_is_that_of_its_definition(
        power in prop::collection::vec(0_u8..6, 1..40),
        threshold in 0_u8..6,
        dc in any::<bool>(),
    ) {
        // Small integers, so that ties with the threshold are common.
        let power: Vec<f64> = power.into_iter().map(f64::from).collect();
        let first = usize::from(!dc);
        let frequency: Vec<f64> = (first..first + power.len()).map(|k| k as f64).collect();
        prop_assume!(!dc || power.len() > 1);
        let threshold = f64::from(threshold);
        let seen = detectability(&frequency, &power, threshold).unwrap();
        let points: Vec<(f64, bool)> = frequency.iter().zip(&power)
            .filter(|(f, _)| **f > 0.0)
            .map(|(f, p)| (*f, *p > threshold))
            .collect();
        let above = || points.iter().filter(|(_, above)| *above).map(|(f, _)| *f);
        prop_assert_eq!(seen.f_max, above().fold(0.0, f64::max));
        prop_assert_eq!(seen.f_min, above().reduce(f64::min).unwrap_or(0.0));
        let contiguous = points.iter().take_while(|(_, above)| *above).last();
        prop_assert_eq!(seen.f_contiguous, contiguous.map_or(0.0, |(f, _)| *f));
        let starts = (0..points.len())
            .filter(|&i| points[i].1 && (i == 0 || !points[i - 1].1));
        prop_assert_eq!(seen.n_intervals, starts.count());
        prop_assert_eq!(seen.share, above().count() as f64 / points.len() as f64);
        let edges = points.windows(2).filter(|w| w[0].1 != w[1].1).count();
        let expected = if threshold > 0.0 { edges } else { 0 };
        prop_assert_eq!(crossings(&frequency, &power, threshold).len(), expected);
    }

    #[test]
    fn tau_is_a_factor_of_the_threshold(t in 0.0..1.0_f64, tau in 0.01..100.0_f64) {
        for schedule in [Schedule::FlowMatching, Schedule::VpSde, Schedule::Ve] {
            let level = schedule.at(t).unwrap();
            let expected = tau * (level.sigma * level.sigma) / (level.alpha * level.alpha);
            assert_near("threshold", level.threshold(tau), expected, 1e-14 * expected);
        }
    }

    #[test]
    fn a_power_law_crosses_at_the_closed_form(
        alpha in 0.2..5.0_f64,
        noise_power in -6.0..6.0_f64,
    ) {
        let noise_power = 10.0_f64.powf(noise_power);
        let frequency = frequencies();
        let power: Vec<f64> = frequency.iter().map(|f| AMPLITUDE * f.powf(-alpha)).collect();
        let exact = power_law_f_max(&law(alpha), noise_power, 0.5);
        let got = crossings(&frequency, &power, noise_power);
        if exact > frequency[0] * 1.001 && exact < frequency[158] * 0.999 {
            prop_assert_eq!(got.len(), 1);
            assert_near("crossing", got[0], exact, 1e-12 * exact);
        } else if exact < frequency[0] * 0.999 || exact > frequency[158] * 1.001 {
            prop_assert!(got.is_empty());
        }
    }

    #[test]
    fn snr_is_that_of_its_definition(power in 1e-6..1e6_f64, t in 0.01..0.99_f64) {
        for schedule in Schedule::ALL {
            let level = schedule.at(t).unwrap();
            let ratio = power * (level.alpha / level.sigma).powi(2);
            let got = snr_db(&[power], &[level])[[0, 0]];
            assert_near("snr", got, 10.0 * ratio.log10(), 1e-11);
        }
    }

    #[test]
    fn derived_seeds_are_outputs_of_splitmix64(seed in any::<u64>(), index in 0_u64..200) {
        let expected = splitmix64(seed).nth(index as usize).unwrap();
        prop_assert_eq!(derived_seed(seed, index), expected);
    }
}
