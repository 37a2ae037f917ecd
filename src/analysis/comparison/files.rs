//! Values of single files, and differences of their means.

use super::selection::Selection;
use super::study::{DifferenceInterval, Estimate, Larger, Pairing, Uncertainty};
use crate::Result;
use crate::analysis::InputRow;
use crate::analysis::hash::Hash;
use crate::compare::{Difference, Jackknife, difference, jackknife, paired_difference};
use std::path::{Path, PathBuf};

/// A mean with as many degrees of freedom as make Student's t Gaussian.
const GAUSSIAN_N: usize = 1_000_000_000;

/// Hash of what a unit is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(u128);

/// The file that a row is about: its INPUT and the path in it.
pub(super) fn key(selection: &Selection<'_>, row: &InputRow) -> Key {
    let config = &selection.report.config;
    let mut roots = config.inputs.iter().chain(&config.photos);
    key_of(roots.nth(row.input).map(PathBuf::as_path), &row.path)
}

/// A name within a file or folder, or without one.
pub(super) fn key_of(root: Option<&Path>, name: &str) -> Key {
    let mut hash = Hash::default();
    // By parts: `clips` and `clips/` are one folder.
    for part in root.into_iter().flat_map(Path::components) {
        let part = part.as_os_str().as_encoded_bytes();
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.update(&u64::MAX.to_le_bytes());
    hash.update(name.as_bytes());
    Key(hash.number())
}

/// The rows of the measured files of a selection.
pub(super) fn rows<'a>(selection: &'a Selection<'_>) -> impl Iterator<Item = &'a InputRow> + 'a {
    let class = &selection.result.class;
    let representation = selection.representation();
    selection
        .report
        .inputs
        .iter()
        .filter(move |row| class == "all" || row.class == *class)
        .filter(move |row| row.alpha.contains_key(&representation))
}

/// One value per file, with the number of segments behind it.
#[derive(Debug, Clone, Default)]
pub(super) struct FileValues {
    pub keys: Vec<Key>,
    pub values: Vec<f64>,
    pub n_segments: Vec<u64>,
}

impl FileValues {
    pub fn of(
        selection: &Selection<'_>,
        value: impl Fn(&InputRow) -> Option<(f64, u64)>,
    ) -> FileValues {
        let mut files = FileValues::default();
        for row in rows(selection) {
            if let Some((value, n_segments)) = value(row).filter(|(_, n)| *n > 0) {
                files.keys.push(key(selection, row));
                files.values.push(value);
                files.n_segments.push(n_segments);
            }
        }
        files
    }

    /// Whether both hold the same files at the same weights.
    pub fn pairs_with(&self, other: &FileValues) -> bool {
        self.keys == other.keys && self.n_segments == other.n_segments
    }
}

/// A statistic of one selection: its mean, and its files where there are two.
#[derive(Debug, Clone)]
pub(super) struct Side {
    pub mean: Jackknife,
    pub uncertainty: Uncertainty,
    files: FileValues,
}

impl Side {
    /// From files; else from a single file's standard error.
    pub fn new(files: FileValues, single: Option<(f64, f64)>) -> Result<Option<Side>> {
        if let Some(mean) = jackknife(&files.values, &files.n_segments)? {
            return Ok(Some(Side {
                mean,
                uncertainty: Uncertainty::Files,
                files,
            }));
        }
        Ok(single.map(|(value, std_error)| Side {
            mean: with_std_error(value, std_error, 1),
            uncertainty: Uncertainty::Segments,
            files: FileValues::default(),
        }))
    }

    pub fn estimate(&self) -> Estimate {
        Estimate {
            value: self.mean.mean,
            ci: Some(self.mean.ci),
        }
    }
}

/// A mean of known standard error, of `n` - 1 degrees of freedom; Gaussian for
/// fewer than two.
pub(super) fn with_std_error(mean: f64, std_error: f64, n: usize) -> Jackknife {
    let n = match n {
        0 | 1 => GAUSSIAN_N,
        n => n,
    };
    let zero = Jackknife {
        mean: 0.0,
        std_error: 0.0,
        ci: [0.0; 2],
        n,
    };
    let one = Jackknife {
        mean,
        std_error,
        ..zero
    };
    Jackknife {
        ci: difference(&one, &zero).ci,
        ..one
    }
}

/// The difference of two sides, paired where they hold the same files.
pub(super) fn side_difference(a: &Side, b: &Side) -> Result<(Difference, Pairing)> {
    if a.files.pairs_with(&b.files)
        && let Some(paired) =
            paired_difference(&a.files.values, &b.files.values, &a.files.n_segments)?
    {
        return Ok((paired, Pairing::Paired));
    }
    Ok((difference(&a.mean, &b.mean), Pairing::Independent))
}

/// The interval; nothing is shown by one of a single file, whose segments differ by
/// less than files do.
pub(super) fn interval(
    difference: &Difference,
    uncertainty: Uncertainty,
    pairing: Pairing,
) -> DifferenceInterval {
    let larger = match (uncertainty, difference.ci) {
        (Uncertainty::Files, [low, _]) if low > 0.0 => Larger::A,
        (Uncertainty::Files, [_, high]) if high < 0.0 => Larger::B,
        _ => Larger::NotShown,
    };
    DifferenceInterval {
        ci: difference.ci,
        std_error: difference.std_error,
        dof: difference.dof,
        uncertainty,
        pairing,
        larger,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_is_known_however_it_is_spelt() {
        let key = |root: &str, name: &str| key_of(Some(Path::new(root)), name);
        for other in ["a/clips/", "a//clips", "a/./clips", "a/clips/."] {
            assert_eq!(key(other, "b.wav"), key("a/clips", "b.wav"), "{other}");
        }
        for (root, name) in [("a", "clips/b.wav"), ("a/clip", "sb.wav"), ("", "b.wav")] {
            assert_ne!(key(root, name), key("a/clips", "b.wav"), "{root} {name}");
        }
        assert_ne!(key_of(None, "b.wav"), key("a/clips", "b.wav"));
    }
}
