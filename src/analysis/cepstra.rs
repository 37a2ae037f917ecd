//! Cepstra of clips, to be looked at and taken away.

use super::outcome::Outcome;
use super::part::{FramedPart, LONGEST, check_part, read_framed};
use super::plan::{Headers, RunPlan, problem_of};
use super::run::{Numbered, Progress, Study};
use super::segments::{Needs, Piece, Reading};
use super::source_spectra::{run_alone, shown_name};
use super::{AnalysisConfig, MelSettings};
use crate::data::{Axis, Plane, Signal, Spectrum, Unit};
use crate::decode::{Channel, Ending, Part, Rejected, Wanted, read_part};
use crate::planar::{DeltaOrder, MfccConfig, cepstrum_2d, delta, mean_cepstral_power, mfcc};
use crate::spectral::{LogMel, LogMelConfig, LogScale, StftConfig, cepstrogram};
use crate::{Error, Problem, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Quefrencies in which the pitch of voices and instruments is looked for, s:
/// 500 to 50 Hz.
pub const PITCH_QUEFRENCIES: (f64, f64) = (0.002, 0.02);

/// Which cepstrum is taken.
#[derive(Debug, Clone, PartialEq)]
pub enum CepstrumKind {
    /// Mel-frequency cepstral coefficients per frame, or their derivative.
    Mfcc {
        /// Coefficients.
        mfcc: MfccConfig,
        /// Derivative along time, fitted to 9 frames.
        delta: Option<DeltaOrder>,
    },
    /// Mean power of each coefficient of the log-mel frames.
    Mean,
    /// The 2D cepstrum of one log-mel segment.
    TwoDimensional,
    /// Mean real cepstrum of the frames.
    Real,
    /// Real cepstrum of each frame.
    Cepstrogram,
}

/// Settings of cepstra.
#[derive(Debug, Clone, PartialEq)]
pub struct CepstraConfig {
    /// Which cepstrum.
    pub kind: CepstrumKind,
    /// Frames.
    pub stft: StftConfig,
    /// Bands, where the cepstrum is one of log-mel frames.
    pub mel: MelSettings,
    /// Dynamic range of the bands, dB under the largest of the part; `None`
    /// keeps all.
    pub top_db: Option<f64>,
    /// Which channel is measured.
    pub channel: Channel,
    /// First second that is measured.
    pub start: f64,
    /// Seconds that are measured, 600 at most; `None` is all, and for
    /// [`CepstrumKind::TwoDimensional`] one segment of 2 s.
    pub duration: Option<f64>,
}

/// A cepstrum of one clip.
#[derive(Debug, Clone, PartialEq)]
pub enum Cepstrum {
    /// Coefficients from k = 0 on, [coefficient in cycles per band, time in s].
    Mfcc(Plane),
    /// Mean power of the coefficients k = 1..n_mels at k / (2 n_mels) cycles per
    /// band.
    Mean(Spectrum),
    /// Coefficients of a segment, [spectral modulation in cycles per band,
    /// temporal modulation in Hz].
    TwoDimensional(Plane),
    /// Mean over frames.
    Real(MeanRealCepstrum),
    /// Real cepstra of frames, [quefrency in s, time in s].
    Cepstrogram(Plane),
}

/// The real cepstrum of a clip: the mean over its frames.
#[derive(Debug, Clone, PartialEq)]
pub struct MeanRealCepstrum {
    /// Quefrencies, s.
    pub quefrency: Axis,
    /// Mean of c_n over frames, n = 0..=n_fft/2.
    pub mean: Vec<f64>,
    /// The largest of its local maxima within [`PITCH_QUEFRENCIES`] that stands for
    /// a ripple of at least 1 dB in the log spectrum, if there is one. It may be a
    /// chord's common period, or twice the period of a pitch.
    pub peak: Option<QuefrencyPeak>,
}

/// A peak of a real cepstrum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuefrencyPeak {
    /// Where it lies, s; its inverse is the fundamental frequency of a pitch.
    pub quefrency: f64,
    /// Its height.
    pub value: f64,
}

