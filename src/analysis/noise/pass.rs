//! Seeded noise added to every segment of a run.

use super::information::CellPowers;
use super::settings::NoiseSettings;
use super::study::{NoiseStudy, Origin};
use crate::analysis::items::{Item, ItemReader};
use crate::analysis::setup::Setup;
use crate::analysis::{Average, Representation};
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
/// own noise, the same at all levels. Returns the mean power of every cell of
/// planes, of the divided data.
pub(super) fn measure(
    study: &mut NoiseStudy,
    setup: &Setup<'_>,
    sources: &[(usize, &Source)],
    settings: &NoiseSettings,
) -> Result<Option<CellPowers>> {
    let sigmas: Vec<f64> = study
        .tide
        .iter()
        .chain(&study.stills)
        .map(|l| l.sigma)
        .collect();
    let job = Job {
        setup,
        representation: study.representation,
        average: settings.average,
        seed: settings.seed,
        divisor: study.divisor,
        n_dc: usize::from(study.representation != Representation::Waveform),
        n_bins: study.frequency.len(),
        sigmas: &sigmas,
    };
    let mut total = job.sums();
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
            total.add(&sums?)?;
        }
    }
    if total.n == 0 {
        return Ok(None);
    }
    study.origin = Origin::Measured;
    // The transforms of waveforms are not normalised yet: noise of variance 1
    // has power N in them.
    let length = match study.representation {
        Representation::Waveform => setup.audio.map_or(1, |audio| audio.segment_length),
        _ => 1,
    };
    let to_unit = -(length as f64).ln();
    let to_divided = to_unit - 2.0 * study.divisor.ln();
    study.log_noise = total.log_noise(&job, to_unit);
    let levels = study.tide.iter_mut().chain(&mut study.stills);
    for (i, level) in levels.enumerate() {
        level.log_noisy = total.log_noisy(&job, i, to_divided)?;
    }
    let mut cells = total.cells;
    let to_mean = to_divided.exp() / total.n as f64;
    cells.power.iter_mut().for_each(|power| *power *= to_mean);
    Ok((!cells.power.is_empty()).then_some(cells))
}

struct Job<'a> {
    setup: &'a Setup<'a>,
    representation: Representation,
    average: Average,
    seed: u64,
    divisor: f64,
    /// Powers before those of the study: DC, which line spectra leave out.
    n_dc: usize,
    n_bins: usize,
    sigmas: &'a [f64],
}

impl Job<'_> {
    fn sums(&self) -> Sums {
        let n_levels = match self.average {
            Average::Geometric => self.sigmas.len(),
            Average::Arithmetic => 0,
        };
        let n_powers = self.n_dc + self.n_bins;
        Sums {
            n: 0,
            average: self.average,
            powers: PowerPair::new(n_powers),
            logs: vec![vec![0.0; n_powers]; n_levels],
            noise_logs: vec![0.0; n_powers],
            cells: CellPowers::default(),
        }
    }
}

/// Sums over items.
struct Sums {
    n: u64,
    average: Average,
    /// Of powers: arithmetic means at every level come from their three parts.
    powers: PowerPair,
    /// Of ln P per noise level, for geometric means.
    logs: Vec<Vec<f64>>,
    noise_logs: Vec<f64>,
    /// Of the power of each cell of planes; empty for lines.
    cells: CellPowers,
}

impl Sums {
    fn add_item(&mut self, job: &Job<'_>, item: &PowerPair, power: &mut [f64]) -> Result<()> {
        self.n += 1;
        if self.average == Average::Arithmetic {
            return self.powers.add_scaled(item, 1.0);
        }
        add_logs(&mut self.noise_logs, &item.noise);
        for (sums, sigma) in self.logs.iter_mut().zip(job.sigmas) {
            item.noisy(sigma * job.divisor, power)?;
            add_logs(sums, power);
        }
        Ok(())
    }

    fn add(&mut self, other: &Sums) -> Result<()> {
        self.n += other.n;
        self.powers.add_scaled(&other.powers, 1.0)?;
        let pairs = self.logs.iter_mut().zip(&other.logs);
        for (sums, others) in pairs.chain([(&mut self.noise_logs, &other.noise_logs)]) {
            for (sum, other) in sums.iter_mut().zip(others) {
                *sum += other;
            }
        }
        self.cells.add(&other.cells);
        Ok(())
    }

