//! What is decided once per run: sources, headers, the analysis rate, the side of
//! photos, the shape of arrays, and the frequency axis of each representation.

use super::axis::SpectralAxis;
use super::{AnalysisConfig, Representation, Side, SpectrogramKind};
use crate::compare::DebiasedFit;
use crate::decode::{
    ArrayHeader, AudioReader, ClassRule, Corpus, CorpusOptions, Kind, Source, Wanted,
    array_headers, corpus, corpus_of_roles, photo_size,
};
use crate::planar::Radius;
use crate::{Error, Problem, Result};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Side of photos where all allow it (the Imagenette variant of the post).
const USUAL_SIDE: usize = 320;
/// Smallest side that `auto` goes down to.
const SMALLEST_SIDE: usize = 128;
/// Shortest longer side of a plane that has a spectrum.
const SHORTEST_SIDE: usize = 5;

/// The sources of a run and all that is chosen before any of them is measured.
///
/// Folders are walked and headers are read when it is made, and never again:
/// studies, figures and recordings of one run share it.
#[derive(Debug, Clone)]
pub struct RunPlan {
    pub(crate) config: AnalysisConfig,
    pub(crate) corpus: Arc<Corpus>,
    /// The problems that headers already show, by number of the source.
    pub(super) problems: Arc<BTreeMap<usize, Problem>>,
    pub(super) audio: Option<Segmentation>,
    /// Side of the centre crop of photos, pixels.
    pub(super) side: Option<usize>,
    /// Rows and columns of the planes of arrays.
    pub(super) array_shape: Option<(usize, usize)>,
    /// What most latents are, where arrays are taken for such.
    pub(super) latents: Option<LatentShape>,
    /// The axes of all representations that some source has.
    pub(super) axes: BTreeMap<Representation, SpectralAxis>,
    /// The debiased fits of those that have enough frequencies.
    pub(super) fits: BTreeMap<Representation, DebiasedFit>,
}

/// How clips are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Segmentation {
    pub sample_rate: u32,
    /// Samples per segment.
    pub segment_length: usize,
    /// Samples from one segment's start to the next.
    pub segment_hop: usize,
}

/// What the headers of a run decided; with the settings, all that a plan has
/// beside its sources.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Decided {
    pub audio: Option<Segmentation>,
    pub side: Option<usize>,
    pub array_shape: Option<(usize, usize)>,
    pub latents: Option<LatentShape>,
}

/// Channels of the first array, and rows and columns of the planes that most items
/// with so many have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LatentShape {
    pub n_channels: usize,
    pub plane: [usize; 2],
}

impl Default for LatentShape {
    fn default() -> Self {
        LatentShape {
            n_channels: 1,
            plane: [1, 1],
        }
    }
}

/// Sources whose headers are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Headers {
    All,
    /// Those of clips and photos: each array is measured for itself.
    NotArrays,
    /// None: each clip is measured at its own rate.
    None,
}

impl RunPlan {
    /// The clips of `config.inputs`, what else is named there, and the photos of
    /// `config.photos`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a setting that no source could be measured
    /// with.
    pub fn new(config: &AnalysisConfig) -> Result<Self> {
        config.check()?;
        let clips = options(config, Wanted::AudioFolders);
        let photos = CorpusOptions {
            // A table of labels is about the clips.
            class_rule: match &config.class_rule {
                ClassRule::Labels(_) => ClassRule::ParentFolder,
                rule => rule.clone(),
            },
            ..options(config, Wanted::PhotoFolders)
        };
        let corpus = corpus_of_roles(&[(&config.inputs, &clips), (&config.photos, &photos)])?;
        Self::of_corpus(config, corpus, Headers::All)
    }

    /// The wanted files of `config.inputs`.
    pub(super) fn of_inputs(
        config: &AnalysisConfig,
        wanted: Wanted,
        headers: Headers,
    ) -> Result<Self> {
        config.check()?;
        let corpus = corpus(&config.inputs, &options(config, wanted))?;
        Self::of_corpus(config, corpus, headers)
    }

