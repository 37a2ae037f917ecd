//! What axes are called on a page.

use crate::data::Unit;

/// The short unit of a frequency, and how the axis is called.
pub(super) fn frequency(unit: Unit) -> (&'static str, &'static str) {
    match unit {
        Unit::Hertz => ("Hz", "frequency (Hz)"),
        Unit::CyclePerSample => ("c/sample", "frequency (cycles/sample)"),
        Unit::CyclePerBand => ("c/band", "frequency (cycles/band)"),
        unit => (unit.symbol(), "frequency"),
    }
}
