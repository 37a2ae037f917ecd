use super::laws::debiased_fit;
use super::measurement::Measurement;
use super::segment_planes::plane_shape;
use super::totals::Totals;
use super::{AnalysisConfig, Representation, SpectrogramKind};
use crate::compare::{DebiasedFit, LEVEL_BANDS_PER_OCTAVE, OctaveBand, octave_bands};
use crate::data::{PowerScale, Unit};
use crate::decode::Source;
use crate::planar::{DctRapsd, Radius, RingTable};
use crate::spectral::Lines;
use crate::{Problem, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What all sources of a run have in common, chosen before measuring.
#[derive(Debug, Clone)]
pub(super) struct Setup<'a> {
    pub config: &'a AnalysisConfig,
    pub audio: Option<AudioSetup>,
    pub side: Option<usize>,
    pub array_shape: Option<(usize, usize)>,
    /// The frames of all representations that some source has.
    pub frames: BTreeMap<Representation, Frame>,
    /// The debiased fits of those that have enough frequencies.
    pub fits: BTreeMap<Representation, DebiasedFit>,
}

/// How clips are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
        let mut spectrograms = config.representations.iter().map(|r| r.spectrogram());
        if spectrograms.any(|kind| kind == Some(SpectrogramKind::LogMel)) {
            config.log_mel(sample_rate).mel.check()?;
        }
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
    pub frequency: Arc<[f64]>,
    /// What power laws are regressed on: ln f for lines; for rings that of their
    /// cells' true frequencies.
    pub log_frequency: Vec<f64>,
    /// Whether each frequency is one true frequency: not so for rings in index
    /// units on planes that are not square.
    pub has_circles: bool,
    pub dof: Arc<[u32]>,
    /// Factors that turn accumulated powers into `power_scale`.
    pub factors: Vec<f64>,
    log_factors: Vec<f64>,
    /// Frequency in this unit per cycle per sample.
    pub per_cycle_per_sample: f64,
    /// The bands that a file's own spectrum is kept in.
    pub file_bands: Vec<OctaveBand>,
}

impl Frame {
    /// Mean ln P in the frame's power scale.
    pub fn scaled_log(&self, mut log_power: Vec<f64>) -> Vec<f64> {
        for (log_power, log_factor) in log_power.iter_mut().zip(&self.log_factors) {
            *log_power += log_factor;
        }
        log_power
    }

    /// The bands that levels are counted in.
    pub fn level_bands(&self) -> Vec<OctaveBand> {
        octave_bands(&self.frequency, self.unit, LEVEL_BANDS_PER_OCTAVE)
    }

    /// An empty measurement of this representation.
    pub fn measurement(&self) -> Measurement {
        Measurement::new(self.frequency.len(), self.level_bands())
    }

    /// Empty totals of this representation.
    pub fn totals(&self) -> Totals {
        Totals::new(self.frequency.len(), self.level_bands().len())
    }
}

impl<'a> Setup<'a> {
    pub fn new(
        config: &'a AnalysisConfig,
        audio: Option<AudioSetup>,
        side: Option<usize>,
        array_shape: Option<(usize, usize)>,
    ) -> Result<Self> {
        let mut setup = Self {
            config,
            audio,
            side,
            array_shape,
            frames: BTreeMap::new(),
            fits: BTreeMap::new(),
        };
        for representation in Representation::ALL {
            if let Some(frame) = setup.frame(representation)? {
                if let Some(fit) = debiased_fit(&frame, config.fit) {
                    setup.fits.insert(representation, fit);
                }
                setup.frames.insert(representation, frame);
            }
        }
        Ok(setup)
    }

    /// How a clip is cut.
    ///
    /// # Errors
    /// A problem of the clip where the survey could read no clip at all.
    pub fn audio_for(&self, source: &Source) -> Result<AudioSetup> {
        self.audio.ok_or_else(|| {
            let detail = "its header could not be read".to_string();
            Problem::Unreadable { detail }.at(&source.path())
        })
    }

