//! The second pass: spectra of every item, summed per file.

use super::law::{Exponents, law_of};
use super::read::read;
use super::study::{LatentSpectrum, SpectrumAlong};
use crate::analysis::{AnalysisConfig, Progress};
use crate::compare::{DebiasedFit, rounding_floor};
use crate::decode::{ArrayStack, Source};
use crate::planar::{Radius, Rapsd};
use crate::{Error, Result};
use rayon::prelude::*;

/// Files that are read before their sums are added up, in order.
pub(super) const BLOCK: usize = 8;

/// What all items have in common.
pub(super) struct Job<'a> {
    config: &'a AnalysisConfig,
    pub n_channels: usize,
    pub shape: [usize; 2],
    /// Rings first, then lines along columns and rows.
    frames: Vec<Frame>,
    /// Of rings of a single channel.
    channel_fit: Result<DebiasedFit>,
}

/// One kind of spectrum.
struct Frame {
    along: SpectrumAlong,
    frequency: Vec<f64>,
    dof: Vec<u32>,
    fit: Result<DebiasedFit>,
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

/// Sums over the items of one file.
#[derive(Clone, Default)]
struct Sums {
    n_items: u64,
    n_constant: u64,
    n_floored: Vec<u64>,
    /// ln P of the mean over channels, per kind of spectrum.
    log_power: Vec<Vec<f64>>,
    /// ln P of each channel's rings, over the items in which it varies.
    channels: Vec<Vec<f64>>,
    channel_items: Vec<u64>,
    /// Per kind of spectrum and item, the exponent.
    exponents: Vec<Vec<f64>>,
}

impl Sums {
    fn new(job: &Job<'_>) -> Self {
        let n_kinds = job.frames.len();
        let bins = |frame: &Frame| vec![0.0; frame.frequency.len()];
        Self {
            n_items: 0,
            n_constant: 0,
            n_floored: vec![0; n_kinds],
            log_power: job.frames.iter().map(bins).collect(),
            channels: vec![bins(&job.frames[0]); job.n_channels],
            channel_items: vec![0; job.n_channels],
            exponents: vec![Vec::new(); n_kinds],
        }
    }

    fn add(&mut self, other: &Sums) {
        self.n_items += other.n_items;
        self.n_constant += other.n_constant;
        add_counts(&mut self.n_floored, &other.n_floored);
        add_counts(&mut self.channel_items, &other.channel_items);
        let ours = self.log_power.iter_mut().chain(&mut self.channels);
        for (sums, others) in ours.zip(other.log_power.iter().chain(&other.channels)) {
            for (sum, other) in sums.iter_mut().zip(others) {
                *sum += other;
            }
        }
    }
}

fn add_counts(counts: &mut [u64], others: &[u64]) {
    for (count, other) in counts.iter_mut().zip(others) {
        *count += other;
    }
}

/// What the second pass finds.
pub(super) struct Spectra {
    /// Rings first, then lines along columns and rows.
    pub spectra: Vec<LatentSpectrum>,
    /// Mean of ln P and exponent of each channel; none for a channel that
    /// never varies.
    pub channels: Vec<Option<(Vec<f64>, Option<f64>)>>,
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

fn alpha_of(fit: &Result<DebiasedFit>, mean_log_power: &[f64]) -> Option<f64> {
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
            format!("a fit range that is {requirement}; larger arrays have more frequencies")
        }
        other => other.to_string(),
    }
}

fn channel_means(job: &Job<'_>, all: &Sums) -> Vec<Option<(Vec<f64>, Option<f64>)>> {
    let channels = all.channels.iter().zip(&all.channel_items);
    channels
        .map(|(sums, &n)| {
            let mean = (n > 0).then(|| mean_of(sums, n))?;
            let alpha = alpha_of(&job.channel_fit, &mean);
            Some((mean, alpha))
        })
        .collect()
}

/// One thread's plans and buffers.
struct Worker<'a> {
    job: &'a Job<'a>,
    plans: Vec<Plan>,
}

/// Plan of one kind of spectrum, and the power of one item: its mean over
/// channels, and one channel's.
struct Plan {
    rapsd: Rapsd<f64>,
    mean: Vec<f64>,
    channel: Vec<f64>,
    line: Vec<f64>,
}

impl Plan {
    fn new(rows: usize, cols: usize, radius: Radius) -> Result<Self> {
        let rapsd = Rapsd::new(rows, cols, radius)?;
        let n_rings = rapsd.table().n_rings();
        Ok(Self {
            rapsd,
            mean: vec![0.0; n_rings],
            channel: vec![0.0; n_rings],
            line: vec![0.0; cols],
        })
    }

