use super::nulls::NullModel;
use crate::analysis::Representation;
use crate::compare::Difference;
use serde::{Deserialize, Serialize};

/// What decides the nulls of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceSettings {
    /// Seed of all nulls.
    pub seed: u64,
    /// Nulls of each model per segment; 0 draws none.
    pub n_draws: usize,
}

impl Default for EvidenceSettings {
    fn default() -> Self {
        EvidenceSettings {
            seed: 0,
            n_draws: 1,
        }
    }
}

/// How exponents of audio compare with those of null models; plain data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// What decided the nulls.
    pub settings: EvidenceSettings,
    /// What structure is called shown by.
    pub thresholds: StructureThresholds,
    /// Per representation everything together, then each class where there are
    /// several.
    pub representations: Vec<EvidenceRow>,
    /// Remarks that a reader should see.
    pub notes: Vec<String>,
}

impl Evidence {
    /// The rows of everything together, one per representation.
    pub fn totals(&self) -> impl Iterator<Item = &EvidenceRow> {
        let rows = self.representations.iter();
        rows.filter(|row| row.class == "all")
    }
}

/// What a representation must reach for its structure to be called shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StructureThresholds {
    /// The nulls that the exponent has to exceed.
    pub nulls: Vec<NullModel>,
    /// By how much, with the whole 95 % interval of the difference.
    pub delta: f64,
    /// Least share of power that changes within a segment, of representations
    /// that have one.
    pub dynamic_share: f64,
}

impl Default for StructureThresholds {
    /// Stationary noise through filters, and of steep spectra, stays under both
    /// (measured: .15 and .05); music reaches 1 and .2 to .5.
    fn default() -> Self {
        StructureThresholds {
            nulls: vec![
                NullModel::PhaseRandomised,
                NullModel::Tapered,
                NullModel::Pink,
            ],
            delta: 0.2,
            dynamic_share: 0.1,
        }
    }
}

/// One representation of one class, or of all. Exponents are `debiased` ones,
/// averaged over files, weighted by segments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvidenceRow {
    /// How the segments were looked at.
    pub representation: Representation,
    /// `all`, or the name of a class.
    pub class: String,
    /// Files with at least one measured segment.
    pub n_files: usize,
    /// Segments measured.
    pub n_segments: u64,
    /// Exponent of the spectrum as it is in the report; null where too few
    /// frequencies can be fitted.
    pub alpha: Option<Exponent>,
    /// That of the rings without the cells of temporal frequency 0: each band's
    /// mean over its segment is left out. Of magnitude, log-magnitude and
    /// log-mel spectrograms alone.
    pub alpha_dynamic: Option<Exponent>,
    /// That of the rings with the mean over all used segments of each band's
    /// mean taken out. Of the same three alone.
    pub alpha_centred: Option<Exponent>,
    /// Where the power of the planes is; of the same three alone.
    pub shares: Option<PowerShares>,
    /// What null models show; none where none were drawn.
    pub nulls: Vec<NullRow>,
    /// Whether structure in time shows.
    pub structure: Structure,
    /// Why, in numbers.
    pub reason: String,
}

/// A mean exponent over files.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Exponent {
    /// Mean of the files' exponents, weighted by segments.
    pub alpha: f64,
    /// 95 % jackknife-t interval over files; null for a single file.
    pub ci: Option<[f64; 2]>,
}

/// What one null model shows. A file's exponent is that of its mean ln P over
/// all draws of all segments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NullRow {
    /// The model.
    pub null: NullModel,
    /// Exponent of the spectrum.
    pub alpha: Option<Exponent>,
    /// That without the cells of temporal frequency 0.
    pub alpha_dynamic: Option<Exponent>,
    /// That with a mean profile taken out: the one of the null's own segments
    /// (of their first draw, which stands for all).
    pub alpha_centred: Option<Exponent>,
    /// alpha of the data less that of the null, paired by file, with its 95 %
    /// interval; null for a single file.
    pub delta: Option<Difference>,
    /// The same of `alpha_dynamic`.
    pub delta_dynamic: Option<Difference>,
}

/// Where the power of spectrograms is, about each segment's own mean: three
/// parts that make up the whole.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PowerShares {
    /// Mean square of a plane's values about its mean, in squares of their
    /// unit.
    pub power: f64,
    /// Share of the profile: what the bands' means over the row's segments
    /// differ by.
    pub profile: f64,
    /// Share of what the bands' means of single segments have beside it.
    pub residual: f64,
    /// Share of what changes within a segment.
    pub dynamic: f64,
}

/// Whether a representation shows structure in time that stationary noise has
/// not.
///
/// `Shown`: the exponent of the data lies above those of the nulls in
/// [`StructureThresholds`], each time with the whole 95 % interval of the
/// difference by more than `delta`, and enough of the power changes within a
/// segment. The exponent is `alpha_dynamic` of magnitude, log-magnitude and
/// log-mel spectrograms, and `alpha` of all else.
///
/// The difference counts, never the exponent itself: the overlap of windows and
/// of mel filters alone gives the log-mel spectrogram of any stationary noise an
/// `alpha_dynamic` of about 1.4 (n_fft 2048, hop_length 512, 128 bands).
///
/// Two surrogates judge because each has its fault: the jump between the ends of
/// a segment becomes noise in that of the whole segment, so that stationary
/// noise with an empty band and tones over near silence exceed it by .3 to .7;
/// the taper takes part of a drift that is longer than the segment, so that
/// noise as steep as f^-3 exceeds the tapered one by .2.
///
/// `NotShown` is no proof of absence: it also stands where one file alone gives
/// no interval, and always for waveforms, whose surrogates have the same
/// spectrum by construction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Structure {
    /// The exponent takes more than stationary noise.
    Shown,
    /// Nothing speaks against stationary noise.
    NotShown,
    /// No null was drawn, or nothing could be fitted.
    Missing,
}
