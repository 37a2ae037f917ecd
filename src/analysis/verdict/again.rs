//! What is measured again: up to where the band ends, and under other front ends.

use super::answers::{Answer, Cap, over_sweep};
use super::judge::verdict_of;
use super::measure::VerdictStudy;
use super::photos::Photos;
use super::row::{SweepRow, Verdict, VerdictRow};
use crate::analysis::plan::RunPlan;
use crate::analysis::second_pass::SecondPass;
use crate::analysis::{AnalysisConfig, Representation};
use crate::decode::Kind;
use crate::{Error, Result};
use std::collections::BTreeMap;

/// A front end of a sweep: n_fft, hop_length, n_mels, and the highest rate, Hz.
const SWEEP: [(usize, usize, usize, Option<u32>); 4] = [
    (2048, 512, 128, None),
    (1024, 256, 80, None),
    (400, 160, 80, Some(16_000)),
    (2048, 512, 64, None),
];

/// Adds a row measured up to the end of the band, where that end alone keeps
/// answers open, and the answers of a sweep, where it is wanted.
pub(crate) fn complete(
    mut verdict: Verdict,
    plan: &RunPlan,
    photos: &Photos,
    sweep: bool,
    second: &SecondPass<'_>,
) -> Result<Verdict> {
    let limit = end_of_band(&verdict).filter(|_| plan.config.mel.f_max.is_none());
    let Some(at_hand) = second.plan else {
        if let Some(hz) = limit {
            let n_mels = up_to(&plan.config, plan, hz).mel.n_mels;
            verdict.notes.push(format!(
                "not measured up to the end of the band, which takes a pass over the data that shares do not make: --f-max {hz:.0} --n-mels {n_mels} does"
            ));
        }
        return Ok(verdict.sealed());
    };
    if let Some(hz) = limit {
        let config = up_to(&plan.config, plan, hz);
        match measured(&verdict, at_hand, &config, (photos, Some(hz)), second) {
            Ok(again) => insert(&mut verdict, again),
            Err(error @ Error::InvalidArgument { .. }) => {
                let note = format!("not measured up to {hz:.0} Hz: {error}");
                verdict.notes.push(note);
            }
            Err(error) => return Err(error),
        }
    }
    if sweep {
        self::sweep(&mut verdict, at_hand, photos, limit, second)?;
    }
    Ok(verdict.sealed())
}

/// Where the band of all files together ends, if nothing else keeps their answers
/// open but that nothing was scrambled.
fn end_of_band(verdict: &Verdict) -> Option<f64> {
    let row = verdict.row(Representation::LogMel, "all")?;
    let hz = row.band_limit?.hz?;
    let others = [Cap::BandLimited, Cap::NoNull];
    row.caps
        .iter()
        .all(|cap| others.contains(cap))
        .then_some(hz)
}

/// The settings with the band's end as highest frequency, and as many bands as
/// keep their width.
fn up_to(config: &AnalysisConfig, plan: &RunPlan, hz: f64) -> AnalysisConfig {
    let nyquist = plan
        .audio
        .map_or(hz, |audio| f64::from(audio.sample_rate) / 2.0);
    let mel = |hz: f64| config.mel.scale.mel(hz) - config.mel.scale.mel(config.mel.f_min);
    let share = mel(hz) / mel(nyquist);
    let n_mels = ((config.mel.n_mels + 1) as f64 * share).round() as usize;
    let mut config = config.clone();
    config.mel.f_max = Some(hz);
    config.mel.n_mels = n_mels.saturating_sub(1).max(1);
    config
}

/// The verdict on clips under other settings.
fn measured(
    verdict: &Verdict,
    plan: &RunPlan,
    config: &AnalysisConfig,
    (photos, up_to_hz): (&Photos, Option<f64>),
    second: &SecondPass<'_>,
) -> Result<Verdict> {
    let plan = plan.with_settings(&AnalysisConfig {
        representations: vec![Representation::LogMel],
        ..config.clone()
    })?;
    let study = VerdictStudy::new(&plan, &verdict.settings)?;
    let is_clip = |number: usize| {
        let source = plan.corpus.sources.get(number);
        source.is_some_and(|source| source.kind == Kind::Audio)
    };
    let n_clips = (0..plan.corpus.sources.len())
        .filter(|i| is_clip(*i))
        .count();
    second.progress.start(n_clips);
    let sums = second.run_over(&plan, &study, is_clip)?;
    verdict_of(&plan, &verdict.settings, &sums, photos, up_to_hz)
}

