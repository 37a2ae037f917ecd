//! Figures of a noise study: the three curves, the tide, and what can still be
//! detected when.

mod data_and_noise;
mod heat;
mod shown;
mod stills;
mod tide;

pub use heat::{HeatStep, heat_scales};

use self::data_and_noise::totals;
use super::convention::Convention;
use super::drawings::{Drawing, FigureSet};
use crate::Result;
use crate::analysis::{NoiseExample, NoiseReport, NoiseStudy};

/// Draws the figures of all studies; `examples` are shown beside the curves
/// where there are any.
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for a style that cannot be drawn.
pub fn noise_figures(
    noise: &NoiseReport,
    examples: &[NoiseExample],
    set: FigureSet,
    convention: &Convention,
) -> Result<Vec<Drawing>> {
    let mut drawings = Vec::new();
    if set == FigureSet::None {
        return Ok(drawings);
    }
    let convention = &convention.in_manner();
    let tau = noise.settings.tau;
    for study in totals(noise) {
        let example = of_study(examples, study);
        drawings.extend(stills::published(study, tau, convention)?);
        drawings.extend(stills::others(study, tau, convention)?);
        drawings.extend(heat::draw(study, example, set, convention)?);
        if set == FigureSet::All {
            drawings.push(tide::draw(study, example, convention)?);
        }
    }
    drawings.extend(stills::information(noise, convention)?);
    Ok(drawings)
}

/// Draws those figures that the post has: noise of two levels beside the data,
/// the highest detectable frequency along flow matching, and the rising tide. A
/// tide that shows an item beside its curves needs the item among the examples.
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for a style that cannot be drawn.
pub fn published_noise_figures(
    noise: &NoiseReport,
    examples: &[NoiseExample],
    convention: &Convention,
) -> Result<Vec<Drawing>> {
    let convention = &convention.in_manner();
    let mut drawings = Vec::new();
    for study in totals(noise) {
        let example = of_study(examples, study);
        drawings.extend(stills::published(study, noise.settings.tau, convention)?);
        if example.is_some() || convention.without_item == Some(study.representation) {
            drawings.push(tide::draw(study, example, convention)?);
        }
    }
    Ok(drawings)
}

fn of_study<'a>(examples: &'a [NoiseExample], study: &NoiseStudy) -> Option<&'a NoiseExample> {
    let mut examples = examples.iter();
    examples.find(|example| example.representation == study.representation)
}
