//! From the exponents of files to rows and verdicts.

use super::measure::{Exponents, FileEvidence, NullStudy, NullSums, has_profile};
use super::nulls::NullModel;
use super::parts::DYNAMIC;
use super::profile::{Profiles, of_class};
use super::study::{
    Evidence, EvidenceRow, EvidenceSettings, Exponent, NullRow, Structure, StructureThresholds,
};
use crate::Result;
use crate::analysis::analyze::{SecondPass, nothing_measured, request_results};
use crate::analysis::outcome::Status;
use crate::analysis::partial::Request;
use crate::analysis::plan::RunPlan;
use crate::analysis::report::InputRow;
use crate::analysis::run::Progress;
use crate::analysis::{AnalysisConfig, Report, Representation};
use crate::compare::{Difference, jackknife, paired_difference};
use crate::decode::Kind;
use std::collections::BTreeSet;

/// Measures the clips of `config` beside null models of each of their segments.
/// Photos and arrays have no nulls.
///
/// The result is the same to the bit for any number of threads. Two passes are
/// made where a spectrogram is among the representations (the first finds the
/// data set's profile), one otherwise.
///
/// ```
/// use cepstrum::analysis::{AnalysisConfig, EvidenceSettings, Silent, evidence};
/// let config = AnalysisConfig {
///     inputs: vec!["fixtures/audio".into()],
///     ..AnalysisConfig::default()
/// };
/// let settings = EvidenceSettings { seed: 1, n_draws: 1 };
/// let evidence = evidence(&config, &settings, &Silent)?;
/// let log_mel = evidence.totals().last().expect("clips were measured");
/// let shares = log_mel.shares.expect("spectrograms have shares");
/// assert!((shares.profile + shares.residual + shares.dynamic - 1.0).abs() < 1e-9);
/// # Ok::<(), cepstrum::Error>(())
/// ```
///
/// # Errors
/// Those of [`crate::analysis::analyze`]; a single bad file is none.
pub fn evidence(
    config: &AnalysisConfig,
    settings: &EvidenceSettings,
    progress: &dyn Progress,
) -> Result<Evidence> {
    let request = Request {
        nulls: Some(settings.clone()),
        ..Request::analyze(config)
    };
    let results = request_results(&request, progress)?;
    results.evidence.ok_or_else(|| nothing_measured("evidence"))
}

/// How the exponents of a report compare with those of nulls, from the sums of its
/// pass and, for means that are centred, of a second one.
pub(crate) fn evidence_of(
    plan: &RunPlan,
    settings: &EvidenceSettings,
    report: &Report,
    sums: Option<NullSums>,
    second: &SecondPass<'_>,
) -> Result<Evidence> {
    let mut evidence = Evidence {
        settings: settings.clone(),
        thresholds: StructureThresholds::default(),
        representations: vec![],
        notes: vec![],
    };
    let is_used = |row: &InputRow| row.kind == Kind::Audio && row.outcome.status != Status::Skipped;
    let n_used = report.inputs.iter().filter(is_used).count();
    let Some(NullSums {
        profiles,
        mut files,
    }) = sums.filter(|_| n_used > 0)
    else {
        let note = "there are no clips: photos and arrays have no null models";
        evidence.notes.push(note.to_string());
        return Ok(evidence);
    };
    if has_profile(&plan.config.representations) {
        let study = NullStudy::second_pass(plan, settings, profiles.clone());
        match study.map(|study| second.run(&study)).transpose()?.flatten() {
            Some(centred) => files = centred.files,
            None => evidence.notes.push(
                "alpha_centred is null: it takes a second pass over the data, which shares do not make"
                    .to_string(),
            ),
        }
    }
    let n_lost = n_used.saturating_sub(files.len());
    if n_lost > 0 {
        evidence.notes.push(format!(
            "{n_lost} files of the report could not be read again and were left out"
        ));
    }
    let files: Vec<FileEvidence> = files.into_values().collect();
    evidence.representations = rows(plan, settings, &files, &profiles)?;
    Ok(evidence)
}

fn rows(
    plan: &RunPlan,
    settings: &EvidenceSettings,
    files: &[FileEvidence],
    profiles: &Profiles,
) -> Result<Vec<EvidenceRow>> {
    let mut rows = Vec::new();
    for representation in plan.of_kind(Kind::Audio) {
        let measured = || {
            files
                .iter()
                .filter(move |file| file.data.contains_key(&representation))
        };
        let of_all: Vec<&FileEvidence> = measured().collect();
        if of_all.is_empty() {
            continue;
        }
        rows.push(row(settings, representation, (None, &of_all), profiles)?);
        let classes: BTreeSet<&str> = measured().map(|file| file.class.as_str()).collect();
        if classes.len() < 2 {
            continue;
        }
        for class in classes {
            let own: Vec<&FileEvidence> = measured().filter(|f| f.class == class).collect();
            rows.push(row(
                settings,
                representation,
                (Some(class), &own),
                profiles,
            )?);
        }
    }
    Ok(rows)
}

