//! Names that lie, folders that trap, and signals at the edge of what a number
//! can hold: each becomes a row that says what it is.

use crate::support::{self, fixture};
use cepstrum::data::Signal;
use cepstrum::synth::{gauss, write_wav};
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// Exit code, report and messages of an analysis.
fn analyze(arguments: &[&str], out: &Path) -> (i32, Value, String) {
    let mut command = support::cepstrum();
    command.arg("analyze").args(arguments).arg("-o").arg(out);
    let output = command.output().unwrap();
    let report = match fs::read(out.join("report.json")) {
        Ok(bytes) => serde_json::from_slice(&bytes).unwrap(),
        Err(_) => Value::Null,
    };
    let messages = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), report, messages)
}

fn row<'a>(report: &'a Value, path: &str) -> &'a Value {
    let rows = report["inputs"].as_array().unwrap();
    rows.iter()
        .find(|row| row["path"] == path)
        .unwrap_or_else(|| panic!("no row {path} in {rows:#?}"))
}

fn write_noise(path: &Path, seed: u64, seconds: usize) {
    let samples = gauss(seed, seconds * 22050);
    let samples = samples.iter().map(|&x| 0.1 * x as f32).collect();
    let signal = Signal {
        samples,
        sample_rate: 22050,
    };
    write_wav(path, &signal).unwrap();
}

#[track_caller]
fn assert_row(report: &Value, path: &str, status: &str, reason: &str) {
    let row = row(report, path);
    assert_eq!(row["status"], status, "{row:#}");
    let told = row["reason"].as_str().unwrap_or_default();
    assert!(told.contains(reason), "{path}: {told:?} lacks {reason:?}");
    assert_eq!(told.is_empty(), status == "ok", "{row:#}");
}

#[test]
fn the_content_decides_whatever_the_name_says() {
    let folder = TempDir::new().unwrap();
    let clips = folder.path().join("jazz");
    fs::create_dir(&clips).unwrap();
    let copy = |from: &str, to: &str| fs::copy(fixture(from), clips.join(to)).unwrap();
    copy("formats/mp3_cbr_mono_22050.mp3", "an_mp3.wav");
    copy("formats/s16.wav", "a_wav.mp3");
    copy("formats/mono.flac", "a_flac.ogg");
    copy("formats/vorbis_mono.ogg", "an_ogg.flac");
    copy("formats/au_s16be.au", "an_au.wav");
    copy("photos/room.jpg", "a_photo.wav");
    // Like the clip of that name which several copies of GTZAN hold.
    let bytes: Vec<u8> = gauss(7, 40_000)
        .iter()
        .map(|x| (x * 50.0) as i64 as u8)
        .collect();
    fs::write(clips.join("jazz.00054.wav"), &bytes).unwrap();
    let input = clips.to_str().unwrap();
    let (code, report, _) = analyze(&[input, "--segment", "0.5"], &folder.path().join("out"));
    assert_eq!(code, 3);
    for (name, format) in [
        ("an_mp3.wav", "mp3"),
        ("a_wav.mp3", "wav pcm_s16le"),
        ("a_flac.ogg", "flac"),
        ("an_ogg.flac", "ogg vorbis"),
        ("an_au.wav", "au pcm_s16be"),
    ] {
        assert_row(&report, name, "ok", "");
        assert_eq!(row(&report, name)["format"], format, "{name}");
    }
    assert_row(
        &report,
        "a_photo.wav",
        "skipped",
        "not audio: a jpeg picture",
    );
    assert_row(
        &report,
        "jazz.00054.wav",
        "skipped",
        "not audio: no known format",
    );
}

#[test]
fn hidden_files_and_resource_forks_are_ignored() {
    let folder = TempDir::new().unwrap();
    let clips = folder.path().join("clips");
    for inside in ["a", "__MACOSX/a", ".trash"] {
        fs::create_dir_all(clips.join(inside)).unwrap();
    }
    write_noise(&clips.join("a/good.wav"), 1, 5);
    write_noise(&clips.join("a/.hidden.wav"), 2, 5);
    write_noise(&clips.join(".trash/old.wav"), 3, 5);
    fs::write(
        clips.join("a/._good.wav"),
        b"\0\x05\x16\x07\0\x02\0\0Mac OS X",
    )
    .unwrap();
    fs::write(clips.join("__MACOSX/a/good.wav"), b"\0\x05\x16\x07").unwrap();
    let input = clips.to_str().unwrap();
    let (code, report, _) = analyze(&[input], &folder.path().join("out"));
    assert_eq!(code, 0);
    assert_eq!(report["inputs"].as_array().unwrap().len(), 1);
    assert_eq!(report["summary"]["ignored"]["hidden"], 4);
}

