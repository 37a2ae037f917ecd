//! The spectrum of each source for itself, DC included where it has one.

use super::measurement::Measurement;
use super::outcome::Outcome;
use super::plan::{Headers, RunPlan};
use super::run::{Measured, Numbered, Progress, Study, Watch, run};
use super::segment_status::SegmentStatus;
use super::segments::{Content, Needs, Piece, Reading, Segment};
use super::transform::transform_for;
use super::{AnalysisConfig, Representation};
use crate::compare::MeanSpectrum;
use crate::data::{Axis, Spectrum, Transform};
use crate::decode::{Ending, Kind, Source, Wanted};
use crate::planar::{Radius, Rapsd, RingTable};
use crate::spectral::Lines;
use crate::{Error, Problem, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What is taken of each source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// The one-dimensional power spectrum of clips.
    Waveform,
    /// The RAPSD of log-mel spectrograms, photos and arrays.
    Rapsd,
}

/// How the spectra of segments become one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Average {
    /// exp of the mean of ln P: what figures and fits use. For noise it lies
    /// below the power (2.5 dB for one-sided bins).
    #[default]
    Geometric,
    /// The mean of P: an estimate of the power itself.
    Arithmetic,
}

/// The spectrum of one source: a mean over its segments.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceSpectrum {
    /// Path relative to its INPUT, or as given where the file itself was named.
    pub name: String,
    /// The spectrum, or why there is none.
    pub spectrum: Result<Spectrum, Problem>,
    /// Segments or items in it.
    pub n_segments: u64,
    /// Whether the source was used wholly, and why not.
    pub outcome: Outcome,
    /// What a reader of the spectrum should know.
    pub remark: Option<String>,
}

/// The spectra of all sources, by input, then by name.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceSpectra {
    /// One entry per source.
    pub sources: Vec<SourceSpectrum>,
    /// Mean over all segments, where there are several sources of one kind with
    /// the same frequencies.
    pub mean: Option<Spectrum>,
    /// Remarks on what was left aside.
    pub notes: Vec<String>,
}

/// The spectra of all sources of `config.inputs`, each and averaged.
///
/// # Errors
/// [`Error::InvalidArgument`] for a setting out of range, and
/// [`Error::NothingUsable`] where no input was found.
pub fn source_spectra(
    config: &AnalysisConfig,
    view: View,
    average: Average,
    progress: &dyn Progress,
) -> Result<SourceSpectra> {
    let mut config = config.clone();
    // What is not looked at should not set conditions.
    config.representations = vec![view.representation()];
    let wanted = match view {
        View::Waveform => Wanted::AudioFolders,
        View::Rapsd => Wanted::Everything,
    };
    // Each array is averaged for itself, so their shapes may differ.
    let plan = RunPlan::of_inputs(&config, wanted, Headers::NotArrays)?;
    let study = SourceStudy { plan: &plan, view };
    let rows = run_alone(&plan, &study, progress)?;
    let mut sources = Vec::with_capacity(rows.len());
    let mut all = Vec::with_capacity(rows.len());
    for (source, (_, measured)) in plan.corpus.sources.iter().zip(rows) {
        let name = shown_name(&config.inputs, source);
        let (spectrum, measured) = match measured {
            Ok(measured) => (measured.row(name, average), Some(measured)),
            Err(problem) => (SourceSpectrum::missing(name, problem), None),
        };
        sources.push((source.input, spectrum));
        all.push((source.kind, measured));
    }
    sources.extend(plan.corpus.rejected.iter().map(|rejected| {
        let (name, problem) = (rejected.name.clone(), rejected.problem.clone());
        (rejected.input, SourceSpectrum::missing(name, problem))
    }));
    sources.sort_by(|(input_a, a), (input_b, b)| (input_a, &a.name).cmp(&(input_b, &b.name)));
    let sources: Vec<SourceSpectrum> = sources.into_iter().map(|(_, source)| source).collect();
    if sources.is_empty() {
        let ignored: u64 = plan.corpus.ignored.values().sum();
        return Err(Error::NothingUsable {
            looked_for: "clips, photos or arrays among the inputs".to_string(),
            found: format!("{ignored} files of other kinds"),
        });
    }
    let mean = mean(sources.len(), &all, average)?;
    let notes = plan.notes();
    Ok(SourceSpectra {
        sources,
        mean,
        notes,
    })
}

