//! Mel-frequency cepstral coefficients.

use super::Dct;
use super::checks::{check_lengths, finite_values};
use crate::data::{Axis, Plane, Real, Unit};
use crate::{Error, Result};
use ndarray::Array2;
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// Settings of mel-frequency cepstral coefficients.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MfccConfig {
    /// Number of coefficients that are kept, from k = 0 on.
    pub n_mfcc: usize,
    /// Length L of the sine that lifts high coefficients, by
    /// 1 + (L / 2) sin(pi (k + 1) / L); `None` leaves them as they are.
    pub lifter: Option<f64>,
}

impl Default for MfccConfig {
    /// librosa's defaults: 20 coefficients, no lifter.
    fn default() -> Self {
        MfccConfig {
            n_mfcc: 20,
            lifter: None,
        }
    }
}

impl MfccConfig {
    /// Checks the settings for frames of `n_mels` bands.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] naming `n_mfcc` or `lifter`.
    pub fn check(&self, n_mels: usize) -> Result<()> {
        if self.n_mfcc == 0 || self.n_mfcc > n_mels {
            let requirement = format!("at least 1 and at most n_mels ({n_mels})");
            return Err(Error::argument("n_mfcc", self.n_mfcc, requirement));
        }
        match self.lifter {
            Some(lifter) if !(lifter > 0.0 && lifter.is_finite()) => {
                let requirement = "greater than 0, or not given";
                Err(Error::argument("lifter", lifter, requirement))
            }
            _ => Ok(()),
        }
    }
}

/// Planned mel-frequency cepstral coefficients of log-mel frames: the first
/// coefficients of the orthonormal DCT-II over the bands (Davis and Mermelstein
/// 1980; librosa's `mfcc` where the bands are in dB with top_db 80).
///
/// Mel scale and norm are those of the frames: HTK filters make HTK
/// coefficients as librosa means them. HTK's own c_0 is sqrt(2) times larger.
pub struct Mfcc<T: Real> {
    n_mels: usize,
    transform: Dct<T>,
    /// What each kept coefficient is multiplied by.
    lift: Vec<T>,
    all: Vec<T>,
}

impl<T: Real> Mfcc<T> {
    /// Plans for frames of `n_mels` bands.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] naming `n_mfcc` or `lifter`.
    pub fn new(n_mels: usize, config: &MfccConfig) -> Result<Self> {
        config.check(n_mels)?;
        let lift = |k: usize| match config.lifter {
            Some(length) => 1.0 + length / 2.0 * (PI * (k + 1) as f64 / length).sin(),
            None => 1.0,
        };
        Ok(Self {
            n_mels,
            transform: Dct::new(n_mels)?,
            lift: (0..config.n_mfcc).map(|k| T::of(lift(k))).collect(),
            all: vec![T::of(0.0); n_mels],
        })
    }

    /// Number of coefficients per frame.
    pub fn n_mfcc(&self) -> usize {
        self.lift.len()
    }

    /// The frequencies k / (2 n_mels) of the coefficients, cycles per band.
    pub fn frequency(&self) -> Axis {
        Axis::Uniform {
            unit: Unit::CyclePerBand,
            start: 0.0,
            step: 0.5 / self.n_mels as f64,
            len: self.n_mfcc(),
        }
    }

    /// Writes the coefficients of frames that follow each other in `log_mel`
    /// (n_mels values each) into `coefficients` (n_mfcc values each).
    ///
    /// # Errors
    /// [`Error::Length`] where `log_mel` does not hold whole frames, or
    /// `coefficients` not as many.
    pub fn process(&mut self, log_mel: &[T], coefficients: &mut [T]) -> Result<()> {
        let n_frames = log_mel.len() / self.n_mels;
        check_lengths(&[
            ("log_mel", log_mel.len(), n_frames * self.n_mels),
            ("coefficients", coefficients.len(), n_frames * self.n_mfcc()),
        ])?;
        for (frame, kept) in log_mel
            .chunks_exact(self.n_mels)
            .zip(coefficients.chunks_exact_mut(self.lift.len()))
        {
            self.transform.forward(frame, &mut self.all)?;
            for ((kept, &value), &lift) in kept.iter_mut().zip(&self.all).zip(&self.lift) {
                *kept = value * lift;
            }
        }
        Ok(())
    }
}

