//! Cepstral coefficients against the golden files, and the features of clips
//! against librosa 0.11 in float64 (`scripts/features_reference.py`).

use crate::support::{self, assert_near, fixture, golden};
use cepstrum::analysis::{FeatureConfig, FeatureRow, Silent, Status, clip_features};
use cepstrum::data::{Axis, Plane, Real, Signal, Unit};
use cepstrum::decode::{Channel, read_signal};
use cepstrum::planar::{DeltaOrder, Mfcc, MfccConfig, delta, mfcc};
use cepstrum::spectral::{FrameFeatures, FrameFeaturesConfig, LogMel, LogMelConfig, MelScale};
use cepstrum::synth::{am_tone, chirp, gauss, write_wav};
use ndarray::Array2;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What the golden README allows for coefficients of values in dB.
const DB_F64: f64 = 1e-5;
const DB_F32: f64 = 0.02;

const RATE: u32 = 22050;

fn mix() -> Vec<f64> {
    let chirp = chirp(11025, 22050.0, 50.0, 9000.0, 0.5);
    let tone = am_tone(11025, 22050.0, 440.0, 4.0, 0.5, 0.4);
    let noise = gauss(44, 11025);
    (0..11025)
        .map(|i| chirp[i] + tone[i] + 0.01 * noise[i])
        .collect()
}

/// 20 coefficients as [coefficient, frame], row by row, computed in `T`.
fn mfcc20<T: Real>(x: &[f64]) -> (usize, Vec<f64>) {
    let samples: Vec<T> = x.iter().map(|&x| T::of(x)).collect();
    let mut log_mel = LogMel::<T>::new(&LogMelConfig::new(RATE)).unwrap();
    let n_frames = log_mel.n_frames(samples.len());
    let mut values = vec![T::of(0.0); n_frames * 128];
    log_mel.process(&samples, &mut values).unwrap();
    let mut plan = Mfcc::<T>::new(128, &MfccConfig::default()).unwrap();
    let mut coefficients = vec![T::of(0.0); n_frames * 20];
    plan.process(&values, &mut coefficients).unwrap();
    let at = |k: usize, t: usize| -> f64 { coefficients[t * 20 + k].into() };
    let rows = (0..20).flat_map(|k| (0..n_frames).map(move |t| (k, t)));
    (n_frames, rows.map(|(k, t)| at(k, t)).collect())
}

#[track_caller]
fn assert_all_near(what: &str, got: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(got.len(), expected.len(), "{what}");
    let errors = got.iter().zip(expected).map(|(a, b)| (a - b).abs());
    let worst = errors.fold(0.0, f64::max);
    println!("golden {:.2e} {what}", worst / tolerance);
    for (i, (&got, &expected)) in got.iter().zip(expected).enumerate() {
        assert_near(&format!("{what}[{i}]"), got, expected, tolerance);
    }
}

#[test]
fn coefficients_of_the_mix() {
    let Some(expected) = golden::values("mfcc", "sound/mix.mfcc20.npy") else {
        return;
    };
    assert_all_near("mfcc20 f64", &mfcc20::<f64>(&mix()).1, &expected, DB_F64);
    assert_all_near("mfcc20 f32", &mfcc20::<f32>(&mix()).1, &expected, DB_F32);
}

#[test]
fn coefficients_of_the_published_clips() {
    for clip in 1..=4 {
        let name = format!("reference/audio/audio_clip{clip}.wav");
        let Some(path) = support::shared("mfcc of clips", &name) else {
            continue;
        };
        let mut reader = hound::WavReader::open(path).unwrap();
        let x: Vec<f64> = reader
            .samples::<i16>()
            .map(|x| f64::from(x.unwrap()))
            .collect();
        let key = format!("blogclip{clip}.mfcc20.frame10");
        let expected = golden::list(&golden::scalars(), &key);
        let frame10 = |(n_frames, values): (usize, Vec<f64>)| -> Vec<f64> {
            (0..20).map(|k| values[k * n_frames + 10]).collect()
        };
        assert_all_near(&key, &frame10(mfcc20::<f64>(&x)), &expected, DB_F64);
        assert_all_near(&key, &frame10(mfcc20::<f32>(&x)), &expected, DB_F32);
    }
}

type Columns = Vec<(String, f64)>;

/// The columns of each clip and settings of the committed reference.
fn reference() -> BTreeMap<(String, String), Columns> {
    let path = fixture("golden/features_reference.csv");
    let mut reference: BTreeMap<_, Columns> = BTreeMap::new();
    for record in csv::Reader::from_path(path).unwrap().records() {
        let record = record.unwrap();
        let value = record[3].parse().unwrap();
        reference
            .entry((record[0].to_string(), record[1].to_string()))
            .or_default()
            .push((record[2].to_string(), value));
    }
    assert_eq!(reference.len(), 11, "sets in the reference");
    reference
}

