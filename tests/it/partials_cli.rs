//! Runs that are stopped and go on, and runs in shares: the same bytes as one
//! run over everything.

use crate::support;
use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin;
use cepstrum::data::Signal;
use cepstrum::synth::{coloured_noise, uniform, write_wav};
use predicates::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;
use tempfile::TempDir;

const RATE: u32 = 8000;

/// Clips of three classes, one of them bad, beside the photos of the fixtures.
struct Data {
    folder: TempDir,
}

impl Data {
    fn new(n: u64) -> Self {
        let folder = TempDir::new().unwrap();
        for seed in 0..n {
            let class = folder.path().join("clips").join(format!("c{}", seed % 3));
            fs::create_dir_all(&class).unwrap();
            let n_samples = (4 + seed as usize % 5) * RATE as usize;
            let samples = coloured_noise(seed, n_samples, 1.0);
            let signal = Signal {
                samples: samples.iter().map(|x| 0.1 * *x as f32).collect(),
                sample_rate: RATE,
            };
            write_wav(&class.join(format!("{seed:03}.wav")), &signal).unwrap();
        }
        fs::write(folder.path().join("clips/c0/bad.wav"), b"RIFF nothing").unwrap();
        Self { folder }
    }

    fn clips(&self) -> PathBuf {
        self.folder.path().join("clips")
    }

    fn out(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `analyze` of everything with `extra` flags.
    fn arguments(&self, out: &Path, extra: &[&str]) -> Vec<String> {
        let text = |path: &Path| path.to_str().unwrap().to_string();
        let mut all = vec!["analyze".to_string(), text(&self.clips())];
        let fixed = ["--photos", "fixtures/photos", "--figures", "none", "-o"];
        all.extend(fixed.map(String::from));
        all.push(text(out));
        all.extend(extra.iter().map(ToString::to_string));
        all
    }
}

fn cepstrum<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = support::cepstrum();
    command.args(arguments);
    command
}

/// Exit code 3: one clip is bad.
fn run(arguments: &[String]) -> assert_cmd::assert::Assert {
    cepstrum(arguments).assert().code(3)
}

