//! One-dimensional spectra, STFT, mel and log-mel RAPSD against the golden
//! files.

use crate::support;
use crate::support::golden::{self, Precision, Tolerance, compare};
use cepstrum::compare::{FitRange, FitSpacing, monotonicity, power_law};
use cepstrum::data::{Real, Signal, Unit};
use cepstrum::planar::{Radius, Rapsd};
use cepstrum::spectral::{
    LogMel, LogMelConfig, LogScale, MelConfig, MelFilterbank, MelNorm, MelScale, Periodogram,
    Reference, Stft, StftConfig, power_to_db,
};
use cepstrum::synth::{am_tone, chirp, coloured_noise, gauss};
use ndarray::Array2;

const RATE: u32 = 22050;

/// A number type, with the tolerance that it is held to.
trait Tested: Real {
    const PRECISION: Precision;
}
impl Tested for f32 {
    const PRECISION: Precision = Precision::F32;
}
impl Tested for f64 {
    const PRECISION: Precision = Precision::F64;
}

fn cast<T: Real>(values: &[f64]) -> Vec<T> {
    values.iter().map(|&x| T::of(x)).collect()
}

fn scaled(values: Vec<f64>, factor: f64) -> Vec<f64> {
    values.iter().map(|x| factor * x).collect()
}

fn mix() -> Vec<f64> {
    let chirp = chirp(11025, 22050.0, 50.0, 9000.0, 0.5);
    let tone = am_tone(11025, 22050.0, 440.0, 4.0, 0.5, 0.4);
    let noise = gauss(44, 11025);
    (0..11025)
        .map(|i| chirp[i] + tone[i] + 0.01 * noise[i])
        .collect()
}

fn power1d<T: Real>(x: &[f64]) -> Vec<f64> {
    let mut plan = Periodogram::<T>::new(x.len()).unwrap();
    let mut power = vec![0.0; plan.n_bins()];
    plan.process(&cast(x), &mut power).unwrap();
    power
}

#[test]
fn inputs_are_the_golden_ones() {
    let scalars = golden::scalars();
    for (key, x) in [
        ("chirp", chirp(11025, 22050.0, 50.0, 9000.0, 0.5)),
        ("am", am_tone(11025, 22050.0, 440.0, 4.0, 0.5, 0.4)),
        ("white", scaled(gauss(41, 11025), 0.1)),
        ("pink", scaled(coloured_noise(42, 11025, 1.0), 0.1)),
        ("mix", mix()),
    ] {
        let expected = golden::list(&scalars, &format!("sound.{key}.input.first8"));
        compare(key, Tolerance::Linear, Precision::F64, &x[..8], &expected);
        let sumsq: f64 = x.iter().map(|x| x * x).sum();
        let expected = golden::scalar(&scalars, &format!("sound.{key}.input.sumsq"));
        support::assert_near(key, sumsq, expected, 1e-9 * expected);
    }
}

#[test]
fn periodograms() {
    for (name, x) in [
        ("pink", scaled(coloured_noise(42, 11025, 1.0), 0.1)),
        ("mix", mix()),
        ("prime1009", scaled(gauss(45, 1009), 0.1)),
        ("pow1024", scaled(gauss(46, 1024), 0.1)),
    ] {
        let name = format!("sound/{name}.power1d.npy");
        let Some(expected) = golden::values("periodograms", &name) else {
            continue;
        };
        let tolerance = Tolerance::Power1d;
        compare(
            &name,
            tolerance,
            Precision::F64,
            &power1d::<f64>(&x),
            &expected,
        );
        compare(
            &name,
            tolerance,
            Precision::F32,
            &power1d::<f32>(&x),
            &expected,
        );
    }
}

