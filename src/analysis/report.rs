//! What an analysis found: plain data.

use super::fits::Fits;
use super::input_row::LeftOut;
use super::outcome::Status;
use super::{AnalysisConfig, Audit, ExampleSpectrogram, InputRows, Representation};
use crate::compare::{Band, Monotonicity};
use crate::data::{PowerScale, Unit};
use crate::decode::Source;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Version of the layout of a report.
pub const SCHEMA_VERSION: u32 = 1;
/// More decibels than any power in f64 spans.
const MOST_LEVELS: usize = 7000;

/// Everything an analysis found; plain data, and the only source of tables,
/// arrays and figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Version of this layout.
    pub schema_version: u32,
    /// Version of the crate that wrote it.
    pub crate_version: String,
    /// All settings.
    pub config: AnalysisConfig,
    /// What was found and chosen before measuring.
    pub summary: Summary,
    /// One row per input file, in order.
    pub inputs: InputRows,
    /// One row per representation and class.
    pub results: Vec<ResultRow>,
    /// Remarks on the data set: copies, silence, clipping, empty bands.
    #[serde(default)]
    pub audit: Audit,
    /// A few single sources, to be shown beside the means.
    pub examples: Vec<ExampleRow>,
}

impl Report {
    /// Whether a source was skipped.
    pub(super) fn skips(&self) -> impl Fn(&Source) -> bool + use<> {
        let mut skipped: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        for row in self.inputs.iter() {
            if row.outcome.status == Status::Skipped {
                skipped.entry(row.input).or_default().insert(row.path);
            }
        }
        move |source| {
            let of_input = skipped.get(&source.input);
            of_input.is_some_and(|names| names.contains(source.name()))
        }
    }

    /// Whether lists that belong together have one length, as in every report
    /// that an analysis made; a file may have been edited.
    ///
    /// # Errors
    /// What does not fit, in words.
    pub fn check(&self) -> Result<(), String> {
        if self.schema_version != SCHEMA_VERSION {
            return Err(format!(
                "schema_version is {}, this program reads {SCHEMA_VERSION}",
                self.schema_version
            ));
        }
        if !self.results.iter().any(|result| result.class == "all") {
            return Err("it has no results".to_string());
        }
        for result in &self.results {
            let of = format!("{} of class {:?}", result.representation, result.class);
            let spectrum = &result.spectrum;
            let n = spectrum.frequency.len();
            let lists = [
                spectrum.mean_log_power.len(),
                spectrum.std_log_power.len(),
                spectrum.mean_power.len(),
                spectrum.dof.len(),
            ];
            if lists.iter().any(|len| *len != n) {
                return Err(format!(
                    "the lists of the spectrum of {of} differ in length"
                ));
            }
            let rising = |list: &[f64]| list.windows(2).all(|pair| pair[0] < pair[1]);
            for list in [&*spectrum.frequency, &result.levels.frequency] {
                if !rising(list) || list.first().is_some_and(|f| *f <= 0.0) {
                    return Err(format!(
                        "frequencies of {of} are not positive and increasing"
                    ));
                }
            }
            let counts = &result.levels.counts;
            let n_levels = counts.first().map_or(0, Vec::len);
            if n_levels > MOST_LEVELS
                || !(-1e4..1e4).contains(&result.levels.level_start_db)
                || counts.len() != result.levels.frequency.len()
                || counts.iter().any(|row| row.len() != n_levels)
            {
                return Err(format!("the levels of {of} are no table"));
            }
        }
        for example in &self.examples {
            let result = self
                .results
                .iter()
                .find(|result| result.representation == example.representation);
            if result.map(|r| r.spectrum.frequency.len()) != Some(example.mean_log_power.len()) {
                return Err(format!("the example {} fits no result", example.path));
            }
            if example
                .spectrogram
                .as_ref()
                .is_some_and(|shown| shown.bytes().is_none())
            {
                let path = &example.path;
                return Err(format!("the spectrogram of {path} is no table"));
            }
        }
        Ok(())
    }
}

