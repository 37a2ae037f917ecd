//! Latents against arrays with known answers.

use crate::support::assert_near;
use cepstrum::Error;
use cepstrum::analysis::{
    AnalysisConfig, ChannelCovariance, LatentInterval, LatentLaw, LatentReport, LatentSettings,
    LatentSpectrum, OrderVerdict, Representation, Silent, SpectrumAlong, Status, analyze, latents,
};
use cepstrum::decode::Layout;
use cepstrum::output::latents_summary;
use cepstrum::synth::{coloured_field, coloured_noise, derived_seed, gauss, permutation};
use ndarray::{Array2, Array3, Array4, ArrayD, Axis, Dimension};
use ndarray_npy::{NpzWriter, write_npy};
use std::f64::consts::TAU;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn config(input: &Path, layout: Option<Layout>) -> AnalysisConfig {
    AnalysisConfig {
        inputs: vec![input.to_path_buf()],
        layout,
        ..AnalysisConfig::default()
    }
}

fn run(input: &Path, layout: Option<Layout>) -> Result<LatentReport, Error> {
    let settings = LatentSettings {
        n_permutations: 199,
        ..LatentSettings::default()
    };
    latents(&config(input, layout), &settings, &Silent)
}

/// A folder with one file per array.
fn folder<D: Dimension>(arrays: impl IntoIterator<Item = ndarray::Array<f64, D>>) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (i, array) in arrays.into_iter().enumerate() {
        write_npy(folder.path().join(format!("{i:04}.npy")), &array).unwrap();
    }
    folder
}

fn noise(seed: u64, shape: &[usize]) -> ArrayD<f64> {
    let n = shape.iter().product();
    ArrayD::from_shape_vec(shape, gauss(seed, n)).unwrap()
}

fn covariance(report: &LatentReport) -> &ChannelCovariance {
    report.covariance.as_ref().expect("a covariance")
}

fn law(spectrum: &LatentSpectrum) -> &LatentLaw {
    let law = spectrum.law.as_ref();
    law.unwrap_or_else(|| panic!("no law: {:?}", spectrum.reason))
}

#[track_caller]
fn assert_law(law: &LatentLaw, alpha: f64, largest_error: f64) {
    assert!(law.std_error < largest_error, "{}", law.std_error);
    assert_near("alpha", law.alpha, alpha, 4.0 * law.std_error);
}

#[track_caller]
fn assert_note(report: &LatentReport, part: &str) {
    let notes = report.notes.join("\n");
    assert!(notes.contains(part), "{notes:?} lacks {part:?}");
}

/// Independent channels: eigenvalues within the edges of Marchenko & Pastur
/// (1967), the largest and smallest with the fluctuations of Johnstone (2001).
#[test]
fn independent_channels_span_all_directions() {
    let (n_files, n_channels) = (8, 16);
    let report = folder((0..n_files).map(|seed| noise(seed, &[4, n_channels, 16, 16])));
    let report = run(report.path(), None).unwrap();
    assert_eq!(report.layouts, [Layout::Nchw]);
    assert_eq!((report.n_items, report.n_positions), (32, 8192));
    let (n, c) = (8192.0_f64, n_channels as f64);
    let eigenvalues = &covariance(&report).eigenvalues;
    assert_eq!(eigenvalues.len(), n_channels);
    let pooled = report.pooled.std.powi(2);
    let edge = |sign: f64| {
        let root = n.sqrt() + sign * c.sqrt();
        let fluctuation = root * (n.sqrt().recip() + sign * c.sqrt().recip()).cbrt();
        (root.powi(2) + 4.0 * fluctuation) / n
    };
    assert!(eigenvalues[0] * pooled < edge(1.0), "{eigenvalues:?}");
    assert!(
        eigenvalues[n_channels - 1] * pooled > edge(-1.0),
        "{eigenvalues:?}"
    );
    // To first order both lose (C - 1) times the variance of an eigenvalue
    // about 1, C / n.
    let loss = c * c / n;
    assert_near(
        "participation ratio",
        covariance(&report).participation_ratio,
        c - loss,
        0.5 * loss,
    );
    assert_near(
        "effective rank",
        covariance(&report).effective_rank,
        c - loss / 2.0,
        0.25 * loss,
    );
    let share = covariance(&report).share_under_noise;
    assert!((0.25..=0.75).contains(&share), "{share}");
    // Fisher's bound is .23 for one such plane, and there are 512.
    assert_law(law(&report.spectrum), 0.0, 0.02);
    assert_eq!(law(&report.spectrum).interval, LatentInterval::Files);
    assert_eq!(report.along.len(), 2);
    for spectrum in &report.along {
        assert_law(law(spectrum), 0.0, 0.02);
    }
}

