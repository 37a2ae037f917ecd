//! What an analysis found: plain data.

use super::fits::Fits;
use super::hash::Hash;
use super::input_row::LeftOut;
use super::outcome::Status;
use super::spectrum_row::{SpectrumRow, in_bands};
use super::{AnalysisConfig, Audit, ExampleSpectrogram, InputRow, Representation};
use crate::compare::{Band, Monotonicity};
use crate::decode::Source;
use ndarray::ArrayD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Version of the layout of a report; 1 is read too.
pub const SCHEMA_VERSION: u32 = 2;
/// Most inputs whose rows stand in `report.json`: those of 10^5 clips were 70 MB.
pub const MOST_ROWS: usize = 10_000;
/// More decibels than any power in f64 spans.
const MOST_LEVELS: usize = 7000;

/// Everything an analysis found; plain data, and the only source of tables,
/// arrays and figures. `docs/report.md` describes the files that it is saved as.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Version of this layout.
    pub schema_version: u32,
    /// Version of the crate that wrote it.
    pub crate_version: String,
    /// All settings.
    pub config: AnalysisConfig,
    /// What was found and chosen before measuring.
    pub summary: Summary,
    /// One row per input file, in order. `files.csv` has them too; where there are
    /// more than [`MOST_ROWS`], it alone has, and `report.json` null.
    #[serde(serialize_with = "few", deserialize_with = "null_as_none")]
    pub inputs: Vec<InputRow>,
    /// One row per representation and class.
    pub results: Vec<ResultRow>,
    /// Remarks on the data set: copies, silence, clipping, empty bands.
    #[serde(default)]
    pub audit: Audit,
    /// A few single sources, to be shown beside the means.
    pub examples: Vec<ExampleRow>,
    /// Hash of the spectra at all frequencies that `spectra.npz` holds and
    /// `report.json` does not.
    #[serde(default)]
    pub spectra_hash: String,
    /// Hash of the rows of inputs, which `files.csv` alone may have.
    #[serde(default)]
    pub files_hash: String,
    /// What a saved report lacks beside it, in words.
    #[serde(skip)]
    pub missing: Vec<String>,
    /// Variance per cell of planes and lines: `cells.npz`.
    #[serde(skip)]
    pub cells: Vec<CellTable>,
}

fn few<S: Serializer>(rows: &[InputRow], serializer: S) -> Result<S::Ok, S::Error> {
    match rows.len() {
        0..=MOST_ROWS => rows.serialize(serializer),
        _ => serializer.serialize_none(),
    }
}

