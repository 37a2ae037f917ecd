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
        "photographs: 130 built-in photographs",
        "statistic",
        "alpha (debiased)",
        "closer to photographs: ",
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
    let text_of_json = text;
    check_json(&serde_json::from_str(&text_of_json).unwrap());
    let figures = out.join("figures");
    assert_eq!(names(&figures), ["comparison.png", "comparison.svg"]);
    let svg = fs::read_to_string(figures.join("comparison.svg")).unwrap();
    let drawing = Drawing::parse(&svg);
    drawing.check_texts("comparison");
    let texts = drawing.texts();
    for text in [
        "frequency (cycles/sample)",
        "variance less its mean (dB)",
        "difference from photographs (dB)",
        "photographs on A's bands",
        "photographs on B's bands",
        "A: out:log-mel",
        "B: out/report.json:waveform",
    ] {
        assert!(texts.iter().any(|t| t == text), "no {text} in {texts:?}");
    }
    let value: Value = serde_json::from_str(&text_of_json).unwrap();
    for (start, side) in [
        ("A: out:log-mel, ", "a_db"),
        ("B: out/report.json:waveform, ", "b_db"),
    ] {
        let distance = value["comparisons"][0]["to_photos"][side].as_f64().unwrap();
        let label = format!("{start}{distance:.1} dB apart");
        assert!(texts.contains(&label), "no {label} in {texts:?}");
    }
}

fn check_json(value: &Value) {
    assert_eq!(value["schema_version"], 2);
    let comparisons = value["comparisons"].as_array().unwrap();
    assert_eq!(comparisons.len(), 1);
    let comparison = &comparisons[0];
    assert_eq!(comparison["a"]["representation"], "log-mel");
    assert_eq!(comparison["b"]["class"], "all");
    let to = &comparison["to_photos"];
    assert!(["a", "b", "open", "withheld"].contains(&to["closer"].as_str().unwrap()));
    assert_eq!(
        to["closer"] == "a" || to["closer"] == "b",
        to["reason"].is_null()
    );
    let [a, b, difference] =
        ["a_db", "b_db", "difference_db"].map(|name| to[name].as_f64().unwrap());
    assert_eq!(difference, a - b);
    assert_eq!(to["pairing"], "paired");
    let [low, high] = [0, 1].map(|i| to["ci"][i].as_f64().unwrap());
    assert!(low < difference && difference < high, "{to}");
    assert!(
        to["photos"]
            .as_str()
            .unwrap()
            .starts_with("130 built-in photographs")
    );
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
            "scale"
        ]
    );
    assert_eq!(rows[0]["interval"]["pairing"], "paired");
    assert_eq!(rows[0]["interval"]["uncertainty"], "files");
    assert!(rows[0]["interval"]["ci"][1].is_f64());
    assert!(["a", "b", "not-shown"].contains(&rows[0]["interval"]["larger"].as_str().unwrap()));
    assert!(rows[3]["interval"].is_null());
    for side in 0..2 {
        let of = |name: &str| comparison["bands"][name][side].as_array().unwrap().len();
        assert!(of("levels") >= 5, "{side}");
        assert_eq!(
            (of("frequency"), of("photos")),
            (of("levels"), of("levels"))
        );
    }
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
        let to = &comparison["to_photos"];
        assert_eq!(to["ci"], serde_json::json!([0.0, 0.0]), "{to}");
        assert!(to["closer"] == "open" || to["closer"] == "withheld", "{to}");
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

/// Reports of the first version have no variance spectra.
#[test]
fn a_report_without_its_verdict_must_be_measured_again() {
    let folder = analyzed();
    fs::remove_file(folder.path().join("out/evidence.json")).unwrap();
    cepstrum(folder.path())
        .args(["compare", "out:log-mel", "out:waveform", "-o", "c"])
        .assert()
        .success()
        .stdout(predicate::str::contains(
            "closer to photographs: withheld, the report of out:log-mel has no variance \
             spectrum of this representation: measure again\n",
        ))
        .stdout(predicate::str::contains("alpha (debiased)"));
    assert!(!folder.path().join("c/figures/comparison.svg").exists());
    let text = fs::read_to_string(folder.path().join("c/comparison.json")).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["comparisons"][0]["to_photos"]["closer"], "withheld");
    assert!(value["comparisons"][0]["bands"].is_null());
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
