//! Coded audio: everything that needs a demuxer and a decoder.

mod container;
mod decoder;
#[cfg(feature = "opus")]
mod opus;

use super::guard::{guarded, open_file};
use super::mp4;
use super::stream::{AudioInfo, Ending, Losses, Step, check_header};
use crate::Problem;
use container::{container_name, make_decoder, probe, promised, unsupported};
use decoder::Decoder;
use std::path::Path;
use symphonia::core::codecs::CodecParameters;
use symphonia::core::errors::Error as CodecError;
use symphonia::core::formats::{FormatReader, Track, TrackType};
use symphonia::core::packet::Packet;

/// Frames that every AAC encoder puts before the first sample where the
/// container does not say otherwise.
const AAC_PRIMING: u64 = 1024;

/// Decodes one track of a container, packet by packet.
pub(super) struct CodedStream {
    container: Box<dyn FormatReader>,
    decoder: Decoder,
    track: u32,
    info: AudioInfo,
    /// Decoded, but not handed out yet.
    pending: Vec<f32>,
    /// Frames still to be dropped from the start.
    priming: u64,
    /// Frames still to be handed out, where the container limits them.
    left: Option<u64>,
    frames: u64,
    /// Timestamp at which the next packet should start.
    next_timestamp: Option<i64>,
    losses: Losses,
    ending: Option<Ending>,
}

impl CodedStream {
    /// Opens the file and decodes up to its first samples, which settle rate and
    /// channels.
    ///
    /// # Errors
    /// No known container, no decoder, an impossible header, or no sample at all.
    pub fn open(path: &Path) -> Result<CodedStream, Problem> {
        guarded(Problem::corrupt, || CodedStream::start(path))
    }

    fn start(path: &Path) -> Result<CodedStream, Problem> {
        let container = probe(path, Box::new(open_file(path)?))?;
        let track = container
            .default_track(TrackType::Audio)
            .or_else(|| container.first_track(TrackType::Audio))
            .ok_or_else(|| Problem::NotAudio {
                found: format!("{} without a sound track", container_name(&*container)),
            })?
            .clone();
        let Some(CodecParameters::Audio(parameters)) = &track.codec_params else {
            return Err(unsupported(&*container, "a codec unknown here"));
        };
        let decoder = make_decoder(&*container, parameters)?;
        if let Some(rate) = parameters.sample_rate {
            check_header(u64::from(rate), 1)?;
        }
        let codec = decoder.codec();
        let format = match container_name(&*container) {
            container if container == codec => codec.to_owned(),
            container => format!("{container} {codec}"),
        };
        let mut stream = CodedStream {
            track: track.id,
            info: AudioInfo {
                format,
                sample_rate: 0,
                channels: 0,
                frames_promised: None,
            },
            container,
            decoder,
            pending: Vec::new(),
            priming: 0,
            left: None,
            frames: 0,
            next_timestamp: None,
            losses: Losses::default(),
            ending: None,
        };
        stream.settle(path, &track)?;
        Ok(stream)
    }

    pub fn info(&self) -> &AudioInfo {
        &self.info
    }

    /// What is missing of the frames that came so far.
    pub fn losses_so_far(&self) -> Ending {
        let container = container_name(&*self.container);
        self.losses
            .judge(Ending::Complete, container, self.frames, None)
    }

    /// Decodes the first samples, then learns how many should follow.
    fn settle(&mut self, path: &Path, track: &Track) -> Result<(), Problem> {
        while self.pending.is_empty() && self.ending.is_none() {
            self.decode_next();
        }
        if self.pending.is_empty() {
            return Err(self.nothing_decoded(track.num_frames.unwrap_or(0)));
        }
        self.info.frames_promised = promised(&*self.container, path, track);
        if container_name(&*self.container) == "mp4" {
            self.apply_edit(path, track);
        } else {
            self.priming = self.decoder.priming();
            let promised = &mut self.info.frames_promised;
            *promised = promised.map(|frames| frames.saturating_sub(self.priming));
        }
        Ok(())
    }

    fn nothing_decoded(&mut self, promised: u64) -> Problem {
        if let Some((_, detail)) = self.losses.first.take() {
            return Problem::corrupt(detail);
        }
        match self.ending.take() {
            Some(Ending::Damaged { detail } | Ending::Truncated { detail }) => {
                Problem::corrupt(detail)
            }
            _ if promised > 0 => {
                Problem::corrupt(format!("none of {promised} promised frames can be decoded"))
            }
            _ => Problem::Empty {
                detail: format!("no frame in the {} file", self.info.format),
            },
        }
    }

