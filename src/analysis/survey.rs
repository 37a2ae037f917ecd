//! What must be known of all sources before any is measured: rates, sides and
//! shapes, read from headers.

use super::planes::plane_shape;
use super::setup::{AudioSetup, Setup};
use super::{AnalysisConfig, Side};
use crate::decode::{AudioReader, Kind, Source, photo_size, read_arrays};
use crate::{Error, Problem, Result};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Side of photos where all allow it (the Imagenette variant of the post).
const USUAL_SIDE: usize = 320;
/// Smallest side that `auto` goes down to.
const SMALLEST_SIDE: usize = 128;

/// What the headers of one source say.
enum Glimpse {
    /// A clip's sample rate.
    Rate(u32),
    ShortSide(usize),
    /// Rows and columns of an array's planes.
    Shape(usize, usize),
}

/// The setup of a run, and the problems that headers already show, by number of
/// the source.
pub(super) fn survey<'a>(
    config: &'a AnalysisConfig,
    sources: &[Source],
) -> Result<(Setup<'a>, BTreeMap<usize, Problem>)> {
    let glimpses: Vec<Result<Glimpse>> = sources.par_iter().map(|s| glimpse(config, s)).collect();
    let mut rates = BTreeMap::new();
    let mut shapes = BTreeMap::new();
    let mut sides = Vec::new();
    let mut problems = BTreeMap::new();
    for (source, glimpse) in glimpses.into_iter().enumerate() {
        match glimpse {
            Ok(Glimpse::Rate(rate)) => *rates.entry(rate).or_insert(0) += 1,
            Ok(Glimpse::ShortSide(side)) => sides.push((source, side)),
            Ok(Glimpse::Shape(rows, cols)) => *shapes.entry((rows, cols)).or_insert(0) += 1,
            Err(error) => {
                problems.insert(source, problem_of(error)?);
            }
        }
    }
    let array_shape = most_common(&shapes);
    let audio = match config.sample_rate.or(most_common(&rates)) {
        Some(rate) if !rates.is_empty() => Some(AudioSetup::new(config, rate)?),
        _ => None,
    };
    let side = crop_side(config.side, &sides, &mut problems);
    let setup = Setup::new(config, audio, side, array_shape)?;
    Ok((setup, problems))
}

fn glimpse(config: &AnalysisConfig, source: &Source) -> Result<Glimpse> {
    Ok(match source.kind {
        Kind::Audio => {
            let reader = AudioReader::open(&source.path(), config.channel)?;
            let info = reader.info();
            let seconds = info
                .frames_promised
                .map(|frames| frames as f64 / f64::from(info.sample_rate));
            if let Some(seconds) = seconds.filter(|seconds| *seconds < config.segment) {
                let problem = Problem::TooShort {
                    length: format!("{seconds:.3} s"),
                    required: format!("{:.3} s", config.segment),
                    flag: "--segment",
                };
                return Err(problem.at(&source.path()));
            }
            Glimpse::Rate(info.sample_rate)
        }
        Kind::Photo => {
            let (height, width) = photo_size(&source.path())?;
            Glimpse::ShortSide(height.min(width))
        }
        Kind::Array => {
            let (rows, cols) = shape(config, source)?;
            Glimpse::Shape(rows, cols)
        }
    })
}

fn shape(config: &AnalysisConfig, source: &Source) -> Result<(usize, usize)> {
    let stacks = read_arrays(&source.path(), config.layout)?;
    let shape = stacks.first().map_or((0, 0), plane_shape);
    if shape.0.max(shape.1) < 5 {
        let found = format!(
            "planes of {} x {} have no spectrum: the longer side must be at least 5",
            shape.0, shape.1
        );
        return Err(Problem::NotArray { found }.at(&source.path()));
    }
    Ok(shape)
}

/// The problem of one file; any other error concerns the whole run.
pub(super) fn problem_of(error: Error) -> Result<Problem> {
    match error {
        Error::Input { problem, .. } => Ok(problem),
        other => Err(other),
    }
}

/// What most sources have; of equally common values the lowest, which at a rate
/// loses no file.
fn most_common<T: Ord + Copy>(counts: &BTreeMap<T, usize>) -> Option<T> {
    let most = counts.values().max()?;
    counts
        .iter()
        .find(|(_, count)| *count == most)
        .map(|(value, _)| *value)
}

/// The side that photos are cut to, from (source, short side); photos that are
/// too small get their problem here, so that no crop larger than all photos is
/// ever planned.
fn crop_side(
    side: Side,
    short_sides: &[(usize, usize)],
    problems: &mut BTreeMap<usize, Problem>,
) -> Option<usize> {
    let lengths = short_sides.iter().map(|(_, length)| *length);
    let side = match side {
        Side::Pixels(side) => side,
        Side::Auto => lengths
            .clone()
            .filter(|length| *length >= SMALLEST_SIDE)
            .min()
            .map_or(SMALLEST_SIDE, |smallest| smallest.min(USUAL_SIDE)),
    };
    for &(source, length) in short_sides.iter().filter(|(_, length)| *length < side) {
        let problem = Problem::TooShort {
            length: format!("short side of {length} pixels"),
            required: format!("{side} pixels"),
            flag: "--side",
        };
        problems.insert(source, problem);
    }
    (lengths.max()? >= side).then_some(side)
}
