//! The verdict from files to answers, on sounds whose answers are known, and as
//! files and words through the program.

use crate::support::{assert_near, fixture, measured, results};
use cepstrum::analysis::{
    AnalysisConfig, Answer, Answers, Cap, Representation, Request, RunOptions, Shard, Silent,
    Verdict, VerdictRow, VerdictSettings, measure, merged,
};
use cepstrum::compare::leave_one_out_interval;
use cepstrum::data::Signal;
use cepstrum::decode::{Resampler, read_members};
use cepstrum::output::{EVIDENCE_FILE, UNITS_FILE, read_verdict, save_analysis, verdict_text};
use cepstrum::synth::{
    coloured_field, coloured_noise, derived_seed, fnv1a, gauss, modulated_noise, write_wav,
};
use ndarray::Array2;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::{SQRT_2, TAU};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

const RATE: u32 = 22_050;
/// Samples of the usual clip: two segments.
const N: usize = 4 * RATE as usize;
/// Clips of the usual set.
const FILES: u64 = 6;

fn save(path: &Path, samples: &[f64], gain: f64) {
    let largest = samples.iter().fold(0.0, |a: f64, x| a.max(x.abs()));
    let signal = Signal {
        samples: samples
            .iter()
            .map(|x| (gain * x / largest) as f32)
            .collect(),
        sample_rate: RATE,
    };
    write_wav(path, &signal).unwrap();
}

/// A folder with a clip per seed.
fn set(sound: impl Fn(u64) -> Vec<f64>) -> TempDir {
    let folder = TempDir::new().unwrap();
    for seed in 0..FILES {
        save(
            &folder.path().join(format!("{seed}.wav")),
            &sound(seed),
            0.7,
        );
    }
    folder
}

fn config(input: &Path) -> AnalysisConfig {
    AnalysisConfig {
        inputs: vec![input.to_path_buf()],
        ..AnalysisConfig::default()
    }
}

fn verdict(folder: &TempDir) -> Verdict {
    measured(&config(folder.path())).1
}

#[track_caller]
fn row<'a>(verdict: &'a Verdict, representation: Representation, class: &str) -> &'a VerdictRow {
    let row = verdict.row(representation, class);
    row.unwrap_or_else(|| panic!("no {representation} of {class}"))
}

fn log_mel(verdict: &Verdict) -> &VerdictRow {
    row(verdict, Representation::LogMel, "all")
}

fn waveform(verdict: &Verdict) -> &VerdictRow {
    row(verdict, Representation::Waveform, "all")
}

#[track_caller]
fn value(row: &VerdictRow, name: &str) -> f64 {
    let number = row.numbers.get(name).and_then(|number| number.value);
    number.unwrap_or_else(|| panic!("no {name} in {:?}", row.numbers))
}

fn main_three(row: &VerdictRow) -> [Option<Answer>; 3] {
    let Answers {
        order,
        photographs,
        structure,
        ..
    } = row.answers;
    [order, photographs, structure]
}

const YES: Option<Answer> = Some(Answer::Yes);
const NO: Option<Answer> = Some(Answer::No);
const OPEN: Option<Answer> = Some(Answer::Open);

/// Noise with power ~ f^-alpha that goes on beyond the clip: half of its period.
fn coloured(seed: u64, alpha: f64) -> Vec<f64> {
    let mut samples = coloured_noise(derived_seed(77, seed), 2 * N, alpha);
    samples.truncate(N);
    samples
}

/// Noise in `gains.nrows()` bands between 60 and `top` Hz, equal on the scale of
/// octaves, each through a filter of fourth order and with its own gain in dB over
/// time, which the columns of `gains` tell at equal distances.
fn bands(seed: u64, n: usize, rate: f64, top: f64, gains: &Array2<f64>) -> Vec<f64> {
    let (k, n_gains) = gains.dim();
    let carrier = gauss(derived_seed(80, seed), n);
    let edge = |i: usize| 60.0 * (top / 60.0).powf(i as f64 / k as f64);
    let mut sum = vec![0.0; n];
    for band in 0..k {
        let (low, high) = (edge(band), edge(band + 1));
        let centre = (low * high).sqrt();
        let w = TAU * centre / rate;
        let width = w.sin() * (high - low) / centre / 2.0;
        // Two resonators of constant peak gain, one after the other.
        let (a0, a1, a2) = (1.0 + width, -2.0 * w.cos(), 1.0 - width);
        let mut state = [[0.0; 4]; 2];
        for (i, out) in sum.iter_mut().enumerate() {
            let mut x = carrier[i];
            for [x1, x2, y1, y2] in &mut state {
                let y = (width * (x - *x2) - a1 * *y1 - a2 * *y2) / a0;
                (*x2, *x1, *y2, *y1) = (*x1, x, *y1, y);
                x = y;
            }
            let at = i as f64 * (n_gains - 1) as f64 / n as f64;
            let (left, share) = (at as usize, at.fract());
            let db = (1.0 - share) * gains[[band, left]] + share * gains[[band, left + 1]];
            // Of one power per band, as pink noise has.
            *out += x * 10_f64.powf(db / 20.0) / (high - low).sqrt();
        }
    }
    sum
}

/// Gains that wander as 1/f up to 40 Hz, each by itself, by 8 dB.
fn slow_gains(seed: u64, k: usize, seconds: usize) -> Array2<f64> {
    let n = 80 * seconds;
    let rows = (0..k).flat_map(|band| {
        let wandering = coloured_noise(derived_seed(81 + seed, band as u64), 3 * n, 1.0);
        wandering.into_iter().skip(n).take(n).map(|x| 8.0 * x)
    });
    Array2::from_shape_vec((k, n), rows.collect()).unwrap()
}

fn wandering_bands(seed: u64) -> Vec<f64> {
    let gains = slow_gains(seed, 32, 4);
    bands(seed, N, f64::from(RATE), 10_800.0, &gains)
}

