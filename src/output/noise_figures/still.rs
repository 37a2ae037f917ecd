use super::{
    Colours, NoiseFigure, NoiseLook, curve, footing, frequency_axis, noise_at, noun, power_axis,
    short,
};
use crate::Result;
use crate::analysis::{NoiseStudy, Preset, Representation, TideLevel};
use crate::output::figure::{CurveFigure, Marker, Series};
use crate::output::published::published;

/// Which curves are drawn beside the data.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Curves {
    Noise,
    NoiseAndSum,
}

/// How the names of these figures begin: as the post's for photos.
pub(super) fn stem(representation: Representation) -> &'static str {
    match representation {
        Representation::Photo => "mean_log_rapsd",
        other => super::stem(other),
    }
}

/// Data and noise; with their sum; the same at the higher level.
pub(super) fn draw(
    study: &NoiseStudy,
    look: &NoiseLook,
    figures: &mut Vec<NoiseFigure>,
) -> Result<()> {
    let stem = stem(study.representation);
    let [low, high] = study.stills.as_slice() else {
        return Ok(());
    };
    let style = match look.preset {
        Preset::Post => published(&look.style, "mean_log_rapsd", (1.0, 1.0)),
        Preset::Default => {
            let width = look.style.width_in.max(8.0);
            look.style.clone().with_size(width, 4.0)
        }
    };
    for (suffix, level, curves) in [
        ("noise", low, Curves::Noise),
        ("sum", low, Curves::NoiseAndSum),
        ("high_noise", high, Curves::NoiseAndSum),
    ] {
        figures.push(NoiseFigure::Still {
            name: format!("{stem}_{suffix}"),
            figure: figure(study, level, curves, look).draw(&style)?,
        });
    }
    Ok(())
}

fn figure(study: &NoiseStudy, level: &TideLevel, curves: Curves, look: &NoiseLook) -> CurveFigure {
    let post = look.preset == Preset::Post;
    let mut series = three_curves(study, level, look.preset);
    if curves == Curves::Noise {
        series.truncate(2);
    }
    let title = format!(
        "Noise of σ = {} beside {} ({})",
        short(level.sigma),
        noun(study.representation),
        footing(study)
    );
    CurveFigure {
        title: if post { String::new() } else { title },
        x: frequency_axis(study.unit, look.preset),
        y: power_axis(study),
        series,
        markers: if post { vec![] } else { hinges(study, level) },
    }
}

/// Data, noise, and data with noise.
pub(super) fn three_curves(study: &NoiseStudy, level: &TideLevel, preset: Preset) -> Vec<Series> {
    let colours = Colours::of(preset);
    let data = match (study.representation, preset) {
        (Representation::Photo, Preset::Post) => "images",
        (other, _) => noun(other),
    };
    let noisy = format!("noisy {data}");
    let noise = noise_at(study, level.sigma);
    vec![
        curve(study, data, &study.log_signal, colours.data, preset),
        curve(study, "noise", &noise, colours.noise, preset),
        curve(study, &noisy, &level.log_noisy, colours.noisy, preset),
    ]
}

/// Where data and noise are equal; only the lowest and the highest place where
/// there are many.
pub(super) fn hinges(study: &NoiseStudy, level: &TideLevel) -> Vec<Marker> {
    let unit = study.unit.symbol();
    let unit = if unit == "cycles/sample" {
        "c/sample"
    } else {
        unit
    };
    let marker = |f: &f64| Marker::x(*f, &format!("{} {unit}", short(*f)));
    match level.crossings.as_slice() {
        [] => vec![],
        [only] => vec![marker(only)],
        [first, .., last] => vec![marker(first), marker(last)],
    }
}
