//! The scorecard against the report and the nulls it is made from, and through
//! the program.

use crate::support::{self, fixture};
use cepstrum::analysis::{
    AnalysisConfig, EvidenceSettings, Representation, Silent, Suitability, analyze, evidence,
    scorecard,
};
use cepstrum::data::Signal;
use cepstrum::synth::{coloured_noise, write_wav};
use predicates::prelude::*;
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

#[test]
fn a_row_per_representation_with_the_reports_numbers() {
    let config = AnalysisConfig {
        inputs: vec![fixture("audio")],
        photos: vec![fixture("photos")],
        ..AnalysisConfig::default()
    };
    let report = analyze(&config, &Silent).unwrap();
    let settings = EvidenceSettings {
        seed: 1,
        n_draws: 1,
    };
    let nulls = evidence(&config, &settings, &Silent).unwrap();
    let card = scorecard(&report, Some(&nulls)).unwrap();
    let names: Vec<Representation> = card.rows.iter().map(|row| row.representation).collect();
    let expected = [
        Representation::Waveform,
        Representation::LogMel,
        Representation::Photo,
    ];
    assert_eq!(names, expected);
    for row in &card.rows {
        let all = report.results.iter();
        let result = all
            .filter(|r| r.class == "all")
            .find(|r| r.representation == row.representation)
            .unwrap();
        let post = result.fit.post.law().unwrap();
        assert_eq!(row.alpha_post, Some(post.alpha));
        let debiased = result.fit.debiased.as_ref().unwrap();
        assert_eq!(row.alpha.unwrap().ci, Some(debiased.ci));
        assert_eq!(row.curvature, Some(debiased.curvature));
        assert_eq!(row.n_segments, result.n_segments);
    }
    // A waveform rises to its peak; photos are what others are measured by.
    assert_eq!(card.rows[0].verdict, Suitability::NotConsistentWith);
    assert!(card.rows[0].reason.contains("monotonicity"));
    assert_eq!(card.rows[2].verdict, Suitability::Reference);
    assert!(card.rows[1].delta_alpha.is_some() && card.rows[2].delta_alpha.is_none());
    // Distances: log-mel is nearer to photos than the waveform.
    let distance = |i: usize| card.rows[i].photo_distance_db.unwrap();
    assert!(distance(1) < distance(0), "{} {}", distance(1), distance(0));
    // Without nulls no verdict may claim structure.
    let without = scorecard(&report, None).unwrap();
    assert!(
        without
            .rows
            .iter()
            .all(|row| row.verdict != Suitability::ConsistentWith)
    );
}

/// Six clips of stationary pink noise.
fn pink(folder: &Path) {
    for seed in 0..6 {
        let samples = coloured_noise(seed, 88_200, 1.0);
        let signal = Signal {
            samples: samples.iter().map(|x| 0.1 * *x as f32).collect(),
            sample_rate: 22_050,
        };
        write_wav(&folder.join(format!("{seed}.wav")), &signal).unwrap();
    }
}

#[test]
fn stationary_pink_noise_is_not_shown_through_the_program() {
    let folder = TempDir::new().unwrap();
    let (clips, out) = (folder.path().join("clips"), folder.path().join("out"));
    fs::create_dir(&clips).unwrap();
    pink(&clips);
    let mut command = support::cepstrum();
    command.arg("analyze").arg(&clips);
    command
        .args(["--nulls", "1", "--figures", "none", "-o"])
        .arg(&out);
    command
        .assert()
        .success()
        .stdout(predicate::str::contains("verdict"))
        .stdout(predicate::str::contains("not shown"));
    let text = fs::read(out.join("evidence.json")).unwrap();
    let evidence: Value = serde_json::from_slice(&text).unwrap();
    let rows = evidence["scorecard"]["rows"].as_array().unwrap();
    let log_mel = rows.iter().find(|row| row["representation"] == "log-mel");
    let log_mel = log_mel.unwrap();
    // A law near 2 with R^2 .99, and no more than its null has.
    assert!(log_mel["alpha_post"].as_f64().unwrap() > 1.8);
    assert_eq!(log_mel["verdict"], "not-shown", "{log_mel}");
    assert_eq!(evidence["scorecard"]["thresholds"]["monotonicity"], 0.9);
    assert!(evidence["evidence"]["representations"].is_array());
}
