//! The files of a report: described, small, complete, and read again.

use crate::support::{assert_near, fixture, measured, naive, results};
use boon::{Compiler, SchemaIndex, Schemas};
use cepstrum::analysis::{
    AnalysisConfig, Average, BANDS_PER_OCTAVE, MOST_ROWS, NoiseSettings, Preset, Report,
    Representation, Request, ResultRow, Scaling, Side, noise_of_report,
};
use cepstrum::data::{PowerScale, Signal};
use cepstrum::decode::read_members;
use cepstrum::output::{
    CELLS_FILE, EVIDENCE_FILE, FILES_FILE, REPORT_FILE, RESULTS_FILE, SPECTRA_FILE, read_report,
    save_analysis,
};
use cepstrum::spectral::{LogMel, LogMelConfig};
use cepstrum::synth::{coloured_field, coloured_noise, gauss, write_wav};
use ndarray::{Array2, Array3, Array4, ArrayD};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::TAU;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const RATE: u32 = 8000;

/// A document of the checkout.
fn document(relative: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)).unwrap()
}

fn json_of(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Pink clips: `n` of them in each of some classes, `seconds` long.
fn clips(folder: &Path, classes: usize, n: usize, seconds: f64) {
    for i in 0..classes * n {
        let class = folder.join(format!("class {}", i / n));
        fs::create_dir_all(&class).unwrap();
        let samples = coloured_noise(i as u64, (seconds * f64::from(RATE)) as usize, 1.0);
        let signal = Signal {
            samples: samples.iter().map(|x| 0.1 * *x as f32).collect(),
            sample_rate: RATE,
        };
        write_wav(&class.join(format!("{i:03}.wav")), &signal).unwrap();
    }
}

fn config(inputs: PathBuf) -> AnalysisConfig {
    AnalysisConfig {
        inputs: vec![inputs],
        ..AnalysisConfig::default()
    }
}

/// Two classes of two clips.
fn small() -> (TempDir, AnalysisConfig) {
    let folder = TempDir::new().unwrap();
    clips(&folder.path().join("clips"), 2, 2, 2.1);
    let config = config(folder.path().join("clips"));
    (folder, config)
}

fn saved(config: &AnalysisConfig) -> (TempDir, Report) {
    let (report, verdict) = measured(config);
    let out = TempDir::new().unwrap();
    save_analysis(&report, Some(&verdict), out.path()).unwrap();
    (out, report)
}

/// A schema of docs/schema.
struct Schema(Schemas, SchemaIndex);

impl Schema {
    fn new(name: &str) -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        let schema = serde_json::from_str(&document(&format!("docs/schema/{name}"))).unwrap();
        compiler.add_resource(name, schema).unwrap();
        let index = compiler.compile(name, &mut schemas).unwrap();
        Schema(schemas, index)
    }

    fn fault(&self, document: &Value) -> Option<String> {
        let outcome = self.0.validate(document, self.1);
        outcome.err().map(|error| format!("{error:#}"))
    }
}

#[test]
fn real_reports_are_what_the_schema_says() {
    let (of_report, of_evidence) = (Schema::new("report.json"), Schema::new("evidence.json"));
    let fields = TempDir::new().unwrap();
    for seed in 0..3 {
        let field = coloured_field(seed, 16, 24, 2.0);
        let path = fields.path().join(format!("{seed}.npy"));
        ndarray_npy::write_npy(path, &field).unwrap();
    }
    let arrays = (0..3).map(|seed| fields.path().join(format!("{seed}.npy")));
    let all = AnalysisConfig {
        inputs: [fixture("audio")].into_iter().chain(arrays).collect(),
        photos: vec![fixture("photos")],
        representations: Representation::OF_AUDIO.to_vec(),
        full_classes: true,
        ..AnalysisConfig::default()
    };
    // Files of many kinds, most of them short, damaged or no recordings.
    let odd = AnalysisConfig {
        inputs: vec![fixture("formats"), fixture("malformed")],
        segment: 0.2,
        ..AnalysisConfig::default()
    };
    let post = AnalysisConfig {
        inputs: vec![fixture("audio/music")],
        power_scale: PowerScale::PsdHz,
        ..AnalysisConfig::preset(Preset::Post)
    };
    let tiny = AnalysisConfig {
        photos: vec![fixture("photos")],
        side: Side::Pixels(8),
        ..AnalysisConfig::default()
    };
    for config in [all, odd, post, tiny] {
        let (out, _) = saved(&config);
        for (name, schema) in [(REPORT_FILE, &of_report), (EVIDENCE_FILE, &of_evidence)] {
            let document = json_of(&out.path().join(name));
            let fault = schema.fault(&document);
            assert_eq!(fault, None, "{name} of {:?}", config.inputs);
        }
    }
    let swept = results(&Request {
        sweep: true,
        ..Request::analyze(&config(fixture("audio/music")))
    });
    let out = TempDir::new().unwrap();
    save_analysis(&swept.report.unwrap(), swept.verdict.as_ref(), out.path()).unwrap();
    let evidence = json_of(&out.path().join(EVIDENCE_FILE));
    assert_eq!(of_evidence.fault(&evidence), None);
    // What is not described is refused, and so is what is missing.
    let report = json_of(&out.path().join(REPORT_FILE));
    assert_eq!(of_report.fault(&report), None);
    for (path, value) in [
        ("/results/0", json!({"more": 1})),
        ("/results/0/spectrum", json!({"more": []})),
        ("/config/stft", json!({"more": 1})),
        ("/inputs/0", json!({"class": 7})),
        ("", json!({"schema_version": 1})),
    ] {
        let mut other = report.clone();
        let fields = other.pointer_mut(path).unwrap().as_object_mut().unwrap();
        fields.extend(value.as_object().unwrap().clone());
        assert!(of_report.fault(&other).is_some(), "{path} {value}");
        let mut other = report.clone();
        let fields = other.pointer_mut(path).unwrap().as_object_mut().unwrap();
        let required = ["class", "frequency", "n_fft", "path", "results"];
        let name = required.iter().find(|name| fields.contains_key(**name));
        fields.remove(*name.unwrap());
        assert!(of_report.fault(&other).is_some(), "{path} without {name:?}");
    }
}

