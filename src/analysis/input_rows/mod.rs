//! The rows of all inputs in little memory.

mod numbered;
mod packed;
mod words;

pub(super) use numbered::NumberedRows;

use super::InputRow;
use packed::{pack, place, unpacked};
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Borrow;
use std::fmt;
use words::Words;

/// Bytes that are asked for at a time: a single list of all would be copied
/// whole whenever it grows.
const BLOCK: usize = 1 << 16;
/// Room for the row that fills a block: growing would double it.
const SPARE: usize = 1 << 12;
const OWN_ROW: &str = "rows are read as they were packed";

/// A list of [`InputRow`]s, each packed into some two hundred bytes and unpacked
/// when it is asked for: a data set may have millions.
///
/// Written as a list of rows.
///
/// ```
/// use cepstrum::analysis::{AnalysisConfig, InputRows, Silent, Status, analyze};
/// let inputs = vec!["fixtures/audio".into()];
/// let config = AnalysisConfig { inputs, ..AnalysisConfig::default() };
/// let report = analyze(&config, &Silent)?;
/// assert!(report.inputs.iter().all(|row| row.outcome.status == Status::Ok));
/// let speech = report.inputs.iter().filter(|row| row.class == "speech");
/// assert_eq!(speech.collect::<InputRows>().len(), 2);
/// # Ok::<(), cepstrum::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct InputRows {
    blocks: Vec<Vec<u8>>,
    /// Where each row begins: block, and byte in it.
    starts: Vec<(u32, u32)>,
    words: Words,
}

impl InputRows {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// A row by its number.
    pub fn get(&self, i: usize) -> Option<InputRow> {
        Some(self.row(*self.starts.get(i)?))
    }

    /// All rows, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = InputRow> + '_ {
        self.starts.iter().map(|start| self.row(*start))
    }

    /// Appends a row.
    pub fn push(&mut self, row: &InputRow) {
        let start = self.keep(row);
        self.starts.push(start);
    }

    /// Orders the rows by number of the INPUT, then by path; equal ones stay in
    /// the order they have.
    pub(super) fn sort_by_place(&mut self) {
        let mut starts = std::mem::take(&mut self.starts);
        starts.sort_by_key(|start| place(self.bytes(*start)).expect(OWN_ROW));
        self.starts = starts;
    }

    fn row(&self, start: (u32, u32)) -> InputRow {
        unpacked(self.bytes(start), &self.words).expect(OWN_ROW)
    }

    /// The bytes of a row, and what follows them.
    fn bytes(&self, (block, byte): (u32, u32)) -> &[u8] {
        &self.blocks[block as usize][byte as usize..]
    }

    /// Keeps a row that no number leads to yet.
    fn keep(&mut self, row: &InputRow) -> (u32, u32) {
        let full = |block: &Vec<u8>| block.len() >= BLOCK;
        if self.blocks.last().is_none_or(full) {
            self.blocks.push(Vec::with_capacity(BLOCK + SPARE));
        }
        let number = self.blocks.len() - 1;
        let block = &mut self.blocks[number];
        let start = (number as u32, block.len() as u32);
        pack(row, &mut self.words, block).expect("a list in memory takes any row");
        start
    }
}

impl<R: Borrow<InputRow>> FromIterator<R> for InputRows {
    fn from_iter<I: IntoIterator<Item = R>>(rows: I) -> Self {
        let mut all = Self::default();
        all.extend(rows);
        all
    }
}

impl<R: Borrow<InputRow>> Extend<R> for InputRows {
    fn extend<I: IntoIterator<Item = R>>(&mut self, rows: I) {
        rows.into_iter().for_each(|row| self.push(row.borrow()));
    }
}

