//! RAPSD, photos, fits and monotonicity against the golden files.

use crate::support;
use crate::support::golden::{self, Precision, Tolerance, compare};
use cepstrum::compare::{
    FitRange, FitSpacing, MeanSpectrum, SpectrumSums, isotonic_decreasing, monotonicity, power_law,
    spearman,
};
use cepstrum::planar::{Radius, Rapsd, RingTable};
use cepstrum::synth::{coloured_field, gauss, splitmix64, uniform};

fn rapsd_f64(values: &[f64], n_rows: usize, n_cols: usize, radius: Radius) -> Vec<f64> {
    let mut plan = Rapsd::<f64>::new(n_rows, n_cols, radius).unwrap();
    let mut power = vec![0.0; plan.table().n_rings()];
    plan.process(values, &mut power).unwrap();
    power
}

fn rapsd_f32(values: &[f64], n_rows: usize, n_cols: usize, radius: Radius) -> Vec<f64> {
    let values: Vec<f32> = values.iter().map(|&x| x as f32).collect();
    let mut plan = Rapsd::<f32>::new(n_rows, n_cols, radius).unwrap();
    let mut power = vec![0.0; plan.table().n_rings()];
    plan.process(&values, &mut power).unwrap();
    power
}

fn compare_both(name: &str, values: &[f64], shape: (usize, usize), radius: Radius, first: usize) {
    let Some(expected) = golden::values("rapsd", name) else {
        return;
    };
    let (m, n) = shape;
    let exact = rapsd_f64(values, m, n, radius);
    assert_eq!(exact.len(), expected.len(), "{name}");
    if expected.len() <= first {
        return;
    }
    compare(
        name,
        Tolerance::Power,
        Precision::F64,
        &exact[first..],
        &expected[first..],
    );
    if expected.len() > 1 {
        let fast = rapsd_f32(values, m, n, radius);
        compare(
            name,
            Tolerance::Power,
            Precision::F32,
            &fast[1..],
            &expected[1..],
        );
    }
}

#[test]
fn generators_give_the_golden_numbers() {
    let scalars = golden::scalars();
    let hex: Vec<String> = splitmix64(42)
        .take(4)
        .map(|z| format!("{z:#018x}"))
        .collect();
    let expected = scalars["gen.splitmix64.seed42.first4_hex"]["value"].clone();
    assert_eq!(serde_json::json!(hex), expected);
    let got: Vec<f64> = uniform(7).take(4).collect();
    assert_eq!(got, golden::list(&scalars, "gen.uniform.seed7"));
    compare(
        "gauss(1, 9)",
        Tolerance::Linear,
        Precision::F64,
        &gauss(1, 9),
        &golden::list(&scalars, "gen.gauss.seed1.n9"),
    );
    for (key, seed, n) in [
        ("gen.gauss.seed100.256x256", 100, 65536),
        ("gen.gauss.seed1001.320x320", 1001, 102_400),
        ("gen.gauss.seed5.44100", 5, 44100),
    ] {
        let x = gauss(seed, n);
        let sum: f64 = x.iter().sum();
        let sumsq: f64 = x.iter().map(|x| x * x).sum();
        let expected = |what: &str| golden::scalar(&scalars, &format!("{key}.{what}"));
        support::assert_near(key, sum, expected("sum"), 1e-9 * sumsq);
        support::assert_near(key, sumsq, expected("sumsq"), 1e-9 * sumsq);
        support::assert_near(key, x[n - 1], expected("last"), 1e-12);
        compare(
            key,
            Tolerance::Linear,
            Precision::F64,
            &x[..8],
            &golden::list(&scalars, &format!("{key}.first8")),
        );
    }
}

#[test]
fn rapsd_of_noise_in_every_shape() {
    let file = std::fs::File::open(golden::path("rings", "rings.json").unwrap()).unwrap();
    let rings: serde_json::Value = serde_json::from_reader(file).unwrap();
    let mut shapes = 0;
    for (key, entry) in rings.as_object().unwrap() {
        let (m, n) = key.split_once('x').unwrap();
        let (m, n): (usize, usize) = (m.parse().unwrap(), n.parse().unwrap());
        let table = RingTable::new(m, n, Radius::Index);
        let counts: Vec<u64> = table.counts().iter().map(|&c| u64::from(c)).collect();
        assert_eq!(serde_json::json!(counts), entry["ring_counts"], "{key}");
        let last = *table.frequency().values().last().unwrap();
        assert_eq!(last, entry["f_last"].as_f64().unwrap(), "{key}");
        let x = gauss(entry["seed"].as_u64().unwrap(), m * n);
        let name = format!("rapsd/noise_{key}.P.npy");
        compare_both(&name, &x, (m, n), Radius::Index, 0);
        shapes += 1;
    }
    assert_eq!(shapes, 34);
}

