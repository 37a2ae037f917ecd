//! Level, zero crossings and spectral shape of frames.

use super::{Framing, Stft, StftConfig};
use crate::data::{Axis, Real, Unit};
use crate::{Error, Result};
use rustfft::num_complex::Complex;

/// Samples this near to 0 count as 0, which counts as positive (librosa's
/// `zero_crossings`).
const ZERO: f64 = 1e-10;

/// Settings of features of frames.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameFeaturesConfig {
    /// Frames; `n_fft` is also the length that levels and crossings are taken
    /// over, without window.
    pub stft: StftConfig,
    /// Sample rate of the signal, Hz.
    pub sample_rate: u32,
    /// Share of the summed magnitudes that lies at or under the roll-off.
    pub roll_percent: f64,
}

impl FrameFeaturesConfig {
    /// librosa's defaults: n_fft 2048, hop 512, roll-off 0.85.
    pub fn new(sample_rate: u32) -> Self {
        FrameFeaturesConfig {
            stft: StftConfig::new(2048, 512),
            sample_rate,
            roll_percent: 0.85,
        }
    }

    /// Checks that the settings can be planned.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] naming the setting.
    pub fn check(&self) -> Result<()> {
        self.stft.check()?;
        if self.sample_rate == 0 {
            return Err(Error::argument("sample_rate", 0, "at least 1 Hz"));
        }
        if !(self.roll_percent > 0.0 && self.roll_percent < 1.0) {
            let requirement = "a share between 0 and 1, both excluded";
            return Err(Error::argument(
                "roll_percent",
                self.roll_percent,
                requirement,
            ));
        }
        Ok(())
    }
}

/// The features of one frame x of N samples with magnitudes S_k = |STFT_k| at
/// the frequencies f_k.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FrameValues {
    /// Root mean square, sqrt(sum x^2 / N), full scale 1; zeros stand in beyond
    /// the ends of the signal.
    pub rms: f64,
    /// Changes of sign between neighbours divided by N; the end samples stand in
    /// beyond the ends. A sample within 1e-10 of 0 counts as positive.
    pub zero_crossing_rate: f64,
    /// Spectral centroid c = sum f S / sum S, Hz; 0 for silence.
    pub spectral_centroid: f64,
    /// Spectral bandwidth sqrt(sum (f - c)^2 S / sum S), Hz; 0 for silence.
    pub spectral_bandwidth: f64,
    /// Lowest f_k under which, itself included, `roll_percent` of sum S lies,
    /// Hz; 0 for silence.
    pub rolloff: f64,
}

/// The features of all frames of a signal, as [`FrameValues`] describes them.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureSeries {
    /// Times of the frames, s.
    pub time: Axis,
    /// Root mean square per frame.
    pub rms: Vec<f64>,
    /// Zero-crossing rate per frame.
    pub zero_crossing_rate: Vec<f64>,
    /// Spectral centroid per frame, Hz.
    pub spectral_centroid: Vec<f64>,
    /// Spectral bandwidth per frame, Hz.
    pub spectral_bandwidth: Vec<f64>,
    /// Roll-off frequency per frame, Hz.
    pub rolloff: Vec<f64>,
}

/// Planned features of frames, by the definitions of librosa 0.11 (`rms`,
/// `zero_crossing_rate`, `spectral_centroid`, `spectral_bandwidth`,
/// `spectral_rolloff`), in one STFT.
///
/// A signal comes in pieces of any length ([`Self::push`], then
/// [`Self::finish`]) or at once ([`Self::series`]); frames are the same either
/// way, and no more than one piece and one frame is held.
pub struct FrameFeatures<T: Real> {
    stft: Stft<T>,
    /// Samples that stand in before and after the signal.
    padding: usize,
    roll_percent: f64,
    hz_per_bin: f64,
    seconds_per_frame: f64,
    /// Padded samples from the start of the next frame on.
    pending: Vec<T>,
    /// Whether those are negative, padded by the signs at the ends.
    negative: Vec<bool>,
    /// Padded samples before the next frame that have yet to come: none unless
    /// the hop is longer than the frame.
    to_drop: usize,
    begun: bool,
    measure: Measure<T>,
}

