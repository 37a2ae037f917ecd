//! Figures of a noise study: the three curves, the tide, and what can still be
//! detected when.

mod detect;
mod heat;
mod information;
mod snr;
mod still;
mod tide;

pub use heat::{HeatStep, heat_scales};

use super::figure::{
    Animation, AxisSpec, Figure, FigureStyle, LineStyle, Manner, Rgb, Scale, Series,
};
use super::published::bare_axis;
use super::write_file;
use crate::analysis::{NoiseExample, NoiseReport, NoiseStudy, Origin, Preset, Representation};
use crate::data::Unit;
use crate::{Error, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// Which noise figures are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoiseFigureSet {
    /// None.
    None,
    /// Still figures.
    Still,
    /// Also animations.
    All,
    /// Those that the post has: noise of two levels beside the data, the highest
    /// detectable frequency along flow matching, and the rising tide. A tide
    /// that shows an item beside its curves needs the item among the examples.
    Published,
}

/// A drawing with the name of its files.
#[derive(Debug, Clone, PartialEq)]
pub enum NoiseFigure {
    /// Written as SVG and PNG.
    Still {
        /// Name without extension.
        name: String,
        /// The drawing.
        figure: Figure,
    },
    /// Written as GIF.
    Moving {
        /// Name without extension.
        name: String,
        /// The frames.
        animation: Animation,
    },
}

/// How noise figures look.
#[derive(Debug, Clone, PartialEq)]
pub struct NoiseLook {
    /// Size, resolution and theme.
    pub style: FigureStyle,
    /// The post's colours and axes, or ours.
    pub preset: Preset,
}

/// Draws the figures of all studies; `examples` are shown beside the curves
/// where there are any.
///
/// # Errors
/// [`Error::InvalidArgument`] for a style that cannot be drawn.
pub fn noise_figures(
    noise: &NoiseReport,
    examples: &[NoiseExample],
    set: NoiseFigureSet,
    look: &NoiseLook,
) -> Result<Vec<NoiseFigure>> {
    let mut figures = Vec::new();
    if set == NoiseFigureSet::None {
        return Ok(figures);
    }
    let look = &look.dressed();
    for study in noise.studies.iter().filter(|study| study.class == "all") {
        let example = examples
            .iter()
            .find(|example| example.representation == study.representation);
        still::draw(study, look, &mut figures)?;
        figures.extend(detect::draw_flow(study, noise.settings.tau, look)?);
        if set == NoiseFigureSet::Published {
            if example.is_some()
                || tide::item_beside(study.representation, look.preset) == ItemBeside::No
            {
                figures.push(tide::draw(study, example, look)?);
            }
            continue;
        }
        figures.push(detect::draw_all(study, noise.settings.tau, look)?);
        snr::draw(study, noise.settings.tau, look, &mut figures)?;
        heat::draw(study, example, set, look, &mut figures)?;
        if set == NoiseFigureSet::All {
            figures.push(tide::draw(study, example, look)?);
        }
    }
    if set != NoiseFigureSet::Published {
        information::draw(noise, look, &mut figures)?;
    }
    Ok(figures)
}

/// The files of all noise figures that a folder may hold.
///
/// What an earlier run left must not stand beside numbers of a later one.
pub fn noise_figure_paths(folder: &Path) -> Vec<PathBuf> {
    let names = Representation::ALL.into_iter().flat_map(|representation| {
        let stem = stem(representation);
        let others = ["detectability", "snr", "heat"].map(|what| format!("{what}_{stem}"));
        published_names(representation).into_iter().chain(others)
    });
    names
        .chain([information::NAME.to_string()])
        .flat_map(|name| files_of(folder, &name))
        .collect()
}

/// The files of the noise figures in [`NoiseFigureSet::Published`] that a folder
/// may hold.
pub fn published_noise_paths(folder: &Path) -> Vec<PathBuf> {
    let names = Representation::ALL.into_iter().flat_map(published_names);
    names.flat_map(|name| files_of(folder, &name)).collect()
}

/// The names of the tides that show an item beside their curves.
pub(super) fn tides_with_items(
    shown: impl Iterator<Item = Representation>,
    preset: Preset,
) -> impl Iterator<Item = String> {
    shown
        .filter(move |r| tide::item_beside(*r, preset) == ItemBeside::Yes)
        .map(tide::name)
}

fn published_names(representation: Representation) -> Vec<String> {
    let curves = still::stem(representation);
    vec![
        format!("{curves}_noise"),
        format!("{curves}_sum"),
        format!("{curves}_high_noise"),
        detect::name(representation),
        tide::name(representation),
    ]
}

/// What a figure may be written as.
pub(super) fn files_of(folder: &Path, name: &str) -> [PathBuf; 3] {
    ["svg", "png", "gif"].map(|extension| folder.join(format!("{name}.{extension}")))
}

