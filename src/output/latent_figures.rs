//! Figures of a latent report: spectrum, eigenvalues, channels.

use super::curves::{BLUE, curves, exponent, fit_line, proportioned};
use super::drawings::Drawing;
use super::figure::{AxisSpec, CurveFigure, FigureStyle, Legend, LineStyle, Marker, Rgb, Series};
use crate::Result;
use crate::analysis::{ChannelRow, LatentReport, SpectrumAlong};
use crate::compare::noise_log_bias;

const GREY: Rgb = Rgb(0xA8, 0xA8, 0xA8);

/// Draws the mean spectrum over the pooled variance with its fit and those of
/// the channels, the eigenvalues of the covariance with the floor of unit noise,
/// and mean and standard deviation of each channel. What cannot be drawn (the
/// spectrum of a single position, the covariance of a single channel) is left
/// out.
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for a style that cannot be drawn.
pub fn latent_figures(report: &LatentReport, style: &FigureStyle) -> Result<Vec<Drawing>> {
    let mut drawings = Vec::new();
    if !report.spectrum.frequency.is_empty() {
        let figure = spectrum(report).draw(style)?;
        drawings.push(Drawing::still("latent_spectrum", figure));
    }
    if let Some(covariance) = &report.covariance {
        let figure = eigenvalues(&covariance.eigenvalues, covariance.effective_rank);
        drawings.push(Drawing::still("latent_eigenvalues", figure.draw(style)?));
    }
    let wide = proportioned(style, 0.6).with_legend(Legend::Hidden);
    let figure = channels(report).draw(&wide)?;
    drawings.push(Drawing::still("latent_channels", figure));
    Ok(drawings)
}

fn spectrum(report: &LatentReport) -> CurveFigure {
    let spectrum = &report.spectrum;
    let mut series = Vec::new();
    if report.channels.len() > 1 {
        series.push(of_channels(report));
    }
    let mean = Series::new(
        &format!("mean over {} items", spectrum.n_items),
        spectrum.frequency.clone(),
        power(report, &spectrum.mean_log_power, 1.0),
    );
    series.push(mean.with_style(LineStyle::Points).with_colour(BLUE));
    series.extend(spectrum.law.as_ref().map(|law| {
        let log_amplitude = law.log_amplitude - log_variance(report);
        let label = exponent(law.alpha);
        fit_line(&label, log_amplitude, law.alpha, [law.f_min, law.f_max])
    }));
    let [rows, cols] = spectrum.shape;
    let what = match spectrum.along {
        SpectrumAlong::Time => format!("along time ({cols} frames)"),
        _ => format!("over rings ({rows} × {cols})"),
    };
    let axes = [
        AxisSpec::log("frequency", "cycles/sample"),
        AxisSpec::log("power / pooled variance", ""),
    ];
    CurveFigure {
        markers: vec![Marker::y(1.0, "unit noise")],
        ..curves(format!("Latent spectrum {what}"), axes, series)
    }
}

fn log_variance(report: &LatentReport) -> f64 {
    2.0 * report.pooled.std.ln()
}

/// The expected power behind means of ln P of `share` of the spectrum's degrees
/// of freedom, over the pooled variance: noise and fits are expectations too.
fn power(report: &LatentReport, log_power: &[f64], share: f64) -> Vec<f64> {
    let log_variance = log_variance(report);
    let expected = log_power.iter().zip(&report.spectrum.dof).map(|(p, &dof)| {
        let dof = (f64::from(dof) * share).round().max(1.0) as u32;
        (p - noise_log_bias(dof) - log_variance).exp()
    });
    expected.collect()
}

/// The spectra of all channels as one series with gaps between them, so that
/// they share a look.
fn of_channels(report: &LatentReport) -> Series {
    let independent = report.covariance.as_ref();
    let share = independent.map_or(1.0, |covariance| 1.0 / covariance.participation_ratio);
    let (mut x, mut y) = (Vec::new(), Vec::new());
    let mut n = 0;
    for row in report
        .channels
        .iter()
        .filter(|row| !row.mean_log_power.is_empty())
    {
        n += 1;
        x.extend(&report.spectrum.frequency);
        y.extend(power(report, &row.mean_log_power, share));
        x.push(f64::NAN);
        y.push(f64::NAN);
    }
    let label = match n == report.channels.len() {
        true => "each channel".to_string(),
        false => format!("{n} of {} channels", report.channels.len()),
    };
    Series::new(&label, x, y).with_colour(GREY)
}

fn eigenvalues(values: &[f64], effective_rank: f64) -> CurveFigure {
    let modes = (1..=values.len()).map(|mode| mode as f64).collect();
    let label = format!("effective rank {effective_rank:.1} of {}", values.len());
    let series = Series::new(&label, modes, values.to_vec())
        .with_style(LineStyle::Points)
        .with_colour(BLUE);
    let axes = [
        AxisSpec::linear("mode", ""),
        AxisSpec::log("variance / pooled variance", ""),
    ];
    CurveFigure {
        markers: vec![Marker::y(1.0, "unit noise")],
        ..curves(
            "Eigenvalues of the covariance across channels",
            axes,
            vec![series],
        )
    }
}

/// Bars and points without lines between them: the order of channels is
/// arbitrary.
fn channels(report: &LatentReport) -> CurveFigure {
    let apart = |values: fn(&ChannelRow) -> Vec<f64>| {
        let points = report.channels.iter().flat_map(|row| {
            let x = row.channel as f64;
            values(row)
                .into_iter()
                .chain([f64::NAN])
                .map(move |y| (x, y))
        });
        let (x, y) = points.unzip();
        Series::new("", x, y).with_colour(BLUE)
    };
    let bars = apart(|row| vec![row.mean - row.std, row.mean + row.std]);
    let points = apart(|row| vec![row.mean]).with_style(LineStyle::Points);
    let axes = [
        AxisSpec::linear("channel", ""),
        AxisSpec::linear("value", ""),
    ];
    curves(
        "Mean ± standard deviation of each channel",
        axes,
        vec![bars, points],
    )
}
