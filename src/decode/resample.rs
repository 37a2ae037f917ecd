//! The one door to `rubato`: sample-rate conversion.

use crate::{Error, Result};
use audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler as _, WindowFunction};
use std::collections::VecDeque;

/// Frames per step at the input. Longer steps narrow the filter's transition:
/// from 44.1 kHz to 22.05 kHz, 1024 lose 17 dB at .98 of the Nyquist frequency,
/// 4096 less than .1 dB.
const CHUNK: usize = 4096;
/// Largest step, reached by rates without a common divisor.
const LARGEST_CHUNK: usize = 1 << 20;

/// Samples beyond this are no sound, and their squares overflow f32 sums.
pub const LARGEST_SAMPLE: f32 = 1e14;

/// Changes the sample rate of one mono signal after another, block by block.
///
/// The output is aligned in time with the input and has exactly
/// ceil(n · to / from) samples; it does not depend on how the input is cut into
/// blocks. Where a sample is not finite, or beyond [`LARGEST_SAMPLE`], the samples
/// at its time are NaN, and no others: the filter sees a 0 instead.
///
/// ```
/// use cepstrum::decode::Resampler;
/// let mut resampler = Resampler::new(44_100, 22_050)?;
/// let mut out = Vec::new();
/// resampler.process(&[0.0; 1_001], &mut out);
/// resampler.finish(&mut out);
/// assert_eq!(out.len(), 501);
/// # Ok::<(), cepstrum::Error>(())
/// ```
pub struct Resampler {
    fft: Fft<f32>,
    from: u64,
    to: u64,
    /// Input that does not fill a step yet.
    waiting: Vec<f32>,
    step: Vec<f32>,
    /// Samples taken in and given out since the start of the signal.
    taken: u64,
    given: u64,
    /// Output still to be dropped: the filter's delay.
    delay: usize,
    /// Places of input samples that are no sound and whose time the output has not
    /// passed yet.
    spoiled: VecDeque<u64>,
}

impl Resampler {
    /// A resampler from `from` Hz to `to` Hz.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a rate of 0, or a pair of rates whose ratio
    /// takes more memory than is reasonable.
    pub fn new(from: u32, to: u32) -> Result<Resampler> {
        let refuse = |requirement: &str| {
            Error::argument("sample_rate", format!("{from} -> {to} Hz"), requirement)
        };
        if from == 0 || to == 0 {
            return Err(refuse("above 0"));
        }
        let (a, b) = (from as usize, to as usize);
        let divisor = greatest_common_divisor(a, b);
        if a.max(b) / divisor > LARGEST_CHUNK {
            return Err(refuse(
                "a pair with a larger common divisor (choose another --sample-rate)",
            ));
        }
        // An even number of blocks makes the delay, half a step, a whole number of
        // samples; otherwise the output would lie half a sample off.
        let block = a / divisor;
        let blocks = CHUNK.div_ceil(block).next_multiple_of(2);
        let fft = Fft::new_custom(
            a,
            b,
            blocks * block,
            1,
            1,
            WindowFunction::BlackmanHarris2,
            FixedSync::Both,
        )
        .map_err(|e| refuse(&e.to_string()))?;
        Ok(Resampler {
            delay: fft.output_delay(),
            step: vec![0.0; fft.output_frames_max()],
            waiting: Vec::new(),
            fft,
            from: u64::from(from),
            to: u64::from(to),
            taken: 0,
            given: 0,
            spoiled: VecDeque::new(),
        })
    }

    /// Takes in a block and appends what is ready to `out`.
    pub fn process(&mut self, mut input: &[f32], out: &mut Vec<f32>) {
        let chunk = self.fft.input_frames_next();
        while self.waiting.len() + input.len() >= chunk {
            let (now, later) = input.split_at(chunk - self.waiting.len());
            self.take(now);
            input = later;
            self.run_step(out);
        }
        self.take(input);
    }

    /// Lets samples wait; what is no sound would spoil all that the filter holds.
    fn take(&mut self, input: &[f32]) {
        let start = self.waiting.len();
        self.waiting.extend_from_slice(input);
        for (place, sample) in (self.taken..).zip(&mut self.waiting[start..]) {
            // Not >: what is not a number is no sound either.
            let is_sound = sample.abs() <= LARGEST_SAMPLE;
            if !is_sound {
                *sample = 0.0;
                self.spoiled.push_back(place);
            }
        }
        self.taken += input.len() as u64;
    }

    /// Ends the signal: appends what is left to `out`, and makes the resampler
    /// ready for the next signal.
    pub fn finish(&mut self, out: &mut Vec<f32>) {
        let total =
            (u128::from(self.taken) * u128::from(self.to)).div_ceil(u128::from(self.from)) as u64;
        let start = out.len() as u64;
        let missing = total.saturating_sub(self.given);
        while (out.len() as u64) < start + missing {
            let chunk = self.fft.input_frames_next();
            self.waiting.resize(chunk, 0.0);
            self.run_step(out);
        }
        out.truncate((start + missing) as usize);
        self.fft.reset();
        self.waiting.clear();
        self.spoiled.clear();
        (self.taken, self.given) = (0, 0);
        self.delay = self.fft.output_delay();
    }

    /// Runs the filter over the full step that waits.
    fn run_step(&mut self, out: &mut Vec<f32>) {
        // Buffers of the filter's own lengths are not refused; if they were,
        // the length and the end of the output would still hold.
        let produced =
            filter(&mut self.fft, &self.waiting, &mut self.step).unwrap_or(self.step.len());
        self.waiting.clear();
        let dropped = self.delay.min(produced);
        self.delay -= dropped;
        let start = out.len();
        out.extend_from_slice(&self.step[dropped..produced]);
        self.mark_spoiled(&mut out[start..]);
        self.given += (produced - dropped) as u64;
    }

