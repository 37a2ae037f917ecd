//! Drawings with the names of their files, and the folders that hold them.

use super::figure::{Animation, AnimationFrame, Figure, FigureStyle, PanelGrid, Repeat};
use super::files::remove_stale;
use crate::analysis::{MOST_SPECTROGRAMS, Representation};
use crate::{Error, Result};
use rayon::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

/// Largest size of an animation: what web pages and chats take.
const MOST_BYTES: usize = 3_000_000;

/// Which figures are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureSet {
    /// None.
    None,
    /// The mean spectra; of a noise study, still figures.
    Main,
    /// Also classes, single sources and level statistics; of a noise study, also
    /// animations.
    All,
}

/// A drawing with the name of its files.
#[derive(Debug, Clone, PartialEq)]
pub enum Drawing {
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

impl Drawing {
    pub(super) fn still(name: impl Into<String>, figure: Figure) -> Self {
        let name = name.into();
        Drawing::Still { name, figure }
    }

    pub(super) fn moving(name: impl Into<String>, animation: Animation) -> Self {
        let name = name.into();
        Drawing::Moving { name, animation }
    }

    /// Name of the files, without extension.
    pub fn name(&self) -> &str {
        match self {
            Drawing::Still { name, .. } | Drawing::Moving { name, .. } => name,
        }
    }
}

/// Drawings with `grid` of every step, `hold_ms` each, that begin again.
pub(super) fn animated<T: Sync>(
    steps: &[T],
    hold_ms: u32,
    style: &FigureStyle,
    grid: impl Fn(&T) -> Result<PanelGrid> + Sync,
) -> Result<Animation> {
    let frame = |step: &T| {
        Ok(AnimationFrame {
            figure: grid(step)?.draw(style)?,
            hold_ms,
        })
    };
    let frames: Vec<Result<AnimationFrame>> = steps.par_iter().map(frame).collect();
    Ok(Animation {
        frames: frames.into_iter().collect::<Result<_>>()?,
        repeat: Repeat::Forever,
        max_bytes: Some(MOST_BYTES),
    })
}

/// Whether the frames of animations are written one by one as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frames {
    /// The GIF alone.
    Gif,
    /// PNGs beside it.
    Png,
}

/// Drawings that a later run replaces or removes together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DrawingKind {
    /// Of a report alone.
    Report,
    /// Pixels and samples of a report's examples.
    Examples,
    /// Data beside noise of two levels, and the highest detectable frequency.
    NoiseCurves,
    /// Rising tides, most of which show an example.
    Tides,
    /// What a noise study has besides.
    NoiseStudy,
    /// Of a modulation study.
    Modulation,
    /// Of a latent report.
    Latents,
    /// Of a comparison.
    Comparison,
}

impl DrawingKind {
    /// All kinds of a noise study.
    pub const NOISE: [DrawingKind; 3] = [
        DrawingKind::NoiseCurves,
        DrawingKind::Tides,
        DrawingKind::NoiseStudy,
    ];

    /// The files that drawings of this kind can have in a folder.
    pub fn paths(self, folder: &Path) -> impl Iterator<Item = PathBuf> {
        let names = self.names().into_iter();
        names.flat_map(|name| {
            ["svg", "png", "gif"].map(|extension| folder.join(format!("{name}.{extension}")))
        })
    }

    fn names(self) -> Vec<String> {
        let patterns: &[&str] = match self {
            DrawingKind::Report => &[
                "mean_*",
                "mean_log_rapsd",
                "audio_and_photos",
                "fft_and_dct_rapsd",
                "*_by_class",
                "plot_*",
                "levels_*",
                "image_spectra",
            ],
            DrawingKind::Examples => &["plot_image_spectra", "image_spectrum", "spectrograms"],
            DrawingKind::NoiseCurves => &[
                "*_noise",
                "*_sum",
                "*_high_noise",
                "max_detectable_frequency_*",
            ],
            DrawingKind::Tides => &["rising_tide_*"],
            DrawingKind::NoiseStudy => &["detectability_*", "snr_*", "heat_*", "information"],
            DrawingKind::Modulation => &[
                "modulation_*",
                "alpha_by_direction",
                "modulation_fft_and_dct",
            ],
            DrawingKind::Latents => &["latent_spectrum", "latent_eigenvalues", "latent_channels"],
            DrawingKind::Comparison => &["comparison", "comparison_*"],
        };
        let n_clips = match self {
            DrawingKind::Examples => MOST_SPECTROGRAMS,
            _ => 0,
        };
        let names = patterns
            .iter()
            .flat_map(|pattern| match pattern.contains('*') {
                true => Representation::ALL.map(|r| name_of(pattern, r)).to_vec(),
                false => vec![pattern.to_string()],
            });
        names.chain((1..=n_clips).map(clip_name)).collect()
    }
}

