//! The spectrograms of one segment, and what is measured of them.

use super::setup::AudioSetup;
use super::{AnalysisConfig, Representation, SpectrogramKind};
use crate::data::Axis;
use crate::planar::{CepstralPower, DctRapsd, Rapsd};
use crate::spectral::{LogScale, MelFilterbank, Stft};
use crate::{Error, Result};

/// The spectrograms of a segment, all from one pass of its STFT. Buffers are
/// reused from segment to segment; planes are [frame, row], as the frames come.
pub(super) struct SegmentPlanes {
    setup: AudioSetup,
    stft: Stft<f32>,
    log: LogScale,
    magnitude: Option<Vec<f32>>,
    log_magnitude: Option<Vec<f32>>,
    log_mel: Option<(MelFilterbank<f32>, Vec<f32>)>,
}

impl SegmentPlanes {
    /// Plans the spectrograms that `representations` are made of; `None` where
    /// they need no spectrogram.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] naming the setting.
    pub fn new(
        config: &AnalysisConfig,
        setup: AudioSetup,
        representations: &[Representation],
    ) -> Result<Option<Self>> {
        let kinds = representations.iter().filter_map(|r| r.spectrogram());
        let wanted = |kind| kinds.clone().any(|other| other == kind);
        if kinds.clone().next().is_none() {
            return Ok(None);
        }
        config.log.check()?;
        let plane = |kind| {
            let (n_frames, n_rows) = plane_shape(config, setup, kind);
            wanted(kind).then(|| vec![0.0; n_frames * n_rows])
        };
        let log_mel = plane(SpectrogramKind::LogMel)
            .map(|values| {
                let mel = config.log_mel(setup.sample_rate).mel;
                MelFilterbank::new(mel).map(|filterbank| (filterbank, values))
            })
            .transpose()?;
        Ok(Some(Self {
            setup,
            stft: Stft::new(config.stft.clone())?,
            log: config.log,
            magnitude: plane(SpectrogramKind::Magnitude),
            log_magnitude: plane(SpectrogramKind::LogMagnitude),
            log_mel,
        }))
    }

    /// Computes all planes of one segment.
    pub fn process(&mut self, segment: &[f32]) {
        let Self {
            stft,
            log,
            magnitude,
            log_magnitude,
            log_mel,
            ..
        } = self;
        stft.for_each_power(segment, |t, power| {
            let n_bins = power.len();
            if let Some(values) = magnitude {
                let frame = &mut values[t * n_bins..(t + 1) * n_bins];
                for (slot, power) in frame.iter_mut().zip(power) {
                    *slot = power.sqrt();
                }
            }
            if let Some(values) = log_magnitude {
                values[t * n_bins..(t + 1) * n_bins].copy_from_slice(power);
            }
            if let Some((filterbank, values)) = log_mel {
                let n_mels = filterbank.config().n_mels;
                filterbank.project(power, &mut values[t * n_mels..(t + 1) * n_mels]);
            }
        });
        if let Some(values) = log_magnitude {
            log.apply(values);
        }
        if let Some((_, values)) = log_mel {
            log.apply(values);
        }
    }

    /// Takes over the planes of another segment, made by the same plans, with
    /// their frames in `order`.
    pub fn copy_reordered(&mut self, of: &SegmentPlanes, order: &[usize]) {
        let pairs = [
            (&mut self.magnitude, &of.magnitude),
            (&mut self.log_magnitude, &of.log_magnitude),
        ];
        for (to, from) in pairs {
            if let (Some(to), Some(from)) = (to, from) {
                reorder(from, order, to);
            }
        }
        if let (Some((_, to)), Some((_, from))) = (&mut self.log_mel, &of.log_mel) {
            reorder(from, order, to);
        }
    }