/// The interval holds the truth as often as it says, and so does the amplitude,
/// which would be off by the logarithm's bias were the channels not counted as
/// independent.
#[test]
fn intervals_cover_the_truth() {
    let (n_runs, n_files) = (100, 6);
    let (mut covered, mut amplitude, mut alpha) = (0, 0.0, 0.0);
    for i in 0..n_runs {
        let seeds = (0..n_files).map(|file| derived_seed(i, file));
        let data = folder(seeds.map(|seed| noise(seed, &[6, 12, 12])));
        let report = run(data.path(), None).unwrap();
        let law = law(&report.spectrum);
        let [low, high] = law.ci;
        covered += usize::from((low..=high).contains(&0.0));
        amplitude += law.log_amplitude / n_runs as f64;
        alpha += law.alpha / n_runs as f64;
    }
    // Binomial with mean 95, deviation 2.2.
    assert!((87..=100).contains(&covered), "{covered}");
    // Without the count of channels: .04 and more, as the lowest ring would be
    // taken for one of 8 degrees of freedom.
    assert_near("mean alpha", alpha, 0.0, 0.02);
    assert_near("mean amplitude", amplitude, 0.0, 0.03);
}

#[test]
fn a_mixture_of_one_source_has_rank_one() {
    let gains = [3.0, -1.0, 0.5, 2.0, 0.25, -4.0, 1.5, 1.0];
    let mixed = |seed: u64| {
        let source = coloured_field(seed, 32, 32, 1.2);
        Array3::from_shape_fn((8, 32, 32), |(c, y, x)| gains[c] * source[[y, x]])
    };
    let data = folder((0..12).map(mixed));
    let report = run(data.path(), None).unwrap();
    let covariance = covariance(&report);
    assert_near("effective rank", covariance.effective_rank, 1.0, 1e-10);
    assert_near(
        "participation ratio",
        covariance.participation_ratio,
        1.0,
        1e-10,
    );
    // All variance is in one mode, and channels have no means.
    assert_near("first", covariance.eigenvalues[0], 8.0, 1e-10);
    assert!(covariance.eigenvalues[1..].iter().all(|l| *l < 1e-12));
    assert_eq!(
        (covariance.n_under_noise, covariance.share_under_noise),
        (7, 0.875)
    );
    let mean_square = gains.map(|g| g * g).iter().sum::<f64>() / 8.0;
    assert_near("pooled std", report.pooled.std, mean_square.sqrt(), 1e-12);
    for (row, gain) in report.channels.iter().zip(gains) {
        assert_near("std", row.std, gain.abs(), 1e-12);
        // One source: all channels have its exponent.
        assert_near(
            "alpha",
            row.alpha.unwrap(),
            law(&report.spectrum).alpha,
            1e-9,
        );
    }
    // Fisher's bound is .10 for one such field, and there are 12.
    assert_law(law(&report.spectrum), 1.2, 0.06);
    // A channel average of one source has one channel's degrees of freedom.
    assert_eq!(report.spectrum.dof[0], 8);
}

/// Two orthogonal sources of powers 3 and 1 in four channels.
#[test]
fn two_sources_have_the_rank_of_their_entropy() {
    let channel = |c: usize, i: usize| -> f64 {
        let (a, b) = (
            if i.is_multiple_of(2) { 1.0 } else { -1.0 },
            if (i / 2).is_multiple_of(2) { 1.0 } else { -1.0 },
        );
        let sign = if c.is_multiple_of(2) { 1.0 } else { -1.0 };
        3.0_f64.sqrt() * a + sign * b
    };
    let data = folder([Array2::from_shape_fn((4, 64), |(c, i)| channel(c, i))]);
    let report = run(data.path(), Some(Layout::Ct)).unwrap();
    let covariance = covariance(&report);
    // Variance 4 per channel; modes 12 and 4.
    for (got, expected) in covariance.eigenvalues.iter().zip([3.0, 1.0, 0.0, 0.0]) {
        assert_near("eigenvalue", *got, expected, 1e-12);
    }
    let entropy = -(0.75 * 0.75_f64.ln() + 0.25 * 0.25_f64.ln());
    assert_near(
        "effective rank",
        covariance.effective_rank,
        entropy.exp(),
        1e-10,
    );
    assert_near(
        "participation ratio",
        covariance.participation_ratio,
        1.6,
        1e-10,
    );
}