/// One clip.
#[derive(Debug, Clone, PartialEq)]
pub struct ClipCepstrum {
    /// Path relative to its INPUT, or as given where the file itself was named.
    pub name: String,
    /// The cepstrum, or why there is none.
    pub cepstrum: Result<Cepstrum, Problem>,
    /// Whether the clip was used wholly, and why not.
    pub outcome: Outcome,
}

impl CepstraConfig {
    /// Cepstral coefficients as librosa has them, of whole clips.
    pub fn new(kind: CepstrumKind) -> Self {
        let features = super::FeatureConfig::default();
        CepstraConfig {
            kind,
            stft: features.stft,
            mel: features.mel,
            top_db: features.top_db,
            channel: Channel::Mix,
            start: 0.0,
            duration: None,
        }
    }

    /// Checks the settings that are out of range whatever the clips are.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for the first such setting.
    pub fn check(&self) -> Result<()> {
        self.stft.check()?;
        let fewest = match self.kind {
            CepstrumKind::Mean => 2,
            _ => 1,
        };
        if self.mel.n_mels < fewest {
            let requirement = format!("at least {fewest}");
            return Err(Error::argument("n_mels", self.mel.n_mels, requirement));
        }
        LogScale::Decibel {
            top_db: self.top_db,
        }
        .check()?;
        if let CepstrumKind::Mfcc { mfcc, .. } = &self.kind {
            mfcc.check(self.mel.n_mels)?;
        }
        check_part(self.start, self.duration)
    }

    /// Bands in dB, with all of their dynamic range.
    pub(super) fn log_mel(&self, sample_rate: u32) -> LogMelConfig {
        LogMelConfig {
            stft: self.stft.clone(),
            mel: self.mel.bands(self.stft.n_fft, sample_rate),
            log: LogScale::Decibel { top_db: None },
        }
    }
}

/// The cepstrum of each clip of `inputs`, in f64 and at its own sample rate; by
/// input, then by name.
///
/// Frames of a part are those of the whole clip, except that the dynamic range
/// counts from the largest band of the part; a segment stands alone, as in
/// [`analyze`](super::analyze()). Runs on the threads of the current rayon pool,
/// with the same bits for any number of them.
///
/// ```
/// use cepstrum::analysis::{CepstraConfig, Cepstrum, CepstrumKind, Silent, cepstra};
/// let inputs = ["fixtures/audio/speech/prompt_a.wav".into()];
/// let clips = cepstra(&inputs, &CepstraConfig::new(CepstrumKind::Mean), &Silent)?;
/// let Ok(Cepstrum::Mean(spectrum)) = &clips[0].cepstrum else { panic!() };
/// assert_eq!(spectrum.frequency.values()[0], 1.0 / 256.0); // k = 1 of 128 bands
/// assert!(spectrum.power[0] > spectrum.power[126]);
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// [`Error::InvalidArgument`] for a setting out of range, or one that fits no
/// clip, and [`Error::NothingUsable`] where no clip was found. What is wrong with
/// a single clip stands in its place.
pub fn cepstra(
    inputs: &[PathBuf],
    config: &CepstraConfig,
    progress: &dyn Progress,
) -> Result<Vec<ClipCepstrum>> {
    config.check()?;
    let of_inputs = AnalysisConfig {
        inputs: inputs.to_vec(),
        ..AnalysisConfig::default()
    };
    let plan = RunPlan::of_inputs(&of_inputs, Wanted::AudioFolders, Headers::None)?;
    let measured = run_alone(&plan, &CepstraStudy { config }, progress)?;
    let mut clips = Vec::new();
    let mut unfit = None;
    for (source, (_, measured)) in plan.corpus.sources.iter().zip(measured) {
        let measured = problem_or_unfit(measured, &mut unfit)?;
        let clip = ClipCepstrum::new(shown_name(inputs, source), measured);
        clips.push((source.input, clip));
    }
    for Rejected {
        name,
        input,
        problem,
        ..
    } in &plan.corpus.rejected
    {
        let clip = ClipCepstrum::new(name.clone(), Err(problem.clone()));
        clips.push((*input, clip));
    }
    if clips.is_empty() {
        let ignored: u64 = plan.corpus.ignored.values().sum();
        return Err(Error::NothingUsable {
            looked_for: "clips among the inputs".to_string(),
            found: format!("{ignored} files of other kinds"),
        });
    }
    in_order(clips, unfit)
}