/// Names of all properties of a schema.
fn properties(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::Object(properties)) = fields.get("properties") {
                names.extend(properties.keys().cloned());
            }
            fields.values().for_each(|value| properties(value, names));
        }
        Value::Array(list) => list.iter().for_each(|value| properties(value, names)),
        _ => {}
    }
}

#[test]
fn the_documentation_names_every_key_and_column() {
    let text = document("docs/report.md");
    let scorecard = document("docs/scorecard.md");
    let mut names = BTreeSet::new();
    for schema in ["report.json", "evidence.json"] {
        let schema: Value =
            serde_json::from_str(&document(&format!("docs/schema/{schema}"))).unwrap();
        // Settings have the names of their flags, and stand in the README; thresholds
        // stand in the scorecard.
        let mut schema = schema;
        for path in [
            "/properties/config/properties",
            "/properties/verdict/properties/thresholds/properties",
            "/properties/audit/properties/counts/properties",
            "/properties/audit/properties/thresholds/anyOf",
        ] {
            if let Some(inside) = schema.pointer_mut(path) {
                *inside = Value::Null;
            }
        }
        properties(&schema, &mut names);
    }
    let representations = Representation::ALL.map(|r| r.name().to_string());
    names.retain(|name| !representations.contains(name));
    assert!(names.len() > 100, "{}", names.len());
    let (out, _) = saved(&config(fixture("audio/music")));
    for table in [FILES_FILE, RESULTS_FILE] {
        let mut reader = csv::Reader::from_path(out.path().join(table)).unwrap();
        let columns = reader.headers().unwrap().clone();
        let columns = columns.iter().map(|name| {
            let name = name.trim_end_matches("_low").trim_end_matches("_high");
            name.replace(".waveform", ".R").replace(".log-mel", ".R")
        });
        names.extend(columns);
    }
    // Between backticks alone: "of" and "n" stand in any text.
    let quoted = |text: &str| -> String {
        let inside = text.split('`').skip(1).step_by(2);
        inside.collect::<Vec<_>>().join(" ")
    };
    let (text, scorecard) = (quoted(&text), quoted(&scorecard));
    let is_named = |text: &str, name: &str| {
        let is_whole = name.contains('.');
        let ends = |c: char| !(c.is_alphanumeric() || c == '_' || (is_whole && c == '.'));
        text.split(ends).any(|word| word.trim_matches('.') == name)
    };
    let missing = |name: &&String| !is_named(&text, name) && !is_named(&scorecard, name);
    let missing: Vec<&String> = names.iter().filter(missing).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// A report that is read is the one that was written.
#[test]
fn reports_are_read_as_they_were() {
    let (_folder, mut config) = small();
    for full_classes in [false, true] {
        config.full_classes = full_classes;
        let (out, mut report) = saved(&config);
        let read = read_report(&out.path().join(REPORT_FILE)).unwrap();
        assert!(read.missing.is_empty(), "{:?}", read.missing);
        report.cells.clear();
        for result in &mut report.results {
            let is_saved = full_classes || result.class == "all";
            let has_lines = result.representation == Representation::Waveform;
            assert_eq!(result.full.is_some(), has_lines && is_saved);
        }
        // Weights of bands are not written.
        let [of_read, of_report] = [&read, &report].map(|of| serde_json::to_value(of).unwrap());
        assert_eq!(of_read, of_report);
        for (read, report) in read.results.iter().zip(&report.results) {
            assert_eq!(read.full, report.full);
        }
        let members = read_members(&out.path().join(SPECTRA_FILE), |name| {
            name.ends_with("/mean_power")
        });
        let expected: &[&str] = match full_classes {
            true => &[
                "log-mel/all",
                "log-mel/class 0",
                "log-mel/class 1",
                "waveform/all",
                "waveform/class 0",
                "waveform/class 1",
            ],
            false => &["log-mel/all", "waveform/all"],
        };
        let expected: Vec<String> = expected
            .iter()
            .map(|of| format!("{of}/mean_power"))
            .collect();
        assert!(members.unwrap().keys().eq(&expected));
    }
}

#[test]
fn spectra_that_are_missing_damaged_or_of_another_report_are_told() {
    let (_folder, config) = small();
    let (out, report) = saved(&config);
    let other = AnalysisConfig {
        overlap: 0.5,
        segment: 1.0,
        ..config.clone()
    };
    let (of_other, _) = saved(&other);
    let (path, spectra) = (out.path().join(REPORT_FILE), out.path().join(SPECTRA_FILE));
    let bytes = fs::read(&spectra).unwrap();
    let told = |words: &str| {
        let read = read_report(&path).unwrap();
        assert_eq!(read.missing.len(), 1, "{:?}", read.missing);
        assert!(read.missing[0].contains(words), "{:?}", read.missing);
        assert!(read.results.iter().all(|row| row.full.is_none()));
        assert_eq!(read.results[0].spectrum, report.results[0].spectrum);
        // It is still of use.
        let settings = NoiseSettings::preset(Preset::Default);
        noise_of_report(&read, &settings).unwrap();
    };
    fs::copy(of_other.path().join(SPECTRA_FILE), &spectra).unwrap();
    told("belongs to another report, or is damaged");
    fs::write(&spectra, &bytes[..bytes.len() / 2]).unwrap();
    told("cannot be used");
    // In the numbers of the first list, in those of the third, and in the archive's own
    // list of names, where what is changed may be no number.
    for (at, is_number) in [(1000, true), (150_000, true), (bytes.len() - 200, false)] {
        let mut flipped = bytes.clone();
        flipped[at] ^= 4;
        fs::write(&spectra, &flipped).unwrap();
        let read = read_report(&path).unwrap();
        let same = read.results[0].full == report.results[0].full && !is_number;
        assert!(same || read.missing.len() == 1, "byte {at}");
    }
    fs::remove_file(&spectra).unwrap();
    told("cannot be used: ");
}

/// A report of the first version, as the program of that time wrote it.
#[test]
fn version_1_is_still_read() {
    let path = fixture("report_v1/report.json");
    let written = json_of(&path);
    assert_eq!(written["schema_version"], 1);
    let read = read_report(&path).unwrap();
    assert!(read.missing.is_empty());
    for (row, written) in read
        .results
        .iter()
        .zip(written["results"].as_array().unwrap())
    {
        let spectrum = row.full_spectrum();
        let list = |name: &str| -> Vec<f64> {
            serde_json::from_value(written["spectrum"][name].clone()).unwrap()
        };
        assert_eq!(spectrum.frequency[..], list("frequency"));
        assert_eq!(spectrum.mean_log_power, list("mean_log_power"));
        assert_eq!(spectrum.mean_power, list("mean_power"));
        let alpha = row.fit.post.law().unwrap().alpha;
        assert_eq!(written["fit"]["post"]["alpha"], alpha);
        let is_shorter = row.spectrum.frequency.len() < spectrum.frequency.len();
        let has_lines = row.representation == Representation::Waveform;
        assert_eq!(is_shorter, has_lines);
    }
    let noise = noise_of_report(&read, &NoiseSettings::preset(Preset::Default)).unwrap();
    assert_eq!(noise.studies.len(), read.results.len());
    assert_eq!(noise.studies[0].frequency.len(), 200);
}

#[cfg(feature = "cli")]
#[test]
fn commands_take_version_1_as_far_as_it_goes() {
    use crate::support::cepstrum;
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("v1");
    fs::create_dir(&out).unwrap();
    fs::copy(fixture("report_v1/report.json"), out.join(REPORT_FILE)).unwrap();
    let run = |words: &[&str]| {
        let mut command = cepstrum();
        command.args(words).current_dir(folder.path());
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{words:?}: {told}");
        text + &told
    };
    run(&["plot", "v1", "--figures", "all"]);
    assert!(out.join("figures/waveform_by_class.png").exists());
    assert!(out.join("report.html").exists());
    run(&["noise", "v1", "--figures", "none", "-o", "noise"]);
    let text = run(&["compare", "v1:log-mel:a", "v1:log-mel:b"]);
    assert!(text.contains("measure again"), "{text}");
}

/// More inputs than a report holds rows of.
#[test]
fn rows_of_many_inputs_are_in_their_table_alone() {
    let (_folder, config) = small();
    let (_, mut report) = saved(&config);
    let row = report.inputs[0].clone();
    for number in report.inputs.len()..MOST_ROWS {
        let mut row = row.clone();
        row.path = format!("class 0/{number:05}.wav");
        report.inputs.push(row);
    }
    let out = TempDir::new().unwrap();
    let path = out.path().join(REPORT_FILE);
    let same_rows = |report: &mut Report| {
        report.seal();
        save_analysis(report, None, out.path()).unwrap();
        read_report(&path).unwrap().inputs == report.inputs
    };
    assert!(same_rows(&mut report));
    assert_eq!(
        json_of(&path)["inputs"].as_array().unwrap().len(),
        MOST_ROWS
    );
    report.inputs.push(row);
    assert!(same_rows(&mut report), "from the table");
    assert_eq!(json_of(&path)["inputs"], Value::Null);
    assert!(fs::metadata(&path).unwrap().len() < 200_000);
    fs::remove_file(out.path().join(FILES_FILE)).unwrap();
    let without = read_report(&path).unwrap();
    assert!(without.inputs.is_empty());
    assert!(
        without.missing[0].contains(FILES_FILE),
        "{:?}",
        without.missing
    );
}

/// 14 clips in 8 classes, at the rate and the length of segments of every music
/// collection, took 17 MB of json and 13 MB of csv.
#[test]
fn a_report_of_eight_classes_is_small() {
    let folder = TempDir::new().unwrap();
    for i in 0..14_u64 {
        let class = folder.path().join(format!("class {}", i % 8));
        fs::create_dir_all(&class).unwrap();
        let samples = coloured_noise(i, 2 * 22_050, 1.0);
        let signal = Signal {
            samples: samples.iter().map(|x| 0.1 * *x as f32).collect(),
            sample_rate: 22_050,
        };
        write_wav(&class.join(format!("{i}.wav")), &signal).unwrap();
    }
    let (out, report) = saved(&config(folder.path().to_path_buf()));
    assert_eq!(report.results.len(), 18);
    let sizes = fs::read_dir(out.path()).unwrap().flatten().map(|entry| {
        let name = entry.file_name().into_string().unwrap();
        (name, entry.metadata().unwrap().len())
    });
    let texts = |name: &String| name.ends_with(".json") || name.ends_with(".csv");
    let sizes: BTreeMap<String, u64> = sizes.filter(|(name, _)| texts(name)).collect();
    assert!(sizes.values().sum::<u64>() < 1_000_000, "{sizes:?}");
    // Three quarters of it are the numbers of 1/24 octaves.
    let lines = report.results[0].full_spectrum().frequency.len();
    let points = report.results[0].spectrum.frequency.len();
    assert_eq!(lines, 22_050);
    assert!(points < 15 * BANDS_PER_OCTAVE as usize, "{points}");
}

/// Noise against a class in 1/24 octaves says what noise against all its
/// frequencies says.
#[test]
fn bands_of_a_class_stand_for_its_frequencies() {
    let folder = TempDir::new().unwrap();
    clips(folder.path(), 2, 2, 8.0);
    for power_scale in [PowerScale::PerSample, PowerScale::PsdHz, PowerScale::Raw] {
        let config = AnalysisConfig {
            power_scale,
            ..config(folder.path().to_path_buf())
        };
        let (report, _) = measured(&config);
        let mut saved = report.clone();
        for result in &mut saved.results {
            result.full = None;
        }
        for average in [Average::Arithmetic, Average::Geometric] {
            let settings = NoiseSettings {
                average,
                scaling: Scaling::UnitVariance,
                ..NoiseSettings::preset(Preset::Default)
            };
            let of = |report: &Report| noise_of_report(report, &settings).unwrap().studies;
            let (full, bands) = (of(&report), of(&saved));
            for (full, bands) in full.iter().zip(&bands) {
                if full.representation != Representation::Waveform {
                    continue;
                }
                assert_eq!(full.dof, bands.dof);
                let what = format!("{power_scale:?} {average:?} {}", full.class);
                let db = |power: f64| 10.0 * power.log10();
                for (i, &f) in full.frequency.iter().enumerate() {
                    assert_near(&what, bands.frequency[i], f, 1e-12 * f);
                    assert_near(&what, bands.log_noise[i], full.log_noise[i], 1e-12);
                    if (500.0..3500.0).contains(&f) {
                        assert_near(&what, db(bands.snr[i]), db(full.snr[i]), 0.4);
                    }
                }
                for (full, bands) in full.schedules.iter().zip(&bands.schedules) {
                    for (i, share) in full.share.iter().enumerate() {
                        assert_near(&what, bands.share[i], *share, 0.02);
                        if *share == 1.0 && bands.share[i] == 1.0 {
                            assert_near(&what, bands.f_max[i], 4000.0, 1e-9);
                        }
                    }
                }
            }
        }
    }
}

/// Variances of cells by their definition.
#[test]
fn cells_are_those_of_the_definition() {
    let folder = TempDir::new().unwrap();
    let (n, channels, rows, cols) = (4, 2, 6, 9);
    let values = gauss(3, 2 * n * channels * rows * cols);
    let all = Array4::from_shape_vec((2 * n, channels, rows, cols), values).unwrap();
    // A mean array of its own, which no variance has.
    let all = all + Array3::from_shape_fn((channels, rows, cols), |(c, y, x)| (c + y * x) as f64);
    let paths = (0..2).map(|i| {
        let path = folder.path().join(format!("{i}.npy"));
        let half = all.slice(ndarray::s![i * n..(i + 1) * n, .., .., ..]);
        ndarray_npy::write_npy(&path, &half.to_owned()).unwrap();
        path
    });
    let config = AnalysisConfig {
        inputs: paths.collect(),
        ..AnalysisConfig::default()
    };
    let (out, _) = saved(&config);
    let cells = read_members(&out.path().join(CELLS_FILE), |_| true).unwrap();
    let array = |name: &str| &cells[&format!("array/{name}")];
    assert_eq!(array("n_segments")[[]], 2.0 * n as f64);
    let mean = all.mean_axis(ndarray::Axis(0)).unwrap();
    near(array("mean"), &mean.clone().into_dyn(), 1e-12);
    let variance = |power: &dyn Fn(&Array2<f64>) -> Array2<f64>| {
        let mut sum = Array2::<f64>::zeros((rows, cols));
        for item in all.outer_iter() {
            for plane in item.outer_iter() {
                sum += &(power(&plane.to_owned()) / (2 * n * channels) as f64);
            }
        }
        for plane in mean.outer_iter() {
            sum -= &(power(&plane.to_owned()) / channels as f64);
        }
        sum.into_dyn()
    };
    near(array("dct"), &variance(&dct_power), 1e-11);
    near(array("fft"), &variance(&dft_power), 1e-11);
}

/// Spectrograms lie as [band, frame]; lines begin behind DC.
#[test]
fn cells_of_clips_are_those_of_their_segments() {
    let folder = TempDir::new().unwrap();
    clips(folder.path(), 1, 3, 0.5);
    let config = AnalysisConfig {
        segment: 0.25,
        mel: cepstrum::analysis::MelSettings {
            n_mels: 5,
            ..Default::default()
        },
        stft: cepstrum::spectral::StftConfig::new(256, 256),
        ..config(folder.path().to_path_buf())
    };
    let (out, report) = saved(&config);
    let cells = read_members(&out.path().join(CELLS_FILE), |_| true).unwrap();
    let mut log_mel = LogMel::<f32>::new(&LogMelConfig {
        stft: config.stft.clone(),
        mel: config.mel.bands(256, RATE),
        log: config.log,
    })
    .unwrap();
    let (mut planes, mut segments) = (Vec::new(), Vec::new());
    for i in 0..3 {
        let path = folder.path().join(format!("class 0/{i:03}.wav"));
        let clip = cepstrum::decode::read_signal(&path, Default::default()).unwrap();
        for samples in clip.samples.chunks_exact(2000) {
            let signal = Signal {
                samples: samples.to_vec(),
                sample_rate: RATE,
            };
            planes.push(log_mel.plane(&signal).unwrap().values);
            segments.push(samples.iter().map(|&x| f64::from(x)).collect::<Vec<f64>>());
        }
    }
    let n = planes.len() as f64;
    assert_eq!((n, cells["log-mel/n_segments"][[]]), (6.0, 6.0));
    let mean_of = |power: &dyn Fn(&Array2<f64>) -> Array2<f64>| {
        let (mut sum, mut mean) = (power(&planes[0]) * 0.0, &planes[0] * 0.0);
        for plane in &planes {
            sum += &(power(plane) / n);
            mean += &(plane / n);
        }
        (sum - power(&mean), mean)
    };
    let (dct, mean) = mean_of(&dct_power);
    assert_eq!(mean.dim(), (5, 8));
    near(&cells["log-mel/mean"], &mean.clone().into_dyn(), 1e-4);
    near(&cells["log-mel/dct"], &dct.clone().into_dyn(), 1e-3);
    let (dft, _) = mean_of(&dft_power);
    near(&cells["log-mel/fft"], &dft.into_dyn(), 1e-3);
    // What the scale has beside the variance about the mean array is that of the
    // mean array itself.
    let mut rows = report.results.iter();
    let of_mel = rows.find(|row| row.representation == Representation::LogMel);
    let scale = of_mel.unwrap().scale.unwrap();
    let grand = mean.mean().unwrap();
    let of_mean = mean.mapv(|x| (x - grand) * (x - grand)).mean().unwrap();
    assert_near("scale", scale * scale, dct.sum() / 40.0 + of_mean, 1e-3);
    // Lines are about 0.
    let lines = &cells["waveform/lines"];
    assert_eq!(lines.shape(), [1000]);
    let powers: Vec<_> = segments.iter().map(|x| naive::dft(x)).collect();
    for (k, line) in (1..).zip(lines) {
        let expected: f64 = powers.iter().map(|x| x[k].norm_sqr() / 2000.0 / n).sum();
        assert_near(
            &format!("line {k}"),
            *line,
            expected,
            1e-6 * expected.max(1e-6),
        );
    }
}

#[track_caller]
fn near(got: &ArrayD<f64>, expected: &ArrayD<f64>, tolerance: f64) {
    assert_eq!(got.shape(), expected.shape());
    for ((at, got), expected) in got.indexed_iter().zip(expected) {
        let allowed = tolerance * expected.abs().max(1.0);
        assert!(
            (got - expected).abs() <= allowed,
            "{at:?}: {got} {expected}"
        );
    }
}

/// |DFT|^2 / cells by its definition.
fn dft_power(plane: &Array2<f64>) -> Array2<f64> {
    let (rows, cols) = plane.dim();
    let values: Vec<f64> = plane.iter().copied().collect();
    let power = naive::power_2d(&values, rows, cols);
    Array2::from_shape_vec((rows, cols), power).unwrap()
}

/// The squared orthonormal DCT-II by its definition.
fn dct_power(plane: &Array2<f64>) -> Array2<f64> {
    let (rows, cols) = plane.dim();
    let wave = |k: usize, i: usize, n: usize| {
        let norm = if k == 0 { 1.0 } else { 2.0 } / n as f64;
        norm.sqrt() * (TAU / 4.0 * (k * (2 * i + 1)) as f64 / n as f64).cos()
    };
    Array2::from_shape_fn((rows, cols), |(ky, kx)| {
        let cells = plane.indexed_iter();
        let sum: f64 = cells
            .map(|((y, x), value)| value * wave(ky, y, rows) * wave(kx, x, cols))
            .sum();
        sum * sum
    })
}

/// The tables say what the report says.
#[test]
fn tables_have_the_numbers_of_the_report() {
    let (folder, config) = small();
    fs::write(folder.path().join("clips/class 0/none.wav"), "no recording").unwrap();
    let (out, report) = saved(&config);
    let read = |name: &str| -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_path(out.path().join(name)).unwrap();
        reader.deserialize().map(Result::unwrap).collect()
    };
    let number = |cells: &BTreeMap<String, String>, name: &str| cells[name].parse::<f64>().unwrap();
    let files = read(FILES_FILE);
    assert_eq!(files.len(), 5);
    for (cells, row) in files.iter().zip(&report.inputs) {
        assert_eq!((&cells["path"], &cells["class"]), (&row.path, &row.class));
        let Some(alpha) = row.alpha.get(&Representation::LogMel) else {
            assert_eq!(
                (cells["status"].as_str(), cells["unit.log-mel"].as_str()),
                ("skipped", "")
            );
            assert!(!cells["reason"].is_empty() && !cells["reason_class"].is_empty());
            continue;
        };
        assert_eq!(number(cells, "alpha.log-mel"), alpha.unwrap());
        let law = row.debiased.get(&Representation::LogMel).unwrap();
        assert_eq!(number(cells, "debiased.log-mel.curvature"), law.curvature);
    }
    let evidence = json_of(&out.path().join(EVIDENCE_FILE));
    let rows = evidence["verdict"]["rows"].as_array().unwrap();
    let of = |representation: &str, class: &str| {
        let is_it = |row: &&Value| row["representation"] == representation && row["class"] == class;
        rows.iter().find(is_it).unwrap()
    };
    let units = of("log-mel", "all")["units"].as_array().unwrap();
    for (number, unit) in units.iter().enumerate() {
        for path in unit.as_array().unwrap() {
            let cells = files
                .iter()
                .find(|cells| cells["path"] == path.as_str().unwrap());
            assert_eq!(cells.unwrap()["unit.log-mel"], number.to_string());
        }
    }
    let table = read(RESULTS_FILE);
    assert_eq!(table.len(), report.results.len());
    for (cells, row) in table.iter().zip(&report.results) {
        let ResultRow { fit, .. } = row;
        assert_eq!(cells["class"], row.class);
        assert_eq!(number(cells, "alpha_post"), fit.post.law().unwrap().alpha);
        let debiased = fit.debiased.as_ref().unwrap();
        assert_eq!(number(cells, "alpha_debiased_low"), debiased.ci[0]);
        assert_eq!(
            number(cells, "alpha_post_high"),
            fit.post_interval.unwrap().ci[1]
        );
        let verdict = of(row.representation.name(), &row.class);
        assert_eq!(
            cells["order"],
            verdict["answers"]["order"].as_str().unwrap()
        );
        let fall = &verdict["numbers"]["least_fall_db"];
        assert_eq!(
            number(cells, "least_fall_db"),
            fall["value"].as_f64().unwrap()
        );
    }
}

