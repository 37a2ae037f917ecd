//! Power-law fits free of the bias that logarithms of noise have.

use super::FitRange;
use super::special::{GAUSSIAN_95, noise_log_bias, trigamma};
use crate::lanes;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// A curvature takes three frequencies.
const FEWEST_BINS: usize = 3;

/// Planned fit of a power law P = A f^-alpha to power spectra of Gaussian
/// signals, free of the logarithm's bias: weighted least squares of
/// ln P - (psi(nu) - ln nu), nu = dof / 2, with weights 1 / psi'(nu)
/// (Papadakis & Lawrence 1993; Vaughan 2005).
///
/// Every parameter is linear in ln P, so that the exponent of a mean of ln P is
/// the mean of the exponents. A mean of ln P over n segments has the same bias
/// as one segment, and 1/n of its variance where the segments are independent;
/// across files use [`super::jackknife`].
#[derive(Debug, Clone)]
pub struct DebiasedFit {
    n_frequencies: usize,
    f_min: f64,
    f_max: f64,
    bins: Vec<Bin>,
    /// Weighted mean of ln f.
    centre: f64,
    slope: Linear,
    curvature: Linear,
    mean: Linear,
    alpha_std_error: f64,
    curvature_std_error: f64,
}

/// A weighted sum over the debiased ln P.
#[derive(Debug, Clone)]
struct Linear {
    /// The first frequency that has a weight.
    first: usize,
    weights: Vec<f64>,
    /// What the biases add up to.
    bias: f64,
}

impl Linear {
    /// `weight` of each bin; frequencies between them have none.
    fn new(bins: &[Bin], weight: impl Fn(&Bin) -> f64) -> Self {
        let (first, last) = (bins[0].index, bins[bins.len() - 1].index);
        let mut weights = vec![0.0; last + 1 - first];
        let mut bias = 0.0;
        for bin in bins {
            weights[bin.index - first] = weight(bin);
            bias += weight(bin) * bin.bias;
        }
        Self {
            first,
            weights,
            bias,
        }
    }

    #[inline(always)]
    fn of(&self, log_power: &[f64]) -> f64 {
        lanes::dot(&self.weights, &log_power[self.first..]) - self.bias
    }
}

/// A frequency that takes part.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bin {
    pub index: usize,
    /// ln f, less the plan's centre.
    pub x: f64,
    pub weight: f64,
    /// E[ln P] - ln E[P].
    pub bias: f64,
}

/// What [`DebiasedFit::parameters`] finds in a spectrum.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LawParameters {
    /// Exponent: positive where power falls with frequency.
    pub alpha: f64,
    /// ln of the expected power at f = 1, in the regressor's unit.
    pub log_amplitude: f64,
    /// Coefficient of (ln f)^2 in a quadratic fit: negative where the spectrum
    /// falls faster at high frequencies. The linear fit's `alpha` ignores it.
    pub curvature: f64,
}

/// A power law fitted by [`DebiasedFit`]. Standard errors and chi-squared are
/// those of one segment of a Gaussian signal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DebiasedLaw {
    /// Exponent: positive where power falls with frequency.
    pub alpha: f64,
    /// ln of the expected power at f = 1, in the regressor's unit. (Means of
    /// ln P lie lower, by ln nu - psi(nu).)
    pub log_amplitude: f64,
    /// Coefficient of (ln f)^2 in a quadratic fit: negative where the spectrum
    /// falls faster at high frequencies.
    pub curvature: f64,
    /// Fisher standard error of `alpha`; divide by sqrt(n) for a mean of ln P
    /// over n independent segments.
    pub alpha_std_error: f64,
    /// Fisher standard error of `curvature`.
    pub curvature_std_error: f64,
    /// Share of the weighted variance of the debiased ln P that the law
    /// explains; `None` where it does not vary.
    pub r_squared: Option<f64>,
    /// Lowest frequency that took part.
    pub f_min: f64,
    /// Highest frequency that took part.
    pub f_max: f64,
    /// Number of frequencies that took part.
    pub n_bins: usize,
    /// Weighted residual sum of squares / (n_bins - 2): 1 for a Gaussian power
    /// law, 1/n for the mean of ln P over n independent segments of it.
    pub reduced_chi_squared: f64,
}

