//! White noise in a run's settings: what the overlap of windows and of bands
//! does to exponents, whatever the sound.

use super::job::Job;
use super::scope::{Scope, Totals};
use super::study::ModulationFile;
use crate::Result;
use crate::analysis::spectrograms::Spectrograms;
use crate::synth::{derived_seed, gauss};

const SEED: u64 = 0;
const N_SEGMENTS: u64 = 32;
/// Standard deviation: far above the floor of the logarithm, short of clipping.
const LEVEL: f64 = 0.1;

/// The sums over segments of white noise, and each segment's exponents; `None`
/// for what is no log-mel spectrogram.
pub(super) fn white_noise(job: &Job<'_>) -> Result<Option<(Totals, Vec<ModulationFile>)>> {
    let (Some(kind), Some(audio)) = (job.representation.spectrogram(), job.plan.audio) else {
        return Ok(None);
    };
    let Some(mut spectrograms) = Spectrograms::new(&job.plan.config, audio, [kind])? else {
        return Ok(None);
    };
    let mut scope = Scope::new(job)?;
    let (mut all, mut files) = (Totals::default(), Vec::new());
    for index in 0..N_SEGMENTS {
        let noise = gauss(derived_seed(SEED, index), audio.segment_length);
        let segment: Vec<f32> = noise.iter().map(|x| (LEVEL * x) as f32).collect();
        spectrograms.process(&segment);
        let values = spectrograms.usable(kind).unwrap_or_default().iter();
        let values: Vec<f64> = values.map(|&x| f64::from(x)).collect();
        let mut sums = scope.empty();
        scope.add(&values, &job.rays, &mut sums)?;
        all.add(&sums)?;
        files.push(job.file(&sums));
    }
    Ok(Some((all, files)))
}
