//! The transform of a representation, planned.

use super::plan::RunPlan;
use super::{Representation, SpectrogramKind, TransformKind};
use crate::data::{Real, Transform};
use crate::planar::{CepstralPower, DctRapsd, Rapsd};
use crate::spectral::Periodogram;
use crate::{Error, Result};

/// The transform of a representation of the plan.
///
/// # Errors
/// [`Error::InvalidArgument`] for planes with fewer than two frequencies, and
/// for a representation that no source has.
pub(super) fn transform_for<T: Real>(
    plan: &RunPlan,
    representation: Representation,
) -> Result<Box<dyn Transform<T>>> {
    let (rows, cols) = plan.shape(representation).ok_or_else(|| {
        let requirement = "one that some input has";
        Error::argument("representations", representation.name(), requirement)
    })?;
    let radius = plan.radius(representation);
    let transform: Box<dyn Transform<T>> = match representation.info().transform {
        TransformKind::Lines => Box::new(Periodogram::new(cols)?),
        // Transposing a plane changes neither of the radial averages.
        TransformKind::Rings => Box::new(Rapsd::new(rows, cols, radius)?),
        TransformKind::FrameDct => Box::new(CepstralPower::new(cols)?),
        TransformKind::DctRings => Box::new(DctRapsd::new(rows, cols, radius)?),
    };
    if representation.spectrogram().is_some() && transform.n_bins() < 3 {
        let requirement = "more, or the segment longer: its plane has no spectrum";
        let (name, value) = match representation.spectrogram() {
            Some(SpectrogramKind::LogMel) => ("n_mels", cols),
            _ => ("n_fft", plan.config.stft.n_fft),
        };
        return Err(Error::argument(name, value, requirement));
    }
    Ok(transform)
}