/// The lines of Python that the documentation begins with.
#[test]
fn the_lines_of_python_run() {
    use std::process::Command;
    let block = |name: &str| {
        let text = document(name);
        let (_, rest) = text.split_once("```python\n").unwrap();
        rest.split_once("```").unwrap().0.to_string()
    };
    let lines = block("docs/report.md");
    assert_eq!(lines, block("README.md"));
    let import = ["-c", "import numpy, pandas"];
    let has_pandas = Command::new("python3").args(import).output();
    if !has_pandas.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED without pandas: the_lines_of_python_run (python3, numpy and pandas)");
        return;
    }
    let folder = TempDir::new().unwrap();
    let (report, verdict) = measured(&config(fixture("audio")));
    save_analysis(
        &report,
        Some(&verdict),
        &folder.path().join("cepstrum-report"),
    )
    .unwrap();
    let print = "print(len(frequency), log_power.dtype)\n";
    let mut python = Command::new("python3");
    python
        .current_dir(folder.path())
        .args(["-c", &(lines + print)]);
    let output = python.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    for words in ["music", "speech", "alpha_post_low", "22050 float64"] {
        assert!(text.contains(words), "{text}");
    }
}

/// Two INPUTs whose files have the same paths: a copy in the second belongs to the
/// unit of what it is a copy of, and not to that of its name.
#[test]
fn units_are_those_of_the_file_and_not_of_its_path() {
    let folder = TempDir::new().unwrap();
    let [a, b] = ["a", "b"].map(|name| folder.path().join(name));
    clips(&a, 1, 3, 4.1);
    clips(&b, 1, 3, 4.1);
    // Other sound under the names of the first, but for one copy under another name.
    for (from, to) in [("001", "000"), ("003", "001"), ("004", "002")] {
        let seed: u64 = from.parse().unwrap();
        let samples = coloured_noise(seed, 4 * RATE as usize + 800, 1.0);
        let signal = Signal {
            samples: samples.iter().map(|x| 0.1 * *x as f32).collect(),
            sample_rate: RATE,
        };
        write_wav(&b.join(format!("class 0/{to}.wav")), &signal).unwrap();
    }
    let config = AnalysisConfig {
        inputs: vec![a, b],
        ..AnalysisConfig::default()
    };
    let (out, report) = saved(&config);
    let mut reader = csv::Reader::from_path(out.path().join(FILES_FILE)).unwrap();
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    assert_eq!(rows.len(), report.inputs.len());
    for a in &rows {
        for b in &rows {
            let (same_sound, same_unit) = (
                a["pcm_hash"] == b["pcm_hash"],
                a["unit.log-mel"] == b["unit.log-mel"],
            );
            assert_eq!(same_sound, same_unit, "{a:?} {b:?}");
        }
    }
}