/// Channel c has the values c - s and c + s as often, s = 0.5, 1, 2.
#[test]
fn scales_of_channels_are_exact() {
    let shift = |c: usize, i: usize| {
        let deviation = 0.5 * f64::from(1 << c);
        c as f64
            + if i.is_multiple_of(2) {
                deviation
            } else {
                -deviation
            }
    };
    let file = |n: usize| Array3::from_shape_fn((n, 3, 10), |(_, c, i)| shift(c, i));
    let data = folder([file(1), file(4), file(2)]);
    let report = run(data.path(), Some(Layout::Nct)).unwrap();
    assert_eq!((report.n_items, report.n_positions), (7, 70));
    for (c, row) in report.channels.iter().enumerate() {
        let deviation = 0.5 * f64::from(1 << c);
        assert_near("mean", row.mean, c as f64, 1e-14);
        assert_near("std", row.std, deviation, 1e-14);
        assert_near("factor", row.scale_factor.unwrap(), 1.0 / deviation, 1e-13);
        assert_eq!(
            (row.min, row.max),
            (c as f64 - deviation, c as f64 + deviation)
        );
    }
    let pooled = report.pooled;
    // Mean of 0.25, 1, 4, and the variance 2/3 of the means 0, 1, 2.
    let variance: f64 = 5.25 / 3.0 + 2.0 / 3.0;
    assert_near("pooled mean", pooled.mean, 1.0, 1e-14);
    assert_near("pooled std", pooled.std, variance.sqrt(), 1e-13);
    assert_near(
        "pooled factor",
        pooled.scale_factor,
        1.0 / variance.sqrt(),
        1e-13,
    );
    assert_eq!((pooled.min, pooled.max), (-0.5, 4.0));
}

/// Each channel has its own colour.
#[test]
fn exponents_of_coloured_fields_are_recovered() {
    let alphas: [f64; 4] = [0.0, 0.8, 1.6, 2.4];
    let file = |seed: u64| {
        let fields = alphas.map(|a| coloured_field(derived_seed(seed, a.to_bits()), 48, 48, a));
        let views: Vec<_> = fields.iter().map(|f| f.view()).collect();
        ndarray::stack(Axis(0), &views).unwrap()
    };
    let data = folder((0..20).map(file));
    let report = run(data.path(), None).unwrap();
    assert_eq!(report.spectrum.along, SpectrumAlong::Radius);
    for (row, alpha) in report.channels.iter().zip(alphas) {
        // One field of this size: .06.
        assert_near("alpha", row.alpha.unwrap(), alpha, 0.06);
        assert_eq!(row.mean_log_power.len(), report.spectrum.frequency.len());
    }
    // The mean of powers lies between.
    let mean = law(&report.spectrum).alpha;
    assert!((0.0..2.4).contains(&mean), "{mean}");
    let same = folder((0..20).map(|seed| {
        let fields = [0, 1, 2].map(|c| coloured_field(derived_seed(seed, c), 40, 56, 1.7));
        let views: Vec<_> = fields.iter().map(|f| f.view()).collect();
        ndarray::stack(Axis(0), &views).unwrap()
    }));
    let report = run(same.path(), None).unwrap();
    assert_law(law(&report.spectrum), 1.7, 0.02);
}

#[test]
fn exponents_along_time_are_recovered() {
    let item = |seed: u64, alpha: f64| {
        let rows = (0..6).flat_map(|c| coloured_noise(derived_seed(seed, c), 256, alpha));
        Array2::from_shape_vec((6, 256), rows.collect()).unwrap()
    };
    for alpha in [0.0, 1.0, 1.8] {
        let data = folder((0..25).map(|seed| item(seed, alpha)));
        let report = run(data.path(), Some(Layout::Ct)).unwrap();
        assert_eq!(report.spectrum.along, SpectrumAlong::Time);
        assert!(report.along.is_empty());
        assert_law(law(&report.spectrum), alpha, 0.03);
        // The same items in one file: an interval over items.
        let items: Vec<_> = (0..25).map(|seed| item(seed, alpha)).collect();
        let views: Vec<_> = items.iter().map(|i| i.view()).collect();
        let one = folder([ndarray::stack(Axis(0), &views).unwrap()]);
        let of_one = run(one.path(), Some(Layout::Nct)).unwrap();
        let (a, b) = (law(&report.spectrum), law(&of_one.spectrum));
        assert_eq!((a.interval, a.n), (LatentInterval::Files, 25));
        assert_eq!((b.interval, b.n), (LatentInterval::Items, 25));
        assert_near("alpha", a.alpha, b.alpha, 1e-10);
        assert_near("standard error", a.std_error, b.std_error, 1e-8);
        assert_near("std", report.pooled.std, of_one.pooled.std, 1e-12);
        let (a, b) = (covariance(&report), covariance(&of_one));
        for (a, b) in a.eigenvalues.iter().zip(&b.eigenvalues) {
            assert_near("eigenvalue", *a, *b, 1e-12);
        }
    }
}

