use super::{ScorecardRow, Suitability, Thresholds};
use crate::analysis::{Representation, Structure};

/// What a verdict looks at.
pub(super) struct Measured<'a> {
    /// All but the verdict.
    pub row: &'a ScorecardRow,
    pub r_squared: Option<f64>,
    pub n_files: u64,
    /// The frequencies that were fitted, in words.
    pub band: String,
    /// Why structure is shown or not.
    pub why: &'a str,
}

/// How far the numbers go, and the one that decides.
pub(super) fn verdict(measured: &Measured<'_>, thresholds: &Thresholds) -> (Suitability, String) {
    let not_shown = |why: String| (Suitability::NotShown, why);
    let Some(monotonicity) = measured.row.monotonicity else {
        return not_shown("too few bands".to_string());
    };
    if monotonicity < thresholds.monotonicity {
        let reason = rises(measured, monotonicity, thresholds);
        let verdict = match monotonicity < thresholds.not_monotonic {
            true => Suitability::NotConsistentWith,
            false => Suitability::NotShown,
        };
        return (verdict, reason);
    }
    let (Some(r_squared), Some(distance)) = (measured.r_squared, measured.row.photo_distance_db)
    else {
        return not_shown("no law or no distance".to_string());
    };
    if r_squared < thresholds.r_squared {
        let limit = thresholds.r_squared;
        return not_shown(format!("no power law: R^2 {r_squared:.3} < {limit}"));
    }
    let limit = thresholds.photo_distance_db;
    let (farthest, distance) = match measured.row.photo_distance_ci {
        Some([low, high]) => (high, format!("{distance:.1} dB [{low:.1}, {high:.1}]")),
        None => (distance, format!("{distance:.1} dB")),
    };
    if farthest > limit {
        let words = match measured.row.photo_distance_db.is_some_and(|d| d > limit) {
            true => "not within",
            false => "not shown to be within",
        };
        return not_shown(format!("{words} {limit} dB of photos: {distance}"));
    }
    let like = format!("as photos (R^2 {r_squared:.3}, {distance})");
    by_structure(measured, thresholds, &like)
}

/// What is said where power does not fall all the way.
fn rises(measured: &Measured<'_>, monotonicity: f64, thresholds: &Thresholds) -> String {
    let mut reason = format!(
        "power does not fall throughout: monotonicity {monotonicity:.3} {}, below {}",
        measured.band, thresholds.monotonicity
    );
    if let Some(audible) = measured.row.monotonicity_from_50_hz {
        reason.push_str(&format!(" ({audible:.3} from 50 Hz)"));
    }
    if measured.row.structure == Some(Structure::Shown) {
        reason.push_str(&format!("; yet structure is shown, {}", measured.why));
    }
    reason
}

/// The last question: whether the exponent is more than stationary noise has.
fn by_structure(
    measured: &Measured<'_>,
    thresholds: &Thresholds,
    like: &str,
) -> (Suitability, String) {
    let why = measured.why;
    let reason = match measured.row.structure {
        Some(Structure::Shown) => {
            let n_copies = measured.row.n_copies;
            if n_copies as f64 <= thresholds.copied_share * measured.n_files as f64 {
                return (Suitability::ConsistentWith, format!("{like}; {why}"));
            }
            format!(
                "{n_copies} of {} files measure exactly as others do: intervals take copies for \
                 independent files",
                measured.n_files
            )
        }
        Some(Structure::NotShown) => why.to_string(),
        Some(Structure::Missing) => format!("{like}, but {why}"),
        None if measured.row.representation == Representation::Array => {
            format!("{like}, but arrays have no null model")
        }
        None => format!("{like}, but null models were not drawn (--nulls)"),
    };
    (Suitability::NotShown, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(
        monotonicity: f64,
        distance: (f64, [f64; 2]),
        structure: Option<Structure>,
    ) -> ScorecardRow {
        ScorecardRow {
            representation: Representation::LogMel,
            n_segments: 20,
            alpha_post: None,
            alpha: None,
            interval: None,
            curvature: None,
            monotonicity: Some(monotonicity),
            monotonicity_from_50_hz: None,
            delta_alpha: None,
            delta_of: None,
            structure,
            photo_distance_db: Some(distance.0),
            photo_distance_ci: Some(distance.1),
            n_copies: 0,
            verdict: Suitability::Reference,
            reason: String::new(),
        }
    }

    fn of(row: &ScorecardRow, r_squared: f64) -> (Suitability, String) {
        let measured = Measured {
            row,
            r_squared: Some(r_squared),
            n_files: 10,
            band: "of the band".to_string(),
            why: "delta",
        };
        verdict(&measured, &Thresholds::default())
    }

    #[test]
    fn verdicts_say_no_more_than_the_numbers() {
        use Suitability::{ConsistentWith, NotConsistentWith, NotShown};
        let near = (1.0, [0.5, 1.5]);
        let shown = Some(Structure::Shown);
        assert_eq!(of(&row(1.0, near, shown), 0.99).0, ConsistentWith);
        assert_eq!(
            of(&row(0.9, (2.0, [1.0, 3.0]), shown), 0.9).0,
            ConsistentWith
        );
        assert_eq!(of(&row(0.49, near, shown), 0.99).0, NotConsistentWith);
        for (row, r_squared) in [
            (row(0.89, near, shown), 0.99),
            (row(0.5, near, shown), 0.99),
            (row(1.0, near, shown), 0.89),
            // The interval reaches beyond the limit.
            (row(1.0, (2.0, [0.9, 3.1]), shown), 0.99),
            (row(1.0, near, Some(Structure::NotShown)), 0.99),
            (row(1.0, near, Some(Structure::Missing)), 0.99),
            (row(1.0, near, None), 0.99),
        ] {
            assert_eq!(of(&row, r_squared).0, NotShown, "{row:?}");
        }
        assert!(of(&row(1.0, near, None), 0.99).1.contains("--nulls"));
        let reason = of(&row(0.6, near, shown), 0.99).1;
        assert!(reason.contains("0.600") && reason.contains("structure is shown"));
    }

    #[test]
    fn copies_are_no_independent_files() {
        let mut copied = row(1.0, (1.0, [0.5, 1.5]), Some(Structure::Shown));
        copied.n_copies = 1;
        assert_eq!(of(&copied, 0.99).0, Suitability::ConsistentWith);
        copied.n_copies = 2;
        let (verdict, reason) = of(&copied, 0.99);
        assert!(verdict == Suitability::NotShown && reason.contains("2 of 10 files"));
    }
}
