//! Figures through the program: of reports, redrawn without the data, and
//! spectrograms.

use crate::support::svg::Drawing;
use crate::support::{self, cepstrum, pixels, shared};
use predicates::prelude::*;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn analyze(figures: &str, out: &Path) -> assert_cmd::assert::Assert {
    let arguments = ["analyze", "fixtures/audio", "--photos", "fixtures/photos"];
    let mut command = cepstrum();
    command
        .args(arguments)
        .args(["--figures", figures, "--force"]);
    command.arg("-o").arg(out).assert().success()
}

const MAIN: [&str; 4] = [
    "audio_and_photos",
    "mean_log_melspec_rapsd",
    "mean_log_rapsd_fit",
    "mean_log_spec",
];
const OTHERS: [&str; 9] = [
    "levels_log_mel",
    "levels_photos",
    "levels_waveform",
    "log_mel_by_class",
    "mean_log_rapsd",
    "plot_image_rapsd",
    "plot_sound_melspec_rapsd",
    "plot_sound_spectra",
    "waveform_by_class",
];

/// Noise, and what shows pixels and samples.
const STILLS: [&str; 15] = [
    "image_spectra",
    "log_mel_high_noise",
    "log_mel_noise",
    "log_mel_sum",
    "max_detectable_frequency",
    "max_detectable_frequency_log_mel",
    "max_detectable_frequency_waveform",
    "mean_log_rapsd_high_noise",
    "mean_log_rapsd_noise",
    "mean_log_rapsd_sum",
    "plot_image_spectra",
    "spectrograms",
    "waveform_high_noise",
    "waveform_noise",
    "waveform_sum",
];
const GIFS: [&str; 4] = [
    "image_spectrum",
    "rising_tide",
    "rising_tide_log_mel",
    "rising_tide_sound",
];
/// Of these, what no report alone can show.
const OF_DATA: [&str; 6] = [
    "image_spectrum",
    "plot_image_spectra",
    "rising_tide",
    "rising_tide_log_mel",
    "rising_tide_sound",
    "spectrograms",
];

fn with_extensions(names: &[&str]) -> Vec<String> {
    let mut files: Vec<String> = names
        .iter()
        .flat_map(|name| [format!("{name}.png"), format!("{name}.svg")])
        .collect();
    files.sort();
    files
}

fn with_gifs(stills: &[&str], gifs: &[&str]) -> Vec<String> {
    let mut files = with_extensions(stills);
    files.extend(gifs.iter().map(|name| format!("{name}.gif")));
    files.sort();
    files
}

#[test]
fn a_report_has_its_figures() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    analyze("all", &out);
    let figures = out.join("figures");
    let all: Vec<&str> = MAIN.iter().chain(&OTHERS).copied().collect();
    let stills: Vec<&str> = all.iter().chain(&STILLS).copied().collect();
    assert_eq!(files(&figures), with_gifs(&stills, &GIFS));
    for name in STILLS {
        let svg = fs::read_to_string(figures.join(format!("{name}.svg"))).unwrap();
        Drawing::parse(&svg).check_texts(name);
    }
    for name in all {
        let svg = fs::read_to_string(figures.join(format!("{name}.svg"))).unwrap();
        let drawing = Drawing::parse(&svg);
        drawing.check_texts(name);
        let texts = drawing.texts();
        let has = |wanted: &str| texts.iter().any(|text| text.contains(wanted));
        assert!(has("frequency ("), "{name}: {texts:?}");
        assert!(has("power") || has("level"), "{name}: {texts:?}");
        let (_, rgb) = pixels::decode(&fs::read(figures.join(format!("{name}.png"))).unwrap());
        let first = rgb[0];
        let drawn = rgb.iter().filter(|&&pixel| pixel != first).count();
        assert!(drawn > rgb.len() / 200, "{name} is blank");
    }
    let texts = |name: &str| {
        let svg = fs::read_to_string(figures.join(format!("{name}.svg"))).unwrap();
        Drawing::parse(&svg).texts().join("\n")
    };
    let report: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("report.json")).unwrap()).unwrap();
    let alpha = report["results"][3]["fit"]["post"]["alpha"]
        .as_f64()
        .unwrap();
    assert!(texts("mean_log_melspec_rapsd").contains(&format!("α = {alpha:.3}")));
    assert!(texts("mean_log_melspec_rapsd").contains("4 clips, 18 segments"));
    assert!(texts("mean_log_spec").contains("strongest third octave, 198 Hz"));
    assert!(texts("mean_log_spec").contains("power (|X|²/N)"));
    assert!(texts("log_mel_by_class").contains("speech"));
    assert!(texts("plot_sound_spectra").contains("brahms.flac"));
    assert!(texts("spectrograms").contains("brahms.flac"));
    assert!(texts("waveform_noise").contains("noise as expected"));
    assert!(texts("image_spectra").contains("not data"));
    assert!(texts("levels_waveform").contains("median"));
    // Four photos have no tenth part.
    assert!(!texts("levels_photos").contains("median"));
    // A later run with fewer figures leaves no others behind.
    analyze("main", &out);
    assert_eq!(files(&figures), with_extensions(&MAIN));
}

