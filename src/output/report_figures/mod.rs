//! The figures of a report, drawn from nothing but the report.

mod examples;
mod levels;
mod rows;
mod sketch;
mod spectra;

use super::convention::Convention;
use super::drawings::{Drawing, FigureSet};
use crate::Result;
use crate::analysis::Report;

/// Draws the figures of a report; each has the shape that suits it, at the width
/// of the style.
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for a style that cannot be drawn.
pub fn report_figures(
    report: &Report,
    set: FigureSet,
    convention: &Convention,
) -> Result<Vec<Drawing>> {
    let mut drawings = Vec::new();
    if set == FigureSet::None {
        return Ok(drawings);
    }
    spectra::draw(report, set, convention, &mut drawings)?;
    if set == FigureSet::All {
        examples::draw(report, convention, &mut drawings)?;
        levels::draw(report, convention, &mut drawings)?;
        drawings.push(sketch::draw(convention)?);
    }
    Ok(drawings)
}
