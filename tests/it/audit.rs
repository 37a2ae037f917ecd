//! Remarks on data sets whose faults are known.

use cepstrum::analysis::{AnalysisConfig, Finding, LowRates, Remarkable, Report, Silent, analyze};
use cepstrum::data::Signal;
use cepstrum::synth::{coloured_field, coloured_noise, write_wav};
use std::path::Path;
use tempfile::TempDir;

const RATE: u32 = 16_000;

fn save(folder: &Path, name: &str, sample_rate: u32, samples: impl Iterator<Item = f64>) {
    let signal = Signal {
        samples: samples.map(|x| x as f32).collect(),
        sample_rate,
    };
    write_wav(&folder.join(name), &signal).unwrap();
}

fn noise(seed: u64, seconds: usize) -> Vec<f64> {
    let samples = coloured_noise(seed, seconds * RATE as usize, 0.5);
    samples.iter().map(|x| 0.05 * x).collect()
}

fn audited(folder: &Path) -> Report {
    let config = AnalysisConfig {
        inputs: vec![folder.to_path_buf()],
        ..AnalysisConfig::default()
    };
    analyze(&config, &Silent).unwrap()
}

fn found(report: &Report, kind: Remarkable) -> Vec<&Finding> {
    let findings = report.audit.findings.iter();
    findings.filter(|finding| finding.kind == kind).collect()
}

#[test]
fn each_fault_is_found_and_nothing_else() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    for seed in 0..8 {
        save(
            at,
            &format!("good{seed}.wav"),
            RATE,
            noise(seed, 6).into_iter(),
        );
    }
    // The samples of a good one under another name.
    save(at, "copy.wav", RATE, noise(3, 6).into_iter());
    let quiet = noise(20, 6).into_iter().enumerate();
    let quiet = quiet.map(|(i, x)| if i < 20_000 { x } else { 0.0 });
    save(at, "quiet.wav", RATE, quiet);
    save(
        at,
        "loud.wav",
        RATE,
        noise(21, 6).into_iter().map(|x| 12.0 * x),
    );
    save(
        at,
        "offset.wav",
        RATE,
        noise(22, 6).into_iter().map(|x| x + 0.05),
    );
    save(at, "long.wav", RATE, noise(23, 8).into_iter());
    let report = audited(at);
    let paths = |kind| -> Vec<Vec<String>> {
        let all = found(&report, kind).into_iter();
        all.map(|finding| finding.paths.clone()).collect()
    };
    assert_eq!(paths(Remarkable::Duplicates), [["copy.wav", "good3.wav"]]);
    assert_eq!(paths(Remarkable::NearSilent), [["quiet.wav"]]);
    assert_eq!(paths(Remarkable::Clipped), [["loud.wav"]]);
    assert_eq!(paths(Remarkable::DcOffset), [["offset.wav"]]);
    assert_eq!(paths(Remarkable::DifferingLength), [["long.wav"]]);
    assert!(paths(Remarkable::BandLimited).is_empty());
    assert_eq!(report.audit.findings.len(), 5);
    let text = serde_json::to_string(&report).unwrap();
    let read: Report = serde_json::from_str(&text).unwrap();
    assert_eq!(read.audit, report.audit);
}

#[test]
fn a_lower_rate_brought_up_is_seen() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    save(at, "low.wav", RATE, noise(1, 6).into_iter());
    for seed in 2..6 {
        let samples = coloured_noise(seed, 6 * 22_050, 0.5);
        save(
            at,
            &format!("{seed}.wav"),
            22_050,
            samples.iter().map(|x| 0.05 * x),
        );
    }
    let config = AnalysisConfig {
        inputs: vec![at.to_path_buf()],
        low_rates: LowRates::Upsample,
        ..AnalysisConfig::default()
    };
    let report = analyze(&config, &Silent).unwrap();
    let limited = found(&report, Remarkable::BandLimited);
    assert_eq!(limited.len(), 1, "{limited:?}");
    assert_eq!(limited[0].paths, ["low.wav"]);
    let mut rows = report.inputs.iter().filter_map(|row| row.audio.as_ref());
    let limit = rows.find_map(|facts| facts.band_limit).unwrap();
    assert!((7200.0..8100.0).contains(&limit), "{limit}");
}

/// Saves floats of two channels.
fn save_stereo(folder: &Path, name: &str, frames: impl Iterator<Item = (f64, f64)>) {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: RATE,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(folder.join(name), spec).unwrap();
    for (left, right) in frames {
        writer.write_sample(left as f32).unwrap();
        writer.write_sample(right as f32).unwrap();
    }
    writer.finalize().unwrap();
}

