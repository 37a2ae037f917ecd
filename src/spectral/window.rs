//! Tapers of frames.

use serde::{Deserialize, Serialize};

/// Taper applied to a frame before its transform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// Periodic Hann: 0.5 - 0.5 cos(2 pi i / n), i = 0..n-1.
    Hann,
    /// All ones.
    Rectangular,
}

impl Window {
    /// The window's `n` values.
    ///
    /// ```
    /// use cepstrum::spectral::Window;
    /// let hann = Window::Hann.values(4);
    /// assert_eq!(hann[0], 0.0);
    /// assert_eq!(hann[2], 1.0);
    /// assert!((hann[1] - 0.5).abs() < 1e-15);
    /// ```
    pub fn values(self, n: usize) -> Vec<f64> {
        match self {
            Window::Hann => (0..n)
                .map(|i| 0.5 - 0.5 * (std::f64::consts::TAU * i as f64 / n as f64).cos())
                .collect(),
            Window::Rectangular => vec![1.0; n],
        }
    }
}
