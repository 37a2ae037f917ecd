//! The three curves as noise rises.

use super::data_and_noise::{capital_noun, footing, noise_at, short, three_curves};
use super::shown::{Mix, Shown};
use crate::Result;
use crate::analysis::{NoiseExample, NoiseStudy, TideLevel};
use crate::output::convention::Convention;
use crate::output::curves::grid;
use crate::output::drawings::{Drawing, animated, name_of};
use crate::output::figure::{Legend, Panel};

/// How long a frame of few stands, and one of many.
const SLOW_MS: u32 = 720;
const FAST_MS: u32 = 100;

/// The three curves as noise rises, beside an item with that noise.
pub(super) fn draw(
    study: &NoiseStudy,
    example: Option<&NoiseExample>,
    convention: &Convention,
) -> Result<Drawing> {
    let limits = limits(study, convention);
    let example = example.filter(|_| convention.without_item != Some(study.representation));
    let beside = example.map(|item| Shown::new(item, study.divisor, convention.scaling));
    let style = convention.style.clone().with_size(10.0, 5.0);
    let style = style.with_legend(convention.legend(Legend::UpperRight));
    let hold_ms = if study.tide.len() > 12 {
        FAST_MS
    } else {
        SLOW_MS
    };
    let mut animation = animated(&study.tide, hold_ms, &style, |level| {
        let mut curves = three_curves(study, level, convention);
        curves.y.limits = Some(limits);
        let mut panels = vec![Panel::Curves(curves)];
        if let Some(shown) = &beside {
            panels.push(shown.panel(&mix(study, level, convention))?);
        }
        Ok(grid(convention.caption(title(study, level)), 2, panels))
    })?;
    if let Some(last) = animation.frames.last_mut() {
        last.hold_ms = last.hold_ms.max(convention.last_ms);
    }
    Ok(Drawing::moving(
        name_of("rising_tide_*", study.representation),
        animation,
    ))
}

fn title(study: &NoiseStudy, level: &TideLevel) -> String {
    // Dividing by alpha = 1 - t changes no ratio.
    let t = level.sigma / (1.0 + level.sigma);
    format!(
        "{}: σ = {}, as flow matching at t = {t:.3} ({})",
        capital_noun(study.representation),
        short(level.sigma),
        footing(study)
    )
}

/// Powers that all frames show.
fn limits(study: &NoiseStudy, convention: &Convention) -> (f64, f64) {
    let sigma = |level: Option<&TideLevel>| level.map_or(1.0, |level| level.sigma);
    let lowest = noise_at(study, sigma(study.tide.first()));
    let highest = noise_at(study, sigma(study.tide.last()));
    let all = study.log_signal.iter().chain(&lowest).chain(&highest);
    let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &p| {
        (f64::min(low, p), f64::max(high, p))
    });
    let margin = 0.05 * (high - low);
    // Room for the legend above everything, so that it need not move.
    let above = convention.headroom * margin;
    let power = |log: f64| study.raw_power * log.exp();
    (power(low - margin), power(high + above))
}

/// x + sigma noise as in the post, or the same seen by flow matching,
/// (1 - t) x + t noise, which stays within what can be shown.
fn mix(study: &NoiseStudy, level: &TideLevel, convention: &Convention) -> Mix {
    let data = match convention.fading {
        true => 1.0 / (1.0 + level.sigma),
        false => 1.0,
    };
    Mix {
        data,
        noise: data * level.sigma * study.divisor,
    }
}
