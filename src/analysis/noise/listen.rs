//! Clips with noise, to be heard.

use crate::compare::{NoiseLevel, Schedule};
use crate::data::Signal;
use crate::decode::{Channel, Part, read_part};
use crate::synth::add_noise;
use crate::{Error, Problem, Result};
use std::path::Path;

/// Largest sample of what is written, of full scale.
const PEAK: f64 = 0.99;

/// Most seconds of a clip that are written.
const LONGEST: f64 = 600.0;

/// A clip at one time of a schedule.
#[derive(Debug, Clone, PartialEq)]
pub struct NoisyClip {
    /// The time, with the schedule's factors.
    pub level: NoiseLevel,
    /// gain (alpha x / s + sigma noise) s, where s is what the scaling divides
    /// clips by.
    pub signal: Signal,
    /// What all times of a clip were multiplied by, so that none clips.
    pub gain: f64,
}

/// What clips are heard with.
#[derive(Debug, Clone, PartialEq)]
pub struct ListenConfig {
    /// Which channel.
    pub channel: Channel,
    /// Whose noise levels.
    pub schedule: Schedule,
    /// When.
    pub times: Vec<f64>,
    /// What samples, full scale being 1, are divided by before noise is added.
    pub divisor: f64,
    /// The rate at which the divisor was found, Hz.
    pub sample_rate: u32,
    /// Seed of the noise.
    pub seed: u64,
}

/// A clip with noise at each time, as a diffusion model along the schedule would
/// see it, its first 600 s at most. The noise has the density per hertz of noise
/// at `config.sample_rate` whatever the clip's own rate; it is the same at all
/// times, and so is the gain, so that levels can be compared by ear.
///
/// # Errors
/// [`Error::InvalidArgument`] for a time outside the schedule's range or a
/// divisor that is not positive, and what is wrong with the clip.
pub fn noisy_clips(path: &Path, config: &ListenConfig) -> Result<Vec<NoisyClip>> {
    let level = |&t: &f64| config.schedule.at(t);
    let levels: Vec<NoiseLevel> = config.times.iter().map(level).collect::<Result<_>>()?;
    let divisor = config.divisor;
    if !(divisor.is_finite() && divisor > 0.0) {
        return Err(Error::argument("divisor", divisor, "finite and above 0"));
    }
    let part = Part {
        start: 0.0,
        duration: LONGEST,
        margin: 0,
        margin_step: 1,
    };
    let (signal, ..) = read_part(path, config.channel, &part)?;
    if signal.samples.iter().any(|x| !x.is_finite()) {
        let detail = "it holds samples that are not finite".to_string();
        return Err(Problem::Featureless { detail }.at(path));
    }
    let mut noise = vec![0.0; signal.samples.len()];
    let rates = f64::from(signal.sample_rate) / f64::from(config.sample_rate);
    add_noise(&mut noise, divisor * rates.sqrt(), config.seed);
    let mix = |level: &NoiseLevel, i: usize| {
        level.alpha * f64::from(signal.samples[i]) + level.sigma * noise[i]
    };
    let all = levels
        .iter()
        .flat_map(|level| (0..noise.len()).map(move |i| mix(level, i).abs()));
    let largest = all.fold(0.0, f64::max);
    let gain = if largest > PEAK { PEAK / largest } else { 1.0 };
    let clip = |level: &NoiseLevel| NoisyClip {
        level: *level,
        signal: Signal {
            samples: (0..noise.len())
                .map(|i| (gain * mix(level, i)) as f32)
                .collect(),
            sample_rate: signal.sample_rate,
        },
        gain,
    };
    Ok(levels.iter().map(clip).collect())
}
