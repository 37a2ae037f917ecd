//! Remarks on data sets whose faults are known.

use cepstrum::analysis::{AnalysisConfig, Finding, LowRates, Remarkable, Report, Silent, analyze};
use cepstrum::data::Signal;
use cepstrum::synth::{coloured_noise, write_wav};
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
