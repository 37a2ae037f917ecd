//! How noise takes information from a representation, were it Gaussian, and the
//! noise levels that take it in equal steps.

use super::settings::Scaling;
use super::study::{Approximation, InformationCells, InformationRow, NoiseStudy};
use crate::Result;
use crate::analysis::{Average, Report, ResultRow, TransformKind};
use crate::compare::{Channels, EqualSteps, band_share, equal_steps, transition_octaves};
use crate::decode::Kind;

/// Points of the profile.
const N_LEVELS: usize = 101;
/// Steps of the suggested schedules.
const N_STEPS: usize = 100;

/// Signal-to-noise ratio of the weakest frequency where the profile begins; at
/// its end the strongest has one over it.
const END_RATIO: f64 = 10.0;

/// Powers of single cells, and how many cells of the plane each stands for; DC
/// first.
#[derive(Debug)]
pub(crate) struct CellPowers {
    pub power: Vec<f64>,
    pub counts: Vec<f64>,
}

/// The information profile of a study of arithmetic means; `cells` are its
/// powers in two dimensions, where they were measured.
///
/// # Errors
/// Powers that are not finite.
pub(super) fn information(
    report: &Report,
    result: &ResultRow,
    study: &NoiseStudy,
    cells: Option<&CellPowers>,
) -> Result<Option<InformationRow>> {
    let Some([first, last]) = sigma_range(study) else {
        return Ok(None);
    };
    let (power, counts, kind) = match cells {
        Some(cells) => {
            let without_dc = (cells.power[1..].to_vec(), cells.counts[1..].to_vec());
            (without_dc.0, without_dc.1, InformationCells::Each)
        }
        None => of_spectrum(report, result, study),
    };
    let n_cells: f64 = counts.iter().sum();
    let channels = Channels::new(&power, &counts)?;
    let sigma: Vec<f64> = (0..N_LEVELS)
        .map(|i| first * (last / first).powf(i as f64 / (N_LEVELS - 1) as f64))
        .collect();
    let share = |sigma: f64| band_share(&study.frequency, &study.snr, sigma * sigma);
    let of = |f: &dyn Fn(f64) -> f64| sigma.iter().map(|s| f(*s) / n_cells).collect();
    Ok(Some(InformationRow {
        approximation: Approximation::Gaussian,
        cells: kind,
        n_cells,
        sigma_range: [first, last],
        nats_per_cell: of(&|s| channels.information(s)),
        density_per_cell: of(&|s| channels.density(s)),
        transition_octaves: median_transition(study, &sigma),
        equal_information: channels
            .equal_information(first, last, N_STEPS)
            .ok()
            .map(|steps| with_data(steps, study)),
        equal_bandwidth: equal_steps(share, first, last, N_STEPS)
            .ok()
            .map(|steps| with_data(steps, study)),
        sigma,
    }))
}

/// Where the profile begins and ends; `None` where there is none.
fn sigma_range(study: &NoiseStudy) -> Option<[f64; 2]> {
    if study.average != Average::Arithmetic || study.class != "all" {
        return None;
    }
    let positive = study.snr.iter().filter(|p| **p > 0.0 && p.is_finite());
    let weakest = positive.clone().copied().reduce(f64::min)?;
    let strongest = positive.copied().reduce(f64::max)?;
    let ends = [weakest / END_RATIO, strongest * END_RATIO];
    Some(ends.map(f64::sqrt))
}

/// Powers and numbers of cells as far as the mean spectrum tells them.
fn of_spectrum(
    report: &Report,
    result: &ResultRow,
    study: &NoiseStudy,
) -> (Vec<f64>, Vec<f64>, InformationCells) {
    let mut power: Vec<f64> = study.log_signal.iter().map(|p| p.exp()).collect();
    let mut counts: Vec<f64> = study.dof.iter().map(|&dof| f64::from(dof)).collect();
    if let Some((corner_power, n_corner)) = corners(report, result, study, &counts) {
        power.push(corner_power);
        counts.push(n_corner);
    }
    let kind = match study.representation.info().transform {
        TransformKind::Lines => InformationCells::Each,
        _ => InformationCells::Rings,
    };
    (power, counts, kind)
}

fn median_transition(study: &NoiseStudy, sigma: &[f64]) -> Option<f64> {
    let at = |sigma: &f64| transition_octaves(&study.frequency, &study.snr, sigma * sigma);
    let mut widths: Vec<f64> = sigma.iter().filter_map(at).collect();
    widths.sort_by(f64::total_cmp);
    let middle = widths.len() / 2;
    match widths.len() % 2 {
        1 => Some(widths[middle]),
        _ => Some(0.5 * (widths.get(middle.checked_sub(1)?)? + widths.get(middle)?)),
    }
}

/// Mean power and number of the cells outside all rings, which the report has
/// as a share of energy.
fn corners(
    report: &Report,
    result: &ResultRow,
    study: &NoiseStudy,
    cells: &[f64],
) -> Option<(f64, f64)> {
    let config = &report.config;
    let info = result.representation.info();
    let all = match (info.kind, info.spectrogram) {
        _ if !result.representation.has_rings() => return None,
        (Kind::Photo, _) => report.summary.side.map(|side| side * side)?,
        (Kind::Array, _) => report.summary.array_shape.map(|[r, c]| r * c)?,
        (Kind::Audio, kind) => {
            let (rows, cols) = config.plane_shape(report.summary.segment_length?, kind?);
            rows * cols
        }
    };
    let share = result.outside_share?;
    // Without DC and without the rings.
    let n_corner = all as f64 - 1.0 - cells.iter().sum::<f64>();
    let inside: f64 = study
        .log_signal
        .iter()
        .zip(cells)
        .map(|(p, n)| p.exp() * n)
        .sum();
    (n_corner > 0.0 && share < 1.0).then(|| (inside * share / (1.0 - share) / n_corner, n_corner))
}

/// The same levels with the log-SNR of data whose standard deviation is not 1.
fn with_data(mut steps: EqualSteps, study: &NoiseStudy) -> EqualSteps {
    if let (Scaling::Native, Some(scale)) = (study.scaling, study.scale) {
        for log_snr in &mut steps.log_snr {
            *log_snr += 2.0 * scale.ln();
        }
    }
    steps
}
