//! Differences between selections of reports, on arrays whose law is known and
//! on recordings.

use crate::support::{assert_near, fixture, shared};
use cepstrum::Error;
use cepstrum::analysis::{
    AnalysisConfig, Closer, Comparison, DISTANCE_POINTS, DifferenceInterval, Estimate, InputRow,
    Pairing, Report, Representation, Selection, Silent, Statistic, StatisticRow, Uncertainty,
    Verdict, analyze, common_representations, comparison,
};
use cepstrum::compare::{FitRange, OctaveBand, difference, digamma, jackknife, octave_bands};
use cepstrum::output::comparison_answer;
use cepstrum::synth::{coloured_field, derived_seed, gauss};
use ndarray_npy::write_npy;
use std::f64::consts::LN_10;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// Writes fields with these exponents as one class.
fn write_class(root: &Path, class: &str, side: usize, seed: u64, alphas: &[f64]) {
    let folder = root.join(class);
    fs::create_dir_all(&folder).unwrap();
    for (i, &alpha) in alphas.iter().enumerate() {
        let field = coloured_field(seed + i as u64, side, side, alpha);
        write_npy(folder.join(format!("{i:03}.npy")), &field).unwrap();
    }
}

/// The report of all arrays in a folder, with the spectra of `examples` files.
fn report(root: &Path, examples: usize) -> Report {
    let names: Vec<_> = fs::read_dir(root)
        .unwrap()
        .flat_map(|class| fs::read_dir(class.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .collect();
    let mut config = AnalysisConfig {
        inputs: names,
        examples,
        ..AnalysisConfig::default()
    };
    config.inputs.sort();
    analyze(&config, &Silent).unwrap()
}

fn array<'a>(report: &'a Report, class: &str) -> Selection<'a> {
    Selection::new(report, class, Representation::Array, class).unwrap()
}

#[track_caller]
fn row(comparison: &Comparison, statistic: Statistic) -> &StatisticRow {
    comparison.row(statistic).expect("every statistic")
}

#[track_caller]
fn interval(comparison: &Comparison, statistic: Statistic) -> DifferenceInterval {
    row(comparison, statistic).interval.expect("an interval")
}

fn holds(ci: [f64; 2], value: f64) -> bool {
    ci[0] <= value && value <= ci[1]
}

/// The same report with power laws of these exponents as the mean spectra of
/// its classes.
fn with_laws(report: &Report, laws: &[(&str, f64)]) -> Report {
    let mut report = report.clone();
    for (class, alpha) in laws {
        let result = report.results.iter_mut().find(|r| r.class == *class);
        let spectrum = &mut result.unwrap().spectrum;
        for (k, f) in spectrum.frequency.iter().enumerate() {
            let nu = f64::from(spectrum.dof[k]) / 2.0;
            spectrum.mean_log_power[k] = 7.0 - alpha * f.ln() + digamma(nu) - nu.ln();
        }
    }
    report
}

/// The same report with the result of a class as its photos.
fn with_photos(report: &Report, class: &str) -> Report {
    let mut report = report.clone();
    let result = report.results.iter().find(|r| r.class == class).unwrap();
    let mut photos = result.clone();
    photos.representation = Representation::Photo;
    photos.class = "all".to_string();
    report.results.push(photos);
    report
}

#[test]
fn sets_of_known_exponents() {
    let folder = TempDir::new().unwrap();
    write_class(folder.path(), "steep", 64, 100, &[2.4; 12]);
    write_class(folder.path(), "flat", 64, 200, &[2.0; 12]);
    let report = report(folder.path(), 24);
    let (flat, steep) = (array(&report, "flat"), array(&report, "steep"));
    let found = comparison(&flat, &steep).unwrap();
    let alpha = row(&found, Statistic::Alpha);
    let of_alpha = interval(&found, Statistic::Alpha);
    assert!(holds(of_alpha.ci, -0.4), "{alpha:?}");
    assert_eq!(of_alpha.verdict, Verdict::BLarger);
    assert_eq!(of_alpha.pairing, Pairing::Independent);
    assert_eq!(of_alpha.uncertainty, Uncertainty::Files);
    assert!(holds(alpha.a.unwrap().ci.unwrap(), 2.0));
    assert!(holds(alpha.b.unwrap().ci.unwrap(), 2.4));
    assert_near(
        "difference of values",
        alpha.a.unwrap().value - alpha.b.unwrap().value,
        alpha.difference.unwrap(),
        1e-12,
    );
    let curvature = interval(&found, Statistic::Curvature);
    assert!(holds(curvature.ci, 0.0), "{curvature:?}");
    assert_eq!(
        interval(&found, Statistic::AlphaPost).verdict,
        Verdict::BLarger
    );
    for statistic in [
        Statistic::RSquared,
        Statistic::Monotonicity,
        Statistic::Scale,
    ] {
        let row = row(&found, statistic);
        assert!(
            row.difference.is_some() && row.interval.is_none(),
            "{row:?}"
        );
    }
    // The photos' exponents lie beyond both, nearer to the steep set.
    assert_eq!(found.closer, Closer::B);
    assert_eq!(found.closer_by_alpha, Closer::B);
    assert_eq!(comparison(&steep, &flat).unwrap().closer, Closer::A);
    let distance = interval(&found, Statistic::PhotoDistance);
    assert_eq!(distance.uncertainty, Uncertainty::Files);
    assert_eq!(distance.verdict, Verdict::BCloser);
}