#[test]
fn rapsd_of_analytic_planes() {
    compare_both(
        "rapsd/isotropic_128x87.P.npy",
        &gauss(1029, 128 * 87),
        (128, 87),
        Radius::Frequency,
        0,
    );
    let mut impulse = vec![0.0; 256];
    impulse[3 * 16 + 5] = 1.0;
    compare_both(
        "rapsd/impulse_16x16.P.npy",
        &impulse,
        (16, 16),
        Radius::Index,
        0,
    );
    if let Some(expected) = golden::values("const", "rapsd/const_16x16.P.npy") {
        let got = rapsd_f64(&[0.25; 256], 16, 16, Radius::Index);
        compare(
            "rapsd/const",
            Tolerance::Linear,
            Precision::F64,
            &got,
            &expected,
        );
    }
    if let Some(expected) = golden::values("cosine", "rapsd/cosine_3_4_32x32.P.npy") {
        let cosine = |i: usize| {
            let (y, x) = ((i / 32) as f64, (i % 32) as f64);
            (std::f64::consts::TAU * (3.0 * y + 4.0 * x) / 32.0).cos()
        };
        let x: Vec<f64> = (0..1024).map(cosine).collect();
        let got = rapsd_f64(&x, 32, 32, Radius::Index);
        compare(
            "rapsd/cosine",
            Tolerance::Linear,
            Precision::F64,
            &got,
            &expected,
        );
    }
    if let Some(expected) = golden::values("normalized", "rapsd/normalized_48x64.P.npy") {
        let got = rapsd_f64(&gauss(1022, 48 * 64), 48, 64, Radius::Index);
        let total: f64 = got.iter().sum();
        let got: Vec<f64> = got.iter().map(|p| p / total).collect();
        compare(
            "rapsd/normalized",
            Tolerance::Power,
            Precision::F64,
            &got,
            &expected,
        );
    }
}

#[test]
fn rings_and_frequencies() {
    for (m, n) in [(16, 16), (15, 17), (9, 12)] {
        let name = format!("rapsd/ring_index_{m}x{n}.npy");
        let Some(expected) = golden::integers("ring index", &name) else {
            continue;
        };
        for (cell, &ring) in expected.iter().enumerate() {
            let ky = (cell / n).abs_diff(m / 2);
            let kx = (cell % n).abs_diff(n / 2);
            assert_eq!(
                Radius::Index.ring(ky, kx, m, n) as i64,
                ring,
                "{name}[{cell}]"
            );
        }
    }
    for (m, n) in [(32, 32), (31, 31), (128, 87)] {
        let name = format!("rapsd/freq_{m}x{n}.npy");
        let Some(expected) = golden::values("frequency", &name) else {
            continue;
        };
        let got = RingTable::new(m, n, Radius::Index).frequency().values();
        compare(&name, Tolerance::Filter, Precision::F64, &got, &expected);
    }
}

fn frequencies(n: usize, side: usize) -> Vec<f64> {
    (0..n).map(|k| k as f64 / side as f64).collect()
}

/// Compares the fits and the monotonicity of one RAPSD with the scalars under
/// `key`.
fn compare_statistics(scalars: &serde_json::Value, key: &str, power: &[f64], side: usize) {
    let frequency = frequencies(power.len(), side);
    let log_power: Vec<f64> = power.iter().map(|p| p.ln()).collect();
    let open = FitRange::default();
    let middle = FitRange {
        f_min: Some(0.02),
        f_max: Some(0.3),
    };
    for (variant, range, spacing) in [
        ("fit1000", open, FitSpacing::EvenLog(1000)),
        ("fit100", open, FitSpacing::EvenLog(100)),
        ("fit_raw", open, FitSpacing::Bins),
        ("fit_0.02_0.3", middle, FitSpacing::EvenLog(1000)),
        ("fit", open, FitSpacing::EvenLog(1000)),
    ] {
        if scalars[format!("{key}.{variant}.alpha")].is_null() {
            continue;
        }
        let law = power_law(&frequency, &log_power, range, spacing).unwrap();
        let expected = |what: &str| golden::scalar(scalars, &format!("{key}.{variant}.{what}"));
        compare(
            &format!("{key}.{variant}"),
            Tolerance::Scalar,
            Precision::F64,
            &[
                law.alpha,
                law.log_amplitude.exp(),
                law.r_squared.unwrap(),
                law.rms_decades,
            ],
            &[
                expected("alpha"),
                expected("C"),
                expected("r2"),
                expected("rms_dex"),
            ],
        );
    }
    compare_monotonicity(
        scalars,
        &format!("{key}.mono"),
        &frequency,
        &log_power,
        |r| f64::from(RingTable::new(side, side, Radius::Index).counts()[r]),
    );
}

