//! Cosine transforms, cepstra, centred spectra, slices and noise pairs against
//! the golden files.

use crate::support;
use crate::support::golden::{self, Precision, Tolerance, compare};
use cepstrum::compare::{MeanSpectrum, SpectrumSums};
use cepstrum::data::{Axis, CrossPower, CrossSpectrum, Plane, Real, Unit};
use cepstrum::planar::{
    CentredSpectrum, CepstralPower, Dct2, DctRapsd, Radius, Rapsd, centred_spectrum, cepstrum_2d,
    directional_slice, mean_cepstral_power, slices,
};
use cepstrum::spectral::{LogMel, LogMelConfig};
use cepstrum::synth::gauss;
use ndarray::Array2;
use std::f64::consts::{PI, TAU};

const RATE: u32 = 22_050;

/// A precision under test.
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

fn plane(values: Array2<f64>, row_unit: Unit) -> Plane {
    let (n_rows, n_cols) = values.dim();
    let axis = |unit, len| Axis::Uniform {
        unit,
        start: 0.0,
        step: 1.0,
        len,
    };
    Plane {
        values,
        rows: axis(row_unit, n_rows),
        cols: axis(Unit::Pixel, n_cols),
    }
}

/// A golden array of two dimensions.
fn array2(name: &str) -> Option<Array2<f64>> {
    let array = golden::array("spectra2d", name)?;
    Some(array.into_dimensionality().unwrap())
}

/// Compares the shapes, then the values.
fn compare_arrays(name: &str, tolerance: Tolerance, got: &Array2<f64>, expected: &Array2<f64>) {
    assert_eq!(got.dim(), expected.dim(), "{name}");
    let got: Vec<f64> = got.iter().copied().collect();
    let expected: Vec<f64> = expected.iter().copied().collect();
    compare(name, tolerance, Precision::F64, &got, &expected);
}

fn compare_dct2<T: Tested>(name: &str, values: &[f64], expected: &Array2<f64>) {
    let (m, n) = expected.dim();
    let mut got = vec![T::of(f64::NAN); m * n];
    let mut plan = Dct2::<T>::new(m, n).unwrap();
    plan.forward(&cast(values), &mut got).unwrap();
    let got: Vec<f64> = got.iter().map(|&x| x.into()).collect();
    let expected: Vec<f64> = expected.iter().copied().collect();
    compare(name, Tolerance::Linear, T::PRECISION, &got, &expected);
}

fn compare_dct_rapsd<T: Tested>(name: &str, values: &Array2<f64>) {
    let Some(expected) = golden::values("dct rapsd", name) else {
        return;
    };
    let (m, n) = values.dim();
    let values: Vec<T> = values.iter().map(|&x| T::of(x)).collect();
    let mut plan = DctRapsd::<T>::new(m, n, Radius::Index).unwrap();
    let mut power = vec![f64::NAN; plan.n_rings()];
    plan.process(&values, &mut power).unwrap();
    assert_eq!(power.len(), expected.len(), "{name}");
    // In f32 the mean of the input itself is off.
    let first = usize::from(T::PRECISION == Precision::F32);
    compare(
        name,
        Tolerance::Power,
        T::PRECISION,
        &power[first..],
        &expected[first..],
    );
}

#[test]
fn cosine_transforms_of_noise() {
    for (seed, m, n) in [(1015, 16, 16), (1014, 15, 17), (1013, 9, 12)] {
        let x = gauss(seed, m * n);
        let name = format!("cepstrum/noise_{m}x{n}.dct2.npy");
        let Some(expected) = array2(&name) else {
            continue;
        };
        assert_eq!(expected.dim(), (m, n));
        compare_dct2::<f64>(&name, &x, &expected);
        compare_dct2::<f32>(&name, &x, &expected);
        let x = Array2::from_shape_vec((m, n), x).unwrap();
        let got = cepstrum_2d(&plane(x.clone(), Unit::Pixel)).unwrap();
        compare_arrays(&name, Tolerance::Linear, &got.values, &expected);
        let name = format!("cepstrum/noise_{m}x{n}.dct_rapsd.npy");
        compare_dct_rapsd::<f64>(&name, &x);
        compare_dct_rapsd::<f32>(&name, &x);
    }
}

/// Samples of a published clip, in int16 units.
fn published_clip(clip: usize) -> Option<Vec<f64>> {
    let path = support::shared("cepstra", &format!("reference/audio/audio_clip{clip}.wav"))?;
    let mut reader = hound::WavReader::open(path).unwrap();
    assert_eq!(reader.spec().sample_rate, RATE);
    let samples = reader.samples::<i16>().map(|x| f64::from(x.unwrap()));
    Some(samples.collect())
}

