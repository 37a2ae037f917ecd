//! The spectrum of each source for itself, DC included where it has one.

use super::AnalysisConfig;
use super::cutter::Cutter;
use super::setup::Setup;
use super::survey::{problem_of, survey};
use crate::compare::SpectrumSums;
use crate::data::{Axis, Spectrum};
use crate::decode::{
    CorpusOptions, Ending, Kind, Source, Wanted, corpus, green_plane, read_arrays,
};
use crate::planar::{Radius, Rapsd};
use crate::spectral::{LogMel, Periodogram};
use crate::{Error, Problem, Result};
use rayon::prelude::*;

/// What is taken of each source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// The one-dimensional power spectrum of clips.
    Waveform,
    /// The RAPSD of log-mel spectrograms, photos and arrays.
    Rapsd,
}

/// The spectrum of one source: the geometric mean over its segments.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceSpectrum {
    /// Path relative to its INPUT.
    pub name: String,
    /// The spectrum, or why there is none.
    pub spectrum: Result<Spectrum, Problem>,
    /// Segments or items in it.
    pub n_segments: u64,
    /// Why the source was not used wholly.
    pub remark: Option<String>,
}

/// The spectra of all sources, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceSpectra {
    /// One entry per source.
    pub sources: Vec<SourceSpectrum>,
    /// Geometric mean over all segments, where several sources have the same
    /// frequencies.
    pub mean: Option<Spectrum>,
}

/// The spectra of all sources of `config.inputs`, each and averaged.
///
/// # Errors
/// [`Error::InvalidArgument`] for a setting out of range, and
/// [`Error::NothingUsable`] where no input was found.
pub fn source_spectra(config: &AnalysisConfig, view: View) -> Result<SourceSpectra> {
    config.check()?;
    let found = corpus(
        &config.inputs,
        &CorpusOptions {
            wanted: match view {
                View::Waveform => Wanted::AudioFolders,
                View::Rapsd => Wanted::Everything,
            },
            class_rule: config.class_rule.clone(),
            limit: config.limit,
        },
    )?;
    // Each array is averaged for itself, so their shapes may differ.
    let surveyed: Vec<Source> = found
        .sources
        .iter()
        .filter(|source| source.kind != Kind::Array)
        .cloned()
        .collect();
    let (setup, _) = survey(config, &surveyed)?;
    let measured: Vec<Result<(SourceSpectrum, Option<SpectrumSums>)>> = found
        .sources
        .par_iter()
        .map(|source| source_spectrum(&setup, view, source))
        .collect();
    let mut sources = Vec::with_capacity(measured.len());
    let mut sums = Vec::new();
    for measured in measured {
        let (source, source_sums) = measured?;
        sources.push(source);
        sums.extend(source_sums);
    }
    sources.extend(found.rejected.iter().map(|rejected| SourceSpectrum {
        name: rejected.name.clone(),
        spectrum: Err(rejected.problem.clone()),
        n_segments: 0,
        remark: None,
    }));
    if sources.is_empty() {
        let ignored: u64 = found.ignored.values().sum();
        return Err(Error::NothingUsable {
            looked_for: "clips, photos or arrays among the inputs".to_string(),
            found: format!("{ignored} files of other kinds"),
        });
    }
    let mean = mean(&sources, &sums)?;
    Ok(SourceSpectra { sources, mean })
}

/// The mean over all segments, where it means something.
fn mean(sources: &[SourceSpectrum], sums: &[SpectrumSums]) -> Result<Option<Spectrum>> {
    let mut spectra = sources.iter().filter_map(|s| s.spectrum.as_ref().ok());
    let Some(first) = spectra.next() else {
        return Ok(None);
    };
    if sums.len() < 2 || !spectra.all(|s| s.frequency == first.frequency) {
        return Ok(None);
    }
    let mut mean = crate::compare::MeanSpectrum::new(first.power.len());
    for sums in sums {
        mean.add(sums)?;
    }
    Ok(Some(Spectrum {
        power: mean.mean_log_power().iter().map(|p| p.exp()).collect(),
        ..first.clone()
    }))
}