/// Gains that are a part of a field with power ~ f^-2, of 10 dB, over bands and
/// 50 steps a second: a picture as photographs are.
fn pictured(seed: u64) -> Vec<f64> {
    let field = coloured_field(derived_seed(82, seed), 128, 600, 2.0);
    let gains = field.slice(ndarray::s![..64, ..200]).mapv(|x| 10.0 * x);
    bands(seed, N, f64::from(RATE), 10_800.0, &gains)
}

/// Power over octaves falls by 3 dB times the exponent, and what windows and filters
/// make of it falls as much if it is scrambled. Each clip is one period: no cut adds
/// to its lines.
#[test]
fn stationary_noise_has_its_order_and_no_structure() {
    for (alpha, fall, order) in [(0.0, 0.0, NO), (1.0, 3.01, YES), (2.0, 6.02, YES)] {
        let verdict = verdict(&set(|seed| {
            coloured_noise(derived_seed(77, seed), N / 2, alpha)
        }));
        let what = format!("alpha {alpha}:\n{}", verdict_text(&verdict));
        let wave = waveform(&verdict);
        assert_eq!((wave.n_files, wave.n_units, wave.n_segments), (6, 6, 6));
        let falls: Vec<f64> = wave
            .bands
            .all_db
            .windows(3)
            .map(|of| of[0] - of[2])
            .collect();
        // From 500 Hz on bands hold 6000 lines or more: a fall has an error of .1 dB.
        for (edge, found) in wave.bands.lower_edges.iter().zip(&falls) {
            if edge * f64::from(RATE) > 500.0 {
                assert_near(&what, *found, fall, 0.3);
            }
        }
        assert_eq!(wave.answers.order, order, "{what}");
        let least = falls.iter().copied().fold(f64::INFINITY, f64::min);
        assert_near(
            "least",
            value(wave, "least_fall_from_bottom_db"),
            least,
            1e-12,
        );
        assert!(value(wave, "least_fall_db") >= least);
        assert_eq!(wave.answers.structure, None);
        let mel = log_mel(&verdict);
        assert_eq!((mel.n_units, mel.n_null_segments), (6, 6));
        assert_eq!(mel.answers.structure, NO, "{what}");
        assert_eq!(mel.answers.along_time, NO, "{what}");
        assert!(value(mel, "delta_time").abs() < 0.15, "{what}");
        assert!(value(mel, "delta_frequency").abs() < 0.15, "{what}");
        for row in verdict.totals() {
            assert_ne!(main_three(row), [YES; 3], "{what}");
        }
    }
}

/// The level of a band of white noise is the variance of its samples.
#[test]
fn levels_of_waveforms_are_powers_of_their_samples() {
    let folder = set(|seed| gauss(seed, N));
    let verdict = verdict(&folder);
    let clips = (0..FILES).map(|seed| {
        let path = folder.path().join(format!("{seed}.wav"));
        let signal = cepstrum::decode::read_signal(&path, cepstrum::decode::Channel::Mix).unwrap();
        let squares = signal.samples.iter().map(|x| f64::from(*x).powi(2));
        squares.sum::<f64>() / N as f64
    });
    let variance = clips.sum::<f64>() / FILES as f64;
    let top = waveform(&verdict).bands.all_db.last().copied().unwrap();
    assert_near("top octave", top, 10.0 * variance.log10(), 0.05);
}

/// Bands that wander each by itself have a fall of their own along both axes, and
/// those of one picture that is like a photograph fall as it does.
#[test]
fn bands_with_a_course_of_their_own_have_structure() {
    let verdict = verdict(&set(wandering_bands));
    let mel = log_mel(&verdict);
    let text = verdict_text(&verdict);
    assert_eq!(mel.answers.order, YES, "{text}");
    assert_eq!(mel.answers.structure, YES, "{text}");
    assert_eq!(
        (mel.answers.along_time, mel.answers.along_frequency),
        (YES, YES)
    );
    assert!(value(mel, "own_share") > 0.5, "{text}");
    assert!(mel.caps.is_empty() && mel.note.is_none(), "{text}");
    let sentence = mel.sentences.structure.as_deref().unwrap();
    let numbers = ["delta_time", "delta_frequency"].map(|name| format!("{:.2}", value(mel, name)));
    assert_eq!(
        sentence,
        format!(
            "The fall is the sound's own: scrambled in time or across bands it is flatter by {} \
             and {}.",
            numbers[0], numbers[1]
        )
    );
    assert!(
        mel.sentences
            .order
            .starts_with("Noise takes fine detail first: every octave has ")
    );
}

#[test]
fn a_picture_made_sound_has_three_times_yes() {
    let verdict = verdict(&set(pictured));
    let mel = log_mel(&verdict);
    assert_eq!(main_three(mel), [YES; 3], "{}", verdict_text(&verdict));
    let text = verdict_text(&verdict);
    let line = text.lines().find(|line| line.starts_with("log-mel"));
    let words: Vec<&str> = line.unwrap().split_whitespace().take(5).collect();
    assert_eq!(words, ["log-mel", "yes", "yes", "yes", "6"], "{text}");
    for sentence in [&mel.sentences.order, &mel.sentences.photographs] {
        assert!(text.contains(sentence.as_str()), "{text}");
    }
}

/// One gain for all bands: they have nothing in common but their level.
#[test]
fn a_common_gain_is_no_structure_and_no_photograph() {
    let folder =
        set(|seed| modulated_noise(derived_seed(78, seed), N, 1.5, 20.0 / f64::from(RATE)));
    let verdict = verdict(&folder);
    let mel = log_mel(&verdict);
    let text = verdict_text(&verdict);
    assert_eq!(mel.answers.along_time, YES, "{text}");
    assert_eq!(mel.answers.along_frequency, NO, "{text}");
    assert_eq!(mel.answers.structure, NO, "{text}");
    assert_eq!(mel.answers.photographs, NO, "{text}");
    let own_share = value(mel, "own_share");
    assert!(own_share < 0.08, "{text}");
    assert_eq!(
        mel.sentences.structure.as_deref(),
        Some("Only along time: bands have nothing in common but their level.")
    );
    assert!(
        mel.sentences
            .photographs
            .contains("is common to all bands or constant.")
    );
}

