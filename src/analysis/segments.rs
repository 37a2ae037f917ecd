//! The one way from a source to numbers: clips in segments with their
//! spectrograms, photos in crops, arrays in items.

use super::constancy::Constancy;
use super::facts::{ClipStats, LevelTrace};
use super::outcome::Outcome;
use super::plan::{RunPlan, Segmentation, problem_of};
use super::segment_status::SegmentStatus;
use super::spectrograms::Spectrograms;
use super::{AnalysisConfig, AudioFacts, LowRates, Representation, SpectrogramKind};
use crate::decode::{
    AudioInfo, AudioReader, Ending, Kind, Layout, Resampler, Source, green_plane, read_arrays,
};
use crate::spectral::Periodogram;
use crate::{Problem, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What a study asks of the sources.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Needs {
    /// The samples of clips as they are decoded, at their own rate.
    pub blocks: bool,
    /// Segments of clips, crops of photos, items of arrays.
    pub segments: bool,
    /// Spectrograms of the segments of clips.
    pub spectrograms: BTreeSet<SpectrogramKind>,
    /// Power spectra of the segments of clips.
    pub lines: bool,
    /// Whether the planes of all arrays must have the plan's shape.
    pub one_shape: bool,
}

impl Needs {
    /// Segments, and what `representations` are made of.
    pub fn segments(representations: impl IntoIterator<Item = Representation>) -> Self {
        let mut needs = Needs {
            segments: true,
            one_shape: true,
            ..Needs::default()
        };
        for representation in representations {
            needs.spectrograms.extend(representation.spectrogram());
            needs.lines |= representation == Representation::Waveform;
        }
        needs
    }

    /// What both need.
    pub fn and(mut self, other: Needs) -> Self {
        self.blocks |= other.blocks;
        self.segments |= other.segments;
        self.spectrograms.extend(other.spectrograms);
        self.lines |= other.lines;
        self.one_shape |= other.one_shape;
        self
    }
}

/// A piece of a source.
pub(super) enum Piece<'a> {
    /// The next samples of a clip, before any resampling, full scale 1.
    Block(&'a AudioInfo, &'a [f32]),
    Segment(&'a Segment<'a>),
}

/// One segment of a clip, crop of a photo or item of an array.
pub(super) struct Segment<'a> {
    /// Its number among all of the source, from 0.
    pub number: u64,
    pub status: SegmentStatus,
    pub content: Content<'a>,
}

/// The values of a segment.
pub(super) enum Content<'a> {
    /// Samples at the analysis rate; the spectrograms are theirs where the segment
    /// is usable.
    Sound {
        samples: &'a [f32],
        spectrograms: Option<&'a Spectrograms>,
        /// |X_k|^2, k = 1..=n/2, where they are wanted.
        lines: Option<&'a [f64]>,
    },
    /// Planes of `shape`, row-major, channel after channel.
    Planes {
        channels: &'a [f64],
        shape: (usize, usize),
        /// Name and axes of the array that an item is of.
        array: Option<(&'a str, Layout)>,
    },
}

impl<'a> Segment<'a> {
    /// The values that a representation is made of, channel after channel, each a
    /// row-major plane of [`RunPlan::shape`]; `None` where there are none, or they
    /// cannot be measured. Sound is widened into `buffer`.
    pub fn values<'b>(
        &self,
        representation: Representation,
        buffer: &'b mut Vec<f64>,
    ) -> Option<&'b [f64]>
    where
        'a: 'b,
    {
        if let Some(values) = self.sound(representation) {
            buffer.clear();
            buffer.extend(values.iter().map(|&x| f64::from(x)));
            return Some(buffer);
        }
        self.planes().filter(|_| !representation.is_audio())
    }

    /// Those of sound, in the precision that they have.
    pub fn sound(&self, representation: Representation) -> Option<&'a [f32]> {
        let info = representation.info();
        let is_usable = self.status == SegmentStatus::Usable && info.kind == Kind::Audio;
        match &self.content {
            Content::Sound {
                samples,
                spectrograms,
                ..
            } if is_usable => match info.spectrogram {
                None => Some(samples),
                Some(kind) => spectrograms.as_ref()?.usable(kind),
            },
            _ => None,
        }
    }

    /// Those of a photo or an item of an array, channel after channel.
    pub fn planes(&self) -> Option<&'a [f64]> {
        match &self.content {
            Content::Planes { channels, .. } if self.status == SegmentStatus::Usable => {
                Some(channels)
            }
            _ => None,
        }
    }
}

