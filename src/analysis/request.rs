//! What is asked of a run: which studies, of which sources, and which share of
//! them.

use super::features::FeatureConfig;
use super::latents::LatentSettings;
use super::modulation::ModulationSettings;
use super::noise::NoiseSettings;
use super::plan::{Headers, RunPlan};
use super::verdict::VerdictSettings;
use super::{AnalysisConfig, Average, Representation};
use crate::decode::Wanted;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// A share of the sources: every `count`-th, from number `index` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shard {
    pub(super) index: usize,
    pub(super) count: usize,
}

impl Shard {
    /// All sources.
    pub const WHOLE: Shard = Shard { index: 1, count: 1 };

    /// Share `index` of `count`, counted from 1.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] naming `shard`.
    pub fn new(index: usize, count: usize) -> Result<Self> {
        match (1..=count).contains(&index) {
            true => Ok(Shard { index, count }),
            false => {
                let requirement = "i/n with i from 1 to n";
                let value = format!("{index}/{count}");
                Err(Error::argument("shard", value, requirement))
            }
        }
    }

    /// Number of this share, from 1.
    pub fn index(self) -> usize {
        self.index
    }

    /// Number of shares.
    pub fn count(self) -> usize {
        self.count
    }

    /// Whether the source of that number belongs to it.
    pub(super) fn has(self, source: usize) -> bool {
        source % self.count == self.index - 1
    }
}

/// The command whose files a run makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// A report, and beside it what else is measured in the same pass.
    Analyze,
    /// A report and what noise does to it.
    Noise,
    /// A report of planes and their modulation spectra.
    Modulation,
    /// A table of features.
    Features,
    /// Latents of an autoencoder.
    Latents,
}

/// Everything that decides what is measured in one pass.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// What it is measured for.
    pub task: Task,
    /// Inputs and settings.
    pub config: AnalysisConfig,
    /// Three answers, and what they rest on.
    pub verdict: Option<VerdictSettings>,
    /// The same under other front ends, each in a pass of its own.
    pub sweep: bool,
    /// Features of whole clips.
    pub features: Option<FeatureConfig>,
    /// Modulation spectra of planes.
    pub modulation: Option<ModulationSettings>,
    /// Noise added to every segment.
    pub noise: Option<NoiseSettings>,
    /// Statistics of channels, and spectra along and across them.
    pub latents: Option<LatentSettings>,
}

impl Request {
    /// A report and its verdict.
    pub fn analyze(config: &AnalysisConfig) -> Self {
        Request {
            verdict: Some(VerdictSettings {
                seed: config.seed,
                ..VerdictSettings::default()
            }),
            ..Request::new(Task::Analyze, config)
        }
    }

    /// What every task measures.
    fn new(task: Task, config: &AnalysisConfig) -> Self {
        Request {
            task,
            config: config.clone(),
            verdict: None,
            sweep: false,
            features: None,
            modulation: None,
            noise: None,
            latents: None,
        }
    }

    /// Checks what is out of range whatever the sources are, and what a share
    /// cannot have.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for the first such setting.
    pub fn check(&self, shard: Shard) -> Result<()> {
        self.config.check()?;
        if self.sweep && shard != Shard::WHOLE {
            let requirement = "without --shard: a sweep takes passes over all of the data";
            return Err(Error::argument("sweep", "given", requirement));
        }
        if let Some(features) = &self.features {
            features.check()?;
        }
        if let Some(modulation) = &self.modulation {
            modulation.check()?;
        }
        if let Some(latents) = &self.latents {
            latents.check()?;
        }
        if let Some(noise) = &self.noise {
            noise.check()?;
            if shard != Shard::WHOLE && noise.average == Average::Geometric {
                let requirement =
                    "arithmetic in a share: geometric means need the deviation of all first";
                return Err(Error::argument("average", "geometric", requirement));
            }
        }
        Ok(())
    }

    /// Whether a report is made.
    pub(super) fn has_report(&self) -> bool {
        !matches!(self.task, Task::Features | Task::Latents)
    }

    /// Features of clips alone.
    pub fn features(config: &FeatureConfig) -> Self {
        Request {
            features: Some(config.clone()),
            ..Request::new(
                Task::Features,
                &AnalysisConfig {
                    inputs: config.inputs.clone(),
                    class_rule: config.class_rule.clone(),
                    limit: config.limit,
                    channel: config.channel,
                    ..AnalysisConfig::default()
                },
            )
        }
    }

    /// Latents of an autoencoder.
    pub fn latents(config: &AnalysisConfig, settings: &LatentSettings) -> Self {
        Request {
            latents: Some(settings.clone()),
            ..Request::new(Task::Latents, config)
        }
    }

    /// Modulation spectra, and the report of their planes.
    pub fn modulation(config: &AnalysisConfig, settings: &ModulationSettings) -> Self {
        Request {
            modulation: Some(settings.clone()),
            ..Request::new(
                Task::Modulation,
                &AnalysisConfig {
                    representations: vec![Representation::LogMel],
                    ..config.clone()
                },
            )
        }
    }

    /// A report, and what noise does to it.
    pub fn noise(config: &AnalysisConfig, settings: &NoiseSettings) -> Self {
        Request {
            noise: Some(settings.clone()),
            ..Request::new(Task::Noise, config)
        }
    }

    /// The plan of the sources, made once: folders walked, headers read.
    ///
    /// # Errors
    /// Those of settings.
    pub fn plan(&self) -> Result<RunPlan> {
        match self.task {
            Task::Features => RunPlan::of_inputs(&self.config, Wanted::AudioFolders, Headers::None),
            Task::Latents => RunPlan::of_latents(&self.config),
            _ => RunPlan::new(&self.config),
        }
    }

    /// Number of passes over the sources: a second one needs sums of the first.
    pub(super) fn n_passes(&self) -> usize {
        let noise = self.noise.as_ref().filter(|noise| noise.has_second_pass());
        1 + usize::from(noise.is_some())
    }
}
