//! Rows of features for clips that are good, odd, broken, or not clips at all.

use crate::support::fixture;
use cepstrum::Error;
use cepstrum::analysis::{FeatureConfig, FeatureRow, Silent, Status, clip_features};
use cepstrum::spectral::Framing;
use cepstrum::synth::gauss;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn config(inputs: &[PathBuf]) -> FeatureConfig {
    FeatureConfig {
        inputs: inputs.to_vec(),
        ..FeatureConfig::default()
    }
}

fn rows(config: &FeatureConfig) -> Vec<FeatureRow> {
    clip_features(config, &Silent).unwrap()
}

/// A float wav of noise; `bad` samples of it are not numbers.
fn noise_wav(folder: &Path, name: &str, sample_rate: u32, bad: usize) -> PathBuf {
    let path = folder.join(name);
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(&path, spec).unwrap();
    for (i, sample) in gauss(7, 5000).into_iter().enumerate() {
        let sample = if i < bad { f64::NAN } else { 0.1 * sample };
        writer.write_sample(sample as f32).unwrap();
    }
    writer.finalize().unwrap();
    path
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn columns_are_those_of_the_gtzan_table() {
    let names = FeatureRow::names(2);
    let expected = [
        "length",
        "rms_mean",
        "rms_var",
        "spectral_centroid_mean",
        "spectral_centroid_var",
        "spectral_bandwidth_mean",
        "spectral_bandwidth_var",
        "rolloff_mean",
        "rolloff_var",
        "zero_crossing_rate_mean",
        "zero_crossing_rate_var",
        "mfcc1_mean",
        "mfcc1_var",
        "mfcc2_mean",
        "mfcc2_var",
    ];
    assert_eq!(names, expected);
}

#[test]
fn rows_are_in_order_and_the_same_for_any_number_of_threads() {
    let config = config(&[fixture("audio"), fixture("formats")]);
    let on_threads = |n: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build();
        pool.unwrap().install(|| rows(&config))
    };
    let one = on_threads(1);
    assert_eq!(one, on_threads(4));
    let order: Vec<_> = one.iter().map(|row| (row.input, &row.filename)).collect();
    assert!(order.is_sorted());
    assert_eq!(one[0].filename, "music/brahms.flac");
    assert_eq!(one[0].label, "music");
    for row in &one {
        let values = row.values().unwrap();
        assert!(values.iter().all(|x| x.is_finite()), "{}", row.filename);
    }
    let json = serde_json::to_string(&one).unwrap();
    let back: Vec<FeatureRow> = serde_json::from_str(&json).unwrap();
    assert_eq!(back, one);
}

#[test]
fn each_clip_keeps_its_own_rate() {
    let folder = folder();
    let low = noise_wav(folder.path(), "a.wav", 8000, 0);
    let high = noise_wav(folder.path(), "b.wav", 16000, 0);
    let rows = rows(&config(&[low, high]));
    let centroid = |i: usize| {
        let row: &FeatureRow = &rows[i];
        row.features.as_ref().unwrap().spectral_centroid.mean
    };
    assert_eq!((rows[0].sample_rate, rows[1].sample_rate), (8000, 16000));
    // The same samples at twice the rate; white noise has its centre midway.
    assert!((centroid(1) - 2.0 * centroid(0)).abs() < 1e-9);
    assert!((centroid(0) - 2000.0).abs() < 60.0, "{}", centroid(0));
}

