//! Which cells of a plane's spectrum lie in which direction, and the exponents
//! along directions.
//!
//! No cell below 0.5 cycles per sample but DC is its own mirror image, so each
//! has two degrees of freedom: the bias of ln P is the same for all and no
//! exponent feels it.

use crate::analysis::Fit;
use crate::compare::{FitRange, FitSpacing, POST_FIT_POINTS, power_law};
use crate::planar::{HalfPlane, HalfPlaneCell};
use std::collections::{BTreeMap, BTreeSet};

/// Bins per octave of radius within a sector.
const BINS_PER_OCTAVE: f64 = 4.0;
/// An octave: a line through less says nothing.
const FEWEST_BINS: usize = 4;
/// Bins per octave of the ratio of power along both axes.
const BANDS_PER_OCTAVE: f64 = 3.0;

/// Cells of about equal radius.
struct RadialBin {
    /// Geometric mean of the cells' radii, cycles per sample.
    frequency: f64,
    /// Number of a cell and its share in the bin.
    cells: Vec<(usize, f64)>,
}

impl RadialBin {
    fn mean(&self, values: &[f64]) -> f64 {
        let terms = self.cells.iter().map(|&(cell, share)| share * values[cell]);
        terms.sum()
    }
}

/// Bins of growing radius, by number.
struct Ray(BTreeMap<i64, RadialBin>);

impl Ray {
    /// Puts each cell below 0.5 cycles per sample into the bin that `number`
    /// gives it; numbers must grow with the radius.
    fn new(half: HalfPlane, number: impl Fn(&HalfPlaneCell) -> Option<i64>) -> Self {
        let mut members: BTreeMap<i64, Vec<(usize, HalfPlaneCell)>> = BTreeMap::new();
        let inside = |cell: &HalfPlaneCell| cell.radius() > 0.0 && cell.radius() < 0.5;
        for (i, cell) in half.cells().enumerate().filter(|(_, cell)| inside(cell)) {
            if let Some(bin) = number(&cell) {
                members.entry(bin).or_default().push((i, cell));
            }
        }
        let bin = |cells: Vec<(usize, HalfPlaneCell)>| {
            let weight = |cell: &HalfPlaneCell| f64::from(cell.multiplicity);
            let total: f64 = cells.iter().map(|(_, cell)| weight(cell)).sum();
            let logs = cells.iter().map(|(_, c)| weight(c) * c.radius().ln());
            RadialBin {
                frequency: (logs.sum::<f64>() / total).exp(),
                cells: cells
                    .iter()
                    .map(|(i, cell)| (*i, weight(cell) / total))
                    .collect(),
            }
        };
        let bins = members
            .into_iter()
            .map(|(number, cells)| (number, bin(cells)));
        Ray(bins.collect())
    }

    /// Least squares of ln P on ln f over the bins of these numbers, the
    /// estimator of the post.
    fn fit(&self, log_power: &[f64], numbers: &BTreeSet<i64>, range: FitRange) -> Fit {
        let bins = numbers.iter().filter_map(|number| self.0.get(number));
        let (frequency, mean): (Vec<f64>, Vec<f64>) =
            bins.map(|bin| (bin.frequency, bin.mean(log_power))).unzip();
        let spacing = FitSpacing::EvenLog(POST_FIT_POINTS);
        fit_of(power_law(&frequency, &mean, range, spacing))
    }

    fn numbers(&self) -> BTreeSet<i64> {
        self.0.keys().copied().collect()
    }
}

/// A law, or why there is none.
pub(super) fn fit_of(law: crate::Result<crate::compare::PowerLaw>) -> Fit {
    match law {
        Ok(law) => Fit::Law(law),
        Err(error) => missing(error.to_string()),
    }
}

fn missing(reason: String) -> Fit {
    Fit::Missing {
        alpha: None,
        reason,
    }
}

/// The rays of planes of one shape.
pub(crate) struct Rays {
    range: FitRange,
    /// Without the cells on the axes: a bright axis, one cell wide, is much of a
    /// sector near DC and little of it far out, which would pass for a slope.
    sectors: Vec<Ray>,
    /// All cells, on the axes too.
    whole: Ray,
    /// Numbers of the bins that all sectors share.
    shared: BTreeSet<i64>,
    /// The sectors around the axes with the axes' own cells: temporal, spectral.
    with_axis: [Ray; 2],
    /// The axes themselves: temporal, spectral.
    axes: [Ray; 2],
    /// The sectors around the axes in third octaves: temporal, spectral.
    bands: [Ray; 2],
}

