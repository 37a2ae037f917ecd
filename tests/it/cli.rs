//! The program from end to end, on fixtures and on files made here.

use crate::support::{self, cepstrum};
use assert_cmd::Command;
use cepstrum::data::Signal;
use cepstrum::decode::read_members;
use cepstrum::output::read_report;
use cepstrum::synth::{coloured_field, gauss, write_wav};
use ndarray::{Array2, Array3, Array4};
use ndarray_npy::write_npy;
use predicates::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn analyze(arguments: &[&str], out: &Path) -> Command {
    let mut command = cepstrum();
    command.arg("analyze").args(arguments).arg("-o").arg(out);
    command
}

fn report(out: &Path) -> Value {
    serde_json::from_slice(&fs::read(out.join("report.json")).unwrap()).unwrap()
}

fn stdout(command: &mut Command) -> String {
    String::from_utf8(command.assert().success().get_output().stdout.clone()).unwrap()
}

/// White noise of some seconds as 16-bit wav.
fn write_noise(path: &Path, seed: u64, seconds: f64, sample_rate: u32) {
    let n = (seconds * f64::from(sample_rate)) as usize;
    let samples = gauss(seed, n).iter().map(|&x| 0.1 * x as f32).collect();
    write_wav(
        path,
        &Signal {
            samples,
            sample_rate,
        },
    )
    .unwrap();
}

fn row<'a>(report: &'a Value, path: &str) -> &'a Value {
    let rows = report["inputs"].as_array().unwrap();
    rows.iter()
        .find(|row| row["path"] == path)
        .unwrap_or_else(|| panic!("no row {path} in {rows:#?}"))
}

#[test]
fn main_job_on_the_fixtures() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    let arguments = ["fixtures/audio", "--photos", "fixtures/photos"];
    let table = stdout(&mut analyze(&arguments, &out));
    for name in ["waveform", "log-mel", "photo", "music", "speech"] {
        assert!(table.contains(name), "no {name} in\n{table}");
    }
    let report = report(&out);
    assert_eq!(report["schema_version"], 2);
    assert_eq!(report["summary"]["sample_rate"], 22050);
    assert_eq!(report["summary"]["side"], 320);
    let results = report["results"].as_array().unwrap();
    let classes: Vec<String> = results
        .iter()
        .map(|r| format!("{} {}", r["representation"], r["class"]).replace('"', ""))
        .collect();
    assert_eq!(
        classes,
        [
            "waveform all",
            "waveform music",
            "waveform speech",
            "log-mel all",
            "log-mel music",
            "log-mel speech",
            "photo all"
        ]
    );
    for result in results {
        let length = |field: &str| result["spectrum"][field].as_array().unwrap().len();
        let n = length("frequency");
        assert_eq!(length("mean_log_power"), n);
        assert_eq!(length("mean_power"), n);
        assert_eq!(length("dof"), n);
        assert!(result["fit"]["post"]["alpha"].is_f64());
        assert!(result["fit"]["post"]["r_squared"].is_f64());
        // An interval over files around the exponent of their mean.
        let over_files = &result["fit"]["post_interval"];
        if result["n_files"].as_u64().unwrap() > 1 {
            let mean = over_files["mean"].as_f64().unwrap();
            let post = result["fit"]["post"]["alpha"].as_f64().unwrap();
            assert!((mean - post).abs() < 1e-9, "{mean}, {post}");
            assert!(over_files["ci"][0].as_f64().unwrap() < mean);
        } else {
            assert!(over_files.is_null());
        }
        let debiased = &result["fit"]["debiased"];
        let alpha = debiased["alpha"].as_f64().unwrap();
        let end = |i: usize| debiased["ci"][i].as_f64().unwrap();
        assert!(end(0) < alpha && alpha < end(1), "{debiased}");
        // Photos follow a law, which both estimators find; what bends is seen
        // where most cells are, or where most octaves are.
        if result["representation"] == "photo" {
            let post = result["fit"]["post"]["alpha"].as_f64().unwrap();
            assert!((alpha - post).abs() < 0.6, "{alpha}, {post}");
        }
        assert!(result["monotonicity"]["spearman"].is_f64());
        assert!(result["scale"].as_f64().unwrap() > 0.0);
    }
    assert_eq!(results[0]["spectrum"]["unit"], "Hz");
    assert_eq!(results[0]["spectrum"]["power_scale"], "per_sample");
    assert_eq!(results[3]["spectrum"]["unit"], "cycles/sample");
}

