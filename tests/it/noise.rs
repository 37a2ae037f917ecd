//! The noise study against noise that is really added, and against what is
//! known in closed form.

use crate::support::{assert_near, fixture};
use cepstrum::analysis::{
    AnalysisConfig, Average, InformationCells, ListenConfig, NoiseReport, NoiseSettings,
    NoiseStudy, Origin, Preset, Representation, Scaling, SigmaGrid, Silent, analyze, noise,
    noise_of_report, noisy_clips,
};
use cepstrum::compare::{Schedule, band_share, noise_log_bias, octave_smoothed};
use cepstrum::data::Signal;
use cepstrum::decode::{Channel, read_signal};
use cepstrum::planar::{Radius, Rapsd};
use cepstrum::spectral::Periodogram;
use cepstrum::synth::{
    add_noise, chirp, coloured_field, coloured_noise, derived_seed, gauss, write_wav,
};
use ndarray::{Array3, Array4};
use ndarray_npy::write_npy;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Six coloured fields in one array, of standard deviation 3.
fn fields(folder: &Path) -> (PathBuf, Array3<f64>) {
    let mut stack = Array3::zeros((6, 32, 32));
    for (i, mut field) in stack.outer_iter_mut().enumerate() {
        field.assign(&(3.0 * coloured_field(50 + i as u64, 32, 32, 2.0) + 7.0));
    }
    let path = folder.join("fields.npy");
    let nchw = stack.clone().into_shape_with_order((6, 1, 32, 32)).unwrap();
    write_npy(&path, &nchw).unwrap();
    (path, stack)
}

fn config(inputs: Vec<PathBuf>) -> AnalysisConfig {
    AnalysisConfig {
        inputs,
        ..AnalysisConfig::default()
    }
}

fn settings(sigmas: &[f64]) -> NoiseSettings {
    NoiseSettings {
        seed: 9,
        sigmas: SigmaGrid::List(sigmas.to_vec()),
        n_times: 11,
        ..NoiseSettings::preset(Preset::Default)
    }
}

fn study(noise: &NoiseReport, representation: Representation) -> &NoiseStudy {
    let found = noise
        .studies
        .iter()
        .find(|s| s.representation == representation);
    found.unwrap_or_else(|| panic!("no study of {representation}"))
}

#[test]
fn planes_with_noise_are_measured_as_if_it_were_added() {
    for average in [Average::Arithmetic, Average::Geometric] {
        planes_with_noise(average);
    }
}

fn planes_with_noise(average: Average) {
    let folder = TempDir::new().unwrap();
    let (path, stack) = fields(folder.path());
    let settings = NoiseSettings {
        average,
        stills: Some([1.0, 4.0]),
        ..settings(&[0.1, 1.0, 5.0])
    };
    let run = noise(&config(vec![path]), &settings, &Silent).unwrap();
    let study = study(&run.noise, Representation::Array);
    assert_eq!(study.origin, Origin::Measured);
    // Population deviation about the global mean of all values.
    let mean = stack.mean().unwrap();
    let deviation = stack.mapv(|x| (x - mean).powi(2)).mean().unwrap().sqrt();
    assert_near("divisor", study.divisor, deviation, 1e-12);

    let mut plan = Rapsd::<f64>::new(32, 32, Radius::Frequency).unwrap();
    let mut power = vec![0.0; 16];
    for level in study.tide.iter().chain(&study.stills) {
        let mut sums = [0.0; 16];
        for (i, field) in stack.outer_iter().enumerate() {
            let mut values: Vec<f64> = field.iter().map(|x| x / deviation).collect();
            let item = derived_seed(derived_seed(9, 0), i as u64);
            add_noise(&mut values, level.sigma, derived_seed(item, 0));
            plan.process(&values, &mut power).unwrap();
            for (sum, power) in sums.iter_mut().zip(&power) {
                *sum += match average {
                    Average::Geometric => power.ln() / 6.0,
                    Average::Arithmetic => power / 6.0,
                };
            }
        }
        if average == Average::Arithmetic {
            sums.iter_mut().for_each(|sum| *sum = sum.ln());
        }
        for (ring, (got, expected)) in level.log_noisy.iter().zip(&sums[1..]).enumerate() {
            assert_near(
                &format!("sigma {} ring {ring}", level.sigma),
                *got,
                *expected,
                1e-10,
            );
        }
    }
    // Every item has noise of its own, so the mean of its logarithm nears the
    // expectation: the deviation of a mean of six.
    for (ring, (got, &dof)) in study.log_noise.iter().zip(&study.dof).enumerate() {
        let spread = (2.0 / f64::from(dof) / 6.0).sqrt();
        let expected = match average {
            Average::Geometric => noise_log_bias(dof),
            Average::Arithmetic => 0.0,
        };
        assert_near(&format!("noise ring {ring}"), *got, expected, 5.0 * spread);
    }
}

