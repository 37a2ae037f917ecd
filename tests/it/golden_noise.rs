//! Noise, schedules and detectability against the golden files and the
//! published curve, and the schedules' limits.

use crate::support::golden::{self, Precision, Tolerance, compare};
use crate::support::{assert_near, shared};
use cepstrum::compare::{
    Detectability, NoiseLevel, PowerLaw, Schedule, detectabilities, geometric_grid, noise_log_bias,
    power_law_f_max, snr_db,
};
use cepstrum::planar::{Radius, RingTable};

const AMPLITUDE: f64 = 8.356e-4;
const ALPHA: f64 = 2.454;

/// The frequencies of the photographs' RAPSD at 320 pixels.
fn frequencies() -> Vec<f64> {
    (1..160).map(|k| f64::from(k) / 320.0).collect()
}

fn law() -> PowerLaw {
    PowerLaw {
        alpha: ALPHA,
        log_amplitude: AMPLITUDE.ln(),
        r_squared: None,
        rms_decades: 0.0,
        f_min: 1.0 / 320.0,
        f_max: 159.0 / 320.0,
        n_bins: 159,
    }
}

fn golden_name(schedule: Schedule) -> &'static str {
    match schedule {
        Schedule::FlowMatching => "flow",
        Schedule::VpCosine => "vp_cosine",
        Schedule::VpCosineDiscrete => "vp_cosine_discrete1000",
        Schedule::VpLinear => "vp_linear1000",
        Schedule::VpSde => "vp_sde",
        Schedule::Ve => "ve",
        Schedule::Edm => "edm",
    }
}

#[test]
fn golden_schedules() {
    if let Some(t) = golden::values("schedules", "schedules/t.npy") {
        let got: Vec<f64> = Schedule::Ve.grid(100).iter().map(|l| l.t).collect();
        compare("t", Tolerance::Filter, Precision::F64, &got, &t);
    }
    for schedule in Schedule::ALL {
        let name = format!("schedules/{}.alpha_sigma.npy", golden_name(schedule));
        let Some(expected) = golden::values("schedules", &name) else {
            continue;
        };
        let levels = schedule.grid(100);
        let (alpha, sigma): (Vec<f64>, Vec<f64>) =
            levels.iter().map(|l| (l.alpha, l.sigma)).unzip();
        let (expected_alpha, expected_sigma) = expected.split_at(levels.len());
        for (what, got, expected) in [
            ("alpha", &alpha, expected_alpha),
            ("sigma", &sigma, expected_sigma),
        ] {
            let name = format!("{name} {what}");
            compare(&name, Tolerance::Scalar, Precision::F64, got, expected);
            // The class is blind where 0 is expected.
            for (got, expected) in got.iter().zip(expected) {
                assert_eq!(*got == 0.0, *expected == 0.0, "{name}");
            }
        }
    }
}

/// The three spectra of the golden f_max: (name, frequencies, power).
fn golden_spectra() -> Vec<(&'static str, Vec<f64>, Vec<f64>)> {
    let mut spectra = Vec::new();
    for name in ["law", "bump"] {
        if let Some(power) = golden::values("f_max", &format!("fmax/{name}.P.npy")) {
            spectra.push((name, frequencies(), power));
        }
    }
    if let (Some(frequency), Some(power)) = (
        golden::values("f_max", "photos/freq.npy"),
        golden::values("f_max", "photos/mean_log.P.npy"),
    ) {
        spectra.push(("photos", frequency, power));
    }
    spectra
}

#[test]
fn golden_f_max() {
    for (spectrum, frequency, power) in golden_spectra() {
        if spectrum == "law" {
            let exact: Vec<f64> = frequency
                .iter()
                .map(|f| AMPLITUDE * f.powf(-ALPHA))
                .collect();
            compare("law.P", Tolerance::Scalar, Precision::F64, &power, &exact);
        }
        for schedule in Schedule::ALL {
            let taus: &[f64] = match schedule {
                Schedule::FlowMatching => &[1.0, 4.0],
                _ => &[1.0],
            };
            for &tau in taus {
                let name = format!("fmax/{spectrum}.{}.tau{tau}", golden_name(schedule));
                let seen = detectabilities(&frequency, &power, &schedule.grid(100), tau).unwrap();
                let check = |name: &str, value: fn(&Detectability) -> f64| {
                    // Only some of these lie in the committed subset.
                    let Some(expected) = golden::values("f_max", name) else {
                        return;
                    };
                    let got: Vec<f64> = seen.iter().map(value).collect();
                    compare(name, Tolerance::Filter, Precision::F64, &got, &expected);
                };
                check(&format!("{name}.npy"), |seen| seen.f_max);
                if schedule == Schedule::FlowMatching && tau == 1.0 {
                    check(&format!("{name}.first.npy"), |seen| seen.f_contiguous);
                }
            }
        }
    }
}

