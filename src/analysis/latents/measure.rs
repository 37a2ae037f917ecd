//! Statistics of channels and spectra of items, in one pass over arrays.

use super::moments::{MomentPlan, MomentSums};
use super::study::LatentFile;
use crate::analysis::outcome::Outcome;
use crate::analysis::plan::{LatentShape, RunPlan};
use crate::analysis::run::{Numbered, Study, Sums};
use crate::analysis::segments::{Content, Needs, Piece, Reading};
use crate::compare::{GridSums, rounding_floor};
use crate::decode::Layout;
use crate::planar::{Radius, Rapsd};
use crate::{Problem, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// More channels are most probably another dimension, and their covariance
/// fills memory.
const MOST_CHANNELS: usize = 2048;

/// What is measured of the items of arrays.
pub(crate) struct LatentStudy {
    shape: LatentShape,
    radius: Radius,
}

/// Exact sums over files, and what is kept of each.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct LatentSums {
    pub(super) moments: MomentSums,
    /// By number of the source.
    pub(super) files: BTreeMap<usize, KeptFile>,
    pub(super) spectra: SpectraTotals,
}

/// A file's row, and its mean ln P per kind of spectrum.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct KeptFile {
    pub row: LatentFile,
    /// How its arrays were read; more than one where their dimensions differ in
    /// number.
    pub layouts: Vec<Layout>,
    /// What else they could be, where they were guessed.
    #[serde(default)]
    pub doubt: Option<String>,
    /// Mean ln P, none where no item has a spectrum.
    pub means: Vec<Vec<f64>>,
}

/// Exact sums of the spectra of items.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct SpectraTotals {
    pub n_files: u64,
    pub n_items: u64,
    pub n_constant: u64,
    pub n_floored: Vec<u64>,
    /// ln P of the mean over channels, per kind of spectrum.
    pub log_power: Vec<GridSums>,
    /// ln P of each channel's rings, over the items in which it varies.
    pub channels: Vec<GridSums>,
    pub channel_items: Vec<u64>,
    /// Per item and kind of spectrum ln P, while a single file has items: its
    /// interval is over items.
    pub items: Vec<Vec<Vec<f64>>>,
}

impl LatentSums {
    pub fn outcomes(&self) -> impl Iterator<Item = (&str, &Outcome)> {
        let rows = self.files.values().map(|file| &file.row);
        rows.map(|row| (&*row.path, &row.outcome))
    }
}

impl Sums for LatentSums {
    fn merge(&mut self, other: Self) -> Result<()> {
        self.moments.merge(&other.moments)?;
        self.files.extend(other.files);
        self.spectra.merge(other.spectra)
    }
}

impl SpectraTotals {
    /// Keeps items only where they are of one file.
    fn keep_items(&mut self, n_files: u64, items: Vec<Vec<Vec<f64>>>) {
        match (self.n_files, n_files) {
            (0, _) => self.items = items,
            (_, 0) => {}
            _ => self.items = Vec::new(),
        }
        self.n_files += n_files;
    }