/// One pass of one study over all sources, that is not kept on the way.
pub(super) fn run_alone<S: Study>(
    plan: &RunPlan,
    study: &S,
    progress: &dyn Progress,
) -> Result<S::Sums> {
    progress.start(plan.corpus.sources.len());
    let watch = Watch {
        progress,
        stop: &Arc::default(),
        keep: &mut |_, _| Ok(()),
    };
    let measured = run(plan, study, |_| true, Measured::nothing(study), watch)?;
    Ok(measured.sums)
}

impl View {
    /// The representation of clips.
    fn representation(self) -> Representation {
        match self {
            View::Waveform => Representation::Waveform,
            View::Rapsd => Representation::LogMel,
        }
    }
}

impl SourceSpectrum {
    fn missing(name: String, problem: Problem) -> Self {
        SourceSpectrum {
            name,
            outcome: Outcome::skipped(&problem),
            spectrum: Err(problem),
            n_segments: 0,
            remark: None,
        }
    }
}

/// The mean over all segments, where they are alike: of one kind, and
/// of one shape.
fn mean(
    n_sources: usize,
    measured: &[(Kind, Option<SourceSums>)],
    average: Average,
) -> Result<Option<Spectrum>> {
    let mut used = measured.iter().filter_map(|(kind, measured)| {
        let measured = measured.as_ref()?;
        (measured.measurement.sums.n_segments > 0).then_some((kind, measured))
    });
    let Some((first_kind, first)) = used.clone().next() else {
        return Ok(None);
    };
    let alike = used.clone().all(|(kind, measured)| {
        kind == first_kind && measured.frequency == first.frequency && measured.dof == first.dof
    });
    if n_sources < 2 || !alike {
        return Ok(None);
    }
    let mut mean = MeanSpectrum::new(first.dof.len());
    used.try_for_each(|(_, measured)| mean.add(&measured.measurement.sums))?;
    Ok(Some(Spectrum {
        power: match average {
            Average::Geometric => mean.mean_log_power().iter().map(|p| p.exp()).collect(),
            Average::Arithmetic => mean.mean_power(),
        },
        frequency: first.frequency.clone(),
        dof: first.dof.clone(),
    }))
}

/// Sums over the segments of one source, with the meaning of its bins.
struct SourceSums {
    measurement: Measurement,
    frequency: Axis,
    dof: Vec<u32>,
    /// How a recording ended.
    ending: Ending,
    /// The spectrum of a source that is a single constant plane.
    constant: Option<Vec<f64>>,
}

impl SourceSums {
    fn new(frequency: Axis, dof: Vec<u32>) -> Self {
        Self {
            measurement: Measurement::new(dof.len(), &[]),
            frequency,
            dof,
            ending: Ending::Complete,
            constant: None,
        }
    }

    fn n_left_out(&self) -> u64 {
        self.measurement.n_constant + self.measurement.n_non_finite
    }

    /// Segments that are in the spectrum.
    fn n_segments(&self) -> u64 {
        self.measurement.sums.n_segments + u64::from(self.constant.is_some())
    }

    /// # Errors
    /// The problem of a source without a usable segment.
    fn check(&self) -> Result<(), Problem> {
        if self.n_segments() > 0 {
            return Ok(());
        }
        let n = self.n_left_out();
        let detail = format!("all {n} segments or items are constant, or too large, or not finite");
        Err(Problem::Featureless { detail })
    }

    /// The row of the source.
    fn row(&self, name: String, average: Average) -> SourceSpectrum {
        SourceSpectrum {
            name,
            n_segments: self.n_segments(),
            outcome: self.outcome(),
            remark: self.remark(),
            spectrum: Ok(self.spectrum(average)),
        }
    }

    fn spectrum(&self, average: Average) -> Spectrum {
        let mean = || match average {
            Average::Geometric => self.measurement.sums.geometric_mean(),
            Average::Arithmetic => self.measurement.sums.mean_power(),
        };
        Spectrum {
            frequency: self.frequency.clone(),
            power: self.constant.clone().unwrap_or_else(mean),
            dof: self.dof.clone(),
        }
    }

    fn outcome(&self) -> Outcome {
        let outcome = Outcome::of_ending(&self.ending);
        if self.constant.is_some() {
            return outcome.with_nothing_but("it is constant: nothing but DC");
        }
        let all = self.n_left_out() + self.n_segments();
        outcome.with_non_finite(self.measurement.n_non_finite, all, "segments")
    }

