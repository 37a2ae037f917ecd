//! Peak memory of `cepstrum analyze`, for long files by hour of audio and for
//! folders by number of clips: neither may matter.
//!
//! `cargo bench --bench memory`, or `cargo bench --bench memory -- mp3` for one
//! of `wav`, `mp3` and `folder`. Inputs are made in a temporary folder (0.9 GB
//! at most at a time) that is removed again. The peak is what the system says of
//! the ended process, as /usr/bin/time does.

use cepstrum::data::Signal;
use cepstrum::synth::{coloured_noise, write_wav};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use wait4::Wait4;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

const HOURS: [u32; 3] = [1, 2, 3];
const N_CLIPS: [usize; 3] = [100, 1_000, 10_000];
const SAMPLE_RATE: u32 = 22_050;
/// Length of a clip in the folders: one segment, s.
const CLIP: usize = 2;
const N_THREADS: &str = "2";

const MP3: &str = "fixtures/audio/music/fishin.mp3";
/// Where the sound of that file begins: behind its tag, and behind a frame that
/// states the number of frames, which would be wrong in a longer file.
const MP3_FIRST_FRAME: usize = 333;
/// Sound in that file: 385 frames of 576 samples, s.
const MP3_SECONDS: f64 = 385.0 * 576.0 / SAMPLE_RATE as f64;

/// What a process used.
struct Usage {
    /// Largest resident memory, MB of 10^6 bytes.
    peak: f64,
    /// On all threads, in the program and in the system, s.
    cpu: f64,
}

fn usage(arguments: &[&Path], work: &Path) -> Outcome<Usage> {
    let (printed, said) = (work.join("printed"), work.join("said"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_cepstrum"))
        .args(arguments)
        .stdout(File::create(printed)?)
        .stderr(File::create(&said)?)
        .spawn()?;
    let used = child.wait4()?;
    if !used.status.success() {
        let said = fs::read_to_string(said)?;
        return Err(format!("{arguments:?}: {}: {said}", used.status).into());
    }
    Ok(Usage {
        peak: used.rusage.maxrss as f64 / 1e6,
        cpu: (used.rusage.utime + used.rusage.stime).as_secs_f64(),
    })
}

/// The main job without figures.
fn analysis(input: &Path, work: &Path) -> Outcome<Usage> {
    let out = work.join("report");
    let arguments = ["analyze", "--figures", "none", "--threads", N_THREADS, "-o"];
    let mut arguments: Vec<&Path> = arguments.iter().map(Path::new).collect();
    arguments.extend([&out, input]);
    let used = usage(&arguments, work)?;
    fs::remove_dir_all(&out)?;
    Ok(used)
}

fn pink(n: usize) -> Vec<f32> {
    let noise = coloured_noise(1, n, 1.0);
    noise.iter().map(|&x| 0.1 * x as f32).collect()
}

/// A wav that repeats some pink noise. The piece is small, since what this
/// process holds itself can count as its child's, and not a whole number of
/// segments, so that these differ.
fn long_wav(hours: u32, folder: &Path) -> Outcome<PathBuf> {
    let path = folder.join("long.wav");
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: SAMPLE_RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let piece = pink(50_000);
    let n_samples = 3600 * hours as usize * SAMPLE_RATE as usize;
    let mut writer = hound::WavWriter::create(&path, spec)?;
    for sample in piece.iter().cycle().take(n_samples) {
        writer.write_sample((sample * 32_767.0) as i16)?;
    }
    writer.finalize()?;
    Ok(path)
}

/// An mp3 that repeats the frames of a short one.
fn long_mp3(hours: u32, folder: &Path) -> Outcome<PathBuf> {
    let bytes = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(MP3))?;
    let frames = &bytes[MP3_FIRST_FRAME..];
    if !frames.starts_with(&[0xff, 0xf3]) {
        return Err(format!("{MP3} has no frame at {MP3_FIRST_FRAME}").into());
    }
    let path = folder.join("long.mp3");
    let mut writer = BufWriter::new(File::create(&path)?);
    for _ in 0..(3600.0 * f64::from(hours) / MP3_SECONDS).round() as usize {
        writer.write_all(frames)?;
    }
    writer.flush()?;
    Ok(path)
}

type LongFile = fn(u32, &Path) -> Outcome<PathBuf>;

fn measure_hours(name: &str, long_file: LongFile, work: &Path) -> Outcome {
    println!(
        "\n{name:<8} {:>9} {:>14} {:>9}",
        "peak MB", "MB per hour", "CPU s"
    );
    let mut peaks = Vec::new();
    for hours in HOURS {
        let file = long_file(hours, work)?;
        let used = analysis(&file, work)?;
        fs::remove_file(&file)?;
        let per_hour = used.peak / f64::from(hours);
        println!(
            "{:<8} {:>9.1} {per_hour:>14.1} {:>9.1}",
            format!("{hours} h"),
            used.peak,
            used.cpu
        );
        peaks.push(used.peak);
    }
    let growth = (peaks[2] - peaks[0]) / f64::from(HOURS[2] - HOURS[0]);
    println!("growth: {growth:.2} MB per hour of audio");
    Ok(())
}

/// Adds clips to a folder up to `n`; no two are alike, since the audit tells
/// copies apart.
fn add_clips(folder: &Path, from: usize, n: usize) -> Outcome {
    let mut samples = pink(CLIP * SAMPLE_RATE as usize);
    samples.rotate_left(from);
    for i in from..n {
        samples.rotate_left(1);
        let signal = Signal {
            samples: samples.clone(),
            sample_rate: SAMPLE_RATE,
        };
        write_wav(&folder.join(format!("{i:05}.wav")), &signal)?;
    }
    Ok(())
}

fn measure_folders(work: &Path) -> Outcome {
    let folder = work.join("clips");
    fs::create_dir(&folder)?;
    println!(
        "\n{:<8} {:>9} {:>14} {:>9}",
        "clips", "peak MB", "of the first", "CPU s"
    );
    let (mut n_before, mut first) = (0, None);
    for n in N_CLIPS {
        add_clips(&folder, n_before, n)?;
        n_before = n;
        let used = analysis(&folder, work)?;
        let ratio = used.peak / *first.get_or_insert(used.peak);
        println!("{n:<8} {:>9.1} {ratio:>14.3} {:>9.1}", used.peak, used.cpu);
    }
    Ok(())
}

fn main() -> Outcome {
    let names: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    let wanted = |name: &str| names.is_empty() || names.iter().any(|n| n == name);
    let work = TempDir::new()?;

    println!("{N_THREADS} threads");
    if wanted("wav") {
        measure_hours("wav", long_wav, work.path())?;
    }
    if wanted("mp3") {
        measure_hours("mp3", long_mp3, work.path())?;
    }
    if wanted("folder") {
        measure_folders(work.path())?;
    }
    // Last: this process's own memory, were it large, would show here.
    let alone = usage(&[Path::new("--version")], work.path())?;
    println!("\nthe program alone: {:.1} MB", alone.peak);
    Ok(())
}
