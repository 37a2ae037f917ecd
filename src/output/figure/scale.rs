//! From values to positions along an axis.

use super::{AxisSpec, Scale};
use crate::{Error, Result};

/// Values beyond this are not drawn: differences of them overflow.
const LARGEST: f64 = 1e300;

/// Where a value lies along an axis: 0 at the lower limit, 1 at the upper one.
#[derive(Debug, Clone)]
pub(super) struct Map {
    kind: Kind,
    /// Limits, in the coordinates of `forward`.
    low: f64,
    high: f64,
    /// The lower limit is on top.
    reversed: bool,
}

#[derive(Debug, Clone)]
enum Kind {
    Linear,
    Log,
    /// Listed values at even distances, as bands of a mel spectrogram.
    Table(Vec<f64>),
}

impl Map {
    /// The map of `spec` whose limits, unless fixed, hold all `values` with a
    /// margin of 5 % (matplotlib's).
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for limits that are no interval of this scale.
    pub fn around(spec: &AxisSpec, values: impl Iterator<Item = f64>) -> Result<Map> {
        let kind = match spec.scale {
            Scale::Log => Kind::Log,
            Scale::Linear | Scale::Native => Kind::Linear,
        };
        let mut map = Map::unfitted(kind);
        if let Some(limits) = spec.limits {
            return map.with_limits(limits);
        }
        let (low, high) = values
            .filter_map(|v| map.forward(v))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
                (low.min(v), high.max(v))
            });
        (map.low, map.high) = if low > high {
            (0.0, 1.0)
        } else {
            let floor = match map.kind {
                // A decade in all around a single level.
                Kind::Log => 0.05,
                _ => (low.abs().max(high.abs()) * 1e-9).max(1e-290),
            };
            if high - low > floor {
                let margin = (high - low) * 0.05;
                (low - margin, high + margin)
            } else {
                let around = match map.kind {
                    Kind::Log => 0.5,
                    _ if low == 0.0 && high == 0.0 => 1.0,
                    _ => (low.abs().max(high.abs()) * 0.05).max(1e-290),
                };
                (low - around, high + around)
            }
        };
        Ok(map)
    }

    /// The map of `spec` with exactly these limits unless it fixes others.
    pub fn between(spec: &AxisSpec, limits: (f64, f64)) -> Result<Map> {
        let spec = AxisSpec {
            limits: spec.limits.or(Some(limits)),
            ..spec.clone()
        };
        Map::around(&spec, std::iter::empty())
    }

    /// Listed values at even distances, each in the middle of its cell.
    pub fn listed(values: Vec<f64>) -> Map {
        let high = values.len() as f64 - 0.5;
        Map {
            low: -0.5,
            high,
            ..Map::unfitted(Kind::Table(values))
        }
    }

    fn unfitted(kind: Kind) -> Map {
        Map {
            kind,
            low: 0.0,
            high: 1.0,
            reversed: false,
        }
    }

    /// # Errors
    /// [`Error::InvalidArgument`] for limits that are no interval of this scale.
    pub fn with_limits(mut self, (low, high): (f64, f64)) -> Result<Map> {
        match (self.forward(low), self.forward(high)) {
            (Some(from), Some(to)) if from < to => {
                (self.low, self.high) = (from, to);
                Ok(self)
            }
            _ => {
                let requirement = match self.kind {
                    Kind::Log => "finite, positive (logarithmic axis) and increasing",
                    _ => "finite and increasing",
                };
                let value = format!("{low}..{high}");
                Err(Error::argument("limits", value, requirement))
            }
        }
    }

    pub fn reversed(mut self) -> Map {
        self.reversed = true;
        self
    }

    /// The same limits, running the way that `other` does.
    pub fn along(mut self, other: &Map) -> Map {
        self.reversed = other.reversed;
        self
    }

    /// The smallest map that shows what both show.
    pub fn joined(mut self, other: &Map) -> Map {
        self.low = self.low.min(other.low);
        self.high = self.high.max(other.high);
        self
    }

    /// Position of `value`; outside 0..1 beyond the limits, `None` for what an
    /// axis of this kind cannot show.
    pub fn position(&self, value: f64) -> Option<f64> {
        let at = (self.forward(value)? - self.low) / (self.high - self.low);
        Some(if self.reversed { 1.0 - at } else { at })
    }

    /// The value at a position.
    pub fn value_at(&self, position: f64) -> f64 {
        let position = if self.reversed {
            1.0 - position
        } else {
            position
        };
        let at = self.low + position * (self.high - self.low);
        match &self.kind {
            Kind::Linear => at,
            Kind::Log => 10f64.powf(at),
            Kind::Table(values) => interpolate(values, at),
        }
    }

    /// Length in units, decades or listed cells.
    pub fn span(&self) -> f64 {
        self.high - self.low
    }

    /// The limits as values.
    pub fn limits(&self) -> (f64, f64) {
        match &self.kind {
            Kind::Linear => (self.low, self.high),
            Kind::Log => (10f64.powf(self.low), 10f64.powf(self.high)),
            Kind::Table(values) => (
                interpolate(values, self.low),
                interpolate(values, self.high),
            ),
        }
    }

    /// Positions of the outer edges of `count` listed cells.
    pub fn cell_span(&self, count: usize) -> (f64, f64) {
        let at = |index: f64| (index - self.low) / (self.high - self.low);
        (at(-0.5), at(count as f64 - 0.5))
    }

    /// The limits as powers of ten, on a logarithmic axis.
    pub fn decades(&self) -> Option<(f64, f64)> {
        matches!(self.kind, Kind::Log).then_some((self.low, self.high))
    }

    pub fn is_listed(&self) -> bool {
        matches!(self.kind, Kind::Table(_))
    }

    fn forward(&self, value: f64) -> Option<f64> {
        if !value.is_finite() || value.abs() > LARGEST {
            return None;
        }
        match &self.kind {
            Kind::Linear => Some(value),
            Kind::Log => (value > 0.0).then(|| value.log10()),
            Kind::Table(values) => index_of(values, value),
        }
    }
}

