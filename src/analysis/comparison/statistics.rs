//! Statistics that do not need photos.

use super::files::{FileValues, Side, interval, side_difference};
use super::selection::Selection;
use super::study::{Estimate, Statistic, StatisticRow};
use crate::Result;
use crate::analysis::{FileLaw, ResultRow};

impl StatisticRow {
    /// A statistic that neither selection has.
    pub(super) fn missing(statistic: Statistic) -> Self {
        Self {
            statistic,
            a: None,
            b: None,
            difference: None,
            interval: None,
        }
    }
}

pub(super) fn rows(a: &Selection<'_>, b: &Selection<'_>) -> Result<Vec<StatisticRow>> {
    Ok(vec![
        with_interval(Statistic::Alpha, alpha(a)?, alpha(b)?)?,
        with_interval(Statistic::Curvature, curvature(a)?, curvature(b)?)?,
        alpha_post(a, b)?,
        point(Statistic::RSquared, a, b, |row| {
            row.fit.post.law().and_then(|law| law.r_squared)
        }),
        point(Statistic::Monotonicity, a, b, |row| {
            let measures = row.monotonicity.third_octaves.as_ref();
            measures.and_then(|m| m.spearman).map(|s| 0.0 - s)
        }),
        point(Statistic::Scale, a, b, |row| row.scale),
    ])
}

/// The exponent of the debiased law.
fn alpha(selection: &Selection<'_>) -> Result<Option<Side>> {
    let law = selection.result.fit.debiased.as_ref();
    let single = law.map(|law| (law.alpha, law.std_error));
    Side::new(file_laws(selection, |law| law.alpha), single)
}

fn curvature(selection: &Selection<'_>) -> Result<Option<Side>> {
    let law = selection.result.fit.debiased.as_ref();
    // Of a single file, whose interval is Gaussian as that of its exponent.
    let single = law.map(|law| {
        let width = |ci: [f64; 2]| ci[1] - ci[0];
        let share = width(law.curvature_ci) / width(law.ci);
        (law.curvature, law.std_error * share)
    });
    Side::new(file_laws(selection, |law| law.curvature), single)
}

fn file_laws(selection: &Selection<'_>, value: fn(&FileLaw) -> f64) -> FileValues {
    let representation = selection.representation();
    FileValues::of(selection, |row| {
        let law = row.debiased.get(&representation)?;
        Some((value(law), law.n_segments))
    })
}

/// A report has no standard error of a single file's exponent here.
fn alpha_post(a: &Selection<'_>, b: &Selection<'_>) -> Result<StatisticRow> {
    let side = |selection: &Selection<'_>| {
        let representation = selection.representation();
        let files = FileValues::of(selection, |row| {
            let alpha = row.alpha.get(&representation).copied().flatten()?;
            let law = row.debiased.get(&representation);
            Some((alpha, law.map_or(row.n_segments, |law| law.n_segments)))
        });
        Side::new(files, None)
    };
    let row = with_interval(Statistic::AlphaPost, side(a)?, side(b)?)?;
    if row.interval.is_some() {
        return Ok(row);
    }
    Ok(point(Statistic::AlphaPost, a, b, |row| {
        row.fit.post.law().map(|law| law.alpha)
    }))
}

fn with_interval(statistic: Statistic, a: Option<Side>, b: Option<Side>) -> Result<StatisticRow> {
    let (Some(of_a), Some(of_b)) = (&a, &b) else {
        return Ok(StatisticRow {
            a: a.map(|side| side.estimate()),
            b: b.map(|side| side.estimate()),
            ..StatisticRow::missing(statistic)
        });
    };
    let (difference, pairing) = side_difference(of_a, of_b)?;
    let uncertainty = of_a.uncertainty.max(of_b.uncertainty);
    Ok(StatisticRow {
        statistic,
        a: Some(of_a.estimate()),
        b: Some(of_b.estimate()),
        difference: Some(difference.difference),
        interval: Some(interval(&difference, uncertainty, pairing)),
    })
}

/// A statistic that a report knows of a selection alone, not of its files.
fn point(
    statistic: Statistic,
    a: &Selection<'_>,
    b: &Selection<'_>,
    value: fn(&ResultRow) -> Option<f64>,
) -> StatisticRow {
    let (a, b) = (value(a.result), value(b.result));
    let estimate = |value| Estimate { value, ci: None };
    StatisticRow {
        statistic,
        a: a.map(estimate),
        b: b.map(estimate),
        difference: a.zip(b).map(|(a, b)| a - b),
        interval: None,
    }
}