impl<T: Real> FrameFeatures<T> {
    /// Plans the transform.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] naming `n_fft`, `hop_length`, `win_length`,
    /// `sample_rate` or `roll_percent`.
    pub fn new(config: &FrameFeaturesConfig) -> Result<Self> {
        config.check()?;
        let rate = f64::from(config.sample_rate);
        // Padding is done here, since levels and crossings need their own.
        let stft = Stft::new(StftConfig {
            framing: Framing::Uncentred,
            ..config.stft.clone()
        })?;
        let n_bins = stft.n_bins();
        Ok(Self {
            stft,
            padding: match config.stft.framing {
                Framing::Centred => config.stft.n_fft / 2,
                Framing::Uncentred => 0,
            },
            roll_percent: config.roll_percent,
            hz_per_bin: rate / config.stft.n_fft as f64,
            seconds_per_frame: config.stft.hop_length as f64 / rate,
            pending: Vec::new(),
            negative: Vec::new(),
            to_drop: 0,
            begun: false,
            measure: Measure::new(n_bins),
        })
    }

    /// Number of frequencies, 1 + n_fft / 2.
    pub fn n_bins(&self) -> usize {
        self.stft.n_bins()
    }

    /// Takes the next samples and calls `visit(values, power)` for each frame
    /// that they complete; `power` is |STFT|^2 at k fs / n_fft, k = 0..=n_fft/2.
    pub fn push(&mut self, samples: &[T], visit: impl FnMut(&FrameValues, &[T])) {
        let Some(&first) = samples.first() else {
            return;
        };
        if !self.begun {
            self.begun = true;
            self.pad(is_negative(first));
        }
        self.pending.extend_from_slice(samples);
        self.negative
            .extend(samples.iter().map(|&x| is_negative(x)));
        self.visit_complete(visit);
    }

    /// Ends the signal: visits the frames that reach beyond its last sample, and
    /// is then ready for another signal. One without samples has no frames.
    pub fn finish(&mut self, visit: impl FnMut(&FrameValues, &[T])) {
        if let (true, Some(&last)) = (self.begun, self.negative.last()) {
            self.pad(last);
            self.visit_complete(visit);
        }
        self.begun = false;
        self.to_drop = 0;
        self.pending.clear();
        self.negative.clear();
    }

    /// The features of a whole signal.
    ///
    /// ```
    /// use cepstrum::spectral::{FrameFeatures, FrameFeaturesConfig};
    /// // A sine of 1 kHz changes its sign every 8 samples, 255 times in a frame.
    /// let tone = |i: i32| (std::f64::consts::TAU * (f64::from(i) + 0.5) / 16.0).sin();
    /// let samples: Vec<f64> = (0..16000).map(tone).collect();
    /// let mut plan = FrameFeatures::new(&FrameFeaturesConfig::new(16000))?;
    /// let series = plan.series(&samples);
    /// assert_eq!(series.zero_crossing_rate[10], 255.0 / 2048.0);
    /// assert!((series.spectral_centroid[10] - 1000.0).abs() < 1e-3);
    /// assert!((series.rms[10] - 0.5_f64.sqrt()).abs() < 1e-12);
    /// assert_eq!(series.rolloff[10], 1000.0 + 16000.0 / 2048.0);
    /// # Ok::<(), cepstrum::Error>(())
    /// ```
    pub fn series(&mut self, samples: &[T]) -> FeatureSeries {
        let mut series = FeatureSeries {
            time: Axis::Tabulated {
                unit: Unit::Second,
                values: Vec::new(),
            },
            rms: Vec::new(),
            zero_crossing_rate: Vec::new(),
            spectral_centroid: Vec::new(),
            spectral_bandwidth: Vec::new(),
            rolloff: Vec::new(),
        };
        let mut keep = |values: &FrameValues, _: &[T]| {
            series.rms.push(values.rms);
            series.zero_crossing_rate.push(values.zero_crossing_rate);
            series.spectral_centroid.push(values.spectral_centroid);
            series.spectral_bandwidth.push(values.spectral_bandwidth);
            series.rolloff.push(values.rolloff);
        };
        self.push(samples, &mut keep);
        self.finish(&mut keep);
        series.time = Axis::Uniform {
            unit: Unit::Second,
            start: 0.0,
            step: self.seconds_per_frame,
            len: series.rms.len(),
        };
        series
    }

    fn pad(&mut self, negative: bool) {
        let zero = T::of(0.0);
        self.pending.resize(self.pending.len() + self.padding, zero);
        self.negative
            .resize(self.negative.len() + self.padding, negative);
    }