    fn merge(&mut self, other: SpectraTotals) -> Result<()> {
        self.keep_items(other.n_files, other.items);
        self.n_items += other.n_items;
        self.n_constant += other.n_constant;
        add_counts(&mut self.n_floored, &other.n_floored);
        add_counts(&mut self.channel_items, &other.channel_items);
        for (sums, others) in [
            (&mut self.log_power, &other.log_power),
            (&mut self.channels, &other.channels),
        ] {
            sums.resize(sums.len().max(others.len()), GridSums::default());
            for (sums, others) in sums.iter_mut().zip(others) {
                sums.merge_sums(others)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, file: &mut FileSums) -> Result<()> {
        self.keep_items(u64::from(file.n_items > 0), std::mem::take(&mut file.items));
        self.n_items += file.n_items;
        self.n_constant += file.n_constant;
        add_counts(&mut self.n_floored, &file.n_floored);
        add_counts(&mut self.channel_items, &file.channel_items);
        for (sums, files) in [
            (&mut self.log_power, &file.log_power),
            (&mut self.channels, &file.channels),
        ] {
            sums.resize(files.len(), GridSums::default());
            for (sums, terms) in sums.iter_mut().zip(files) {
                sums.add_terms(terms)?;
            }
        }
        Ok(())
    }
}

fn add_counts(counts: &mut Vec<u64>, others: &[u64]) {
    counts.resize(counts.len().max(others.len()), 0);
    for (count, other) in counts.iter_mut().zip(others) {
        *count += other;
    }
}

/// Sums over the items of one file.
#[derive(Debug, Default)]
struct FileSums {
    n_items: u64,
    n_constant: u64,
    n_floored: Vec<u64>,
    log_power: Vec<Vec<f64>>,
    channels: Vec<Vec<f64>>,
    channel_items: Vec<u64>,
    items: Vec<Vec<Vec<f64>>>,
}

impl FileSums {
    fn new(plans: &[Plan], n_channels: usize) -> Self {
        let bins = |plan: &Plan| vec![0.0; plan.mean.len() - 1];
        Self {
            n_floored: vec![0; plans.len()],
            log_power: plans.iter().map(bins).collect(),
            channels: vec![bins(&plans[0]); n_channels],
            channel_items: vec![0; n_channels],
            ..Self::default()
        }
    }

    fn means(&self) -> Vec<Vec<f64>> {
        let means = self
            .log_power
            .iter()
            .map(|sums| mean_of(sums.iter().copied(), self.n_items));
        means.filter(|_| self.n_items > 0).collect()
    }
}

/// Sums divided by a count.
pub(super) fn mean_of(sums: impl Iterator<Item = f64>, n: u64) -> Vec<f64> {
    sums.map(|sum| sum / n as f64).collect()
}

impl LatentStudy {
    pub fn new(plan: &RunPlan) -> Self {
        Self {
            shape: plan.latents.unwrap_or_default(),
            radius: plan.config.radius,
        }
    }
}

/// One thread's plans and buffers, and the sums over the file that it sees.
pub(crate) struct LatentWorker {
    plans: Vec<Plan>,
    moment_plan: MomentPlan,
    moments: MomentSums,
    sums: FileSums,
    /// Name and channels of the file's first array, and its whole shape.
    first: Option<(String, [usize; 3])>,
    layouts: Vec<Layout>,
    n_items: u64,
}

impl Study for LatentStudy {
    type Worker = LatentWorker;
    type Row = KeptFile;
    type Sums = LatentSums;

    fn needs(&self) -> Needs {
        Needs {
            segments: true,
            ..Needs::default()
        }
    }

    fn worker(&self) -> Result<LatentWorker> {
        let [rows, cols] = self.shape.plane;
        let mut plans = vec![Plan::new(rows, cols, self.radius)?];
        if rows > 1 && cols > 1 {
            plans.push(Plan::new(1, cols, self.radius)?);
            plans.push(Plan::new(1, rows, self.radius)?);
        }
        Ok(LatentWorker {
            sums: FileSums::new(&plans, self.shape.n_channels),
            plans,
            moment_plan: MomentPlan::default(),
            moments: MomentSums::default(),
            first: None,
            layouts: Vec::new(),
            n_items: 0,
        })
    }

    fn sums(&self) -> LatentSums {
        LatentSums::default()
    }

    fn begin(&self, worker: &mut LatentWorker, _: Numbered<'_>) {
        worker.sums = FileSums::new(&worker.plans, self.shape.n_channels);
        worker.moments = MomentSums::default();
        worker.first = None;
        worker.layouts.clear();
        worker.n_items = 0;
    }

    fn piece(&self, worker: &mut LatentWorker, of: Numbered<'_>, piece: &Piece<'_>) -> Result<()> {
        let Piece::Segment(segment) = piece else {
            return Ok(());
        };
        let Content::Planes {
            channels,
            shape: (rows, cols),
            array: Some((name, layout)),
        } = segment.content
        else {
            return Ok(());
        };
        let n_channels = channels.len() / (rows * cols);
        let refused = |found: String| Err(Problem::NotArray { found }.at(&of.source.path()));
        if n_channels > MOST_CHANNELS {
            return refused(format!(
                "{n_channels} channels as {layout}, at most {MOST_CHANNELS}: another --layout?"
            ));
        }
        match &worker.first {
            Some((first, [other, ..])) if *other != n_channels => {
                return refused(format!(
                    "{first} has {other} channels, {name} has {n_channels}"
                ));
            }
            Some(_) => {}
            None => worker.first = Some((name.to_string(), [n_channels, rows, cols])),
        }
        if !worker.layouts.contains(&layout) {
            worker.layouts.push(layout);
        }
        worker.n_items += 1;
        if n_channels != self.shape.n_channels {
            return Ok(());
        }
        worker
            .moments
            .add(channels, n_channels, &mut worker.moment_plan)?;
        match [rows, cols] == self.shape.plane {
            true => worker.add_item(channels, self.shape),
            false => Ok(()),
        }
    }

    fn finish(
        &self,
        worker: &mut LatentWorker,
        of: Numbered<'_>,
        reading: &Reading,
    ) -> Result<KeptFile> {
        let mut row = LatentFile::new(of.source.name(), of.source.input);
        let expected = self.shape.n_channels;
        let shape = worker.first.as_ref().map(|(_, shape)| *shape);
        (row.layout, row.shape) = (worker.layouts.first().copied(), shape);
        row.n_items = worker.n_items;
        row.n_spectra = worker.sums.n_items;
        let too_large = Problem::NotArray {
            found: "values too large for their squares".into(),
        };
        let read = reading.segments.as_ref().ok();
        if let Some(segmented) = read {
            row.outcome = Outcome::of_ending(&segmented.ending);
        }
        let refused = match (&reading.segments, shape) {
            (Err(problem), _) => Some(Outcome::skipped(problem)),
            (Ok(_), Some([found, ..])) if found != expected => {
                let reason = format!("{found} channels, but the first array has {expected}");
                Some(Outcome::refused("other-channels", reason))
            }
            (Ok(_), _) if !worker.moments.is_finite() => Some(Outcome::skipped(&too_large)),
            (Ok(_), None) => Some(Outcome::skipped(&Problem::Empty {
                detail: "no arrays".into(),
            })),
            (Ok(_), Some(_)) => None,
        };
        match refused {
            Some(outcome) => {
                let is_shown = outcome.reason_class.as_deref() == Some("other-channels");
                let empty = LatentFile::new(of.source.name(), of.source.input);
                row = LatentFile {
                    outcome,
                    n_items: 0,
                    n_spectra: 0,
                    ..if is_shown { row } else { empty }
                };
            }
            None if row.n_spectra < row.n_items => {
                let [rows, cols] = self.shape.plane;
                let noted = row
                    .outcome
                    .reason
                    .map_or_else(String::new, |noted| noted + "; ");
                let reason = format!(
                    "{noted}spectra without {} of {} items, which are constant or not {rows} x {cols} as \
                     most are; statistics include them",
                    row.n_items - row.n_spectra,
                    row.n_items
                );
                row.outcome = Outcome::partial("no-spectrum", reason);
            }
            None => {}
        }
        Ok(KeptFile {
            row,
            layouts: worker.layouts.clone(),
            doubt: read.and_then(|segmented| segmented.doubt.clone()),
            means: worker.sums.means(),
        })
    }

    fn add(
        &self,
        worker: &mut LatentWorker,
        of: Numbered<'_>,
        file: KeptFile,
        sums: &mut LatentSums,
    ) -> Result<()> {
        if file.row.is_used() {
            sums.moments.merge(&worker.moments)?;
            sums.spectra.add(&mut worker.sums)?;
        }
        sums.files.insert(of.number, file);
        Ok(())
    }
}

impl LatentWorker {
    /// Adds an item of the planned shape to the spectra.
    fn add_item(&mut self, item: &[f64], shape: LatentShape) -> Result<()> {
        let [rows, cols] = shape.plane;
        let sums = &mut self.sums;
        self.plans.iter_mut().for_each(|plan| plan.mean.fill(0.0));
        let mut varies = false;
        for (number, plane) in item.chunks_exact(rows * cols).enumerate() {
            // Rounding would give equal values a spectrum.
            if plane.iter().all(|x| *x == plane[0]) {
                continue;
            }
            varies = true;
            let share = 1.0 / shape.n_channels as f64;
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
        }
        if !varies {
            sums.n_constant += 1;
            return Ok(());
        }
        sums.n_items += 1;
        let mut logs = Vec::new();
        for (kind, plan) in self.plans.iter().enumerate() {
            let mut log_power = vec![0.0; plan.mean.len() - 1];
            sums.n_floored[kind] += add_logs(&mut log_power, &plan.mean[1..]);
            for (sum, log_power) in sums.log_power[kind].iter_mut().zip(&log_power) {
                *sum += log_power;
            }
            logs.push(log_power);
        }
        sums.items.push(logs);
        Ok(())
    }
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
