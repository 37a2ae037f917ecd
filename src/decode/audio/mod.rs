//! Coded audio: everything that needs a demuxer and a decoder.

mod container;
mod decoder;
mod event;
mod flac;
mod frames;
mod matroska;
mod mpeg;
mod ogg;
#[cfg(feature = "opus")]
mod opus;
mod rejoin;
mod section;

use super::guard::guarded;
use super::stream::{AudioInfo, Ending, Losses, Step, check_header};
use super::tags::leading_tag;
use crate::Problem;
use container::ContainerReader;
use decoder::Decoder;
pub use decoder::verify_sums;
use event::{Begin, Coded, Event, Position};
use frames::FrameReader;
pub(super) use frames::frame;
use ogg::OggReader;
use rejoin::Rejoin;
use section::Section;
use std::ops::Range;
use std::path::Path;

/// Bytes within which a file may have something before its mark.
const DAMAGE: usize = 16;
/// Marks that do not occur by chance.
const MARKS: [&[u8]; 4] = [b"fLaC", b"OggS", b"caff", b"\x1A\x45\xDF\xA3"];

/// Where the packets come from.
enum Source {
    Container(ContainerReader),
    Ogg(OggReader),
    /// With the name of the container around the frames, if there is one.
    Frames(FrameReader, &'static str),
}

impl Source {
    fn open(path: &Path, range: Range<u64>) -> Result<Source, Problem> {
        let mut section = Section::open(path, range.clone())?;
        let before = leading_tag(&section.peek(0, 16)?).unwrap_or(0);
        let mut head = section.peek(before, DAMAGE)?;
        let mark = head.windows(4).position(|bytes| MARKS.contains(&bytes));
        if let Some(at) = mark.filter(|&at| at > 0) {
            section = Section::open(path, range.start + before + at as u64..range.end)?;
            head.drain(..at);
        }
        Ok(match head.as_slice() {
            [b'O', b'g', b'g', b'S', ..] => Source::Ogg(OggReader::new(section)),
            head if container::MAGIC
                .iter()
                .any(|(at, magic)| head.get(*at..).is_some_and(|rest| rest.starts_with(magic))) =>
            {
                Source::Container(ContainerReader::new(path, section)?)
            }
            // Chunks of wav files are the only parts that are read alone.
            _ if range.start > 0 => Source::Frames(FrameReader::new(section)?, "wav"),
            _ => Source::Frames(FrameReader::new(section)?, ""),
        })
    }

    fn next(&mut self) -> std::io::Result<Event> {
        match self {
            Source::Container(reader) => Ok(reader.next()),
            Source::Ogg(reader) => reader.next(),
            Source::Frames(reader, _) => reader.next(),
        }
    }

    /// Name of the container; empty where there is none.
    fn name(&self) -> &'static str {
        match self {
            Source::Container(reader) => reader.name(),
            Source::Ogg(_) => "ogg",
            Source::Frames(_, name) => name,
        }
    }

    /// Why there is no stream at all.
    fn nothing_found(&self) -> Problem {
        match self {
            Source::Ogg(reader) => reader.nothing_found(),
            Source::Container(_) => Problem::NotAudio {
                found: "a container without sound".into(),
            },
            Source::Frames(..) => Problem::corrupt("no whole frame"),
        }
    }
}

/// Decodes the sound of a file, packet by packet.
pub(super) struct CodedStream {
    source: Source,
    link: Option<Link>,
    n_links: usize,
    info: AudioInfo,
    /// Decoded, but not handed out yet.
    pending: Vec<f32>,
    /// Frames that were handed out.
    frames: u64,
    losses: Losses,
    notes: Vec<String>,
    ending: Option<Ending>,
    /// Frames of the last stream that ended, its promise, and by how much that may be off.
    ended: Option<(u64, u64, u64)>,
}

