//! Statistics of the levels of segments.

use super::rows::{sample_size, totals};
use crate::Result;
use crate::analysis::{LevelRow, Report, ResultRow};
use crate::compare::level_quantile;
use crate::data::{Axis, Plane, Unit};
use crate::output::convention::Convention;
use crate::output::curves::{VERMILION, spectral_axis};
use crate::output::drawings::{Drawing, name_of};
use crate::output::figure::{AxisSpec, ColourMap, ColourRange, HeatMap, LineStyle, Series};
use ndarray::Array2;

/// Fewer segments have no tenth part.
const LEAST_SEGMENTS: u64 = 10;

/// The share of segments per frequency and level, with median and 10 % and 90 %
/// lines (after McNamara & Buland 2004).
pub(super) fn draw(
    report: &Report,
    convention: &Convention,
    drawings: &mut Vec<Drawing>,
) -> Result<()> {
    let style = convention.shaped(8.0, 4.5);
    for result in totals(report) {
        let levels = result.levels.as_ref();
        if let Some(levels) = levels.filter(|levels| levels.frequency.len() > 1) {
            let name = name_of("levels_*", result.representation);
            let figure = picture(result, levels).draw(&style)?;
            drawings.push(Drawing::still(name, figure));
        }
    }
    Ok(())
}

fn picture(result: &ResultRow, levels: &LevelRow) -> HeatMap {
    let n_levels = levels.counts.first().map_or(0, Vec::len);
    let values = Array2::from_shape_fn((n_levels, levels.counts.len()), |(level, band)| {
        let counts = &levels.counts[band];
        let total: u64 = counts.iter().sum();
        // Levels that never occur stay empty.
        match counts[level] {
            0 => f64::NAN,
            count => 100.0 * count as f64 / total as f64,
        }
    });
    let largest = values.iter().copied().fold(0.0, f64::max);
    let plane = Plane {
        values,
        rows: Axis::Uniform {
            unit: Unit::Pixel,
            start: levels.level_start_db + 0.5,
            step: 1.0,
            len: n_levels,
        },
        cols: Axis::Tabulated {
            unit: result.spectrum.unit,
            values: levels.frequency.clone(),
        },
    };
    let title = format!(
        "Levels of the {}, {}",
        result.representation.info().quantity,
        sample_size(result)
    );
    // The first line of a figure is the solid one.
    let lines = [
        (0.5, LineStyle::Line),
        (0.1, LineStyle::Dashed),
        (0.9, LineStyle::Dashed),
    ];
    let lines = lines.map(|(share, line)| quantile(levels, share, line));
    HeatMap {
        x: spectral_axis(result.spectrum.unit),
        y: AxisSpec::linear("mean level in sixth octaves", "dB"),
        quantity: "share of segments".into(),
        unit: "%".into(),
        colour_map: ColourMap::Viridis,
        range: ColourRange::Fixed(0.0, largest.max(1.0)),
        series: match result.n_segments < LEAST_SEGMENTS {
            true => vec![],
            false => lines.into(),
        },
        ..HeatMap::new(&title, plane)
    }
}

fn quantile(levels: &LevelRow, share: f64, style: LineStyle) -> Series {
    let y = levels
        .counts
        .iter()
        .map(|counts| level_quantile(counts, levels.level_start_db, share).unwrap_or(f64::NAN));
    let label = match share {
        0.5 => "median",
        share if share < 0.5 => "10 % and 90 %",
        _ => "",
    };
    Series::new(label, levels.frequency.clone(), y.collect())
        .with_style(style)
        .with_colour(VERMILION)
}
