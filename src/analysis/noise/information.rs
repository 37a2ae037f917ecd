//! How noise takes information from a representation, were it Gaussian, and the
//! noise levels that take it in equal steps.

use super::study::NoiseStudy;
use crate::Result;
use crate::analysis::{Average, Report, Representation, ResultRow};
use crate::compare::{Channels, EqualSteps, detectability, equal_steps, transition_octaves};
use serde::{Deserialize, Serialize};

/// Points of the profile.
const N_LEVELS: usize = 101;
/// Steps of the suggested schedules.
const N_STEPS: usize = 100;

/// What noise takes along its levels, and schedules that take it evenly.
///
/// Powers are the arithmetic means of segments of data at unit variance, so
/// everything here is the Gaussian approximation: an upper bound of what the
/// second moments allow, not what a model will find.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InformationRow {
    /// Real cells per segment, those outside all rings included.
    pub n_cells: f64,
    /// Noise levels, rising, in units of the divided data.
    pub sigma: Vec<f64>,
    /// I = 1/2 sum ln(1 + P / sigma^2) in nats per cell.
    pub nats_per_cell: Vec<f64>,
    /// -dI / d ln sigma in nats per cell.
    pub density_per_cell: Vec<f64>,
    /// Octaves between signal-to-noise ratios of 10 and 1/10 at the middle
    /// level; a power law has log2(100) / alpha.
    pub transition_octaves: Option<f64>,
    /// Noise levels that take equal parts of the information.
    pub equal_information: Option<EqualSteps>,
    /// Noise levels that take equal parts of the band's frequencies; null where
    /// they do not drown within the tide's levels.
    pub equal_bandwidth: Option<EqualSteps>,
}

/// The information profile of a study of arithmetic means.
///
/// # Errors
/// Powers that are not finite.
pub(super) fn information(
    report: &Report,
    result: &ResultRow,
    study: &NoiseStudy,
) -> Result<Option<InformationRow>> {
    let (Some(first), Some(last)) = (study.tide.first(), study.tide.last()) else {
        return Ok(None);
    };
    if study.average != Average::Arithmetic {
        return Ok(None);
    }
    let mut power: Vec<f64> = study.log_signal.iter().map(|p| p.exp()).collect();
    let mut cells: Vec<f64> = study.dof.iter().map(|&dof| f64::from(dof)).collect();
    if let Some((corner_power, n_corner)) = corners(report, result, study, &cells) {
        power.push(corner_power);
        cells.push(n_corner);
    }
    let n_cells: f64 = cells.iter().sum();
    let channels = Channels::new(&power, &cells)?;
    let (first, last) = (first.sigma, last.sigma);
    let sigma: Vec<f64> = (0..N_LEVELS)
        .map(|i| first * (last / first).powf(i as f64 / (N_LEVELS - 1) as f64))
        .collect();
    let share = |sigma: f64| {
        detectability(&study.frequency, &study.snr, sigma * sigma).map_or(f64::NAN, |d| d.share)
    };
    let of = |f: &dyn Fn(f64) -> f64| sigma.iter().map(|s| f(*s) / n_cells).collect();
    let middle = (first * last).sqrt();
    Ok(Some(InformationRow {
        n_cells,
        nats_per_cell: of(&|s| channels.information(s)),
        density_per_cell: of(&|s| channels.density(s)),
        transition_octaves: transition_octaves(&study.frequency, &study.snr, middle * middle),
        equal_information: channels.equal_information(first, last, N_STEPS).ok(),
        equal_bandwidth: equal_steps(share, first, last, N_STEPS).ok(),
        sigma,
    }))
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
    let all = match result.representation {
        Representation::Photo => report.summary.side.map(|side| side * side)?,
        Representation::Array => report.summary.array_shape.map(|[r, c]| r * c)?,
        Representation::LogMel => {
            let length = report.summary.segment_length?;
            config.stft.n_frames(length) * config.mel.n_mels
        }
        Representation::Magnitude | Representation::LogMagnitude => {
            let length = report.summary.segment_length?;
            config.stft.n_frames(length) * config.stft.n_bins()
        }
        _ => return None,
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
