//! The variance of every cell about the data set's mean array: what is left for
//! noise to compete with once the mean is known.

use super::noise::unit_noise;
use super::plan::RunPlan;
use super::report::{CellTable, Report};
use super::run::{Numbered, Study, Sums};
use super::segments::{Needs, Piece, Reading};
use super::{Representation, TransformKind};
use crate::compare::ExactSums;
use crate::data::Real;
use crate::lanes;
use crate::planar::CellPower;
use crate::{Error, Result};
use ndarray::{Array, ArrayD, IxDyn};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The study of all representations that are planes of their own: cepstra are other
/// bases of the planes that they are made of.
///
/// The mean of a waveform is 0 whatever the data: its estimate from n segments takes
/// 1/n of the variance off (.9878 of it was left of 80 segments of music).
pub(super) struct CellStudy {
    shapes: BTreeMap<Representation, (usize, usize)>,
}

impl CellStudy {
    pub fn new(plan: &RunPlan) -> Self {
        let own = |r: &&Representation| r.info().transform == TransformKind::Rings;
        let all = plan.axes.keys().filter(own);
        Self {
            shapes: all.filter_map(|r| Some((*r, plan.shape(*r)?))).collect(),
        }
    }
}

/// One thread's transforms, and sums over the segments of a source.
pub(super) struct CellWorker {
    of_sound: BTreeMap<Representation, PartWorker<f32>>,
    of_planes: BTreeMap<Representation, PartWorker<f64>>,
}

struct PartWorker<T: Real> {
    plan: CellPower<T>,
    n_values: usize,
    /// By number of channels.
    sums: BTreeMap<usize, SourceSums>,
}

/// Sums over the segments of a source in one representation.
#[derive(Default)]
struct SourceSums {
    n: u64,
    values: Vec<f64>,
    power: Vec<f64>,
}

impl<T: Real> PartWorker<T> {
    fn new((rows, cols): (usize, usize)) -> Result<Self> {
        Ok(Self {
            plan: CellPower::new(rows, cols)?,
            n_values: rows * cols,
            sums: BTreeMap::new(),
        })
    }

    /// Values whose squares leave the range of numbers are in no average.
    fn add(&mut self, channels: &[T]) -> Result<()> {
        let squares = lanes::sums(channels).1;
        if squares == 0.0 || !squares.is_finite() {
            return Ok(());
        }
        let n_channels = channels.len() / self.n_values;
        let SourceSums { n, values, power } = self.sums.entry(n_channels).or_default();
        *n += 1;
        values.resize(channels.len(), 0.0);
        power.resize(self.plan.n_powers(), 0.0);
        lanes::on_vectors(
            #[inline(always)]
            || {
                for (sum, &value) in values.iter_mut().zip(channels) {
                    *sum += value.into();
                }
            },
        );
        let weight = 1.0 / n_channels as f64;
        let mut each = channels.chunks_exact(self.n_values);
        each.try_for_each(|values| self.plan.add(values, weight, power))
    }

    fn clear(&mut self) {
        for sums in self.sums.values_mut() {
            sums.n = 0;
            sums.values.fill(0.0);
            sums.power.fill(0.0);
        }
    }
}

impl CellWorker {
    /// What was seen of the source, by number of channels.
    fn parts(&self) -> impl Iterator<Item = (Representation, &BTreeMap<usize, SourceSums>)> {
        let of_sound = self.of_sound.iter().map(|(of, part)| (*of, &part.sums));
        of_sound.chain(self.of_planes.iter().map(|(of, part)| (*of, &part.sums)))
    }
}

/// Exact sums of all representations.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct CellSums(BTreeMap<Representation, PartSums>);

/// By number of channels.
type PartSums = BTreeMap<usize, ChannelSums>;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct ChannelSums {
    n: u64,
    /// Of every value, position by position.
    values: ExactSums,
    power: ExactSums,
}

impl Sums for CellSums {
    fn merge(&mut self, other: Self) -> Result<()> {
        for (representation, part) in other.0 {
            let own = self.0.entry(representation).or_default();
            for (n_channels, other) in part {
                let sums = own.entry(n_channels).or_default();
                sums.n += other.n;
                sums.values.merge(&other.values)?;
                sums.power.merge(&other.power)?;
            }
        }
        Ok(())
    }
}

impl Study for CellStudy {
    type Worker = CellWorker;
    type Row = ();
    type Sums = CellSums;

    fn needs(&self) -> Needs {
        Needs::segments(self.shapes.keys().copied())
    }

    fn worker(&self) -> Result<CellWorker> {
        let mut worker = CellWorker {
            of_sound: BTreeMap::new(),
            of_planes: BTreeMap::new(),
        };
        for (&representation, &shape) in &self.shapes {
            if representation.is_audio() {
                let part = PartWorker::new(shape)?;
                worker.of_sound.insert(representation, part);
            } else {
                let part = PartWorker::new(shape)?;
                worker.of_planes.insert(representation, part);
            }
        }
        Ok(worker)
    }

    fn sums(&self) -> CellSums {
        CellSums::default()
    }

    fn begin(&self, worker: &mut CellWorker, _: Numbered<'_>) {
        worker.of_sound.values_mut().for_each(PartWorker::clear);
        worker.of_planes.values_mut().for_each(PartWorker::clear);
    }

