//! Two selections of reports side by side: differences with intervals, and which
//! is closer to photos.

mod files;
mod notes;
mod photos;
mod selection;
mod statistics;
mod study;

use crate::Result;

pub use selection::{Selection, common_representations};
pub use study::{
    Closer, Comparison, DifferenceInterval, Estimate, Larger, MatchedBands, Pairing,
    PhotoComparison, SelectionRow, Statistic, StatisticRow, Uncertainty,
};

/// Compares two selections: which is closer to photographs, and differences A - B of
/// every statistic with 95 % intervals where the reports tell the spread.
///
/// Distances are those of the verdicts (`photo_distance_db`), with the jackknife of
/// the units that both sides share, or Welch's interval. Nothing is said where a
/// side is capped, where the nearer one is not like photographs, or where its fall
/// is not shown to be the sound's own; a report without a verdict has no variance
/// spectrum and must be measured again.
///
/// Exponents and curvatures have jackknife intervals over files: paired
/// ([`crate::compare::paired_difference`]) where both selections hold the same
/// files, else that of unrelated sets ([`crate::compare::difference`]). R^2,
/// monotonicity and scale are one number per selection in a report: they get no
/// interval. A single file's interval is over its segments and says nothing
/// about other files: nothing is shown by it.
///
/// ```
/// use cepstrum::analysis::{AnalysisConfig, Closer, Representation, Selection, Silent};
/// use cepstrum::analysis::{analyze, comparison};
///
/// let config = AnalysisConfig {
///     inputs: vec!["fixtures/audio".into()],
///     ..AnalysisConfig::default()
/// };
/// let report = analyze(&config, &Silent)?;
/// let log_mel = Selection::new(&report, "log-mel", Representation::LogMel, "all")?;
/// let waveform = Selection::new(&report, "waveform", Representation::Waveform, "all")?;
/// let both = comparison(&log_mel, &waveform)?;
/// // Without the verdict that was made beside the report.
/// assert_eq!(both.to_photos.closer, Closer::Withheld);
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for a report whose numbers are not finite.
pub fn comparison(a: &Selection<'_>, b: &Selection<'_>) -> Result<Comparison> {
    Ok(Comparison {
        a: a.row(),
        b: b.row(),
        to_photos: photos::to_photos(a, b),
        statistics: statistics::rows(a, b)?,
        bands: photos::bands(a, b),
        notes: [notes::notes(a, b), photos::notes(a, b)].concat(),
    })
}
