//! `cepstrum modulation` from end to end.

use crate::support::svg::Drawing;
use crate::support::{assert_near, cepstrum, pixels};
use cepstrum::synth::coloured_field;
use ndarray::Array2;
use ndarray_npy::{ReadNpyExt, write_npy};
use predicates::prelude::*;
use serde_json::Value;
use std::fs::{self, File};
use std::path::Path;
use tempfile::TempDir;

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn array(path: &Path) -> Array2<f64> {
    Array2::read_npy(File::open(path).unwrap()).unwrap()
}

const FIGURES: [&str; 4] = [
    "alpha_by_direction",
    "modulation_fft_and_dct",
    "modulation_log_mel",
    "modulation_photos",
];

#[test]
fn modulation_of_clips_and_photos() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    let output = cepstrum()
        .args([
            "modulation",
            "fixtures/audio",
            "--photos",
            "fixtures/photos",
        ])
        .arg("-o")
        .arg(&out)
        .assert()
        .success()
        .stderr(predicate::str::contains("modulation.json"))
        .get_output()
        .clone();
    let expected = [
        "figures",
        "files.csv",
        "modulation",
        "modulation.json",
        "report.json",
        "results.csv",
        "spectra.csv",
        "spectra.npz",
    ];
    assert_eq!(names(&out), expected);
    let arrays = [
        "log-mel.npy",
        "log-mel.power.npy",
        "photo.npy",
        "photo.power.npy",
    ];
    assert_eq!(names(&out.join("modulation")), arrays);

    let study = json(&out.join("modulation.json"));
    let studies = study["studies"].as_array().unwrap();
    let number = |value: &Value| {
        value
            .as_f64()
            .unwrap_or_else(|| panic!("{value} is no number"))
    };
    for (study, array_name) in [(&studies[0], "log-mel"), (&studies[3], "photo")] {
        let power = array(&out.join(format!("modulation/{array_name}.power.npy")));
        let log_power = array(&out.join(format!("modulation/{array_name}.npy")));
        assert_eq!(power.dim(), log_power.dim());
        for (size, axis) in [(power.nrows(), "rows"), (power.ncols(), "cols")] {
            let frequency = study[axis]["frequency"].as_array().unwrap();
            assert_eq!(frequency.len(), size);
            assert_eq!(number(&frequency[size / 2]), 0.0);
        }
        let dc = (power.nrows() / 2, power.ncols() / 2);
        assert_eq!((power[dc], log_power[dc]), (0.0, f64::NEG_INFINITY));
        // The mean square about each plane's mean is below that about all.
        let variance = power.sum() / power.len() as f64;
        assert!(variance < number(&study["scale"]).powi(2));
        assert_eq!(study["directions"].as_array().unwrap().len(), 12);
    }
    assert_eq!(studies[0]["cols"]["unit"], "cycles/s");
    assert_eq!(studies[0]["rows"]["unit"], "cycles/band");
    assert_eq!(studies[3]["cols"]["unit"], "cycles/sample");

    let table = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 2 + studies.len(), "{table}");
    for (line, study) in lines[1..].iter().zip(studies) {
        let cells: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(cells[0], study["representation"]);
        assert_eq!(cells[1], study["class"]);
        let values = [
            &study["fft"]["fit"]["alpha"],
            &study["dct"]["fit"]["alpha"],
            &study["radial_alpha"],
            &study["along_time"]["sector"]["alpha"],
            &study["along_frequency"]["sector"]["alpha"],
            &study["separability"],
            &study["separability_of_isotropic_law"],
        ];
        assert_eq!(cells.len(), 4 + values.len(), "{line}");
        for (cell, value) in cells[4..].iter().zip(values) {
            let cell = cell.split('±').next().unwrap();
            assert_near(line, cell.parse().unwrap(), number(value), 0.000_501);
        }
    }
    assert!(lines[1].contains('±'), "{table}");
    assert!(table.lines().last().unwrap().contains("white noise"));
    assert_eq!(study["baseline"]["n_segments"], 32);
    let stderr = String::from_utf8(output.stderr).unwrap();
    for band in ["band", "radial_band"] {
        let ends: Vec<f64> = study[band].as_array().unwrap().iter().map(number).collect();
        let told = format!("{:.4} to {:.4} cycles/sample", ends[0], ends[1]);
        assert!(stderr.contains(&told), "{told}: {stderr}");
    }
    check_figures(&out.join("figures"), &studies[0]);
}

