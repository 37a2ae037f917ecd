//! Noise against the mean spectra of a report.

use super::settings::{NoiseFloor, NoiseSettings, Scaling};
use crate::analysis::{Report, Representation, ResultRow};
use crate::compare::{
    Detectability, NoiseLevel, Schedule, crossings, detectabilities, noise_log_bias,
    octave_smoothed,
};
use crate::data::{PowerScale, Unit};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// Bands per octave that a waveform's spectrum is smoothed over before noise is
/// compared with it: single bins scatter by a factor of ten.
const SMOOTHING_PER_OCTAVE: f64 = 6.0;

/// What noise does to every representation of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NoiseReport {
    /// Version of this layout.
    pub schema_version: u32,
    /// Version of the crate that wrote it.
    pub crate_version: String,
    /// Everything about noise that was chosen.
    pub settings: NoiseSettings,
    /// One entry per representation.
    pub studies: Vec<NoiseStudy>,
}

/// Where the spectrum of noisy data comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Seeded noise was added to every segment, and its spectrum taken.
    Measured,
    /// The expectation for Gaussian data of this mean spectrum.
    Expected,
}

/// What noise does to one representation; the lists belong together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NoiseStudy {
    /// How the sources were looked at.
    pub representation: Representation,
    /// `all`, or the name of a class.
    pub class: String,
    /// Files measured.
    pub n_files: u64,
    /// Segments measured.
    pub n_segments: u64,
    /// What data are divided by before noise is added.
    pub scaling: Scaling,
    /// That divisor.
    pub divisor: f64,
    /// Pooled standard deviation of the data, undivided.
    pub scale: Option<f64>,
    /// Whether `noise` and the tide were measured or are expectations.
    pub origin: Origin,
    /// Unit of the frequencies.
    pub unit: Unit,
    /// Frequencies, increasing, without DC.
    pub frequency: Vec<f64>,
    /// Real degrees of freedom of one segment's power.
    pub dof: Vec<u32>,
    /// Expected power of white noise of variance 1.
    pub unit_noise: Vec<f64>,
    /// Mean of ln P of the data, divided.
    pub signal: Vec<f64>,
    /// Mean of ln P of noise of variance 1.
    pub noise: Vec<f64>,
    /// Signal-to-noise ratio at sigma = 1: what detectability is computed from.
    /// Waveforms are smoothed over a sixth of an octave.
    pub snr: Vec<f64>,
    /// Noise levels, rising.
    pub tide: Vec<TideLevel>,
    /// Still noise levels: low and high.
    pub stills: Vec<TideLevel>,
    /// Detectability per schedule.
    pub schedules: Vec<ScheduleRow>,
}

/// Data with noise of one level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TideLevel {
    /// Standard deviation of the noise, in units of the divided data.
    pub sigma: f64,
    /// Frequencies where the data's spectrum passes that of the noise.
    pub crossings: Vec<f64>,
    /// What is above the noise: signal-to-noise ratio over tau.
    pub detectability: Detectability,
    /// Mean of ln P of data with noise; in arrays of their own beside the
    /// report.
    #[serde(skip)]
    pub noisy: Vec<f64>,
}

/// Detectability along one schedule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScheduleRow {
    /// The schedule.
    pub schedule: Schedule,
    /// What its t means.
    pub time_convention: String,
    /// Its levels.
    pub levels: Vec<NoiseLevel>,
    /// What can be detected at each.
    pub detectability: Vec<Detectability>,
}

/// The noise study of a report's spectra alone: noise and sums are
/// expectations.
///
/// # Errors
/// [`Error::InvalidArgument`] for settings out of range or a report whose
/// spectra cannot be compared with noise.
pub fn noise_of_report(report: &Report, settings: &NoiseSettings) -> Result<NoiseReport> {
    settings.check()?;
    let all = report.results.iter().filter(|row| row.class == "all");
    Ok(NoiseReport {
        schema_version: 1,
        crate_version: env!("CARGO_PKG_VERSION").to_string(),
        settings: settings.clone(),
        studies: all
            .map(|result| study(report, result, settings))
            .collect::<Result<_>>()?,
    })
}

fn study(report: &Report, result: &ResultRow, settings: &NoiseSettings) -> Result<NoiseStudy> {
    let divisor = divisor(result, settings.scaling)?;
    let spectrum = &result.spectrum;
    let unit_noise = unit_noise(report, result)?;
    let log_power = spectrum.mean_log_power.iter();
    let signal: Vec<f64> = log_power.map(|p| p - 2.0 * divisor.ln()).collect();
    let bias: Vec<f64> = spectrum
        .dof
        .iter()
        .map(|&dof| noise_log_bias(dof))
        .collect();
    let noise = unit_noise
        .iter()
        .zip(&bias)
        .map(|(n, b)| n.ln() + b)
        .collect();
    let mut study = NoiseStudy {
        representation: result.representation,
        class: result.class.clone(),
        n_files: result.n_files,
        n_segments: result.n_segments,
        scaling: settings.scaling,
        divisor,
        scale: result.scale,
        origin: Origin::Expected,
        unit: spectrum.unit,
        frequency: spectrum.frequency.clone(),
        dof: spectrum.dof.clone(),
        unit_noise,
        signal,
        noise,
        snr: vec![],
        tide: vec![],
        stills: vec![],
        schedules: vec![],
    };
    study.snr = snr(&study, &bias, settings.floor);
    study.add_levels(settings)?;
    study.add_schedules(settings)?;
    Ok(study)
}