fn spawn(arguments: &[String]) -> Child {
    std::process::Command::new(cargo_bin("cepstrum"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn report(out: &Path) -> String {
    fs::read_to_string(out.join("report.json")).unwrap()
}

/// Asserts that two runs found the same: report, verdict and records of units.
#[track_caller]
fn assert_same_results(what: &str, got: &Path, expected: &Path) {
    assert_same(what, &report(got), &report(expected));
    for name in ["evidence.json", "evidence.npz"] {
        let [got, expected] = [got, expected].map(|out| fs::read(out.join(name)).unwrap());
        assert!(got == expected, "{what}: {name} differs");
    }
}

/// Both are the same; where not, the first line that differs.
#[track_caller]
fn assert_same(what: &str, got: &str, expected: &str) {
    if got == expected {
        return;
    }
    let short = |line: &str| line.chars().take(200).collect::<String>();
    let mut lines = got.lines().zip(expected.lines()).enumerate();
    let differs = lines.find(|(_, (a, b))| a != b);
    let differs = differs.map(|(i, (a, b))| (i + 1, short(a), short(b)));
    panic!("{what}: {differs:?}");
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_string()
}

#[test]
fn shares_in_any_order_give_the_bytes_of_one_run() {
    let data = Data::new(11);
    let whole = data.out("whole");
    run(&data.arguments(&whole, &[]));
    for (n, order) in [(1, vec![1]), (2, vec![2, 1]), (5, vec![3, 5, 1, 4, 2])] {
        let shares = data.out(&format!("shares{n}"));
        for i in 1..=n {
            let threads = if i % 2 == 0 { "1" } else { "3" };
            let shard = format!("{i}/{n}");
            let arguments = data.arguments(&shares, &["--shard", &shard, "--threads", threads]);
            cepstrum(&arguments)
                .assert()
                .stdout("")
                .stderr(predicate::str::contains("cepstrum merge"));
            assert!(!shares.join("report.json").exists());
        }
        let merged = data.out(&format!("merged{n}"));
        let mut arguments = vec!["merge".to_string()];
        let part = |i: &i32| text(&shares.join(format!("partial-{i}-of-{n}.json")));
        arguments.extend(order.iter().map(part));
        arguments.extend(["-o".to_string(), text(&merged)]);
        run(&arguments).stdout(predicate::str::contains("log-mel"));
        assert_same_results(&format!("{n} shares"), &merged, &whole);
        // The page of a report needs no data either.
        assert!(merged.join("report.html").is_file());
        let folder = data.out(&format!("folder{n}"));
        let arguments = [
            "merge".to_string(),
            text(&shares),
            "-o".to_string(),
            text(&folder),
        ];
        run(&arguments);
        assert_same_results("a folder", &folder, &whole);
    }
}

/// Waits until a run has kept something, or has ended.
fn wait_for_partial(child: &mut Child, out: &Path) {
    while !out.join("partial-1-of-1.json").exists() && child.try_wait().unwrap().is_none() {
        sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_run_that_is_killed_anywhere_goes_on_to_the_same_bytes() {
    const KILLS: usize = 24;
    let data = Data::new(12);
    let whole = data.out("whole");
    run(&data.arguments(&whole, &[]));
    let names = |out: &Path| -> Vec<String> {
        let found = fs::read_dir(out).into_iter().flatten().flatten();
        let mut names: Vec<String> = found
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    let (mut killed, mut went_on) = (0, 0);
    for (trial, random) in (0..).zip(uniform(11)) {
        if killed == KILLS {
            break;
        }
        assert!(trial < 400, "{killed} of {trial} runs could be killed");
        let out = data.out(&format!("killed{trial}"));
        let arguments = data.arguments(&out, &["--checkpoint", "0", "--threads", "2"]);
        let mut child = spawn(&arguments);
        // Half of the runs anywhere, half of them where something was kept.
        if trial % 2 == 1 {
            wait_for_partial(&mut child, &out);
        }
        sleep(Duration::from_secs_f64(0.2 * random));
        child.kill().unwrap();
        let ended = child.wait().unwrap();
        if ended.code().is_some() {
            // It was done before.
            assert_same_results("not killed", &out, &whole);
            continue;
        }
        killed += 1;
        went_on += usize::from(out.join("partial-1-of-1.json").exists());
        let mut again = arguments;
        again.push("--resume".to_string());
        run(&again);
        assert_same_results(&format!("trial {trial}"), &out, &whole);
        assert_eq!(names(&out), names(&whole), "trial {trial}");
    }
    assert!(
        went_on > 2,
        "only {went_on} of {KILLS} had something to go on from"
    );
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_was_measured_and_says_how_to_go_on() {
    if std::process::Command::new("kill")
        .arg("-l")
        .output()
        .is_err()
    {
        println!("SKIPPED without kill: an interrupted run");
        return;
    }
    let data = Data::new(40);
    let whole = data.out("whole");
    run(&data.arguments(&whole, &[]));
    // A run may end before the signal reaches it.
    let interrupted = (0..50).find_map(|trial| {
        let out = data.out(&format!("out{trial}"));
        let arguments = data.arguments(&out, &["--checkpoint", "0", "--threads", "1"]);
        let mut child = spawn(&arguments);
        wait_for_partial(&mut child, &out);
        let signal = std::process::Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .unwrap();
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        match ended.status.code() {
            Some(130) => Some((out, arguments, said)),
            code => {
                assert!(code == Some(3) || !signal.success(), "{code:?}: {said}");
                None
            }
        }
    });
    let (out, arguments, said) = interrupted.expect("a run that was interrupted");
    assert!(said.contains("--resume"), "{said}");
    assert!(!out.join("report.json").exists());
    let mut again = arguments;
    again.push("--resume".to_string());
    run(&again).stderr(predicate::str::contains("going on after"));
    assert_same_results("after Ctrl-C", &out, &whole);
    assert!(!out.join("partial-1-of-1.json").exists());
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let data = Data::new(4);
    let share = |out: &str, extra: &[&str]| -> PathBuf {
        let out = data.out(out);
        // 3 where the bad clip is among them.
        let codes = predicate::in_iter([0, 3]);
        cepstrum(data.arguments(&out, extra)).assert().code(codes);
        let name = format!("partial-{}.json", extra[1].replace('/', "-of-"));
        out.join(name)
    };
    let first = share("a", &["--shard", "1/2"]);
    let second = share("a", &["--shard", "2/2"]);
    let other = share("b", &["--shard", "2/2", "--n-mels", "64"]);
    let third = share("c", &["--shard", "3/3"]);
    let merge = |partials: &[&PathBuf]| {
        let mut arguments = vec!["merge".to_string()];
        arguments.extend(partials.iter().map(|path| text(path)));
        arguments.extend(["-o".to_string(), text(&data.out("merged"))]);
        cepstrum(arguments).assert()
    };
    let said = |partials: &[&PathBuf], words: &[&str]| {
        let output = merge(partials).code(1).get_output().stderr.clone();
        let output = String::from_utf8(output).unwrap();
        for word in words {
            assert!(output.contains(word), "{word}: {output}");
        }
    };
    said(&[&first, &other], &["mel", "64", "partial-2-of-2.json"]);
    said(&[&first, &second, &first], &["1/2", "given already"]);
    said(&[&first], &["missing", "2/2"]);
    said(&[&first, &third], &["share of 3"]);
    assert!(!data.out("merged").exists());
    // Files that came or changed in between.
    fs::write(data.clips().join("c1/new.wav"), b"RIFF more").unwrap();
    let later = share("d", &["--shard", "2/2"]);
    said(&[&first, &later], &["other files"]);
    // What is no share at all, and one that is not finished.
    let broken = data.out("broken.json");
    fs::write(&broken, b"{}").unwrap();
    said(&[&broken], &["broken.json", "not a partial result"]);
    let text_of = fs::read_to_string(&second).unwrap();
    let without = |text: &str, from: &str, to: &str, empty: &str| {
        let (start, end) = (text.find(from).unwrap(), text.find(to).unwrap());
        format!("{}{empty}{}", &text[..start], &text[end..])
    };
    let half = without(&text_of, "\"rows\":[", "\"totals\":", "\"rows\":[],");
    fs::write(&broken, &half).unwrap();
    said(&[&first, &broken], &["broken.json", "its rows"]);
    let half = without(&half, "\"done\":[", "\"sums\":", "\"done\":[],");
    fs::write(&broken, half).unwrap();
    said(&[&first, &broken], &["0 of", "--resume"]);
    merge(&[&second, &first]).code(3);
    // Going on with other settings.
    let out = data.out("e");
    fs::create_dir_all(&out).unwrap();
    fs::copy(&first, out.join("partial-1-of-2.json")).unwrap();
    let extra = ["--shard", "1/2", "--resume", "--segment", "1"];
    cepstrum(data.arguments(&out, &extra))
        .assert()
        .code(1)
        .stderr(predicate::str::contains("segment"));
    for bad in ["0/2", "3/2", "1", "a/b", "1/0"] {
        cepstrum(data.arguments(&out, &["--shard", bad]))
            .assert()
            .code(2)
            .stderr(predicate::str::contains("--shard"));
    }
    cepstrum(data.arguments(&out, &["--checkpoint", "-1"]))
        .assert()
        .code(2)
        .stderr(predicate::str::contains("--checkpoint"));
}
