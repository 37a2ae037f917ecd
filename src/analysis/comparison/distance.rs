//! Distances of mean spectra from that of photos.

use super::files::{closer, interval, rows as file_rows, with_std_error};
use super::resampled::{Grid, LogSpectrum, log_frequency, without_bias};
use super::units::Units;
use super::{
    Estimate, MatchedSpectra, Pairing, PhotosRow, Selection, Statistic, StatisticRow, Uncertainty,
};
use crate::Result;
use crate::analysis::photo_reference;
use crate::analysis::{Report, Representation, ResultRow};
use crate::compare::{Difference, Jackknife, difference, jackknife, paired_difference};
use std::f64::consts::LN_10;

/// Points, even in ln f, that a distance is the mean square over.
pub const DISTANCE_POINTS: usize = 200;
/// Decibels per neper of power.
const DB: f64 = 10.0 / LN_10;
/// A distance over less than an octave would say nothing about a spectrum.
const LEAST_BAND: f64 = std::f64::consts::LN_2;

/// Photos to compare with.
pub(super) struct Photos {
    pub spectrum: LogSpectrum,
    pub alpha: Option<Jackknife>,
    source: String,
    n_files: u64,
}

impl Photos {
    pub fn row(&self) -> PhotosRow {
        PhotosRow {
            source: self.source.clone(),
            n_files: self.n_files,
            alpha: self.alpha.map(|alpha| Estimate {
                value: alpha.mean,
                ci: Some(alpha.ci),
            }),
        }
    }
}

/// The photos of A's report, else of B's, else the built-in ones; those too
/// where a selection is photos.
pub(super) fn photos(a: &Selection<'_>, b: &Selection<'_>) -> Photos {
    let are_photos = |s: &&Selection<'_>| s.representation() == Representation::Photo;
    let own = [a, b].into_iter().find_map(|selection| {
        let result = photos_of(selection.report)?;
        Some((selection, result))
    });
    match own {
        Some((selection, result)) if ![a, b].iter().any(are_photos) => {
            let source = format!("photos of the report of {}", selection.name);
            of_result(result, source)
        }
        _ => built_in(),
    }
}

fn photos_of(report: &Report) -> Option<&ResultRow> {
    let mut rows = report.results.iter();
    rows.find(|row| {
        let is_all = row.representation == Representation::Photo && row.class == "all";
        is_all && row.spectrum.frequency.len() >= 2
    })
}

fn of_result(result: &ResultRow, source: String) -> Photos {
    let law = result.fit.debiased.as_ref();
    Photos {
        spectrum: LogSpectrum {
            log_frequency: result.spectrum.frequency.iter().map(|f| f.ln()).collect(),
            log_power: without_bias(result, &result.spectrum.mean_log_power),
        },
        alpha: law.map(|law| with_std_error(law.alpha, law.std_error, law.n_files)),
        source,
        n_files: result.n_files,
    }
}

fn built_in() -> Photos {
    let alpha = with_std_error(
        photo_reference::ALPHA,
        photo_reference::ALPHA_STD_ERROR,
        photo_reference::N_PHOTOS,
    );
    Photos {
        spectrum: LogSpectrum {
            log_frequency: photo_reference::log_frequency(),
            log_power: photo_reference::LOG_POWER.to_vec(),
        },
        alpha: Some(alpha),
        source: photo_reference::SOURCE.to_string(),
        n_files: photo_reference::N_PHOTOS as u64,
    }
}

/// Where both selections and the photos have frequencies.
pub(super) struct Band {
    grid: Grid,
    a: Vec<f64>,
    b: Vec<f64>,
}

impl Band {
    /// # Errors
    /// Why there is none, in words.
    pub fn common(
        a: &Selection<'_>,
        b: &Selection<'_>,
        photos: &LogSpectrum,
    ) -> Result<Band, String> {
        let known = |s: &Selection<'_>| {
            log_frequency(s)
                .filter(|f| f.len() >= 2)
                .ok_or_else(|| format!("{} has no two frequencies in cycles per sample", s.name))
        };
        let (a, b) = (known(a)?, known(b)?);
        let all = [&a, &b, &photos.log_frequency];
        let low = all.iter().fold(f64::NEG_INFINITY, |low, f| low.max(f[0]));
        let high = all
            .iter()
            .fold(f64::INFINITY, |high, f| high.min(f[f.len() - 1]));
        // Not <: NaN has no band either.
        let is_wide = high - low >= LEAST_BAND;
        if !is_wide {
            return Err("the spectra have no octave in common".to_string());
        }
        Ok(Band {
            grid: Grid::new(low, high, DISTANCE_POINTS),
            a,
            b,
        })
    }
}

