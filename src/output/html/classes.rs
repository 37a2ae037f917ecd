//! The classes that a page shows.

use crate::analysis::{Report, Representation, ResultRow};

/// Most classes of a representation that are drawn and listed.
pub(super) const MOST_CLASSES: usize = 100;

/// The classes of a representation that are shown, with their places among the
/// results.
pub(super) fn classes(
    report: &Report,
    representation: Representation,
) -> impl Iterator<Item = (usize, &ResultRow)> {
    let all = report.results.iter().enumerate();
    all.filter(move |(_, row)| row.representation == representation && row.class != "all")
        .take(MOST_CLASSES)
}
