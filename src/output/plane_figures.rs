//! Two-dimensional spectra of single planes: magnitude, phase, and power along
//! a turning ray.

use super::figure::{
    Animation, AnimationFrame, Aspect, AxisSpec, ColourMap, ColourRange, CurveFigure, FigureStyle,
    FrequencyScale, HeatMap, LineStyle, Manner, Origin, Panel, PanelGrid, Picture, Reduction,
    Repeat, Series,
};
use super::published::{RED, published};
use super::{NoiseFigure, file_stems, save_array};
use crate::Result;
use crate::analysis::{Preset, Representation, SourcePlane};
use crate::data::{Axis, Plane, Unit};
use crate::planar::{
    CentredSpectrum, Radius, Slice, centred_spectrum, directional_slice, rapsd, slices,
};
use ndarray::Array2;
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// The turning ray of the post: 60 frames of 6 degrees, 100 samples a ray.
pub const SLICE_ANGLES: usize = 60;
const SLICE_SAMPLES: usize = 100;
const SIXTY_FRAMES_MS: u32 = 40;
const MOST_BYTES: usize = 3_000_000;
/// Photos side by side in the post.
const PUBLISHED_COLUMNS: f64 = 4.0;

/// A plane with its spectrum.
struct Sheet<'a> {
    source: &'a SourcePlane,
    title: String,
    spectrum: CentredSpectrum,
}

/// Draws the planes with log magnitude and phase of their spectra in one
/// figure (the post's `plot_image_spectra`), their RAPSDs in another, and for
/// the first plane the spectrum with a turning ray beside the power along it.
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for planes without a spectrum and styles
/// that cannot be drawn.
pub fn plane_figures(
    planes: &[SourcePlane],
    radius: Radius,
    preset: Preset,
    style: &FigureStyle,
) -> Result<Vec<NoiseFigure>> {
    let sheets: Vec<Sheet<'_>> = planes
        .par_iter()
        .map(|source| Sheet::new(source, preset))
        .collect::<Result<_>>()?;
    let Some(first) = sheets.first() else {
        return Ok(vec![]);
    };
    let columns = sheets.len();
    let shaped = |name: &str, height: f64| match preset {
        Preset::Post => published(style, name, (columns as f64 / PUBLISHED_COLUMNS, 1.0)),
        Preset::Default => {
            let width = 2.9 * columns as f64;
            style.clone().with_size(width.max(4.0), height)
        }
    };
    let shown = || sheets.iter().map(Sheet::shown);
    let rows = shown()
        .chain(sheets.iter().map(|sheet| sheet.magnitude(preset)))
        .chain(sheets.iter().map(|sheet| sheet.phase(preset)));
    let grid = |panels: Vec<Panel>| PanelGrid {
        columns,
        panels,
        ..PanelGrid::default()
    };
    let rings: Vec<Panel> = sheets
        .iter()
        .map(|sheet| sheet.rings(radius, preset))
        .collect::<Result<_>>()?;
    let rings = shown().chain(rings).collect();
    Ok(vec![
        NoiseFigure::Still {
            name: "plot_image_spectra".to_string(),
            figure: grid(rows.collect()).draw(&shaped("plot_image_spectra", 8.1))?,
        },
        NoiseFigure::Still {
            name: "plot_image_rapsd".to_string(),
            figure: grid(rings).draw(&shaped("plot_image_rapsd", 6.0))?,
        },
        NoiseFigure::Moving {
            name: "image_spectrum".to_string(),
            animation: first.animation(preset, style)?,
        },
    ])
}

/// Writes `<name>.log_magnitude.npy`, `<name>.phase.npy` (both [row, column],
/// DC in the middle) and `<name>.slices.npy` of each plane: power [angle,
/// frequency] at 60 angles, 6 degrees apart anticlockwise, and 100 frequencies
/// 0.005 i cycles per sample.
///
/// # Errors
/// Those of the transforms, and [`crate::Error::Output`].
pub fn save_plane_spectra(planes: &[SourcePlane], folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    let names = planes.iter().map(|source| source.name.as_str());
    for (source, stem) in planes.iter().zip(file_stems(names)) {
        let spectrum = centred_spectrum(&source.plane)?;
        let fan = slices(
            &spectrum.power,
            SLICE_ANGLES,
            SLICE_SAMPLES,
            Radius::Frequency,
        )?;
        let arrays: [(&str, &Array2<f64>); 3] = [
            ("log_magnitude", &spectrum.log_magnitude.values),
            ("phase", &spectrum.phase.values),
            ("slices", &fan.power),
        ];
        for (what, values) in arrays {
            let path = folder.join(format!("{stem}.{what}.npy"));
            save_array(&path, values)?;
            paths.push(path);
        }
    }
    Ok(paths)
}