const OF_PLANES: [&str; 18] = [
    "cepstrum_2d_by_class",
    "fft_and_dct_rapsd",
    "levels_cepstrum_2d",
    "levels_log_magnitude",
    "levels_magnitude",
    "levels_mfcc",
    "log_magnitude_by_class",
    "magnitude_by_class",
    "mean_cepstrum_2d",
    "mean_log_magnitude_rapsd",
    "mean_magnitude_rapsd",
    "mean_mfcc_power",
    "mfcc_by_class",
    "plot_sound_cepstrum_2d",
    "plot_sound_log_magnitude_rapsd",
    "plot_sound_magnitude_rapsd",
    "plot_sound_melspec_rapsd",
    "plot_sound_mfcc_power",
];

/// Exponent over even ln f of ln P at frequencies of `range`, by two sums.
fn alpha_in(result: &serde_json::Value, range: std::ops::RangeInclusive<f64>) -> f64 {
    let list = |field: &str| -> Vec<f64> {
        let list = result["spectrum"][field].as_array().unwrap();
        list.iter().map(|x| x.as_f64().unwrap()).collect()
    };
    let points = list("frequency").into_iter().zip(list("mean_log_power"));
    let points: Vec<(f64, f64)> = points
        .filter(|(f, _)| range.contains(f))
        .map(|(f, p)| (f.ln(), p))
        .collect();
    let (first, last) = (points[0].0, points[points.len() - 1].0);
    let grid = (0..1000).map(|i| first + (last - first) * f64::from(i) / 999.0);
    let pairs: Vec<(f64, f64)> = grid
        .map(|x| {
            let at = points.partition_point(|point| point.0 < x);
            let at = at.clamp(1, points.len() - 1);
            let ((x0, y0), (x1, y1)) = (points[at - 1], points[at]);
            (x, y0 + (y1 - y0) * (x - x0) / (x1 - x0))
        })
        .collect();
    let n = pairs.len() as f64;
    let mean_x = pairs.iter().map(|p| p.0).sum::<f64>() / n;
    let mean_y = pairs.iter().map(|p| p.1).sum::<f64>() / n;
    let cross: f64 = pairs.iter().map(|p| (p.0 - mean_x) * (p.1 - mean_y)).sum();
    -cross / pairs.iter().map(|p| (p.0 - mean_x).powi(2)).sum::<f64>()
}

