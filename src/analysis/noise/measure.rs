//! Seeded noise added to every segment of a run.

use super::example::{FirstItem, item_seed};
use super::information::CellPowers;
use super::settings::NoiseSettings;
use super::study::{NoiseStudy, Origin};
use crate::Result;
use crate::analysis::plan::RunPlan;
use crate::analysis::run::{Numbered, Study, Sums};
use crate::analysis::segments::{Needs, Piece, Reading, Segment, first_varied};
use crate::analysis::transform::transform_for;
use crate::analysis::{Average, Representation, TransformKind};
use crate::compare::{ExactSums, GridSums};
use crate::data::{CrossPower, CrossSpectrum};
use crate::synth::{add_noise, derived_seed};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Powers of every item with noise of its own, the same at all levels.
pub(crate) struct NoiseMeasurement<'a> {
    plan: &'a RunPlan,
    seed: u64,
    average: Average,
    parts: Vec<Part>,
}

/// One representation.
struct Part {
    representation: Representation,
    n_values: usize,
    /// Standard deviations, for geometric means alone: arithmetic ones follow
    /// from sums at every level.
    sigmas: Vec<f64>,
    /// The lowest number of a source whose first item was kept.
    lowest: AtomicUsize,
}

impl<'a> NoiseMeasurement<'a> {
    /// `sigmas` are the levels of geometric means, in the unit of the data.
    pub fn new(
        plan: &'a RunPlan,
        settings: &NoiseSettings,
        mut sigmas: BTreeMap<Representation, Vec<f64>>,
    ) -> Self {
        let parts = plan.axes.keys().filter_map(|&representation| {
            let (rows, cols) = plan.shape(representation)?;
            Some(Part {
                representation,
                n_values: rows * cols,
                sigmas: sigmas.remove(&representation).unwrap_or_default(),
                lowest: AtomicUsize::new(usize::MAX),
            })
        });
        Self {
            plan,
            seed: settings.seed,
            average: settings.average,
            parts: parts.collect(),
        }
    }
}

/// The sums of all representations.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct NoiseSums(BTreeMap<Representation, PartSums>);

/// Exact sums over items.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct PartSums {
    n: u64,
    /// Of powers: arithmetic means at every level come from their three parts.
    signal: ExactSums,
    cross: ExactSums,
    noise: ExactSums,
    /// Of ln P per noise level, for geometric means.
    logs: Vec<GridSums>,
    noise_logs: GridSums,
    /// Of the power of each cell of planes; empty for lines.
    cells: ExactSums,
    /// The first item of the first source that has one.
    first: Option<FirstItem>,
}

impl NoiseSums {
    pub fn get(&self, representation: Representation) -> Option<&PartSums> {
        self.0.get(&representation).filter(|sums| sums.n > 0)
    }

    /// The first item in each representation.
    pub fn first_items(&self) -> impl Iterator<Item = (Representation, &FirstItem)> {
        self.0
            .iter()
            .filter_map(|(r, sums)| Some((*r, sums.first.as_ref()?)))
    }
}

impl Sums for NoiseSums {
    fn merge(&mut self, other: Self) -> Result<()> {
        for (representation, other) in other.0 {
            let sums = self.0.entry(representation).or_default();
            sums.n += other.n;
            sums.signal.merge(&other.signal)?;
            sums.cross.merge(&other.cross)?;
            sums.noise.merge(&other.noise)?;
            sums.logs.resize(other.logs.len(), GridSums::default());
            for (sums, other) in sums.logs.iter_mut().zip(&other.logs) {
                sums.merge_sums(other)?;
            }
            sums.noise_logs.merge_sums(&other.noise_logs)?;
            sums.cells.merge(&other.cells)?;
            sums.first = FirstItem::earlier(sums.first.take(), other.first);
        }
        Ok(())
    }
}

impl PartSums {
    fn add(&mut self, file: &FileSums, average: Average) -> Result<()> {
        self.n += file.n;
        if average == Average::Geometric {
            self.noise_logs.add_terms(&file.noise_logs)?;
            self.logs.resize(file.logs.len(), GridSums::default());
            for (sums, logs) in self.logs.iter_mut().zip(&file.logs) {
                sums.add_terms(logs)?;
            }
            return Ok(());
        }
        self.signal.add(&file.powers.signal)?;
        self.cross.add(&file.powers.cross)?;
        self.noise.add(&file.powers.noise)?;
        self.cells.add(&file.cells)
    }

