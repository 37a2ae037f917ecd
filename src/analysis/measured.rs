//! One source measured by itself, all frequencies kept.

use super::cutter::Cutter;
use super::measurement::{Content, Measurement, content};
use super::setup::Setup;
use super::{AnalysisConfig, Average};
use crate::data::{Axis, Spectrum};
use crate::decode::{Ending, Source, green_plane, read_arrays};
use crate::planar::{Radius, Rapsd};
use crate::spectral::{LogMel, Periodogram};
use crate::{Problem, Result};

/// Sums over the segments of one source, with the meaning of its bins.
pub(super) struct Measured {
    pub measurement: Measurement,
    pub frequency: Axis,
    pub dof: Vec<u32>,
    /// Why the source was not decoded wholly.
    ending: Option<String>,
    /// The spectrum of a source that is a single constant plane.
    constant: Option<Vec<f64>>,
}

impl Measured {
    fn new(frequency: Axis, dof: Vec<u32>) -> Self {
        Self {
            measurement: Measurement::new(dof.len(), Vec::new()),
            frequency,
            dof,
            ending: None,
            constant: None,
        }
    }

    fn n_left_out(&self) -> u64 {
        self.measurement.n_constant + self.measurement.n_non_finite
    }

    /// Segments that are in the spectrum.
    pub fn n_segments(&self) -> u64 {
        self.measurement.sums.n_segments + u64::from(self.constant.is_some())
    }

    /// # Errors
    /// The problem of a source without a usable segment.
    pub fn check(&self) -> Result<(), Problem> {
        if self.n_segments() > 0 {
            return Ok(());
        }
        let n = self.n_left_out();
        let detail = format!("all {n} segments or items are constant, or too large, or not finite");
        Err(Problem::Featureless { detail })
    }

    pub fn spectrum(&self, average: Average) -> Spectrum {
        let mean = || match average {
            Average::Geometric => self.measurement.sums.geometric_mean(),
            Average::Arithmetic => self.measurement.sums.mean_power(),
        };
        Spectrum {
            frequency: self.frequency.clone(),
            power: self.constant.clone().unwrap_or_else(mean),
            dof: self.dof.clone(),
        }
    }

    /// What a user should know beside the numbers.
    pub fn remark(&self) -> Option<String> {
        let mut remarks: Vec<String> = self.ending.iter().cloned().collect();
        if self.constant.is_some() {
            remarks.push("it is constant: nothing but DC".to_string());
        } else if self.n_left_out() > 0 {
            remarks.push(format!(
                "{} of {} segments or items are constant, or too large, or not finite, and were left out",
                self.n_left_out(),
                self.n_left_out() + self.n_segments()
            ));
        }
        (!remarks.is_empty()).then(|| remarks.join("; "))
    }
}

/// The power spectrum of a clip's segments.
pub(super) fn waveform(setup: &Setup<'_>, source: &Source) -> Result<Measured> {
    let audio = setup.audio_for(source)?;
    let mut plan = Periodogram::<f32>::new(audio.segment_length)?;
    let factors = plan.scale_factors(setup.config.power_scale, audio.sample_rate);
    let mut power = vec![0.0; plan.n_bins()];
    let mut measured = Measured::new(plan.frequency(audio.sample_rate), plan.dof());
    cut(setup, source, &mut measured, |segment, measurement| {
        plan.process(segment, &mut power)?;
        for (power, factor) in power.iter_mut().zip(&factors) {
            *power *= factor;
        }
        measurement.add(segment, &power, 0.0);
        Ok(())
    })?;
    Ok(measured)
}

/// The RAPSD of the log-mel spectrograms of a clip's segments.
pub(super) fn log_mel(setup: &Setup<'_>, source: &Source) -> Result<Measured> {
    let audio = setup.audio_for(source)?;
    let mut log_mel = LogMel::<f32>::new(&setup.config.log_mel(audio.sample_rate))?;
    let (n_frames, n_mels) = (log_mel.n_frames(audio.segment_length), log_mel.n_mels());
    let mut values = vec![0.0; n_frames * n_mels];
    let mut rapsd = Rapsd::<f32>::new(n_frames, n_mels, setup.config.radius)?;
    let mut power = vec![0.0; rapsd.table().n_rings()];
    let mut measured = Measured::new(rapsd.frequency(), rapsd.table().counts().to_vec());
    cut(setup, source, &mut measured, |segment, measurement| {
        log_mel.process(segment, &mut values)?;
        if measurement.admits(content(&values)) {
            rapsd.process(&values, &mut power)?;
            measurement.add(&values, &power, 0.0);
        }
        Ok(())
    })?;
    Ok(measured)
}

