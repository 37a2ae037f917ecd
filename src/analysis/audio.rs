use super::cutter::{Clip, Cutter};
use super::measurement::{Content, Measurement, content};
use super::segment_planes::{PlaneTransform, SegmentPlanes, plane_shape};
use super::setup::{AudioSetup, Frame, Setup};
use super::thumbnail::{ExampleSpectrogram, FirstSpectrogram};
use super::{Representation, SpectrogramKind};
use crate::planar::Rapsd;
use crate::spectral::Periodogram;
use crate::{Error, Result};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// One pass over a clip that measures every representation of every segment.
/// Buffers are reused from clip to clip.
pub(super) struct AudioChain {
    cutter: Cutter,
    instruments: Instruments,
    first: Option<FirstSpectrogram>,
    stop: Arc<AtomicBool>,
}

impl AudioChain {
    /// Measuring ends with [`Error::Interrupted`] once `stop` is true.
    pub fn new(setup: &Setup<'_>, audio: AudioSetup, stop: &Arc<AtomicBool>) -> Result<Self> {
        let instruments = Instruments::new(setup, audio)?;
        Ok(Self {
            cutter: Cutter::new(setup.config, audio),
            first: FirstSpectrogram::new(audio, instruments.planes()),
            stop: stop.clone(),
            instruments,
        })
    }

    /// The measurements of the clip that was measured last.
    pub fn measurements(&self) -> impl Iterator<Item = (Representation, &Measurement)> {
        self.instruments.measurements()
    }

    /// Measures one clip.
    pub fn measure(&mut self, path: &Path) -> Result<Clip> {
        let Self {
            cutter,
            instruments,
            first,
            stop,
        } = self;
        instruments.clear();
        if let Some(first) = first {
            first.clear();
        }
        cutter.for_each_segment(path, |segment, content| {
            if stop.load(Ordering::Relaxed) {
                return Err(Error::Interrupted { done: 0, total: 0 });
            }
            instruments.measure(segment, content)?;
            if let (Some(first), Some(planes)) = (&mut *first, instruments.planes()) {
                first.see(planes, content);
            }
            Ok(())
        })
    }

    /// The first spectrogram of the clip that was measured last.
    pub fn spectrogram(&self) -> Option<ExampleSpectrogram> {
        self.first.as_ref()?.spectrogram()
    }
}

/// The plans that look at one segment, and sums of what they saw.
pub(super) struct Instruments {
    waveform: Option<WaveformInstrument>,
    planes: Option<SegmentPlanes>,
    of_planes: Vec<PlaneInstrument>,
}

struct WaveformInstrument {
    plan: Periodogram<f32>,
    power: Vec<f64>,
    measurement: Measurement,
}

/// Measures one representation of a segment's spectrograms.
struct PlaneInstrument {
    representation: Representation,
    kind: SpectrogramKind,
    transform: PlaneTransform,
    /// Whether the transform has the plane of the last segment.
    has_plane: bool,
    power: Vec<f64>,
    measurement: Measurement,
}

impl Instruments {
    pub fn new(setup: &Setup<'_>, audio: AudioSetup) -> Result<Self> {
        let measured: Vec<Representation> = setup.frames.keys().copied().collect();
        let waveform = setup.frames.get(&Representation::Waveform);
        let of_planes = setup.frames.iter().filter_map(|(representation, frame)| {
            let kind = representation.spectrogram()?;
            Some(PlaneInstrument::new(
                setup,
                audio,
                (*representation, kind),
                frame,
            ))
        });
        Ok(Self {
            waveform: waveform
                .map(|frame| WaveformInstrument::new(audio, frame))
                .transpose()?,
            planes: SegmentPlanes::new(setup.config, audio, &measured)?,
            of_planes: of_planes.collect::<Result<_>>()?,
        })
    }

    /// What was measured since the sums were cleared.
    pub fn measurements(&self) -> impl Iterator<Item = (Representation, &Measurement)> {
        let waveform = self.waveform.iter();
        let of_planes = self.of_planes.iter();
        waveform
            .map(|w| (Representation::Waveform, &w.measurement))
            .chain(of_planes.map(|p| (p.representation, &p.measurement)))
    }

    /// The planes of the segment that was measured last; `None` where no
    /// representation needs any.
    pub fn planes(&self) -> Option<&SegmentPlanes> {
        self.planes.as_ref()
    }

    /// The plan of radial averages that has the last segment's plane of a
    /// representation; `None` where that was left out.
    pub fn rapsd(&self, representation: Representation) -> Option<&Rapsd<f32>> {
        let mut instruments = self.of_planes.iter();
        let instrument = instruments.find(|of| of.representation == representation)?;
        match &instrument.transform {
            PlaneTransform::Rapsd(plan) if instrument.has_plane => Some(plan),
            _ => None,
        }
    }

    /// Empties all sums.
    pub fn clear(&mut self) {
        if let Some(waveform) = &mut self.waveform {
            waveform.measurement.clear();
        }
        for instrument in &mut self.of_planes {
            instrument.measurement.clear();
        }
    }

    /// Adds one segment to the sums.
    ///
    /// A constant segment is left out although its planes are not constant:
    /// they show the edges of the padding alone.
    pub fn measure(&mut self, segment: &[f32], segment_content: Content) -> Result<()> {
        if let Some(waveform) = &mut self.waveform {
            waveform.measure(segment, segment_content)?;
        }
        let Some(planes) = &mut self.planes else {
            return Ok(());
        };
        if segment_content == Content::Varied {
            planes.process(segment);
        }
        for instrument in &mut self.of_planes {
            instrument.has_plane = false;
            if instrument.measurement.admits(segment_content) {
                instrument.measure(planes)?;
            }
        }
        Ok(())
    }

    /// Adds the planes of another segment with their frames in `order`; the
    /// waveform has none.
    pub fn measure_reordered(&mut self, of: &SegmentPlanes, order: &[usize]) -> Result<()> {
        let Some(planes) = &mut self.planes else {
            return Ok(());
        };
        planes.copy_reordered(of, order);
        for instrument in &mut self.of_planes {
            instrument.measure(planes)?;
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

impl PlaneInstrument {
    fn new(
        setup: &Setup<'_>,
        audio: AudioSetup,
        (representation, kind): (Representation, SpectrogramKind),
        frame: &Frame,
    ) -> Result<Self> {
        let shape = plane_shape(setup.config, audio, kind);
        let transform = PlaneTransform::new(setup.config, representation, shape)?;
        Ok(Self {
            representation,
            kind,
            power: vec![0.0; transform.n_powers(shape.1)],
            transform,
            has_plane: false,
            measurement: frame.measurement(),
        })
    }

    fn measure(&mut self, planes: &SegmentPlanes) -> Result<()> {
        let values = planes.values(self.kind);
        self.has_plane = self.measurement.admits(content(values));
        if self.has_plane {
            let outside_share = self.transform.process(values, &mut self.power)?;
            self.measurement
                .add(values, &self.power[1..], outside_share);
        }
        Ok(())
    }
}