fn divisor(result: &ResultRow, scaling: Scaling) -> Result<f64> {
    match (scaling, result.scale) {
        (Scaling::Native, _) => Ok(1.0),
        (Scaling::UnitVariance, Some(scale)) if scale > 0.0 && scale.is_finite() => Ok(scale),
        _ => {
            let value = format!("{} without a standard deviation", result.representation);
            Err(Error::argument("scaling", value, "native for these data"))
        }
    }
}

/// Expected power of unit white noise in each bin of a result's spectrum.
fn unit_noise(report: &Report, result: &ResultRow) -> Result<Vec<f64>> {
    let spectrum = &result.spectrum;
    let missing = || Error::argument("REPORT", "a waveform without its rate", "a whole report");
    let length = || report.summary.segment_length.ok_or_else(missing);
    let rate = || report.summary.sample_rate.ok_or_else(missing);
    Ok(match spectrum.power_scale {
        PowerScale::PerSample => vec![1.0; spectrum.dof.len()],
        PowerScale::Raw => vec![length()? as f64; spectrum.dof.len()],
        PowerScale::PsdHz => {
            let rate = f64::from(rate()?);
            spectrum
                .dof
                .iter()
                .map(|&dof| f64::from(dof) / rate)
                .collect()
        }
    })
}

fn snr(study: &NoiseStudy, bias: &[f64], floor: NoiseFloor) -> Vec<f64> {
    let all = study.signal.iter().zip(&study.unit_noise).zip(bias);
    let log_snr: Vec<f64> = all
        .map(|((signal, unit), bias)| match floor {
            NoiseFloor::MeanLog => signal - bias - unit.ln(),
            NoiseFloor::Expectation => signal - unit.ln(),
        })
        .collect();
    let log_snr = match study.representation {
        Representation::Waveform => {
            octave_smoothed(&study.frequency, &log_snr, SMOOTHING_PER_OCTAVE)
        }
        _ => log_snr,
    };
    log_snr.iter().map(|p| p.exp()).collect()
}

impl NoiseStudy {
    fn add_levels(&mut self, settings: &NoiseSettings) -> Result<()> {
        let finite = self
            .snr
            .iter()
            .copied()
            .filter(|p| *p > 0.0 && p.is_finite());
        let (weakest, strongest) = finite.fold((f64::INFINITY, 0.0), |(low, high), p| {
            (f64::min(low, p), f64::max(high, p))
        });
        if weakest > strongest {
            let value = format!("a {} without power", self.representation);
            return Err(Error::argument("REPORT", value, "a report with spectra"));
        }
        let sigmas = settings.levels(self.representation, weakest, strongest)?;
        let level = |&sigma: &f64| self.level(sigma, settings.tau);
        let tide = sigmas.iter().map(level).collect::<Result<_>>()?;
        let stills = settings.stills.iter().map(level).collect::<Result<_>>()?;
        (self.tide, self.stills) = (tide, stills);
        Ok(())
    }

    fn level(&self, sigma: f64, tau: f64) -> Result<TideLevel> {
        let variance = sigma * sigma;
        Ok(TideLevel {
            sigma,
            crossings: crossings(&self.frequency, &self.snr, variance),
            detectability: crate::compare::detectability(
                &self.frequency,
                &self.snr,
                tau * variance,
            )?,
            noisy: self.expected(variance),
        })
    }

    /// Mean of ln P of Gaussian data of this mean spectrum with independent
    /// noise: ln(S + sigma^2) and the log bias, S the power behind the mean of
    /// ln P.
    fn expected(&self, variance: f64) -> Vec<f64> {
        let all = self.signal.iter().zip(&self.unit_noise).zip(&self.dof);
        all.map(|((signal, unit), &dof)| {
            let bias = noise_log_bias(dof);
            ((signal - bias).exp() + variance * unit).ln() + bias
        })
        .collect()
    }

    fn add_schedules(&mut self, settings: &NoiseSettings) -> Result<()> {
        let row = |&schedule: &Schedule| {
            let levels = schedule.grid(settings.n_times);
            let detectability = detectabilities(&self.frequency, &self.snr, &levels, settings.tau)?;
            Ok(ScheduleRow {
                schedule,
                time_convention: schedule.time_convention().to_string(),
                levels,
                detectability,
            })
        };
        let rows = settings.schedules.iter().map(row);
        self.schedules = rows.collect::<Result<_>>()?;
        Ok(())
    }

    /// "divided by its standard deviation 0.0823", for figures and tables.
    pub fn scaling_note(&self) -> String {
        match (self.scaling, self.representation) {
            (Scaling::UnitVariance, _) => {
                format!(
                    "data divided by their standard deviation, {:.4}",
                    self.divisor
                )
            }
            (Scaling::Native, Representation::Photo) => "pixels in [−1, 1]".to_string(),
            (Scaling::Native, _) => "data in their own unit".to_string(),
        }
    }
}