#[cfg(unix)]
#[test]
fn odd_names_work_and_links_end() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    let folder = TempDir::new().unwrap();
    let clips = folder.path().join("my clips");
    fs::create_dir_all(clips.join("sub dir")).unwrap();
    write_noise(&clips.join("name with  spaces & \u{FC}\u{1F3B5}.wav"), 1, 5);
    write_noise(&clips.join("new\nline \"quoted\", comma.wav"), 2, 5);
    write_noise(&clips.join(OsStr::from_bytes(b"latin1 \xE9\xFF.wav")), 3, 5);
    write_noise(&clips.join("-o.wav"), 4, 5);
    fs::create_dir(clips.join("folder.wav")).unwrap();
    write_noise(&clips.join("folder.wav/inside.wav"), 5, 5);
    symlink(clips.join("nowhere"), clips.join("dangling.wav")).unwrap();
    symlink(&clips, clips.join("sub dir/loop")).unwrap();
    symlink("self.wav", clips.join("self.wav")).unwrap();
    let out = folder.path().join("out");
    let (code, report, _) = analyze(&[clips.to_str().unwrap()], &out);
    assert_eq!(code, 3);
    for name in [
        "name with  spaces & \u{FC}\u{1F3B5}.wav",
        "new\nline \"quoted\", comma.wav",
        "latin1 \u{FFFD}\u{FFFD}.wav",
        "-o.wav",
        "folder.wav/inside.wav",
    ] {
        assert_row(&report, name, "ok", "");
    }
    assert_row(&report, "dangling.wav", "skipped", "not found");
    assert_row(
        &report,
        "sub dir/loop",
        "skipped",
        "a link back to its own folder",
    );
    assert_row(&report, "self.wav", "skipped", "cannot read");
    assert_eq!(report["inputs"].as_array().unwrap().len(), 8);
    assert_eq!(report["results"][0]["n_files"], 5);
}

/// The super-user may read everything: then the program runs as nobody.
#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_a_row() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let folder = TempDir::new().unwrap();
    let allow = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let clips = folder.path().join("clips/jazz");
    let closed = folder.path().join("clips/closed");
    let out = folder.path().join("out");
    for made in [&clips, &closed, &out] {
        fs::create_dir_all(made).unwrap();
    }
    write_noise(&clips.join("open.wav"), 1, 3);
    write_noise(&clips.join("locked.wav"), 2, 3);
    write_noise(&closed.join("hidden.wav"), 3, 3);
    let program = folder.path().join("cepstrum");
    fs::copy(env!("CARGO_BIN_EXE_cepstrum"), &program).unwrap();
    for readable in [folder.path(), &folder.path().join("clips"), &clips] {
        allow(readable, 0o755);
    }
    allow(&clips.join("open.wav"), 0o644);
    allow(&clips.join("locked.wav"), 0);
    allow(&closed, 0);
    allow(&out, 0o777);
    let mut command = std::process::Command::new(&program);
    if fs::read(clips.join("locked.wav")).is_ok() {
        const NOBODY: u32 = 65534;
        command.uid(NOBODY).gid(NOBODY);
    }
    let out = out.join("report");
    command.arg("analyze").arg(folder.path().join("clips"));
    let started = command.arg("-o").arg(&out).output();
    // So that the folder can be removed by anybody.
    allow(&closed, 0o755);
    let output = match started {
        Ok(output) => output,
        Err(error) => {
            eprintln!("SKIPPED without another user: what_may_not_be_read_is_a_row ({error})");
            return;
        }
    };
    let messages = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{messages}");
    let report: Value =
        serde_json::from_slice(&fs::read(out.join("report.json")).unwrap()).unwrap();
    assert_row(&report, "jazz/open.wav", "ok", "");
    for path in ["jazz/locked.wav", "closed"] {
        assert_row(&report, path, "skipped", "cannot read");
        assert!(messages.contains(path), "{messages}");
    }
}

/// A float wav of these frames, each sample repeated in every channel.
fn write_float(path: &Path, samples: &[f32], sample_rate: u32, channels: u16) {
    let spec = hound::WavSpec {
        channels,
        sample_rate,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for &sample in samples {
        for _ in 0..channels {
            writer.write_sample(sample).unwrap();
        }
    }
    writer.finalize().unwrap();
}

/// Paths of the nulls in a value. JSON has no other number that is not finite.
fn nulls(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Null => found.push(path.to_owned()),
        Value::Array(values) => values.iter().for_each(|v| nulls(v, path, found)),
        Value::Object(fields) => {
            for (name, value) in fields {
                nulls(value, &format!("{path}/{name}"), found);
            }
        }
        _ => {}
    }
}