fn source_spectrum(
    setup: &Setup<'_>,
    view: View,
    source: &Source,
) -> Result<(SourceSpectrum, Option<SpectrumSums>)> {
    let measured = match (view, source.kind) {
        (View::Waveform, Kind::Audio) => waveform(setup, source),
        (View::Waveform, Kind::Photo | Kind::Array) => {
            let found = "a picture or an array; `cepstrum rapsd` reads it".to_string();
            Err(Problem::NotAudio { found }.at(&source.path))
        }
        (View::Rapsd, Kind::Audio) => log_mel(setup, source),
        (View::Rapsd, Kind::Photo) => photo(setup, source),
        (View::Rapsd, Kind::Array) => arrays(setup.config, source),
    };
    let name = source.name.clone();
    Ok(match measured {
        Ok(measured) => (
            SourceSpectrum {
                name,
                n_segments: measured.sums.n_segments,
                spectrum: Ok(measured.spectrum()),
                remark: measured.remark,
            },
            Some(measured.sums),
        ),
        Err(error) => (
            SourceSpectrum {
                name,
                spectrum: Err(problem_of(error)?),
                n_segments: 0,
                remark: None,
            },
            None,
        ),
    })
}

/// Sums over the segments of one source, with the meaning of its bins.
struct Measured {
    sums: SpectrumSums,
    frequency: Axis,
    dof: Vec<u32>,
    remark: Option<String>,
}

impl Measured {
    fn spectrum(&self) -> Spectrum {
        Spectrum {
            frequency: self.frequency.clone(),
            power: self.sums.geometric_mean(),
            dof: self.dof.clone(),
        }
    }
}

fn waveform(setup: &Setup<'_>, source: &Source) -> Result<Measured> {
    let audio = setup.audio_for(source)?;
    let mut plan = Periodogram::<f32>::new(audio.segment_length)?;
    let factors = plan.scale_factors(setup.config.power_scale, audio.sample_rate);
    let mut power = vec![0.0; plan.n_bins()];
    let mut sums = SpectrumSums::new(plan.n_bins());
    let remark = cut(setup, source, |segment| {
        plan.process(segment, &mut power)?;
        for (power, factor) in power.iter_mut().zip(&factors) {
            *power *= factor;
        }
        sums.add(&power);
        Ok(())
    })?;
    Ok(Measured {
        sums,
        frequency: plan.frequency(audio.sample_rate),
        dof: plan.dof(),
        remark,
    })
}

fn log_mel(setup: &Setup<'_>, source: &Source) -> Result<Measured> {
    let audio = setup.audio_for(source)?;
    let mut log_mel = LogMel::<f32>::new(&setup.config.log_mel(audio.sample_rate))?;
    let (n_frames, n_mels) = (log_mel.n_frames(audio.segment_length), log_mel.n_mels());
    let mut values = vec![0.0; n_frames * n_mels];
    let mut rapsd = Rapsd::<f32>::new(n_frames, n_mels, setup.config.radius)?;
    let mut power = vec![0.0; rapsd.table().n_rings()];
    let mut sums = SpectrumSums::new(power.len());
    let remark = cut(setup, source, |segment| {
        log_mel.process(segment, &mut values)?;
        rapsd.process(&values, &mut power)?;
        sums.add(&power);
        Ok(())
    })?;
    Ok(Measured {
        sums,
        frequency: rapsd.frequency(),
        dof: rapsd.table().counts().to_vec(),
        remark,
    })
}