/// The spectrum of a single source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExampleRow {
    /// How the source was looked at.
    pub representation: Representation,
    /// Path relative to its INPUT.
    pub path: String,
    /// Number of its INPUT, as in [`super::InputRow::input`].
    #[serde(default)]
    pub input: usize,
    /// Class of the file.
    pub class: String,
    /// Segments measured.
    pub n_segments: u64,
    /// Mean over segments of ln P, at the frequencies of the representation's
    /// results.
    pub mean_log_power: Vec<f64>,
    /// A photo itself, small: PNG as base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// The beginning of a clip, small; in one of its rows, where a
    /// representation is made of logarithmic spectrograms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spectrogram: Option<ExampleSpectrogram>,
}

/// What was found and chosen before measuring.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Files used wholly.
    pub n_ok: usize,
    /// Files used as far as they decode.
    pub n_partial: usize,
    /// Files not used.
    pub n_skipped: usize,
    /// Rate that clips were analysed at, Hz.
    pub sample_rate: Option<u32>,
    /// Samples per segment.
    pub segment_length: Option<usize>,
    /// Side that photos were cut to, pixels.
    pub side: Option<usize>,
    /// Shape of the planes of arrays, [rows, columns].
    pub array_shape: Option<[usize; 2]>,
    /// Inputs beyond the limit per class.
    pub n_beyond_limit: u64,
    /// Files under folders that are no inputs, counted by extension.
    pub ignored: BTreeMap<String, u64>,
    /// Remarks that a reader should see.
    pub notes: Vec<String>,
}

/// One representation of one class, or of all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResultRow {
    /// How the sources were looked at.
    pub representation: Representation,
    /// `all`, or the name of a class.
    pub class: String,
    /// Files with at least one measured segment.
    pub n_files: u64,
    /// Segments measured.
    pub n_segments: u64,
    /// Segments left out.
    pub left_out: LeftOut,
    /// Standard deviation of all values about their global mean: divide by it
    /// before comparing with unit noise. Null where it left the range of exact
    /// sums.
    pub scale: Option<f64>,
    /// Mean share of a plane's energy at frequencies outside all rings.
    pub outside_share: Option<f64>,
    /// The mean spectrum.
    pub spectrum: SpectrumRow,
    /// How often each level occurs.
    pub levels: LevelRow,
    /// Why numbers are null, where any are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Power laws.
    pub fit: Fits,
    /// Fall of power with frequency.
    pub monotonicity: MonotonicityRow,
}

/// A mean spectrum; the lists belong together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpectrumRow {
    /// Unit of the frequencies.
    pub unit: Unit,
    /// Normalisation of power.
    pub power_scale: PowerScale,
    /// Frequencies, increasing, without DC; results of one representation share
    /// the list.
    pub frequency: Arc<[f64]>,
    /// Mean over segments of ln P.
    pub mean_log_power: Vec<f64>,
    /// Population standard deviation over segments of ln P.
    pub std_log_power: Vec<f64>,
    /// Arithmetic mean over segments of P; null where a sum overflowed.
    #[serde(deserialize_with = "null_as_nan")]
    pub mean_power: Vec<f64>,
    /// Real degrees of freedom of one segment's P; shared likewise.
    pub dof: Arc<[u32]>,
}

/// Segments per sixth-octave band and level: the mean of ln P over a band, in
/// decibels of power.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelRow {
    /// Centres of the bands, in the spectrum's unit of frequency.
    pub frequency: Vec<f64>,
    /// Lower end of the first level, dB; each level is 1 dB wide.
    pub level_start_db: f64,
    /// Number of segments, \[band\]\[level\].
    pub counts: Vec<Vec<u64>>,
}

fn null_as_nan<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
    let values = Vec::<Option<f64>>::deserialize(deserializer)?;
    Ok(values.into_iter().map(|x| x.unwrap_or(f64::NAN)).collect())
}

/// Monotonicity and peak, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MonotonicityRow {
    /// The measures; absent where they cannot be computed.
    #[serde(flatten)]
    pub measures: Option<Monotonicity>,
    /// The same measures over the means of third-octave bands, so that every
    /// octave counts the same.
    pub third_octaves: Option<Monotonicity>,
    /// Third-octave band with the largest mean ln P.
    pub peak: Option<Band>,
    /// Why measures are missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
