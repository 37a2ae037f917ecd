//! `cepstrum features` and `cepstrum cepstrum`, from end to end.

use crate::support::{self, assert_near, fixture};
use assert_cmd::Command;
use cepstrum::analysis::{FeatureConfig, FeatureRow, Silent, clip_features};
use cepstrum::data::{Axis, Plane, Signal, Unit};
use cepstrum::decode::{Channel, read_signal};
use cepstrum::planar::{DeltaOrder, MfccConfig, cepstrum_2d, delta, mean_cepstral_power, mfcc};
use cepstrum::spectral::{LogMel, LogMelConfig};
use cepstrum::synth::{gauss, write_wav};
use ndarray::{Array1, Array2};
use ndarray_npy::{NpzReader, ReadNpyExt};
use predicates::prelude::*;
use std::f64::consts::TAU;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const SPEECH: &str = "fixtures/audio/speech/prompt_a.wav";
const MUSIC: &str = "fixtures/audio/music/brahms.flac";

fn cepstrum(arguments: &[&str]) -> Command {
    let mut command = support::cepstrum();
    command.args(arguments);
    command
}

/// Runs `cepstrum cepstrum` on inputs, into a file.
fn cepstra(arguments: &[&str], out: &Path) -> Command {
    let mut command = cepstrum(&["cepstrum"]);
    command.args(arguments).arg("-o").arg(out);
    command
}

fn array(path: &Path) -> Array2<f64> {
    Array2::read_npy(File::open(path).unwrap()).unwrap()
}

/// The records of a csv table, its header first.
fn table(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).from_reader(text.as_bytes());
    let cells = |record: csv::StringRecord| record.iter().map(str::to_string).collect();
    reader
        .records()
        .map(|record| cells(record.unwrap()))
        .collect()
}

fn wav(folder: &Path, name: &str, samples: Vec<f32>) -> PathBuf {
    let path = folder.join(name);
    let sample_rate = 22050;
    let signal = Signal {
        samples,
        sample_rate,
    };
    write_wav(&path, &signal).unwrap();
    path
}

fn noise(n: usize) -> Vec<f32> {
    gauss(3, n).iter().map(|x| 0.1 * *x as f32).collect()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn rows() -> Vec<FeatureRow> {
    let config = FeatureConfig {
        inputs: vec![fixture("audio")],
        ..FeatureConfig::default()
    };
    clip_features(&config, &Silent).unwrap()
}

/// Log-mel frames in dB over numbered bands, as librosa has them.
fn log_mel(signal: &Signal) -> Plane {
    let config = LogMelConfig::new(signal.sample_rate);
    let mut plane = LogMel::<f64>::new(&config).unwrap().plane(signal).unwrap();
    plane.rows = Axis::Uniform {
        unit: Unit::MelBand,
        start: 0.0,
        step: 1.0,
        len: plane.values.nrows(),
    };
    plane
}

fn speech() -> Signal {
    read_signal(&fixture("audio/speech/prompt_a.wav"), Channel::Mix).unwrap()
}

#[track_caller]
fn assert_same(got: &Array2<f64>, expected: &Array2<f64>, tolerance: f64) {
    assert_eq!(got.dim(), expected.dim());
    for ((at, got), expected) in got.indexed_iter().zip(expected) {
        assert_near(&format!("{at:?}"), *got, *expected, tolerance);
    }
}

#[test]
fn features_are_those_of_the_library_for_any_number_of_threads() {
    let folder = TempDir::new().unwrap();
    let csv = folder.path().join("features.csv");
    let mut command = cepstrum(&["features", "fixtures/audio", "--threads", "1", "-o"]);
    command.arg(&csv).assert().success();
    let one = fs::read_to_string(&csv).unwrap();
    let three = cepstrum(&["features", "fixtures/audio", "--threads", "3"])
        .assert()
        .success();
    assert_eq!(three.get_output().stdout, one.as_bytes());
    let table = table(&one);
    let names = FeatureRow::names(20);
    assert_eq!(table[0][0], "filename");
    assert_eq!(table[0][1..52], names);
    assert_eq!(table[0][52..], ["label"]);
    let rows = rows();
    assert_eq!(table.len(), 1 + rows.len());
    for (cells, row) in table[1..].iter().zip(&rows) {
        assert_eq!((&cells[0], &cells[52]), (&row.filename, &row.label));
        assert_eq!(cells[1], row.length.to_string());
        let values: Vec<f64> = cells[1..52].iter().map(|x| x.parse().unwrap()).collect();
        assert_eq!(values, row.values().unwrap());
    }
}

#[test]
fn features_as_npz_hold_numbers_and_unicode() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("features.npz");
    let run = || {
        let mut command = cepstrum(&["features", "fixtures/audio", "-o"]);
        command.arg(&path).assert().success();
        fs::read(&path).unwrap()
    };
    assert_eq!(run(), run());
    let rows = rows();
    let mut npz = NpzReader::new(File::open(&path).unwrap()).unwrap();
    let values: Array2<f64> = npz.by_name("values").unwrap();
    let length: Array1<i64> = npz.by_name("length").unwrap();
    assert_eq!(values.dim(), (rows.len(), 50));
    for (i, row) in rows.iter().enumerate() {
        assert_eq!(values.row(i).to_vec(), row.values().unwrap()[1..]);
        assert_eq!(length[i], row.length as i64);
    }
    let filenames: Vec<&str> = rows.iter().map(|row| row.filename.as_str()).collect();
    let labels: Vec<&str> = rows.iter().map(|row| row.label.as_str()).collect();
    let names = FeatureRow::names(20);
    let names: Vec<&str> = names[1..].iter().map(String::as_str).collect();
    for (member, expected) in [
        ("filenames", filenames),
        ("labels", labels),
        ("names", names),
    ] {
        assert_eq!(strings(&path, member), expected);
    }
}

