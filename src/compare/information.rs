//! Information that noise leaves of a spectrum, and noise levels in equal steps
//! of it.

use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// The Gaussian channel that white noise makes of data: independent cells of
/// known power.
///
/// ```
/// use cepstrum::compare::Channels;
/// // Two real cells of power 3 at unit noise: 1/2 ln 4 each.
/// let channels = Channels::new(&[3.0], &[2.0])?;
/// assert!((channels.information(1.0) - 4.0_f64.ln()).abs() < 1e-15);
/// # Ok::<(), cepstrum::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Channels {
    power: Vec<f64>,
    cells: Vec<f64>,
}

/// Noise levels along which a quantity is lost in equal steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EqualSteps {
    /// Share that is left of what is lost between the first and the last level,
    /// from 1 down to 0; ends included.
    pub left: Vec<f64>,
    /// Standard deviation of the noise at each, in units of the data, rising.
    pub sigma: Vec<f64>,
    /// ln(1 / sigma^2), falling: the log-SNR of data of unit variance.
    pub log_snr: Vec<f64>,
}

/// Levels that differ by a smaller factor are one: samplers divide by their
/// differences.
const SAME_LEVEL: f64 = 1.0 + 1e-9;

impl Channels {
    /// Cells of equal power together: `power` (arithmetic mean, per unit of
    /// noise power) and how many real cells have it.
    ///
    /// # Errors
    /// [`Error::Length`] where the lists differ, [`Error::InvalidArgument`] for
    /// values that are negative or not finite.
    pub fn new(power: &[f64], cells: &[f64]) -> Result<Self> {
        Error::check_length("cells", cells.len(), power.len())?;
        let bad = |x: &&f64| !(x.is_finite() && **x >= 0.0);
        if let Some(bad) = power.iter().chain(cells).find(bad) {
            return Err(Error::argument("power", bad, "finite and at least 0"));
        }
        Ok(Self {
            power: power.to_vec(),
            cells: cells.to_vec(),
        })
    }

    /// I = 1/2 sum ln(1 + P / sigma^2) in nats: what noisy data say about the
    /// data, were they Gaussian (Shannon 1949).
    pub fn information(&self, sigma: f64) -> f64 {
        let cells = self.power.iter().zip(&self.cells);
        let terms = cells.map(|(power, n)| n * (power / (sigma * sigma)).ln_1p());
        0.5 * terms.sum::<f64>()
    }

    /// -dI / d ln sigma = sum P / (P + sigma^2), in nats per unit of ln sigma:
    /// where along the noise levels information is lost (Guo, Shamai & Verdu
    /// 2005: mmse / sigma^2). It tends to the number of cells without noise.
    pub fn density(&self, sigma: f64) -> f64 {
        let cells = self.power.iter().zip(&self.cells);
        cells
            .map(|(power, n)| n * power / (power + sigma * sigma))
            .sum()
    }

    /// `n_steps` + 1 noise levels from `first` to `last` between which equal
    /// parts of the information are lost.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] unless 0 < first < last, n_steps > 0 and
    /// there is information to lose.
    pub fn equal_information(&self, first: f64, last: f64, n_steps: usize) -> Result<EqualSteps> {
        let information = |sigma: f64| self.information(sigma);
        equal_steps_by(information, first, last, n_steps, |wanted, before| {
            self.level_after(before, wanted)
        })
    }

    /// The level behind `before` at which `wanted` nats are left. Information
    /// is convex in ln sigma, so that Newton's steps never go too far.
    fn level_after(&self, before: f64, wanted: f64) -> f64 {
        const MOST_STEPS: usize = 100;
        let mut x = before.ln();
        for _ in 0..MOST_STEPS {
            let sigma = x.exp();
            let step = (self.information(sigma) - wanted) / self.density(sigma);
            x += step;
            if step.abs() < 1e-14 {
                break;
            }
        }
        x.exp()
    }
}

/// `n_steps` + 1 noise levels from `first` to `last` between which `quantity`,
/// which falls with sigma, falls by equal parts; fewer where it jumps, so that
/// levels always rise.
///
/// # Errors
/// [`Error::InvalidArgument`] unless 0 < first < last, n_steps > 0 and the
/// quantity falls.
pub fn equal_steps(
    quantity: impl Fn(f64) -> f64,
    first: f64,
    last: f64,
    n_steps: usize,
) -> Result<EqualSteps> {
    equal_steps_by(&quantity, first, last, n_steps, |wanted, before| {
        level_of(&quantity, wanted, before, last)
    })
}

/// [`equal_steps`] with a way to find the level at which so much is left, given
/// the level before it.
fn equal_steps_by(
    quantity: impl Fn(f64) -> f64,
    first: f64,
    last: f64,
    n_steps: usize,
    level: impl Fn(f64, f64) -> f64,
) -> Result<EqualSteps> {
    if !(first > 0.0 && first < last && last.is_finite()) {
        let value = format!("{first} to {last}");
        return Err(Error::argument("sigma", value, "increasing and above 0"));
    }
    if n_steps == 0 {
        return Err(Error::argument("times", n_steps, "at least 1"));
    }
    let (top, bottom) = (quantity(first), quantity(last));
    if !(top > bottom && top.is_finite() && bottom.is_finite()) {
        let value = format!("{top} to {bottom}");
        return Err(Error::argument("quantity", value, "falling with sigma"));
    }
    let (mut left, mut sigma) = (vec![1.0], vec![first]);
    let mut before = first;
    for i in 1..n_steps {
        let share = 1.0 - i as f64 / n_steps as f64;
        let next = level(bottom + share * (top - bottom), before);
        if next > before * SAME_LEVEL && next * SAME_LEVEL < last {
            left.push(share);
            sigma.push(next);
            before = next;
        }
    }
    left.push(0.0);
    sigma.push(last);
    Ok(EqualSteps {
        log_snr: sigma.iter().map(|s| -2.0 * s.ln()).collect(),
        left,
        sigma,
    })
}

