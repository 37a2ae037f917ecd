//! Where a recording is constant, found before resampling hides it.

use std::ops::Range;

/// Remembers where a recording is constant for long, so that a segment of it
/// can be recognised as constant even after resampling, which puts ripples at
/// the ends.
#[derive(Debug)]
pub(super) struct Constancy {
    /// Shortest run that is worth remembering, samples.
    shortest: u64,
    /// Value and start of the run that goes on.
    current: (f32, u64),
    /// Samples heard.
    position: u64,
    runs: Vec<Range<u64>>,
}

impl Constancy {
    /// For segments of `segment_length` samples of the recording.
    pub fn new(segment_length: u64) -> Self {
        Self {
            shortest: segment_length.max(2) - 1,
            current: (f32::NAN, 0),
            position: 0,
            runs: Vec::new(),
        }
    }

    pub fn hear(&mut self, samples: &[f32]) {
        let value = self.current.0;
        let leading = samples.iter().position(|x| *x != value);
        let Some(leading) = leading else {
            self.position += samples.len() as u64;
            return;
        };
        // No run that begins and ends inside is long enough.
        let last = samples[samples.len() - 1];
        let trailing = samples.iter().rev().position(|x| *x != last);
        let trailing = trailing.unwrap_or(samples.len() - leading);
        if ((samples.len() - leading - trailing) as u64) < self.shortest {
            self.position += leading as u64;
            self.end_run();
            self.position += (samples.len() - leading - trailing) as u64;
            self.current = (last, self.position);
            self.position += trailing as u64;
            return;
        }
        for &sample in samples {
            if sample != self.current.0 {
                self.end_run();
                self.current = (sample, self.position);
            }
            self.position += 1;
        }
    }

    fn end_run(&mut self) {
        if self.position - self.current.1 >= self.shortest {
            self.runs.push(self.current.1..self.position);
        }
    }

    /// Whether all samples of a range that was heard are equal. Ranges must not
    /// go back behind earlier ones.
    pub fn covers(&mut self, range: &Range<u64>) -> bool {
        self.runs.retain(|run| run.end > range.start);
        let current = self.current.1..self.position;
        self.runs
            .iter()
            .chain(std::iter::once(&current))
            .any(|run| run.start <= range.start && range.end <= run.end)
    }
}
