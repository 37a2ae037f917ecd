//! The transform of a representation, planned.

use super::plan::RunPlan;
use super::{Representation, SpectrogramKind, TransformKind};
use crate::data::Real;
use crate::planar::{CepstralPower, DctRapsd, Rapsd};
use crate::spectral::Periodogram;
use crate::{Error, Result};

/// From the values of an item to powers, DC first where there is one.
pub(super) enum Transform<T: Real> {
    Lines(Periodogram<T>),
    /// Transposing a plane changes neither of the radial averages.
    Rings(Rapsd<T>),
    FrameDct(CepstralPower<T>),
    DctRings(DctRapsd<T>),
}

impl<T: Real> Transform<T> {
    /// The transform of a representation of the plan.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for planes with fewer than two frequencies, and
    /// for a representation that no source has.
    pub fn new(plan: &RunPlan, representation: Representation) -> Result<Self> {
        let (rows, cols) = plan.shape(representation).ok_or_else(|| {
            let requirement = "one that some input has";
            Error::argument("representations", representation.name(), requirement)
        })?;
        let radius = plan.radius(representation);
        let transform = match representation.info().transform {
            TransformKind::Lines => Transform::Lines(Periodogram::new(cols)?),
            TransformKind::Rings => Transform::Rings(Rapsd::new(rows, cols, radius)?),
            TransformKind::FrameDct => Transform::FrameDct(CepstralPower::new(cols)?),
            TransformKind::DctRings => Transform::DctRings(DctRapsd::new(rows, cols, radius)?),
        };
        if representation.spectrogram().is_some() && transform.n_powers() < 3 {
            let requirement = "more, or the segment longer: its plane has no spectrum";
            let (name, value) = match representation.spectrogram() {
                Some(SpectrogramKind::LogMel) => ("n_mels", cols),
                _ => ("n_fft", plan.config.stft.n_fft),
            };
            return Err(Error::argument(name, value, requirement));
        }
        Ok(transform)
    }

    /// Number of powers, DC included where there is one.
    pub fn n_powers(&self) -> usize {
        match self {
            Transform::Lines(plan) => plan.n_bins(),
            Transform::Rings(plan) => plan.table().n_rings(),
            Transform::FrameDct(plan) => plan.n_bands(),
            Transform::DctRings(plan) => plan.n_rings(),
        }
    }

    /// Number of powers before those of the axis: DC, which lines leave out.
    pub fn n_dc(&self) -> usize {
        usize::from(!matches!(self, Transform::Lines(_)))
    }

    /// Writes the powers of `values`; returns the share of energy outside them.
    pub fn process(&mut self, values: &[T], power: &mut [f64]) -> Result<f64> {
        match self {
            Transform::Lines(plan) => plan.process(values, power).map(|()| 0.0),
            Transform::Rings(plan) => Ok(plan.process(values, power)?.outside_share),
            Transform::FrameDct(plan) => plan.process(values, power).map(|()| 0.0),
            Transform::DctRings(plan) => Ok(plan.process(values, power)?.outside_share),
        }
    }
}