#[test]
fn waveforms_with_noise_are_measured_as_if_it_were_added() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("pink.wav");
    let samples: Vec<f32> = coloured_noise(3, 8000, 1.0)
        .iter()
        .map(|x| 0.05 * *x as f32)
        .collect();
    let signal = Signal {
        samples,
        sample_rate: 4000,
    };
    write_wav(&path, &signal).unwrap();
    let decoded = read_signal(&path, Channel::Mix).unwrap().samples;
    for power_scale in [
        cepstrum::data::PowerScale::PerSample,
        cepstrum::data::PowerScale::Raw,
        cepstrum::data::PowerScale::PsdHz,
    ] {
        let config = AnalysisConfig {
            representations: vec![Representation::Waveform],
            segment: 1.0,
            power_scale,
            ..config(vec![path.clone()])
        };
        let run = noise(&config, &settings(&[0.5, 2.0]), &Silent).unwrap();
        let study = study(&run.noise, Representation::Waveform);
        assert_eq!((study.n_segments, study.frequency.len()), (2, 2000));
        // Whatever the report's scale, studies are per unit of noise.
        let mut plan = Periodogram::<f64>::new(4000).unwrap();
        let mut power = vec![0.0; 2000];
        for level in &study.tide {
            let mut sums = vec![0.0; 2000];
            for (i, segment) in decoded.chunks_exact(4000).enumerate() {
                let scaled = segment.iter().map(|&x| f64::from(x) / study.divisor);
                let mut values: Vec<f64> = scaled.collect();
                let item = derived_seed(derived_seed(9, 0), i as u64);
                add_noise(&mut values, level.sigma, derived_seed(item, 0));
                plan.process(&values, &mut power).unwrap();
                for (sum, power) in sums.iter_mut().zip(&power) {
                    *sum += power / 4000.0 / 2.0;
                }
            }
            for (bin, (got, expected)) in level.log_noisy.iter().zip(&sums).enumerate() {
                // Logarithms of bins that nearly cancel.
                let what = format!("{power_scale:?} bin {bin}");
                assert_near(&what, *got, expected.ln(), 1e-6);
            }
        }
        // The data themselves, in the same unit.
        let mut sums = vec![0.0; 2000];
        for segment in decoded.chunks_exact(4000) {
            let scaled: Vec<f64> = segment.iter().map(|&x| f64::from(x)).collect();
            plan.process(&scaled, &mut power).unwrap();
            for (sum, power) in sums.iter_mut().zip(&power) {
                *sum += power / 4000.0 / 2.0 / study.divisor.powi(2);
            }
        }
        for (bin, (got, expected)) in study.log_signal.iter().zip(&sums).enumerate() {
            // Measured in single precision.
            let what = format!("{power_scale:?} data bin {bin}");
            assert_near(&what, *got, expected.ln(), 2e-3);
        }
    }
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let inputs = vec![fixture("audio")];
    let config = AnalysisConfig {
        photos: vec![fixture("photos")],
        ..config(inputs)
    };
    let settings = settings(&[0.3, 1.0, 3.0]);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let run = pool.install(|| noise(&config, &settings, &Silent)).unwrap();
        let json = serde_json::to_string(&run.noise).unwrap();
        let noisy: Vec<Vec<u64>> = run
            .noise
            .studies
            .iter()
            .flat_map(|study| &study.tide)
            .map(|level| level.log_noisy.iter().map(|x| x.to_bits()).collect())
            .collect();
        (json, noisy, run.examples)
    };
    let one = run(1);
    assert_eq!(one.2.len(), 3);
    assert!(one == run(2) && one == run(5));
}