fn compare_monotonicity(
    scalars: &serde_json::Value,
    key: &str,
    frequency: &[f64],
    log_power: &[f64],
    weight: impl Fn(usize) -> f64,
) {
    let weights: Vec<f64> = (0..frequency.len()).map(weight).collect();
    let got = monotonicity(frequency, log_power, &weights).unwrap();
    let expected = |what: &str| golden::scalar(scalars, &format!("{key}.{what}"));
    compare(
        key,
        Tolerance::Scalar,
        Precision::F64,
        &[
            got.spearman.unwrap(),
            got.pair_violation,
            got.adjacent_violation,
            got.iso_unexplained.unwrap(),
            got.energy_uncovered,
        ],
        &[
            expected("spearman"),
            expected("pair_violation"),
            expected("adjacent_violation"),
            expected("iso_unexplained"),
            expected("energy_uncovered"),
        ],
    );
}

#[test]
fn coloured_fields() {
    let scalars = golden::scalars();
    for (alpha, name, seed, m, n) in [
        (0.0, "a0.0_128x128_s21", 21, 128, 128),
        (1.0, "a1.0_128x128_s22", 22, 128, 128),
        (2.0, "a2.0_128x128_s23", 23, 128, 128),
        (2.0, "a2.0_101x101_s24", 24, 101, 101),
        (2.454, "a2.454_256x256_s25", 25, 256, 256),
        (4.0, "a4.0_128x128_s26", 26, 128, 128),
        (2.0, "a2.0_96x160_s27", 27, 96, 160),
    ] {
        let field: Vec<f64> = coloured_field(seed, m, n, alpha).into_iter().collect();
        let key = format!("coloured2d/{name}");
        compare(
            &format!("{key}.first8"),
            Tolerance::Linear,
            Precision::F64,
            &field[..8],
            &golden::list(&scalars, &format!("{key}.input.first8")),
        );
        compare_both(&format!("{key}.P.npy"), &field, (m, n), Radius::Index, 1);
        // Weights of the golden statistics are those of a square plane.
        if m == n {
            let power = rapsd_f64(&field, m, n, Radius::Index);
            compare_statistics(&scalars, &key, &power, m);
        }
    }
}

#[test]
fn fits() {
    let scalars = golden::scalars();
    let frequency: Vec<f64> = (1..160).map(|k| f64::from(k) / 320.0).collect();
    let exact: Vec<f64> = frequency
        .iter()
        .map(|f| (8.356e-4 * f.powf(-2.454)).ln())
        .collect();
    let open = FitRange::default();
    let law = power_law(&frequency, &exact, open, FitSpacing::EvenLog(1000)).unwrap();
    compare(
        "fit.exact_law",
        Tolerance::Scalar,
        Precision::F64,
        &[law.alpha, law.log_amplitude.exp(), law.r_squared.unwrap()],
        &[2.454, 8.356e-4, 1.0],
    );
    support::assert_near("rms", law.rms_decades, 0.0, 1e-9);
    let Some(wavy) = golden::values("fits", "fit/wavy.P.npy") else {
        return;
    };
    let wavy: Vec<f64> = wavy.iter().map(|p| p.ln()).collect();
    for (key, spacing) in [
        ("fit.wavy.n20", FitSpacing::EvenLog(20)),
        ("fit.wavy.nNone", FitSpacing::Bins),
    ] {
        let law = power_law(&frequency, &wavy, open, spacing).unwrap();
        compare(
            key,
            Tolerance::Scalar,
            Precision::F64,
            &[
                law.alpha,
                law.log_amplitude.exp(),
                law.r_squared.unwrap(),
                law.rms_decades,
            ],
            &["alpha", "C", "r2", "rms_dex"]
                .map(|what| golden::scalar(&scalars, &format!("{key}.{what}"))),
        );
    }
}

