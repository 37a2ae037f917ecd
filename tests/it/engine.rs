//! The one loop over sources: all threads, one decoding for all studies, shares
//! and stops that leave the same bytes.

use crate::support::{fixture, results as whole};
use cepstrum::Error;
use cepstrum::analysis::{
    AnalysisConfig, Average, CepstraConfig, CepstrumKind, Checkpoint, FeatureConfig,
    LatentSettings, ModulationSettings, NoiseSettings, Partial, Preset, Progress, Representation,
    Request, Results, RunOptions, RunPlan, Shard, Silent, VerdictSettings, View, analyze, cepstra,
    clip_features, latents, measure, merged, modulation, noise, source_spectra,
};
use cepstrum::data::Signal;
use cepstrum::decode::{Channel, decode_counts, read_signal};
use cepstrum::output::{EVIDENCE_FILE, save_analysis};
use cepstrum::synth::{coloured_field, coloured_noise, fnv1a, write_wav};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::ThreadId;
use std::time::Duration;
use tempfile::TempDir;

const RATE: u32 = 8000;

/// Short clips of pink noise in two classes, and arrays of coloured fields.
fn data(n: u64) -> TempDir {
    let folder = TempDir::new().unwrap();
    for seed in 0..n {
        let class = folder.path().join("clips").join(format!("c{}", seed % 2));
        std::fs::create_dir_all(&class).unwrap();
        let n_samples = (2 + seed as usize % 3) * RATE as usize + 77;
        let samples = coloured_noise(seed, n_samples, 1.0);
        let signal = Signal {
            samples: samples.iter().map(|x| 0.1 * *x as f32).collect(),
            sample_rate: RATE,
        };
        write_wav(&class.join(format!("{seed:03}.wav")), &signal).unwrap();
        let arrays = folder.path().join("arrays");
        std::fs::create_dir_all(&arrays).unwrap();
        let field = coloured_field(seed, 16, 24, 1.5);
        let other = coloured_field(seed + 100, 16, 24, 0.5);
        let stack = ndarray::stack![ndarray::Axis(0), field, other];
        ndarray_npy::write_npy(arrays.join(format!("{seed:03}.npy")), &stack).unwrap();
    }
    folder
}

fn config(inputs: PathBuf) -> AnalysisConfig {
    AnalysisConfig {
        inputs: vec![inputs],
        // Of 1 s at this rate, 12 frames see no padding: modulation needs 16.
        segment: 1.5,
        ..AnalysisConfig::default()
    }
}

/// Progress that holds each thread after its first source until so many threads
/// have finished one.
struct Gathering {
    n_threads: usize,
    seen: Mutex<BTreeSet<String>>,
    all: Condvar,
}

impl Gathering {
    fn new(n_threads: usize) -> Self {
        Self {
            n_threads,
            seen: Mutex::default(),
            all: Condvar::new(),
        }
    }
}

impl Progress for Gathering {
    fn start(&self, _: usize) {}

    fn advance(&self) {
        let thread: ThreadId = std::thread::current().id();
        let mut seen = self.seen.lock().unwrap();
        seen.insert(format!("{thread:?}"));
        self.all.notify_all();
        // The bound keeps a loop that leaves threads idle from hanging for ever.
        let waiting = |seen: &mut BTreeSet<String>| seen.len() < self.n_threads;
        drop(
            self.all
                .wait_timeout_while(seen, Duration::from_secs(60), waiting)
                .unwrap(),
        );
    }
}

/// As many threads as there are take part in every command, by count: each is held
/// at its first source until all have one.
#[test]
fn all_threads_measure_in_every_command() {
    const N: usize = 16;
    let folder = data(N as u64);
    let (clips, arrays) = (folder.path().join("clips"), folder.path().join("arrays"));
    let config = config(clips.clone());
    let features = FeatureConfig {
        inputs: vec![clips.clone()],
        ..FeatureConfig::default()
    };
    let of_arrays = AnalysisConfig {
        inputs: vec![arrays],
        ..config.clone()
    };
    let noise_settings = NoiseSettings::preset(Preset::Default);
    let real = CepstraConfig::new(CepstrumKind::Real);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(N)
        .build()
        .unwrap();
    let busy = |name: &str, command: &(dyn Fn(&dyn Progress) + Sync)| {
        let gathering = Gathering::new(N);
        pool.install(|| command(&gathering));
        let n = gathering.seen.lock().unwrap().len();
        assert_eq!(n, N, "{name}: threads that measured");
    };
    busy("analyze", &|p| drop(analyze(&config, p).unwrap()));
    busy("noise", &|p| {
        drop(noise(&config, &noise_settings, p).unwrap())
    });
    busy("modulation", &|p| {
        drop(modulation(&config, &ModulationSettings::default(), p).unwrap())
    });
    busy("features", &|p| drop(clip_features(&features, p).unwrap()));
    busy("latents", &|p| {
        drop(latents(&of_arrays, &LatentSettings::default(), p).unwrap())
    });
    busy("cepstrum", &|p| {
        drop(cepstra(&config.inputs, &real, p).unwrap())
    });
    busy("spectrum", &|p| {
        drop(source_spectra(&config, View::Waveform, Average::Geometric, p).unwrap())
    });
}