impl ClipCepstrum {
    fn new(name: String, measured: Result<(Cepstrum, Ending), Problem>) -> Self {
        let outcome = match &measured {
            Ok((_, ending)) => Outcome::of_ending(ending),
            Err(problem) => Outcome::skipped(problem),
        };
        ClipCepstrum {
            name,
            outcome,
            cepstrum: measured.map(|(cepstrum, _)| cepstrum),
        }
    }
}

/// One part of each clip, at its own rate.
struct CepstraStudy<'a> {
    config: &'a CepstraConfig,
}

impl Study for CepstraStudy<'_> {
    type Worker = ();
    type Row = Result<(Cepstrum, Ending)>;
    type Sums = BTreeMap<usize, Self::Row>;

    /// Nothing: the part's frames see samples on both sides of it.
    fn needs(&self) -> Needs {
        Needs::default()
    }

    fn worker(&self) -> Result<()> {
        Ok(())
    }

    fn sums(&self) -> Self::Sums {
        BTreeMap::new()
    }

    fn begin(&self, _: &mut (), _: Numbered<'_>) {}

    fn piece(&self, _: &mut (), _: Numbered<'_>, _: &Piece<'_>) -> Result<()> {
        Ok(())
    }

    fn finish(&self, _: &mut (), of: Numbered<'_>, _: &Reading) -> Result<Self::Row> {
        Ok(clip_cepstrum(&of.source.path(), self.config))
    }

    fn add(
        &self,
        _: &mut (),
        of: Numbered<'_>,
        row: Self::Row,
        sums: &mut Self::Sums,
    ) -> Result<()> {
        sums.insert(of.number, row);
        Ok(())
    }
}

/// Clips by the index of their input, then by name; the setting that does not
/// fit, where no clip could be used.
fn in_order(
    mut clips: Vec<(usize, ClipCepstrum)>,
    unfit: Option<Error>,
) -> Result<Vec<ClipCepstrum>> {
    match unfit {
        Some(error) if clips.iter().all(|(_, clip)| clip.cepstrum.is_err()) => Err(error),
        _ => {
            clips.sort_by(|(input_a, a), (input_b, b)| (input_a, &a.name).cmp(&(input_b, &b.name)));
            Ok(clips.into_iter().map(|(_, clip)| clip).collect())
        }
    }
}

/// What is wrong with one clip; the first setting that does not fit a clip is
/// kept beside it.
fn problem_or_unfit(
    measured: Result<(Cepstrum, Ending)>,
    unfit: &mut Option<Error>,
) -> Result<Result<(Cepstrum, Ending), Problem>> {
    match measured {
        Ok(measured) => Ok(Ok(measured)),
        Err(error @ Error::InvalidArgument { .. }) => {
            let detail = error.to_string();
            unfit.get_or_insert(error);
            Ok(Err(Problem::Featureless { detail }))
        }
        Err(error) => Ok(Err(problem_of(error)?)),
    }
}

/// The geometric mean of the spectra of all clips that have a
/// [`Cepstrum::Mean`], `None` where there is none; degrees of freedom add up.
pub fn geometric_mean_power(clips: &[ClipCepstrum]) -> Option<Spectrum> {
    let spectra: Vec<&Spectrum> = clips
        .iter()
        .filter_map(|clip| match &clip.cepstrum {
            Ok(Cepstrum::Mean(spectrum)) => Some(spectrum),
            _ => None,
        })
        .collect();
    let first = *spectra.first()?;
    let bins = 0..first.power.len();
    let mean = |k: usize| {
        let sum: f64 = spectra.iter().map(|s| s.power[k].ln()).sum();
        (sum / spectra.len() as f64).exp()
    };
    let dof = |k: usize| spectra.iter().map(|s| s.dof[k]).sum();
    Some(Spectrum {
        frequency: first.frequency.clone(),
        power: bins.clone().map(mean).collect(),
        dof: bins.map(dof).collect(),
    })
}