fn expected(clip: &str, settings: &str) -> Columns {
    reference()
        .remove(&(clip.to_string(), settings.to_string()))
        .unwrap_or_else(|| panic!("no reference of {clip}, {settings}"))
}

/// Both sides are float64: the golden class `scalar`, 1e-9 relative. What
/// cancels to nearly 0 keeps the rounding of what it is summed from: 1e-12 of
/// the first coefficient, which is the size of a frame in dB.
#[track_caller]
fn compare_columns(what: &str, got: &BTreeMap<String, f64>, expected: &Columns) {
    let size = expected
        .iter()
        .find(|(column, _)| column == "mfcc1_mean")
        .map_or(0.0, |(_, value)| value.abs());
    let mut worst = (0.0, "");
    for (column, expected) in expected {
        let got = got[column];
        let rounding = match column {
            column if !column.contains("mfcc") && !column.contains("delta") => 0.0,
            column if column.ends_with("_var") => (1e-12 * size).powi(2),
            _ => 1e-12 * size,
        };
        let tolerance = 1e-9 * expected.abs() + rounding;
        assert_near(&format!("{what} {column}"), got, *expected, tolerance);
        let relative = (got - expected).abs() / expected.abs();
        if *expected != 0.0 && rounding < 1e-10 * expected.abs() && relative > worst.0 {
            worst = (relative, column);
        }
    }
    println!(
        "golden worst relative error {:.2e} {what} {}",
        worst.0, worst.1
    );
}

fn columns(row: &FeatureRow, n_mfcc: usize) -> BTreeMap<String, f64> {
    assert_eq!(row.outcome.reason, None, "{}", row.filename);
    let names = FeatureRow::names(n_mfcc);
    let values = row.values().unwrap();
    assert_eq!(names.len(), values.len());
    names.into_iter().zip(values).collect()
}

fn features(config: FeatureConfig, path: &Path) -> FeatureRow {
    let config = FeatureConfig {
        inputs: vec![path.to_path_buf()],
        ..config
    };
    let mut rows = clip_features(&config, &Silent).unwrap();
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

#[test]
fn features_of_clips_are_librosas() {
    for clip in [
        "audio/music/brahms.flac",
        "audio/speech/prompt_a.wav",
        "audio/speech/prompt_b.au",
        "formats/stereo_44100.wav",
        "formats/u8.wav",
    ] {
        let row = features(FeatureConfig::default(), &fixture(clip));
        assert_eq!(
            (row.outcome.status, row.remark.as_ref()),
            (Status::Ok, None)
        );
        let expected = expected(clip, "default");
        // Length, 5 features of frames and 20 coefficients.
        assert_eq!(expected.len(), 51);
        compare_columns(clip, &columns(&row, 20), &expected);
    }
}

const CLIP: &str = "audio/speech/prompt_b.au";

#[test]
fn other_settings_are_librosas() {
    let mut htk = FeatureConfig::default();
    htk.mel.scale = MelScale::Htk;
    let mut lifted = FeatureConfig::default();
    lifted.mfcc.lifter = Some(22.0);
    let mut small = FeatureConfig::default();
    small.stft.n_fft = 1024;
    small.stft.win_length = 1024;
    small.stft.hop_length = 384;
    small.mel.n_mels = 64;
    small.mfcc.n_mfcc = 13;
    small.roll_percent = 0.5;
    for (settings, config, n_columns) in [
        ("htk", htk, 41),
        ("lifter22", lifted, 41),
        ("small", small, 37),
    ] {
        let n_mfcc = config.mfcc.n_mfcc;
        let row = features(config, &fixture(CLIP));
        let expected = expected(CLIP, settings);
        assert_eq!(expected.len(), n_columns);
        compare_columns(settings, &columns(&row, n_mfcc), &expected);
    }
}

fn mean_and_variance(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let count = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / count;
    (
        mean,
        values.map(|x| (x - mean).powi(2)).sum::<f64>() / count,
    )
}

#[test]
fn derivatives_are_librosas() {
    let signal = read_signal(&fixture(CLIP), Channel::Mix).unwrap();
    let mut log_mel = LogMel::<f64>::new(&LogMelConfig::new(signal.sample_rate)).unwrap();
    let plane = log_mel.plane(&signal).unwrap();
    let coefficients = mfcc(&plane, &MfccConfig::default()).unwrap();
    let first = delta(&coefficients, 9, DeltaOrder::First).unwrap();
    let second = delta(&coefficients, 9, DeltaOrder::Second).unwrap();
    let mut got = BTreeMap::from([("length".to_string(), signal.samples.len() as f64)]);
    for (prefix, plane) in [
        ("mfcc", &coefficients),
        ("delta1_", &first),
        ("delta2_", &second),
    ] {
        for (k, row) in plane.values.rows().into_iter().enumerate() {
            let (mean, variance) = mean_and_variance(row.iter().copied());
            got.insert(format!("{prefix}{}_mean", k + 1), mean);
            got.insert(format!("{prefix}{}_var", k + 1), variance);
        }
    }
    let expected = expected(CLIP, "delta");
    assert_eq!(expected.len(), 121);
    compare_columns("delta", &got, &expected);
}

/// A wav of whole 16-bit values.
fn wav(folder: &Path, name: &str, samples: Vec<f32>) -> PathBuf {
    let path = folder.join(name);
    let signal = Signal {
        samples,
        sample_rate: RATE,
    };
    write_wav(&path, &signal).unwrap();
    path
}

#[test]
fn short_and_silent_clips_are_librosas_and_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut samples = read_signal(&fixture(CLIP), Channel::Mix).unwrap().samples;
    samples.truncate(700);
    let path = wav(folder.path(), "short.wav", samples);
    let row = features(FeatureConfig::default(), &path);
    assert_eq!(
        (row.outcome.status, row.length, row.n_frames),
        (Status::Ok, 700, 2)
    );
    assert!(row.remark.as_ref().unwrap().contains("700 of 2048"));
    compare_columns("short", &columns(&row, 20), &expected("short", "default"));

    let path = wav(folder.path(), "silence.wav", vec![0.0; 11025]);
    let row = features(FeatureConfig::default(), &path);
    assert_eq!(row.remark.as_deref(), Some("digital silence"));
    let expected = expected("silence", "default");
    compare_columns("silence", &columns(&row, 20), &expected);
}

