//! One item of each representation, to be shown while noise rises.

use super::pass::item_seed;
use crate::analysis::Representation;
use crate::analysis::items::ItemReader;
use crate::analysis::setup::Setup;
use crate::data::Plane;
use crate::decode::{Source, picture_png};
use crate::synth::{add_noise, derived_seed};
use crate::{Error, Result};
use ndarray::Array2;

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

/// The first usable item of the first source that has one.
pub(in crate::analysis) fn example(
    setup: &Setup<'_>,
    representation: Representation,
    sources: &[(usize, &Source)],
    seed: u64,
) -> Result<Option<NoiseExample>> {
    let Some(mut reader) = ItemReader::new(setup, representation)? else {
        return Ok(None);
    };
    let n_values = reader.shape().0 * reader.shape().1;
    for &(number, source) in sources {
        let mut first: Option<(u64, usize, Vec<f64>)> = None;
        let read = reader.for_each(source, |item| {
            first.get_or_insert_with(|| {
                let (channel, values) = item.first_varied(n_values);
                (item.index, channel, values.to_vec())
            });
            Ok(())
        });
        match read {
            Ok(()) | Err(Error::Input { .. }) => {}
            Err(error) => return Err(error),
        }
        let Some((index, channel, values)) = first else {
            continue;
        };
        let mut noise = vec![0.0; n_values];
        let seed = item_seed(seed, number, index);
        add_noise(&mut noise, 1.0, derived_seed(seed, channel as u64));
        let picture = match (representation, setup.side) {
            (Representation::Photo, Some(side)) => Some(picture_png(&source.path(), side, side)?),
            _ => None,
        };
        return Ok(Some(NoiseExample {
            representation,
            path: source.name().to_string(),
            plane: reader.plane(&values),
            noise: reader.plane(&noise).values,
            seed,
            picture,
        }));
    }
    Ok(None)
}
