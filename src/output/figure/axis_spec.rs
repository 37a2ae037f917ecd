//! What an axis is called and how it runs.

use crate::data::Unit;

/// How values are spread along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// Even steps are evenly spaced.
    #[default]
    Linear,
    /// Decades are evenly spaced; values that are not positive are left out.
    Log,
    /// Heat maps: rows (or columns) are evenly spaced, whatever positions their
    /// axis lists; ticks stand at interpolated true positions. This is the mel
    /// axis. Elsewhere the same as [`Scale::Linear`].
    Native,
}

/// Name, unit, scale and limits of an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct AxisSpec {
    /// What is shown, as in "frequency".
    pub quantity: String,
    /// Its unit, written in brackets; empty for a pure number.
    pub unit: String,
    /// How values are spread.
    pub scale: Scale,
    /// First and last value shown; `None` shows all data with a margin.
    pub limits: Option<(f64, f64)>,
    /// Whether values are marked.
    pub ticks: TickMarks,
}

/// Whether an axis marks its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TickMarks {
    /// With ticks and numbers.
    #[default]
    Shown,
    /// The axis has its name alone, as in a sketch.
    Hidden,
}

impl AxisSpec {
    /// A linear axis that shows all data.
    pub fn linear(quantity: &str, unit: &str) -> Self {
        AxisSpec {
            quantity: quantity.into(),
            unit: unit.into(),
            scale: Scale::Linear,
            limits: None,
            ticks: TickMarks::Shown,
        }
    }

    /// A logarithmic axis that shows all positive data.
    pub fn log(quantity: &str, unit: &str) -> Self {
        AxisSpec {
            scale: Scale::Log,
            ..Self::linear(quantity, unit)
        }
    }

    /// The linear axis of positions in `unit`, by its usual name.
    pub fn of(unit: Unit) -> Self {
        let (quantity, unit) = match unit {
            Unit::Second => ("time", "s"),
            Unit::Hertz => ("frequency", "Hz"),
            Unit::MelBand => ("mel band", ""),
            Unit::CyclePerSample => ("frequency", "cycles/sample"),
            Unit::CyclePerSecond => ("temporal modulation", "Hz"),
            Unit::CyclePerBand => ("spectral modulation", "cycles/band"),
            Unit::Quefrency => ("quefrency", "s"),
            Unit::Pixel => ("position", "px"),
        };
        Self::linear(quantity, unit)
    }

    /// The same axis with fixed limits.
    pub fn with_limits(mut self, low: f64, high: f64) -> Self {
        self.limits = Some((low, high));
        self
    }

    /// The same axis with another scale.
    pub fn with_scale(mut self, scale: Scale) -> Self {
        self.scale = scale;
        self
    }
}