#[test]
fn golden_closed_form() {
    let name = "fmax/law.flow.tau1.analytic.npy";
    let Some(expected) = golden::values("closed form", name) else {
        return;
    };
    let got: Vec<f64> = Schedule::FlowMatching
        .grid(100)
        .iter()
        .map(|level| power_law_f_max(&law(), level.threshold(1.0), 0.5))
        .collect();
    compare(name, Tolerance::Scalar, Precision::F64, &got, &expected);
    assert_eq!((got[0], got[99]), (0.5, 0.0));
}

#[test]
fn golden_noise() {
    for (m, n) in [(16, 16), (31, 31), (320, 320), (128, 87)] {
        let name = format!("noise/log_bias_{m}x{n}.npy");
        let Some(expected) = golden::values("noise", &name) else {
            continue;
        };
        let table = RingTable::new(m, n, Radius::Index);
        let got: Vec<f64> = table.counts().iter().map(|&c| noise_log_bias(c)).collect();
        compare(&name, Tolerance::Scalar, Precision::F64, &got, &expected);
    }
    for (name, first, last) in [("image", 0.02, 50.0), ("sound", 10.0, 1e5)] {
        let name = format!("noise/tide_sigmas_{name}.npy");
        let Some(expected) = golden::values("noise", &name) else {
            continue;
        };
        let got = geometric_grid(first, last, 7).unwrap();
        compare(&name, Tolerance::Scalar, Precision::F64, &got, &expected);
        assert_eq!((got[0], got[6]), (first, last));
    }
    compare(
        "noise.log_bias_1d",
        Tolerance::Scalar,
        Precision::F64,
        &[noise_log_bias(2), noise_log_bias(1)],
        &golden::list(&golden::scalars(), "noise.log_bias_1d"),
    );
}

#[test]
fn published_detectable_frequencies() {
    let test = "published detectable frequencies";
    let Some(path) = shared(test, "reference/figures_digitised.json") else {
        return;
    };
    let figures: serde_json::Value =
        serde_json::from_reader(std::fs::File::open(path).unwrap()).unwrap();
    let list = |figure: &str, what: &str| -> Vec<f64> {
        serde_json::from_value(figures[figure][what].clone()).unwrap()
    };
    let frequency = list("mean_log_rapsd", "f");
    let power = list("mean_log_rapsd", "P");
    let expected = list("max_detectable_frequency", "f_max_times_320");
    let levels = Schedule::FlowMatching.grid(100);
    let seen = detectabilities(&frequency, &power, &levels, 1.0).unwrap();
    assert_eq!(seen.len(), expected.len());
    let within = |bins: f64| {
        let errors = seen.iter().zip(&expected);
        errors
            .filter(|(seen, expected)| (320.0 * seen.f_max - **expected).abs() < bins + 1e-6)
            .count()
    };
    let (exact, near) = (within(0.0), within(1.0));
    println!("published f_max: {exact} of 100 equal, {near} within one bin");
    assert!(exact >= 85, "{exact} of 100 equal");
    assert!(near >= 98, "{near} of 100 within one bin");
}

#[test]
fn schedules_run_from_data_to_noise() {
    for schedule in Schedule::ALL {
        let levels = schedule.grid(50);
        let log_snr: Vec<f64> = levels.iter().map(NoiseLevel::log_snr).collect();
        let falls = schedule != Schedule::Edm;
        assert!(
            log_snr.windows(2).all(|w| (w[1] < w[0]) == falls),
            "{schedule}"
        );
        let sum_of_squares = |l: &NoiseLevel| l.alpha.powi(2) + l.sigma.powi(2);
        for level in &levels {
            let again = schedule.at(level.t).unwrap();
            assert_eq!(again, *level, "{schedule}");
            match schedule {
                Schedule::FlowMatching => assert_near("sum", level.alpha + level.sigma, 1.0, 1e-15),
                Schedule::Ve | Schedule::Edm => assert_eq!(level.alpha, 1.0),
                _ => assert_near("sum of squares", sum_of_squares(level), 1.0, 1e-13),
            }
        }
        assert_eq!(levels.last().unwrap().t, 1.0);
    }
    let ends = |schedule: Schedule| [0.0, 1.0].map(|t| schedule.at(t).unwrap());
    for schedule in [Schedule::FlowMatching, Schedule::VpCosine, Schedule::VpSde] {
        let [data, noise] = ends(schedule);
        assert_eq!((data.alpha, data.sigma), (1.0, 0.0), "{schedule}");
        assert!(noise.alpha < 0.01 && noise.sigma > 0.999, "{schedule}");
    }
    for (schedule, first, last) in [(Schedule::Ve, 0.01, 50.0), (Schedule::Edm, 80.0, 0.002)] {
        let [start, end] = ends(schedule);
        assert_near("first sigma", start.sigma, first, 1e-13 * first);
        assert_near("last sigma", end.sigma, last, 1e-13 * last);
    }
}

