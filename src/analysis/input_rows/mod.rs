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
/// assert!(report.inputs.iter().all(|row| row.status == Status::Ok));
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
