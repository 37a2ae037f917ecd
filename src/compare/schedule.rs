//! Noise schedules of diffusion models, and grids of noise levels.

use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::f64::consts::FRAC_PI_2;
use std::fmt;
use std::str::FromStr;

/// A diffusion schedule: how much of the data, alpha(t), and of unit Gaussian
/// noise, sigma(t), a noisy version holds at time t.
///
/// Times of the discrete schedules are t = i / T with the steps i = 1..=T.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    /// Flow matching: alpha = 1 - t, sigma = t (Lipman et al. 2023; Liu et al.
    /// 2023).
    #[serde(rename = "flow")]
    FlowMatching,
    /// Cosine, continuous: alpha = cos(a(t)) / cos(a(0)) with
    /// a(t) = (t + s) / (1 + s) pi / 2, sigma^2 = 1 - alpha^2 (Nichol &
    /// Dhariwal 2021).
    VpCosine,
    /// Cosine in T steps: beta_i is that of the continuous form, at most
    /// [`Schedule::MAX_BETA`] (Nichol & Dhariwal 2021).
    VpCosineDiscrete,
    /// DDPM: alpha_i^2 = prod (1 - beta_j) over j = 1..=i with T evenly spaced
    /// beta, sigma^2 = 1 - alpha^2 (Ho et al. 2020).
    VpLinear,
    /// The continuous limit of DDPM: ln alpha^2 = -t beta_0
    /// - t^2 (beta_1 - beta_0) / 2, sigma^2 = 1 - alpha^2 (Song et al. 2021).
    VpSde,
    /// Variance exploding: alpha = 1, sigma = sigma_0 (sigma_1 / sigma_0)^t
    /// (Song et al. 2021).
    Ve,
    /// EDM: alpha = 1, sigma^(1/rho) falls linearly with t, so that t = 0 is
    /// noise and t = 1 is data (Karras et al. 2022).
    Edm,
}

impl Schedule {
    /// All, the post's own first.
    pub const ALL: [Schedule; 7] = [
        Schedule::FlowMatching,
        Schedule::VpCosine,
        Schedule::VpCosineDiscrete,
        Schedule::VpLinear,
        Schedule::VpSde,
        Schedule::Ve,
        Schedule::Edm,
    ];

    /// Number of steps T of the discrete schedules.
    pub const STEPS: usize = 1000;
    /// The offset s of the cosine schedules.
    pub const COSINE_OFFSET: f64 = 0.008;
    /// Largest beta of the discrete cosine schedule; only the last step needs
    /// the limit.
    pub const MAX_BETA: f64 = 0.999;
    /// First and last beta of [`Schedule::VpLinear`].
    pub const LINEAR_BETA: [f64; 2] = [1e-4, 0.02];
    /// beta at t = 0 and t = 1 of [`Schedule::VpSde`].
    pub const SDE_BETA: [f64; 2] = [0.1, 20.0];
    /// sigma at t = 0 and t = 1 of [`Schedule::Ve`].
    pub const VE_SIGMA: [f64; 2] = [0.01, 50.0];
    /// sigma at t = 0 and t = 1 of [`Schedule::Edm`].
    pub const EDM_SIGMA: [f64; 2] = [80.0, 0.002];
    /// The warp rho of [`Schedule::Edm`].
    pub const EDM_RHO: f64 = 7.0;