fn all_open(row: &VerdictRow) -> bool {
    let mut answers = row
        .answers
        .named()
        .into_iter()
        .filter_map(|(_, answer)| answer);
    answers.all(|answer| answer == Answer::Open)
}

/// Copies at other gains and cuts of one recording say nothing about others.
#[test]
fn copies_are_one_unit_and_leave_all_open() {
    let long = {
        let gains = slow_gains(5, 32, 5);
        bands(5, N + RATE as usize, f64::from(RATE), 10_800.0, &gains)
    };
    let copies = TempDir::new().unwrap();
    for i in 0..5 {
        let gain = 0.7 * 10_f64.powf(-1.3 * f64::from(i) / 20.0);
        save(&copies.path().join(format!("{i}.wav")), &long[..N], gain);
    }
    save(
        &copies.path().join("cut.wav"),
        &long[RATE as usize / 2..][..N],
        0.5,
    );
    let of_copies = verdict(&copies);
    for row in [waveform(&of_copies), log_mel(&of_copies)] {
        assert_eq!((row.n_files, row.n_units), (6, 1));
        assert_eq!(row.units.len(), 1);
        assert_eq!(row.units[0].len(), 6, "{:?}", row.units);
        assert!(row.caps.contains(&Cap::TooFewUnits));
        assert!(all_open(row), "{:?}", row.answers);
        let why = "Open: only 1 of 6 files is independent";
        for sentence in [&row.sentences.order, &row.sentences.photographs] {
            assert!(sentence.starts_with(why), "{sentence}");
        }
        let note = row.note.as_deref().unwrap();
        assert!(
            note.contains("5 files are copies or cuts of others"),
            "{note}"
        );
        assert!(row.numbers.values().all(|number| number.ci.is_none()));
        assert!(value(row, "photo_distance_db") > 0.0);
    }
    let structure = log_mel(&of_copies).sentences.structure.as_deref();
    let why = "Open: only 1 of 6 files is independent";
    assert!(structure.unwrap().starts_with(why), "{structure:?}");
    // Three other sounds beside two copies: four units.
    for name in ["2.wav", "3.wav", "4.wav"] {
        fs::remove_file(copies.path().join(name)).unwrap();
    }
    for seed in 0..3 {
        save(
            &copies.path().join(format!("other{seed}.wav")),
            &wandering_bands(seed),
            0.7,
        );
    }
    let of_some = verdict(&copies);
    let row = log_mel(&of_some);
    assert_eq!((row.n_files, row.n_units), (6, 4));
    let together = row.units.iter().find(|unit| unit.len() > 1).unwrap();
    assert_eq!(together, &["0.wav", "1.wav", "cut.wav"]);
    assert!(!row.caps.contains(&Cap::TooFewUnits));
    assert!(row.numbers["photo_distance_db"].ci.is_some());
}

#[test]
fn two_files_leave_all_open() {
    let folder = TempDir::new().unwrap();
    for seed in 0..2 {
        save(
            &folder.path().join(format!("{seed}.wav")),
            &wandering_bands(seed),
            0.7,
        );
    }
    let verdict = verdict(&folder);
    for row in [waveform(&verdict), log_mel(&verdict)] {
        assert_eq!((row.n_files, row.n_units), (2, 2));
        assert!(row.caps.contains(&Cap::TooFewUnits), "{:?}", row.caps);
        assert!(all_open(row), "{:?}", row.answers);
        let sentence = &row.sentences.order;
        assert!(
            sentence.starts_with("Open: 2 files are too few"),
            "{sentence}"
        );
    }
}

/// What is measured does not depend on where files lie, how they are named to the
/// program, or how a name's accents are written.
#[test]
fn units_are_known_by_their_paths_alone() {
    let folder = TempDir::new().unwrap();
    let clips: Vec<Vec<f64>> = (0..3).map(|seed| coloured(seed, 1.0)).collect();
    let place = |name: &str, last: &str| {
        let place = folder.path().join(name);
        fs::create_dir(&place).unwrap();
        for (samples, name) in clips.iter().zip(["a.wav", "b.wav", last]) {
            save(&place.join(name), samples, 0.7);
        }
        place
    };
    let (here, there) = (
        place("here", "caf\u{E9}.wav"),
        place("there", "cafe\u{301}.wav"),
    );
    let few = |inputs: Vec<PathBuf>| {
        let config = AnalysisConfig {
            inputs,
            ..AnalysisConfig::default()
        };
        results(&Request {
            // Which clip has the second segment depends on the hashes of the paths.
            verdict: Some(VerdictSettings {
                seed: 0,
                null_segments: 4,
            }),
            ..Request::analyze(&config)
        })
        .verdict
        .unwrap()
    };
    let verdict = few(vec![here.clone()]);
    let loose = ["a.wav", "b.wav", "caf\u{E9}.wav"].map(|name| here.join(name));
    assert_eq!(few(vec![there]).rows, verdict.rows);
    assert_eq!(few(loose.to_vec()).rows, verdict.rows);
    let row = log_mel(&verdict);
    let names: Vec<&str> = row.units.iter().map(|unit| unit[0].as_str()).collect();
    assert_eq!(names, ["a.wav", "b.wav", "caf\u{E9}.wav"]);
    let table = verdict
        .tables
        .iter()
        .find(|table| table.row == "log-mel.all");
    let scrambled = table.unwrap().array("n_null_segments").unwrap();
    let first = names.iter().min_by_key(|name| fnv1a(name)).unwrap();
    for (name, n) in names.iter().zip(scrambled) {
        assert_eq!(*n, if name == first { 2.0 } else { 1.0 }, "{name}");
    }
    assert_eq!(row.n_null_segments, 4);
}

