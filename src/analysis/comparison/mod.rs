//! Two selections of reports side by side: differences with intervals, and which
//! is closer to photos.

mod distance;
mod files;
mod gap;
mod notes;
mod resampled;
mod selection;
mod statistics;
mod units;

use super::Representation;
use crate::Result;
use serde::{Deserialize, Serialize};

pub use distance::DISTANCE_POINTS;
pub use selection::{Selection, common_representations};

/// What two selections are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Statistic {
    /// Exponent of the debiased law.
    Alpha,
    /// Coefficient of (ln f)^2 of the debiased law.
    Curvature,
    /// Exponent of the `post` estimator.
    AlphaPost,
    /// Share of the variance of ln P that the `post` law explains.
    RSquared,
    /// -Spearman over third-octave bands: 1 where power falls at every step.
    Monotonicity,
    /// Standard deviation of all values.
    Scale,
    /// RMS difference from the mean spectrum of photos, levels matched, dB.
    PhotoDistance,
    /// |alpha - alpha of photos|, of the debiased law.
    PhotoAlphaGap,
}

impl Statistic {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Statistic::Alpha => "alpha (debiased)",
            Statistic::Curvature => "curvature",
            Statistic::AlphaPost => "alpha (post)",
            Statistic::RSquared => "R^2",
            Statistic::Monotonicity => "monotonicity",
            Statistic::Scale => "scale",
            Statistic::PhotoDistance => "distance to photos, dB",
            Statistic::PhotoAlphaGap => "|alpha - photos' alpha|",
        }
    }
}

/// Where the interval of a difference comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Uncertainty {
    /// Leaving out one file after another; Student's t.
    Files,
    /// Leaving out one class after another; Student's t. Classes then are a
    /// sample of all classes.
    Classes,
    /// A single file, whose segments are taken as independent: what it shows
    /// is about that file's noise, and no verdict follows.
    Segments,
    /// The spread of ln P over segments, files taken as independent and the bins
    /// of a spectrum as wholly dependent: too wide, never too narrow for
    /// independent files.
    Spread,
}

/// Whether what the selections have in common cancels in a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pairing {
    /// The same files on both sides: it does.
    Paired,
    /// Taken as unrelated; as many degrees of freedom as the smaller set has.
    Independent,
    /// They share files, and how far these vary together is not known: standard
    /// errors add.
    Overlapping,
}

/// What a 95 % interval shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// A's value is larger.
    ALarger,
    /// B's value is larger.
    BLarger,
    /// A is closer to photos.
    ACloser,
    /// B is closer to photos.
    BCloser,
    /// The interval holds 0, or is of a single file.
    NotShown,
}

/// The selection that is closer to photos, where that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Closer {
    /// The first.
    A,
    /// The second.
    B,
    /// The interval of the difference holds 0 or is of a single file, or there
    /// is none.
    NotShown,
}

/// A value with its own 95 % interval, where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// 95 % interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ci: Option<[f64; 2]>,
}

/// A difference A - B with its uncertainty.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DifferenceInterval {
    /// 95 % interval; that of distances between different files lies about the
    /// difference less the bias of small sets, not about the row's `difference`.
    pub ci: [f64; 2],
    /// Standard error.
    pub std_error: f64,
    /// Degrees of freedom of Student's t.
    pub dof: f64,
    /// Where it comes from: the less certain of the two sides'.
    pub uncertainty: Uncertainty,
    /// Whether the sides were paired.
    pub pairing: Pairing,
    /// What it shows.
    pub verdict: Verdict,
}

/// One statistic of both selections.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatisticRow {
    /// Which statistic.
    pub statistic: Statistic,
    /// Of the first selection.
    pub a: Option<Estimate>,
    /// Of the second.
    pub b: Option<Estimate>,
    /// A - B.
    pub difference: Option<f64>,
    /// Its uncertainty; null where reports do not tell the spread.
    pub interval: Option<DifferenceInterval>,
}

/// What was selected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SelectionRow {
    /// How the caller calls it.
    pub name: String,
    /// How the sources were looked at.
    pub representation: Representation,
    /// `all`, or the name of a class.
    pub class: String,
    /// Files behind it.
    pub n_files: u64,
    /// Segments behind it.
    pub n_segments: u64,
}

/// The photos that selections are compared with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PhotosRow {
    /// Where they come from, in words.
    pub source: String,
    /// Number of photos.
    pub n_files: u64,
    /// Exponent of their debiased law.
    pub alpha: Option<Estimate>,
}

