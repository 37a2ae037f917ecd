//! All figures of a report, with and without the data that it was made from.

use super::style::StyleArgs;
use super::{Failure, counted, tell};
use cepstrum::analysis::{
    ExampleData, NoiseSettings, Report, RunPlan, example_data, noise_of_report,
};
use cepstrum::output::figure::FigureStyle;
use cepstrum::output::{
    FigureSet, Frames, NoiseFigure, NoiseFigureSet, NoiseLook, example_figure_names,
    example_figure_paths, example_figures, noise_figures, noise_origin, published_noise_paths,
    remove_stale, report_figures, save_figures, save_noise_figures,
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
    let style = style.style()?;
    let own = report_figures(report, set, &style)?;
    save_figures(&own, folder)?;
    let data = match (set, at_hand) {
        (FigureSet::All, Some(plan)) => Some(example_data(report, plan, report.config.seed)?),
        _ => None,
    };
    let mut others = Vec::new();
    if at_hand.is_some() {
        remove_stale(example_figure_paths(folder))?;
    }
    if let Some(data) = &data {
        others.extend(example_figures(report, data, &style)?);
    }
    others.extend(noise(
        report,
        set,
        at_hand.is_some(),
        data.as_ref(),
        &style,
        folder,
    )?);
    save_noise_figures(&others, folder, Frames::Gif)?;
    if set == FigureSet::All && at_hand.is_none() {
        let names = example_figure_names(report);
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

fn is_still(figure: &NoiseFigure) -> bool {
    matches!(figure, NoiseFigure::Still { .. })
}

/// The figures of noise as expected from the report; those that a noise study
/// has measured beside it are left to it.
fn noise(
    report: &Report,
    set: FigureSet,
    is_at_hand: bool,
    data: Option<&ExampleData>,
    style: &FigureStyle,
    folder: &Path,
) -> Result<Vec<NoiseFigure>, Failure> {
    if folder.parent().and_then(noise_origin).is_some() {
        if set == FigureSet::All {
            tell("the figures of noise are left as `cepstrum noise` drew them");
        }
        return Ok(vec![]);
    }
    let stale = published_noise_paths(folder).into_iter();
    // Without the inputs, most animations could not be drawn again.
    let moving = |path: &Path| path.extension().is_some_and(|e| e == "gif");
    remove_stale(stale.filter(|path| is_at_hand || !moving(path)))?;
    if set != FigureSet::All {
        return Ok(vec![]);
    }
    let preset = report.config.preset;
    let mut settings = NoiseSettings::preset(preset);
    settings.seed = report.config.seed;
    let noise = match noise_of_report(report, &settings) {
        Ok(noise) => noise,
        Err(error) => {
            tell(&format!("no figure of noise: {error}"));
            return Ok(vec![]);
        }
    };
    let look = NoiseLook {
        style: style.clone(),
        preset,
    };
    let items = data.map_or(&[][..], |data| &data.items[..]);
    Ok(noise_figures(
        &noise,
        items,
        NoiseFigureSet::Published,
        &look,
    )?)
}