/// The csv table says what the report says.
#[test]
fn data_files_repeat_the_report() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    stdout(&mut analyze(&["fixtures/audio"], &out));
    let report = report(&out);
    let mut csv = csv::Reader::from_path(out.join("spectra.csv")).unwrap();
    assert_eq!(
        csv.headers().unwrap().iter().collect::<Vec<_>>().join(","),
        "representation,class,frequency,unit,mean_log_power,mean_power,dof,n_bins"
    );
    let mut rows = csv.records().map(Result::unwrap);
    for result in report["results"].as_array().unwrap() {
        let spectrum = &result["spectrum"];
        let text = |value: &Value| value.as_str().unwrap().to_string();
        let (representation, class) = (text(&result["representation"]), text(&result["class"]));
        let n = spectrum["frequency"].as_array().unwrap().len();
        for i in 0..n {
            let row = rows.next().unwrap();
            assert_eq!((&row[0], &row[1]), (&*representation, &*class));
            for (column, field) in [(2, "frequency"), (4, "mean_log_power"), (5, "mean_power")] {
                let expected = spectrum[field][i].as_f64().unwrap();
                assert_eq!(row[column].parse::<f64>().unwrap(), expected);
            }
        }
    }
    assert!(rows.next().is_none());
}

/// Whatever order they are asked for in, and once each.
#[test]
fn representations_are_chosen_by_name() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    let names = "cepstrum-2d,mfcc,magnitude,waveform,log-magnitude,mfcc,log-mel";
    let arguments = ["fixtures/audio/music", "--representations", names];
    stdout(&mut analyze(&arguments, &out));
    let report = report(&out);
    let in_order = [
        "waveform",
        "magnitude",
        "log-magnitude",
        "log-mel",
        "mfcc",
        "cepstrum-2d",
    ];
    let results = report["results"].as_array().unwrap();
    let got: Vec<&Value> = results.iter().map(|r| &r["representation"]).collect();
    assert_eq!(got, in_order);
    assert_eq!(
        report["config"]["representations"],
        Value::from(&in_order[..])
    );
    let units: Vec<&Value> = results.iter().map(|r| &r["spectrum"]["unit"]).collect();
    assert_eq!(units[0], "Hz");
    assert_eq!(units[4], "cycles/band");
    for i in [1, 2, 3, 5] {
        assert_eq!(units[i], "cycles/sample");
    }
    for name in in_order {
        let list = format!("{name}/all/frequency");
        assert!(members(&out).contains(&list), "{name}");
        assert!(report["inputs"][0]["alpha"][name].is_f64(), "{name}");
    }
    // The default is less, and takes the place of more.
    analyze(&["fixtures/audio/music"], &out)
        .assert()
        .code(1)
        .stderr(predicate::str::contains("representations"));
    stdout(&mut analyze(&["fixtures/audio/music", "--force"], &out));
    let left = members(&out);
    let left: Vec<&String> = left.iter().filter(|name| name.ends_with("/dof")).collect();
    assert_eq!(left, ["log-mel/all/dof", "waveform/all/dof"]);
    for command in ["analyze", "noise"] {
        let help = stdout(cepstrum().args([command, "--help"]));
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains(&format!(
            "{} [default: waveform, log-mel]",
            in_order.join(", ")
        )));
    }
}

/// Names of the arrays of spectra.npz.
fn members(out: &Path) -> Vec<String> {
    let members = read_members(&out.join("spectra.npz"), |name| {
        !name.ends_with("/unit") && !name.ends_with("/power_scale")
    });
    members.unwrap().into_keys().collect()
}

/// A report is the same to the byte for any number of threads.
#[test]
fn threads_do_not_change_a_byte() {
    let folder = TempDir::new().unwrap();
    let mut reports = Vec::new();
    for threads in ["1", "2", "7"] {
        let out = folder.path().join(threads);
        let arguments = [
            "fixtures/audio",
            "--photos",
            "fixtures/photos",
            "--threads",
            threads,
        ];
        stdout(&mut analyze(&arguments, &out));
        let files = fs::read_dir(&out).unwrap().flatten();
        let files = files.filter(|entry| entry.path().is_file());
        let bytes = files.map(|entry| (entry.file_name(), fs::read(entry.path()).unwrap()));
        reports.push(bytes.collect::<BTreeMap<_, _>>());
    }
    assert_eq!(reports[0].len(), 9, "{:?}", reports[0].keys());
    assert!(reports[0] == reports[1] && reports[0] == reports[2]);
}

