//! What a plan's planes are for the verdict: inner frames, bands, axes.

use super::axes::AxisBins;
use super::wave::WaveBands;
use crate::Result;
use crate::analysis::plan::RunPlan;
use crate::planar::VarianceBands;
use crate::spectral::{Framing, MelFilterbank};
use std::ops::Range;

/// Shortest block of a sound scrambled in time, s.
const BLOCK_SECONDS: f64 = 0.04;
/// Fewest blocks whose order is worth changing: of one or two it is the same.
const FEWEST_BLOCKS: usize = 8;

/// The log-mel spectrograms of a plan's segments.
pub(super) struct MelPlanes {
    /// Frames that lie wholly inside a segment: the others show its cut.
    pub inner: Range<usize>,
    pub n_mels: usize,
    pub bands: VarianceBands,
    /// Along time, along frequency.
    pub axes: [AxisBins; 2],
    pub oversampling: f64,
    /// Ends and centres of the mel bands, Hz.
    pub points: Vec<f64>,
    /// Samples of a block of sound scrambled in time; none where a segment has too
    /// few blocks, or too few frequencies along an axis, to say what scrambling does.
    pub block: Option<usize>,
    pub sample_rate: u32,
    /// Length of a window, s.
    pub window: f64,
    /// What turns the plane's values into dB.
    pub to_db: f64,
}

impl MelPlanes {
    /// `None` without clips, and where log-mel spectrograms cannot be planned or
    /// have no inner frames.
    pub fn new(plan: &RunPlan) -> Result<Option<Self>> {
        let Some(audio) = plan.audio else {
            return Ok(None);
        };
        let (config, n) = (&plan.config, audio.segment_length);
        let settings = config.log_mel(audio.sample_rate);
        // Settings of a representation that was not asked for are not checked.
        if n < config.stft.n_fft || MelFilterbank::<f32>::new(settings.mel.clone()).is_err() {
            return Ok(None);
        }
        // Zeros about a window are no sound: what counts is its length.
        let (window, hop) = (config.stft.win_length, config.stft.hop_length);
        let inner = match config.stft.framing {
            Framing::Centred => (window / 2).div_ceil(hop)..(n - window / 2) / hop + 1,
            Framing::Uncentred => 0..config.stft.n_frames(n),
        };
        let inner = inner.start..inner.end.min(config.stft.n_frames(n));
        if inner.len() < 2 {
            return Ok(None);
        }
        let oversampling = (window as f64 / (4 * hop) as f64).max(1.0);
        let n_mels = config.mel.n_mels;
        let rate = f64::from(audio.sample_rate);
        let block = (window / 2).max((BLOCK_SECONDS * rate) as usize);
        let axes = [
            AxisBins::along_time(inner.len(), rate / hop as f64),
            AxisBins::along_frequency(n_mels),
        ];
        let has_structure = n >= FEWEST_BLOCKS * block && axes.iter().all(|of| of.len() >= 3);
        Ok(Some(Self {
            bands: VarianceBands::new(n_mels, inner.len(), oversampling)?,
            axes,
            points: settings.mel.points(),
            block: has_structure.then_some(block.max(1)),
            sample_rate: audio.sample_rate,
            window: window as f64 / rate,
            to_db: config.log.per_decibel(),
            n_mels,
            oversampling,
            inner,
        }))
    }

    /// The inner frames of a plane, `[frame, band]`, in dB.
    pub fn inner_values<'a>(
        &self,
        plane: &'a [f32],
    ) -> impl Iterator<Item = f64> + Clone + use<'a> {
        let inner = &plane[self.inner.start * self.n_mels..self.inner.end * self.n_mels];
        let to_db = self.to_db;
        inner.iter().map(move |&value| to_db * f64::from(value))
    }
}

/// The lines of a plan's waveforms.
pub(super) fn wave_bands(plan: &RunPlan) -> Option<WaveBands> {
    let audio = plan.audio?;
    Some(WaveBands::new(audio.segment_length, audio.sample_rate))
}
