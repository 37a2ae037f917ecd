//! The variance of every cell about the data set's mean array: what is left for
//! noise to compete with once the mean is known.

use super::plan::RunPlan;
use super::run::{Numbered, Study, Sums};
use super::segments::{Content, Needs, Piece, Reading, Segment};
use super::{Representation, TransformKind};
use crate::compare::ExactSums;
use crate::planar::{Dct2, Fft2};
use crate::spectral::Periodogram;
use crate::{Error, Result};
use ndarray::{Array, ArrayD, IxDyn};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Variances of one representation about its mean array, over all segments.
///
/// Transforms are orthonormal: unit noise has variance 1 in every cell. With F the
/// coefficient of a cell, its variance is mean |F|^2 - |mean F|^2.
#[derive(Debug, Clone, PartialEq)]
pub struct CellTable {
    /// How the sources were looked at.
    pub representation: Representation,
    /// Segments, photos or items behind it.
    pub n_segments: u64,
    /// By name. `mean`, the mean array: \[sample\], or \[row, column\] with
    /// \[frequency, time\] of spectrograms and a channel before where there are
    /// several. `lines` of waveforms: k = 0..=N/2, each but DC and Nyquist twice in
    /// the full spectrum. `dct` and `fft` of planes, as large as the plane: the
    /// DCT-II, and the full DFT; the mean over channels.
    pub arrays: Vec<(&'static str, ArrayD<f64>)>,
}

/// The study of all representations whose values are planes or samples of their
/// own: cepstra are other bases of the planes that they are made of.
pub(super) struct CellStudy {
    shapes: BTreeMap<Representation, (usize, usize)>,
}

impl CellStudy {
    pub fn new(plan: &RunPlan) -> Self {
        let own = |r: &&Representation| {
            let transform = r.info().transform;
            matches!(transform, TransformKind::Lines | TransformKind::Rings)
        };
        let all = plan.axes.keys().filter(own);
        Self {
            shapes: all.filter_map(|r| Some((*r, plan.shape(*r)?))).collect(),
        }
    }
}

/// The transforms of one representation.
enum Basis {
    Lines(Periodogram<f64>),
    Planes(Box<PlaneBasis>),
}

struct PlaneBasis {
    dct: Dct2<f64>,
    fft: Fft2<f64>,
    coefficients: Vec<f64>,
}

impl Basis {
    fn new(representation: Representation, (rows, cols): (usize, usize)) -> Result<Self> {
        Ok(match representation.info().transform {
            TransformKind::Lines => Basis::Lines(Periodogram::new(cols)?),
            _ => Basis::Planes(Box::new(PlaneBasis {
                dct: Dct2::new(rows, cols)?,
                fft: Fft2::new(rows, cols),
                coefficients: vec![0.0; rows * cols],
            })),
        })
    }

    /// Number of powers: lines from DC on; cells of the DCT, then those of half the
    /// DFT.
    fn n_powers(&self) -> usize {
        match self {
            Basis::Lines(plan) => 1 + plan.n_bins(),
            Basis::Planes(planes) => {
                let (rows, cols) = planes.dct.shape();
                rows * cols + rows * (cols / 2 + 1)
            }
        }
    }

    /// Adds the powers of one plane, or of samples whose own powers are known.
    fn add(
        &mut self,
        values: &[f64],
        lines: Option<&[f64]>,
        weight: f64,
        sums: &mut [f64],
    ) -> Result<()> {
        match self {
            Basis::Lines(plan) => {
                let weight = weight / values.len() as f64;
                let dc: f64 = values.iter().sum();
                sums[0] += weight * dc * dc;
                let mut own = Vec::new();
                let lines = match lines {
                    Some(lines) => lines,
                    None => {
                        own.resize(plan.n_bins(), 0.0);
                        plan.process(values, &mut own)?;
                        &own
                    }
                };
                for (sum, line) in sums[1..].iter_mut().zip(lines) {
                    *sum += weight * line;
                }
            }
            Basis::Planes(planes) => {
                let PlaneBasis {
                    dct,
                    fft,
                    coefficients,
                } = &mut **planes;
                dct.forward(values, coefficients)?;
                let (of_dct, of_fft) = sums.split_at_mut(values.len());
                for (sum, value) in of_dct.iter_mut().zip(&*coefficients) {
                    *sum += weight * value * value;
                }
                let weight = weight / values.len() as f64;
                for (sum, value) in of_fft.iter_mut().zip(fft.process(values, 0.0)) {
                    *sum += weight * value.norm_sqr();
                }
            }
        }
        Ok(())
    }
}

/// One thread's transforms, and sums over the segments of a source.
pub(super) struct CellWorker {
    parts: BTreeMap<Representation, PartWorker>,
    buffer: Vec<f64>,
}

struct PartWorker {
    basis: Basis,
    n_values: usize,
    n: u64,
    values: Vec<f64>,
    power: Vec<f64>,
}

impl PartWorker {
    /// Items of another number of channels than the first of their source have no
    /// mean in common with it.
    fn add(&mut self, channels: &[f64], lines: Option<&[f64]>) -> Result<()> {
        if self.n == 0 {
            self.values.clear();
            self.values.resize(channels.len(), 0.0);
        } else if self.values.len() != channels.len() {
            return Ok(());
        }
        self.n += 1;
        for (sum, value) in self.values.iter_mut().zip(channels) {
            *sum += value;
        }
        let weight = self.n_values as f64 / channels.len() as f64;
        for values in channels.chunks_exact(self.n_values) {
            self.basis.add(values, lines, weight, &mut self.power)?;
        }
        Ok(())
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
        let part = |(&representation, &(rows, cols)): (&Representation, &(usize, usize))| {
            let basis = Basis::new(representation, (rows, cols))?;
            let part = PartWorker {
                power: vec![0.0; basis.n_powers()],
                basis,
                n_values: rows * cols,
                n: 0,
                values: Vec::new(),
            };
            Ok((representation, part))
        };
        Ok(CellWorker {
            parts: self.shapes.iter().map(part).collect::<Result<_>>()?,
            buffer: Vec::new(),
        })
    }