impl DebiasedLaw {
    /// 95 % interval of `alpha` for a mean of ln P over `n_segments`
    /// independent segments of a Gaussian signal.
    pub fn fisher_interval(&self, n_segments: u64) -> [f64; 2] {
        let half = GAUSSIAN_95 * self.alpha_std_error / (n_segments as f64).sqrt();
        [self.alpha - half, self.alpha + half]
    }
}

impl DebiasedFit {
    /// Plans for spectra over `frequency`, increasing. Bins above 0 whose frequency lies in
    /// `range` take part. `log_frequency` is the regressor: ln f for lines,
    /// [`crate::planar::RingTable::effective_log_frequency`] for rings. `dof`
    /// are the real degrees of freedom averaged into each bin of one segment.
    ///
    /// ```
    /// use cepstrum::compare::{DebiasedFit, FitRange, digamma};
    /// let f: Vec<f64> = (1..64).map(|k| f64::from(k) / 128.0).collect();
    /// let ln_f: Vec<f64> = f.iter().map(|f| f.ln()).collect();
    /// let fit = DebiasedFit::new(&f, &ln_f, &[2; 63], FitRange::default())?;
    /// // The expectation of ln P: psi(1) below the logarithm of the law.
    /// let ln_p: Vec<f64> = ln_f.iter().map(|x| 3.0 - 2.0 * x + digamma(1.0)).collect();
    /// let law = fit.law(&ln_p)?;
    /// assert!((law.alpha - 2.0).abs() < 1e-12);
    /// assert!((law.log_amplitude - 3.0).abs() < 1e-12);
    /// # Ok::<(), cepstrum::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Length`] for slices of different lengths,
    /// [`Error::InvalidArgument`] where fewer than three frequencies are in
    /// range, or one of them has no degrees of freedom or no finite regressor.
    pub fn new(
        frequency: &[f64],
        log_frequency: &[f64],
        dof: &[u32],
        range: FitRange,
    ) -> Result<Self> {
        for (what, got) in [("log_frequency", log_frequency.len()), ("dof", dof.len())] {
            Error::check_length(what, got, frequency.len())?;
        }
        let mut bins = select(frequency, log_frequency, dof, range)?;
        let total: f64 = bins.iter().map(|bin| bin.weight).sum();
        let centre = moment(&bins, |x| x) / total;
        for bin in &mut bins {
            bin.x -= centre;
        }
        let (xx, xxx) = (moment(&bins, |x| x * x), moment(&bins, |x| x * x * x));
        // The part of x^2 that a line cannot follow.
        let bend = |x: f64| x * x - xx / total - x * xxx / xx;
        let bends = moment(&bins, |x| bend(x).powi(2));
        let spread = moment(&bins, |x| x.powi(4));
        // Not <=: NaN from a regressor without any spread fails too.
        let bendable = bends > 1e-12 * spread;
        if !bendable {
            let requirement = "three or more different values in the fit range";
            return Err(Error::argument("log_frequency", centre, requirement));
        }
        Ok(Self {
            n_frequencies: frequency.len(),
            f_min: frequency[bins[0].index],
            f_max: frequency[bins[bins.len() - 1].index],
            centre,
            slope: Linear::new(&bins, |bin| bin.weight * bin.x / xx),
            curvature: Linear::new(&bins, |bin| bin.weight * bend(bin.x) / bends),
            mean: Linear::new(&bins, |bin| bin.weight / total),
            alpha_std_error: xx.sqrt().recip(),
            curvature_std_error: bends.sqrt().recip(),
            bins,
        })
    }

