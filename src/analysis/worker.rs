use super::audio::AudioChain;
use super::cutter::Clip;
use super::examples::Example;
use super::laws::file_law;
use super::measurement::Measurement;
use super::planes::PlaneChain;
use super::report::{InputRow, Status};
use super::results::{TotalsByClass, post_fit};
use super::setup::Setup;
use super::survey::problem_of;
use super::totals::left_out;
use super::{PerRepresentation, Representation};
use crate::compare::{SpectrumSums, band_limit};
use crate::decode::{Ending, Kind, Rejected, Source};
use crate::{Problem, Result};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// One thread's plans and buffers: measures one source after another.
pub(super) struct Worker<'a> {
    setup: &'a Setup<'a>,
    audio: Option<AudioChain>,
    photo: Option<PlaneChain>,
    array: Option<PlaneChain>,
    /// Kind of the source that was measured last.
    last: Kind,
}

impl<'a> Worker<'a> {
    /// # Errors
    /// Settings that cannot be planned.
    pub fn new(setup: &'a Setup<'a>, stop: &Arc<AtomicBool>) -> Result<Self> {
        let audio = setup.audio.map(|audio| AudioChain::new(setup, audio, stop));
        let frame = |representation| setup.frames.get(&representation);
        let photo = setup.side.zip(frame(Representation::Photo));
        let photo = photo.map(|(side, frame)| PlaneChain::photos(side, frame));
        let array = setup.array_shape.zip(frame(Representation::Array));
        let array = array.map(|(shape, frame)| PlaneChain::new(shape, setup.config.radius, frame));
        Ok(Self {
            setup,
            audio: audio.transpose()?,
            photo: photo.transpose()?,
            array: array.transpose()?,
            last: Kind::Audio,
        })
    }

    /// Measures one source; whatever is wrong with it goes into its row.
    ///
    /// # Errors
    /// Only what concerns the whole run.
    pub fn measure(&mut self, source: &Source) -> Result<InputRow> {
        self.last = source.kind;
        let mut row = new_row(source);
        let measured = match source.kind {
            Kind::Audio => self.measure_clip(&source.path(), &mut row),
            Kind::Photo | Kind::Array => self.measure_planes(&source.path(), &mut row),
        };
        if let Err(error) = measured {
            skip(&mut row, &problem_of(error)?);
            return Ok(row);
        }
        self.describe(&mut row);
        Ok(row)
    }

    /// Where the mean power of a clip ends, Hz.
    fn band_limit(&self, representation: Representation, sums: &SpectrumSums) -> Option<f64> {
        let frame = self.setup.frames.get(&representation)?;
        match representation {
            Representation::Waveform => band_limit(&frame.frequency, &sums.mean_power()),
            _ => None,
        }
    }

    /// Completes the row of a measured source.
    fn describe(&self, row: &mut InputRow) {
        let mut n_non_finite = 0;
        for (representation, measurement) in self.measurements() {
            let left_out = left_out(measurement);
            n_non_finite = left_out.non_finite.max(n_non_finite);
            if left_out != Default::default() {
                row.left_out.insert(representation, left_out);
            }
            let band_limit = self.band_limit(representation, &measurement.sums);
            if let Some((facts, limit)) = row.audio.as_mut().zip(band_limit) {
                facts.band_limit = Some(limit);
            }
            self.describe_spectrum(row, representation, &measurement.sums);
        }
        if self.measurements().all(|(_, m)| m.sums.n_segments == 0) {
            let detail = match row.n_segments {
                1 => "its only segment is constant, or too large, or not finite".to_string(),
                n => format!("all {n} segments are constant, or too large, or not finite"),
            };
            skip(row, &Problem::Featureless { detail });
        } else if n_non_finite > 0 && row.status == Status::Ok {
            row.status = Status::Partial;
            row.reason_class = Some("not-finite".to_string());
            row.reason = Some(format!(
                "{n_non_finite} of {} segments hold values that are not finite, or too large",
                row.n_segments
            ));
        }
    }

    fn measure_clip(&mut self, path: &Path, row: &mut InputRow) -> Result<()> {
        let (Some(chain), Some(setup)) = (&mut self.audio, self.setup.audio) else {
            return Err(no_plan(path));
        };
        let Clip {
            facts,
            ending,
            n_segments,
        } = chain.measure(path)?;
        let (class, reason) = match ending {
            Ending::Complete => (None, None),
            Ending::Truncated { detail } => (Some("truncated"), Some(detail)),
            Ending::Damaged { detail } => (Some("damaged"), Some(detail)),
        };
        let seconds = facts.seconds_decoded;
        row.audio = Some(facts);
        row.n_segments = n_segments;
        if n_segments == 0 {
            let because = reason.map_or_else(String::new, |reason| format!(" ({reason})"));
            let problem = Problem::TooShort {
                length: format!("{seconds:.3} s{because}"),
                required: format!(
                    "{:.3} s",
                    setup.segment_length as f64 / f64::from(setup.sample_rate)
                ),
                flag: "--segment",
            };
            return Err(problem.at(path));
        }
        if reason.is_some() {
            row.status = Status::Partial;
        }
        row.reason = reason;
        row.reason_class = class.map(str::to_string);
        Ok(())
    }

