//! The second pass: the exponents of every file and of its nulls.

use super::nulls::{NullModel, NullReader};
use super::parts::PartsInstrument;
use super::profile::{Profiles, of_class};
use super::study::EvidenceSettings;
use crate::analysis::audio::Instruments;
use crate::analysis::laws::file_law;
use crate::analysis::measurement::Content;
use crate::analysis::setup::{AudioSetup, Setup};
use crate::analysis::{Progress, Representation};
use crate::decode::Source;
use crate::synth::permutation;
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// What all sources have in common.
pub(super) struct Job<'a> {
    pub setup: &'a Setup<'a>,
    pub audio: AudioSetup,
    pub settings: &'a EvidenceSettings,
    /// The nulls that are drawn.
    pub nulls: Vec<NullModel>,
}

impl Job<'_> {
    /// The representations of audio that are measured.
    pub fn representations(&self) -> impl Iterator<Item = Representation> {
        let measured = self.setup.frames.keys().copied();
        measured.filter(|r| Representation::OF_AUDIO.contains(r))
    }
}

/// The exponents of one file, or of a null of it, in one representation.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Exponents {
    pub n_segments: u64,
    pub plain: Option<f64>,
    pub dynamic: Option<f64>,
    pub centred: Option<f64>,
}

/// What was found in one file.
#[derive(Debug, Clone)]
pub(super) struct FileEvidence {
    pub class: String,
    pub data: BTreeMap<Representation, Exponents>,
    pub nulls: BTreeMap<NullModel, BTreeMap<Representation, Exponents>>,
}

/// Calls `each` with every source, on all threads of the pool, in no order.
pub(super) fn over_sources<W>(
    sources: &[(usize, &Source)],
    worker: impl Fn() -> Result<W> + Sync,
    each: impl Fn(&mut W, (usize, &Source)) -> Result<()> + Sync,
) -> Result<()> {
    let next = AtomicUsize::new(0);
    let outcomes: Vec<Result<()>> = rayon::broadcast(|_| {
        let mut worker = worker()?;
        while let Some(source) = sources.get(next.fetch_add(1, Ordering::Relaxed)) {
            each(&mut worker, *source)?;
        }
        Ok(())
    });
    outcomes.into_iter().collect()
}

/// The exponents of all files in the order of `sources`; `None` for one that
/// could not be read.
pub(super) fn files(
    job: &Job<'_>,
    sources: &[(usize, &Source)],
    profiles: &Profiles,
    progress: &dyn Progress,
) -> Result<Vec<Option<FileEvidence>>> {
    let found = Mutex::new(BTreeMap::new());
    over_sources(
        sources,
        || Worker::new(job, profiles),
        |worker, source| {
            let file = worker.measure(source)?;
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            found.insert(source.0, file);
            drop(found);
            progress.advance();
            Ok(())
        },
    )?;
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(found.into_values().collect())
}

/// One thread's plans and buffers.
struct Worker<'a> {
    job: &'a Job<'a>,
    reader: NullReader,
    n_frames: usize,
    data: Scope,
    nulls: BTreeMap<NullModel, Scope>,
}

impl<'a> Worker<'a> {
    fn new(job: &'a Job<'a>, profiles: &Profiles) -> Result<Self> {
        let nulls = job.nulls.iter().map(|&null| {
            let profile_of = match null {
                NullModel::Shuffled => None,
                other => Some(other),
            };
            Ok((null, Scope::new(job, profiles, profile_of)?))
        });
        let (config, settings) = (job.setup.config, job.settings);
        let drawn = (&job.nulls[..], settings.n_draws);
        Ok(Self {
            job,
            reader: NullReader::new(config, job.audio, drawn, settings.seed),
            n_frames: config.stft.n_frames(job.audio.segment_length),
            data: Scope::new(job, profiles, None)?,
            nulls: nulls.collect::<Result<_>>()?,
        })
    }

    /// What is in one source; `None` where it cannot be read any more.
    fn measure(&mut self, source: (usize, &Source)) -> Result<Option<FileEvidence>> {
        let Self {
            job,
            reader,
            n_frames,
            data,
            nulls,
        } = self;
        data.clear();
        nulls.values_mut().for_each(Scope::clear);
        let read = reader.for_each(source, |view| {
            let Some(null) = view.null else {
                return data.measure(view.samples);
            };
            match (null, nulls.get_mut(&null)) {
                (_, None) => Ok(()),
                (NullModel::Shuffled, Some(scope)) => {
                    scope.measure_shuffled(data, &permutation(*n_frames, view.seed))
                }
                (_, Some(scope)) => scope.measure(view.samples),
            }
        });
        match read {
            Ok(()) => Ok(Some(FileEvidence {
                class: source.1.class.to_string(),
                data: data.exponents(job),
                nulls: nulls
                    .iter()
                    .map(|(null, scope)| (*null, scope.exponents(job)))
                    .collect(),
            })),
            Err(Error::Input { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The instruments that look at the data, or at one null.
struct Scope {
    instruments: Instruments,
    parts: Vec<PartsInstrument>,
}

impl Scope {
    fn new(job: &Job<'_>, profiles: &Profiles, null: Option<NullModel>) -> Result<Self> {
        let mut parts = Vec::new();
        for representation in job.representations() {
            let profile = of_class(profiles, null, representation, None).profile();
            parts.extend(PartsInstrument::new(
                job,
                representation,
                profile.as_deref(),
            )?);
        }
        Ok(Self {
            instruments: Instruments::new(job.setup, job.audio)?,
            parts,
        })
    }

    fn clear(&mut self) {
        self.instruments.clear();
        self.parts.iter_mut().for_each(PartsInstrument::clear);
    }

    fn measure(&mut self, samples: &[f32]) -> Result<()> {
        self.instruments.measure(samples, Content::Varied)?;
        self.measure_parts()
    }

    fn measure_shuffled(&mut self, data: &Scope, order: &[usize]) -> Result<()> {
        if let Some(planes) = data.instruments.planes() {
            self.instruments.measure_reordered(planes, order)?;
        }
        self.measure_parts()
    }

    fn measure_parts(&mut self) -> Result<()> {
        for parts in &mut self.parts {
            // What the analysis leaves out is left out here too.
            if let Some(rapsd) = self.instruments.rapsd(parts.representation) {
                parts.measure(rapsd)?;
            }
        }
        Ok(())
    }

    fn exponents(&self, job: &Job<'_>) -> BTreeMap<Representation, Exponents> {
        let mut all = BTreeMap::new();
        for (representation, measurement) in self.instruments.measurements() {
            let (frame, n_segments) = (
                job.setup.frames.get(&representation),
                measurement.sums.n_segments,
            );
            let Some(frame) = frame.filter(|_| n_segments > 0) else {
                continue;
            };
            let mean = frame.scaled_log(measurement.sums.mean_log_power());
            let fit = job.setup.fits.get(&representation);
            let law = fit.and_then(|fit| file_law(fit, &mean, n_segments));
            let parts = self.parts.iter();
            let parts = parts.filter(|parts| parts.representation == representation);
            let [dynamic, centred] = parts
                .map(PartsInstrument::exponents)
                .next()
                .unwrap_or_default();
            let exponents = Exponents {
                n_segments,
                plain: law.map(|law| law.alpha),
                dynamic,
                centred,
            };
            all.insert(representation, exponents);
        }
        all
    }
}