#[test]
fn every_study_covers_what_the_report_measured() {
    let config = AnalysisConfig {
        photos: vec![fixture("photos")],
        ..config(vec![fixture("audio")])
    };
    let run = noise(&config, &settings(&[0.01, 1.0]), &Silent).unwrap();
    let mut analyzed = analyze(&config, &Silent).unwrap();
    analyzed.cells.clear();
    assert!(run.report == analyzed);
    let expected = noise_of_report(&run.report, &settings(&[0.01, 1.0])).unwrap();
    let of_all = |noise: &NoiseReport| -> Vec<NoiseStudy> {
        let studies = noise.studies.iter();
        studies.filter(|s| s.class == "all").cloned().collect()
    };
    // Classes have what the report knows of them, divided as all are.
    assert_eq!(run.noise.studies.len(), run.report.results.len());
    for (study, result) in run.noise.studies.iter().zip(&run.report.results) {
        assert_eq!(study.n_segments, result.n_segments);
        assert_eq!(
            (&study.class, study.representation),
            (&result.class, result.representation)
        );
        assert_eq!(study.tide.is_empty(), study.class != "all");
        let all = of_all(&run.noise);
        let all = all
            .iter()
            .find(|s| s.representation == study.representation);
        assert_eq!(study.divisor, all.unwrap().divisor);
    }
    for (study, expected) in of_all(&run.noise).iter().zip(&of_all(&expected)) {
        let result = run
            .report
            .results
            .iter()
            .find(|r| r.class == "all" && r.representation == study.representation)
            .unwrap();
        assert_eq!(study.n_segments, result.n_segments);
        assert_eq!(expected.origin, Origin::Expected);
        // At almost no noise the sum is the data, at unit noise it is measured
        // near what is expected of it.
        let [quiet, loud] = study.tide.as_slice() else {
            panic!("two levels");
        };
        // Powers add up; what is left is the scatter of the noise and of its
        // products with the data.
        let n = study.frequency.len() as f64;
        let mean_gap = loud.log_noisy.iter().zip(&expected.tide[1].log_noisy);
        let gap = mean_gap.map(|(a, b)| a - b).sum::<f64>() / n;
        assert!(gap.abs() < 0.05, "{}: {gap}", study.representation);
        let rise = quiet
            .log_noisy
            .iter()
            .zip(&study.log_signal)
            .map(|(a, b)| a - b);
        assert!(rise.sum::<f64>() / n > -0.01, "{}", study.representation);
    }
}