/// Mean spectra where both selections and the photos have frequencies: ln of
/// expected power, less its mean over the band. The lists belong together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MatchedSpectra {
    /// Frequencies even in ln f, cycles per sample.
    pub frequency: Vec<f64>,
    /// Of the first selection.
    pub a: Vec<f64>,
    /// Of the second.
    pub b: Vec<f64>,
    /// Of the photos.
    pub photos: Vec<f64>,
}

/// Two selections side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The first selection.
    pub a: SelectionRow,
    /// The second.
    pub b: SelectionRow,
    /// Which is closer to photos by the distance of its mean spectrum.
    pub closer: Closer,
    /// Which is closer by its exponent.
    pub closer_by_alpha: Closer,
    /// The photos.
    pub photos: PhotosRow,
    /// Statistics, always in one order.
    pub statistics: Vec<StatisticRow>,
    /// The spectra behind the distance; null where there is no common band.
    pub spectra: Option<MatchedSpectra>,
    /// What a reader should know before believing a difference.
    pub notes: Vec<String>,
}

impl Comparison {
    /// The row of a statistic.
    pub fn row(&self, statistic: Statistic) -> Option<&StatisticRow> {
        self.statistics
            .iter()
            .find(|row| row.statistic == statistic)
    }
}

/// Compares two selections: differences A - B of every statistic, 95 % intervals
/// where the reports tell the spread, and the distance of each to photos.
///
/// Exponents and curvatures have jackknife intervals over files: paired
/// ([`crate::compare::paired_difference`]) where both selections hold the same
/// files, else that of unrelated sets ([`crate::compare::difference`]). R^2,
/// monotonicity and scale are one number per selection in a report: they get no
/// interval. A single file's interval is over its segments and says nothing
/// about other files: its verdict is always [`Verdict::NotShown`].
///
/// The distance is the RMS difference, dB, of the mean ln P (less the
/// logarithm's bias psi(nu) - ln nu, nu = dof / 2) from the photos', levels
/// matched, over [`DISTANCE_POINTS`] points even in ln f where both selections
/// and the photos have frequencies, in cycles per sample. Its interval leaves
/// out one file after another where the report's examples hold every file
/// (`AnalysisConfig::examples` says how many are kept); else one class after
/// another where there are five classes; else it follows from the spread
/// over segments ([`Uncertainty::Spread`]). Photos are those of A's report, else
/// of B's, else built in (130 photographs); they are taken as they are, without
/// uncertainty of their spectrum. A selection that is itself photos is compared
/// with the built-in ones.
///
/// A set of few files lies a little further from any spectrum than the
/// population it was drawn from (by about its variance over twice the distance).
/// The interval between different files is about the difference of the means of
/// jackknife pseudo-values, which lack that bias to first order; the distances
/// and their difference are those of the mean spectra as they are.
///
/// ```
/// use cepstrum::analysis::{AnalysisConfig, Representation, Selection, Silent, Statistic};
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
/// let distance = both.row(Statistic::PhotoDistance).and_then(|row| row.difference);
/// // Log-mel is nearer to photos; four clips are too few to show it.
/// assert!(distance.expect("both have spectra") < 0.0);
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// [`crate::Error::InvalidArgument`] for a report whose numbers are not finite.
pub fn comparison(a: &Selection<'_>, b: &Selection<'_>) -> Result<Comparison> {
    let photos = distance::photos(a, b);
    let mut notes = notes::notes(a, b);
    let mut rows = statistics::rows(a, b)?;
    let (distance, spectra) = match distance::Band::common(a, b, &photos.spectrum) {
        Ok(band) => {
            let (row, spectra) = distance::row(a, b, &photos.spectrum, &band)?;
            notes.extend(distance::note(&row));
            (row, Some(spectra))
        }
        Err(why) => {
            notes.push(format!("no distance to photos: {why}"));
            (StatisticRow::missing(Statistic::PhotoDistance), None)
        }
    };
    rows.push(distance);
    rows.push(gap::row(a, b, photos.alpha.as_ref())?);
    let closer = |statistic| {
        let row = rows.iter().find(|row| row.statistic == statistic);
        match row.and_then(|row| row.interval).map(|i| i.verdict) {
            Some(Verdict::ACloser) => Closer::A,
            Some(Verdict::BCloser) => Closer::B,
            _ => Closer::NotShown,
        }
    };
    Ok(Comparison {
        a: a.row(),
        b: b.row(),
        closer: closer(Statistic::PhotoDistance),
        closer_by_alpha: closer(Statistic::PhotoAlphaGap),
        photos: photos.row(),
        statistics: rows,
        spectra,
        notes,
    })
}