/// Two halves of one population: a difference is shown as rarely as 95 %
/// intervals promise.
#[test]
fn halves_of_one_population_are_not_told_apart() {
    const REPEATS: usize = 100;
    let folder = TempDir::new().unwrap();
    let mut shown = [0; 3];
    for repeat in 0..REPEATS as u64 {
        let root = folder.path().join(repeat.to_string());
        let z = gauss(1000 + repeat, 16);
        let alphas: Vec<f64> = z.iter().map(|z| 2.2 + 0.2 * z).collect();
        let seed = 50_000 + 100 * repeat;
        write_class(&root, "one", 32, seed, &alphas[..8]);
        write_class(&root, "two", 32, seed + 50, &alphas[8..]);
        let report = report(&root, 16);
        let found = comparison(&array(&report, "one"), &array(&report, "two")).unwrap();
        let alpha = interval(&found, Statistic::Alpha).verdict;
        shown[0] += usize::from(alpha != Verdict::NotShown);
        shown[1] += usize::from(found.closer_by_alpha != Closer::NotShown);
        shown[2] += usize::from(found.closer != Closer::NotShown);
    }
    println!("shown of {REPEATS}: alpha, gap, distance {shown:?}");
    // 3.3 standard errors of a binomial share of 5 %.
    assert!(shown.iter().all(|n| *n <= 12), "{shown:?}");
}

/// Sets of one population, however unlike their sizes: files deviate along two
/// smooth curves and a rough one, as recordings do.
#[test]
fn unlike_sets_of_one_population_are_not_told_apart() {
    const SPLITS: u64 = 300;
    for (few, many) in [(2, 65), (3, 65), (5, 65), (6, 6), (16, 16)] {
        let folder = TempDir::new().unwrap();
        write_class(folder.path(), "few", 16, 0, &vec![2.0; few]);
        write_class(folder.path(), "many", 16, 100, &vec![2.0; many]);
        let mut report = report(folder.path(), few + many);
        let mut shown = [0; 3];
        for split in 0..SPLITS {
            draw_files(&mut report, derived_seed(few as u64, split));
            let found = comparison(&array(&report, "few"), &array(&report, "many")).unwrap();
            let distance = interval(&found, Statistic::PhotoDistance);
            assert_eq!(distance.uncertainty, Uncertainty::Files);
            let alpha = interval(&found, Statistic::Alpha).verdict;
            shown[0] += usize::from(alpha != Verdict::NotShown);
            shown[1] += usize::from(found.closer_by_alpha != Closer::NotShown);
            shown[2] += usize::from(found.closer != Closer::NotShown);
            let noted = found.notes.iter().any(|n| n.contains("with fewer than 5"));
            assert_eq!(noted, few < 5, "{:?}", found.notes);
        }
        println!("{few} against {many}, shown of {SPLITS}: alpha, gap, distance {shown:?}");
        // 7 %; the standard error of a share of 5 % is 1.3 %.
        assert!(shown.iter().all(|n| *n <= 21), "{few}, {many}: {shown:?}");
    }
}

