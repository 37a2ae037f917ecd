//! The spectra of the items of one file.

use super::read::read;
use super::spectra::{Frame, Job, alpha_of};
use crate::Result;
use crate::compare::rounding_floor;
use crate::decode::{ArrayStack, Source};
use crate::planar::{Radius, Rapsd};

/// Sums over the items of one file.
#[derive(Clone, Default)]
pub(super) struct Sums {
    pub n_items: u64,
    pub n_constant: u64,
    pub n_floored: Vec<u64>,
    /// ln P of the mean over channels, per kind of spectrum.
    pub log_power: Vec<Vec<f64>>,
    /// ln P of each channel's rings, over the items in which it varies.
    pub channels: Vec<Vec<f64>>,
    pub channel_items: Vec<u64>,
    /// Per kind of spectrum and item, the exponent.
    pub exponents: Vec<Vec<f64>>,
}

impl Sums {
    pub fn new(job: &Job<'_>) -> Self {
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

    pub fn add(&mut self, other: &Sums) {
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

/// One thread's plans and buffers.
pub(super) struct Worker<'a> {
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
    pub fn new(job: &'a Job<'a>) -> Result<Self> {
        let [rows, cols] = job.shape;
        let radius = job.config.radius;
        let mut plans = vec![Plan::new(rows, cols, radius)?];
        if job.frames.len() > 1 {
            plans.push(Plan::new(1, cols, radius)?);
            plans.push(Plan::new(1, rows, radius)?);
        }
        Ok(Self { job, plans })
    }

    pub fn measure(&mut self, source: &Source) -> Result<Sums> {
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