/// The strings of a member of type `<U`, by numpy's format specification.
fn strings(path: &Path, member: &str) -> Vec<String> {
    let mut archive = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
    let mut bytes = Vec::new();
    let mut file = archive.by_name(&format!("{member}.npy")).unwrap();
    file.read_to_end(&mut bytes).unwrap();
    assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00");
    let start = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    assert_eq!(start % 64, 0);
    let header = String::from_utf8(bytes[10..start].to_vec()).unwrap();
    let width = header
        .split("'<U")
        .nth(1)
        .unwrap()
        .split('\'')
        .next()
        .unwrap();
    let width: usize = width.parse().unwrap();
    let code = |c: &[u8]| u32::from_le_bytes([c[0], c[1], c[2], c[3]]);
    bytes[start..]
        .chunks_exact(4 * width)
        .map(|cell| {
            let codes = cell.chunks_exact(4).map(code).filter(|code| *code != 0);
            codes.map(|code| char::from_u32(code).unwrap()).collect()
        })
        .collect()
}

#[test]
fn clips_without_features_are_told() {
    let folder = TempDir::new().unwrap();
    let bad = folder.path().join("bad.wav");
    fs::write(&bad, "no sound").unwrap();
    let silent = wav(folder.path(), "silent.wav", vec![0.0; 5000]);
    cepstrum(&["features", SPEECH, text(&bad), text(&silent)])
        .assert()
        .code(3)
        .stdout(predicate::str::contains("bad.wav").not())
        .stdout(predicate::str::contains("silent.wav,5000,0,0,"))
        .stderr(predicate::str::contains("1 of 3 clips skipped"))
        .stderr(predicate::str::contains("bad.wav: not audio"))
        .stderr(predicate::str::contains("silent.wav: digital silence"));
    let out = folder.path().join("none.csv");
    cepstrum(&["features", text(&bad), "-o", text(&out)])
        .assert()
        .code(1)
        .stderr(predicate::str::contains("none in 1 clip"));
    assert!(!out.exists());
}

