//! How well exponents, their intervals and the search for knees hold on fields
//! and noise whose exponent is known. Takes minutes; use `--release`.

use cepstrum::compare::{
    DebiasedFit, FitRange, FitSpacing, POST_FIT_POINTS, jackknife, knee, power_law,
};
use cepstrum::planar::{Radius, Rapsd, RingTable};
use cepstrum::spectral::Periodogram;
use cepstrum::synth::{coloured_field, coloured_noise};
use rayon::prelude::*;
use std::ops::Range;
use std::time::Instant;

type Outcome<T = ()> = cepstrum::Result<T>;

const ALPHAS: [f64; 5] = [0.0, 1.0, 2.0, 2.454, 3.0];
const N_SAMPLES: usize = 4096;
/// Fields per set: a small data set.
const SET: usize = 10;

/// Frequencies of a kind of spectrum, and debiased fits with two regressors.
struct Fits {
    frequency: Vec<f64>,
    debiased: DebiasedFit,
    mean_log_frequency: DebiasedFit,
}

impl Fits {
    fn rings(table: &RingTable) -> Outcome<Self> {
        let frequency = table.frequency().values();
        let fit = |regressor: &[f64]| {
            DebiasedFit::new(&frequency, regressor, table.counts(), FitRange::default())
        };
        Ok(Self {
            debiased: fit(&table.effective_log_frequency())?,
            mean_log_frequency: fit(&table.mean_log_frequency())?,
            frequency,
        })
    }

    fn lines(dof: &[u32]) -> Outcome<Self> {
        let f = |k: usize| k as f64 / N_SAMPLES as f64;
        let frequency: Vec<f64> = (1..=dof.len()).map(f).collect();
        let log_frequency: Vec<f64> = frequency.iter().map(|f| f.ln()).collect();
        let debiased = DebiasedFit::new(&frequency, &log_frequency, dof, FitRange::default())?;
        Ok(Self {
            mean_log_frequency: debiased.clone(),
            debiased,
            frequency,
        })
    }
}

fn field_log_powers(
    (n_rows, n_cols, radius): (usize, usize, Radius),
    seeds: Range<u64>,
    alpha: f64,
) -> Outcome<Vec<Vec<f64>>> {
    let plan = || Rapsd::<f64>::new(n_rows, n_cols, radius);
    let log_power = |plan: &mut Outcome<Rapsd<f64>>, seed| {
        let plan = plan.as_mut().expect("no shape here is empty");
        let field = coloured_field(seed, n_rows, n_cols, alpha);
        let mut power = vec![0.0; plan.table().n_rings()];
        plan.process(field.as_slice().expect("row-major"), &mut power)?;
        Ok(power.iter().map(|p| p.ln()).collect())
    };
    seeds.into_par_iter().map_init(plan, log_power).collect()
}

fn noise_log_powers(seeds: Range<u64>, alpha: f64) -> Outcome<Vec<Vec<f64>>> {
    let plan = || Periodogram::<f64>::new(N_SAMPLES);
    let log_power = |plan: &mut Outcome<Periodogram<f64>>, seed| {
        let plan = plan.as_mut().expect("more than 2 samples");
        let mut power = vec![0.0; plan.n_bins()];
        plan.process(&coloured_noise(seed, N_SAMPLES, alpha), &mut power)?;
        Ok(power.iter().map(|p| p.ln()).collect())
    };
    seeds.into_par_iter().map_init(plan, log_power).collect()
}

fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let square: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    (mean, (square / (n - 1.0)).sqrt())
}

/// Share of `items` for which `holds`.
fn share<T: Sync>(items: &[T], holds: impl Fn(&T) -> Outcome<bool> + Sync) -> Outcome<f64> {
    let held: Vec<bool> = items.par_iter().map(&holds).collect::<Outcome<_>>()?;
    Ok(held.iter().filter(|held| **held).count() as f64 / items.len() as f64)
}

fn mean_spectrum(set: &[Vec<f64>]) -> Vec<f64> {
    let bins = 0..set[0].len();
    bins.map(|i| set.iter().map(|s| s[i]).sum::<f64>() / set.len() as f64)
        .collect()
}