    /// Replaces the expectations of `study` by what was measured. Returns the mean
    /// power of every cell of planes, of the divided data.
    pub fn apply(&self, study: &mut NoiseStudy, plan: &RunPlan) -> Result<Option<CellPowers>> {
        study.origin = Origin::Measured;
        // The transforms of waveforms are not normalised yet: noise of variance 1
        // has power N in them.
        let lines = study.representation.info().transform == TransformKind::Lines;
        let length = match (lines, plan.audio) {
            (true, Some(audio)) => audio.segment_length,
            _ => 1,
        };
        let n_dc = usize::from(!lines);
        let to_unit = -(length as f64).ln();
        let to_divided = to_unit - 2.0 * study.divisor.ln();
        let n = self.n as f64;
        let log_means = |sums: &[f64], offset: f64| -> Vec<f64> {
            sums[n_dc..]
                .iter()
                .map(|sum| (sum / n).ln() + offset)
                .collect()
        };
        let means = |sums: &GridSums, offset: f64| -> Vec<f64> {
            sums.values()
                .skip(n_dc)
                .map(|sum| sum / n + offset)
                .collect()
        };
        let levels = study.tide.iter_mut().chain(&mut study.stills);
        if study.average == Average::Geometric {
            study.log_noise = means(&self.noise_logs, to_unit);
            for (level, logs) in levels.zip(&self.logs) {
                level.log_noisy = means(logs, to_divided);
            }
            return Ok(None);
        }
        let powers = CrossSpectrum {
            signal: self.signal.values().collect(),
            cross: self.cross.values().collect(),
            noise: self.noise.values().collect(),
        };
        study.log_noise = log_means(&powers.noise, to_unit);
        let mut power = vec![0.0; powers.signal.len()];
        for level in levels {
            powers.noisy(level.sigma * study.divisor, &mut power)?;
            level.log_noisy = log_means(&power, to_divided);
        }
        let to_mean = to_divided.exp() / n;
        let counts =
            CrossPower::<f64>::new(transform_for(plan, study.representation)?).cell_counts();
        Ok((!self.cells.is_empty()).then(|| CellPowers {
            power: self.cells.values().map(|power| power * to_mean).collect(),
            counts,
        }))
    }
}

/// Sums over the items of one source.
struct FileSums {
    n: u64,
    powers: CrossSpectrum,
    logs: Vec<Vec<f64>>,
    noise_logs: Vec<f64>,
    cells: Vec<f64>,
    first: Option<FirstItem>,
}

impl FileSums {
    fn clear(&mut self) {
        self.n = 0;
        self.powers.clear();
        self.logs.iter_mut().for_each(|logs| logs.fill(0.0));
        self.noise_logs.fill(0.0);
        self.cells.fill(0.0);
        self.first = None;
    }
}

fn add_logs(sums: &mut [f64], power: &[f64]) {
    for (sum, power) in sums.iter_mut().zip(power) {
        *sum += power.ln();
    }
}

/// One thread's plans and buffers.
pub(crate) struct NoiseWorker {
    parts: Vec<PartWorker>,
    values: Vec<f64>,
    noise: SharedNoise,
}

struct PartWorker {
    plan: CrossPower<f64>,
    spectrum: CrossSpectrum,
    /// The spectrum of an item: the mean over its channels.
    mean: CrossSpectrum,
    power: Vec<f64>,
    sums: FileSums,
}

/// Noise of one seed: items of several representations begin with the same
/// numbers, which are made once.
#[derive(Default)]
struct SharedNoise {
    seed: Option<u64>,
    values: Vec<f64>,
}

impl SharedNoise {
    /// The first `n` numbers of a seed.
    fn of(&mut self, seed: u64, n: usize) -> &[f64] {
        if self.seed != Some(seed) || self.values.len() < n {
            let longest = self.values.len().max(n);
            self.values.clear();
            self.values.resize(longest, 0.0);
            add_noise(&mut self.values, 1.0, seed);
            self.seed = Some(seed);
        }
        &self.values[..n]
    }
}

impl PartWorker {
    fn new(of: &NoiseMeasurement<'_>, part: &Part) -> Result<Self> {
        let plan = CrossPower::new(transform_for(of.plan, part.representation)?);
        let spectrum = plan.spectrum();
        let n = spectrum.signal.len();
        let n_cells = match of.average {
            Average::Arithmetic => plan.cell_counts().len(),
            Average::Geometric => 0,
        };
        Ok(Self {
            plan,
            mean: spectrum.clone(),
            power: vec![0.0; n],
            sums: FileSums {
                n: 0,
                powers: spectrum.clone(),
                logs: vec![vec![0.0; n]; part.sigmas.len()],
                noise_logs: vec![0.0; n],
                cells: vec![0.0; n_cells],
                first: None,
            },
            spectrum,
        })
    }