#[test]
fn every_representation_has_its_figures() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    let figures = |names: &str, out: &Path| {
        let mut command = cepstrum();
        command.args(["analyze", "fixtures/audio", "--figures", "all", "--force"]);
        command
            .args(["--representations", names])
            .arg("-o")
            .arg(out);
        command.assert().success();
        files(&out.join("figures"))
    };
    let names = "mfcc,cepstrum-2d,log-mel,log-magnitude,magnitude";
    let log_mel = [
        "levels_log_mel",
        "log_mel_by_class",
        "mean_log_melspec_rapsd",
    ];
    let all: Vec<&str> = OF_PLANES.iter().chain(&log_mel).copied().collect();
    let noise: Vec<String> = [
        "cepstrum_2d",
        "log_magnitude",
        "log_mel",
        "magnitude",
        "mfcc",
    ]
    .iter()
    .flat_map(|stem| {
        let names = ["noise", "sum", "high_noise"].map(|what| format!("{stem}_{what}"));
        let tide = format!("rising_tide_{stem}");
        let f_max = format!("max_detectable_frequency_{stem}");
        names.into_iter().chain([tide, f_max])
    })
    .collect();
    let (gifs, stills): (Vec<&str>, Vec<&str>) = noise
        .iter()
        .map(String::as_str)
        .chain(all.iter().copied())
        .chain(["image_spectra", "spectrograms"])
        .partition(|name| name.starts_with("rising"));
    assert_eq!(figures(names, &out), with_gifs(&stills, &gifs));
    let drawing = |name: &str| {
        let path = out.join(format!("figures/{name}.svg"));
        Drawing::parse(&fs::read_to_string(path).unwrap())
    };
    for name in all {
        drawing(name).check_texts(name);
    }
    let texts = |name: &str| drawing(name).texts().join("\n");
    assert!(texts("mean_mfcc_power").contains("mean cepstrum"));
    assert!(texts("mean_mfcc_power").contains("cycles/band"));
    assert!(texts("mean_cepstrum_2d").contains("cycles/sample"));
    let report: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("report.json")).unwrap()).unwrap();
    let result = |representation: &str| {
        let results = report["results"].as_array().unwrap();
        let mut all = results.iter().filter(|r| r["class"] == "all");
        all.find(|r| r["representation"] == representation).unwrap()
    };
    // From the lowest ring of the FFT to its highest: the DCT has lower and
    // higher ones.
    let both = texts("fft_and_dct_rapsd");
    for (name, representation) in [("FFT", "log-mel"), ("DCT", "cepstrum-2d")] {
        let alpha = alpha_in(result(representation), 1.0 / 128.0..=63.0 / 128.0);
        let wanted = format!("{name}-RAPSD, α = {alpha:.3}");
        assert!(both.contains(&wanted), "no {wanted:?} in {both}");
    }
    assert!(both.contains("0.0078 to 0.4922"), "{both}");
    // Narrow figures hold their texts too.
    let narrow = folder.path().join("narrow");
    let mut command = cepstrum();
    command.arg("plot").arg(&out);
    command
        .args(["--size", "single-column"])
        .arg("-o")
        .arg(&narrow);
    command.assert().success();
    for name in OF_PLANES {
        let svg = fs::read_to_string(narrow.join(format!("{name}.svg"))).unwrap();
        Drawing::parse(&svg).check_texts(name);
    }
    // One transform of two has nothing to be compared with.
    let left = figures("cepstrum-2d", &out);
    assert!(left.contains(&"mean_cepstrum_2d.svg".to_string()));
    assert!(!left.iter().any(|name| name.starts_with("fft_and_dct")));
    assert!(!left.iter().any(|name| name.contains("mfcc")), "{left:?}");
}

