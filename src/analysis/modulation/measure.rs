//! The 2D power of every plane of a run, summed per file, class and all.

use super::bands::{Bands, share_bands};
use super::rays::{Rays, fit_of};
use super::scope::{FileSums, Scope, Totals};
use super::settings::ModulationSettings;
use super::study::{ModulationFile, RadialMean};
use crate::analysis::plan::RunPlan;
use crate::analysis::run::{Numbered, Study, Sums};
use crate::analysis::segments::{Needs, Piece, Reading};
use crate::analysis::{AnalysisConfig, Fit, Representation};
use crate::compare::{FitRange, FitSpacing, POST_FIT_POINTS, power_law};
use crate::decode::Kind;
use crate::planar::{DctRapsd, HalfPlane, Radius, Rapsd};
use crate::spectral::Framing;
use crate::{Error, Result};
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
/// Fewest frames without padding that a segment must have.
const FEWEST_FRAMES: usize = 16;

/// Everything about one representation that does not depend on the planes.
pub(crate) struct Job<'a> {
    pub plan: &'a RunPlan,
    pub representation: Representation,
    /// Rows and columns of planes as they are shown: [band, frame], or [y, x].
    pub shape: (usize, usize),
    /// Columns left out at either end before both axes are looked at: frames
    /// that see padding, which spreads over all bands.
    pub n_padded: usize,
    /// Of the rest.
    pub half: HalfPlane,
    pub rays: Rays,
    pub radius: Radius,
    fft: Rings,
    dct: Rings,
    /// The band that FFT and DCT share, within the fit range.
    pub range: FitRange,
}

/// Frequencies and counts of rings without DC.
struct Rings {
    frequency: Vec<f64>,
    dof: Vec<u32>,
}

impl Rings {
    fn new(frequency: &[f64], dof: &[u32]) -> Self {
        Self {
            frequency: frequency[1..].to_vec(),
            dof: dof[1..].to_vec(),
        }
    }
}

impl<'a> Job<'a> {
    /// `None` where no source has the representation.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where padding leaves too little of a segment.
    pub fn new(
        plan: &'a RunPlan,
        representation: Representation,
        n_directions: usize,
    ) -> Result<Option<Self>> {
        let Some(shape) = plan.shape(representation) else {
            return Ok(None);
        };
        let radius = plan.radius(representation);
        let (rows, cols) = shown_shape(shape, representation);
        let n_padded = n_padded(&plan.config, representation);
        let half = HalfPlane::new(rows, unpadded(&plan.config, cols, n_padded)?)?;
        let fft = Rapsd::<f64>::new(rows, cols, radius)?;
        let fft = Rings::new(&fft.frequency().values(), fft.table().counts());
        let dct = DctRapsd::<f64>::new(rows, cols, radius)?;
        let dct = Rings::new(&dct.frequency().values(), dct.counts());
        let fit = plan.config.fit;
        let range = shared_band(fit, &fft.frequency, &dct.frequency);
        Ok(Some(Self {
            plan,
            representation,
            shape: (rows, cols),
            n_padded,
            half,
            rays: Rays::new(half, n_directions, fit),
            radius,
            fft,
            dct,
            range,
        }))
    }

    /// The radial means over FFT and DCT.
    pub fn radial_means(&self, sums: &Totals) -> [RadialMean; 2] {
        [(&self.fft, &sums.fft), (&self.dct, &sums.dct)].map(|(rings, log_power)| {
            let mean_log_power = sums.mean(log_power.values());
            RadialMean {
                frequency: rings.frequency.clone(),
                dof: rings.dof.clone(),
                fit: self.radial_fit(rings, &mean_log_power),
                mean_log_power,
            }
        })
    }

    fn radial_fit(&self, rings: &Rings, mean_log_power: &[f64]) -> Fit {
        let spacing = FitSpacing::EvenLog(POST_FIT_POINTS);
        fit_of(power_law(
            &rings.frequency,
            mean_log_power,
            self.range,
            spacing,
        ))
    }

    /// The exponents of one file, yet without a name.
    pub fn file(&self, sums: &FileSums) -> ModulationFile {
        let alpha = |fit: &Fit| fit.law().map(|law| law.alpha);
        let log_power = sums.mean(&sums.log_power);
        let [fft, dct] = [(&self.fft, &sums.fft), (&self.dct, &sums.dct)];
        let radial = |(rings, sum): (&Rings, &Vec<f64>)| self.radial_fit(rings, &sums.mean(sum));
        let directions = self.rays.by_direction(&log_power);
        ModulationFile {
            path: String::new(),
            input: 0,
            class: String::new(),
            n_segments: sums.n_segments,
            fft_alpha: alpha(&radial(fft)),
            dct_alpha: alpha(&radial(dct)),
            radial_alpha: alpha(&self.rays.radial(&sums.mean(&sums.radial))),
            with_axis_alpha: self.rays.with_axis(&log_power).each_ref().map(alpha),
            axis_alpha: self.rays.axes(&log_power).each_ref().map(alpha),
            alpha_by_direction: directions.iter().map(alpha).collect(),
        }
    }
}

fn shown_shape((rows, cols): (usize, usize), representation: Representation) -> (usize, usize) {
    match representation.spectrogram() {
        // Spectrograms are read frame by frame.
        Some(_) => (cols, rows),
        None => (rows, cols),
    }
}

/// Frames at either end of a segment that reach beyond it.
fn n_padded(config: &AnalysisConfig, representation: Representation) -> usize {
    let stft = &config.stft;
    match (representation.spectrogram(), stft.framing) {
        (Some(_), Framing::Centred) => (stft.n_fft / 2).div_ceil(stft.hop_length),
        _ => 0,
    }
}

fn unpadded(config: &AnalysisConfig, n_cols: usize, n_padded: usize) -> Result<usize> {
    let rest = n_cols.saturating_sub(2 * n_padded);
    if n_padded > 0 && rest < FEWEST_FRAMES {
        let value = format!("{} s", config.segment);
        let requirement =
            format!("longer: {rest} of {n_cols} frames see no padding, {FEWEST_FRAMES} are needed");
        return Err(Error::argument("segment", value, requirement));
    }
    Ok(rest)
}

fn shared_band(fit: FitRange, a: &[f64], b: &[f64]) -> FitRange {
    let first = |list: &[f64]| list.first().copied().unwrap_or(0.0);
    let last = |list: &[f64]| list.last().copied().unwrap_or(0.5);
    let low = first(a).max(first(b));
    let high = last(a).min(last(b));
    FitRange {
        f_min: Some(fit.f_min.map_or(low, |f| f.max(low))),
        f_max: Some(fit.f_max.map_or(high, |f| f.min(high))),
    }
}

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
