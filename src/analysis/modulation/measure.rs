//! The 2D power of every plane of a run, summed per file, class and all.

use super::bands::{Bands, share_bands};
use super::job::Job;
use super::scope::{FileSums, Scope, Totals};
use super::settings::ModulationSettings;
use super::study::ModulationFile;
use crate::Result;
use crate::analysis::Representation;
use crate::analysis::plan::RunPlan;
use crate::analysis::run::{Numbered, Study, Sums};
use crate::analysis::segments::{Needs, Piece, Reading};
use crate::decode::Kind;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most classes that get a study of their own.
pub(super) const MOST_CLASSES: usize = 12;
/// The representations that are planes.
const PLANES: [Representation; 3] = [
    Representation::LogMel,
    Representation::Photo,
    Representation::Array,
];
/// The jobs of all representations of a plan that are planes, over one band.
pub(crate) struct ModulationStudies<'a> {
    pub jobs: Vec<Job<'a>>,
    pub bands: Bands,
    /// Kinds of sources with few enough classes for sums of their own.
    few_classes: BTreeSet<Kind>,
}

impl<'a> ModulationStudies<'a> {
    /// # Errors
    /// [`Error::InvalidArgument`] where padding leaves too little of a segment.
    pub fn new(plan: &'a RunPlan, settings: &ModulationSettings) -> Result<Self> {
        let jobs =
            PLANES.map(|representation| Job::new(plan, representation, settings.n_directions));
        let jobs: Vec<Option<Job<'a>>> = jobs.into_iter().collect::<Result<_>>()?;
        let mut jobs: Vec<Job<'a>> = jobs.into_iter().flatten().collect();
        let mut classes: BTreeMap<Kind, BTreeSet<&str>> = BTreeMap::new();
        for (_, source) in plan.usable() {
            classes
                .entry(source.kind)
                .or_default()
                .insert(&source.class);
        }
        classes.retain(|_, names| names.len() <= MOST_CLASSES);
        Ok(Self {
            bands: share_bands(&mut jobs),
            few_classes: classes.into_keys().collect(),
            jobs,
        })
    }
}

/// What all representations add up to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct ModulationSums(BTreeMap<Representation, PlaneSums>);

/// What one representation's planes add up to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct PlaneSums {
    pub all: Totals,
    pub classes: BTreeMap<String, Totals>,
    /// By number of the source.
    pub files: BTreeMap<usize, ModulationFile>,
}

impl ModulationSums {
    pub fn take(&mut self, representation: Representation) -> PlaneSums {
        self.0.remove(&representation).unwrap_or_default()
    }
}

impl Sums for ModulationSums {
    fn merge(&mut self, other: Self) -> Result<()> {
        for (representation, other) in other.0 {
            let sums = self.0.entry(representation).or_default();
            sums.all.merge(&other.all)?;
            for (class, other) in other.classes {
                sums.classes.entry(class).or_default().merge(&other)?;
            }
            sums.files.extend(other.files);
        }
        Ok(())
    }
}

/// One thread's plans and buffers, and the sums over the source that it sees.
pub(crate) struct ModulationWorker {
    scopes: Vec<(Scope, FileSums)>,
    values: Vec<f64>,
}

impl Study for ModulationStudies<'_> {
    type Worker = ModulationWorker;
    type Row = ();
    type Sums = ModulationSums;

    fn needs(&self) -> Needs {
        Needs::segments(self.jobs.iter().map(|job| job.representation))
    }

    fn worker(&self) -> Result<ModulationWorker> {
        let scopes = self.jobs.iter().map(|job| {
            let scope = Scope::new(job)?;
            let sums = scope.empty();
            Ok((scope, sums))
        });
        Ok(ModulationWorker {
            scopes: scopes.collect::<Result<_>>()?,
            values: Vec::new(),
        })
    }

    fn sums(&self) -> ModulationSums {
        ModulationSums::default()
    }

    fn begin(&self, worker: &mut ModulationWorker, _: Numbered<'_>) {
        for (scope, sums) in &mut worker.scopes {
            *sums = scope.empty();
        }
    }

    fn piece(
        &self,
        worker: &mut ModulationWorker,
        of: Numbered<'_>,
        piece: &Piece<'_>,
    ) -> Result<()> {
        let Piece::Segment(segment) = piece else {
            return Ok(());
        };
        for (job, (scope, sums)) in self.jobs.iter().zip(&mut worker.scopes) {
            if job.representation.info().kind != of.source.kind {
                continue;
            }
            if let Some(values) = segment.values(job.representation, &mut worker.values) {
                scope.add(values, &job.rays, sums)?;
            }
        }
        Ok(())
    }

    fn finish(
        &self,
        worker: &mut ModulationWorker,
        _: Numbered<'_>,
        reading: &Reading,
    ) -> Result<()> {
        if reading.segments.is_err() {
            for (_, sums) in &mut worker.scopes {
                sums.n_segments = 0;
            }
        }
        Ok(())
    }

    fn add(
        &self,
        worker: &mut ModulationWorker,
        of: Numbered<'_>,
        _: (),
        sums: &mut ModulationSums,
    ) -> Result<()> {
        let source = of.source;
        for (job, (_, file)) in self.jobs.iter().zip(&worker.scopes) {
            if file.n_segments == 0 {
                continue;
            }
            let planes = sums.0.entry(job.representation).or_default();
            planes.all.add(file)?;
            if self.few_classes.contains(&source.kind) {
                let class = planes.classes.entry(source.class.to_string());
                class.or_default().add(file)?;
            }
            let row = ModulationFile {
                path: source.name().to_string(),
                input: source.input,
                class: source.class.to_string(),
                ..job.file(file)
            };
            planes.files.insert(of.number, row);
        }
        Ok(())
    }
}
