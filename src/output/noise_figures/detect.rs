use super::{NoiseFigure, NoiseLook, capitalised, footing, noun, stem};
use crate::Result;
use crate::analysis::{NoiseStudy, Preset, Representation, ScheduleRow};
use crate::compare::Schedule;
use crate::data::Unit;
use crate::output::figure::{AxisSpec, CurveFigure, Panel, PanelGrid, Rgb, Series};
use crate::output::published::published;

/// The first colour of matplotlib's cycle.
const C0: Rgb = Rgb(0x1F, 0x77, 0xB4);

/// The name of the first figure: the post's for photos.
pub(super) fn name(representation: Representation) -> String {
    match representation {
        Representation::Photo => "max_detectable_frequency".to_string(),
        other => format!("max_detectable_frequency_{}", stem(other)),
    }
}

/// The highest detectable frequency along flow matching, as in the post.
pub(super) fn draw_flow(
    study: &NoiseStudy,
    tau: f64,
    look: &NoiseLook,
) -> Result<Option<NoiseFigure>> {
    let Some(figure) = flow(study, tau, look) else {
        return Ok(None);
    };
    let style = match look.preset {
        Preset::Post => published(&look.style, "max_detectable_frequency", (1.0, 1.0)),
        Preset::Default => look.style.clone(),
    };
    Ok(Some(NoiseFigure::Still {
        name: name(study.representation),
        figure: figure.draw(&style)?,
    }))
}

/// The highest detectable frequency along all schedules, beside the share of the
/// band that is left.
pub(super) fn draw_all(study: &NoiseStudy, tau: f64, look: &NoiseLook) -> Result<NoiseFigure> {
    let style = look
        .style
        .clone()
        .with_size(look.style.width_in.max(11.0), 4.6);
    Ok(NoiseFigure::Still {
        name: format!("detectability_{}", stem(study.representation)),
        figure: all_schedules(study, tau).draw(&style)?,
    })
}

/// The axis of a highest frequency.
fn f_max_axis(unit: Unit) -> AxisSpec {
    let unit = match unit {
        Unit::CyclePerSample => "cycles/sample",
        other => other.symbol(),
    };
    AxisSpec::linear("maximal detectable frequency", unit)
}

fn flow(study: &NoiseStudy, tau: f64, look: &NoiseLook) -> Option<CurveFigure> {
    let row = study
        .schedules
        .iter()
        .find(|row| row.schedule == Schedule::FlowMatching)?;
    let post = look.preset == Preset::Post;
    let mut series = Series::new("", row.t.clone(), row.f_max.clone());
    if post {
        series = series.with_colour(C0);
    }
    Some(CurveFigure {
        title: match post {
            true => String::new(),
            false => format!(
                "{}, τ = {tau} ({})",
                capitalised(noun(study.representation)),
                footing(study)
            ),
        },
        x: match post {
            true => {
                let name = format!("time step t (0 data, 1 noise); {}", study.data_unit);
                AxisSpec::linear(&name, "")
            }
            false => AxisSpec::linear(&format!("t ({})", row.time_convention), ""),
        },
        y: match post {
            true => AxisSpec::linear("maximal detectable frequency f_max", ""),
            false => f_max_axis(study.unit),
        },
        series: vec![series],
        markers: vec![],
    })
}

/// What is left against each schedule's own t.
fn all_schedules(study: &NoiseStudy, tau: f64) -> PanelGrid {
    let against_t = |label: bool, y: fn(&ScheduleRow) -> &Vec<f64>| -> Vec<Series> {
        let rows = study.schedules.iter();
        rows.map(|row| {
            let name = if label { row.schedule.name() } else { "" };
            Series::new(name, row.t.clone(), y(row).clone())
        })
        .collect()
    };
    let panel = |title: &str, y: AxisSpec, series| {
        Panel::Curves(CurveFigure {
            title: title.into(),
            x: AxisSpec::linear("t of each schedule (EDM: t = 1 is data; others: t = 0)", ""),
            y,
            series,
            markers: vec![],
        })
    };
    PanelGrid {
        title: format!(
            "What noise leaves of {}, τ = {tau} ({})",
            noun(study.representation),
            footing(study)
        ),
        columns: 2,
        panels: vec![
            panel(
                "Highest detectable frequency",
                f_max_axis(study.unit),
                against_t(true, |row| &row.f_max),
            ),
            panel(
                "Share of the band that is detectable",
                AxisSpec::linear("share of the band", "").with_limits(-0.02, 1.02),
                against_t(false, |row| &row.share),
            ),
        ],
        ..PanelGrid::default()
    }
}
