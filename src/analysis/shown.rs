//! Single planes, to be looked at.

use super::items::ItemReader;
use super::setup::Setup;
use super::survey::{problem_of, survey};
use super::{AnalysisConfig, Representation};
use crate::data::Plane;
use crate::decode::{CorpusOptions, Kind, Source, Wanted, corpus, picture_png};
use crate::{Problem, Result};

/// A plane whose two-dimensional spectrum is taken.
#[derive(Debug, Clone, PartialEq)]
pub struct SourcePlane {
    /// How the source is looked at.
    pub representation: Representation,
    /// Path relative to its INPUT.
    pub name: String,
    /// The first usable log-mel segment [band, frame], the green channel of a
    /// photo [y, x], or the first channel of an array's first item.
    pub plane: Plane,
    /// A photo in all its colours, as PNG.
    pub picture: Option<Vec<u8>>,
}

/// The first plane of each of the first `most` sources that have one, or why a
/// source has none.
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for a setting out of range.
pub fn source_planes(
    config: &AnalysisConfig,
    most: usize,
) -> Result<Vec<(String, Result<SourcePlane, Problem>)>> {
    let mut config = config.clone();
    config.representations = vec![Representation::LogMel];
    config.check()?;
    let found = corpus(
        &config.inputs,
        &CorpusOptions {
            wanted: Wanted::Everything,
            class_rule: config.class_rule.clone(),
            limit: config.limit,
        },
    )?;
    let (setup, mut problems) = survey(&config, &found.sources)?;
    let mut planes = Vec::new();
    for (i, source) in found.sources.iter().enumerate() {
        if planes.len() == most {
            break;
        }
        let plane = match problems.remove(&i) {
            Some(problem) => Err(problem),
            None => match first_plane(&setup, source) {
                Ok(plane) => Ok(plane),
                Err(error) => Err(problem_of(error)?),
            },
        };
        planes.push((source.name().to_string(), plane));
    }
    Ok(planes)
}

pub(super) fn first_plane(setup: &Setup<'_>, source: &Source) -> Result<SourcePlane> {
    let representation = match source.kind {
        Kind::Audio => Representation::LogMel,
        Kind::Photo => Representation::Photo,
        Kind::Array => Representation::Array,
    };
    let featureless = || {
        let detail = "no segment or item of it varies".to_string();
        Problem::Featureless { detail }.at(&source.path())
    };
    let mut reader = ItemReader::new(setup, representation)?.ok_or_else(featureless)?;
    let n_values = reader.shape().0 * reader.shape().1;
    let mut first: Option<Vec<f64>> = None;
    reader.for_each(source, |item| {
        first.get_or_insert_with(|| item.first_varied(n_values).1.to_vec());
        Ok(())
    })?;
    let values = first.ok_or_else(featureless)?;
    let picture = match (representation, setup.side) {
        (Representation::Photo, Some(side)) => Some(picture_png(&source.path(), side, side)?),
        _ => None,
    };
    Ok(SourcePlane {
        representation,
        name: source.name().to_string(),
        plane: reader.plane(&values),
        picture,
    })
}