    /// What a user should know beside the numbers.
    fn remark(&self) -> Option<String> {
        let (n, all) = (
            self.measurement.n_constant,
            self.n_left_out() + self.n_segments(),
        );
        let are_left_out = n > 0 && self.constant.is_none();
        are_left_out
            .then(|| format!("{n} of {all} segments or items are constant and were left out"))
    }
}

/// The spectra of sources, one by one.
struct SourceStudy<'a> {
    plan: &'a RunPlan,
    view: View,
}

/// One thread's plans and buffers, and the sums of the source that it sees.
struct SourceWorker {
    sound: Option<SoundPlan>,
    planes: Option<PlanePlan>,
    sums: Option<SourceSums>,
}

/// Plan of the segments of clips.
struct SoundPlan {
    transform: Box<dyn Transform<f32>>,
    frequency: Axis,
    dof: Vec<u32>,
    /// What turns powers into those of the settings; none for rings.
    factors: Vec<f64>,
    power: Vec<f64>,
}

/// Plan of planes of one shape.
struct PlanePlan {
    shape: (usize, usize),
    rapsd: Rapsd<f64>,
    power: Vec<f64>,
    /// Mean power over the channels of the item that was added last.
    mean: Vec<f64>,
}

impl SoundPlan {
    fn new(plan: &RunPlan, view: View) -> Result<Option<Self>> {
        let Some(audio) = plan.audio else {
            return Ok(None);
        };
        let representation = view.representation();
        let transform = transform_for(plan, representation)?;
        let (rows, cols) = plan.shape(representation).unwrap_or_default();
        let (frequency, dof, factors) = match view {
            View::Waveform => {
                let lines = Lines::new(cols)?;
                let scale = plan.config.power_scale;
                let factors = lines.scale_factors(scale, audio.sample_rate);
                (lines.frequency(audio.sample_rate), lines.dof(), factors)
            }
            View::Rapsd => {
                let table = RingTable::new(rows, cols, plan.radius(representation));
                (table.frequency(), table.counts().to_vec(), Vec::new())
            }
        };
        Ok(Some(Self {
            power: vec![0.0; transform.n_bins()],
            transform,
            frequency,
            dof,
            factors,
        }))
    }

    fn add(
        &mut self,
        segment: &Segment<'_>,
        view: View,
        sums: &mut Option<SourceSums>,
    ) -> Result<()> {
        let Content::Sound {
            samples,
            spectrograms,
            ..
        } = segment.content
        else {
            return Ok(());
        };
        let sums =
            sums.get_or_insert_with(|| SourceSums::new(self.frequency.clone(), self.dof.clone()));
        let kind = view.representation().spectrogram().zip(spectrograms);
        let (values, own) = kind
            .and_then(|(kind, spectrograms)| spectrograms.plane(kind))
            .unwrap_or((samples, segment.status));
        let status = match segment.status {
            SegmentStatus::Usable => own,
            refused => refused,
        };
        if sums.measurement.admits(status) {
            self.transform.power(values, &mut self.power)?;
            for (power, factor) in self.power.iter_mut().zip(&self.factors) {
                *power *= factor;
            }
            sums.measurement.add(values, &self.power, 0.0);
        }
        Ok(())
    }
}

impl PlanePlan {
    fn new(shape: (usize, usize), radius: Radius) -> Result<Self> {
        let rapsd = Rapsd::new(shape.0, shape.1, radius)?;
        let n_rings = rapsd.table().n_rings();
        Ok(Self {
            shape,
            power: vec![0.0; n_rings],
            mean: vec![0.0; n_rings],
            rapsd,
        })
    }

    /// Adds one item: power is averaged over its channels.
    fn add(
        &mut self,
        channels: &[f64],
        status: SegmentStatus,
        sums: &mut Option<SourceSums>,
    ) -> Result<()> {
        self.mean.fill(0.0);
        let n_values = self.shape.0 * self.shape.1;
        let n_channels = (channels.len() / n_values) as f64;
        for values in channels.chunks_exact(n_values) {
            self.rapsd.process(values, &mut self.power)?;
            for (mean, power) in self.mean.iter_mut().zip(&self.power) {
                *mean += power / n_channels;
            }
        }
        let sums = sums.get_or_insert_with(|| {
            let dof = self.rapsd.table().counts().to_vec();
            SourceSums::new(self.rapsd.frequency(), dof)
        });
        if sums.measurement.admits(status) {
            sums.measurement.add::<f64>(&[], &self.mean, 0.0);
        }
        Ok(())
    }
}

