//! One row of evidence per representation, with a verdict that says no more than
//! the numbers beside it.

mod verdict;

use self::verdict::{Measured, verdict};
use super::evidence::{Evidence, EvidenceRow, NullModel, Structure};
use super::{
    Estimate, IntervalKind, Report, Representation, ResultRow, Selection, Statistic, comparison,
};
use crate::compare::{Difference, band_monotonicity, third_octaves};
use crate::data::Unit;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// What a representation must reach to be called consistent with the order in
/// which noise removes detail from photographs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// Least monotonicity (-Spearman over third-octave bands) to be consistent.
    pub monotonicity: f64,
    /// Monotonicity below which a representation is not consistent.
    pub not_monotonic: f64,
    /// Least share of the variance of ln P that a power law explains.
    pub r_squared: f64,
    /// Largest distance of the mean log spectrum to that of photos, dB, with
    /// the whole 95 % interval where there is one.
    pub photo_distance_db: f64,
    /// Largest share of files that measure exactly as another one does.
    pub copied_share: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Thresholds {
            monotonicity: 0.9,
            not_monotonic: 0.5,
            r_squared: 0.9,
            photo_distance_db: 3.0,
            copied_share: 0.1,
        }
    }
}

/// How far the evidence goes: whether noise removes detail from fine to coarse
/// as it does in photographs, and more than in data without their structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Suitability {
    /// All thresholds are met, and the structure is that of the data.
    ConsistentWith,
    /// Power does not fall with frequency.
    NotConsistentWith,
    /// Neither; the reason says what is missing.
    NotShown,
    /// Photos are what others are measured by.
    Reference,
}

impl Suitability {
    /// As in tables.
    pub fn name(self) -> &'static str {
        match self {
            Suitability::ConsistentWith => "consistent with",
            Suitability::NotConsistentWith => "not consistent with",
            Suitability::NotShown => "not shown",
            Suitability::Reference => "reference",
        }
    }
}

/// What an exponent is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeltaOf {
    /// The rings without the cells of temporal frequency 0.
    Dynamic,
    /// The spectrum as it is in the report.
    Plain,
}

/// The evidence of one representation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScorecardRow {
    /// How the sources were looked at.
    pub representation: Representation,
    /// Segments measured.
    pub n_segments: u64,
    /// Exponent of the `post` estimator, all octaves alike.
    pub alpha_post: Option<f64>,
    /// Exponent without the logarithm's bias, by number of cells.
    pub alpha: Option<Estimate>,
    /// Where its interval comes from.
    pub interval: Option<IntervalKind>,
    /// Coefficient of (ln f)^2.
    pub curvature: Option<f64>,
    /// -Spearman over the third-octave bands of the fit range.
    pub monotonicity: Option<f64>,
    /// The same from 50 Hz on, of waveforms.
    pub monotonicity_from_50_hz: Option<f64>,
    /// Exponent of the data less that of phase-randomised segments; null for
    /// waveforms, whose surrogates have the same one.
    pub delta_alpha: Option<Difference>,
    /// What the difference is of.
    pub delta_of: Option<DeltaOf>,
    /// Whether structure in time is shown; null without nulls.
    pub structure: Option<Structure>,
    /// RMS distance of the mean log spectrum to that of photos, levels and bands
    /// matched, dB.
    pub photo_distance_db: Option<f64>,
    /// Its 95 % interval over files; the photos are taken as they are.
    pub photo_distance_ci: Option<[f64; 2]>,
    /// Files that measure exactly as an earlier one does.
    pub n_copies: usize,
    /// How far the evidence goes.
    pub verdict: Suitability,
    /// Why, in numbers.
    pub reason: String,
}

impl ScorecardRow {
    /// The verdict and its reason as one sentence.
    pub fn sentence(&self) -> String {
        let (name, reason) = (self.representation.name(), &self.reason);
        match self.verdict {
            Suitability::Reference => format!("{name}: what the others are measured by"),
            Suitability::NotShown => format!(
                "{name}: not shown that noise takes detail from fine to coarse as in photos; \
                 {reason}"
            ),
            verdict => format!(
                "{name}: {} noise that takes detail from fine to coarse as in photos; {reason}",
                verdict.name()
            ),
        }
    }
}

/// Where hearing begins to matter, Hz.
const AUDIBLE: f64 = 50.0;
/// Fewer photos are no sample of photographs.
const MANY_PHOTOS: u64 = 30;

/// The evidence of all representations of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scorecard {
    /// What verdicts are made by.
    pub thresholds: Thresholds,
    /// The photos that distances are taken to.
    pub photos: String,
    /// One row per representation.
    pub rows: Vec<ScorecardRow>,
}

/// The scorecard of a report, with the nulls of `evidence` where they were drawn.
///
/// # Errors
/// [`Error::InvalidArgument`] for a report without results.
pub fn scorecard(report: &Report, evidence: Option<&Evidence>) -> Result<Scorecard> {
    let thresholds = Thresholds::default();
    let mut rows = Vec::new();
    let mut photos = String::new();
    for result in report.results.iter().filter(|row| row.class == "all") {
        let name = result.representation.name();
        let selection = Selection::new(report, name, result.representation, "all")?;
        // A selection compared with itself has its own distance to photos; one
        // with numbers that are not finite has none.
        let own = comparison(&selection, &selection).ok();
        let to_photos = own
            .as_ref()
            .and_then(|own| own.row(Statistic::PhotoDistance));
        let distance = to_photos.and_then(|row| row.a);
        let nulls = evidence.and_then(|evidence| {
            let of_all = evidence.representations.iter();
            of_all
                .filter(|row| row.class == "all")
                .find(|row| row.representation == result.representation)
        });
        if let Some(own) = own {
            photos = match (photos.is_empty(), result.representation) {
                (true, _) => photos_named(report, own.photos.source),
                (false, Representation::Photo) => {
                    format!("{photos}; photos themselves to {}", own.photos.source)
                }
                (false, _) => photos,
            };
        }
        rows.push(row(report, result, distance, nulls, &thresholds));
    }
    if rows.is_empty() {
        return Err(Error::argument(
            "REPORT",
            "without results",
            "a whole report",
        ));
    }
    Ok(Scorecard {
        thresholds,
        photos,
        rows,
    })
}