/// In f32 the bins of a transform of 2048 err by about 1e-7 of the largest, so
/// that sums over 1025 of them err by 1e-4 at most.
#[test]
fn features_in_f32_are_those_in_f64() {
    for clip in ["audio/music/brahms.flac", CLIP] {
        let signal = read_signal(&fixture(clip), Channel::Mix).unwrap();
        let config = FrameFeaturesConfig::new(signal.sample_rate);
        let wide: Vec<f64> = signal.samples.iter().map(|&x| x.into()).collect();
        let exact = FrameFeatures::<f64>::new(&config).unwrap().series(&wide);
        let fast = FrameFeatures::<f32>::new(&config)
            .unwrap()
            .series(&signal.samples);
        let nyquist = f64::from(signal.sample_rate) / 2.0;
        let bin = f64::from(signal.sample_rate) / 2048.0;
        let n_frames = 1 + signal.samples.len() / 512;
        assert_eq!(exact.time.len(), n_frames);
        assert_eq!(exact.zero_crossing_rate, fast.zero_crossing_rate);
        for (what, got, expected, tolerance) in [
            ("rms", &fast.rms, &exact.rms, 1e-6),
            (
                "centroid",
                &fast.spectral_centroid,
                &exact.spectral_centroid,
                1e-4 * nyquist,
            ),
            (
                "bandwidth",
                &fast.spectral_bandwidth,
                &exact.spectral_bandwidth,
                1e-4 * nyquist,
            ),
            // A sum that just reaches the share may just miss it.
            ("rolloff", &fast.rolloff, &exact.rolloff, 1.001 * bin),
        ] {
            assert_all_near(&format!("{clip} {what} f32"), got, expected, tolerance);
        }
    }
}

/// A plane whose bands are one cosine has one coefficient.
#[test]
fn a_cosine_along_the_bands_is_one_coefficient() {
    let axis = |unit, len| Axis::Uniform {
        unit,
        start: 0.0,
        step: 1.0,
        len,
    };
    let cosine = |(band, t): (usize, usize)| {
        (std::f64::consts::PI * 7.0 * (2 * band + 1) as f64 / 256.0).cos() * t as f64
    };
    let plane = Plane {
        values: Array2::from_shape_fn((128, 4), cosine),
        rows: axis(Unit::MelBand, 128),
        cols: axis(Unit::Second, 4),
    };
    let got = mfcc(&plane, &MfccConfig::default()).unwrap();
    for ((k, t), value) in got.values.indexed_iter() {
        let expected = if k == 7 { 8.0 * t as f64 } else { 0.0 };
        assert_near(&format!("c{k} of frame {t}"), *value, expected, 1e-12);
    }
}