/// Writes figures into a folder: `<name>.svg` and `.png`, or `<name>.gif`; with
/// `frames`, also every frame of an animation as PNG in `<name>/`.
///
/// # Errors
/// [`Error::Output`] with what the system said.
pub fn save_noise_figures(
    figures: &[NoiseFigure],
    folder: &Path,
    frames: Frames,
) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for figure in figures {
        make_folder(folder)?;
        match figure {
            NoiseFigure::Still { name, figure } => {
                for extension in ["svg", "png"] {
                    let path = folder.join(format!("{name}.{extension}"));
                    figure.save(&path)?;
                    paths.push(path);
                }
            }
            NoiseFigure::Moving { name, animation } => {
                let path = folder.join(format!("{name}.gif"));
                let bytes = animation.gif()?;
                write_file(&path, |writer| writer.write_all(&bytes))?;
                paths.push(path);
                if frames == Frames::Png {
                    let folder = folder.join(name);
                    make_folder(&folder)?;
                    animation.save_frames(&folder, name)?;
                }
            }
        }
    }
    Ok(paths)
}

impl NoiseLook {
    /// With the conventions of the preset.
    fn dressed(&self) -> Self {
        let style = self.style.clone();
        Self {
            style: match self.preset {
                Preset::Post => style.with_manner(Manner::Matplotlib),
                Preset::Default => style,
            },
            preset: self.preset,
        }
    }
}

/// Whether a tide shows an item with its noise beside the curves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ItemBeside {
    Yes,
    No,
}

/// Whether the frames of animations are written one by one as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frames {
    /// The GIF alone.
    Gif,
    /// PNGs beside it.
    Png,
}

fn make_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|error| Error::Output {
        path: folder.to_path_buf(),
        detail: error.to_string(),
    })
}

impl NoiseFigure {
    /// Name of the files, without extension.
    pub fn name(&self) -> &str {
        match self {
            NoiseFigure::Still { name, .. } | NoiseFigure::Moving { name, .. } => name,
        }
    }
}

/// Red, blue and green: data, noise, data with noise.
struct Colours {
    data: Rgb,
    noise: Rgb,
    noisy: Rgb,
}

impl Colours {
    fn of(preset: Preset) -> Self {
        match preset {
            Preset::Post => Colours {
                data: Rgb(0xFF, 0, 0),
                noise: Rgb(0, 0, 0xFF),
                noisy: Rgb(0, 0x80, 0),
            },
            // Okabe and Ito's, for colour-blind readers.
            Preset::Default => Colours {
                data: Rgb(0xD5, 0x5E, 0x00),
                noise: Rgb(0x00, 0x72, 0xB2),
                noisy: Rgb(0x00, 0x9E, 0x73),
            },
        }
    }
}

/// The stem of file names: those of the post where it has such a figure.
fn stem(representation: Representation) -> &'static str {
    match representation {
        Representation::Waveform => "waveform",
        Representation::Magnitude => "magnitude",
        Representation::LogMagnitude => "log_magnitude",
        Representation::LogMel => "log_mel",
        Representation::Mfcc => "mfcc",
        Representation::Cepstrum2d => "cepstrum_2d",
        Representation::Photo => "photos",
        Representation::Array => "arrays",
    }
}

/// What the data are called in legends and titles.
fn noun(representation: Representation) -> &'static str {
    match representation {
        Representation::Waveform => "waveforms",
        Representation::Magnitude => "magnitude spectrograms",
        Representation::LogMagnitude => "log-magnitude spectrograms",
        Representation::LogMel => "log-mel spectrograms",
        Representation::Mfcc => "MFCCs",
        Representation::Cepstrum2d => "2D cepstra",
        Representation::Photo => "photos",
        Representation::Array => "arrays",
    }
}

/// The same with a capital letter.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// "data ÷ std 0.2345; n = 130".
fn footing(study: &NoiseStudy) -> String {
    let n = study.n_segments;
    let origin = match study.origin {
        Origin::Measured => "",
        Origin::Expected => ", noise as expected",
    };
    format!("{}; n = {n}{origin}", study.scaling_label())
}

/// One of the three curves, in the report's own power scale where it is |X|^2.
fn curve(
    study: &NoiseStudy,
    label: &str,
    log_power: &[f64],
    colour: Rgb,
    preset: Preset,
) -> Series {
    let power = log_power
        .iter()
        .map(|p| study.raw_power * p.exp())
        .collect();
    let series = Series::new(label, study.frequency.clone(), power).with_colour(colour);
    match study.frequency.len() <= 400 || preset == Preset::Post {
        true => series.with_style(LineStyle::Points),
        false => series,
    }
}

/// ln of the mean power of noise at `sigma`.
fn noise_at(study: &NoiseStudy, sigma: f64) -> Vec<f64> {
    study
        .log_noise
        .iter()
        .map(|p| p + 2.0 * sigma.ln())
        .collect()
}

fn frequency_axis(unit: Unit, preset: Preset) -> AxisSpec {
    match preset {
        Preset::Post => bare_axis("frequency"),
        Preset::Default => AxisSpec::of(unit).with_scale(Scale::Log),
    }
}

/// The axis of power, which says what the data were divided by.
fn power_axis(study: &NoiseStudy) -> AxisSpec {
    AxisSpec::log(&study.power_name(), "")
}

/// 0.0571, 1.23, 316: three significant digits.
fn short(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let decimals = 2 - value.abs().log10().floor() as i32;
    match decimals {
        d if d > 5 => format!("{value:.1e}"),
        d => {
            let unit = 10_f64.powi(d);
            format!("{:.*}", d.max(0) as usize, (value * unit).round() / unit)
        }
    }
}
