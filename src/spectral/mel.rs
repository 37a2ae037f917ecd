//! The one door to `mel_spec`: only its filter weights are taken.

use crate::data::{Axis, Real, Unit, named};
use crate::lanes;
use crate::{Error, Result};
use mel_spec::mel::SparseMelFilterbank;
use serde::{Deserialize, Serialize};

/// Mapping between Hz and mel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MelScale {
    /// Linear to 1 kHz, then logarithmic (Slaney 1998, Auditory Toolbox).
    Slaney,
    /// 2595 log10(1 + f/700) (O'Shaughnessy 1987, as in HTK).
    Htk,
}

named!(MelScale {
    Slaney = "slaney": "Linear to 1 kHz, then logarithmic",
    Htk = "htk": "2595 log10(1 + f/700)",
});

const SLANEY_HZ_PER_MEL: f64 = 200.0 / 3.0;
const SLANEY_BREAK_HZ: f64 = 1000.0;
const SLANEY_BREAK_MEL: f64 = 15.0;

impl MelScale {
    /// Mel value of a frequency in Hz.
    ///
    /// ```
    /// use cepstrum::spectral::MelScale;
    /// assert_eq!(MelScale::Slaney.mel(1000.0), 15.0);
    /// ```
    pub fn mel(self, hz: f64) -> f64 {
        match self {
            MelScale::Htk => 2595.0 * (1.0 + hz / 700.0).log10(),
            MelScale::Slaney if hz < SLANEY_BREAK_HZ => hz / SLANEY_HZ_PER_MEL,
            MelScale::Slaney => {
                SLANEY_BREAK_MEL + (hz / SLANEY_BREAK_HZ).ln() * 27.0 / 6.4_f64.ln()
            }
        }
    }

    /// Frequency in Hz of a mel value.
    pub fn hz(self, mel: f64) -> f64 {
        match self {
            MelScale::Htk => 700.0 * (10.0_f64.powf(mel / 2595.0) - 1.0),
            MelScale::Slaney if mel < SLANEY_BREAK_MEL => mel * SLANEY_HZ_PER_MEL,
            MelScale::Slaney => {
                SLANEY_BREAK_HZ * ((mel - SLANEY_BREAK_MEL) * 6.4_f64.ln() / 27.0).exp()
            }
        }
    }
}

/// Height of the mel filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MelNorm {
    /// Unit area in Hz.
    Slaney,
    /// Unit peak.
    None,
}

named!(MelNorm {
    Slaney = "slaney": "Unit area in Hz",
    None = "none": "Unit peak",
});

/// Settings of a mel filter bank.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MelConfig {
    /// Sample rate of the signal, Hz.
    pub sample_rate: u32,
    /// Length of the transform whose bins are weighted.
    pub n_fft: usize,
    /// Number of bands.
    pub n_mels: usize,
    /// Lower edge of the first band, Hz.
    pub f_min: f64,
    /// Upper edge of the last band, Hz.
    pub f_max: f64,
    /// Spacing of the bands.
    pub scale: MelScale,
    /// Height of the filters.
    pub norm: MelNorm,
}

impl MelConfig {
    /// 128 Slaney bands of unit area from 0 Hz to Nyquist (librosa's defaults).
    pub fn new(sample_rate: u32, n_fft: usize) -> Self {
        MelConfig {
            sample_rate,
            n_fft,
            n_mels: 128,
            f_min: 0.0,
            f_max: f64::from(sample_rate) / 2.0,
            scale: MelScale::Slaney,
            norm: MelNorm::Slaney,
        }
    }

    /// Ends and centres of the bands, Hz: band b begins at number b, has its
    /// centre at b + 1 and ends at b + 2.
    pub fn points(&self) -> Vec<f64> {
        let (low, high) = (self.scale.mel(self.f_min), self.scale.mel(self.f_max));
        let step = (high - low) / (self.n_mels + 1) as f64;
        (0..self.n_mels + 2)
            .map(|i| self.scale.hz(low + i as f64 * step))
            .collect()
    }