#[test]
fn bad_files_become_rows() {
    let folder = TempDir::new().unwrap();
    let clips = folder.path().join("clips/a");
    fs::create_dir_all(&clips).unwrap();
    write_noise(&clips.join("good.wav"), 1, 5.0, 22050);
    write_noise(&clips.join("short.wav"), 2, 1.0, 22050);
    write_noise(&clips.join("slow.wav"), 3, 5.0, 16000);
    write_noise(&clips.join("fast.wav"), 4, 5.0, 44100);
    write_noise(&clips.join("more.wav"), 5, 5.0, 22050);
    fs::write(clips.join("empty.wav"), b"").unwrap();
    fs::write(clips.join("page.mp3"), b"<html><body>404</body></html>").unwrap();
    let whole = fs::read(clips.join("good.wav")).unwrap();
    fs::write(clips.join("cut.wav"), &whole[..whole.len() * 2 / 3]).unwrap();
    let silence = Signal {
        samples: vec![0.0; 5 * 22050],
        sample_rate: 22050,
    };
    write_wav(&clips.join("silent.wav"), &silence).unwrap();
    fs::write(clips.join("notes.txt"), b"not audio").unwrap();
    fs::write(clips.join("cover.jpg"), b"not looked at").unwrap();
    let out = folder.path().join("out");
    let clips = folder.path().join("clips");
    analyze(&[clips.to_str().unwrap()], &out)
        .assert()
        .code(3)
        .stderr(predicate::str::contains("skipped"))
        .stderr(predicate::str::contains("--photos"));
    let report = report(&out);
    for (path, status, class) in [
        ("a/good.wav", "ok", Value::Null),
        ("a/fast.wav", "ok", Value::Null),
        ("a/cut.wav", "partial", "truncated".into()),
        ("a/short.wav", "skipped", "too-short".into()),
        ("a/slow.wav", "skipped", "low-rate".into()),
        ("a/empty.wav", "skipped", "empty".into()),
        ("a/page.mp3", "skipped", "not-audio".into()),
        ("a/silent.wav", "skipped", "featureless".into()),
    ] {
        let row = row(&report, path);
        assert_eq!(row["status"], status, "{row:#}");
        assert_eq!(row["reason_class"], class, "{row:#}");
        assert_eq!(row["reason"].is_null(), status == "ok", "{row:#}");
    }
    assert_eq!(row(&report, "a/good.wav")["n_segments"], 2);
    assert_eq!(row(&report, "a/fast.wav")["resampled_from"], 44100);
    let slow = row(&report, "a/slow.wav")["reason"].as_str().unwrap();
    assert!(slow.contains("--sample-rate 16000") && slow.contains("--upsample"));
    let short = row(&report, "a/short.wav")["reason"].as_str().unwrap();
    assert!(
        short.contains("1.000 s") && short.contains("--segment"),
        "{short}"
    );
    assert_eq!(report["summary"]["ignored"]["txt"], 1);
    assert_eq!(report["summary"]["ignored"]["jpg"], 1);
    assert_eq!(report["results"][0]["n_files"], 4);
    assert_eq!(report["results"][0]["n_segments"], 7);
}

/// Resampling to the analysis rate keeps the level: white noise of variance s^2
/// at rate R has a density of 2 s^2 / R at any lower rate too.
#[test]
fn low_rates_can_be_chosen_or_upsampled() {
    let folder = TempDir::new().unwrap();
    write_noise(&folder.path().join("slow.wav"), 3, 5.0, 16000);
    write_noise(&folder.path().join("fast.wav"), 4, 5.0, 22050);
    write_noise(&folder.path().join("also.wav"), 5, 5.0, 22050);
    let input = folder.path().to_str().unwrap();
    let chosen = folder.path().join("chosen");
    let arguments = [input, "--sample-rate", "16000", "--power-scale", "psd-hz"];
    stdout(&mut analyze(&arguments, &chosen));
    assert_eq!(report(&chosen)["summary"]["sample_rate"], 16000);
    assert_eq!(report(&chosen)["results"][0]["n_files"], 3);
    let power = report(&chosen)["results"][0]["spectrum"]["mean_power"].clone();
    let power = power.as_array().unwrap();
    // Below the resampler's transition.
    let used = &power[..power.len() * 9 / 10];
    let mean = used.iter().map(|p| p.as_f64().unwrap()).sum::<f64>() / used.len() as f64;
    let density = 2.0 * 0.01 * (2.0 / 22050.0 + 1.0 / 16000.0) / 3.0;
    support::assert_near("density", mean / density, 1.0, 0.02);
    fs::remove_dir_all(&chosen).unwrap();
    let raised = folder.path().join("raised");
    stdout(&mut analyze(&[input, "--upsample"], &raised));
    assert_eq!(report(&raised)["summary"]["sample_rate"], 22050);
    assert_eq!(row(&report(&raised), "slow.wav")["resampled_from"], 16000);
}

#[test]
fn nothing_usable_is_an_error_that_says_what_was_found() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    analyze(&[empty.to_str().unwrap()], &out)
        .assert()
        .code(1)
        .stderr(predicate::str::contains("looked for clips in"))
        .stderr(predicate::str::contains("no files at all"));
    fs::write(empty.join("readme.md"), b"words").unwrap();
    fs::write(empty.join("broken.wav"), b"words").unwrap();
    analyze(&[empty.to_str().unwrap()], &out)
        .assert()
        .code(1)
        .stderr(predicate::str::contains("broken.wav (not audio"))
        .stderr(predicate::str::contains("\"md\""));
    analyze(&["no/such/folder"], &out)
        .assert()
        .code(1)
        .stderr(predicate::str::contains("not found"));
    assert!(!out.exists(), "a failed run left an output folder");
}

