//! What a modulation study knows of one representation before any plane.

use super::rays::{Rays, fit_of};
use crate::analysis::plan::RunPlan;
use crate::analysis::{AnalysisConfig, Fit, Representation};
use crate::compare::{FitRange, FitSpacing, POST_FIT_POINTS, power_law};
use crate::planar::{DctRapsd, HalfPlane, Radius, Rapsd};
use crate::spectral::Framing;
use crate::{Error, Result};

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
    pub fft: Rings,
    pub dct: Rings,
    /// The band that FFT and DCT share, within the fit range.
    pub range: FitRange,
}

/// Frequencies and counts of rings without DC.
pub(crate) struct Rings {
    pub frequency: Vec<f64>,
    pub dof: Vec<u32>,
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

    pub fn radial_fit(&self, rings: &Rings, mean_log_power: &[f64]) -> Fit {
        let spacing = FitSpacing::EvenLog(POST_FIT_POINTS);
        fit_of(power_law(
            &rings.frequency,
            mean_log_power,
            self.range,
            spacing,
        ))
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
