//! Mean spectra: of each representation, together, and of classes.

use super::rows::{axes, sample_size, single, total, totals};
use crate::Result;
use crate::analysis::{Report, Representation, ResultRow};
use crate::compare::{FitRange, FitSpacing, POST_FIT_POINTS, PowerLaw, octave_bands, power_law};
use crate::output::convention::Convention;
use crate::output::curves::{
    and_exponent, curves, exponent, fit_line, powers, short_noun, spectral_axis, unit_variance_axes,
};
use crate::output::drawings::{Drawing, FigureSet, name_of};
use crate::output::figure::{AxisSpec, Band, CurveFigure, Legend, LineStyle, Marker, Series};
use crate::output::power_unit::power_unit;

/// Most classes in one figure: more cannot be told apart.
const MOST_CLASSES: usize = 20;
/// Points per octave of a class's waveform spectrum: finer ones of many classes
/// would hide each other. Three bands of a report make one, edge to edge.
const BANDS_PER_OCTAVE: u32 = 8;

/// The mean spectra, each and together, and those of classes.
pub(super) fn draw(
    report: &Report,
    set: FigureSet,
    convention: &Convention,
    drawings: &mut Vec<Drawing>,
) -> Result<()> {
    let wide = convention.shaped(8.0, 4.0);
    let mut mean = |name: &str, result: &ResultRow, law: Option<&PowerLaw>| -> Result<()> {
        let legend = convention.legend(Legend::Free);
        let style = convention.sized(name, (1.0, 1.0), wide.clone());
        let figure = mean_spectrum(report, result, law, convention);
        let figure = figure.draw(&style.with_legend(legend))?;
        drawings.push(Drawing::still(name, figure));
        Ok(())
    };
    for result in totals(report) {
        let law = result.fit.post.law();
        let law = law.filter(|_| result.representation != Representation::Waveform);
        mean(&name_of("mean_*", result.representation), result, law)?;
    }
    if set == FigureSet::All
        && let Some(photos) = total(report, Representation::Photo)
    {
        mean("mean_log_rapsd", photos, None)?;
    }
    for (name, figure) in [
        ("audio_and_photos", audio_and_photos(report)),
        ("fft_and_dct_rapsd", fft_and_dct(report)),
    ] {
        if let Some(figure) = figure {
            drawings.push(Drawing::still(name, figure.draw(&wide)?));
        }
    }
    if set == FigureSet::All {
        let style = convention.shaped(8.0, 5.0);
        for representation in Representation::ALL {
            if let Some(figure) = by_class(report, representation) {
                let name = name_of("*_by_class", representation);
                drawings.push(Drawing::still(name, figure.draw(&style)?));
            }
        }
    }
    Ok(())
}

fn mean_spectrum(
    report: &Report,
    result: &ResultRow,
    law: Option<&PowerLaw>,
    convention: &Convention,
) -> CurveFigure {
    let representation = result.representation;
    let spectrum = result.full_spectrum();
    let power = powers(&spectrum.mean_log_power, 0.0);
    let mut series = Series::new("mean of ln P", spectrum.frequency.to_vec(), power);
    // One bin's scatter says nothing beside 22,050 others; a ring's does.
    if result.n_segments > 1 && representation != Representation::Waveform {
        let around = |sign: f64| -> Vec<f64> {
            let both = spectrum.mean_log_power.iter().zip(&spectrum.std_log_power);
            both.map(|(mean, std)| (mean + sign * std).exp()).collect()
        };
        let (lower, upper) = (around(-1.0), around(1.0));
        series.band = convention.caption(Some(Band { lower, upper }));
        series.label = "mean of ln P ± 1 s.d.".into();
    }
    let fit = law.map(|law| {
        let label = format!("fit, {}", exponent(law.alpha));
        fit_line(&label, law.log_amplitude, law.alpha, [law.f_min, law.f_max])
    });
    let peak = result.monotonicity.peak.as_ref();
    let peak = peak.filter(|_| representation == Representation::Waveform);
    let peak = peak.map(|peak| {
        let label = format!("strongest third octave, {:.0} Hz", peak.frequency);
        Marker::x(peak.frequency, &label)
    });
    let cepstrum = match representation {
        Representation::Mfcc => " (mean cepstrum)",
        Representation::Cepstrum2d => " (2D cepstrum)",
        _ => "",
    };
    let title = format!(
        "Mean {}{cepstrum}, {}",
        representation.info().quantity,
        sample_size(result)
    );
    let series = [single(series, convention)].into_iter().chain(fit);
    CurveFigure {
        markers: convention.caption(peak).into_iter().collect(),
        ..curves(
            convention.caption(title),
            axes(report, result, convention),
            series.collect(),
        )
    }
}

