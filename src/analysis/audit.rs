//! What of a data set one should know before trusting its averages.

use super::AudioFacts;
use super::report::InputRow;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// From where on a clip is remarked on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AuditThresholds {
    /// Share of blocks of 1024 samples under -60 dB of full scale.
    pub silent_share: f64,
    /// Share of samples at or beyond full scale.
    pub clipped_share: f64,
    /// Absolute mean of the samples, full scale 1.
    pub dc_offset: f64,
    /// Relative difference of a length from the median.
    pub length_difference: f64,
}

impl Default for AuditThresholds {
    fn default() -> Self {
        AuditThresholds {
            silent_share: 0.5,
            clipped_share: 1e-4,
            dc_offset: 0.01,
            length_difference: 0.05,
        }
    }
}

/// A kind of remark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remarkable {
    /// The same samples under several names.
    Duplicates,
    /// Half of a clip or more is silent.
    NearSilent,
    /// Samples lie at or beyond full scale.
    Clipped,
    /// The mean is not zero.
    DcOffset,
    /// The upper band is empty, as after resampling from a lower rate or a
    /// lossy codec: it fabricates structure.
    BandLimited,
    /// Much longer or shorter than the median clip.
    DifferingLength,
}

impl Remarkable {
    /// As in tables.
    pub fn name(self) -> &'static str {
        match self {
            Remarkable::Duplicates => "duplicates",
            Remarkable::NearSilent => "near-silent",
            Remarkable::Clipped => "clipped",
            Remarkable::DcOffset => "DC offset",
            Remarkable::BandLimited => "band-limited",
            Remarkable::DifferingLength => "differing length",
        }
    }
}

/// One remark on one clip, or on several that are the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What is remarkable.
    pub kind: Remarkable,
    /// Paths relative to their INPUTs.
    pub paths: Vec<String>,
    /// The value, in words.
    pub detail: String,
}

/// Remarks on the clips that were used.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    /// From where on clips are remarked on.
    pub thresholds: Option<AuditThresholds>,
    /// By kind, then in the order of the inputs.
    pub findings: Vec<Finding>,
}

/// The audit of the clips of some rows.
pub(super) fn audit(rows: &[InputRow]) -> Audit {
    let thresholds = AuditThresholds::default();
    let clips: Vec<(&InputRow, &AudioFacts)> = rows
        .iter()
        .filter_map(|row| Some((row, row.audio.as_ref()?)))
        .collect();
    let mut findings = duplicates(&clips);
    for (row, facts) in &clips {
        for (kind, detail) in of_clip(facts, &thresholds) {
            findings.push(Finding {
                kind,
                paths: vec![row.path.clone()],
                detail,
            });
        }
    }
    findings.extend(lengths(&clips, &thresholds));
    findings.sort_by_key(|finding| finding.kind);
    Audit {
        thresholds: Some(thresholds).filter(|_| !clips.is_empty()),
        findings,
    }
}

fn duplicates(clips: &[(&InputRow, &AudioFacts)]) -> Vec<Finding> {
    let mut by_hash: BTreeMap<&str, Vec<&InputRow>> = BTreeMap::new();
    for (row, facts) in clips {
        by_hash.entry(&facts.pcm_hash).or_default().push(row);
    }
    let mut copies: Vec<Vec<&InputRow>> = by_hash
        .into_iter()
        .filter(|(hash, rows)| !hash.is_empty() && rows.len() > 1)
        .map(|(_, rows)| rows)
        .collect();
    copies.sort_by_key(|rows| (rows[0].input, &rows[0].path));
    let finding = |rows: Vec<&InputRow>| {
        let mut classes: Vec<&str> = rows.iter().map(|row| row.class.as_str()).collect();
        classes.dedup();
        let across = match classes.len() {
            1 => String::new(),
            _ => format!(", in classes {}", classes.join(", ")),
        };
        Finding {
            kind: Remarkable::Duplicates,
            detail: format!("{} files with the same samples{across}", rows.len()),
            paths: rows.iter().map(|row| row.path.clone()).collect(),
        }
    };
    copies.into_iter().map(finding).collect()
}

fn of_clip(facts: &AudioFacts, thresholds: &AuditThresholds) -> Vec<(Remarkable, String)> {
    let mut found = Vec::new();
    if facts.silent_share >= thresholds.silent_share {
        let percent = 100.0 * facts.silent_share;
        let detail = format!("{percent:.0} % lies under -60 dB of full scale");
        found.push((Remarkable::NearSilent, detail));
    }
    if facts.clipped_share >= thresholds.clipped_share {
        let percent = 100.0 * facts.clipped_share;
        let detail = format!("{percent:.2} % of the samples are at full scale");
        found.push((Remarkable::Clipped, detail));
    }
    if facts.dc_offset.abs() >= thresholds.dc_offset {
        let detail = format!("mean {:.4} of full scale", facts.dc_offset);
        found.push((Remarkable::DcOffset, detail));
    }
    if let Some(limit) = facts.band_limit {
        let detail = format!("next to nothing above {limit:.0} Hz");
        found.push((Remarkable::BandLimited, detail));
    }
    found
}

/// Where most clips differ from the median, their range is one remark.
fn lengths(clips: &[(&InputRow, &AudioFacts)], thresholds: &AuditThresholds) -> Vec<Finding> {
    let mut seconds: Vec<f64> = clips.iter().map(|(_, f)| f.seconds_decoded).collect();
    seconds.sort_by(f64::total_cmp);
    let Some(&median) = seconds.get(seconds.len() / 2) else {
        return vec![];
    };
    let differs = |facts: &AudioFacts| {
        (facts.seconds_decoded - median).abs() > thresholds.length_difference * median
    };
    let finding = |paths, detail| Finding {
        kind: Remarkable::DifferingLength,
        paths,
        detail,
    };
    let odd: Vec<_> = clips.iter().filter(|(_, facts)| differs(facts)).collect();
    if 2 * odd.len() > clips.len() {
        let (first, last) = (seconds[0], seconds[seconds.len() - 1]);
        let detail = format!("lengths from {first:.1} to {last:.1} s, median {median:.1} s");
        return vec![finding(vec![], detail)];
    }
    let each = odd.into_iter().map(|(row, facts)| {
        let detail = format!(
            "{:.1} s, the median is {median:.1} s",
            facts.seconds_decoded
        );
        finding(vec![row.path.clone()], detail)
    });
    each.collect()
}