/// What nobody wrote is refused, or told, and never ends the program.
#[test]
fn edited_reports_are_refused_or_told() {
    let (_folder, config) = small();
    let (out, _) = saved(&config);
    let path = out.path().join(REPORT_FILE);
    let report = json_of(&path);
    let refused = |edit: &dyn Fn(&mut Value), words: &str| {
        let mut other = report.clone();
        edit(&mut other);
        fs::write(&path, other.to_string()).unwrap();
        let error = read_report(&path).unwrap_err().to_string();
        assert!(error.contains(words), "{error} lacks {words}");
    };
    let lists = [
        "frequency",
        "mean_log_power",
        "std_log_power",
        "mean_power",
        "dof",
        "n_bins",
    ];
    refused(
        &|report| report["results"][0]["spectrum"]["n_bins"][20] = json!(9_000_000),
        "frequencies",
    );
    refused(
        &|report| {
            for list in lists {
                let list = &mut report["results"][1]["spectrum"][list];
                list.as_array_mut().unwrap().truncate(30);
            }
        },
        "are not those of other classes",
    );
    refused(
        &|report| {
            let row = report["results"][0].clone();
            report["results"].as_array_mut().unwrap().push(row);
        },
        "two results",
    );
    refused(
        &|report| report["results"][0]["spectrum"]["frequency"][0] = json!(1e-300),
        "positive and increasing",
    );
    let version_1 = fs::read_to_string(fixture("report_v1/report.json")).unwrap();
    let mut version_1: Value = serde_json::from_str(&version_1).unwrap();
    let row = version_1["results"][0].clone();
    version_1["results"].as_array_mut().unwrap().push(row);
    fs::write(&path, version_1.to_string()).unwrap();
    assert!(read_report(&path).is_err());
    // Rows that the table alone has.
    let mut without = report.clone();
    without["inputs"] = Value::Null;
    fs::write(&path, without.to_string()).unwrap();
    assert!(read_report(&path).unwrap().missing.is_empty());
    let table = fs::read_to_string(out.path().join(FILES_FILE)).unwrap();
    let lines: Vec<&str> = table.lines().collect();
    fs::write(out.path().join(FILES_FILE), lines[..3].join("\n")).unwrap();
    let read = read_report(&path).unwrap();
    assert!(read.inputs.is_empty());
    assert!(
        read.missing[0].contains("not the table"),
        "{:?}",
        read.missing
    );
}