#[test]
fn nothing_scrambled_leaves_structure_open() {
    let folder = set(wandering_bands);
    let request = Request {
        verdict: Some(VerdictSettings {
            seed: 0,
            null_segments: 0,
        }),
        ..Request::analyze(&config(folder.path()))
    };
    let without = results(&request);
    let verdict = without.verdict.unwrap();
    let mel = log_mel(&verdict);
    assert_eq!(mel.caps, [Cap::NoNull]);
    assert_eq!(mel.n_null_segments, 0);
    assert_eq!(
        (
            mel.answers.structure,
            mel.answers.along_time,
            mel.answers.along_frequency
        ),
        (OPEN, OPEN, OPEN)
    );
    assert_eq!(
        mel.sentences.structure.as_deref(),
        Some("Open: no segment was scrambled (--null-segments).")
    );
    assert_eq!(mel.answers.order, YES);
    assert!(mel.numbers["delta_time"].value.is_none());
    // It can be written and read.
    let out = TempDir::new().unwrap();
    let report = without.report.unwrap();
    save_analysis(&report, Some(&verdict), out.path()).unwrap();
    let read = || read_verdict(out.path(), &report).unwrap().unwrap();
    assert!(read().tables.iter().any(|table| table.row == "log-mel.all"));
    assert_eq!(read().rows, verdict.rows);
    let tables = read().tables;
    assert_eq!(tables.len(), verdict.tables.len());
    for (read, table) in tables.iter().zip(&verdict.tables) {
        assert_eq!(read.row, table.row);
        assert_eq!(read.arrays.len(), table.arrays.len());
        for (name, array) in &table.arrays {
            assert_eq!(read.array(name), Some(array), "{} {name}", table.row);
        }
    }
    // Records of units are those of this verdict, or none.
    let other = TempDir::new().unwrap();
    let (of_other, other_verdict) = measured(&config(folder.path()));
    save_analysis(&of_other, Some(&other_verdict), other.path()).unwrap();
    fs::copy(other.path().join(UNITS_FILE), out.path().join(UNITS_FILE)).unwrap();
    assert!(read().tables.is_empty());
    assert_eq!(read().rows, verdict.rows);
    fs::remove_file(out.path().join(UNITS_FILE)).unwrap();
    assert!(read().tables.is_empty());
}

/// Two colours: each class is measured about its own profile, all files about the
/// common one, in whose place the difference between the colours stays.
#[test]
fn classes_are_measured_about_their_own_profile() {
    let folder = TempDir::new().unwrap();
    for (class, alpha) in [("brown", 2.0), ("white", 0.0)] {
        fs::create_dir(folder.path().join(class)).unwrap();
        for seed in 0..3 {
            let path = folder.path().join(class).join(format!("{seed}.wav"));
            save(&path, &coloured(seed, alpha), 0.7);
        }
    }
    let verdict = verdict(&folder);
    let classes: Vec<(&str, &str)> = verdict
        .rows
        .iter()
        .map(|row| (row.representation.name(), row.class.as_str()))
        .collect();
    let expected = ["waveform", "log-mel"].map(|name| ["all", "brown", "white"].map(|c| (name, c)));
    assert_eq!(classes, expected.concat());
    let [all, brown, white] =
        ["all", "brown", "white"].map(|class| row(&verdict, Representation::LogMel, class));
    assert_eq!((all.n_files, brown.n_files, white.n_files), (6, 3, 3));
    assert_eq!(
        brown.units,
        [["brown/0.wav"], ["brown/1.wav"], ["brown/2.wav"]]
    );
    // The slope over all bands is in the lowest bands, and in the column alone.
    for class in [brown, white] {
        assert!(
            all.bands.all_db[0] > class.bands.all_db[0] + 10.0,
            "{}",
            class.class
        );
        assert!(
            value(all, "own_share") < 0.2 * value(class, "own_share"),
            "{}",
            class.class
        );
        assert_eq!(class.answers.structure, NO);
    }
    let mean_of = |i: usize| {
        let both = [brown, white].map(|row| 10_f64.powf(row.bands.interior_db[i] / 10.0));
        10.0 * ((both[0] + both[1]) / 2.0).log10()
    };
    for i in 0..all.bands.interior_db.len() {
        assert_near("interior", all.bands.interior_db[i], mean_of(i), 1e-9);
    }
}

#[test]
fn photos_are_measured_by_the_built_in_ones_and_others_by_them() {
    let folder = set(|seed| coloured(seed, 1.0));
    let config = AnalysisConfig {
        photos: vec![fixture("photos")],
        ..config(folder.path())
    };
    let (report, verdict) = measured(&config);
    assert_eq!(verdict.photos.source, "the 4 photos of this report");
    assert_eq!(verdict.photos.n, 4);
    let photo = row(&verdict, Representation::Photo, "all");
    assert_eq!(
        (photo.n_files, photo.n_units, photo.n_null_segments),
        (4, 4, 0)
    );
    assert_eq!(photo.answers.order, YES, "{}", verdict_text(&verdict));
    assert_eq!(
        (photo.answers.structure, photo.answers.along_time),
        (None, None)
    );
    assert_eq!(photo.sentences.structure, None);
    assert_eq!(photo.answers.photographs, YES, "{}", verdict_text(&verdict));
    // Others are told the distance to these four.
    let built_in = self::verdict(&folder);
    assert!(
        built_in
            .photos
            .source
            .starts_with("130 built-in photographs")
    );
    let distances = [&verdict, &built_in].map(|of| value(log_mel(of), "photo_distance_db"));
    assert!(distances[0] != distances[1], "{distances:?}");
    assert_eq!(
        log_mel(&verdict).bands.all_db,
        log_mel(&built_in).bands.all_db
    );
    // Two photos do not stand for photographs.
    let two = AnalysisConfig {
        photos: vec![fixture("photos/room.jpg"), fixture("photos/meadow.jpg")],
        ..config.clone()
    };
    let (_, of_two) = measured(&two);
    assert_eq!(of_two.photos, built_in.photos);
    assert!(all_open(row(&of_two, Representation::Photo, "all")));
    let out = TempDir::new().unwrap();
    save_analysis(&report, Some(&verdict), out.path()).unwrap();
    let read = read_verdict(out.path(), &report).unwrap().unwrap();
    assert_eq!((&read.rows, &read.photos), (&verdict.rows, &verdict.photos));
}