#[test]
fn bad_arguments_name_the_flag() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    for (arguments, flag, requirement) in [
        (["--n-fft", "0"], "--n-fft is 0", "at least 2"),
        (["--hop-length", "0"], "--hop-length is 0", "at least 1"),
        (
            ["--win-length", "4096"],
            "--win-length is 4096",
            "--n-fft (2048)",
        ),
        (["--f-min", "12000"], "--f-min is 12000", "below --f-max"),
        (["--f-max", "20000"], "--f-max is 20000", "11025 Hz"),
        (["--n-mels", "2000"], "--n-mels is 2000", "touch no FFT bin"),
        (["--segment", "-1"], "--segment is -1", "above 0"),
        (
            ["--segment", "0.01"],
            "--segment is 0.01",
            "or lower --n-fft",
        ),
        (["--overlap", "1"], "--overlap is 1", "at most 0.99"),
        (["--n-mels", "0"], "--n-mels is 0", "at least 1"),
        (
            ["--n-mels", "1000000"],
            "--n-mels is 1000000",
            "--n-fft + 2",
        ),
        (
            ["--fit-f-min", "100"],
            "--fit-f-min is 100",
            "cycles per sample",
        ),
        (
            ["--threads", "100000"],
            "--threads is 100000",
            "at most 1024",
        ),
        (["--top-db", "0"], "--top-db is 0", "greater than 0"),
        (["--side", "2"], "--side is 2", "at least 4"),
        (["--limit", "0"], "--limit is 0", "at least 1"),
        (["--threads", "0"], "--threads is 0", "at least 1"),
        (["--log-floor", "1e-5"], "--log-floor", "--log ln"),
    ] {
        let value = format!("{}={}", arguments[0], arguments[1]);
        analyze(&["fixtures/audio", &value], &out)
            .assert()
            .code(2)
            .stderr(predicate::str::contains(flag))
            .stderr(predicate::str::contains(requirement));
    }
    analyze(&["fixtures/audio", "--representations", "cqt"], &out)
        .assert()
        .code(2)
        .stderr(predicate::str::contains(
            "waveform, magnitude, log-magnitude, log-mel, mfcc, cepstrum-2d",
        ));
    cepstrum().arg("analyze").assert().code(2);
}

#[test]
fn a_report_of_another_configuration_is_kept() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    stdout(&mut analyze(&["fixtures/audio/speech"], &out));
    stdout(&mut analyze(&["fixtures/audio/speech"], &out));
    let other = ["fixtures/audio/speech", "--n-mels", "80"];
    analyze(&other, &out)
        .assert()
        .code(1)
        .stderr(predicate::str::contains("--force"))
        .stderr(predicate::str::contains("n_mels"));
    assert_eq!(report(&out)["config"]["mel"]["n_mels"], 128);
    stdout(analyze(&other, &out).arg("--force"));
    assert_eq!(report(&out)["config"]["mel"]["n_mels"], 80);
}

/// Quiet in a pipe: no escape codes, and the table alone on standard output.
#[test]
fn a_pipe_gets_the_table_alone() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    let output = analyze(&["fixtures/audio/speech"], &out).assert().success();
    let output = output.get_output();
    let table = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(
        table.starts_with("representation  class  files  n"),
        "{table}"
    );
    let messages = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(messages.lines().count(), 7, "{messages}");
    // One clip went through a lossy codec.
    assert!(messages.contains("1 band-limited"), "{messages}");
    assert!(messages.contains("22050 Hz"), "{messages}");
    assert!(messages.contains("page: "), "{messages}");
    assert!(!messages.contains('\u{1b}'), "{messages}");
}

fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let rows = reader.records().map(|record| {
        let record = record.unwrap();
        record.iter().map(str::to_string).collect()
    });
    rows.collect()
}

#[test]
fn rapsd_of_planes() {
    let folder = TempDir::new().unwrap();
    for (name, shape, radius) in [
        ("rapsd/noise_31x32.P.npy", (31, 32), "index"),
        ("rapsd/isotropic_128x87.P.npy", (128, 87), "frequency"),
    ] {
        let seed = if shape.0 == 31 { 1019 } else { 1029 };
        let values = gauss(seed, shape.0 * shape.1);
        let plane = Array2::from_shape_vec(shape, values).unwrap();
        let path = folder.path().join("plane.npy");
        write_npy(&path, &plane).unwrap();
        let text = stdout(
            cepstrum()
                .arg("rapsd")
                .arg(&path)
                .args(["--radius", radius]),
        );
        let rows = csv_rows(&text);
        assert_eq!(rows[0], ["frequency", "power", "dof"]);
        let expected = support::golden::values("rapsd of planes", name).unwrap();
        assert_eq!(rows.len(), expected.len() + 1);
        for (ring, (row, expected)) in rows[1..].iter().zip(&expected).enumerate() {
            let frequency: f64 = row[0].parse().unwrap();
            assert_eq!(frequency, ring as f64 / shape.0.max(shape.1) as f64);
            let power: f64 = row[1].parse().unwrap();
            support::assert_near(name, power / expected, 1.0, 1e-10);
            assert!(row[2].parse::<u32>().unwrap() > 0);
        }
    }
}