#[test]
fn monotonicity_of_a_walk() {
    let scalars = golden::scalars();
    let (Some(y), Some(w)) = (
        golden::values("mono", "mono/y.npy"),
        golden::values("mono", "mono/w.npy"),
    ) else {
        return;
    };
    for (name, weights) in [
        ("mono/iso_dec.npy", vec![1.0; 60]),
        ("mono/iso_dec_w.npy", w.clone()),
    ] {
        if let Some(expected) = golden::values("mono", name) {
            let got = isotonic_decreasing(&y, &weights);
            compare(name, Tolerance::Linear, Precision::F64, &got, &expected);
        }
    }
    let frequency: Vec<f64> = (1..=60).map(f64::from).collect();
    support::assert_near(
        "spearman",
        spearman(&frequency, &y).unwrap(),
        golden::scalar(&scalars, "mono.spearman_y"),
        1e-12,
    );
    compare_monotonicity(&scalars, "mono.dict_exp_y", &frequency, &y, |i| w[i]);
}

const PHOTOS: [&str; 6] = [
    "china",
    "flower",
    "astronaut",
    "coffee",
    "chelsea",
    "rocket",
];

/// Green channels in [-1, 1], 256 x 256.
fn photos() -> Option<Vec<Vec<f64>>> {
    PHOTOS
        .iter()
        .map(|name| {
            let (shape, bytes) = golden::bytes("photos", &format!("photos/{name}.green_u8.npy"))?;
            assert_eq!(shape, [256, 256]);
            Some(bytes.iter().map(|&g| f64::from(g) / 127.5 - 1.0).collect())
        })
        .collect()
}

fn mean_log(planes: &[Vec<f64>]) -> MeanSpectrum {
    let mut mean = MeanSpectrum::new(128);
    for plane in planes {
        let mut sums = SpectrumSums::new(128);
        sums.add(&rapsd_f64(plane, 256, 256, Radius::Index), 0.0);
        mean.add(&sums).unwrap();
    }
    mean
}

fn compare_mean_log(name: &str, planes: &[Vec<f64>]) {
    let got: Vec<f64> = mean_log(planes)
        .mean_log_power()
        .iter()
        .map(|p| p.exp())
        .collect();
    let expected = golden::values("photos", name).unwrap();
    compare(name, Tolerance::Power, Precision::F64, &got[1..], &expected);
}

#[test]
fn photos_and_their_means() {
    let Some(planes) = photos() else { return };
    let scalars = golden::scalars();
    for (name, plane) in PHOTOS.iter().zip(&planes) {
        compare_both(
            &format!("photos/{name}.P.npy"),
            plane,
            (256, 256),
            Radius::Frequency,
            0,
        );
        let power = rapsd_f64(plane, 256, 256, Radius::Frequency);
        compare_statistics(&scalars, &format!("photos.{name}"), &power, 256);
    }
    compare_mean_log("photos/mean_log.P.npy", &planes);
    let mean = mean_log(&planes);
    let frequency = frequencies(128, 256);
    for (key, log_power, spacing) in [
        (
            "photos.mean_log.fit",
            mean.mean_log_power(),
            FitSpacing::EvenLog(1000),
        ),
        (
            "photos.mean_log.fit_raw",
            mean.mean_log_power(),
            FitSpacing::Bins,
        ),
        (
            "photos.mean_arith.fit",
            mean.mean_power().iter().map(|p| p.ln()).collect(),
            FitSpacing::EvenLog(1000),
        ),
    ] {
        let law = power_law(&frequency, &log_power, FitRange::default(), spacing).unwrap();
        let expected = golden::scalar(&scalars, &format!("{key}.alpha"));
        compare(
            key,
            Tolerance::Scalar,
            Precision::F64,
            &[law.alpha],
            &[expected],
        );
    }
}

#[test]
fn noisy_photos() {
    let Some(planes) = photos() else { return };
    for sigma in [1.0, 4.0] {
        let noise: Vec<Vec<f64>> = (0..6)
            .map(|i| {
                let noise = gauss(100 + i, 65536);
                noise.iter().map(|x| sigma * x).collect()
            })
            .collect();
        let noisy: Vec<Vec<f64>> = planes
            .iter()
            .zip(&noise)
            .map(|(plane, noise)| plane.iter().zip(noise).map(|(x, e)| x + e).collect())
            .collect();
        compare_mean_log(&format!("photos/mean_log_noise_sigma{sigma}.P.npy"), &noise);
        compare_mean_log(&format!("photos/mean_log_noisy_sigma{sigma}.P.npy"), &noisy);
    }
}