/// White noise filtered to f^-alpha, by the definition; not scaled to its own
/// variance, which would tie its low frequencies.
fn filtered(seed: u64, n: usize, alpha: f64) -> Vec<f64> {
    let gain = |k: usize| (k.min(n - k) as f64 / n as f64).powf(-alpha / 2.0);
    let response = |i: usize| {
        let turn = TAU * i as f64 / n as f64;
        let terms = (1..n).map(|k| gain(k) * (turn * k as f64).cos());
        terms.sum::<f64>() / n as f64
    };
    let response: Vec<f64> = (0..n).map(response).collect();
    let noise = gauss(seed, n);
    let value = |i: usize| -> f64 {
        let terms = noise.iter().enumerate();
        terms.map(|(j, x)| x * response[(i + n - j) % n]).sum()
    };
    (0..n).map(value).collect()
}

/// Rows are coloured, and independent of each other.
#[test]
fn lines_along_rows_and_columns_have_their_own_exponents() {
    let plane = |seed: u64| {
        let rows = (0..48).flat_map(|y| filtered(derived_seed(seed, y), 64, 1.5));
        Array3::from_shape_vec((1, 48, 64), rows.collect()).unwrap()
    };
    let data = folder((0..20).map(plane));
    let report = run(data.path(), None).unwrap();
    let along: Vec<SpectrumAlong> = report.along.iter().map(|s| s.along).collect();
    assert_eq!(along, [SpectrumAlong::Columns, SpectrumAlong::Rows]);
    assert_law(law(&report.along[0]), 1.5, 0.02);
    assert_law(law(&report.along[1]), 0.0, 0.05);
    assert_eq!(report.along[0].frequency.len(), 31);
    assert_eq!(report.along[1].frequency.len(), 23);
    assert_note(&report, "one channel");
}

/// The mean spectrum is that of the representation `array`.
#[test]
fn spectra_are_those_of_analyze() {
    let data = folder((0..5).map(|seed| noise(seed, &[3, 5, 24, 40])));
    let report = run(data.path(), None).unwrap();
    let files = (0..5).map(|i| data.path().join(format!("{i:04}.npy")));
    let analysis = AnalysisConfig {
        inputs: files.collect(),
        ..AnalysisConfig::default()
    };
    let analysis = analyze(&analysis, &Silent).unwrap();
    let mut rows = analysis.results.iter();
    let row = rows
        .find(|row| row.representation == Representation::Array)
        .unwrap();
    assert_eq!(row.spectrum.frequency[..], report.spectrum.frequency);
    let pairs = row.spectrum.mean_log_power.iter();
    for (a, b) in pairs.zip(&report.spectrum.mean_log_power) {
        assert_near("ln P", *a, *b, 1e-12);
    }
    assert_near("scale", row.scale.unwrap(), report.pooled.std, 1e-12);
}

/// Channels that differ in scale and share a source, in an order that says
/// nothing.
fn exchangeable(seed: u64) -> Array2<f64> {
    let (n_channels, n) = (12, 48);
    let gains = gauss(derived_seed(seed, 0), n_channels);
    let scales = gauss(derived_seed(seed, 1), n_channels);
    let shared = gauss(derived_seed(seed, 2), n);
    let own = gauss(derived_seed(seed, 3), n_channels * n);
    Array2::from_shape_fn((n_channels, n), |(c, i)| {
        gains[c] * shared[i] + scales[c].exp() * own[c * n + i]
    })
}

#[test]
fn orders_that_say_nothing_are_rarely_shown() {
    let (mut n_shown, n_runs) = (0, 400);
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("latent.npy");
    for seed in 0..n_runs {
        write_npy(&path, &exchangeable(seed)).unwrap();
        let report = run(&path, Some(Layout::Ct)).unwrap();
        let order = report.channel_order.as_ref().unwrap();
        let shown = order.verdict == OrderVerdict::Shown;
        assert_eq!(shown, order.p_value <= 0.05);
        n_shown += usize::from(shown);
        assert_note(&report, if shown { "is shown" } else { "not shown" });
        assert_note(&report, "channel order is arbitrary");
    }
    // Binomial with mean 20, deviation 4.4.
    assert!((7..=33).contains(&n_shown), "{n_shown} of {n_runs}");
}

