//! Two-dimensional spectra of single planes: magnitude, phase, and power along
//! a turning ray.

use super::convention::{Convention, R};
use super::curves::{curves, file_name, grid};
use super::drawings::{Drawing, animated};
use super::figure::{
    Animation, Aspect, AxisSpec, ColourMap, ColourRange, FrequencyScale, HeatMap, LineStyle,
    Origin, Panel, Picture, Reduction, Series,
};
use super::npy::{file_stems, save_array};
use crate::Result;
use crate::analysis::{Representation, SourcePlane};
use crate::data::{Axis, Plane, Unit};
use crate::planar::{CentredSpectrum, Radius, SliceFan, centred_spectrum, rapsd, slices};
use ndarray::{Array2, ArrayView1};
use rayon::prelude::*;
use std::f64::consts::PI;
use std::path::{Path, PathBuf};

/// The turning ray of the post: 60 frames of 6 degrees, 100 samples a ray.
pub const SLICE_ANGLES: usize = 60;
const SLICE_SAMPLES: usize = 100;
const SIXTY_FRAMES_MS: u32 = 40;
/// Photos side by side in the post.
const PUBLISHED_COLUMNS: f64 = 4.0;

/// A plane with its spectrum.
struct Sheet<'a> {
    source: &'a SourcePlane,
    title: String,
    spectrum: CentredSpectrum,
    convention: &'a Convention,
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
    convention: &Convention,
) -> Result<Vec<Drawing>> {
    let sheets: Vec<Sheet<'_>> = planes
        .par_iter()
        .map(|source| Sheet::new(source, convention))
        .collect::<Result<_>>()?;
    let Some(first) = sheets.first() else {
        return Ok(vec![]);
    };
    let columns = sheets.len();
    let still = |name: &str, height: f64, rows: Vec<Panel>| {
        let width = 2.9 * columns as f64;
        let own = convention.style.clone().with_size(width.max(4.0), height);
        let share = (columns as f64 / PUBLISHED_COLUMNS, 1.0);
        let style = convention.sized(name, share, own);
        Ok(Drawing::still(name, grid("", columns, rows).draw(&style)?))
    };
    let row = |panel: fn(&Sheet) -> Panel| -> Vec<Panel> { sheets.iter().map(panel).collect() };
    let shown = row(|sheet| sheet.shown());
    let magnitudes = row(|sheet| Panel::Heat(sheet.magnitude()));
    let phases = row(|sheet| Panel::Heat(sheet.phase()));
    let rings: Vec<Panel> = sheets
        .iter()
        .map(|sheet| sheet.rings(radius))
        .collect::<Result<_>>()?;
    Ok(vec![
        still(
            "plot_image_spectra",
            8.1,
            [shown.clone(), magnitudes, phases].concat(),
        )?,
        still("plot_image_rapsd", 6.0, [shown, rings].concat())?,
        Drawing::moving("image_spectrum", first.animation()?),
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
        let arrays: [(&str, &Array2<f64>); 3] = [
            ("log_magnitude", &spectrum.log_magnitude.values),
            ("phase", &spectrum.phase.values),
            ("slices", &fan(&spectrum)?.power),
        ];
        for (what, values) in arrays {
            let path = folder.join(format!("{stem}.{what}.npy"));
            save_array(&path, values)?;
            paths.push(path);
        }
    }
    Ok(paths)
}

fn fan(spectrum: &CentredSpectrum) -> Result<SliceFan> {
    let power = &spectrum.power;
    slices(power, SLICE_ANGLES, SLICE_SAMPLES, Radius::Frequency)
}

impl<'a> Sheet<'a> {
    fn new(source: &'a SourcePlane, convention: &'a Convention) -> Result<Self> {
        let file = file_name(&source.name);
        let title = match source.representation {
            Representation::LogMel => format!("{file}, first segment"),
            _ => file,
        };
        Ok(Self {
            source,
            title: convention.caption(title),
            spectrum: centred_spectrum(&source.plane)?,
            convention,
        })
    }

    fn is_log_mel(&self) -> bool {
        self.source.representation == Representation::LogMel
    }

    fn shown(&self) -> Panel {
        let plane = self.source.plane.clone();
        let picture = self.source.picture.as_deref();
        if let Some(photo) = picture.and_then(|png| Picture::from_png(&self.title, png)) {
            return Panel::Picture(photo);
        }
        let mut map = match self.is_log_mel() {
            true => HeatMap::spectrogram(&self.title, plane, FrequencyScale::Mel),
            false => HeatMap {
                colour_map: ColourMap::Viridis,
                origin: Origin::Upper,
                ..HeatMap::new(&self.title, plane)
            },
        };
        map.colour_bar = false;
        Panel::Heat(map)
    }

    fn magnitude(&self) -> HeatMap {
        HeatMap {
            colour_map: ColourMap::Viridis,
            ..self.on_axes("ln |F|", &self.spectrum.log_magnitude)
        }
    }

    fn phase(&self) -> HeatMap {
        HeatMap {
            colour_map: ColourMap::RdBu,
            reduction: Reduction::First,
            range: ColourRange::Fixed(-PI, PI),
            ..self.on_axes("phase, −π to π", &self.spectrum.phase)
        }
    }

    /// A plane of the spectrum on its axes, cycles per sample or cells.
    fn on_axes(&self, title: &str, plane: &Plane) -> HeatMap {
        let mut plane = plane.clone();
        if self.convention.in_cells {
            let cells = |len| Axis::Uniform {
                unit: Unit::Pixel,
                start: 0.0,
                step: 1.0,
                len,
            };
            (plane.rows, plane.cols) = (cells(plane.values.nrows()), cells(plane.values.ncols()));
        }
        let (origin, names) = match self.is_log_mel() {
            true => (Origin::Lower, ["along time", "along bands"]),
            false => (Origin::Upper, ["horizontal", "vertical"]),
        };
        let caption = |text| self.convention.caption(text);
        let [x, y] = names.map(|name| AxisSpec::linear(caption(name), caption("cycles/sample")));
        HeatMap {
            x,
            y,
            origin,
            aspect: Aspect::Equal,
            colour_bar: false,
            ..HeatMap::new(caption(title), plane)
        }
    }

    fn rings(&self, radius: Radius) -> Result<Panel> {
        let spectrum = rapsd(&self.source.plane, radius)?;
        let frequency = spectrum.frequency.values()[1..].to_vec();
        let series = Series {
            colour: self.convention.single,
            style: LineStyle::Points,
            ..Series::new("", frequency, spectrum.power[1..].to_vec())
        };
        let axes = [self.frequency_axis(), AxisSpec::log("power", "")];
        Ok(Panel::Curves(curves("", axes, vec![series])))
    }

    fn frequency_axis(&self) -> AxisSpec {
        self.convention.frequency_axis(Unit::CyclePerSample)
    }

    fn animation(&self) -> Result<Animation> {
        let style = self.convention.in_manner().style.with_size(10.0, 5.0);
        let fan = fan(&self.spectrum)?;
        let positions: Vec<f64> = match self.convention.in_cells {
            true => (1..SLICE_SAMPLES).map(|i| i as f64).collect(),
            false => fan.frequency[1..].to_vec(),
        };
        let (low, high) = slice_limits(&fan);
        let axes = [
            self.frequency_axis(),
            AxisSpec::log("power", "").with_limits(low, high),
        ];
        let angles = fan.angle_degrees.iter().copied();
        let rays: Vec<(f64, ArrayView1<f64>)> = angles.zip(fan.power.rows()).collect();
        animated(&rays, SIXTY_FRAMES_MS, &style, |(degrees, power)| {
            let power = power.iter().skip(1).copied().collect();
            let series = Series::new("", positions.clone(), power).with_colour(R);
            let title = format!("Power along the ray at {degrees:.0}°");
            let along_ray = curves(self.convention.caption(title), axes.clone(), vec![series]);
            let with_ray = Panel::Heat(self.with_ray(*degrees));
            Ok(grid("", 2, vec![with_ray, Panel::Curves(along_ray)]))
        })
    }

    /// The spectrum, y upward, with the ray at `degrees` anticlockwise.
    fn with_ray(&self, degrees: f64) -> HeatMap {
        let (sin, cos) = degrees.to_radians().sin_cos();
        // To the edge of a square, from where DC lies.
        let (rows, cols) = self.spectrum.power.values.dim();
        let ([x, y], radius) = match self.convention.in_cells {
            true => ([cols, rows].map(|n| (n / 2) as f64), (cols / 2) as f64),
            false => ([0.0, 0.0], 0.5),
        };
        let (x, y) = (vec![x, x + radius * cos], vec![y, y + radius * sin]);
        let ray = Series::new("", x, y)
            .with_style(LineStyle::Points)
            .with_colour(R);
        HeatMap {
            title: self.title.clone(),
            origin: Origin::Lower,
            series: vec![ray],
            ..self.magnitude()
        }
    }
}

/// Powers that all slices show, DC left out.
fn slice_limits(fan: &SliceFan) -> (f64, f64) {
    // A field without mean would stretch the axis down to its rounding.
    let beyond_dc = fan.power.indexed_iter().filter(|((_, i), _)| *i > 0);
    let powers = beyond_dc.map(|(_, p)| *p).filter(|p| *p > 0.0);
    let highest = powers.clone().fold(f64::MIN_POSITIVE, f64::max);
    let lowest = powers.fold(highest, f64::min);
    (0.5 * lowest, 2.0 * highest)
}
