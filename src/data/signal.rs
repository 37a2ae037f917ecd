//! Recordings as samples.

/// A mono recording: samples with full scale [-1, 1], at `sample_rate` Hz.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    /// Sample values in time order.
    pub samples: Vec<f32>,
    /// Samples per second.
    pub sample_rate: u32,
}

impl Signal {
    /// Length in seconds.
    pub fn duration(&self) -> f64 {
        self.samples.len() as f64 / f64::from(self.sample_rate)
    }
}
