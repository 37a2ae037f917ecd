use super::checks::{check_lengths, check_shape, mean};
use super::{Fft2, Radius, RingTable};
use crate::Result;
use crate::data::{PowerPair, Real};

/// Planned RAPSD of a plane with noise of every strength at once: two
/// transforms serve all sigma.
///
/// Rings and normalisation are those of [`Rapsd`](super::Rapsd), ring 0
/// (M N mean^2) included.
///
/// ```
/// use cepstrum::data::PowerPair;
/// use cepstrum::planar::{Radius, RapsdPair};
/// let mut signal = [0.0; 64];
/// signal[9] = 8.0; // an impulse: power 1 in every ring of an 8 x 8 plane
/// let noise = signal.map(|x| -x / 2.0);
/// let mut plan = RapsdPair::<f64>::new(8, 8, Radius::Frequency)?;
/// let mut pair = PowerPair::new(plan.table().n_rings());
/// plan.process(&signal, &noise, &mut pair)?;
/// let mut power = [0.0; 4];
/// pair.noisy(1.0, &mut power)?;
/// assert!(power.iter().all(|p| (p - 0.25).abs() < 1e-15));
/// # Ok::<(), cepstrum::Error>(())
/// ```
pub struct RapsdPair<T: Real> {
    of_signal: Fft2<T>,
    of_noise: Fft2<T>,
    table: RingTable,
    /// Signal, cross, noise; the last ring is outside.
    sums: Vec<[f64; 3]>,
}

impl<T: Real> RapsdPair<T> {
    /// Plans for planes of `n_rows` by `n_cols`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where a side is 0.
    pub fn new(n_rows: usize, n_cols: usize, radius: Radius) -> Result<Self> {
        check_shape(n_rows, n_cols)?;
        let table = RingTable::new(n_rows, n_cols, radius);
        Ok(Self {
            of_signal: Fft2::new(n_rows, n_cols),
            of_noise: Fft2::new(n_rows, n_cols),
            sums: vec![[0.0; 3]; table.n_rings() + 1],
            table,
        })
    }

    /// Which cell belongs to which ring.
    pub fn table(&self) -> &RingTable {
        &self.table
    }

    /// Writes the parts of `signal` and `noise` (both row-major) into `pair`.
    ///
    /// # Errors
    /// [`Error::Length`] where a slice has not the planned length.
    pub fn process(&mut self, signal: &[T], noise: &[T], pair: &mut PowerPair) -> Result<()> {
        let (n_rows, n_cols) = self.table.shape();
        let n_rings = self.table.n_rings();
        check_lengths(&[
            ("signal", signal.len(), n_rows * n_cols),
            ("noise", noise.len(), n_rows * n_cols),
            ("pair.signal", pair.signal.len(), n_rings),
            ("pair.cross", pair.cross.len(), n_rings),
            ("pair.noise", pair.noise.len(), n_rings),
        ])?;
        let means = (mean(signal), mean(noise));
        self.sum_rings(signal, noise, means);
        let n_cells = (n_rows * n_cols) as f64;
        let parts = self.sums.iter().zip(self.table.counts());
        for (ring, (sums, &count)) in parts.enumerate() {
            let [signal, cross, noise] = sums.map(|sum| sum / (n_cells * f64::from(count)));
            pair.signal[ring] = signal;
            pair.cross[ring] = cross;
            pair.noise[ring] = noise;
        }
        // The means were removed; ring 0 is theirs alone.
        pair.signal[0] = n_cells * means.0 * means.0;
        pair.cross[0] = n_cells * means.0 * means.1;
        pair.noise[0] = n_cells * means.1 * means.1;
        Ok(())
    }

    fn sum_rings(&mut self, signal: &[T], noise: &[T], means: (f64, f64)) {
        let n_rows = self.table.shape().0;
        self.sums.fill([0.0; 3]);
        let signal = self.of_signal.process(signal, T::of(means.0));
        let noise = self.of_noise.process(noise, T::of(means.1));
        let columns = signal
            .chunks_exact(n_rows)
            .zip(noise.chunks_exact(n_rows))
            .zip(self.table.columns());
        for ((signal, noise), (multiplicity, rings)) in columns {
            for ((x, n), &ring) in signal.iter().zip(noise).zip(rings) {
                let (x_re, x_im): (f64, f64) = (x.re.into(), x.im.into());
                let (n_re, n_im): (f64, f64) = (n.re.into(), n.im.into());
                let sums = &mut self.sums[ring as usize];
                sums[0] += multiplicity * (x_re * x_re + x_im * x_im);
                sums[1] += multiplicity * (x_re * n_re + x_im * n_im);
                sums[2] += multiplicity * (n_re * n_re + n_im * n_im);
            }
        }
    }
}
