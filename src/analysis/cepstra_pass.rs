//! The cepstrum of one clip.

use super::cepstra::{
    CepstraConfig, Cepstrum, CepstrumKind, MeanRealCepstrum, PITCH_QUEFRENCIES, QuefrencyPeak,
};
use super::part::{FramedPart, read_framed};
use crate::data::{Axis, Plane, Signal, Spectrum, Unit};
use crate::decode::{Part, read_part};
use crate::planar::{DeltaOrder, cepstrum_2d, delta, mean_cepstral_power, mfcc};
use crate::spectral::{LogMel, cepstrogram};
use crate::{Problem, Result};
use std::path::Path;

/// Frames that a derivative is fitted to (librosa's default).
const DELTA_WIDTH: usize = 9;
/// Length of a segment where none is given, s: that of
/// [`AnalysisConfig`](super::AnalysisConfig).
const SEGMENT: f64 = 2.0;
/// Smallest power that has a logarithm, as in decibels.
const POWER_FLOOR: f64 = 1e-10;

/// The cepstrum of one clip.
///
/// # Errors
/// What is wrong with the clip, and [`crate::Error::InvalidArgument`] for settings that
/// do not fit it.
pub(super) fn clip_cepstrum(path: &Path, config: &CepstraConfig) -> Result<Cepstrum> {
    Ok(match &config.kind {
        CepstrumKind::Mfcc { mfcc, delta } => {
            let plane = self::mfcc(&log_mel(path, config)?, mfcc)?;
            Cepstrum::Mfcc(derivative(path, plane, *delta)?)
        }
        CepstrumKind::Mean => {
            let spectrum = mean_cepstral_power(&log_mel(path, config)?)?;
            Cepstrum::Mean(without_mean(&spectrum))
        }
        CepstrumKind::TwoDimensional => Cepstrum::TwoDimensional(two_dimensional(path, config)?),
        CepstrumKind::Real => Cepstrum::Real(mean_real_cepstrum(&real_frames(path, config)?)),
        CepstrumKind::Cepstrogram => Cepstrum::Cepstrogram(real_frames(path, config)?),
    })
}

fn framed(path: &Path, config: &CepstraConfig) -> Result<FramedPart> {
    let (start, duration) = (config.start, config.duration);
    let part = read_framed(path, config.channel, &config.stft, start, duration)?;
    check_samples(&part.signal, part.n_samples, config).map_err(|problem| problem.at(path))?;
    Ok(part)
}

/// Real cepstra, [quefrency, time].
fn real_frames(path: &Path, config: &CepstraConfig) -> Result<Plane> {
    let part = framed(path, config)?;
    Ok(part.crop(&cepstrogram(
        &part.signal,
        &config.stft,
        POWER_FLOOR,
        config.top_db,
    )?))
}

/// What keeps samples from having a cepstrum.
fn check_samples(signal: &Signal, n_samples: usize, config: &CepstraConfig) -> Result<(), Problem> {
    let samples = &signal.samples;
    if samples.len() < config.stft.n_fft {
        return Err(Problem::TooShort {
            length: format!("{n_samples} samples"),
            required: format!("{} samples", config.stft.n_fft),
            flag: "--n-fft",
        });
    }
    let n_bad = samples.iter().filter(|x| !x.is_finite()).count();
    if n_bad > 0 {
        let detail = format!("{n_bad} of {} samples are not finite", samples.len());
        return Err(Problem::Featureless { detail });
    }
    if samples.iter().all(|x| *x == 0.0) {
        let detail = "digital silence".to_string();
        return Err(Problem::Featureless { detail });
    }
    Ok(())
}

/// Log-mel frames in dB, [band, time].
fn log_mel(path: &Path, config: &CepstraConfig) -> Result<Plane> {
    let part = framed(path, config)?;
    let mut plan = LogMel::<f64>::new(&config.log_mel(part.signal.sample_rate))?;
    limited(path, part.crop(&plan.plane(&part.signal)?), config.top_db)
}

/// A plane with its dynamic range, and its rows counted as bands.
fn limited(path: &Path, mut plane: Plane, top_db: Option<f64>) -> Result<Plane> {
    let largest = plane.values.iter().copied().fold(f64::MIN, f64::max);
    if let Some(top_db) = top_db {
        plane.values.mapv_inplace(|db| db.max(largest - top_db));
    }
    if plane.values.iter().all(|db| *db == largest) {
        let detail = "all log-mel values are equal".to_string();
        return Err(Problem::Featureless { detail }.at(path));
    }
    plane.rows = Axis::Uniform {
        unit: Unit::MelBand,
        start: 0.0,
        step: 1.0,
        len: plane.values.nrows(),
    };
    Ok(plane)
}