/// Visits the usable segments of a clip; the remark tells what was left out.
fn cut(
    setup: &Setup<'_>,
    source: &Source,
    mut visit: impl FnMut(&[f32]) -> Result<()>,
) -> Result<Option<String>> {
    use super::measurement::{Content, content};
    let audio = setup.audio_for(source)?;
    let mut n_left_out = 0;
    let clip = Cutter::new(setup.config, audio).for_each_segment(&source.path, |segment| {
        if content(segment) == Content::Varied {
            visit(segment)
        } else {
            n_left_out += 1;
            Ok(())
        }
    })?;
    if clip.n_segments == 0 {
        let problem = Problem::TooShort {
            length: format!("{:.3} s", clip.facts.seconds_decoded),
            required: format!("{} s", setup.config.segment),
            flag: "--segment",
        };
        return Err(problem.at(&source.path));
    }
    if n_left_out == clip.n_segments {
        let detail = format!("all {n_left_out} segments are constant or not finite");
        return Err(Problem::Featureless { detail }.at(&source.path));
    }
    let left_out = (n_left_out > 0).then(|| {
        format!(
            "{n_left_out} of {} segments are constant or not finite and were left out",
            clip.n_segments
        )
    });
    Ok(match clip.ending {
        Ending::Complete => left_out,
        Ending::Truncated { detail } | Ending::Damaged { detail } => Some(match left_out {
            Some(left_out) => format!("{detail}; {left_out}"),
            None => detail,
        }),
    })
}

fn photo(setup: &Setup<'_>, source: &Source) -> Result<Measured> {
    let side = setup.side.ok_or_else(|| {
        let found = "its size could not be read".to_string();
        Problem::NotPicture { found }.at(&source.path)
    })?;
    let plane = green_plane(&source.path, side)?;
    let values: Vec<f64> = plane.values.iter().copied().collect();
    let mut planes = Planes::new((side, side), Radius::Frequency)?;
    planes.add(std::iter::once(values.as_slice()))?;
    Ok(planes.measured())
}

fn arrays(config: &AnalysisConfig, source: &Source) -> Result<Measured> {
    let mut planes: Option<Planes> = None;
    for stack in read_arrays(&source.path, config.layout)? {
        let (_, _, n_rows, n_cols) = stack.values.dim();
        let planes = match &mut planes {
            Some(planes) if planes.shape != (n_rows, n_cols) => {
                let found = format!(
                    "{} has planes of {n_rows} x {n_cols}, an earlier member {} x {}",
                    stack.name, planes.shape.0, planes.shape.1
                );
                return Err(Problem::NotArray { found }.at(&source.path));
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
    planes.map(|planes| planes.measured()).ok_or_else(|| {
        let found = "no member holds an array".to_string();
        Problem::NotArray { found }.at(&source.path)
    })
}

/// Sums over planes of one shape.
struct Planes {
    shape: (usize, usize),
    rapsd: Rapsd<f64>,
    power: Vec<f64>,
    sums: SpectrumSums,
}

impl Planes {
    fn new(shape: (usize, usize), radius: Radius) -> Result<Self> {
        let rapsd = Rapsd::new(shape.0, shape.1, radius)?;
        let n_rings = rapsd.table().n_rings();
        Ok(Self {
            shape,
            rapsd,
            power: vec![0.0; n_rings],
            sums: SpectrumSums::new(n_rings),
        })
    }

    /// Adds one item: power is averaged over its channels.
    fn add<'a>(&mut self, channels: impl Iterator<Item = &'a [f64]>) -> Result<()> {
        let mut mean = vec![0.0; self.power.len()];
        let mut n_channels = 0.0;
        for values in channels {
            self.rapsd.process(values, &mut self.power)?;
            for (mean, power) in mean.iter_mut().zip(&self.power) {
                *mean += power;
            }
            n_channels += 1.0;
        }
        for mean in &mut mean {
            *mean /= n_channels;
        }
        self.sums.add(&mean);
        Ok(())
    }

    fn measured(self) -> Measured {
        Measured {
            frequency: self.rapsd.frequency(),
            dof: self.rapsd.table().counts().to_vec(),
            sums: self.sums,
            remark: None,
        }
    }
}
