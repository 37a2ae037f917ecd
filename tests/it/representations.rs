//! Every representation of audio against a direct computation from parts of the
//! library, in f64 and from the clips' samples.

use crate::support::golden::{self, Precision, Tolerance, compare};
use crate::support::{self, assert_near, fixture};
use cepstrum::analysis::{
    AnalysisConfig, Average, NoiseSettings, NoiseStudy, Origin, Preset, Report, Representation,
    ResultRow, SigmaGrid, Silent, analyze, noise, noise_of_report,
};
use cepstrum::compare::noise_log_bias;
use cepstrum::data::{Plane, Signal, Unit};
use cepstrum::decode::{Channel, read_signal};
use cepstrum::planar::{
    CepstralPower, DctRapsd, Radius, Rapsd, cepstrum_2d, mean_cepstral_power, rapsd,
};
use cepstrum::spectral::{
    LogMel, LogMelConfig, LogScale, Periodogram, Reference, Stft, StftConfig, power_spectrogram,
    power_to_db,
};
use cepstrum::synth::{add_noise, coloured_noise, derived_seed, gauss};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

use Representation::{Cepstrum2d, LogMagnitude, LogMel as LogMelPlane, Magnitude, Mfcc, Waveform};

const RATE: u32 = 22_050;
/// What f32 may do to a natural logarithm of power (class log).
const LOG_F32: f64 = 1e-3;

fn config(inputs: Vec<PathBuf>) -> AnalysisConfig {
    AnalysisConfig {
        inputs,
        representations: Representation::OF_AUDIO.to_vec(),
        ..AnalysisConfig::default()
    }
}

#[track_caller]
fn all(report: &Report, representation: Representation) -> &ResultRow {
    let found = report
        .results
        .iter()
        .find(|row| row.representation == representation && row.class == "all");
    found.unwrap_or_else(|| panic!("no result of {representation}"))
}

/// A clip of 32-bit floats: nothing is rounded.
fn write(path: &Path, samples: Vec<f32>) -> PathBuf {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for sample in samples {
        writer.write_sample(sample).unwrap();
    }
    writer.finalize().unwrap();
    path.to_path_buf()
}

#[test]
fn names_are_the_same_everywhere_and_in_order() {
    let names = [
        "waveform",
        "magnitude",
        "log-magnitude",
        "log-mel",
        "mfcc",
        "cepstrum-2d",
        "photo",
        "array",
    ];
    assert_eq!(Representation::ALL.map(Representation::name), names);
    assert!(Representation::ALL.is_sorted());
    for representation in Representation::ALL {
        let json = serde_json::to_value(representation).unwrap();
        assert_eq!(json, representation.name());
        let back: Representation = serde_json::from_value(json).unwrap();
        assert_eq!(back, representation);
        let chosen = representation.name().parse::<Representation>().ok();
        let of_audio = Representation::OF_AUDIO.contains(&representation);
        assert_eq!(chosen, of_audio.then_some(representation));
    }
    for preset in [Preset::Default, Preset::Post] {
        let config = AnalysisConfig::preset(preset);
        assert_eq!(config.representations, [Waveform, LogMelPlane]);
    }
    assert_eq!(Representation::DEFAULT, [Waveform, LogMelPlane]);
}

/// Power without DC, dof, and the plane's values, from a segment.
struct Direct {
    power: Vec<f64>,
    dof: Vec<u32>,
    values: Vec<f64>,
}

fn spectrogram_plane(segment: &Signal, representation: Representation, log: LogScale) -> Plane {
    match representation {
        Magnitude | LogMagnitude => {
            let mut plane = power_spectrogram(segment, &StftConfig::new(2048, 512)).unwrap();
            assert_eq!(plane.values.nrows(), 1025);
            match (representation, log) {
                (Magnitude, _) => plane.values.mapv_inplace(f64::sqrt),
                (_, LogScale::Decibel { top_db }) => {
                    let values = plane.values.as_slice_mut().unwrap();
                    power_to_db(values, Reference::One, top_db);
                }
                (_, LogScale::Natural { floor }) => {
                    plane.values.mapv_inplace(|p| p.max(floor).ln());
                }
            }
            plane
        }
        _ => {
            let config = LogMelConfig {
                log,
                ..LogMelConfig::new(RATE)
            };
            LogMel::<f64>::new(&config).unwrap().plane(segment).unwrap()
        }
    }
}

