//! Two transforms of the same planes, compared where both have frequencies.

use super::{NamedFigure, all_of, alpha, fit_series, frequency_axis, shaped};
use crate::Result;
use crate::analysis::{Report, Representation, ResultRow};
use crate::compare::{FitRange, FitSpacing, POST_FIT_POINTS, PowerLaw, power_law};
use crate::data::Unit;
use crate::output::figure::{AxisSpec, CurveFigure, FigureStyle, LineStyle, Series};

/// FFT-RAPSD and DCT-RAPSD of log-mel spectrograms: an FFT sees the jump from
/// one edge of a plane to the other, a DCT does not.
pub(super) fn draw(
    report: &Report,
    style: &FigureStyle,
    figures: &mut Vec<NamedFigure>,
) -> Result<()> {
    let fft = all_of(report, Representation::LogMel);
    let dct = all_of(report, Representation::Cepstrum2d);
    if let Some((fft, dct)) = fft.zip(dct)
        && let Some(figure) = together(fft, dct)
    {
        figures.push(NamedFigure {
            name: "fft_and_dct_rapsd",
            figure: figure.draw(&shaped(style, 8.0, 4.0))?,
        });
    }
    Ok(())
}

fn together(fft: &ResultRow, dct: &ResultRow) -> Option<CurveFigure> {
    let range = common_band(fft, dct);
    let mut series = Vec::new();
    for (result, label) in [(fft, "FFT-RAPSD"), (dct, "DCT-RAPSD")] {
        let log_variance = 2.0 * result.scale.filter(|scale| *scale > 0.0)?.ln();
        let spectrum = &result.spectrum;
        let power = spectrum.mean_log_power.iter();
        let power = power.map(|p| (p - log_variance).exp()).collect();
        let law = range.and_then(|range| law(result, range));
        let alpha = law
            .as_ref()
            .map_or_else(String::new, |law| format!(", {}", alpha(law)));
        let label = format!("{label}{alpha}");
        series.push(
            Series::new(&label, spectrum.frequency.to_vec(), power).with_style(LineStyle::Points),
        );
        series.extend(law.map(|law| {
            let mut fit = fit_series(&law, -log_variance);
            fit.label.clear();
            fit
        }));
    }
    let band = range.and_then(|range| range.f_min.zip(range.f_max));
    let band = band.map_or_else(String::new, |(low, high)| {
        format!(", α over {low:.4} to {high:.4}")
    });
    Some(CurveFigure {
        title: format!("FFT and DCT of log-mel spectrograms at unit variance{band}"),
        x: frequency_axis(Unit::CyclePerSample),
        y: AxisSpec::log("power / variance", ""),
        series,
        markers: vec![],
    })
}

/// From the higher of the lowest frequencies that were fitted to the lower of
/// the highest: the ends of a spectrum weigh most in an exponent.
fn common_band(a: &ResultRow, b: &ResultRow) -> Option<FitRange> {
    let (a, b) = a.fit.post.law().zip(b.fit.post.law())?;
    Some(FitRange {
        f_min: Some(a.f_min.max(b.f_min)),
        f_max: Some(a.f_max.min(b.f_max)),
    })
}

fn law(result: &ResultRow, range: FitRange) -> Option<PowerLaw> {
    let spectrum = &result.spectrum;
    let spacing = FitSpacing::EvenLog(POST_FIT_POINTS);
    power_law(
        &spectrum.frequency,
        &spectrum.mean_log_power,
        range,
        spacing,
    )
    .ok()
}
