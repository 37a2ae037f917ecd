use crate::analysis::{Preset, Representation};
use crate::compare::{Schedule, geometric_grid};
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

/// What the mean of ln P of the data is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoiseFloor {
    /// Noise averaged in the same way, whose mean of ln P lies below
    /// ln sigma^2 by the log bias of the bin.
    MeanLog,
    /// sigma^2 itself (Dieleman 2024): for one-sided bins of a waveform 2.5 dB
    /// higher.
    Expectation,
}

/// The noise levels of a rising tide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SigmaGrid {
    /// So many, geometric, from below the weakest to above the strongest
    /// frequency of each representation.
    Auto(usize),
    /// These.
    List(Vec<f64>),
    /// The levels of the post's two animations: seven of 0.02 to 50 for photos,
    /// seven of 10 to 1e5 for waveforms in 16-bit units; seven automatic ones
    /// for the rest.
    Post,
}

/// Everything about noise that decides a result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NoiseSettings {
    /// Seed of the noise.
    pub seed: u64,
    /// What data are divided by.
    pub scaling: Scaling,
    /// What they are compared with.
    pub floor: NoiseFloor,
    /// Noise levels of the tide.
    pub sigmas: SigmaGrid,
    /// Noise levels of still figures: low and high.
    pub stills: [f64; 2],
    /// Signal-to-noise ratio above which a frequency counts as detectable.
    pub tau: f64,
    /// Schedules that detectability is computed for.
    pub schedules: Vec<Schedule>,
    /// Number of times t per continuous schedule, 0 to 1.
    pub n_times: usize,
}

impl NoiseSettings {
    /// The settings of a preset.
    pub fn preset(preset: Preset) -> Self {
        let post = preset == Preset::Post;
        NoiseSettings {
            seed: 0,
            scaling: match post {
                true => Scaling::Native,
                false => Scaling::UnitVariance,
            },
            floor: match post {
                true => NoiseFloor::Expectation,
                false => NoiseFloor::MeanLog,
            },
            sigmas: match post {
                true => SigmaGrid::Post,
                false => SigmaGrid::Auto(40),
            },
            stills: [1.0, 4.0],
            tau: 1.0,
            schedules: Schedule::ALL.to_vec(),
            n_times: 100,
        }
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
        let n_levels = match self.sigmas {
            SigmaGrid::Auto(n) => n,
            SigmaGrid::List(_) => listed.len(),
            SigmaGrid::Post => 7,
        };
        if !(2..=MOST_LEVELS).contains(&n_levels) {
            let requirement = format!("from 2 to {MOST_LEVELS} noise levels");
            return Err(Error::argument("frames", n_levels, requirement));
        }
        for &sigma in listed {
            check_sigma("sigmas", sigma)?;
        }
        if listed.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err(Error::argument("sigmas", "not increasing", "increasing"));
        }
        for sigma in self.stills {
            check_sigma("sigma", sigma)?;
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
        weakest: f64,
        strongest: f64,
    ) -> Result<Vec<f64>> {
        let auto = |n| geometric_grid(0.5 * weakest.sqrt(), 2.0 * strongest.sqrt(), n);
        match (&self.sigmas, representation) {
            (SigmaGrid::List(list), _) => Ok(list.clone()),
            (SigmaGrid::Post, Representation::Photo) => geometric_grid(0.02, 50.0, 7),
            (SigmaGrid::Post, Representation::Waveform) => geometric_grid(10.0, 1e5, 7),
            (SigmaGrid::Post, _) => auto(7),
            (SigmaGrid::Auto(n), _) => auto(*n),
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