/// Log-mel values as [band, frame].
fn log_mel<T: Real>(x: &[f64]) -> Array2<f64> {
    let mut plan = LogMel::<T>::new(&LogMelConfig::new(RATE)).unwrap();
    let (n_frames, n_mels) = (plan.n_frames(x.len()), plan.n_mels());
    let mut values = vec![T::of(0.0); n_frames * n_mels];
    plan.process(&cast(x), &mut values).unwrap();
    Array2::from_shape_fn((n_mels, n_frames), |(b, t)| values[t * n_mels + b].into())
}

#[test]
fn cepstra_of_published_clips() {
    for clip in 1..=4 {
        let Some(x) = published_clip(clip) else {
            continue;
        };
        let name = format!("blog/clip{clip}.dct_rapsd.P.npy");
        compare_dct_rapsd::<f64>(&name, &log_mel::<f64>(&x));
        compare_dct_rapsd::<f32>(&name, &log_mel::<f32>(&x));
        let name = format!("blog/clip{clip}.cepstrum2d.npy");
        if clip == 1
            && let Some(expected) = array2(&name)
        {
            let got = cepstrum_2d(&plane(log_mel::<f64>(&x), Unit::MelBand)).unwrap();
            compare_arrays(&name, Tolerance::Db, &got.values, &expected);
        }
    }
}

#[test]
fn cepstra_of_a_log_mel_plane() {
    let Some(values) = array2("sound/mix.logmel_db.slaney.npy") else {
        return;
    };
    let log_mel = plane(values.clone(), Unit::MelBand);
    let name = "sound/mix.cepstrum2d.npy";
    if let Some(expected) = array2(name) {
        let got = cepstrum_2d(&log_mel).unwrap();
        compare_arrays(name, Tolerance::Db, &got.values, &expected);
        assert_eq!(got.rows.unit(), Unit::CyclePerBand);
        assert_eq!(got.rows.values()[127], 127.0 / 256.0);
        assert_eq!(got.cols.unit(), Unit::CyclePerSample);
        assert_eq!(got.cols.values()[21], 21.0 / 44.0);
    }
    compare_dct_rapsd::<f64>("sound/mix.dct_rapsd.P.npy", &values);
    compare_dct_rapsd::<f32>("sound/mix.dct_rapsd.P.npy", &values);
    let name = "sound/mix.cep1d_power.npy";
    if let Some(expected) = golden::values("cepstral power", name) {
        let got = mean_cepstral_power(&log_mel).unwrap();
        compare(
            name,
            Tolerance::Power,
            Precision::F64,
            &got.power,
            &expected,
        );
        let frames: Vec<f32> = values.t().iter().map(|&x| x as f32).collect();
        let mut power = vec![f64::NAN; 128];
        let mut plan = CepstralPower::<f32>::new(128).unwrap();
        plan.process(&frames, &mut power).unwrap();
        compare(
            name,
            Tolerance::Power,
            Precision::F32,
            &power[1..],
            &expected[1..],
        );
        assert_eq!(got.frequency.unit(), Unit::CyclePerBand);
        assert_eq!(got.frequency.values()[127], 127.0 / 256.0);
        assert_eq!(got.dof, [22; 128]);
    }
}

fn compare_centred(name: &str, got: &CentredSpectrum) {
    let file = |kind: &str| array2(&format!("{name}.{kind}.npy")).unwrap();
    let power = file("power");
    compare_arrays(
        &format!("{name}.power"),
        Tolerance::Power,
        &got.power.values,
        &power,
    );
    let max = power.iter().fold(0.0, |m: f64, p| m.max(*p));
    // |F| > 1e-9 max |F|; below, logarithm and phase are those of rounding.
    let firm = |of: &Array2<f64>| -> Vec<f64> {
        let cells = of.iter().zip(&power).filter(|(_, p)| **p > 1e-18 * max);
        cells.map(|(x, _)| *x).collect()
    };
    let expected = firm(&file("logmag"));
    assert!(expected.len() > power.len() * 9 / 10);
    compare(
        &format!("{name}.logmag"),
        Tolerance::Log,
        Precision::F64,
        &firm(&got.log_magnitude.values),
        &expected,
    );
    let (phase, expected) = (firm(&got.phase.values), firm(&file("phase")));
    let worst = phase
        .iter()
        .zip(&expected)
        .map(|(got, expected)| {
            assert!(*got > -PI && *got <= PI, "{name}: {got}");
            let turned = (got - expected).abs();
            turned.min(TAU - turned)
        })
        .fold(0.0, f64::max);
    println!("golden Phase F64 {:.2e} {name}.phase", worst / 1e-6);
    assert!(worst < 1e-6, "{name}.phase: off by {worst}");
}

#[test]
fn centred_spectra() {
    for name in ["s31_16x16", "s32_15x17", "s33_9x12"] {
        let name = format!("spectrum/{name}");
        if let Some(x) = array2(&format!("{name}.x.npy")) {
            let got = centred_spectrum(&plane(x, Unit::Pixel)).unwrap();
            compare_centred(&name, &got);
        }
    }
}