    /// Adds an item: the spectra of its channels, each with noise of its own, are
    /// averaged.
    fn add(
        &mut self,
        part: &Part,
        values: &[f64],
        seed: u64,
        noise: &mut SharedNoise,
    ) -> Result<()> {
        let n_channels = (values.len() / part.n_values) as f64;
        self.mean.clear();
        for (channel, values) in values.chunks_exact(part.n_values).enumerate() {
            let noise = noise.of(derived_seed(seed, channel as u64), part.n_values);
            self.plan.set_noise(noise)?;
            self.plan.set_signal(values)?;
            self.plan.write(&mut self.spectrum)?;
            self.mean.add_scaled(&self.spectrum, 1.0 / n_channels)?;
            if !self.sums.cells.is_empty() {
                self.plan
                    .add_cell_power(1.0 / n_channels, &mut self.sums.cells)?;
            }
        }
        self.sums.n += 1;
        if part.sigmas.is_empty() {
            return self.sums.powers.add_scaled(&self.mean, 1.0);
        }
        add_logs(&mut self.sums.noise_logs, &self.mean.noise);
        for (sums, &sigma) in self.sums.logs.iter_mut().zip(&part.sigmas) {
            self.mean.noisy(sigma, &mut self.power)?;
            add_logs(sums, &self.power);
        }
        Ok(())
    }
}

impl NoiseMeasurement<'_> {
    fn segment(
        &self,
        worker: &mut NoiseWorker,
        of: Numbered<'_>,
        segment: &Segment<'_>,
    ) -> Result<()> {
        let NoiseWorker {
            parts,
            values,
            noise,
        } = worker;
        for (part, own) in self.parts.iter().zip(parts) {
            if part.representation.info().kind != of.source.kind {
                continue;
            }
            let Some(values) = segment.values(part.representation, values) else {
                continue;
            };
            let index = own.sums.n;
            let seed = item_seed(self.seed, of.number, index);
            if index == 0 && of.number < part.lowest.load(Ordering::Relaxed) {
                let (channel, values) = first_varied(values, part.n_values);
                own.sums.first = Some(FirstItem {
                    number: of.number,
                    seed,
                    channel,
                    values: values.to_vec(),
                });
            }
            own.add(part, values, seed, noise)?;
        }
        Ok(())
    }
}

impl Study for NoiseMeasurement<'_> {
    type Worker = NoiseWorker;
    type Row = ();
    type Sums = NoiseSums;

    fn needs(&self) -> Needs {
        Needs::segments(self.parts.iter().map(|part| part.representation))
    }

    fn worker(&self) -> Result<NoiseWorker> {
        let parts = self.parts.iter().map(|part| PartWorker::new(self, part));
        Ok(NoiseWorker {
            parts: parts.collect::<Result<_>>()?,
            values: Vec::new(),
            noise: SharedNoise::default(),
        })
    }

    fn sums(&self) -> NoiseSums {
        NoiseSums::default()
    }

    fn begin(&self, worker: &mut NoiseWorker, _: Numbered<'_>) {
        worker.parts.iter_mut().for_each(|part| part.sums.clear());
    }

    fn piece(&self, worker: &mut NoiseWorker, of: Numbered<'_>, piece: &Piece<'_>) -> Result<()> {
        match piece {
            Piece::Segment(segment) => self.segment(worker, of, segment),
            Piece::Block(..) => Ok(()),
        }
    }

    fn finish(&self, worker: &mut NoiseWorker, _: Numbered<'_>, reading: &Reading) -> Result<()> {
        if reading.segments.is_err() {
            worker.parts.iter_mut().for_each(|part| part.sums.n = 0);
        }
        Ok(())
    }

    fn add(
        &self,
        worker: &mut NoiseWorker,
        _: Numbered<'_>,
        _: (),
        sums: &mut NoiseSums,
    ) -> Result<()> {
        for (part, own) in self.parts.iter().zip(&mut worker.parts) {
            if own.sums.n == 0 {
                continue;
            }
            let sums = sums.0.entry(part.representation).or_default();
            sums.add(&own.sums, self.average)?;
            sums.first = FirstItem::earlier(sums.first.take(), own.sums.first.take());
            if let Some(first) = &sums.first {
                part.lowest.store(first.number, Ordering::Relaxed);
            }
        }
        Ok(())
    }
}