/// Everything that can be measured in one pass over clips.
fn everything(config: &AnalysisConfig) -> Request {
    Request {
        features: Some(FeatureConfig::of(config)),
        modulation: Some(ModulationSettings::default()),
        noise: Some(NoiseSettings::preset(Preset::Default)),
        ..Request::analyze(config)
    }
}

fn results(partial: Partial, plan: Option<&RunPlan>) -> Results {
    partial.results(plan, &Arc::default(), &Silent).unwrap()
}

/// All files of an analysis, by name.
fn saved(of: &Results) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = TempDir::new().unwrap();
    if let Some(report) = &of.report {
        save_analysis(report, of.verdict.as_ref(), folder.path()).unwrap();
    }
    files(folder.path())
}

fn assert_same(a: &Results, b: &Results) {
    assert_eq!(a.report, b.report);
    let [of_a, of_b] = [a, b].map(saved);
    assert_eq!(of_a.len(), of_b.len());
    for ((a, bytes), (b, others)) in of_a.iter().zip(&of_b) {
        assert!(a == b && bytes == others, "{} differs", a.display());
    }
    assert_eq!(a.features, b.features);
    assert_eq!(a.modulation, b.modulation);
    assert_eq!(a.latents, b.latents);
    match (&a.noise, &b.noise) {
        (Some(a), Some(b)) => {
            assert_eq!(a.report, b.report);
            assert_eq!(a.noise, b.noise);
        }
        (a, b) => assert_eq!(a.is_some(), b.is_some()),
    }
}

/// Shares of a request, written, read and joined in another order.
fn shared_out(request: &Request, n: usize, folder: &Path) -> Results {
    let plan = request.plan().unwrap();
    let shares = (1..=n).rev().map(|index| {
        let options = RunOptions {
            shard: Some(Shard::new(index, n).unwrap()),
            ..RunOptions::default()
        };
        let path = folder.join(format!("partial-{index}-of-{n}.json"));
        measure(request, &plan, options, &Silent)
            .unwrap()
            .save(&path)
            .unwrap();
        let partial = Partial::read(&path).unwrap();
        (path, partial)
    });
    results(merged(shares.collect()).unwrap(), None)
}

#[test]
fn shares_of_every_study_join_to_one_run() {
    let folder = data(7);
    let clips = config(folder.path().join("clips"));
    let request = everything(&clips);
    let one = whole(&request);
    assert!(one.features.as_ref().is_some_and(|rows| rows.len() == 7));
    for n in [2, 3, 7] {
        assert_same(&shared_out(&request, n, folder.path()), &one);
    }
    let arrays = AnalysisConfig {
        inputs: vec![folder.path().join("arrays")],
        ..AnalysisConfig::default()
    };
    let request = Request::latents(&arrays, &LatentSettings::default());
    let one = whole(&request);
    assert!(one.latents.is_some());
    assert_same(&shared_out(&request, 3, folder.path()), &one);
}

/// A single file's interval is over its items, whatever share it was in.
#[test]
fn a_single_array_has_its_interval_in_shares_too() {
    let folder = data(1);
    let arrays = AnalysisConfig {
        inputs: vec![folder.path().join("arrays")],
        layout: Some("nchw".parse().unwrap()),
        ..AnalysisConfig::default()
    };
    let field = coloured_field(9, 8 * 16, 24, 1.5);
    let items = field.into_shape_with_order((8, 1, 16, 24)).unwrap();
    ndarray_npy::write_npy(arrays.inputs[0].join("000.npy"), &items).unwrap();
    let request = Request::latents(&arrays, &LatentSettings::default());
    let one = whole(&request);
    let law = one
        .latents
        .as_ref()
        .and_then(|l| l.spectrum.law.clone())
        .unwrap();
    assert_eq!(law.n, 8);
    assert_same(&shared_out(&request, 2, folder.path()), &one);
}

