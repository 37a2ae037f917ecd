//! The records of units behind a row, as arrays.

use super::sums::UnitSums;
use crate::analysis::hash::Hash;
use ndarray::Array2;

/// A list of a unit's sums.
type List = fn(&UnitSums) -> Vec<f64>;

/// Arrays of one row, `[unit, ...]`, units in the order of the row's `units`.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitTable {
    /// `representation.class`, and `.up-to-HZ` of a row that was measured again.
    pub row: String,
    /// By name: `n_segments`, `n_null_segments`, sums over segments of `profile`
    /// (band means, dB), `column` (power at k_t = 0), `rest` and `interior` (power
    /// per band), `total`, `own`, four powers along the axes; and `without.NAME`,
    /// what a number of the row is without each unit, where it is known.
    pub arrays: Vec<(String, Array2<f64>)>,
}

impl UnitTable {
    pub(super) fn new<const N: usize>(
        row: String,
        units: &[UnitSums],
        names: &[&str; N],
        without: &[[f64; N]],
    ) -> Self {
        let lists: [(&str, List); 12] = [
            ("n_segments", |unit| vec![unit.n as f64]),
            ("n_null_segments", |unit| vec![unit.n_null as f64]),
            ("profile", |unit| unit.profile.clone()),
            ("column", |unit| unit.column.clone()),
            ("rest", |unit| unit.rest.clone()),
            ("interior", |unit| unit.interior.clone()),
            ("total", |unit| vec![unit.total]),
            ("own", |unit| vec![unit.own]),
            ("along_time", |unit| unit.axes[0].clone()),
            ("along_frequency", |unit| unit.axes[1].clone()),
            ("along_time_null", |unit| unit.axes[2].clone()),
            ("along_frequency_null", |unit| unit.axes[3].clone()),
        ];
        let lists = lists.into_iter().map(|(name, list)| {
            let rows: Vec<Vec<f64>> = units.iter().map(list).collect();
            (name, rows)
        });
        let without = names.iter().enumerate().map(|(i, name)| {
            let rows = without.iter().map(|numbers| vec![numbers[i]]);
            (format!("without.{name}"), rows.collect())
        });
        let lists = lists.map(|(name, rows)| (name.to_string(), rows));
        let arrays = lists.chain(without).filter_map(|(name, rows)| {
            let n = rows.first().filter(|row| !row.is_empty())?.len();
            let values: Vec<f64> = rows.iter().flatten().copied().collect();
            let is_known = values.iter().all(|value| value.is_finite());
            let array = Array2::from_shape_vec((rows.len(), n), values).ok()?;
            is_known.then_some((name, array))
        });
        UnitTable {
            row,
            arrays: arrays.collect(),
        }
    }

    /// The array of a name.
    pub fn array(&self, name: &str) -> Option<&Array2<f64>> {
        let found = self.arrays.iter().find(|(of, _)| of == name);
        found.map(|(_, array)| array)
    }
}

/// A hash of tables, so that those of another verdict are known as such.
pub(super) fn hash_of(tables: &[UnitTable]) -> String {
    let mut hash = Hash::default();
    for table in tables {
        hash.update(table.row.as_bytes());
        // By name, as an archive has them.
        let mut arrays: Vec<_> = table.arrays.iter().collect();
        arrays.sort_by(|a, b| a.0.cmp(&b.0));
        for (name, array) in arrays {
            hash.update(name.as_bytes());
            let values = array.iter().flat_map(|value| value.to_le_bytes());
            hash.update(&values.collect::<Vec<u8>>());
        }
    }
    hash.hex()
}