/// A value that no sum can hold leaves no number that looks like one.
#[test]
fn cells_beyond_the_range_of_sums_are_no_numbers() {
    let folder = TempDir::new().unwrap();
    let config = |values: &dyn Fn(u64) -> Array2<f64>| {
        let paths = (0..3).map(|i| {
            let path = folder.path().join(format!("{i}.npy"));
            ndarray_npy::write_npy(&path, &values(i)).unwrap();
            path
        });
        AnalysisConfig {
            inputs: paths.collect(),
            ..AnalysisConfig::default()
        }
    };
    let (out, _) = saved(&config(&|i| coloured_field(i, 16, 16, 1.0) * 1e25));
    let cells = read_members(&out.path().join(CELLS_FILE), |_| true).unwrap();
    // But for DC, of which these fields have next to nothing.
    let nan = cells["array/dct"].iter().filter(|c| c.is_nan()).count();
    assert!(nan > 250, "{nan} of 256");
    // A file that is skipped is in no cell.
    let expected = {
        let (out, _) = saved(&config(&|i| coloured_field(i, 16, 16, 1.0)));
        read_members(&out.path().join(CELLS_FILE), |_| true).unwrap()
    };
    for factor in [1e200, 1e-170] {
        let mut config = config(&|i| coloured_field(i, 16, 16, 1.0));
        let path = folder.path().join("odd.npy");
        ndarray_npy::write_npy(&path, &(coloured_field(5, 16, 16, 1.0) * factor)).unwrap();
        config.inputs.push(path);
        let (out, _) = saved(&config);
        let cells = read_members(&out.path().join(CELLS_FILE), |_| true).unwrap();
        assert!(cells == expected, "{factor}");
    }
    // Items of another number of channels are counted, and told.
    let path = folder.path().join("more.npy");
    let two = Array4::from_shape_vec((1, 2, 16, 16), gauss(9, 512)).unwrap();
    ndarray_npy::write_npy(&path, &two).unwrap();
    let mut config = config(&|i| coloured_field(i, 16, 16, 1.0));
    config.inputs.push(path);
    let (out, report) = saved(&config);
    let cells = read_members(&out.path().join(CELLS_FILE), |_| true).unwrap();
    let number = |name: &str| cells[&format!("array/{name}")][[]];
    assert_eq!((number("n_segments"), number("n_left_out")), (3.0, 1.0));
    let notes = report.summary.notes.join("; ");
    assert!(notes.contains("1 others are left out"), "{notes}");
}
