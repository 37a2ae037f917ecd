//! Noise against the mean spectra of a report.

use super::settings::{NoiseSettings, Scaling};
use crate::analysis::{Average, Report, Representation};
use crate::compare::{
    Detectability, EqualSteps, NoiseLevel, Schedule, crossings, detectabilities, detectability,
    octave_smoothed,
};
use crate::data::Unit;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// Bands per octave that a waveform's spectrum is smoothed over before noise is
/// compared with it: single bins scatter by a factor of ten.
const SMOOTHING_PER_OCTAVE: f64 = 6.0;
/// Fewest bins of such a band.
const LEAST_BINS: usize = 11;

/// What noise does to every representation of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NoiseReport {
    /// Version of this layout.
    pub schema_version: u32,
    /// Version of the crate that wrote it.
    pub crate_version: String,
    /// Everything about noise that was chosen.
    pub settings: NoiseSettings,
    /// One entry per representation and class.
    pub studies: Vec<NoiseStudy>,
}

/// Where the spectrum of noisy data comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Seeded noise was added to every segment, and its spectrum taken.
    Measured,
    /// The expectation. For arithmetic means it holds for all data; for
    /// geometric ones only where all segments are Gaussian of one level.
    Expected,
}

/// What noise does to one representation; the lists belong together. Powers are
/// per unit of noise: white noise of variance 1 has power 1 in every bin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NoiseStudy {
    /// How the sources were looked at.
    pub representation: Representation,
    /// `all`, or the name of a class. Classes have detectability alone.
    pub class: String,
    /// Files measured.
    pub n_files: u64,
    /// Segments measured.
    pub n_segments: u64,
    /// What data are divided by before noise is added.
    pub scaling: Scaling,
    /// That divisor; classes are divided by that of all.
    pub divisor: f64,
    /// Unit of the data before.
    pub data_unit: String,
    /// Pooled standard deviation of the data, undivided.
    pub scale: Option<f64>,
    /// How segments were averaged.
    pub average: Average,
    /// Whether `log_noise` and the tide were measured or are expectations.
    pub origin: Origin,
    /// Unit of the frequencies.
    pub unit: Unit,
    /// Power of unit noise in the report's own power scale, where that is the
    /// same for all frequencies: N for |X|^2.
    pub raw_power: f64,
    /// Frequencies, increasing, without DC.
    pub frequency: Vec<f64>,
    /// Real degrees of freedom of one segment's power.
    pub dof: Vec<u32>,
    /// ln of the mean power of the divided data.
    pub log_signal: Vec<f64>,
    /// ln of the mean power of noise of variance 1.
    pub log_noise: Vec<f64>,
    /// Signal-to-noise ratio at sigma = 1: what detectability is computed from.
    /// Waveforms are smoothed over a sixth of an octave, and at least 11 bins.
    pub snr: Vec<f64>,
    /// Noise levels, rising.
    pub tide: Vec<TideLevel>,
    /// Still noise levels: low and high.
    pub stills: Vec<TideLevel>,
    /// Detectability per schedule.
    pub schedules: Vec<ScheduleRow>,
    /// How noise takes information, and schedules that take it evenly; of
    /// arithmetic means of all classes alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub information: Option<InformationRow>,
}

/// Data with noise of one level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TideLevel {
    /// Standard deviation of the noise, in units of the divided data.
    pub sigma: f64,
    /// Frequencies where the signal-to-noise ratio passes 1.
    pub crossings: Vec<f64>,
    /// What is above the noise: signal-to-noise ratio over tau.
    pub detectability: Detectability,
    /// ln of the mean power of data with noise; in arrays of their own beside
    /// the report.
    #[serde(skip)]
    pub log_noisy: Vec<f64>,
}

/// Detectability along one schedule; the lists belong together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScheduleRow {
    /// The schedule.
    pub schedule: Schedule,
    /// What its t means.
    pub time_convention: String,
    /// Times.
    pub t: Vec<f64>,
    /// Factors of the data.
    pub alpha: Vec<f64>,
    /// Standard deviations of the noise.
    pub sigma: Vec<f64>,
    /// Highest detectable frequencies; 0 where nothing is.
    pub f_max: Vec<f64>,
    /// Lowest detectable frequencies; 0 where nothing is.
    pub f_min: Vec<f64>,
    /// Highest frequencies up to which everything is detectable.
    pub f_contiguous: Vec<f64>,
    /// Numbers of detectable intervals.
    pub n_intervals: Vec<usize>,
    /// Shares of the band's frequencies that are detectable.
    pub share: Vec<f64>,
}

