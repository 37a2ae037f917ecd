//! All figures of the post from one analysis, by their names.

use crate::support::svg::Drawing;
use crate::support::{cepstrum, pixels};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const CLIPS: [&str; 4] = [
    "fixtures/audio/speech/prompt_b.au",
    "fixtures/audio/music/brahms.flac",
    "fixtures/audio/speech/prompt_a.wav",
    "fixtures/audio/music/fishin.mp3",
];

/// The post's stills with the pixels of the original, as far as they are ours to
/// match.
const STILLS: [(&str, (u32, u32)); 17] = [
    ("image_spectra", (820, 220)),
    ("max_detectable_frequency", (571, 436)),
    ("mean_log_melspec_rapsd", (694, 375)),
    ("mean_log_rapsd", (702, 376)),
    ("mean_log_rapsd_fit", (702, 375)),
    ("mean_log_rapsd_high_noise", (702, 376)),
    ("mean_log_rapsd_noise", (702, 376)),
    ("mean_log_rapsd_sum", (702, 376)),
    ("mean_log_spec", (700, 375)),
    ("plot_image_rapsd", (1167, 602)),
    ("plot_image_spectra", (1131, 813)),
    ("plot_sound_melspec_rapsd", (1159, 303)),
    ("plot_sound_spectra", (1165, 305)),
    ("spectrogram_clip1", (330, 251)),
    ("spectrogram_clip2", (330, 251)),
    ("spectrogram_clip3", (330, 251)),
    ("spectrogram_clip4", (330, 251)),
];
const GIFS: [(&str, usize); 3] = [
    ("image_spectrum", 60),
    ("rising_tide", 7),
    ("rising_tide_sound", 7),
];
/// What this preset draws besides.
const OTHERS: [&str; 14] = [
    "audio_and_photos",
    "levels_log_mel",
    "levels_photos",
    "levels_waveform",
    "log_mel_by_class",
    "log_mel_high_noise",
    "log_mel_noise",
    "log_mel_sum",
    "max_detectable_frequency_log_mel",
    "max_detectable_frequency_waveform",
    "waveform_by_class",
    "waveform_high_noise",
    "waveform_noise",
    "waveform_sum",
];

/// Clips by name and once more through their folder: exit code 3.
fn analyze(out: &Path, figures: &str, threads: &str) {
    let mut command = cepstrum();
    command.arg("analyze").args(CLIPS).arg("fixtures/audio");
    command.args(["--photos", "fixtures/photos", "--preset", "post"]);
    command.args(["--figures", figures, "--threads", threads, "-o"]);
    command.arg(out).assert().code(3);
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn wanted() -> BTreeSet<String> {
    let stills = STILLS.iter().map(|(name, _)| *name).chain(OTHERS);
    let stills = stills.flat_map(|name| [format!("{name}.png"), format!("{name}.svg")]);
    let gifs = GIFS.iter().map(|(name, _)| format!("{name}.gif"));
    let tide = "rising_tide_log_mel.gif".to_string();
    stills.chain(gifs).chain([tide]).collect()
}

/// Width and height of a GIF, and its number of frames.
fn gif(path: &Path) -> ((u16, u16), usize) {
    let mut decoder = gif::Decoder::new(fs::File::open(path).unwrap()).unwrap();
    let size = (decoder.width(), decoder.height());
    let mut frames = 0;
    while decoder.next_frame_info().unwrap().is_some() {
        frames += 1;
    }
    (size, frames)
}

#[test]
fn one_analysis_draws_all_figures_of_the_post() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    analyze(&out, "all", "1");
    let figures = out.join("figures");
    assert_eq!(names(&figures), wanted());
    for (name, size) in STILLS {
        let (drawn, rgb) = pixels::decode(&fs::read(figures.join(format!("{name}.png"))).unwrap());
        assert_eq!(drawn, size, "{name}");
        let blank = rgb.iter().filter(|&&pixel| pixel == rgb[0]).count();
        assert!(blank < rgb.len() * 199 / 200, "{name} is blank");
    }
    for (name, n_frames) in GIFS {
        let (size, frames) = gif(&figures.join(format!("{name}.gif")));
        assert_eq!((size, frames), ((1000, 500), n_frames), "{name}");
    }
    // Any number of threads draws the same bytes.
    let again = folder.path().join("again");
    analyze(&again, "all", "3");
    for name in names(&figures) {
        let bytes = |out: &Path| fs::read(out.join("figures").join(&name)).unwrap();
        assert!(bytes(&out) == bytes(&again), "{name} differs");
    }
    // Fewer figures leave none of the others behind.
    analyze(&out, "none", "2");
    assert_eq!(names(&figures), BTreeSet::new());
}