fn check_figures(folder: &Path, log_mel: &Value) {
    let files: Vec<String> = FIGURES
        .iter()
        .flat_map(|name| [format!("{name}.png"), format!("{name}.svg")])
        .collect();
    assert_eq!(names(folder), files);
    for name in FIGURES {
        let svg = fs::read_to_string(folder.join(format!("{name}.svg"))).unwrap();
        let drawing = Drawing::parse(&svg);
        drawing.check_texts(name);
        let texts = drawing.texts().join("\n");
        let alpha = log_mel["dct"]["fit"]["alpha"].as_f64().unwrap();
        let wanted: Vec<String> = match name {
            "alpha_by_direction" => vec!["log-mel".into(), "photos".into(), "degrees".into()],
            "modulation_fft_and_dct" => {
                vec![format!("log-mel, DCT, α = {alpha:.3}"), "power".into()]
            }
            "modulation_log_mel" => vec![
                "temporal modulation (Hz)".into(),
                "spectral modulation (cycles/band)".into(),
            ],
            _ => vec!["horizontal frequency (cycles/sample)".into()],
        };
        for wanted in wanted {
            assert!(texts.contains(&wanted), "{name} lacks {wanted}: {texts}");
        }
        let (_, rgb) = pixels::decode(&fs::read(folder.join(format!("{name}.png"))).unwrap());
        let drawn = rgb.iter().filter(|&&pixel| pixel != rgb[0]).count();
        assert!(drawn > rgb.len() / 200, "{name} is blank");
    }
}

#[test]
fn a_single_carrier_peaks_at_its_modulation() {
    let folder = TempDir::new().unwrap();
    let (tone, out) = (folder.path().join("am.wav"), folder.path().join("out"));
    let synth = [
        "synth",
        "am-tone",
        "--carrier",
        "1000",
        "--modulation",
        "4",
        "-o",
    ];
    cepstrum().args(synth).arg(&tone).assert().success();
    let mut command = cepstrum();
    command.arg("modulation").arg(&tone).arg("-o").arg(&out);
    command.assert().success();
    let power = array(&out.join("modulation/log-mel.power.npy"));
    let study = json(&out.join("modulation.json"));
    let frequency = study["studies"][0]["cols"]["frequency"].as_array().unwrap();
    let frequency: Vec<f64> = frequency.iter().map(|f| f.as_f64().unwrap()).collect();
    assert_eq!(frequency.len(), power.ncols());
    let total = power.sum_axis(ndarray::Axis(0));
    let above = |(f, _): &(&f64, &f64)| **f > 0.0;
    let cells = frequency.iter().zip(&total).filter(above);
    let (peak, _) = cells.max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
    let resolution = frequency[1] - frequency[0];
    assert_near("temporal modulation", *peak, 4.0, 0.5 * resolution);
}

/// What an earlier run left must not stand beside a later one's numbers.
#[test]
fn a_second_run_replaces_the_first() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    let run = |arguments: &[&str]| {
        let mut command = cepstrum();
        command
            .arg("modulation")
            .args(arguments)
            .arg("-o")
            .arg(&out);
        command.assert()
    };
    run(&["--photos", "fixtures/photos"]).success();
    assert!(out.join("figures/modulation_photos.png").exists());
    let field = folder.path().join("field.npy");
    write_npy(&field, &coloured_field(1, 48, 48, 1.5)).unwrap();
    let field = field.to_str().unwrap();
    // Another configuration is not replaced unasked.
    run(&[field])
        .code(1)
        .stderr(predicate::str::contains("--force"));
    run(&[field, "--force", "--figures", "none", "--directions", "14"]).success();
    assert_eq!(names(&out.join("figures")), Vec::<String>::new());
    assert_eq!(
        names(&out.join("modulation")),
        ["array.npy", "array.power.npy"]
    );
    let study = json(&out.join("modulation.json"));
    assert_eq!(
        study["studies"][0]["directions"].as_array().unwrap().len(),
        14
    );
    assert_eq!(study["settings"]["n_directions"], 14);
}

#[test]
fn exit_codes_say_what_happened() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    let path = |name: &str| folder.path().join(name);
    write_npy(path("constant.npy"), &Array2::from_elem((32, 32), 0.3)).unwrap();
    write_npy(path("small.npy"), &coloured_field(1, 8, 8, 1.5)).unwrap();
    let run = |names: &[&str], more: &[&str]| {
        let mut command = cepstrum();
        command
            .arg("modulation")
            .args(names.iter().map(|name| path(name)));
        command
            .args(more)
            .args(["--force", "-o"])
            .arg(&out)
            .assert()
    };
    run(&["constant.npy"], &[])
        .code(1)
        .stderr(predicate::str::contains("nothing to analyse"));
    run(&["missing.npy"], &[]).code(1);
    run(&[], &[]).code(2);
    run(&["small.npy"], &["--directions", "15"])
        .code(2)
        .stderr(predicate::str::contains("--directions is 15"));
    run(&["small.npy"], &[])
        .success()
        .stdout(predicate::str::contains("array"))
        .stderr(predicate::str::contains("larger planes"));
    write_npy(path("other.npy"), &Array2::from_elem((8, 8), 0.3)).unwrap();
    run(&["small.npy", "other.npy"], &[])
        .code(3)
        .stderr(predicate::str::contains("constant"));
}