#[test]
fn coefficients_are_those_of_the_library() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("mfcc.npy");
    cepstra(&[SPEECH], &out).assert().success();
    let expected = mfcc(&log_mel(&speech()), &MfccConfig::default()).unwrap();
    let got = array(&out);
    assert_same(&got, &expected.values, 1e-9);
    let rows = rows();
    let row = rows
        .iter()
        .find(|row| row.filename.ends_with("prompt_a.wav"));
    for (k, feature) in row
        .unwrap()
        .features
        .as_ref()
        .unwrap()
        .mfcc
        .iter()
        .enumerate()
    {
        let mean = got.row(k).mean().unwrap();
        assert_near("mean over frames", mean, feature.mean, 1e-9);
    }
    for (order, name) in [(DeltaOrder::First, "1"), (DeltaOrder::Second, "2")] {
        cepstra(&[SPEECH, "--delta", name], &out).assert().success();
        let expected = delta(&expected, 9, order).unwrap();
        assert_same(&array(&out), &expected.values, 1e-9);
    }
}

#[test]
fn a_part_has_the_frames_of_the_whole() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("mfcc.npy");
    let all = ["--top-db", "none", "--hop-length", "441", "--n-fft", "1024"];
    cepstra(&[&[SPEECH], &all[..]].concat(), &out)
        .assert()
        .success();
    let whole = array(&out);
    let part = ["--start", "0.4", "--duration", "0.6"];
    cepstra(&[&[SPEECH], &all[..], &part].concat(), &out)
        .assert()
        .success();
    let got = array(&out);
    assert_eq!(got.dim(), (20, 31));
    for ((k, t), value) in got.indexed_iter() {
        assert_near("frame", *value, whole[[k, t + 20]], 1e-9);
    }
}

#[test]
fn coefficients_as_csv_have_positions_and_times() {
    let folder = TempDir::new().unwrap();
    let (csv, npy) = (folder.path().join("c.csv"), folder.path().join("c.npy"));
    let short = [SPEECH, "--n-mfcc", "3", "--duration", "0.1"];
    cepstra(&short, &npy).assert().success();
    let values = array(&npy);
    cepstra(&short, &csv).assert().success();
    let table = table(&fs::read_to_string(&csv).unwrap());
    let header = [
        "filename", "kind", "index", "position", "unit", "time", "value",
    ];
    assert_eq!(table[0], header);
    assert_eq!(table.len(), 1 + values.len());
    for (cells, ((k, t), value)) in table[1..].iter().zip(values.indexed_iter()) {
        assert_eq!(cells[..2], [SPEECH, "mfcc"]);
        assert_eq!(cells[2], k.to_string());
        assert_eq!(cells[3].parse(), Ok(k as f64 / 256.0));
        assert_eq!(cells[4], "cycles/band");
        assert_near(
            "time",
            cells[5].parse().unwrap(),
            t as f64 * 512.0 / 22050.0,
            1e-12,
        );
        assert_eq!(cells[6].parse(), Ok(*value));
    }
}

#[test]
fn the_comb_of_16_bits_is_no_pitch() {
    // Rounding to 16 bits repeats every 441 samples of a 200 Hz tone at 44.1
    // kHz: lines 100 Hz apart, far below the tone.
    let folder = TempDir::new().unwrap();
    let drawing = |n_partials: u32, sample_rate: u32| {
        let tone = |i: u32| -> f64 {
            let phase = TAU * 200.0 * f64::from(i) / f64::from(sample_rate);
            let partial = |h: u32| (f64::from(h) * phase).sin() / f64::from(h);
            (1..=n_partials).map(partial).sum()
        };
        let clip = folder.path().join("tone.wav");
        let samples = (0..sample_rate).map(|i| 0.1 * tone(i) as f32).collect();
        let signal = Signal {
            samples,
            sample_rate,
        };
        write_wav(&clip, &signal).unwrap();
        let svg = folder.path().join("real.svg");
        let real = [text(&clip), "--kind", "real"];
        cepstra(&real, &svg).assert().success();
        fs::read_to_string(&svg).unwrap()
    };
    for rate in [16_000, 22_050, 44_100] {
        let harmonic = drawing(19, rate);
        let near = ["4.99 ms, 200 Hz", "5.00 ms, 200 Hz", "5.01 ms, 200 Hz"];
        assert!(near.iter().any(|p| harmonic.contains(p)), "{rate} Hz");
        // One line is no ripple.
        assert!(!drawing(1, rate).contains(" ms, "), "{rate} Hz");
    }
    let noise = folder.path().join("noise.wav");
    cepstrum(&["synth", "noise", "--seed", "3", "-o"])
        .arg(&noise)
        .assert()
        .success();
    let svg = folder.path().join("noise.svg");
    let real = [text(&noise), "--kind", "real"];
    cepstra(&real, &svg).assert().success();
    assert!(!fs::read_to_string(&svg).unwrap().contains(" ms, "));
}