/// Channel c is the sum of the first c steps: a random walk over channels.
fn walk(seed: u64, order: &[usize]) -> Array2<f64> {
    let steps = noise(seed, &[order.len(), 60]);
    let mut sum = steps.into_dimensionality().unwrap();
    let rows: &mut Array2<f64> = &mut sum;
    for c in 1..order.len() {
        let before = rows.row(c - 1).to_owned();
        let mut row = rows.row_mut(c);
        row += &before;
    }
    rows.select(Axis(0), order)
}

#[test]
fn orders_by_construction_are_shown_until_they_are_shuffled() {
    let given: Vec<usize> = (0..24).collect();
    let mut n_shuffled_shown = 0;
    for seed in 0..20 {
        let data = folder([walk(seed, &given)]);
        let report = run(data.path(), Some(Layout::Ct)).unwrap();
        let order = report.channel_order.unwrap();
        assert_eq!(order.verdict, OrderVerdict::Shown, "{}", order.p_value);
        assert!(order.alpha > order.null_quantiles[2]);
        assert_eq!(order.frequency.len(), 12);
        let data = folder([walk(seed, &permutation(24, 100 + seed))]);
        let report = run(data.path(), Some(Layout::Ct)).unwrap();
        let order = report.channel_order.unwrap();
        n_shuffled_shown += usize::from(order.verdict == OrderVerdict::Shown);
    }
    // Binomial with mean 1: more than 5 is one in 3000.
    assert!(n_shuffled_shown <= 5, "{n_shuffled_shown}");
}

#[test]
fn threads_change_nothing() {
    let data = folder((0..19).map(|seed| noise(seed, &[2, 8, 12, 10])));
    let report = |n: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build();
        let report = pool.unwrap().install(|| run(data.path(), None)).unwrap();
        serde_json::to_string(&report).unwrap()
    };
    let one = report(1);
    assert_eq!(one, report(2));
    assert_eq!(one, report(5));
}

#[test]
fn folders_are_searched_and_sorted() {
    let data = TempDir::new().unwrap();
    fs::create_dir_all(data.path().join("b/deep")).unwrap();
    let path = |name: &str| data.path().join(name);
    write_npy(path("b/deep/x.npy"), &noise(1, &[4, 16, 16])).unwrap();
    write_npy(path("c.npy"), &noise(2, &[4, 16, 16])).unwrap();
    let mut npz = NpzWriter::new(File::create(path("a.npz")).unwrap());
    npz.add_array("one", &noise(3, &[4, 16, 16])).unwrap();
    npz.add_array("two", &noise(4, &[2, 4, 16, 16])).unwrap();
    npz.finish().unwrap();
    fs::write(path("notes.txt"), "text").unwrap();
    fs::write(path("b/cover.png"), "text").unwrap();
    let report = run(data.path(), None).unwrap();
    let names: Vec<&str> = report.inputs.iter().map(|row| row.path.as_str()).collect();
    assert_eq!(names, ["a.npz", "b/deep/x.npy", "c.npy"]);
    assert_eq!((report.n_items, report.spectrum.n_files), (5, 3));
    assert_eq!(report.layouts, [Layout::Chw, Layout::Nchw]);
    assert_eq!((report.ignored["txt"], report.ignored["png"]), (1, 1));
    assert_note(
        &report,
        "read as chw, [channel, row, column], by the number of dimensions",
    );
    assert_note(&report, "--layout nct");
    assert_note(&report, "2 files in folders are no arrays");
    // Too few orders of four channels.
    assert!(report.channel_order.is_none());
    assert_note(&report, "with 4 channels");
}

