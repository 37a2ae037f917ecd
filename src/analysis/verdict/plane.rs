//! Numbers of a set of planes: levels of the variance spectrum, distances to
//! photographs, exponents, all with jackknife intervals over units.

use super::answers::Number;
use super::axes::AxisBins;
use super::photos::{DB, OnBands, distance};
use super::sums::UnitSums;
use crate::compare::leave_one_out_interval;
use crate::planar::VarianceBands;
use realfft::RealFftPlanner;
use rustfft::num_complex::Complex;

/// Powers under this are told as this.
const LEAST_POWER: f64 = 1e-30;

/// FFT over bands of a unit's mean profile, k_f = 0..=M/2, in the unit of the square
/// root of power: sqrt(N / M) of the unnormalised one, without DC.
pub(super) fn column_of_profile(
    unit: &UnitSums,
    n_frames: usize,
    planner: &mut RealFftPlanner<f64>,
) -> Vec<Complex<f64>> {
    let n_bands = unit.profile.len();
    let mut profile: Vec<f64> = unit.profile.iter().map(|sum| sum / unit.n as f64).collect();
    let mean = profile.iter().sum::<f64>() / n_bands as f64;
    profile.iter_mut().for_each(|x| *x -= mean);
    let plan = planner.plan_fft_forward(n_bands);
    let mut column = plan.make_output_vec();
    plan.process(&mut profile, &mut column)
        .expect("buffers were made by the plan");
    let scale = (n_frames as f64 / n_bands as f64).sqrt();
    column.iter_mut().for_each(|value| *value *= scale);
    column
}

/// Names of the numbers of planes, in the order of [`PlaneNumbers::all`].
pub(super) const NAMES: [&str; 11] = [
    "least_fall_db",
    "photo_distance_db",
    "distance_all_db",
    "distance_interior_db",
    "own_share",
    "alpha_time",
    "alpha_time_null",
    "delta_time",
    "alpha_frequency",
    "alpha_frequency_null",
    "delta_frequency",
];

/// What a set of planes is measured by.
pub(super) struct PlaneSet<'a> {
    units: &'a [UnitSums],
    columns: Vec<Vec<Complex<f64>>>,
    bands: &'a VarianceBands,
    /// Along time and along frequency, of sound.
    axes: Option<&'a [AxisBins; 2]>,
    photos: &'a OnBands,
    total: UnitSums,
}

/// Levels per band, dB, and the share that bands have on their own.
pub(super) struct Levels {
    pub all: Vec<f64>,
    pub interior: Vec<f64>,
    pub own_share: f64,
}

/// All numbers of a set, named by [`NAMES`].
pub(super) struct PlaneNumbers {
    pub levels: Levels,
    pub all: [Number; 11],
    /// What `all` are without one unit after another.
    pub without: Vec<[f64; 11]>,
}

impl<'a> PlaneSet<'a> {
    pub fn new(
        units: &'a [UnitSums],
        bands: &'a VarianceBands,
        axes: Option<&'a [AxisBins; 2]>,
        photos: &'a OnBands,
    ) -> Self {
        let n_frames = bands.shape().1;
        let mut total = UnitSums::default();
        units.iter().for_each(|unit| total.add(unit));
        let mut planner = RealFftPlanner::new();
        let columns = units
            .iter()
            .map(|unit| column_of_profile(unit, n_frames, &mut planner));
        Self {
            columns: columns.collect(),
            units,
            bands,
            axes,
            photos,
            total,
        }
    }

    pub fn numbers(&self) -> PlaneNumbers {
        let levels = self.levels(None);
        let values = self.statistics(&levels, None);
        let without: Vec<[f64; 11]> = match self.units.len() {
            ..2 => vec![],
            n => (0..n)
                .map(|unit| self.statistics(&self.levels(Some(unit)), Some(unit)))
                .collect(),
        };
        let [of_all, of_interior] = self.photo_variance(&levels);
        let all = std::array::from_fn(|i| {
            let more = match NAMES[i] {
                "distance_all_db" => of_all,
                "distance_interior_db" => of_interior,
                "photo_distance_db" if values[2] >= values[3] => of_all,
                "photo_distance_db" => of_interior,
                _ => 0.0,
            };
            let of_one: Vec<f64> = without.iter().map(|values| values[i]).collect();
            let ci = leave_one_out_interval(values[i], &of_one, more);
            Number::new(values[i], ci)
        });
        PlaneNumbers {
            levels,
            all,
            without,
        }
    }

    /// The variance that the choice of photographs adds to both distances.
    fn photo_variance(&self, levels: &Levels) -> [f64; 2] {
        let of = |i: usize, level: &[f64]| {
            let each = self.photos.without.iter();
            let moved: Vec<f64> = each.map(|without| distance(level, &without[i])).collect();
            let n = moved.len() as f64;
            if moved.is_empty() {
                return 0.0;
            }
            let mean = moved.iter().sum::<f64>() / n;
            (n - 1.0) / n * moved.iter().map(|d| (d - mean).powi(2)).sum::<f64>()
        };
        [of(0, &levels.all), of(1, &levels.interior)]
    }

