use super::cutter::{Clip, Cutter};
use super::measurement::{Content, Measurement, content};
use super::setup::{AudioSetup, Frame, Setup};
use super::{AnalysisConfig, Representation};
use crate::Result;
use crate::planar::Rapsd;
use crate::spectral::{LogMel, Periodogram};
use std::path::Path;

/// One pass over a clip that measures every representation of every segment.
/// Buffers are reused from clip to clip.
pub(super) struct AudioChain {
    cutter: Cutter,
    instruments: Instruments,
}

impl AudioChain {
    pub fn new(setup: &Setup<'_>, audio: AudioSetup) -> Result<Self> {
        Ok(Self {
            cutter: Cutter::new(setup.config, audio),
            instruments: Instruments::new(setup, audio)?,
        })
    }

    /// The measurements of the clip that was measured last.
    pub fn measurements(&self) -> impl Iterator<Item = (Representation, &Measurement)> {
        let Instruments { waveform, log_mel } = &self.instruments;
        let waveform = waveform
            .iter()
            .map(|w| (Representation::Waveform, &w.measurement));
        let log_mel = log_mel
            .iter()
            .map(|m| (Representation::LogMel, &m.measurement));
        waveform.chain(log_mel)
    }

    /// Measures one clip.
    pub fn measure(&mut self, path: &Path) -> Result<Clip> {
        self.instruments.clear();
        let instruments = &mut self.instruments;
        self.cutter.for_each_segment(path, |segment, content| {
            instruments.measure(segment, content)
        })
    }
}

/// The plans that look at one segment.
struct Instruments {
    waveform: Option<WaveformInstrument>,
    log_mel: Option<LogMelInstrument>,
}

struct WaveformInstrument {
    plan: Periodogram<f32>,
    power: Vec<f64>,
    measurement: Measurement,
}

struct LogMelInstrument {
    log_mel: LogMel<f32>,
    rapsd: Rapsd<f32>,
    values: Vec<f32>,
    power: Vec<f64>,
    measurement: Measurement,
}

impl Instruments {
    fn new(setup: &Setup<'_>, audio: AudioSetup) -> Result<Self> {
        let frame = |representation| setup.frames.get(&representation);
        Ok(Self {
            waveform: frame(Representation::Waveform)
                .map(|frame| WaveformInstrument::new(audio, frame))
                .transpose()?,
            log_mel: frame(Representation::LogMel)
                .map(|frame| LogMelInstrument::new(setup.config, audio, frame))
                .transpose()?,
        })
    }

    fn clear(&mut self) {
        if let Some(waveform) = &mut self.waveform {
            waveform.measurement.clear();
        }
        if let Some(log_mel) = &mut self.log_mel {
            log_mel.measurement.clear();
        }
    }

    fn measure(&mut self, segment: &[f32], content: Content) -> Result<()> {
        if let Some(waveform) = &mut self.waveform {
            waveform.measure(segment, content)?;
        }
        if let Some(log_mel) = &mut self.log_mel {
            log_mel.measure(segment, content)?;
        }
        Ok(())
    }
}

impl WaveformInstrument {
    fn new(audio: AudioSetup, frame: &Frame) -> Result<Self> {
        let plan = Periodogram::new(audio.segment_length)?;
        Ok(Self {
            power: vec![0.0; plan.n_bins()],
            plan,
            measurement: frame.measurement(),
        })
    }

    fn measure(&mut self, segment: &[f32], content: Content) -> Result<()> {
        if self.measurement.admits(content) {
            self.plan.process(segment, &mut self.power)?;
            self.measurement.add(segment, &self.power, 0.0);
        }
        Ok(())
    }
}

impl LogMelInstrument {
    fn new(config: &AnalysisConfig, setup: AudioSetup, frame: &Frame) -> Result<Self> {
        let log_mel = LogMel::new(&config.log_mel(setup.sample_rate))?;
        let (n_frames, n_mels) = (log_mel.n_frames(setup.segment_length), log_mel.n_mels());
        // Frame by frame, as the spectrogram comes: a RAPSD is the same for the
        // transposed plane.
        let rapsd = Rapsd::new(n_frames, n_mels, config.radius)?;
        let n_rings = rapsd.table().n_rings();
        if n_rings < 3 {
            let requirement = "more, or the segment longer: its plane has no spectrum";
            return Err(crate::Error::argument("n_mels", n_mels, requirement));
        }
        Ok(Self {
            log_mel,
            rapsd,
            values: vec![0.0; n_frames * n_mels],
            power: vec![0.0; n_rings],
            measurement: frame.measurement(),
        })
    }

    /// A constant segment is left out although its plane is not constant: that
    /// shows the edges of the padding alone.
    fn measure(&mut self, segment: &[f32], segment_content: Content) -> Result<()> {
        if !self.measurement.admits(segment_content) {
            return Ok(());
        }
        self.log_mel.process(segment, &mut self.values)?;
        if self.measurement.admits(content(&self.values)) {
            let energy = self.rapsd.process(&self.values, &mut self.power)?;
            let power = &self.power[1..];
            self.measurement
                .add(&self.values, power, energy.outside_share);
        }
        Ok(())
    }
}
