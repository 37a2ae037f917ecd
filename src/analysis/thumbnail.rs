//! A small spectrogram of a clip's beginning, for readers of a report.

use super::plan::{RunPlan, Segmentation};
use super::segment_status::SegmentStatus;
use super::segments::{Content, Segment};
use super::spectrograms::Spectrograms;
use super::{Representation, SpectrogramKind};
use crate::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most rows, and most columns; longer axes are averaged in blocks.
const MOST: usize = 128;

/// The spectrogram of a clip's first usable segment in 256 levels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExampleSpectrogram {
    /// Whose values these are: log-mel or log-magnitude.
    pub of: Representation,
    /// Where the segment begins in the clip, s.
    pub start: f64,
    /// Value of level 0, in the unit that the settings give logarithms.
    pub low: f64,
    /// Value of level 255.
    pub high: f64,
    /// Frequencies of the rows, Hz, rising.
    pub frequency: Vec<f64>,
    /// Times of the columns from the beginning of the segment, s.
    pub time: Vec<f64>,
    /// Base64 of one byte per value, the lowest frequency's row first.
    pub levels: String,
}

impl ExampleSpectrogram {
    /// The levels, \[frequency\]\[time\] in one list; `None` where they are not
    /// as many as the axes say.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let bytes = STANDARD.decode(&self.levels).ok()?;
        let n_values = self.frequency.len().checked_mul(self.time.len())?;
        (bytes.len() == n_values && n_values > 0).then_some(bytes)
    }
}

/// Keeps the first usable spectrogram of each clip.
pub(super) struct FirstSpectrogram {
    audio: Segmentation,
    kind: SpectrogramKind,
    /// Where it begins, and its values, [frame, row].
    found: Option<(f64, Vec<f32>)>,
    /// Frequencies and times.
    axes: [Vec<f64>; 2],
}

impl FirstSpectrogram {
    /// `None` where no planned spectrogram is logarithmic.
    ///
    /// # Errors
    /// Mel bands that cannot be planned.
    pub fn new(plan: &RunPlan, planned: &BTreeSet<SpectrogramKind>) -> Result<Option<Self>> {
        let mut kinds = [SpectrogramKind::LogMel, SpectrogramKind::LogMagnitude].into_iter();
        let kind = kinds.find(|kind| planned.contains(kind));
        let Some((audio, kind)) = plan.audio.zip(kind) else {
            return Ok(None);
        };
        let axes = Spectrograms::axes(&plan.config, audio, kind)?;
        Ok(Some(Self {
            audio,
            kind,
            found: None,
            axes: axes.map(|axis| axis.values()),
        }))
    }

    /// Forgets the clip before.
    pub fn clear(&mut self) {
        self.found = None;
    }

    /// Looks at the next segment.
    pub fn see(&mut self, segment: &Segment<'_>) {
        let Content::Sound {
            spectrograms: Some(spectrograms),
            ..
        } = segment.content
        else {
            return;
        };
        if self.found.is_some() || segment.status != SegmentStatus::Usable {
            return;
        }
        if let Some(values) = spectrograms.usable(self.kind) {
            let first = segment.number * self.audio.segment_hop as u64;
            let start = first as f64 / f64::from(self.audio.sample_rate);
            self.found = Some((start, values.to_vec()));
        }
    }

    /// The spectrogram of the clip that was seen last.
    pub fn spectrogram(&self) -> Option<ExampleSpectrogram> {
        let (start, values) = self.found.as_ref()?;
        let [frequency, time] = &self.axes;
        let n_rows = frequency.len();
        let (row_block, col_block) = (block(n_rows), block(time.len()));
        let mut reduced = Vec::new();
        for rows in chunks(n_rows, row_block) {
            for cols in chunks(time.len(), col_block) {
                let cells = cols.flat_map(|t| rows.clone().map(move |r| t * n_rows + r));
                reduced.push(mean(cells.map(|cell| f64::from(values[cell]))));
            }
        }
        let low = reduced.iter().copied().fold(f64::INFINITY, f64::min);
        let high = reduced.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let level = |value: &f64| (255.0 * (value - low) / (high - low)).round() as u8;
        let levels: Vec<u8> = reduced.iter().map(level).collect();
        let averaged = |axis: &[f64], block: usize| {
            let blocks = axis.chunks(block);
            blocks.map(|part| mean(part.iter().copied())).collect()
        };
        Some(ExampleSpectrogram {
            of: match self.kind {
                SpectrogramKind::LogMel => Representation::LogMel,
                _ => Representation::LogMagnitude,
            },
            start: *start,
            low,
            high,
            frequency: averaged(frequency, row_block),
            time: averaged(time, col_block),
            levels: STANDARD.encode(levels),
        })
    }
}

fn block(n: usize) -> usize {
    n.div_ceil(MOST)
}

fn chunks(n: usize, block: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    (0..n)
        .step_by(block)
        .map(move |start| start..(start + block).min(n))
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
    sum / n
}