fn derivative(path: &Path, plane: Plane, order: Option<DeltaOrder>) -> Result<Plane> {
    let Some(order) = order else {
        return Ok(plane);
    };
    let n_frames = plane.values.ncols();
    if n_frames < DELTA_WIDTH {
        let problem = Problem::TooShort {
            length: match n_frames {
                1 => "1 frame".to_string(),
                n => format!("{n} frames"),
            },
            required: format!("{DELTA_WIDTH} frames"),
            flag: "--delta",
        };
        return Err(problem.at(path));
    }
    delta(&plane, DELTA_WIDTH, order)
}

/// A spectrum from its second value on.
fn without_mean(spectrum: &Spectrum) -> Spectrum {
    Spectrum {
        frequency: Axis::Tabulated {
            unit: spectrum.frequency.unit(),
            values: spectrum.frequency.values()[1..].to_vec(),
        },
        power: spectrum.power[1..].to_vec(),
        dof: spectrum.dof[1..].to_vec(),
    }
}

fn two_dimensional(path: &Path, config: &CepstraConfig) -> Result<Plane> {
    let duration = config.duration.unwrap_or(SEGMENT);
    let part = Part {
        start: config.start,
        duration,
        margin: 0,
        margin_step: 1,
    };
    let (signal, _) = read_part(path, config.channel, &part)?;
    let rate = f64::from(signal.sample_rate);
    if signal.samples.len() < (duration * rate).round() as usize {
        let problem = Problem::TooShort {
            length: format!("{:.3} s", signal.duration()),
            required: format!("{duration} s"),
            flag: "--duration",
        };
        return Err(problem.at(path));
    }
    check_samples(&signal, signal.samples.len(), config).map_err(|problem| problem.at(path))?;
    let mut plan = LogMel::<f64>::new(&config.log_mel(signal.sample_rate))?;
    let plane = limited(path, plan.plane(&signal)?, config.top_db)?;
    let mut cepstrum = cepstrum_2d(&plane)?;
    let (n_mels, n_frames) = plane.values.dim();
    let modulation = |unit, nyquist: f64, len: usize| Axis::Uniform {
        unit,
        start: 0.0,
        step: nyquist / len as f64,
        len,
    };
    let frame_rate = rate / config.stft.hop_length as f64;
    cepstrum.rows = modulation(Unit::CyclePerBand, 0.5, n_mels);
    cepstrum.cols = modulation(Unit::CyclePerSecond, 0.5 * frame_rate, n_frames);
    Ok(cepstrum)
}

fn mean_real_cepstrum(frames: &Plane) -> MeanRealCepstrum {
    let mean = frames.values.mean_axis(ndarray::Axis(1));
    let mean: Vec<f64> = mean.map_or_else(Vec::new, |mean| mean.to_vec());
    MeanRealCepstrum {
        peak: pitch_peak(&frames.rows.values(), &mean),
        quefrency: frames.rows.clone(),
        mean,
    }
}

/// The least height of a pitch's peak: c_n is half the depth, in nats, of a
/// ripple in the log spectrum, here one of 1 dB.
const LEAST_PEAK: f64 = 0.057_564_627_324_851_14;

fn pitch_peak(quefrency: &[f64], mean: &[f64]) -> Option<QuefrencyPeak> {
    let (shortest, longest) = PITCH_QUEFRENCIES;
    let inside = |n: &usize| (shortest..=longest).contains(&quefrency[*n]);
    // An edge that is only a slope is no peak.
    let summit = |n: &usize| mean[*n] > mean[n - 1] && mean[*n] >= mean[n + 1];
    (1..mean.len().saturating_sub(1))
        .filter(inside)
        .filter(summit)
        .filter(|n| mean[*n] >= LEAST_PEAK)
        .max_by(|&a, &b| mean[a].total_cmp(&mean[b]))
        .map(|n| QuefrencyPeak {
            quefrency: quefrency[n],
            value: mean[n],
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pitch_is_the_largest_summit_of_its_range() {
        let quefrency: Vec<f64> = (0..300).map(|n| f64::from(n) * 1e-4).collect();
        // A slope down from the envelope, and summits outside of the range.
        let mut mean: Vec<f64> = (0..300).map(|n| 10.0 / f64::from(1 + n)).collect();
        assert_eq!(pitch_peak(&quefrency, &mean), None);
        (mean[10], mean[250]) = (50.0, 60.0);
        assert_eq!(pitch_peak(&quefrency, &mean), None);
        (mean[50], mean[100]) = (2.0, 1.5);
        let peak = pitch_peak(&quefrency, &mean).unwrap();
        assert_eq!((peak.quefrency, peak.value), (quefrency[50], 2.0));
        assert_eq!(pitch_peak(&[], &[]), None);
        // A ripple of less than 1 dB is no pitch.
        let ripple = |height: f64| {
            let mut mean = vec![0.0; 300];
            mean[50] = height;
            pitch_peak(&quefrency, &mean).is_some()
        };
        assert!(ripple(0.058) && !ripple(0.057));
    }
}
