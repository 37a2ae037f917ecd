//! The containers that symphonia reads: mp4, Matroska, CAF, FLAC and ADPCM in wav.

use super::super::guard::open_file;
use super::super::mp4;
use super::super::stream::Ending;
use super::decoder::unsupported;
use super::event::{Begin, Coded, Event};
use super::section::Section;
use super::{flac, matroska};
use crate::Problem;
use std::collections::VecDeque;
use std::path::Path;
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::{AudioCodecId, well_known as codec};
use symphonia::core::errors::Error as CodecError;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

/// Frames of an ALAC packet, the longest that caf files commonly hold: packet tables may
/// count the last packet in full.
const CAF_PACKET: u64 = 4096;

/// Where the files of each container have which bytes.
pub(super) const MAGIC: [(usize, &[u8]); 11] = [
    (0, b"fLaC"),
    (0, b"RIFF"),
    (0, b"RIFX"),
    (0, b"caff"),
    (0, b"\x1A\x45\xDF\xA3"),
    (4, b"ftyp"),
    (4, b"moov"),
    (4, b"mdat"),
    (4, b"free"),
    (4, b"skip"),
    (4, b"wide"),
];

/// Reads one track of a container.
pub(super) struct ContainerReader {
    reader: Box<dyn FormatReader>,
    track: u32,
    codec: AudioCodecId,
    /// What comes before the next packet is read.
    queue: VecDeque<Event>,
    /// Timestamp at which the next packet of a FLAC file should start.
    next_timestamp: Option<i64>,
    /// What is known to be wrong with the container, told at the end.
    flaw: Option<String>,
    /// Whether the end of the file may be that of the recording.
    is_open_ended: bool,
}

impl ContainerReader {
    /// # Errors
    /// No known container, or one without a sound track of a known codec.
    pub fn new(path: &Path, section: Section) -> Result<ContainerReader, Problem> {
        let mut section = section.without_tags()?;
        let (mut flac_count, mut matroska) = (None, matroska::Facts::default());
        let mut flaw = None;
        match section.peek(0, 4)?.as_slice() {
            b"fLaC" => (section, flac_count) = flac::plain(section)?,
            b"\x1A\x45\xDF\xA3" => {
                matroska = matroska::survey(open_file(path)?)?;
                section = matroska::readable(section, &matroska);
                flaw.clone_from(&matroska.flaw);
            }
            b"RIFF" | b"RIFX" | b"caff" => {}
            _ => {
                if let Some(found) = mp4::flaw(&mut open_file(path)?) {
                    // Size 0 stands for all that follows.
                    section = section.patched(found.at, vec![0; if found.is_cut { 4 } else { 0 }]);
                    flaw = Some(found.detail);
                }
            }
        }
        let reader = probe(path, section).map_err(|problem| match (problem, &flaw) {
            // What the demuxer misses follows from it.
            (Problem::Corrupt { detail, .. }, Some(flaw)) => {
                Problem::corrupt(format!("{flaw} ({detail})"))
            }
            (problem, _) => problem,
        })?;
        let name = container_name(&*reader);
        let track = reader
            .default_track(TrackType::Audio)
            .or_else(|| reader.first_track(TrackType::Audio))
            .ok_or_else(|| Problem::NotAudio {
                found: format!("{name} without a sound track"),
            })?;
        let Some(CodecParameters::Audio(parameters)) = &track.codec_params else {
            return Err(unsupported(name, "a codec unknown here"));
        };
        let mut begin = Begin::new(parameters.clone());
        // Fragmented files hold their lengths further on.
        begin.promised = track.num_frames.filter(|&count| count > 0);
        match name {
            "flac" => begin.promised = flac_count,
            "mp4" => {
                begin.edit = Some(mp4::edit(&mut open_file(path)?, track.id));
                // Priming and edits are rounded to frames.
                begin.slack = 1;
                begin.clock = track
                    .time_base
                    .map(|base| f64::from(base.denom.get()) / f64::from(base.numer.get()));
            }
            "caf" => {
                begin.slack = CAF_PACKET;
                begin.priming = track.delay.map_or(0, u64::from);
                let rate = f64::from(parameters.sample_rate.unwrap_or(1).max(1));
                begin.padding = f64::from(track.padding.unwrap_or(0)) / rate;
                if parameters.codec == codec::CODEC_ID_OPUS && parameters.extra_data.is_none() {
                    let channels = parameters.channels.as_ref().map_or(2, |c| c.count());
                    begin.parameters.with_extra_data(opus_head(channels));
                }
            }
            "matroska" => {
                let track = u64::from(track.id);
                begin.delay = matroska.delays.get(&track).copied();
                begin.padding = matroska.paddings.get(&track).copied().unwrap_or(0.0);
            }
            _ => {}
        }
        let is_open_ended =
            begin.promised.is_none() && matches!(name, "wav" | "caf") || matroska.is_open;
        Ok(ContainerReader {
            is_open_ended,
            codec: parameters.codec,
            track: track.id,
            queue: VecDeque::from([Event::Begin(Box::new(begin))]),
            next_timestamp: None,
            flaw,
            reader,
        })
    }