/// The level at which a falling quantity first is no more than `wanted`, by
/// bisection of ln sigma.
fn level_of(quantity: &impl Fn(f64) -> f64, wanted: f64, first: f64, last: f64) -> f64 {
    // Doubles have no finer steps.
    const STEPS: usize = 60;
    let (mut low, mut high) = (first.ln(), last.ln());
    for _ in 0..STEPS {
        let middle = 0.5 * (low + high);
        if quantity(middle.exp()) > wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    (0.5 * (low + high)).exp()
}

/// Octaves between the frequencies where the signal-to-noise ratio is 10 and
/// where it is 1/10, at a noise level that drowns half of a falling spectrum's
/// logarithmic band: how sharply noise cuts. A power law has log2(100) / alpha
/// everywhere. `None` where the spectrum does not span both ratios.
pub fn transition_octaves(frequency: &[f64], snr: &[f64], variance: f64) -> Option<f64> {
    let passes = |ratio: f64| {
        let crossings = super::crossings(frequency, snr, ratio * variance);
        crossings.last().copied()
    };
    let (sharp, drowned) = (passes(10.0)?, passes(0.1)?);
    (drowned > sharp).then(|| (drowned / sharp).log2())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law(n: usize, alpha: f64) -> (Vec<f64>, Vec<f64>) {
        let f: Vec<f64> = (1..=n).map(|k| k as f64 / (2.0 * n as f64)).collect();
        let p = f.iter().map(|f| 1e-3 * f.powf(-alpha)).collect();
        (f, p)
    }

    #[test]
    fn density_is_the_slope_of_information() {
        let (_, power) = law(200, 2.0);
        let channels = Channels::new(&power, &vec![2.0; 200]).unwrap();
        for sigma in [1e-3, 0.03, 0.4, 2.0, 50.0] {
            let h = 1e-5;
            let step = |sign: f64| channels.information(sigma * (sign * h).exp());
            let slope = (step(-1.0) - step(1.0)) / (2.0 * h);
            let density = channels.density(sigma);
            assert!((slope - density).abs() < 1e-5 * density.max(1.0), "{sigma}");
        }
        assert!((channels.density(1e-12) - 400.0).abs() < 1e-6);
    }

    #[test]
    fn equal_steps_lose_equal_parts() {
        let (_, power) = law(100, 1.5);
        let channels = Channels::new(&power, &vec![1.0; 100]).unwrap();
        let steps = channels.equal_information(0.01, 30.0, 8).unwrap();
        assert_eq!((steps.sigma[0], steps.sigma[8]), (0.01, 30.0));
        let losses: Vec<f64> = steps
            .sigma
            .windows(2)
            .map(|pair| channels.information(pair[0]) - channels.information(pair[1]))
            .collect();
        for loss in &losses {
            assert!((loss - losses[0]).abs() < 1e-9 * losses[0]);
        }
        for (log_snr, sigma) in steps.log_snr.iter().zip(&steps.sigma) {
            assert!((log_snr + 2.0 * sigma.ln()).abs() < 1e-15);
        }
        assert!(channels.equal_information(1.0, 0.5, 4).is_err());
        assert!(channels.equal_information(0.0, 0.5, 4).is_err());
        assert!(channels.equal_information(0.1, 0.5, 0).is_err());
        assert!(equal_steps(|_| 1.0, 0.1, 1.0, 4).is_err());
        assert!(Channels::new(&[f64::NAN], &[1.0]).is_err());
        assert!(Channels::new(&[1.0], &[]).is_err());
    }

    /// A jump takes many steps at one level: they are one.
    #[test]
    fn levels_always_rise() {
        let jump = |sigma: f64| {
            if sigma < 1.0 {
                10.0 - sigma
            } else {
                1.0 / sigma
            }
        };
        let steps = equal_steps(jump, 0.1, 100.0, 50).unwrap();
        assert!(steps.sigma.len() < 20, "{}", steps.sigma.len());
        assert!(steps.sigma.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(steps.left.windows(2).all(|pair| pair[0] > pair[1]));
        assert_eq!(
            (steps.left[0], steps.left[steps.left.len() - 1]),
            (1.0, 0.0)
        );
        assert_eq!(steps.log_snr.len(), steps.sigma.len());
    }

    #[test]
    fn a_power_law_cuts_within_its_closed_form() {
        for alpha in [1.0, 2.0, 3.0] {
            let (f, p) = law(4000, alpha);
            let width = transition_octaves(&f, &p, p[300]).unwrap();
            assert!((width - 100_f64.log2() / alpha).abs() < 1e-6, "{alpha}");
        }
        assert_eq!(transition_octaves(&[0.1, 0.2], &[1.0, 1.0], 1.0), None);
    }
}