/// More files than are kept one by one: groups of them are units.
#[test]
fn many_files_are_groups() {
    const MANY: u64 = 515;
    let folder = TempDir::new().unwrap();
    let names: Vec<String> = (0..MANY).map(|i| format!("{i}.npy")).collect();
    for (i, name) in (0..).zip(&names) {
        let field = coloured_field(i, 16, 16, 2.0);
        ndarray_npy::write_npy(folder.path().join(name), &field).unwrap();
    }
    let inputs = names.iter().map(|name| folder.path().join(name));
    let config = AnalysisConfig {
        inputs: inputs.collect(),
        ..AnalysisConfig::default()
    };
    let (_, verdict) = measured(&config);
    let all = row(&verdict, Representation::Array, "all");
    let groups: BTreeSet<u64> = names.iter().map(|name| fnv1a(name) % 256).collect();
    assert_eq!((all.n_files, all.n_units), (515, groups.len()));
    assert_eq!(all.n_segments, MANY);
    assert!(all.units.is_empty());
    assert!(
        all.note
            .as_deref()
            .unwrap()
            .starts_with("more than 512 files: ")
    );
    let table = verdict
        .tables
        .iter()
        .find(|table| table.row == "array.all")
        .unwrap();
    let in_groups = table.array("n_segments").unwrap();
    assert_eq!(in_groups.dim(), (groups.len(), 1));
    let mut counts: BTreeMap<u64, f64> = BTreeMap::new();
    for name in &names {
        *counts.entry(fnv1a(name) % 256).or_default() += 1.0;
    }
    assert_eq!(
        in_groups.column(0).to_vec(),
        counts.into_values().collect::<Vec<f64>>()
    );
    // The same levels as of few files with records of their own.
    let few = AnalysisConfig {
        inputs: config.inputs[..500].to_vec(),
        ..config.clone()
    };
    let (_, of_few) = measured(&few);
    let few = row(&of_few, Representation::Array, "all");
    assert_eq!((few.n_units, few.units.len()), (500, 500));
    for (of_all, of_few) in all.bands.all_db.iter().zip(&few.bands.all_db) {
        assert_near("level", *of_all, *of_few, 0.3);
    }
}

/// Clips that were made at 11025 Hz and brought to 22050 Hz.
fn band_limited() -> TempDir {
    let folder = TempDir::new().unwrap();
    for seed in 0..FILES {
        let gains = slow_gains(seed, 32, 4);
        let low = bands(seed, N / 2, f64::from(RATE / 2), 5400.0, &gains);
        let low: Vec<f32> = low.iter().map(|x| *x as f32).collect();
        let mut resampler = Resampler::new(RATE / 2, RATE).unwrap();
        let mut samples = Vec::new();
        resampler.process(&low, &mut samples);
        resampler.finish(&mut samples);
        let samples: Vec<f64> = samples.into_iter().map(f64::from).collect();
        save(&folder.path().join(format!("{seed}.wav")), &samples, 0.7);
    }
    folder
}

/// A band that ends early is no fall of the sound's: no yes on the whole, and the
/// answers of what lies below the end.
#[test]
fn a_band_that_ends_early_is_measured_again_below_its_end() {
    let folder = band_limited();
    let (report, verdict) = measured(&config(folder.path()));
    let text = verdict_text(&verdict);
    let rows: Vec<&VerdictRow> = verdict
        .rows
        .iter()
        .filter(|row| row.representation == Representation::LogMel)
        .collect();
    let [capped, again] = rows[..] else {
        panic!("{} rows:\n{text}", rows.len());
    };
    assert_eq!(capped.caps, [Cap::BandLimited]);
    assert_eq!(capped.up_to_hz, None);
    let limit = capped.band_limit.unwrap();
    assert_eq!(limit.files, 6);
    let hz = limit.hz.unwrap();
    assert!((5000.0..5800.0).contains(&hz), "{hz}");
    assert!(
        !capped
            .answers
            .named()
            .iter()
            .any(|(_, answer)| *answer == YES)
    );
    assert_eq!(capped.answers.structure, OPEN, "{text}");
    let ends = format!(
        "Open: the band ends at {:.1} kHz in 6 of 6 files",
        hz / 1000.0
    );
    let sentence = capped.sentences.structure.as_deref().unwrap();
    assert!(sentence.starts_with(&ends), "{sentence}");
    assert!(sentence.contains(&format!("--f-max {hz:.0}")), "{sentence}");
    // The second row has the answers that the first one may not give.
    assert_eq!((again.up_to_hz, &*again.class), (Some(hz), "all"));
    assert!(again.caps.is_empty(), "{:?}", again.caps);
    assert_eq!(main_three(again)[0], YES, "{text}");
    assert_eq!(again.answers.structure, YES, "{text}");
    let start = format!("Up to {:.1} kHz: ", hz / 1000.0);
    let of_again = &again.sentences;
    let structure = of_again.structure.as_ref().unwrap();
    assert!(of_again.order.starts_with(&start) && structure.starts_with(&start));
    for sentence in [&of_again.order, &of_again.photographs, structure] {
        let rest = sentence
            .strip_prefix("Open up to ")
            .or(sentence.strip_prefix("Up to "));
        let rest = rest.and_then(|rest| rest.strip_prefix(&start["Up to ".len()..]));
        let rest = rest.unwrap_or_else(|| panic!("{sentence} does not begin with {start}"));
        assert!(rest.starts_with(char::is_lowercase), "{sentence}");
        assert!(text.contains(sentence.as_str()), "{text}");
    }
    assert_eq!((again.n_files, again.n_segments), (6, 12));
    let last = verdict
        .totals()
        .find(|row| row.representation == Representation::LogMel);
    assert!(std::ptr::eq(last.unwrap(), again));
    // As many bands as keep their width, in records of their own.
    let name = format!("log-mel.all.up-to-{hz:.0}");
    let table = verdict
        .tables
        .iter()
        .find(|table| table.row == name)
        .unwrap();
    let n_bands = table.array("profile").unwrap().ncols();
    assert!((90..115).contains(&n_bands), "{n_bands}");
    // The same numbers as of whoever follows the advice.
    let mut followed = report.config.clone();
    (followed.mel.f_max, followed.mel.n_mels) = (Some(hz), n_bands);
    let (_, followed) = measured(&followed);
    assert_eq!(log_mel(&followed).numbers, again.numbers);
    assert_eq!(log_mel(&followed).up_to_hz, None);
    // Who asks for a part of the band gets that alone.
    let mut narrow = report.config.clone();
    narrow.mel.f_max = Some(8000.0);
    let (_, narrow) = measured(&narrow);
    assert_eq!(log_mel(&narrow).caps, [Cap::BandLimited]);
    assert_eq!(log_mel(&narrow).up_to_hz, None);
    // Shares, which are joined without the data, say how to get the second row.
    let request = Request::analyze(&report.config);
    let plan = request.plan().unwrap();
    let shares = (1..=2).map(|index| {
        let options = RunOptions {
            shard: Some(Shard::new(index, 2).unwrap()),
            ..RunOptions::default()
        };
        let share = measure(&request, &plan, options, &Silent).unwrap();
        (PathBuf::from(format!("{index}")), share)
    });
    let joined = merged(shares.collect()).unwrap();
    let joined = joined.results(None, &Arc::default(), &Silent).unwrap();
    let joined = joined.verdict.unwrap();
    assert!(joined.rows.contains(capped));
    assert!(joined.rows.iter().all(|row| row.up_to_hz.is_none()));
    let advice = format!("--f-max {hz:.0} --n-mels {n_bands}");
    assert!(
        joined.notes.iter().any(|note| note.contains(&advice)),
        "{:?}",
        joined.notes
    );
}

