//! The transforms that look at one segment, and sums of what they saw.

use super::Representation;
use super::measurement::Measurement;
use super::plan::RunPlan;
use super::segment_status::SegmentStatus;
use super::segments::{Content, Segment};
use super::spectrograms::Spectrograms;
use super::transform::transform_for;
use crate::Result;
use crate::data::{Real, Transform};
use crate::decode::Kind;

/// One representation's transform, and the sums over the segments of a source.
struct Instrument<T: Real> {
    representation: Representation,
    transform: Box<dyn Transform<T>>,
    n_values: usize,
    power: Vec<f64>,
    channel_power: Vec<f64>,
    measurement: Measurement,
}

impl<T: Real> Instrument<T> {
    fn new(plan: &RunPlan, representation: Representation) -> Result<Self> {
        let transform = transform_for(plan, representation)?;
        let axis = &plan.axes[&representation];
        let (rows, cols) = plan.shape(representation).unwrap_or_default();
        Ok(Self {
            representation,
            n_values: rows * cols,
            power: vec![0.0; transform.n_bins()],
            channel_power: vec![0.0; transform.n_bins()],
            transform,
            measurement: Measurement::new(axis.frequency.len(), &axis.level_bands),
        })
    }

    /// Adds one segment: the power is the mean over all its channels, constant
    /// ones included.
    fn measure(&mut self, channels: &[T], status: SegmentStatus) -> Result<()> {
        if !self.measurement.admits(status) {
            return Ok(());
        }
        let outside_share = match channels.len() == self.n_values {
            true => self.transform.power(channels, &mut self.power)?,
            false => self.mean_power(channels)?,
        };
        let power = &self.power[usize::from(self.transform.has_dc())..];
        self.measurement.add(channels, power, outside_share);
        Ok(())
    }

    fn mean_power(&mut self, channels: &[T]) -> Result<f64> {
        let n_channels = (channels.len() / self.n_values) as f64;
        let mut outside_share = 0.0;
        self.power.fill(0.0);
        for values in channels.chunks_exact(self.n_values) {
            outside_share += self.transform.power(values, &mut self.channel_power)? / n_channels;
            for (sum, power) in self.power.iter_mut().zip(&self.channel_power) {
                *sum += power / n_channels;
            }
        }
        Ok(outside_share)
    }
}

/// All transforms of a plan.
pub(super) struct Instruments {
    of_sound: Vec<Instrument<f32>>,
    of_planes: Vec<Instrument<f64>>,
}

impl Instruments {
    /// The instruments of the representations that `plan` measures.
    ///
    /// # Errors
    /// [`crate::Error::InvalidArgument`] naming the setting.
    pub fn new(plan: &RunPlan) -> Result<Self> {
        let of_planes = plan.of_kind(Kind::Photo).chain(plan.of_kind(Kind::Array));
        Ok(Self {
            of_sound: plan
                .of_kind(Kind::Audio)
                .map(|representation| Instrument::new(plan, representation))
                .collect::<Result<_>>()?,
            of_planes: of_planes
                .map(|representation| Instrument::new(plan, representation))
                .collect::<Result<_>>()?,
        })
    }

    /// What was measured of sources of one kind since the sums were cleared.
    pub fn measurements(&self, kind: Kind) -> impl Iterator<Item = (Representation, &Measurement)> {
        let of_sound = self
            .of_sound
            .iter()
            .map(|i| (i.representation, &i.measurement));
        let of_planes = self
            .of_planes
            .iter()
            .map(|i| (i.representation, &i.measurement));
        let all = of_sound.chain(of_planes);
        all.filter(move |(representation, _)| representation.info().kind == kind)
    }

    /// Empties all sums.
    pub fn clear(&mut self) {
        self.of_sound.iter_mut().for_each(|i| i.measurement.clear());
        self.of_planes
            .iter_mut()
            .for_each(|i| i.measurement.clear());
    }

    /// Adds one segment of a source of that kind to the sums.
    pub fn measure(&mut self, kind: Kind, segment: &Segment<'_>) -> Result<()> {
        match segment.content {
            Content::Sound {
                samples,
                spectrograms,
                lines,
            } => self.measure_sound((samples, lines), segment.status, spectrograms),
            Content::Planes { channels, .. } => {
                let instruments = self.of_planes.iter_mut();
                instruments
                    .filter(|i| i.representation.info().kind == kind)
                    .try_for_each(|i| i.measure(channels, segment.status))
            }
        }
    }

    /// Adds one segment of sound.
    ///
    /// A constant segment is left out although its planes are not constant:
    /// they show the edges of the padding alone.
    fn measure_sound(
        &mut self,
        (samples, lines): (&[f32], Option<&[f64]>),
        status: SegmentStatus,
        spectrograms: Option<&Spectrograms>,
    ) -> Result<()> {
        for instrument in &mut self.of_sound {
            let plane = match (instrument.representation.spectrogram(), spectrograms) {
                (Some(kind), Some(spectrograms)) => spectrograms.plane(kind),
                (Some(_), None) => None,
                (None, _) => Some((samples, status)),
            };
            let (values, own) = plane.unwrap_or((&[], SegmentStatus::Constant));
            let status = match status {
                SegmentStatus::Usable => own,
                refused => refused,
            };
            match lines.filter(|_| instrument.representation == Representation::Waveform) {
                Some(lines) if instrument.measurement.admits(status) => {
                    instrument.measurement.add(values, lines, 0.0);
                }
                Some(_) => {}
                None => instrument.measure(values, status)?,
            }
        }
        Ok(())
    }
}