/// Power is averaged over channels, and geometrically over items.
#[test]
fn rapsd_of_layouts() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("stack.npy");
    let plane = coloured_field(3, 16, 16, 1.0);
    let stack = Array3::from_shape_fn((2, 16, 16), |(c, y, x)| (1.0 + c as f64) * plane[[y, x]]);
    write_npy(&path, &stack).unwrap();
    let single = folder.path().join("plane.npy");
    write_npy(&single, &plane).unwrap();
    let power = |arguments: &[&str], path: &Path| -> Vec<f64> {
        let text = stdout(cepstrum().arg("rapsd").arg(path).args(arguments));
        let rows = csv_rows(&text);
        rows[2..]
            .iter()
            .map(|row| row[1].parse().unwrap())
            .collect()
    };
    let one = power(&[], &single);
    // Channels of 1 and 2 times the plane: mean power (1 + 4) / 2.
    for (two, one) in power(&[], &path).iter().zip(&one) {
        support::assert_near("chw", two / one, 2.5, 1e-12);
    }
    // Items of 1 and 2 times: geometric mean sqrt(1 * 4).
    let items = Array4::from_shape_fn((2, 1, 16, 16), |(n, _, y, x)| {
        (1.0 + n as f64) * plane[[y, x]]
    });
    write_npy(&path, &items).unwrap();
    for (two, one) in power(&["--layout", "nchw"], &path).iter().zip(&one) {
        support::assert_near("nchw", two / one, 2.0, 1e-12);
    }
    cepstrum()
        .arg("rapsd")
        .arg(&path)
        .args(["--layout", "hw"])
        .assert()
        .code(1)
        .stderr(predicate::str::contains("--layout"));
}

#[test]
fn spectra_each_and_averaged() {
    let text = stdout(cepstrum().args(["spectrum", "fixtures/audio/speech"]));
    let rows = csv_rows(&text);
    assert_eq!(rows[0], ["path", "frequency", "power", "dof"]);
    let of = |name: &str| -> Vec<f64> {
        rows.iter()
            .filter(|row| row[0] == name)
            .map(|row| row[2].parse().unwrap())
            .collect()
    };
    let (a, b, mean) = (of("prompt_a.wav"), of("prompt_b.au"), of("mean"));
    assert_eq!((a.len(), b.len(), mean.len()), (22050, 22050, 22050));
    // Both clips have four segments, so the mean is the plain geometric one.
    for i in [0, 100, 9999] {
        support::assert_near("mean", mean[i] / (a[i] * b[i]).sqrt(), 1.0, 1e-9);
    }
    let single = stdout(cepstrum().args(["spectrum", "fixtures/audio/speech/prompt_b.au"]));
    assert_eq!(csv_rows(&single)[0], ["frequency", "power", "dof"]);
    let scaled = stdout(cepstrum().args([
        "spectrum",
        "fixtures/audio/speech/prompt_b.au",
        "--power-scale",
        "psd-hz",
    ]));
    let power: f64 = csv_rows(&scaled)[101][1].parse().unwrap();
    support::assert_near("psd", power / (b[100] * 2.0 / 22050.0), 1.0, 1e-9);
}

#[test]
fn json_and_files() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("spectra.json");
    let arguments = [
        "rapsd",
        "fixtures/photos/mountain.jpg",
        "fixtures/audio/music/brahms.flac",
        "--format",
        "json",
        "-o",
    ];
    cepstrum().args(arguments).arg(&path).assert().success();
    let entries: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    assert_eq!(entries[0]["path"], "fixtures/photos/mountain.jpg");
    assert_eq!(entries[0]["power"].as_array().unwrap().len(), 160);
    assert_eq!(entries[1]["power"].as_array().unwrap().len(), 64);
    assert_eq!(entries[1]["n_segments"], 5);
    // A photo and a spectrogram have no mean.
    assert_eq!(entries.as_array().unwrap().len(), 2);
}

#[test]
fn help_shows_examples() {
    for command in ["analyze", "spectrum", "rapsd"] {
        let help = stdout(cepstrum().args([command, "--help"]));
        assert!(help.contains("Examples:"), "{help}");
        assert!(help.contains("--n-fft"), "{help}");
    }
}

/// A float wav of the given samples at 22,050 Hz.
fn write_float(path: &Path, samples: impl Iterator<Item = f32>) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 22050,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for sample in samples {
        writer.write_sample(sample).unwrap();
    }
    writer.finalize().unwrap();
}

fn all_finite(value: &Value) -> bool {
    match value {
        Value::Array(values) => values.iter().all(all_finite),
        value => value.is_f64() || value.is_u64() || value.is_i64(),
    }
}