    fn sums(&self) -> CellSums {
        CellSums::default()
    }

    fn begin(&self, worker: &mut CellWorker, _: Numbered<'_>) {
        for part in worker.parts.values_mut() {
            part.n = 0;
            part.power.fill(0.0);
        }
    }

    fn piece(&self, worker: &mut CellWorker, of: Numbered<'_>, piece: &Piece<'_>) -> Result<()> {
        let Piece::Segment(segment) = piece else {
            return Ok(());
        };
        let CellWorker { parts, buffer } = worker;
        for (&representation, part) in parts {
            if representation.info().kind != of.source.kind {
                continue;
            }
            if let Some(values) = segment.values(representation, buffer) {
                part.add(values, lines_of(segment))?;
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
        for (representation, part) in worker.parts.iter().filter(|(_, part)| part.n > 0) {
            let of_representation = sums.0.entry(*representation).or_default();
            let n_channels = part.values.len() / part.n_values;
            let sums = of_representation.entry(n_channels).or_default();
            sums.n += part.n;
            sums.values.add(&part.values)?;
            sums.power.add(&part.power)?;
        }
        Ok(())
    }
}

fn lines_of<'a>(segment: &Segment<'a>) -> Option<&'a [f64]> {
    match segment.content {
        Content::Sound { lines, .. } => lines,
        Content::Planes { .. } => None,
    }
}

/// The tables of the representations that were measured: of arrays with several
/// numbers of channels those of the most common one.
pub(super) fn cell_tables(plan: &RunPlan, sums: &CellSums) -> Result<Vec<CellTable>> {
    let mut tables = Vec::new();
    for (&representation, part) in &sums.0 {
        let most = part
            .iter()
            .max_by_key(|(channels, sums)| (sums.n, std::cmp::Reverse(**channels)));
        if let (Some((&n_channels, sums)), Some(shape)) = (most, plan.shape(representation)) {
            let arrays = arrays(representation, shape, n_channels, sums)?;
            tables.push(CellTable {
                representation,
                n_segments: sums.n,
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
    let mut basis = Basis::new(representation, (rows, cols))?;
    let mut of_mean = vec![0.0; basis.n_powers()];
    for values in mean.chunks_exact(rows * cols) {
        basis.add(values, None, 1.0 / n_channels as f64, &mut of_mean)?;
    }
    let powers = sums.power.values().zip(&of_mean);
    // What rounding leaves of a cell without variance is no variance.
    let variance: Vec<f64> = powers.map(|(sum, own)| (sum / n - own).max(0.0)).collect();
    let shaped = |shape: &[usize], values: Vec<f64>| {
        let expected = shape.iter().product();
        let got = values.len();
        Array::from_shape_vec(IxDyn(shape), values).map_err(|_| Error::Length {
            what: "cells",
            got,
            expected,
        })
    };
    if let Basis::Lines(_) = basis {
        let n_lines = variance.len();
        return Ok(vec![
            ("mean", shaped(&[cols], mean)?),
            ("lines", shaped(&[n_lines], variance)?),
        ]);
    }
    let (of_dct, of_fft) = variance.split_at(rows * cols);
    // Half the plane is conjugate to the other: cell (y, x) of columns that were
    // not computed is that of (-y, -x).
    let full = (0..rows * cols).map(|i| match (i / cols, i % cols) {
        (y, x) if x <= cols / 2 => of_fft[x * rows + y],
        (y, x) => of_fft[(cols - x) * rows + (rows - y) % rows],
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
        ("dct", turned(shaped(&[rows, cols], of_dct.to_vec())?)),
        ("fft", turned(shaped(&[rows, cols], full.collect())?)),
    ])
}
