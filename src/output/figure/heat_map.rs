//! A panel of coloured cells.

use super::cells::{edges, resampled};
use super::layout::{AxisInUse, Content, Prepared};
use super::scale::Map;
use super::{AxisSpec, ColourMap, Figure, FigureStyle, Marker, Scale, Series, grid};
use crate::data::{Axis, Plane, Unit};
use crate::{Error, Result};
use ndarray::Array2;

/// Cells along an axis that is drawn logarithmically: fine enough for print.
const LOG_CELLS: usize = 720;

/// The values that the ends of a colour map stand for.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum ColourRange {
    /// The smallest and the largest value.
    #[default]
    Auto,
    /// These two.
    Fixed(f64, f64),
    /// Zero in the middle, the largest magnitude at the ends.
    Symmetric,
}

/// How the frequencies of a spectrogram are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FrequencyScale {
    /// Hertz, evenly.
    #[default]
    Linear,
    /// Decades, evenly: rows are resampled.
    Log,
    /// The rows of the plane, evenly, with hertz at the places that the plane's
    /// band centres give them.
    Mel,
}

/// Where the first row of a plane is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    /// At the bottom: spectrograms.
    #[default]
    Lower,
    /// On top: pictures.
    Upper,
}

/// What is shown where several cells of a plane share one place of the drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reduction {
    /// Their mean: shares, linear values.
    #[default]
    Mean,
    /// The largest: values in dB, whose mean would hide a tone.
    Maximum,
    /// The first: angles, which have no mean.
    First,
}

/// The shape of a heat map's frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Aspect {
    /// All of its place.
    #[default]
    Fill,
    /// One unit is as long across as upwards (on a logarithmic axis a decade, on
    /// a native one a band): angles and circles keep their shape.
    Equal,
}

/// A plane in colours, with a colour bar.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMap {
    /// Written above the panel; may be empty.
    pub title: String,
    /// The values, with the positions of rows and columns. Values that are not
    /// finite show the background.
    pub plane: Plane,
    /// Name, unit and scale of the columns' axis.
    pub x: AxisSpec,
    /// Name, unit and scale of the rows' axis.
    pub y: AxisSpec,
    /// Name of the values, for the colour bar.
    pub quantity: String,
    /// Their unit.
    pub unit: String,
    /// Colours.
    pub colour_map: ColourMap,
    /// Values at the ends of the colour map.
    pub range: ColourRange,
    /// What is shown of cells that are smaller than a pixel, or that an axis of
    /// another scale draws together. Without axes ([`FigureStyle::bare`]) cells
    /// smaller than a pixel are shown one in several, as matplotlib does.
    pub reduction: Reduction,
    /// Where row 0 is drawn.
    pub origin: Origin,
    /// The shape of the frame.
    pub aspect: Aspect,
    /// Whether a colour bar is drawn.
    pub colour_bar: bool,
    /// Curves drawn over the picture.
    pub series: Vec<Series>,
    /// Lines at single values.
    pub markers: Vec<Marker>,
}

impl HeatMap {
    /// A plane with axes named after the units of its rows and columns.
    pub fn new(title: &str, plane: Plane) -> Self {
        HeatMap {
            title: title.into(),
            x: AxisSpec::of(plane.cols.unit()),
            y: AxisSpec::of(plane.rows.unit()),
            plane,
            quantity: String::new(),
            unit: String::new(),
            colour_map: ColourMap::default(),
            range: ColourRange::default(),
            reduction: Reduction::default(),
            origin: Origin::default(),
            aspect: Aspect::default(),
            colour_bar: true,
            series: vec![],
            markers: vec![],
        }
    }

    /// A spectrogram in dB, [frequency in Hz, time in s].
    pub fn spectrogram(title: &str, plane: Plane, frequencies: FrequencyScale) -> Self {
        let mut map = Self::new(title, plane);
        map.y.scale = match frequencies {
            FrequencyScale::Linear => Scale::Linear,
            FrequencyScale::Log => Scale::Log,
            FrequencyScale::Mel => Scale::Native,
        };
        map.quantity = "power".into();
        map.unit = "dB".into();
        map.reduction = Reduction::Maximum;
        map
    }

    /// Draws the figure.
    ///
    /// # Errors
    /// [`Error::Length`] where the plane and its axes differ in size or are
    /// empty, [`Error::InvalidArgument`] for impossible limits, ranges, sizes.
    pub fn draw(&self, style: &FigureStyle) -> Result<Figure> {
        grid::draw_single(self.prepare()?, style)
    }

