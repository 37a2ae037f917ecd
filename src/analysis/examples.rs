//! The few sources whose own spectra a report keeps.

use super::report::ExampleRow;
use super::{ExampleSpectrogram, Representation};
use crate::Result;
use crate::decode::{Kind, Source, picture_png};
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
                Some(input) if **input == source.path => Reached::ByName,
                _ => Reached::Found,
            };
            let earlier = seen
                .entry((reached, source.kind, source.class.as_str()))
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

/// The best-ranked measured sources of each kind, and no more than wanted: the
/// same ones in whatever order sources are measured.
pub(super) struct Examples {
    wanted: usize,
    kept: BTreeMap<Kind, BTreeMap<usize, (usize, Example)>>,
}

impl Examples {
    pub fn new(wanted: usize) -> Self {
        Self {
            wanted,
            kept: BTreeMap::new(),
        }
    }

    /// Offers the source number `i`.
    pub fn offer(&mut self, kind: Kind, rank: usize, i: usize, example: impl FnOnce() -> Example) {
        let kept = self.kept.entry(kind).or_default();
        let worst = kept.keys().next_back().copied();
        if kept.len() < self.wanted || worst.is_some_and(|worst| rank < worst) {
            kept.insert(rank, (i, example()));
            if kept.len() > self.wanted {
                kept.pop_last();
            }
        }
    }

    /// The rows of a report: by representation, then in the order of the
    /// sources.
    pub fn rows(self, sources: &[Source], side: Option<usize>) -> Result<Vec<ExampleRow>> {
        let mut rows = Vec::new();
        for (i, example) in self.kept.into_values().flat_map(BTreeMap::into_values) {
            let source = &sources[i];
            let mut spectrogram = example.spectrogram;
            for (representation, n_segments, mean_log_power) in example.spectra {
                let picture = match (representation, side) {
                    (Representation::Photo, Some(side)) => Some(picture(source, side)?),
                    _ => None,
                };
                rows.push((
                    (representation, i),
                    ExampleRow {
                        representation,
                        path: source.name.clone(),
                        input: source.input,
                        class: source.class.clone(),
                        n_segments,
                        mean_log_power,
                        picture,
                        // Once per clip: the first row made of spectrograms.
                        spectrogram: spectrogram.take_if(|shown| {
                            representation.spectrogram() == shown.of.spectrogram()
                        }),
                    },
                ));
            }
        }
        rows.sort_by_key(|(key, _)| *key);
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }
}

fn picture(source: &Source, side: usize) -> Result<String> {
    use base64::Engine;
    let png = picture_png(&source.path, side, PICTURE_SIDE)?;
    Ok(base64::engine::general_purpose::STANDARD.encode(png))
}