/// `plot` needs the report and its spectra alone, and draws the same bytes.
#[test]
fn a_report_is_redrawn_without_the_data() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    analyze("all", &out);
    let elsewhere = folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    for name in ["report.json", "spectra.npz"] {
        fs::copy(out.join(name), elsewhere.join(name)).unwrap();
    }
    let plot = cepstrum().arg("plot").arg(&elsewhere).assert().success();
    let of_data = |name: &str| OF_DATA.contains(&name.split('.').next().unwrap());
    let (missing, redrawn): (Vec<String>, Vec<String>) = files(&out.join("figures"))
        .into_iter()
        .partition(|name| of_data(name));
    assert_eq!(files(&elsewhere.join("figures")), redrawn);
    for name in &redrawn {
        let first = fs::read(out.join("figures").join(name)).unwrap();
        let again = fs::read(elsewhere.join("figures").join(name)).unwrap();
        assert!(first == again, "{name} differs");
    }
    let said = String::from_utf8(plot.get_output().stderr.clone()).unwrap();
    for name in OF_DATA {
        assert!(said.contains(name), "{name} in {said}");
    }
    // Without its spectra it is drawn from what the report holds, and that is told.
    fs::remove_file(elsewhere.join("spectra.npz")).unwrap();
    let coarse = cepstrum().arg("plot").arg(&elsewhere).assert().success();
    let told = String::from_utf8(coarse.get_output().stderr.clone()).unwrap();
    assert!(
        told.contains("waveforms are known in 1/24 octaves alone"),
        "{told}"
    );
    assert_eq!(files(&elsewhere.join("figures")), redrawn);
    // Where they are already, they stay.
    cepstrum().arg("plot").arg(&out).assert().success();
    for name in missing {
        assert!(out.join("figures").join(&name).exists(), "{name} is gone");
    }
    let dark = folder.path().join("dark");
    let look = [
        "--figures",
        "main",
        "--theme",
        "dark",
        "--size",
        "single-column",
    ];
    let mut command = cepstrum();
    command
        .arg("plot")
        .arg(elsewhere.join("report.json"))
        .args(look);
    command.arg("-o").arg(&dark).assert().success();
    let mut expected = with_extensions(&MAIN);
    expected.push("report.html".to_string());
    assert_eq!(files(&dark), expected);
    let ((width, _), rgb) = pixels::decode(&fs::read(dark.join("mean_log_spec.png")).unwrap());
    assert_eq!(width, 1050, "3.5 in at 300 dpi");
    assert!(rgb[0].iter().all(|&channel| channel < 64), "{:?}", rgb[0]);
    for name in MAIN {
        let svg = fs::read_to_string(dark.join(format!("{name}.svg"))).unwrap();
        Drawing::parse(&svg).check_texts(name);
    }
}

/// Edited and damaged reports are refused with a reason.
#[test]
fn reports_that_do_not_fit_together_are_refused() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    analyze("none", &out);
    assert!(!out.join("figures").exists());
    let path = out.join("report.json");
    let text = fs::read_to_string(&path).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let edited = |edit: fn(&mut serde_json::Value)| {
        let mut report = report.clone();
        edit(&mut report);
        report.to_string()
    };
    for (text, reason) in [
        ("{}".to_string(), "not a report"),
        (text[..text.len() / 2].to_string(), "not a report"),
        (
            edited(|r| r["results"][0]["spectrum"]["dof"] = serde_json::json!([2])),
            "differ in length",
        ),
        (
            edited(|r| r["results"][3]["levels"]["counts"][1] = serde_json::json!([1])),
            "no table",
        ),
        (
            edited(|r| r["examples"][0]["mean_log_power"] = serde_json::json!([0.5])),
            "fits no result",
        ),
        (
            edited(|r| {
                let examples = r["examples"].as_array_mut().unwrap();
                examples.last_mut().unwrap()["picture"] = "AAAA".into();
            }),
            "8-bit RGB",
        ),
    ] {
        fs::write(&path, text).unwrap();
        let mut command = cepstrum();
        command.arg("plot").arg(&out).assert().failure().stderr(
            predicate::str::contains(reason).and(predicate::str::contains("panicked").not()),
        );
    }
}