#[test]
fn variance_preserving_schedules_are_products_of_their_betas() {
    let angle = |t: f64| (t + 0.008) / 1.008 * std::f64::consts::FRAC_PI_2;
    let cosine = |i: usize| {
        let [after, before] = [i, i - 1].map(|i| angle(i as f64 / 1000.0).cos().powi(2));
        (1.0 - after / before).min(0.999)
    };
    let linear = |i: usize| 1e-4 + (i - 1) as f64 * (0.02 - 1e-4) / 999.0;
    let betas: [(_, &dyn Fn(usize) -> f64); 2] = [
        (Schedule::VpCosineDiscrete, &cosine),
        (Schedule::VpLinear, &linear),
    ];
    for (schedule, beta) in betas {
        let mut product = 1.0;
        for (i, level) in (1..=1000).zip(schedule.grid(0)) {
            product *= 1.0 - beta(i);
            assert_near(schedule.name(), level.t, i as f64 / 1000.0, 1e-15);
            assert_near(
                schedule.name(),
                level.alpha.powi(2),
                product,
                1e-10 * product,
            );
        }
    }
    // The product over ever shorter steps, whose mean beta is 10.05.
    let end = Schedule::VpSde.at(1.0).unwrap().alpha;
    assert_near("VP-SDE", end, f64::exp(-10.05 / 2.0), 1e-12 * end);
    let middle = Schedule::VpSde.at(0.5).unwrap().alpha;
    assert_near("VP-SDE", middle, f64::exp(-5.075 / 4.0), 1e-12 * middle);
    let cosine = Schedule::VpCosine.at(0.5).unwrap().alpha;
    let expected = angle(0.5).cos() / angle(0.0).cos();
    assert_near("VP cosine", cosine, expected, 1e-13);
    let sigma = Schedule::Ve.at(0.5).unwrap().sigma;
    assert_near("VE", sigma, 0.5_f64.sqrt(), 1e-13);
    let root = |sigma: f64| sigma.powf(1.0 / 7.0);
    let sigma = Schedule::Edm.at(0.5).unwrap().sigma;
    assert_near("EDM", root(sigma), (root(80.0) + root(0.002)) / 2.0, 1e-13);
}

#[test]
fn sigma_is_exact_next_to_the_data() {
    let t = 1e-12;
    let s = Schedule::COSINE_OFFSET;
    // Leading terms of 1 - alpha^2: the next are smaller by a factor of t.
    let slope =
        std::f64::consts::PI / (1.0 + s) * (s / (1.0 + s) * std::f64::consts::FRAC_PI_2).tan();
    let cosine = Schedule::VpCosine.at(t).unwrap().sigma;
    assert_near("cosine", cosine, (slope * t).sqrt(), 1e-9 * cosine);
    let sde = Schedule::VpSde.at(t).unwrap().sigma;
    assert_near("sde", sde, (0.1 * t).sqrt(), 1e-9 * sde);
    let ddpm = Schedule::VpLinear.at(0.001).unwrap().sigma;
    assert_eq!(ddpm, 1e-4_f64.sqrt());
}

#[test]
fn levels_of_no_data_and_of_no_noise() {
    let [data, half, noise] = [0.0, 0.5, 1.0].map(|t| Schedule::FlowMatching.at(t).unwrap());
    assert_eq!(data.threshold(3.0), 0.0);
    assert_eq!(half.threshold(3.0), 3.0);
    assert_eq!(noise.threshold(3.0), f64::INFINITY);
    assert_eq!(
        [data, half, noise].map(|l| l.ratio()),
        [0.0, 1.0, f64::INFINITY]
    );
    let log_snr = [data, half, noise].map(|l| l.log_snr());
    assert_eq!(log_snr, [f64::INFINITY, 0.0, f64::NEG_INFINITY]);
    let quarter = Schedule::FlowMatching.at(0.25).unwrap();
    assert_near("log snr", quarter.log_snr(), 9.0_f64.ln(), 1e-15);
    let snr = snr_db(&[0.0, 1.0, 100.0], &[data, quarter, noise]);
    assert_eq!(snr.dim(), (3, 3));
    assert!(snr[[0, 0]].is_nan());
    assert_eq!(
        (snr[[2, 0]], snr[[2, 2]]),
        (f64::INFINITY, f64::NEG_INFINITY)
    );
    assert_near("snr", snr[[2, 1]], 20.0 + 10.0 * 9.0_f64.log10(), 1e-13);
}
