//! `cepstrum compare` from end to end.

use crate::support;
use crate::support::svg::Drawing;
use assert_cmd::Command;
use predicates::prelude::*;
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn cepstrum(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("cepstrum").unwrap();
    command.current_dir(folder);
    command
}

/// A folder with the report `out` of the fixtures' clips.
fn analyzed() -> TempDir {
    let folder = TempDir::new().unwrap();
    cepstrum(folder.path())
        .arg("analyze")
        .arg(support::fixture("audio"))
        .args(["--figures", "none", "-o", "out"])
        .assert()
        .success();
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn two_representations_of_one_report() {
    let folder = analyzed();
    let arguments = [
        "compare",
        "out:log-mel",
        "out/report.json:waveform",
        "-o",
        "c",
    ];
    let output = cepstrum(folder.path())
        .args(arguments)
        .assert()
        .success()
        .stderr(predicate::str::contains("comparison: c/comparison.json"));
    let table = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    for text in [
        "A: out:log-mel (log-mel, all, 4 files, ",
        "B: out/report.json:waveform (waveform, all, 4 files, ",
        "photos: built in: 130 photographs",
        "statistic",
        "distance to photos, dB",
        "closer to photos by mean spectrum: ",
        "closer to photos by alpha (debiased): ",
    ] {
        assert!(table.contains(text), "no {text:?} in\n{table}");
    }
    let out = folder.path().join("c");
    let text = fs::read_to_string(out.join("comparison.json")).unwrap();
    cepstrum(folder.path())
        .args(["compare", "out:log-mel", "out/report.json:waveform"])
        .args(["--format", "json"])
        .assert()
        .success()
        .stdout(text.clone());
    check_json(&serde_json::from_str(&text).unwrap());
    let figures = out.join("figures");
    assert_eq!(names(&figures), ["comparison.png", "comparison.svg"]);
    let svg = fs::read_to_string(figures.join("comparison.svg")).unwrap();
    let drawing = Drawing::parse(&svg);
    drawing.check_texts("comparison");
    let texts = drawing.texts();
    for text in ["frequency (cycles/sample)", "difference from photos (dB)"] {
        assert!(texts.iter().any(|t| t == text), "no {text} in {texts:?}");
    }
    for start in [
        "A: out:log-mel, α = ",
        "B: out/report.json:waveform, α = ",
        "130 photos, α = 2.84",
    ] {
        assert!(
            texts.iter().any(|t| t.starts_with(start)),
            "no {start} in {texts:?}"
        );
    }
}

fn check_json(value: &Value) {
    assert_eq!(value["schema_version"], 1);
    let comparisons = value["comparisons"].as_array().unwrap();
    assert_eq!(comparisons.len(), 1);
    let comparison = &comparisons[0];
    assert_eq!(comparison["a"]["representation"], "log-mel");
    assert_eq!(comparison["b"]["class"], "all");
    assert!(["a", "b", "not-shown"].contains(&comparison["closer"].as_str().unwrap()));
    let rows = comparison["statistics"].as_array().unwrap();
    let statistics: Vec<&str> = rows
        .iter()
        .map(|r| r["statistic"].as_str().unwrap())
        .collect();
    assert_eq!(
        statistics,
        [
            "alpha",
            "curvature",
            "alpha-post",
            "r-squared",
            "monotonicity",
            "scale",
            "photo-distance",
            "photo-alpha-gap"
        ]
    );
    assert_eq!(rows[0]["interval"]["pairing"], "paired");
    assert_eq!(rows[0]["interval"]["uncertainty"], "files");
    assert!(rows[0]["interval"]["ci"][1].is_f64());
    assert!(rows[3]["interval"].is_null());
    assert_eq!(rows[6]["interval"]["uncertainty"], "files");
    assert_eq!(
        comparison["spectra"]["photos"].as_array().unwrap().len(),
        200
    );
}

#[test]
fn reports_without_names_are_compared_row_by_row() {
    let folder = analyzed();
    let compare = |arguments: &[&str]| {
        let mut command = cepstrum(folder.path());
        command.arg("compare").args(arguments);
        command
    };
    let output = compare(&["out", "out", "-o", "c", "--format", "json"]);
    let output = { output }.assert().success();
    let value: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    for (i, name) in ["waveform", "log-mel"].into_iter().enumerate() {
        let comparison = &value["comparisons"][i];
        assert_eq!(comparison["a"]["representation"], name);
        assert_eq!(comparison["closer"], "not-shown");
        for row in comparison["statistics"].as_array().unwrap() {
            assert_eq!(row["difference"], 0.0, "{row}");
            let interval = &row["interval"];
            assert!(interval.is_null() || interval["ci"] == serde_json::json!([0.0, 0.0]));
        }
    }
    let figures = folder.path().join("c/figures");
    assert_eq!(names(&figures).len(), 4);
    // A figure of the last comparison, and none of the one before.
    compare(&["out:log-mel:music", "out:log-mel:speech", "-o", "c"])
        .assert()
        .success();
    assert_eq!(names(&figures), ["comparison.png", "comparison.svg"]);
    // The other side takes the representation that is named.
    compare(&["out:log-mel:music", "out"])
        .assert()
        .success()
        .stdout(predicate::str::contains("B: out (log-mel, all, "));
}

#[test]
fn what_a_report_does_not_have() {
    let folder = analyzed();
    for (a, message) in [
        (
            "out:mel",
            "REPRESENTATION is mel, but must be one of: waveform, ",
        ),
        (
            "out:photo",
            "REPRESENTATION is photo, but must be one of the report's: waveform, log-mel",
        ),
        (
            "out:log-mel:rock",
            "CLASS is rock, but must be one of the report's: all, music, speech",
        ),
    ] {
        cepstrum(folder.path())
            .args(["compare", a, "out"])
            .assert()
            .code(2)
            .stderr(predicate::str::contains(message));
    }
    cepstrum(folder.path())
        .args(["compare", "nowhere", "out"])
        .assert()
        .code(1)
        .stderr(predicate::str::contains("nowhere: not found"));
}