/// Fit and monotonicity of the 1D spectra; frequencies in cycles per sample,
/// every bin weighs the same.
#[test]
fn statistics_of_periodograms() {
    let scalars = golden::scalars();
    for (key, x) in [
        ("sound.chirp", chirp(11025, 22050.0, 50.0, 9000.0, 0.5)),
        ("sound.white", scaled(gauss(41, 11025), 0.1)),
        ("sound.pink", scaled(coloured_noise(42, 11025, 1.0), 0.1)),
        ("sound.pow1024", scaled(gauss(46, 1024), 0.1)),
    ] {
        let power = power1d::<f64>(&x);
        let frequency: Vec<f64> = (1..=power.len())
            .map(|k| k as f64 / x.len() as f64)
            .collect();
        let log_power: Vec<f64> = power.iter().map(|p| p.ln()).collect();
        let law = power_law(
            &frequency,
            &log_power,
            FitRange::default(),
            FitSpacing::EvenLog(1000),
        )
        .unwrap();
        let expected = |what: &str| golden::scalar(&scalars, &format!("{key}.{what}"));
        compare(
            &format!("{key}.fit1d"),
            Tolerance::Scalar,
            Precision::F64,
            &[law.alpha, law.log_amplitude.exp(), law.rms_decades],
            &[
                expected("fit1d.alpha"),
                expected("fit1d.C"),
                expected("fit1d.rms_dex"),
            ],
        );
        let mono = monotonicity(&frequency, &log_power, &vec![1.0; power.len()]).unwrap();
        compare(
            &format!("{key}.mono1d"),
            Tolerance::Scalar,
            Precision::F64,
            &[
                mono.spearman.unwrap(),
                mono.pair_violation,
                mono.adjacent_violation,
                mono.iso_unexplained.unwrap(),
                mono.energy_uncovered,
            ],
            &[
                expected("mono1d.spearman"),
                expected("mono1d.pair_violation"),
                expected("mono1d.adjacent_violation"),
                expected("mono1d.iso_unexplained"),
                expected("mono1d.energy_uncovered"),
            ],
        );
    }
}

/// [re, im] as [2, bin, frame].
fn stft_parts<T: Real>(x: &[f64], config: StftConfig) -> Vec<f64> {
    let n_frames = config.n_frames(x.len());
    let mut stft = Stft::<T>::new(config).unwrap();
    let n_bins = stft.n_bins();
    let mut parts = vec![0.0; 2 * n_bins * n_frames];
    stft.for_each_frame(&cast(x), |t, spectrum| {
        for (bin, value) in spectrum.iter().enumerate() {
            parts[bin * n_frames + t] = value.re.into();
            parts[(n_bins + bin) * n_frames + t] = value.im.into();
        }
    });
    parts
}

#[test]
fn stft() {
    let Some(expected) = golden::values("stft", "sound/mix.stft_1024_512.npy") else {
        return;
    };
    let config = StftConfig::new(1024, 512);
    let name = "sound/mix.stft";
    let exact = stft_parts::<f64>(&mix(), config.clone());
    compare(name, Tolerance::Linear, Precision::F64, &exact, &expected);
    let fast = stft_parts::<f32>(&mix(), config);
    compare(name, Tolerance::Linear, Precision::F32, &fast, &expected);
}

fn spectrogram_db<T: Real>(x: &[f64]) -> Vec<f64> {
    let config = StftConfig::new(1024, 512);
    let n_frames = config.n_frames(x.len());
    let mut stft = Stft::<T>::new(config).unwrap();
    let mut power = vec![T::of(0.0); stft.n_bins() * n_frames];
    stft.for_each_frame(&cast(x), |t, spectrum| {
        for (bin, value) in spectrum.iter().enumerate() {
            power[bin * n_frames + t] = value.norm_sqr();
        }
    });
    power_to_db(&mut power, Reference::Max, Some(80.0));
    power.iter().map(|&x| x.into()).collect()
}

fn compare_spectrogram(name: &str, x: &[f64]) {
    let Some(expected) = golden::values("spectrogram", name) else {
        return;
    };
    let tolerance = Tolerance::Db;
    compare(
        name,
        tolerance,
        Precision::F64,
        &spectrogram_db::<f64>(x),
        &expected,
    );
    compare(
        name,
        tolerance,
        Precision::F32,
        &spectrogram_db::<f32>(x),
        &expected,
    );
}

#[test]
fn spectrogram_in_decibels() {
    compare_spectrogram("sound/mix.spectrogram_db.npy", &mix());
}

