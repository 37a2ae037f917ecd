//! Which of two selections is closer to photographs.

use super::selection::Selection;
use super::study::{Closer, MatchedBands, Pairing, PhotoComparison};
use crate::analysis::{Answer, BUILT_IN, Number, Verdict, VerdictRow};
use crate::compare::{interval, leave_one_out_interval, student_t_95};
use std::path::PathBuf;

const DISTANCE: &str = "photo_distance_db";

/// One side: the row of a selection, with the records of its units.
#[derive(Clone, Copy)]
struct Side<'a> {
    verdict: &'a Verdict,
    row: &'a VerdictRow,
    distance: Number,
}

fn side<'a>(selection: &Selection<'a>) -> Option<Side<'a>> {
    let verdict = selection.verdict?;
    // As it was asked for: a row up to where a band ends is of other bands.
    let row = verdict.rows.iter().find(|row| {
        row.representation == selection.representation()
            && row.class == selection.result.class
            && row.up_to_hz.is_none()
    })?;
    let distance = row.numbers.get(DISTANCE).copied()?;
    Some(Side {
        verdict,
        row,
        distance,
    })
}

impl Side<'_> {
    /// Whether the distance is to the built-in photographs.
    fn is_to_built_in(&self) -> bool {
        self.row.photos.starts_with(BUILT_IN)
    }

    /// The standard error of the distance, from its interval.
    fn std_error(&self) -> Option<f64> {
        let [_, high] = self.distance.ci?;
        let dof = self.row.n_units.checked_sub(1)? as f64;
        Some((high? - self.distance.value?) / student_t_95(dof))
    }

    /// The distance without one unit after another, with the paths of each.
    fn without(&self) -> Option<Vec<(&Vec<String>, f64)>> {
        let name = self.row.table_name();
        let mut tables = self.verdict.tables.iter();
        let table = tables.find(|table| table.row == name)?;
        let without = table.array(&format!("without.{DISTANCE}"))?;
        let all = self.row.units.iter().zip(without.iter().copied());
        let all: Vec<_> = all.collect();
        (all.len() == self.row.n_units).then_some(all)
    }
}

/// The answer, or why there is none.
pub(super) fn to_photos(a: &Selection<'_>, b: &Selection<'_>) -> PhotoComparison {
    let mut to = PhotoComparison {
        closer: Closer::Withheld,
        reason: None,
        a_db: None,
        b_db: None,
        difference_db: None,
        ci: None,
        pairing: Pairing::Independent,
        photos: String::new(),
    };
    let (of_a, of_b) = match (side(a), side(b)) {
        (Some(a), Some(b)) => (a, b),
        (of_a, _) => {
            let name = if of_a.is_none() { &a.name } else { &b.name };
            to.reason = Some(format!(
                "the report of {name} has no variance spectrum of this representation: measure again"
            ));
            return to;
        }
    };
    to.photos = of_a.row.photos.clone();
    (to.a_db, to.b_db) = (of_a.distance.value, of_b.distance.value);
    to.difference_db = to.a_db.zip(to.b_db).map(|(a, b)| a - b);
    let one_report = std::ptr::eq(of_a.verdict, of_b.verdict);
    let same_photos = one_report || of_a.verdict.photos == of_b.verdict.photos;
    if of_a.row.photos != of_b.row.photos || !(same_photos || of_a.is_to_built_in()) {
        to.reason = Some("the distances are to different photographs".to_string());
        return to;
    }
    let (Some(difference), Some((ci, pairing))) = (
        to.difference_db,
        difference_interval(&of_a, &of_b, same_inputs(a, b)),
    ) else {
        to.reason = Some("there is no interval over files".to_string());
        return with_caps(to, &of_a, &of_b);
    };
    (to.ci, to.pairing) = (Some(ci), pairing);
    let nearer = if difference < 0.0 { &of_a } else { &of_b };
    let answers = &nearer.row.answers;
    let excludes_zero = ci[0] > 0.0 || ci[1] < 0.0;
    let (closer, reason) = if !excludes_zero {
        (Closer::Open, Some("the interval holds 0"))
    } else if answers.photographs == Some(Answer::No) {
        (Closer::Withheld, Some("neither is near photographs"))
    } else if answers.structure == Some(Answer::No) {
        let reason = "the nearer one's fall is not shown to be the sound's";
        (Closer::Withheld, Some(reason))
    } else if difference < 0.0 {
        (Closer::A, None)
    } else {
        (Closer::B, None)
    };
    (to.closer, to.reason) = (closer, reason.map(str::to_string));
    with_caps(to, &of_a, &of_b)
}

