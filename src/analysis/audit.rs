//! What of a data set one should know before trusting its averages.

use super::{AudioFacts, InputRow};
use crate::decode::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// From where on a clip is remarked on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AuditThresholds {
    /// Share of blocks of 1024 samples under -60 dB of full scale.
    pub silent_share: f64,
    /// Share of samples at or beyond full scale.
    pub clipped_share: f64,
    /// Power of the mix relative to what channels that have nothing in common
    /// leave of theirs: under a fifth, which for two channels is 10 dB under their
    /// mean power, they are each other's negatives but for a rest, and the spectrum
    /// of the mix is that of the rest.
    #[serde(default)]
    pub mix_gain: f64,
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
            mix_gain: 0.2,
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
    /// The channels cancel each other in the mix.
    Cancelled,
    /// Floats are larger than 1: they count in another unit, or overshoot.
    BeyondFullScale,
    /// Samples lie at or beyond full scale.
    Clipped,
    /// The mean is not zero.
    DcOffset,
    /// The upper band is empty, as after resampling from a lower rate or a
    /// lossy codec: it fabricates structure.
    BandLimited,
    /// Much longer or shorter than the median clip.
    DifferingLength,
    /// All was read, though the headers say something else.
    Noted,
}

impl Remarkable {
    /// As in tables.
    pub fn name(self) -> &'static str {
        self.words().0
    }

    /// What to do about it.
    pub fn advice(self) -> &'static str {
        self.words().1
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Remarkable::Duplicates => ("duplicates", "keep one of each: copies count twice"),
            Remarkable::NearSilent => ("near-silent", "cut the silence off, or leave them out"),
            Remarkable::Cancelled => (
                "cancelled",
                "their channels cancel in the mix: measure one, --channel left",
            ),
            Remarkable::BeyondFullScale => (
                "beyond full scale",
                "write them again, divided by the full scale of their unit",
            ),
            Remarkable::Clipped => (
                "clipped",
                "take a source that is not, or leave them out: clipping adds high frequencies",
            ),
            Remarkable::DcOffset => ("DC offset", "take the mean off"),
            Remarkable::BandLimited => (
                "band-limited",
                "measure all at a --sample-rate of twice the lowest limit",
            ),
            Remarkable::DifferingLength => (
                "differing length",
                "cut clips to one length: longer ones have more segments in the averages",
            ),
            Remarkable::Noted => (
                "headers that say something else",
                "compare them with their source, and write them again",
            ),
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
    /// By kind, then in the order of the inputs; of each kind the first
    /// thousand.
    pub findings: Vec<Finding>,
    /// How many there are of each kind; `files.csv` has what they were made from.
    #[serde(default)]
    pub counts: BTreeMap<Remarkable, u64>,
}

/// Most findings of each kind, and most paths of one: 10^5 clips with one fault each
/// would make a report of 9 MB.
pub const MOST_FINDINGS: u64 = 1000;
const MOST_PATHS: usize = 100;

/// The audit of the clips of some rows.
pub(super) fn audit(rows: &[InputRow]) -> Audit {
    let thresholds = AuditThresholds::default();
    let mut findings = duplicates(rows);
    for (path, facts) in clips(rows) {
        for (kind, detail) in of_clip(facts, &thresholds) {
            findings.push(Finding {
                kind,
                paths: vec![path.to_string()],
                detail,
            });
        }
    }
    findings.extend(lengths(rows, &thresholds));
    findings.extend(rows.iter().filter_map(noted));
    findings.sort_by_key(|finding| finding.kind);
    let mut counts: BTreeMap<Remarkable, u64> = BTreeMap::new();
    findings.retain_mut(|finding| {
        let count = counts.entry(finding.kind).or_default();
        *count += 1;
        finding.paths.truncate(MOST_PATHS);
        *count <= MOST_FINDINGS
    });
    Audit {
        thresholds: clips(rows).next().map(|_| thresholds),
        findings,
        counts,
    }
}

/// Path and facts of each clip.
fn clips(rows: &[InputRow]) -> impl Iterator<Item = (&str, &AudioFacts)> {
    let clips = rows
        .iter()
        .map(|row| Some((row.path.as_str(), row.audio.as_ref()?)));
    clips.flatten()
}

