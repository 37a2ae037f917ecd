//! Spectrograms of clips, to be looked at.

use super::MelSettings;
use super::outcome::Outcome;
use super::part::{check_part, read_framed};
use super::plan::problem_of;
use crate::data::{Plane, Signal};
use crate::decode::{Channel, CorpusOptions, Ending, corpus};
use crate::spectral::{LogMel, LogMelConfig, LogScale, StftConfig, power_spectrogram};
use crate::{Error, Problem, Result};
use ndarray::ArrayView1;
use std::path::{Path, PathBuf};

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
    /// Whether the clip was used wholly, and why not.
    pub outcome: Outcome,
}

impl SpectrogramConfig {
    fn check(&self) -> Result<()> {
        self.stft.check()?;
        if !(f64::MIN_POSITIVE..=1e9).contains(&self.top_db) {
            return Err(Error::argument("top_db", self.top_db, "greater than 0"));
        }
        check_part(self.start, self.duration)
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
    let found = corpus(inputs, &CorpusOptions::clips())?;
    let mut spectrograms = Vec::new();
    for source in &found.sources {
        let (plane, outcome) = match power(&source.path(), config) {
            Ok((plane, ending)) => (Ok(plane), Outcome::of_ending(&ending)),
            Err(error) => {
                let problem = problem_of(error)?;
                let outcome = Outcome::skipped(&problem);
                (Err(problem), outcome)
            }
        };
        spectrograms.push(Spectrogram {
            name: source.name().to_string(),
            plane,
            outcome,
        });
    }
    spectrograms.extend(found.rejected.into_iter().map(|rejected| Spectrogram {
        name: rejected.name,
        outcome: Outcome::skipped(&rejected.problem),
        plane: Err(rejected.problem),
    }));
    to_shared_db(&mut spectrograms, config.top_db);
    Ok(spectrograms)
}

fn power(path: &Path, config: &SpectrogramConfig) -> Result<(Plane, Ending)> {
    let part = read_framed(
        path,
        config.channel,
        &config.stft,
        config.start,
        config.duration,
    )?;
    let plane = match &config.rows {
        SpectrogramRows::Bins => power_spectrogram(&part.signal, &config.stft)?,
        SpectrogramRows::Mel(mel) => mel_power(&part.signal, &config.stft, mel)?,
    };
    Ok((part.crop(&plane), part.ending))
}

fn mel_power(signal: &Signal, stft: &StftConfig, mel: &MelSettings) -> Result<Plane> {
    let mut plan = LogMel::<f64>::new(&LogMelConfig {
        stft: stft.clone(),
        mel: mel.bands(stft.n_fft, signal.sample_rate),
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
        .flat_map(|plane| plane.values.iter().copied())
        .filter(|power| power.is_finite())
        .fold(POWER_FLOOR, f64::max);
    for spectrogram in spectrograms {
        let Ok(plane) = &mut spectrogram.plane else {
            continue;
        };
        let frames = plane.values.columns();
        let bad = |frame: &ArrayView1<'_, f64>| frame.iter().any(|power| !power.is_finite());
        let n_bad = frames.into_iter().filter(bad).count() as u64;
        let (n_frames, outcome) = (plane.values.ncols() as u64, spectrogram.outcome.clone());
        spectrogram.outcome = outcome.with_non_finite(n_bad, n_frames, "frames");
        // What cannot be seen of it once it is drawn.
        if plane.values.iter().all(|power| *power <= POWER_FLOOR) {
            let outcome = spectrogram.outcome.clone();
            spectrogram.outcome = outcome.with_nothing_but("digital silence");
        }
        plane.values.mapv_inplace(|power| match power {
            power if !power.is_finite() => f64::NAN,
            // Silence is silence, also where nothing is louder.
            power if power <= POWER_FLOOR => -top_db,
            power => (10.0 * (power / largest).log10()).max(-top_db),
        });
    }
}