    /// Checks the settings that can be judged without computing the filters.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] naming the setting.
    pub fn check(&self) -> Result<()> {
        let nyquist = f64::from(self.sample_rate) / 2.0;
        if self.sample_rate == 0 {
            return Err(Error::argument("sample_rate", 0, "at least 1 Hz"));
        }
        if self.n_mels == 0 {
            return Err(Error::argument("n_mels", 0, "at least 1"));
        }
        // A bin lies in two triangles at most.
        if self.n_mels > self.n_fft + 2 {
            let requirement = format!(
                "at most n_fft + 2 ({}): more bands cannot all touch an FFT bin",
                self.n_fft + 2
            );
            return Err(Error::argument("n_mels", self.n_mels, requirement));
        }
        if self.f_max.is_nan() || self.f_max <= 0.0 {
            return Err(Error::argument("f_max", self.f_max, "greater than 0 Hz"));
        }
        if !(self.f_min >= 0.0 && self.f_min < self.f_max) {
            let requirement = format!("at least 0 Hz and below f_max ({} Hz)", self.f_max);
            return Err(Error::argument("f_min", self.f_min, requirement));
        }
        if self.f_max > nyquist {
            let requirement = format!(
                "at most {nyquist} Hz, half the sample rate of {} Hz",
                self.sample_rate
            );
            return Err(Error::argument("f_max", self.f_max, requirement));
        }
        Ok(())
    }
}

struct Band {
    first_bin: usize,
    weights: std::ops::Range<usize>,
}

/// Triangular filters on the mel scale; a band's energy is the weighted sum of
/// the power in its bins.
pub struct MelFilterbank<T: Real> {
    config: MelConfig,
    bands: Vec<Band>,
    weights: Vec<T>,
}

impl<T: Real> MelFilterbank<T> {
    /// Computes the filters.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a range that is empty or beyond Nyquist,
    /// and for bands so narrow that a filter touches no bin.
    pub fn new(config: MelConfig) -> Result<Self> {
        config.check()?;
        let filters = SparseMelFilterbank::from_mel(
            f64::from(config.sample_rate),
            config.n_fft,
            config.n_mels,
            Some(config.f_min),
            Some(config.f_max),
            config.scale == MelScale::Htk,
            config.norm == MelNorm::Slaney,
        );
        let n_bins = 1 + config.n_fft / 2;
        let mut bands = Vec::with_capacity(config.n_mels);
        let mut weights = Vec::new();
        let mut empty = Vec::new();
        for band in 0..config.n_mels {
            let row = filters.weights_for_mel(band);
            let start = weights.len();
            if row.is_empty() {
                empty.push(band);
            }
            let first = row.first().map_or(0, |w| w.bin);
            let last = row.last().map_or(0, |w| w.bin);
            // Whole vectors, as far as there are bins: weights of 0 on either side.
            let length = (last + 1 - first).next_multiple_of(lanes::FEW).min(n_bins);
            let first_bin = first.min(n_bins - length);
            weights.resize(start + length, T::of(0.0));
            for weight in row {
                weights[start + weight.bin - first_bin] = T::of(weight.weight);
            }
            bands.push(Band {
                first_bin,
                weights: start..weights.len(),
            });
        }
        if let Some(first) = empty.first() {
            return Err(empty_filters(&config, empty.len(), *first));
        }
        Ok(Self {
            config,
            bands,
            weights,
        })
    }

    /// The settings.
    pub fn config(&self) -> &MelConfig {
        &self.config
    }

    /// Writes the energy of each band for one frame: `power` has
    /// 1 + n_fft / 2 finite bins, `energy` n_mels values.
    pub fn project(&self, power: &[T], energy: &mut [T]) {
        lanes::on_vectors(
            #[inline(always)]
            || {
                for (energy, band) in energy.iter_mut().zip(&self.bands) {
                    let weights = &self.weights[band.weights.clone()];
                    *energy = lanes::dot(weights, &power[band.first_bin..]);
                }
            },
        );
    }

    /// Dense weights of one band, over the 1 + n_fft / 2 bins.
    pub fn band_weights(&self, band: usize) -> Vec<T> {
        let mut dense = vec![T::of(0.0); 1 + self.config.n_fft / 2];
        let band = &self.bands[band];
        let weights = &self.weights[band.weights.clone()];
        dense[band.first_bin..band.first_bin + weights.len()].copy_from_slice(weights);
        dense
    }

    /// Centre frequencies of the bands, Hz.
    pub fn centres(&self) -> Axis {
        let points = self.config.points();
        Axis::Tabulated {
            unit: Unit::Hertz,
            values: points[1..points.len() - 1].to_vec(),
        }
    }
}

fn empty_filters(config: &MelConfig, count: usize, first: usize) -> Error {
    Error::argument(
        "n_mels",
        config.n_mels,
        format!(
            "smaller, or n_fft ({}) larger: {count} filters (the first is band {first}) touch no FFT bin",
            config.n_fft
        ),
    )
}