#[test]
fn detectability_of_a_power_law_follows_the_closed_form() {
    let folder = TempDir::new().unwrap();
    let mut stack = Array4::zeros((40, 1, 64, 64));
    for (i, mut field) in stack.outer_iter_mut().enumerate() {
        field
            .index_axis_mut(ndarray::Axis(0), 0)
            .assign(&coloured_field(i as u64, 64, 64, 2.0));
    }
    let path = folder.path().join("fields.npy");
    write_npy(&path, &stack).unwrap();
    let report = analyze(&config(vec![path]), &Silent).unwrap();
    let noise = noise_of_report(&report, &settings(&[0.1, 1.0])).unwrap();
    let study = study(&noise, Representation::Array);
    let flow = study
        .schedules
        .iter()
        .find(|s| s.schedule == Schedule::FlowMatching)
        .unwrap();
    // The field's spectrum is C f^-2 with sum C f^-2 = 64^2 (unit variance).
    let cells = (-32_i32..32).flat_map(|y| (-32_i32..32).map(move |x| (y, x)));
    let sum: f64 = cells
        .filter(|&cell| cell != (0, 0))
        .map(|(y, x)| 64.0 * 64.0 / f64::from(y * y + x * x))
        .sum();
    let c = 64.0 * 64.0 / sum;
    for (i, level) in flow.levels().iter().enumerate().skip(1) {
        let exact = (c / level.threshold(1.0)).sqrt().min(31.0 / 64.0);
        let (f_max, share) = (flow.f_max[i], flow.share[i]);
        // Two rings: one by rounding down to a ring, one by chance.
        assert_near(&format!("t {}", level.t), f_max, exact, 2.0 / 64.0);
        assert_near("share", share, f_max * 64.0 / 31.0, 2.0 / 31.0);
        // The same, asked for one time; and of the power, which the lowest
        // rings hold.
        let (band, power) = study.left_at(level.t, 1.0).unwrap();
        assert_eq!(band, share);
        assert!(
            power >= band && (power > 0.0) == (band > 0.0),
            "{power}, {band}"
        );
    }
    assert_eq!(study.left_at(0.0, 1.0).unwrap(), (1.0, 1.0));
    assert_eq!(study.left_at(1.0, 1.0).unwrap(), (0.0, 0.0));
    // At sigma = alpha the threshold is 1: the rings above it, by hand.
    let (_, left) = study.left_at(0.5, 1.0).unwrap();
    let rings = study.snr.iter().zip(&study.dof);
    let energy = |above: f64| -> f64 {
        let kept = rings.clone().filter(|(p, _)| **p > above);
        kept.map(|(p, &n)| p * f64::from(n)).sum()
    };
    assert_near("power", left, energy(1.0) / energy(0.0), 1e-12);
}

#[test]
fn white_data_drown_all_at_once() {
    // White noise of its own level has a ratio of 1 at sigma = 1; the mean of
    // its logarithm reads e^-gamma of that.
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("white.wav");
    let samples = gauss(11, 40_000).iter().map(|x| 0.1 * *x as f32).collect();
    let signal = Signal {
        samples,
        sample_rate: 4000,
    };
    write_wav(&path, &signal).unwrap();
    let config = AnalysisConfig {
        representations: vec![Representation::Waveform],
        segment: 1.0,
        ..config(vec![path])
    };
    let report = analyze(&config, &Silent).unwrap();
    for (average, expected) in [
        (Average::Arithmetic, 0.0),
        (Average::Geometric, -0.577_215_664_901_532_9),
    ] {
        let settings = NoiseSettings {
            average,
            ..settings(&[0.1, 1.0])
        };
        let noise = noise_of_report(&report, &settings).unwrap();
        let snr = &study(&noise, Representation::Waveform).snr;
        // Over the upper half, whose bands have 100 bins and more.
        let high = &snr[1000..];
        let mean = high.iter().sum::<f64>() / high.len() as f64;
        // ln of an exponential variable has variance pi^2 / 6.
        let spread = (1.645 / (10.0 * 1000.0_f64)).sqrt();
        assert_near(&format!("{average:?}"), mean.ln(), expected, 5.0 * spread);
        // No band is so narrow that a single bin decides: 11 bins of 10
        // segments scatter by a tenth.
        assert!(
            snr.iter().all(|p| (p.ln() - expected).abs() < 0.6),
            "{average:?}"
        );
    }
}

#[test]
fn a_tone_drowns_last_and_in_its_own_band() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("tone.wav");
    let samples = chirp(44_100, 22_050.0, 440.0, 440.0, 0.3);
    let signal = Signal {
        samples: samples.iter().map(|x| *x as f32).collect(),
        sample_rate: 22_050,
    };
    write_wav(&path, &signal).unwrap();
    let config = AnalysisConfig {
        representations: vec![Representation::Waveform],
        ..config(vec![path])
    };
    let report = analyze(&config, &Silent).unwrap();
    let noise = noise_of_report(&report, &settings(&[0.1, 1.0])).unwrap();
    let study = study(&noise, Representation::Waveform);
    let strongest = (0..study.snr.len()).max_by(|&a, &b| study.snr[a].total_cmp(&study.snr[b]));
    let f = study.frequency[strongest.unwrap()];
    assert!((410.0..470.0).contains(&f), "{f} Hz");
    let (band, power) = study.left_at(0.75, 1.0).unwrap();
    assert!(band < 0.01 && power > 0.99, "{band}, {power}");
}

