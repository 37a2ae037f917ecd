//! Figures of a latent report: spectrum, eigenvalues, channels.

use super::NoiseFigure;
use super::figure::{
    AxisSpec, CurveFigure, Figure, FigureStyle, Legend, LineStyle, Marker, Rgb, Series,
};
use crate::Result;
use crate::analysis::{ChannelRow, LatentReport, SpectrumAlong};
use crate::compare::noise_log_bias;

/// All names that these figures can have.
pub const LATENT_FIGURES: [&str; 3] = ["latent_spectrum", "latent_eigenvalues", "latent_channels"];

const BLUE: Rgb = Rgb(0x00, 0x72, 0xB2);
const GREY: Rgb = Rgb(0xA8, 0xA8, 0xA8);

/// Draws the mean spectrum over the pooled variance with its fit and those of
/// the channels, the eigenvalues of the covariance with the floor of unit noise,
/// and mean and standard deviation of each channel. What cannot be drawn (the
/// spectrum of a single position, the covariance of a single channel) is left
/// out.
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for a style that cannot be drawn.
pub fn latent_figures(report: &LatentReport, style: &FigureStyle) -> Result<Vec<NoiseFigure>> {
    let mut figures = Vec::new();
    let mut still = |name: &str, figure: Figure| {
        let name = name.to_string();
        figures.push(NoiseFigure::Still { name, figure });
    };
    if !report.spectrum.frequency.is_empty() {
        still("latent_spectrum", spectrum(report).draw(style)?);
    }
    if let Some(covariance) = &report.covariance {
        let figure = eigenvalues(&covariance.eigenvalues, covariance.effective_rank);
        still("latent_eigenvalues", figure.draw(style)?);
    }
    let wide = style
        .clone()
        .with_size(style.width_in, 0.6 * style.width_in)
        .with_legend(Legend::Hidden);
    still("latent_channels", channels(report).draw(&wide)?);
    Ok(figures)
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
    series.extend(fit(report));
    let [rows, cols] = spectrum.shape;
    let what = match spectrum.along {
        SpectrumAlong::Time => format!("along time ({cols} frames)"),
        _ => format!("over rings ({rows} × {cols})"),
    };
    CurveFigure {
        title: format!("Latent spectrum {what}"),
        x: AxisSpec::log("frequency", "cycles/sample"),
        y: AxisSpec::log("power / pooled variance", ""),
        series,
        markers: vec![Marker::y(1.0, "unit noise")],
    }
}

/// The expected power behind means of ln P of `share` of the spectrum's degrees
/// of freedom, over the pooled variance: noise and fits are expectations too.
fn power(report: &LatentReport, log_power: &[f64], share: f64) -> Vec<f64> {
    let log_variance = 2.0 * report.pooled.std.ln();
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
    let shown = report
        .channels
        .iter()
        .filter(|row| !row.mean_log_power.is_empty());
    let mut n = 0;
    for row in shown {
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

fn fit(report: &LatentReport) -> Option<Series> {
    let law = report.spectrum.law.as_ref()?;
    let log_variance = 2.0 * report.pooled.std.ln();
    let power = |f: f64| (law.log_amplitude - law.alpha * f.ln() - log_variance).exp();
    let label = format!("α = {:.3}", law.alpha).replace('-', "\u{2212}");
    let ends = [law.f_min, law.f_max];
    let line = Series::new(&label, ends.to_vec(), ends.map(power).to_vec());
    Some(line.with_style(LineStyle::Fit))
}

fn eigenvalues(values: &[f64], effective_rank: f64) -> CurveFigure {
    let modes = (1..=values.len()).map(|mode| mode as f64).collect();
    let label = format!("effective rank {effective_rank:.1} of {}", values.len());
    let series = Series::new(&label, modes, values.to_vec())
        .with_style(LineStyle::Points)
        .with_colour(BLUE);
    CurveFigure {
        title: "Eigenvalues of the covariance across channels".into(),
        x: AxisSpec::linear("mode", ""),
        y: AxisSpec::log("variance / pooled variance", ""),
        series: vec![series],
        markers: vec![Marker::y(1.0, "unit noise")],
    }
}

/// Bars and points without lines between them: the order of channels is
/// arbitrary.
fn channels(report: &LatentReport) -> CurveFigure {
    let bar = |row: &ChannelRow| {
        let x = row.channel as f64;
        [
            (x, row.mean - row.std),
            (x, row.mean + row.std),
            (x, f64::NAN),
        ]
    };
    let point = |row: &ChannelRow| {
        let x = row.channel as f64;
        [(x, row.mean), (x, f64::NAN)]
    };
    let (x, y) = report.channels.iter().flat_map(bar).unzip();
    let bars = Series::new("", x, y).with_colour(BLUE);
    let (x, y) = report.channels.iter().flat_map(point).unzip();
    let points = Series::new("", x, y)
        .with_style(LineStyle::Points)
        .with_colour(BLUE);
    CurveFigure {
        title: "Mean ± standard deviation of each channel".into(),
        x: AxisSpec::linear("channel", ""),
        y: AxisSpec::linear("value", ""),
        series: vec![bars, points],
        markers: vec![],
    }
}