impl PartialEq for InputRows {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl fmt::Debug for InputRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Serialize for InputRows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for InputRows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rows;
        impl<'de> Visitor<'de> for Rows {
            type Value = InputRows;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of inputs")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<InputRows, A::Error> {
                let mut rows = InputRows::default();
                while let Some(row) = list.next_element::<InputRow>()? {
                    rows.push(&row);
                }
                Ok(rows)
            }
        }
        deserializer.deserialize_seq(Rows)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{AudioFacts, FileLaw, LeftOut, Outcome, Representation};
    use super::*;
    use crate::decode::{Kind, Layout};

    /// A row with something in every field.
    pub(super) fn full_row(path: &str) -> InputRow {
        let alpha = [
            (Representation::LogMel, Some(2.25)),
            (Representation::Mfcc, None),
        ];
        let law = FileLaw {
            alpha: 0.1 + 0.2,
            curvature: -1e-300,
            n_segments: 15,
        };
        let left_out = LeftOut {
            constant: 1,
            non_finite: 2,
            floored_powers: u64::MAX,
        };
        InputRow {
            path: path.to_string(),
            input: 300,
            class: "rock".to_string(),
            kind: Kind::Audio,
            outcome: Outcome::partial("truncated", "\u{FFFD}cut".to_string()),
            n_segments: 15,
            layout: Some(Layout::Nchw),
            alpha: alpha.into_iter().collect(),
            debiased: [(Representation::LogMel, law)].into_iter().collect(),
            left_out: [(Representation::Photo, left_out)].into_iter().collect(),
            audio: Some(AudioFacts {
                format: "wav pcm".to_string(),
                sample_rate: 22_050,
                resampled_from: Some(44_100),
                channels: 2,
                seconds_decoded: 30.01,
                seconds_promised: Some(f64::INFINITY),
                dc_offset: -1.5e-7,
                peak: 0.0,
                clipped_share: f64::MIN_POSITIVE,
                silent_share: 1.0 / 3.0,
                non_finite_samples: 7,
                pcm_hash: "00ff".repeat(8),
                band_limit: Some(8000.0),
            }),
        }
    }

    #[test]
    fn rows_come_back_as_they_were() {
        let mut rows = vec![full_row("a/b.wav"), full_row("")];
        // Hashes as an edited report may have them.
        for hash in ["", "00FF", "+ff", &"00FF".repeat(8), &"f".repeat(33)] {
            let mut row = full_row("edited.wav");
            row.audio.as_mut().unwrap().pcm_hash = hash.to_string();
            rows.push(row);
        }
        let mut bare = full_row("photo.png");
        bare.audio = None;
        bare.alpha = Default::default();
        bare.layout = None;
        bare.outcome.reason = None;
        rows.push(bare);
        let packed: InputRows = rows.iter().collect();
        assert_eq!(packed.iter().collect::<Vec<_>>(), rows);
        assert_eq!(packed.get(1).as_ref(), Some(&rows[1]));
        assert_eq!(packed.get(rows.len()), None);
        let text = serde_json::to_string(&packed.get(0)).unwrap();
        assert_eq!(text, serde_json::to_string(&rows[0]).unwrap());
    }

    #[test]
    fn what_is_not_a_number_stays_so() {
        let mut row = full_row("a.wav");
        row.audio.as_mut().unwrap().peak = f64::NAN;
        let packed: InputRows = [&row].into_iter().collect();
        assert!(packed.get(0).unwrap().audio.unwrap().peak.is_nan());
    }

    #[test]
    fn rows_are_ordered_by_place_and_equal_ones_keep_theirs() {
        let row = |input: usize, path: &str, class: &str| InputRow {
            input,
            class: class.to_string(),
            ..full_row(path)
        };
        let rows = [
            row(1, "a", "1"),
            row(0, "b", "2"),
            row(0, "a/b", "3"),
            row(0, "b", "4"),
            row(0, "a", "5"),
        ];
        let mut packed: InputRows = rows.iter().collect();
        packed.sort_by_place();
        let classes: Vec<String> = packed.iter().map(|row| row.class).collect();
        assert_eq!(classes, ["5", "3", "2", "4", "1"]);
    }

    #[test]
    fn many_rows_take_little() {
        let row = full_row("blues/blues.00001.wav");
        let n = 5000;
        let rows: InputRows = std::iter::repeat_n(&row, n).collect();
        assert!(rows.blocks.len() > 5);
        let bytes: usize = rows.blocks.iter().map(Vec::capacity).sum();
        assert!(bytes < 250 * n, "{} bytes per row", bytes / n);
        assert!(rows.iter().all(|other| other == row));
        // A row that is longer than a block.
        let mut long = row.clone();
        long.outcome.reason = Some("x".repeat(3 * BLOCK));
        let rows: InputRows = [&row, &long, &row].into_iter().collect();
        assert_eq!(rows.get(1), Some(long));
        assert_eq!(rows.get(2), Some(row));
    }
}