#[test]
fn channels_that_cancel_are_found() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let pair = |a, b| noise(a, 6).into_iter().zip(noise(b, 6));
    save_stereo(at, "alike.wav", pair(1, 1));
    save_stereo(at, "unlike.wav", pair(2, 3));
    save_stereo(at, "one.wav", pair(4, 4).map(|(x, _)| (x, 0.0)));
    // A correlation of -0.6: wide, but the mix is 7 dB under its channels.
    save_stereo(
        at,
        "wide.wav",
        pair(5, 6).map(|(x, y)| (x, 0.8 * y - 0.6 * x)),
    );
    save_stereo(
        at,
        "against.wav",
        pair(7, 8).map(|(x, y)| (x, 0.04 * y - x)),
    );
    let report = audited(at);
    let cancelled = found(&report, Remarkable::Cancelled);
    assert_eq!(cancelled.len(), 1, "{cancelled:?}");
    assert_eq!(cancelled[0].paths, ["against.wav"]);
    // The mix is half of what is left: 0.02^2 of one channel.
    assert!(
        cancelled[0].detail.contains("34 dB"),
        "{}",
        cancelled[0].detail
    );
    let gain = |path: &str| {
        let row = report.inputs.iter().find(|row| row.path == path).unwrap();
        row.audio.as_ref().unwrap().mix_gain.unwrap()
    };
    for (path, expected) in [
        ("alike.wav", 2.0),
        ("unlike.wav", 1.0),
        ("one.wav", 1.0),
        ("wide.wav", 0.4),
    ] {
        assert!(
            (gain(path) - expected).abs() < 0.05,
            "{path}: {}",
            gain(path)
        );
    }
}

#[test]
fn floats_beyond_full_scale_are_called_that() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    save(at, "good.wav", RATE, noise(1, 6).into_iter());
    let loud = |seed, factor: f64| noise(seed, 6).into_iter().map(move |x| factor * x);
    for (seed, bits, full_scale) in [(2, 16, 32768.0), (3, 24, 8388608.0), (4, 32, 2147483648.0)] {
        let whole = loud(seed, full_scale).map(|x: f64| x.round());
        save_stereo(at, &format!("{bits}.wav"), whole.map(|x| (x, x)));
    }
    save_stereo(at, "loud.wav", loud(5, 20.0).map(|x| (x, x)));
    let report = audited(at);
    let beyond = found(&report, Remarkable::BeyondFullScale);
    let told: Vec<(&str, &str)> = beyond
        .iter()
        .map(|finding| (&*finding.paths[0], &*finding.detail))
        .collect();
    for (path, start) in [
        ("16.wav", "floats in 16-bit units, peak "),
        ("24.wav", "floats in 24-bit units, peak "),
        ("32.wav", "floats in 32-bit units, peak "),
        ("loud.wav", "floats beyond full scale, peak "),
    ] {
        let is_told = told
            .iter()
            .any(|(of, detail)| *of == path && detail.starts_with(start));
        assert!(is_told, "{path}: {told:?}");
    }
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(found(&report, Remarkable::Clipped).is_empty());
}

#[test]
fn headers_that_say_something_else_are_findings() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    for seed in 1..4 {
        save(at, &format!("{seed}.wav"), RATE, noise(seed, 6).into_iter());
    }
    // A third of the samples, in the header.
    let path = at.join("2.wav");
    let mut bytes = std::fs::read(&path).unwrap();
    let data = bytes.windows(4).position(|four| four == b"data").unwrap();
    let size = (bytes.len() - data - 8) as u32;
    bytes[data + 4..data + 8].copy_from_slice(&(size / 3).to_le_bytes());
    std::fs::write(&path, bytes).unwrap();
    let report = audited(at);
    let noted = found(&report, Remarkable::Noted);
    assert_eq!(noted.len(), 1, "{noted:?}");
    assert_eq!(noted[0].paths, ["2.wav"]);
    let detail = &noted[0].detail;
    assert!(
        detail.contains("promise 32000 frames, but 96000"),
        "{detail}"
    );
    assert!(found(&report, Remarkable::DifferingLength).is_empty());
}

/// The advice is about recordings.
#[test]
fn a_remark_on_an_array_is_none_on_headers_of_clips() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("plane.npy");
    ndarray_npy::write_npy(&path, &coloured_field(3, 64, 64, 1.0)).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.extend([7; 24]);
    std::fs::write(&path, bytes).unwrap();
    let report = audited(&path);
    let class = report.inputs[0].outcome.reason_class.as_deref();
    assert_eq!(class, Some("noted"));
    assert!(report.audit.findings.is_empty(), "{:?}", report.audit);
}