    pub(super) fn prepare(&self) -> Result<Prepared<'_>> {
        for series in &self.series {
            series.check()?;
        }
        let cells = self
            .plane
            .values
            .mapv(|v| if drawable(v) { v } else { f64::NAN });
        let (cells, x_map, x_edges) = place(cells, 1, &self.plane.cols, &self.x, self.reduction)?;
        let (cells, y_map, y_edges) = place(cells, 0, &self.plane.rows, &self.y, self.reduction)?;
        let (y_map, y_edges) = match self.origin {
            Origin::Lower => (y_map, y_edges),
            Origin::Upper => (y_map.reversed(), (1.0 - y_edges.1, 1.0 - y_edges.0)),
        };
        let mut cells = cells;
        if self.origin == Origin::Upper {
            cells.invert_axis(ndarray::Axis(0));
        }
        let range = self.resolved_range()?;
        let bar = Bar {
            map: Map::between(BAR_AXIS.get_or_init(bar_axis), range)?,
            range,
            quantity: &self.quantity,
            unit: &self.unit,
            colour_map: self.colour_map,
        };
        Ok(Prepared {
            title: &self.title,
            x: Some(AxisInUse::new(&self.x, x_map)),
            y: Some(AxisInUse::new(&self.y, y_map)),
            bar: self.colour_bar.then_some(bar),
            content: Content::Heat {
                cells,
                edges: [x_edges, y_edges],
                uncut: self.x.limits.or(self.y.limits).is_none(),
                colour_map: self.colour_map,
                range,
                reduction: self.reduction,
                aspect: self.aspect,
                series: &self.series,
                markers: &self.markers,
            },
        })
    }

    fn resolved_range(&self) -> Result<(f64, f64)> {
        let finite = self.plane.values.iter().filter(|v| drawable(**v));
        let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &v| {
            (low.min(v), high.max(v))
        });
        let (low, high) = match self.range {
            ColourRange::Fixed(low, high) if low < high && (high - low).is_finite() => {
                return Ok((low, high));
            }
            ColourRange::Fixed(low, high) => {
                let value = format!("{low}..{high}");
                return Err(Error::argument("range", value, "finite and increasing"));
            }
            _ if low > high => (0.0, 1.0),
            ColourRange::Auto => (low, high),
            ColourRange::Symmetric => {
                let largest = low.abs().max(high.abs());
                (-largest, largest)
            }
        };
        // A constant plane gets the middle colour.
        let least = low.abs().max(high.abs()).max(1e-280) * 1e-9;
        match high - low > least {
            true => Ok((low, high)),
            false => Ok((
                low - 0.5 * low.abs().max(1.0),
                high + 0.5 * low.abs().max(1.0),
            )),
        }
    }
}

/// Larger values are shown as missing: differences of them overflow.
fn drawable(value: f64) -> bool {
    value.is_finite() && value.abs() <= 1e299
}

static BAR_AXIS: std::sync::OnceLock<AxisSpec> = std::sync::OnceLock::new();

fn bar_axis() -> AxisSpec {
    AxisSpec::linear("", "")
}

/// The colour scale of a heat map.
#[derive(Debug, Clone)]
pub(super) struct Bar<'a> {
    pub map: Map,
    pub range: (f64, f64),
    pub quantity: &'a str,
    pub unit: &'a str,
    pub colour_map: ColourMap,
}

impl Bar<'_> {
    pub fn with_range(mut self, range: (f64, f64)) -> Self {
        self.range = range;
        // Kept as it was where the ranges joined are no interval.
        if let Ok(map) = self.map.clone().with_limits(range) {
            self.map = map;
        }
        self
    }
}

/// Cells as they are spread along one axis of a panel, with the axis' map and
/// the positions of the picture's edges.
fn place(
    cells: Array2<f64>,
    dimension: usize,
    axis: &Axis,
    spec: &AxisSpec,
    reduction: Reduction,
) -> Result<(Array2<f64>, Map, (f64, f64))> {
    let centres = axis.values();
    let count = cells.len_of(ndarray::Axis(dimension));
    if centres.len() != count || count == 0 {
        return Err(Error::Length {
            what: "axis of a plane",
            got: centres.len(),
            expected: count.max(1),
        });
    }
    if spec.scale == Scale::Native {
        let map = Map::listed(centres);
        let map = match spec.limits {
            Some(limits) => map.with_limits(limits)?,
            None => map,
        };
        let edges = map.cell_span(count);
        return Ok((cells, map, edges));
    }
    let edges = edges(axis);
    let map = Map::between(spec, extent(axis, spec.scale, &centres, &edges))?;
    if spec.scale == Scale::Linear && matches!(axis, Axis::Uniform { .. }) {
        let at = |v: f64| map.position(v).unwrap_or(0.0);
        let span = (at(edges[0]), at(edges[count]));
        return Ok((cells, map, span));
    }
    let wanted: Vec<f64> = (0..=LOG_CELLS)
        .map(|i| map.value_at(i as f64 / LOG_CELLS as f64))
        .collect();
    let cells = resampled(&cells, dimension, &edges, &wanted, reduction);
    Ok((cells, map, (0.0, 1.0)))
}

/// First and last value on the axis of a heat map: centres of cells for times
/// and frequencies (0 Hz to Nyquist, as librosa draws it), else whole cells.
fn extent(axis: &Axis, scale: Scale, centres: &[f64], edges: &[f64]) -> (f64, f64) {
    let sampled = matches!(axis.unit(), Unit::Second | Unit::Hertz) && centres.len() > 2;
    let (mut low, high) = match sampled {
        true => (centres[0], centres[centres.len() - 1]),
        false => (edges[0], edges[edges.len() - 1]),
    };
    if scale == Scale::Log && low <= 0.0 {
        low = centres.iter().copied().find(|&c| c > 0.0).unwrap_or(low);
    }
    (low, high)
}
