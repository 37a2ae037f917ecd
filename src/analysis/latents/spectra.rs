//! The mean spectra of latents, and their laws.

use super::law::{Exponents, law_of};
use super::measure::{KeptFile, SpectraTotals, mean_of};
use super::study::{LatentSpectrum, SpectrumAlong};
use crate::analysis::AnalysisConfig;
use crate::analysis::plan::LatentShape;
use crate::compare::DebiasedFit;
use crate::planar::Rapsd;
use crate::{Error, Result};

/// What all items have in common, now that the covariance of channels is known.
pub(super) struct Frames {
    shape: LatentShape,
    /// Rings first, then lines along columns and rows.
    kinds: Vec<Frame>,
    /// Of rings of a single channel.
    channel_fit: Result<DebiasedFit>,
}

/// One kind of spectrum.
struct Frame {
    along: SpectrumAlong,
    frequency: Vec<f64>,
    dof: Vec<u32>,
    fit: Result<DebiasedFit>,
}

impl Frames {
    /// `independent` is the number of independent channels that an average over
    /// all is worth.
    pub fn new(config: &AnalysisConfig, shape: LatentShape, independent: f64) -> Result<Self> {
        let [rows, cols] = shape.plane;
        let is_plane = rows > 1 && cols > 1;
        let along = match is_plane || cols == 1 {
            true => SpectrumAlong::Radius,
            false => SpectrumAlong::Time,
        };
        let frame = |along, rows, cols, n_lines: usize| {
            frame(config, along, [rows, cols], independent * n_lines as f64)
        };
        let mut kinds = vec![frame(along, rows, cols, 1)?];
        if is_plane {
            kinds.push(frame(SpectrumAlong::Columns, 1, cols, rows)?);
            kinds.push(frame(SpectrumAlong::Rows, 1, rows, cols)?);
        }
        Ok(Self {
            shape,
            kinds,
            channel_fit: self::frame(config, along, shape.plane, 1.0)?.fit,
        })
    }

    /// The exponent of a file's rings.
    pub fn file_alpha(&self, file: &KeptFile) -> Option<f64> {
        alpha_of(&self.kinds[0].fit, file.means.first()?)
    }

    /// The mean spectra over all files.
    pub fn spectra(&self, all: &SpectraTotals, files: &[&KeptFile]) -> Vec<LatentSpectrum> {
        let kinds = 0..self.kinds.len();
        kinds
            .map(|kind| self.spectrum(kind, all, &self.exponents(kind, all, files)))
            .collect()
    }

    /// The exponents behind an interval: those of files, or of the items of the
    /// only one.
    fn exponents(&self, kind: usize, all: &SpectraTotals, files: &[&KeptFile]) -> Exponents {
        let fit = &self.kinds[kind].fit;
        let of_file = |file: &&KeptFile| {
            let alpha = alpha_of(fit, file.means.get(kind)?)?;
            Some((alpha, file.row.n_spectra))
        };
        let of_items = all
            .items
            .iter()
            .filter_map(|item| alpha_of(fit, item.get(kind)?));
        Exponents {
            files: files.iter().filter_map(of_file).collect(),
            items: of_items.collect(),
        }
    }

    fn spectrum(&self, kind: usize, all: &SpectraTotals, exponents: &Exponents) -> LatentSpectrum {
        let frame = &self.kinds[kind];
        let has_items = all.n_items > 0;
        let mean_log_power = match all.log_power.get(kind) {
            Some(sums) if has_items => mean_of(sums.values(), all.n_items),
            _ => Vec::new(),
        };
        let law = match &frame.fit {
            _ if !has_items => Err("no item varies within its channels".to_string()),
            Ok(fit) => law_of(fit, &mean_log_power, exponents).map_err(|e| e.to_string()),
            Err(error) => Err(reason(error)),
        };
        let (law, reason) = match law {
            Ok(law) => (Some(law), None),
            Err(reason) => (None, Some(reason)),
        };
        let frequency = match has_items {
            true => frame.frequency.clone(),
            false => Vec::new(),
        };
        LatentSpectrum {
            along: frame.along,
            shape: self.shape.plane,
            n_files: all.n_files,
            n_items: all.n_items,
            n_constant: all.n_constant,
            n_floored: all.n_floored.get(kind).copied().unwrap_or(0),
            dof: frame.dof[..frequency.len()].to_vec(),
            frequency,
            mean_log_power,
            law,
            reason,
        }
    }

    /// Each channel's mean of ln P and its exponent; none for one that never
    /// varies.
    pub fn channels<'a>(
        &'a self,
        all: &'a SpectraTotals,
    ) -> impl Iterator<Item = Option<(Vec<f64>, Option<f64>)>> + 'a {
        let channels = all.channels.iter().zip(&all.channel_items);
        channels.map(|(sums, &n)| {
            let log_power = (n > 0).then(|| mean_of(sums.values(), n))?;
            let alpha = alpha_of(&self.channel_fit, &log_power);
            Some((log_power, alpha))
        })
    }
}

/// Frequencies without DC, and the fit, for means over `n` independent planes.
fn frame(
    config: &AnalysisConfig,
    along: SpectrumAlong,
    [rows, cols]: [usize; 2],
    n: f64,
) -> Result<Frame> {
    let plan = Rapsd::<f64>::new(rows, cols, config.radius)?;
    let frequency = plan.frequency().values()[1..].to_vec();
    let log_frequency = &plan.table().effective_log_frequency()[1..];
    let counts = plan.table().counts()[1..].iter();
    let dof: Vec<u32> = counts
        .map(|&count| (f64::from(count) * n).round() as u32)
        .collect();
    Ok(Frame {
        along,
        fit: DebiasedFit::new(&frequency, log_frequency, &dof, config.fit),
        frequency,
        dof,
    })
}

/// The exponent, where there are a fit and finite powers.
fn alpha_of(fit: &Result<DebiasedFit>, mean_log_power: &[f64]) -> Option<f64> {
    let parameters = fit.as_ref().ok()?.parameters(mean_log_power);
    Some(parameters.ok()?.alpha)
}

/// Why there is no fit, without the name of a flag that was not given.
fn reason(error: &Error) -> String {
    match error {
        Error::InvalidArgument { requirement, .. } => {
            let counts = requirement.strip_prefix("wider: ").unwrap_or(requirement);
            format!("too few frequencies in the fit range: {counts}; larger arrays have more")
        }
        other => other.to_string(),
    }
}
