//! Power of a signal with noise of every strength at once.

use super::{Cell, Coefficients, Real, Transform};
use crate::{Error, Result};
use rustfft::num_complex::Complex;

/// Spectra of a signal x and of noise n, of which the power of x + sigma n is
/// made for every sigma: |X|^2 + 2 sigma Re(X conj N) + sigma^2 |N|^2.
///
/// ```
/// use cepstrum::data::CrossSpectrum;
/// let spectrum = CrossSpectrum { signal: vec![9.0], cross: vec![-3.0], noise: vec![1.0] };
/// let mut power = [0.0];
/// spectrum.noisy(2.0, &mut power)?;
/// assert_eq!(power, [1.0]);
/// # Ok::<(), cepstrum::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CrossSpectrum {
    /// Power of the signal.
    pub signal: Vec<f64>,
    /// Re(X conj N), averaged and normalised as the powers are.
    pub cross: Vec<f64>,
    /// Power of the noise.
    pub noise: Vec<f64>,
}

impl CrossSpectrum {
    /// Zeros in `n_bins` bins.
    pub fn new(n_bins: usize) -> Self {
        let [signal, cross, noise] = [(); 3].map(|()| vec![0.0; n_bins]);
        Self {
            signal,
            cross,
            noise,
        }
    }

    fn parts_mut(&mut self) -> [&mut Vec<f64>; 3] {
        [&mut self.signal, &mut self.cross, &mut self.noise]
    }

    /// Sets all to zero.
    pub fn clear(&mut self) {
        for part in self.parts_mut() {
            part.fill(0.0);
        }
    }

    /// Refuses another number of bins.
    fn check(&self, n_bins: usize) -> Result<()> {
        Error::check_length("signal spectrum", self.signal.len(), n_bins)?;
        Error::check_length("cross spectrum", self.cross.len(), n_bins)?;
        Error::check_length("noise spectrum", self.noise.len(), n_bins)
    }

    /// Adds `weight` times another spectrum: all its parts are linear in power.
    ///
    /// # Errors
    /// [`Error::Length`] where the other has other bins.
    pub fn add_scaled(&mut self, other: &CrossSpectrum, weight: f64) -> Result<()> {
        other.check(self.signal.len())?;
        let others = [&other.signal, &other.cross, &other.noise];
        for (part, other) in self.parts_mut().into_iter().zip(others) {
            for (sum, term) in part.iter_mut().zip(other) {
                *sum += weight * term;
            }
        }
        Ok(())
    }

    /// Writes the power of x + sigma n into `out`; where the two cancel,
    /// rounding does not make it negative.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where `sigma` is not finite,
    /// [`Error::Length`] where `out` or a part has another length.
    pub fn noisy(&self, sigma: f64, out: &mut [f64]) -> Result<()> {
        if !sigma.is_finite() {
            return Err(Error::argument("sigma", sigma, "finite"));
        }
        self.check(out.len())?;
        let parts = self.signal.iter().zip(&self.cross).zip(&self.noise);
        for (slot, ((signal, cross), noise)) in out.iter_mut().zip(parts) {
            let power = signal + sigma * (2.0 * cross + sigma * noise);
            // NaN stays NaN.
            *slot = if power < 0.0 { 0.0 } else { power };
        }
        Ok(())
    }
}

/// Planned power of a signal with noise of every strength at once: two
/// transforms serve all sigma.
///
/// Bins and normalisation are those of the transform. The coefficients of noise
/// are kept: they serve all signals until other noise is set.
///
/// ```
/// use cepstrum::data::CrossPower;
/// use cepstrum::planar::{Radius, Rapsd};
/// let mut signal = [0.0; 64];
/// signal[9] = 8.0; // an impulse: power 1 in every ring of an 8 x 8 plane
/// let noise = signal.map(|x| -x / 2.0);
/// let rapsd = Rapsd::<f64>::new(8, 8, Radius::Frequency)?;
/// let mut plan = CrossPower::new(Box::new(rapsd));
/// let mut spectrum = plan.spectrum();
/// plan.set_noise(&noise)?;
/// plan.set_signal(&signal)?;
/// plan.write(&mut spectrum)?;
/// let mut power = [0.0; 4];
/// spectrum.noisy(1.0, &mut power)?;
/// assert!(power.iter().all(|p| (p - 0.25).abs() < 1e-15));
/// # Ok::<(), cepstrum::Error>(())
/// ```
pub struct CrossPower<T: Real> {
    transform: Box<dyn Transform<T>>,
    cells: Vec<Cell>,
    /// What the sum over the cells of a bin is divided by.
    divisors: Vec<f64>,
    of_signal: Coefficients<T>,
    of_noise: Coefficients<T>,
}