/// Fails where a number is missing and nothing beside it says why.
#[track_caller]
fn assert_nulls_have_reasons(report: &Value) {
    for row in report["inputs"].as_array().unwrap() {
        for (representation, alpha) in row["alpha"].as_object().unwrap() {
            let left_out = &row["left_out"][representation];
            let is_told = left_out["constant"].as_u64() > Some(0)
                || left_out["non_finite"].as_u64() > Some(0);
            assert!(!alpha.is_null() || is_told, "{representation}: {row:#}");
        }
        let mut found = Vec::new();
        nulls(row, "", &mut found);
        found.retain(|path| !path.starts_with("/alpha/") && !path.starts_with("/debiased/"));
        let is_ok = row["status"] == "ok";
        let expected: &[&str] = if is_ok {
            &["/reason", "/reason_class"]
        } else {
            &[]
        };
        assert_eq!(found, expected, "{row:#}");
    }
    for result in report["results"].as_array().unwrap() {
        let mut found = Vec::new();
        nulls(result, "", &mut found);
        // No rings, so nothing lies outside of them; and no knee was found.
        found.retain(|path| path != "/outside_share" && path != "/fit/debiased/knee");
        assert!(
            found.is_empty(),
            "{found:?} in {}",
            result["representation"]
        );
    }
}

/// Fails where a verdict answers from a number that is missing, or says one that is
/// not finite, or cannot be read again.
#[track_caller]
fn assert_answers_have_numbers(out: &Path) {
    let evidence: Value =
        serde_json::from_slice(&fs::read(out.join("evidence.json")).unwrap()).unwrap();
    let rows = evidence["verdict"]["rows"].as_array().unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        for (answer, number) in [
            ("order", "least_fall_db"),
            ("photographs", "photo_distance_db"),
            ("along_time", "delta_time"),
            ("along_frequency", "delta_frequency"),
        ] {
            let (answer, number) = (&row["answers"][answer], &row["numbers"][number]);
            let is_open = answer.is_null() || answer == "open";
            assert!(is_open || !number["ci"][1].is_null(), "{row:#}");
        }
        for sentence in row["sentences"].as_object().unwrap().values() {
            let sentence = sentence.as_str().unwrap_or("None.");
            let said = sentence.to_lowercase();
            assert!(sentence.ends_with('.'), "{sentence}");
            assert!(!said.contains("nan") && !said.contains("inf"), "{sentence}");
        }
    }
    let mut plot = support::cepstrum();
    plot.arg("plot").arg(out).args(["--figures", "main"]);
    plot.assert().success();
}

/// Name, status, what the reason says, and a fact of the row with its value.
type Case = (&'static str, &'static str, &'static str, &'static str, f64);

const CASES: [Case; 11] = [
    ("denormal.wav", "ok", "", "silent_share", 1.0),
    (
        "direct_current.wav",
        "skipped",
        "constant",
        "dc_offset",
        0.5,
    ),
    ("fast.wav", "ok", "", "resampled_from", 192_000.0),
    ("good_0.wav", "ok", "", "channels", 1.0),
    ("good_1.wav", "ok", "", "channels", 1.0),
    (
        "infinite.wav",
        "partial",
        "1 of 2 segments",
        "non_finite_samples",
        1.0,
    ),
    (
        "nan.wav",
        "partial",
        "1 of 2 segments",
        "non_finite_samples",
        1.0,
    ),
    ("silence.wav", "skipped", "constant", "silent_share", 1.0),
    ("six.wav", "ok", "", "channels", 6.0),
    ("slow.wav", "skipped", "sample rate 1 Hz", "n_segments", 0.0),
    ("square.wav", "ok", "", "clipped_share", 1.0),
];