#[test]
fn scaling_moves_every_hinge() {
    let folder = TempDir::new().unwrap();
    let (path, _) = fields(folder.path());
    let report = analyze(&config(vec![path]), &Silent).unwrap();
    let with = |scaling| {
        let settings = NoiseSettings {
            scaling,
            ..settings(&[2.0, 4.0])
        };
        noise_of_report(&report, &settings).unwrap()
    };
    let (unit, native) = (with(Scaling::UnitVariance), with(Scaling::Native));
    let (unit, native) = (&unit.studies[0], &native.studies[0]);
    for (unit, native) in unit.snr.iter().zip(&native.snr) {
        assert_near(
            "ratio",
            native / unit,
            report.results[0].scale.unwrap().powi(2),
            1e-9,
        );
    }
    assert!(native.tide[1].crossings[0] > unit.tide[1].crossings[0]);
    assert!(unit.scaling_note().contains("2.9") || unit.scaling_note().contains("3.0"));
}

#[test]
fn the_presets_levels_are_those_of_the_post() {
    let config = AnalysisConfig {
        inputs: vec![fixture("audio")],
        photos: vec![fixture("photos")],
        ..AnalysisConfig::preset(Preset::Post)
    };
    let report = analyze(&config, &Silent).unwrap();
    let noise = noise_of_report(&report, &NoiseSettings::preset(Preset::Post)).unwrap();
    let sigmas = |representation| -> Vec<f64> {
        study(&noise, representation)
            .tide
            .iter()
            .map(|l| l.sigma)
            .collect()
    };
    let photos = sigmas(Representation::Photo);
    assert_eq!(photos.len(), 7);
    assert_near("first", photos[0], 0.02, 1e-15);
    assert_near("last", photos[6], 50.0, 1e-12);
    let sound = sigmas(Representation::Waveform);
    assert_near("first", sound[0], 10.0, 1e-12);
    assert_near("last", sound[6], 1e5, 1e-8);
    let waveform = study(&noise, Representation::Waveform);
    // |X|^2 of 16-bit units: unit noise has power N.
    assert_eq!(waveform.raw_power, 44_100.0);
    assert_eq!(waveform.divisor, 1.0);
}

#[test]
fn bad_settings_name_their_flag() {
    let base = NoiseSettings::preset(Preset::Default);
    let with = |change: &dyn Fn(&mut NoiseSettings)| {
        let mut settings = base.clone();
        change(&mut settings);
        settings.check().unwrap_err().to_string()
    };
    for tau in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(with(&|s| s.tau = tau).contains("tau"));
    }
    for sigma in [-1.0, 0.0, f64::NAN, f64::INFINITY] {
        assert!(with(&|s| s.stills = Some([sigma, 4.0])).contains("sigma"));
        assert!(with(&|s| s.sigmas = SigmaGrid::List(vec![sigma, 2.0])).contains("sigmas"));
    }
    assert!(with(&|s| s.sigmas = SigmaGrid::List(vec![2.0, 1.0])).contains("increasing"));
    assert!(with(&|s| s.sigmas = SigmaGrid::Auto(1)).contains("frames"));
    assert!(with(&|s| s.n_times = 1).contains("times"));
    assert!(base.check().is_ok());
}

#[test]
fn constant_and_tiny_planes_are_stated_not_measured() {
    let folder = TempDir::new().unwrap();
    let constant = folder.path().join("constant.npy");
    write_npy(&constant, &Array3::<f64>::from_elem((2, 16, 16), 4.0)).unwrap();
    let error = noise(
        &config(vec![constant.clone()]),
        &settings(&[1.0, 2.0]),
        &Silent,
    );
    let error = error.unwrap_err().to_string();
    assert!(error.contains("constant"), "{error}");
    // Beside usable data, a constant array is a row with a reason.
    let (path, _) = fields(folder.path());
    let wide = folder.path().join("nan.npy");
    write_npy(&wide, &Array3::<f64>::from_elem((1, 32, 32), f64::NAN)).unwrap();
    let config = config(vec![path, wide]);
    let run = noise(&config, &settings(&[1.0, 2.0]), &Silent).unwrap();
    assert_eq!(run.report.summary.n_skipped, 1);
    assert_eq!(run.noise.studies[0].n_segments, 6);
    assert!(
        run.noise.studies[0].tide[0]
            .log_noisy
            .iter()
            .all(|p| p.is_finite())
    );
}