/// The radial average of squared coefficients, cell by cell.
fn radial(coefficients: &Plane, radius: Radius) -> (Vec<f64>, Vec<u32>) {
    let (m, n) = coefficients.values.dim();
    let side = m.max(n);
    let (mut sums, mut counts) = (vec![0.0; side], vec![0; side]);
    for ((i, j), c) in coefficients.values.indexed_iter() {
        let distance = match radius {
            Radius::Index => (i as f64).hypot(j as f64),
            Radius::Frequency => side as f64 * (i as f64 / m as f64).hypot(j as f64 / n as f64),
        };
        let ring = (distance - 0.5 - 1e-9).ceil() as usize;
        if ring < side {
            sums[ring] += c * c;
            counts[ring] += 1;
        }
    }
    let means = sums.iter().zip(&counts);
    let power = means.map(|(sum, &n)| sum / f64::from(n)).collect();
    (power, counts)
}

fn direct(
    segment: &Signal,
    representation: Representation,
    log: LogScale,
    radius: Radius,
) -> Direct {
    if representation == Waveform {
        let values: Vec<f64> = segment.samples.iter().map(|&x| f64::from(x)).collect();
        let mut plan = Periodogram::<f64>::new(values.len()).unwrap();
        let mut power = vec![0.0; plan.n_bins()];
        plan.process(&values, &mut power).unwrap();
        let n = values.len() as f64;
        return Direct {
            power: power.iter().map(|p| p / n).collect(),
            dof: plan.dof(),
            values,
        };
    }
    let plane = spectrogram_plane(segment, representation, log);
    let (power, dof) = match representation {
        Mfcc => {
            let spectrum = mean_cepstral_power(&plane).unwrap();
            (spectrum.power, spectrum.dof)
        }
        Cepstrum2d => radial(&cepstrum_2d(&plane).unwrap(), radius),
        _ => {
            let spectrum = rapsd(&plane, radius).unwrap();
            (spectrum.power, spectrum.dof)
        }
    };
    Direct {
        power: power[1..].to_vec(),
        dof: dof[1..].to_vec(),
        values: plane.values.iter().copied().collect(),
    }
}

/// The 2 s segments of a fixture.
fn segments(path: &Path) -> Vec<Signal> {
    let signal = read_signal(path, Channel::Mix).unwrap();
    assert_eq!(signal.sample_rate, RATE);
    let pieces = signal.samples.chunks_exact(2 * RATE as usize);
    pieces
        .map(|piece| Signal {
            samples: piece.to_vec(),
            sample_rate: RATE,
        })
        .collect()
}

#[track_caller]
fn assert_is_direct(result: &ResultRow, segments: &[Signal], config: &AnalysisConfig) {
    let of = |segment| direct(segment, result.representation, config.log, config.radius);
    let parts: Vec<Direct> = segments.iter().map(of).collect();
    let spectrum = &result.spectrum;
    assert_eq!(result.n_segments, parts.len() as u64);
    assert_eq!(spectrum.dof[..], parts[0].dof, "{}", result.representation);
    let n = parts.len() as f64;
    for (i, got) in spectrum.mean_log_power.iter().enumerate() {
        let what = format!("{} [{i}]", result.representation);
        let logs = parts.iter().map(|part| part.power[i].ln());
        assert_near(&what, *got, logs.sum::<f64>() / n, LOG_F32);
        let mean = parts.iter().map(|part| part.power[i]).sum::<f64>() / n;
        assert_near(&what, spectrum.mean_power[i], mean, LOG_F32 * mean);
    }
    let values: Vec<f64> = parts.iter().flat_map(|part| part.values.clone()).collect();
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count;
    let scale = result.scale.unwrap();
    assert_near("scale", scale, variance.sqrt(), 1e-4 * scale);
}