    /// The name in reports and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Schedule::FlowMatching => "flow",
            Schedule::VpCosine => "vp-cosine",
            Schedule::VpCosineDiscrete => "vp-cosine-discrete",
            Schedule::VpLinear => "vp-linear",
            Schedule::VpSde => "vp-sde",
            Schedule::Ve => "ve",
            Schedule::Edm => "edm",
        }
    }

    /// What t means and what the levels are, as a short line for figures.
    pub fn time_convention(self) -> &'static str {
        match self {
            Schedule::FlowMatching => {
                "flow matching: t = 0 data, t = 1 noise; alpha = 1 - t, sigma = t"
            }
            Schedule::VpCosine => {
                "VP cosine: t = 0 data, t = 1 noise; alpha ~ cos(pi/2 (t + 0.008) / 1.008), sigma^2 = 1 - alpha^2"
            }
            Schedule::VpCosineDiscrete => {
                "VP cosine, discrete: t = step / 1000, t = 1 noise; alpha ~ cos(pi/2 (t + 0.008) / 1.008), beta <= 0.999, sigma^2 = 1 - alpha^2"
            }
            Schedule::VpLinear => {
                "VP linear (DDPM): t = step / 1000, t = 1 noise; beta 0.0001 to 0.02, sigma^2 = 1 - alpha^2"
            }
            Schedule::VpSde => {
                "VP-SDE: t = 0 data, t = 1 noise; beta 0.1 to 20, sigma^2 = 1 - alpha^2"
            }
            Schedule::Ve => {
                "VE: t = 0 data (sigma = 0.01), t = 1 noise (sigma = 50); alpha = 1, ln sigma linear in t"
            }
            Schedule::Edm => {
                "EDM: t = 0 noise (sigma = 80), t = 1 data (sigma = 0.002); alpha = 1, sigma^(1/7) linear in t"
            }
        }
    }

    /// The noise level at time `t`; a discrete schedule takes the step nearest
    /// to `t`, and the result's `t` is that step's.
    ///
    /// sigma is exact to rounding where it nears 0, but alpha of the cosine
    /// schedule at t = 1 is 6e-17, the cosine of the rounded pi / 2, not 0.
    ///
    /// ```
    /// use cepstrum::compare::Schedule;
    /// let level = Schedule::FlowMatching.at(0.25)?;
    /// assert_eq!((level.alpha, level.sigma), (0.75, 0.25));
    /// assert_eq!(Schedule::VpLinear.at(0.2502)?.t, 0.25);
    /// # Ok::<(), cepstrum::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where `t` lies outside [0, 1], or outside
    /// [1 / T, 1] of a discrete schedule.
    pub fn at(self, t: f64) -> Result<NoiseLevel> {
        let [first, last] = self.times();
        if !(first..=last).contains(&t) {
            let requirement = format!("in [{first}, {last}], the times of the schedule {self}");
            return Err(Error::argument("t", t, requirement));
        }
        Ok(self.level(t))
    }

    /// Noise levels over the whole schedule, in order of t: `n` evenly spaced
    /// times from 0 to 1 (a single one is t = 0), or all T steps of a discrete
    /// schedule, whatever `n`.
    ///
    /// ```
    /// use cepstrum::compare::Schedule;
    /// let levels = Schedule::FlowMatching.grid(5);
    /// assert_eq!(levels[3].sigma, 0.75);
    /// assert_eq!(Schedule::VpLinear.grid(5).len(), Schedule::STEPS);
    /// ```
    pub fn grid(self, n: usize) -> Vec<NoiseLevel> {
        if self.is_discrete() {
            let time = |step| step as f64 / Self::STEPS as f64;
            return (1..=Self::STEPS)
                .map(|step| self.level(time(step)))
                .collect();
        }
        let intervals = n.saturating_sub(1).max(1) as f64;
        (0..n).map(|i| self.level(i as f64 / intervals)).collect()
    }

    fn is_discrete(self) -> bool {
        matches!(self, Schedule::VpCosineDiscrete | Schedule::VpLinear)
    }

    /// The first and the last time.
    fn times(self) -> [f64; 2] {
        if self.is_discrete() {
            [1.0 / Self::STEPS as f64, 1.0]
        } else {
            [0.0, 1.0]
        }
    }

    /// The level at one of the schedule's times.
    fn level(self, t: f64) -> NoiseLevel {
        match self {
            Schedule::FlowMatching => NoiseLevel {
                t,
                alpha: 1.0 - t,
                sigma: t,
            },
            Schedule::VpCosine => cosine(t),
            Schedule::VpCosineDiscrete => cosine_step(nearest_step(t)),
            Schedule::VpLinear => linear_step(nearest_step(t)),
            Schedule::VpSde => sde(t),
            Schedule::Ve => {
                let [first, last] = Self::VE_SIGMA;
                unscaled(t, first * (last / first).powf(t))
            }
            Schedule::Edm => {
                let [first, last] = Self::EDM_SIGMA.map(|sigma| sigma.powf(1.0 / Self::EDM_RHO));
                unscaled(t, (first + t * (last - first)).powf(Self::EDM_RHO))
            }
        }
    }
}

fn nearest_step(t: f64) -> usize {
    (t * Schedule::STEPS as f64).round() as usize
}

fn unscaled(t: f64, sigma: f64) -> NoiseLevel {
    NoiseLevel {
        t,
        alpha: 1.0,
        sigma,
    }
}

fn cosine(t: f64) -> NoiseLevel {
    let s = Schedule::COSINE_OFFSET;
    let angle = |t: f64| (t + s) / (1.0 + s) * FRAC_PI_2;
    let start = angle(0.0).cos();
    // 1 - cos^2 a / cos^2 b as a product, which does not cancel near t = 0.
    let difference = t / (1.0 + s) * FRAC_PI_2;
    let sum = angle(t) + angle(0.0);
    NoiseLevel {
        t,
        alpha: angle(t).cos() / start,
        sigma: (difference.sin() * sum.sin()).sqrt() / start,
    }
}