/// One stream of the file: most have one.
struct Link {
    begin: Begin,
    decoder: Decoder,
    /// Rate and channels, once a packet was decoded.
    spec: Option<(u32, usize)>,
    /// Brings another rate or number of channels to the first stream's.
    rejoin: Option<Rejoin>,
    /// Decoded in the stream's own rate, but not cut to what is to be heard.
    decoded: Vec<f32>,
    /// Whether all of it must wait for a position.
    is_held: bool,
    /// Frames still to be dropped from the start.
    priming: u64,
    /// Frames still to be handed out, where the container limits them.
    left: Option<u64>,
    /// Frames that came out of the decoder.
    n_decoded: i64,
    /// Position of the first of them by the container's clock.
    origin: Option<i64>,
    /// Frames of the recording so far.
    frames: u64,
    losses_before: u64,
    /// Whether its end is missing.
    is_cut: bool,
}

impl CodedStream {
    /// Opens the bytes `range` of a file and decodes up to the first samples, which
    /// settle rate and channels.
    ///
    /// # Errors
    /// No known container, no decoder, an impossible header, or no sample at all.
    pub fn open(path: &Path, range: Range<u64>) -> Result<CodedStream, Problem> {
        guarded(Problem::corrupt, || CodedStream::start(path, range))
    }

    fn start(path: &Path, range: Range<u64>) -> Result<CodedStream, Problem> {
        let mut stream = CodedStream {
            source: Source::open(path, range)?,
            link: None,
            n_links: 0,
            info: AudioInfo {
                format: String::new(),
                sample_rate: 0,
                channels: 0,
                frames_promised: None,
            },
            pending: Vec::new(),
            frames: 0,
            losses: Losses::default(),
            notes: Vec::new(),
            ending: None,
            ended: None,
        };
        while stream.pending.is_empty() && stream.ending.is_none() {
            stream.advance()?;
        }
        match stream.pending.is_empty() {
            true => Err(stream.nothing_decoded()),
            false => Ok(stream),
        }
    }

    pub fn info(&self) -> &AudioInfo {
        &self.info
    }

    /// What is missing of the frames that came so far.
    pub fn losses_so_far(&self) -> Ending {
        self.losses
            .judge(Ending::Complete, vec![], self.frames, None)
    }

    fn nothing_decoded(&mut self) -> Problem {
        if self.n_links == 0 {
            return self.source.nothing_found();
        }
        if let Some((_, detail)) = self.losses.first.take() {
            return Problem::corrupt(detail);
        }
        let promised = self.ended.map(|(_, promised, _)| promised);
        match (self.ending.take(), promised) {
            (Some(Ending::Damaged { detail } | Ending::Truncated { detail }), _) => {
                Problem::corrupt(detail)
            }
            (_, Some(promised)) if promised > 0 => {
                Problem::corrupt(format!("none of {promised} promised frames can be decoded"))
            }
            _ => Problem::Empty {
                detail: format!("no frame in the {} file", self.info.format),
            },
        }
    }

    /// Appends the next interleaved samples.
    ///
    /// # Errors
    /// A breakdown of the decoder, after which the stream must not be read on;
    /// what else goes wrong is told by the ending.
    pub fn read(&mut self, out: &mut Vec<f32>) -> Result<Step, Problem> {
        guarded(Problem::corrupt, || self.step(out))
    }

    fn step(&mut self, out: &mut Vec<f32>) -> Result<Step, Problem> {
        loop {
            if !self.pending.is_empty() {
                self.frames += (self.pending.len() / self.info.channels) as u64;
                out.append(&mut self.pending);
                return Ok(Step::Samples);
            }
            if let Some(ending) = &self.ending {
                // Promises of single streams were held against each of them.
                let ending = ending.clone();
                let promised = self.info.frames_promised.filter(|_| self.n_links == 1);
                if self.n_links > 1 {
                    self.judge_ended();
                }
                let notes = std::mem::take(&mut self.notes);
                let ending = self.losses.judge(ending, notes, self.frames, promised);
                return Ok(Step::End(ending));
            }
            self.advance()?;
        }
    }

