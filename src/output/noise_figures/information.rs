use super::{NoiseFigure, NoiseLook};
use crate::Result;
use crate::analysis::{InformationRow, NoiseReport, NoiseStudy, Scaling};
use crate::output::figure::{AxisSpec, CurveFigure, Panel, PanelGrid, Scale, Series};

/// Name of the figure.
pub(super) const NAME: &str = "information";

/// What noise leaves of the information in every representation, and where it
/// takes it; nothing where powers are no arithmetic means.
pub(super) fn draw(
    noise: &NoiseReport,
    look: &NoiseLook,
    figures: &mut Vec<NoiseFigure>,
) -> Result<()> {
    let all: Vec<&NoiseStudy> = noise.studies.iter().filter(|s| s.class == "all").collect();
    let profiles: Vec<(&NoiseStudy, &InformationRow)> = all
        .iter()
        .filter_map(|study| Some((*study, study.information.as_ref()?)))
        .collect();
    if profiles.is_empty() {
        return Ok(());
    }
    let curves = |label: bool, values: fn(&InformationRow) -> &Vec<f64>| -> Vec<Series> {
        let series = profiles.iter().map(|(study, profile)| {
            let name = if label {
                study.representation.name()
            } else {
                ""
            };
            Series::new(name, profile.sigma.clone(), values(profile).clone())
        });
        series.collect()
    };
    let x = match noise.settings.scaling {
        Scaling::UnitVariance => "noise level σ (data ÷ std)",
        Scaling::Native => "noise level σ (in the unit of each representation)",
    };
    let panel = |title: &str, y: &str, series| {
        Panel::Curves(CurveFigure {
            title: title.to_string(),
            x: AxisSpec::linear(x, "").with_scale(Scale::Log),
            y: AxisSpec::linear(y, ""),
            series,
            markers: vec![],
        })
    };
    let grid = PanelGrid {
        title: "Information that noise leaves, were the data Gaussian with these mean spectra"
            .to_string(),
        columns: 2,
        panels: vec![
            panel(
                "I(σ) = ½ Σ ln(1 + P / σ²)",
                "nats per cell",
                curves(true, |profile| &profile.nats_per_cell),
            ),
            panel(
                "Where it is lost: −dI / d ln σ",
                "nats per cell and e-fold of σ",
                curves(false, |profile| &profile.density_per_cell),
            ),
        ],
        ..PanelGrid::default()
    };
    let style = look
        .style
        .clone()
        .with_size(look.style.width_in.max(11.0), 4.6);
    figures.push(NoiseFigure::Still {
        name: NAME.to_string(),
        figure: grid.draw(&style)?,
    });
    Ok(())
}
