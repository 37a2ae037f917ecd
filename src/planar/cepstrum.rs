use super::checks::{check_lengths, check_shape, finite_shape, finite_values, mean};
use super::{Dct, Dct2, PlaneEnergy, Radius};
use crate::data::{Axis, Plane, Real, Spectrum, Unit};
use crate::{Error, Result};
use ndarray::Array2;

/// The 2D cepstrum of a log-mel plane [band, frame]: its orthonormal 2D DCT-II,
/// [quefrency, modulation].
///
/// Coefficient k of an axis of length N lies at k / (2N), cycles per band where
/// the axis counted mel bands and cycles per sample elsewhere. Energy is kept:
/// sum C^2 = sum x^2.
///
/// ```
/// use cepstrum::data::{Axis, Plane, Unit};
/// use cepstrum::planar::cepstrum_2d;
/// use ndarray::Array2;
/// let bands = Axis::Uniform { unit: Unit::MelBand, start: 0.0, step: 1.0, len: 4 };
/// let frames = Axis::Uniform { unit: Unit::Second, start: 0.0, step: 0.02, len: 9 };
/// let plane = Plane { values: Array2::from_elem((4, 9), -2.0), rows: bands, cols: frames };
/// let cepstrum = cepstrum_2d(&plane)?;
/// assert!((cepstrum.values[[0, 0]] + 12.0).abs() < 1e-14); // mean times sqrt(M N)
/// assert_eq!(cepstrum.rows.values(), [0.0, 0.125, 0.25, 0.375]);
/// assert_eq!(cepstrum.rows.unit(), Unit::CyclePerBand);
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// [`Error::InvalidArgument`] for an empty plane or one with values that
/// are not finite.
pub fn cepstrum_2d(plane: &Plane) -> Result<Plane> {
    let (n_rows, n_cols, values) = finite_values(plane)?;
    let mut coefficients = Array2::zeros((n_rows, n_cols));
    if let Some(slots) = coefficients.as_slice_mut() {
        Dct2::new(n_rows, n_cols)?.forward(&values, slots)?;
    }
    Ok(Plane {
        values: coefficients,
        rows: frequency_axis(&plane.rows, n_rows),
        cols: frequency_axis(&plane.cols, n_cols),
    })
}

/// The frequencies k / (2n), k = 0..n, of a DCT along `axis`.
fn frequency_axis(axis: &Axis, n: usize) -> Axis {
    let unit = match axis.unit() {
        Unit::MelBand => Unit::CyclePerBand,
        _ => Unit::CyclePerSample,
    };
    dct_frequency(unit, n)
}

fn dct_frequency(unit: Unit, n: usize) -> Axis {
    Axis::Tabulated {
        unit,
        values: (0..n).map(|k| k as f64 / (2 * n) as f64).collect(),
    }
}

/// Planned radial average of the squared orthonormal 2D DCT of planes of one
/// shape.
///
/// White noise of variance s^2 has expectation s^2 in every ring. Rings are
/// those of [`Radius::ring`] over the coefficients' indices, r = 0..L with
/// L = max(M, N), and ring r lies at r / (2L), cycles per sample. Ring 0 is DC,
/// M N mean^2. A DCT sees a plane beside its mirror image: the jump between
/// opposite edges, which an FFT sees as f^-2 along the axes, is absent.
pub struct DctRapsd<T: Real> {
    transform: Dct2<T>,
    rings: Vec<u32>,
    counts: Vec<u32>,
    sums: Vec<f64>,
    values: Vec<T>,
    coefficients: Vec<T>,
}

impl<T: Real> DctRapsd<T> {
    /// Plans for planes of `n_rows` by `n_cols`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where a side is 0.
    pub fn new(n_rows: usize, n_cols: usize, radius: Radius) -> Result<Self> {
        check_shape(n_rows, n_cols)?;
        let n_rings = n_rows.max(n_cols);
        let mut counts = vec![0; n_rings];
        let mut rings = Vec::with_capacity(n_rows * n_cols);
        for i in 0..n_rows {
            for j in 0..n_cols {
                let ring = radius.ring(i, j, n_rows, n_cols);
                if let Some(count) = counts.get_mut(ring) {
                    *count += 1;
                }
                rings.push(ring.min(n_rings) as u32);
            }
        }
        let zeros = vec![T::of(0.0); n_rows * n_cols];
        Ok(Self {
            transform: Dct2::new(n_rows, n_cols)?,
            rings,
            counts,
            sums: vec![0.0; n_rings + 1],
            values: zeros.clone(),
            coefficients: zeros,
        })
    }

    /// Number of rings, DC included: L = max(M, N).
    pub fn n_rings(&self) -> usize {
        self.counts.len()
    }

    /// Coefficients per ring: the real degrees of freedom of its mean.
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// Frequencies r / (2L) of the rings, cycles per sample.
    pub fn frequency(&self) -> Axis {
        dct_frequency(Unit::CyclePerSample, self.n_rings())
    }