#[test]
fn bad_files_are_rows_with_reasons() {
    let data = TempDir::new().unwrap();
    let path = |name: &str| data.path().join(name);
    for i in 0..3 {
        write_npy(path(&format!("a{i}.npy")), &noise(i, &[6, 16, 16])).unwrap();
    }
    let mut nan = noise(7, &[6, 16, 16]);
    nan[[2, 3, 4]] = f64::NAN;
    write_npy(path("nan.npy"), &nan).unwrap();
    write_npy(path("channels.npy"), &noise(8, &[5, 16, 16])).unwrap();
    write_npy(path("small.npy"), &noise(9, &[6, 8, 8])).unwrap();
    write_npy(path("large.npy"), &(noise(10, &[6, 16, 16]) * 1e200)).unwrap();
    write_npy(path("constant.npy"), &Array3::from_elem((6, 16, 16), 2.5)).unwrap();
    write_npy(path("line.npy"), &noise(11, &[96])).unwrap();
    write_npy(path("time.npy"), &noise(12, &[5000, 2, 2])).unwrap();
    fs::write(path("empty.npy"), "").unwrap();
    let mut npz = NpzWriter::new(File::create(path("mixed.npz")).unwrap());
    npz.add_array("one", &noise(3, &[6, 16, 16])).unwrap();
    npz.add_array("two", &noise(4, &[7, 16, 16])).unwrap();
    npz.finish().unwrap();
    let report = run(data.path(), None).unwrap();
    let expected = [
        ("a0.npy", Status::Ok, ""),
        ("a1.npy", Status::Ok, ""),
        ("a2.npy", Status::Ok, ""),
        (
            "channels.npy",
            Status::Skipped,
            "5 channels, but the first array has 6",
        ),
        (
            "constant.npy",
            Status::Partial,
            "spectra without 1 of 1 items",
        ),
        ("empty.npy", Status::Skipped, "empty"),
        ("large.npy", Status::Skipped, "too large"),
        ("line.npy", Status::Skipped, "--layout"),
        (
            "mixed.npz",
            Status::Skipped,
            "one [6, 16, 16], two [7, 16, 16] (--key takes one)",
        ),
        (
            "nan.npy",
            Status::Skipped,
            "1 of 1536 values are not finite, the first at [2, 3, 4]",
        ),
        ("small.npy", Status::Partial, "not 16 x 16"),
        ("time.npy", Status::Skipped, "5000 channels"),
    ];
    assert_eq!(report.inputs.len(), expected.len());
    for (row, (name, status, reason)) in report.inputs.iter().zip(expected) {
        assert_eq!((row.path.as_str(), row.outcome.status), (name, status));
        let found = row.outcome.reason.as_deref().unwrap_or("");
        assert!(found.contains(reason), "{name}: {found}");
        assert_eq!(found.is_empty(), reason.is_empty());
    }
    assert_eq!((report.n_items, report.spectrum.n_items), (5, 3));
    assert_eq!(report.n_positions, 4 * 256 + 64);
    assert_note(&report, "1 items, constant in every channel");
}

/// Means of 0, 10, ..., 70 over unit noise: 525 of 526 parts of the variance.
#[test]
fn means_of_channels_that_carry_the_variance_are_said() {
    let mut values = noise(3, &[8, 32, 32]);
    let report = run(folder([values.clone()]).path(), None).unwrap();
    assert!(report.pooled.channel_mean_share < 0.01);
    assert!(!report.notes.iter().any(|n| n.contains("means")));
    let summary = latents_summary(&report);
    let eigenvalues = &covariance(&report).eigenvalues;
    // Within the edges (1 +- sqrt(8 / 1024))^2 of Marchenko & Pastur, nearly.
    assert!(eigenvalues[7] > 0.8 && eigenvalues[0] < 1.2);
    let ends = format!(
        "after scaling {:.5} to {:.4};",
        eigenvalues[7], eigenvalues[0]
    );
    assert!(summary[3].contains(&ends), "{summary:?} lacks {ends}");
    assert!(
        summary[3].contains("below that of unit noise, 1 ("),
        "{summary:?}"
    );
    for (c, mut channel) in values.outer_iter_mut().enumerate() {
        channel += 10.0 * c as f64;
    }
    let report = run(folder([values]).path(), None).unwrap();
    assert_near(
        "factor",
        report.pooled.scale_factor,
        526_f64.sqrt().recip(),
        1e-4,
    );
    let share = report.pooled.channel_mean_share;
    assert_near("share", share, 525.0 / 526.0, 1e-4);
    assert_eq!(covariance(&report).n_under_noise, 8);
    assert_note(&report, "scale per channel, or subtract the means");
    assert_note(&report, "carry 99.8 % of the pooled variance");
}

