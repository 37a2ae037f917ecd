//! Conventions of figures: cepstrum's own, and those of "Diffusion is spectral
//! autoregression".

use super::curves::{BLUE, GREEN, VERMILION, spectral_axis};
use super::figure::{AxisSpec, FigureStyle, Legend, LineStyle, Manner, Rgb, Scaling, Series};
use crate::analysis::{Preset, Representation};
use crate::data::Unit;

/// matplotlib's "r", "g" and "b", and the first colour of its cycle.
pub(super) const R: Rgb = Rgb(0xFF, 0, 0);
pub(super) const G: Rgb = Rgb(0, 0x80, 0);
pub(super) const B: Rgb = Rgb(0, 0, 0xFF);
const C0: Rgb = Rgb(0x1F, 0x77, 0xB4);

/// Sizes of published figures in pixels at 100 dpi.
type Sizes = [(&'static str, (f64, f64)); 9];

const PUBLISHED: Sizes = [
    ("plot_image_spectra", (1131.0, 813.0)),
    ("plot_image_rapsd", (1167.0, 602.0)),
    ("mean_log_rapsd", (702.0, 376.0)),
    ("image_spectra", (820.0, 220.0)),
    ("max_detectable_frequency", (571.0, 436.0)),
    ("plot_sound_spectra", (1165.0, 305.0)),
    ("mean_log_spec", (700.0, 375.0)),
    ("plot_sound_melspec_rapsd", (1159.0, 303.0)),
    ("mean_log_melspec_rapsd", (694.0, 375.0)),
];
/// The size of those that are like a published one.
const ALIKE: (f64, f64) = (702.0, 375.0);

/// Everything about figures that a preset decides, in the style that was asked
/// for.
#[derive(Debug, Clone, PartialEq)]
pub struct Convention {
    /// Size, resolution and theme.
    pub(super) style: FigureStyle,
    /// Lines and letters of the figures that the post has.
    pub(super) manner: Manner,
    /// Whether these have titles, markers, scatter and units.
    captions: bool,
    /// Their sizes; `None` goes by what is drawn.
    sizes: Option<Sizes>,
    /// Colour of a curve that is alone; `None` is the first of the cycle.
    pub(super) single: Option<Rgb>,
    /// Colour of the highest detectable frequency.
    pub(super) f_max: Option<Rgb>,
    /// Colours of data, noise, and data with noise.
    pub(super) colours: [Rgb; 3],
    /// Most points of a curve that are marked.
    most_points: usize,
    /// What photos are called beside noise.
    pub(super) photos: &'static str,
    /// Names of t and of the highest detectable frequency; `None` goes by the
    /// study.
    pub(super) flow_axes: Option<[&'static str; 2]>,
    /// Whether the axes of planes' spectra count cells.
    pub(super) in_cells: bool,
    /// Style of a spectrogram; `None` puts those of all clips in one figure.
    pub(super) single_spectrogram: Option<FigureStyle>,
    /// Representation whose tide shows no item beside the curves.
    pub(super) without_item: Option<Representation>,
    /// Whether data fade as noise rises, so that both can be shown.
    pub(super) fading: bool,
    /// Space above the curves of a tide, in margins.
    pub(super) headroom: f64,
    /// Shortest hold of a tide's last frame.
    pub(super) last_ms: u32,
    /// How large photos are drawn.
    pub(super) scaling: Scaling,
}

impl Convention {
    /// The convention of a preset.
    pub fn new(preset: Preset, style: &FigureStyle) -> Self {
        let own = Convention {
            style: style.clone(),
            manner: style.manner,
            captions: true,
            sizes: None,
            single: None,
            f_max: None,
            // Okabe and Ito's, for colour-blind readers.
            colours: [VERMILION, BLUE, GREEN],
            most_points: 400,
            photos: "photos",
            flow_axes: None,
            in_cells: false,
            single_spectrogram: None,
            without_item: None,
            fading: true,
            headroom: 5.0,
            last_ms: 1200,
            scaling: Scaling::Fit,
        };
        match preset {
            Preset::Default => own,
            Preset::Post => Convention {
                manner: Manner::Matplotlib,
                captions: false,
                sizes: Some(PUBLISHED),
                single: Some(R),
                f_max: Some(C0),
                colours: [R, B, G],
                most_points: usize::MAX,
                photos: "images",
                flow_axes: Some([
                    "time step t (0 data, 1 noise)",
                    "maximal detectable frequency f_max",
                ]),
                in_cells: true,
                single_spectrogram: Some(FigureStyle::post().with_theme(style.theme)),
                // Its sound is shown without the sound.
                without_item: Some(Representation::Waveform),
                fading: false,
                headroom: 1.0,
                last_ms: 720,
                scaling: Scaling::Whole,
                ..own
            },
        }
    }

    /// The same with figures that the post does not have in its manner too.
    pub(super) fn in_manner(&self) -> Self {
        let mut convention = self.clone();
        convention.style.manner = self.manner;
        convention
    }

    /// The style of a figure that the post has under this name, or one like it,
    /// of which `share` is drawn: two columns of four are half as wide.
    pub(super) fn sized(&self, name: &str, share: (f64, f64), own: FigureStyle) -> FigureStyle {
        const DPI: f64 = 100.0;
        let Some(sizes) = &self.sizes else {
            return own;
        };
        let of_name = sizes.iter().find(|(other, _)| *other == name);
        let (width, height) = of_name.map_or(ALIKE, |(_, size)| *size);
        let (width, height) = (width * share.0 / DPI, height * share.1 / DPI);
        let kept = self.style.width_in * height / width;
        self.resized((width, height), kept).with_manner(self.manner)
    }

    /// The style with the shape of one kind of figure, in inches, but never
    /// flatter than a panel can be read.
    pub(super) fn shaped(&self, width: f64, height: f64) -> FigureStyle {
        const FLATTEST: f64 = 0.35;
        let kept = self.style.width_in * (height / width).max(FLATTEST);
        self.resized((width, height), kept)
    }

    /// The style at least `width` inches wide.
    pub(super) fn at_least(&self, width: f64, height: f64) -> FigureStyle {
        let width = self.style.width_in.max(width);
        self.style.clone().with_size(width, height)
    }

    /// The style of spectrograms in panels.
    pub(super) fn of_spectrograms(&self, columns: usize, rows: usize) -> FigureStyle {
        let (columns, rows) = (columns as f64, rows as f64);
        if let Some(style) = &self.single_spectrogram {
            let (width, height) = (style.width_in * columns, style.height_in * rows);
            return style.clone().with_size(width, height);
        }
        if columns * rows == 1.0 {
            return self.style.clone();
        }
        let kept = 0.7 * self.style.width_in * rows / columns;
        self.resized((4.6 * columns + 1.0, 3.3 * rows), kept)
    }

    /// The style in another size; a width that is not the usual one is kept, with
    /// its own height.
    fn resized(&self, (width, height): (f64, f64), height_of_kept: f64) -> FigureStyle {
        let style = self.style.clone();
        match self.style.width_in == FigureStyle::default().width_in {
            true => style.with_size(width, height),
            false => style.with_size(self.style.width_in, height_of_kept),
        }
    }

    /// A title, unit, marker or band, where figures have them.
    pub(super) fn caption<T: Default>(&self, own: T) -> T {
        match self.captions {
            true => own,
            false => T::default(),
        }
    }

    /// The place of a legend, where figures have one.
    pub(super) fn legend(&self, own: Legend) -> Legend {
        match self.captions {
            true => own,
            false => Legend::Hidden,
        }
    }

    /// The logarithmic axis of frequencies.
    pub(super) fn frequency_axis(&self, unit: Unit) -> AxisSpec {
        match self.captions {
            true => spectral_axis(unit),
            false => AxisSpec::log("frequency", ""),
        }
    }

    /// The curve with its points, as far as they can be told apart.
    pub(super) fn with_points(&self, series: Series) -> Series {
        match series.x.len() <= self.most_points {
            true => series.with_style(LineStyle::Points),
            false => series,
        }
    }
}
