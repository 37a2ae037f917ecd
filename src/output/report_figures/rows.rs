//! Rows of a report, as figures name and draw them.

use crate::analysis::{Report, Representation, ResultRow};
use crate::output::convention::Convention;
use crate::output::figure::{AxisSpec, Series};
use crate::output::power_unit::power_unit;

/// The results for all classes, one per representation.
pub(super) fn totals(report: &Report) -> impl Iterator<Item = &ResultRow> {
    report.results.iter().filter(|result| result.class == "all")
}

/// The result for all classes of a representation.
pub(super) fn total(report: &Report, representation: Representation) -> Option<&ResultRow> {
    totals(report).find(|result| result.representation == representation)
}

/// The axes of one representation's curves, as published where the post has the
/// figure.
pub(super) fn axes(report: &Report, result: &ResultRow, convention: &Convention) -> [AxisSpec; 2] {
    [
        convention.frequency_axis(result.spectrum.unit),
        AxisSpec::log("power", convention.caption(power_unit(report, result))),
    ]
}

/// A curve that is alone in its panel.
pub(super) fn single(series: Series, convention: &Convention) -> Series {
    convention.with_points(Series {
        colour: convention.single,
        ..series
    })
}

/// "8 clips, 80 segments".
pub(super) fn sample_size(result: &ResultRow) -> String {
    let (noun, items) = match result.representation {
        Representation::Photo => ("photo", "segments"),
        Representation::Array => ("array", "items"),
        _ => ("clip", "segments"),
    };
    let plural = if result.n_files == 1 { "" } else { "s" };
    let files = format!("{} {noun}{plural}", result.n_files);
    match result.n_segments == result.n_files {
        true => files,
        false => format!("{files}, {} {items}", result.n_segments),
    }
}