fn print_row(name: &str, alpha: f64, fits: &Fits, log_powers: &[Vec<f64>]) -> Outcome {
    let by = |of: &(dyn Fn(&[f64]) -> Outcome<f64> + Sync)| -> Outcome<Vec<f64>> {
        log_powers.par_iter().map(|p| of(p)).collect()
    };
    let alphas = by(&|p| Ok(fits.debiased.parameters(p)?.alpha))?;
    let log_means = by(&|p| Ok(fits.mean_log_frequency.parameters(p)?.alpha))?;
    let spacing = FitSpacing::EvenLog(POST_FIT_POINTS);
    let posts = by(&|p| Ok(power_law(&fits.frequency, p, FitRange::default(), spacing)?.alpha))?;

    let within = |[low, high]: [f64; 2]| low <= alpha && alpha <= high;
    let fisher = share(log_powers, |p| {
        Ok(within(fits.debiased.law(p)?.fisher_interval(1)))
    })?;
    let sets: Vec<&[f64]> = alphas.chunks_exact(SET).collect();
    let of_ten = share(&sets, |set| {
        Ok(jackknife(set, &[1; SET])?.is_some_and(|found| within(found.ci)))
    })?;
    let means: Vec<Vec<f64>> = log_powers.chunks_exact(SET).map(mean_spectrum).collect();
    let has_knee = |p: &Vec<f64>| Ok(knee(&fits.debiased, p)?.is_some());

    let (mean, deviation) = mean_and_deviation(&alphas);
    let (post, post_deviation) = mean_and_deviation(&posts);
    println!(
        "{name:<17} {alpha:>5.3} {:>6} {:>+8.4} {deviation:>7.4} {:>7.4} {fisher:>7.3} {of_ten:>7.3} {:>+9.4} {:>+8.4} {post_deviation:>7.4} {:>7.4} {:>7.4} {:>5}",
        log_powers.len(),
        mean - alpha,
        fits.debiased.alpha_std_error(),
        mean_and_deviation(&log_means).0 - alpha,
        post - alpha,
        share(log_powers, has_knee)?,
        share(&means, has_knee)?,
        has_knee(&mean_spectrum(log_powers))?,
    );
    Ok(())
}

fn main() -> Outcome {
    let start = Instant::now();
    let mut used = 0;
    // Rows share no seed, and so no luck.
    let mut seeds = |n: u64| {
        used += n;
        used - n..used
    };
    println!(
        "error, sd: of the debiased alpha; Fisher: its standard error; cover: of the 95 % Fisher\n\
         interval; of 10: coverage of the jackknife-t interval of sets of ten; mean lnf: error with\n\
         the mean of ln f as the regressor; post: error and sd of the post's estimator; knee: share\n\
         of single fields, of means over ten, and verdict on the mean of all\n"
    );
    println!(
        "{:<17} {:>5} {:>6} {:>8} {:>7} {:>7} {:>7} {:>7} {:>9} {:>8} {:>7} {:>7} {:>7} {:>5}",
        "size",
        "alpha",
        "fields",
        "error",
        "sd",
        "Fisher",
        "cover",
        "of 10",
        "mean lnf",
        "post",
        "sd",
        "knee",
        "of 10",
        "all"
    );
    for (n_rows, n_cols, radius, n_fields) in [
        (32, 32, Radius::Frequency, 3000),
        (64, 64, Radius::Frequency, 10_000),
        (128, 87, Radius::Frequency, 10_000),
        (320, 320, Radius::Frequency, 1000),
        (128, 87, Radius::Index, 1000),
    ] {
        let fits = Fits::rings(&RingTable::new(n_rows, n_cols, radius))?;
        let name = format!("{n_rows}x{n_cols} {radius:?}");
        for alpha in ALPHAS {
            let log_powers = field_log_powers((n_rows, n_cols, radius), seeds(n_fields), alpha)?;
            print_row(&name, alpha, &fits, &log_powers)?;
        }
    }
    let fits = Fits::lines(&Periodogram::<f64>::new(N_SAMPLES)?.dof())?;
    for alpha in ALPHAS {
        let log_powers = noise_log_powers(seeds(1000), alpha)?;
        print_row("4096 samples", alpha, &fits, &log_powers)?;
    }
    println!("\n{:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}