/// Files, records of units and all, of any number of shares and threads.
#[test]
fn shares_and_threads_have_the_verdict_of_one_run() {
    let folder = data(7);
    let request = Request {
        verdict: Some(VerdictSettings {
            seed: 3,
            null_segments: 9,
        }),
        ..Request::analyze(&config(folder.path().join("clips")))
    };
    let of_threads = |n: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build();
        pool.unwrap().install(|| whole(&request))
    };
    let results = of_threads(1);
    let one = results.verdict.as_ref().unwrap();
    let row = one.row(Representation::LogMel, "all").unwrap();
    assert_eq!((row.n_files, row.n_units), (7, 7));
    // One segment each, and a second one for two clips, where they have it: a
    // third of the clips are too short.
    let mut names: Vec<(u64, u64)> = (0..7)
        .map(|seed| (fnv1a(&format!("c{}/{seed:03}.wav", seed % 2)), seed))
        .collect();
    names.sort_unstable();
    let seconds = names[..2].iter().filter(|(_, seed)| seed % 3 > 0).count() as u64;
    assert_eq!(row.n_null_segments, 7 + seconds);
    assert!(row.numbers["delta_time"].value.is_some());
    assert_eq!(
        one.rows.len(),
        6,
        "all and two classes, of two representations"
    );
    let expected = saved(&results);
    for n in [2, 16] {
        assert!(saved(&of_threads(n)) == expected, "{n} threads");
    }
    for n in [2, 3, 7] {
        let joined = shared_out(&request, n, folder.path());
        assert!(saved(&joined) == expected, "{n} shares");
    }
    // Another seed is another verdict.
    let other = Request {
        verdict: Some(VerdictSettings {
            seed: 4,
            null_segments: 9,
        }),
        ..request.clone()
    };
    let evidence = |files: &[(PathBuf, Vec<u8>)]| {
        let name = Path::new(EVIDENCE_FILE);
        files.iter().find(|(of, _)| of == name).unwrap().1.clone()
    };
    assert!(evidence(&saved(&whole(&other))) != evidence(&expected));
}

/// A sweep takes passes over all of the data, which shares do not make.
#[test]
fn shares_have_no_sweep() {
    let folder = data(3);
    let request = Request {
        sweep: true,
        ..Request::analyze(&config(folder.path().join("clips")))
    };
    let plan = request.plan().unwrap();
    let options = RunOptions {
        shard: Some(Shard::new(1, 2).unwrap()),
        ..RunOptions::default()
    };
    let refused = measure(&request, &plan, options, &Silent);
    let is_told = matches!(&refused, Err(Error::InvalidArgument { .. }));
    let said = refused.unwrap_err().to_string();
    assert!(
        is_told && said.contains("sweep") && said.contains("--shard"),
        "{said}"
    );
}

/// Progress that stops a run after so many sources.
struct StopAfter {
    left: AtomicUsize,
    stop: Arc<AtomicBool>,
}

impl Progress for StopAfter {
    fn start(&self, _: usize) {}

    fn advance(&self) {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.stop.store(true, Ordering::Relaxed);
        }
    }
}

#[test]
fn a_stopped_run_of_everything_goes_on() {
    let folder = data(8);
    let request = everything(&config(folder.path().join("clips")));
    let plan = request.plan().unwrap();
    let path = folder.path().join("partial.json");
    let stop: Arc<AtomicBool> = Arc::default();
    let progress = StopAfter {
        left: AtomicUsize::new(3),
        stop: stop.clone(),
    };
    let options = |earlier, stop| RunOptions {
        checkpoint: Some(Checkpoint {
            path: path.clone(),
            every: Duration::from_secs(3600),
        }),
        earlier,
        stop: Some(stop),
        ..RunOptions::default()
    };
    let stopped = measure(&request, &plan, options(None, stop), &progress);
    assert!(
        matches!(stopped, Err(Error::Interrupted { done, total: 8 }) if (3..8).contains(&done))
    );
    let earlier = Partial::read(&path).unwrap();
    assert!((3..8).contains(&earlier.n_done()));
    let partial = measure(
        &request,
        &plan,
        options(Some(earlier), Arc::default()),
        &Silent,
    );
    let resumed = results(partial.unwrap(), Some(&plan));
    let one = whole(&request);
    assert_same(&resumed, &one);
    let (resumed, one) = (resumed.noise.unwrap(), one.noise.unwrap());
    assert_eq!(resumed.examples, one.examples, "what figures show");
}

