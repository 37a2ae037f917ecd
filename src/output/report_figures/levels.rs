use super::{NamedFigure, all_of, frequency_axis, sample_size, shaped, title};
use crate::Result;
use crate::analysis::{Report, Representation, ResultRow};
use crate::compare::level_quantile;
use crate::data::{Axis, Plane, Unit};
use crate::output::figure::{AxisSpec, ColourMap, ColourRange, FigureStyle, HeatMap, LineStyle};
use crate::output::figure::{Rgb, Series};
use ndarray::Array2;

/// Vermilion (Okabe & Ito): stands out from viridis, from paper and from dark.
const LINES: Rgb = Rgb(0xD5, 0x5E, 0x00);

/// Fewer segments have no tenth part.
const LEAST_SEGMENTS: u64 = 10;

/// The share of segments per frequency and level, with median and 10 % and 90 %
/// lines (after McNamara & Buland 2004).
pub(super) fn draw(
    report: &Report,
    style: &FigureStyle,
    figures: &mut Vec<NamedFigure>,
) -> Result<()> {
    let style = shaped(style, 8.0, 4.5);
    for (representation, name) in [
        (Representation::Waveform, "levels_waveform"),
        (Representation::Magnitude, "levels_magnitude"),
        (Representation::LogMagnitude, "levels_log_magnitude"),
        (Representation::LogMel, "levels_log_mel"),
        (Representation::Mfcc, "levels_mfcc"),
        (Representation::Cepstrum2d, "levels_cepstrum_2d"),
        (Representation::Photo, "levels_photos"),
        (Representation::Array, "levels_arrays"),
    ] {
        if let Some(result) = all_of(report, representation)
            && result.levels.frequency.len() > 1
        {
            let figure = picture(result).draw(&style)?;
            figures.push(NamedFigure { name, figure });
        }
    }
    Ok(())
}

fn picture(result: &ResultRow) -> HeatMap {
    let levels = &result.levels;
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
    let text = format!(
        "Levels of the {}, {}",
        title(result.representation),
        sample_size(result)
    );
    let mut map = HeatMap::new(&text, plane);
    map.x = frequency_axis(result.spectrum.unit);
    map.y = AxisSpec::linear("mean level in sixth octaves", "dB");
    map.quantity = "share of segments".into();
    map.unit = "%".into();
    map.colour_map = ColourMap::Viridis;
    map.range = ColourRange::Fixed(0.0, largest.max(1.0));
    if result.n_segments < LEAST_SEGMENTS {
        return map;
    }
    // The first line of a figure is the solid one.
    map.series = [
        (0.5, LineStyle::Line),
        (0.1, LineStyle::Dashed),
        (0.9, LineStyle::Dashed),
    ]
    .map(|(share, line)| quantile(result, share, line))
    .into();
    map
}

fn quantile(result: &ResultRow, share: f64, style: LineStyle) -> Series {
    let levels = &result.levels;
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
        .with_colour(LINES)
}