    /// Sums without one unit: what is left of the whole.
    fn left(&self, sum: f64, of_unit: impl Fn(&UnitSums) -> f64, without: Option<usize>) -> f64 {
        sum - without.map_or(0.0, |unit| of_unit(&self.units[unit]))
    }

    fn lists(&self, list: impl Fn(&UnitSums) -> &[f64], without: Option<usize>) -> Vec<f64> {
        let own = without.map(|unit| list(&self.units[unit]));
        let sums = list(&self.total).iter().enumerate();
        sums.map(|(i, sum)| sum - own.map_or(0.0, |own| own[i]))
            .collect()
    }

    fn n_segments(&self, without: Option<usize>) -> f64 {
        (self.total.n - without.map_or(0, |unit| self.units[unit].n)) as f64
    }

    /// Power of the column less that of the data set's mean profile, without the
    /// bias of a mean over few and unequal units.
    fn column(&self, without: Option<usize>) -> Vec<f64> {
        let n = self.n_segments(without);
        let power = self.lists(|unit| &unit.column, without);
        let used = || {
            let units = self.units.iter().zip(&self.columns).enumerate();
            let used = units.filter(move |(i, _)| Some(*i) != without);
            used.map(move |(_, (unit, column))| (unit.n as f64 / n, column))
        };
        let squares: f64 = used().map(|(weight, _)| weight * weight).sum();
        let mut mean = vec![Complex::<f64>::default(); power.len()];
        for (weight, column) in used() {
            for (mean, value) in mean.iter_mut().zip(column) {
                *mean += weight * value;
            }
        }
        let mut spread = vec![0.0; power.len()];
        if squares < 1.0 {
            for (weight, column) in used() {
                let apart = column.iter().zip(&mean).map(|(x, mean)| x - mean);
                for (sum, apart) in spread.iter_mut().zip(apart) {
                    *sum += weight * weight / (1.0 - squares) * apart.norm_sqr();
                }
            }
        }
        let about = power.iter().zip(mean).zip(spread);
        about
            .map(|((sum, mean), spread)| (sum / n - mean.norm_sqr() + spread).max(0.0))
            .collect()
    }

    /// Power of the mean profile over all segments, k_f = 0..=M/2.
    pub fn power_of_mean(&self) -> Vec<f64> {
        let column = column_of_profile(
            &self.total,
            self.bands.shape().1,
            &mut RealFftPlanner::new(),
        );
        column.iter().map(Complex::norm_sqr).collect()
    }

    fn levels(&self, without: Option<usize>) -> Levels {
        let n = self.n_segments(without);
        let column = self.column(without);
        let db =
            |(power, &cells): (f64, &u32)| DB * (power.max(LEAST_POWER) / f64::from(cells)).ln();
        let rest = self.lists(|unit| &unit.rest, without);
        let of_column = self.bands.column_sums(&column);
        let all = rest.iter().zip(of_column).map(|(rest, own)| rest / n + own);
        let interior = self.lists(|unit| &unit.interior, without);
        let interior = interior.iter().map(|sum| sum / n);
        let total = self.left(self.total.total, |unit| unit.total, without) / n;
        let own = self.left(self.total.own, |unit| unit.own, without) / n;
        Levels {
            all: all.zip(self.bands.cells_all()).map(db).collect(),
            interior: interior.zip(self.bands.cells_interior()).map(db).collect(),
            own_share: own / (total + self.bands.column_total(&column)),
        }
    }

    fn statistics(&self, levels: &Levels, without: Option<usize>) -> [f64; 11] {
        let of_all = distance(&levels.all, &self.photos.all);
        let of_interior = distance(&levels.interior, &self.photos.interior);
        let [time, frequency, time_null, frequency_null] = self.exponents(without);
        [
            least(&falls(&levels.all)).map_or(f64::NAN, |(_, fall)| fall),
            of_all.max(of_interior),
            of_all,
            of_interior,
            levels.own_share,
            time,
            time_null,
            time - time_null,
            frequency,
            frequency_null,
            frequency - frequency_null,
        ]
    }

    fn exponents(&self, without: Option<usize>) -> [f64; 4] {
        let n_null = self.total.n_null - without.map_or(0, |unit| self.units[unit].n_null);
        let Some([time, frequency]) = self.axes.filter(|_| n_null > 0) else {
            return [f64::NAN; 4];
        };
        std::array::from_fn(|i| {
            let bins = if i % 2 == 0 { time } else { frequency };
            bins.exponent(&self.lists(|unit| &unit.axes[i], without))
        })
    }
}

/// Falls over an octave: of each band to the one two steps above it.
pub(super) fn falls(levels: &[f64]) -> Vec<f64> {
    levels.windows(3).map(|of| of[0] - of[2]).collect()
}