/// Writes drawings into a folder: `<name>.svg` and `.png`, or `<name>.gif`; with
/// [`Frames::Png`], also every frame of an animation as PNG in `<name>/`. Files
/// of `kinds` that this run does not write are removed, for they would stand
/// beside numbers of a later run. Returns the paths.
///
/// # Errors
/// [`Error::Output`] with what the system said.
pub fn save_drawings(
    drawings: &[Drawing],
    kinds: &[DrawingKind],
    folder: &Path,
    frames: Frames,
) -> Result<Vec<PathBuf>> {
    if !drawings.is_empty() {
        fs::create_dir_all(folder).map_err(|error| Error::Output {
            path: folder.to_path_buf(),
            detail: error.to_string(),
        })?;
    }
    let mut paths = Vec::new();
    for drawing in drawings {
        let path = |extension| folder.join(format!("{}.{extension}", drawing.name()));
        match drawing {
            Drawing::Still { figure, .. } => {
                for path in ["svg", "png"].map(path) {
                    figure.save(&path)?;
                    paths.push(path);
                }
            }
            Drawing::Moving { name, animation } => {
                animation.save(&path("gif"))?;
                paths.push(path("gif"));
                if frames == Frames::Png {
                    animation.save_frames(&folder.join(name), name)?;
                }
            }
        }
    }
    let known = kinds.iter().flat_map(|kind| kind.paths(folder));
    remove_stale(known.filter(|path| !paths.contains(path)))?;
    Ok(paths)
}

/// Names that differ from the rule, mostly as the post has them.
const NAMES: [(&str, &str); 22] = [
    ("mean_waveform", "mean_log_spec"),
    ("mean_magnitude", "mean_magnitude_rapsd"),
    ("mean_log_magnitude", "mean_log_magnitude_rapsd"),
    ("mean_log_mel", "mean_log_melspec_rapsd"),
    ("mean_mfcc", "mean_mfcc_power"),
    ("mean_photos", "mean_log_rapsd_fit"),
    ("mean_arrays", "mean_array_rapsd"),
    ("plot_waveform", "plot_sound_spectra"),
    ("plot_magnitude", "plot_sound_magnitude_rapsd"),
    ("plot_log_magnitude", "plot_sound_log_magnitude_rapsd"),
    ("plot_log_mel", "plot_sound_melspec_rapsd"),
    ("plot_mfcc", "plot_sound_mfcc_power"),
    ("plot_cepstrum_2d", "plot_sound_cepstrum_2d"),
    ("plot_photos", "plot_image_rapsd"),
    ("photos_noise", "mean_log_rapsd_noise"),
    ("photos_sum", "mean_log_rapsd_sum"),
    ("photos_high_noise", "mean_log_rapsd_high_noise"),
    (
        "max_detectable_frequency_photos",
        "max_detectable_frequency",
    ),
    ("rising_tide_photos", "rising_tide"),
    ("rising_tide_waveform", "rising_tide_sound"),
    ("comparison_photos", "comparison_photo"),
    ("comparison_arrays", "comparison_array"),
];

/// The name of a representation's drawing: `rule` with its stem instead of `*`,
/// unless that is among [`NAMES`].
pub(super) fn name_of(rule: &str, representation: Representation) -> String {
    let stem = match representation {
        Representation::Photo => "photos".to_string(),
        Representation::Array => "arrays".to_string(),
        other => other.name().replace('-', "_"),
    };
    let name = rule.replace('*', &stem);
    let other = NAMES.iter().find(|(ruled, _)| *ruled == name);
    other.map_or(name, |(_, other)| other.to_string())
}

/// The name of the spectrogram of one of several clips, counted from 1.
pub(super) fn clip_name(number: usize) -> String {
    format!("spectrogram_clip{number}")
}
