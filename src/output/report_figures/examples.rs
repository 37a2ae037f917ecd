//! Spectra of single sources, under their pictures.

use super::rows::{axes, single, totals};
use crate::analysis::{ExampleRow, Report, Representation};
use crate::output::convention::Convention;
use crate::output::curves::{curves, file_name, grid, powers, stacked};
use crate::output::drawings::{Drawing, name_of};
use crate::output::figure::{Panel, Picture, Series};
use crate::{Error, Result};
use base64::Engine;

/// Panels in a row.
const MOST_COLUMNS: usize = 4;
/// Width in inches below which half as many fit.
const NARROW: f64 = 5.0;
/// Most examples in one figure.
const MOST_EXAMPLES: usize = 12;

/// A panel per example, of representations whose sources have names.
pub(super) fn draw(
    report: &Report,
    convention: &Convention,
    drawings: &mut Vec<Drawing>,
) -> Result<()> {
    let most_columns = match convention.style.width_in < NARROW {
        true => MOST_COLUMNS / 2,
        false => MOST_COLUMNS,
    };
    for result in totals(report) {
        let representation = result.representation;
        let rows = report.examples.iter();
        let rows: Vec<&ExampleRow> = rows
            .filter(|example| example.representation == representation)
            .take(MOST_EXAMPLES)
            .collect();
        if rows.is_empty() || representation == Representation::Array {
            continue;
        }
        let columns = rows.len().min(most_columns);
        let axes = axes(report, result, convention);
        let curve = |row: &&ExampleRow| {
            let full = row.full.as_ref().zip(result.full.as_ref());
            let (values, spectrum) = match full {
                Some((values, full)) if values.len() == full.frequency.len() => (values, full),
                _ => (&row.mean_log_power, &result.spectrum),
            };
            let series = Series::new("", spectrum.frequency.to_vec(), powers(values, 0.0));
            // A picture bears the name itself.
            let title = match row.picture {
                None => convention.caption(name(row, &rows)),
                Some(_) => String::new(),
            };
            let series = single(series, convention);
            Panel::Curves(curves(title, axes.clone(), vec![series]))
        };
        let mut layers = vec![rows.iter().map(curve).collect()];
        if rows.iter().any(|row| row.picture.is_some()) {
            let pictures = rows.iter().map(|row| picture(row, convention));
            layers.insert(0, pictures.collect::<Result<_>>()?);
        }
        let panels = stacked(&layers, columns);
        let n_rows = (panels.len() / columns) as f64;
        let share = (
            columns as f64 / MOST_COLUMNS as f64,
            n_rows / layers.len() as f64,
        );
        let name = name_of("plot_*", representation);
        let own = convention.shaped(3.5 * columns as f64, 3.0 * n_rows);
        let style = convention.sized(&name, share, own);
        let figure = grid("", columns, panels).draw(&style)?;
        drawings.push(Drawing::still(name, figure));
    }
    Ok(())
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

/// The picture of an example; an empty place where it has none.
fn picture(row: &ExampleRow, convention: &Convention) -> Result<Panel> {
    let Some(picture) = &row.picture else {
        return Ok(Panel::Empty);
    };
    let title = convention.caption(file_name(&row.path));
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
