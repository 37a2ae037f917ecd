//! What the figures and the table of a noise study say, in numbers.

use crate::support::svg::Drawing;
use crate::support::{assert_near, fixture};
use cepstrum::analysis::{
    AnalysisConfig, NoiseReport, NoiseSettings, Preset, Report, Scaling, Silent, analyze,
    noise_of_report,
};
use cepstrum::output::figure::FigureStyle;
use cepstrum::output::{
    self, Convention, DrawingKind, FigureSet, heat_scales, noise_figures, noise_table,
};
use cepstrum::planar::heat_gain;

fn report(preset: Preset) -> Report {
    let config = AnalysisConfig {
        inputs: vec![fixture("audio/music")],
        photos: vec![fixture("photos")],
        ..AnalysisConfig::preset(preset)
    };
    analyze(&config, &Silent).unwrap()
}

fn stills(noise: &NoiseReport, preset: Preset) -> Vec<(String, String)> {
    let convention = Convention::new(preset, &FigureStyle::default());
    let figures = noise_figures(noise, &[], FigureSet::Main, &convention).unwrap();
    figures
        .into_iter()
        .filter_map(|figure| match figure {
            output::Drawing::Still { name, figure } => Some((name, figure.svg().to_string())),
            output::Drawing::Moving { .. } => None,
        })
        .collect()
}

#[test]
fn blur_and_noise_meet_at_the_cut_off() {
    // A power law is a line on these axes; averages of ln P over a sixth of an
    // octave, and over the few bins that low bands have, leave it almost so.
    let frequency: Vec<f64> = (1..2000).map(|k| f64::from(k) / 4000.0).collect();
    let power: Vec<f64> = frequency.iter().map(|f| 1e-3 * f.powi(-2)).collect();
    let steps = heat_scales(&frequency, &power, 5);
    assert_eq!(steps.len(), 5);
    assert_near("first", steps[0].cutoff, 1999.0 / 4000.0, 1e-12);
    assert_near("last", steps[4].cutoff, 2.0 / 4000.0, 1e-12);
    for step in &steps {
        assert_near("half", heat_gain(step.cutoff, step.scale), 0.5, 1e-12);
    }
    for step in &steps[1..3] {
        let expected = 1e-3 / (step.cutoff * step.cutoff);
        let got = step.sigma * step.sigma;
        assert_near("noise", got / expected, 1.0, 0.02);
    }
    assert!(heat_scales(&[], &[], 3).is_empty());
}

#[test]
fn the_table_has_what_is_left_at_its_times() {
    let report = report(Preset::Default);
    let settings = NoiseSettings {
        // No grid of times may matter.
        n_times: 2,
        tau: 2.0,
        ..NoiseSettings::preset(Preset::Default)
    };
    let noise = noise_of_report(&report, &settings).unwrap();
    let table = noise_table(&noise).unwrap().to_string();
    let lines: Vec<&str> = table.lines().skip(1).collect();
    assert_eq!(lines.len(), noise.studies.len());
    for (line, study) in lines.iter().zip(&noise.studies) {
        let cells: Vec<&str> = line.split("  ").filter(|c| !c.is_empty()).collect();
        assert_eq!(cells.len(), 12, "{line}");
        for (i, t) in [0.25, 0.5, 0.75].into_iter().enumerate() {
            let (band, power) = study.left_at(t, 2.0).unwrap();
            let percent = |share: f64| format!("{:.1} %", 100.0 * share);
            assert_eq!(cells[6 + i].trim(), percent(band));
            assert_eq!(cells[9 + i].trim(), percent(power));
        }
    }
}

#[test]
fn every_figure_says_what_sigma_is_measured_in() {
    for (preset, scaling) in [
        (Preset::Default, Scaling::UnitVariance),
        (Preset::Default, Scaling::Native),
        (Preset::Post, Scaling::Native),
    ] {
        let settings = NoiseSettings {
            scaling,
            ..NoiseSettings::preset(preset)
        };
        let noise = noise_of_report(&report(preset), &settings).unwrap();
        let figures = stills(&noise, preset);
        assert!(figures.len() >= 18, "{}", figures.len());
        for (name, svg) in figures {
            let texts = Drawing::parse(&svg).texts().join(" | ");
            let said = match scaling {
                Scaling::UnitVariance => ["÷ std", "standard deviation, ", "/ variance"].to_vec(),
                Scaling::Native => ["pixels in", "samples in", "dB", "unit of each"].to_vec(),
            };
            assert!(said.iter().any(|s| texts.contains(s)), "{name}: {texts}");
            assert!(!texts.contains('…'), "{name} has no room for: {texts}");
        }
    }
}

#[test]
fn all_figures_are_among_those_that_a_later_run_removes() {
    let noise = noise_of_report(
        &report(Preset::Default),
        &NoiseSettings::preset(Preset::Default),
    )
    .unwrap();
    let folder = std::path::Path::new("figures");
    let kinds = DrawingKind::NOISE.into_iter();
    let known: Vec<_> = kinds.flat_map(|kind| kind.paths(folder)).collect();
    for (name, _) in stills(&noise, Preset::Default) {
        assert!(
            known.contains(&folder.join(format!("{name}.svg"))),
            "{name}"
        );
    }
    for name in [
        "rising_tide",
        "rising_tide_sound",
        "rising_tide_log_mel",
        "heat_photos",
    ] {
        assert!(
            known.contains(&folder.join(format!("{name}.gif"))),
            "{name}"
        );
    }
}