/// The first channel that varies, each being `n_values` long; and its number.
pub(super) fn first_varied(channels: &[f64], n_values: usize) -> (usize, &[f64]) {
    let mut each = channels.chunks_exact(n_values).enumerate();
    each.find(|(_, channel)| SegmentStatus::of_values(channel) == SegmentStatus::Usable)
        .unwrap_or((0, &channels[..n_values]))
}

/// What came of reading one source.
pub(super) struct Reading {
    /// How the recording ended, where its blocks were wanted; or why it could not
    /// be decoded.
    pub blocks: Result<Ending, Problem>,
    /// What its segments are, or why there are none.
    pub segments: Result<Segmented, Problem>,
}

impl Reading {
    /// A source that was not read.
    pub fn refused(problem: &Problem) -> Self {
        Self {
            blocks: Err(problem.clone()),
            segments: Err(problem.clone()),
        }
    }

    fn whole(segmented: Segmented) -> Self {
        Self {
            blocks: Ok(segmented.ending.clone()),
            segments: Ok(segmented),
        }
    }
}

/// A source that was cut into segments.
pub(super) struct Segmented {
    pub n_segments: u64,
    pub ending: Ending,
    /// What was noticed about a clip.
    pub facts: Option<AudioFacts>,
    /// Mean squares of a clip's blocks of 20 ms.
    pub levels: Vec<f64>,
    /// Axes of an array.
    pub layout: Option<Layout>,
}

impl Segmented {
    fn whole(n_segments: u64, layout: Option<Layout>) -> Self {
        Self {
            n_segments,
            ending: Ending::Complete,
            facts: None,
            levels: vec![],
            layout,
        }
    }

    /// What a clip without a whole segment lacks.
    pub fn too_short(&self, plan: &RunPlan) -> Option<Problem> {
        let (facts, audio) = (self.facts.as_ref()?, plan.audio?);
        let reason = Outcome::of_ending(&self.ending).reason;
        let because = reason.map_or_else(String::new, |reason| format!(" ({reason})"));
        (self.n_segments == 0).then(|| Problem::TooShort {
            length: format!("{:.3} s{because}", facts.seconds_decoded),
            required: format!(
                "{:.3} s",
                audio.segment_length as f64 / f64::from(audio.sample_rate)
            ),
            flag: "--segment",
        })
    }
}

/// Reads one source after another; buffers are reused.
pub(super) struct SegmentReader<'a> {
    plan: &'a RunPlan,
    needs: Needs,
    segmenter: Option<Segmenter>,
    spectrograms: Option<Spectrograms>,
    lines: Option<SegmentLines>,
    block: Vec<f32>,
    values: Vec<f64>,
}

impl<'a> SegmentReader<'a> {
    /// # Errors
    /// [`Error::InvalidArgument`] for spectrograms that cannot be planned.
    pub fn new(plan: &'a RunPlan, needs: Needs) -> Result<Self> {
        let audio = plan.audio.filter(|_| needs.segments);
        let spectrograms = audio.map(|audio| {
            let kinds = needs.spectrograms.iter().copied();
            Spectrograms::new(&plan.config, audio, kinds)
        });
        let lines = audio.filter(|_| needs.lines);
        let lines = lines.map(|audio| SegmentLines::new(audio.segment_length));
        Ok(Self {
            plan,
            needs,
            segmenter: audio.map(|audio| Segmenter::new(&plan.config, audio)),
            spectrograms: spectrograms.transpose()?.flatten(),
            lines: lines.transpose()?,
            block: Vec::new(),
            values: Vec::new(),
        })
    }

