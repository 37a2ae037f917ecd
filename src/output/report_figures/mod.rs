//! The figures of a report, drawn from nothing but the report.

mod classes;
mod common_band;
mod examples;
mod levels;
mod means;
mod sketch;

use super::figure::{AxisSpec, Figure, FigureStyle, LineStyle, Series};
use super::power_unit::power_unit;
use super::published::{RED, bare_axis};
use super::{remove_stale, write_file};
use crate::analysis::{Preset, Report, Representation, ResultRow};
use crate::compare::PowerLaw;
use crate::data::Unit;
use crate::{Error, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// Which figures are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureSet {
    /// None.
    None,
    /// The mean spectra.
    Main,
    /// Also classes, single sources and level statistics.
    All,
}

/// A figure and the name of its files, without extension.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedFigure {
    /// Name, as in `mean_log_rapsd_fit`.
    pub name: &'static str,
    /// The drawing.
    pub figure: Figure,
}

/// The names that figures can have.
const NAMES: [&str; 35] = [
    "image_spectra",
    "mean_log_spec",
    "mean_magnitude_rapsd",
    "mean_log_magnitude_rapsd",
    "mean_log_melspec_rapsd",
    "mean_mfcc_power",
    "mean_cepstrum_2d",
    "mean_log_rapsd_fit",
    "mean_array_rapsd",
    "audio_and_photos",
    "fft_and_dct_rapsd",
    "mean_log_rapsd",
    "waveform_by_class",
    "magnitude_by_class",
    "log_magnitude_by_class",
    "log_mel_by_class",
    "mfcc_by_class",
    "cepstrum_2d_by_class",
    "photos_by_class",
    "arrays_by_class",
    "plot_sound_spectra",
    "plot_sound_magnitude_rapsd",
    "plot_sound_log_magnitude_rapsd",
    "plot_sound_melspec_rapsd",
    "plot_sound_mfcc_power",
    "plot_sound_cepstrum_2d",
    "plot_image_rapsd",
    "levels_waveform",
    "levels_magnitude",
    "levels_log_magnitude",
    "levels_log_mel",
    "levels_mfcc",
    "levels_cepstrum_2d",
    "levels_photos",
    "levels_arrays",
];

/// Draws the figures of a report, in the look of `style`; each has the shape
/// that suits it, at the width of `style`.
///
/// # Errors
/// [`Error::InvalidArgument`] for a style that cannot be drawn.
pub fn report_figures(
    report: &Report,
    set: FigureSet,
    style: &FigureStyle,
) -> Result<Vec<NamedFigure>> {
    let mut figures = Vec::new();
    if set == FigureSet::None {
        return Ok(figures);
    }
    means::draw(report, set, style, &mut figures)?;
    common_band::draw(report, style, &mut figures)?;
    if set == FigureSet::All {
        classes::draw(report, style, &mut figures)?;
        examples::draw(report, style, &mut figures)?;
        levels::draw(report, style, &mut figures)?;
        figures.push(sketch::draw(report.config.preset, style)?);
    }
    Ok(figures)
}

/// Writes figures into a folder as `<name>.svg` and `<name>.png`, and removes
/// those of an earlier run that are not among them. Returns the paths.
///
/// # Errors
/// [`Error::Output`] with what the system said.
pub fn save_figures(figures: &[NamedFigure], folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |path: &Path, error: std::io::Error| Error::Output {
        path: path.to_path_buf(),
        detail: error.to_string(),
    };
    if !figures.is_empty() {
        fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    }
    let mut paths = Vec::new();
    for name in NAMES {
        let figure = figures.iter().find(|figure| figure.name == name);
        for extension in ["svg", "png"] {
            let path = folder.join(format!("{name}.{extension}"));
            match figure {
                Some(figure) => {
                    let content = match extension {
                        "svg" => figure.figure.svg().as_bytes().to_vec(),
                        _ => figure.figure.png()?,
                    };
                    write_file(&path, |writer| writer.write_all(&content))?;
                    paths.push(path);
                }
                None => remove_stale([path])?,
            }
        }
    }
    Ok(paths)
}