    fn measure_planes(&mut self, path: &Path, row: &mut InputRow) -> Result<()> {
        match (row.kind, &mut self.photo, &mut self.array) {
            (Kind::Photo, Some(photo), _) => row.n_segments = photo.measure_photo(path)?,
            (Kind::Array, _, Some(array)) => {
                let (n_items, layout) = array.measure_arrays(path, self.setup.config.layout)?;
                row.n_segments = n_items;
                row.layout = Some(layout);
            }
            _ => return Err(no_plan(path)),
        }
        Ok(())
    }

    /// The measurements of the source that was measured last.
    fn measurements(&self) -> impl Iterator<Item = (Representation, &Measurement)> {
        let audio = self.audio.iter().filter(|_| self.last == Kind::Audio);
        let photo = self.photo.iter().filter(|_| self.last == Kind::Photo);
        let array = self.array.iter().filter(|_| self.last == Kind::Array);
        audio
            .flat_map(AudioChain::measurements)
            .chain(photo.map(|chain| (Representation::Photo, chain.measurement())))
            .chain(array.map(|chain| (Representation::Array, chain.measurement())))
    }

    /// Adds laws and bands of the source's own mean spectrum to its row.
    fn describe_spectrum(
        &self,
        row: &mut InputRow,
        representation: Representation,
        sums: &SpectrumSums,
    ) {
        let frame = self.setup.frames.get(&representation);
        let Some(frame) = frame.filter(|_| sums.n_segments > 0) else {
            row.alpha.insert(representation, None);
            return;
        };
        let mean = frame.scaled_log(sums.mean_log_power());
        let post = post_fit(frame, &mean, self.setup.config.fit);
        row.alpha
            .insert(representation, post.law().map(|law| law.alpha));
        let bands = frame.file_bands.iter().map(|band| {
            let of_band = &mean[band.bins.clone()];
            (of_band.iter().sum::<f64>() / of_band.len() as f64) as f32
        });
        row.band_log_power.insert(representation, bands.collect());
        let fit = self.setup.fits.get(&representation);
        if let Some(law) = fit.and_then(|fit| file_law(fit, &mean, sums.n_segments)) {
            row.debiased.insert(representation, law);
        }
    }

    /// What can be shown of the source that was measured last.
    pub fn example(&self) -> Example {
        let spectra = self
            .measurements()
            .filter(|(_, measurement)| measurement.sums.n_segments > 0)
            .filter_map(|(representation, measurement)| {
                let frame = self.setup.frames.get(&representation)?;
                let mean = frame.scaled_log(measurement.sums.mean_log_power());
                Some((representation, measurement.sums.n_segments, mean))
            });
        let audio = self.audio.iter().find(|_| self.last == Kind::Audio);
        Example {
            spectra: spectra.collect(),
            spectrogram: audio.and_then(AudioChain::spectrogram),
        }
    }

    /// Adds the source that was measured last to the sums of its class: one
    /// without a usable segment adds to what was left out.
    pub fn contribute(&self, class: &str, totals: &mut TotalsByClass) -> Result<()> {
        for (representation, measurement) in self.measurements() {
            let Some(frame) = self.setup.frames.get(&representation) else {
                continue;
            };
            totals
                .entry((representation, class.to_string()))
                .or_insert_with(|| frame.totals())
                .add(measurement)?;
        }
        Ok(())
    }
}

/// The survey found no source that this one could be measured beside.
fn no_plan(path: &Path) -> crate::Error {
    let detail = "its header could not be read before".to_string();
    Problem::Unreadable { detail }.at(path)
}

fn new_row(source: &Source) -> InputRow {
    row(source.name(), source.input, &source.class, source.kind)
}

fn row(name: &str, input: usize, class: &str, kind: Kind) -> InputRow {
    InputRow {
        path: name.to_string(),
        input,
        class: class.to_string(),
        kind,
        status: Status::Ok,
        reason: None,
        reason_class: None,
        n_segments: 0,
        layout: None,
        alpha: PerRepresentation::default(),
        debiased: PerRepresentation::default(),
        band_log_power: PerRepresentation::default(),
        left_out: PerRepresentation::default(),
        audio: None,
    }
}

fn skip(row: &mut InputRow, problem: &Problem) {
    row.status = Status::Skipped;
    row.reason = Some(problem.to_string());
    row.reason_class = Some(problem.class().to_string());
}

/// The row of a source that its header already rules out.
pub(super) fn skipped_row(source: &Source, problem: &Problem) -> InputRow {
    let mut row = new_row(source);
    skip(&mut row, problem);
    row
}

/// The row of an input that never became a source.
pub(super) fn rejected_row(rejected: &Rejected) -> InputRow {
    let Rejected {
        name,
        input,
        class,
        kind,
        ..
    } = rejected;
    let mut row = row(name, *input, class, *kind);
    skip(&mut row, &rejected.problem);
    row
}