fn spectrogram(arguments: &[&str], out: &Path) -> Drawing {
    let mut command = cepstrum();
    command.arg("spectrogram").args(arguments);
    command.arg("-o").arg(out).assert().success();
    Drawing::parse(&fs::read_to_string(out).unwrap())
}

#[test]
fn spectrograms_have_true_axes() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("figure.svg");
    let clip = "fixtures/audio/music/brahms.flac";
    for (scale, tick, unit) in [
        ("linear", "10", "frequency (kHz)"),
        ("log", "1k", "frequency (Hz)"),
        ("mel", "1k", "frequency (Hz)"),
    ] {
        let drawing = spectrogram(&[clip, "--scale", scale], &out);
        drawing.check_texts(scale);
        let texts = drawing.texts();
        for wanted in [
            tick,
            unit,
            "time (s)",
            "power re maximum (dB)",
            "brahms.flac",
        ] {
            assert!(
                texts.iter().any(|t| t == wanted),
                "{scale}: {wanted} in {texts:?}"
            );
        }
    }
    // The time axis goes on from --start.
    let part = ["--start", "4", "--duration", "2", "--columns", "1"];
    let drawing = spectrogram(&[&[clip][..], &part].concat(), &out);
    let texts = drawing.texts();
    assert!(texts.iter().any(|t| t.starts_with("5")), "{texts:?}");
    assert!(!texts.iter().any(|t| t == "1" || t == "1.0"), "{texts:?}");
    // One colour bar for all panels.
    let drawing = spectrogram(&["fixtures/audio/music", "fixtures/audio/speech"], &out);
    drawing.check_texts("four panels");
    let texts = drawing.texts();
    assert_eq!(
        texts
            .iter()
            .filter(|t| *t == "power re maximum (dB)")
            .count(),
        1
    );
    assert!(texts.iter().any(|t| t == "prompt_b.au"), "{texts:?}");
    // Twice the same bytes.
    let first = fs::read(&out).unwrap();
    spectrogram(&["fixtures/audio/music", "fixtures/audio/speech"], &out);
    assert_eq!(first, fs::read(&out).unwrap());
}

#[test]
fn spectrogram_arguments_are_checked() {
    let folder = TempDir::new().unwrap();
    let clip = "fixtures/audio/music/brahms.flac";
    for (arguments, out, code, message) in [
        (vec![clip], "a.gif", 2, ".png or .svg"),
        (vec![clip, "--top-db", "0"], "a.png", 2, "--top-db is 0"),
        (vec![clip, "--start", "-1"], "a.png", 2, "--start is -1"),
        (vec![clip, "--duration", "0"], "a.png", 2, "--duration is 0"),
        (vec![clip, "--duration", "9999"], "a.png", 2, "at most 600"),
        (vec![clip, "--columns", "0"], "a.png", 2, "--columns is 0"),
        (vec![clip, "--dpi", "1"], "a.png", 2, "--dpi is 1"),
        (vec![clip, "--start", "60"], "a.png", 1, "--start"),
        (vec!["fixtures/SOURCES.md"], "a.png", 1, "not audio"),
        (vec!["no/such.wav"], "a.png", 1, "not found"),
    ] {
        let out = folder.path().join(out);
        let mut command = cepstrum();
        command
            .arg("spectrogram")
            .args(&arguments)
            .arg("-o")
            .arg(&out);
        command
            .assert()
            .code(code)
            .stderr(predicate::str::contains(message));
        assert!(!out.exists(), "{arguments:?}");
    }
    let out = folder.path().join("some.png");
    let mut command = cepstrum();
    command.args(["spectrogram", clip, "fixtures/SOURCES.md", "-o"]);
    command.arg(&out).assert().code(3);
    assert!(out.exists());
}