/// Log-mel spectrograms and arrays beside photos: at unit variance, levels are
/// comparable.
fn audio_and_photos(report: &Report) -> Option<CurveFigure> {
    total(report, Representation::Photo)?;
    let both: Vec<(&str, Vec<Series>)> = [
        Representation::LogMel,
        Representation::Array,
        Representation::Photo,
    ]
    .into_iter()
    .filter_map(|representation| {
        let result = total(report, representation)?;
        let noun = short_noun(representation);
        Some((noun, at_unit_variance(noun, result, result.fit.post.law())?))
    })
    .collect();
    // One curve and its fit have nothing to be compared with.
    if both.len() < 2 {
        return None;
    }
    let (names, series): (Vec<&str>, Vec<Vec<Series>>) = both.into_iter().unzip();
    let title = format!("RAPSD of {} at unit variance", names.join(" and "));
    Some(curves(title, unit_variance_axes(), series.concat()))
}

/// FFT-RAPSD and DCT-RAPSD of log-mel spectrograms, compared where both have
/// frequencies: an FFT sees the jump from one edge of a plane to the other, a DCT
/// does not.
fn fft_and_dct(report: &Report) -> Option<CurveFigure> {
    let fft = total(report, Representation::LogMel)?;
    let dct = total(report, Representation::Cepstrum2d)?;
    let range = common_band(fft, dct);
    let mut series = Vec::new();
    for (result, label) in [(fft, "FFT-RAPSD"), (dct, "DCT-RAPSD")] {
        let law = range.and_then(|range| law_over(result, range));
        series.extend(at_unit_variance(label, result, law.as_ref())?);
    }
    let band = range.and_then(|range| range.f_min.zip(range.f_max));
    let band = band.map_or_else(String::new, |(low, high)| {
        format!(", α over {low:.4} to {high:.4}")
    });
    let title = format!("FFT and DCT of log-mel spectrograms at unit variance{band}");
    Some(curves(title, unit_variance_axes(), series))
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

fn law_over(result: &ResultRow, range: FitRange) -> Option<PowerLaw> {
    let spectrum = &result.spectrum;
    let spacing = FitSpacing::EvenLog(POST_FIT_POINTS);
    let (frequency, log_power) = (&spectrum.frequency, &spectrum.mean_log_power);
    power_law(frequency, log_power, range, spacing).ok()
}

/// The spectrum over the variance of the values, with its law.
fn at_unit_variance(
    label: &str,
    result: &ResultRow,
    law: Option<&PowerLaw>,
) -> Option<Vec<Series>> {
    let log_variance = 2.0 * result.scale.filter(|scale| *scale > 0.0)?.ln();
    let label = format!("{label}{}", and_exponent(law));
    let power = powers(&result.spectrum.mean_log_power, log_variance);
    let curve = Series::new(&label, result.spectrum.frequency.to_vec(), power);
    let fit = law.map(|law| {
        let log_amplitude = law.log_amplitude - log_variance;
        fit_line("", log_amplitude, law.alpha, [law.f_min, law.f_max])
    });
    let curve = curve.with_style(LineStyle::Points);
    Some([curve].into_iter().chain(fit).collect())
}

/// One curve per class.
fn by_class(report: &Report, representation: Representation) -> Option<CurveFigure> {
    let rows = report.results.iter();
    let classes: Vec<&ResultRow> = rows
        .filter(|r| r.representation == representation && r.class != "all")
        .collect();
    let first = classes.first()?;
    let shown = &classes[..classes.len().min(MOST_CLASSES)];
    let count = match classes.len() {
        n if n > shown.len() => format!("{} of {n} classes", shown.len()),
        n => format!("{n} classes"),
    };
    let octaves = match representation {
        Representation::Waveform => " in eighth octaves",
        _ => "",
    };
    let title = format!("Mean {}{octaves}, {count}", representation.info().quantity);
    let axes = [
        spectral_axis(first.spectrum.unit),
        AxisSpec::log("power", power_unit(report, first)),
    ];
    let series = shown.iter().map(|result| of_class(result));
    Some(curves(title, axes, series.collect()))
}

fn of_class(result: &ResultRow) -> Series {
    let spectrum = &result.spectrum;
    if result.representation != Representation::Waveform {
        let power = powers(&spectrum.mean_log_power, 0.0);
        return Series::new(&result.class, spectrum.frequency.to_vec(), power);
    }
    let (x, y) = octave_bands(&spectrum.frequency, spectrum.unit, BANDS_PER_OCTAVE)
        .into_iter()
        .map(|band| {
            let n_bins = |i: usize| f64::from(spectrum.n_bins_at(i));
            let logs = band.bins.clone();
            let sum: f64 = logs.map(|i| n_bins(i) * spectrum.mean_log_power[i]).sum();
            (
                band.centre,
                (sum / band.bins.map(n_bins).sum::<f64>()).exp(),
            )
        })
        .unzip();
    Series::new(&result.class, x, y)
}