    /// Writes the power of each ring of `values` (row-major) into `power`, DC
    /// first.
    ///
    /// # Errors
    /// [`Error::Length`] where a slice has not the planned length.
    pub fn process(&mut self, values: &[T], power: &mut [f64]) -> Result<PlaneEnergy> {
        let n_cells = self.values.len();
        check_lengths(&[
            ("values", values.len(), n_cells),
            ("power", power.len(), self.n_rings()),
        ])?;
        let mean = mean(values);
        let offset = T::of(mean);
        for (slot, &value) in self.values.iter_mut().zip(values) {
            *slot = value - offset;
        }
        self.transform
            .forward(&self.values, &mut self.coefficients)?;
        self.sums.fill(0.0);
        for (&coefficient, &ring) in self.coefficients.iter().zip(&self.rings) {
            let coefficient: f64 = coefficient.into();
            self.sums[ring as usize] += coefficient * coefficient;
        }
        let rings = (&self.sums[..], &self.counts[..]);
        Ok(PlaneEnergy::from_sums(rings, 1.0, mean, n_cells, power))
    }
}

/// Planned mean power of the cepstral coefficients of frames: the mean over
/// frames of the squared orthonormal DCT-II over `n_bands` bands.
///
/// With log-mel bands in decibels these are the squared MFCCs, k = 0..n_bands,
/// each at k / (2 n_bands), cycles per band.
pub struct CepstralPower<T: Real> {
    transform: Dct<T>,
    n_bands: usize,
    frame: Vec<T>,
    coefficients: Vec<T>,
}

impl<T: Real> CepstralPower<T> {
    /// Plans for frames of `n_bands`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where `n_bands` is 0.
    pub fn new(n_bands: usize) -> Result<Self> {
        if n_bands == 0 {
            return Err(Error::argument("n_bands", n_bands, "at least 1"));
        }
        Ok(Self {
            transform: Dct::new(n_bands)?,
            n_bands,
            frame: vec![T::of(0.0); n_bands],
            coefficients: vec![T::of(0.0); n_bands],
        })
    }

    /// Writes the mean power of each coefficient of `frames`, [frame, band],
    /// into `power`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where there is no frame,
    /// [`Error::Length`] where `frames` is not whole or `power` has not
    /// the planned length.
    pub fn process(&mut self, frames: &[T], power: &mut [f64]) -> Result<()> {
        let n_frames = frames.len() / self.n_bands;
        check_shape(self.n_bands, n_frames)?;
        check_lengths(&[
            ("frames", frames.len(), n_frames * self.n_bands),
            ("power", power.len(), self.n_bands),
        ])?;
        power.fill(0.0);
        for frame in frames.chunks_exact(self.n_bands) {
            // Without the mean, f32 keeps its accuracy beside a large C_0.
            let mean = mean(frame);
            let offset = T::of(mean);
            for (slot, &value) in self.frame.iter_mut().zip(frame) {
                *slot = value - offset;
            }
            self.transform
                .forward(&self.frame, &mut self.coefficients)?;
            power[0] += self.n_bands as f64 * mean * mean;
            for (power, &coefficient) in power.iter_mut().zip(&self.coefficients).skip(1) {
                let coefficient: f64 = coefficient.into();
                *power += coefficient * coefficient;
            }
        }
        for power in power {
            *power /= n_frames as f64;
        }
        Ok(())
    }
}

/// The mean power of each cepstral coefficient of a log-mel plane
/// [band, frame], in f64, at k / (2 n_bands), k = 0..n_bands: cycles per band
/// where the rows count mel bands, cycles per sample elsewhere.
///
/// `dof` counts the frames as if they were independent.
///
/// ```
/// use cepstrum::data::{Axis, Plane, Unit};
/// use cepstrum::planar::mean_cepstral_power;
/// use ndarray::Array2;
/// let bands = Axis::Uniform { unit: Unit::MelBand, start: 0.0, step: 1.0, len: 4 };
/// let frames = Axis::Uniform { unit: Unit::Second, start: 0.0, step: 0.02, len: 9 };
/// let plane = Plane { values: Array2::from_elem((4, 9), -3.0), rows: bands, cols: frames };
/// let spectrum = mean_cepstral_power(&plane)?;
/// assert_eq!(spectrum.power, [36.0, 0.0, 0.0, 0.0]); // n_bands mean^2
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// [`Error::InvalidArgument`] for an empty plane or one with values that
/// are not finite.
pub fn mean_cepstral_power(plane: &Plane) -> Result<Spectrum> {
    let (n_bands, n_frames) = finite_shape(plane)?;
    let frames: Vec<f64> = plane.values.t().iter().copied().collect();
    let mut power = vec![0.0; n_bands];
    CepstralPower::new(n_bands)?.process(&frames, &mut power)?;
    Ok(Spectrum {
        frequency: frequency_axis(&plane.rows, n_bands),
        power,
        dof: vec![n_frames as u32; n_bands],
    })
}