/// Replaces the files of a report by others of one population.
fn draw_files(report: &mut Report, seed: u64) {
    let n_bins = report.results[0].spectrum.frequency.len();
    let ln_f: Vec<f64> = report.results[0]
        .spectrum
        .frequency
        .iter()
        .map(|f| f.ln())
        .collect();
    let spectrum = &report.results[0].spectrum;
    let bands = octave_bands(&spectrum.frequency, spectrum.unit, 48);
    let mut rows: Vec<InputRow> = report.inputs.iter().collect();
    for (i, example) in report.examples.iter_mut().enumerate() {
        let z = gauss(derived_seed(seed, i as u64), n_bins + 2);
        let (alpha, bend) = (2.0 + 0.3 * z[0], 0.4 * z[1]);
        for (k, slot) in example.mean_log_power.iter_mut().enumerate() {
            *slot = -alpha * ln_f[k] + bend * (3.0 * ln_f[k]).sin() + 0.2 * z[k + 2];
        }
        let of_example =
            |row: &&mut InputRow| row.path == example.path && row.class == example.class;
        let row = rows.iter_mut().find(of_example).unwrap();
        let law = row.debiased.get_mut(&Representation::Array);
        law.unwrap().alpha = alpha;
        let of_band = |band: &OctaveBand| {
            let own = &example.mean_log_power[band.bins.clone()];
            (own.iter().sum::<f64>() / own.len() as f64) as f32
        };
        let in_bands = bands.iter().map(of_band).collect();
        row.band_log_power.insert(Representation::Array, in_bands);
    }
    report.inputs = rows.iter().collect();
    for result in &mut report.results {
        let class = result.class.clone();
        let files = report.examples.iter().filter(|e| e.class == class);
        let spectra: Vec<&Vec<f64>> = files.map(|e| &e.mean_log_power).collect();
        for k in 0..if class == "all" { 0 } else { n_bins } {
            let sum: f64 = spectra.iter().map(|s| s[k]).sum();
            result.spectrum.mean_log_power[k] = sum / spectra.len() as f64;
        }
    }
}

/// Power laws: the distance is the difference of exponents times the deviation
/// of ln f over the band.
#[test]
fn distance_between_power_laws() {
    let folder = TempDir::new().unwrap();
    for (i, class) in ["a", "b", "photos"].into_iter().enumerate() {
        write_class(folder.path(), class, 32, 10 * i as u64, &[2.0; 2]);
    }
    let laws = [("a", 1.7), ("b", 2.6), ("photos", 2.1)];
    let report = with_photos(&with_laws(&report(folder.path(), 0), &laws), "photos");
    let found = comparison(&array(&report, "a"), &array(&report, "b")).unwrap();
    let n = DISTANCE_POINTS as f64;
    let (low, high) = (1.0 / 32.0_f64, 15.0 / 32.0_f64);
    let deviation = (high / low).ln() * ((n + 1.0) / (12.0 * (n - 1.0))).sqrt();
    let row = row(&found, Statistic::PhotoDistance);
    for (of, apart) in [(row.a, 0.4), (row.b, 0.5)] {
        let expected = apart * deviation * 10.0 / LN_10;
        assert_near("distance", of.unwrap().value, expected, 1e-9);
    }
    assert_eq!(found.photos.source, "photos of the report of a");
    let spectra = found.spectra.unwrap();
    assert_near("lowest", spectra.frequency[0], low, 1e-12);
    assert_near(
        "highest",
        spectra.frequency[DISTANCE_POINTS - 1],
        high,
        1e-12,
    );
    assert_near("level", spectra.a.iter().sum::<f64>() / n, 0.0, 1e-12);
}