fn log_mel_config(scale: MelScale, norm: MelNorm, n_mels: usize) -> LogMelConfig {
    let mut config = LogMelConfig::new(RATE);
    config.mel.scale = scale;
    config.mel.norm = norm;
    config.mel.n_mels = n_mels;
    config
}

/// Log-mel values as [band, frame].
fn log_mel<T: Real>(x: &[f64], config: &LogMelConfig) -> Array2<f64> {
    let mut plan = LogMel::<T>::new(config).unwrap();
    let (n_frames, n_mels) = (plan.n_frames(x.len()), plan.n_mels());
    let mut values = vec![T::of(0.0); n_frames * n_mels];
    plan.process(&cast(x), &mut values).unwrap();
    Array2::from_shape_fn((n_mels, n_frames), |(b, t)| values[t * n_mels + b].into())
}

fn compare_log_mel<T: Tested>(name: &str, x: &[f64], config: &LogMelConfig, tolerance: Tolerance) {
    if let Some(expected) = golden::values("log-mel", name) {
        let got: Vec<f64> = log_mel::<T>(x, config).into_iter().collect();
        compare(name, tolerance, T::PRECISION, &got, &expected);
    }
}

#[test]
fn log_mel_spectrograms() {
    use MelScale::{Htk, Slaney};
    for (name, config) in [
        ("slaney", log_mel_config(Slaney, MelNorm::Slaney, 128)),
        ("htk", log_mel_config(Htk, MelNorm::Slaney, 128)),
        ("slaney_nonorm", log_mel_config(Slaney, MelNorm::None, 128)),
        ("htk_nonorm", log_mel_config(Htk, MelNorm::None, 128)),
        ("slaney80", log_mel_config(Slaney, MelNorm::Slaney, 80)),
    ] {
        let name = format!("sound/mix.logmel_db.{name}.npy");
        compare_log_mel::<f64>(&name, &mix(), &config, Tolerance::Db);
        compare_log_mel::<f32>(&name, &mix(), &config, Tolerance::Db);
    }
    let mut natural = LogMelConfig::new(RATE);
    natural.log = LogScale::Natural { floor: 1e-5 };
    let name = "sound/mix.logmel_ln1e-5.npy";
    compare_log_mel::<f64>(name, &mix(), &natural, Tolerance::Log);
    compare_log_mel::<f32>(name, &mix(), &natural, Tolerance::Log);
}

/// RAPSD of a [band, frame] plane, through the transposed plane as the
/// analysis does it.
fn transposed_rapsd<T: Real>(plane: &Array2<f64>) -> Vec<f64> {
    let (n_mels, n_frames) = plane.dim();
    let values: Vec<T> = plane.t().iter().map(|&x| T::of(x)).collect();
    let mut plan = Rapsd::<T>::new(n_frames, n_mels, Radius::Index).unwrap();
    let mut power = vec![0.0; plan.table().n_rings()];
    plan.process(&values, &mut power).unwrap();
    power
}

fn compare_mel_rapsd<T: Tested>(name: &str, x: &[f64], first: usize) {
    if let Some(expected) = golden::values("mel rapsd", name) {
        let got = transposed_rapsd::<T>(&log_mel::<T>(x, &LogMelConfig::new(RATE)));
        compare(
            name,
            Tolerance::Power,
            T::PRECISION,
            &got[first..],
            &expected[first..],
        );
    }
}

#[test]
fn log_mel_rapsd_and_its_fit() {
    let name = "sound/mix.melrapsd.P.npy";
    compare_mel_rapsd::<f64>(name, &mix(), 0);
    compare_mel_rapsd::<f32>(name, &mix(), 1);
    let power = transposed_rapsd::<f32>(&log_mel::<f32>(&mix(), &LogMelConfig::new(RATE)));
    let frequency: Vec<f64> = (0..64).map(|r| f64::from(r) / 128.0).collect();
    let log_power: Vec<f64> = power.iter().map(|p| p.ln()).collect();
    let law = power_law(
        &frequency,
        &log_power,
        FitRange::default(),
        FitSpacing::EvenLog(1000),
    )
    .unwrap();
    let scalars = golden::scalars();
    compare(
        "sound.mix.melrapsd.fit",
        Tolerance::Scalar,
        Precision::F32,
        &[law.alpha, law.r_squared.unwrap()],
        &[
            golden::scalar(&scalars, "sound.mix.melrapsd.fit.alpha"),
            golden::scalar(&scalars, "sound.mix.melrapsd.fit.r2"),
        ],
    );
}

