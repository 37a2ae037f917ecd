//! The 2D power of every plane of a run, summed per file, class and all.

use super::rays::{Rays, fit_of};
use super::study::{ModulationFile, RadialMean};
use crate::analysis::items::{Item, ItemReader};
use crate::analysis::setup::Setup;
use crate::analysis::{Fit, Representation};
use crate::compare::{FitRange, FitSpacing, POST_FIT_POINTS, power_law, rounding_floor};
use crate::decode::Source;
use crate::planar::{DctRapsd, HalfPlane, ModulationPower, Radius, Rapsd};
use crate::{Error, Result};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Sources that are measured before their sums are added up, in order: memory
/// is bounded by them, and the sums are the same for any number of threads.
const BLOCK: usize = 8;

/// Sums over planes; power is that of cells, the rest means of ln P.
#[derive(Debug, Clone, Default)]
pub(super) struct Sums {
    pub n_files: u64,
    pub n_segments: u64,
    pub n_floored: u64,
    power: Vec<f64>,
    log_power: Vec<f64>,
    fft: Vec<f64>,
    dct: Vec<f64>,
}

impl Sums {
    fn add(&mut self, other: &Sums) {
        self.n_files += other.n_files;
        self.n_segments += other.n_segments;
        self.n_floored += other.n_floored;
        for (sums, others) in [
            (&mut self.power, &other.power),
            (&mut self.log_power, &other.log_power),
            (&mut self.fft, &other.fft),
            (&mut self.dct, &other.dct),
        ] {
            sums.resize(others.len(), 0.0);
            for (sum, other) in sums.iter_mut().zip(others) {
                *sum += other;
            }
        }
    }

    fn mean(&self, sums: &[f64]) -> Vec<f64> {
        let n = self.n_segments as f64;
        sums.iter().map(|sum| sum / n).collect()
    }

    /// Mean of ln P per cell; DC, without power, is -inf.
    pub fn mean_log_power(&self) -> Vec<f64> {
        self.mean(&self.log_power)
    }

    /// Arithmetic mean of P per cell; DC is 0.
    pub fn mean_power(&self) -> Vec<f64> {
        self.mean(&self.power)
    }
}

/// Everything about one representation that does not depend on the planes.
pub(super) struct Job<'a> {
    setup: &'a Setup<'a>,
    pub representation: Representation,
    /// Of planes as they are shown: [band, frame], or [y, x].
    pub half: HalfPlane,
    pub rays: Rays,
    radius: Radius,
    fft: Rings,
    dct: Rings,
    /// The band that FFT and DCT share, within the fit range.
    range: FitRange,
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
        let half = HalfPlane::new(rows, cols)?;
        let fft = Rapsd::<f64>::new(rows, cols, radius)?;
        let fft = Rings::new(&fft.frequency().values(), fft.table().counts());
        let dct = DctRapsd::<f64>::new(rows, cols, radius)?;
        let dct = Rings::new(&dct.frequency().values(), dct.counts());
        let fit = setup.config.fit;
        let range = shared_band(fit, &fft.frequency, &dct.frequency);
        Ok(Some(Self {
            setup,
            representation,
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

    fn file(&self, source: &Source, sums: &Sums) -> ModulationFile {
        let alpha = |fit: &Fit| fit.law().map(|law| law.alpha);
        let log_power = sums.mean_log_power();
        let [fft, dct] = [(&self.fft, &sums.fft), (&self.dct, &sums.dct)];
        let radial = |(rings, sum): (&Rings, &Vec<f64>)| self.radial_fit(rings, &sums.mean(sum));
        let directions = self.rays.by_direction(&log_power);
        ModulationFile {
            path: source.name.clone(),
            input: source.input,
            class: source.class.clone(),
            n_segments: sums.n_segments,
            fft_alpha: alpha(&radial(fft)),
            dct_alpha: alpha(&radial(dct)),
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
                    Ok(worker) => worker.measure(source),
                    // Planned again to have the error as one's own.
                    Err(_) => Worker::new(job)?.measure(source),
                },
            )
            .collect();
        for (source, sums) in block.iter().zip(sums) {
            let sums = sums?;
            if sums.n_segments == 0 {
                continue;
            }
            measured.all.add(&sums);
            if classes.contains(&source.class.as_str()) {
                let class = measured.classes.entry(source.class.clone());
                class.or_default().add(&sums);
            }
            measured.files.push(job.file(source, &sums));
        }
    }
    Ok(measured)
}

/// One thread's plans and buffers.
struct Worker<'a> {
    reader: ItemReader<'a>,
    scope: Scope,
}