impl<T: Real> CrossPower<T> {
    /// Plans for items of `transform`.
    pub fn new(transform: Box<dyn Transform<T>>) -> Self {
        let cells = transform.cells();
        let mut divisors = vec![0.0; transform.n_bins()];
        for cell in &cells {
            if let Some(divisor) = divisors.get_mut(cell.bin as usize) {
                *divisor += transform.norm() * f64::from(cell.count);
            }
        }
        Self {
            transform,
            cells,
            divisors,
            of_signal: Coefficients::default(),
            of_noise: Coefficients::default(),
        }
    }

    /// Zeros in every bin.
    pub fn spectrum(&self) -> CrossSpectrum {
        CrossSpectrum::new(self.divisors.len())
    }

    /// Transforms a signal.
    ///
    /// # Errors
    /// Those of [`Transform::forward`].
    pub fn set_signal(&mut self, values: &[T]) -> Result<()> {
        self.transform.forward(values, &mut self.of_signal)
    }

    /// Transforms noise.
    ///
    /// # Errors
    /// Those of [`Transform::forward`].
    pub fn set_noise(&mut self, values: &[T]) -> Result<()> {
        self.transform.forward(values, &mut self.of_noise)
    }

    /// Writes the spectra of the signal and the noise that were set last.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where there is no signal, [`Error::Length`]
    /// where the noise or a part of `spectrum` has another length.
    pub fn write(&self, spectrum: &mut CrossSpectrum) -> Result<()> {
        let (x, n) = (&self.of_signal, &self.of_noise);
        if x.values.is_empty() {
            return Err(Error::argument("signal", "not set", "set"));
        }
        Error::check_length("noise", n.values.len(), x.values.len())?;
        spectrum.check(self.divisors.len())?;
        self.add_products(spectrum);
        let n_frames = x.means.len() as f64;
        if n_frames != 1.0 || self.divisors.iter().any(|divisor| *divisor != 1.0) {
            for part in spectrum.parts_mut() {
                for (sum, divisor) in part.iter_mut().zip(&self.divisors) {
                    *sum /= divisor * n_frames;
                }
            }
        }
        if self.transform.has_dc() {
            // The means were removed; bin 0 is theirs alone.
            let n_values: u32 = self.cells.iter().map(|cell| cell.count).sum();
            let power = |x: &[f64], n: &[f64]| {
                let frames = x.iter().zip(n);
                frames
                    .map(|(x, n)| f64::from(n_values) * x * n)
                    .sum::<f64>()
                    / n_frames
            };
            spectrum.signal[0] = power(&x.means, &x.means);
            spectrum.cross[0] = power(&x.means, &n.means);
            spectrum.noise[0] = power(&n.means, &n.means);
        }
        Ok(())
    }

    /// How many cells of the full plane each of [`CrossPower::add_cell_power`]
    /// stands for, DC first; none where items are not planes.
    pub fn cell_counts(&self) -> Vec<f64> {
        let cells = self.cells.iter().filter(|_| self.transform.is_planar());
        cells.map(|cell| f64::from(cell.count)).collect()
    }

    /// Adds `weight` times the power of each cell of the signal, DC (whose mean
    /// is off) first, to `sums`; does nothing where items are not planes.
    ///
    /// # Errors
    /// [`Error::Length`] where `sums` has not a place for every cell.
    pub fn add_cell_power(&self, weight: f64, sums: &mut [f64]) -> Result<()> {
        if self.transform.is_planar() {
            Error::check_length("sums", sums.len(), self.of_signal.values.len())?;
            let weight = weight / self.transform.norm();
            for (sum, &x) in sums.iter_mut().zip(&self.of_signal.values) {
                *sum += weight * product(x, x);
            }
        }
        Ok(())
    }

    /// Sets `spectrum` to the sums over the cells of each bin, of all frames.
    fn add_products(&self, spectrum: &mut CrossSpectrum) {
        spectrum.clear();
        let (cells, n_bins) = (&self.cells, self.divisors.len());
        let [signal, cross, noise] = spectrum.parts_mut().map(|part| &mut part[..n_bins]);
        let n_frames = self.of_noise.values.chunks_exact(cells.len());
        for (x, n) in self
            .of_signal
            .values
            .chunks_exact(cells.len())
            .zip(n_frames)
        {
            for ((&x, &n), cell) in x.iter().zip(n).zip(cells) {
                let (bin, count) = (cell.bin as usize, f64::from(cell.count));
                if bin < n_bins {
                    signal[bin] += count * product(x, x);
                    cross[bin] += count * product(x, n);
                    noise[bin] += count * product(n, n);
                }
            }
        }
    }
}

/// Re(x conj n).
#[inline]
fn product<T: Real>(x: Complex<T>, n: Complex<T>) -> f64 {
    let (x_re, x_im): (f64, f64) = (x.re.into(), x.im.into());
    let (n_re, n_im): (f64, f64) = (n.re.into(), n.im.into());
    x_re * n_re + x_im * n_im
}