#[test]
fn mel_filters_are_librosas() {
    for (name, scale, norm) in [
        ("slaney", MelScale::Slaney, MelNorm::Slaney),
        ("htk_nonorm", MelScale::Htk, MelNorm::None),
    ] {
        let name = format!("mel/filterbank_16000_512_40_{name}.npy");
        let Some(expected) = golden::values("mel", &name) else {
            continue;
        };
        let config = MelConfig {
            n_mels: 40,
            scale,
            norm,
            ..MelConfig::new(16000, 512)
        };
        let bank = MelFilterbank::<f64>::new(config).unwrap();
        let got: Vec<f64> = (0..40).flat_map(|band| bank.band_weights(band)).collect();
        compare(&name, Tolerance::Filter, Precision::F64, &got, &expected);
    }
    let scalars = golden::scalars();
    for (key, scale, norm, n_mels) in [
        ("slaney", MelScale::Slaney, MelNorm::Slaney, 128),
        ("htk", MelScale::Htk, MelNorm::Slaney, 128),
        ("slaney_nonorm", MelScale::Slaney, MelNorm::None, 128),
        ("htk_nonorm", MelScale::Htk, MelNorm::None, 128),
        ("slaney80", MelScale::Slaney, MelNorm::Slaney, 80),
    ] {
        let config = MelConfig {
            n_mels,
            scale,
            norm,
            ..MelConfig::new(RATE, 2048)
        };
        let bank = MelFilterbank::<f64>::new(config).unwrap();
        let rows: Vec<Vec<f64>> = (0..n_mels).map(|band| bank.band_weights(band)).collect();
        let extent = |row: &Vec<f64>| {
            let first = row.iter().position(|w| *w != 0.0).unwrap();
            let last = row.iter().rposition(|w| *w != 0.0).unwrap();
            [first, last]
        };
        let extents: Vec<[usize; 2]> = rows.iter().map(extent).collect();
        assert_eq!(
            serde_json::json!(extents),
            scalars[format!("mel.{key}.first_last_nonzero_bin")]["value"],
            "{key}"
        );
        let sums: Vec<f64> = rows.iter().map(|row| row.iter().sum()).collect();
        let peaks: Vec<f64> = rows
            .iter()
            .map(|row| row.iter().copied().fold(0.0, f64::max))
            .collect();
        for (what, got) in [("row_sums", sums), ("row_max", peaks)] {
            let key = format!("mel.{key}.{what}");
            let expected = golden::list(&scalars, &key);
            compare(&key, Tolerance::Filter, Precision::F64, &got, &expected);
        }
    }
}

#[test]
fn mel_scales() {
    let scalars = golden::scalars();
    let hz = golden::list(&scalars, "mel.scale.hz");
    for (key, scale) in [("slaney", MelScale::Slaney), ("htk", MelScale::Htk)] {
        let expected = golden::list(&scalars, &format!("mel.scale.{key}"));
        for (&hz, expected) in hz.iter().zip(expected) {
            let mel = scale.mel(hz);
            support::assert_near(key, mel, expected, 1e-12 * expected.max(1.0));
            support::assert_near(key, scale.hz(mel), hz, 1e-9 * hz.max(1.0));
        }
    }
}

/// The published clips, as 16-bit integers.
fn published_clip(test: &str, clip: usize) -> Option<Vec<f64>> {
    let path = support::shared(test, &format!("reference/audio/audio_clip{clip}.wav"))?;
    let mut reader = hound::WavReader::open(path).unwrap();
    assert_eq!(reader.spec().sample_rate, RATE);
    Some(
        reader
            .samples::<i16>()
            .map(|x| f64::from(x.unwrap()))
            .collect(),
    )
}