    /// Arrays in folders, and whatever was named.
    pub(super) fn of_latents(config: &AnalysisConfig) -> Result<Self> {
        config.check()?;
        let mut corpus = corpus(&config.inputs, &options(config, Wanted::Everything))?;
        let (sources, others) = corpus.sources.into_iter().partition(|source: &Source| {
            let is_named = config.inputs.get(source.input) == Some(&source.path());
            source.kind == Kind::Array || is_named
        });
        corpus.sources = sources;
        for source in &mut corpus.sources {
            source.kind = Kind::Array;
        }
        for source in others {
            let path = source.path();
            let extension = path.extension().unwrap_or_default();
            let extension = extension.to_string_lossy().to_lowercase();
            *corpus.ignored.entry(extension).or_default() += 1;
        }
        corpus.rejected.retain(|rejected| {
            let is_duplicate = matches!(rejected.problem, Problem::Duplicate { .. });
            rejected.kind == Kind::Array || !is_duplicate
        });
        let mut plan = Self::of_corpus(config, corpus, Headers::None)?;
        plan.latents = latent_shape(config, &plan.corpus.sources);
        Ok(plan)
    }

    fn of_corpus(config: &AnalysisConfig, corpus: Corpus, headers: Headers) -> Result<Self> {
        let (decided, problems) = survey(config, &corpus.sources, headers)?;
        let mut plan = Self::without_sources(config, decided)?;
        plan.corpus = Arc::new(corpus);
        plan.problems = Arc::new(problems);
        Ok(plan)
    }

    /// A plan whose sources are not at hand: enough to sum up what was measured.
    pub(super) fn without_sources(config: &AnalysisConfig, decided: Decided) -> Result<Self> {
        let mut plan = Self {
            config: config.clone(),
            corpus: Arc::default(),
            problems: Arc::default(),
            audio: decided.audio,
            side: decided.side,
            array_shape: decided.array_shape,
            latents: decided.latents,
            axes: BTreeMap::new(),
            fits: BTreeMap::new(),
        };
        for representation in Representation::ALL {
            let Some(shape) = plan.shape(representation) else {
                continue;
            };
            let rate = plan.audio.map_or(0, |audio| audio.sample_rate);
            let axis = SpectralAxis::new(
                representation.info().transform,
                shape,
                plan.radius(representation),
                (config.power_scale, rate),
            )?;
            if let Some(fit) = axis.debiased_fit(config.fit) {
                plan.fits.insert(representation, fit);
            }
            plan.axes.insert(representation, axis);
        }
        Ok(plan)
    }

    /// The same sources and choices for other representations of audio.
    ///
    /// # Errors
    /// Those of [`RunPlan::new`].
    pub(super) fn with_representations(&self, representations: &[Representation]) -> Result<Self> {
        self.with_settings(&AnalysisConfig {
            representations: representations.to_vec(),
            ..self.config.clone()
        })
    }

    /// The same sources, and what their headers decided, for other settings of
    /// clips; `config.sample_rate` counts where it is given.
    ///
    /// # Errors
    /// Those of [`RunPlan::new`].
    pub(super) fn with_settings(&self, config: &AnalysisConfig) -> Result<Self> {
        config.check()?;
        let audio = self.audio.map(|audio| {
            let sample_rate = config.sample_rate.unwrap_or(audio.sample_rate);
            Segmentation::new(config, sample_rate)
        });
        let decided = Decided {
            audio: audio.transpose()?,
            ..self.decided()
        };
        let mut plan = Self::without_sources(config, decided)?;
        (plan.corpus, plan.problems) = (self.corpus.clone(), self.problems.clone());
        Ok(plan)
    }

    pub(super) fn decided(&self) -> Decided {
        Decided {
            audio: self.audio,
            side: self.side,
            array_shape: self.array_shape,
            latents: self.latents,
        }
    }

    /// Rows and columns of every item in a representation: one row for waveforms;
    /// [frame, band] or [frame, bin] for what is made of spectrograms. `None`
    /// where no source has it, or it is not wanted.
    pub(super) fn shape(&self, representation: Representation) -> Option<(usize, usize)> {
        let info = representation.info();
        match (info.kind, info.spectrogram) {
            (Kind::Photo, _) => self.side.map(|side| (side, side)),
            (Kind::Array, _) => self.array_shape,
            _ if !self.config.representations.contains(&representation) => None,
            (Kind::Audio, None) => self.audio.map(|audio| (1, audio.segment_length)),
            (Kind::Audio, Some(kind)) => self
                .audio
                .map(|audio| self.config.plane_shape(audio.segment_length, kind)),
        }
    }

    /// Radius of the rings of a representation; photos are square.
    pub(super) fn radius(&self, representation: Representation) -> Radius {
        match representation.info().kind {
            Kind::Photo => Radius::Frequency,
            _ => self.config.radius,
        }
    }