    /// Visits all complete frames and keeps the rest.
    fn visit_complete(&mut self, mut visit: impl FnMut(&FrameValues, &[T])) {
        self.drop_passed();
        if self.to_drop > 0 {
            return;
        }
        let (n_fft, hop) = (self.stft.config().n_fft, self.stft.config().hop_length);
        let n_frames = self.stft.config().n_frames(self.pending.len());
        let Self {
            stft,
            pending,
            negative,
            measure,
            ..
        } = self;
        stft.for_each_frame(pending, |t, spectrum| {
            let frame = t * hop..t * hop + n_fft;
            let values = FrameValues {
                rms: rms(&pending[frame.clone()]),
                zero_crossing_rate: crossing_rate(&negative[frame]),
                ..measure.spectral(spectrum, self.hz_per_bin, self.roll_percent)
            };
            visit(&values, measure.power());
        });
        self.to_drop = n_frames * hop;
        self.drop_passed();
    }

    fn drop_passed(&mut self) {
        let passed = self.to_drop.min(self.pending.len());
        self.pending.drain(..passed);
        self.negative.drain(..passed);
        self.to_drop -= passed;
    }
}

/// Buffers of one spectrum.
struct Measure<T> {
    power: Vec<T>,
    magnitude: Vec<f64>,
}

impl<T: Real> Measure<T> {
    pub fn new(n_bins: usize) -> Self {
        Self {
            power: vec![T::of(0.0); n_bins],
            magnitude: vec![0.0; n_bins],
        }
    }

    /// The powers of the spectrum that was measured last.
    pub fn power(&self) -> &[T] {
        &self.power
    }

    /// The spectral part of a frame's values; the rest is 0.
    pub fn spectral(
        &mut self,
        spectrum: &[Complex<T>],
        hz_per_bin: f64,
        roll_percent: f64,
    ) -> FrameValues {
        let (mut sum, mut moment) = (0.0, 0.0);
        for (k, value) in spectrum.iter().enumerate() {
            let power = value.re * value.re + value.im * value.im;
            let magnitude: f64 = power.sqrt().into();
            self.power[k] = power;
            self.magnitude[k] = magnitude;
            sum += magnitude;
            moment += k as f64 * magnitude;
        }
        let silent = sum < f64::MIN_POSITIVE;
        let centroid = if silent { 0.0 } else { moment / sum };
        let (mut spread, mut below) = (0.0, 0.0);
        let mut roll_bin = None;
        for (k, &magnitude) in self.magnitude.iter().enumerate() {
            spread += (k as f64 - centroid).powi(2) * magnitude;
            below += magnitude;
            if roll_bin.is_none() && below >= roll_percent * sum {
                roll_bin = Some(k);
            }
        }
        let bandwidth = if silent { 0.0 } else { (spread / sum).sqrt() };
        FrameValues {
            rms: 0.0,
            zero_crossing_rate: 0.0,
            spectral_centroid: centroid * hz_per_bin,
            spectral_bandwidth: bandwidth * hz_per_bin,
            // No bin at all where magnitudes are not numbers.
            rolloff: roll_bin.map_or(f64::NAN, |k| k as f64 * hz_per_bin),
        }
    }
}

fn is_negative<T: Real>(sample: T) -> bool {
    sample < T::of(-ZERO)
}

fn rms<T: Real>(frame: &[T]) -> f64 {
    let square = |&x: &T| -> f64 {
        let x: f64 = x.into();
        x * x
    };
    (frame.iter().map(square).sum::<f64>() / frame.len() as f64).sqrt()
}