/// The product of 1 - beta telescopes to the continuous form, but for the last
/// step, whose beta would be 1.
fn cosine_step(step: usize) -> NoiseLevel {
    let steps = Schedule::STEPS as f64;
    if step < Schedule::STEPS {
        return cosine(step as f64 / steps);
    }
    let alpha = cosine((steps - 1.0) / steps).alpha * (1.0 - Schedule::MAX_BETA).sqrt();
    NoiseLevel {
        t: 1.0,
        alpha,
        sigma: (1.0 - alpha * alpha).sqrt(),
    }
}

fn linear_step(step: usize) -> NoiseLevel {
    let [first, last] = Schedule::LINEAR_BETA;
    let intervals = (Schedule::STEPS - 1) as f64;
    // 1 - alpha^2 is summed beside alpha^2, for the difference would cancel.
    let (mut signal, mut noise) = (1.0, 0.0);
    for i in 0..step {
        let beta = first + i as f64 / intervals * (last - first);
        noise += beta * signal;
        signal *= 1.0 - beta;
    }
    NoiseLevel {
        t: step as f64 / Schedule::STEPS as f64,
        alpha: f64::sqrt(signal),
        sigma: f64::sqrt(noise),
    }
}

fn sde(t: f64) -> NoiseLevel {
    let [first, last] = Schedule::SDE_BETA;
    let log_signal = -t * first - 0.5 * t * t * (last - first);
    NoiseLevel {
        t,
        alpha: (0.5 * log_signal).exp(),
        sigma: (-log_signal.exp_m1()).sqrt(),
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Schedule {
    type Err = Error;

    fn from_str(text: &str) -> Result<Schedule> {
        Self::ALL
            .into_iter()
            .find(|schedule| schedule.name() == text)
            .ok_or_else(|| {
                let names = Self::ALL.map(Schedule::name).join(", ");
                Error::argument("schedule", text, format!("one of: {names}"))
            })
    }
}

/// The noisy version alpha x + sigma eps of data x at time t, eps being
/// Gaussian noise of unit power.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct NoiseLevel {
    /// Time in the schedule.
    pub t: f64,
    /// Factor of the data.
    pub alpha: f64,
    /// Standard deviation of the noise.
    pub sigma: f64,
}

impl NoiseLevel {
    /// sigma / alpha: the noise in units of the data; infinite where no data
    /// is left.
    pub fn ratio(&self) -> f64 {
        self.sigma / self.alpha
    }

    /// tau sigma^2 / alpha^2: the power that a frequency of the data must
    /// exceed for a signal-to-noise ratio above `tau`; infinite where no data
    /// is left.
    ///
    /// ```
    /// use cepstrum::compare::Schedule;
    /// let level = Schedule::FlowMatching.at(0.75)?;
    /// assert_eq!(level.threshold(4.0), 36.0);
    /// # Ok::<(), cepstrum::Error>(())
    /// ```
    pub fn threshold(&self, tau: f64) -> f64 {
        tau * self.ratio() * self.ratio()
    }

    /// ln(alpha^2 / sigma^2): infinite without noise, -infinite without data.
    pub fn log_snr(&self) -> f64 {
        -2.0 * self.ratio().ln()
    }
}

/// `n` values from `first` to `last`, each the same multiple of the one
/// before: the noise levels of a rising tide.
///
/// ```
/// use cepstrum::compare::geometric_grid;
/// let sigmas = geometric_grid(0.5, 8.0, 3)?;
/// assert_eq!((sigmas[0], sigmas[2]), (0.5, 8.0));
/// assert!((sigmas[1] - 2.0).abs() < 1e-15);
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// [`Error::InvalidArgument`] where `n` is below 2, or an end is not finite
/// and above 0.
pub fn geometric_grid(first: f64, last: f64, n: usize) -> Result<Vec<f64>> {
    for (name, end) in [("first", first), ("last", last)] {
        if !(end.is_finite() && end > 0.0) {
            return Err(Error::argument(name, end, "finite and above 0"));
        }
    }
    if n < 2 {
        return Err(Error::argument("n", n, "2 or more, for both ends"));
    }
    let step = (last.ln() - first.ln()) / (n - 1) as f64;
    let mut values: Vec<f64> = (0..n)
        .map(|i| (first.ln() + i as f64 * step).exp())
        .collect();
    // The logarithm's rounding would move the ends.
    values[0] = first;
    values[n - 1] = last;
    Ok(values)
}