/// What data are taken to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approximation {
    /// Gaussian, with independent cells of the data's mean powers.
    Gaussian,
}

/// Which cells have a power of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InformationCells {
    /// Each cell of the spectrum, of planes in two dimensions.
    Each,
    /// The cells of one ring are taken to have one power, all that a report
    /// has of planes, or the frames of one cepstral coefficient: too large
    /// where a spectrum is anisotropic, or frames depend on each other.
    Rings,
}

/// What noise takes along its levels, and schedules that take it evenly.
///
/// Powers are the arithmetic means of segments of data at unit variance, so
/// everything here is the Gaussian approximation. With a power per cell,
/// `nats_per_cell` is the most that second moments allow: an upper bound. The
/// density and the schedules, which are made of its slope, bound nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InformationRow {
    /// What the data are taken to be.
    pub approximation: Approximation,
    /// Which cells have a power of their own.
    pub cells: InformationCells,
    /// Real cells per segment, those outside all rings included.
    pub n_cells: f64,
    /// Lowest and highest noise level: from where even the weakest frequency
    /// (of positive `snr`) has a signal-to-noise ratio of 10 to where the
    /// strongest has 1/10, whatever the tide's levels are.
    pub sigma_range: [f64; 2],
    /// Noise levels, rising over that range, in units of the divided data.
    pub sigma: Vec<f64>,
    /// I = 1/2 sum ln(1 + P / sigma^2) in nats per cell.
    pub nats_per_cell: Vec<f64>,
    /// -dI / d ln sigma in nats per cell.
    pub density_per_cell: Vec<f64>,
    /// Octaves between signal-to-noise ratios of 10 and 1/10: the median over
    /// the levels at which both lie inside the band; a power law has
    /// log2(100) / alpha.
    pub transition_octaves: Option<f64>,
    /// Noise levels that take equal parts of the information that is lost over
    /// `sigma_range`.
    pub equal_information: Option<EqualSteps>,
    /// Noise levels that take equal parts of the band (a signal-to-noise ratio
    /// above 1, hinges interpolated in ln f); fewer than the other's where
    /// frequencies of one power drown at once.
    pub equal_bandwidth: Option<EqualSteps>,
}

impl NoiseStudy {
    /// What sigma is measured in, for figures and tables.
    pub fn scaling_note(&self) -> String {
        match self.scaling {
            Scaling::UnitVariance => format!(
                "data divided by their standard deviation, {:.4}",
                self.divisor
            ),
            Scaling::Native => format!("data not divided, {}", self.data_unit),
        }
    }

    /// The same in the few words that a figure's title has room for.
    pub fn scaling_label(&self) -> String {
        match self.scaling {
            Scaling::UnitVariance => format!("data ÷ std {:.4}", self.divisor),
            Scaling::Native => self.data_unit.clone(),
        }
    }

    /// Power, and what its data were divided by or measured in: the name of an
    /// axis.
    pub fn power_name(&self) -> String {
        match self.scaling {
            Scaling::UnitVariance => "power / variance".to_string(),
            Scaling::Native => format!("power, {}", self.data_unit),
        }
    }
}

impl NoiseStudy {
    /// All noise levels, tide first, in the unit of the undivided data.
    pub(super) fn sigmas(&self) -> Vec<f64> {
        let levels = self.tide.iter().chain(&self.stills);
        levels.map(|level| level.sigma * self.divisor).collect()
    }

    /// The ratio of powers at sigma = 1, without the scatter of single bins.
    pub(super) fn smoothed(&self) -> Vec<f64> {
        let power = |log: &[f64]| -> Vec<f64> { log.iter().map(|p| p.exp()).collect() };
        if self.representation != Representation::Waveform {
            return power(&self.log_signal);
        }
        let smooth =
            |list: &[f64]| octave_smoothed(&self.frequency, list, SMOOTHING_PER_OCTAVE, LEAST_BINS);
        match self.average {
            Average::Geometric => power(&smooth(&self.log_signal)),
            Average::Arithmetic => smooth(&power(&self.log_signal)),
        }
    }