#[test]
fn noisy_clips_are_the_schedule_and_never_clip() {
    let path = fixture("audio/music/brahms.flac");
    let times = [0.0, 0.3, 0.9, 1.0];
    let listen = |times: &[f64], divisor| ListenConfig {
        channel: Channel::Mix,
        schedule: Schedule::FlowMatching,
        times: times.to_vec(),
        divisor,
        sample_rate: 22_050,
        seed: 4,
    };
    let clips = noisy_clips(&path, &listen(&times, 0.1)).unwrap();
    let clean = read_signal(&path, Channel::Mix).unwrap();
    assert_eq!(clean.sample_rate, 22_050);
    let noise = gauss(4, clean.samples.len());
    let gain = clips[0].gain;
    for (clip, t) in clips.iter().zip(times) {
        assert_eq!((clip.gain, clip.level.t), (gain, t));
        assert!(clip.signal.samples.iter().all(|x| x.abs() <= 0.9901));
        for i in (0..noise.len()).step_by(997) {
            let expected = gain * ((1.0 - t) * f64::from(clean.samples[i]) + t * 0.1 * noise[i]);
            assert_near("sample", f64::from(clip.signal.samples[i]), expected, 1e-7);
        }
    }
    // Loud enough to need it: four deviations of 0.5.
    let loud = noisy_clips(&path, &listen(&[1.0], 0.5)).unwrap();
    let samples = loud[0].signal.samples.iter();
    let peak = samples.fold(0.0_f32, |a, x| a.max(x.abs()));
    assert!(loud[0].gain < 0.6);
    assert_near("peak", f64::from(peak), 0.99, 1e-6);
    // A divisor found at a quarter of the clip's rate: the same density per Hz
    // is twice the deviation.
    let other = ListenConfig {
        sample_rate: 22_050 / 4,
        ..listen(&[1.0], 0.01)
    };
    let rate_ratio = 22_050.0 / f64::from(22_050_u32 / 4);
    let clip = &noisy_clips(&path, &other).unwrap()[0];
    let expected = 0.01 * f64::sqrt(rate_ratio) * noise[5];
    assert_near("density", f64::from(clip.signal.samples[5]), expected, 1e-8);
    for (t, schedule) in [(1.5, Schedule::FlowMatching), (0.0, Schedule::VpLinear)] {
        let bad = ListenConfig {
            schedule,
            ..listen(&[t], 0.1)
        };
        let error = noisy_clips(&path, &bad).unwrap_err();
        assert!(error.to_string().contains(schedule.name()), "{error}");
    }
}

#[test]
fn octave_smoothing_keeps_power_laws_and_moves_no_peak() {
    let f: Vec<f64> = (1..=2000).map(f64::from).collect();
    let law: Vec<f64> = f.iter().map(|f| -2.0 * f.ln()).collect();
    let smooth = octave_smoothed(&f, &law, 6.0, 1);
    // Inside, a band is even around its frequency on a log axis, nearly.
    for i in (100..1800).step_by(50) {
        assert_near("law", smooth[i], law[i], 0.01);
    }
    let naive = |i: usize| {
        let half = 2_f64.powf(1.0 / 12.0);
        let inside: Vec<f64> = f
            .iter()
            .zip(&law)
            .filter(|(g, _)| **g >= f[i] / half && **g <= f[i] * half)
            .map(|(_, v)| *v)
            .collect();
        inside.iter().sum::<f64>() / inside.len() as f64
    };
    for i in [0, 1, 5, 17, 400, 1999] {
        assert_near("naive", smooth[i], naive(i), 1e-12);
    }
    // Narrow bands take neighbours: 11 values, fewer at an end.
    let wide = octave_smoothed(&f, &law, 6.0, 11);
    let mean = |range: std::ops::Range<usize>| {
        let n = range.len() as f64;
        law[range].iter().sum::<f64>() / n
    };
    assert_near("first", wide[0], mean(0..6), 1e-12);
    assert_near("narrow", wide[20], mean(15..26), 1e-12);
    assert_near("wide", wide[400], smooth[400], 1e-12);
}

