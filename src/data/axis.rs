//! Axes of planes and spectra, with their units.

use serde::{Deserialize, Serialize};

/// Unit of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    /// Time, s.
    #[serde(rename = "s")]
    Second,
    /// Frequency, Hz.
    #[serde(rename = "Hz")]
    Hertz,
    /// Index of a mel band.
    #[serde(rename = "mel band")]
    MelBand,
    /// Frequency along sampled data; 0.5 is the Nyquist frequency.
    #[serde(rename = "cycles/sample")]
    CyclePerSample,
    /// Temporal modulation frequency, Hz.
    #[serde(rename = "cycles/s")]
    CyclePerSecond,
    /// Spectral modulation frequency along mel bands.
    #[serde(rename = "cycles/band")]
    CyclePerBand,
    /// Quefrency, s.
    #[serde(rename = "quefrency s")]
    Quefrency,
    /// Index of a pixel.
    #[serde(rename = "px")]
    Pixel,
}

impl Unit {
    /// The unit as written in reports and on figures.
    pub fn symbol(self) -> &'static str {
        match self {
            Unit::Second => "s",
            Unit::Hertz => "Hz",
            Unit::MelBand => "mel band",
            Unit::CyclePerSample => "cycles/sample",
            Unit::CyclePerSecond => "cycles/s",
            Unit::CyclePerBand => "cycles/band",
            Unit::Quefrency => "quefrency s",
            Unit::Pixel => "px",
        }
    }
}

/// The positions of the values along one dimension, with their unit.
#[derive(Debug, Clone, PartialEq)]
pub enum Axis {
    /// `start + i * step` for `i` in `0..len`.
    Uniform {
        /// Unit of the positions.
        unit: Unit,
        /// First position.
        start: f64,
        /// Distance between neighbours.
        step: f64,
        /// Number of positions.
        len: usize,
    },
    /// Positions listed one by one, in increasing order.
    Tabulated {
        /// Unit of the positions.
        unit: Unit,
        /// The positions.
        values: Vec<f64>,
    },
}

impl Axis {
    /// Number of positions.
    pub fn len(&self) -> usize {
        match self {
            Axis::Uniform { len, .. } => *len,
            Axis::Tabulated { values, .. } => values.len(),
        }
    }

    /// Whether there is no position at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Unit of the positions.
    pub fn unit(&self) -> Unit {
        match self {
            Axis::Uniform { unit, .. } | Axis::Tabulated { unit, .. } => *unit,
        }
    }

    /// All positions.
    ///
    /// ```
    /// use cepstrum::data::{Axis, Unit};
    /// let axis = Axis::Uniform { unit: Unit::Hertz, start: 0.5, step: 0.5, len: 3 };
    /// assert_eq!(axis.values(), [0.5, 1.0, 1.5]);
    /// ```
    pub fn values(&self) -> Vec<f64> {
        match self {
            Axis::Uniform {
                start, step, len, ..
            } => (0..*len).map(|i| start + i as f64 * step).collect(),
            Axis::Tabulated { values, .. } => values.clone(),
        }
    }
}