#[test]
fn directional_slices() {
    let Some(x) = array2("slice/s34_64x64.x.npy") else {
        return;
    };
    let power = centred_spectrum(&plane(x, Unit::Pixel)).unwrap().power;
    let check = |name: &str, power: &Plane, degrees: f64| {
        let expected = golden::values("slice", name).unwrap();
        let got = directional_slice(power, degrees.to_radians(), 100, Radius::Index).unwrap();
        assert_eq!(got.power.len(), expected.len(), "{name}");
        // The centre of a field without DC is rounding noise.
        compare(
            name,
            Tolerance::Power,
            Precision::F64,
            &got.power[1..],
            &expected[1..],
        );
    };
    for degrees in [0, 6, 24, 45, 90, 123, 180, 354] {
        let name = format!("slice/s34_64x64.deg{degrees:03}.npy");
        check(&name, &power, f64::from(degrees));
    }
    // The published film shows the line at 24 degrees with this curve.
    let published = "slice/s34_64x64.deg024_transposed.npy";
    check(published, &power, 90.0 - 24.0);
    let name = "slice/s34_64x64.mean_over_360.npy";
    let expected = golden::values("slice", name).unwrap();
    let got = slices(&power, 360, 100, Radius::Frequency).unwrap().mean();
    assert_eq!(got.len(), expected.len());
    compare(
        name,
        Tolerance::Power,
        Precision::F64,
        &got[1..],
        &expected[1..],
    );
    let x = array2("slice/s35_33x48.x.npy").unwrap();
    let power = centred_spectrum(&plane(x, Unit::Pixel)).unwrap().power;
    check("slice/s35_33x48.deg037.npy", &power, 37.0);
}

/// Green channels in [-1, 1], 256 x 256.
fn photos() -> Option<Vec<Vec<f64>>> {
    [
        "china",
        "flower",
        "astronaut",
        "coffee",
        "chelsea",
        "rocket",
    ]
    .iter()
    .map(|name| {
        let (shape, bytes) = golden::bytes("photos", &format!("photos/{name}.green_u8.npy"))?;
        assert_eq!(shape, [256, 256]);
        Some(bytes.iter().map(|&g| f64::from(g) / 127.5 - 1.0).collect())
    })
    .collect()
}

fn noise_pairs<T: Real>(photos: &[Vec<f64>]) -> Vec<CrossSpectrum> {
    let rapsd = Rapsd::<T>::new(256, 256, Radius::Index).unwrap();
    let mut plan = CrossPower::new(Box::new(rapsd));
    let pairs = photos.iter().zip(100..).map(|(photo, seed)| {
        let mut spectrum = CrossSpectrum::new(128);
        plan.set_noise(&cast::<T>(&gauss(seed, 65536))).unwrap();
        plan.set_signal(&cast(photo)).unwrap();
        plan.write(&mut spectrum).unwrap();
        spectrum
    });
    pairs.collect()
}

fn compare_noisy<T: Tested>(photos: &[Vec<f64>]) {
    let pairs = noise_pairs::<T>(photos);
    for sigma in [1.0, 4.0] {
        let mut mean = MeanSpectrum::new(128);
        for pair in &pairs {
            let mut power = vec![f64::NAN; 128];
            pair.noisy(sigma, &mut power).unwrap();
            let mut sums = SpectrumSums::new(128);
            sums.add(&power, 0.0);
            mean.add(&sums).unwrap();
        }
        let got: Vec<f64> = mean.mean_log_power().iter().map(|p| p.exp()).collect();
        let name = format!("photos/mean_log_noisy_sigma{sigma}.P.npy");
        let expected = golden::values("photos", &name).unwrap();
        compare(&name, Tolerance::Power, T::PRECISION, &got[1..], &expected);
    }
}

#[test]
fn noisy_photos_of_every_strength_from_two_transforms() {
    let Some(photos) = photos() else { return };
    compare_noisy::<f64>(&photos);
    compare_noisy::<f32>(&photos);
    let pair = &noise_pairs::<f64>(&photos[..1])[0];
    let noise = gauss(100, 65536);
    for sigma in [0.0, 0.05, 0.7, 30.0] {
        let noisy: Vec<f64> = photos[0]
            .iter()
            .zip(&noise)
            .map(|(x, e)| x + sigma * e)
            .collect();
        let (mut got, mut expected) = (vec![f64::NAN; 128], vec![f64::NAN; 128]);
        pair.noisy(sigma, &mut got).unwrap();
        let mut direct = Rapsd::<f64>::new(256, 256, Radius::Index).unwrap();
        direct.process(&noisy, &mut expected).unwrap();
        let name = format!("china + {sigma} noise");
        compare(&name, Tolerance::Power, Precision::F64, &got, &expected);
    }
}