#[test]
fn suggested_schedules_take_equal_parts() {
    let config = AnalysisConfig {
        photos: vec![fixture("photos")],
        ..config(vec![fixture("audio")])
    };
    let report = analyze(&config, &Silent).unwrap();
    let settings = NoiseSettings::preset(Preset::Default);
    let noise = noise_of_report(&report, &settings).unwrap();
    for representation in [
        Representation::Waveform,
        Representation::LogMel,
        Representation::Photo,
    ] {
        let study = study(&noise, representation);
        let row = study.information.as_ref().unwrap();
        // Nearly all cells stand above the least noise; the segments' own means
        // are not among them.
        let total = row.density_per_cell[0];
        assert!((0.8..=1.0).contains(&total), "{representation}: {total}");
        let falling = |list: &[f64]| list.windows(2).all(|pair| pair[0] > pair[1]);
        assert!(falling(&row.nats_per_cell) && falling(&row.density_per_cell));
        // The profile is the integral of its density over ln sigma.
        let step = (row.sigma[1] / row.sigma[0]).ln();
        let trapezoid: f64 = row
            .density_per_cell
            .windows(2)
            .map(|pair| 0.5 * (pair[0] + pair[1]) * step)
            .sum();
        let lost = row.nats_per_cell[0] - row.nats_per_cell[100];
        assert_near("information lost", trapezoid, lost, 2e-3 * lost);
        let bandwidth = row.equal_bandwidth.as_ref().unwrap();
        for (left, sigma) in bandwidth.left.iter().zip(&bandwidth.sigma) {
            let band = band_share(&study.frequency, &study.snr, sigma * sigma);
            assert_near("band", band, *left, 1e-6);
            // Counted frequencies are a staircase around it.
            let t = sigma / (1.0 + sigma);
            let (share, _) = study.left_at(t, 1.0).unwrap();
            assert!(
                (share - left).abs() < 0.2,
                "{representation}: {share}, {left}"
            );
        }
        assert_eq!(bandwidth.sigma.len(), 101, "{representation}");
        let information = row.equal_information.as_ref().unwrap();
        assert_eq!(information.sigma.len(), 101);
        for steps in [bandwidth, information] {
            let rises = |pair: &[f64]| pair[1] > pair[0] && pair[1].ln() > pair[0].ln();
            assert!(steps.sigma.windows(2).all(rises), "{representation}");
            let ends = [steps.sigma[0], steps.sigma[steps.sigma.len() - 1]];
            assert_eq!(ends, row.sigma_range);
        }
        let extreme = |pick: fn(f64, f64) -> f64| study.snr.iter().copied().reduce(pick).unwrap();
        let [first, last] = row.sigma_range;
        assert_near("first", extreme(f64::min) / (first * first), 10.0, 1e-9);
        assert_near("last", extreme(f64::max) / (last * last), 0.1, 1e-9);
    }
    // The tide's levels have no part in it.
    let other = noise_of_report(&report, &self::settings(&[0.3, 0.5])).unwrap();
    for (a, b) in noise.studies.iter().zip(&other.studies) {
        assert_eq!(a.information, b.information, "{}", a.representation);
    }
    let json = serde_json::to_value(&noise.studies[0].information).unwrap();
    assert_eq!(json["approximation"], "gaussian");
}