impl Rays {
    /// `range` is in cycles per sample.
    pub fn new(half: HalfPlane, n_directions: usize, range: FitRange) -> Self {
        let across = n_directions / 2;
        let in_sector = |cell: &HalfPlaneCell, number: usize| sector(cell, n_directions) == number;
        let beside = |cell: &HalfPlaneCell| !on_time(cell) && !on_frequency(cell);
        let sectors: Vec<Ray> = (0..n_directions)
            .map(|number| {
                Ray::new(half, |cell| {
                    (beside(cell) && in_sector(cell, number)).then(|| bin(cell))
                })
            })
            .collect();
        let whole = |number| Ray::new(half, |cell| in_sector(cell, number).then(|| bin(cell)));
        let axis = |on_axis: fn(&HalfPlaneCell) -> bool, n: usize| {
            let index = move |cell: &HalfPlaneCell| (cell.radius() * n as f64).round() as i64;
            Ray::new(half, |cell| on_axis(cell).then(|| index(cell)))
        };
        let band = |number| Ray::new(half, |cell| in_sector(cell, number).then(|| third(cell)));
        let (n_rows, n_cols) = half.shape();
        Self {
            range,
            shared: shared(&sectors, range),
            with_axis: [whole(0), whole(across)],
            axes: [axis(on_time, n_cols), axis(on_frequency, n_rows)],
            bands: [band(0), band(across)],
            sectors,
            whole: Ray::new(half, |cell| Some(bin(cell))),
        }
    }

    /// Numbers of the bins that directions are fitted over; empty where there is
    /// no law.
    pub fn fitted(&self) -> BTreeSet<i64> {
        match self.shared.len() < FEWEST_BINS {
            true => BTreeSet::new(),
            false => self.shared.clone(),
        }
    }

    /// Leaves no other bins to directions than these.
    pub fn restrict(&mut self, numbers: &BTreeSet<i64>) {
        self.shared.retain(|number| numbers.contains(number));
    }

    /// Mean power over all directions in each bin that directions share.
    pub fn radial_power(&self, power: &[f64]) -> Vec<f64> {
        let bins = self.shared.iter().filter_map(|n| self.whole.0.get(n));
        bins.map(|bin| bin.mean(power)).collect()
    }

    /// The law of ln P per bin of [`Self::radial_power`].
    pub fn radial(&self, log_power: &[f64]) -> Fit {
        if self.shared.len() < FEWEST_BINS {
            return too_few(self.shared.len());
        }
        let bins = self.shared.iter().filter_map(|n| self.whole.0.get(n));
        let frequency: Vec<f64> = bins.map(|bin| bin.frequency).collect();
        let spacing = FitSpacing::EvenLog(POST_FIT_POINTS);
        fit_of(power_law(
            &frequency,
            log_power,
            FitRange::default(),
            spacing,
        ))
    }

    /// The laws of all sectors over the bins that they share.
    pub fn by_direction(&self, log_power: &[f64]) -> Vec<Fit> {
        let fit = |ray: &Ray| octaves(ray, log_power, &self.shared);
        self.sectors.iter().map(fit).collect()
    }

    /// The laws around the axes with the axes' own cells: temporal, spectral.
    pub fn with_axis(&self, log_power: &[f64]) -> [Fit; 2] {
        let fit = |ray: &Ray| octaves(ray, log_power, &self.shared);
        self.with_axis.each_ref().map(fit)
    }

    /// The laws on the axes: temporal, spectral.
    pub fn axes(&self, log_power: &[f64]) -> [Fit; 2] {
        let fit = |ray: &Ray| ray.fit(log_power, &ray.numbers(), self.range);
        self.axes.each_ref().map(fit)
    }

    /// Mean power around the temporal and the spectral axis, per third octave
    /// that has cells of both, with its centre.
    pub fn band_power(&self, power: &[f64]) -> Vec<(f64, f64, f64)> {
        let [time, frequency] = &self.bands;
        let both = time.0.iter().filter_map(|(number, bin)| {
            let other = frequency.0.get(number)?;
            let centre = (*number as f64 / BANDS_PER_OCTAVE).exp2();
            Some((centre, bin.mean(power), other.mean(power)))
        });
        both.collect()
    }
}

/// A law over whole bins: an octave at least.
fn octaves(ray: &Ray, log_power: &[f64], numbers: &BTreeSet<i64>) -> Fit {
    if numbers.len() < FEWEST_BINS {
        return too_few(numbers.len());
    }
    ray.fit(log_power, numbers, FitRange::default())
}

fn too_few(n_bins: usize) -> Fit {
    let have = match n_bins {
        0 => "no quarter octave up to 0.5 cycles/sample has".to_string(),
        1 => "only 1 quarter octave up to 0.5 cycles/sample has".to_string(),
        n => format!("only {n} quarter octaves up to 0.5 cycles/sample have"),
    };
    missing(format!(
        "{have} cells in every direction, {FEWEST_BINS} are needed: larger planes, fewer directions or a wider fit range"
    ))
}