/// Frames that a derivative is fitted to (librosa's default).
const DELTA_WIDTH: usize = 9;
/// Length of a segment where none is given, s: that of
/// [`AnalysisConfig`](super::AnalysisConfig).
const SEGMENT: f64 = 2.0;
/// Smallest power that has a logarithm, as in decibels.
const POWER_FLOOR: f64 = 1e-10;

/// The cepstrum of one clip, and how the clip ended.
///
/// # Errors
/// What is wrong with the clip, and [`crate::Error::InvalidArgument`] for settings that
/// do not fit it.
fn clip_cepstrum(path: &Path, config: &CepstraConfig) -> Result<(Cepstrum, Ending)> {
    Ok(match &config.kind {
        CepstrumKind::Mfcc { mfcc, delta } => {
            let (log_mel, ending) = log_mel(path, config)?;
            let plane = self::mfcc(&log_mel, mfcc)?;
            (Cepstrum::Mfcc(derivative(path, plane, *delta)?), ending)
        }
        CepstrumKind::Mean => {
            let (log_mel, ending) = log_mel(path, config)?;
            let spectrum = mean_cepstral_power(&log_mel)?;
            (Cepstrum::Mean(without_mean(&spectrum)), ending)
        }
        CepstrumKind::TwoDimensional => {
            let (plane, ending) = two_dimensional(path, config)?;
            (Cepstrum::TwoDimensional(plane), ending)
        }
        CepstrumKind::Real => {
            let (frames, ending) = real_frames(path, config)?;
            (Cepstrum::Real(mean_real_cepstrum(&frames)), ending)
        }
        CepstrumKind::Cepstrogram => {
            let (frames, ending) = real_frames(path, config)?;
            (Cepstrum::Cepstrogram(frames), ending)
        }
    })
}

fn framed(path: &Path, config: &CepstraConfig) -> Result<FramedPart> {
    let (start, duration) = (config.start, config.duration);
    let part = read_framed(path, config.channel, &config.stft, start, duration)?;
    check_samples(&part.signal, part.n_samples, config).map_err(|problem| problem.at(path))?;
    Ok(part)
}

/// Real cepstra, [quefrency, time].
fn real_frames(path: &Path, config: &CepstraConfig) -> Result<(Plane, Ending)> {
    let part = framed(path, config)?;
    let frames = cepstrogram(&part.signal, &config.stft, POWER_FLOOR, config.top_db)?;
    Ok((part.crop(&frames), part.ending))
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
fn log_mel(path: &Path, config: &CepstraConfig) -> Result<(Plane, Ending)> {
    let part = framed(path, config)?;
    let mut plan = LogMel::<f64>::new(&config.log_mel(part.signal.sample_rate))?;
    let plane = limited(path, part.crop(&plan.plane(&part.signal)?), config.top_db)?;
    Ok((plane, part.ending))
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

fn two_dimensional(path: &Path, config: &CepstraConfig) -> Result<(Plane, Ending)> {
    let duration = config.duration.unwrap_or(SEGMENT);
    let part = Part {
        start: config.start,
        // A clip of which no part was asked for is read on, for its ending.
        duration: config.duration.unwrap_or(LONGEST),
        margin: 0,
        margin_step: 1,
    };
    let (mut signal, _, ending) = read_part(path, config.channel, &part)?;
    let rate = f64::from(signal.sample_rate);
    let length = (duration * rate).round() as usize;
    signal.samples.truncate(length);
    if signal.samples.len() < length {
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
    Ok((cepstrum, ending))
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
