//! Cosine transforms of planes with noise of every strength at once. An
//! orthonormal transform of white noise is white with the same variance.

use super::checks::{check_lengths, check_shape, mean};
use super::dct_rapsd::DctRings;
use super::{Dct, Dct2, Radius};
use crate::data::{PowerPair, Real};
use crate::{Error, Result};

/// Planned [`DctRapsd`](super::DctRapsd) of a plane with noise of every
/// strength at once: two transforms serve all sigma.
///
/// Rings and normalisation are those of [`DctRapsd`](super::DctRapsd), ring 0
/// (M N mean^2) included.
///
/// ```
/// use cepstrum::data::PowerPair;
/// use cepstrum::planar::{DctRapsdPair, Radius};
/// let signal = [6.0, 6.0, -6.0, -6.0]; // energy 144, none of it DC
/// let noise = signal.map(|x| -x / 2.0);
/// let mut plan = DctRapsdPair::<f64>::new(2, 2, Radius::Index)?;
/// let mut pair = PowerPair::new(plan.n_rings());
/// plan.process(&signal, &noise, &mut pair)?;
/// let mut power = [0.0; 2];
/// pair.noisy(1.0, &mut power)?;
/// assert!((power[1] - 36.0 / 3.0).abs() < 1e-13); // three cells
/// # Ok::<(), cepstrum::Error>(())
/// ```
pub struct DctRapsdPair<T: Real> {
    transform: Dct2<T>,
    table: DctRings,
    /// Signal, cross, noise; the last ring is outside.
    sums: Vec<[f64; 3]>,
    values: Vec<T>,
    of_signal: Vec<T>,
    of_noise: Vec<T>,
}

impl<T: Real> DctRapsdPair<T> {
    /// Plans for planes of `n_rows` by `n_cols`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where a side is 0.
    pub fn new(n_rows: usize, n_cols: usize, radius: Radius) -> Result<Self> {
        let table = DctRings::new(n_rows, n_cols, radius)?;
        let zeros = vec![T::of(0.0); n_rows * n_cols];
        Ok(Self {
            transform: Dct2::new(n_rows, n_cols)?,
            sums: vec![[0.0; 3]; table.counts.len() + 1],
            table,
            values: zeros.clone(),
            of_signal: zeros.clone(),
            of_noise: zeros,
        })
    }

    /// Number of rings, DC included: max(M, N).
    pub fn n_rings(&self) -> usize {
        self.table.counts.len()
    }

    /// Number of coefficients: M N.
    pub fn n_cells(&self) -> usize {
        self.of_signal.len()
    }

    /// Adds `weight` times the power of each coefficient of the signal that was
    /// processed last to `sums`, row-major, DC (whose mean is off) first.
    ///
    /// # Errors
    /// [`Error::Length`] where `sums` has not M N cells.
    pub fn add_cell_power(&self, weight: f64, sums: &mut [f64]) -> Result<()> {
        check_lengths(&[("sums", sums.len(), self.of_signal.len())])?;
        for (sum, &x) in sums.iter_mut().zip(&self.of_signal) {
            let x: f64 = x.into();
            *sum += weight * x * x;
        }
        Ok(())
    }

    /// Writes the parts of `signal` and `noise` (both row-major) into `pair`.
    ///
    /// # Errors
    /// [`Error::Length`] where a slice has not the planned length.
    pub fn process(&mut self, signal: &[T], noise: &[T], pair: &mut PowerPair) -> Result<()> {
        check_lengths(&[
            ("signal", signal.len(), self.values.len()),
            ("noise", noise.len(), self.values.len()),
        ])?;
        check_pair(pair, self.n_rings())?;
        let x_mean = centre(signal, &mut self.values);
        self.transform.forward(&self.values, &mut self.of_signal)?;
        let n_mean = centre(noise, &mut self.values);
        self.transform.forward(&self.values, &mut self.of_noise)?;
        self.sums.fill([0.0; 3]);
        let coefficients = self.of_signal.iter().zip(&self.of_noise);
        for ((&x, &n), &ring) in coefficients.zip(&self.table.rings) {
            add_product(&mut self.sums[ring as usize], x, n);
        }
        for (ring, (sums, &count)) in self.sums.iter().zip(&self.table.counts).enumerate() {
            set(pair, ring, sums.map(|sum| sum / f64::from(count)));
        }
        // The means were removed; ring 0 is theirs alone.
        let n_cells = self.values.len() as f64;
        let products = [x_mean * x_mean, x_mean * n_mean, n_mean * n_mean];
        set(pair, 0, products.map(|product| n_cells * product));
        Ok(())
    }
}