    /// Takes the next thing of the container.
    fn advance(&mut self) -> Result<(), Problem> {
        match self.source.next() {
            Ok(Event::Begin(begin)) => self.begin(*begin)?,
            Ok(Event::Packet(packet)) => self.decode(&packet),
            Ok(Event::Position(position)) => self.place(position),
            Ok(Event::Lost(detail)) => {
                if let Some(link) = &mut self.link {
                    link.decoder.reset();
                }
                self.lose(detail);
            }
            Ok(Event::Noted(detail)) => self.notes.push(detail),
            Ok(Event::Finish { trim }) => self.finish(trim),
            Ok(Event::End(ending)) => {
                if let (Some(link), true) = (&mut self.link, ending != Ending::Complete) {
                    link.is_cut = true;
                }
                self.finish(0);
                self.ending = Some(ending);
            }
            Err(error) => {
                self.finish(0);
                let detail = format!("reading failed: {error}");
                self.ending = Some(Ending::Damaged { detail });
            }
        }
        Ok(())
    }

    fn begin(&mut self, begin: Begin) -> Result<(), Problem> {
        self.finish(0);
        let container = self.source.name();
        let decoder = match Decoder::new(&begin, container) {
            Ok(decoder) => decoder,
            Err(problem) if self.n_links == 0 => return Err(problem),
            Err(problem) => {
                self.lose(format!("another recording follows: {problem}"));
                return Ok(());
            }
        };
        self.n_links += 1;
        if self.n_links > 1 {
            self.judge_ended();
            let seconds = self.seconds();
            self.notes.push(format!(
                "another recording begins at {seconds:.3} s and is read too"
            ));
        }
        if self.n_links == 1 {
            let codec = decoder.codec();
            self.info.format = match container {
                "" => codec.to_owned(),
                container if container == codec => codec.to_owned(),
                container => format!("{container} {codec}"),
            };
        }
        self.link = Some(Link {
            priming: begin.priming,
            begin,
            decoder,
            spec: None,
            rejoin: None,
            decoded: Vec::new(),
            is_held: false,
            left: None,
            n_decoded: 0,
            origin: None,
            frames: 0,
            losses_before: self.losses.places,
            is_cut: false,
        });
        Ok(())
    }

    fn decode(&mut self, packet: &Coded) {
        let Some(link) = &mut self.link else {
            return;
        };
        let before = link.decoded.len();
        let decoded = link.decoder.decode(packet, &mut link.decoded);
        let (rate, channels) = match decoded {
            Ok(Some(spec)) => spec,
            Ok(None) => return,
            Err(detail) => {
                link.decoded.truncate(before);
                return self.lose(detail);
            }
        };
        let frames = (link.decoded.len() - before) / channels.max(1);
        let kept = frames.saturating_sub(packet.trim as usize);
        link.decoded.truncate(before + kept * channels);
        link.n_decoded += kept as i64;
        link.is_held = packet.is_held;
        match link.spec {
            Some(spec) if spec == (rate, channels) => {}
            None => match check_header(u64::from(rate), channels as u64) {
                Ok(spec) => self.settle(spec, frames as u64),
                Err(problem) => {
                    link.decoded.clear();
                    return self.lose(problem.to_string());
                }
            },
            Some(_) => return self.change(before, (rate, channels)),
        }
        self.hand_out(false);
    }

