//! Settings of a study of noise.

use crate::analysis::{Amplitude, Average, Representation};
use crate::compare::{Schedule, geometric_grid};
use crate::data::named;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// What a representation is divided by before noise is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scaling {
    /// Its pooled standard deviation about the global mean of all used
    /// segments: sigma is then in units of the data's own spread.
    UnitVariance,
    /// Nothing: sigma is in units of the samples, decibels or pixel values
    /// (photos in [-1, 1]).
    Native,
}

named!(Scaling {
    UnitVariance = "unit-variance": "Divide by the pooled standard deviation",
    Native = "native": "Leave samples, decibels and pixels as they are",
});

named!(Average {
    Geometric = "geometric": "exp of the mean of ln P",
    Arithmetic = "arithmetic": "The mean of P",
});

/// The noise levels of a rising tide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SigmaGrid {
    /// So many, geometric, from below the weakest to above the strongest
    /// frequency of each representation.
    Auto(usize),
    /// These.
    List(Vec<f64>),
    /// The levels of the post's two animations: seven of 0.02 to 50 for pixels
    /// in [-1, 1], seven of 10 to 1e5 for samples in 16-bit units; seven
    /// automatic ones for all else.
    Post,
}

/// Everything about noise that decides a result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NoiseSettings {
    /// Seed of the noise.
    pub seed: u64,
    /// What data are divided by.
    pub scaling: Scaling,
    /// How segments are averaged. Arithmetic: the power itself, so that noise is
    /// sigma^2 and sums add up. Geometric (the post): the mean of ln P, whose
    /// noise lies below sigma^2 by its log bias, but which is compared with
    /// sigma^2 all the same.
    pub average: Average,
    /// Noise levels of the tide.
    pub sigmas: SigmaGrid,
    /// Noise levels of still figures, low and high; `None` is 1 and 4 for data
    /// of unit variance and for photos, else about the middle of each spectrum.
    pub stills: Option<[f64; 2]>,
    /// Signal-to-noise ratio above which a frequency counts as detectable.
    pub tau: f64,
    /// Schedules that detectability is computed for.
    pub schedules: Vec<Schedule>,
    /// Number of times t per continuous schedule, 0 to 1.
    pub n_times: usize,
}

impl Default for NoiseSettings {
    /// Seeded noise of 40 levels upon data of unit variance.
    fn default() -> Self {
        NoiseSettings {
            seed: 0,
            scaling: Scaling::UnitVariance,
            average: Average::Arithmetic,
            sigmas: SigmaGrid::Auto(40),
            stills: None,
            tau: 1.0,
            schedules: Schedule::ALL.to_vec(),
            // Such that quarters are among them.
            n_times: 101,
        }
    }
}

impl NoiseSettings {
    /// Whether noise is measured in a pass of its own: its levels come from the
    /// spectra, and means of ln P at a level do not follow from sums of others.
    pub(crate) fn has_second_pass(&self) -> bool {
        self.average == Average::Geometric
    }

    /// Checks what is out of range whatever the data are.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for the first such setting.
    pub fn check(&self) -> Result<()> {
        const MOST_LEVELS: usize = 200;
        let positive = "greater than 0 and finite";
        if !(self.tau.is_finite() && self.tau > 0.0) {
            return Err(Error::argument("tau", self.tau, positive));
        }
        let listed: &[f64] = match &self.sigmas {
            SigmaGrid::List(list) => list,
            _ => &[],
        };
        for &sigma in listed {
            check_sigma("sigmas", sigma)?;
        }
        let n_levels = match self.sigmas {
            SigmaGrid::Auto(n) => n,
            SigmaGrid::List(_) => listed.len(),
            SigmaGrid::Post => 7,
        };
        if !(2..=MOST_LEVELS).contains(&n_levels) {
            let requirement = format!("from 2 to {MOST_LEVELS} noise levels");
            let name = if listed.is_empty() {
                "frames"
            } else {
                "sigmas"
            };
            return Err(Error::argument(name, n_levels, requirement));
        }
        if listed.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err(Error::argument("sigmas", "not increasing", "increasing"));
        }
        for sigma in self.stills.into_iter().flatten() {
            check_sigma("sigma", sigma)?;
        }
        if let Some([low, high]) = self.stills
            && low >= high
        {
            let value = format!("{low},{high}");
            return Err(Error::argument("sigma", value, "two increasing levels"));
        }
        if !(2..=10_000).contains(&self.n_times) {
            return Err(Error::argument("times", self.n_times, "from 2 to 10000"));
        }
        Ok(())
    }

    /// The noise levels of a tide over data whose power per unit of noise lies
    /// between `weakest` and `strongest`.
    pub(super) fn levels(
        &self,
        representation: Representation,
        amplitude: Amplitude,
        (weakest, strongest): (f64, f64),
    ) -> Result<Vec<f64>> {
        let auto = |n| geometric_grid(0.5 * weakest.sqrt(), 2.0 * strongest.sqrt(), n);
        let native = self.scaling == Scaling::Native;
        match (&self.sigmas, representation, amplitude) {
            (SigmaGrid::List(list), ..) => Ok(list.clone()),
            (SigmaGrid::Auto(n), ..) => auto(*n),
            (SigmaGrid::Post, Representation::Photo, _) if native => geometric_grid(0.02, 50.0, 7),
            (SigmaGrid::Post, Representation::Waveform, Amplitude::Int16) if native => {
                geometric_grid(10.0, 1e5, 7)
            }
            (SigmaGrid::Post, ..) => auto(7),
        }
    }

    /// The levels of still figures for data whose typical power per unit of
    /// noise is `typical`.
    pub(super) fn still_levels(&self, representation: Representation, typical: f64) -> [f64; 2] {
        let photo = representation == Representation::Photo;
        match (self.stills, self.scaling) {
            (Some(levels), _) => levels,
            (None, Scaling::UnitVariance) => [1.0, 4.0],
            (None, Scaling::Native) if photo => [1.0, 4.0],
            (None, Scaling::Native) => [typical.sqrt(), 4.0 * typical.sqrt()],
        }
    }
}

/// The largest sigma: its square and the power of noise stay finite.
const LARGEST_SIGMA: f64 = 1e100;

fn check_sigma(name: &'static str, sigma: f64) -> Result<()> {
    if (1e-100..=LARGEST_SIGMA).contains(&sigma) {
        return Ok(());
    }
    let requirement = format!("greater than 0 and at most {LARGEST_SIGMA:e}");
    Err(Error::argument(name, sigma, requirement))
}