/// A part is drawn as the whole would be: its edges see what lies beyond them.
#[test]
fn parts_are_cut_out_of_the_whole() {
    use cepstrum::analysis::{SpectrogramConfig, SpectrogramRows, spectrograms};
    let input = [support::fixture("audio/music/brahms.flac")];
    let config = |start: f64, duration| SpectrogramConfig {
        stft: cepstrum::spectral::StftConfig::new(2048, 441),
        rows: SpectrogramRows::Bins,
        top_db: 300.0,
        channel: cepstrum::decode::Channel::Mix,
        start,
        duration,
    };
    let plane = |config| {
        spectrograms(&input, &config)
            .unwrap()
            .remove(0)
            .plane
            .unwrap()
    };
    let whole = plane(config(0.0, None));
    // 2 s and 4 s are frames 100 and 200; levels are relative to each maximum.
    let part = plane(config(2.0, Some(2.0)));
    assert_eq!(part.values.ncols(), 101);
    assert_eq!(part.cols.values()[0], 2.0);
    let offset = whole.values[[50, 100]] - part.values[[50, 0]];
    for (frame, column) in part.values.columns().into_iter().enumerate() {
        for (bin, db) in column.iter().enumerate() {
            let expected = whole.values[[bin, 100 + frame]] - offset;
            // Below, a cell may lie under the smallest power that has a level.
            if expected > -120.0 {
                support::assert_near("cell", *db, expected, 1e-6);
            }
        }
    }
}

/// Silence and values that are not finite are said, not drawn as sound.
#[test]
fn silence_and_bad_values_are_not_drawn_as_sound() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, sample: fn(usize) -> f32| {
        let path = folder.path().join(name);
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 22050,
            bits_per_sample: 32,
            sample_format: hound::SampleFormat::Float,
        };
        let mut writer = hound::WavWriter::create(&path, spec).unwrap();
        (0..22050).for_each(|i| writer.write_sample(sample(i)).unwrap());
        writer.finalize().unwrap();
        path
    };
    let tone = |i: usize| (i as f32 * 0.3).sin() * 0.5;
    let silent = write("silent.wav", |_| 0.0);
    let broken = write("broken.wav", |i| if i == 9000 { f32::NAN } else { 0.1 });
    let good = write("good.wav", tone);
    let out = folder.path().join("out.png");
    for (inputs, code, message) in [
        (vec![&silent], 3, "digital silence"),
        (vec![&broken, &good], 3, "not finite"),
    ] {
        let mut command = cepstrum();
        command.arg("spectrogram").args(inputs).arg("-o").arg(&out);
        command
            .assert()
            .code(code)
            .stderr(predicate::str::contains(message));
    }
    cepstrum()
        .arg("spectrogram")
        .arg(&silent)
        .args(["--preset", "post", "-o"])
        .arg(&out)
        .assert()
        .code(3);
    let (_, rgb) = pixels::inside_frame(&pixels::decode(&fs::read(&out).unwrap()));
    assert!(
        rgb.iter().all(|p| p.iter().all(|&c| c < 10)),
        "silence is not black"
    );
}

/// The published look, through the program.
#[test]
fn published_spectrograms_through_the_program() {
    let folder = TempDir::new().unwrap();
    for clip in 1..=2 {
        let test = "published spectrograms through the program";
        let (Some(audio), Some(published)) = (
            shared(test, &format!("reference/audio/audio_clip{clip}.wav")),
            shared(
                test,
                &format!("reference/images/spectrogram_clip{clip}.png"),
            ),
        ) else {
            return;
        };
        let out = folder.path().join("clip.png");
        let mut command = cepstrum();
        command.arg("spectrogram").arg(audio);
        command.args(["--preset", "post", "-o"]).arg(&out);
        command.assert().success();
        let ours = pixels::inside_frame(&pixels::decode(&fs::read(&out).unwrap()));
        let theirs = pixels::inside_frame(&pixels::decode(&fs::read(published).unwrap()));
        let error = pixels::mean_difference(&ours, &theirs);
        assert!(error < 3.0, "clip {clip}: {error} of 255");
    }
}