/// The photos that distances are taken to, in words.
fn photos_named(report: &Report, built_in: String) -> String {
    let mut own = report.results.iter().filter(|row| row.class == "all");
    match own.find(|row| row.representation == Representation::Photo) {
        Some(row) if report.results.len() > 1 => {
            let few = match row.n_files < MANY_PHOTOS {
                true => " (few: their own spread is not in the intervals)",
                false => "",
            };
            format!("the {} photos of this report{few}", row.n_files)
        }
        _ => built_in,
    }
}

fn row(
    report: &Report,
    result: &ResultRow,
    distance: Option<Estimate>,
    nulls: Option<&EvidenceRow>,
    thresholds: &Thresholds,
) -> ScorecardRow {
    let post = result.fit.post.law();
    let debiased = result.fit.debiased.as_ref();
    let mut row = ScorecardRow {
        representation: result.representation,
        n_segments: result.n_segments,
        alpha_post: post.map(|law| law.alpha),
        alpha: debiased.map(|law| Estimate {
            value: law.alpha,
            ci: Some(law.ci),
        }),
        interval: debiased.map(|law| law.interval),
        curvature: debiased.map(|law| law.curvature),
        monotonicity: fall(report, result, 0.0),
        monotonicity_from_50_hz: match result.representation {
            Representation::Waveform => fall(report, result, AUDIBLE),
            _ => None,
        },
        delta_alpha: None,
        delta_of: None,
        structure: nulls.map(|row| row.structure),
        photo_distance_db: distance.map(|distance| distance.value),
        photo_distance_ci: distance.and_then(|distance| distance.ci),
        n_copies: n_copies(report, result.representation),
        verdict: Suitability::Reference,
        reason: String::new(),
    };
    if let Some(nulls) = nulls {
        (row.delta_alpha, row.delta_of) = delta(nulls).unzip();
    }
    if result.representation != Representation::Photo {
        let measured = Measured {
            r_squared: post.and_then(|law| law.r_squared),
            n_files: result.n_files,
            band: band(result),
            why: nulls.map_or("", |row| row.reason.as_str()),
            row: &row,
        };
        (row.verdict, row.reason) = verdict(&measured, thresholds);
    }
    row
}

/// The difference from phase-randomised segments, and what it is of.
fn delta(nulls: &EvidenceRow) -> Option<(Difference, DeltaOf)> {
    let mut all = nulls.nulls.iter();
    let randomised = all.find(|null| null.null == NullModel::PhaseRandomised)?;
    if nulls.representation == Representation::Waveform {
        return None;
    }
    let of_dynamic = randomised.delta_dynamic.map(|d| (d, DeltaOf::Dynamic));
    of_dynamic.or(randomised.delta.map(|d| (d, DeltaOf::Plain)))
}

/// -Spearman over the third-octave bands of the fit range, from `f_min` on.
fn fall(report: &Report, result: &ResultRow, f_min: f64) -> Option<f64> {
    let spectrum = &result.spectrum;
    let per_cycle_per_sample = match spectrum.unit {
        Unit::Hertz => f64::from(report.summary.sample_rate?),
        _ => 1.0,
    };
    let fit = report.config.fit;
    let low = fit
        .f_min
        .map_or(0.0, |f| f * per_cycle_per_sample)
        .max(f_min);
    let high = fit
        .f_max
        .map_or(f64::INFINITY, |f| f * per_cycle_per_sample);
    let inside = |i: &usize| (low..=high).contains(&spectrum.frequency[*i]);
    let bins: Vec<usize> = (0..spectrum.frequency.len()).filter(inside).collect();
    let of = |list: &[f64]| bins.iter().map(|i| list[*i]).collect::<Vec<f64>>();
    let weights: Vec<f64> = bins.iter().map(|i| f64::from(spectrum.dof[*i])).collect();
    let bands = third_octaves(
        &of(&spectrum.frequency),
        &of(&spectrum.mean_log_power),
        &weights,
        spectrum.unit,
    );
    let spearman = band_monotonicity(&bands).ok()?.spearman?;
    // Without the sign of a zero.
    Some(-spearman + 0.0)
}

/// The frequencies that were fitted, in words.
fn band(result: &ResultRow) -> String {
    let ends = result.fit.post.law().map(|law| (law.f_min, law.f_max));
    match (ends, result.spectrum.unit) {
        (Some((low, high)), Unit::Hertz) => format!("from {low} to {high} Hz"),
        (Some((low, high)), unit) => format!("from {low:.4} to {high:.3} {}", unit.symbol()),
        (None, _) => "of the band".to_string(),
    }
}

/// Files whose exponent and curvature are those of an earlier one to the bit.
fn n_copies(report: &Report, representation: Representation) -> usize {
    let mut laws: Vec<[u64; 3]> = report
        .inputs
        .iter()
        .filter_map(|row| row.debiased.get(&representation).copied())
        .map(|law| [law.alpha.to_bits(), law.curvature.to_bits(), law.n_segments])
        .collect();
    let n = laws.len();
    laws.sort_unstable();
    laws.dedup();
    n - laws.len()
}