    /// Calls `visit` with the pieces of source `number` in turn; an
    /// [`Error::Input`] of `visit` is the source's problem.
    ///
    /// # Errors
    /// Only what concerns the whole run.
    pub fn read(
        &mut self,
        number: usize,
        source: &Source,
        mut visit: impl FnMut(Piece<'_>) -> Result<()>,
    ) -> Result<Reading> {
        let read = self.try_read(number, source, &mut visit);
        read.or_else(|error| Ok(Reading::refused(&problem_of(error)?)))
    }

    fn try_read(
        &mut self,
        number: usize,
        source: &Source,
        visit: &mut impl FnMut(Piece<'_>) -> Result<()>,
    ) -> Result<Reading> {
        let known = self.plan.problems.get(&number);
        // A recording that is too short for segments has blocks all the same.
        let has_blocks = self.needs.blocks && source.input < self.plan.config.inputs.len();
        match (known, source.kind) {
            (Some(problem), _) if !has_blocks => Ok(Reading::refused(problem)),
            _ if !has_blocks && !self.needs.segments => {
                Ok(Reading::whole(Segmented::whole(0, None)))
            }
            _ if has_blocks || source.kind == Kind::Audio => {
                self.clip(source, known.cloned(), has_blocks, visit)
            }
            (_, Kind::Array) => self.array(&source.path(), visit).map(Reading::whole),
            (_, _) => self.photo(&source.path(), visit).map(Reading::whole),
        }
    }

    fn photo(
        &mut self,
        path: &Path,
        visit: &mut impl FnMut(Piece<'_>) -> Result<()>,
    ) -> Result<Segmented> {
        let side = self.plan.side.ok_or_else(|| no_plan().at(path))?;
        let plane = green_plane(path, side)?;
        self.values.clear();
        self.values.extend(plane.values.iter());
        visit(Piece::Segment(&Segment {
            number: 0,
            status: SegmentStatus::of_values(&self.values),
            content: Content::Planes {
                channels: &self.values,
                shape: (side, side),
                array: None,
            },
        }))?;
        Ok(Segmented::whole(1, None))
    }

    fn array(
        &mut self,
        path: &Path,
        visit: &mut impl FnMut(Piece<'_>) -> Result<()>,
    ) -> Result<Segmented> {
        let one_shape = self.needs.one_shape;
        let expected = match (one_shape, self.plan.array_shape) {
            (true, None) => return Err(no_plan().at(path)),
            (true, shape) => shape,
            (false, _) => None,
        };
        let (mut number, mut layout) = (0, None);
        for stack in read_arrays(path, self.plan.config.layout)? {
            layout = Some(stack.layout);
            let (_, _, rows, cols) = stack.values.dim();
            if let Some(expected) = expected.filter(|expected| *expected != (rows, cols)) {
                let found = format!(
                    "{} has planes of {rows} x {cols}, but this analysis averages planes of {} x {} (the most common)",
                    stack.name, expected.0, expected.1
                );
                return Err(Problem::NotArray { found }.at(path));
            }
            for item in stack.values.outer_iter() {
                self.values.clear();
                self.values.extend(item.iter());
                let mut channels = self.values.chunks_exact(rows * cols);
                let usable = |c: &[f64]| SegmentStatus::of_values(c) == SegmentStatus::Usable;
                let status = match channels.any(usable) {
                    true => SegmentStatus::Usable,
                    false => SegmentStatus::Constant,
                };
                visit(Piece::Segment(&Segment {
                    number,
                    status,
                    content: Content::Planes {
                        channels: &self.values,
                        shape: (rows, cols),
                        array: Some((&stack.name, stack.layout)),
                    },
                }))?;
                number += 1;
            }
        }
        Ok(Segmented::whole(number, layout))
    }

    /// Blocks flow even where segments have a problem.
    fn clip(
        &mut self,
        source: &Source,
        mut problem: Option<Problem>,
        has_blocks: bool,
        visit: &mut impl FnMut(Piece<'_>) -> Result<()>,
    ) -> Result<Reading> {
        let path = source.path();
        let mut reader = AudioReader::open(&path, self.plan.config.channel)?;
        let info = reader.info().clone();
        let wants_segments = self.needs.segments && source.kind == Kind::Audio;
        let mut segmenter = self.segmenter.as_mut().filter(|_| wants_segments);
        if wants_segments && problem.is_none() {
            problem = match &mut segmenter {
                Some(segmenter) => segmenter.begin(&info)?.err(),
                None => Some(no_plan()),
            };
        }
        let mut segmenter = segmenter.filter(|_| problem.is_none());
        if let (Some(problem), false) = (&problem, has_blocks) {
            return Ok(Reading::refused(problem));
        }
        let (spectrograms, block) = (&mut self.spectrograms, &mut self.block);
        let lines = &mut self.lines;
        loop {
            let is_end = reader.read(block)? == 0;
            if has_blocks && !is_end {
                visit(Piece::Block(&info, block))?;
            }
            if let Some(segmenter) = &mut segmenter {
                segmenter.take(block, is_end, |number, samples, status| {
                    if status == SegmentStatus::Usable {
                        if let Some(planes) = &mut *spectrograms {
                            planes.process(samples);
                        }
                        if let Some(lines) = &mut *lines {
                            lines.plan.process(samples, &mut lines.power)?;
                        }
                    }
                    visit(Piece::Segment(&Segment {
                        number,
                        status,
                        content: Content::Sound {
                            samples,
                            spectrograms: spectrograms.as_ref(),
                            lines: lines.as_ref().map(|lines| lines.power.as_slice()),
                        },
                    }))
                })?;
            }
            if is_end {
                break;
            }
        }
        let ending = reader.ending().clone();
        let segmented = match segmenter {
            None => Segmented::whole(0, None),
            Some(segmenter) => Segmented {
                n_segments: segmenter.n_visited,
                ending: ending.clone(),
                levels: std::mem::take(&mut segmenter.levels).levels(),
                facts: Some(segmenter.finish(info)),
                layout: None,
            },
        };
        Ok(Reading {
            blocks: Ok(ending),
            segments: problem.map_or(Ok(segmented), Err),
        })
    }
}

/// The power spectrum of the last usable segment of a clip.
struct SegmentLines {
    plan: Periodogram<f32>,
    power: Vec<f64>,
}

impl SegmentLines {
    fn new(segment_length: usize) -> Result<Self> {
        let plan = Periodogram::new(segment_length)?;
        Ok(Self {
            power: vec![0.0; plan.n_bins()],
            plan,
        })
    }
}

/// No header could be read that this source could be measured by.
fn no_plan() -> Problem {
    let detail = "its header could not be read before".to_string();
    Problem::Unreadable { detail }
}

/// Brings the blocks of clips to the analysis rate and unit, and cuts them into
/// segments, in memory that does not grow with a clip's length.
struct Segmenter {
    audio: Segmentation,
    low_rates: LowRates,
    amplitude: f32,
    resamplers: BTreeMap<u32, Resampler>,
    /// That of the clip that is being cut, where it needs one.
    resampler: Option<Resampler>,
    /// Rate of that clip, Hz.
    sample_rate: u32,
    /// Samples at the analysis rate that no segment has taken yet.
    pending: Vec<f32>,
    stats: ClipStats,
    levels: LevelTrace,
    /// Where the clip is constant, at its own rate.
    constancy: Constancy,
    /// Segments of the clip that were visited.
    n_visited: u64,
}

impl Segmenter {
    fn new(config: &AnalysisConfig, audio: Segmentation) -> Self {
        Self {
            audio,
            low_rates: config.low_rates,
            amplitude: config.amplitude.factor(),
            resamplers: BTreeMap::new(),
            resampler: None,
            sample_rate: audio.sample_rate,
            pending: Vec::new(),
            stats: ClipStats::default(),
            levels: LevelTrace::default(),
            constancy: Constancy::new(0),
            n_visited: 0,
        }
    }

    /// Makes ready for a clip; the inner error is the clip's problem.
    fn begin(&mut self, info: &AudioInfo) -> Result<Result<(), Problem>> {
        let analysis_rate = self.audio.sample_rate;
        let sample_rate = info.sample_rate;
        if sample_rate < analysis_rate && self.low_rates == LowRates::LeaveOut {
            return Ok(Err(Problem::LowRate {
                sample_rate,
                analysis_rate,
            }));
        }
        // A clip that was given up half-way leaves its resampler in the middle.
        self.resampler = match (
            sample_rate == analysis_rate,
            self.resamplers.remove(&sample_rate),
        ) {
            (true, _) => None,
            (false, Some(resampler)) => Some(resampler),
            (false, None) => Some(Resampler::new(sample_rate, analysis_rate)?),
        };
        self.sample_rate = sample_rate;
        self.pending.clear();
        self.stats = ClipStats::default();
        self.levels = LevelTrace::new(sample_rate);
        self.constancy =
            Constancy::new((self.audio.segment_length as f64 * self.rate_ratio()) as u64);
        self.n_visited = 0;
        Ok(Ok(()))
    }

    /// Samples of the clip per sample at the analysis rate.
    fn rate_ratio(&self) -> f64 {
        f64::from(self.sample_rate) / f64::from(self.audio.sample_rate)
    }

    /// Takes the next block, which is empty at the end, and visits all segments
    /// that are complete.
    fn take(
        &mut self,
        block: &mut [f32],
        is_end: bool,
        mut visit: impl FnMut(u64, &[f32], SegmentStatus) -> Result<()>,
    ) -> Result<()> {
        if is_end {
            if let Some(mut resampler) = self.resampler.take() {
                resampler.finish(&mut self.pending);
                self.visit_pending(&mut visit)?;
                self.resamplers.insert(self.sample_rate, resampler);
            }
            return Ok(());
        }
        self.stats.hear(block);
        self.levels.hear(block);
        self.constancy.hear(block);
        if self.amplitude != 1.0 {
            for sample in block.iter_mut() {
                *sample *= self.amplitude;
            }
        }
        match &mut self.resampler {
            Some(resampler) => resampler.process(block, &mut self.pending),
            None => self.pending.extend_from_slice(block),
        }
        self.visit_pending(&mut visit)
    }

    /// Visits all complete segments and keeps the rest.
    fn visit_pending(
        &mut self,
        visit: &mut impl FnMut(u64, &[f32], SegmentStatus) -> Result<()>,
    ) -> Result<()> {
        let Segmentation {
            segment_length,
            segment_hop,
            ..
        } = self.audio;
        let rate_ratio = self.rate_ratio();
        let mut start = 0;
        while let Some(segment) = self.pending.get(start..start + segment_length) {
            let first = self.n_visited * segment_hop as u64;
            let at = |sample: u64| (sample as f64 * rate_ratio).round() as u64;
            let in_clip = at(first)..at(first + segment_length as u64);
            let status = match self.constancy.covers(&in_clip) {
                true => SegmentStatus::Constant,
                false => SegmentStatus::of_samples(segment),
            };
            visit(self.n_visited, segment, status)?;
            self.n_visited += 1;
            start += segment_hop;
        }
        self.pending.drain(..start);
        Ok(())
    }

    /// What was noticed about the clip.
    fn finish(&mut self, info: AudioInfo) -> AudioFacts {
        let rate = f64::from(info.sample_rate);
        let mut facts = AudioFacts {
            format: info.format,
            sample_rate: info.sample_rate,
            channels: info.channels,
            seconds_promised: info.frames_promised.map(|frames| frames as f64 / rate),
            resampled_from: (info.sample_rate != self.audio.sample_rate)
                .then_some(info.sample_rate),
            ..AudioFacts::default()
        };
        std::mem::take(&mut self.stats).report(&mut facts);
        facts
    }
}