    /// Marks in the next output what lies at the time of a sample that is no sound.
    fn mark_spoiled(&mut self, out: &mut [f32]) {
        let end = self.given + out.len() as u64;
        while let Some(&place) = self.spoiled.front() {
            let at = u128::from(place) * u128::from(self.to);
            let first = (at / u128::from(self.from)) as u64;
            let last = at.div_ceil(u128::from(self.from)) as u64;
            for output in first.max(self.given)..(last + 1).min(end) {
                out[(output - self.given) as usize] = f32::NAN;
            }
            if last >= end {
                break;
            }
            self.spoiled.pop_front();
        }
    }
}

/// Number of samples written to `output`.
fn filter(fft: &mut Fft<f32>, input: &[f32], output: &mut [f32]) -> Option<usize> {
    let (taken, given) = (input.len(), output.len());
    let input = InterleavedSlice::new(input, 1, taken).ok()?;
    let mut output = InterleavedSlice::new_mut(output, 1, given).ok()?;
    let (_, written) = fft.process_into_buffer(&input, &mut output, None).ok()?;
    Some(written)
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    match b {
        0 => a,
        _ => greatest_common_divisor(b, a % b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hertz: f64, rate: u32, count: usize) -> Vec<f32> {
        let step = std::f64::consts::TAU * hertz / f64::from(rate);
        (0..count).map(|i| (step * i as f64).sin() as f32).collect()
    }

    fn resample(from: u32, to: u32, input: &[f32], block: usize) -> Vec<f32> {
        let mut resampler = Resampler::new(from, to).unwrap();
        let mut out = Vec::new();
        for block in input.chunks(block) {
            resampler.process(block, &mut out);
        }
        resampler.finish(&mut out);
        out
    }

    #[test]
    fn keeps_a_tone_and_its_phase() {
        for (from, to) in [
            (44_100, 22_050),
            (48_000, 22_050),
            (16_000, 22_050),
            (22_050, 8_000),
            (11_025, 11_024),
        ] {
            let got = resample(from, to, &tone(1000.0, from, 2 * from as usize), 5000);
            let want = tone(1000.0, to, 2 * to as usize);
            assert_eq!(got.len(), want.len());
            // A step at each end rings.
            let edge = 3 * to as usize / 4;
            for i in edge..want.len() - edge {
                let error = (got[i] - want[i]).abs();
                assert!(error < 1e-4, "{from} -> {to}: {error} at {i}");
            }
        }
    }

    #[test]
    fn removes_what_would_alias() {
        let got = resample(44_100, 22_050, &tone(15_000.0, 44_100, 88_200), 4096);
        let middle = &got[2000..got.len() - 2000];
        let loudest = middle.iter().fold(0.0f32, |m, x| m.max(x.abs()));
        assert!(20.0 * loudest.log10() < -100.0, "{loudest}");
    }

    #[test]
    fn blocks_do_not_matter_and_lengths_are_exact() {
        for count in [0, 1, 2, 999, 1024, 5003] {
            let input = tone(440.0, 44_100, count);
            for to in [22_050, 16_000, 48_000] {
                let whole = resample(44_100, to, &input, usize::MAX);
                assert_eq!(whole.len(), (count * to as usize).div_ceil(44_100));
                for block in [1, 7, 1024, 4096] {
                    assert_eq!(whole, resample(44_100, to, &input, block));
                }
            }
        }
    }

    #[test]
    fn what_is_no_sound_spoils_its_own_time_alone() {
        for (from, to) in [(44_100, 22_050), (48_000, 22_050), (16_000, 22_050)] {
            let clean = tone(1000.0, from, 30_000);
            let mut silenced = clean.clone();
            let mut spoiled = clean;
            let bad = [f32::NAN, f32::INFINITY, -3e38, 1e20];
            let places = [0, 1, 9_999, 29_999];
            for (place, bad) in places.into_iter().zip(bad) {
                (silenced[place], spoiled[place]) = (0.0, bad);
            }
            let expected = resample(from, to, &silenced, 4096);
            for block in [7, 4096, usize::MAX] {
                let got = resample(from, to, &spoiled, block);
                assert_eq!(got.len(), expected.len());
                for (i, (got, expected)) in got.iter().zip(&expected).enumerate() {
                    let time = i as f64 * f64::from(from) / f64::from(to);
                    let reach = (f64::from(from) / f64::from(to)).min(1.0);
                    let distance = |place: &usize| (time - *place as f64).abs();
                    let nearest = places.iter().map(distance).fold(f64::INFINITY, f64::min);
                    match got.is_nan() {
                        true => assert!(nearest < f64::from(from) / f64::from(to), "{i}"),
                        false => {
                            assert!(nearest >= reach, "{from} -> {to}: {i} is not marked");
                            assert_eq!(got, expected);
                        }
                    }
                }
                assert!(got.iter().filter(|x| x.is_nan()).count() >= 3);
            }
        }
    }

    #[test]
    fn is_ready_for_the_next_signal() {
        let mut resampler = Resampler::new(48_000, 22_050).unwrap();
        let input = tone(3000.0, 48_000, 10_000);
        let mut runs = [Vec::new(), Vec::new()];
        for out in &mut runs {
            resampler.process(&input, out);
            resampler.finish(out);
        }
        assert_eq!(runs[0], runs[1]);
        assert!(Resampler::new(0, 1).is_err());
        assert!(Resampler::new(768_000, 767_999).is_ok());
    }
}