    /// Adds the power of all lines of a plane; `start` and `step` say where
    /// line and sample lie in it.
    fn add_lines(
        &mut self,
        plane: &[f64],
        starts: impl Iterator<Item = usize>,
        step: usize,
        weight: f64,
    ) -> Result<()> {
        for start in starts {
            let values = plane[start..].iter().step_by(step);
            for (slot, &value) in self.line.iter_mut().zip(values) {
                *slot = value;
            }
            self.rapsd.process(&self.line, &mut self.channel)?;
            self.add_channel(weight);
        }
        Ok(())
    }

    fn add_channel(&mut self, weight: f64) {
        for (mean, power) in self.mean.iter_mut().zip(&self.channel) {
            *mean += weight * power;
        }
    }
}

impl<'a> Worker<'a> {
    fn new(job: &'a Job<'a>) -> Result<Self> {
        let [rows, cols] = job.shape;
        let radius = job.config.radius;
        let mut plans = vec![Plan::new(rows, cols, radius)?];
        if job.frames.len() > 1 {
            plans.push(Plan::new(1, cols, radius)?);
            plans.push(Plan::new(1, rows, radius)?);
        }
        Ok(Self { job, plans })
    }

    fn measure(&mut self, source: &Source) -> Result<Sums> {
        let mut sums = Sums::new(self.job);
        for stack in read(source, self.job.config.layout)? {
            let (_, channels, rows, cols) = stack.values.dim();
            if [rows, cols] == self.job.shape && channels == self.job.n_channels {
                self.add_stack(&stack, &mut sums)?;
            }
        }
        Ok(sums)
    }

    fn add_stack(&mut self, stack: &ArrayStack, sums: &mut Sums) -> Result<()> {
        let mut plane = Vec::new();
        for item in stack.values.outer_iter() {
            for plan in &mut self.plans {
                plan.mean.fill(0.0);
            }
            let mut varies = false;
            for (number, channel) in item.outer_iter().enumerate() {
                plane.clear();
                plane.extend(channel.iter());
                // Rounding would give equal values a spectrum.
                if plane.iter().all(|x| *x == plane[0]) {
                    continue;
                }
                varies = true;
                self.add_channel(&plane, number, sums)?;
            }
            match varies {
                true => self.finish_item(sums),
                false => sums.n_constant += 1,
            }
        }
        Ok(())
    }

    fn add_channel(&mut self, plane: &[f64], number: usize, sums: &mut Sums) -> Result<()> {
        let [rows, cols] = self.job.shape;
        let share = 1.0 / self.job.n_channels as f64;
        let mut plans = self.plans.iter_mut();
        if let Some(rings) = plans.next() {
            rings.rapsd.process(plane, &mut rings.channel)?;
            rings.add_channel(share);
            add_logs(&mut sums.channels[number], &rings.channel[1..]);
            sums.channel_items[number] += 1;
        }
        if let Some(along_row) = plans.next() {
            let starts = (0..rows).map(|row| row * cols);
            along_row.add_lines(plane, starts, 1, share / rows as f64)?;
        }
        if let Some(along_column) = plans.next() {
            along_column.add_lines(plane, 0..cols, cols, share / cols as f64)?;
        }
        Ok(())
    }

    fn finish_item(&mut self, sums: &mut Sums) {
        sums.n_items += 1;
        for (kind, (plan, frame)) in self.plans.iter().zip(&self.job.frames).enumerate() {
            let mut log_power = vec![0.0; frame.frequency.len()];
            sums.n_floored[kind] += add_logs(&mut log_power, &plan.mean[1..]);
            sums.exponents[kind].extend(alpha_of(&frame.fit, &log_power));
            for (sum, log_power) in sums.log_power[kind].iter_mut().zip(&log_power) {
                *sum += log_power;
            }
        }
    }
}

/// Adds ln P; returns how many powers rounding ruled.
fn add_logs(sums: &mut [f64], power: &[f64]) -> u64 {
    // Lines of a plane may have no power at all along one axis.
    let floor = rounding_floor::<f64>(power).max(f64::MIN_POSITIVE);
    let mut n_floored = 0;
    for (sum, power) in sums.iter_mut().zip(power) {
        n_floored += u64::from(*power < floor);
        *sum += power.max(floor).ln();
    }
    n_floored
}
