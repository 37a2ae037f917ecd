//! Differences between selections of reports, on arrays whose law is known and
//! on recordings.

use crate::support::{assert_near, fixture, measured};
use cepstrum::Error;
use cepstrum::analysis::{
    AnalysisConfig, Answer, Closer, Comparison, DifferenceInterval, Larger, Pairing, Report,
    Representation, Selection, Silent, Statistic, StatisticRow, Uncertainty, Verdict, VerdictRow,
    analyze, common_representations, comparison,
};
use cepstrum::compare::{FitRange, difference, jackknife, leave_one_out_interval};
use cepstrum::output::{comparison_answer, comparison_table};
use cepstrum::synth::{coloured_field, derived_seed, gauss};
use ndarray_npy::write_npy;
use statrs::distribution::{ContinuousCDF, StudentsT};
use std::fs;
use std::path::{Path, PathBuf};
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

/// The settings for all arrays in a folder.
fn config(root: &Path) -> AnalysisConfig {
    let mut names: Vec<PathBuf> = fs::read_dir(root)
        .unwrap()
        .flat_map(|class| fs::read_dir(class.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .collect();
    names.sort();
    AnalysisConfig {
        inputs: names,
        examples: 0,
        ..AnalysisConfig::default()
    }
}

/// The report of all arrays in a folder.
fn report(root: &Path) -> Report {
    analyze(&config(root), &Silent).unwrap()
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

#[test]
fn sets_of_known_exponents() {
    let folder = TempDir::new().unwrap();
    write_class(folder.path(), "steep", 64, 100, &[2.4; 12]);
    write_class(folder.path(), "flat", 64, 200, &[2.0; 12]);
    let report = report(folder.path());
    let (flat, steep) = (array(&report, "flat"), array(&report, "steep"));
    let found = comparison(&flat, &steep).unwrap();
    let alpha = row(&found, Statistic::Alpha);
    let of_alpha = interval(&found, Statistic::Alpha);
    assert!(holds(of_alpha.ci, -0.4), "{alpha:?}");
    assert_eq!(of_alpha.larger, Larger::B);
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
    assert_eq!(interval(&found, Statistic::AlphaPost).larger, Larger::B);
    let other = comparison(&steep, &flat).unwrap();
    assert_eq!(interval(&other, Statistic::Alpha).larger, Larger::A);
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
    let table = comparison_table(&found).to_string();
    let of_alpha = table
        .lines()
        .find(|line| line.starts_with("alpha (debiased)"));
    assert!(of_alpha.is_some_and(|line| line.ends_with(" B")), "{table}");
}

/// Two halves of one population: a difference is shown as rarely as 95 %
/// intervals promise.
#[test]
fn halves_of_one_population_are_not_told_apart() {
    const REPEATS: usize = 100;
    let folder = TempDir::new().unwrap();
    let mut shown = 0;
    for repeat in 0..REPEATS as u64 {
        let root = folder.path().join(repeat.to_string());
        let z = gauss(1000 + repeat, 16);
        let alphas: Vec<f64> = z.iter().map(|z| 2.2 + 0.2 * z).collect();
        let seed = 50_000 + 100 * repeat;
        write_class(&root, "one", 32, seed, &alphas[..8]);
        write_class(&root, "two", 32, seed + 50, &alphas[8..]);
        let report = report(&root);
        let found = comparison(&array(&report, "one"), &array(&report, "two")).unwrap();
        let alpha = interval(&found, Statistic::Alpha).larger;
        shown += usize::from(alpha != Larger::NotShown);
    }
    println!("shown of {REPEATS}: alpha {shown}");
    // 3.3 standard errors of a binomial share of 5 %.
    assert!(shown <= 12, "{shown}");
}

/// Sets of one population, however unlike their sizes.
#[test]
fn unlike_sets_of_one_population_are_not_told_apart() {
    const SPLITS: u64 = 300;
    for (few, many) in [(2, 65), (3, 65), (5, 65), (6, 6), (16, 16)] {
        let folder = TempDir::new().unwrap();
        write_class(folder.path(), "few", 16, 0, &vec![2.0; few]);
        write_class(folder.path(), "many", 16, 100, &vec![2.0; many]);
        let mut report = report(folder.path());
        let mut shown = 0;
        for split in 0..SPLITS {
            draw_files(&mut report, derived_seed(few as u64, split));
            let found = comparison(&array(&report, "few"), &array(&report, "many")).unwrap();
            let alpha = interval(&found, Statistic::Alpha);
            assert_eq!(alpha.uncertainty, Uncertainty::Files);
            shown += usize::from(alpha.larger != Larger::NotShown);
            let noted = found.notes.iter().any(|n| n.contains("with fewer than 5"));
            assert_eq!(noted, few < 5, "{:?}", found.notes);
        }
        println!("{few} against {many}, shown of {SPLITS}: alpha {shown}");
        // 7 %; the standard error of a share of 5 % is 1.3 %.
        assert!(shown <= 21, "{few}, {many}: {shown}");
    }
}

/// Replaces the exponents of a report's files by others of one population.
fn draw_files(report: &mut Report, seed: u64) {
    let n = report.inputs.len();
    for (row, z) in report.inputs.iter_mut().zip(gauss(seed, n)) {
        let law = row.debiased.get_mut(&Representation::Array);
        law.unwrap().alpha = 2.0 + 0.3 * z;
    }
}

#[test]
fn intervals_cover() {
    const REPEATS: usize = 100;
    const FILES: usize = 6;
    let folder = TempDir::new().unwrap();
    let (flat, steep, deviation) = (1.4, 1.9, 0.15);
    let mut covered = 0;
    for repeat in 0..REPEATS as u64 {
        let root = folder.path().join(repeat.to_string());
        let z = gauss(repeat, 2 * FILES);
        let around = |centre: f64, z: &[f64]| -> Vec<f64> {
            z.iter().map(|z| centre + deviation * z).collect()
        };
        let seed = 10_000 + 100 * repeat;
        write_class(&root, "flat", 32, seed, &around(flat, &z[..FILES]));
        write_class(&root, "steep", 32, seed + 50, &around(steep, &z[FILES..]));
        let report = report(&root);
        let found = comparison(&array(&report, "flat"), &array(&report, "steep")).unwrap();
        covered += usize::from(holds(interval(&found, Statistic::Alpha).ci, flat - steep));
    }
    println!("covered of {REPEATS}: alpha {covered}");
    // 3.3 standard errors of a binomial share of 95 %; intervals that always held
    // the truth would be too wide.
    assert!((88..REPEATS).contains(&covered), "{covered}");
}

/// Two fits to the same files differ by less than the files do.
#[test]
fn the_same_files_are_paired() {
    let folder = TempDir::new().unwrap();
    let alphas: Vec<f64> = gauss(5, 10).iter().map(|z| 2.0 + 0.4 * z).collect();
    write_class(folder.path(), "fields", 48, 500, &alphas);
    let a = report(folder.path());
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
}

#[test]
fn a_selection_that_a_report_does_not_have() {
    let folder = TempDir::new().unwrap();
    write_class(folder.path(), "one", 32, 0, &[2.0; 2]);
    write_class(folder.path(), "two", 32, 9, &[2.0; 2]);
    let report = report(folder.path());
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
    let report = report(folder.path());
    let found = comparison(&array(&report, "one"), &array(&report, "two")).unwrap();
    let alpha = interval(&found, Statistic::Alpha);
    assert_eq!(alpha.uncertainty, Uncertainty::Segments);
    assert!(holds(alpha.ci, -0.5), "{alpha:?}");
    // An interval without 0 is about these files' noise alone.
    assert!(alpha.ci[1] < 0.0, "{alpha:?}");
    for row in &found.statistics {
        let larger = row.interval.map(|interval| interval.larger);
        assert!(matches!(larger, None | Some(Larger::NotShown)), "{row:?}");
    }
    assert!(row(&found, Statistic::AlphaPost).difference.is_some());
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
    assert_eq!(interval(&found, Statistic::Alpha).pairing, Pairing::Paired);
    assert!(!found.notes.iter().any(|note| note.contains("differs")));
    let other = select(&short, Representation::LogMel).unwrap();
    let notes = comparison(&log_mel, &other).unwrap().notes;
    assert!(
        notes.contains(&"segment, s differs: 2.0 in A, 1.0 in B".to_string()),
        "{notes:?}"
    );
}

/// Classes of fields: like photographs, with too little and with no order of
/// frequencies, and one of two files alone.
fn classes(root: &Path) {
    write_class(root, "like", 64, 100, &[2.7; 8]);
    write_class(root, "flat", 64, 200, &[0.8; 6]);
    write_class(root, "white", 64, 300, &[0.0; 6]);
    write_class(root, "few", 64, 400, &[2.7; 2]);
}

/// The row of a selection's class.
fn verdict_row<'a>(verdict: &'a Verdict, class: &str) -> &'a VerdictRow {
    verdict.row(Representation::Array, class).unwrap()
}

fn distance(row: &VerdictRow) -> (f64, [f64; 2]) {
    let of = row.numbers["photo_distance_db"];
    (of.value.unwrap(), of.ci.unwrap().map(Option::unwrap))
}

#[test]
fn without_a_verdict_distances_are_withheld() {
    let folder = TempDir::new().unwrap();
    classes(folder.path());
    let (report, verdict) = measured(&config(folder.path()));
    let (like, flat) = (array(&report, "like"), array(&report, "flat"));
    let [like_with, flat_with] =
        ["like", "flat"].map(|class| array(&report, class).with_verdict(Some(&verdict)));
    for (a, b, name) in [
        (&like, &flat, "like"),
        (&like_with, &flat, "flat"),
        (&like, &flat_with, "like"),
    ] {
        let found = comparison(a, b).unwrap();
        let to = &found.to_photos;
        assert_eq!(to.closer, Closer::Withheld);
        let reason = to.reason.as_deref().unwrap();
        assert!(
            reason.starts_with(&format!("the report of {name} has no ")),
            "{reason}"
        );
        assert!(reason.ends_with("measure again"), "{reason}");
        assert_eq!(
            (to.a_db, to.b_db, to.difference_db, to.ci),
            (None, None, None, None)
        );
        assert_eq!(found.bands, None);
        assert_eq!(
            comparison_answer(&found),
            format!("closer to photographs: withheld, {reason}\n")
        );
        // What needs no verdict is there.
        assert_eq!(interval(&found, Statistic::Alpha).larger, Larger::A);
    }
}

/// Two sets of different files: Welch's interval of the difference of distances.
#[test]
fn the_set_that_is_nearer_to_photographs_is_named() {
    let folder = TempDir::new().unwrap();
    classes(folder.path());
    let (report, verdict) = measured(&config(folder.path()));
    let of = |class: &str| array(&report, class).with_verdict(Some(&verdict));
    let found = comparison(&of("flat"), &of("like")).unwrap();
    let to = &found.to_photos;
    assert_eq!((to.closer, &to.reason), (Closer::B, &None));
    assert_eq!(to.pairing, Pairing::Independent);
    assert_eq!(to.photos, verdict.photos.source);
    let sides = [("flat", to.a_db), ("like", to.b_db)].map(|(class, db)| {
        let row = verdict_row(&verdict, class);
        let (value, [_, high]) = distance(row);
        assert_eq!(db, Some(value));
        let dof = row.n_units as f64 - 1.0;
        let t = StudentsT::new(0.0, 1.0, dof).unwrap().inverse_cdf(0.975);
        (value, ((high - value) / t).powi(2), dof)
    });
    let [(a, var_a, dof_a), (b, var_b, dof_b)] = sides;
    assert_eq!(to.difference_db, Some(a - b));
    let dof = (var_a + var_b).powi(2) / (var_a.powi(2) / dof_a + var_b.powi(2) / dof_b);
    let t = StudentsT::new(0.0, 1.0, dof).unwrap().inverse_cdf(0.975);
    let half = t * (var_a + var_b).sqrt();
    let [low, high] = to.ci.unwrap();
    assert_near("low", low, a - b - half, 1e-6);
    assert_near("high", high, a - b + half, 1e-6);
    let answer = comparison_answer(&found);
    assert!(
        answer.starts_with("closer to photographs: B (A "),
        "{answer}"
    );
    assert!(!answer.contains("paired"), "{answer}");
    let swapped = comparison(&of("like"), &of("flat")).unwrap().to_photos;
    assert_eq!(swapped.closer, Closer::A);
    let [other_low, other_high] = swapped.ci.unwrap();
    assert_near("swapped", other_low, -high, 1e-12);
    assert_near("swapped", other_high, -low, 1e-12);
}

/// The figure's curves are those whose distance is told.
#[test]
fn bands_lie_as_far_apart_as_the_distance_says() {
    let folder = TempDir::new().unwrap();
    classes(folder.path());
    let (report, verdict) = measured(&config(folder.path()));
    let of = |class: &str| array(&report, class).with_verdict(Some(&verdict));
    let bands = comparison(&of("flat"), &of("like")).unwrap().bands.unwrap();
    for (i, class) in ["flat", "like"].into_iter().enumerate() {
        let row = verdict_row(&verdict, class);
        let n = row.bands.lower_edges.len();
        assert_eq!(bands.levels[i].len(), n);
        assert_near(
            "level",
            bands.levels[i].iter().sum::<f64>() / n as f64,
            0.0,
            1e-9,
        );
        let both = bands.levels[i].iter().zip(&bands.photos[i]);
        let squares: f64 = both.map(|(level, photos)| (level - photos).powi(2)).sum();
        let expected = row.numbers["distance_all_db"].value.unwrap();
        assert_near(class, (squares / n as f64).sqrt(), expected, 1e-9);
        let centres = row.bands.lower_edges.iter().map(|a| 2_f64.sqrt() * a);
        assert_eq!(bands.frequency[i], centres.collect::<Vec<f64>>());
    }
}

/// The same files on both sides, once as they are and once with noise: what they
/// have in common cancels. Files of the same names elsewhere are others.
#[test]
fn distances_of_the_same_files_are_paired() {
    let folder = TempDir::new().unwrap();
    let (here, elsewhere) = (folder.path().join("here"), folder.path().join("elsewhere"));
    let alphas: Vec<f64> = gauss(41, 8).iter().map(|z| 2.7 + 0.4 * z).collect();
    write_class(&here, "x", 64, 500, &alphas);
    write_class(&elsewhere, "x", 64, 500, &alphas);
    let (report_a, verdict_a) = measured(&config(&here));
    for i in 0..8 {
        let path = here.join("x").join(format!("{i:03}.npy"));
        let mut field: ndarray::Array2<f64> = ndarray_npy::read_npy(&path).unwrap();
        let noise = gauss(600 + i, field.len());
        field
            .iter_mut()
            .zip(noise)
            .for_each(|(x, z)| *x += 0.05 * z);
        write_npy(&path, &field).unwrap();
    }
    let (report_b, verdict_b) = measured(&config(&here));
    let a = array(&report_a, "all").with_verdict(Some(&verdict_a));
    let b = array(&report_b, "all").with_verdict(Some(&verdict_b));
    let (report_c, verdict_c) = measured(&config(&elsewhere));
    let c = array(&report_c, "all").with_verdict(Some(&verdict_c));
    assert_eq!(verdict_c.rows, verdict_a.rows);
    let apart = comparison(&c, &b).unwrap().to_photos;
    assert_eq!(apart.pairing, Pairing::Independent);
    let to = comparison(&a, &b).unwrap().to_photos;
    assert_eq!(to.pairing, Pairing::Paired);
    let without = |verdict: &Verdict| -> Vec<f64> {
        let table = verdict.tables.iter().find(|table| table.row == "array.all");
        let without = table.unwrap().array("without.photo_distance_db").unwrap();
        without.column(0).to_vec()
    };
    let pairs = without(&verdict_a).into_iter().zip(without(&verdict_b));
    let each: Vec<f64> = pairs.map(|(a, b)| a - b).collect();
    let difference = to.difference_db.unwrap();
    assert_eq!(to.ci, leave_one_out_interval(difference, &each, 0.0));
    // The spread of the files is in both distances, and in no difference of them.
    let [low, high] = to.ci.unwrap();
    let [far_low, far_high] = apart.ci.unwrap();
    assert!(high - low < 0.7 * (far_high - far_low), "{apart:?}");
    let widths = [&verdict_a, &verdict_b].map(|verdict| {
        let (_, [low, high]) = distance(verdict_row(verdict, "all"));
        high - low
    });
    assert!(
        high - low < 0.7 * widths[0].hypot(widths[1]),
        "{low} to {high}, alone {widths:?}"
    );
    // Of one and the same set nothing is nearer.
    let found = comparison(&a, &a).unwrap();
    let to = &found.to_photos;
    assert_eq!((to.closer, to.difference_db), (Closer::Open, Some(0.0)));
    assert_eq!((to.ci, to.pairing), (Some([0.0; 2]), Pairing::Paired));
    let answer = comparison_answer(&found);
    assert!(
        answer.starts_with("closer to photographs: open, the interval holds 0 ("),
        "{answer}"
    );
    assert!(
        answer.ends_with("; A - B 95 % 0.0 to 0.0, paired)\n"),
        "{answer}"
    );
}

#[test]
fn what_speaks_against_an_answer_withholds_it() {
    let folder = TempDir::new().unwrap();
    classes(folder.path());
    let (report, mut verdict) = measured(&config(folder.path()));
    let to = |verdict: &Verdict, a: &str, b: &str| {
        let of = |class: &str| array(&report, class).with_verdict(Some(verdict));
        let to = comparison(&of(a), &of(b)).unwrap().to_photos;
        (to.closer, to.reason, to.ci.is_some())
    };
    // Two files: on either side, and though they lie nearer.
    for (a, b) in [("few", "flat"), ("flat", "few")] {
        let reason = "too few independent files".to_string();
        let capped = (Closer::Withheld, Some(reason), true);
        assert_eq!(to(&verdict, a, b), capped);
    }
    // The nearer one is far from photographs as well.
    let (closer, reason, _) = to(&verdict, "flat", "white");
    assert_eq!(closer, Closer::Withheld);
    assert_eq!(reason.as_deref(), Some("neither is near photographs"));
    assert_eq!(to(&verdict, "like", "white").0, Closer::A);
    // The nearer one would fall as much if it were scrambled; of the other one this
    // says nothing.
    for (class, expected) in [("white", Closer::A), ("like", Closer::Withheld)] {
        let mut rows = verdict.rows.iter_mut();
        let row = rows.find(|row| row.class == class).unwrap();
        row.answers.structure = Some(Answer::No);
        assert_eq!(to(&verdict, "like", "white").0, expected, "{class}");
    }
    let (_, reason, _) = to(&verdict, "like", "white");
    assert!(reason.unwrap().contains("not shown to be the sound's"));
}

#[test]
fn distances_to_different_photographs_are_not_compared() {
    let folder = TempDir::new().unwrap();
    write_class(folder.path(), "like", 64, 100, &[2.7; 4]);
    let to_built_in = config(folder.path());
    let to_own = AnalysisConfig {
        photos: vec![fixture("photos")],
        ..to_built_in.clone()
    };
    let (report_a, verdict_a) = measured(&to_built_in);
    let (report_b, verdict_b) = measured(&to_own);
    assert!(
        verdict_a
            .photos
            .source
            .starts_with("130 built-in photographs")
    );
    assert_eq!(verdict_b.photos.source, "the 4 photos of this report");
    let a = array(&report_a, "all").with_verdict(Some(&verdict_a));
    let b = array(&report_b, "all").with_verdict(Some(&verdict_b));
    let to = comparison(&a, &b).unwrap().to_photos;
    assert_eq!(to.closer, Closer::Withheld);
    let reason = to.reason.as_deref();
    assert_eq!(reason, Some("the distances are to different photographs"));
    assert!(to.a_db.is_some() && to.a_db != to.b_db);
}