/// The plans that look at one item.
struct Scope {
    representation: Representation,
    plane: Vec<f64>,
    n_rows: usize,
    modulation: ModulationPower<f64>,
    fft: Rapsd<f64>,
    dct: DctRapsd<f64>,
    /// Mean power over an item's channels, and that of one channel.
    power: [Vec<f64>; 3],
    channel: [Vec<f64>; 3],
}

impl<'a> Worker<'a> {
    fn new(job: &Job<'a>) -> Result<Self> {
        let reader = ItemReader::new(job.setup, job.representation)?
            .ok_or_else(|| Error::argument("INPUT", "without sources", "one that was measured"))?;
        let (rows, cols) = job.half.shape();
        let modulation = ModulationPower::new(rows, cols)?;
        let fft = Rapsd::new(rows, cols, job.radius)?;
        let dct = DctRapsd::new(rows, cols, job.radius)?;
        let lengths = [job.half.n_cells(), fft.table().n_rings(), dct.n_rings()];
        let scope = Scope {
            representation: job.representation,
            plane: vec![0.0; rows * cols],
            n_rows: rows,
            modulation,
            fft,
            dct,
            power: lengths.map(|n| vec![0.0; n]),
            channel: lengths.map(|n| vec![0.0; n]),
        };
        Ok(Self { reader, scope })
    }

    /// The sums over one source; a source that cannot be read has none, and
    /// its reason in the report.
    fn measure(&mut self, source: &Source) -> Result<Sums> {
        let Self { reader, scope } = self;
        let mut sums = scope.empty();
        let read = reader.for_each(source, |item| scope.add(item, &mut sums));
        match read {
            Ok(()) | Err(Error::Input { .. }) => Ok(sums),
            Err(error) => Err(error),
        }
    }
}

impl Scope {
    fn empty(&self) -> Sums {
        let [power, fft, dct] = &self.power;
        Sums {
            n_files: 1,
            power: vec![0.0; power.len()],
            log_power: vec![0.0; power.len()],
            fft: vec![0.0; fft.len() - 1],
            dct: vec![0.0; dct.len() - 1],
            ..Sums::default()
        }
    }

    /// Adds an item: the mean power over its channels.
    fn add(&mut self, item: &Item<'_>, sums: &mut Sums) -> Result<()> {
        let n_channels = (item.values.len() / self.plane.len()) as f64;
        self.power.iter_mut().for_each(|power| power.fill(0.0));
        for values in item.values.chunks_exact(self.plane.len()) {
            self.process(values)?;
            for (mean, channel) in self.power.iter_mut().zip(&self.channel) {
                for (mean, power) in mean.iter_mut().zip(channel) {
                    *mean += power / n_channels;
                }
            }
        }
        let total: f64 = self.power[0].iter().sum();
        // What the report leaves out as too large, or too small, for squares.
        if !total.is_finite() || total == 0.0 {
            return Ok(());
        }
        sums.n_segments += 1;
        let [power, fft, dct] = &self.power;
        for (sum, power) in sums.power.iter_mut().zip(power) {
            *sum += power;
        }
        let floor = self.floor(&power[1..]);
        sums.n_floored += power[1..].iter().filter(|p| **p < floor).count() as u64;
        sums.log_power[0] = f64::NEG_INFINITY;
        add_logs(&mut sums.log_power[1..], &power[1..], floor);
        add_logs(&mut sums.fft, &fft[1..], self.floor(&fft[1..]));
        add_logs(&mut sums.dct, &dct[1..], self.floor(&dct[1..]));
        Ok(())
    }

    fn process(&mut self, values: &[f64]) -> Result<()> {
        let shown = match self.representation {
            Representation::LogMel => {
                let n_frames = self.plane.len() / self.n_rows;
                for (frame, bands) in values.chunks_exact(self.n_rows).enumerate() {
                    for (band, &value) in bands.iter().enumerate() {
                        self.plane[band * n_frames + frame] = value;
                    }
                }
                &self.plane
            }
            _ => values,
        };
        let [power, fft, dct] = &mut self.channel;
        self.modulation.process(shown, power)?;
        self.fft.process(shown, fft)?;
        self.dct.process(shown, dct)?;
        Ok(())
    }

    /// Below this, power is what rounding left: spectrograms are computed in
    /// single precision.
    fn floor(&self, power: &[f64]) -> f64 {
        match self.representation {
            Representation::LogMel => rounding_floor::<f32>(power),
            _ => rounding_floor::<f64>(power),
        }
    }
}

fn add_logs(sums: &mut [f64], power: &[f64], floor: f64) {
    for (sum, power) in sums.iter_mut().zip(power) {
        *sum += power.max(floor).ln();
    }
}