#[test]
fn each_is_what_its_parts_give() {
    let path = fixture("audio/music/brahms.flac");
    let segments = segments(&path);
    assert!(segments.len() > 2);
    for (radius, log) in [
        (Radius::Frequency, LogScale::Decibel { top_db: Some(80.0) }),
        (Radius::Index, LogScale::Decibel { top_db: Some(30.0) }),
        (Radius::Frequency, LogScale::Natural { floor: 1e-5 }),
    ] {
        let config = AnalysisConfig {
            radius,
            log,
            ..config(vec![path.clone()])
        };
        let report = analyze(&config, &Silent).unwrap();
        assert_eq!(report.results.len(), 6);
        for (result, representation) in report.results.iter().zip(Representation::OF_AUDIO) {
            assert_eq!(result.representation, representation);
            // Single bins of a waveform lie under f32's error beside the
            // strongest, and other tests are about them.
            if representation != Waveform {
                assert_is_direct(result, &segments, &config);
            }
        }
        // What cepstra are taken of is the log-mel plane itself.
        let scale = all(&report, LogMelPlane).scale;
        assert_eq!(all(&report, Mfcc).scale, scale);
        assert_eq!(all(&report, Cepstrum2d).scale, scale);
    }
}

#[test]
fn frequencies_are_those_of_the_transforms() {
    let report = analyze(&config(vec![fixture("audio")]), &Silent).unwrap();
    let ends = |representation| {
        let spectrum = &all(&report, representation).spectrum;
        let f = &spectrum.frequency;
        (spectrum.unit, f.len(), f[0], f[f.len() - 1])
    };
    let unit = Unit::CyclePerSample;
    // 1025 bins by 87 frames; 128 bands by 87 frames.
    let rings = (unit, 512, 1.0 / 1025.0, 512.0 / 1025.0);
    assert_eq!(ends(Magnitude), rings);
    assert_eq!(ends(LogMagnitude), rings);
    assert_eq!(ends(LogMelPlane), (unit, 63, 1.0 / 128.0, 63.0 / 128.0));
    let (first, last) = (1.0 / 256.0, 127.0 / 256.0);
    assert_eq!(ends(Mfcc), (Unit::CyclePerBand, 127, first, last));
    assert_eq!(ends(Cepstrum2d), (unit, 127, first, last));
    assert!(all(&report, Mfcc).spectrum.dof.iter().all(|&dof| dof == 87));
    assert_eq!(all(&report, Mfcc).outside_share, None);
    for representation in [Magnitude, LogMagnitude, Cepstrum2d] {
        let share = all(&report, representation).outside_share.unwrap();
        assert!((0.0..0.5).contains(&share), "{representation}: {share}");
    }
    for result in &report.results {
        assert!(result.fit.post.law().is_some(), "{}", result.representation);
        assert!(result.monotonicity.peak.is_some());
        let levels = result.levels.as_ref();
        assert!(levels.is_none_or(|levels| !levels.counts.is_empty()));
        assert_eq!(levels.is_some(), result.class == "all");
    }
}

/// The golden input is in float64, the analysis in f32 throughout.
#[test]
fn golden_cepstra_through_the_analysis() {
    let test = "cepstra through the analysis";
    let Some(samples) = golden::values(test, "sound/mix.x.npy") else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let samples = samples.iter().map(|&x| x as f32).collect();
    let config = AnalysisConfig {
        segment: 0.5,
        radius: Radius::Index,
        ..config(vec![write(&folder.path().join("mix.wav"), samples)])
    };
    let report = analyze(&config, &Silent).unwrap();
    for (representation, name) in [
        (Mfcc, "sound/mix.cep1d_power.npy"),
        (Cepstrum2d, "sound/mix.dct_rapsd.P.npy"),
    ] {
        assert_eq!(all(&report, representation).n_segments, 1);
        compare_with_golden(test, name, &report, representation);
    }
}

#[test]
fn golden_cepstra_of_published_clips() {
    let test = "cepstra of published clips";
    for clip in 1..=4 {
        let name = format!("reference/audio/audio_clip{clip}.wav");
        let Some(path) = support::shared(test, &name) else {
            return;
        };
        let config = AnalysisConfig {
            inputs: vec![path],
            representations: vec![Cepstrum2d],
            ..AnalysisConfig::preset(Preset::Post)
        };
        let report = analyze(&config, &Silent).unwrap();
        let name = format!("blog/clip{clip}.dct_rapsd.P.npy");
        compare_with_golden(test, &name, &report, Cepstrum2d);
    }
}

