//! One row of evidence per representation, with a verdict that says no more than
//! the numbers beside it.

use super::evidence::{Evidence, EvidenceRow, NullModel, Structure};
use super::report::IntervalKind;
use super::{Estimate, Report, Representation, ResultRow, Selection, Statistic, comparison};
use crate::compare::Difference;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// What a representation must reach to be called consistent with the order in
/// which noise removes detail from photographs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// Least monotonicity: -Spearman over third-octave bands.
    pub monotonicity: f64,
    /// Least share of the variance of ln P that a power law explains.
    pub r_squared: f64,
    /// Largest distance of the mean log spectrum to that of photos, dB.
    pub photo_distance_db: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Thresholds {
            monotonicity: 0.9,
            r_squared: 0.9,
            photo_distance_db: 3.0,
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
    /// -Spearman over third-octave bands.
    pub monotonicity: Option<f64>,
    /// Exponent of the data less that of phase-randomised segments: of the
    /// dynamic part of spectrograms, else of all.
    pub delta_alpha: Option<Difference>,
    /// RMS distance of the mean log spectrum to that of photos, levels and bands
    /// matched, dB.
    pub photo_distance_db: Option<f64>,
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
/// [`Error::InvalidArgument`] for a report without results, or with numbers that
/// are not finite.
pub fn scorecard(report: &Report, evidence: Option<&Evidence>) -> Result<Scorecard> {
    let thresholds = Thresholds::default();
    let mut rows = Vec::new();
    let mut photos = String::new();
    for result in report.results.iter().filter(|row| row.class == "all") {
        let name = result.representation.name();
        let selection = Selection::new(report, name, result.representation, "all")?;
        // A selection compared with itself has its own distance to photos.
        let own = comparison(&selection, &selection)?;
        let distance = own.row(Statistic::PhotoDistance).and_then(|row| row.a);
        let nulls = evidence.and_then(|evidence| {
            let of_all = evidence.representations.iter();
            of_all
                .filter(|row| row.class == "all")
                .find(|row| row.representation == result.representation)
        });
        photos = match (photos.is_empty(), result.representation) {
            (true, _) => photos_named(report, own.photos.source),
            (false, Representation::Photo) => {
                format!("{photos}; theirs: {}", own.photos.source)
            }
            (false, _) => photos,
        };
        rows.push(row(result, distance, nulls, &thresholds));
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
            format!("the {} photos of this report", row.n_files)
        }
        _ => built_in,
    }
}

fn row(
    result: &ResultRow,
    distance: Option<Estimate>,
    nulls: Option<&EvidenceRow>,
    thresholds: &Thresholds,
) -> ScorecardRow {
    let post = result.fit.post.law();
    let debiased = result.fit.debiased.as_ref();
    let third_octaves = result.monotonicity.third_octaves.as_ref();
    let monotonicity = third_octaves.and_then(|m| m.spearman).map(|s| -s);
    let randomised = nulls.and_then(|row| {
        let mut nulls = row.nulls.iter();
        nulls.find(|null| null.null == NullModel::PhaseRandomised)
    });
    let structure = match (nulls, result.representation) {
        (Some(row), _) => Some((row.structure, row.reason.as_str())),
        (None, Representation::Array) => Some((Structure::Missing, NO_NULL_OF_ARRAYS)),
        (None, _) => None,
    };
    let measured = Measured {
        monotonicity,
        r_squared: post.and_then(|law| law.r_squared),
        distance: distance.map(|d| d.value),
        structure,
    };
    let (verdict, reason) = match result.representation {
        Representation::Photo => (Suitability::Reference, String::new()),
        _ => verdict(&measured, thresholds),
    };
    ScorecardRow {
        representation: result.representation,
        n_segments: result.n_segments,
        alpha_post: post.map(|law| law.alpha),
        alpha: debiased.map(|law| Estimate {
            value: law.alpha,
            ci: Some(law.ci),
        }),
        interval: debiased.map(|law| law.interval),
        curvature: debiased.map(|law| law.curvature),
        monotonicity,
        delta_alpha: randomised.and_then(|null| null.delta_dynamic.or(null.delta)),
        photo_distance_db: measured.distance,
        verdict,
        reason,
    }
}

/// Samples could be randomised; what made an array of them is not known here.
const NO_NULL_OF_ARRAYS: &str = "arrays have no null model";

/// What a verdict looks at.
struct Measured<'a> {
    monotonicity: Option<f64>,
    r_squared: Option<f64>,
    distance: Option<f64>,
    structure: Option<(Structure, &'a str)>,
}

fn verdict(measured: &Measured<'_>, thresholds: &Thresholds) -> (Suitability, String) {
    let Some(monotonicity) = measured.monotonicity else {
        return (Suitability::NotShown, "too few bands".to_string());
    };
    if monotonicity < thresholds.monotonicity {
        let reason = format!(
            "power does not fall with frequency: monotonicity {monotonicity:.3} < {}",
            thresholds.monotonicity
        );
        return (Suitability::NotConsistentWith, reason);
    }
    let missing = |what: String| (Suitability::NotShown, what);
    let (Some(r), Some(d)) = (measured.r_squared, measured.distance) else {
        return missing("no law or no distance".to_string());
    };
    if r < thresholds.r_squared {
        let limit = thresholds.r_squared;
        return missing(format!("no power law: R^2 {r:.3} < {limit}"));
    }
    if d > thresholds.photo_distance_db {
        let limit = thresholds.photo_distance_db;
        return missing(format!("unlike photos: {d:.1} dB > {limit} dB"));
    }
    let like = format!("as photos (R^2 {r:.3}, {d:.1} dB)");
    match measured.structure {
        Some((Structure::Shown, reason)) => (Suitability::ConsistentWith, reason.to_string()),
        Some((Structure::NotShown, reason)) => missing(reason.to_string()),
        Some((Structure::Missing, reason)) => missing(format!("{like}, but {reason}")),
        None => missing(format!("{like}, but null models were not drawn (--nulls)")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_say_no_more_than_the_numbers() {
        let thresholds = Thresholds::default();
        let of = |monotonicity, r_squared, distance, structure| {
            let measured = Measured {
                monotonicity: Some(monotonicity),
                r_squared: Some(r_squared),
                distance: Some(distance),
                structure,
            };
            verdict(&measured, &thresholds)
        };
        let shown = Some((Structure::Shown, "delta"));
        use Suitability::{ConsistentWith, NotConsistentWith, NotShown};
        assert_eq!(of(1.0, 0.99, 1.0, shown).0, ConsistentWith);
        assert_eq!(of(0.9, 0.9, 3.0, shown).0, ConsistentWith);
        assert_eq!(of(0.89, 0.99, 1.0, shown).0, NotConsistentWith);
        assert_eq!(of(1.0, 0.89, 1.0, shown).0, NotShown);
        assert_eq!(of(1.0, 0.99, 3.1, shown).0, NotShown);
        let null = Some((Structure::NotShown, "as the null"));
        assert_eq!(of(1.0, 0.99, 1.0, null), (NotShown, "as the null".into()));
        let (verdict, reason) = of(1.0, 0.99, 1.0, None);
        assert!(verdict == NotShown && reason.contains("--nulls"));
    }
}