#[test]
fn a_harmonic_tone_peaks_at_its_period() {
    let folder = TempDir::new().unwrap();
    let tone = |i: usize| -> f64 {
        let phase = TAU * 200.0 * i as f64 / 22050.0;
        let partial = |h: u32| (f64::from(h) * phase + f64::from(h * h)).sin() / f64::from(h);
        (1..50).map(partial).sum()
    };
    let samples = (0..22050).map(|i| 0.2 * tone(i) as f32).collect();
    let path = wav(folder.path(), "tone.wav", samples);
    let real = [text(&path), "--kind", "real"];
    let csv = folder.path().join("real.csv");
    cepstra(&real, &csv).assert().success();
    let table = table(&fs::read_to_string(&csv).unwrap());
    assert_eq!(table[0], ["filename", "quefrency", "value"]);
    let number = |cell: &str| cell.parse::<f64>().unwrap();
    let pitch = table[1..]
        .iter()
        .filter(|cells| (0.002..=0.02).contains(&number(&cells[1])))
        .max_by(|a, b| number(&a[2]).total_cmp(&number(&b[2])))
        .unwrap();
    assert_near("quefrency", number(&pitch[1]), 0.005, 0.5 / 22050.0);
    let svg = folder.path().join("real.svg");
    cepstra(&real, &svg).assert().success();
    assert!(
        fs::read_to_string(&svg)
            .unwrap()
            .contains("4.99 ms, 200 Hz")
    );
    let npy = folder.path().join("real.npy");
    cepstra(&real, &npy).assert().success();
    let frames = array(&npy);
    assert_eq!(frames.dim(), (1025, 44));
    for (cells, row) in table[1..].iter().zip(frames.rows()) {
        assert_near("mean", row.mean().unwrap(), number(&cells[2]), 1e-12);
    }
}

#[test]
fn two_dimensional_cepstra_are_of_the_first_segment() {
    let folder = TempDir::new().unwrap();
    let samples = noise(50_000);
    let path = wav(folder.path(), "noise.wav", samples);
    let mut signal = read_signal(&path, Channel::Mix).unwrap();
    signal.samples.truncate(44_100);
    let expected = cepstrum_2d(&log_mel(&signal)).unwrap();
    let npy = folder.path().join("2d.npy");
    cepstra(&[text(&path), "--kind", "2d"], &npy)
        .assert()
        .success();
    assert_same(&array(&npy), &expected.values, 1e-9);
    let csv = folder.path().join("2d.csv");
    cepstra(&[text(&path), "--kind", "2d"], &csv)
        .assert()
        .success();
    let table = table(&fs::read_to_string(&csv).unwrap());
    let last = table.last().unwrap();
    assert_near("band", last[1].parse().unwrap(), 127.0 / 256.0, 1e-12);
    let highest = 86.0 / (2.0 * 87.0) * 22050.0 / 512.0;
    assert_near("Hz", last[2].parse().unwrap(), highest, 1e-9);
}

#[test]
fn mean_powers_have_their_geometric_mean_for_any_number_of_threads() {
    let folder = TempDir::new().unwrap();
    let csv = folder.path().join("mean.csv");
    let run = |threads: &str| {
        let arguments = [SPEECH, MUSIC, "--kind", "mean", "--threads", threads];
        cepstra(&arguments, &csv).assert().success();
        fs::read_to_string(&csv).unwrap()
    };
    let one = run("1");
    assert_eq!(one, run("3"));
    let table = table(&one);
    assert_eq!(table[0], ["filename", "frequency", "power"]);
    assert_eq!(table.len(), 1 + 3 * 127);
    let power = mean_cepstral_power(&log_mel(&speech())).unwrap().power;
    let number = |row: usize, cell: usize| table[row][cell].parse::<f64>().unwrap();
    for k in 1..128 {
        assert_eq!(table[k][0], SPEECH);
        assert_eq!(table[254 + k][0], "mean");
        assert_eq!(number(k, 1), k as f64 / 256.0);
        assert_near("power", number(k, 2) / power[k], 1.0, 1e-9);
        let mean = (number(k, 2) * number(127 + k, 2)).sqrt();
        assert_near("mean", number(254 + k, 2) / mean, 1.0, 1e-12);
    }
}