/// Puts rows of log-mel spectrograms behind those that they complete: of all files,
/// and of classes that end as low.
fn insert(verdict: &mut Verdict, again: Verdict) {
    for (row, table) in again.rows.into_iter().zip(again.tables) {
        let completes = |of: &VerdictRow| {
            of.representation == row.representation
                && of.class == row.class
                && of.caps.contains(&Cap::BandLimited)
        };
        if let Some(at) = verdict.rows.iter().position(completes) {
            let mut row = row;
            let capped = &verdict.rows[at];
            if let Some(limit) = capped.band_limit {
                let (n, of) = (limit.files, capped.n_files);
                let why =
                    format!("measured again: the sound of {n} of {of} files ends there or below");
                row.note = Some(match row.note.take() {
                    Some(note) => format!("{why}; {note}"),
                    None => why,
                });
            }
            verdict.rows.insert(at + 1, row);
            verdict.tables.insert(at + 1, table);
        }
    }
}

/// n_fft/hop_length/n_mels of settings, and what else a sweep may change.
fn front_end(config: &AnalysisConfig, rate: Option<u32>) -> String {
    let (stft, n_mels) = (&config.stft, config.mel.n_mels);
    let mut name = format!("{}/{}/{n_mels}", stft.n_fft, stft.hop_length);
    if let Some(hz) = config.mel.f_max {
        name.push_str(&format!(" to {hz:.0} Hz"));
    }
    if let Some(rate) = rate {
        name.push_str(&format!(" at {rate} Hz"));
    }
    name
}

/// Adds the answers under each front end to the rows of log-mel spectrograms.
fn sweep(
    verdict: &mut Verdict,
    plan: &RunPlan,
    photos: &Photos,
    limit: Option<f64>,
    second: &SecondPass<'_>,
) -> Result<()> {
    let of_mel = verdict.row(Representation::LogMel, "all");
    let Some(rate) = of_mel.and(plan.audio).map(|audio| audio.sample_rate) else {
        let note = "no sweep: front ends are those of log-mel spectrograms of clips";
        verdict.notes.push(note.to_string());
        return Ok(());
    };
    for (n_fft, hop_length, n_mels, highest) in SWEEP {
        let mut config = plan.config.clone();
        config.stft.n_fft = n_fft;
        config.stft.hop_length = hop_length;
        config.stft.win_length = n_fft;
        config.mel.n_mels = n_mels;
        let of_sweep = highest.filter(|highest| *highest < rate);
        config.sample_rate = of_sweep.or(config.sample_rate);
        let nyquist = f64::from(of_sweep.unwrap_or(rate)) / 2.0;
        let again = match limit.filter(|hz| *hz < nyquist) {
            Some(hz) => plan
                .with_settings(&config)
                .map(|plan| up_to(&config, &plan, hz)),
            None => Ok(config.clone()),
        };
        let name = front_end(again.as_ref().unwrap_or(&config), of_sweep);
        let again =
            again.and_then(|config| measured(verdict, plan, &config, (photos, None), second));
        let again = match again {
            Ok(again) => again,
            Err(error @ Error::InvalidArgument { .. }) => {
                verdict.notes.push(format!("no sweep with {name}: {error}"));
                continue;
            }
            Err(error) => return Err(error),
        };
        for row in again.rows {
            let same = |of: &&mut VerdictRow| {
                of.representation == row.representation && of.class == row.class
            };
            if let Some(of) = verdict.rows.iter_mut().rev().find(same) {
                of.sweep.push(SweepRow {
                    front_end: name.clone(),
                    answers: row.answers,
                });
            }
        }
    }
    for row in verdict.rows.iter_mut().filter(|row| !row.sweep.is_empty()) {
        let mut named: BTreeMap<&str, Vec<Answer>> = BTreeMap::new();
        for (name, answer) in row.sweep.iter().flat_map(|sweep| sweep.answers.named()) {
            named.entry(name).or_default().extend(answer);
        }
        let said = named.into_iter().filter(|(_, answers)| !answers.is_empty());
        row.answers_over_sweep = said
            .map(|(name, answers)| (name.to_string(), over_sweep(&answers).to_string()))
            .collect();
    }
    Ok(())
}
