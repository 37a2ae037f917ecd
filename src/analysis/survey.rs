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
    Rate(u32),
    ShortSide(usize),
    /// Arrays are looked at one by one, until one can be read.
    Array,
}

/// The setup of a run, and the problem of each source that its header already
/// shows.
pub(super) fn survey<'a>(
    config: &'a AnalysisConfig,
    sources: &[Source],
) -> Result<(Setup<'a>, Vec<Option<Problem>>)> {
    let glimpses: Vec<Result<Glimpse>> = sources.par_iter().map(|s| glimpse(config, s)).collect();
    let mut rates = BTreeMap::new();
    let mut sides = Vec::new();
    for glimpse in glimpses.iter().flatten() {
        match glimpse {
            Glimpse::Rate(rate) => *rates.entry(*rate).or_insert(0) += 1,
            Glimpse::ShortSide(side) => sides.push(*side),
            Glimpse::Array => {}
        }
    }
    let mut problems = Vec::with_capacity(sources.len());
    let mut array_shape = None;
    for (glimpse, source) in glimpses.into_iter().zip(sources) {
        problems.push(match glimpse {
            Err(error) => Some(problem_of(error)?),
            Ok(Glimpse::Array) if array_shape.is_none() => match first_shape(config, source) {
                Ok(shape) => {
                    array_shape = Some(shape);
                    None
                }
                Err(error) => Some(problem_of(error)?),
            },
            Ok(_) => None,
        });
    }
    let audio = match config.sample_rate.or(most_common(&rates)) {
        Some(rate) if !rates.is_empty() => Some(AudioSetup::new(config, rate)?),
        _ => None,
    };
    let side = (!sides.is_empty()).then(|| side(config.side, &sides));
    let setup = Setup::new(config, audio, side, array_shape)?;
    Ok((setup, problems))
}

fn glimpse(config: &AnalysisConfig, source: &Source) -> Result<Glimpse> {
    Ok(match source.kind {
        Kind::Audio => {
            let reader = AudioReader::open(&source.path, config.channel)?;
            Glimpse::Rate(reader.info().sample_rate)
        }
        Kind::Photo => {
            let (height, width) = photo_size(&source.path)?;
            Glimpse::ShortSide(height.min(width))
        }
        Kind::Array => Glimpse::Array,
    })
}

fn first_shape(config: &AnalysisConfig, source: &Source) -> Result<(usize, usize)> {
    let stacks = read_arrays(&source.path, config.layout)?;
    let shape = stacks.first().map_or((0, 0), plane_shape);
    if shape.0.max(shape.1) < 5 {
        let found = format!(
            "planes of {} x {} have no spectrum: the longer side must be at least 5",
            shape.0, shape.1
        );
        return Err(Problem::NotArray { found }.at(&source.path));
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

/// The rate of most files; of equally common ones the lowest, which loses none.
fn most_common(rates: &BTreeMap<u32, usize>) -> Option<u32> {
    let most = rates.values().max()?;
    rates
        .iter()
        .find(|(_, count)| *count == most)
        .map(|(rate, _)| *rate)
}

fn side(side: Side, short_sides: &[usize]) -> usize {
    match side {
        Side::Pixels(side) => side,
        Side::Auto => short_sides
            .iter()
            .copied()
            .filter(|side| *side >= SMALLEST_SIDE)
            .min()
            .map_or(SMALLEST_SIDE, |smallest| smallest.min(USUAL_SIDE)),
    }
}
