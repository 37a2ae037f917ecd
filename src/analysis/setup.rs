use super::{AnalysisConfig, Representation};
use crate::data::{PowerScale, Unit};
use crate::decode::Source;
use crate::planar::{Radius, RingTable};
use crate::spectral::{Periodogram, StftConfig};
use crate::{Problem, Result};

/// What all sources of a run have in common, chosen before measuring.
#[derive(Debug, Clone)]
pub(super) struct Setup<'a> {
    pub config: &'a AnalysisConfig,
    pub audio: Option<AudioSetup>,
    pub side: Option<usize>,
    pub array_shape: Option<(usize, usize)>,
}

/// How clips are cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct AudioSetup {
    pub sample_rate: u32,
    /// Samples per segment.
    pub segment_length: usize,
    /// Samples from one segment's start to the next.
    pub segment_hop: usize,
}

impl AudioSetup {
    pub fn new(config: &AnalysisConfig, sample_rate: u32) -> Result<Self> {
        let segment_length = config.segment_length(sample_rate)?;
        let hop = (segment_length as f64 * (1.0 - config.overlap)).round() as usize;
        Ok(Self {
            sample_rate,
            segment_length,
            segment_hop: hop.max(1),
        })
    }
}

/// The frequency axis of one representation, and what its powers mean.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub unit: Unit,
    pub power_scale: PowerScale,
    pub frequency: Vec<f64>,
    pub dof: Vec<u32>,
    /// Factors that turn accumulated powers into `power_scale`.
    pub factors: Vec<f64>,
    /// Frequency in this unit per cycle per sample.
    pub per_cycle_per_sample: f64,
}

impl Setup<'_> {
    /// How a clip is cut.
    ///
    /// # Errors
    /// A problem of the clip where the survey could read no clip at all.
    pub fn audio_for(&self, source: &Source) -> Result<AudioSetup> {
        self.audio.ok_or_else(|| {
            let detail = "its header could not be read".to_string();
            Problem::Unreadable { detail }.at(&source.path)
        })
    }

    /// The frame of a representation; `None` where no source has it.
    pub fn frame(&self, representation: Representation) -> Result<Option<Frame>> {
        let radius = self.config.radius;
        Ok(match (representation, self.audio) {
            (Representation::Waveform, Some(audio)) => Some(self.waveform_frame(audio)?),
            (Representation::LogMel, Some(audio)) => {
                let stft: &StftConfig = &self.config.stft;
                let n_frames = stft.n_frames(audio.segment_length);
                Some(radial_frame(n_frames, self.config.mel.n_mels, radius))
            }
            (Representation::Photo, _) => self
                .side
                .map(|side| radial_frame(side, side, Radius::Frequency)),
            (Representation::Array, _) => self
                .array_shape
                .map(|(rows, cols)| radial_frame(rows, cols, radius)),
            _ => None,
        })
    }

    fn waveform_frame(&self, audio: AudioSetup) -> Result<Frame> {
        let plan = Periodogram::<f32>::new(audio.segment_length)?;
        let power_scale = self.config.power_scale;
        Ok(Frame {
            unit: Unit::Hertz,
            power_scale,
            frequency: plan.frequency(audio.sample_rate).values(),
            dof: plan.dof(),
            factors: plan.scale_factors(power_scale, audio.sample_rate),
            per_cycle_per_sample: f64::from(audio.sample_rate),
        })
    }
}

/// Rings without DC: its power says nothing about structure.
fn radial_frame(n_rows: usize, n_cols: usize, radius: Radius) -> Frame {
    let table = RingTable::new(n_rows, n_cols, radius);
    let mut frequency = table.frequency().values();
    frequency.remove(0);
    let dof = table.counts()[1..].to_vec();
    Frame {
        unit: Unit::CyclePerSample,
        power_scale: PowerScale::PerSample,
        factors: vec![1.0; dof.len()],
        frequency,
        dof,
        per_cycle_per_sample: 1.0,
    }
}