/// Planned [`CepstralPower`](super::CepstralPower) of frames with noise of every
/// strength at once.
///
/// Coefficients and normalisation are those of
/// [`CepstralPower`](super::CepstralPower), k = 0 included.
///
/// ```
/// use cepstrum::data::PowerPair;
/// use cepstrum::planar::CepstralPair;
/// let frames = [3.0, -3.0, 1.0, -1.0]; // two frames of two bands
/// let noise = frames.map(|x| -x / 2.0);
/// let mut pair = PowerPair::new(2);
/// CepstralPair::<f64>::new(2)?.process(&frames, &noise, &mut pair)?;
/// assert!((pair.signal[1] - 10.0).abs() < 1e-14); // the mean of 18 and 2
/// assert!((pair.cross[1] + 5.0).abs() < 1e-14);
/// # Ok::<(), cepstrum::Error>(())
/// ```
pub struct CepstralPair<T: Real> {
    transform: Dct<T>,
    frame: Vec<T>,
    of_signal: Vec<T>,
    of_noise: Vec<T>,
    sums: Vec<[f64; 3]>,
}

impl<T: Real> CepstralPair<T> {
    /// Plans for frames of `n_bands`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where `n_bands` is 0.
    pub fn new(n_bands: usize) -> Result<Self> {
        if n_bands == 0 {
            return Err(Error::argument("n_bands", n_bands, "at least 1"));
        }
        let zeros = vec![T::of(0.0); n_bands];
        Ok(Self {
            transform: Dct::new(n_bands)?,
            frame: zeros.clone(),
            of_signal: zeros.clone(),
            of_noise: zeros,
            sums: vec![[0.0; 3]; n_bands],
        })
    }

    /// Writes the parts of `frames` and their noise, both [frame, band], into
    /// `pair`: means over frames.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where there is no frame, [`Error::Length`]
    /// where `frames` is not whole or another slice has not its length.
    pub fn process(&mut self, frames: &[T], noise: &[T], pair: &mut PowerPair) -> Result<()> {
        let n_bands = self.frame.len();
        let n_frames = frames.len() / n_bands;
        check_shape(n_bands, n_frames)?;
        check_lengths(&[
            ("frames", frames.len(), n_frames * n_bands),
            ("noise", noise.len(), frames.len()),
        ])?;
        check_pair(pair, n_bands)?;
        self.sums.fill([0.0; 3]);
        for (signal, noise) in frames
            .chunks_exact(n_bands)
            .zip(noise.chunks_exact(n_bands))
        {
            let x_mean = centre(signal, &mut self.frame);
            self.transform.forward(&self.frame, &mut self.of_signal)?;
            let n_mean = centre(noise, &mut self.frame);
            self.transform.forward(&self.frame, &mut self.of_noise)?;
            let products = [x_mean * x_mean, x_mean * n_mean, n_mean * n_mean];
            for (sum, product) in self.sums[0].iter_mut().zip(products) {
                *sum += n_bands as f64 * product;
            }
            let coefficients = self.of_signal.iter().zip(&self.of_noise);
            for (sums, (&x, &n)) in self.sums.iter_mut().zip(coefficients).skip(1) {
                add_product(sums, x, n);
            }
        }
        for (k, sums) in self.sums.iter().enumerate() {
            set(pair, k, sums.map(|sum| sum / n_frames as f64));
        }
        Ok(())
    }
}

/// Writes values without their mean into `out`, so that f32 keeps its accuracy
/// beside a large one, and returns it.
fn centre<T: Real>(values: &[T], out: &mut [T]) -> f64 {
    let mean = mean(values);
    let offset = T::of(mean);
    for (slot, &value) in out.iter_mut().zip(values) {
        *slot = value - offset;
    }
    mean
}

/// Adds x^2, x n and n^2.
fn add_product<T: Real>(sums: &mut [f64; 3], x: T, n: T) {
    let (x, n): (f64, f64) = (x.into(), n.into());
    sums[0] += x * x;
    sums[1] += x * n;
    sums[2] += n * n;
}

fn set(pair: &mut PowerPair, bin: usize, [signal, cross, noise]: [f64; 3]) {
    pair.signal[bin] = signal;
    pair.cross[bin] = cross;
    pair.noise[bin] = noise;
}

fn check_pair(pair: &PowerPair, n_bins: usize) -> Result<()> {
    check_lengths(&[
        ("pair.signal", pair.signal.len(), n_bins),
        ("pair.cross", pair.cross.len(), n_bins),
        ("pair.noise", pair.noise.len(), n_bins),
    ])
}

#[cfg(test)]
mod tests {
    use super::super::{CepstralPower, DctRapsd};
    use super::*;

    fn values(n: usize, seed: f64) -> Vec<f64> {
        (0..n)
            .map(|i| ((i * i) as f64 * 0.7 + seed).sin() + seed)
            .collect()
    }

    const SHAPES: [(usize, usize); 9] = [
        (1, 1),
        (1, 2),
        (2, 1),
        (1, 9),
        (2, 9),
        (8, 8),
        (9, 12),
        (12, 7),
        (15, 17),
    ];

