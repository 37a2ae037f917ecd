//! Settings of a modulation study.

use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// Everything beside the analysis that decides a modulation study.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModulationSettings {
    /// Sectors of equal angle over [0, 180) degrees; the first is centred on
    /// the axis of temporal modulation. Even, so that one is centred on the
    /// other axis.
    pub n_directions: usize,
}

impl Default for ModulationSettings {
    fn default() -> Self {
        ModulationSettings { n_directions: 12 }
    }
}

impl ModulationSettings {
    /// Checks what is out of range whatever the data are.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for the first such setting.
    pub fn check(&self) -> Result<()> {
        let n = self.n_directions;
        if !(12..=180).contains(&n) || !n.is_multiple_of(2) {
            return Err(Error::argument("directions", n, "even, from 12 to 180"));
        }
        Ok(())
    }
}