/// The distance of one selection, with what its uncertainty is made of.
struct Distance {
    /// ln of expected power over the band, its mean taken off.
    matched: Vec<f64>,
    /// Its value is the distance itself, dB.
    mean: Option<Jackknife>,
    value: f64,
    units: Option<Units>,
    /// Jackknife pseudo-values of the units (Tukey 1958).
    pseudo: Vec<f64>,
    /// The value less the bias of a set of few units: the mean of their
    /// pseudo-values, where there are any.
    unbiased: f64,
    uncertainty: Uncertainty,
}

impl Distance {
    fn new(
        selection: &Selection<'_>,
        log_frequency: &[f64],
        grid: &Grid,
        photos: &[f64],
    ) -> Result<Distance> {
        let result = selection.result;
        let log_power = without_bias(result, &result.spectrum.mean_log_power);
        let spectrum = grid.resampled(log_frequency, &log_power);
        let value = rms(&spectrum, photos);
        let mut distance = Distance {
            matched: centred(&spectrum),
            mean: None,
            value,
            units: Units::of(selection, log_frequency, grid, &spectrum),
            pseudo: Vec::new(),
            unbiased: value,
            uncertainty: Uncertainty::Spread,
        };
        if let Some(units) = &distance.units {
            let n = units.weights.len() as f64;
            let without = units.means_without(&spectrum);
            let pseudo = without.map(|mean| n * value - (n - 1.0) * rms(&mean, photos));
            distance.pseudo = pseudo.collect();
            distance.uncertainty = units.uncertainty;
            let mean = jackknife(&distance.pseudo, &ones(&distance.pseudo))?;
            let of_all = |j: Jackknife| j.std_error * units.share.sqrt();
            distance.mean = mean.map(|j| with_std_error(value, of_all(j), j.n));
            // The bias of a mean over n units falls as 1 / n.
            let bias = mean.map_or(0.0, |j| value - j.mean);
            distance.unbiased = value - units.share * bias;
        } else if result.n_files >= 2 {
            let std = grid.resampled(log_frequency, &result.spectrum.std_log_power);
            let one_file = spread(&distance.matched, photos, &std);
            let std_error = one_file / (result.n_files as f64).sqrt();
            distance.mean = Some(with_std_error(value, std_error, result.n_files as usize));
        }
        Ok(distance)
    }

    fn estimate(&self) -> Estimate {
        Estimate {
            value: self.value,
            ci: self.mean.map(|mean| mean.ci.map(|end| end.max(0.0))),
        }
    }
}

/// The distances, and the spectra that they are between.
pub(super) fn row(
    a: &Selection<'_>,
    b: &Selection<'_>,
    photos: &LogSpectrum,
    band: &Band,
) -> Result<(StatisticRow, MatchedSpectra)> {
    let grid = &band.grid;
    let photos = centred(&grid.resampled(&photos.log_frequency, &photos.log_power));
    let of_a = Distance::new(a, &band.a, grid, &photos)?;
    let of_b = Distance::new(b, &band.b, grid, &photos)?;
    let uncertainty = of_a.uncertainty.max(of_b.uncertainty);
    let difference = distance_difference((a, &of_a), (b, &of_b))?;
    let row = StatisticRow {
        statistic: Statistic::PhotoDistance,
        a: Some(of_a.estimate()),
        b: Some(of_b.estimate()),
        difference: Some(of_a.value - of_b.value),
        interval: difference
            .map(|(of, pairing)| interval(&of, uncertainty, pairing, closer(of.ci))),
    };
    let spectra = MatchedSpectra {
        frequency: grid.log_frequency.iter().map(|f| f.exp()).collect(),
        a: of_a.matched,
        b: of_b.matched,
        photos,
    };
    Ok((row, spectra))
}

