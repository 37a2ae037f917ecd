//! Seeded noise added to every segment of a run.

use super::settings::NoiseSettings;
use super::study::{NoiseStudy, Origin};
use crate::analysis::Representation;
use crate::analysis::items::{Item, ItemReader};
use crate::analysis::setup::Setup;
use crate::data::PowerPair;
use crate::decode::Source;
use crate::planar::{CepstralPair, DctRapsdPair, Radius, RapsdPair};
use crate::spectral::PeriodogramPair;
use crate::synth::{add_noise, derived_seed};
use crate::{Error, Result};
use rayon::prelude::*;

/// Sources that are measured before their sums are added up, in order: memory
/// is bounded by them, and the sums are the same for any number of threads.
const BLOCK: usize = 8;

/// The seed of the noise that is added to an item.
pub(super) fn item_seed(seed: u64, source: usize, item: u64) -> u64 {
    derived_seed(derived_seed(seed, source as u64), item)
}

/// Replaces the expectations of `study` by measurements: every item gets its
/// own noise, the same at all levels.
pub(super) fn measure(
    study: &mut NoiseStudy,
    setup: &Setup<'_>,
    sources: &[(usize, &Source)],
    settings: &NoiseSettings,
) -> Result<()> {
    let sigmas: Vec<f64> = study
        .tide
        .iter()
        .chain(&study.stills)
        .map(|l| l.sigma)
        .collect();
    let job = Job {
        setup,
        representation: study.representation,
        seed: settings.seed,
        divisor: study.divisor,
        n_bins: study.frequency.len(),
        sigmas: &sigmas,
    };
    let mut total = Sums::new(study.frequency.len(), sigmas.len());
    for block in sources.chunks(BLOCK) {
        let sums: Vec<Result<Sums>> = block
            .par_iter()
            .map_init(
                || Worker::new(&job),
                |worker, source| match worker {
                    Ok(worker) => worker.measure(*source),
                    // Planned again to have the error as one's own.
                    Err(_) => Worker::new(&job)?.measure(*source),
                },
            )
            .collect();
        for sums in sums {
            total.add(&sums?);
        }
    }
    if total.n == 0 {
        return Ok(());
    }
    study.origin = Origin::Measured;
    // The transforms of waveforms are not normalised yet: noise of variance 1
    // has power N in them.
    let length = match study.representation {
        Representation::Waveform => setup.audio.map_or(1, |audio| audio.segment_length),
        _ => 1,
    };
    let to_unit: Vec<f64> = study
        .unit_noise
        .iter()
        .map(|p| (p / length as f64).ln())
        .collect();
    study.noise = total.mean(&total.noise, &to_unit, 0.0);
    let levels = study.tide.iter_mut().chain(&mut study.stills);
    for (level, noisy) in levels.zip(&total.noisy) {
        level.noisy = total.mean(noisy, &to_unit, -2.0 * study.divisor.ln());
    }
    Ok(())
}

struct Job<'a> {
    setup: &'a Setup<'a>,
    representation: Representation,
    seed: u64,
    divisor: f64,
    n_bins: usize,
    sigmas: &'a [f64],
}

/// Sums of ln P over items.
struct Sums {
    n: u64,
    noise: Vec<f64>,
    /// Per noise level.
    noisy: Vec<Vec<f64>>,
}

impl Sums {
    fn new(n_bins: usize, n_levels: usize) -> Self {
        Self {
            n: 0,
            noise: vec![0.0; n_bins],
            noisy: vec![vec![0.0; n_bins]; n_levels],
        }
    }

    fn add(&mut self, other: &Sums) {
        self.n += other.n;
        let pairs = self.noisy.iter_mut().zip(&other.noisy);
        for (sums, others) in pairs.chain([(&mut self.noise, &other.noise)]) {
            for (sum, other) in sums.iter_mut().zip(others) {
                *sum += other;
            }
        }
    }

    /// Means, with what turns them into the study's power added.
    fn mean(&self, sums: &[f64], per_bin: &[f64], for_all: f64) -> Vec<f64> {
        let means = sums.iter().map(|sum| sum / self.n as f64);
        means
            .zip(per_bin)
            .map(|(mean, offset)| mean + offset + for_all)
            .collect()
    }
}

/// One thread's plans and buffers.
struct Worker<'a> {
    job: &'a Job<'a>,
    reader: ItemReader<'a>,
    plan: PairPlan,
    noise: Vec<f64>,
    pair: PowerPair,
    /// The pair of an item: the mean over its channels.
    mean: PowerPair,
    power: Vec<f64>,
}

