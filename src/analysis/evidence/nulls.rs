//! Signals without the structure that an exponent may be taken for.

use crate::Result;
use crate::synth::{ColouredNoise, Surrogate};
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// Share of a segment that the flanks of its taper take.
const TAPERED: f64 = 0.1;

/// A signal without the structure that an exponent may be taken for; each
/// segment has its own, as long as itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NullModel {
    /// The segment with random phases: the same power at every frequency, no
    /// structure in time (Theiler et al. 1992).
    PhaseRandomised,
    /// The same of the segment under a window that rises and falls over a
    /// twentieth of it each (Tukey), its mean removed: the jump from its end to
    /// its beginning, which random phases turn into noise at all frequencies,
    /// does not take part.
    Tapered,
    /// Stationary Gaussian noise with power ~ 1/f and the segment's standard
    /// deviation.
    Pink,
    /// The same with equal power at all frequencies.
    White,
    /// The frames of the segment's spectrogram in random order: each frame as it
    /// is, no order in time. Waveforms have none.
    Shuffled,
}

impl NullModel {
    /// All, in the order of [`super::EvidenceRow::nulls`].
    pub const ALL: [NullModel; 5] = [
        NullModel::PhaseRandomised,
        NullModel::Tapered,
        NullModel::Pink,
        NullModel::White,
        NullModel::Shuffled,
    ];

    /// What seeds are derived with: those of the models that were first stay
    /// the same.
    pub(super) fn number(self) -> u64 {
        match self {
            NullModel::PhaseRandomised => 0,
            NullModel::Pink => 1,
            NullModel::White => 2,
            NullModel::Shuffled => 3,
            NullModel::Tapered => 4,
        }
    }

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            NullModel::PhaseRandomised => "phase-randomised",
            NullModel::Tapered => "tapered",
            NullModel::Pink => "pink",
            NullModel::White => "white",
            NullModel::Shuffled => "shuffled",
        }
    }
}

/// Plans of the nulls of segments of one length.
pub(super) struct Drawer {
    surrogate: Surrogate,
    taper: Vec<f64>,
    pink: ColouredNoise,
    white: ColouredNoise,
    segment: Vec<f64>,
    /// Standard deviation of the segment that pink and white nulls are of.
    deviation: f64,
    null: Vec<f64>,
    samples: Vec<f32>,
}

impl Drawer {
    pub fn new(n: usize) -> Self {
        Self {
            surrogate: Surrogate::new(n),
            taper: taper(n),
            pink: ColouredNoise::new(n, 1.0),
            white: ColouredNoise::new(n, 0.0),
            segment: vec![0.0; n],
            deviation: 0.0,
            null: vec![0.0; n],
            samples: vec![0.0; n],
        }
    }

    /// Takes in the segment whose nulls are drawn next.
    pub fn load(&mut self, null: NullModel, segment: &[f32]) -> Result<()> {
        match null {
            NullModel::Shuffled => {}
            NullModel::Pink | NullModel::White => self.deviation = deviation(segment),
            NullModel::PhaseRandomised | NullModel::Tapered => {
                for (to, &from) in self.segment.iter_mut().zip(segment) {
                    *to = f64::from(from);
                }
                if null == NullModel::Tapered {
                    let mean = self.segment.iter().sum::<f64>() / segment.len() as f64;
                    for (value, weight) in self.segment.iter_mut().zip(&self.taper) {
                        *value = (*value - mean) * weight;
                    }
                }
                self.surrogate.load(&self.segment)?;
            }
        }
        Ok(())
    }

    /// One null of the segment that was loaded; shuffled frames have no samples of
    /// their own.
    pub fn draw(&mut self, null: NullModel, seed: u64) -> Result<&[f32]> {
        let scale = match null {
            NullModel::Shuffled => return Ok(&[]),
            NullModel::PhaseRandomised | NullModel::Tapered => {
                self.surrogate.draw(seed, &mut self.null)?;
                1.0
            }
            NullModel::Pink => {
                self.pink.process(seed, &mut self.null)?;
                self.deviation
            }
            NullModel::White => {
                self.white.process(seed, &mut self.null)?;
                self.deviation
            }
        };
        for (to, from) in self.samples.iter_mut().zip(&self.null) {
            *to = (scale * from) as f32;
        }
        Ok(&self.samples)
    }
}

/// A Tukey window whose flanks are a tenth of it together, of mean square 1.
fn taper(n: usize) -> Vec<f64> {
    let flank = TAPERED * n as f64 / 2.0;
    let weight = |i: usize| {
        let from_end = (i.min(n - 1 - i) as f64 + 0.5) / flank;
        match from_end < 1.0 {
            true => 0.5 - 0.5 * (PI * from_end).cos(),
            false => 1.0,
        }
    };
    let weights: Vec<f64> = (0..n).map(weight).collect();
    let mean_square = weights.iter().map(|w| w * w).sum::<f64>() / n as f64;
    weights.iter().map(|w| w / mean_square.sqrt()).collect()
}

fn deviation(samples: &[f32]) -> f64 {
    let n = samples.len() as f64;
    let mean = samples.iter().map(|&x| f64::from(x)).sum::<f64>() / n;
    let squares = samples.iter().map(|&x| (f64::from(x) - mean).powi(2));
    (squares.sum::<f64>() / n).sqrt()
}
