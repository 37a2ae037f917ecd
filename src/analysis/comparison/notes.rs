//! Settings that make a comparison unfair.

use super::files::{key, rows};
use super::selection::Selection;
use crate::analysis::{AnalysisConfig, Report, Representation};
use crate::data::Unit;
use serde::Serialize;
use std::collections::BTreeSet;

/// Below this many files on a side an interval is worth a word.
const FEW_FILES: u64 = 5;

/// Ends of fits that differ by more than this are worth a word.
const SAME_END: f64 = 0.1;

pub(super) fn notes(a: &Selection<'_>, b: &Selection<'_>) -> Vec<String> {
    let mut notes = settings(a, b);
    notes.extend(fit_bands(a, b));
    let keys = |s: &Selection<'_>| -> BTreeSet<_> { rows(s).map(|row| key(s, row)).collect() };
    let (of_a, of_b) = (keys(a), keys(b));
    if of_a != of_b && !of_a.is_disjoint(&of_b) {
        notes.push(
            "A and B share some files: intervals of exponents take them as unrelated".to_string(),
        );
    }
    for (side, selection) in [("A", a), ("B", b)] {
        match selection.result.n_files {
            1 => notes.push(format!(
                "{side} is a single file: its intervals say nothing about other files, so that \
                 no difference is shown"
            )),
            n @ 2..FEW_FILES => notes.push(format!(
                "{side} has {n} files: with fewer than {FEW_FILES}, intervals are wide and rest on \
                 a Gaussian spread among files"
            )),
            _ => {}
        }
    }
    notes.push(
        "R^2, monotonicity and scale have no interval: a report has one number per class"
            .to_string(),
    );
    notes
}

/// One note per setting that differs and matters to either selection.
fn settings(a: &Selection<'_>, b: &Selection<'_>) -> Vec<String> {
    let (of_a, of_b) = (facts(a.report), facts(b.report));
    let both = [a.representation(), b.representation()];
    let mut notes = Vec::new();
    for ((name, matters, value_a), (_, _, value_b)) in of_a.into_iter().zip(of_b) {
        if value_a != value_b && both.iter().any(|r| matters(*r)) {
            notes.push(format!("{name} differs: {value_a} in A, {value_b} in B"));
        }
    }
    notes
}

type Matters = fn(Representation) -> bool;

/// The settings of a report that change its spectra, as text.
fn facts(report: &Report) -> Vec<(&'static str, Matters, String)> {
    let (config, summary) = (&report.config, &report.summary);
    let audio: Matters = |r| Representation::OF_AUDIO.contains(&r);
    let spectrogram: Matters = |r| r.spectrogram().is_some();
    let rings: Matters = |r| !matches!(r, Representation::Waveform | Representation::Photo);
    let waveform: Matters = |r| r == Representation::Waveform;
    let photo: Matters = |r| r == Representation::Photo;
    let array: Matters = |r| r == Representation::Array;
    let all: Matters = |_| true;
    let AnalysisConfig { mel, stft, .. } = config;
    vec![
        ("preset", all, text(&config.preset)),
        ("fit range", all, text(&config.fit)),
        ("sample rate", audio, text(&summary.sample_rate)),
        ("segment, s", audio, text(&config.segment)),
        ("overlap", audio, text(&config.overlap)),
        ("amplitude", audio, text(&config.amplitude)),
        ("channel", audio, text(&config.channel)),
        ("low rates", audio, text(&config.low_rates)),
        ("power scale", waveform, text(&config.power_scale)),
        ("frames", spectrogram, text(stft)),
        ("mel bands", spectrogram, text(mel)),
        ("logarithm", spectrogram, text(&config.log)),
        ("radius", rings, text(&config.radius)),
        ("side of photos", photo, text(&summary.side)),
        ("shape of arrays", array, text(&summary.array_shape)),
        ("axes of arrays", array, text(&config.layout)),
    ]
}

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Exponents over different bands are exponents of different things.
fn fit_bands(a: &Selection<'_>, b: &Selection<'_>) -> Option<String> {
    let (of_a, of_b) = (fit_band(a)?, fit_band(b)?);
    let apart = |i: usize| (of_a[i] / of_b[i]).ln().abs() > SAME_END;
    (apart(0) || apart(1)).then(|| {
        format!(
            "exponents are over {:.2e} to {:.3} cycles/sample in A, {:.2e} to {:.3} in B",
            of_a[0], of_a[1], of_b[0], of_b[1]
        )
    })
}

/// The band of a debiased law, cycles per sample.
fn fit_band(selection: &Selection<'_>) -> Option<[f64; 2]> {
    let law = selection.result.fit.debiased.as_ref()?;
    let rate = match selection.result.spectrum.unit {
        Unit::Hertz => f64::from(selection.report.summary.sample_rate?),
        _ => 1.0,
    };
    Some([law.f_min / rate, law.f_max / rate])
}
