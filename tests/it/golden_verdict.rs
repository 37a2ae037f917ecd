//! The verdict against its float64 oracle, on recordings and photographs that lie
//! beside the checkout. The synthetic sets of the oracle need random numbers that only
//! numpy makes.

use crate::support::shared;
use cepstrum::analysis::{
    AnalysisConfig, Number, Representation, Silent, VerdictRow, VerdictSettings, verdict,
};
use cepstrum::data::Signal;
use cepstrum::decode::{green_plane, photo_size};
use cepstrum::spectral::{LogScale, StftConfig};
use cepstrum::synth::write_wav;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Files of each golden set of sounds, and of pictures.
const SOUNDS: usize = 4;
const PICTURES: usize = 12;

fn golden(test: &str) -> Option<Value> {
    let path = shared(test, "verdict/golden.json")?;
    Some(serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap())
}

/// All files below a folder with that extension, in order.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.extension().is_some_and(|e| e == extension) => found.push(path),
                false => {}
            }
        }
    }
    found.sort();
    found
}

/// Ten seconds of a clip.
fn samples(path: &Path) -> Vec<f64> {
    let mut reader = hound::WavReader::open(path).unwrap();
    let samples = reader.samples::<i16>().take(220_500);
    samples.map(|x| f64::from(x.unwrap()) / 32768.0).collect()
}

fn peak(samples: &[f64]) -> f64 {
    samples.iter().fold(0.0, |peak, x| peak.max(x.abs()))
}

/// The clips of a set, as 16-bit samples, in a folder `x`.
fn save(folder: &Path, sounds: &[Vec<f64>]) {
    fs::create_dir_all(folder.join("x")).unwrap();
    for (i, sound) in sounds.iter().enumerate() {
        let to_f32 = |x: &f64| ((x * 32767.0).round_ties_even() / 32768.0) as f32;
        let signal = Signal {
            samples: sound.iter().map(to_f32).collect(),
            sample_rate: 22_050,
        };
        write_wav(&folder.join(format!("x/{i:02}.wav")), &signal).unwrap();
    }
}