/// Values that are not finite, too large to square, or equal: each is counted,
/// stated, and leaves the averages of the good clip as they are.
#[test]
fn unusable_values_do_not_reach_the_averages() {
    let folder = TempDir::new().unwrap();
    let (alone, mixed) = (folder.path().join("alone"), folder.path().join("mixed"));
    fs::create_dir(&alone).unwrap();
    fs::create_dir(&mixed).unwrap();
    let good: Vec<f32> = gauss(1, 88200).iter().map(|&x| 0.1 * x as f32).collect();
    for folder in [&alone, &mixed] {
        write_float(&folder.join("good.wav"), good.iter().copied());
    }
    let noise = || good.iter().copied();
    write_float(&mixed.join("huge.wav"), noise().map(|x| x * 1e37));
    write_float(&mixed.join("nan.wav"), noise().map(|_| f32::NAN));
    write_float(&mixed.join("half_nan.wav"), {
        let nan = std::iter::repeat_n(f32::NAN, 10);
        noise().take(44100).chain(nan).chain(noise().take(44090))
    });
    write_float(&mixed.join("offset.wav"), std::iter::repeat_n(0.5, 88200));
    let run = |input: &Path, code: i32| {
        let out = input.with_extension("out");
        analyze(&[input.to_str().unwrap()], &out)
            .assert()
            .code(code);
        report(&out)
    };
    let alone = run(&alone, 0);
    let mixed = run(&mixed, 3);
    for (path, status, class) in [
        ("huge.wav", "skipped", "featureless"),
        ("nan.wav", "skipped", "featureless"),
        ("offset.wav", "skipped", "featureless"),
        ("half_nan.wav", "partial", "not-finite"),
    ] {
        assert_eq!(row(&mixed, path)["status"], status, "{path}");
        assert_eq!(row(&mixed, path)["reason_class"], class, "{path}");
    }
    for (result, alone) in [0, 1].map(|i| (&mixed["results"][i], &alone["results"][i])) {
        assert_eq!(result["n_segments"], 3);
        assert_eq!(result["left_out"]["non_finite"], 5);
        assert_eq!(result["left_out"]["constant"], 2);
        assert!(all_finite(&result["spectrum"]["mean_log_power"]));
        assert!(all_finite(&result["spectrum"]["mean_power"]));
        // half_nan's one good segment is good's first one.
        let scale = |r: &Value| r["scale"].as_f64().unwrap();
        support::assert_near("scale", scale(result) / scale(alone), 1.0, 0.02);
    }
    support::assert_near(
        "scale",
        alone["results"][0]["scale"].as_f64().unwrap(),
        0.1,
        1e-3,
    );
}

/// A bin whose power is exactly 0 in one segment moves the mean by no more than
/// the rounding error of the transform allows.
#[test]
fn zero_powers_do_not_rule_a_mean() {
    let folder = TempDir::new().unwrap();
    let input = folder.path().join("square.wav");
    // Period 4: everything is in two bins, all others are exactly 0.
    let square = (0..88200).map(|i| if i % 4 < 2 { 0.5_f32 } else { -0.5 });
    write_float(&input, square);
    let out = folder.path().join("out");
    stdout(&mut analyze(&[input.to_str().unwrap()], &out));
    let report = report(&out);
    let result = &report["results"][0];
    assert!(result["left_out"]["floored_powers"].as_u64().unwrap() > 40_000);
    for log_power in result["spectrum"]["mean_log_power"].as_array().unwrap() {
        assert!(log_power.as_f64().unwrap() > -40.0, "{log_power}");
    }
    assert!(result["fit"]["post"]["alpha"].is_f64());
}

/// A tone's report, number by number.
#[test]
fn a_tone_through_the_analysis() {
    let folder = TempDir::new().unwrap();
    let input = folder.path().join("tone.wav");
    let noise = gauss(2, 88200);
    let tone = (0..88200).map(|i| {
        let phase = std::f64::consts::TAU * 1000.0 * f64::from(i) / 22050.0;
        (0.5 * phase.sin() + 1e-3 * noise[i as usize]) as f32
    });
    write_float(&input, tone);
    for (scale, expected) in [
        ("raw", 11025.0_f64.powi(2)),
        ("per-sample", 11025.0_f64.powi(2) / 44100.0),
        ("psd-hz", 2.0 * 11025.0_f64.powi(2) / (44100.0 * 22050.0)),
    ] {
        let out = folder.path().join(scale);
        let arguments = [input.to_str().unwrap(), "--power-scale", scale];
        stdout(&mut analyze(&arguments, &out));
        let report = report(&out);
        let result = &report["results"][0];
        let read = read_report(&out.join("report.json")).unwrap();
        let spectrum = read.results[0].full_spectrum();
        support::assert_near(scale, spectrum.mean_power[1999] / expected, 1.0, 1e-3);
        assert_eq!(spectrum.frequency[1999], 1000.0);
        let rms = (0.125_f64 + 1e-6).sqrt();
        support::assert_near("scale", result["scale"].as_f64().unwrap(), rms, 1e-5);
        // One file: its own exponent is the result's.
        let of_file = row(&report, "tone.wav")["alpha"]["waveform"].clone();
        let of_result = result["fit"]["post"]["alpha"].as_f64().unwrap();
        support::assert_near("alpha", of_file.as_f64().unwrap(), of_result, 1e-9);
        // Every segment has a level in every band.
        for band in result["levels"]["counts"].as_array().unwrap() {
            let counts = band.as_array().unwrap().iter();
            assert_eq!(counts.map(|c| c.as_u64().unwrap()).sum::<u64>(), 2);
        }
    }
}