/// The least value, and its place.
pub(super) fn least(values: &[f64]) -> Option<(usize, f64)> {
    let values = values.iter().copied().enumerate();
    values.reduce(|least, next| if next.1 < least.1 { next } else { least })
}

#[cfg(test)]
mod tests {
    use super::super::photos::Photos;
    use super::*;
    use crate::planar::PlaneVariance;
    use crate::synth::{coloured_field, derived_seed, gauss, uniform};

    const SHAPE: (usize, usize) = (32, 48);
    const POPULATION: u64 = 1000;
    const DRAWS: u64 = 2000;

    /// A file of two planes whose exponents, depths and profiles are its own; what is
    /// scrambled falls less.
    fn unit(seed: u64, plan: &mut PlaneVariance, axes: &[AxisBins; 2]) -> UnitSums {
        let own: Vec<f64> = uniform(seed).take(3).collect();
        let (alpha, depth) = (1.7 + 0.8 * own[0], 5.0 + 3.0 * own[1]);
        let profile = gauss(derived_seed(seed, 1), SHAPE.0);
        let mut unit = UnitSums {
            profile: vec![0.0; SHAPE.0],
            column: vec![0.0; SHAPE.0 / 2 + 1],
            rest: vec![0.0; plan.bands().n_bands()],
            interior: vec![0.0; plan.bands().n_bands()],
            axes: [0, 1, 0, 1].map(|axis: usize| vec![0.0; axes[axis].len()]),
            ..UnitSums::default()
        };
        for segment in 0..2 {
            for (null, alpha) in [(0, alpha), (2, 0.8 + 0.4 * own[2])] {
                let seed = derived_seed(seed, 10 + 2 * segment + null as u64);
                let field = coloured_field(seed, SHAPE.0, SHAPE.1, alpha);
                let columns = field.columns().into_iter();
                let values = columns.flat_map(|column| column.to_vec().into_iter().zip(&profile));
                let sums = plan.process(values.map(|(x, level)| depth * x + 3.0 * level));
                let sums = sums.unwrap().clone();
                axes[0].add(&sums.along_time, &mut unit.axes[null]);
                axes[1].add(&sums.along_frequency, &mut unit.axes[null + 1]);
                if null == 0 {
                    let lists = [
                        (&mut unit.profile, &sums.profile),
                        (&mut unit.column, &sums.column),
                        (&mut unit.rest, &sums.rest),
                        (&mut unit.interior, &sums.interior),
                    ];
                    for (to, from) in lists {
                        to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
                    }
                    (unit.total, unit.own) = (unit.total + sums.total, unit.own + sums.own);
                    (unit.n, unit.n_null) = (unit.n + 1, unit.n_null + 1);
                }
            }
        }
        unit
    }

    /// How often the intervals of n files hold the number of all. (Where exponents
    /// vary from 1.5 to 3 and depths by 2.5, means of power are those of few files:
    /// .91 instead of .93 at n = 5.)
    #[test]
    fn intervals_hold_the_truth_as_often_as_they_say() {
        let bands = VarianceBands::new(SHAPE.0, SHAPE.1, 1.0).unwrap();
        let axes = [
            AxisBins::along_time(SHAPE.1, 32.0),
            AxisBins::along_frequency(SHAPE.0),
        ];
        // Photographs that do not vary, so that files alone do.
        let mut photos = Photos::built_in().on_bands(&bands);
        photos.without.clear();
        let mut plan = PlaneVariance::new(bands.clone());
        let all: Vec<UnitSums> = (0..POPULATION)
            .map(|seed| unit(derived_seed(7, seed), &mut plan, &axes))
            .collect();
        let numbers = |units: &[UnitSums]| {
            let set = PlaneSet::new(units, &bands, Some(&axes), &photos);
            let all = set.numbers().all;
            [2, 3, 7, 10].map(|i| all[i])
        };
        let truth = numbers(&all).map(|number| number.or_nan());
        for (n, least) in [(3, 0.9), (5, 0.92), (10, 0.92), (30, 0.92)] {
            let mut held = [0; 4];
            for draw in 0..DRAWS {
                let picks =
                    uniform(derived_seed(n, draw)).map(|u| (u * POPULATION as f64) as usize);
                let units: Vec<UnitSums> = picks.take(n as usize).map(|i| all[i].clone()).collect();
                for ((held, number), truth) in held.iter_mut().zip(numbers(&units)).zip(truth) {
                    let [low, high] = number.ends();
                    *held += usize::from(low <= truth && truth <= high);
                }
            }
            let coverage = held.map(|held| held as f64 / DRAWS as f64);
            println!("{n} files: {coverage:?}");
            let holds = |of: &f64| (least..=0.975).contains(of);
            assert!(coverage.iter().all(holds), "{n}: {coverage:?}");
        }
    }
}