impl SourceWorker {
    /// Adds an item of a photo or an array.
    fn add_plane(&mut self, of: Numbered<'_>, segment: &Segment<'_>, radius: Radius) -> Result<()> {
        let Content::Planes {
            channels,
            shape,
            array,
        } = segment.content
        else {
            return Ok(());
        };
        let name = array.map_or("", |(name, _)| name);
        let plan = match &mut self.planes {
            Some(plan) if plan.shape == shape => plan,
            Some(plan) if self.sums.is_some() => {
                let (rows, cols) = plan.shape;
                let found = format!(
                    "{name} has planes of {} x {}, an earlier member {rows} x {cols}",
                    shape.0, shape.1
                );
                return Err(Problem::NotArray { found }.at(&of.source.path()));
            }
            plan => plan.insert(PlanePlan::new(shape, radius)?),
        };
        plan.add(channels, segment.status, &mut self.sums)
    }
}

impl Study for SourceStudy<'_> {
    type Worker = SourceWorker;
    type Row = Result<SourceSums, Problem>;
    type Sums = BTreeMap<usize, Result<SourceSums, Problem>>;

    fn needs(&self) -> Needs {
        Needs {
            one_shape: false,
            ..Needs::segments([self.view.representation()])
        }
    }

    fn worker(&self) -> Result<SourceWorker> {
        Ok(SourceWorker {
            sound: SoundPlan::new(self.plan, self.view)?,
            planes: None,
            sums: None,
        })
    }

    fn sums(&self) -> Self::Sums {
        BTreeMap::new()
    }

    fn begin(&self, worker: &mut SourceWorker, _: Numbered<'_>) {
        worker.sums = None;
    }

    fn piece(&self, worker: &mut SourceWorker, of: Numbered<'_>, piece: &Piece<'_>) -> Result<()> {
        let Piece::Segment(segment) = piece else {
            return Ok(());
        };
        match (self.view, of.source.kind, &mut worker.sound) {
            (_, Kind::Audio, Some(sound)) => sound.add(segment, self.view, &mut worker.sums),
            (_, Kind::Audio, None) => Ok(()),
            (View::Waveform, _, _) => {
                let found = "a picture or an array; `cepstrum rapsd` reads it".to_string();
                Err(Problem::NotAudio { found }.at(&of.source.path()))
            }
            (View::Rapsd, Kind::Photo, _) => worker.add_plane(of, segment, Radius::Frequency),
            (View::Rapsd, Kind::Array, _) => worker.add_plane(of, segment, self.plan.config.radius),
        }
    }

    fn finish(
        &self,
        worker: &mut SourceWorker,
        _: Numbered<'_>,
        reading: &Reading,
    ) -> Result<Self::Row> {
        let segmented = match &reading.segments {
            Ok(segmented) => segmented,
            Err(problem) => return Ok(Err(problem.clone())),
        };
        if let Some(problem) = segmented.too_short(self.plan) {
            return Ok(Err(problem));
        }
        let Some(mut sums) = worker.sums.take() else {
            let found = "no member holds an array".to_string();
            return Ok(Err(Problem::NotArray { found }));
        };
        sums.ending = segmented.ending.clone();
        if let (0, 1, Some(planes)) = (
            sums.measurement.sums.n_segments,
            sums.measurement.n_constant,
            worker.planes.as_ref().filter(|_| segmented.facts.is_none()),
        ) {
            sums.constant = Some(planes.mean.clone());
        }
        Ok(sums.check().map(|()| sums))
    }

    fn add(
        &self,
        _: &mut SourceWorker,
        of: Numbered<'_>,
        row: Self::Row,
        sums: &mut Self::Sums,
    ) -> Result<()> {
        sums.insert(of.number, row);
        Ok(())
    }
}

/// The name below its folder, or the path of a file that was named itself: file
/// names alone would not tell two of them apart.
pub(super) fn shown_name(inputs: &[PathBuf], source: &Source) -> String {
    match inputs.get(source.input) {
        Some(input) if input.is_dir() => source.name().to_string(),
        _ => source.path().display().to_string(),
    }
}