    /// The representations of one kind of source that are measured.
    pub(super) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = Representation> + '_ {
        let measured = self.axes.keys().copied();
        measured.filter(move |representation| representation.info().kind == kind)
    }

    /// Remarks on labels, and on files that were left aside.
    pub fn notes(&self) -> Vec<String> {
        self.corpus.notes()
    }

    /// The sources, with their numbers, whose headers show no problem.
    pub(super) fn usable(&self) -> impl Iterator<Item = (usize, &Source)> {
        let sources = self.corpus.sources.iter().enumerate();
        sources.filter(|(number, _)| !self.problems.contains_key(number))
    }
}

impl Segmentation {
    /// # Errors
    /// [`Error::InvalidArgument`] for settings that do not fit the rate.
    pub fn new(config: &AnalysisConfig, sample_rate: u32) -> Result<Self> {
        let segment_length = config.segment_length(sample_rate)?;
        let mut spectrograms = config.representations.iter().map(|r| r.spectrogram());
        if spectrograms.any(|kind| kind == Some(SpectrogramKind::LogMel)) {
            config.log_mel(sample_rate).mel.check()?;
        }
        let hop = (segment_length as f64 * (1.0 - config.overlap)).round() as usize;
        Ok(Self {
            sample_rate,
            segment_length,
            segment_hop: hop.max(1),
        })
    }
}

fn options(config: &AnalysisConfig, wanted: Wanted) -> CorpusOptions {
    CorpusOptions {
        wanted,
        class_rule: config.class_rule.clone(),
        limit: config.limit,
    }
}

/// What the headers of one source say.
enum HeaderInfo {
    /// A clip's sample rate.
    Rate(u32),
    ShortSide(usize),
    /// Rows and columns of an array's planes.
    Shape(usize, usize),
}

/// What the headers decide, and the problems that they show, by number of the
/// source.
fn survey(
    config: &AnalysisConfig,
    sources: &[Source],
    headers: Headers,
) -> Result<(Decided, BTreeMap<usize, Problem>)> {
    let is_read = |source: &Source| match headers {
        Headers::All => true,
        Headers::NotArrays => source.kind != Kind::Array,
        Headers::None => false,
    };
    let read: Vec<Option<Result<HeaderInfo>>> = sources
        .par_iter()
        .map(|source| is_read(source).then(|| header_info(config, source)))
        .collect();
    let mut rates = BTreeMap::new();
    let mut shapes = BTreeMap::new();
    let mut sides = Vec::new();
    let mut problems = BTreeMap::new();
    for (number, info) in read.into_iter().enumerate() {
        match info {
            None => {}
            Some(Ok(HeaderInfo::Rate(rate))) => *rates.entry(rate).or_insert(0) += 1,
            Some(Ok(HeaderInfo::ShortSide(side))) => sides.push((number, side)),
            Some(Ok(HeaderInfo::Shape(rows, cols))) => {
                *shapes.entry((rows, cols)).or_insert(0) += 1;
            }
            Some(Err(error)) => {
                problems.insert(number, problem_of(error)?);
            }
        }
    }
    let audio = match config.sample_rate.or(analysis_rate(config, &rates)) {
        Some(rate) if !rates.is_empty() => Some(Segmentation::new(config, rate)?),
        _ => None,
    };
    let decided = Decided {
        audio,
        side: crop_side(config.side, &sides, &mut problems),
        array_shape: most_common(&shapes),
        latents: None,
    };
    Ok((decided, problems))
}