#[test]
fn what_cannot_be_measured_is_said() {
    let nothing = |input: &Path| match run(input, None) {
        Err(Error::NothingUsable { looked_for, found }) => format!("{looked_for}; {found}"),
        other => panic!("{other:?}"),
    };
    let empty = TempDir::new().unwrap();
    let message = nothing(empty.path());
    assert!(message.contains("no files at all"), "{message}");
    fs::write(empty.path().join("a.wav"), "").unwrap();
    assert!(nothing(empty.path()).contains("1 ignored with extension \"wav\""));
    assert!(nothing(&empty.path().join("missing")).contains("not found"));
    let constant = folder([Array3::from_elem((4, 8, 8), 0.1)]);
    assert!(nothing(constant.path()).contains("all values are 0.1"));

    // Some constant channels.
    let mut values = noise(1, &[8, 16, 16]);
    for c in [2, 5] {
        values.index_axis_mut(Axis(0), c).fill(-1.5);
    }
    let report = run(folder([values]).path(), None).unwrap();
    assert_note(
        &report,
        "constant channels, of no scale and no spectrum: 2, 5",
    );
    let row = &report.channels[5];
    assert!(row.is_constant);
    assert_eq!((row.std, row.scale_factor, row.alpha), (0.0, None, None));
    assert_eq!(covariance(&report).eigenvalues[6..], [0.0, 0.0]);
    assert_eq!(law(&report.spectrum).interval, LatentInterval::Fisher);

    // One channel, one position, too few frequencies.
    let report = run(folder([noise(1, &[16, 16])]).path(), None).unwrap();
    assert!(report.covariance.is_none() && report.channel_order.is_none());
    assert_note(&report, "one channel: no covariance");
    assert_note(&report, "--layout ct for [channel, time]");
    let vectors = folder([noise(1, &[500, 8, 1])]);
    let report = run(vectors.path(), Some(Layout::Nct)).unwrap();
    assert_eq!(report.n_positions, 500);
    assert!(report.spectrum.law.is_none());
    assert_note(&report, "no exponent");
    assert!(covariance(&report).effective_rank > 7.8);
    let report = run(folder([noise(1, &[8, 1, 1])]).path(), None).unwrap();
    assert!(report.covariance.is_none());
    assert_note(&report, "one value per channel");
    let report = run(folder([noise(1, &[64, 3, 3])]).path(), None).unwrap();
    assert_note(&report, "9 values for 64 channels");
    assert_note(
        &report,
        "no exponent: too few frequencies in the fit range: 1 of 1 frequencies lie in it, 3 are \
         needed; larger arrays have more",
    );
    assert!(covariance(&report).effective_rank <= 8.0);
}

#[test]
fn settings_out_of_range_are_refused() {
    let data = folder([noise(1, &[4, 8, 8])]);
    for n_permutations in [0, 38, 100_000] {
        let settings = LatentSettings {
            n_permutations,
            ..LatentSettings::default()
        };
        let refused = latents(&config(data.path(), None), &settings, &Silent);
        assert!(matches!(refused, Err(Error::InvalidArgument { .. })));
    }
    let no_input = latents(
        &AnalysisConfig::default(),
        &LatentSettings::default(),
        &Silent,
    );
    assert!(matches!(no_input, Err(Error::InvalidArgument { .. })));
    // The seed decides the orders alone.
    let data = folder([exchangeable(1)]);
    let with_seed = |seed: u64| {
        let settings = LatentSettings {
            seed,
            ..LatentSettings::default()
        };
        latents(&config(data.path(), Some(Layout::Ct)), &settings, &Silent).unwrap()
    };
    let (a, b) = (with_seed(1), with_seed(2));
    let (first, second) = (a.channel_order.unwrap(), b.channel_order.unwrap());
    assert!(first.null_quantiles != second.null_quantiles);
    assert_eq!(first.alpha, second.alpha);
    assert_eq!(a.channels, b.channels);
}

#[cfg(feature = "cli")]
mod cli {
    use super::*;
    use crate::support::pixels;
    use crate::support::svg::Drawing;
    use assert_cmd::Command;
    use predicates::prelude::*;
    use serde_json::Value;

    fn command(input: &Path, out: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("cepstrum").unwrap();
        command
            .arg("latents")
            .arg(input)
            .args(arguments)
            .arg("-o")
            .arg(out);
        command
    }

