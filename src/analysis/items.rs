//! The values behind the spectra: every usable segment, crop or array item of a
//! source, one after another.

use super::Representation;
use super::cutter::Cutter;
use super::measurement::{Content, content};
use super::segment_planes::{SegmentPlanes, plane_shape};
use super::setup::Setup;
use crate::data::{Axis, Plane, Unit};
use crate::decode::{Source, green_plane, read_arrays};
use crate::{Problem, Result};
use ndarray::Array2;

/// One usable item of a source.
pub(super) struct Item<'a> {
    /// Number of the item in its source, counted from 0 over usable items.
    pub index: u64,
    /// Values, channel after channel; each channel is a row-major plane of the
    /// reader's shape.
    pub values: &'a [f64],
}

impl<'a> Item<'a> {
    /// The first channel that varies, each being `n_values` long; and its
    /// number.
    pub fn first_varied(&self, n_values: usize) -> (usize, &'a [f64]) {
        let channels = self.values.chunks_exact(n_values);
        channels
            .enumerate()
            .find(|(_, channel)| content(channel) == Content::Varied)
            .unwrap_or((0, &self.values[..n_values]))
    }
}

/// Reads the items of sources in one representation; buffers are reused from
/// source to source.
pub(super) struct ItemReader<'a> {
    setup: &'a Setup<'a>,
    representation: Representation,
    shape: (usize, usize),
    cutter: Option<Cutter>,
    planes: Option<SegmentPlanes>,
    values: Vec<f64>,
}

impl<'a> ItemReader<'a> {
    /// A reader, or `None` where no source of the run has the representation.
    pub fn new(setup: &'a Setup<'a>, representation: Representation) -> Result<Option<Self>> {
        let Some(shape) = shape(setup, representation) else {
            return Ok(None);
        };
        let audio = setup
            .audio
            .filter(|_| Representation::OF_AUDIO.contains(&representation));
        let planes = audio
            .map(|audio| SegmentPlanes::new(setup.config, audio, &[representation]))
            .transpose()?
            .flatten();
        Ok(Some(Self {
            setup,
            representation,
            shape,
            cutter: audio.map(|audio| Cutter::new(setup.config, audio)),
            planes,
            values: Vec::new(),
        }))
    }

    /// Rows and columns of every item: one row for waveforms; [frame, band] or
    /// [frame, bin] for what is made of spectrograms.
    pub fn shape(&self) -> (usize, usize) {
        self.shape
    }

    /// A channel of an item as a plane: [1, sample] of a waveform, [frequency,
    /// frame] of a spectrogram, [row, column] of the rest.
    pub fn plane(&self, channel: &[f64]) -> Plane {
        let (rows, cols) = self.shape;
        let pixels = |len| Axis::Uniform {
            unit: Unit::Pixel,
            start: 0.0,
            step: 1.0,
            len,
        };
        let spectrogram = self.representation.spectrogram().zip(self.planes.as_ref());
        match (spectrogram, self.setup.audio) {
            (Some((kind, planes)), _) => Plane {
                values: Array2::from_shape_fn((cols, rows), |(bin, frame)| {
                    channel[frame * cols + bin]
                }),
                rows: planes.rows(kind),
                cols: planes.frames(),
            },
            (None, Some(audio)) if self.cutter.is_some() => Plane {
                values: Array2::from_shape_fn((1, cols), |(_, i)| channel[i]),
                rows: pixels(1),
                cols: Axis::Uniform {
                    unit: Unit::Second,
                    start: 0.0,
                    step: 1.0 / f64::from(audio.sample_rate),
                    len: cols,
                },
            },
            _ => Plane {
                values: Array2::from_shape_fn((rows, cols), |(y, x)| channel[y * cols + x]),
                rows: pixels(rows),
                cols: pixels(cols),
            },
        }
    }

    /// Calls `visit` with each usable item of `source`.
    ///
    /// # Errors
    /// What is wrong with the source, and the errors of `visit`.
    pub fn for_each(
        &mut self,
        source: &Source,
        mut visit: impl FnMut(&Item<'_>) -> Result<()>,
    ) -> Result<()> {
        match self.representation {
            Representation::Photo => self.photo(source, &mut visit),
            Representation::Array => self.items(source, &mut visit),
            _ => self.segments(source, &mut visit),
        }
    }

    fn segments(
        &mut self,
        source: &Source,
        visit: &mut impl FnMut(&Item<'_>) -> Result<()>,
    ) -> Result<()> {
        let Some(cutter) = &mut self.cutter else {
            return Ok(());
        };
        let spectrogram = self.representation.spectrogram().zip(self.planes.as_mut());
        let (mut spectrogram, values) = (spectrogram, &mut self.values);
        let mut index = 0;
        cutter.for_each_segment(&source.path(), |segment, kind| {
            if kind != Content::Varied {
                return Ok(());
            }
            let shown: &[f32] = match &mut spectrogram {
                Some((kind, planes)) => {
                    planes.process(segment);
                    planes.values(*kind)
                }
                None => segment,
            };
            if content(shown) != Content::Varied {
                return Ok(());
            }
            values.clear();
            values.extend(shown.iter().map(|&x| f64::from(x)));
            visit(&Item { index, values })?;
            index += 1;
            Ok(())
        })?;
        Ok(())
    }

    fn photo(
        &mut self,
        source: &Source,
        visit: &mut impl FnMut(&Item<'_>) -> Result<()>,
    ) -> Result<()> {
        let plane = green_plane(&source.path(), self.shape.0)?;
        self.values.clear();
        self.values.extend(plane.values.iter());
        match content(&self.values) {
            Content::Varied => visit(&Item {
                index: 0,
                values: &self.values,
            }),
            _ => Ok(()),
        }
    }

    fn items(
        &mut self,
        source: &Source,
        visit: &mut impl FnMut(&Item<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut index = 0;
        for stack in read_arrays(&source.path(), self.setup.config.layout)? {
            let (_, _, rows, cols) = stack.values.dim();
            if (rows, cols) != self.shape {
                let found = format!("{} has planes of {rows} x {cols}", stack.name);
                return Err(Problem::NotArray { found }.at(&source.path()));
            }
            for item in stack.values.outer_iter() {
                self.values.clear();
                self.values.extend(item.iter());
                let mut channels = self.values.chunks_exact(rows * cols);
                if channels.any(|channel| content(channel) == Content::Varied) {
                    let values = &self.values;
                    visit(&Item { index, values })?;
                    index += 1;
                }
            }
        }
        Ok(())
    }
}

fn shape(setup: &Setup<'_>, representation: Representation) -> Option<(usize, usize)> {
    setup.frames.get(&representation)?;
    match representation {
        Representation::Waveform => setup.audio.map(|audio| (1, audio.segment_length)),
        Representation::Photo => setup.side.map(|side| (side, side)),
        Representation::Array => setup.array_shape,
        _ => {
            let (audio, kind) = setup.audio.zip(representation.spectrogram())?;
            Some(plane_shape(setup.config, audio, kind))
        }
    }
}