/// Value at a fractional index, extended in a straight line beyond the ends.
fn interpolate(values: &[f64], index: f64) -> f64 {
    let Some(last) = values.len().checked_sub(1) else {
        return 0.0;
    };
    if last == 0 {
        return values[0];
    }
    let i = (index.floor().max(0.0) as usize).min(last - 1);
    values[i] + (index - i as f64) * (values[i + 1] - values[i])
}

/// Fractional index of `value`, extended beyond the ends.
fn index_of(values: &[f64], value: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    if last == 0 {
        return (value == values[0]).then_some(0.0);
    }
    let above = values.partition_point(|&v| v <= value);
    let i = above.saturating_sub(1).min(last - 1);
    let step = values[i + 1] - values[i];
    (step > 0.0).then(|| i as f64 + (value - values[i]) / step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_axes_show_positive_values_only() {
        let map = Map::around(
            &AxisSpec::log("f", "Hz"),
            [1.0, 0.0, f64::NAN, 100.0].into_iter(),
        )
        .unwrap();
        assert!(map.position(0.0).is_none());
        assert!((map.position(10.0).unwrap() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn listed_values_are_evenly_spaced_whatever_they_are() {
        let map = Map::listed(vec![10.0, 20.0, 40.0, 80.0]);
        assert!((map.position(10.0).unwrap() - 0.125).abs() < 1e-12);
        assert!((map.position(30.0).unwrap() - 0.5).abs() < 1e-12);
        assert_eq!(map.limits(), (5.0, 100.0));
    }

    #[test]
    fn a_single_value_has_room_around_it() {
        for value in [0.0, 1e-300, -3.0, 1e299] {
            let spec = AxisSpec::linear("x", "");
            let map = Map::around(&spec, std::iter::once(value)).unwrap();
            let at = map.position(value).unwrap();
            assert!((at - 0.5).abs() < 1e-6, "{value} at {at}");
        }
    }

    #[test]
    fn impossible_limits_are_named() {
        let spec = AxisSpec {
            limits: Some((0.0, 1.0)),
            ..AxisSpec::log("f", "Hz")
        };
        let error = Map::around(&spec, std::iter::empty()).unwrap_err();
        assert!(error.to_string().contains("positive"), "{error}");
    }
}