/// Stripes: all power of a ring lies in a few of its cells.
#[test]
fn information_of_planes_is_that_of_their_cells() {
    let folder = TempDir::new().unwrap();
    let (side, n) = (24, 40);
    let stack = Array4::from_shape_fn((n, 1, side, side), |(i, _, y, x)| {
        let wave = |seed: u64, at: usize| coloured_noise(seed, side, 1.0)[at];
        wave(i as u64, y) + 0.02 * wave((1000 + i * side + y) as u64, x)
    });
    let path = folder.path().join("stripes.npy");
    write_npy(&path, &stack).unwrap();
    let run = noise(&config(vec![path]), &settings(&[0.1, 1.0]), &Silent).unwrap();
    let measured = study(&run.noise, Representation::Array);
    let row = measured.information.as_ref().unwrap();
    assert_eq!(row.cells, InformationCells::Each);
    assert_eq!(row.n_cells, (side * side - 1) as f64);
    let direct = mean_cell_powers(&stack, measured.divisor);
    let nats = |sigma: f64| -> f64 {
        let terms = direct.iter().map(|p| (p / (sigma * sigma)).ln_1p());
        0.5 * terms.sum::<f64>() / direct.len() as f64
    };
    for (sigma, got) in row.sigma.iter().zip(&row.nats_per_cell) {
        assert_near(
            "nats per cell",
            *got,
            nats(*sigma),
            1e-9 * (1.0 + nats(*sigma)),
        );
    }
    let expected = noise_of_report(&run.report, &settings(&[0.1, 1.0])).unwrap();
    let rings = study(&expected, Representation::Array);
    let rings = rings.information.as_ref().unwrap();
    assert_eq!(
        (rings.cells, rings.n_cells),
        (InformationCells::Rings, row.n_cells)
    );
    assert_eq!(rings.sigma, row.sigma);
    let excess = rings.nats_per_cell[50] / row.nats_per_cell[50];
    println!("rings over cells at the middle level: {excess:.3}");
    assert!(excess > 1.3, "{excess}");
}

/// |F|^2 / (M N) of all cells but DC, averaged over planes, by the definition.
fn mean_cell_powers(stack: &Array4<f64>, divisor: f64) -> Vec<f64> {
    let (n, _, rows, cols) = stack.dim();
    let turn =
        |k: usize, at: usize, n: usize| std::f64::consts::TAU * (k * at % n) as f64 / n as f64;
    let mut power = vec![0.0; rows * cols];
    for plane in stack.outer_iter() {
        let plane = plane.index_axis(ndarray::Axis(0), 0);
        // Along rows first.
        let lines = Array3::from_shape_fn((rows, cols, 2), |(y, kx, part)| {
            let line = plane.row(y);
            let terms = line.iter().enumerate().map(|(x, value)| match part {
                0 => value * turn(kx, x, cols).cos(),
                _ => -value * turn(kx, x, cols).sin(),
            });
            terms.sum::<f64>()
        });
        for (cell, sum) in power.iter_mut().enumerate() {
            let (ky, kx) = (cell / cols, cell % cols);
            let (mut re, mut im) = (0.0, 0.0);
            for y in 0..rows {
                let (sin, cos) = turn(ky, y, rows).sin_cos();
                let (a, b) = (lines[[y, kx, 0]], lines[[y, kx, 1]]);
                re += a * cos + b * sin;
                im += b * cos - a * sin;
            }
            *sum += (re * re + im * im) / (rows * cols * n) as f64 / (divisor * divisor);
        }
    }
    power[1..].to_vec()
}

#[test]
fn cosine_transforms_have_the_cells_of_their_planes() {
    let config = AnalysisConfig {
        representations: vec![Representation::LogMel, Representation::Cepstrum2d],
        ..config(vec![fixture("audio")])
    };
    let run = noise(&config, &settings(&[0.1, 1.0]), &Silent).unwrap();
    let expected = noise_of_report(&run.report, &settings(&[0.1, 1.0])).unwrap();
    for noise in [&run.noise, &expected] {
        for representation in config.representations.iter() {
            let row = study(noise, *representation).information.as_ref().unwrap();
            // 128 bands by 87 frames, without DC.
            assert_eq!(row.n_cells, 11_135.0, "{representation}");
        }
    }
    let [cells, rings] = [&run.noise, &expected].map(|noise| {
        let row = study(noise, Representation::LogMel).information.as_ref();
        row.unwrap().nats_per_cell[50]
    });
    println!("log-mel, nats per cell at the middle level: rings {rings:.4}, cells {cells:.4}");
    assert!(rings > 1.1 * cells);
}