/// The difference with its standard error, about which the interval lies: that
/// of the values for the same files on both sides, that of the unbiased values
/// for others; `None` where a side has no standard error.
fn distance_difference(
    (a, of_a): (&Selection<'_>, &Distance),
    (b, of_b): (&Selection<'_>, &Distance),
) -> Result<Option<(Difference, Pairing)>> {
    let (Some(mean_a), Some(mean_b)) = (of_a.mean, of_b.mean) else {
        return Ok(None);
    };
    if let (Some(units_a), Some(units_b)) = (&of_a.units, &of_b.units)
        && units_a.pairs_with(units_b)
        && all_files(a).eq(all_files(b))
        && let Some(paired) = paired_difference(&of_a.pseudo, &of_b.pseudo, &ones(&of_a.pseudo))?
    {
        // About the difference itself: pseudo-values would correct its bias too.
        let difference = of_a.value - of_b.value;
        let of_all = units_a.share.max(units_b.share).sqrt();
        let about = Difference {
            difference,
            std_error: of_all * paired.std_error,
            ci: paired
                .ci
                .map(|end| difference + of_all * (end - paired.difference)),
            ..paired
        };
        return Ok(Some((about, Pairing::Paired)));
    }
    // Deviations of few files do not average out: 2 files lie half a decibel
    // further from photos than 65 of the same population.
    let unbiased = |of: &Distance, mean: Jackknife| Jackknife {
        mean: of.unbiased,
        ..mean
    };
    let independent = difference(&unbiased(of_a, mean_a), &unbiased(of_b, mean_b));
    if !share_files(a, b) {
        return Ok(Some((independent, Pairing::Independent)));
    }
    let std_error = match a.is_same(b) {
        true => 0.0,
        false => mean_a.std_error + mean_b.std_error,
    };
    let sum = with_std_error(independent.difference, std_error, mean_a.n.min(mean_b.n));
    let overlapping = Difference {
        std_error,
        ci: sum.ci,
        dof: (sum.n - 1) as f64,
        ..independent
    };
    Ok(Some((overlapping, Pairing::Overlapping)))
}

/// All files of a selection, whether the report keeps bands of them or not, with
/// their segments.
fn all_files(s: &Selection<'_>) -> impl Iterator<Item = (super::files::Key, Option<u64>)> {
    let representation = s.representation();
    file_rows(s).map(move |row| {
        let law = row.debiased.get(&representation);
        (super::files::key(s, &row), law.map(|law| law.n_segments))
    })
}

fn share_files(a: &Selection<'_>, b: &Selection<'_>) -> bool {
    let keys = |s: &Selection<'_>| -> std::collections::BTreeSet<_> {
        file_rows(s).map(|row| super::files::key(s, &row)).collect()
    };
    !keys(a).is_disjoint(&keys(b))
}

/// What a reader should know about the row's interval.
pub(super) fn note(row: &StatisticRow) -> Option<String> {
    match row.interval.map(|interval| interval.uncertainty) {
        Some(Uncertainty::Spread) => Some(
            "the interval of the distance is wider than need be: it follows from the spread over \
             segments, for the report keeps bands neither of all files nor of 50 of them"
                .to_string(),
        ),
        Some(Uncertainty::Classes) => Some(
            "the interval of the distance is over classes, taken as a sample of all classes"
                .to_string(),
        ),
        Some(_) => None,
        None => Some("the distance of a single file has no interval".to_string()),
    }
}

/// Root of the mean squared difference of two spectra, levels matched, dB.
fn rms(a: &[f64], b: &[f64]) -> f64 {
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    let squares = centred(&differences).iter().map(|d| d * d).sum::<f64>();
    DB * (squares / a.len() as f64).sqrt()
}

fn centred(values: &[f64]) -> Vec<f64> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| value - mean).collect()
}

/// Standard deviation of the distance for spectra that deviate by `std` at each
/// point, in the worst case: all deviations move it one way. d = |r| / sqrt(n)
/// has the gradient r / (n d), at most 1 / sqrt(n) in length at d = 0.
fn spread(a: &[f64], photos: &[f64], std: &[f64]) -> f64 {
    let n = a.len() as f64;
    let residuals: Vec<f64> = a.iter().zip(photos).map(|(a, b)| a - b).collect();
    let root = |values: &[f64]| (values.iter().map(|v| v * v).sum::<f64>() / n).sqrt();
    let distance = root(&residuals);
    if distance == 0.0 {
        return DB * root(std);
    }
    let both = residuals.iter().zip(std);
    DB * both.map(|(r, s)| r.abs() * s).sum::<f64>() / (n * distance)
}

fn ones(values: &[f64]) -> Vec<u64> {
    vec![1; values.len()]
}