    fn log_noise(&self, job: &Job<'_>, offset: f64) -> Vec<f64> {
        match self.average {
            Average::Geometric => self.means(job, &self.noise_logs, offset),
            Average::Arithmetic => self.log_means(job, &self.powers.noise, offset),
        }
    }

    fn log_noisy(&self, job: &Job<'_>, level: usize, offset: f64) -> Result<Vec<f64>> {
        if self.average == Average::Geometric {
            return Ok(self.means(job, &self.logs[level], offset));
        }
        let mut power = vec![0.0; job.n_dc + job.n_bins];
        self.powers
            .noisy(job.sigmas[level] * job.divisor, &mut power)?;
        Ok(self.log_means(job, &power, offset))
    }

    fn means(&self, job: &Job<'_>, sums: &[f64], offset: f64) -> Vec<f64> {
        let means = sums[job.n_dc..].iter().map(|sum| sum / self.n as f64);
        means.map(|mean| mean + offset).collect()
    }

    fn log_means(&self, job: &Job<'_>, sums: &[f64], offset: f64) -> Vec<f64> {
        let means = sums[job.n_dc..].iter().map(|sum| sum / self.n as f64);
        means.map(|mean| mean.ln() + offset).collect()
    }
}

fn add_logs(sums: &mut [f64], power: &[f64]) {
    for (sum, power) in sums.iter_mut().zip(power) {
        *sum += power.ln();
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
    Plane(Box<RapsdPair<f64>>),
    Cepstral(Box<CepstralPair<f64>>),
    DctRapsd(Box<DctRapsdPair<f64>>),
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
            Representation::Mfcc => (PairPlan::Cepstral(Box::new(CepstralPair::new(cols)?)), cols),
            Representation::Cepstrum2d => {
                let plan = DctRapsdPair::new(rows, cols, radius)?;
                let n_rings = plan.n_rings();
                (PairPlan::DctRapsd(Box::new(plan)), n_rings)
            }
            _ => {
                let plan = RapsdPair::new(rows, cols, radius)?;
                let n_rings = plan.table().n_rings();
                (PairPlan::Plane(Box::new(plan)), n_rings)
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

    /// Adds the power of each cell of the plane that was processed last.
    fn add_cells(&self, weight: f64, cells: &mut CellPowers) -> Result<()> {
        match self {
            PairPlan::Line(_) | PairPlan::Cepstral(_) => Ok(()),
            PairPlan::Plane(plan) => {
                cells.start(|| plan.cell_counts());
                plan.add_cell_power(weight, &mut cells.power)
            }
            PairPlan::DctRapsd(plan) => {
                cells.start(|| vec![1.0; plan.n_cells()]);
                plan.add_cell_power(weight, &mut cells.power)
            }
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
        let mut sums = job.sums();
        let read = reader.for_each(source, |item| {
            let seed = item_seed(job.seed, number, item.index);
            pair_of(item, seed, plan, noise, pair, (mean, &mut sums.cells))?;
            sums.add_item(job, mean, power)
        });
        match read {
            Ok(()) | Err(Error::Input { .. }) => Ok(sums),
            Err(error) => Err(error),
        }
    }
}

/// Averages the pairs of an item's channels, each with noise of its own, and
/// adds up the powers of their cells.
fn pair_of(
    item: &Item<'_>,
    seed: u64,
    plan: &mut PairPlan,
    noise: &mut [f64],
    pair: &mut PowerPair,
    (mean, cells): (&mut PowerPair, &mut CellPowers),
) -> Result<()> {
    let n_channels = (item.values.len() / noise.len()) as f64;
    mean.clear();
    for (channel, values) in item.values.chunks_exact(noise.len()).enumerate() {
        noise.fill(0.0);
        add_noise(noise, 1.0, derived_seed(seed, channel as u64));
        plan.process(values, noise, pair)?;
        mean.add_scaled(pair, 1.0 / n_channels)?;
        plan.add_cells(1.0 / n_channels, cells)?;
    }
    Ok(())
}
