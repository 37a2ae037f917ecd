use super::nulls::NullModel;
use super::parts::DYNAMIC;
use super::pass::{Exponents, FileEvidence, Job, files};
use super::profile::{Profiles, of_class, profiles};
use super::study::{
    Evidence, EvidenceRow, EvidenceSettings, Exponent, NullRow, Structure, StructureThresholds,
};
use crate::analysis::analyze::find;
use crate::analysis::survey::survey;
use crate::analysis::{AnalysisConfig, Progress, Report, Representation};
use crate::compare::{Difference, jackknife, paired_difference};
use crate::decode::{Kind, Source};
use crate::{Problem, Result};
use std::collections::{BTreeMap, BTreeSet};

/// Measures the clips of `config` once more, beside null models of each of their
/// segments; `report` is the analysis of the same `config`, and what it skips is
/// left out. Photos and arrays have no nulls.
///
/// The result is the same to the bit for any number of threads. Two passes are
/// made where a spectrogram is among the representations (the first finds the
/// data set's profile), one otherwise.
///
/// ```
/// use cepstrum::analysis::{AnalysisConfig, EvidenceSettings, Silent, analyze, evidence};
/// let config = AnalysisConfig {
///     inputs: vec!["fixtures/audio".into()],
///     ..AnalysisConfig::default()
/// };
/// let report = analyze(&config, &Silent)?;
/// let settings = EvidenceSettings { seed: 1, n_draws: 1 };
/// let evidence = evidence(&config, &settings, &report, &Silent)?;
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
    report: &Report,
    progress: &dyn Progress,
) -> Result<Evidence> {
    config.check()?;
    let found = find(config)?;
    let (setup, problems) = survey(config, &found.sources)?;
    let sources = usable(&found.sources, &problems, report);
    let mut evidence = Evidence {
        settings: settings.clone(),
        thresholds: StructureThresholds::default(),
        representations: vec![],
        notes: vec![],
    };
    let Some(audio) = setup.audio.filter(|_| !sources.is_empty()) else {
        evidence
            .notes
            .push("there are no clips: photos and arrays have no null models".to_string());
        return Ok(evidence);
    };
    let job = Job {
        setup: &setup,
        audio,
        settings,
        nulls: match settings.n_draws {
            0 => vec![],
            _ => NullModel::ALL.to_vec(),
        },
    };
    let n_passes = match job.representations().any(|r| DYNAMIC.contains(&r)) {
        true => 2,
        false => 1,
    };
    progress.start(n_passes * sources.len());
    let profiles = profiles(&job, &sources, progress)?;
    let files = files(&job, &sources, &profiles, progress)?;
    let n_lost = files.iter().filter(|file| file.is_none()).count();
    if n_lost > 0 {
        evidence.notes.push(format!(
            "{n_lost} files of the report could not be read again and were left out"
        ));
    }
    let files: Vec<FileEvidence> = files.into_iter().flatten().collect();
    evidence.representations = rows(&job, &files, &profiles)?;
    Ok(evidence)
}

/// The clips that the report does not skip, with their numbers.
fn usable<'a>(
    sources: &'a [Source],
    problems: &BTreeMap<usize, Problem>,
    report: &Report,
) -> Vec<(usize, &'a Source)> {
    let is_skipped = report.skips();
    let is_usable = |(i, source): &(usize, &Source)| {
        source.kind == Kind::Audio && !problems.contains_key(i) && !is_skipped(source)
    };
    sources.iter().enumerate().filter(is_usable).collect()
}

fn rows(job: &Job<'_>, files: &[FileEvidence], profiles: &Profiles) -> Result<Vec<EvidenceRow>> {
    let mut rows = Vec::new();
    for representation in job.representations() {
        let measured = || {
            files
                .iter()
                .filter(move |file| file.data.contains_key(&representation))
        };
        let of_all: Vec<&FileEvidence> = measured().collect();
        if of_all.is_empty() {
            continue;
        }
        rows.push(row(job, representation, (None, &of_all), profiles)?);
        let classes: BTreeSet<&str> = measured().map(|file| file.class.as_str()).collect();
        if classes.len() < 2 {
            continue;
        }
        for class in classes {
            let own: Vec<&FileEvidence> = measured().filter(|f| f.class == class).collect();
            rows.push(row(job, representation, (Some(class), &own), profiles)?);
        }
    }
    Ok(rows)
}

fn row(
    job: &Job<'_>,
    representation: Representation,
    (class, files): (Option<&str>, &[&FileEvidence]),
    profiles: &Profiles,
) -> Result<EvidenceRow> {
    let data: Vec<Exponents> = files.iter().map(|f| f.data[&representation]).collect();
    let mut nulls = Vec::new();
    for &null in &job.nulls {
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
