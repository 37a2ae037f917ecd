//! Spectrograms of clips, to be looked at.

use super::MelSettings;
use super::survey::problem_of;
use crate::data::{Plane, Signal};
use crate::decode::{Channel, CorpusOptions, Wanted, corpus, read_part};
use crate::spectral::{LogMel, LogMelConfig, LogScale, MelConfig, StftConfig, power_spectrogram};
use crate::{Error, Problem, Result};
use std::path::{Path, PathBuf};

/// Longest part that is drawn, s: more frames than any figure has pixels.
const LONGEST: f64 = 600.0;
/// Smallest power that enters a decibel value.
const POWER_FLOOR: f64 = 1e-10;

/// Rows of a spectrogram.
#[derive(Debug, Clone, PartialEq)]
pub enum SpectrogramRows {
    /// Transform bins, 0 Hz to Nyquist.
    Bins,
    /// Mel bands.
    Mel(MelSettings),
}

/// Settings of spectrograms.
#[derive(Debug, Clone, PartialEq)]
pub struct SpectrogramConfig {
    /// Frames.
    pub stft: StftConfig,
    /// Rows.
    pub rows: SpectrogramRows,
    /// Dynamic range, dB below the largest value of all clips.
    pub top_db: f64,
    /// Which channel is drawn.
    pub channel: Channel,
    /// First second that is drawn.
    pub start: f64,
    /// Seconds that are drawn; `None` is all, which may be 600 at most.
    pub duration: Option<f64>,
}

/// One clip's spectrogram.
#[derive(Debug, Clone, PartialEq)]
pub struct Spectrogram {
    /// Path relative to its INPUT.
    pub name: String,
    /// dB relative to the largest value of all clips, [frequency in Hz, time
    /// in s from the start of the clip], or why there is none.
    pub plane: Result<Plane, Problem>,
}

impl SpectrogramConfig {
    fn check(&self) -> Result<()> {
        self.stft.check()?;
        for (name, value, lowest) in [
            ("top_db", self.top_db, f64::MIN_POSITIVE),
            ("start", self.start, 0.0),
            ("duration", self.duration.unwrap_or(1.0), f64::MIN_POSITIVE),
        ] {
            if !(lowest..=1e9).contains(&value) {
                let requirement = match lowest > 0.0 {
                    true => "greater than 0",
                    false => "at least 0",
                };
                return Err(Error::argument(name, value, requirement));
            }
        }
        match self.duration {
            Some(duration) if duration > LONGEST => {
                let requirement = format!("at most {LONGEST} s");
                Err(Error::argument("duration", duration, requirement))
            }
            _ => Ok(()),
        }
    }
}

/// The spectrograms of all clips, on one decibel scale: 0 dB is the largest
/// value of all.
///
/// # Errors
/// [`Error::InvalidArgument`] for a setting out of range. What is wrong with a
/// single clip stands in its place.
pub fn spectrograms(inputs: &[PathBuf], config: &SpectrogramConfig) -> Result<Vec<Spectrogram>> {
    config.check()?;
    let found = corpus(
        inputs,
        &CorpusOptions {
            wanted: Wanted::AudioFolders,
            ..CorpusOptions::default()
        },
    )?;
    let mut spectrograms = Vec::new();
    for source in &found.sources {
        let plane = match power(&source.path, config) {
            Ok(plane) => Ok(plane),
            Err(error) => Err(problem_of(error)?),
        };
        spectrograms.push(Spectrogram {
            name: source.name.clone(),
            plane,
        });
    }
    spectrograms.extend(found.rejected.into_iter().map(|rejected| Spectrogram {
        name: rejected.name,
        plane: Err(rejected.problem),
    }));
    to_shared_db(&mut spectrograms, config.top_db);
    Ok(spectrograms)
}

fn power(path: &Path, config: &SpectrogramConfig) -> Result<Plane> {
    // One frame more than may be shown tells that there is more.
    let wanted = config.duration.unwrap_or(LONGEST + 1.0);
    let signal = read_part(path, config.channel, config.start, wanted)?;
    if config.duration.is_none() && signal.duration() > LONGEST {
        let requirement = format!(
            "given for clips longer than {LONGEST} s, as {} is",
            path.display()
        );
        return Err(Error::argument("duration", "missing", requirement));
    }
    let mut plane = match &config.rows {
        SpectrogramRows::Bins => power_spectrogram(&signal, &config.stft)?,
        SpectrogramRows::Mel(mel) => mel_power(&signal, &config.stft, mel)?,
    };
    if let crate::data::Axis::Uniform { start, .. } = &mut plane.cols {
        *start += config.start;
    }
    Ok(plane)
}

fn mel_power(signal: &Signal, stft: &StftConfig, mel: &MelSettings) -> Result<Plane> {
    let rate = signal.sample_rate;
    let mut plan = LogMel::<f64>::new(&LogMelConfig {
        stft: stft.clone(),
        mel: MelConfig {
            n_mels: mel.n_mels,
            f_min: mel.f_min,
            f_max: mel.f_max.unwrap_or(f64::from(rate) / 2.0),
            scale: mel.scale,
            norm: mel.norm,
            ..MelConfig::new(rate, stft.n_fft)
        },
        log: LogScale::Natural { floor: POWER_FLOOR },
    })?;
    let mut plane = plan.plane(signal)?;
    plane.values.mapv_inplace(f64::exp);
    Ok(plane)
}

fn to_shared_db(spectrograms: &mut [Spectrogram], top_db: f64) {
    let largest = spectrograms
        .iter()
        .filter_map(|s| s.plane.as_ref().ok())
        .flat_map(|plane| plane.values.iter())
        .copied()
        .fold(POWER_FLOOR, f64::max);
    for plane in spectrograms
        .iter_mut()
        .filter_map(|s| s.plane.as_mut().ok())
    {
        plane.values.mapv_inplace(|power| {
            let db = 10.0 * (power.max(POWER_FLOOR) / largest).log10();
            db.max(-top_db)
        });
    }
}