/// Frames of a clip in its file.
fn n_frames(path: &Path) -> u64 {
    read_signal(path, Channel::Mix).unwrap().samples.len() as u64
}

/// The program counts: other tests decode in this process at the same time.
#[cfg(feature = "cli")]
#[test]
fn all_studies_share_one_decoding() {
    let clips = [
        "music/brahms.flac",
        "music/fishin.mp3",
        "speech/prompt_a.wav",
        "speech/prompt_b.au",
    ];
    let frames: u64 = clips
        .iter()
        .map(|clip| n_frames(&fixture("audio").join(clip)))
        .sum();
    assert!(decode_counts().frames >= frames, "the library counts");
    let folder = TempDir::new().unwrap();
    let told = |arguments: &[&str]| {
        let out = folder.path().join("out");
        let _ = std::fs::remove_dir_all(&out);
        let mut command = crate::support::cepstrum();
        command.args(arguments).arg("-o").arg(&out);
        let output = command.args(["--figures", "none", "-v"]).assert().success();
        let told = String::from_utf8(output.get_output().stderr.clone()).unwrap();
        let line = told
            .lines()
            .find(|line| line.starts_with("decoded "))
            .unwrap();
        let numbers = line.split_whitespace().filter_map(|word| word.parse().ok());
        numbers.collect::<Vec<u64>>()
    };
    let analyze = ["analyze", "fixtures/audio", "--photos", "fixtures/photos"];
    // One opening for headers, one for decoding.
    let analyze = [&analyze[..], &["--f-max", "5000"]].concat();
    let plain = told(&analyze);
    assert_eq!(plain, [frames, 8]);
    let six = "waveform,magnitude,log-magnitude,log-mel,mfcc,cepstrum-2d";
    let with = [
        "--with",
        "features,modulation,noise",
        "--representations",
        six,
    ];
    assert_eq!(told(&[&analyze[..], &with[..]].concat()), plain);
    let without = told(&[&analyze[..], &["--null-segments", "0"][..]].concat());
    assert_eq!(without, plain);
    // Each front end of a sweep is a pass of its own.
    let sweep = told(&[&analyze[..], &["--sweep"][..]].concat());
    assert_eq!(sweep, [5 * frames, 24]);
    // The band of two clips ends at 8 kHz: one more pass, of what lies below.
    let whole_band = ["analyze", "fixtures/audio", "--photos", "fixtures/photos"];
    assert_eq!(told(&whole_band), [2 * frames, 12]);
}

/// The files of a folder, by name.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(folder).unwrap().to_path_buf();
            all.push((name, std::fs::read(entry.path()).unwrap()));
        }
    }
    all
}

#[cfg(feature = "cli")]
#[test]
fn studies_in_one_pass_write_the_files_of_their_own_commands() {
    let folder = TempDir::new().unwrap();
    let run = |command: &str, arguments: &[&str], out: &Path| {
        let inputs: &[&str] = match command {
            "features" => &["fixtures/audio"],
            _ => &[
                "fixtures/audio",
                "--photos",
                "fixtures/photos",
                "--dpi",
                "20",
            ],
        };
        let mut program = crate::support::cepstrum();
        program.arg(command).args(inputs).args(arguments);
        program.arg("-o").arg(out).assert().success();
    };
    let together = folder.path().join("together");
    run(
        "analyze",
        &["--with", "features,modulation,noise"],
        &together,
    );
    let alone = folder.path().join("alone");
    run("analyze", &[], &alone);
    std::fs::create_dir_all(alone.join("features")).unwrap();
    run("features", &[], &alone.join("features/features.csv"));
    run("modulation", &[], &alone.join("modulation"));
    run("noise", &[], &alone.join("noise"));
    let (together, alone) = (files(&together), files(&alone));
    let names = |files: &[(PathBuf, Vec<u8>)]| -> Vec<PathBuf> {
        files.iter().map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(names(&together), names(&alone));
    assert!(together.len() > 40, "{} files", together.len());
    for ((name, bytes), (_, own)) in together.iter().zip(&alone) {
        assert!(bytes == own, "{} differs", name.display());
    }
}