/// The frequencies from the first to the last of some bins, cycles per sample.
pub(super) fn edges(numbers: &BTreeSet<i64>) -> Option<[f64; 2]> {
    let edge = |number: i64| 0.5 * (number as f64 / BINS_PER_OCTAVE).exp2();
    Some([edge(*numbers.first()?), edge(numbers.last()? + 1)])
}

/// Numbers of the bins from the highest down to the first that some ray lacks,
/// as far as the middle of a bin lies in the range.
fn shared(rays: &[Ray], range: FitRange) -> BTreeSet<i64> {
    let everywhere = |number: &i64| rays.iter().all(|ray| ray.0.contains_key(number));
    let in_range = |number: &i64| {
        let middle = 0.5 * ((*number as f64 + 0.5) / BINS_PER_OCTAVE).exp2();
        range.f_min.is_none_or(|low| middle >= low) && range.f_max.is_none_or(|high| middle <= high)
    };
    let downward = (1..).map(|i: i64| -i);
    downward.take_while(everywhere).filter(in_range).collect()
}

/// Number of the quarter octave below 0.5 cycles per sample: -1 is the first.
fn bin(cell: &HalfPlaneCell) -> i64 {
    (BINS_PER_OCTAVE * (2.0 * cell.radius()).log2()).floor() as i64
}

fn third(cell: &HalfPlaneCell) -> i64 {
    (BANDS_PER_OCTAVE * cell.radius().log2()).round() as i64
}

/// Number of the sector: 0 around the axis of column frequencies.
fn sector(cell: &HalfPlaneCell, n_directions: usize) -> usize {
    let degrees = cell.row_frequency.atan2(cell.col_frequency).to_degrees();
    let turn = degrees.rem_euclid(180.0) / 180.0;
    (turn * n_directions as f64).round() as usize % n_directions
}

fn on_time(cell: &HalfPlaneCell) -> bool {
    cell.row_frequency == 0.0
}

fn on_frequency(cell: &HalfPlaneCell) -> bool {
    cell.col_frequency == 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(ray: &Ray) -> usize {
        ray.0.values().map(|bin| bin.cells.len()).sum()
    }

    #[test]
    fn every_cell_lies_in_one_sector() {
        for (rows, cols) in [(128, 87), (64, 64), (33, 50)] {
            let half = HalfPlane::new(rows, cols).unwrap();
            let inside = |c: &HalfPlaneCell| c.radius() > 0.0 && c.radius() < 0.5;
            let n_inside = half.cells().filter(inside).count();
            for n in [4, 12] {
                let rays = Rays::new(half, n, FitRange::default());
                assert!(rays.shared.len() >= 5, "{rows} x {cols}: {:?}", rays.shared);
                let on = |of: fn(&HalfPlaneCell) -> bool| {
                    half.cells().filter(|c| inside(c) && of(c)).count()
                };
                let axes = [on(on_time), on(on_frequency)];
                assert_eq!(rays.axes.each_ref().map(cells), axes);
                let in_sectors: usize = rays.sectors.iter().map(cells).sum();
                assert_eq!(in_sectors + axes[0] + axes[1], n_inside);
                for (i, sector) in [0, n / 2].into_iter().enumerate() {
                    let beside = cells(&rays.sectors[sector]);
                    assert_eq!(cells(&rays.with_axis[i]), beside + axes[i]);
                }
            }
        }
    }

    /// The regressor is the mean of ln f of the same cells, so a power law is
    /// found exactly, in every direction its own.
    #[test]
    fn laws_of_directions_are_exact() {
        let half = HalfPlane::new(96, 64).unwrap();
        let alpha = |sector: usize| 1.0 + 0.1 * sector as f64;
        let log_power: Vec<f64> = half
            .cells()
            .map(|c| match c.radius() {
                0.0 => f64::NAN,
                radius => 3.0 - alpha(sector(&c, 12)) * radius.ln(),
            })
            .collect();
        let rays = Rays::new(half, 12, FitRange::default());
        for (number, fit) in rays.by_direction(&log_power).iter().enumerate() {
            let law = fit.law().unwrap();
            assert!((law.alpha - alpha(number)).abs() < 1e-12, "{number}");
            assert!((law.log_amplitude - 3.0).abs() < 1e-12, "{number}");
        }
        for fits in [rays.with_axis(&log_power), rays.axes(&log_power)] {
            for (fit, sector) in fits.iter().zip([0, 6]) {
                assert!((fit.law().unwrap().alpha - alpha(sector)).abs() < 1e-12);
            }
        }
        let law = |f_min| {
            let range = FitRange {
                f_min: Some(f_min),
                f_max: None,
            };
            Rays::new(half, 12, range).by_direction(&log_power)[0].clone()
        };
        assert!(law(0.2).law().unwrap().f_min >= 0.2);
        let Fit::Missing { reason, .. } = law(0.4) else {
            panic!("a law over less than an octave");
        };
        assert!(reason.contains("quarter octave"), "{reason}");
    }
}