#[track_caller]
fn compare_with_golden(test: &str, name: &str, report: &Report, representation: Representation) {
    let Some(expected) = golden::values(test, name) else {
        return;
    };
    let spectrum = &all(report, representation).spectrum;
    compare(
        name,
        Tolerance::Power,
        Precision::F32,
        &spectrum.mean_power,
        &expected[1..],
    );
    let logs: Vec<f64> = expected[1..].iter().map(|p| p.ln()).collect();
    compare(
        name,
        Tolerance::Log,
        Precision::F32,
        &spectrum.mean_log_power,
        &logs,
    );
}

#[test]
fn more_representations_change_no_other() {
    let six = analyze(&config(vec![fixture("audio")]), &Silent).unwrap();
    let chosen = |representations: &[Representation]| {
        let config = AnalysisConfig {
            representations: representations.to_vec(),
            ..config(vec![fixture("audio")])
        };
        analyze(&config, &Silent).unwrap()
    };
    let mut sets = vec![Representation::DEFAULT.to_vec()];
    sets.extend(Representation::OF_AUDIO.map(|representation| vec![representation]));
    for set in sets {
        let report = chosen(&set);
        let of_set = six
            .results
            .iter()
            .filter(|row| set.contains(&row.representation));
        let expected: Vec<ResultRow> = of_set.cloned().collect();
        assert!(report.results == expected, "{set:?}");
        for (row, all) in report.inputs.iter().zip(six.inputs.iter()) {
            for (representation, alpha) in row.alpha.iter() {
                assert_eq!(Some(alpha), all.alpha.get(representation));
            }
        }
    }
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let config = config(vec![fixture("audio")]);
    let settings = NoiseSettings {
        sigmas: SigmaGrid::List(vec![0.3, 2.0]),
        n_times: 11,
        ..NoiseSettings::preset(Preset::Default)
    };
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let run = pool.install(|| noise(&config, &settings, &Silent)).unwrap();
        let noisy: Vec<u64> = run
            .noise
            .studies
            .iter()
            .flat_map(|study| study.tide.iter().flat_map(|level| &level.log_noisy))
            .map(|x| x.to_bits())
            .collect();
        let report = serde_json::to_string(&run.report).unwrap();
        (report, serde_json::to_string(&run.noise).unwrap(), noisy)
    };
    let one = run(1);
    assert!(one == run(2) && one == run(5));
}

#[test]
fn silent_and_constant_segments_are_left_out_of_all() {
    let folder = TempDir::new().unwrap();
    let n = 2 * RATE as usize;
    let varied: Vec<f32> = gauss(3, n).iter().map(|&x| 0.1 * x as f32).collect();
    let alone = write(&folder.path().join("alone.wav"), varied.clone());
    let mut samples = vec![0.0; n];
    samples.extend(&varied);
    samples.extend(vec![0.25; n]);
    let mixed = write(&folder.path().join("mixed.wav"), samples);
    let alone = analyze(&config(vec![alone]), &Silent).unwrap();
    let mixed = analyze(&config(vec![mixed]), &Silent).unwrap();
    for representation in Representation::OF_AUDIO {
        let (alone, mixed) = (all(&alone, representation), all(&mixed, representation));
        assert_eq!((mixed.n_segments, mixed.left_out.constant), (1, 2));
        assert_eq!(alone.spectrum, mixed.spectrum);
        assert_eq!(alone.scale, mixed.scale);
    }
}

/// A segment so faint that every power lies under the floor of logarithms has
/// magnitudes, but all its logarithms are equal.
#[test]
fn constant_planes_are_left_out_where_they_are_constant() {
    let folder = TempDir::new().unwrap();
    let n = 2 * RATE as usize;
    let mut samples: Vec<f32> = gauss(4, n).iter().map(|&x| 1e-9 * x as f32).collect();
    samples.extend(gauss(5, n).iter().map(|&x| 0.1 * x as f32));
    let path = write(&folder.path().join("faint.wav"), samples);
    let report = analyze(&config(vec![path]), &Silent).unwrap();
    for representation in Representation::OF_AUDIO {
        let result = all(&report, representation);
        let kept = match representation {
            Waveform | Magnitude => (2, 0),
            _ => (1, 1),
        };
        let got = (result.n_segments, result.left_out.constant);
        assert_eq!(got, kept, "{representation}");
        assert!(result.spectrum.mean_log_power.iter().all(|p| p.is_finite()));
        let row = report.inputs.first().unwrap();
        let left_out = row.left_out.get(&representation);
        assert_eq!(left_out.map_or(0, |l| l.constant), kept.1);
    }
}

