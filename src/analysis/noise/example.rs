//! One item of each representation, to be shown while noise rises.

use crate::Result;
use crate::analysis::Representation;
use crate::analysis::plan::RunPlan;
use crate::analysis::segments::{Needs, Piece, SegmentReader, first_varied};
use crate::data::Plane;
use crate::synth::{add_noise, derived_seed};
use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// The seed of the noise that is added to an item.
pub(super) fn item_seed(seed: u64, source: usize, item: u64) -> u64 {
    derived_seed(derived_seed(seed, source as u64), item)
}

/// An item, and the noise that was added to it in the measurement.
#[derive(Debug, Clone, PartialEq)]
pub struct NoiseExample {
    /// How the source was looked at.
    pub representation: Representation,
    /// Path relative to its INPUT.
    pub path: String,
    /// Values in their own unit: [1, sample] of a waveform, [frequency, frame]
    /// of the spectrogram that is looked at or that cepstra are taken of, [y, x]
    /// of a photo's green channel.
    pub plane: Plane,
    /// The noise of variance 1 at each value.
    pub noise: Array2<f64>,
    /// The seed of that noise's item; its channels'
    /// seeds are derived from it.
    pub seed: u64,
    /// A photo in all its colours, as PNG.
    pub picture: Option<Vec<u8>>,
}

impl NoiseExample {
    /// The plane with noise of standard deviation `sigma`, in the plane's unit.
    pub fn noisy(&self, sigma: f64) -> Array2<f64> {
        let mut values = self.plane.values.clone();
        values.scaled_add(sigma, &self.noise);
        values
    }
}

/// The first usable item of a source, and the seed of its noise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct FirstItem {
    /// Number of the source.
    pub number: usize,
    pub seed: u64,
    /// The first channel that varies, and its values.
    pub channel: usize,
    pub values: Vec<f64>,
}

impl FirstItem {
    /// The one of the source that comes first.
    pub fn earlier(a: Option<FirstItem>, b: Option<FirstItem>) -> Option<FirstItem> {
        [a, b].into_iter().flatten().min_by_key(|item| item.number)
    }

    /// The item as a plane, with its noise; the source must be at hand.
    ///
    /// # Errors
    /// Those of a photo that cannot be read any more.
    pub fn example(&self, plan: &RunPlan, representation: Representation) -> Result<NoiseExample> {
        let source = &plan.corpus.sources[self.number];
        let mut noise = vec![0.0; self.values.len()];
        let seed = derived_seed(self.seed, self.channel as u64);
        add_noise(&mut noise, 1.0, seed);
        Ok(NoiseExample {
            representation,
            path: source.name().to_string(),
            plane: plan.item_plane(representation, &self.values)?,
            noise: plan.item_plane(representation, &noise)?.values,
            seed: self.seed,
            picture: plan.picture(source)?,
        })
    }
}

/// The first usable item of the first of some sources that has one.
///
/// # Errors
/// Settings that cannot be planned, and a photo that cannot be read any more.
pub(crate) fn first_example(
    plan: &RunPlan,
    representation: Representation,
    numbers: &[usize],
    seed: u64,
) -> Result<Option<NoiseExample>> {
    let Some((rows, cols)) = plan.shape(representation) else {
        return Ok(None);
    };
    let mut reader = SegmentReader::new(plan, Needs::segments([representation]))?;
    let mut buffer = Vec::new();
    for &number in numbers {
        let mut first = None;
        reader.read(number, &plan.corpus.sources[number], |piece| {
            if let (Piece::Segment(segment), None) = (piece, &first) {
                let values = segment.values(representation, &mut buffer);
                first = values.map(|values| {
                    let (channel, values) = first_varied(values, rows * cols);
                    FirstItem {
                        number,
                        seed: item_seed(seed, number, 0),
                        channel,
                        values: values.to_vec(),
                    }
                });
            }
            Ok(())
        })?;
        if let Some(first) = first {
            return first.example(plan, representation).map(Some);
        }
    }
    Ok(None)
}
