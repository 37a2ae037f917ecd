//! One outcome for every command: a file that is cut off, damaged or no sound is
//! told with the same words, and ends in the same exit code, whichever command
//! reads it; and what lies beside the inputs is told.

use crate::support::{self, fixture};
use cepstrum::data::Signal;
use cepstrum::synth::{gauss, write_wav};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Exit code and messages.
fn run(arguments: &[&str]) -> (i32, String) {
    let output = support::cepstrum().args(arguments).output().unwrap();
    let messages = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), messages)
}

fn write_noise(path: &Path, seconds: usize, sample_rate: u32) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let n = seconds * sample_rate as usize;
    let samples = gauss(7, n).iter().map(|&x| 0.1 * x as f32).collect();
    let signal = Signal {
        samples,
        sample_rate,
    };
    write_wav(path, &signal).unwrap();
}

/// The arguments of each command that reads clips, for one that is measured even
/// where it is short.
fn commands(input: &str, out: &Path) -> Vec<Vec<String>> {
    let out = |name: &str| out.join(name).display().to_string();
    let short = [
        "--segment",
        "0.01",
        "--n-fft",
        "64",
        "--n-mels",
        "4",
        "--hop-length",
        "32",
    ];
    let frames = &short[2..];
    let all: [(&str, &[&str], Option<String>); 9] = [
        (
            "features",
            &[
                "--n-fft",
                "64",
                "--hop-length",
                "32",
                "--n-mels",
                "4",
                "--n-mfcc",
                "2",
            ],
            None,
        ),
        (
            "analyze",
            &[&short[..], &["--figures", "none", "--force"]].concat(),
            Some(out("report")),
        ),
        ("spectrum", &["--segment", "0.01"], Some(out("s.csv"))),
        ("rapsd", &short, Some(out("r.csv"))),
        (
            "spectrogram",
            &["--n-fft", "64", "--hop-length", "32"],
            Some(out("s.png")),
        ),
        (
            "cepstrum",
            &[frames, &["--n-mfcc", "2"]].concat(),
            Some(out("c.npy")),
        ),
        (
            "cepstrum",
            &[frames, &["--kind", "mean"]].concat(),
            Some(out("c.csv")),
        ),
        (
            "cepstrum",
            &["--kind", "real", "--n-fft", "64"],
            Some(out("c.csv")),
        ),
        (
            "noise",
            &[&short[..], &["--figures", "none", "--force"]].concat(),
            Some(out("noise")),
        ),
    ];
    let words = |(command, flags, out): &(&str, &[&str], Option<String>)| -> Vec<String> {
        let mut words = vec![command.to_string(), input.to_string()];
        words.extend(flags.iter().map(ToString::to_string));
        words.extend(out.iter().flat_map(|out| ["-o".to_string(), out.clone()]));
        words
    };
    all.iter().map(words).collect()
}

/// The broken recordings that do not decode to silence or to fewer samples than any
/// spectrum takes, of which some commands have nothing to say.
fn broken() -> Vec<PathBuf> {
    let folder = fixture("malformed");
    let files = walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter();
    files
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.into_path())
        .collect()
}

