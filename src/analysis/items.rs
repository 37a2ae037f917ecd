//! Single items of sources, to be looked at.

use super::plan::{RunPlan, problem_of};
use super::segments::{Needs, Piece, SegmentReader, first_varied};
use super::spectrograms::Spectrograms;
use super::{AnalysisConfig, Representation};
use crate::data::{Axis, Plane, Unit};
use crate::decode::{Kind, Source, Wanted, picture_png};
use crate::{Problem, Result};
use ndarray::Array2;

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
    let plan = RunPlan::of_inputs(&config, Wanted::Everything, super::plan::Headers::All)?;
    let sources = plan.corpus.sources.iter().enumerate().take(most);
    let planes = sources.map(|(number, source)| {
        let plane = match plan.first_plane(number) {
            Ok(plane) => Ok(plane),
            Err(error) => Err(problem_of(error)?),
        };
        Ok((source.name().to_string(), plane))
    });
    planes.collect()
}

impl RunPlan {
    /// The first usable plane of a source.
    ///
    /// # Errors
    /// [`crate::Error::Input`] for a source that has none.
    pub(super) fn first_plane(&self, number: usize) -> Result<SourcePlane> {
        let source = &self.corpus.sources[number];
        let representation = match source.kind {
            Kind::Audio => Representation::LogMel,
            Kind::Photo => Representation::Photo,
            Kind::Array => Representation::Array,
        };
        let (rows, cols) = self.shape(representation).unwrap_or_default();
        let mut reader = SegmentReader::new(self, Needs::segments([representation]))?;
        let (mut first, mut buffer) = (None, Vec::new());
        let reading = reader.read(number, source, |piece| {
            if let (Piece::Segment(segment), None) = (piece, &first) {
                let values = segment.values(representation, &mut buffer);
                first = values.map(|values| first_varied(values, rows * cols).1.to_vec());
            }
            Ok(())
        })?;
        let path = source.path();
        if let Err(problem) = reading.segments {
            return Err(problem.at(&path));
        }
        let values = first.ok_or_else(|| {
            let detail = "no segment or item of it varies".to_string();
            Problem::Featureless { detail }.at(&path)
        })?;
        Ok(SourcePlane {
            representation,
            name: source.name().to_string(),
            plane: self.item_plane(representation, &values)?,
            picture: self.picture(source)?,
        })
    }

    /// A channel of an item as a plane: [1, sample] of a waveform, [frequency,
    /// frame] of a spectrogram, [row, column] of the rest.
    pub(super) fn item_plane(
        &self,
        representation: Representation,
        channel: &[f64],
    ) -> Result<Plane> {
        let (rows, cols) = self.shape(representation).unwrap_or_default();
        let pixels = |len| Axis::Uniform {
            unit: Unit::Pixel,
            start: 0.0,
            step: 1.0,
            len,
        };
        let info = representation.info();
        let plane = |n_rows, n_cols, axes: [Axis; 2], at: &dyn Fn(usize, usize) -> usize| {
            let [rows, cols] = axes;
            Plane {
                values: Array2::from_shape_fn((n_rows, n_cols), |(i, j)| channel[at(i, j)]),
                rows,
                cols,
            }
        };
        Ok(match (info.kind, self.audio, info.spectrogram) {
            (Kind::Audio, Some(audio), Some(kind)) => {
                let axes = Spectrograms::axes(&self.config, audio, kind)?;
                plane(cols, rows, axes, &|bin, frame| frame * cols + bin)
            }
            (Kind::Audio, Some(audio), None) => {
                let time = Axis::Uniform {
                    unit: Unit::Second,
                    start: 0.0,
                    step: 1.0 / f64::from(audio.sample_rate),
                    len: cols,
                };
                plane(1, cols, [pixels(1), time], &|_, i| i)
            }
            _ => plane(rows, cols, [pixels(rows), pixels(cols)], &|y, x| {
                y * cols + x
            }),
        })
    }

    /// A photo in all its colours, as PNG.
    pub(super) fn picture(&self, source: &Source) -> Result<Option<Vec<u8>>> {
        let side = self.side.filter(|_| source.kind == Kind::Photo);
        side.map(|side| picture_png(&source.path(), side, side))
            .transpose()
    }
}