    /// Learns from the first packet what the container gave in seconds, and what is
    /// wanted of the stream.
    fn settle(&mut self, spec: (u32, usize), packet_frames: u64) {
        let Some(link) = &mut self.link else {
            return;
        };
        if let (Some(promised), Some(clock)) = (&mut link.begin.promised, link.begin.clock) {
            *promised = (*promised as f64 / clock * f64::from(spec.0)).round() as u64;
        }
        let in_frames = |seconds: f64| (seconds * f64::from(spec.0)).round() as u64;
        let is_first = self.info.channels == 0;
        link.spec = Some(spec);
        if let Some(delay) = link.begin.delay {
            link.priming = in_frames(delay);
        }
        link.begin.hold += in_frames(link.begin.padding);
        match link.begin.edit {
            None => {}
            Some(Some(edit)) => {
                link.priming = in_frames(edit.start);
                link.left = edit.duration.map(in_frames);
            }
            // Every AAC encoder puts at least one packet before the first sample.
            Some(None) if link.decoder.codec() == "aac" => link.priming = packet_frames,
            Some(None) => {}
        }
        if link.begin.edit.is_some() {
            let audible = link.begin.promised.map(|n| n.saturating_sub(link.priming));
            link.begin.promised = match (audible, link.left) {
                (Some(coded), Some(edited)) => Some(coded.min(edited)),
                (coded, edited) => coded.or(edited),
            };
        }
        if is_first {
            (self.info.sample_rate, self.info.channels) = spec;
            self.info.frames_promised = link.begin.promised;
            self.losses.slack = link.begin.slack;
        } else if spec != (self.info.sample_rate, self.info.channels) {
            let to = (self.info.sample_rate, self.info.channels);
            self.rejoin(spec, to);
        }
    }

    /// Another rate or number of channels from here on: brings it to the first.
    fn rejoin(&mut self, from: (u32, usize), to: (u32, usize)) {
        let seconds = self.seconds();
        let Some(link) = &mut self.link else {
            return;
        };
        match Rejoin::new(from, to) {
            Ok(rejoin) => {
                link.rejoin = Some(rejoin);
                self.notes.push(format!(
                    "from {seconds:.3} s on {} Hz and {}: brought to {} Hz and {}",
                    from.0,
                    counted(from.1),
                    to.0,
                    counted(to.1)
                ));
            }
            Err(error) => {
                link.decoded.clear();
                self.link = None;
                self.lose(format!("{} Hz from here on: {error}", from.0));
            }
        }
    }

    /// The last packet of a stream, from `before` on, has another form than those
    /// before: it begins a stream of its own.
    fn change(&mut self, before: usize, spec: (u32, usize)) {
        let Some(link) = &mut self.link else {
            return;
        };
        let rest = link.decoded.split_off(before);
        if let Err(problem) = check_header(u64::from(spec.0), spec.1 as u64) {
            return self.lose(problem.to_string());
        }
        self.hand_out(true);
        let Some(link) = &mut self.link else {
            return;
        };
        if let Some(rejoin) = &mut link.rejoin.take() {
            rejoin.finish(&mut self.pending);
        }
        link.decoded = rest;
        link.spec = Some(spec);
        // Counts of frames are of the rate before.
        link.begin.promised = None;
        self.info.frames_promised = None;
        let to = (self.info.sample_rate, self.info.channels);
        if spec != to {
            self.rejoin(spec, to);
        }
        self.hand_out(false);
    }

    /// Holds what was decoded against the container's clock.
    fn place(&mut self, position: Position) {
        let Some(link) = &mut self.link else {
            return;
        };
        let origin = match link.origin {
            Some(origin) => origin,
            None if position.is_last => 0,
            // What was lost before the first position is missing, not cut off.
            None if self.losses.places > link.losses_before => 0,
            // Streams may be cut out of longer ones, or begin inside their first packet.
            None => {
                let origin = position.frames - link.n_decoded;
                if origin < 0 {
                    link.priming += origin.unsigned_abs();
                } else if let Some(promised) = &mut link.begin.promised {
                    *promised = promised.saturating_sub(origin.unsigned_abs());
                    if self.n_links == 1 {
                        self.info.frames_promised = Some(*promised);
                    }
                }
                origin.max(0)
            }
        };
        link.origin = Some(origin);
        let surplus = origin + link.n_decoded - position.frames;
        link.is_held = false;
        if surplus < 0 {
            link.origin = Some(origin - surplus);
            self.losses.missing += surplus.unsigned_abs();
            if self.losses.places == link.losses_before {
                self.lose("the positions leave a gap".into());
            }
        } else if position.is_last {
            let Some((_, channels)) = link.spec else {
                return;
            };
            let held = link.decoded.len() / channels;
            // More than the last page holds is no trimming, but a clock gone wrong.
            if surplus as usize <= held {
                link.decoded.truncate((held - surplus as usize) * channels);
            }
        }
        self.hand_out(false);
    }

