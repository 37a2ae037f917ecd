//! The frequency axis of a representation, as plain data.

use super::TransformKind;
use crate::Result;
use crate::compare::{DebiasedFit, FitRange, LEVEL_BANDS_PER_OCTAVE, OctaveBand, octave_bands};
use crate::data::{PowerScale, Unit};
use crate::planar::{DctRapsd, Radius, RingTable};
use crate::spectral::Lines;
use std::sync::Arc;

/// The frequencies of one representation without DC, and what its powers mean.
#[derive(Debug, Clone)]
pub(super) struct SpectralAxis {
    pub unit: Unit,
    pub power_scale: PowerScale,
    pub frequency: Arc<[f64]>,
    /// What power laws are regressed on: ln f for lines; for rings that of their
    /// cells' true frequencies.
    pub log_frequency: Vec<f64>,
    /// Whether each frequency is one true frequency: not so for rings in index
    /// units on planes that are not square.
    pub has_circles: bool,
    /// Real degrees of freedom of one segment's power.
    pub dof: Arc<[u32]>,
    /// Factors that turn accumulated powers into `power_scale`.
    pub factors: Vec<f64>,
    log_factors: Vec<f64>,
    /// Frequency in this unit per cycle per sample.
    per_cycle_per_sample: f64,
    /// The bands that levels are counted in.
    pub level_bands: Vec<OctaveBand>,
}

impl SpectralAxis {
    /// The axis of a transform of items of `shape`; `sample_rate` and
    /// `power_scale` are those of lines.
    ///
    /// # Errors
    /// [`crate::Error::InvalidArgument`] for a shape without frequencies.
    pub fn new(
        transform: TransformKind,
        (rows, cols): (usize, usize),
        radius: Radius,
        (power_scale, sample_rate): (PowerScale, u32),
    ) -> Result<Self> {
        Ok(match transform {
            TransformKind::Lines => {
                let lines = Lines::new(cols)?;
                let frequency = lines.frequency(sample_rate).values();
                let factors = lines.scale_factors(power_scale, sample_rate);
                Self {
                    power_scale,
                    log_factors: factors.iter().map(|factor| factor.ln()).collect(),
                    factors,
                    per_cycle_per_sample: f64::from(sample_rate),
                    ..Self::of_cells(Unit::Hertz, frequency, lines.dof())
                }
            }
            TransformKind::Rings => {
                let table = RingTable::new(rows, cols, radius);
                let frequency = table.frequency().values();
                Self {
                    log_frequency: table.effective_log_frequency()[1..].to_vec(),
                    has_circles: radius == Radius::Frequency || rows == cols,
                    ..Self::without_dc(Unit::CyclePerSample, frequency, table.counts())
                }
            }
            // Coefficient k of a DCT over bands is at k / (2 n_bands).
            TransformKind::FrameDct => {
                let frequency = (0..cols).map(|k| k as f64 / (2 * cols) as f64).collect();
                Self::without_dc(Unit::CyclePerBand, frequency, &vec![rows as u32; cols])
            }
            TransformKind::DctRings => {
                let plan = DctRapsd::<f32>::new(rows, cols, radius)?;
                let frequency = plan.frequency().values();
                Self::without_dc(Unit::CyclePerSample, frequency, plan.counts())
            }
        })
    }

    /// DC is left out: its power says nothing about structure.
    fn without_dc(unit: Unit, frequency: Vec<f64>, dof: &[u32]) -> Self {
        Self::of_cells(unit, frequency[1..].to_vec(), dof[1..].to_vec())
    }

    fn of_cells(unit: Unit, frequency: Vec<f64>, dof: Vec<u32>) -> Self {
        Self {
            unit,
            power_scale: PowerScale::PerSample,
            factors: vec![1.0; dof.len()],
            log_factors: vec![0.0; dof.len()],
            log_frequency: frequency.iter().map(|f| f.ln()).collect(),
            has_circles: true,
            level_bands: octave_bands(&frequency, unit, LEVEL_BANDS_PER_OCTAVE),
            frequency: frequency.into(),
            dof: dof.into(),
            per_cycle_per_sample: 1.0,
        }
    }

    /// Mean ln P in the axis's power scale.
    pub fn scaled_log(&self, mut log_power: Vec<f64>) -> Vec<f64> {
        for (log_power, log_factor) in log_power.iter_mut().zip(&self.log_factors) {
            *log_power += log_factor;
        }
        log_power
    }

    /// A range in cycles per sample, in the axis's unit.
    pub fn range(&self, range: FitRange) -> FitRange {
        FitRange {
            f_min: range.f_min.map(|f| f * self.per_cycle_per_sample),
            f_max: range.f_max.map(|f| f * self.per_cycle_per_sample),
        }
    }

    /// A planned debiased fit, or none where too few frequencies take part;
    /// `range` is in cycles per sample.
    pub fn debiased_fit(&self, range: FitRange) -> Option<DebiasedFit> {
        let range = self.range(range);
        DebiasedFit::new(&self.frequency, &self.log_frequency, &self.dof, range).ok()
    }
}
