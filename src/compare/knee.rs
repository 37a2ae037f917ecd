//! Power laws whose exponent changes at one frequency.

use super::DebiasedFit;
use super::special::student_t_95;
use crate::Result;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Fewest frequencies on either side of a knee.
const FEWEST_BESIDE: usize = 5;

/// How much lower the broken law's BIC must be: "very strong" evidence (Kass &
/// Raftery 1995).
const VERY_STRONG: f64 = 10.0;

/// Root mean square residual, in ln P, that rounding alone may leave.
const ROUNDING: f64 = 1e-12;

/// Halvings of a knee's interval, and narrowings of the search between bins.
const REFINEMENTS: usize = 60;

/// A power law with a knee: P ~ f^-alpha_low below `f_knee`, f^-alpha_high
/// above, equal at the knee.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BrokenLaw {
    /// Exponent below the knee.
    pub alpha_low: f64,
    /// Exponent above the knee.
    pub alpha_high: f64,
    /// Frequency of the knee, in the regressor's unit.
    pub f_knee: f64,
    /// 95 % profile interval of `f_knee`: the knees whose residual sum of
    /// squares is at most 1 + t^2 / (n - 4) times the least, among those with
    /// five frequencies on either side.
    pub f_knee_ci: [f64; 2],
    /// ln of the expected power at the knee.
    pub log_power: f64,
    /// BIC of the law without a knee less that of the broken law.
    pub delta_bic: f64,
}

/// The broken power law of ln P, `log_power`, over the planned frequencies of
/// `fit`, or `None` where a law without a knee does.
///
/// Weighted least squares as in [`DebiasedFit`], continuous in ln f; the knee
/// has at least five frequencies on either side and may lie between two of
/// them. The variances are known up to a common factor (for n_segments and for
/// what is not Gaussian), so BIC = n ln(RSS / n) + k ln n over n frequencies,
/// with k = 2 for the law and 4 for the broken one (the factor itself adds
/// equally to both). A knee is reported where the broken law's BIC is lower by
/// at least 10: of Gaussian fields without a knee, about one in a thousand
/// seems to have one. That is evidence, not size: the mean of thousands of
/// planes shows how power varies within their lowest rings, with exponents that
/// hardly differ; compare `alpha_low` with `alpha_high`.
///
/// In a plane, n_segments segments fix a knee with a standard error of about
/// 2 / (|alpha_high - alpha_low| sqrt(n_segments cells below it)) in ln f: 9 %
/// for one plane of 128 x 128, a knee at .05 and exponents 1 and 3.
///
/// ```
/// use cepstrum::compare::{DebiasedFit, FitRange, digamma, knee};
/// let f: Vec<f64> = (1..128).map(|k| f64::from(k) / 256.0).collect();
/// let ln_f: Vec<f64> = f.iter().map(|f| f.ln()).collect();
/// let fit = DebiasedFit::new(&f, &ln_f, &[2; 127], FitRange::default())?;
/// let broken = |x: f64| if x < -2.0 { -(x + 2.0) } else { -3.0 * (x + 2.0) };
/// let ln_p: Vec<f64> = ln_f.iter().map(|&x| broken(x) + digamma(1.0)).collect();
/// let found = knee(&fit, &ln_p)?.expect("a knee");
/// assert!((found.f_knee - (-2.0_f64).exp()).abs() < 1e-6);
/// assert!((found.alpha_high - 3.0).abs() < 1e-6);
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// As for [`DebiasedFit::parameters`].
pub fn knee(fit: &DebiasedFit, log_power: &[f64]) -> Result<Option<BrokenLaw>> {
    let line = fit.parameters(log_power)?;
    let at_centre = line.log_amplitude - line.alpha * fit.centre();
    let mut points: Vec<Point> = fit
        .bins()
        .iter()
        .map(|bin| Point {
            x: bin.x,
            // Residuals of the line: small numbers keep the sums accurate.
            y: log_power[bin.index] - bin.bias - at_centre + line.alpha * bin.x,
            weight: bin.weight,
        })
        .collect();
    // True mean frequencies of partial rings need not increase.
    points.sort_by(|a, b| a.x.total_cmp(&b.x));
    let n = points.len();
    if n < 2 * FEWEST_BESIDE + 1 {
        return Ok(None);
    }
    let profile = Profile::new(points);
    let candidates = FEWEST_BESIDE..=n - 1 - FEWEST_BESIDE;
    let best = profile.best(&candidates);
    let without = profile.total_yy;
    if without <= ROUNDING * ROUNDING * profile.total.w {
        return Ok(None);
    }
    let with = best.residual.max(f64::EPSILON * without);
    let n_f64 = n as f64;
    let delta_bic = n_f64 * (without / with).ln() - 2.0 * n_f64.ln();
    if delta_bic < VERY_STRONG {
        return Ok(None);
    }
    let dof = n_f64 - 4.0;
    let limit = with * (1.0 + student_t_95(dof).powi(2) / dof);
    let ends = profile.ends(best.x, &candidates, limit);
    Ok(Some(BrokenLaw {
        alpha_low: line.alpha - best.slope_low,
        alpha_high: line.alpha - best.slope_high,
        f_knee: (best.x + fit.centre()).exp(),
        f_knee_ci: ends.map(|x| (x + fit.centre()).exp()),
        log_power: at_centre - line.alpha * best.x + best.level,
        delta_bic,
    }))
}

