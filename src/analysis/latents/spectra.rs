//! The second pass: spectra of every item, summed per file.

use super::law::{Exponents, law_of};
use super::study::{LatentSpectrum, SpectrumAlong};
use super::worker::{Sums, Worker};
use crate::analysis::{AnalysisConfig, Progress};
use crate::compare::DebiasedFit;
use crate::decode::Source;
use crate::planar::Rapsd;
use crate::{Error, Result};
use rayon::prelude::*;

/// Files that are read before their sums are added up, in order.
pub(super) const BLOCK: usize = 8;

/// What all items have in common.
pub(super) struct Job<'a> {
    pub config: &'a AnalysisConfig,
    pub n_channels: usize,
    pub shape: [usize; 2],
    /// Rings first, then lines along columns and rows.
    pub frames: Vec<Frame>,
    /// Of rings of a single channel.
    channel_fit: Result<DebiasedFit>,
}

/// One kind of spectrum.
pub(super) struct Frame {
    along: SpectrumAlong,
    pub frequency: Vec<f64>,
    dof: Vec<u32>,
    pub fit: Result<DebiasedFit>,
}

impl<'a> Job<'a> {
    /// `independent` is the number of independent channels that an average over
    /// all is worth.
    pub fn new(
        config: &'a AnalysisConfig,
        n_channels: usize,
        shape: [usize; 2],
        independent: f64,
    ) -> Result<Self> {
        let [rows, cols] = shape;
        let is_plane = rows > 1 && cols > 1;
        let along = match is_plane || cols == 1 {
            true => SpectrumAlong::Radius,
            false => SpectrumAlong::Time,
        };
        let frame = |along, rows, cols, n_lines: usize| {
            frame(config, along, [rows, cols], independent * n_lines as f64)
        };
        let mut frames = vec![frame(along, rows, cols, 1)?];
        if is_plane {
            frames.push(frame(SpectrumAlong::Columns, 1, cols, rows)?);
            frames.push(frame(SpectrumAlong::Rows, 1, rows, cols)?);
        }
        Ok(Self {
            config,
            n_channels,
            shape,
            frames,
            channel_fit: self::frame(config, along, shape, 1.0)?.fit,
        })
    }
}

/// Frequencies without DC, and the fit, for means over `n` independent planes.
fn frame(
    config: &AnalysisConfig,
    along: SpectrumAlong,
    [rows, cols]: [usize; 2],
    n: f64,
) -> Result<Frame> {
    let plan = Rapsd::<f64>::new(rows, cols, config.radius)?;
    let frequency = plan.frequency().values()[1..].to_vec();
    let log_frequency = &plan.table().effective_log_frequency()[1..];
    let counts = plan.table().counts()[1..].iter();
    let dof: Vec<u32> = counts
        .map(|&count| (f64::from(count) * n).round() as u32)
        .collect();
    Ok(Frame {
        along,
        fit: DebiasedFit::new(&frequency, log_frequency, &dof, config.fit),
        frequency,
        dof,
    })
}

/// One channel's mean of ln P, and its exponent.
pub(super) struct ChannelMean {
    pub log_power: Vec<f64>,
    pub alpha: Option<f64>,
}

/// What the second pass finds.
pub(super) struct Spectra {
    /// Rings first, then lines along columns and rows.
    pub spectra: Vec<LatentSpectrum>,
    /// Of each channel; none for one that never varies.
    pub channels: Vec<Option<ChannelMean>>,
    /// Items of each source, and the exponent of its own mean.
    pub files: Vec<(u64, Option<f64>)>,
}

