//! All figures of a report, with and without the data that it was made from.

use super::outcome::{Failure, counted};
use super::style::StyleArgs;
use super::terminal::tell;
use cepstrum::analysis::{
    ExampleData, NoiseSettings, Report, RunPlan, example_data, noise_of_report,
};
use cepstrum::output::{
    Convention, Drawing, DrawingKind, FigureSet, Frames, drawings_of_data, example_figures,
    noise_origin, published_noise_figures, report_figures, save_drawings,
};
use std::path::Path;

/// Draws the figures of a report into a folder and says so; those that show pixels
/// or samples need the plan of sources that are at hand.
pub fn draw(
    report: &Report,
    set: FigureSet,
    at_hand: Option<&RunPlan>,
    style: &StyleArgs,
    folder: &Path,
) -> Result<(), Failure> {
    let convention = Convention::new(report.config.preset, &style.style()?);
    let own = report_figures(report, set, &convention)?;
    save_drawings(&own, &[DrawingKind::Report], folder, Frames::Gif)?;
    let data = match (set, at_hand) {
        (FigureSet::All, Some(plan)) => Some(example_data(report, plan, report.config.seed)?),
        _ => None,
    };
    let mut others = Vec::new();
    // Without the inputs, what shows pixels and samples could not be drawn again.
    let mut replaced = Vec::from_iter(at_hand.map(|_| DrawingKind::Examples));
    if let Some(data) = &data {
        others.extend(example_figures(report, data, &convention)?);
    }
    if folder.parent().and_then(noise_origin).is_none() {
        others.extend(noise(report, set, data.as_ref(), &convention)?);
        replaced.push(DrawingKind::NoiseCurves);
        replaced.extend(at_hand.map(|_| DrawingKind::Tides));
    } else if set == FigureSet::All {
        tell("the figures of noise are left as `cepstrum noise` drew them");
    }
    save_drawings(&others, &replaced, folder, Frames::Gif)?;
    if set == FigureSet::All && at_hand.is_none() {
        let names = drawings_of_data(report, &convention);
        if !names.is_empty() {
            let names = names.join(", ");
            tell(&format!(
                "not drawn, because they show pixels and samples, which analyze reads: {names}"
            ));
        }
    }
    let n_still = own.len() + others.iter().filter(|f| is_still(f)).count();
    if n_still > 0 {
        let still = counted(n_still, "figure");
        let moving = match others.len() + own.len() - n_still {
            0 => String::new(),
            n => format!(", {n} as gif"),
        };
        tell(&format!(
            "{still} as svg and png{moving}: {}",
            folder.display()
        ));
    }
    Ok(())
}

fn is_still(drawing: &Drawing) -> bool {
    matches!(drawing, Drawing::Still { .. })
}

/// The figures of noise as expected from the report.
fn noise(
    report: &Report,
    set: FigureSet,
    data: Option<&ExampleData>,
    convention: &Convention,
) -> Result<Vec<Drawing>, Failure> {
    if set != FigureSet::All {
        return Ok(vec![]);
    }
    let mut settings = NoiseSettings::preset(report.config.preset);
    settings.seed = report.config.seed;
    let noise = match noise_of_report(report, &settings) {
        Ok(noise) => noise,
        Err(error) => {
            tell(&format!("no figure of noise: {error}"));
            return Ok(vec![]);
        }
    };
    let items = data.map_or(&[][..], |data| &data.items[..]);
    Ok(published_noise_figures(&noise, items, convention)?)
}