#[test]
fn every_kind_is_drawn() {
    let folder = TempDir::new().unwrap();
    for (arguments, words) in [
        (
            vec!["--kind", "mfcc"],
            vec!["coefficient", "time (s)", "MFCC"],
        ),
        (vec!["--with-c0"], vec!["c0 (dB)"]),
        (vec!["--delta", "2"], vec!["dB/frame²"]),
        (
            vec!["--kind", "mean"],
            vec!["geometric mean of 2", "cycles/band"],
        ),
        (
            vec!["--kind", "2d", "--duration", "1"],
            vec!["temporal modulation (Hz)"],
        ),
        (vec!["--kind", "real"], vec!["quefrency (ms)"]),
    ] {
        let svg = folder.path().join("figure.svg");
        let clips = [&[SPEECH, MUSIC], &arguments[..]].concat();
        cepstra(&clips, &svg).assert().success();
        let drawing = fs::read_to_string(&svg).unwrap();
        for word in words.iter().chain(&["prompt_a.wav"]) {
            assert!(drawing.contains(word), "{arguments:?}: no {word}");
        }
        assert_eq!(drawing.contains("c0 (dB)"), arguments == ["--with-c0"]);
    }
    let png = folder.path().join("figure.png");
    cepstra(&[SPEECH], &png).assert().success();
    assert_eq!(&fs::read(&png).unwrap()[1..4], b"PNG");
}

#[test]
fn several_clips_need_a_folder_for_arrays() {
    let folder = TempDir::new().unwrap();
    let npy = folder.path().join("both.npy");
    cepstra(&[SPEECH, MUSIC], &npy)
        .assert()
        .code(2)
        .stderr(predicate::str::contains("2 clips do not fit one .npy"));
    assert!(!npy.exists());
    let out = folder.path().join("arrays");
    cepstra(&["fixtures/audio"], &out).assert().success();
    let one = folder.path().join("one.npy");
    cepstra(&[SPEECH], &one).assert().success();
    assert_eq!(array(&out.join("speech_prompt_a.wav.npy")), array(&one));
    assert_eq!(fs::read_dir(&out).unwrap().count(), 4);
}

#[test]
fn clips_without_a_cepstrum_are_told() {
    let folder = TempDir::new().unwrap();
    let short = wav(folder.path(), "short.wav", noise(2047));
    let frame = wav(folder.path(), "frame.wav", noise(2048));
    let silent = wav(folder.path(), "silent.wav", vec![0.0; 50_000]);
    let out = folder.path().join("out.csv");
    for (clip, arguments, reason) in [
        (
            &short,
            vec![],
            "too short: 2047 samples, but 2048 samples needed (--n-fft)",
        ),
        (
            &short,
            vec!["--kind", "real"],
            "2048 samples needed (--n-fft)",
        ),
        (
            &frame,
            vec!["--delta", "1"],
            "too short: 5 frames, but 9 frames needed (--delta)",
        ),
        (
            &frame,
            vec!["--delta", "2", "--hop-length", "4096"],
            "too short: 1 frame,",
        ),
        (
            &frame,
            vec!["--kind", "2d"],
            "too short: 0.093 s, but 2 s needed (--duration)",
        ),
        (
            &frame,
            vec!["--start", "1"],
            "more than 1 s needed (--start)",
        ),
        (&silent, vec![], "digital silence"),
        (&silent, vec!["--kind", "mean"], "digital silence"),
        (&silent, vec!["--kind", "2d"], "digital silence"),
        (&silent, vec!["--kind", "real"], "digital silence"),
    ] {
        let alone = [&[text(clip)], &arguments[..]].concat();
        cepstra(&alone, &out)
            .assert()
            .code(1)
            .stderr(predicate::str::contains(reason));
        assert!(!out.exists(), "{arguments:?}");
    }
    cepstra(&[SPEECH, text(&short), text(&silent)], &out)
        .assert()
        .code(3)
        .stderr(predicate::str::contains("2 of 3 clips skipped"));
    let table = fs::read_to_string(&out).unwrap();
    assert!(table.contains("prompt_a") && !table.contains("silent"));
    // One frame is enough for coefficients.
    let npy = folder.path().join("one.npy");
    cepstra(&[text(&frame), "--hop-length", "4096"], &npy)
        .assert()
        .success();
    assert_eq!(array(&npy).dim(), (20, 1));
}

