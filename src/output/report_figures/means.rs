use super::{
    FigureSet, NamedFigure, all_of, alpha, axes, exponentials, fit_series, frequency_axis,
    sample_size, shaped, styled, title,
};
use crate::Result;
use crate::analysis::{Preset, Report, Representation, ResultRow};
use crate::output::figure::{AxisSpec, CurveFigure, FigureStyle, LineStyle, Marker, Series};
use crate::output::published::published;

/// Whether the fitted law is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Shown,
    Hidden,
}

/// The mean spectra, each and together.
pub(super) fn draw(
    report: &Report,
    set: FigureSet,
    style: &FigureStyle,
    figures: &mut Vec<NamedFigure>,
) -> Result<()> {
    let wide = shaped(style, 8.0, 4.0);
    for (representation, fit, name) in [
        (Representation::Waveform, Fit::Hidden, "mean_log_spec"),
        (
            Representation::Magnitude,
            Fit::Shown,
            "mean_magnitude_rapsd",
        ),
        (
            Representation::LogMagnitude,
            Fit::Shown,
            "mean_log_magnitude_rapsd",
        ),
        (Representation::LogMel, Fit::Shown, "mean_log_melspec_rapsd"),
        (Representation::Mfcc, Fit::Shown, "mean_mfcc_power"),
        (Representation::Cepstrum2d, Fit::Shown, "mean_cepstrum_2d"),
        (Representation::Photo, Fit::Shown, "mean_log_rapsd_fit"),
        (Representation::Photo, Fit::Hidden, "mean_log_rapsd"),
        (Representation::Array, Fit::Shown, "mean_array_rapsd"),
    ] {
        if name == "mean_log_rapsd" && set != FigureSet::All {
            continue;
        }
        if let Some(result) = all_of(report, representation) {
            let style = match report.config.preset {
                Preset::Default => wide.clone(),
                Preset::Post => published(style, name, (1.0, 1.0)),
            };
            let figure = mean(report, result, fit).draw(&style)?;
            figures.push(NamedFigure { name, figure });
        }
    }
    if let Some(figure) = together(report) {
        figures.push(NamedFigure {
            name: "audio_and_photos",
            figure: figure.draw(&wide)?,
        });
    }
    Ok(())
}

fn mean(report: &Report, result: &ResultRow, fit: Fit) -> CurveFigure {
    let spectrum = &result.spectrum;
    let mut series = Series::new(
        "mean of ln P",
        spectrum.frequency.to_vec(),
        exponentials(&spectrum.mean_log_power),
    );
    // One bin's scatter says nothing beside 22,050 others; a ring's does.
    let post = report.config.preset == Preset::Post;
    let with_band = !post && result.n_segments > 1;
    if with_band && result.representation != Representation::Waveform {
        let around = |sign: f64| -> Vec<f64> {
            let both = spectrum.mean_log_power.iter().zip(&spectrum.std_log_power);
            both.map(|(mean, std)| (mean + sign * std).exp()).collect()
        };
        series = series.with_band(around(-1.0), around(1.0));
        series.label = "mean of ln P ± 1 s.d.".into();
    }
    let mut curves = vec![styled(report, series)];
    let law = result.fit.post.law();
    curves.extend(
        law.filter(|_| fit == Fit::Shown)
            .map(|law| fit_series(law, 0.0)),
    );
    let peak = result.monotonicity.peak.as_ref();
    let markers = match (result.representation, peak) {
        (Representation::Waveform, Some(peak)) if !post => {
            let label = format!("strongest third octave, {:.0} Hz", peak.frequency);
            vec![Marker::x(peak.frequency, &label)]
        }
        _ => vec![],
    };
    if post {
        curves.iter_mut().for_each(|curve| curve.label.clear());
    }
    let title = format!(
        "Mean {}{}, {}",
        title(result.representation),
        match result.representation {
            Representation::Mfcc => " (mean cepstrum)",
            Representation::Cepstrum2d => " (2D cepstrum)",
            _ => "",
        },
        sample_size(result)
    );
    let [x, y] = axes(report, result);
    CurveFigure {
        title: if post { String::new() } else { title },
        x,
        y,
        series: curves,
        markers,
    }
}

/// Log-mel spectrograms and arrays beside photos, each divided by the variance
/// of its values: levels are then comparable.
fn together(report: &Report) -> Option<CurveFigure> {
    all_of(report, Representation::Photo)?;
    let mut series = Vec::new();
    let mut names = Vec::new();
    for (representation, label) in [
        (Representation::LogMel, "log-mel"),
        (Representation::Array, "arrays"),
        (Representation::Photo, "photos"),
    ] {
        let Some(result) = all_of(report, representation) else {
            continue;
        };
        let Some(scale) = result.scale.filter(|scale| *scale > 0.0) else {
            continue;
        };
        let log_variance = 2.0 * scale.ln();
        names.push(label);
        let spectrum = &result.spectrum;
        let power = spectrum.mean_log_power.iter();
        let power = power.map(|p| (p - log_variance).exp()).collect();
        let law = result.fit.post.law();
        let alpha = law.map_or_else(String::new, |law| format!(", {}", alpha(law)));
        let curve = Series::new(
            &format!("{label}{alpha}"),
            spectrum.frequency.to_vec(),
            power,
        );
        series.push(curve.with_style(LineStyle::Points));
        series.extend(law.map(|law| {
            let mut fit = fit_series(law, -log_variance);
            fit.label.clear();
            fit
        }));
    }
    // Two curves and their fits, or there is nothing to compare.
    if series
        .iter()
        .filter(|s| s.style == LineStyle::Points)
        .count()
        < 2
    {
        return None;
    }
    Some(CurveFigure {
        title: format!("RAPSD of {} at unit variance", names.join(" and ")),
        x: frequency_axis(crate::data::Unit::CyclePerSample),
        y: AxisSpec::log("power / variance", ""),
        series,
        markers: vec![],
    })
}