/// Caps of either side keep the answer back.
fn with_caps(mut to: PhotoComparison, a: &Side<'_>, b: &Side<'_>) -> PhotoComparison {
    let mut caps: Vec<_> = a.row.caps.iter().chain(&b.row.caps).collect();
    caps.sort();
    caps.dedup();
    if !caps.is_empty() {
        let names: Vec<&str> = caps.into_iter().map(|cap| cap.words()).collect();
        (to.closer, to.reason) = (Closer::Withheld, Some(names.join(", and ")));
    }
    to
}

/// Whether equal paths within the inputs are the same files.
fn same_inputs(a: &Selection<'_>, b: &Selection<'_>) -> bool {
    let roots = |selection: &Selection<'_>| {
        let config = &selection.report.config;
        [&config.inputs, &config.photos].map(|paths| {
            let parts = |path: &PathBuf| path.components().collect::<PathBuf>();
            paths.iter().map(parts).collect::<Vec<_>>()
        })
    };
    roots(a) == roots(b)
}

/// Over the units that both sides have, where they have the same ones; else
/// Welch's (1947).
fn difference_interval(
    a: &Side<'_>,
    b: &Side<'_>,
    same_inputs: bool,
) -> Option<([f64; 2], Pairing)> {
    let difference = a.distance.value? - b.distance.value?;
    if let (Some(of_a), Some(of_b)) = (a.without(), b.without())
        && same_inputs
        && of_a.len() == of_b.len()
    {
        // In order: two inputs may hold files of one name.
        let pairs = || of_a.iter().zip(&of_b);
        let paired: Vec<f64> = pairs().map(|(a, b)| a.1 - b.1).collect();
        if pairs().all(|(a, b)| a.0 == b.0)
            && let Some(ci) = leave_one_out_interval(difference, &paired, 0.0)
        {
            return Some((ci, Pairing::Paired));
        }
    }
    let (of_a, of_b) = (a.std_error()?, b.std_error()?);
    let (dof_a, dof_b) = (a.row.n_units as f64 - 1.0, b.row.n_units as f64 - 1.0);
    let (var_a, var_b) = (of_a * of_a, of_b * of_b);
    let dof = (var_a + var_b).powi(2) / (var_a * var_a / dof_a + var_b * var_b / dof_b);
    let ci = interval(difference, of_a.hypot(of_b), dof);
    Some((ci, Pairing::Independent))
}

/// What a reader should know of the distances.
pub(super) fn notes(a: &Selection<'_>, b: &Selection<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    for (name, side) in [("A", side(a)), ("B", side(b))] {
        let Some(side) = side else {
            continue;
        };
        if side.verdict.tables.is_empty() {
            notes.push(format!(
                "the evidence.npz of {name} is missing or of another verdict: distances are not paired by file"
            ));
        }
    }
    notes
}

/// The spectra behind the distances.
pub(super) fn bands(a: &Selection<'_>, b: &Selection<'_>) -> Option<MatchedBands> {
    let both = [side(a)?, side(b)?].map(|side| {
        let bands = &side.row.bands;
        let all = bands.lower_edges.iter().zip(&bands.all_db);
        let used = all.zip(&bands.photo_all_db);
        let used = used.filter_map(|((edge, level), photos)| {
            Some((2_f64.sqrt() * edge, (*level, (*photos)?)))
        });
        let (frequency, pairs): (Vec<f64>, Vec<(f64, f64)>) = used.unzip();
        let (levels, photos): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        (frequency, centred(levels), centred(photos))
    });
    let [a, b] = both;
    Some(MatchedBands {
        frequency: [a.0, b.0],
        levels: [a.1, b.1],
        photos: [a.2, b.2],
    })
}

fn centred(mut values: Vec<f64>) -> Vec<f64> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter_mut().for_each(|value| *value -= mean);
    values
}