    fn frame(&self, representation: Representation) -> Result<Option<Frame>> {
        let radius = self.config.radius;
        Ok(match (representation, self.audio) {
            _ if !self.wants(representation) => None,
            (Representation::Waveform, Some(audio)) => Some(self.waveform_frame(audio)?),
            (_, Some(audio)) if representation.spectrogram().is_some() => {
                self.spectrogram_frame(representation, audio)?
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

    /// Whether a representation is to be measured where there are sources.
    fn wants(&self, representation: Representation) -> bool {
        !Representation::OF_AUDIO.contains(&representation)
            || self.config.representations.contains(&representation)
    }

    fn spectrogram_frame(
        &self,
        representation: Representation,
        audio: AudioSetup,
    ) -> Result<Option<Frame>> {
        let Some(kind) = representation.spectrogram() else {
            return Ok(None);
        };
        let (n_frames, n_rows) = plane_shape(self.config, audio, kind);
        let radius = self.config.radius;
        Ok(Some(match representation {
            Representation::Mfcc => cepstral_frame(n_frames, n_rows),
            Representation::Cepstrum2d => {
                let plan = DctRapsd::<f32>::new(n_frames, n_rows, radius)?;
                let frequency = plan.frequency().values();
                frame_without_dc(Unit::CyclePerSample, frequency, plan.counts().to_vec())
            }
            _ => radial_frame(n_frames, n_rows, radius),
        }))
    }

    fn waveform_frame(&self, audio: AudioSetup) -> Result<Frame> {
        let lines = Lines::new(audio.segment_length)?;
        let power_scale = self.config.power_scale;
        let frequency = lines.frequency(audio.sample_rate).values();
        let factors = lines.scale_factors(power_scale, audio.sample_rate);
        Ok(Frame {
            unit: Unit::Hertz,
            power_scale,
            log_frequency: frequency.iter().map(|f| f.ln()).collect(),
            has_circles: true,
            file_bands: file_bands(&frequency, Unit::Hertz),
            frequency: frequency.into(),
            dof: lines.dof().into(),
            log_factors: factors.iter().map(|factor| factor.ln()).collect(),
            factors,
            per_cycle_per_sample: f64::from(audio.sample_rate),
        })
    }
}

/// The bands that a file's own spectrum is kept in: nearly every ring of a plane,
/// and a few hundred of a waveform's many lines.
pub(super) fn file_bands(frequency: &[f64], unit: Unit) -> Vec<OctaveBand> {
    let per_octave = match unit {
        Unit::Hertz => 24,
        _ => 48,
    };
    octave_bands(frequency, unit, per_octave)
}

fn radial_frame(n_rows: usize, n_cols: usize, radius: Radius) -> Frame {
    let table = RingTable::new(n_rows, n_cols, radius);
    let frequency = table.frequency().values();
    let frame = frame_without_dc(Unit::CyclePerSample, frequency, table.counts().to_vec());
    Frame {
        log_frequency: table.effective_log_frequency()[1..].to_vec(),
        has_circles: radius == Radius::Frequency || n_rows == n_cols,
        ..frame
    }
}

/// Coefficient k of a DCT over bands is at k / (2 n_bands).
fn cepstral_frame(n_frames: usize, n_bands: usize) -> Frame {
    let frequency = (0..n_bands).map(|k| k as f64 / (2 * n_bands) as f64);
    let dof = vec![n_frames as u32; n_bands];
    frame_without_dc(Unit::CyclePerBand, frequency.collect(), dof)
}

/// Frequencies without DC: its power says nothing about structure.
fn frame_without_dc(unit: Unit, mut frequency: Vec<f64>, mut dof: Vec<u32>) -> Frame {
    frequency.remove(0);
    dof.remove(0);
    Frame {
        unit,
        power_scale: PowerScale::PerSample,
        factors: vec![1.0; dof.len()],
        log_factors: vec![0.0; dof.len()],
        log_frequency: frequency.iter().map(|f| f.ln()).collect(),
        has_circles: true,
        file_bands: file_bands(&frequency, unit),
        frequency: frequency.into(),
        dof: dof.into(),
        per_cycle_per_sample: 1.0,
    }
}
