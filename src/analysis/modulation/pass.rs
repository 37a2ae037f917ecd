//! The 2D power of every plane of a run, summed per file, class and all.

use super::rays::{Rays, fit_of};
use super::scope::{Scope, Sums};
use super::study::{ModulationFile, RadialMean};
use crate::analysis::items::ItemReader;
use crate::analysis::setup::Setup;
use crate::analysis::{Fit, Representation};
use crate::compare::{FitRange, FitSpacing, POST_FIT_POINTS, power_law};
use crate::decode::Source;
use crate::planar::{DctRapsd, HalfPlane, Radius, Rapsd};
use crate::spectral::Framing;
use crate::{Error, Result};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Sources that are measured before their sums are added up, in order: memory
/// is bounded by them, and the sums are the same for any number of threads.
const BLOCK: usize = 8;
/// Fewest frames without padding that a segment must have.
const FEWEST_FRAMES: usize = 16;

/// Everything about one representation that does not depend on the planes.
pub(super) struct Job<'a> {
    pub setup: &'a Setup<'a>,
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
        setup: &'a Setup<'a>,
        representation: Representation,
        n_directions: usize,
    ) -> Result<Option<Self>> {
        let Some(reader) = ItemReader::new(setup, representation)? else {
            return Ok(None);
        };
        let radius = match representation {
            Representation::Photo => Radius::Frequency,
            _ => setup.config.radius,
        };
        let (rows, cols) = shown_shape(&reader, representation);
        let n_padded = n_padded(setup, representation);
        let half = HalfPlane::new(rows, unpadded(setup, cols, n_padded)?)?;
        let fft = Rapsd::<f64>::new(rows, cols, radius)?;
        let fft = Rings::new(&fft.frequency().values(), fft.table().counts());
        let dct = DctRapsd::<f64>::new(rows, cols, radius)?;
        let dct = Rings::new(&dct.frequency().values(), dct.counts());
        let fit = setup.config.fit;
        let range = shared_band(fit, &fft.frequency, &dct.frequency);
        Ok(Some(Self {
            setup,
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
    pub fn radial_means(&self, sums: &Sums) -> [RadialMean; 2] {
        [(&self.fft, &sums.fft), (&self.dct, &sums.dct)].map(|(rings, log_power)| {
            let mean_log_power = sums.mean(log_power);
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
    pub fn file(&self, sums: &Sums) -> ModulationFile {
        let alpha = |fit: &Fit| fit.law().map(|law| law.alpha);
        let log_power = sums.mean_log_power();
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

fn shown_shape(reader: &ItemReader<'_>, representation: Representation) -> (usize, usize) {
    let (rows, cols) = reader.shape();
    match representation {
        // Spectrograms are read frame by frame.
        Representation::LogMel => (cols, rows),
        _ => (rows, cols),
    }
}

/// Frames at either end of a segment that reach beyond it.
fn n_padded(setup: &Setup<'_>, representation: Representation) -> usize {
    let stft = &setup.config.stft;
    match (representation, stft.framing) {
        (Representation::LogMel, Framing::Centred) => (stft.n_fft / 2).div_ceil(stft.hop_length),
        _ => 0,
    }
}

fn unpadded(setup: &Setup<'_>, n_cols: usize, n_padded: usize) -> Result<usize> {
    let rest = n_cols.saturating_sub(2 * n_padded);
    if n_padded > 0 && rest < FEWEST_FRAMES {
        let value = format!("{} s", setup.config.segment);
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

/// What one representation's planes add up to.
pub(super) struct Measured {
    pub all: Sums,
    pub classes: BTreeMap<String, Sums>,
    pub files: Vec<ModulationFile>,
}

/// Measures all sources; `classes` are those that get sums of their own.
pub(super) fn measure(job: &Job<'_>, sources: &[&Source], classes: &[&str]) -> Result<Measured> {
    let mut measured = Measured {
        all: Sums::default(),
        classes: BTreeMap::new(),
        files: Vec::new(),
    };
    for block in sources.chunks(BLOCK) {
        let sums: Vec<Result<Sums>> = block
            .par_iter()
            .map_init(
                || Worker::new(job),
                |worker, source| match worker {
                    Ok(worker) => worker.measure(source, &job.rays),
                    // Planned again to have the error as one's own.
                    Err(_) => Worker::new(job)?.measure(source, &job.rays),
                },
            )
            .collect();
        for (source, sums) in block.iter().zip(sums) {
            let sums = sums?;
            if sums.n_segments == 0 {
                continue;
            }
            measured.all.add(&sums);
            if classes.contains(&&*source.class) {
                let class = measured.classes.entry(source.class.to_string());
                class.or_default().add(&sums);
            }
            measured.files.push(ModulationFile {
                path: source.name().to_string(),
                input: source.input,
                class: source.class.to_string(),
                ..job.file(&sums)
            });
        }
    }
    Ok(measured)
}

/// One thread's plans and buffers.
struct Worker<'a> {
    reader: ItemReader<'a>,
    scope: Scope,
}

impl<'a> Worker<'a> {
    fn new(job: &Job<'a>) -> Result<Self> {
        let reader = ItemReader::new(job.setup, job.representation)?
            .ok_or_else(|| Error::argument("INPUT", "without sources", "one that was measured"))?;
        let scope = Scope::new(job)?;
        Ok(Self { reader, scope })
    }

    /// The sums over one source; a source that cannot be read has none, and
    /// its reason in the report.
    fn measure(&mut self, source: &Source, rays: &Rays) -> Result<Sums> {
        let Self { reader, scope } = self;
        let mut sums = scope.empty();
        let read = reader.for_each(source, |item| scope.add(item.values, rays, &mut sums));
        match read {
            Ok(()) | Err(Error::Input { .. }) => Ok(sums),
            Err(error) => Err(error),
        }
    }
}