    pub(super) fn add_levels(&mut self, report: &Report, settings: &NoiseSettings) -> Result<()> {
        let positive = self.snr.iter().copied();
        let positive: Vec<f64> = positive.filter(|p| *p > 0.0 && p.is_finite()).collect();
        let ends = positive
            .iter()
            .fold((f64::INFINITY, 0.0), |(low, high), &p| {
                (f64::min(low, p), f64::max(high, p))
            });
        if positive.is_empty() {
            let value = format!("a {} without power", self.representation);
            return Err(Error::argument("REPORT", value, "a report with spectra"));
        }
        let typical = positive.iter().map(|p| p.ln()).sum::<f64>() / positive.len() as f64;
        let sigmas = settings.levels(self.representation, report.config.amplitude, ends)?;
        let stills = settings.still_levels(self.representation, typical.exp());
        let level = |&sigma: &f64| self.level(sigma, settings.tau);
        let tide = sigmas.iter().map(level).collect::<Result<_>>()?;
        let stills = stills.iter().map(level).collect::<Result<_>>()?;
        (self.tide, self.stills) = (tide, stills);
        Ok(())
    }

    fn level(&self, sigma: f64, tau: f64) -> Result<TideLevel> {
        let variance = sigma * sigma;
        Ok(TideLevel {
            sigma,
            crossings: crossings(&self.frequency, &self.snr, variance),
            detectability: detectability(&self.frequency, &self.snr, tau * variance)?,
            log_noisy: self.expected(variance),
        })
    }

    /// ln of the mean power of data with independent noise. For geometric means
    /// that of Gaussian data: ln(S + sigma^2) and the log bias, S the power
    /// behind the mean of ln P.
    fn expected(&self, variance: f64) -> Vec<f64> {
        let all = self.log_signal.iter().zip(&self.log_noise);
        all.map(|(signal, bias)| ((signal - bias).exp() + variance).ln() + bias)
            .collect()
    }

    pub(super) fn add_schedules(&mut self, settings: &NoiseSettings) -> Result<()> {
        let rows = settings.schedules.iter().map(|&schedule| {
            let levels = schedule.grid(settings.n_times);
            let found = detectabilities(&self.frequency, &self.snr, &levels, settings.tau)?;
            Ok(ScheduleRow::new(schedule, &levels, &found))
        });
        self.schedules = rows.collect::<Result<_>>()?;
        Ok(())
    }

    /// What is left along flow matching at time `t`: the share of the band's
    /// frequencies, and that of the data's power, whose signal-to-noise ratio
    /// exceeds `tau`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a time outside [0, 1] or a bad tau.
    pub fn left_at(&self, t: f64, tau: f64) -> Result<(f64, f64)> {
        let threshold = Schedule::FlowMatching.at(t)?.threshold(tau);
        let found = detectability(&self.frequency, &self.snr, threshold)?;
        let weighted = self.snr.iter().zip(&self.dof);
        let weighted = weighted.map(|(snr, &dof)| (*snr, snr * f64::from(dof)));
        let total: f64 = weighted.clone().map(|(_, power)| power).sum();
        let above = weighted.filter(|(snr, _)| *snr > threshold);
        let left: f64 = above.map(|(_, power)| power).sum();
        Ok((found.share, left / total))
    }
}

impl ScheduleRow {
    fn new(schedule: Schedule, levels: &[NoiseLevel], found: &[Detectability]) -> Self {
        let of_levels = |f: fn(&NoiseLevel) -> f64| levels.iter().map(f).collect();
        let of_found = |f: fn(&Detectability) -> f64| found.iter().map(f).collect();
        ScheduleRow {
            schedule,
            time_convention: schedule.time_convention().to_string(),
            t: of_levels(|level| level.t),
            alpha: of_levels(|level| level.alpha),
            sigma: of_levels(|level| level.sigma),
            f_max: of_found(|d| d.f_max),
            f_min: of_found(|d| d.f_min),
            f_contiguous: of_found(|d| d.f_contiguous),
            n_intervals: found.iter().map(|d| d.n_intervals).collect(),
            share: of_found(|d| d.share),
        }
    }

    /// The levels of the schedule.
    pub fn levels(&self) -> Vec<NoiseLevel> {
        let pairs = self.t.iter().zip(&self.alpha).zip(&self.sigma);
        pairs
            .map(|((&t, &alpha), &sigma)| NoiseLevel { t, alpha, sigma })
            .collect()
    }
}
