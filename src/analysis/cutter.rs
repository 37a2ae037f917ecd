use super::constancy::Constancy;
use super::facts::Listener;
use super::measurement::{Content, sound_content};
use super::setup::AudioSetup;
use super::{AnalysisConfig, AudioFacts, LowRates};
use crate::decode::{AudioInfo, AudioReader, Channel, Ending, Resampler};
use crate::{Problem, Result};
use std::collections::BTreeMap;
use std::path::Path;

/// Decodes clips, brings them to the analysis rate and unit, and cuts them into
/// segments, in memory that does not grow with a clip's length.
pub(super) struct Cutter {
    setup: AudioSetup,
    channel: Channel,
    low_rates: LowRates,
    amplitude: f32,
    resamplers: BTreeMap<u32, Resampler>,
    block: Vec<f32>,
    /// Samples at the analysis rate that no segment has taken yet.
    pending: Vec<f32>,
    /// Where the clip is constant, at its own rate.
    constancy: Constancy,
    /// Samples of the clip per sample at the analysis rate.
    rate_ratio: f64,
    /// Segments of the clip that were visited.
    n_visited: u64,
}

/// What was noticed about a clip beside its spectra.
pub(super) struct Clip {
    pub facts: AudioFacts,
    pub ending: Ending,
    pub n_segments: u64,
}

impl Cutter {
    pub fn new(config: &AnalysisConfig, setup: AudioSetup) -> Self {
        Self {
            setup,
            channel: config.channel,
            low_rates: config.low_rates,
            amplitude: config.amplitude.factor(),
            resamplers: BTreeMap::new(),
            block: Vec::new(),
            pending: Vec::new(),
            constancy: Constancy::new(0),
            rate_ratio: 1.0,
            n_visited: 0,
        }
    }

    /// Calls `visit` with each segment of the clip in turn, and what kind of
    /// values it holds.
    pub fn for_each_segment(
        &mut self,
        path: &Path,
        mut visit: impl FnMut(&[f32], Content) -> Result<()>,
    ) -> Result<Clip> {
        self.pending.clear();
        self.n_visited = 0;
        let mut reader = AudioReader::open(path, self.channel)?;
        let info = reader.info().clone();
        self.check_rate(&info).map_err(|problem| problem.at(path))?;
        let mut resampler = self.resampler(info.sample_rate)?;
        let mut listener = Listener::default();
        self.rate_ratio = f64::from(info.sample_rate) / f64::from(self.setup.sample_rate);
        let segment_length = self.setup.segment_length as f64 * self.rate_ratio;
        self.constancy = Constancy::new(segment_length as u64);
        while reader.read(&mut self.block)? > 0 {
            listener.hear(&self.block);
            self.constancy.hear(&self.block);
            if self.amplitude != 1.0 {
                for sample in &mut self.block {
                    *sample *= self.amplitude;
                }
            }
            match &mut resampler {
                Some(resampler) => resampler.process(&self.block, &mut self.pending),
                None => self.pending.extend_from_slice(&self.block),
            }
            self.visit_pending(&mut visit)?;
        }
        let resampled_from = resampler.as_ref().map(|_| info.sample_rate);
        if let Some(mut resampler) = resampler {
            resampler.finish(&mut self.pending);
            self.visit_pending(&mut visit)?;
            self.resamplers.insert(info.sample_rate, resampler);
        }
        let mut facts = facts(info);
        facts.resampled_from = resampled_from;
        listener.report(&mut facts);
        Ok(Clip {
            facts,
            ending: reader.ending().clone(),
            n_segments: self.n_visited,
        })
    }

    fn check_rate(&self, info: &AudioInfo) -> Result<(), Problem> {
        let analysis_rate = self.setup.sample_rate;
        if info.sample_rate < analysis_rate && self.low_rates == LowRates::LeaveOut {
            return Err(Problem::LowRate {
                sample_rate: info.sample_rate,
                analysis_rate,
            });
        }
        Ok(())
    }

    fn resampler(&mut self, sample_rate: u32) -> Result<Option<Resampler>> {
        if sample_rate == self.setup.sample_rate {
            return Ok(None);
        }
        match self.resamplers.remove(&sample_rate) {
            Some(resampler) => Ok(Some(resampler)),
            None => Resampler::new(sample_rate, self.setup.sample_rate).map(Some),
        }
    }

    /// Visits all complete segments and keeps the rest.
    fn visit_pending(
        &mut self,
        visit: &mut impl FnMut(&[f32], Content) -> Result<()>,
    ) -> Result<()> {
        let AudioSetup {
            segment_length,
            segment_hop,
            ..
        } = self.setup;
        let mut start = 0;
        while let Some(segment) = self.pending.get(start..start + segment_length) {
            let first = self.n_visited * segment_hop as u64;
            let at = |sample: u64| (sample as f64 * self.rate_ratio).round() as u64;
            let source = at(first)..at(first + segment_length as u64);
            let content = match self.constancy.covers(&source) {
                true => Content::Constant,
                false => sound_content(segment),
            };
            visit(segment, content)?;
            self.n_visited += 1;
            start += segment_hop;
        }
        self.pending.drain(..start);
        Ok(())
    }
}

fn facts(info: AudioInfo) -> AudioFacts {
    let rate = f64::from(info.sample_rate);
    AudioFacts {
        format: info.format,
        sample_rate: info.sample_rate,
        channels: info.channels,
        seconds_promised: info.frames_promised.map(|frames| frames as f64 / rate),
        ..AudioFacts::default()
    }
}
