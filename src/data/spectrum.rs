//! Power against frequency, and its normalisation.

use super::{Axis, named};
use serde::{Deserialize, Serialize};

/// How the power of a one-dimensional spectrum is normalised, for a real signal
/// of N samples at rate fs with unnormalised transform X.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PowerScale {
    /// |X|^2: grows with N.
    Raw,
    /// |X|^2 / N: white noise of variance s^2 has expectation s^2 in every bin.
    PerSample,
    /// 2 |X|^2 / (fs N), not doubled at DC and Nyquist: integrates over Hz to
    /// the mean square (scipy's `periodogram` scaling).
    PsdHz,
}

named!(PowerScale {
    Raw = "raw": "|X|^2",
    PerSample = "per-sample": "|X|^2 / N: unit white noise has power 1",
    PsdHz = "psd-hz": "One-sided density per Hz",
});

/// Power against frequency.
///
/// `dof` holds the real degrees of freedom averaged into each bin of one
/// spectrum: 2 per one-sided FFT bin (1 at DC and Nyquist), the full-plane cell
/// count for rings. For Gaussian signals
/// E\[ln P\] = ln S + psi(dof/2) - ln(dof/2).
#[derive(Debug, Clone, PartialEq)]
pub struct Spectrum {
    /// Frequencies, increasing.
    pub frequency: Axis,
    /// Power per frequency.
    pub power: Vec<f64>,
    /// Real degrees of freedom per frequency.
    pub dof: Vec<u32>,
}