/// The mel-frequency cepstral coefficients of a log-mel plane [band, time], as
/// [coefficient, time]; rows at k / (2 n_mels) cycles per band.
///
/// ```
/// use cepstrum::data::{Axis, Plane, Unit};
/// use cepstrum::planar::{MfccConfig, mfcc};
/// use ndarray::Array2;
/// let axis = |len| Axis::Uniform { unit: Unit::MelBand, start: 0.0, step: 1.0, len };
/// let flat = Plane { values: Array2::from_elem((64, 3), -20.0), rows: axis(64), cols: axis(3) };
/// let coefficients = mfcc(&flat, &MfccConfig::default())?;
/// assert_eq!(coefficients.values.dim(), (20, 3));
/// // The mean times sqrt(n_mels), and no shape at all.
/// assert!((coefficients.values[[0, 1]] + 160.0).abs() < 1e-12);
/// assert!(coefficients.values[[1, 1]].abs() < 1e-12);
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// [`Error::InvalidArgument`] naming `n_mfcc` or `lifter`, and for a plane that
/// is empty or has values that are not finite.
pub fn mfcc(log_mel: &Plane, config: &MfccConfig) -> Result<Plane> {
    let (n_mels, n_frames, _) = finite_values(log_mel)?;
    let mut plan = Mfcc::<f64>::new(n_mels, config)?;
    let frames: Vec<f64> = log_mel.values.t().iter().copied().collect();
    let n_mfcc = plan.n_mfcc();
    let mut coefficients = vec![0.0; n_frames * n_mfcc];
    plan.process(&frames, &mut coefficients)?;
    Ok(Plane {
        values: Array2::from_shape_fn((n_mfcc, n_frames), |(k, t)| coefficients[t * n_mfcc + k]),
        rows: plan.frequency(),
        cols: log_mel.cols.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two frames of five bands.
    const FRAMES: [f64; 10] = [3.0, -1.0, 4.0, 1.0, -5.0, 9.0, 2.0, -6.0, 5.0, 3.0];

    fn process(config: &MfccConfig) -> Vec<f64> {
        let mut plan = Mfcc::<f64>::new(5, config).unwrap();
        let mut coefficients = vec![0.0; 2 * plan.n_mfcc()];
        plan.process(&FRAMES, &mut coefficients).unwrap();
        coefficients
    }

    #[test]
    fn coefficients_are_scaled_cosines_of_the_bands() {
        let got = process(&MfccConfig {
            n_mfcc: 3,
            lifter: None,
        });
        for t in 0..2 {
            for k in 0..3 {
                let norm = if k == 0 { 0.2_f64 } else { 0.4 }.sqrt();
                let angle = |band: usize| PI * (k * (2 * band + 1)) as f64 / 10.0;
                let cosine = |band| FRAMES[t * 5 + band] * angle(band).cos();
                let expected = norm * (0..5).map(cosine).sum::<f64>();
                assert!((got[t * 3 + k] - expected).abs() < 1e-13, "{t} {k}");
            }
        }
    }

    #[test]
    fn the_lifter_multiplies_each_coefficient() {
        let plain = process(&MfccConfig {
            n_mfcc: 4,
            lifter: None,
        });
        let lifted = process(&MfccConfig {
            n_mfcc: 4,
            lifter: Some(6.0),
        });
        // sin(pi / 6), sin(pi / 3), sin(pi / 2), sin(2 pi / 3), times 3, plus 1.
        let root = 3.0 * 0.75_f64.sqrt() + 1.0;
        for t in 0..2 {
            for (k, lift) in [2.5, root, 4.0, root].into_iter().enumerate() {
                let (plain, lifted) = (plain[t * 4 + k], lifted[t * 4 + k]);
                assert!((lifted - lift * plain).abs() < 1e-13, "{t} {k}");
            }
        }
    }

    #[test]
    fn all_coefficients_keep_the_energy() {
        let got = process(&MfccConfig {
            n_mfcc: 5,
            lifter: None,
        });
        let energy = |values: &[f64]| values.iter().map(|x| x * x).sum::<f64>();
        assert!((energy(&got) - energy(&FRAMES)).abs() < 1e-12);
    }

    #[test]
    fn impossible_settings_and_lengths_are_named() {
        for (n_mfcc, lifter, name) in [
            (0, None, "n_mfcc is 0"),
            (6, None, "n_mfcc is 6"),
            (5, Some(0.0), "lifter is 0"),
            (5, Some(f64::NAN), "lifter is NaN"),
        ] {
            let error = Mfcc::<f32>::new(5, &MfccConfig { n_mfcc, lifter });
            let error = error.err().unwrap().to_string();
            assert!(error.starts_with(name), "{error}");
        }
        let config = MfccConfig {
            n_mfcc: 2,
            lifter: None,
        };
        let mut plan = Mfcc::<f64>::new(5, &config).unwrap();
        for (n_in, n_out) in [(9, 2), (10, 3), (10, 5)] {
            let error = plan.process(&vec![0.0; n_in], &mut vec![0.0; n_out]);
            assert!(matches!(error, Err(Error::Length { .. })));
        }
    }

    #[test]
    fn a_plane_keeps_its_times_and_gets_frequencies() {
        let values = Array2::from_shape_fn((5, 2), |(band, t)| FRAMES[t * 5 + band]);
        let cols = Axis::Uniform {
            unit: Unit::Second,
            start: 0.0,
            step: 0.5,
            len: 2,
        };
        let rows = Axis::Uniform {
            unit: Unit::MelBand,
            start: 0.0,
            step: 1.0,
            len: 5,
        };
        let config = MfccConfig {
            n_mfcc: 4,
            lifter: None,
        };
        let plane = Plane { values, rows, cols };
        let got = mfcc(&plane, &config).unwrap();
        assert_eq!(got.cols, plane.cols);
        assert_eq!(got.rows.unit(), Unit::CyclePerBand);
        assert!((got.rows.values()[3] - 0.3).abs() < 1e-15);
        let expected = process(&config);
        for t in 0..2 {
            assert!((0..4).all(|k| got.values[[k, t]] == expected[t * 4 + k]));
        }
    }
}
