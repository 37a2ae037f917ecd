//! Joins a stream of another rate or number of channels to the one before it.

use super::super::channel::append_mono;
use super::super::resample::Resampler;
use crate::Result;

/// Brings interleaved samples to a rate and a number of channels.
pub(super) struct Rejoin {
    from: usize,
    to: usize,
    resamplers: Vec<Resampler>,
    /// One channel of the input, and each of the output.
    channel: Vec<f32>,
    outputs: Vec<Vec<f32>>,
}

impl Rejoin {
    /// From one (rate in Hz, number of channels) to another.
    ///
    /// # Errors
    /// A ratio of rates that the resampler does not take.
    pub fn new(from: (u32, usize), to: (u32, usize)) -> Result<Rejoin> {
        let resampler = |_| Resampler::new(from.0, to.0);
        let count = if from.0 == to.0 { 0 } else { to.1 };
        Ok(Rejoin {
            from: from.1,
            to: to.1,
            resamplers: (0..count).map(resampler).collect::<Result<_>>()?,
            channel: Vec::new(),
            outputs: vec![Vec::new(); to.1],
        })
    }

    /// Appends samples: channel by channel where the numbers agree, else the mean of all
    /// channels in each.
    pub fn append(&mut self, interleaved: &[f32], out: &mut Vec<f32>) {
        for (number, output) in self.outputs.iter_mut().enumerate() {
            self.channel.clear();
            let position = (self.from == self.to).then_some(number);
            append_mono(interleaved, self.from, position, &mut self.channel);
            match self.resamplers.get_mut(number) {
                Some(resampler) => resampler.process(&self.channel, output),
                None => output.extend_from_slice(&self.channel),
            }
        }
        self.interleave(out);
    }

    /// Appends what the resamplers still hold.
    pub fn finish(&mut self, out: &mut Vec<f32>) {
        for (resampler, output) in self.resamplers.iter_mut().zip(&mut self.outputs) {
            resampler.finish(output);
        }
        self.interleave(out);
    }

    fn interleave(&mut self, out: &mut Vec<f32>) {
        let frames = self.outputs.iter().map(Vec::len).min().unwrap_or(0);
        for frame in 0..frames {
            out.extend(self.outputs.iter().map(|output| output[frame]));
        }
        for output in &mut self.outputs {
            output.drain(..frames);
        }
    }
}