fn duplicates(rows: &[InputRow]) -> Vec<Finding> {
    let mut hashed: Vec<(u128, usize)> = Vec::with_capacity(rows.len());
    hashed.extend(rows.iter().enumerate().filter_map(|(i, row)| {
        let hash = u128::from_str_radix(&row.audio.as_ref()?.pcm_hash, 16).ok()?;
        Some((hash, i))
    }));
    hashed.sort_unstable();
    let same = hashed.chunk_by(|a, b| a.0 == b.0);
    let mut copies: Vec<&[(u128, usize)]> = same.filter(|copies| copies.len() > 1).collect();
    copies.sort_unstable_by_key(|copies| copies[0].1);
    let finding = |copies: &[(u128, usize)]| {
        let copies = copies.iter().filter_map(|(_, i)| rows.get(*i));
        let (mut classes, paths): (Vec<&str>, Vec<String>) =
            copies.map(|row| (&*row.class, row.path.clone())).unzip();
        classes.dedup();
        let across = match classes.len() {
            1 => String::new(),
            _ => format!(", in classes {}", classes.join(", ")),
        };
        Finding {
            kind: Remarkable::Duplicates,
            detail: format!("{} files with the same samples{across}", paths.len()),
            paths,
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
    if let Some(gain) = facts.mix_gain.filter(|gain| *gain < thresholds.mix_gain) {
        let decibel = 10.0 * (facts.channels as f64 / gain).log10();
        let detail = match decibel.is_finite() {
            true => format!("the mix lies {decibel:.0} dB under its channels"),
            false => "nothing is left in the mix of its channels".to_string(),
        };
        found.push((Remarkable::Cancelled, detail));
    }
    let is_float = facts.format.contains("pcm_f");
    let is_loud = facts.clipped_share >= thresholds.clipped_share;
    if is_float && (facts.peak >= 2.0 || facts.peak > 1.0 && is_loud) {
        found.push((Remarkable::BeyondFullScale, beyond_full_scale(facts)));
    } else if is_loud {
        let percent = 100.0 * facts.clipped_share;
        let detail = format!("{percent:.2} % of the samples are at full scale");
        found.push((Remarkable::Clipped, detail));
    }
    // In another unit full scale is not 1.
    let offset = facts.dc_offset / facts.peak.max(1.0);
    if offset.abs() >= thresholds.dc_offset {
        let detail = format!("mean {offset:.4} of full scale");
        found.push((Remarkable::DcOffset, detail));
    }
    if let Some(limit) = facts.band_limit {
        let detail = format!("next to nothing above {limit:.0} Hz");
        found.push((Remarkable::BandLimited, detail));
    }
    found
}

/// What floats beyond full scale look like: whole numbers, also as the mean of some
/// channels, or a peak that no overshoot reaches, are those of integers.
fn beyond_full_scale(facts: &AudioFacts) -> String {
    const OVERSHOOT: f64 = 100.0;
    let peak = facts.peak;
    let is_whole = (peak * facts.channels as f64).fract() == 0.0 && peak >= 2.0;
    let units = [(16, 32_768.0), (24, 8_388_608.0), (32, 2_147_483_648.0)];
    let unit = units.iter().find(|(_, full_scale)| peak <= *full_scale);
    match unit {
        Some((bits, _)) if is_whole || peak >= OVERSHOOT => {
            format!("floats in {bits}-bit units, peak {peak:.0}")
        }
        _ => format!("floats beyond full scale, peak {peak:.3}"),
    }
}

/// Headers of a clip that say something else than what was read; remarks on arrays are
/// about padding, members and types.
fn noted(row: &InputRow) -> Option<Finding> {
    let class = row.outcome.reason_class.as_deref();
    let is_noted = row.kind == Kind::Audio && class == Some("noted");
    let detail = row.outcome.reason.clone().filter(|_| is_noted)?;
    Some(Finding {
        kind: Remarkable::Noted,
        paths: vec![row.path.clone()],
        detail,
    })
}

/// Where most clips differ from the median, their range is one remark.
fn lengths(rows: &[InputRow], thresholds: &AuditThresholds) -> Vec<Finding> {
    let mut seconds: Vec<f64> = clips(rows).map(|(_, f)| f.seconds_decoded).collect();
    seconds.sort_by(f64::total_cmp);
    let Some(&median) = seconds.get(seconds.len() / 2) else {
        return vec![];
    };
    let differs = |seconds: f64| (seconds - median).abs() > thresholds.length_difference * median;
    let finding = |paths, detail| Finding {
        kind: Remarkable::DifferingLength,
        paths,
        detail,
    };
    let n_odd = seconds.iter().filter(|seconds| differs(**seconds)).count();
    if 2 * n_odd > seconds.len() {
        let (first, last) = (seconds[0], seconds[seconds.len() - 1]);
        let detail = format!("lengths from {first:.1} to {last:.1} s, median {median:.1} s");
        return vec![finding(vec![], detail)];
    }
    let odd = clips(rows).filter(|(_, facts)| differs(facts.seconds_decoded));
    odd.map(|(path, facts)| {
        let seconds = facts.seconds_decoded;
        finding(
            vec![path.to_string()],
            format!("{seconds:.1} s, the median is {median:.1} s"),
        )
    })
    .collect()
}