    /// Fisher standard error of `alpha` of one segment.
    pub fn alpha_std_error(&self) -> f64 {
        self.alpha_std_error
    }

    /// Exponent, amplitude and curvature of ln P, `log_power`, over all planned
    /// frequencies.
    ///
    /// # Errors
    /// [`Error::Length`] for another number of frequencies,
    /// [`Error::InvalidArgument`] for a value in the fit range that is not
    /// finite.
    pub fn parameters(&self, log_power: &[f64]) -> Result<LawParameters> {
        Error::check_length("log_power", log_power.len(), self.n_frequencies)?;
        let (slope, curvature, mean) = lanes::on_vectors(
            #[inline(always)]
            || {
                let of = [&self.slope, &self.curvature, &self.mean].map(|sum| sum.of(log_power));
                (of[0], of[1], of[2])
            },
        );
        if !mean.is_finite() {
            let requirement = "finite in the fit range";
            return Err(Error::argument("log_power", mean, requirement));
        }
        Ok(LawParameters {
            alpha: -slope,
            log_amplitude: mean - slope * self.centre,
            curvature,
        })
    }

    /// The power law of ln P, `log_power`, over all planned frequencies.
    ///
    /// # Errors
    /// As for [`DebiasedFit::parameters`].
    pub fn law(&self, log_power: &[f64]) -> Result<DebiasedLaw> {
        let parameters = self.parameters(log_power)?;
        let at_centre = parameters.log_amplitude - parameters.alpha * self.centre;
        let (mut total, mut residual) = (0.0, 0.0);
        for bin in &self.bins {
            let y = log_power[bin.index] - bin.bias - at_centre;
            total += bin.weight * y * y;
            residual += bin.weight * (y + parameters.alpha * bin.x).powi(2);
        }
        let n_bins = self.bins.len();
        Ok(DebiasedLaw {
            alpha: parameters.alpha,
            log_amplitude: parameters.log_amplitude,
            curvature: parameters.curvature,
            alpha_std_error: self.alpha_std_error,
            curvature_std_error: self.curvature_std_error,
            r_squared: (total > 0.0).then(|| 1.0 - residual / total),
            f_min: self.f_min,
            f_max: self.f_max,
            n_bins,
            reduced_chi_squared: residual / (n_bins - 2) as f64,
        })
    }

    pub(super) fn bins(&self) -> &[Bin] {
        &self.bins
    }

    pub(super) fn centre(&self) -> f64 {
        self.centre
    }
}

fn select(
    frequency: &[f64],
    log_frequency: &[f64],
    dof: &[u32],
    range: FitRange,
) -> Result<Vec<Bin>> {
    let mut bins = Vec::with_capacity(frequency.len());
    // Weight and bias of the degrees of freedom that came last: those of lines are
    // nearly all alike.
    let mut last = (0, 0.0, 0.0);
    for (index, &f) in frequency.iter().enumerate() {
        if !range.contains(f) {
            continue;
        }
        let x = log_frequency[index];
        if !x.is_finite() {
            return Err(Error::argument(
                "log_frequency",
                x,
                "finite in the fit range",
            ));
        }
        if dof[index] == 0 {
            return Err(Error::argument("dof", 0, "at least 1 in the fit range"));
        }
        if dof[index] != last.0 {
            let weight = 1.0 / trigamma(f64::from(dof[index]) / 2.0);
            last = (dof[index], weight, noise_log_bias(dof[index]));
        }
        let (_, weight, bias) = last;
        bins.push(Bin {
            index,
            x,
            weight,
            bias,
        });
    }
    if bins.len() < FEWEST_BINS {
        return Err(range.too_narrow(bins.len(), frequency.len(), FEWEST_BINS));
    }
    Ok(bins)
}

fn moment(bins: &[Bin], term: impl Fn(f64) -> f64) -> f64 {
    bins.iter().map(|bin| bin.weight * term(bin.x)).sum()
}