#[derive(Clone, Copy)]
struct Point {
    x: f64,
    y: f64,
    weight: f64,
}

/// Weighted sums over points.
#[derive(Clone, Copy, Default)]
struct Sums {
    w: f64,
    x: f64,
    xx: f64,
    y: f64,
    xy: f64,
}

impl Sums {
    fn add(self, point: Point) -> Sums {
        let Point { x, y, weight } = point;
        Sums {
            w: self.w + weight,
            x: self.x + weight * x,
            xx: self.xx + weight * x * x,
            y: self.y + weight * y,
            xy: self.xy + weight * x * y,
        }
    }

    fn less(self, other: Sums) -> Sums {
        Sums {
            w: self.w - other.w,
            x: self.x - other.x,
            xx: self.xx - other.xx,
            y: self.y - other.y,
            xy: self.xy - other.xy,
        }
    }

    /// The same sums with x counted from `origin`.
    fn about(self, origin: f64) -> Sums {
        Sums {
            w: self.w,
            x: self.x - origin * self.w,
            xx: self.xx - 2.0 * origin * self.x + origin * origin * self.w,
            y: self.y,
            xy: self.xy - origin * self.y,
        }
    }
}

/// The best broken line with a knee at `x`.
#[derive(Clone, Copy)]
struct Broken {
    x: f64,
    level: f64,
    slope_low: f64,
    slope_high: f64,
    residual: f64,
}

/// Residual sum of squares against the knee, each in constant time.
struct Profile {
    points: Vec<Point>,
    /// Sums over the first i points.
    before: Vec<Sums>,
    total: Sums,
    total_yy: f64,
}

impl Profile {
    fn new(points: Vec<Point>) -> Self {
        let mut before = vec![Sums::default()];
        let mut total = Sums::default();
        for &point in &points {
            total = total.add(point);
            before.push(total);
        }
        let total_yy = points.iter().map(|p| p.weight * p.y * p.y).sum();
        Self {
            points,
            before,
            total,
            total_yy,
        }
    }

    /// Least squares of level + slope_low (x - knee) below the knee and
    /// level + slope_high (x - knee) above.
    fn at(&self, knee: f64) -> Broken {
        self.at_beyond(knee, self.points.partition_point(|point| point.x < knee))
    }

    /// The same for a knee with so many points below it.
    fn at_beyond(&self, knee: f64, n_below: usize) -> Broken {
        let below = self.before[n_below];
        let (low, high) = (below.about(knee), self.total.less(below).about(knee));
        let weight = self.total.w - low.x * low.x / low.xx - high.x * high.x / high.xx;
        let level = (self.total.y - low.x * low.xy / low.xx - high.x * high.xy / high.xx) / weight;
        let slope_low = (low.xy - low.x * level) / low.xx;
        let slope_high = (high.xy - high.x * level) / high.xx;
        let explained = level * self.total.y + slope_low * low.xy + slope_high * high.xy;
        Broken {
            x: knee,
            level,
            slope_low,
            slope_high,
            residual: self.total_yy - explained,
        }
    }

    /// The best knee: the best of the bins, refined between its neighbours.
    fn best(&self, candidates: &RangeInclusive<usize>) -> Broken {
        let x = |i: usize| self.points[i].x;
        let (first, last) = (*candidates.start(), *candidates.end());
        let (mut bin, mut least) = (first, f64::INFINITY);
        for i in candidates.clone() {
            // A knee on a point: whether that counts as below changes nothing.
            let residual = self.at_beyond(x(i), i).residual;
            if residual < least {
                (bin, least) = (i, residual);
            }
        }
        let left = self.narrow(x(bin.max(first + 1) - 1), x(bin));
        let right = self.narrow(x(bin), x((bin + 1).min(last)));
        if left.residual < right.residual {
            left
        } else {
            right
        }
    }

    /// The best knee between two neighbouring bins, where the residuals have
    /// one minimum (Hudson 1966), by thirds.
    fn narrow(&self, mut low: f64, mut high: f64) -> Broken {
        for _ in 0..REFINEMENTS {
            let third = (high - low) / 3.0;
            if self.at(low + third).residual < self.at(high - third).residual {
                high -= third;
            } else {
                low += third;
            }
        }
        self.at(0.5 * (low + high))
    }

    /// Where the residuals first exceed `limit` on either side of `from`, or
    /// the outermost candidates.
    fn ends(&self, from: f64, candidates: &RangeInclusive<usize>, limit: f64) -> [f64; 2] {
        let bins = || candidates.clone().map(|i| self.points[i].x);
        [
            self.end(from, bins().rev().filter(|x| *x < from), limit),
            self.end(from, bins().filter(|x| *x > from), limit),
        ]
    }

    fn end(&self, from: f64, outward: impl Iterator<Item = f64>, limit: f64) -> f64 {
        let mut inside = from;
        for x in outward {
            if self.at(x).residual <= limit {
                inside = x;
                continue;
            }
            let mut outside = x;
            for _ in 0..REFINEMENTS {
                let middle = 0.5 * (inside + outside);
                if self.at(middle).residual <= limit {
                    inside = middle;
                } else {
                    outside = middle;
                }
            }
            return inside;
        }
        inside
    }
}