/// Energy spread over the third octave at 1 kHz makes that band the peak.
#[test]
fn the_peak_is_the_strongest_third_octave() {
    let folder = TempDir::new().unwrap();
    let input = folder.path().join("sweep.wav");
    let noise = gauss(3, 88200);
    let sweep = cepstrum::synth::chirp(88200, 22050.0, 891.0, 1122.0, 0.5);
    write_float(
        &input,
        sweep.iter().zip(&noise).map(|(s, n)| (s + 1e-3 * n) as f32),
    );
    let out = folder.path().join("out");
    stdout(&mut analyze(
        &[input.to_str().unwrap(), "--segment", "4"],
        &out,
    ));
    let peak = &report(&out)["results"][0]["monotonicity"]["peak"];
    assert_eq!(peak["frequency"], 1000.0);
}

/// Layout, left-out items, scale, and the share of energy outside the rings,
/// which for white noise is the share of the cells there.
#[test]
fn arrays_are_analysed_when_they_are_named() {
    let folder = TempDir::new().unwrap();
    let shape = (3, 2, 64, 64);
    let mut stack = Array4::from_shape_vec(shape, gauss(5, 3 * 2 * 4096)).unwrap();
    // An item of constant channels is left out, and does not count in the scale.
    stack.slice_mut(ndarray::s![2, .., .., ..]).fill(100.0);
    let path = folder.path().join("latents.npy");
    write_npy(&path, &stack).unwrap();
    let other = folder.path().join("other.npy");
    write_npy(
        &other,
        &Array2::from_shape_vec((32, 32), gauss(6, 1024)).unwrap(),
    )
    .unwrap();
    let out = folder.path().join("out");
    let arguments = [
        path.to_str().unwrap(),
        path.to_str().unwrap(),
        other.to_str().unwrap(),
    ];
    analyze(&arguments, &out).assert().code(3);
    let report = report(&out);
    let result = &report["results"][0];
    assert_eq!(result["representation"], "array");
    assert_eq!(
        result["n_segments"], 1,
        "32 x 32 comes first of equally common shapes"
    );
    fs::remove_file(&other).unwrap();
    analyze(&arguments[..1], &out)
        .arg("--force")
        .assert()
        .code(0);
    let report = self::report(&out);
    let result = &report["results"][0];
    assert_eq!(
        (&result["n_segments"], &result["left_out"]["constant"]),
        (&2.into(), &1.into())
    );
    support::assert_near("scale", result["scale"].as_f64().unwrap(), 1.0, 0.02);
    support::assert_near(
        "outside",
        result["outside_share"].as_f64().unwrap(),
        0.24,
        0.02,
    );
    assert_eq!(row(&report, "latents.npy")["layout"], "nchw");
    assert_eq!(row(&report, "latents.npy")["n_segments"], 3);
}

#[test]
fn arrays_of_an_earlier_report_are_removed() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    // Version 1 kept a file per spectrum.
    fs::create_dir_all(out.join("spectra")).unwrap();
    for name in ["mine.npy", "log-mel.all.npy", "waveform.music.npy"] {
        fs::write(out.join("spectra").join(name), b"an array").unwrap();
    }
    let only = [
        "fixtures/audio/music",
        "--representations",
        "log-mel",
        "--force",
    ];
    stdout(&mut analyze(&only, &out));
    let mut names: Vec<String> = fs::read_dir(out.join("spectra"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["mine.npy"]);
    fs::write(out.join("report.json"), [0xFF, 0xFE]).unwrap();
    analyze(&["fixtures/audio"], &out)
        .assert()
        .code(1)
        .stderr(predicate::str::contains("not a report"));
}

#[test]
fn roles_and_labels() {
    let folder = TempDir::new().unwrap();
    let mixed = folder.path().join("mixed");
    fs::create_dir(&mixed).unwrap();
    fs::copy("fixtures/photos/mountain.jpg", mixed.join("mountain.jpg")).unwrap();
    write_noise(&mixed.join("a.wav"), 1, 5.0, 22050);
    let out = folder.path().join("out");
    let mixed = mixed.to_str().unwrap();
    // One folder in both roles: nothing is ignored, nothing is taken twice.
    stdout(&mut analyze(&[mixed, "--photos", mixed], &out));
    assert_eq!(report(&out)["summary"]["ignored"], serde_json::json!({}));
    assert_eq!(report(&out)["inputs"].as_array().unwrap().len(), 2);
    // Labels are about clips; photos keep their folder's name.
    let table = folder.path().join("labels.csv");
    fs::write(&table, "filename,label\na.wav,noise\n").unwrap();
    let arguments = [
        mixed,
        "--photos",
        mixed,
        "--labels",
        table.to_str().unwrap(),
        "--force",
    ];
    stdout(&mut analyze(&arguments, &out));
    assert_eq!(row(&report(&out), "a.wav")["class"], "noise");
    assert_eq!(row(&report(&out), "mountain.jpg")["class"], "mixed");
    // Pictures alone, in the wrong place, get the hint.
    analyze(&["fixtures/photos"], &folder.path().join("no"))
        .assert()
        .code(1)
        .stderr(predicate::str::contains("--photos"));
    // A role that finds nothing is not passed over.
    analyze(
        &[mixed, "--photos", "fixtures/audio"],
        &folder.path().join("none"),
    )
    .assert()
    .stderr(predicate::str::contains(
        "no photo was found in fixtures/audio",
    ));
    // A crop that no photo is large enough for is a reason, not a plan.
    analyze(
        &[mixed, "--photos", mixed, "--side", "100000"],
        &folder.path().join("side"),
    )
    .assert()
    .code(3)
    .stderr(predicate::str::contains("--side"));
}