    fn apply_edit(&mut self, path: &Path, track: &Track) {
        let rate = f64::from(self.info.sample_rate);
        let edit = open_file(path)
            .ok()
            .and_then(|mut file| mp4::edit(&mut file, track.id));
        self.priming = match edit {
            Some(edit) => (edit.start * rate).round() as u64,
            None if self.decoder.codec() == "aac" => AAC_PRIMING,
            None => self.decoder.priming(),
        };
        let audible = self
            .info
            .frames_promised
            .map(|n| n.saturating_sub(self.priming));
        self.left = edit
            .and_then(|e| e.duration)
            .map(|seconds| (seconds * rate).round() as u64);
        self.info.frames_promised = match (audible, self.left) {
            (Some(coded), Some(edited)) => Some(coded.min(edited)),
            (coded, edited) => coded.or(edited),
        };
    }

    /// Appends the next interleaved samples.
    ///
    /// # Errors
    /// A breakdown of the decoder, after which the stream must not be read on;
    /// what else goes wrong is told by the ending.
    pub fn read(&mut self, out: &mut Vec<f32>) -> Result<Step, Problem> {
        guarded(Problem::corrupt, || Ok(self.step(out)))
    }

    fn step(&mut self, out: &mut Vec<f32>) -> Step {
        loop {
            if !self.pending.is_empty() {
                self.trim();
                out.append(&mut self.pending);
                if !out.is_empty() {
                    self.frames += (out.len() / self.info.channels) as u64;
                    return Step::Samples;
                }
            }
            if self.left == Some(0) {
                self.ending.get_or_insert(Ending::Complete);
            }
            if let Some(ending) = &self.ending {
                let ending = ending.clone();
                let container = container_name(&*self.container);
                let promised = self.info.frames_promised;
                return Step::End(self.losses.judge(ending, container, self.frames, promised));
            }
            self.decode_next();
        }
    }

    /// Cuts the pending samples to what the container wants heard.
    fn trim(&mut self) {
        let channels = self.info.channels;
        let frames = (self.pending.len() / channels) as u64;
        let dropped = self.priming.min(frames);
        self.priming -= dropped;
        self.pending.drain(..dropped as usize * channels);
        if let Some(left) = &mut self.left {
            let kept = (*left).min(frames - dropped);
            *left -= kept;
            self.pending.truncate(kept as usize * channels);
        }
    }

    /// Decodes one packet into `pending`, or sets the ending.
    fn decode_next(&mut self) {
        match self.container.next_packet() {
            Ok(Some(packet)) if packet.track_id == self.track => self.decode(&packet),
            Ok(Some(_)) => {}
            Ok(None) => self.ending = Some(Ending::Complete),
            Err(CodecError::IoError(e)) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
                self.ending = Some(Ending::Truncated {
                    detail: "the file ends before the recording does".into(),
                });
            }
            Err(CodecError::ResetRequired) => {
                self.ending = Some(Ending::Damaged {
                    detail: "another recording follows in the same file; it is left out".into(),
                });
            }
            Err(e) => {
                self.ending = Some(Ending::Damaged {
                    detail: e.to_string(),
                });
            }
        }
    }

    fn decode(&mut self, packet: &Packet) {
        self.watch_for_gap(packet);
        let before = self.pending.len();
        let detail = match self.decoder.decode(packet, &mut self.pending) {
            Ok(None) => return,
            Ok(Some((rate, channels))) => {
                let detail = match check_header(u64::from(rate), channels as u64) {
                    Err(problem) => problem.to_string(),
                    Ok(spec) if self.info.channels == 0 => {
                        (self.info.sample_rate, self.info.channels) = spec;
                        return;
                    }
                    Ok(spec) if spec == (self.info.sample_rate, self.info.channels) => return,
                    Ok(_) => format!("a packet of {channels} channels at {rate} Hz"),
                };
                self.pending.truncate(before);
                detail
            }
            Err(CodecError::DecodeError(detail)) => detail.to_owned(),
            Err(CodecError::IoError(_)) => "a packet is too short".to_owned(),
            Err(e) => e.to_string(),
        };
        self.lose(detail);
    }

    fn lose(&mut self, detail: String) {
        let seconds = self.frames as f64 / f64::from(self.info.sample_rate.max(1));
        self.losses.add(seconds, detail);
    }

    /// The flac demuxer steps over frames whose checksum fails without a word;
    /// the timestamps tell.
    fn watch_for_gap(&mut self, packet: &Packet) {
        if container_name(&*self.container) != "flac" {
            return;
        }
        let start = packet.pts.get();
        if self.next_timestamp.is_some_and(|expected| start > expected) {
            self.lose("a frame fails its checksum".into());
        }
        self.next_timestamp = start.checked_add_unsigned(packet.dur.get());
    }
}