/// Visits the usable segments of a clip.
fn cut(
    setup: &Setup<'_>,
    source: &Source,
    measured: &mut Measured,
    mut visit: impl FnMut(&[f32], &mut Measurement) -> Result<()>,
) -> Result<()> {
    let audio = setup.audio_for(source)?;
    let measurement = &mut measured.measurement;
    let mut cutter = Cutter::new(setup.config, audio);
    let clip = cutter.for_each_segment(&source.path(), |segment, content| {
        match measurement.admits(content) {
            true => visit(segment, measurement),
            false => Ok(()),
        }
    })?;
    if clip.n_segments == 0 {
        let problem = Problem::TooShort {
            length: format!("{:.3} s", clip.facts.seconds_decoded),
            required: format!("{:.3} s", setup.config.segment),
            flag: "--segment",
        };
        return Err(problem.at(&source.path()));
    }
    measured.ending = match clip.ending {
        Ending::Complete => None,
        Ending::Truncated { detail } | Ending::Damaged { detail } => Some(detail),
    };
    Ok(())
}

/// The RAPSD of a photo's centre.
pub(super) fn photo(setup: &Setup<'_>, source: &Source) -> Result<Measured> {
    let side = setup.side.ok_or_else(|| {
        let found = "its size could not be read".to_string();
        Problem::NotPicture { found }.at(&source.path())
    })?;
    let plane = green_plane(&source.path(), side)?;
    let values: Vec<f64> = plane.values.iter().copied().collect();
    let mut planes = Planes::new((side, side), Radius::Frequency)?;
    planes.add(std::iter::once(values.as_slice()))?;
    Ok(planes.finish())
}

/// The RAPSD of the items of all arrays of a file.
pub(super) fn arrays(config: &AnalysisConfig, source: &Source) -> Result<Measured> {
    let mut planes: Option<Planes> = None;
    for stack in read_arrays(&source.path(), config.layout)? {
        let (_, _, n_rows, n_cols) = stack.values.dim();
        let planes = match &mut planes {
            Some(planes) if planes.shape != (n_rows, n_cols) => {
                let found = format!(
                    "{} has planes of {n_rows} x {n_cols}, an earlier member {} x {}",
                    stack.name, planes.shape.0, planes.shape.1
                );
                return Err(Problem::NotArray { found }.at(&source.path()));
            }
            Some(planes) => planes,
            none => none.insert(Planes::new((n_rows, n_cols), config.radius)?),
        };
        for item in stack.values.outer_iter() {
            let channels: Vec<Vec<f64>> = item
                .outer_iter()
                .map(|channel| channel.iter().copied().collect())
                .collect();
            planes.add(channels.iter().map(Vec::as_slice))?;
        }
    }
    planes.map(Planes::finish).ok_or_else(|| {
        let found = "no member holds an array".to_string();
        Problem::NotArray { found }.at(&source.path())
    })
}

/// Sums over planes of one shape.
struct Planes {
    shape: (usize, usize),
    rapsd: Rapsd<f64>,
    power: Vec<f64>,
    /// Mean power over the channels of the item that was added last.
    mean: Vec<f64>,
    measured: Measured,
}

impl Planes {
    fn new(shape: (usize, usize), radius: Radius) -> Result<Self> {
        let rapsd = Rapsd::new(shape.0, shape.1, radius)?;
        let n_rings = rapsd.table().n_rings();
        Ok(Self {
            shape,
            power: vec![0.0; n_rings],
            mean: vec![0.0; n_rings],
            measured: Measured::new(rapsd.frequency(), rapsd.table().counts().to_vec()),
            rapsd,
        })
    }

    /// Adds one item: power is averaged over its channels.
    fn add<'a>(&mut self, channels: impl ExactSizeIterator<Item = &'a [f64]>) -> Result<()> {
        self.mean.fill(0.0);
        let n_channels = channels.len() as f64;
        let mut varies = false;
        for values in channels {
            varies |= content(values) == Content::Varied;
            self.rapsd.process(values, &mut self.power)?;
            for (mean, power) in self.mean.iter_mut().zip(&self.power) {
                *mean += power / n_channels;
            }
        }
        let measurement = &mut self.measured.measurement;
        let content = match varies {
            true => Content::Varied,
            false => Content::Constant,
        };
        if measurement.admits(content) {
            measurement.add::<f64>(&[], &self.mean, 0.0);
        }
        Ok(())
    }

    fn finish(mut self) -> Measured {
        let measurement = &self.measured.measurement;
        if measurement.sums.n_segments == 0 && measurement.n_constant == 1 {
            self.measured.constant = Some(self.mean);
        }
        self.measured
    }
}
