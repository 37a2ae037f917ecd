//! The frequency where a recording ends in a cliff.

use crate::lanes;

/// How much weaker everything above a band limit is, dB.
pub const BAND_LIMIT_DROP_DB: f64 = 25.0;

/// Width of the bands that are compared, as a share of their frequency.
const WIDTH: f64 = 0.1;
/// Share of the frequency above a limit that belongs to neither side.
const EDGE: f64 = 0.03;
/// A limit this near to the end is that of any recording's filter.
const HIGHEST: f64 = 0.9;
/// Rates below an eighth of another are not brought to it; bass alone may be
/// that low.
const LOWEST: f64 = 0.125;

/// Frequencies that are looked at: neighbours are put together where there are
/// more, for a limit need not be told more finely.
const MOST_POINTS: usize = 4096;

/// The frequency where a spectrum ends in a cliff: every band above it, a tenth
/// of its frequency wide, has 25 dB ([`BAND_LIMIT_DROP_DB`]) or more less mean
/// power than the tenth below it. `None` where there is no such cliff between an
/// eighth and nine tenths of the last frequency.
///
/// `frequency` is positive and increasing, `power` its power. Recordings that
/// were made at a lower rate and brought to a higher one end so, and those that
/// went through a lossy codec; natural spectra fall more gently (24 dB per octave
/// are 4 dB here).
///
/// ```
/// use cepstrum::compare::band_limit;
/// let f: Vec<f64> = (1..=1000).map(f64::from).collect();
/// let power: Vec<f64> = f.iter().map(|f| if *f <= 725.0 { 1.0 } else { 1e-6 }).collect();
/// assert_eq!(band_limit(&f, &power), Some(725.0));
/// assert_eq!(band_limit(&f, &[1.0; 1000]), None);
/// ```
pub fn band_limit(frequency: &[f64], power: &[f64]) -> Option<f64> {
    let n = frequency.len().min(power.len());
    let together = n.div_ceil(MOST_POINTS);
    if together > 1 {
        let frequency = frequency[..n].chunks_exact(together);
        let power = power[..n].chunks_exact(together);
        let frequency: Vec<f64> = frequency.map(|of| of[together - 1]).collect();
        let power: Vec<f64> = power.map(lanes::sum).collect();
        return band_limit(&frequency, &power);
    }
    let last = *frequency[..n].last()?;
    let mut sums = Vec::with_capacity(n + 1);
    sums.push(0.0);
    for &power in &power[..n] {
        sums.push(sums[sums.len() - 1] + power);
    }
    let mean = |from: usize, to: usize| (sums[to] - sums[from]) / (to - from) as f64;
    let drop = 10_f64.powf(-BAND_LIMIT_DROP_DB / 10.0);
    let loudest = loudest_from(&frequency[..n], mean);
    let (mut below, mut above) = (0, 0);
    for (i, &f) in frequency[..n].iter().enumerate() {
        while frequency[below] < (1.0 - WIDTH) * f {
            below += 1;
        }
        while above < n && frequency[above] < (1.0 + EDGE) * f {
            above += 1;
        }
        let beside = mean(below, i + 1);
        // The edge may lie anywhere between the two sides.
        let limit = frequency[above - 1];
        let inside = (LOWEST * last..HIGHEST * last).contains(&limit);
        if inside && above < n && beside > 0.0 && loudest[above] < drop * beside {
            return Some(limit);
        }
    }
    None
}

/// Per frequency, the largest mean power of the bands that begin there or above.
fn loudest_from(frequency: &[f64], mean: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let n = frequency.len();
    let mut loudest = vec![0.0; n];
    let mut end = n;
    for i in (0..n).rev() {
        while end > i + 1 && frequency[end - 1] >= (1.0 + WIDTH) * frequency[i] {
            end -= 1;
        }
        let next = loudest.get(i + 1).copied().unwrap_or(0.0);
        loudest[i] = mean(i, end).max(next);
    }
    loudest
}

/// How much weaker everything beyond the end of a band is, dB.
const END_DROP_DB: f64 = 20.0;
/// The lowest part that a band may end at.
const LOWEST_PART: usize = 8;

/// The part of a spectrum from which on its band is empty: the lowest, the eighth
/// at least, from which on all lies 20 dB or more under the mean of the dB of the
/// three parts about a third of an octave below it. `parts` are mean powers of equal
/// parts of the band from 0 to Nyquist; `None` where it is nowhere empty.
///
/// A verdict asks how far there is sound at all, in coarse steps; [`band_limit`]
/// tells the very frequency of a cliff.
///
/// ```
/// use cepstrum::compare::end_of_band;
/// let mut parts = [1.0; 64];
/// assert_eq!(end_of_band(&parts), None);
/// parts[40..].fill(1e-3);
/// assert_eq!(end_of_band(&parts), Some(40));
/// ```
pub fn end_of_band(parts: &[f64]) -> Option<usize> {
    let db: Vec<f64> = parts
        .iter()
        .map(|power| 10.0 * power.max(1e-30).log10())
        .collect();
    let mut loudest = db.clone();
    for i in (1..db.len()).rev() {
        loudest[i - 1] = loudest[i - 1].max(loudest[i]);
    }
    (LOWEST_PART..db.len()).find(|&i| {
        let below = (i as f64 * 2_f64.powf(-1.0 / 3.0)) as usize;
        let beside = db[below - 1..below + 2].iter().sum::<f64>() / 3.0;
        beside - loudest[i] >= END_DROP_DB
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ln-ln steepness `slope`, and a cliff of so many dB at `limit`.
    fn spectrum(slope: f64, limit: f64, drop_db: f64) -> (Vec<f64>, Vec<f64>) {
        let f: Vec<f64> = (1..=2000).map(|k| 5.0 * f64::from(k)).collect();
        let step = 10_f64.powf(-drop_db / 10.0);
        let power = f.iter().map(|f| {
            let natural = f.powf(-slope);
            if *f > limit { step * natural } else { natural }
        });
        let power = power.collect();
        (f, power)
    }

    #[test]
    fn cliffs_are_found_where_they_are() {
        for limit in [1300.0, 4000.0, 8000.0] {
            for slope in [0.0, 2.0, 4.0] {
                let (f, power) = spectrum(slope, limit, 40.0);
                assert_eq!(band_limit(&f, &power), Some(limit), "{slope} {limit}");
            }
        }
    }

    #[test]
    fn what_falls_gently_or_late_or_low_has_no_limit() {
        for (slope, limit, drop_db) in [
            (8.0, 20_000.0, 0.0),
            (2.0, 5000.0, 15.0),
            (2.0, 9200.0, 60.0),
            (2.0, 600.0, 60.0),
        ] {
            let (f, power) = spectrum(slope, limit, drop_db);
            assert_eq!(band_limit(&f, &power), None, "{slope} {limit} {drop_db}");
        }
        // A tone is no cliff of the band: there is sound above it.
        let (f, mut power) = spectrum(0.0, 20_000.0, 0.0);
        power[600] = 100.0;
        assert_eq!(band_limit(&f, &power), None);
        assert_eq!(band_limit(&[], &[]), None);
        assert_eq!(band_limit(&[1.0], &[0.0]), None);
    }
}