    /// The plane of the last segment, [frame, row]; nothing where it was not
    /// planned.
    pub fn values(&self, kind: SpectrogramKind) -> &[f32] {
        let plane = match kind {
            SpectrogramKind::Magnitude => self.magnitude.as_deref(),
            SpectrogramKind::LogMagnitude => self.log_magnitude.as_deref(),
            SpectrogramKind::LogMel => self.log_mel.as_ref().map(|(_, values)| &values[..]),
        };
        plane.unwrap_or_default()
    }

    /// The frequencies of the rows, in Hz.
    pub fn rows(&self, kind: SpectrogramKind) -> Axis {
        match (kind, &self.log_mel) {
            (SpectrogramKind::LogMel, Some((filterbank, _))) => filterbank.centres(),
            _ => self.stft.config().bins(self.setup.sample_rate),
        }
    }

    /// The times of the frames, in seconds.
    pub fn frames(&self) -> Axis {
        let AudioSetup {
            sample_rate,
            segment_length,
            ..
        } = self.setup;
        self.stft.config().frames(sample_rate, segment_length)
    }
}

fn reorder(from: &[f32], order: &[usize], to: &mut [f32]) {
    let n_rows = from.len() / order.len();
    for (frame, &at) in to.chunks_exact_mut(n_rows).zip(order) {
        frame.copy_from_slice(&from[at * n_rows..(at + 1) * n_rows]);
    }
}

/// Frames and rows of a segment's spectrogram.
pub(super) fn plane_shape(
    config: &AnalysisConfig,
    setup: AudioSetup,
    kind: SpectrogramKind,
) -> (usize, usize) {
    let n_rows = match kind {
        SpectrogramKind::Magnitude | SpectrogramKind::LogMagnitude => config.stft.n_bins(),
        SpectrogramKind::LogMel => config.mel.n_mels,
    };
    (config.stft.n_frames(setup.segment_length), n_rows)
}

/// From a plane [frame, row] to power, DC first.
pub(super) enum PlaneTransform {
    /// Transposing a plane changes neither of the radial averages.
    Rapsd(Rapsd<f32>),
    Cepstral(CepstralPower<f32>),
    DctRapsd(DctRapsd<f32>),
}

impl PlaneTransform {
    /// The transform of a representation, for planes of `n_frames` by `n_rows`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for planes with fewer than two frequencies.
    pub fn new(
        config: &AnalysisConfig,
        representation: Representation,
        (n_frames, n_rows): (usize, usize),
    ) -> Result<Self> {
        let radius = config.radius;
        let transform = match representation {
            Representation::Mfcc => PlaneTransform::Cepstral(CepstralPower::new(n_rows)?),
            Representation::Cepstrum2d => {
                PlaneTransform::DctRapsd(DctRapsd::new(n_frames, n_rows, radius)?)
            }
            _ => PlaneTransform::Rapsd(Rapsd::new(n_frames, n_rows, radius)?),
        };
        if transform.n_powers(n_rows) < 3 {
            let requirement = "more, or the segment longer: its plane has no spectrum";
            let (name, value) = match representation.spectrogram() {
                Some(SpectrogramKind::LogMel) => ("n_mels", n_rows),
                _ => ("n_fft", config.stft.n_fft),
            };
            return Err(Error::argument(name, value, requirement));
        }
        Ok(transform)
    }

    /// Number of powers, DC included, of planes of `n_rows` per frame.
    pub fn n_powers(&self, n_rows: usize) -> usize {
        match self {
            PlaneTransform::Rapsd(plan) => plan.table().n_rings(),
            PlaneTransform::Cepstral(_) => n_rows,
            PlaneTransform::DctRapsd(plan) => plan.n_rings(),
        }
    }

    /// Writes the powers of `values`; returns the share of energy outside them.
    pub fn process(&mut self, values: &[f32], power: &mut [f64]) -> Result<f64> {
        match self {
            PlaneTransform::Rapsd(plan) => Ok(plan.process(values, power)?.outside_share),
            PlaneTransform::DctRapsd(plan) => Ok(plan.process(values, power)?.outside_share),
            PlaneTransform::Cepstral(plan) => {
                plan.process(values, power)?;
                Ok(0.0)
            }
        }
    }
}
