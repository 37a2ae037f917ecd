use super::{NamedFigure, all_of, axes, exponentials, shaped, styled};
use crate::analysis::{ExampleRow, Preset, Report, Representation, ResultRow};
use crate::output::figure::{CurveFigure, FigureStyle, Panel, PanelGrid, Picture, Series};
use crate::output::published::published;
use crate::{Error, Result};

/// Panels in a row.
const MOST_COLUMNS: usize = 4;
/// Width in inches below which half as many fit.
const NARROW: f64 = 5.0;
/// Most examples in one figure.
const MOST_EXAMPLES: usize = 12;

/// A panel per example.
pub(super) fn draw(
    report: &Report,
    style: &FigureStyle,
    figures: &mut Vec<NamedFigure>,
) -> Result<()> {
    for (representation, name) in [
        (Representation::Waveform, "plot_sound_spectra"),
        (Representation::Magnitude, "plot_sound_magnitude_rapsd"),
        (
            Representation::LogMagnitude,
            "plot_sound_log_magnitude_rapsd",
        ),
        (Representation::LogMel, "plot_sound_melspec_rapsd"),
        (Representation::Mfcc, "plot_sound_mfcc_power"),
        (Representation::Cepstrum2d, "plot_sound_cepstrum_2d"),
        (Representation::Photo, "plot_image_rapsd"),
    ] {
        let Some(result) = all_of(report, representation) else {
            continue;
        };
        let rows: Vec<&ExampleRow> = report
            .examples
            .iter()
            .filter(|example| example.representation == representation)
            .collect();
        if rows.is_empty() {
            continue;
        }
        let rows = &rows[..rows.len().min(MOST_EXAMPLES)];
        let most = match style.width_in < NARROW {
            true => MOST_COLUMNS / 2,
            false => MOST_COLUMNS,
        };
        let columns = rows.len().min(most);
        let with_pictures = rows.iter().any(|row| row.picture.is_some());
        let mut panels = Vec::new();
        for chunk in rows.chunks(columns) {
            if with_pictures {
                for row in chunk {
                    panels.push(picture(row, report.config.preset)?);
                }
                panels.extend((chunk.len()..columns).map(|_| Panel::Empty));
            }
            let curves = chunk.iter().map(|row| curve(report, result, row, rows));
            panels.extend(curves.map(Panel::Curves));
            panels.extend((chunk.len()..columns).map(|_| Panel::Empty));
        }
        let n_rows = panels.len() / columns;
        let grid = PanelGrid {
            columns,
            panels,
            ..PanelGrid::default()
        };
        let style = match report.config.preset {
            Preset::Default => shaped(style, 3.5 * columns as f64, 3.0 * n_rows as f64),
            Preset::Post => {
                let published_rows = if with_pictures { 2.0 } else { 1.0 };
                let share = (
                    columns as f64 / MOST_COLUMNS as f64,
                    n_rows as f64 / published_rows,
                );
                published(style, name, share)
            }
        };
        figures.push(NamedFigure {
            name,
            figure: grid.draw(&style)?,
        });
    }
    Ok(())
}

fn curve(
    report: &Report,
    result: &ResultRow,
    row: &ExampleRow,
    all: &[&ExampleRow],
) -> CurveFigure {
    let frequency = result.spectrum.frequency.to_vec();
    let series = Series::new("", frequency, exponentials(&row.mean_log_power));
    let [x, y] = axes(report, result);
    CurveFigure {
        // A picture bears the name itself.
        title: match (&row.picture, report.config.preset) {
            (None, Preset::Default) => name(row, all),
            _ => String::new(),
        },
        x,
        y,
        series: vec![styled(report, series)],
        markers: vec![],
    }
}

/// The file name, with its class where another example has the same name.
fn name(row: &ExampleRow, all: &[&ExampleRow]) -> String {
    let file = file_name(&row.path);
    let n_alike = all.iter().filter(|other| file_name(&other.path) == file);
    match n_alike.count() {
        1 => file,
        _ => format!("{}: {file}", row.class),
    }
}

fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_string()
}

/// The picture of an example; an empty place where it has none.
fn picture(row: &ExampleRow, preset: Preset) -> Result<Panel> {
    use base64::Engine;
    let Some(picture) = &row.picture else {
        return Ok(Panel::Empty);
    };
    let title = match preset {
        Preset::Default => file_name(&row.path),
        Preset::Post => String::new(),
    };
    let png = base64::engine::general_purpose::STANDARD.decode(picture);
    png.ok()
        .and_then(|png| Picture::from_png(&title, &png))
        .map(Panel::Picture)
        .ok_or_else(|| {
            let requirement = "a report whose pictures are small 8-bit RGB PNGs";
            Error::argument(
                "REPORT",
                format!("the picture of {}", row.path),
                requirement,
            )
        })
}