#[test]
fn intervals_cover() {
    const REPEATS: usize = 100;
    const FILES: usize = 6;
    let folder = TempDir::new().unwrap();
    let (flat, steep, deviation) = (1.4, 1.9, 0.15);
    let mut reports = Vec::new();
    for repeat in 0..REPEATS as u64 {
        let root = folder.path().join(repeat.to_string());
        let z = gauss(repeat, 2 * FILES);
        let around = |centre: f64, z: &[f64]| -> Vec<f64> {
            z.iter().map(|z| centre + deviation * z).collect()
        };
        let seed = 10_000 + 100 * repeat;
        write_class(&root, "flat", 32, seed, &around(flat, &z[..FILES]));
        write_class(&root, "steep", 32, seed + 50, &around(steep, &z[FILES..]));
        reports.push(report(&root, 2 * FILES));
    }
    // The population: all repeats together.
    let mut population = reports[0].clone();
    for (i, result) in population.results.iter_mut().enumerate() {
        for k in 0..result.spectrum.frequency.len() {
            let of = |r: &Report| r.results[i].spectrum.mean_log_power[k];
            result.spectrum.mean_log_power[k] =
                reports.iter().map(of).sum::<f64>() / REPEATS as f64;
        }
    }
    let truth = comparison(&array(&population, "flat"), &array(&population, "steep")).unwrap();
    let truth = row(&truth, Statistic::PhotoDistance).difference.unwrap();
    let mut covered = [0; 3];
    for report in &reports {
        let found = comparison(&array(report, "flat"), &array(report, "steep")).unwrap();
        for (count, (statistic, truth)) in covered.iter_mut().zip([
            (Statistic::Alpha, flat - steep),
            (Statistic::PhotoAlphaGap, steep - flat),
            (Statistic::PhotoDistance, truth),
        ]) {
            *count += usize::from(holds(interval(&found, statistic).ci, truth));
        }
    }
    println!("covered of {REPEATS}: alpha, gap, distance {covered:?}");
    // 3.3 standard errors of a binomial share of 95 %.
    assert!(covered.iter().all(|n| *n >= 88), "{covered:?}");
    // Intervals that always held the truth would be too wide.
    assert!(covered.iter().any(|n| *n < REPEATS), "{covered:?}");
}

/// Two fits to the same files differ by less than the files do.
#[test]
fn the_same_files_are_paired() {
    let folder = TempDir::new().unwrap();
    let alphas: Vec<f64> = gauss(5, 10).iter().map(|z| 2.0 + 0.4 * z).collect();
    write_class(folder.path(), "fields", 48, 500, &alphas);
    let a = report(folder.path(), 10);
    let mut config = a.config.clone();
    config.fit = FitRange {
        f_min: None,
        f_max: Some(0.3),
    };
    let b = analyze(&config, &Silent).unwrap();
    let found = comparison(&array(&a, "all"), &array(&b, "all")).unwrap();
    let paired = interval(&found, Statistic::Alpha);
    assert_eq!(paired.pairing, Pairing::Paired);
    let alpha = |report: &Report| {
        let laws = report
            .inputs
            .iter()
            .map(|row| *row.debiased.get(&Representation::Array).unwrap());
        let values: Vec<f64> = laws.map(|law| law.alpha).collect();
        jackknife(&values, &[1; 10]).unwrap().unwrap()
    };
    let unpaired = difference(&alpha(&a), &alpha(&b));
    assert_near(
        "difference",
        row(&found, Statistic::Alpha).difference.unwrap(),
        unpaired.difference,
        1e-12,
    );
    assert!(
        paired.std_error < 0.5 * unpaired.std_error,
        "{} and {}",
        paired.std_error,
        unpaired.std_error
    );
    assert!(
        found
            .notes
            .iter()
            .any(|n| n.starts_with("fit range differs"))
    );
    // One spectrum on both sides: no difference, and no doubt about it.
    let distance = interval(&found, Statistic::PhotoDistance);
    assert_eq!((distance.ci, distance.pairing), ([0.0; 2], Pairing::Paired));
}

/// As reports were before they kept bands of files.
fn without_bands(report: Report) -> Report {
    with_bands_of(report, 0)
}

/// As if only the first `n` files had been among those that bands are kept of.
fn with_bands_of(mut report: Report, n: usize) -> Report {
    let mut rows: Vec<InputRow> = report.inputs.iter().collect();
    for row in rows.iter_mut().skip(n) {
        row.band_log_power.clear();
    }
    report.inputs = rows.iter().collect();
    report
}