#[test]
fn impossible_settings_name_their_flags() {
    let folder = TempDir::new().unwrap();
    let (csv, png) = (folder.path().join("out.csv"), folder.path().join("out.png"));
    for (arguments, message) in [
        ("--n-mfcc 0", "--n-mfcc is 0, but must be at least 1"),
        (
            "--n-mfcc 41 --n-mels 40",
            "--n-mfcc is 41, but must be at least 1 and at most --n-mels (40)",
        ),
        ("--lifter 0", "--lifter is 0"),
        ("--top-db -3", "--top-db is -3"),
        ("--n-fft 1", "--n-fft is 1"),
        ("--n-mels 0", "--n-mels is 0"),
        ("--n-mels 1000", "--n-mels"),
        ("--f-max 20000", "--f-max is 20000"),
        ("--threads 0", "--threads is 0"),
    ] {
        for command in ["features", "cepstrum"] {
            let mut command = cepstrum(&[command, SPEECH, "-o", text(&csv)]);
            command.args(arguments.split(' '));
            let message = predicate::str::contains(message);
            command.assert().code(2).stderr(message);
            assert!(!csv.exists(), "{arguments}");
        }
    }
    for (arguments, message) in [
        ("--delta 3", "--delta is 3, but must be 1 or 2"),
        ("--n-mfcc 1", "--n-mfcc is 1, but must be at least 2"),
        ("--start -1", "--start is -1"),
        ("--duration 0", "--duration is 0"),
        ("--duration 601", "--duration is 601"),
        (
            "--kind mean --n-mels 1",
            "--n-mels is 1, but must be at least 2",
        ),
        ("--kind mean --n-mfcc 5", "--n-mfcc is given"),
        ("--kind 2d --delta 1", "--delta is given"),
        ("--kind real --n-mels 40", "--n-mels is given"),
        ("--kind real --with-c0", "--with-c0 is given"),
        ("--kind mean --columns 2", "--columns is given"),
        ("--columns 0", "--columns is 0"),
    ] {
        let arguments: Vec<&str> = [SPEECH].into_iter().chain(arguments.split(' ')).collect();
        let message = predicate::str::contains(message);
        cepstra(&arguments, &png).assert().code(2).stderr(message);
        assert!(!png.exists(), "{arguments:?}");
    }
    for command in ["features", "cepstrum"] {
        let out = folder.path().join("out.txt");
        let message = predicate::str::contains("--output is");
        cepstrum(&[command, SPEECH, "-o", text(&out)])
            .assert()
            .code(2)
            .stderr(message);
    }
    let odd = ["features", SPEECH, "--roll-percent", "1.5"];
    cepstrum(&odd)
        .assert()
        .code(2)
        .stderr(predicate::str::contains("--roll-percent"));
}

#[test]
fn ten_curves_are_drawn_beside_the_mean_of_all() {
    let folder = TempDir::new().unwrap();
    for number in 10..22 {
        wav(folder.path(), &format!("clip{number}.wav"), noise(4096));
    }
    let svg = folder.path().join("mean.svg");
    cepstra(&[text(folder.path()), "--kind", "mean"], &svg)
        .assert()
        .success();
    let drawing = fs::read_to_string(&svg).unwrap();
    let drawn = |number: u32| drawing.contains(&format!("clip{number}.wav"));
    assert!((10..20).all(drawn) && !(20..22).any(drawn));
    assert!(drawing.contains("geometric mean of 12"));
}