    fn piece(&self, worker: &mut CellWorker, of: Numbered<'_>, piece: &Piece<'_>) -> Result<()> {
        let Piece::Segment(segment) = piece else {
            return Ok(());
        };
        for (&representation, part) in &mut worker.of_sound {
            if let Some(values) = segment.sound(representation) {
                part.add(values)?;
            }
        }
        for (&representation, part) in &mut worker.of_planes {
            let is_own = representation.info().kind == of.source.kind;
            if let (true, Some(values)) = (is_own, segment.planes()) {
                part.add(values)?;
            }
        }
        Ok(())
    }

    fn finish(&self, _: &mut CellWorker, _: Numbered<'_>, _: &Reading) -> Result<()> {
        Ok(())
    }

    fn add(
        &self,
        worker: &mut CellWorker,
        _: Numbered<'_>,
        (): (),
        sums: &mut CellSums,
    ) -> Result<()> {
        for (representation, part) in worker.parts() {
            for (n_channels, of) in part.iter().filter(|(_, of)| of.n > 0) {
                let of_representation = sums.0.entry(representation).or_default();
                let sums = of_representation.entry(*n_channels).or_default();
                sums.n += of.n;
                sums.values.add(&of.values)?;
                sums.power.add(&of.power)?;
            }
        }
        Ok(())
    }
}

/// The tables of the representations that were measured: of arrays with several
/// numbers of channels those of the most common one.
pub(super) fn cell_tables(
    plan: &RunPlan,
    report: &Report,
    sums: &CellSums,
) -> Result<Vec<CellTable>> {
    let mut tables = Vec::new();
    let rows = report.results.iter().filter(|row| row.class == "all");
    for row in rows.filter(|row| row.representation.has_lines()) {
        let unit_noise = unit_noise(report, row)?;
        let power = row.full_spectrum().mean_power.iter();
        let lines: Vec<f64> = power.zip(&unit_noise).map(|(p, unit)| p / unit).collect();
        tables.push(CellTable {
            representation: row.representation,
            n_segments: row.n_segments,
            n_left_out: 0,
            arrays: vec![("lines", Array::from(lines).into_dyn())],
        });
    }
    for (&representation, part) in &sums.0 {
        let most = part
            .iter()
            .max_by_key(|(channels, sums)| (sums.n, std::cmp::Reverse(**channels)));
        if let (Some((&n_channels, sums)), Some(shape)) = (most, plan.shape(representation)) {
            let arrays = arrays(representation, shape, n_channels, sums)?;
            tables.push(CellTable {
                representation,
                n_segments: sums.n,
                n_left_out: part.values().map(|other| other.n).sum::<u64>() - sums.n,
                arrays,
            });
        }
    }
    Ok(tables)
}

fn arrays(
    representation: Representation,
    (rows, cols): (usize, usize),
    n_channels: usize,
    sums: &ChannelSums,
) -> Result<Vec<(&'static str, ArrayD<f64>)>> {
    let n = sums.n as f64;
    let mean: Vec<f64> = sums.values.values().map(|sum| sum / n).collect();
    let mut plan = CellPower::<f64>::new(rows, cols)?;
    let mut of_mean = vec![0.0; plan.n_powers()];
    for values in mean.chunks_exact(rows * cols) {
        plan.add(values, 1.0 / n_channels as f64, &mut of_mean)?;
    }
    let powers = sums.power.values().zip(&of_mean);
    // What rounding leaves of a cell without variance is no variance.
    let left = powers.map(|(sum, own)| sum / n - own);
    let variance: Vec<f64> = left.map(|c| if c < 0.0 { 0.0 } else { c }).collect();
    let shaped = |shape: &[usize], values: Vec<f64>| {
        let expected = shape.iter().product();
        let got = values.len();
        Array::from_shape_vec(IxDyn(shape), values).map_err(|_| Error::Length {
            what: "cells",
            got,
            expected,
        })
    };
    let (of_dct, of_fft) = variance.split_at(rows * cols);
    let cells = (0..rows * cols).map(|i| (i / cols, i % cols));
    let dct: Vec<f64> = cells.clone().map(|(y, x)| of_dct[x * rows + y]).collect();
    // Half the plane is conjugate to the other: cell (y, x) of columns that were
    // not computed is that of (-y, -x).
    let full = cells.map(|(y, x)| match x <= cols / 2 {
        true => of_fft[x * rows + y],
        false => of_fft[(cols - x) * rows + (rows - y) % rows],
    });
    // Spectrograms come frame by frame.
    let turned = |array: ArrayD<f64>| match representation.spectrogram() {
        Some(_) => {
            let mut array = array;
            let last = array.ndim() - 1;
            array.swap_axes(last - 1, last);
            array.as_standard_layout().into_owned()
        }
        None => array,
    };
    let of_channels: &[usize] = match n_channels {
        1 => &[rows, cols],
        n => &[n, rows, cols],
    };
    Ok(vec![
        ("mean", turned(shaped(of_channels, mean)?)),
        ("dct", turned(shaped(&[rows, cols], dct)?)),
        ("fft", turned(shaped(&[rows, cols], full.collect())?)),
    ])
}