#[test]
fn extreme_signals_give_finite_reports() {
    let folder = TempDir::new().unwrap();
    let clips = folder.path().join("clips");
    fs::create_dir(&clips).unwrap();
    let noise = |seed, n: usize| -> Vec<f32> {
        let samples = gauss(seed, n);
        samples.iter().map(|&x| 0.1 * x as f32).collect()
    };
    let n = 4 * 22050;
    let write = |name: &str, samples: &[f32]| write_float(&clips.join(name), samples, 22050, 1);
    let with_one = |value: f32| {
        let mut samples = noise(3, n);
        samples[100] = value;
        samples
    };
    write("good_0.wav", &noise(1, n));
    write("good_1.wav", &noise(2, n));
    write("nan.wav", &with_one(f32::NAN));
    write("infinite.wav", &with_one(f32::NEG_INFINITY));
    let tiny: Vec<f32> = noise(4, n).iter().map(|x| x * 1e-38).collect();
    assert!(tiny.iter().filter(|x| x.is_subnormal()).count() > n / 2);
    write("denormal.wav", &tiny);
    let square: Vec<f32> = (0..n)
        .map(|i| if i / 50 % 2 == 0 { 1.0 } else { -1.0 })
        .collect();
    write("square.wav", &square);
    write("silence.wav", &vec![0.0; n]);
    write("direct_current.wav", &vec![0.5; n]);
    write("one.wav", &[0.5]);
    write_float(&clips.join("six.wav"), &noise(5, n), 22050, 6);
    write_float(&clips.join("fast.wav"), &noise(6, 4 * 192_000), 192_000, 1);
    write_float(&clips.join("slow.wav"), &noise(7, 600), 1, 1);

    let out = folder.path().join("out");
    let (code, report, _) = analyze(&[clips.to_str().unwrap()], &out);
    assert_eq!(code, 3);
    for (name, status, reason, fact, value) in CASES {
        assert_row(&report, name, status, reason);
        let row = row(&report, name);
        assert_eq!(row[fact].as_f64(), Some(value), "{fact} of {row:#}");
    }
    assert_row(&report, "one.wav", "skipped", "too short");
    assert_eq!(report["inputs"].as_array().unwrap().len(), CASES.len() + 1);
    assert_nulls_have_reasons(&report);
    assert_answers_have_numbers(&out);

    // Alone, each is analysed at its own rate, or nothing is left to analyse.
    for (name, _, reason, ..) in CASES {
        let clip = clips.join(name);
        let out = folder.path().join("alone").join(name);
        let fitting: &[&str] = match name {
            "fast.wav" => &["--n-fft", "16384"],
            "slow.wav" => &[
                "--segment",
                "64",
                "--n-fft",
                "64",
                "--hop-length",
                "8",
                "--n-mels",
                "4",
            ],
            _ => &[],
        };
        let arguments = [&[clip.to_str().unwrap()], fitting].concat();
        let (code, report, messages) = analyze(&arguments, &out);
        if report.is_null() {
            assert_eq!((code, reason), (1, "constant"), "{name}: {messages}");
            assert!(messages.contains("nothing to measure"), "{messages}");
        } else {
            assert_nulls_have_reasons(&report);
            assert_answers_have_numbers(&out);
        }
    }
}

#[test]
fn a_picture_that_breaks_its_decoder_is_a_row_and_no_stack_trace() {
    let folder = TempDir::new().unwrap();
    let photos = folder.path().join("photos");
    fs::create_dir(&photos).unwrap();
    fs::copy(fixture("photos/room.jpg"), photos.join("room.jpg")).unwrap();
    let bad = "photo_palette_length_crc";
    fs::copy(fixture("fuzz").join(bad), photos.join("bad.png")).unwrap();
    let (code, report, messages) = analyze(
        &["--photos", photos.to_str().unwrap(), "--side", "20"],
        &folder.path().join("out"),
    );
    assert_eq!(code, 3, "{messages}");
    assert_row(&report, "bad.png", "skipped", "damaged");
    assert_row(&report, "room.jpg", "ok", "");
    assert!(!messages.contains("panicked"), "{messages}");
}

#[test]
fn what_is_not_finite_is_left_out_behind_a_resampler_too() {
    let folder = TempDir::new().unwrap();
    let clips = folder.path().join("noise");
    fs::create_dir(&clips).unwrap();
    write_noise(&clips.join("whole.wav"), 1, 6);
    let noise = gauss(2, 6 * 44_100);
    let mut samples: Vec<f32> = noise.iter().map(|&x| 0.1 * x as f32).collect();
    // In the middle of the second segment, and both ends of the last.
    for (place, bad) in [
        (132_300, f32::NAN),
        (176_400, 3e38),
        (264_599, f32::INFINITY),
    ] {
        samples[place] = bad;
    }
    write_float(&clips.join("spoiled.wav"), &samples, 44_100, 1);
    let (code, report, messages) = analyze(
        &[clips.to_str().unwrap(), "--sample-rate", "22050"],
        &folder.path().join("out"),
    );
    assert_eq!(code, 3, "{messages}");
    assert_row(&report, "whole.wav", "ok", "");
    let reason = "2 of 3 segments hold values that are not finite";
    assert_row(&report, "spoiled.wav", "partial", reason);
    assert_eq!(row(&report, "spoiled.wav")["non_finite_samples"], 2);
    assert!(!messages.contains("panicked"), "{messages}");
}
