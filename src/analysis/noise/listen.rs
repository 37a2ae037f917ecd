//! Clips with noise, to be heard.

use crate::compare::{NoiseLevel, Schedule};
use crate::data::Signal;
use crate::decode::{Channel, Part, read_part};
use crate::synth::{add_noise, derived_seed};
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

/// A clip with noise at each of `times`, as a diffusion model along `schedule`
/// would see it, its first 600 s at most: x is divided by `divisor` before noise is added. The noise is
/// the same at all times, and so is the gain, so that levels can be compared by
/// ear.
///
/// # Errors
/// [`Error::InvalidArgument`] for a time outside the schedule's range or a
/// divisor that is not positive, and what is wrong with the clip.
pub fn noisy_clips(
    path: &Path,
    channel: Channel,
    schedule: Schedule,
    times: &[f64],
    divisor: f64,
    seed: u64,
) -> Result<Vec<NoisyClip>> {
    let levels: Vec<NoiseLevel> = times
        .iter()
        .map(|&t| schedule.at(t))
        .collect::<Result<_>>()?;
    if !(divisor.is_finite() && divisor > 0.0) {
        return Err(Error::argument("scaling", divisor, "a divisor above 0"));
    }
    let part = Part {
        start: 0.0,
        duration: LONGEST,
        margin: 0,
        margin_step: 1,
    };
    let (signal, _) = read_part(path, channel, &part)?;
    if signal.samples.iter().any(|x| !x.is_finite()) {
        let detail = "it holds samples that are not finite".to_string();
        return Err(Problem::Featureless { detail }.at(path));
    }
    let mut noise = vec![0.0; signal.samples.len()];
    add_noise(&mut noise, divisor, derived_seed(seed, 0));
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
