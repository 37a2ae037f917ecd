use super::{NamedFigure, all_of, exponentials, frequency_axis, power_axis, shaped, styled};
use crate::analysis::{ExampleRow, Report, Representation, ResultRow};
use crate::output::figure::{CurveFigure, FigureStyle, Panel, PanelGrid, Picture, Series};
use crate::{Error, Result};

/// A panel per example.
pub(super) fn draw(
    report: &Report,
    style: &FigureStyle,
    figures: &mut Vec<NamedFigure>,
) -> Result<()> {
    for (representation, name) in [
        (Representation::Waveform, "plot_sound_spectra"),
        (Representation::LogMel, "plot_sound_melspec_rapsd"),
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
        let pictures = pictures(&rows)?;
        let n_rows = if pictures.is_empty() { 1.0 } else { 2.0 };
        let mut panels = pictures;
        panels.extend(
            rows.iter()
                .map(|row| Panel::Curves(curve(report, result, row, representation))),
        );
        let width = 3.5 * rows.len() as f64;
        let grid = PanelGrid {
            columns: rows.len(),
            panels,
            ..PanelGrid::default()
        };
        figures.push(NamedFigure {
            name,
            figure: grid.draw(&shaped(style, width, 3.0 * n_rows))?,
        });
    }
    Ok(())
}

fn curve(
    report: &Report,
    result: &ResultRow,
    row: &ExampleRow,
    representation: Representation,
) -> CurveFigure {
    let frequency = result.spectrum.frequency.clone();
    let series = Series::new("", frequency, exponentials(&row.mean_log_power));
    CurveFigure {
        // A photo's name stands above its picture.
        title: match representation {
            Representation::Photo => String::new(),
            _ => file_name(&row.path),
        },
        x: frequency_axis(result.spectrum.unit),
        y: power_axis(report, result),
        series: vec![styled(report, series)],
        markers: vec![],
    }
}

fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_string()
}

/// The pictures of examples that have one.
fn pictures(rows: &[&ExampleRow]) -> Result<Vec<Panel>> {
    use base64::Engine;
    let unreadable = |row: &ExampleRow| Error::argument("report", &row.path, "a readable picture");
    rows.iter()
        .filter_map(|row| Some((row, row.picture.as_ref()?)))
        .map(|(row, picture)| {
            let png = base64::engine::general_purpose::STANDARD
                .decode(picture)
                .map_err(|_| unreadable(row))?;
            let picture = Picture::from_png(&file_name(&row.path), &png);
            picture.map(Panel::Picture).ok_or_else(|| unreadable(row))
        })
        .collect()
}