    /// Ends the present stream, whose last `trim` frames are not part of the recording.
    fn finish(&mut self, trim: u64) {
        let Some(link) = &mut self.link else {
            return;
        };
        let padding = link.spec.map_or(0, |(rate, channels)| {
            let frames = trim + (link.begin.padding * f64::from(rate)).round() as u64;
            frames.min(link.begin.hold) as usize * channels
        });
        link.decoded
            .truncate(link.decoded.len().saturating_sub(padding));
        self.hand_out(true);
        let Some(mut link) = self.link.take() else {
            return;
        };
        if let Some(rejoin) = &mut link.rejoin {
            rejoin.finish(&mut self.pending);
        }
        let has_losses = self.losses.places > link.losses_before;
        let promised = link.begin.promised;
        self.ended = promised.map(|promised| (link.frames, promised, link.begin.slack));
        let is_whole = !link.is_cut && promised.is_none_or(|promised| link.frames >= promised);
        if is_whole && !has_losses && link.decoder.matches_checksum() == Some(false) {
            self.lose("the samples do not match the MD5 sum of the file".into());
        }
    }

    /// Holds the promise of one stream of several against what it had.
    fn judge_ended(&mut self) {
        match self.ended.take() {
            Some((frames, promised, slack)) if frames + slack < promised => {
                self.lose(format!("a stream has {frames} of {promised} frames"));
            }
            Some((frames, promised, slack)) if frames > promised + slack => {
                let note = format!("a stream of {frames} frames promises {promised}");
                self.notes.push(note);
            }
            _ => {}
        }
    }

    /// Moves what is decoded to what is handed out, cut to what is to be heard.
    fn hand_out(&mut self, is_end: bool) {
        let Some(link) = &mut self.link else {
            return;
        };
        let Some((_, channels)) = link.spec.filter(|_| is_end || !link.is_held) else {
            return;
        };
        let frames = (link.decoded.len() / channels) as u64;
        let dropped = link.priming.min(frames);
        let held = if is_end { 0 } else { link.begin.hold };
        let kept = (frames - dropped).saturating_sub(held);
        let kept = link.left.map_or(kept, |left| left.min(kept));
        let is_cut = link.left.is_some_and(|left| left == kept);
        link.priming -= dropped;
        link.left = link.left.map(|left| left - kept);
        link.frames += kept;
        let from = dropped as usize * channels;
        let samples = &link.decoded[from..from + kept as usize * channels];
        match &mut link.rejoin {
            Some(rejoin) => rejoin.append(samples, &mut self.pending),
            None => self.pending.extend_from_slice(samples),
        }
        match is_cut {
            true => link.decoded.clear(),
            false => drop(link.decoded.drain(..from + samples_of(kept, channels))),
        }
    }

    fn lose(&mut self, detail: String) {
        let seconds = self.seconds();
        self.losses.add(seconds, detail);
    }

    /// Where the next frame lies in the recording, s.
    fn seconds(&self) -> f64 {
        let channels = self.info.channels.max(1);
        let frames = self.frames + (self.pending.len() / channels) as u64;
        frames as f64 / f64::from(self.info.sample_rate.max(1))
    }
}

fn samples_of(frames: u64, channels: usize) -> usize {
    frames as usize * channels
}

fn counted(channels: usize) -> String {
    match channels {
        1 => "1 channel".into(),
        n => format!("{n} channels"),
    }
}