#[test]
fn a_long_window_leaves_time_open() {
    let folder = set(wandering_bands);
    let mut config = config(folder.path());
    (config.stft.n_fft, config.stft.win_length) = (4096, 4096);
    let (_, verdict) = measured(&config);
    let mel = log_mel(&verdict);
    assert_eq!(mel.caps, [Cap::WindowTooLong]);
    assert_eq!(
        (mel.answers.structure, mel.answers.along_time),
        (OPEN, OPEN)
    );
    let sentence = mel.sentences.structure.as_deref().unwrap();
    assert!(
        sentence.contains("too long for changes in time"),
        "{sentence}"
    );
    assert_eq!(mel.answers.along_frequency, YES);
    assert_eq!(mel.answers.order, YES);
}

#[cfg(feature = "cli")]
#[test]
fn null_models_are_refused_with_what_takes_their_place() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    for arguments in [&["--nulls", "1"][..], &["--nulls=5"], &["--nulls", "x"]] {
        let mut command = crate::support::cepstrum();
        command.args(["analyze", "fixtures/audio", "-o"]).arg(&out);
        let output = command.args(arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(output.stdout.is_empty() && !out.exists());
        assert!(said.contains("--nulls is "), "{said}");
        assert!(said.contains("--null-segments"), "{said}");
    }
}

/// Names of a JSON object's fields.
fn fields(value: &Value) -> Vec<&str> {
    let fields = value
        .as_object()
        .unwrap_or_else(|| panic!("{value} is no object"));
    fields.keys().map(String::as_str).collect()
}