/// Ten clips of music, and copies of one of them, each a set of its own.
fn sets(music: &Path) -> [(&'static str, Vec<Vec<f64>>); 2] {
    let clips: Vec<Vec<f64>> = files(music, "wav")
        .iter()
        .take(SOUNDS)
        .map(|f| samples(f))
        .collect();
    let normal = |x: &Vec<f64>, of: f64| x.iter().map(|x| 0.7 * x / of).collect::<Vec<f64>>();
    let copy = |i: usize| {
        let gain = 10_f64.powf(-1.3 * i as f64 / 20.0);
        let quieter: Vec<f64> = clips[3].iter().map(|x| gain * x).collect();
        normal(&quieter, peak(&clips[3]))
    };
    [
        (
            "real_music_dev",
            clips.iter().map(|x| normal(x, peak(x))).collect(),
        ),
        ("gain_copies", (0..SOUNDS).map(copy).collect()),
    ]
}

fn config(folder: &Path, front_end: &Value) -> AnalysisConfig {
    let n = |name: &str| front_end[name].as_u64().unwrap() as usize;
    let mut config = AnalysisConfig {
        inputs: vec![folder.to_path_buf()],
        representations: vec![Representation::LogMel],
        sample_rate: Some(n("sample_rate") as u32),
        stft: StftConfig::new(n("n_fft"), n("hop_length")),
        segment: front_end["segment"].as_f64().unwrap(),
        ..AnalysisConfig::default()
    };
    config.mel.n_mels = n("n_mels");
    config.mel.f_max = front_end["f_max"].as_f64();
    config.log = match front_end["log"].as_str().unwrap() {
        "ln" => LogScale::Natural {
            floor: front_end["floor"].as_f64().unwrap(),
        },
        _ => LogScale::Decibel {
            top_db: front_end["top_db"].as_f64(),
        },
    };
    config
}

fn near(name: &str, got: Option<f64>, expected: &Value, tolerance: f64) {
    match (got, expected.as_f64()) {
        (Some(got), Some(expected)) => {
            let apart = (got - expected).abs();
            assert!(
                apart <= tolerance,
                "{name}: {got} is {apart} from {expected}"
            );
        }
        (got, expected) => assert_eq!(got, expected, "{name}"),
    }
}

/// A number within its tolerance, and its interval within 1 % of its width beside.
fn near_number(name: &str, got: &Number, expected: &Value, tolerance: f64) {
    near(name, got.value, &expected["value"], tolerance);
    let ci = &expected["ci"];
    if let (Some(low), Some(high)) = (ci[0].as_f64(), ci[1].as_f64()) {
        let beside = 0.01 * (high - low) + tolerance;
        let got = got.ci.unwrap();
        near(&format!("{name}, low"), got[0], &ci[0], beside);
        near(&format!("{name}, high"), got[1], &ci[1], beside);
    }
}

fn compare_bands(name: &str, row: &VerdictRow, expected: &Value, tolerance: f64) {
    let some = |list: &[f64]| list.iter().copied().map(Some).collect::<Vec<_>>();
    for (key, got) in [
        ("all_db", some(&row.bands.all_db)),
        ("interior_db", some(&row.bands.interior_db)),
        ("photo_all_db", row.bands.photo_all_db.clone()),
        ("photo_interior_db", row.bands.photo_interior_db.clone()),
    ] {
        let expected = expected["bands"][key].as_array().unwrap();
        assert_eq!(got.len(), expected.len(), "{name} {key}");
        for (got, expected) in got.iter().zip(expected) {
            near(&format!("{name} {key}"), *got, expected, tolerance);
        }
    }
}

fn compare_answers(name: &str, row: &VerdictRow, expected: &Value) {
    for (key, answer) in row.answers.named() {
        let expected = &expected["answers"][key];
        let got = answer.map(|answer| answer.name());
        assert_eq!(got, expected.as_str(), "{name}: {key}");
    }
}

/// Tolerances of an f32 front end, as the golden file states them.
fn tolerance(number: &str) -> f64 {
    match number {
        name if name.contains("alpha") || name.contains("delta") => 0.003,
        "own_share" => 0.001,
        _ => 0.01,
    }
}

#[test]
fn music_and_copies_under_all_front_ends() {
    let test = "golden verdict of music";
    let (Some(golden), Some(music)) = (golden(test), shared(test, "data/gtzan_genres/trimmed"))
    else {
        return;
    };
    let mut compared = 0;
    for (kind, sounds) in sets(&music) {
        let folder = TempDir::new().unwrap();
        save(folder.path(), &sounds);
        for expected in golden["sets"].as_array().unwrap() {
            if expected["kind"] != kind {
                continue;
            }
            let config = config(folder.path(), &expected["front_end"]);
            let (_, verdict) = verdict(&config, &VerdictSettings::default(), &Silent).unwrap();
            let row = &verdict.rows[0];
            let name = format!("{kind} {}", expected["front_end"]["n_fft"]);
            compare_bands(&name, row, expected, 0.01);
            compare_answers(&name, row, expected);
            for (key, of) in expected["numbers"].as_object().unwrap() {
                near_number(
                    &format!("{name} {key}"),
                    &row.numbers[key],
                    of,
                    tolerance(key),
                );
            }
            for (key, got) in [
                ("n_units", row.n_units as u64),
                ("n_segments", row.n_segments),
                ("n_null_segments", row.n_null_segments),
            ] {
                assert_eq!(Some(got), expected[key].as_u64(), "{name}: {key}");
            }
            compared += 1;
        }
    }
    assert_eq!(compared, 5);
}

#[test]
fn waveforms_of_music() {
    let test = "golden verdict of waveforms";
    let (Some(golden), Some(music)) = (golden(test), shared(test, "data/gtzan_genres/trimmed"))
    else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let [(kind, sounds), _] = sets(&music);
    save(folder.path(), &sounds);
    let all = golden["waveforms"].as_array().unwrap();
    let expected = all.iter().find(|of| of["kind"] == kind).unwrap();
    let config = AnalysisConfig {
        inputs: vec![folder.path().to_path_buf()],
        representations: vec![Representation::Waveform],
        ..AnalysisConfig::default()
    };
    let (_, verdict) = verdict(&config, &VerdictSettings::default(), &Silent).unwrap();
    let row = &verdict.rows[0];
    let names = [
        "least_fall_db",
        "least_fall_from_bottom_db",
        "photo_distance_db",
    ];
    for (i, name) in names.into_iter().enumerate() {
        let (got, ci) = (&row.numbers[name], &expected["ci"]);
        near(name, got.value, &expected["numbers"][name], 0.01);
        for end in 0..2 {
            near(name, got.ci.unwrap()[end], &ci[end][i], 0.02);
        }
    }
    compare_answers(kind, row, expected);
}

#[test]
fn photographs_as_arrays() {
    let test = "golden verdict of photographs";
    let (Some(golden), Some(photos)) = (golden(test), shared(test, "data/photos/bsds500")) else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let large = |path: &PathBuf| {
        let (height, width) = photo_size(path).unwrap();
        height.min(width) >= 224
    };
    let found = files(&photos, "jpg");
    let used = found.iter().filter(|path| large(path)).take(PICTURES);
    let mut inputs = Vec::new();
    for (i, path) in used.enumerate() {
        let (plane, _) = green_plane(path, 224).unwrap();
        let path = folder.path().join(format!("{i:02}.npy"));
        ndarray_npy::write_npy(&path, &plane.values).unwrap();
        inputs.push(path);
    }
    let config = AnalysisConfig {
        inputs,
        ..AnalysisConfig::default()
    };
    let (_, verdict) = verdict(&config, &VerdictSettings::default(), &Silent).unwrap();
    let row = &verdict.rows[0];
    let pictures = golden["pictures"].as_array().unwrap();
    let expected = pictures.iter().find(|of| of["kind"] == "photos_dev");
    let expected = expected.unwrap();
    assert_eq!(row.n_files, PICTURES);
    // Decoders of JPEG differ by a level here and there.
    compare_bands("photos", row, expected, 0.01);
    compare_answers("photos", row, expected);
    for (name, number) in expected["numbers"].as_object().unwrap() {
        near_number(name, &row.numbers[name], number, tolerance(name));
    }
}

#[test]
fn built_in_photographs_are_those_that_lie_beside() {
    let Some(photos) = shared("the built-in photographs", "data/photos") else {
        return;
    };
    let config = AnalysisConfig {
        photos: vec![photos],
        side: cepstrum::analysis::Side::Pixels(224),
        ..AnalysisConfig::default()
    };
    let (report, own) = verdict(&config, &VerdictSettings::default(), &Silent).unwrap();
    let n = report
        .inputs
        .iter()
        .filter(|row| row.n_segments > 0)
        .count();
    assert_eq!(n, 130);
    // A report of something else has the built-in ones.
    let folder = TempDir::new().unwrap();
    save(
        folder.path(),
        &[(0..88_200).map(|i| f64::from(i % 7) / 7.0).collect()],
    );
    let other = AnalysisConfig {
        inputs: vec![folder.path().to_path_buf()],
        ..AnalysisConfig::default()
    };
    let (_, built_in) = verdict(&other, &VerdictSettings::default(), &Silent).unwrap();
    let (own, built_in) = (&own.photos, &built_in.photos);
    for (own, built_in) in [
        (&own.ln_frequency, &built_in.ln_frequency),
        (&own.ln_power_all, &built_in.ln_power_all),
        (&own.ln_power_interior, &built_in.ln_power_interior),
    ] {
        assert_eq!(own.len(), 13);
        for (own, built_in) in own.iter().zip(built_in) {
            // 0.01 dB, as above.
            assert!((own - built_in).abs() < 0.0023, "{own} {built_in}");
        }
    }
}