/// Bands of some of many files: about the interval that those of all give.
#[test]
fn bands_of_a_part_stand_for_all() {
    let folder = TempDir::new().unwrap();
    let alphas: Vec<f64> = gauss(79, 240).iter().map(|z| 2.0 + 0.3 * z).collect();
    write_class(folder.path(), "a", 32, 40, &alphas);
    let whole = report(folder.path(), 0);
    let estimate = |report: &Report| {
        let found = comparison(&array(report, "all"), &array(report, "all")).unwrap();
        row(&found, Statistic::PhotoDistance).a.unwrap()
    };
    let part = with_bands_of(whole.clone(), 120);
    let (of_whole, of_part) = (estimate(&whole), estimate(&part));
    assert_eq!(of_whole.value, of_part.value);
    let width = |estimate: Estimate| {
        let [low, high] = estimate.ci.unwrap();
        high - low
    };
    // The deviation of 120 files has a standard error of 6.5 %; without the root
    // of the share the ratio would be 1.41.
    let ratio = width(of_part) / width(of_whole);
    assert!((0.8..1.25).contains(&ratio), "{ratio}");
    // The same bands in a report of fewer files: those in both lie alike, but the
    // others of one side do not cancel.
    let mut fewer = whole.clone();
    fewer.inputs = whole.inputs.iter().take(120).collect();
    for result in &mut fewer.results {
        result.n_files = 120;
    }
    let pairing = |b: &Report| {
        let found = comparison(&array(&part, "all"), &array(b, "all")).unwrap();
        interval(&found, Statistic::PhotoDistance).pairing
    };
    assert_eq!(pairing(&part), Pairing::Paired);
    assert_ne!(pairing(&fewer), Pairing::Paired);
    let part = with_bands_of(part, 49);
    let of_few = comparison(&array(&part, "all"), &array(&part, "all")).unwrap();
    let note = |n: &String| n.contains("wider than need be");
    assert!(of_few.notes.iter().any(note), "{:?}", of_few.notes);
}

/// What is kept of each file is enough for the interval, whatever else is kept.
#[test]
fn bands_of_files_tell_the_interval_of_the_distance() {
    let folder = TempDir::new().unwrap();
    let alphas: Vec<f64> = gauss(78, 9).iter().map(|z| 2.0 + 0.3 * z).collect();
    write_class(folder.path(), "a", 64, 40, &alphas);
    let estimate = |report: &Report| {
        let found = comparison(&array(report, "all"), &array(report, "all")).unwrap();
        row(&found, Statistic::PhotoDistance).a.unwrap()
    };
    let (kept, none) = (report(folder.path(), 9), report(folder.path(), 0));
    assert_eq!(estimate(&kept), estimate(&none));
    let (bands, whole) = (estimate(&none), estimate(&without_bands(kept)));
    assert_eq!(bands.value, whole.value);
    let width = |estimate: Estimate| {
        let [low, high] = estimate.ci.unwrap();
        high - low
    };
    assert!(width(bands) > 0.5, "{bands:?}");
    assert_near("width", width(bands) / width(whole), 1.0, 0.05);
}

#[test]
fn where_the_interval_of_the_distance_comes_from() {
    let folder = TempDir::new().unwrap();
    let alphas: Vec<f64> = gauss(77, 12).iter().map(|z| 2.0 + 0.3 * z).collect();
    for (i, pair) in alphas.chunks(2).enumerate() {
        write_class(folder.path(), &format!("c{i}"), 32, 20 * i as u64, pair);
    }
    let of = |examples: usize, class: &str| {
        let report = without_bands(report(folder.path(), examples));
        let other = array(&report, "c5");
        let found = comparison(&array(&report, class), &other).unwrap();
        let row = row(&found, Statistic::PhotoDistance).clone();
        (row, found.notes)
    };
    let width = |row: &StatisticRow| {
        let [low, high] = row.a.unwrap().ci.unwrap();
        high - low
    };
    let (files, _) = of(12, "c0");
    let (spread, notes) = of(0, "c0");
    assert_eq!(files.interval.unwrap().uncertainty, Uncertainty::Files);
    assert_eq!(spread.interval.unwrap().uncertainty, Uncertainty::Spread);
    assert!(
        notes
            .iter()
            .any(|note| note.contains("bands neither of all files"))
    );
    assert_eq!(files.difference, spread.difference);
    // The worst case is never better than what was found.
    assert!(spread.interval.unwrap().std_error >= files.interval.unwrap().std_error);
    // Six classes, as files or as classes; c5 is one of them.
    let (files, _) = of(12, "all");
    let (classes, _) = of(0, "all");
    assert_eq!(files.interval.unwrap().pairing, Pairing::Overlapping);
    assert!(width(&files) > 0.0 && width(&classes) > 0.0);
    assert!(width(&files) != width(&classes));
}