fn row(
    settings: &EvidenceSettings,
    representation: Representation,
    (class, files): (Option<&str>, &[&FileEvidence]),
    profiles: &Profiles,
) -> Result<EvidenceRow> {
    let data: Vec<Exponents> = files.iter().map(|f| f.data[&representation]).collect();
    let mut nulls = Vec::new();
    for null in NullModel::ALL.into_iter().filter(|_| settings.n_draws > 0) {
        let of_null = |file: &&FileEvidence| file.nulls.get(&null)?.get(&representation).copied();
        let drawn: Vec<Option<Exponents>> = files.iter().map(of_null).collect();
        if drawn.iter().any(Option::is_some) {
            nulls.push(null_row(null, &data, &drawn)?);
        }
    }
    let mut row = EvidenceRow {
        representation,
        class: class.unwrap_or("all").to_string(),
        n_files: files.len(),
        n_segments: data.iter().map(|file| file.n_segments).sum(),
        alpha: exponent(&data, &data, |e| e.plain)?,
        alpha_dynamic: exponent(&data, &data, |e| e.dynamic)?,
        alpha_centred: exponent(&data, &data, |e| e.centred)?,
        shares: of_class(profiles, None, representation, class).shares(),
        nulls,
        structure: Structure::Missing,
        reason: String::new(),
    };
    (row.structure, row.reason) = structure(&row, &StructureThresholds::default());
    Ok(row)
}

fn null_row(null: NullModel, data: &[Exponents], drawn: &[Option<Exponents>]) -> Result<NullRow> {
    let pairs = data.iter().zip(drawn);
    let (data, drawn): (Vec<Exponents>, Vec<Exponents>) = pairs
        .filter_map(|(data, drawn)| Some((*data, (*drawn)?)))
        .unzip();
    Ok(NullRow {
        null,
        alpha: exponent(&data, &drawn, |e| e.plain)?,
        alpha_dynamic: exponent(&data, &drawn, |e| e.dynamic)?,
        alpha_centred: exponent(&data, &drawn, |e| e.centred)?,
        delta: delta(&data, &drawn, |e| e.plain)?,
        delta_dynamic: delta(&data, &drawn, |e| e.dynamic)?,
    })
}

/// The mean of some files' exponents, weighted by the segments of their `data`.
fn exponent(
    data: &[Exponents],
    of: &[Exponents],
    value: fn(&Exponents) -> Option<f64>,
) -> Result<Option<Exponent>> {
    let files = data.iter().zip(of);
    let (values, weights): (Vec<f64>, Vec<u64>) = files
        .filter_map(|(data, of)| Some((value(of)?, data.n_segments)))
        .unzip();
    Ok(match jackknife(&values, &weights)? {
        Some(mean) => Some(Exponent {
            alpha: mean.mean,
            ci: Some(mean.ci),
        }),
        None => values.first().map(|&alpha| Exponent { alpha, ci: None }),
    })
}

fn delta(
    data: &[Exponents],
    drawn: &[Exponents],
    value: fn(&Exponents) -> Option<f64>,
) -> Result<Option<Difference>> {
    let files = data.iter().zip(drawn);
    let both = files.filter_map(|(data, null)| Some((value(data)?, value(null)?, data.n_segments)));
    let (mut of_data, mut of_null, mut weights) = (vec![], vec![], vec![]);
    for (data, null, n_segments) in both {
        of_data.push(data);
        of_null.push(null);
        weights.push(n_segments);
    }
    paired_difference(&of_data, &of_null, &weights)
}

/// The verdict on a row, and its reason.
fn structure(row: &EvidenceRow, thresholds: &StructureThresholds) -> (Structure, String) {
    let missing = |why: &str| (Structure::Missing, why.to_string());
    let not_shown = |why: String| (Structure::NotShown, why);
    let is_dynamic = DYNAMIC.contains(&row.representation);
    let (name, own) = match is_dynamic {
        true => ("dynamic alpha", row.alpha_dynamic),
        false => ("alpha", row.alpha),
    };
    let Some(own) = own else {
        return missing("too few frequencies to fit");
    };
    if row.nulls.is_empty() {
        return missing("no null model was drawn");
    }
    if row.representation == Representation::Waveform {
        return not_shown(
            "phase-randomised segments have the same spectrum as the waveform: it cannot show more"
                .to_string(),
        );
    }
    let mut shown = true;
    let mut words = Vec::new();
    for &judge in &thresholds.nulls {
        let Some(null) = row.nulls.iter().find(|row| row.null == judge) else {
            return missing("a null model has no usable segment");
        };
        let delta = if is_dynamic {
            null.delta_dynamic
        } else {
            null.delta
        };
        let Some(delta) = delta else {
            return not_shown(format!(
                "{name} {:.2} of a single file: no interval over files",
                own.alpha
            ));
        };
        shown &= delta.ci[0] > thresholds.delta;
        words.push(format!(
            "{:+.3} [{:+.3}, {:+.3}] from {}",
            delta.difference,
            delta.ci[0],
            delta.ci[1],
            judge.name()
        ));
    }
    let mut reason = format!("{name} {:.2}: {}", own.alpha, words.join(", "));
    if let Some(shares) = row.shares.filter(|s| s.dynamic < thresholds.dynamic_share) {
        shown = false;
        reason.push_str(&format!(
            "; but {:.1} % of the power changes within segments",
            100.0 * shares.dynamic
        ));
    }
    match shown {
        true => (Structure::Shown, reason),
        false => not_shown(reason),
    }
}