#[test]
fn every_command_says_of_a_broken_file_what_features_says() {
    let folder = TempDir::new().unwrap();
    let (mut compared, mut wrong) = (0, Vec::new());
    for file in broken() {
        let input = file.to_str().unwrap();
        let commands = commands(input, folder.path());
        let words = |command: &[String]| -> Vec<String> { command.to_vec() };
        let said = |command: &[String]| {
            let command = words(command);
            let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
            run(&arguments)
        };
        let (code, messages) = said(&commands[0]);
        // The reason stands behind the name of the file.
        let name = file.file_name().unwrap().to_str().unwrap();
        let reason = messages
            .lines()
            .find_map(|line| Some(line.split_once(&format!("{name}: "))?.1));
        let reason = reason.unwrap_or_default();
        if reason.contains("too short")
            || reason.contains("shorter")
            || reason.contains("nothing to measure")
        {
            continue;
        }
        for command in &commands[1..] {
            let (other, text) = said(command);
            // Silence, and too few samples for a segment, are for each to judge.
            let own = ["nothing to measure", "too short", "constant"];
            if own.iter().any(|word| text.contains(word)) {
                continue;
            }
            compared += 1;
            if other != code || !text.contains(reason) {
                wrong.push(format!(
                    "{name}: {} {other}, features {code}: {reason:?}\n{text}",
                    command[0]
                ));
            }
        }
    }
    println!("{compared} outcomes compared");
    assert!(compared > 100, "{compared}");
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_missing_input_is_an_error_for_every_command_and_for_shares() {
    let folder = TempDir::new().unwrap();
    let missing = folder.path().join("nowhere");
    let missing = missing.to_str().unwrap();
    let out = folder.path().join("out");
    let mut commands = commands(missing, &out);
    let with = |command: &str, flags: &[&str]| {
        let mut words = vec![command.to_string(), missing.to_string()];
        words.extend(flags.iter().map(ToString::to_string));
        words.extend(["-o".to_string(), out.join(command).display().to_string()]);
        words
    };
    for command in ["modulation", "latents"] {
        commands.push(with(command, &[]));
    }
    for command in ["analyze", "noise", "modulation", "features", "latents"] {
        commands.push(with(command, &["--shard", "1/2"]));
    }
    for command in commands {
        let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
        let (code, messages) = run(&arguments);
        assert_eq!(code, 1, "{command:?}: {messages}");
        assert!(messages.contains("not found"), "{command:?}: {messages}");
        assert!(
            !out.join(command[0].as_str())
                .join("partial-1-of-2.json")
                .exists()
        );
    }
}

#[test]
fn what_lies_beside_the_clips_is_counted_aloud() {
    let folder = TempDir::new().unwrap();
    let clips = folder.path().join("clips");
    write_noise(&clips.join("a.wav"), 5, 22_050);
    for name in ["b.ape", "c.spx", "d.APE", "e.tar", "f.parquet", "notes.txt"] {
        fs::write(clips.join(name), "anything").unwrap();
    }
    for command in commands(clips.to_str().unwrap(), folder.path()) {
        if command.last().is_some_and(|out| out.ends_with(".npy")) {
            continue;
        }
        let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
        let (code, messages) = run(&arguments);
        assert_eq!(code, 0, "{command:?}: {messages}");
        let sound = "3 files of sound with extensions not read here: 2 ape, 1 spx";
        assert!(messages.contains(sound), "{command:?}: {messages}");
        assert!(
            messages.contains(": 1 parquet, 1 tar"),
            "{command:?}: {messages}"
        );
    }
}

#[test]
fn an_archive_is_refused_by_its_name() {
    let folder = TempDir::new().unwrap();
    let clip = folder.path().join("a.wav");
    write_noise(&clip, 5, 22_050);
    let clip = fs::read(clip).unwrap();
    // A header of 512 bytes, then the file.
    let mut tar = vec![0u8; 512];
    tar[..5].copy_from_slice(b"a.wav");
    tar[257..263].copy_from_slice(b"ustar\0");
    let tar = [tar, clip.clone()].concat();
    let zip = [&b"PK\x03\x04"[..], &[0; 40], &clip].concat();
    let unknown = [&[9; 300][..], &clip].concat();
    for (name, bytes, what) in [
        ("clips.tar", &tar, "a tar archive"),
        ("clips.wav", &tar, "a tar archive"),
        ("clips.zip", &zip, "a zip archive"),
        ("clips.bin", &unknown, "no known format"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        for command in commands(path.to_str().unwrap(), folder.path()) {
            let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
            let (code, messages) = run(&arguments);
            assert_eq!(code, 1, "{command:?}: {messages}");
            assert!(messages.contains(what), "{command:?}: {messages}");
        }
    }
    let photo = folder.path().join("clips.tar");
    let out = folder.path().join("photos");
    let out = out.to_str().unwrap();
    let (code, messages) = run(&["analyze", "--photos", photo.to_str().unwrap(), "-o", out]);
    assert_eq!(code, 1, "{messages}");
    assert!(messages.contains("a tar archive"), "{messages}");
}

#[test]
fn one_rate_that_fits_no_setting_does_not_end_a_run() {
    let folder = TempDir::new().unwrap();
    let clips = folder.path().join("clips");
    write_noise(&clips.join("good.wav"), 5, 44_100);
    write_noise(&clips.join("bad.wav"), 5000, 8);
    let out = folder.path().join("out");
    let (clips, out) = (clips.to_str().unwrap(), out.to_str().unwrap());
    let (code, messages) = run(&["analyze", clips, "-o", out, "--figures", "none"]);
    assert_eq!(code, 3, "{messages}");
    assert!(
        messages.contains("bad.wav: sample rate 8 Hz is below"),
        "{messages}"
    );
    assert!(messages.contains("clips at 44100 Hz"), "{messages}");
}

#[test]
fn settings_that_leave_nothing_to_see_are_named() {
    let folder = TempDir::new().unwrap();
    let clip = folder.path().join("a.wav");
    write_noise(&clip, 5, 22_050);
    let clip = clip.to_str().unwrap();
    let out = folder.path().join("out");
    let out = out.to_str().unwrap();
    let png = format!("{out}.png");
    for (arguments, flag) in [
        (
            vec!["analyze", clip, "-o", out, "--hop-length", "100000"],
            "--hop-length",
        ),
        (
            vec!["rapsd", clip, "--hop-length", "100000"],
            "--hop-length",
        ),
        (
            vec!["analyze", clip, "-o", out, "--segment", "0.05"],
            "--segment",
        ),
        (
            vec!["analyze", clip, "-o", out, "--overlap", "1"],
            "--overlap",
        ),
        (vec!["analyze", clip, "-o", out, "--limit", "0"], "--limit"),
        (
            vec!["analyze", clip, "-o", out, "--f-max", "20000"],
            "--f-max",
        ),
        (
            vec!["analyze", clip, "-o", out, "--n-mels", "900"],
            "--n-mels",
        ),
        (
            vec!["spectrogram", clip, "-o", &png, "--f-min", "20000"],
            "--f-min",
        ),
        (
            vec!["spectrogram", clip, "-o", &png, "--f-max", "20000"],
            "--f-max",
        ),
    ] {
        let (code, messages) = run(&arguments);
        assert_eq!(code, 2, "{arguments:?}: {messages}");
        assert!(messages.contains(flag), "{arguments:?}: {messages}");
    }
    for (arguments, flag) in [
        (
            vec!["analyze", clip, "-o", out, "--segment", "60"],
            "--segment",
        ),
        (
            vec!["spectrogram", clip, "-o", &png, "--start", "60"],
            "--start",
        ),
    ] {
        let (code, messages) = run(&arguments);
        assert_eq!(code, 1, "{arguments:?}: {messages}");
        assert!(messages.contains(flag), "{arguments:?}: {messages}");
    }
}

#[test]
fn noise_that_16_bits_cannot_hold_is_told() {
    let folder = TempDir::new().unwrap();
    let out = |name: &str| folder.path().join(name).display().to_string();
    let noise =
        |alpha: &str, name: &str| run(&["synth", "noise", "--alpha", alpha, "-o", &out(name)]);
    let (code, messages) = noise("3", "a.wav");
    assert_eq!(code, 0);
    // 0.01 / zeta(3) k^-3 = 2^-30 / 12 / 22050 at k = 13317, in half hertz.
    assert!(
        messages.contains("above 66") && messages.contains("16 bits"),
        "{messages}"
    );
    for (alpha, name) in [
        ("3", "a.npy"),
        ("2", "b.wav"),
        ("0", "c.wav"),
        ("-1", "d.wav"),
    ] {
        assert_eq!(noise(alpha, name).1, "", "{alpha} {name}");
    }
}
