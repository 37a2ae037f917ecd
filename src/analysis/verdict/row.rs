//! The verdict as data: three answers per representation and class, with what they
//! rest on.

use super::answers::{Answer, Cap, Number, Thresholds};
use super::measure::VerdictSettings;
use super::photos::PhotoReference;
use super::tables::{UnitTable, hash_of};
use crate::analysis::Representation;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Number of an INPUT, and a path relative to it.
pub type File = (usize, String);

/// What the evidence says; plain data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// What decided which segments were scrambled.
    pub settings: VerdictSettings,
    /// What answers are made by.
    pub thresholds: Thresholds,
    /// The photographs that distances are taken to.
    pub photos: PhotoReference,
    /// Per representation all files together, then each class where there are
    /// several; a row that was measured again up to where the band ends follows the
    /// one that it completes.
    pub rows: Vec<VerdictRow>,
    /// Remarks that a reader should see.
    pub notes: Vec<String>,
    /// Hash of the records of units, which are in a file of their own.
    pub units_hash: String,
    /// The unit that each file belongs to among all, by INPUT and path; none of files
    /// that are kept in groups.
    #[serde(skip)]
    pub files: BTreeMap<Representation, BTreeMap<File, usize>>,
    /// The records of units behind each row: `evidence.npz`.
    #[serde(skip)]
    pub tables: Vec<UnitTable>,
}

impl Verdict {
    /// The rows of all files together: per representation the one that was
    /// measured last.
    pub fn totals(&self) -> impl Iterator<Item = &VerdictRow> {
        let of_all = self.rows.iter().filter(|row| row.class == "all");
        let mut last: Vec<&VerdictRow> = Vec::new();
        for row in of_all {
            match last.last_mut() {
                Some(of) if of.representation == row.representation => *of = row,
                _ => last.push(row),
            }
        }
        last.into_iter()
    }

    /// Takes the records of units that were kept beside; those of another verdict
    /// are left, and it says so.
    pub fn take_tables(&mut self, mut tables: Vec<UnitTable>) -> bool {
        let place = |table: &UnitTable| self.rows.iter().position(|r| r.table_name() == table.row);
        tables.sort_by_key(place);
        let are_ours = hash_of(&tables) == self.units_hash;
        if are_ours {
            self.tables = tables;
        }
        are_ours
    }

    /// Binds the records of units to the rest.
    pub(super) fn sealed(mut self) -> Self {
        self.units_hash = hash_of(&self.tables);
        self
    }

    /// The row of a representation and class that was measured last.
    pub fn row(&self, representation: Representation, class: &str) -> Option<&VerdictRow> {
        let mut rows = self.rows.iter().rev();
        rows.find(|row| row.representation == representation && row.class == class)
    }
}

/// One representation of one class, or of all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VerdictRow {
    /// How the segments were looked at.
    pub representation: Representation,
    /// `all`, or the name of a class, whose own mean is then taken off.
    pub class: String,
    /// Files with at least one measured segment.
    pub n_files: usize,
    /// Files that are no copies or cuts of one another; groups of files above 512.
    pub n_units: usize,
    /// Segments, photos or items measured.
    pub n_segments: u64,
    /// Segments that were scrambled, along either axis.
    pub n_null_segments: u64,
    /// Paths of each unit; none where there are more than 512 files.
    pub units: Vec<Vec<String>>,
    /// The photographs that its distance is to, in words.
    pub photos: String,
    /// The answers.
    pub answers: Answers,
    /// The three main ones in words.
    pub sentences: Sentences,
    /// What they are made from, by name.
    pub numbers: BTreeMap<String, Number>,
    /// Levels of the variance spectrum, and those of photographs on the same cells.
    pub bands: Bands,
    /// Where the band ends that was measured again; null elsewhere.
    pub up_to_hz: Option<f64>,
    /// Files whose band ends too low for a yes.
    pub band_limit: Option<BandLimit>,
    /// Why answers are left open, or yes is not said.
    pub caps: Vec<Cap>,
    /// What a reader should know beside.
    pub note: Option<String>,
    /// nVIV of the variance spectrum: mean of sqrt(C / mean C) over its cells.
    pub nviv: Option<f64>,
    /// SEC: share of C at (|u| + |v|) / 2 over half of Nyquist; comparable for one
    /// hop length alone.
    pub sec: Option<f64>,
    /// Answers under other front ends, where they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sweep: Vec<SweepRow>,
    /// One word over all of them, by name of the answer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers_over_sweep: BTreeMap<String, String>,
}

impl VerdictRow {
    /// What the table of its units is called.
    pub fn table_name(&self) -> String {
        let name = format!("{}.{}", self.representation.name(), self.class);
        match self.up_to_hz {
            Some(hz) => format!("{name}.up-to-{hz:.0}"),
            None => name,
        }
    }
}

/// The answers of a row; null where a question does not apply.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    /// Whether noise takes fine detail first; of waveforms from 50 Hz on.
    pub order: Option<Answer>,
    /// The same from the first band on, of waveforms.
    pub order_from_bottom: Option<Answer>,
    /// Whether power falls as in photographs.
    pub photographs: Option<Answer>,
    /// Whether the fall is the sound's own along time and along frequency.
    pub structure: Option<Answer>,
    /// Along time.
    pub along_time: Option<Answer>,
    /// Along frequency.
    pub along_frequency: Option<Answer>,
}

impl Answers {
    /// All of them by name.
    pub fn named(&self) -> [(&'static str, Option<Answer>); 6] {
        [
            ("order", self.order),
            ("order_from_bottom", self.order_from_bottom),
            ("photographs", self.photographs),
            ("structure", self.structure),
            ("along_time", self.along_time),
            ("along_frequency", self.along_frequency),
        ]
    }

    /// Makes another answer of each.
    pub(super) fn each(&mut self, change: impl Fn(Answer) -> Answer) {
        let all = [
            &mut self.order,
            &mut self.order_from_bottom,
            &mut self.photographs,
            &mut self.structure,
            &mut self.along_time,
            &mut self.along_frequency,
        ];
        for answer in all {
            *answer = answer.map(&change);
        }
    }
}

/// One sentence per question.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Sentences {
    /// Of the order.
    pub order: String,
    /// Of photographs.
    pub photographs: String,
    /// Of structure; null where the question does not apply.
    pub structure: Option<String>,
}

/// Octave-wide bands in steps of half an octave; lists belong together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Bands {
    /// Lower edges, cycles per sample.
    pub lower_edges: Vec<f64>,
    /// Mean variance over all cells, dB.
    pub all_db: Vec<f64>,
    /// The same over cells on neither axis; none of waveforms.
    pub interior_db: Vec<f64>,
    /// Photographs over the same cells, dB; null below their first frequency.
    pub photo_all_db: Vec<Option<f64>>,
    /// The same over cells on neither axis.
    pub photo_interior_db: Vec<Option<f64>>,
}

/// Files whose band ends low.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BandLimit {
    /// How many.
    pub files: usize,
    /// The median of their ends, Hz.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hz: Option<f64>,
    /// Of pictures, cycles per sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cycles_per_sample: Option<f64>,
}

/// Answers under one front end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SweepRow {
    /// n_fft/hop_length/n_mels, and the rate where it is another.
    pub front_end: String,
    /// The answers.
    pub answers: Answers,
}
