//! Rows by the number of their source, as they are measured.

use super::super::InputRow;
use super::InputRows;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// Rows by the numbers of their sources, in that order; written as a map.
#[derive(Debug, Clone, Default)]
pub(crate) struct NumberedRows {
    /// Rising; one per row.
    numbers: Vec<usize>,
    rows: InputRows,
}

impl NumberedRows {
    /// The numbers of all rows, rising.
    pub fn numbers(&self) -> &[usize] {
        &self.numbers
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = InputRow> + '_ {
        self.rows.iter()
    }

    /// Adds a row, in place of an earlier one of its number. Rows come nearly in
    /// order: there is little to move.
    pub fn insert(&mut self, number: usize, row: &InputRow) {
        let start = self.rows.keep(row);
        match self.numbers.binary_search(&number) {
            Ok(at) => self.rows.starts[at] = start,
            Err(at) => {
                self.numbers.insert(at, number);
                self.rows.starts.insert(at, start);
            }
        }
    }

    /// Adds the rows of others, in place of those of the same numbers.
    pub fn absorb(&mut self, other: NumberedRows) {
        let numbers = std::mem::take(&mut self.numbers);
        let starts = std::mem::take(&mut self.rows.starts);
        let mut all: Vec<(usize, (u32, u32))> = numbers.into_iter().zip(starts).collect();
        for (number, row) in other.numbered() {
            all.push((number, self.rows.keep(&row)));
        }
        // Two lists that rise: a stable sort goes through them once.
        all.sort_by_key(|(number, _)| *number);
        all.dedup_by(|later, earlier| {
            let is_same = later.0 == earlier.0;
            if is_same {
                earlier.1 = later.1;
            }
            is_same
        });
        (self.numbers, self.rows.starts) = all.into_iter().unzip();
    }

    pub fn into_rows(self) -> InputRows {
        self.rows
    }

    fn numbered(&self) -> impl Iterator<Item = (usize, InputRow)> + '_ {
        self.numbers.iter().copied().zip(self.rows.iter())
    }
}

impl Serialize for NumberedRows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.numbered())
    }
}

impl<'de> Deserialize<'de> for NumberedRows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rows;
        impl<'de> Visitor<'de> for Rows {
            type Value = NumberedRows;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("inputs by number")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<NumberedRows, A::Error> {
                let mut rows = InputRows::default();
                let mut all = BTreeMap::new();
                while let Some((number, row)) = map.next_entry::<usize, InputRow>()? {
                    all.insert(number, rows.keep(&row));
                }
                let (numbers, starts) = all.into_iter().unzip();
                rows.starts = starts;
                Ok(NumberedRows { numbers, rows })
            }
        }
        deserializer.deserialize_map(Rows)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::full_row;
    use super::*;

    fn numbered(rows: &[(usize, &str)]) -> NumberedRows {
        let mut all = NumberedRows::default();
        for (number, path) in rows {
            all.insert(*number, &full_row(path));
        }
        all
    }

    fn paths(rows: &NumberedRows) -> Vec<(usize, String)> {
        rows.numbered()
            .map(|(number, row)| (number, row.path))
            .collect()
    }

    fn named(rows: &[(usize, &str)]) -> Vec<(usize, String)> {
        rows.iter()
            .map(|(i, path)| (*i, path.to_string()))
            .collect()
    }

    #[test]
    fn rows_stand_by_number_and_the_last_of_a_number_counts() {
        let mut rows = numbered(&[(4, "e"), (0, "a"), (2, "c"), (4, "E")]);
        assert_eq!(paths(&rows), named(&[(0, "a"), (2, "c"), (4, "E")]));
        let text = serde_json::to_string(&rows).unwrap();
        assert!(text.starts_with(r#"{"0":{"path":"a","#), "{text}");
        let read: NumberedRows = serde_json::from_str(&text).unwrap();
        assert_eq!(paths(&read), paths(&rows));
        rows.absorb(numbered(&[(3, "d"), (1, "b"), (2, "C")]));
        let all = [(0, "a"), (1, "b"), (2, "C"), (3, "d"), (4, "E")];
        assert_eq!(paths(&rows), named(&all));
        assert_eq!(rows.numbers(), [0, 1, 2, 3, 4]);
        let paths: Vec<String> = rows.into_rows().iter().map(|row| row.path).collect();
        assert_eq!(paths, ["a", "b", "C", "d", "E"]);
    }
}