/// Spectrograms as the analysis computes them, in f32, [frame, row].
fn f32_plane(segment: &[f32], representation: Representation) -> (usize, Vec<f64>) {
    let stft = StftConfig::new(2048, 512);
    let n_frames = stft.n_frames(segment.len());
    let mut values = Vec::new();
    if matches!(representation, Magnitude | LogMagnitude) {
        let mut plan = Stft::<f32>::new(stft).unwrap();
        plan.for_each_frame(segment, |_, x| {
            values.extend(x.iter().map(|x| x.re * x.re + x.im * x.im));
        });
        match representation {
            Magnitude => values.iter_mut().for_each(|p| *p = p.sqrt()),
            _ => power_to_db(&mut values, Reference::One, Some(80.0)),
        }
    } else {
        values = vec![0.0; n_frames * 128];
        let mut plan = LogMel::<f32>::new(&LogMelConfig::new(RATE)).unwrap();
        plan.process(segment, &mut values).unwrap();
    }
    (n_frames, values.iter().map(|&x| f64::from(x)).collect())
}

fn power_of(values: &[f64], n_frames: usize, representation: Representation) -> Vec<f64> {
    let n_rows = values.len() / n_frames;
    let mut power;
    match representation {
        Mfcc => {
            power = vec![0.0; n_rows];
            let mut plan = CepstralPower::<f64>::new(n_rows).unwrap();
            plan.process(values, &mut power).unwrap();
        }
        Cepstrum2d => {
            let mut plan = DctRapsd::<f64>::new(n_frames, n_rows, Radius::Frequency).unwrap();
            power = vec![0.0; plan.n_rings()];
            plan.process(values, &mut power).unwrap();
        }
        _ => {
            let mut plan = Rapsd::<f64>::new(n_frames, n_rows, Radius::Frequency).unwrap();
            power = vec![0.0; plan.table().n_rings()];
            plan.process(values, &mut power).unwrap();
        }
    }
    power.remove(0);
    power
}

#[track_caller]
fn study(studies: &[NoiseStudy], representation: Representation) -> &NoiseStudy {
    let found = studies.iter().find(|s| s.representation == representation);
    found.unwrap_or_else(|| panic!("no study of {representation}"))
}

#[test]
fn noise_is_measured_as_if_it_were_added() {
    let folder = TempDir::new().unwrap();
    let n = 2 * RATE as usize;
    let samples: Vec<f32> = coloured_noise(3, 3 * n, 1.0)
        .iter()
        .map(|x| 0.05 * *x as f32)
        .collect();
    let path = write(&folder.path().join("pink.wav"), samples);
    let decoded = read_signal(&path, Channel::Mix).unwrap().samples;
    let settings = NoiseSettings {
        seed: 9,
        sigmas: SigmaGrid::List(vec![0.1, 1.0, 5.0]),
        n_times: 11,
        average: Average::Geometric,
        ..NoiseSettings::preset(Preset::Default)
    };
    let run = noise(&config(vec![path]), &settings, &Silent).unwrap();
    for representation in [Magnitude, LogMagnitude, LogMelPlane, Mfcc, Cepstrum2d] {
        let study = study(&run.noise.studies, representation);
        assert_eq!((study.origin, study.n_segments), (Origin::Measured, 3));
        for level in study.tide.iter().chain(&study.stills) {
            let mut sums = vec![0.0; study.frequency.len()];
            for (i, segment) in decoded.chunks_exact(n).enumerate() {
                let (n_frames, values) = f32_plane(segment, representation);
                let scaled = values.iter().map(|x| x / study.divisor);
                let mut values: Vec<f64> = scaled.collect();
                let item = derived_seed(derived_seed(9, 0), i as u64);
                add_noise(&mut values, level.sigma, derived_seed(item, 0));
                let power = power_of(&values, n_frames, representation);
                assert_eq!(power.len(), sums.len());
                for (sum, power) in sums.iter_mut().zip(&power) {
                    *sum += power.ln() / 3.0;
                }
            }
            for (bin, (got, expected)) in level.log_noisy.iter().zip(&sums).enumerate() {
                let what = format!("{representation} sigma {} bin {bin}", level.sigma);
                assert_near(&what, *got, *expected, 1e-10);
            }
        }
        // White noise is white in every orthonormal basis: its mean logarithm
        // nears what its degrees of freedom say, over three items.
        for (bin, (got, &dof)) in study.log_noise.iter().zip(&study.dof).enumerate() {
            assert!(dof > 1, "{representation} bin {bin}");
            // Above trigamma(dof / 2), the variance of ln chi^2.
            let spread = (2.0 / f64::from(dof - 1) / 3.0).sqrt();
            let what = format!("{representation} noise in bin {bin}");
            assert_near(&what, *got, noise_log_bias(dof), 5.0 * spread);
        }
    }
}

