//! Data, noise, and data with noise, and the words about them.

use crate::analysis::{NoiseReport, NoiseStudy, Origin, Representation, TideLevel};
use crate::output::convention::Convention;
use crate::output::figure::{AxisSpec, CurveFigure, Marker, Series};

/// The studies of all classes together.
pub(super) fn totals(noise: &NoiseReport) -> impl Iterator<Item = &NoiseStudy> {
    noise.studies.iter().filter(|study| study.class == "all")
}

/// Data, noise, and data with noise; where they are equal, a marker.
pub(super) fn three_curves(
    study: &NoiseStudy,
    level: &TideLevel,
    convention: &Convention,
) -> CurveFigure {
    let data = match study.representation {
        Representation::Photo => convention.photos,
        other => other.info().noun,
    };
    let noise = noise_at(study, level.sigma);
    let curves = [
        (data, &study.log_signal),
        ("noise", &noise),
        (&format!("noisy {data}"), &level.log_noisy),
    ];
    let series = curves
        .into_iter()
        .zip(convention.colours)
        .map(|((label, log_power), colour)| {
            // In the report's own power scale where it is |X|^2.
            let power = log_power.iter().map(|p| study.raw_power * p.exp());
            let series = Series::new(label, study.frequency.clone(), power.collect());
            convention.with_points(series.with_colour(colour))
        });
    CurveFigure {
        title: String::new(),
        x: convention.frequency_axis(study.unit),
        y: AxisSpec::log(&study.power_name(), ""),
        series: series.collect(),
        markers: convention.caption(hinges(study, level)),
    }
}

/// Where data and noise are equal; only the lowest and the highest place where
/// there are many.
fn hinges(study: &NoiseStudy, level: &TideLevel) -> Vec<Marker> {
    let unit = match study.unit.symbol() {
        "cycles/sample" => "c/sample",
        unit => unit,
    };
    let marker = |f: &f64| Marker::x(*f, &format!("{} {unit}", short(*f)));
    match level.crossings.as_slice() {
        [] => vec![],
        [only] => vec![marker(only)],
        [first, .., last] => vec![marker(first), marker(last)],
    }
}

/// ln of the mean power of noise at `sigma`.
pub(super) fn noise_at(study: &NoiseStudy, sigma: f64) -> Vec<f64> {
    let log_noise = study.log_noise.iter();
    log_noise.map(|p| p + 2.0 * sigma.ln()).collect()
}

/// The name of the data with a capital letter.
pub(super) fn capital_noun(representation: Representation) -> String {
    let mut letters = representation.info().noun.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters.as_str().chars()).collect()
}

/// "data ÷ std 0.2345; n = 130".
pub(super) fn footing(study: &NoiseStudy) -> String {
    let n = study.n_segments;
    let origin = match study.origin {
        Origin::Measured => "",
        Origin::Expected => ", noise as expected",
    };
    format!("{}; n = {n}{origin}", study.scaling_label())
}

/// 0.0571, 1.23, 316: three significant digits.
pub(super) fn short(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let decimals = 2 - value.abs().log10().floor() as i32;
    match decimals {
        d if d > 5 => format!("{value:.1e}"),
        d => {
            let unit = 10_f64.powi(d);
            format!("{:.*}", d.max(0) as usize, (value * unit).round() / unit)
        }
    }
}
