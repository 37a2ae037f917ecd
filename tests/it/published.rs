//! The published numbers of "Diffusion is spectral autoregression" (Dieleman
//! 2024): curves read off its figures, and its four clips.

use crate::support::{self, assert_near, shared};
use cepstrum::analysis::{
    AnalysisConfig, Average, Preset, Report, Representation, ResultRow, Silent, View, analyze,
    source_spectra,
};
use cepstrum::compare::{FitRange, FitSpacing, POST_FIT_POINTS, PowerLaw, power_law};
use std::path::{Path, PathBuf};

/// The two columns of a csv file with a header.
fn columns(path: &Path) -> (Vec<f64>, Vec<f64>) {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let number = |i: usize| record[i].parse::<f64>().unwrap();
            (number(0), number(1))
        })
        .unzip()
}

fn post_fit(frequency: &[f64], power: &[f64], spacing: FitSpacing) -> PowerLaw {
    let log_power: Vec<f64> = power.iter().map(|p| p.ln()).collect();
    power_law(frequency, &log_power, FitRange::default(), spacing).unwrap()
}

#[test]
fn exponent_of_the_published_image_curve() {
    let test = "exponent of the published image curve";
    let Some(path) = shared(test, "reference/digitised/mean_log_rapsd.csv") else {
        return;
    };
    let (frequency, power) = columns(&path);
    assert_eq!(frequency.len(), 159);
    for points in [100, 159, 1000] {
        let law = post_fit(&frequency, &power, FitSpacing::EvenLog(points));
        assert_near("alpha", law.alpha, 2.454, 1e-3);
    }
    let bins = post_fit(&frequency, &power, FitSpacing::Bins);
    assert_near("alpha on bins", bins.alpha, 2.596, 1e-3);
}

#[test]
fn exponent_of_the_published_log_mel_curve() {
    let test = "exponent of the published log-mel curve";
    let path = "reference/digitised/mean_log_melspec_rapsd.csv";
    let Some(path) = shared(test, path) else {
        return;
    };
    let (frequency, power) = columns(&path);
    assert_eq!(frequency.len(), 63);
    let law = post_fit(&frequency, &power, FitSpacing::EvenLog(POST_FIT_POINTS));
    assert_near("alpha", law.alpha, 2.343, 0.01);
}

fn post(inputs: Vec<PathBuf>) -> AnalysisConfig {
    AnalysisConfig {
        inputs,
        ..AnalysisConfig::preset(Preset::Post)
    }
}

fn result<'a>(report: &'a Report, representation: Representation, class: &str) -> &'a ResultRow {
    report
        .results
        .iter()
        .find(|r| r.representation == representation && r.class == class)
        .unwrap()
}

/// Each clip through the whole analysis, decoder and all.
#[test]
fn log_mel_rapsd_of_the_published_clips() {
    for clip in 1..=4 {
        let test = "log-mel RAPSD of the published clips";
        let reference = format!("reference/recomputed/clip{clip}_melspec_rapsd_librosa.csv");
        let audio = format!("reference/audio/audio_clip{clip}.wav");
        let (Some(reference), Some(audio)) = (shared(test, &reference), shared(test, &audio))
        else {
            return;
        };
        let (frequency, power) = columns(&reference);
        let report = analyze(&post(vec![audio.clone()]), &Silent).unwrap();
        let spectrum = &result(&report, Representation::LogMel, "all").spectrum;
        assert_eq!(spectrum.frequency[..], frequency);
        for (i, (log_power, expected)) in spectrum.mean_log_power.iter().zip(&power).enumerate() {
            let what = format!("clip {clip}, ring {}", i + 1);
            assert_near(&what, log_power.exp() / expected, 1.0, 1e-3);
        }
        // The other route to the same numbers.
        let single =
            source_spectra(&post(vec![audio]), View::Rapsd, Average::Geometric, &Silent).unwrap();
        let single = single.sources[0].spectrum.as_ref().unwrap();
        for (single, log_power) in single.power[1..].iter().zip(&spectrum.mean_log_power) {
            assert_near("rapsd", single / log_power.exp(), 1.0, 1e-12);
        }
    }
}

#[test]
fn mean_log_mel_exponent_of_the_published_clips() {
    let test = "mean log-mel exponent of the published clips";
    let Some(folder) = shared(test, "reference/audio") else {
        return;
    };
    let report = analyze(&post(vec![folder]), &Silent).unwrap();
    let law = result(&report, Representation::LogMel, "all")
        .fit
        .post
        .law();
    assert_near("alpha", law.unwrap().alpha, 2.227_702_936_568_906, 2e-6);
    // The data set's exponent is the mean of the files' exponents.
    let alphas: Vec<f64> = report
        .inputs
        .iter()
        .map(|row| row.alpha.get(&Representation::LogMel).unwrap().unwrap())
        .collect();
    assert_eq!(alphas.len(), 4);
    let mean = alphas.iter().sum::<f64>() / 4.0;
    assert_near("mean of alphas", mean, law.unwrap().alpha, 1e-9);
}

/// The published mean spectrum of sound averages 128 clips; ten of them must
/// show its shape: a peak at some hundred Hz, no power law.
#[test]
fn waveforms_peak_at_some_hundred_hertz() {
    let test = "waveforms peak at some hundred hertz";
    let Some(folder) = shared(test, "data/gtzan_music_speech") else {
        return;
    };
    let report = analyze(&post(vec![folder]), &Silent).unwrap();
    let waveform = result(&report, Representation::Waveform, "all");
    let peak = waveform.monotonicity.peak.as_ref().unwrap().frequency;
    assert!((250.0..640.0).contains(&peak), "peak at {peak} Hz");
    let law = waveform.fit.post.law().unwrap();
    assert!(law.r_squared.unwrap() < 0.5, "{law:?}");
    let log_mel = result(&report, Representation::LogMel, "all");
    let law = log_mel.fit.post.law().unwrap();
    assert!(law.r_squared.unwrap() > 0.98, "{law:?}");
    assert!((2.0..2.6).contains(&law.alpha), "{law:?}");
}

/// The waveform of a published clip through the whole analysis: |rfft|^2 of
/// 16-bit values.
#[test]
fn waveform_of_a_published_clip() {
    let test = "waveform of a published clip";
    let (Some(audio), Some(expected)) = (
        shared(test, "reference/audio/audio_clip1.wav"),
        support::golden::values(test, "blog/clip1.power1d.npy"),
    ) else {
        return;
    };
    let report = analyze(&post(vec![audio]), &Silent).unwrap();
    let spectrum = result(&report, Representation::Waveform, "all").full_spectrum();
    let got: Vec<f64> = spectrum.mean_log_power.iter().map(|p| p.exp()).collect();
    support::golden::compare(
        test,
        support::golden::Tolerance::Power1d,
        support::golden::Precision::F32,
        &got,
        &expected,
    );
    assert_eq!(spectrum.frequency[0], 0.5);
    assert_eq!(spectrum.frequency[22049], 11025.0);
    assert_eq!((spectrum.dof[0], spectrum.dof[22049]), (2, 1));
}