#[test]
fn examples_are_the_planes_that_noise_was_added_to() {
    let path = fixture("audio/music/brahms.flac");
    let settings = NoiseSettings {
        sigmas: SigmaGrid::List(vec![0.3, 2.0]),
        n_times: 11,
        ..NoiseSettings::preset(Preset::Default)
    };
    let run = noise(&config(vec![path.clone()]), &settings, &Silent).unwrap();
    let first = &segments(&path)[0];
    for representation in [Magnitude, LogMagnitude, LogMelPlane, Mfcc, Cepstrum2d] {
        let found = run.examples.iter();
        let example = found
            .clone()
            .find(|e| e.representation == representation)
            .unwrap();
        let (n_frames, values) = f32_plane(&first.samples, representation);
        let plane = &example.plane;
        let n_rows = values.len() / n_frames;
        assert_eq!(plane.values.dim(), (n_rows, n_frames));
        for ((row, frame), value) in plane.values.indexed_iter() {
            assert_eq!(*value, values[frame * n_rows + row]);
        }
        let expected = spectrogram_plane(
            first,
            representation,
            LogScale::Decibel { top_db: Some(80.0) },
        );
        assert_eq!(plane.rows, expected.rows, "{representation}");
        assert_eq!(plane.cols, expected.cols, "{representation}");
        assert_eq!(plane.rows.unit(), Unit::Hertz);
        assert_eq!(plane.cols.unit(), Unit::Second);
        assert_eq!(example.noise.dim(), plane.values.dim());
    }
}

#[test]
fn a_report_alone_has_every_study() {
    let report = analyze(&config(vec![fixture("audio")]), &Silent).unwrap();
    let settings = NoiseSettings::preset(Preset::Default);
    let noise = noise_of_report(&report, &settings).unwrap();
    let all = noise.studies.iter().filter(|s| s.class == "all");
    let of: Vec<Representation> = all.map(|s| s.representation).collect();
    assert_eq!(of, Representation::OF_AUDIO);
    for study in &noise.studies {
        assert_eq!(study.origin, Origin::Expected);
        assert!(study.snr.iter().all(|p| *p > 0.0 && p.is_finite()));
    }
}

#[test]
fn settings_matter_only_to_what_is_measured() {
    let with = |representations: &[Representation], change: &dyn Fn(&mut AnalysisConfig)| {
        let mut config = AnalysisConfig {
            representations: representations.to_vec(),
            ..config(vec![fixture("audio/music/brahms.flac")])
        };
        change(&mut config);
        analyze(&config, &Silent).map_err(|error| error.to_string())
    };
    for representation in [Magnitude, LogMagnitude, LogMelPlane, Mfcc, Cepstrum2d] {
        let error = with(&[representation], &|c| c.segment = 0.05).unwrap_err();
        assert!(error.contains("n_fft"), "{representation}: {error}");
    }
    for representation in [LogMelPlane, Mfcc, Cepstrum2d] {
        let error = with(&[representation], &|c| c.mel.n_mels = 900).unwrap_err();
        assert!(error.contains("n_mels"), "{representation}: {error}");
    }
    let error = with(&[Mfcc], &|c| c.mel.n_mels = 2).unwrap_err();
    assert!(error.contains("n_mels"), "{error}");
    let error = with(&[LogMagnitude], &|c| {
        c.log = LogScale::Decibel { top_db: Some(-1.0) };
    });
    assert!(error.unwrap_err().contains("top_db"));
    // Without mel bands, their settings and the log scale are of no concern.
    assert!(with(&[Magnitude, LogMagnitude], &|c| c.mel.n_mels = 900).is_ok());
    assert!(with(&[Waveform], &|c| c.segment = 0.05).is_ok());
}