enum PairPlan {
    Line(PeriodogramPair<f64>),
    Plane(RapsdPair<f64>),
    Cepstral(CepstralPair<f64>),
    DctRapsd(DctRapsdPair<f64>),
}

impl PairPlan {
    /// For items of `rows` by `cols`; and the number of its powers.
    fn new(job: &Job<'_>, (rows, cols): (usize, usize)) -> Result<(Self, usize)> {
        let radius = match job.representation {
            Representation::Photo => Radius::Frequency,
            _ => job.setup.config.radius,
        };
        Ok(match job.representation {
            Representation::Waveform => (PairPlan::Line(PeriodogramPair::new(cols)?), cols / 2),
            Representation::Mfcc => (PairPlan::Cepstral(CepstralPair::new(cols)?), cols),
            Representation::Cepstrum2d => {
                let plan = DctRapsdPair::new(rows, cols, radius)?;
                let n_rings = plan.n_rings();
                (PairPlan::DctRapsd(plan), n_rings)
            }
            _ => {
                let plan = RapsdPair::new(rows, cols, radius)?;
                let n_rings = plan.table().n_rings();
                (PairPlan::Plane(plan), n_rings)
            }
        })
    }

    fn process(&mut self, values: &[f64], noise: &[f64], pair: &mut PowerPair) -> Result<()> {
        match self {
            PairPlan::Line(plan) => plan.process(values, noise, pair),
            PairPlan::Plane(plan) => plan.process(values, noise, pair),
            PairPlan::Cepstral(plan) => plan.process(values, noise, pair),
            PairPlan::DctRapsd(plan) => plan.process(values, noise, pair),
        }
    }
}

impl<'a> Worker<'a> {
    fn new(job: &'a Job<'a>) -> Result<Self> {
        let reader = ItemReader::new(job.setup, job.representation)?
            .ok_or_else(|| Error::argument("INPUT", "without sources", "one that was measured"))?;
        let (rows, cols) = reader.shape();
        let (plan, n) = PairPlan::new(job, (rows, cols))?;
        Ok(Self {
            job,
            reader,
            plan,
            noise: vec![0.0; rows * cols],
            pair: PowerPair::new(n),
            mean: PowerPair::new(n),
            power: vec![0.0; n],
        })
    }

    /// The sums over one source; a source that cannot be read has none, and
    /// its reason in the report.
    fn measure(&mut self, (number, source): (usize, &Source)) -> Result<Sums> {
        let Self {
            job,
            reader,
            plan,
            noise,
            pair,
            mean,
            power,
        } = self;
        let mut sums = Sums::new(job.n_bins, job.sigmas.len());
        let read = reader.for_each(source, |item| {
            let seed = item_seed(job.seed, number, item.index);
            pair_of(item, seed, plan, noise, pair, mean)?;
            sums.add_item(job, mean, power)
        });
        match read {
            Ok(()) | Err(Error::Input { .. }) => Ok(sums),
            Err(error) => Err(error),
        }
    }
}

/// Averages the pairs of an item's channels, each with noise of its own.
fn pair_of(
    item: &Item<'_>,
    seed: u64,
    plan: &mut PairPlan,
    noise: &mut [f64],
    pair: &mut PowerPair,
    mean: &mut PowerPair,
) -> Result<()> {
    let n_channels = (item.values.len() / noise.len()) as f64;
    mean.clear();
    for (channel, values) in item.values.chunks_exact(noise.len()).enumerate() {
        noise.fill(0.0);
        add_noise(noise, 1.0, derived_seed(seed, channel as u64));
        plan.process(values, noise, pair)?;
        mean.add_scaled(pair, 1.0 / n_channels)?;
    }
    Ok(())
}

impl Sums {
    fn add_item(&mut self, job: &Job<'_>, pair: &PowerPair, power: &mut [f64]) -> Result<()> {
        self.n += 1;
        // Rings have DC first, line spectra do not.
        let first = power.len() - job.n_bins;
        for (sum, power) in self.noise.iter_mut().zip(&pair.noise[first..]) {
            *sum += power.ln();
        }
        for (sums, sigma) in self.noisy.iter_mut().zip(job.sigmas) {
            pair.noisy(sigma * job.divisor, power)?;
            for (sum, power) in sums.iter_mut().zip(&power[first..]) {
                *sum += power.ln();
            }
        }
        Ok(())
    }
}