/// Files that are classes of their own are files.
#[test]
fn a_class_per_file_is_a_jackknife_over_files() {
    let folder = TempDir::new().unwrap();
    for (i, z) in gauss(9, 6).iter().enumerate() {
        write_class(
            folder.path(),
            &format!("c{i}"),
            32,
            i as u64,
            &[2.0 + 0.2 * z],
        );
    }
    let found = [0, 6].map(|examples| {
        let report = without_bands(report(folder.path(), examples));
        let found = comparison(&array(&report, "all"), &array(&report, "all")).unwrap();
        row(&found, Statistic::PhotoDistance).a.unwrap()
    });
    let [by_class, by_example] = found.map(|estimate| estimate.ci.unwrap());
    assert_near("lower end", by_class[0], by_example[0], 1e-9);
    assert_near("upper end", by_class[1], by_example[1], 1e-9);
    // The jackknife itself, with the definition of the distance.
    assert!(by_class[0] < found[0].value && found[0].value < by_class[1]);
}

#[test]
fn exponents_on_both_sides_of_photos() {
    let folder = TempDir::new().unwrap();
    write_class(folder.path(), "low", 48, 600, &[2.0; 6]);
    write_class(folder.path(), "high", 48, 700, &[3.0; 6]);
    write_class(folder.path(), "photos", 48, 800, &[2.8; 6]);
    let report = with_photos(&report(folder.path(), 0), "photos");
    let found = comparison(&array(&report, "low"), &array(&report, "high")).unwrap();
    let alpha = row(&found, Statistic::Alpha);
    let photos = found.photos.alpha.unwrap();
    let sum = alpha.a.unwrap().value + alpha.b.unwrap().value;
    let gap = row(&found, Statistic::PhotoAlphaGap);
    let expected = 2.0 * photos.value - sum;
    assert_near("difference", gap.difference.unwrap(), expected, 1e-12);
    let law = |class: &str| {
        let result = report.results.iter().find(|r| r.class == class).unwrap();
        result.fit.debiased.clone().unwrap().std_error
    };
    let squares = law("low").powi(2) + law("high").powi(2) + 4.0 * law("photos").powi(2);
    assert_near(
        "standard error",
        gap.interval.unwrap().std_error,
        squares.sqrt(),
        1e-12,
    );
    assert_eq!(found.closer_by_alpha, Closer::B);
}

#[test]
fn a_selection_that_a_report_does_not_have() {
    let folder = TempDir::new().unwrap();
    write_class(folder.path(), "one", 32, 0, &[2.0; 2]);
    write_class(folder.path(), "two", 32, 9, &[2.0; 2]);
    let report = report(folder.path(), 0);
    let refused = |representation, class| {
        let error = Selection::new(&report, "x", representation, class).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { .. }));
        error.to_string()
    };
    assert!(refused(Representation::LogMel, "all").ends_with("report's: array"));
    assert!(refused(Representation::Array, "rock").ends_with("report's: all, one, two"));
    assert_eq!(
        common_representations(&report, &report),
        [Representation::Array]
    );
}

#[test]
fn a_single_file_on_either_side() {
    let folder = TempDir::new().unwrap();
    write_class(folder.path(), "one", 48, 0, &[2.0]);
    write_class(folder.path(), "two", 48, 9, &[2.5]);
    let report = report(folder.path(), 0);
    let found = comparison(&array(&report, "one"), &array(&report, "two")).unwrap();
    let alpha = interval(&found, Statistic::Alpha);
    assert_eq!(alpha.uncertainty, Uncertainty::Segments);
    assert!(holds(alpha.ci, -0.5), "{alpha:?}");
    // An interval without 0 is about these files' noise alone.
    assert!(alpha.ci[1] < 0.0, "{alpha:?}");
    for row in &found.statistics {
        let verdict = row.interval.map(|interval| interval.verdict);
        assert!(matches!(verdict, None | Some(Verdict::NotShown)), "{row:?}");
    }
    assert_eq!(found.closer_by_alpha, Closer::NotShown);
    let answer = comparison_answer(&found);
    assert_eq!(
        answer.matches("(one file): not shown").count(),
        2,
        "{answer}"
    );
    assert!(row(&found, Statistic::AlphaPost).difference.is_some());
    assert!(row(&found, Statistic::PhotoDistance).interval.is_none());
    assert!(
        found
            .notes
            .iter()
            .any(|note| note.starts_with("A is a single file"))
    );
}