/// Clips named one by one are the examples, in the order in which they were
/// named; the folder that holds them too counts none of them again.
#[test]
fn named_clips_are_the_examples() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    analyze(&out, "none", "2");
    let report: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("report.json")).unwrap()).unwrap();
    let examples = report["examples"].as_array().unwrap();
    let shown: Vec<&str> = examples
        .iter()
        .filter(|row| row["representation"] == "waveform")
        .map(|row| row["path"].as_str().unwrap())
        .collect();
    assert_eq!(shown, CLIPS.map(|clip| clip.rsplit('/').next().unwrap()));
    let files = report["results"][0]["n_files"].as_u64();
    assert_eq!(files, Some(4));
    let inputs = report["inputs"].as_array().unwrap();
    let twice = inputs
        .iter()
        .filter(|row| row["reason_class"] == "duplicate");
    assert_eq!(twice.count(), 4);
}

/// Names of axes as published: no title, no unit, decades alone.
#[test]
fn axes_read_as_published() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    let mut command = cepstrum();
    command.args(["analyze", "fixtures/audio/music/brahms.flac"]);
    command.args(["--photos", "fixtures/photos", "--preset", "post"]);
    command.args(["--figures", "all", "-o"]).arg(&out);
    command.assert().success();
    let texts = |name: &str| -> Vec<String> {
        let svg = fs::read_to_string(out.join(format!("figures/{name}.svg"))).unwrap();
        let drawing = Drawing::parse(&svg);
        drawing.check_texts(name);
        drawing.texts()
    };
    let of = |name: &str| texts(name).into_iter().collect::<BTreeSet<_>>();
    let set = |list: &[&str]| list.iter().map(|t| t.to_string()).collect::<BTreeSet<_>>();
    for name in ["mean_log_rapsd", "mean_log_rapsd_fit"] {
        let found = of(name);
        let wanted = set(&["frequency", "power", "10⁻²", "10⁻¹", "10⁰"]);
        assert!(found.is_superset(&wanted), "{name}: {found:?}");
        let others: Vec<_> = found.difference(&wanted).collect();
        assert!(others.iter().all(|t| t.starts_with("10")), "{others:?}");
    }
    let found = of("plot_sound_spectra");
    assert!(found.contains("frequency") && !found.contains("brahms.flac"));
    let found = of("plot_image_spectra");
    assert_eq!(
        found,
        set(&["0", "50", "100", "150", "200", "250", "300"]),
        "cells of a spectrum"
    );
    let found = of("mean_log_rapsd_sum");
    assert!(found.is_superset(&set(&["images", "noise", "noisy images", "frequency"])));
    // One photo of four columns would be as wide as all.
    let one = out.join("figures/plot_sound_spectra.png");
    let ((width, _), _) = pixels::decode(&fs::read(one).unwrap());
    assert_eq!(width, 291, "a quarter of 1165 px");
    assert!(out.join("figures/spectrogram_clip1.png").exists());
    assert!(!out.join("figures/spectrogram_clip2.png").exists());
}

/// What a noise study has measured is not replaced by what is expected.
#[test]
fn measured_noise_stays() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    let run = |name: &str, more: &[&str]| {
        let mut command = cepstrum();
        command.args([name, "--photos", "fixtures/photos", "--preset", "post"]);
        command.args(more).arg("-o").arg(&out);
        let done = command.assert().success();
        String::from_utf8(done.get_output().stderr.clone()).unwrap()
    };
    run("noise", &["--figures", "main"]);
    let still = out.join("figures/mean_log_rapsd_sum.svg");
    let measured = fs::read(&still).unwrap();
    let said = run("analyze", &["--figures", "all", "--force"]);
    assert!(said.contains("left as"), "{said}");
    assert!(fs::read(&still).unwrap() == measured);
    assert!(out.join("figures/plot_image_spectra.png").exists());
    fs::remove_file(out.join("noise.json")).unwrap();
    run("analyze", &["--figures", "all", "--force"]);
    assert!(fs::read(&still).unwrap() != measured);
}