#[test]
fn broken_clips_are_rows_with_a_reason() {
    let folder = folder();
    let text = folder.path().join("text.wav");
    std::fs::write(&text, "This is no sound.").unwrap();
    let bad = noise_wav(folder.path(), "bad.wav", 8000, 3);
    let cut = noise_wav(folder.path(), "cut.wav", 8000, 0);
    let bytes = std::fs::read(&cut).unwrap();
    std::fs::write(&cut, &bytes[..bytes.len() - 4000]).unwrap();
    let missing = folder.path().join("missing.wav");
    let rows = rows(&config(&[bad, cut, missing, text]));
    let found: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.outcome.status,
                row.outcome.reason_class.as_deref().unwrap(),
            )
        })
        .collect();
    let expected = [
        (Status::Skipped, "featureless"),
        (Status::Partial, "truncated"),
        (Status::Skipped, "not-found"),
        (Status::Skipped, "not-audio"),
    ];
    assert_eq!(found, expected);
    let reason = rows[0].outcome.reason.as_deref().unwrap();
    assert!(reason.contains("3 of 5000 samples"), "{reason}");
    assert_eq!(
        (rows[1].length, rows[1].values().unwrap()[0]),
        (4000, 4000.0)
    );
    assert_eq!(rows[0].values(), None);
}

#[test]
fn a_clip_without_a_frame_is_too_short() {
    let mut config = config(&[fixture("formats/u8.wav")]);
    config.stft.framing = Framing::Uncentred;
    config.stft.n_fft = 1 << 16;
    let rows = rows(&config);
    assert_eq!(rows[0].outcome.reason_class.as_deref(), Some("too-short"));
    let reason = rows[0].outcome.reason.as_deref().unwrap();
    assert!(reason.contains("--n-fft"), "{reason}");
}

#[test]
fn a_setting_that_suits_no_clip_is_an_error_and_else_a_reason() {
    let folder = folder();
    let low = noise_wav(folder.path(), "low.wav", 8000, 0);
    let mut config = config(std::slice::from_ref(&low));
    config.mel.f_max = Some(10_000.0);
    let error = clip_features(&config, &Silent).unwrap_err();
    assert!(matches!(
        error,
        Error::InvalidArgument { name: "f_max", .. }
    ));
    config.inputs = vec![fixture("formats/u8.wav"), low];
    let rows = rows(&config);
    assert_eq!(
        (rows[0].outcome.status, rows[1].outcome.status),
        (Status::Ok, Status::Skipped)
    );
    assert!(rows[1].outcome.reason.as_deref().unwrap().contains("f_max"));
}

#[test]
fn settings_out_of_range_are_named() {
    let good = config(&[fixture("formats/u8.wav")]);
    let named = |change: fn(&mut FeatureConfig)| {
        let mut config = good.clone();
        change(&mut config);
        match clip_features(&config, &Silent).unwrap_err() {
            Error::InvalidArgument { name, .. } => name,
            other => panic!("{other}"),
        }
    };
    assert_eq!(named(|c| c.inputs.clear()), "INPUT");
    assert_eq!(named(|c| c.limit = Some(0)), "limit");
    assert_eq!(named(|c| c.stft.hop_length = 0), "hop_length");
    assert_eq!(named(|c| c.roll_percent = 1.0), "roll_percent");
    assert_eq!(named(|c| c.mel.n_mels = 0), "n_mels");
    assert_eq!(named(|c| c.mfcc.n_mfcc = 129), "n_mfcc");
    assert_eq!(named(|c| c.mfcc.lifter = Some(-1.0)), "lifter");
    assert_eq!(named(|c| c.top_db = Some(0.0)), "top_db");
    let empty = folder();
    let nothing = clip_features(&config(&[empty.path().to_path_buf()]), &Silent);
    assert!(matches!(nothing, Err(Error::NothingUsable { .. })));
}

/// Quiet frames are cut off at 80 dB under the loudest of the clip.
#[test]
fn the_dynamic_range_counts_from_the_loudest_of_the_clip() {
    let clip = fixture("audio/speech/prompt_a.wav");
    let mut config = config(&[clip]);
    let narrow = rows(&config);
    config.top_db = None;
    let whole = rows(&config);
    let first = |rows: &[FeatureRow]| rows[0].features.as_ref().unwrap().mfcc[0];
    assert!(first(&whole).mean < first(&narrow).mean - 1.0);
    assert!(first(&whole).variance > first(&narrow).variance);
}