impl<'a> Sheet<'a> {
    fn new(source: &'a SourcePlane, preset: Preset) -> Result<Self> {
        let file = Path::new(&source.name).file_name();
        let title = file.map_or_else(String::new, |f| f.to_string_lossy().into_owned());
        Ok(Self {
            source,
            title: match (preset, source.representation) {
                (Preset::Post, _) => String::new(),
                (Preset::Default, Representation::LogMel) => format!("{title}, first segment"),
                (Preset::Default, _) => title,
            },
            spectrum: centred_spectrum(&source.plane)?,
        })
    }

    fn shown(&self) -> Panel {
        let plane = self.source.plane.clone();
        let picture = self.source.picture.as_deref();
        let photo = picture.and_then(|png| Picture::from_png(&self.title, png));
        match (self.source.representation, photo) {
            (_, Some(photo)) => Panel::Picture(photo),
            (Representation::LogMel, None) => {
                let mut map = HeatMap::spectrogram(&self.title, plane, FrequencyScale::Mel);
                map.colour_bar = false;
                Panel::Heat(map)
            }
            _ => {
                let mut map = HeatMap::new(&self.title, plane);
                map.colour_map = ColourMap::Viridis;
                map.origin = Origin::Upper;
                map.colour_bar = false;
                Panel::Heat(map)
            }
        }
    }

    fn magnitude(&self, preset: Preset) -> Panel {
        let title = if preset == Preset::Post { "" } else { "ln |F|" };
        let mut map = HeatMap::new(title, on_axes(&self.spectrum.log_magnitude, preset));
        map.colour_map = ColourMap::Viridis;
        self.with_axes(map, preset)
    }

    fn phase(&self, preset: Preset) -> Panel {
        let title = if preset == Preset::Post {
            ""
        } else {
            "phase, −π to π"
        };
        let mut map = HeatMap::new(title, on_axes(&self.spectrum.phase, preset));
        map.colour_map = ColourMap::RdBu;
        map.reduction = Reduction::First;
        map.range = ColourRange::Fixed(-std::f64::consts::PI, std::f64::consts::PI);
        self.with_axes(map, preset)
    }

    /// The axes and origin of this kind of plane.
    fn with_axes(&self, mut map: HeatMap, preset: Preset) -> Panel {
        map.colour_bar = false;
        map.aspect = Aspect::Equal;
        map.origin = match self.source.representation {
            Representation::LogMel => Origin::Lower,
            _ => Origin::Upper,
        };
        let names = match (preset, self.source.representation) {
            (Preset::Post, _) => ["", ""],
            (_, Representation::LogMel) => ["along time", "along bands"],
            _ => ["horizontal", "vertical"],
        };
        map.x = AxisSpec::linear(names[0], AxisSpec::of(Unit::CyclePerSample).unit.as_str());
        map.y = AxisSpec::linear(names[1], AxisSpec::of(Unit::CyclePerSample).unit.as_str());
        if preset == Preset::Post {
            (map.x.unit, map.y.unit) = (String::new(), String::new());
        }
        Panel::Heat(map)
    }

    fn rings(&self, radius: Radius, preset: Preset) -> Result<Panel> {
        let spectrum = rapsd(&self.source.plane, radius)?;
        let frequency = spectrum.frequency.values()[1..].to_vec();
        let mut series =
            Series::new("", frequency, spectrum.power[1..].to_vec()).with_style(LineStyle::Points);
        if preset == Preset::Post {
            series = series.with_colour(RED);
        }
        Ok(Panel::Curves(CurveFigure {
            title: String::new(),
            x: frequency_axis(preset),
            y: AxisSpec::log("power", ""),
            series: vec![series],
            markers: vec![],
        }))
    }