    /// Name of the container.
    pub fn name(&self) -> &'static str {
        container_name(&*self.reader)
    }

    pub fn next(&mut self) -> Event {
        if let Some(event) = self.queue.pop_front() {
            return event;
        }
        loop {
            let ending = match self.reader.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track => {
                    let has_gap = self.has_gap(packet.pts.get(), packet.dur.get());
                    let (length, trim) = (packet.block_dur().get(), packet.trim_end.get());
                    let mut coded = Coded::new(packet.data);
                    coded.length = length;
                    if self.codec == codec::CODEC_ID_OPUS {
                        coded.trim = trim;
                    }
                    if has_gap {
                        self.queue.push_back(Event::Packet(coded));
                        return Event::Lost("a frame fails its checksum".into());
                    }
                    return Event::Packet(coded);
                }
                Ok(Some(_)) => continue,
                Ok(None) => Ending::Complete,
                // A writer to a pipe cannot promise a length.
                Err(CodecError::IoError(e))
                    if e.kind() == std::io::ErrorKind::UnexpectedEof && self.is_open_ended =>
                {
                    Ending::Complete
                }
                Err(CodecError::IoError(e)) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
                    Ending::Truncated {
                        detail: "the file ends before the recording does".into(),
                    }
                }
                Err(e) => Ending::Damaged {
                    detail: e.to_string(),
                },
            };
            return match (self.flaw.take(), ending) {
                (Some(detail), _) => Event::End(Ending::Damaged { detail }),
                (None, ending) => Event::End(ending),
            };
        }
    }

    /// The flac demuxer steps over frames whose checksum fails without a word;
    /// the timestamps tell.
    fn has_gap(&mut self, start: i64, length: u64) -> bool {
        let expected = self
            .next_timestamp
            .replace(start.saturating_add_unsigned(length));
        self.name() == "flac" && expected.is_some_and(|expected| start != expected)
    }
}

/// Opens the container in `source`; the extension of `path` is only a hint.
fn probe(path: &Path, source: Section) -> Result<Box<dyn FormatReader>, Problem> {
    let mut hint = Hint::new();
    if let Some(extension) = path.extension().and_then(|e| e.to_str()) {
        hint.with_extension(extension);
    }
    let stream = MediaSourceStream::new(Box::new(source), Default::default());
    let (formats, tags) = (FormatOptions::default(), MetadataOptions::default());
    symphonia::default::get_probe()
        .probe(&hint, stream, formats, tags)
        .map_err(|error| match error {
            CodecError::Unsupported(detail) if detail.starts_with("core (probe)") => {
                // It began as sound, or would not have come here.
                Problem::corrupt("no frame follows on its first bytes")
            }
            CodecError::Unsupported(detail) if detail.contains("missing") => {
                Problem::corrupt(detail)
            }
            CodecError::Unsupported(detail) => Problem::Unsupported {
                format: detail.into(),
            },
            CodecError::IoError(e) => match e.kind() {
                std::io::ErrorKind::UnexpectedEof => {
                    Problem::corrupt("the file ends inside its headers")
                }
                std::io::ErrorKind::InvalidInput => {
                    Problem::corrupt("the headers point outside of the file")
                }
                _ => e.into(),
            },
            other => Problem::corrupt(other.to_string()),
        })
}

fn container_name(container: &dyn FormatReader) -> &'static str {
    match container.format_info().short_name {
        "wave" => "wav",
        "isomp4" => "mp4",
        name => name,
    }
}

/// The header of an Opus stream whose container does not keep it.
fn opus_head(channels: usize) -> Box<[u8]> {
    let mut head = b"OpusHead\x01".to_vec();
    head.push(channels as u8);
    // No frames to skip, 48 kHz, no gain, mono or stereo.
    head.extend([0, 0, 0x80, 0xBB, 0, 0, 0, 0, 0]);
    head.into()
}