    fn data() -> TempDir {
        folder((0..6).map(|seed| {
            let fields = (0..8).map(|c| coloured_field(derived_seed(seed, c), 32, 32, 1.0));
            let scaled = fields.enumerate().map(|(c, f)| f * (c + 1) as f64 + 0.5);
            let scaled: Vec<Array2<f64>> = scaled.collect();
            let views: Vec<_> = scaled.iter().map(|f| f.view()).collect();
            ndarray::stack(Axis(0), &views).unwrap()
        }))
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn files_tables_and_figures() {
        let (data, out) = (data(), TempDir::new().unwrap());
        let out = out.path().join("out");
        let output = command(data.path(), &out, &[]).assert().success();
        let output = output.get_output().clone();
        assert_eq!(names(&out), ["figures", "latents.csv", "latents.json"]);
        let json: Value =
            serde_json::from_slice(&fs::read(out.join("latents.json")).unwrap()).unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let factor = json["pooled"]["scale_factor"].as_f64().unwrap();
        // Mean square of 1..8.
        assert_near("factor", factor, 1.0 / 25.5_f64.sqrt(), 1e-12);
        assert!(
            text.contains(&format!("scale factor {factor:.5}")),
            "{text}"
        );
        assert!(text.contains("alpha along radius"), "{text}");
        assert!(text.contains("note: channel order is arbitrary"), "{text}");
        let csv = fs::read_to_string(out.join("latents.csv")).unwrap();
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!(
            lines[0],
            "channel,mean,std,scale_factor,min,max,constant,alpha"
        );
        assert_eq!(lines.len(), 9);
        for (c, line) in lines[1..].iter().enumerate() {
            let cells: Vec<&str> = line.split(',').collect();
            let number = |i: usize| cells[i].parse::<f64>().unwrap();
            assert_near("mean", number(1), 0.5, 1e-12);
            assert_near("std", number(2), (c + 1) as f64, 1e-12);
            assert_near("alpha", number(7), 1.0, 0.2);
        }
        check_figures(&out.join("figures"));
    }

    fn check_figures(folder: &Path) {
        let wanted = [
            ("latent_channels", "channel"),
            ("latent_eigenvalues", "unit noise"),
            ("latent_spectrum", "each channel"),
        ];
        let files = wanted.map(|(name, _)| [format!("{name}.png"), format!("{name}.svg")]);
        assert_eq!(names(folder), files.concat());
        for (name, text) in wanted {
            let svg = fs::read_to_string(folder.join(format!("{name}.svg"))).unwrap();
            let drawing = Drawing::parse(&svg);
            drawing.check_texts(name);
            let texts = drawing.texts().join("\n");
            assert!(texts.contains(text), "{name} lacks {text}: {texts}");
            let (_, rgb) = pixels::decode(&fs::read(folder.join(format!("{name}.png"))).unwrap());
            let drawn = rgb.iter().filter(|&&pixel| pixel != rgb[0]).count();
            assert!(drawn > rgb.len() / 200, "{name} is blank");
        }
    }

    #[test]
    fn json_on_standard_output_is_the_file() {
        let (data, out) = (data(), TempDir::new().unwrap());
        let run = |threads: &str| {
            let arguments = [
                "--format",
                "json",
                "--figures",
                "none",
                "--threads",
                threads,
            ];
            let assert = command(data.path(), out.path(), &arguments)
                .assert()
                .success();
            assert.get_output().stdout.clone()
        };
        let json = run("1");
        assert_eq!(json, fs::read(out.path().join("latents.json")).unwrap());
        assert_eq!(json, run("2"));
        assert_eq!(json, run("5"));
        assert_eq!(names(out.path()), ["latents.csv", "latents.json"]);
        let report: LatentReport = serde_json::from_slice(&json).unwrap();
        assert_eq!(report.channels.len(), 8);
    }

    #[test]
    fn exit_codes_say_what_happened() {
        let (data, out) = (data(), TempDir::new().unwrap());
        let run = |input: PathBuf, arguments: &[&str]| {
            command(
                &input,
                out.path(),
                &[&["--figures", "none"], arguments].concat(),
            )
            .assert()
        };
        let input = || data.path().to_path_buf();
        run(input(), &[]).success();
        // Other settings do not replace the report unasked.
        run(input(), &["--seed", "3"])
            .code(1)
            .stderr(predicate::str::contains("--force"));
        run(input(), &["--seed", "3", "--force"]).success();
        run(input(), &["--permutations", "3"])
            .code(2)
            .stderr(predicate::str::contains("--permutations is 3"));
        run(input(), &["--layout", "wh"]).code(2);
        run(data.path().join("missing.npy"), &["--force"])
            .code(1)
            .stderr(predicate::str::contains("not found"));
        write_npy(
            data.path().join("z.npy"),
            &Array4::<f64>::zeros((1, 3, 4, 4)),
        )
        .unwrap();
        run(input(), &["--force"])
            .code(3)
            .stderr(predicate::str::contains("z.npy: 3 channels"));
    }
}
