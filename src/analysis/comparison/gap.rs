//! How far exponents lie from that of photos.

use super::files::{closer, interval, side_difference};
use super::statistics::alpha;
use super::{Estimate, Selection, Statistic, StatisticRow};
use crate::Result;
use crate::compare::{Difference, Jackknife, difference};

/// |alpha - alpha of photos|, whose difference is linear in all exponents as
/// long as none crosses that of the photos. On one side of the photos their own
/// uncertainty cancels; between two sides it counts twice.
pub(super) fn row(
    a: &Selection<'_>,
    b: &Selection<'_>,
    photos: Option<&Jackknife>,
) -> Result<StatisticRow> {
    let (Some(a), Some(b), Some(photos)) = (alpha(a)?, alpha(b)?, photos) else {
        return Ok(StatisticRow::missing(Statistic::PhotoAlphaGap));
    };
    let estimate = |value: f64| Estimate { value, ci: None };
    let gaps = [&a, &b].map(|side| (side.mean.mean - photos.mean).abs());
    let sign = |value: f64| if value < photos.mean { -1.0 } else { 1.0 };
    let (of_a, of_b) = (sign(a.mean.mean), sign(b.mean.mean));
    let uncertainty = a.uncertainty.max(b.uncertainty);
    let (mut of_gaps, pairing) = side_difference(&a.times(of_a), &b.times(of_b))?;
    if of_a != of_b {
        let twice = Jackknife {
            mean: (of_a - of_b) * photos.mean,
            std_error: 2.0 * photos.std_error,
            ..*photos
        };
        of_gaps = difference(&as_mean(&of_gaps), &twice);
    }
    let verdict = closer(of_gaps.ci);
    Ok(StatisticRow {
        statistic: Statistic::PhotoAlphaGap,
        a: Some(estimate(gaps[0])),
        b: Some(estimate(gaps[1])),
        difference: Some(of_gaps.difference),
        interval: Some(interval(&of_gaps, uncertainty, pairing, verdict)),
    })
}

/// The same numbers, with whole degrees of freedom.
fn as_mean(of: &Difference) -> Jackknife {
    Jackknife {
        mean: of.difference,
        std_error: of.std_error,
        ci: of.ci,
        n: of.dof.floor() as usize + 1,
    }
}
