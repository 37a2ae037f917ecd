//! Settings of a study of latents.

use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// Everything beside the analysis that decides what is said about latents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatentSettings {
    /// Random orders of the channels that the given one is compared with.
    pub n_permutations: usize,
    /// Seed of these orders.
    pub seed: u64,
}

impl Default for LatentSettings {
    fn default() -> Self {
        LatentSettings {
            n_permutations: 999,
            seed: 0,
        }
    }
}

impl LatentSettings {
    /// Checks what is out of range whatever the data are.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for the first such setting.
    pub fn check(&self) -> Result<()> {
        let n = self.n_permutations;
        // Both tails of 5 % take one order in 40.
        if !(39..=99_999).contains(&n) {
            return Err(Error::argument("permutations", n, "from 39 to 99999"));
        }
        Ok(())
    }
}