fn header_info(config: &AnalysisConfig, source: &Source) -> Result<HeaderInfo> {
    Ok(match source.kind {
        Kind::Audio => {
            let mut reader = AudioReader::open(&source.path(), config.channel)?;
            let sample_rate = reader.info().sample_rate;
            let in_seconds = |frames: u64| frames as f64 / f64::from(sample_rate);
            let is_short = |frames: &u64| in_seconds(*frames) < config.segment;
            if reader
                .info()
                .frames_promised
                .is_some_and(|frames| is_short(&frames))
            {
                // The count may be too low: the samples themselves decide.
                let (mut frames, mut block) = (0, Vec::new());
                while is_short(&frames) && reader.read(&mut block)? > 0 {
                    frames += block.len() as u64;
                }
                if is_short(&frames) {
                    let problem = Problem::TooShort {
                        length: format!("{:.3} s", in_seconds(frames)),
                        required: format!("{:.3} s", config.segment),
                        flag: "--segment",
                    };
                    return Err(problem.at(&source.path()));
                }
            }
            HeaderInfo::Rate(sample_rate)
        }
        Kind::Photo => {
            let (height, width) = photo_size(&source.path())?;
            HeaderInfo::ShortSide(height.min(width))
        }
        Kind::Array => {
            let headers = array_headers(&source.path(), &config.arrays())?;
            let (rows, cols) = headers.first().map_or((0, 0), ArrayHeader::plane_shape);
            if rows.max(cols) < SHORTEST_SIDE {
                let found = format!(
                    "planes of {rows} x {cols} have no spectrum: the longer side must be at least {SHORTEST_SIDE}"
                );
                return Err(Problem::NotArray { found }.at(&source.path()));
            }
            HeaderInfo::Shape(rows, cols)
        }
    })
}

/// What most latents are, by their headers; the first of equally common shapes.
fn latent_shape(config: &AnalysisConfig, sources: &[Source]) -> Option<LatentShape> {
    let headers: Vec<Vec<ArrayHeader>> = sources
        .par_iter()
        .map(|source| array_headers(&source.path(), &config.arrays()).unwrap_or_default())
        .collect();
    let n_channels = headers
        .iter()
        .find_map(|arrays| Some(arrays.first()?.shape[1]))?;
    let mut planes: Vec<([usize; 2], usize)> = Vec::new();
    for [n_items, channels, rows, cols] in headers.iter().flatten().map(|array| array.shape) {
        match planes.iter_mut().find(|(plane, _)| *plane == [rows, cols]) {
            _ if channels != n_channels => {}
            Some((_, count)) => *count += n_items,
            None => planes.push(([rows, cols], n_items)),
        }
    }
    let most = planes.iter().map(|(_, count)| *count).max()?;
    let plane = planes.iter().find(|(_, count)| *count == most)?.0;
    Some(LatentShape { n_channels, plane })
}

/// The problem of one file; any other error concerns the whole run.
pub(super) fn problem_of(error: Error) -> Result<Problem> {
    match error {
        Error::Input { problem, .. } => Ok(problem),
        other => Err(other),
    }
}
/// The rate that most clips have, of those that the settings fit; where they fit
/// none, that of all.
///
/// Of equally common ones a rate that no recorder has does not count: it is a
/// damaged header's, and would take what is heard out of all others.
fn analysis_rate(config: &AnalysisConfig, rates: &BTreeMap<u32, usize>) -> Option<u32> {
    const LOWEST: u32 = 1000;
    let fits = |rate: &u32| Segmentation::new(config, *rate).is_ok();
    let fitting: BTreeMap<u32, usize> = rates
        .iter()
        .filter(|(rate, _)| fits(rate))
        .map(|(rate, n)| (*rate, *n))
        .collect();
    let of_recorders = fitting.clone().split_off(&LOWEST);
    let most = fitting.values().max();
    let recorded = most_common(&of_recorders).filter(|rate| fitting.get(rate) == most);
    recorded.or(most_common(&fitting)).or(most_common(rates))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_that_the_settings_do_not_fit_has_no_vote() {
        let config = AnalysisConfig {
            representations: vec![Representation::LogMel],
            ..AnalysisConfig::default()
        };
        let rate =
            |rates: &[(u32, usize)]| analysis_rate(&config, &rates.iter().copied().collect());
        assert_eq!(rate(&[(22_050, 1), (44_100, 1)]), Some(22_050));
        assert_eq!(rate(&[(8, 3), (44_100, 1)]), Some(44_100));
        assert_eq!(rate(&[(1050, 2), (44_100, 1)]), Some(1050));
        // Nothing fits: the message is about what most have.
        assert_eq!(rate(&[(8, 2), (9, 1)]), Some(8));
        let waveform = AnalysisConfig {
            representations: vec![Representation::Waveform],
            ..AnalysisConfig::default()
        };
        let rate =
            |rates: &[(u32, usize)]| analysis_rate(&waveform, &rates.iter().copied().collect());
        assert_eq!(rate(&[(8, 1), (44_100, 1)]), Some(44_100));
        assert_eq!(rate(&[(8, 2), (44_100, 1)]), Some(8));
        assert_eq!(rate(&[]), None);
    }
}