#[test]
fn published_clips() {
    for clip in 1..=4 {
        let Some(x) = published_clip("published clips", clip) else {
            continue;
        };
        assert_eq!(x.len(), 44100);
        let name = format!("blog/clip{clip}.melrapsd.P.npy");
        compare_mel_rapsd::<f64>(&name, &x, 0);
        compare_mel_rapsd::<f32>(&name, &x, 1);
    }
    let Some(x) = published_clip("published clip 1", 1) else {
        return;
    };
    compare_spectrogram("blog/clip1.spectrogram_db.npy", &x);
    let config = LogMelConfig::new(RATE);
    let name = "blog/clip1.logmel_db.npy";
    compare_log_mel::<f64>(name, &x, &config, Tolerance::Db);
    compare_log_mel::<f32>(name, &x, &config, Tolerance::Db);
    let mut natural = config;
    natural.log = LogScale::Natural { floor: 1e-5 };
    let unit: Vec<f64> = x.iter().map(|x| x / 32768.0).collect();
    let name = "blog/clip1.logmel_ln1e-5_unit.npy";
    compare_log_mel::<f64>(name, &unit, &natural, Tolerance::Log);
    compare_log_mel::<f32>(name, &unit, &natural, Tolerance::Log);
    if let Some(expected) = golden::values("power1d", "blog/clip1.power1d.npy") {
        let name = "blog/clip1.power1d";
        let tolerance = Tolerance::Power1d;
        compare(
            name,
            tolerance,
            Precision::F64,
            &power1d::<f64>(&x),
            &expected,
        );
        compare(
            name,
            tolerance,
            Precision::F32,
            &power1d::<f32>(&x),
            &expected,
        );
    }
}

#[test]
fn published_means() {
    let clips: Option<Vec<Vec<f64>>> = (1..=4)
        .map(|clip| published_clip("published means", clip))
        .collect();
    let Some(clips) = clips else { return };
    let mean_log = |spectra: Vec<Vec<f64>>| -> Vec<f64> {
        (0..spectra[0].len())
            .map(|i| {
                let sum: f64 = spectra.iter().map(|power| power[i].ln()).sum();
                (sum / spectra.len() as f64).exp()
            })
            .collect()
    };
    if let Some(expected) = golden::values("means", "blog/mean_log_power1d_4clips.npy") {
        let got = mean_log(clips.iter().map(|x| power1d::<f64>(x)).collect());
        let name = "blog/mean_log_power1d_4clips";
        compare(name, Tolerance::Power1d, Precision::F64, &got, &expected);
    }
    if let Some(expected) = golden::values("means", "blog/mean_log_melrapsd_4clips.P.npy") {
        let config = LogMelConfig::new(RATE);
        let spectra = clips
            .iter()
            .map(|x| transposed_rapsd::<f64>(&log_mel::<f64>(x, &config)))
            .collect();
        let got = mean_log(spectra);
        let name = "blog/mean_log_melrapsd_4clips";
        compare(name, Tolerance::Power, Precision::F64, &got[1..], &expected);
    }
}

#[test]
fn planes_carry_their_axes() {
    let signal = Signal {
        samples: mix().iter().map(|&x| x as f32).collect(),
        sample_rate: RATE,
    };
    let mut plan = LogMel::<f64>::new(&LogMelConfig::new(RATE)).unwrap();
    let plane = plan.plane(&signal).unwrap();
    assert_eq!(plane.values.dim(), (128, 22));
    assert_eq!(
        (plane.rows.unit(), plane.cols.unit()),
        (Unit::Hertz, Unit::Second)
    );
    let (rows, cols) = (plane.rows.values(), plane.cols.values());
    assert_eq!((rows.len(), cols.len()), (128, 22));
    // Band centres are even on the mel scale: 130 points from 0 to Nyquist.
    let top = MelScale::Slaney.mel(11025.0);
    for (band, hz) in rows.iter().enumerate() {
        let mel = top * (band + 1) as f64 / 129.0;
        support::assert_near("centre", MelScale::Slaney.mel(*hz), mel, 1e-9);
    }
    support::assert_near("time", cols[21], 21.0 * 512.0 / 22050.0, 1e-12);
    let expected = log_mel::<f64>(&mix(), &LogMelConfig::new(RATE));
    support::assert_near("a cell", plane.values[[64, 11]], expected[[64, 11]], 1e-3);
}
