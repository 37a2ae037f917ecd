//! The spectrograms of one segment, all from one pass of its STFT.

use super::plan::Segmentation;
use super::segment_status::SegmentStatus;
use super::{AnalysisConfig, SpectrogramKind};
use crate::Result;
use crate::data::Axis;
use crate::spectral::{LogScale, MelFilterbank, Stft};

/// Plans and values of the spectrograms of segments. Buffers are reused from
/// segment to segment; planes are [frame, row], as the frames come.
pub(super) struct Spectrograms {
    stft: Stft<f32>,
    log: LogScale,
    filterbank: Option<MelFilterbank<f32>>,
    magnitude: Option<Spectrogram>,
    log_magnitude: Option<Spectrogram>,
    log_mel: Option<Spectrogram>,
}

/// The values of one kind.
struct Spectrogram {
    n_rows: usize,
    values: Vec<f32>,
    status: SegmentStatus,
}

impl Spectrogram {
    fn frame(&mut self, t: usize) -> &mut [f32] {
        &mut self.values[t * self.n_rows..(t + 1) * self.n_rows]
    }
}

impl Spectrograms {
    /// Plans the wanted kinds; `None` where there are none.
    ///
    /// # Errors
    /// [`crate::Error::InvalidArgument`] naming the setting.
    pub fn new(
        config: &AnalysisConfig,
        audio: Segmentation,
        kinds: impl IntoIterator<Item = SpectrogramKind>,
    ) -> Result<Option<Self>> {
        let kinds: Vec<SpectrogramKind> = kinds.into_iter().collect();
        if kinds.is_empty() {
            return Ok(None);
        }
        config.log.check()?;
        let plane = |kind| {
            let (n_frames, n_rows) = config.plane_shape(audio.segment_length, kind);
            kinds.contains(&kind).then(|| Spectrogram {
                n_rows,
                values: vec![0.0; n_frames * n_rows],
                status: SegmentStatus::Constant,
            })
        };
        let log_mel = plane(SpectrogramKind::LogMel);
        let mel = || MelFilterbank::new(config.log_mel(audio.sample_rate).mel);
        Ok(Some(Self {
            stft: Stft::new(config.stft.clone())?,
            log: config.log,
            filterbank: log_mel.is_some().then(mel).transpose()?,
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
            filterbank,
            magnitude,
            log_magnitude,
            log_mel,
            ..
        } = self;
        stft.for_each_power(segment, |t, power| {
            if let Some(plane) = magnitude {
                for (slot, power) in plane.frame(t).iter_mut().zip(power) {
                    *slot = power.sqrt();
                }
            }
            if let Some(plane) = log_magnitude {
                plane.frame(t).copy_from_slice(power);
            }
            if let (Some(plane), Some(filterbank)) = (&mut *log_mel, &mut *filterbank) {
                filterbank.project(power, plane.frame(t));
            }
        });
        for plane in [&mut *log_magnitude, &mut *log_mel].into_iter().flatten() {
            log.apply(&mut plane.values);
        }
        for plane in [magnitude, log_magnitude, log_mel].into_iter().flatten() {
            plane.status = SegmentStatus::of_values(&plane.values);
        }
    }

    fn of_kind(&self, kind: SpectrogramKind) -> Option<&Spectrogram> {
        match kind {
            SpectrogramKind::Magnitude => self.magnitude.as_ref(),
            SpectrogramKind::LogMagnitude => self.log_magnitude.as_ref(),
            SpectrogramKind::LogMel => self.log_mel.as_ref(),
        }
    }

    /// The plane of the last segment, [frame, row], and whether it can be
    /// measured; nothing where it was not planned.
    pub fn plane(&self, kind: SpectrogramKind) -> Option<(&[f32], SegmentStatus)> {
        let plane = self.of_kind(kind)?;
        Some((&plane.values, plane.status))
    }

    /// The plane of the last segment where it can be measured.
    pub fn usable(&self, kind: SpectrogramKind) -> Option<&[f32]> {
        let (values, status) = self.plane(kind)?;
        (status == SegmentStatus::Usable).then_some(values)
    }

    /// Frequencies of the rows, Hz, and times of the frames, s, of one kind.
    ///
    /// # Errors
    /// Those of [`Spectrograms::new`].
    pub fn axes(
        config: &AnalysisConfig,
        audio: Segmentation,
        kind: SpectrogramKind,
    ) -> Result<[Axis; 2]> {
        let rows = match kind {
            SpectrogramKind::LogMel => {
                MelFilterbank::<f32>::new(config.log_mel(audio.sample_rate).mel)?.centres()
            }
            _ => config.stft.bins(audio.sample_rate),
        };
        Ok([
            rows,
            config.stft.frames(audio.sample_rate, audio.segment_length),
        ])
    }
}
