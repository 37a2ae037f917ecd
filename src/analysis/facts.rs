//! What is noticed about a recording while it is decoded.

use super::hash::Hash;
use crate::lanes;
use serde::{Deserialize, Serialize};

/// Samples per block whose level decides whether it is silent.
const BLOCK: usize = 1024;
/// Mean square under which a block is silent: -60 dB of full scale.
const SILENCE: f64 = 1e-6;
/// The largest 16-bit sample: at or above it a recording is clipped.
const FULL_SCALE: f32 = 32767.0 / 32768.0;

/// What was noticed about a recording while it was decoded, before any
/// resampling; on the chosen channel or the mix.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AudioFacts {
    /// Container and codec.
    pub format: String,
    /// Rate of the file, Hz.
    pub sample_rate: u32,
    /// Rate that it was resampled from, Hz, where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resampled_from: Option<u32>,
    /// Channels in the file.
    pub channels: usize,
    /// Length that was decoded, s.
    pub seconds_decoded: f64,
    /// Length that the headers promise, s.
    pub seconds_promised: Option<f64>,
    /// Mean of the samples, full scale 1.
    pub dc_offset: f64,
    /// Largest absolute sample, full scale 1.
    pub peak: f64,
    /// Power of the mix relative to what channels that have nothing in common leave
    /// of theirs: the number of channels where all are alike, 0 where they cancel.
    /// Absent for a single channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mix_gain: Option<f64>,
    /// Share of samples at or beyond full scale.
    pub clipped_share: f64,
    /// Share of blocks of 1024 samples under -60 dB of full scale.
    pub silent_share: f64,
    /// Samples that are infinite or not a number.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub non_finite_samples: u64,
    /// Hash of the decoded samples (XXH3, 128 bits, of their 32-bit floats):
    /// files with the same one are copies, whatever their names and containers.
    #[serde(default)]
    pub pcm_hash: String,
    /// Frequency above which there is next to nothing although the analysis rate
    /// has room for it, Hz (see [`crate::compare::band_limit`]). Looked for where
    /// waveforms are measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band_limit: Option<f64>,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Length of the blocks of a level trace, s.
const LEVEL_SECONDS: f64 = 0.02;
/// Most blocks of a trace, 11 minutes: a copy is known by less.
const MOST_LEVELS: usize = 1 << 15;

/// Mean squares of blocks of 20 ms of a recording, before any resampling.
#[derive(Default)]
pub(super) struct LevelTrace {
    block: usize,
    length: usize,
    energy: f64,
    levels: Vec<f64>,
}

impl LevelTrace {
    pub fn new(sample_rate: u32) -> Self {
        LevelTrace {
            block: ((LEVEL_SECONDS * f64::from(sample_rate)) as usize).max(1),
            ..LevelTrace::default()
        }
    }

    pub fn hear(&mut self, samples: &[f32]) {
        let mut rest = samples;
        while !rest.is_empty() && self.levels.len() < MOST_LEVELS {
            let (part, after) = rest.split_at(rest.len().min(self.block - self.length));
            rest = after;
            let energy = lanes::sum_squares(part);
            self.energy += if energy.is_finite() { energy } else { 0.0 };
            self.length += part.len();
            if self.length == self.block {
                self.levels.push(self.energy / self.block as f64);
                (self.length, self.energy) = (0, 0.0);
            }
        }
    }

    /// The levels of all whole blocks.
    pub fn levels(self) -> Vec<f64> {
        self.levels
    }
}

/// Gathers [`AudioFacts`] block by block.
#[derive(Default)]
pub(super) struct ClipStats {
    hash: Hash,
    n_samples: u64,
    n_clipped: u64,
    n_non_finite: u64,
    sum: f64,
    peak: f32,
    block_energy: f64,
    block_length: usize,
    n_blocks: u64,
    n_silent: u64,
}

impl ClipStats {
    pub fn hear(&mut self, samples: &[f32]) {
        self.hash_samples(samples);
        let mut rest = samples;
        while !rest.is_empty() {
            let (part, after) = rest.split_at(rest.len().min(BLOCK - self.block_length));
            rest = after;
            let energy = lanes::sum_squares(part);
            match energy.is_finite() {
                true => self.hear_finite(part, energy),
                false => self.hear_any(part),
            }
        }
    }

    /// Adds samples that end no later than the block; `energy` is the sum of
    /// their squares.
    fn hear_finite(&mut self, samples: &[f32], energy: f64) {
        let peak = lanes::peak(samples);
        self.n_samples += samples.len() as u64;
        self.sum += lanes::sum(samples);
        self.peak = self.peak.max(peak);
        if peak >= FULL_SCALE {
            let clipped = samples.iter().filter(|x| x.abs() >= FULL_SCALE);
            self.n_clipped += clipped.count() as u64;
        }
        self.block_energy += energy;
        self.block_length += samples.len();
        if self.block_length == BLOCK {
            self.end_block();
        }
    }

    fn hear_any(&mut self, samples: &[f32]) {
        for &sample in samples {
            self.n_samples += 1;
            if !sample.is_finite() {
                self.n_non_finite += 1;
                continue;
            }
            self.sum += f64::from(sample);
            self.peak = self.peak.max(sample.abs());
            if sample.abs() >= FULL_SCALE {
                self.n_clipped += 1;
            }
            self.block_energy += f64::from(sample) * f64::from(sample);
            self.block_length += 1;
            if self.block_length == BLOCK {
                self.end_block();
            }
        }
    }

    fn hash_samples(&mut self, samples: &[f32]) {
        if cfg!(target_endian = "little") {
            return self.hash.update(bytemuck::cast_slice(samples));
        }
        let mut bytes = [0; 4 * BLOCK];
        for samples in samples.chunks(BLOCK) {
            let n = 4 * samples.len();
            for (bytes, sample) in bytes.chunks_exact_mut(4).zip(samples) {
                bytes.copy_from_slice(&sample.to_le_bytes());
            }
            self.hash.update(&bytes[..n]);
        }
    }

    fn end_block(&mut self) {
        self.n_blocks += 1;
        if self.block_energy < SILENCE * self.block_length as f64 {
            self.n_silent += 1;
        }
        self.block_energy = 0.0;
        self.block_length = 0;
    }

    /// Completes `facts` with what was heard.
    pub fn report(mut self, facts: &mut AudioFacts) {
        if self.block_length > 0 {
            self.end_block();
        }
        let share = |count: u64, of: u64| count as f64 / of.max(1) as f64;
        facts.seconds_decoded = self.n_samples as f64 / f64::from(facts.sample_rate);
        facts.dc_offset = self.sum / (self.n_samples - self.n_non_finite).max(1) as f64;
        facts.peak = f64::from(self.peak);
        facts.clipped_share = share(self.n_clipped, self.n_samples);
        facts.silent_share = share(self.n_silent, self.n_blocks);
        facts.non_finite_samples = self.n_non_finite;
        facts.pcm_hash = self.hash.hex();
    }
}