fn of_names(names: &[&'static str]) -> Vec<&'static str> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}

const NUMBERS: [&str; 11] = [
    "least_fall_db",
    "photo_distance_db",
    "distance_all_db",
    "distance_interior_db",
    "own_share",
    "alpha_time",
    "alpha_time_null",
    "delta_time",
    "alpha_frequency",
    "alpha_frequency_null",
    "delta_frequency",
];

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

/// A row of evidence.json: all its fields, and that they fit together.
fn check_row(row: &Value) {
    let is_wave = row["representation"] == "waveform";
    let is_sound = is_wave || row["representation"] == "log-mel";
    let mut names = of_names(&[
        "representation",
        "class",
        "n_files",
        "n_units",
        "n_segments",
        "n_null_segments",
        "units",
        "answers",
        "sentences",
        "numbers",
        "bands",
        "up_to_hz",
        "band_limit",
        "caps",
        "note",
        "photos",
        "nviv",
        "sec",
    ]);
    if row.get("sweep").is_some() {
        names.extend(["sweep", "answers_over_sweep"]);
        names.sort_unstable();
    }
    assert_eq!(fields(row), names);
    let answers = &row["answers"];
    let of_answers = of_names(&[
        "order",
        "order_from_bottom",
        "photographs",
        "structure",
        "along_time",
        "along_frequency",
    ]);
    assert_eq!(fields(answers), of_answers);
    for (name, answer) in answers.as_object().unwrap() {
        let applies = match name.as_str() {
            "order" | "photographs" => true,
            "order_from_bottom" => is_wave,
            _ => is_sound && !is_wave,
        };
        assert_eq!(
            !answer.is_null(),
            applies,
            "{name} of {}",
            row["representation"]
        );
        assert!(answer.is_null() || ["yes", "no", "open"].contains(&answer.as_str().unwrap()));
    }
    let sentences = &row["sentences"];
    assert_eq!(fields(sentences), ["order", "photographs", "structure"]);
    for name in ["order", "photographs", "structure"] {
        let (answer, sentence) = (&answers[name], sentences[name].as_str());
        assert_eq!(sentence.is_some(), !answer.is_null(), "{name}");
        let Some(sentence) = sentence else {
            continue;
        };
        assert!(
            sentence.ends_with('.') && !sentence.contains("NaN"),
            "{sentence}"
        );
        let is_open = sentence.starts_with("Open");
        assert_eq!(is_open, answer == "open", "{sentence}");
    }
    let numbers = &row["numbers"];
    let of_numbers: &[&str] = match is_wave {
        true => &[
            "least_fall_db",
            "least_fall_from_bottom_db",
            "photo_distance_db",
        ],
        false => &NUMBERS,
    };
    assert_eq!(fields(numbers), of_names(of_numbers));
    for (name, of) in numbers.as_object().unwrap() {
        assert_eq!(fields(of), ["ci", "value"]);
        if let (Some(value), Some(ci)) = (of["value"].as_f64(), of["ci"].as_array()) {
            let ends = [number(&ci[0]), number(&ci[1])];
            assert!(ends[0] <= value && value <= ends[1], "{name}: {of}");
        }
    }
    let bands = &row["bands"];
    let lists = [
        "lower_edges",
        "all_db",
        "interior_db",
        "photo_all_db",
        "photo_interior_db",
    ];
    assert_eq!(fields(bands), of_names(&lists));
    let n_bands = bands["lower_edges"].as_array().unwrap().len();
    for name in lists {
        let n = bands[name].as_array().unwrap().len();
        let is_none = is_wave && name.contains("interior");
        assert_eq!(n, if is_none { 0 } else { n_bands }, "{name}");
    }
    let edges = bands["lower_edges"].as_array().unwrap();
    assert_near("highest", number(&edges[n_bands - 1]), 0.25, 1e-15);
    for pair in edges.windows(2) {
        assert_near(
            "half-octave",
            number(&pair[1]) / number(&pair[0]),
            SQRT_2,
            1e-12,
        );
    }
    // The least fall and the distance are those of the levels.
    let of_list =
        |name: &str| -> Vec<f64> { bands[name].as_array().unwrap().iter().map(number).collect() };
    let least = |levels: &[f64]| {
        let falls = levels.windows(3).map(|of| of[0] - of[2]);
        falls.fold(f64::INFINITY, f64::min)
    };
    let apart = |levels: &[f64], photos: &[f64]| {
        let each: Vec<f64> = levels.iter().zip(photos).map(|(a, b)| a - b).collect();
        let mean = each.iter().sum::<f64>() / each.len() as f64;
        (each.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / each.len() as f64).sqrt()
    };
    if is_wave {
        let all = of_list("all_db");
        let from_bottom = number(&numbers["least_fall_from_bottom_db"]["value"]);
        assert_near("from bottom", from_bottom, least(&all), 1e-9);
        let photos: Vec<f64> = bands["photo_all_db"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_f64)
            .collect();
        let expected = apart(&all[n_bands - photos.len()..], &photos);
        assert_near(
            "distance",
            number(&numbers["photo_distance_db"]["value"]),
            expected,
            1e-9,
        );
    } else {
        let least = least(&of_list("all_db"));
        assert_near(
            "least",
            number(&numbers["least_fall_db"]["value"]),
            least,
            1e-9,
        );
        let each = ["all", "interior"].map(|of| {
            let expected = apart(
                &of_list(&format!("{of}_db")),
                &of_list(&format!("photo_{of}_db")),
            );
            let found = number(&numbers[format!("distance_{of}_db")]["value"]);
            assert_near(of, found, expected, 1e-9);
            found
        });
        let larger = each[0].max(each[1]);
        assert_eq!(number(&numbers["photo_distance_db"]["value"]), larger);
    }
    for cap in row["caps"].as_array().unwrap() {
        let caps = [
            "too-few-units",
            "too-few-bands",
            "window-too-long",
            "band-limited",
            "no-null",
        ];
        assert!(caps.contains(&cap.as_str().unwrap()), "{cap}");
    }
    let units = row["units"].as_array().unwrap();
    assert_eq!(Some(units.len() as u64), row["n_units"].as_u64());
    let n_paths: usize = units
        .iter()
        .map(|unit| unit.as_array().unwrap().len())
        .sum();
    assert_eq!(Some(n_paths as u64), row["n_files"].as_u64());
}

/// evidence.json and evidence.npz, with all that a row can have: a row below the end
/// of the band, photos, a sweep.
#[test]
fn evidence_files_have_what_they_should() {
    let folder = band_limited();
    let out = TempDir::new().unwrap();
    let config = AnalysisConfig {
        photos: vec![fixture("photos")],
        ..config(folder.path())
    };
    let swept = results(&Request {
        sweep: true,
        ..Request::analyze(&config)
    });
    let (report, swept) = (swept.report.unwrap(), swept.verdict.unwrap());
    save_analysis(&report, Some(&swept), out.path()).unwrap();
    let printed = verdict_text(&swept);
    let text = fs::read(out.path().join(EVIDENCE_FILE)).unwrap();
    let evidence: Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(
        fields(&evidence),
        ["crate_version", "schema_version", "verdict"]
    );
    assert_eq!(evidence["schema_version"], 2);
    assert_eq!(evidence["crate_version"], env!("CARGO_PKG_VERSION"));
    let verdict = &evidence["verdict"];
    let of_verdict = [
        "notes",
        "photos",
        "rows",
        "settings",
        "thresholds",
        "units_hash",
    ];
    assert_eq!(fields(verdict), of_verdict);
    let settings = serde_json::json!({"seed": 0, "null_segments": 96});
    assert_eq!(verdict["settings"], settings);
    assert_eq!(verdict["thresholds"]["photo_yes_db"], 4.0);
    assert_eq!(verdict["thresholds"]["own_no"], 0.05);
    assert_eq!(verdict["photos"]["n"], 4);
    let rows = verdict["rows"].as_array().unwrap();
    let names: Vec<(&str, bool)> = rows
        .iter()
        .map(|row| {
            (
                row["representation"].as_str().unwrap(),
                row["up_to_hz"].is_f64(),
            )
        })
        .collect();
    assert_eq!(
        names,
        [
            ("waveform", false),
            ("log-mel", false),
            ("log-mel", true),
            ("photo", false)
        ]
    );
    rows.iter().for_each(check_row);
    // The table has the rows that were measured last.
    for row in [0, 2, 3].map(|i| &rows[i]) {
        let sentences = row["sentences"].as_object().unwrap().values();
        for sentence in sentences.filter_map(Value::as_str) {
            assert!(printed.contains(sentence), "{printed}");
        }
    }
    for row in &rows[..3] {
        assert_eq!(row["photos"], "the 4 photos of this report");
    }
    let built_in = rows[3]["photos"].as_str().unwrap();
    assert!(
        built_in.starts_with("130 built-in photographs"),
        "{built_in}"
    );
    let limit = &rows[1]["band_limit"];
    assert_eq!(fields(limit), ["files", "hz"]);
    assert_eq!(rows[2]["up_to_hz"], limit["hz"]);
    // The sweep: of the row that was measured last.
    let sweep = rows[2]["sweep"].as_array().unwrap();
    let front_ends: Vec<&str> = sweep
        .iter()
        .map(|of| of["front_end"].as_str().unwrap())
        .collect();
    let ends = format!(" to {:.0} Hz", number(&limit["hz"]));
    let starts = ["2048/512/", "1024/256/", "400/160/", "2048/512/"];
    assert_eq!(front_ends.len(), starts.len());
    for (name, start) in front_ends.iter().zip(starts) {
        assert!(name.starts_with(start) && name.contains(&ends), "{name}");
        assert_eq!(
            name.ends_with(" at 16000 Hz"),
            start == "400/160/",
            "{name}"
        );
    }
    // The first front end is the usual one.
    assert_eq!(sweep[0]["answers"], rows[2]["answers"]);
    for (name, said) in rows[2]["answers_over_sweep"].as_object().unwrap() {
        let each = sweep.iter().map(|of| of["answers"][name].as_str().unwrap());
        let each: Vec<&str> = each.collect();
        let count = |of: &str| each.iter().filter(|answer| **answer == of).count();
        let expected = match (count("yes"), count("no")) {
            (1.., 1..) => "depends on settings",
            (3.., _) => "yes",
            (_, 3..) => "no",
            _ => "open",
        };
        assert_eq!(said, expected, "{name}: {each:?}");
    }
    assert_eq!(
        fields(&rows[2]["answers_over_sweep"]),
        [
            "along_frequency",
            "along_time",
            "order",
            "photographs",
            "structure"
        ]
    );
    assert!(printed.contains("Over 4 front ends: order "), "{printed}");
    assert!([0, 1, 3].iter().all(|i| rows[*i].get("sweep").is_none()));
    check_units(rows, &out.path().join(UNITS_FILE));
}

/// The records of units: shapes, and that the intervals follow from them.
fn check_units(rows: &[Value], path: &Path) {
    let mut arrays: BTreeMap<String, Array2<f64>> = BTreeMap::new();
    for (name, array) in read_members(path, |_| true).unwrap() {
        arrays.insert(name, array.into_dimensionality().unwrap());
    }
    for row in rows {
        let mut of = format!("{}.all", row["representation"].as_str().unwrap());
        if let Some(hz) = row["up_to_hz"].as_f64() {
            of.push_str(&format!(".up-to-{hz:.0}"));
        }
        let n_units = row["n_units"].as_u64().unwrap() as usize;
        let n_bands = row["bands"]["lower_edges"].as_array().unwrap().len();
        let array = |name: &str| {
            let array = arrays.get(&format!("{of}/{name}"));
            array.unwrap_or_else(|| panic!("no {of}/{name} in {:?}", arrays.keys()))
        };
        let sum = |name: &str| array(name).sum();
        assert_eq!(array("n_segments").dim(), (n_units, 1));
        assert_eq!(Some(sum("n_segments") as u64), row["n_segments"].as_u64());
        assert_eq!(
            Some(sum("n_null_segments") as u64),
            row["n_null_segments"].as_u64()
        );
        assert_eq!(array("rest").dim(), (n_units, n_bands));
        let is_wave = of.starts_with("waveform");
        let names: &[&str] = match is_wave {
            true => &[
                "least_fall_db",
                "least_fall_from_bottom_db",
                "photo_distance_db",
            ],
            false => &NUMBERS,
        };
        for name in names {
            let number = &row["numbers"][*name];
            let Some(value) = number["value"].as_f64() else {
                assert!(!arrays.contains_key(&format!("{of}/without.{name}")));
                continue;
            };
            let without = array(&format!("without.{name}"));
            assert_eq!(without.dim(), (n_units, 1));
            let without = without.column(0).to_vec();
            let [low, high] = leave_one_out_interval(value, &without, 0.0).unwrap();
            let ends = [0, 1].map(|i| number["ci"][i].as_f64().unwrap());
            match name.contains("distance") && !is_wave {
                // The choice of photographs makes these wider.
                true => assert!(ends[0] < low && high < ends[1], "{of} {name}"),
                false => {
                    assert_near(name, ends[0], low, 1e-9);
                    assert_near(name, ends[1], high, 1e-9);
                }
            }
        }
        if is_wave {
            let levels = row["bands"]["all_db"].as_array().unwrap();
            for (level, sums) in levels.iter().zip(array("rest").columns()) {
                let mean = sums.sum() / sum("n_segments");
                assert_near("level", number(level), 10.0 * mean.log10(), 1e-9);
            }
            continue;
        }
        let n_rows = array("profile").ncols();
        assert_eq!(array("column").dim(), (n_units, n_rows / 2 + 1));
        assert_eq!(array("interior").dim(), (n_units, n_bands));
        assert_eq!(
            (array("total").dim(), array("own").dim()),
            ((n_units, 1), (n_units, 1))
        );
        if of == "log-mel.all" {
            assert_eq!(n_rows, 128);
        }
        if of.starts_with("log-mel") {
            for axis in ["time", "frequency"] {
                let own = array(&format!("along_{axis}"));
                assert_eq!(own.dim(), array(&format!("along_{axis}_null")).dim());
                assert!(
                    own.nrows() == n_units && (6..=12).contains(&own.ncols()),
                    "{axis}"
                );
            }
        } else {
            assert!(!arrays.contains_key(&format!("{of}/along_time")));
        }
    }
}