/// Reads the sources again, and takes the spectra of all items of the job's
/// shape.
///
/// # Errors
/// Of a file that the first pass could read.
pub(super) fn spectra(
    job: &Job<'_>,
    sources: &[&Source],
    progress: &dyn Progress,
) -> Result<Spectra> {
    let mut all = Sums::new(job);
    let mut exponents = vec![Exponents::default(); job.frames.len()];
    let mut files = Vec::with_capacity(sources.len());
    let mut n_files = 0;
    for block in sources.chunks(BLOCK) {
        let sums: Vec<Result<Sums>> = block
            .par_iter()
            .map_init(
                || Worker::new(job),
                |worker, source| {
                    let sums = match worker {
                        Ok(worker) => worker.measure(source),
                        // Planned again to have the error as one's own.
                        Err(_) => Worker::new(job)?.measure(source),
                    };
                    progress.advance();
                    sums
                },
            )
            .collect();
        for sums in sums {
            let sums = sums?;
            all.add(&sums);
            n_files += u64::from(sums.n_items > 0);
            let alphas = keep_exponents(job, &sums, &mut exponents);
            files.push((sums.n_items, alphas));
        }
    }
    Ok(Spectra {
        spectra: (0..job.frames.len())
            .map(|kind| spectrum(job, kind, &all, n_files, &exponents[kind]))
            .collect(),
        channels: channel_means(job, &all),
        files,
    })
}

/// Keeps a file's exponents for intervals; returns that of its rings.
fn keep_exponents(job: &Job<'_>, sums: &Sums, exponents: &mut [Exponents]) -> Option<f64> {
    let mut rings = None;
    for (kind, (frame, exponents)) in job.frames.iter().zip(exponents).enumerate() {
        let mean = mean_of(&sums.log_power[kind], sums.n_items);
        let Some(alpha) = alpha_of(&frame.fit, &mean) else {
            continue;
        };
        if kind == 0 {
            rings = Some(alpha);
        }
        exponents.items = match exponents.files.is_empty() {
            true => sums.exponents[kind].clone(),
            false => Vec::new(),
        };
        exponents.files.push((alpha, sums.n_items));
    }
    rings
}

fn mean_of(sums: &[f64], n: u64) -> Vec<f64> {
    sums.iter().map(|sum| sum / n as f64).collect()
}

/// The exponent, where there are a fit and finite powers.
pub(super) fn alpha_of(fit: &Result<DebiasedFit>, mean_log_power: &[f64]) -> Option<f64> {
    let parameters = fit.as_ref().ok()?.parameters(mean_log_power);
    Some(parameters.ok()?.alpha)
}

fn spectrum(
    job: &Job<'_>,
    kind: usize,
    all: &Sums,
    n_files: u64,
    exponents: &Exponents,
) -> LatentSpectrum {
    let frame = &job.frames[kind];
    let has_items = all.n_items > 0;
    let mean_log_power = match has_items {
        true => mean_of(&all.log_power[kind], all.n_items),
        false => Vec::new(),
    };
    let law = match &frame.fit {
        _ if !has_items => Err("no item varies within its channels".to_string()),
        Ok(fit) => law_of(fit, &mean_log_power, exponents).map_err(|e| e.to_string()),
        Err(error) => Err(reason(error)),
    };
    let (law, reason) = match law {
        Ok(law) => (Some(law), None),
        Err(reason) => (None, Some(reason)),
    };
    let frequency = match has_items {
        true => frame.frequency.clone(),
        false => Vec::new(),
    };
    LatentSpectrum {
        along: frame.along,
        shape: job.shape,
        n_files,
        n_items: all.n_items,
        n_constant: all.n_constant,
        n_floored: all.n_floored[kind],
        dof: frame.dof[..frequency.len()].to_vec(),
        frequency,
        mean_log_power,
        law,
        reason,
    }
}

/// Why there is no fit, without the name of a flag that was not given.
fn reason(error: &Error) -> String {
    match error {
        Error::InvalidArgument { requirement, .. } => {
            let counts = requirement.strip_prefix("wider: ").unwrap_or(requirement);
            format!("too few frequencies in the fit range: {counts}; larger arrays have more")
        }
        other => other.to_string(),
    }
}

fn channel_means(job: &Job<'_>, all: &Sums) -> Vec<Option<ChannelMean>> {
    let channels = all.channels.iter().zip(&all.channel_items);
    channels
        .map(|(sums, &n)| {
            let log_power = (n > 0).then(|| mean_of(sums, n))?;
            let alpha = alpha_of(&job.channel_fit, &log_power);
            Some(ChannelMean { log_power, alpha })
        })
        .collect()
}
