//! The powers of one item, and the sums over items.

use super::job::{Job, Rings};
use super::rays::Rays;
use super::study::{ModulationFile, RadialMean};
use crate::Result;
use crate::analysis::{Fit, Representation};
use crate::compare::{ExactSums, GridSums, rounding_floor};
use crate::planar::{DctRapsd, ModulationPower, Rapsd};
use serde::{Deserialize, Serialize};

/// Sums over the planes of one file; power is that of cells, the rest of ln P.
#[derive(Debug, Clone, Default)]
pub(crate) struct FileSums {
    pub n_segments: u64,
    pub n_floored: u64,
    pub power: Vec<f64>,
    /// DC, without power, is -inf.
    pub log_power: Vec<f64>,
    pub fft: Vec<f64>,
    pub dct: Vec<f64>,
    /// Per quarter octave, over all directions.
    pub radial: Vec<f64>,
}

impl FileSums {
    /// Per segment.
    pub fn mean(&self, sums: &[f64]) -> Vec<f64> {
        let n = self.n_segments as f64;
        sums.iter().map(|sum| sum / n).collect()
    }
}

/// Exact sums over files.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Totals {
    pub n_files: u64,
    pub n_segments: u64,
    pub n_floored: u64,
    power: ExactSums,
    /// Without DC.
    log_power: GridSums,
    pub fft: GridSums,
    pub dct: GridSums,
    pub radial: GridSums,
}

impl Totals {
    /// Adds a file.
    ///
    /// # Errors
    /// [`crate::Error::Length`] for planes of another shape.
    pub fn add(&mut self, file: &FileSums) -> Result<()> {
        self.n_files += 1;
        self.n_segments += file.n_segments;
        self.n_floored += file.n_floored;
        self.power.add(&file.power)?;
        self.log_power.add_terms(&file.log_power[1..])?;
        self.fft.add_terms(&file.fft)?;
        self.dct.add_terms(&file.dct)?;
        self.radial.add_terms(&file.radial)
    }

    /// Adds the files of other totals.
    ///
    /// # Errors
    /// [`crate::Error::Length`] for planes of another shape.
    pub fn merge(&mut self, other: &Totals) -> Result<()> {
        self.n_files += other.n_files;
        self.n_segments += other.n_segments;
        self.n_floored += other.n_floored;
        self.power.merge(&other.power)?;
        self.log_power.merge_sums(&other.log_power)?;
        self.fft.merge_sums(&other.fft)?;
        self.dct.merge_sums(&other.dct)?;
        self.radial.merge_sums(&other.radial)
    }

    /// Per segment.
    pub fn mean(&self, sums: impl Iterator<Item = f64>) -> Vec<f64> {
        let n = self.n_segments as f64;
        sums.map(|sum| sum / n).collect()
    }

    /// Mean of ln P per cell; DC, without power, is -inf.
    pub fn mean_log_power(&self) -> Vec<f64> {
        let mut mean = vec![f64::NEG_INFINITY];
        mean.extend(self.mean(self.log_power.values()));
        mean
    }

    /// Arithmetic mean of P per cell; DC is 0.
    pub fn mean_power(&self) -> Vec<f64> {
        self.mean(self.power.values())
    }
}

/// The plans that look at one item.
pub(super) struct Scope {
    representation: Representation,
    plane: Vec<f64>,
    /// The plane without the columns that see padding.
    kept: Vec<f64>,
    n_padded: usize,
    n_rows: usize,
    modulation: ModulationPower<f64>,
    fft: Rapsd<f64>,
    dct: DctRapsd<f64>,
    /// Mean power over an item's channels, and that of one channel.
    power: [Vec<f64>; 3],
    channel: [Vec<f64>; 3],
}

impl Scope {
    pub fn new(job: &Job<'_>) -> Result<Self> {
        let (rows, cols) = job.shape;
        let (_, n_kept) = job.half.shape();
        let fft = Rapsd::new(rows, cols, job.radius)?;
        let dct = DctRapsd::new(rows, cols, job.radius)?;
        let lengths = [job.half.n_cells(), fft.table().n_rings(), dct.n_rings()];
        Ok(Self {
            representation: job.representation,
            plane: vec![0.0; rows * cols],
            kept: Vec::with_capacity(rows * n_kept),
            n_padded: job.n_padded,
            n_rows: rows,
            modulation: ModulationPower::new(rows, n_kept)?,
            fft,
            dct,
            power: lengths.map(|n| vec![0.0; n]),
            channel: lengths.map(|n| vec![0.0; n]),
        })
    }

    pub fn empty(&self) -> FileSums {
        let [power, fft, dct] = &self.power;
        FileSums {
            power: vec![0.0; power.len()],
            log_power: vec![0.0; power.len()],
            fft: vec![0.0; fft.len() - 1],
            dct: vec![0.0; dct.len() - 1],
            ..FileSums::default()
        }
    }

    /// Adds an item, channel after channel: the mean power over these.
    pub fn add(&mut self, values: &[f64], rays: &Rays, sums: &mut FileSums) -> Result<()> {
        let n_channels = (values.len() / self.plane.len()) as f64;
        self.power.iter_mut().for_each(|power| power.fill(0.0));
        for values in values.chunks_exact(self.plane.len()) {
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
        let radial = rays.radial_power(power);
        sums.radial.resize(radial.len(), 0.0);
        for (sum, power) in sums.power.iter_mut().zip(power) {
            *sum += power;
        }
        let floor = self.floor(&power[1..]);
        sums.n_floored += power[1..].iter().filter(|p| **p < floor).count() as u64;
        sums.log_power[0] = f64::NEG_INFINITY;
        add_logs(&mut sums.log_power[1..], &power[1..], floor);
        add_logs(&mut sums.fft, &fft[1..], self.floor(&fft[1..]));
        add_logs(&mut sums.dct, &dct[1..], self.floor(&dct[1..]));
        add_logs(&mut sums.radial, &radial, floor);
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
        let n_cols = shown.len() / self.n_rows;
        self.kept.clear();
        for row in shown.chunks_exact(n_cols) {
            self.kept
                .extend(&row[self.n_padded..n_cols - self.n_padded]);
        }
        self.modulation.process(&self.kept, power)?;
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

impl Job<'_> {
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
