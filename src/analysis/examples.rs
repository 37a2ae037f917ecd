//! The few sources whose own spectra a report keeps.

use super::report::ExampleRow;
use super::{ExampleSpectrogram, Representation};
use crate::Result;
use crate::decode::{Kind, Source, picture_png};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Longest side of a picture in a report, pixels.
const PICTURE_SIDE: usize = 160;

/// How an input led to a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reached {
    ByName,
    /// Through a folder or a pattern.
    Found,
}

/// Which sources come first as examples: those that `inputs` name one by one,
/// then what folders hold; of either the first of every class, then the second
/// of every class, and so on; by number of the source.
pub(super) fn ranks(sources: &[Source], inputs: &[&PathBuf]) -> Vec<usize> {
    let mut seen: BTreeMap<(Reached, Kind, &str), usize> = BTreeMap::new();
    let mut order: Vec<(Reached, usize, usize)> = sources
        .iter()
        .enumerate()
        .map(|(i, source)| {
            let reached = match inputs.get(source.input) {
                Some(input) if **input == source.path() => Reached::ByName,
                _ => Reached::Found,
            };
            let earlier = seen
                .entry((reached, source.kind, &*source.class))
                .or_insert(0);
            *earlier += 1;
            (reached, *earlier, i)
        })
        .collect();
    order.sort_unstable();
    let mut ranks = vec![0; sources.len()];
    for (rank, (_, _, i)) in order.into_iter().enumerate() {
        ranks[i] = rank;
    }
    ranks
}

/// What a report keeps of one source.
pub(super) struct Example {
    /// Representation, number of segments and mean ln P.
    pub spectra: Vec<(Representation, u64, Vec<f64>)>,
    /// The beginning of a clip.
    pub spectrogram: Option<ExampleSpectrogram>,
}

impl Example {
    /// The rows of a report about `source`; photos are shown in a crop of
    /// `side`.
    pub fn rows(self, source: &Source, side: Option<usize>) -> Result<Vec<ExampleRow>> {
        let mut spectrogram = self.spectrogram;
        let row = |(representation, n_segments, mean_log_power)| {
            let picture = match (source.kind, side) {
                (Kind::Photo, Some(side)) => Some(picture(source, side)?),
                _ => None,
            };
            Ok(ExampleRow {
                representation,
                path: source.name().to_string(),
                input: source.input,
                class: source.class.to_string(),
                n_segments,
                mean_log_power,
                full: None,
                picture,
                // Once per clip: the first row made of spectrograms.
                spectrogram: spectrogram
                    .take_if(|shown| representation.spectrogram() == shown.of.spectrogram()),
            })
        };
        self.spectra.into_iter().map(row).collect()
    }
}

/// The best-ranked measured sources of each kind, and no more than wanted: the
/// same ones in whatever order sources are measured.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Examples {
    wanted: usize,
    /// By kind and rank: number of the source, and its rows.
    kept: BTreeMap<Kind, BTreeMap<usize, (usize, Vec<ExampleRow>)>>,
}

impl Examples {
    pub fn new(wanted: usize) -> Self {
        Self {
            wanted,
            kept: BTreeMap::new(),
        }
    }

    /// Offers the source number `i`.
    ///
    /// # Errors
    /// Those of `example`, which is asked for where it is wanted.
    pub fn offer(
        &mut self,
        (kind, rank): (Kind, usize),
        i: usize,
        example: impl FnOnce() -> Result<Vec<ExampleRow>>,
    ) -> Result<()> {
        let kept = self.kept.entry(kind).or_default();
        let worst = kept.keys().next_back().copied();
        if kept.len() < self.wanted || worst.is_some_and(|worst| rank < worst) {
            kept.insert(rank, (i, example()?));
            if kept.len() > self.wanted {
                kept.pop_last();
            }
        }
        Ok(())
    }

    /// Adds those of other sources.
    pub fn absorb(&mut self, other: Examples) {
        for (kind, examples) in other.kept {
            let kept = self.kept.entry(kind).or_default();
            kept.extend(examples);
            while kept.len() > self.wanted {
                kept.pop_last();
            }
        }
    }

    /// The rows of a report: by representation, then in the order of the
    /// sources.
    pub fn rows(self) -> Vec<ExampleRow> {
        let mut rows: Vec<(usize, ExampleRow)> = Vec::new();
        for (i, of_source) in self.kept.into_values().flat_map(BTreeMap::into_values) {
            rows.extend(of_source.into_iter().map(|row| (i, row)));
        }
        rows.sort_by_key(|(i, row)| (row.representation, *i));
        rows.into_iter().map(|(_, row)| row).collect()
    }
}

fn picture(source: &Source, side: usize) -> Result<String> {
    use base64::Engine;
    let png = picture_png(&source.path(), side, PICTURE_SIDE)?;
    Ok(base64::engine::general_purpose::STANDARD.encode(png))
}