    #[track_caller]
    fn assert_noisy(
        pair: &PowerPair,
        (x, e): (&[f64], &[f64]),
        mut direct: impl FnMut(&[f64], &mut [f64]),
    ) {
        let n_bins = pair.signal.len();
        for sigma in [0.0, 0.3, 1.0, -2.5, 40.0] {
            let noisy: Vec<f64> = x.iter().zip(e).map(|(x, e)| x + sigma * e).collect();
            let (mut got, mut expected) = (vec![f64::NAN; n_bins], vec![f64::NAN; n_bins]);
            pair.noisy(sigma, &mut got).unwrap();
            direct(&noisy, &mut expected);
            let max = expected.iter().fold(0.0, |m: f64, p| m.max(*p));
            for (bin, (got, expected)) in got.iter().zip(&expected).enumerate() {
                let error = (got - expected).abs();
                assert!(error <= 1e-13 * max, "sigma {sigma}, bin {bin}: {error:e}");
            }
        }
    }

    #[test]
    fn agree_with_the_plans_of_the_sum() {
        for (m, n) in SHAPES {
            let (x, e) = (values(m * n, 0.2), values(m * n, 1.3));
            for radius in [Radius::Index, Radius::Frequency] {
                let mut plan = DctRapsdPair::<f64>::new(m, n, radius).unwrap();
                let mut pair = PowerPair::new(plan.n_rings());
                plan.process(&x, &e, &mut pair).unwrap();
                let mut direct = DctRapsd::<f64>::new(m, n, radius).unwrap();
                assert_noisy(&pair, (&x, &e), |noisy, power| {
                    direct.process(noisy, power).unwrap();
                });
            }
            let mut pair = PowerPair::new(n);
            let mut plan = CepstralPair::<f64>::new(n).unwrap();
            plan.process(&x, &e, &mut pair).unwrap();
            let mut direct = CepstralPower::<f64>::new(n).unwrap();
            assert_noisy(&pair, (&x, &e), |noisy, power| {
                direct.process(noisy, power).unwrap();
            });
        }
    }

    #[test]
    fn f32_keeps_its_accuracy_beside_a_large_mean() {
        let (m, n) = (32, 20);
        let x: Vec<f32> = values(m * n, 0.2)
            .iter()
            .map(|x| (x - 60.0) as f32)
            .collect();
        let e: Vec<f32> = values(m * n, 1.3).iter().map(|&e| e as f32).collect();
        let wide = |x: &[f32]| x.iter().map(|&x| f64::from(x)).collect::<Vec<f64>>();
        let check = |fast: &PowerPair, exact: &PowerPair| {
            for (got, expected) in [
                (&fast.signal, &exact.signal),
                (&fast.cross, &exact.cross),
                (&fast.noise, &exact.noise),
            ] {
                let max = expected[1..].iter().fold(0.0, |m: f64, p| m.max(p.abs()));
                for (got, expected) in got.iter().zip(expected).skip(1) {
                    assert!((got - expected).abs() < 1e-5 * max, "{got} {expected}");
                }
            }
        };
        let (mut fast, mut exact) = (PowerPair::new(32), PowerPair::new(32));
        DctRapsdPair::<f32>::new(m, n, Radius::Index)
            .and_then(|mut plan| plan.process(&x, &e, &mut fast))
            .unwrap();
        DctRapsdPair::<f64>::new(m, n, Radius::Index)
            .and_then(|mut plan| plan.process(&wide(&x), &wide(&e), &mut exact))
            .unwrap();
        check(&fast, &exact);
        let (mut fast, mut exact) = (PowerPair::new(20), PowerPair::new(20));
        CepstralPair::<f32>::new(n)
            .and_then(|mut plan| plan.process(&x, &e, &mut fast))
            .unwrap();
        CepstralPair::<f64>::new(n)
            .and_then(|mut plan| plan.process(&wide(&x), &wide(&e), &mut exact))
            .unwrap();
        check(&fast, &exact);
    }

    #[test]
    fn refuse_what_does_not_fit() {
        assert!(DctRapsdPair::<f64>::new(0, 4, Radius::Index).is_err());
        assert!(CepstralPair::<f64>::new(0).is_err());
        let mut rings = DctRapsdPair::new(4, 4, Radius::Index).unwrap();
        let mut cepstra = CepstralPair::new(4).unwrap();
        let mut pair = PowerPair::new(4);
        for (signal, noise) in [(15, 16), (16, 15), (0, 0)] {
            let (signal, noise) = (vec![0.0; signal], vec![0.0; noise]);
            assert!(rings.process(&signal, &noise, &mut pair).is_err());
            assert!(cepstra.process(&signal, &noise, &mut pair).is_err());
        }
        for part in 0..3 {
            let mut pair = PowerPair::new(4);
            [&mut pair.signal, &mut pair.cross, &mut pair.noise][part].push(0.0);
            assert!(rings.process(&[0.0; 16], &[0.0; 16], &mut pair).is_err());
            assert!(cepstra.process(&[0.0; 16], &[0.0; 16], &mut pair).is_err());
        }
    }
}