    fn animation(&self, preset: Preset, style: &FigureStyle) -> Result<Animation> {
        let style = style.clone().with_size(10.0, 5.0);
        let style = match preset {
            Preset::Post => style.with_manner(Manner::Matplotlib),
            Preset::Default => style,
        };
        let limits = self.slice_limits()?;
        let frames: Vec<Result<AnimationFrame>> = (0..SLICE_ANGLES)
            .into_par_iter()
            .map(|i| {
                let degrees = 360.0 * i as f64 / SLICE_ANGLES as f64;
                let slice = directional_slice(
                    &self.spectrum.power,
                    degrees.to_radians(),
                    SLICE_SAMPLES,
                    Radius::Frequency,
                )?;
                let grid = PanelGrid {
                    columns: 2,
                    panels: vec![
                        self.with_ray(degrees, preset),
                        Panel::Curves(along_ray(&slice, degrees, limits, preset)),
                    ],
                    ..PanelGrid::default()
                };
                Ok(AnimationFrame {
                    figure: grid.draw(&style)?,
                    hold_ms: SIXTY_FRAMES_MS,
                })
            })
            .collect();
        Ok(Animation {
            frames: frames.into_iter().collect::<Result<_>>()?,
            repeat: Repeat::Forever,
            max_bytes: Some(MOST_BYTES),
        })
    }

    /// Powers that all slices show, DC left out.
    fn slice_limits(&self) -> Result<(f64, f64)> {
        let fan = slices(
            &self.spectrum.power,
            SLICE_ANGLES,
            SLICE_SAMPLES,
            Radius::Frequency,
        )?;
        // A field without mean would stretch the axis down to its rounding.
        let beyond_dc = fan.power.indexed_iter().filter(|((_, i), _)| *i > 0);
        let powers = beyond_dc.map(|(_, p)| *p).filter(|p| *p > 0.0);
        let highest = powers.clone().fold(f64::MIN_POSITIVE, f64::max);
        let lowest = powers.fold(highest, f64::min);
        Ok((0.5 * lowest, 2.0 * highest))
    }

    /// The spectrum, y upward, with the ray at `degrees` anticlockwise.
    fn with_ray(&self, degrees: f64, preset: Preset) -> Panel {
        let mut map = match self.magnitude(preset) {
            Panel::Heat(map) => map,
            other => return other,
        };
        map.origin = Origin::Lower;
        map.title.clone_from(&self.title);
        let (sin, cos) = degrees.to_radians().sin_cos();
        // To the edge of a square, from where DC lies.
        let (rows, cols) = self.spectrum.power.values.dim();
        let ([x, y], radius) = match preset {
            Preset::Post => ([cols, rows].map(|n| (n / 2) as f64), (cols / 2) as f64),
            Preset::Default => ([0.0, 0.0], 0.5),
        };
        let (x, y) = (vec![x, x + radius * cos], vec![y, y + radius * sin]);
        let ray = Series::new("", x, y)
            .with_style(LineStyle::Points)
            .with_colour(RED);
        map.series = vec![ray];
        Panel::Heat(map)
    }
}

/// The post counts the cells of a spectrum; ours are frequencies.
fn on_axes(plane: &Plane, preset: Preset) -> Plane {
    let mut plane = plane.clone();
    if preset == Preset::Post {
        let cells = |len| Axis::Uniform {
            unit: Unit::Pixel,
            start: 0.0,
            step: 1.0,
            len,
        };
        (plane.rows, plane.cols) = (cells(plane.values.nrows()), cells(plane.values.ncols()));
    }
    plane
}

fn frequency_axis(preset: Preset) -> AxisSpec {
    match preset {
        Preset::Post => AxisSpec::log("frequency", ""),
        Preset::Default => AxisSpec::log("frequency", "cycles/sample"),
    }
}

fn along_ray(slice: &Slice, degrees: f64, limits: (f64, f64), preset: Preset) -> CurveFigure {
    let positions = match preset {
        Preset::Post => (1..slice.frequency.len()).map(|i| i as f64).collect(),
        Preset::Default => slice.frequency[1..].to_vec(),
    };
    CurveFigure {
        title: match preset {
            Preset::Post => String::new(),
            Preset::Default => format!("Power along the ray at {degrees:.0}°"),
        },
        x: frequency_axis(preset),
        y: AxisSpec::log("power", "").with_limits(limits.0, limits.1),
        series: vec![Series::new("", positions, slice.power[1..].to_vec()).with_colour(RED)],
        markers: vec![],
    }
}