#[test]
fn the_rate_is_that_of_usable_clips() {
    let folder = TempDir::new().unwrap();
    for i in 0..3 {
        write_noise(&folder.path().join(format!("short{i}.wav")), i, 0.5, 8000);
    }
    write_noise(&folder.path().join("long.wav"), 9, 5.0, 22050);
    let out = folder.path().join("out");
    analyze(&[folder.path().to_str().unwrap()], &out)
        .assert()
        .code(3)
        .stderr(predicate::str::contains("22050 Hz"));
    assert_eq!(
        row(&report(&out), "short0.wav")["reason_class"],
        "too-short"
    );
    assert_eq!(row(&report(&out), "long.wav")["status"], "ok");
}

#[test]
fn constant_planes_are_left_out_of_means() {
    let folder = TempDir::new().unwrap();
    let (flat, good) = (
        folder.path().join("flat.npy"),
        folder.path().join("good.npy"),
    );
    write_npy(&flat, &Array2::from_elem((16, 16), 0.1)).unwrap();
    write_npy(&good, &coloured_field(1, 16, 16, 1.0)).unwrap();
    let alone = cepstrum().arg("rapsd").arg(&flat).assert().code(3);
    let text = String::from_utf8(alone.get_output().stdout.clone()).unwrap();
    let rows = csv_rows(&text);
    support::assert_near("DC", rows[1][1].parse().unwrap(), 2.56, 1e-12);
    assert!(rows[2..].iter().all(|row| row[1] == "0"), "{text}");
    let both = cepstrum()
        .arg("rapsd")
        .args([&flat, &good, &good])
        .assert()
        .code(3);
    let text = String::from_utf8(both.get_output().stdout.clone()).unwrap();
    let of = |name: &str| -> Vec<String> {
        let rows = csv_rows(&text)
            .into_iter()
            .filter(|row| row[0].ends_with(name));
        rows.map(|row| row[2].clone()).collect()
    };
    assert_eq!(of("good.npy").len(), 8);
    for (mean, good) in of("mean").iter().zip(of("good.npy")).skip(1) {
        let ratio = mean.parse::<f64>().unwrap() / good.parse::<f64>().unwrap();
        support::assert_near("mean", ratio, 1.0, 1e-12);
    }
}

/// Unit white noise in 30 segments: powers are exponential, so the arithmetic
/// mean is 1, and the geometric one is Gamma(1 + 1/30)^30 in expectation.
#[test]
fn averages() {
    let folder = TempDir::new().unwrap();
    let input = folder.path().join("noise.wav");
    write_float(&input, gauss(4, 60 * 22050).iter().map(|&x| x as f32));
    for (average, expected) in [("arithmetic", 1.0), ("geometric", 0.576_81)] {
        let text = stdout(
            cepstrum()
                .arg("spectrum")
                .arg(&input)
                .args(["--average", average]),
        );
        let rows = csv_rows(&text);
        let sum: f64 = rows[1..]
            .iter()
            .map(|row| row[1].parse::<f64>().unwrap())
            .sum();
        // Four standard errors over 22,050 bins.
        support::assert_near(average, sum / 22050.0, expected, 0.005);
    }
}

/// Half precision, as latents are often kept.
#[test]
fn half_precision_arrays() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("half.npy");
    let mut bytes = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
    let mut header = "{'descr': '<f2', 'fortran_order': False, 'shape': (8, 8), }".to_string();
    while header.len() < 117 {
        header.push(' ');
    }
    bytes.extend(format!("{header}\n").bytes());
    // 1.0 at one cell: an impulse is 1 / 64 at every frequency.
    for i in 0..64_u16 {
        bytes.extend((if i == 9 { 0x3C00_u16 } else { 0 }).to_le_bytes());
    }
    fs::write(&path, bytes).unwrap();
    let text = stdout(cepstrum().arg("rapsd").arg(&path));
    assert!(
        csv_rows(&text)[1..].iter().all(|row| row[1] == "0.015625"),
        "{text}"
    );
}

/// Renaming a finished file over a pipe or a device would replace it.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_written_in_place() {
    let to_output = cepstrum()
        .args(["spectrum", "fixtures/audio/music", "-o", "/dev/stdout"])
        .output()
        .unwrap();
    let printed = cepstrum()
        .args(["spectrum", "fixtures/audio/music"])
        .output()
        .unwrap();
    assert!(to_output.status.success());
    assert!(printed.stdout.len() > 1000);
    assert_eq!(to_output.stdout, printed.stdout);
}