fn crossing_rate(negative: &[bool]) -> f64 {
    let crossings = negative.windows(2).filter(|pair| pair[0] != pair[1]);
    crossings.count() as f64 / negative.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(n_fft: usize, hop: usize) -> FrameFeatures<f64> {
        let mut config = FrameFeaturesConfig::new(1000);
        config.stft = StftConfig::new(n_fft, hop);
        FrameFeatures::new(&config).unwrap()
    }

    fn wobble(n: usize) -> Vec<f64> {
        (0..n).map(|i| ((i * i) as f64 * 0.013).sin()).collect()
    }

    #[test]
    fn pieces_give_the_frames_of_the_whole() {
        let samples = wobble(999);
        for (n_fft, hop) in [(64, 16), (65, 40), (32, 100), (2048, 512)] {
            let mut plan = plan(n_fft, hop);
            let whole = plan.series(&samples);
            let n_frames = StftConfig::new(n_fft, hop).n_frames(samples.len());
            assert_eq!(whole.rms.len(), n_frames, "{n_fft} {hop}");
            for length in [1, 7, 100] {
                let mut rows = Vec::new();
                for piece in samples.chunks(length) {
                    plan.push(piece, |values, _| rows.push(*values));
                }
                plan.finish(|values, _| rows.push(*values));
                assert_eq!(rows.len(), n_frames);
                for (t, row) in rows.iter().enumerate() {
                    assert_eq!(row.rms, whole.rms[t]);
                    assert_eq!(row.zero_crossing_rate, whole.zero_crossing_rate[t]);
                    assert_eq!(row.rolloff, whole.rolloff[t]);
                    assert_eq!(row.spectral_bandwidth, whole.spectral_bandwidth[t]);
                }
            }
        }
    }

    /// A frame without padding, computed from the definitions.
    #[test]
    fn values_are_those_of_the_definitions() {
        let samples = wobble(16);
        let mut config = FrameFeaturesConfig::new(1000);
        config.stft = StftConfig {
            framing: Framing::Uncentred,
            ..StftConfig::new(16, 16)
        };
        let mut plan = FrameFeatures::<f64>::new(&config).unwrap();
        let magnitude: Vec<f64> = (0..=8)
            .map(|k| {
                let angle = |i: usize| std::f64::consts::TAU * (k * i) as f64 / 16.0;
                let hann = |i: usize| 0.5 - 0.5 * (std::f64::consts::TAU * i as f64 / 16.0).cos();
                let part = |f: fn(f64) -> f64| -> f64 {
                    (0..16).map(|i| samples[i] * hann(i) * f(angle(i))).sum()
                };
                part(f64::cos).hypot(part(f64::sin))
            })
            .collect();
        let f = |k: usize| k as f64 * 62.5;
        let sum: f64 = magnitude.iter().sum();
        let centroid: f64 = (0..9).map(|k| f(k) * magnitude[k]).sum::<f64>() / sum;
        let spread: f64 = (0..9)
            .map(|k| (f(k) - centroid).powi(2) * magnitude[k])
            .sum();
        let rolloff = (0..9).find(|&k| magnitude[..=k].iter().sum::<f64>() >= 0.85 * sum);
        let series = plan.series(&samples);
        assert!((series.spectral_centroid[0] - centroid).abs() < 1e-10);
        assert!((series.spectral_bandwidth[0] - (spread / sum).sqrt()).abs() < 1e-10);
        assert_eq!(series.rolloff, [f(rolloff.unwrap())]);
        let mut power = Vec::new();
        plan.push(&samples, |_, p| power.extend_from_slice(p));
        plan.finish(|_, _| panic!("no second frame"));
        assert!((0..9).all(|k| (power[k].sqrt() - magnitude[k]).abs() < 1e-12));
    }

    #[test]
    fn crossings_follow_librosas_rules() {
        let mut config = FrameFeaturesConfig::new(1000);
        config.stft.framing = Framing::Uncentred;
        config.stft.n_fft = 8;
        config.stft.win_length = 8;
        let mut uncentred = FrameFeatures::<f64>::new(&config).unwrap();
        let mut rate = |frame: [f64; 8]| uncentred.series(&frame).zero_crossing_rate[0] * 8.0;
        assert_eq!(rate([1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0]), 7.0);
        // Zero is positive, whatever its sign, and so is what lies near it.
        assert_eq!(rate([1.0, 0.0, -0.0, -1e-10, 1e-10, 0.0, 1.0, 1.0]), 0.0);
        assert_eq!(rate([0.0, -1.1e-10, 0.0, 0.0, -1.0, -1.0, -1.0, 0.0]), 4.0);
        // The ends are continued by themselves, not by zeros.
        let mut centred = plan(8, 8);
        let negative = centred.series(&[-1.0; 16]);
        assert_eq!(negative.zero_crossing_rate, [0.0; 3]);
        assert_eq!(negative.rms, [0.5_f64.sqrt(), 1.0, 0.5_f64.sqrt()]);
    }

    #[test]
    fn silence_is_zero_and_nothing_has_no_frames() {
        let mut plan = plan(64, 16);
        let silent = plan.series(&[0.0; 100]);
        assert_eq!(silent.rms, [0.0; 7]);
        assert_eq!(silent.spectral_centroid, [0.0; 7]);
        assert_eq!(silent.spectral_bandwidth, [0.0; 7]);
        assert_eq!(silent.rolloff, [0.0; 7]);
        assert_eq!(silent.time.values()[6], 6.0 * 0.016);
        assert_eq!(plan.series(&[]).rms.len(), 0);
    }

    #[test]
    fn settings_out_of_range_are_named() {
        for (rate, roll, name) in [
            (0, 0.85, "sample_rate"),
            (8000, 0.0, "roll_percent"),
            (8000, 1.0, "roll_percent"),
            (8000, f64::NAN, "roll_percent"),
        ] {
            let mut config = FrameFeaturesConfig::new(rate);
            config.roll_percent = roll;
            let error = FrameFeatures::<f32>::new(&config).err().unwrap();
            assert!(error.to_string().starts_with(name), "{error}");
        }
    }
}