#[test]
fn recordings_of_several_rates_and_representations() {
    let analyzed = |segment: f64| {
        let config = AnalysisConfig {
            inputs: vec![fixture("audio")],
            photos: vec![fixture("photos")],
            segment,
            ..AnalysisConfig::default()
        };
        analyze(&config, &Silent).unwrap()
    };
    let (long, short) = (analyzed(2.0), analyzed(1.0));
    let select = |report, representation| Selection::new(report, "x", representation, "all");
    let log_mel = select(&long, Representation::LogMel).unwrap();
    let waveform = select(&long, Representation::Waveform).unwrap();
    let found = comparison(&log_mel, &waveform).unwrap();
    assert_eq!(found.photos.n_files, 4);
    assert_eq!(interval(&found, Statistic::Alpha).pairing, Pairing::Paired);
    assert!(!found.notes.iter().any(|note| note.contains("differs")));
    let band = found.spectra.unwrap().frequency;
    // The longest wave along 128 mel bands.
    assert_near("lowest", band[0], 1.0 / 128.0, 1e-12);
    assert!(band[DISTANCE_POINTS - 1] <= 0.5);
    let other = select(&short, Representation::LogMel).unwrap();
    let notes = comparison(&log_mel, &other).unwrap().notes;
    assert!(
        notes.contains(&"segment, s differs: 2.0 in A, 1.0 in B".to_string()),
        "{notes:?}"
    );
    // Photos are compared with the built-in ones, not with themselves.
    let photos = select(&long, Representation::Photo).unwrap();
    let found = comparison(&photos, &log_mel).unwrap();
    assert_eq!(found.photos.n_files, 130);
    assert!(row(&found, Statistic::PhotoDistance).a.unwrap().value > 0.1);
}

/// The constants are what the photographs give.
#[test]
fn the_built_in_photos() {
    let Some(photos) = shared("the_built_in_photos", "data/photos") else {
        return;
    };
    let config = AnalysisConfig {
        photos: vec![photos],
        side: cepstrum::analysis::Side::Pixels(224),
        ..AnalysisConfig::default()
    };
    let report = analyze(&config, &Silent).unwrap();
    let own = Selection::new(&report, "photos", Representation::Photo, "all").unwrap();
    let found = comparison(&own, &own).unwrap();
    assert_eq!(found.photos.n_files, own.report.inputs.len() as u64);
    let alpha = row(&found, Statistic::Alpha).a.unwrap();
    let built_in = found.photos.alpha.unwrap();
    assert_near("alpha", built_in.value, alpha.value, 1e-6);
    let width = |ci: [f64; 2]| ci[1] - ci[0];
    let widths = [built_in.ci, alpha.ci].map(|ci| width(ci.unwrap()));
    assert_near("interval", widths[0], widths[1], 1e-5);
    // 48 values of the rings' line through ln P, of four decimals.
    let spectrum = &report.results[0].spectrum;
    let ln_f: Vec<f64> = spectrum.frequency.iter().map(|f| f.ln()).collect();
    let ln_p = spectrum
        .mean_log_power
        .iter()
        .zip(spectrum.dof.iter())
        .map(|(p, dof)| {
            let nu = f64::from(*dof) / 2.0;
            p - (digamma(nu) - nu.ln())
        });
    let ln_p: Vec<f64> = ln_p.collect();
    let (low, high) = (ln_f[0], ln_f[ln_f.len() - 1]);
    let knots: Vec<f64> = (0..48)
        .map(|k| low + f64::from(k) * (high - low) / 47.0)
        .collect();
    let values: Vec<f64> = knots.iter().map(|x| line(&ln_f, &ln_p, *x)).collect();
    let spectra = found.spectra.as_ref().unwrap();
    let at_points = spectra
        .frequency
        .iter()
        .map(|f| line(&knots, &values, f.ln()));
    let at_points: Vec<f64> = at_points.collect();
    let level = at_points.iter().sum::<f64>() / DISTANCE_POINTS as f64;
    for (expected, built_in) in at_points.iter().zip(&spectra.photos) {
        assert_near("ln P", *built_in, expected - level, 1.5e-4);
    }
    let distance = row(&found, Statistic::PhotoDistance).a.unwrap().value;
    assert!(distance < 0.05, "{distance} dB");
}

/// Linear interpolation at `x`, and along the last line beyond the ends.
fn line(xs: &[f64], ys: &[f64], x: f64) -> f64 {
    let right = xs.partition_point(|at| *at < x).clamp(1, xs.len() - 1);
    let share = (x - xs[right - 1]) / (xs[right] - xs[right - 1]);
    ys[right - 1] + share * (ys[right] - ys[right - 1])
}