fn null_as_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<InputRow>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl Report {
    /// Whether a source was skipped.
    pub(super) fn skips(&self) -> impl Fn(&Source) -> bool {
        let mut skipped: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
        for row in self.inputs.iter() {
            if row.outcome.status == Status::Skipped {
                skipped
                    .entry(row.input)
                    .or_default()
                    .insert(row.path.as_str());
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
        if !(1..=SCHEMA_VERSION).contains(&self.schema_version) {
            return Err(format!(
                "schema_version is {}, this program reads 1 and {SCHEMA_VERSION}",
                self.schema_version
            ));
        }
        if !self.results.iter().any(|result| result.class == "all") {
            return Err("it has no results".to_string());
        }
        let (mut of_all, mut seen) = (BTreeMap::new(), BTreeSet::new());
        for result in &self.results {
            let of = format!("{} of class {:?}", result.representation, result.class);
            let spectrum = &result.spectrum;
            if !spectrum.is_sound() {
                return Err(format!(
                    "the lists of the spectrum of {of} differ in length, or its frequencies are \
                     not positive and increasing"
                ));
            }
            let frequency = of_all.entry(result.representation);
            if *frequency.or_insert(&spectrum.frequency) != &spectrum.frequency {
                return Err(format!(
                    "the frequencies of {of} are not those of other classes"
                ));
            }
            if !seen.insert((result.representation, &result.class)) {
                return Err(format!("there are two results of {of}"));
            }
            let n_lines: u64 = spectrum.n_bins.iter().map(|&n| u64::from(n)).sum();
            let n_samples = self.summary.segment_length.unwrap_or_default() as u64;
            if n_lines > 0 && n_lines != n_samples / 2 {
                return Err(format!("the bands of {of} have {n_lines} frequencies"));
            }
            if let Some(why) = result.levels.as_ref().and_then(LevelRow::fault) {
                return Err(format!("the levels of {of} {why}"));
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

    /// Takes the variances of cells, and notes what they leave out.
    pub(super) fn take_cells(&mut self, cells: Vec<CellTable>) {
        for table in cells.iter().filter(|table| table.n_left_out > 0) {
            self.summary.notes.push(format!(
                "the cells of {} are those of the {} items with the most common number of \
                 channels; {} others are left out of them",
                table.representation, table.n_segments, table.n_left_out
            ));
        }
        self.cells = cells;
    }

    /// Puts waveforms, of which all frequencies are known, into 1/24 octaves: those
    /// of a fresh report, or of one of version 1.
    pub(crate) fn put_in_bands(&mut self) {
        for result in &mut self.results {
            if !result.representation.has_lines() {
                continue;
            }
            let bands = result.spectrum.in_bands();
            let full = std::mem::replace(&mut result.spectrum, bands);
            let examples = self.examples.iter_mut();
            let own = examples.filter(|of| of.representation == result.representation);
            for example in own.filter(|_| result.class == "all") {
                let bands = in_bands(&full.frequency, full.unit, &example.mean_log_power);
                example.full = Some(std::mem::replace(&mut example.mean_log_power, bands));
            }
            result.full = Some(full);
        }
    }

    /// Forgets the spectra at all frequencies that are not saved, so that a report is
    /// the same whether it is fresh or was read again.
    pub(super) fn forget_unsaved(&mut self) {
        let keeps_classes = self.config.full_classes;
        let results = self.results.iter_mut();
        for result in results.filter(|row| row.class != "all" && !keeps_classes) {
            result.full = None;
        }
    }

    /// The results whose spectra at all frequencies are saved beside the report.
    pub fn in_full(&self) -> impl Iterator<Item = &ResultRow> {
        let wanted = |row: &&ResultRow| row.class == "all" || self.config.full_classes;
        self.results.iter().filter(wanted)
    }

    /// Binds the files beside it to what it says now.
    pub fn seal(&mut self) {
        self.spectra_hash = self.hash_of_spectra();
        self.files_hash = self.hash_of_inputs();
    }

    /// A hash of the spectra at all frequencies of [`Self::in_full`] and of examples.
    pub(crate) fn hash_of_spectra(&self) -> String {
        let mut hash = Hash::default();
        for result in self.in_full() {
            let Some(full) = &result.full else { continue };
            let scale = format!("{:?} {:?}", full.unit, full.power_scale);
            for text in [result.representation.name(), &result.class, &scale] {
                hash.update(text.as_bytes());
            }
            let lists = [
                &full.frequency[..],
                &full.mean_log_power,
                &full.std_log_power,
                &full.mean_power,
            ];
            for list in lists {
                hash_list(list, &mut hash);
            }
            for dof in full.dof.iter() {
                hash.update(&dof.to_le_bytes());
            }
        }
        for list in self.examples.iter().filter_map(|of| of.full.as_ref()) {
            hash_list(list, &mut hash);
        }
        hash.hex()
    }

    /// A hash of the rows of inputs, so that a table of others is known as such.
    pub(crate) fn hash_of_inputs(&self) -> String {
        let mut hash = Hash::default();
        for row in &self.inputs {
            for text in [&row.path, &row.class] {
                hash.update(&(text.len() as u64).to_le_bytes());
                hash.update(text.as_bytes());
            }
            hash.update(&row.n_segments.to_le_bytes());
            let alphas = row.alpha.values().map(|alpha| alpha.unwrap_or(f64::NAN));
            let laws = row.debiased.values();
            let laws = laws.flat_map(|law| [law.alpha, law.curvature, law.n_segments as f64]);
            let facts = row.audio.iter();
            let facts = facts.flat_map(|of| [of.seconds_decoded, of.peak, of.dc_offset]);
            let numbers: Vec<f64> = alphas.chain(laws).chain(facts).collect();
            hash_list(&numbers, &mut hash);
        }
        hash.hex()
    }
}

fn hash_list(list: &[f64], hash: &mut Hash) {
    hash.update(&(list.len() as u64).to_le_bytes());
    for value in list {
        hash.update(&value.to_le_bytes());
    }
}

/// Variances of one representation about its mean array, over all segments.
///
/// Transforms are orthonormal: unit noise has variance 1 in every cell. With F the
/// coefficient of a cell, its variance is mean |F|^2 - |mean F|^2.
#[derive(Debug, Clone, PartialEq)]
pub struct CellTable {
    /// How the sources were looked at.
    pub representation: Representation,
    /// Segments, photos or items behind it.
    pub n_segments: u64,
    /// Items with another number of channels, which have no mean in common with them.
    pub n_left_out: u64,
    /// By name. Of planes `mean`, the mean array, \[row, column\] with
    /// \[frequency, time\] of spectrograms and a channel before where there are
    /// several; `dct` and `fft`, as large as a plane: the DCT-II, and the full DFT;
    /// the mean over channels. Of waveforms `lines`, k = 1..=N/2, about 0.
    pub arrays: Vec<(&'static str, ArrayD<f64>)>,
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
    /// results: of waveforms in 1/24 octaves.
    pub mean_log_power: Vec<f64>,
    /// That of a waveform at all frequencies, which is in `spectra.npz`.
    #[serde(skip)]
    pub full: Option<Vec<f64>>,
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
    /// The mean spectrum; of waveforms in 1/24 octaves.
    pub spectrum: SpectrumRow,
    /// That of waveforms at all frequencies, which is in `spectra.npz`: of `all`,
    /// and of classes where they were asked for.
    #[serde(skip)]
    pub full: Option<SpectrumRow>,
    /// How often each level occurs; of `all` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub levels: Option<LevelRow>,
    /// Why numbers are null, where any are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Power laws.
    pub fit: Fits,
    /// Fall of power with frequency.
    pub monotonicity: MonotonicityRow,
}

impl ResultRow {
    /// The mean spectrum at all frequencies: where bands alone are known, each
    /// frequency has the values of its band.
    pub fn lines(&self) -> Cow<'_, SpectrumRow> {
        match &self.full {
            Some(full) => Cow::Borrowed(full),
            None if self.spectrum.n_bins.is_empty() => Cow::Borrowed(&self.spectrum),
            None => Cow::Owned(self.spectrum.spread()),
        }
    }

    /// The mean spectrum at all frequencies, or as far as it is known.
    pub fn full_spectrum(&self) -> &SpectrumRow {
        self.full.as_ref().unwrap_or(&self.spectrum)
    }
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

impl LevelRow {
    /// What is wrong with a table that may have been edited.
    fn fault(&self) -> Option<&'static str> {
        let f = &self.frequency;
        if f.windows(2).any(|pair| pair[0] >= pair[1]) || f.first().is_some_and(|f| *f <= 0.0) {
            return Some("are at frequencies that are not positive and increasing");
        }
        let n_levels = self.counts.first().map_or(0, Vec::len);
        let is_table = n_levels <= MOST_LEVELS
            && (-1e4..1e4).contains(&self.level_start_db)
            && self.counts.len() == f.len()
            && self.counts.iter().all(|row| row.len() == n_levels);
        (!is_table).then_some("are no table")
    }
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