/// The style with the shape of one kind of figure: `width` by `height` inches
/// where the style has the usual width, and in proportion at other widths, but
/// never flatter than a panel can be read.
fn shaped(style: &FigureStyle, width: f64, height: f64) -> FigureStyle {
    const FLATTEST: f64 = 0.35;
    if style.width_in == FigureStyle::default().width_in {
        return style.clone().with_size(width, height);
    }
    let proportion = (height / width).max(FLATTEST);
    let width = style.width_in;
    style.clone().with_size(width, width * proportion)
}

/// The result for all classes of a representation.
fn all_of(report: &Report, representation: Representation) -> Option<&ResultRow> {
    report
        .results
        .iter()
        .find(|r| r.representation == representation && r.class == "all")
}

/// How a representation is called in titles.
fn title(representation: Representation) -> &'static str {
    match representation {
        Representation::Waveform => "power spectrum of waveforms",
        Representation::Magnitude => "RAPSD of magnitude spectrograms",
        Representation::LogMagnitude => "RAPSD of log-magnitude spectrograms",
        Representation::LogMel => "RAPSD of log-mel spectrograms",
        Representation::Mfcc => "power of MFCCs",
        Representation::Cepstrum2d => "DCT-RAPSD of log-mel spectrograms",
        Representation::Photo => "RAPSD of photos",
        Representation::Array => "RAPSD of arrays",
    }
}

/// The axes of one representation's curves: those of the post have no units.
fn axes(report: &Report, result: &ResultRow) -> [AxisSpec; 2] {
    match report.config.preset {
        Preset::Post => ["frequency", "power"].map(bare_axis),
        Preset::Default => [
            frequency_axis(result.spectrum.unit),
            power_axis(report, result),
        ],
    }
}

fn frequency_axis(unit: Unit) -> AxisSpec {
    let mut axis = AxisSpec::of(unit);
    axis.scale = super::figure::Scale::Log;
    axis
}

/// The axis of power, with the unit that the settings give it.
fn power_axis(report: &Report, result: &ResultRow) -> AxisSpec {
    AxisSpec::log("power", power_unit(report, result))
}

fn exponentials(log_power: &[f64]) -> Vec<f64> {
    log_power.iter().map(|p| p.exp()).collect()
}

/// The colour of single curves: red with dots in the post's preset.
fn styled(report: &Report, series: Series) -> Series {
    match report.config.preset {
        Preset::Post => series.with_style(LineStyle::Points).with_colour(RED),
        Preset::Default if series.x.len() <= 400 => series.with_style(LineStyle::Points),
        Preset::Default => series,
    }
}

/// "α = 2.454", with a minus sign where it is negative.
fn alpha(law: &PowerLaw) -> String {
    format!("α = {:.3}", law.alpha).replace('-', "\u{2212}")
}

/// The dotted line of a power law over its range; `log_offset` is added to ln P.
fn fit_series(law: &PowerLaw, log_offset: f64) -> Series {
    let x = vec![law.f_min, law.f_max];
    let power = |f: &f64| (law.log_amplitude + log_offset - law.alpha * f.ln()).exp();
    let y = x.iter().map(power).collect();
    let label = format!("fit, {}", alpha(law));
    Series::new(&label, x, y).with_style(LineStyle::Fit)
}

/// "8 clips, 80 segments".
fn sample_size(result: &ResultRow) -> String {
    let noun = match result.representation {
        Representation::Photo => "photo",
        Representation::Array => "array",
        _ => "clip",
    };
    let plural = if result.n_files == 1 { "" } else { "s" };
    if result.n_segments == result.n_files {
        return format!("{} {noun}{plural}", result.n_files);
    }
    let items = match result.representation {
        Representation::Array => "items",
        _ => "segments",
    };
    format!(
        "{} {noun}{plural}, {} {items}",
        result.n_files, result.n_segments
    )
}
