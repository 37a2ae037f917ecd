//! One function per command that measures: a request, and its result.

use super::analyze::{nothing_measured, request_results};
use super::features::{FeatureConfig, FeatureRow};
use super::latents::{LatentReport, LatentSettings};
use super::modulation::{ModulationRun, ModulationSettings};
use super::noise::{NoiseRun, NoiseSettings};
use super::request::Request;
use super::verdict::{Verdict, VerdictSettings};
use super::{AnalysisConfig, Progress, Report};
use crate::Result;

/// Finds, decodes and measures all sources of `config`.
///
/// Runs on the threads of the current rayon pool; the report is the same to
/// the bit for any number of them.
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for a setting out of range, and
/// [`crate::Error::NothingUsable`] where no source could be measured. A single bad
/// file is no error but a row with a reason.
pub fn analyze(config: &AnalysisConfig, progress: &dyn Progress) -> Result<Report> {
    let request = Request {
        verdict: None,
        ..Request::analyze(config)
    };
    let results = request_results(&request, progress)?;
    results.report.ok_or_else(|| nothing_measured("a report"))
}

/// Like [`analyze`], with the three answers that the sources give in the same pass
/// over them; where a band ends early, clips are measured once more below its end.
///
/// ```
/// use cepstrum::analysis::{AnalysisConfig, Answer, Representation, Silent, verdict};
///
/// let inputs = vec!["fixtures/audio".into()];
/// let config = AnalysisConfig { inputs, ..AnalysisConfig::default() };
/// let (_, verdict) = verdict(&config, &Default::default(), &Silent)?;
/// // Log-mel spectrograms of music and speech, up to where two of the clips end.
/// let row = verdict.row(Representation::LogMel, "all").expect("there are clips");
/// assert_eq!(row.answers.structure, Some(Answer::Yes));
/// println!("{}", row.sentences.order);
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// Those of [`analyze`].
pub fn verdict(
    config: &AnalysisConfig,
    settings: &VerdictSettings,
    progress: &dyn Progress,
) -> Result<(Report, Verdict)> {
    let request = Request {
        verdict: Some(settings.clone()),
        ..Request::analyze(config)
    };
    let results = request_results(&request, progress)?;
    let both = results.report.zip(results.verdict);
    both.ok_or_else(|| nothing_measured("a report"))
}

/// Analyses all sources of `config`, and then once more with noise: every
/// segment gets its own, seeded by its place, at all levels of the tide.
///
/// The result is the same to the bit for any number of threads.
///
/// # Errors
/// Those of [`analyze`] and [`noise_of_report`](super::noise_of_report).
pub fn noise(
    config: &AnalysisConfig,
    settings: &NoiseSettings,
    progress: &dyn Progress,
) -> Result<NoiseRun> {
    let results = request_results(&Request::noise(config, settings), progress)?;
    results.noise.ok_or_else(|| nothing_measured("noise"))
}

/// Analyses the log-mel spectrograms, photos and arrays of `config`, and then
/// measures their 2D spectra with both axes kept; what `config` says about
/// representations is passed over.
///
/// The result is the same to the bit for any number of threads.
///
/// ```
/// use cepstrum::analysis::{AnalysisConfig, ModulationSettings, Silent, modulation};
/// let config = AnalysisConfig {
///     photos: vec!["fixtures/photos".into()],
///     ..AnalysisConfig::default()
/// };
/// let run = modulation(&config, &ModulationSettings::default(), &Silent)?;
/// let photos = &run.modulation.studies[0];
/// let alpha = |degrees: usize| photos.directions[degrees / 15].fit.law().map(|l| l.alpha);
/// // Photos fall alike along both axes.
/// let (horizontal, vertical) = (alpha(0).unwrap_or(0.0), alpha(90).unwrap_or(0.0));
/// assert!((horizontal - vertical).abs() < 0.5);
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// Those of [`analyze`], and [`crate::Error::InvalidArgument`] for settings out
/// of range.
pub fn modulation(
    config: &AnalysisConfig,
    settings: &ModulationSettings,
    progress: &dyn Progress,
) -> Result<ModulationRun> {
    let results = request_results(&Request::modulation(config, settings), progress)?;
    results.modulation.ok_or_else(|| nothing_measured("planes"))
}

/// The features of every clip of `config.inputs`, over the whole clip and at its
/// own sample rate, in f64; by input, then by name.
///
/// Runs on the threads of the current rayon pool; rows are the same to the bit
/// for any number of them. Each thread holds the mel energies of up to 2^22
/// bands and frames (32 MB; 12 minutes at 22,050 Hz), since their dynamic range
/// counts from the largest of the clip; longer clips are decoded twice instead.
///
/// ```
/// use cepstrum::analysis::{FeatureConfig, Silent, clip_features};
/// let config = FeatureConfig {
///     inputs: vec!["fixtures/audio/speech".into()],
///     ..FeatureConfig::default()
/// };
/// let rows = clip_features(&config, &Silent)?;
/// assert_eq!((rows[0].filename.as_str(), rows[0].label.as_str()), ("prompt_a.wav", "speech"));
/// let centroid = rows[0].features.as_ref().map(|f| f.spectral_centroid.mean);
/// assert!((1000.0..4000.0).contains(&centroid.unwrap_or(0.0)));
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for a setting out of range, or one that fits the
/// sample rate of no clip, and [`crate::Error::NothingUsable`] where no clip was found.
/// What is wrong with a single clip stands in its row.
pub fn clip_features(config: &FeatureConfig, progress: &dyn Progress) -> Result<Vec<FeatureRow>> {
    let results = request_results(&Request::features(config), progress)?;
    results.features.ok_or_else(|| nothing_measured("features"))
}

/// Looks at arrays as latents of an autoencoder: scale and covariance of their
/// channels, and spectra along space or time and along channels.
///
/// Inputs are `.npy` and `.npz` files, and folders, which are searched for them;
/// of `config`, inputs, classes, limit, layout, radius and fit range count.
/// Statistics per channel take every position of every file with the number of
/// channels of the first; spectra take the items whose planes have the shape
/// that most items have, by the headers. The result is the same to the bit for any
/// number of threads.
///
/// ```
/// use cepstrum::analysis::{AnalysisConfig, LatentSettings, Silent, latents};
/// use cepstrum::synth::gauss;
/// use ndarray::Array3;
/// let folder = std::env::temp_dir().join(format!("latents-{}", std::process::id()));
/// std::fs::create_dir_all(&folder)?;
/// // Eight independent channels of standard deviation 5.
/// let values = gauss(1, 8 * 64 * 64).iter().map(|x| 5.0 * x).collect();
/// let latent = Array3::from_shape_vec((8, 64, 64), values)?;
/// ndarray_npy::write_npy(folder.join("latent.npy"), &latent)?;
/// let config = AnalysisConfig { inputs: vec![folder], ..AnalysisConfig::default() };
/// let report = latents(&config, &LatentSettings::default(), &Silent)?;
/// assert!((report.pooled.scale_factor - 0.2).abs() < 0.002);
/// assert!(report.covariance.unwrap().effective_rank > 7.9);
/// # std::fs::remove_dir_all(&config.inputs[0])?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for a setting out of range, and
/// [`crate::Error::NothingUsable`] where no array could be used, or all values are
/// equal. A single bad file is a row with a reason.
pub fn latents(
    config: &AnalysisConfig,
    settings: &LatentSettings,
    progress: &dyn Progress,
) -> Result<LatentReport> {
    let results = request_results(&Request::latents(config, settings), progress)?;
    results.latents.ok_or_else(|| nothing_measured("latents"))
}
