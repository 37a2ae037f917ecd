//! Streams without a container: MPEG audio (mp1, mp2, mp3) and AAC in ADTS, frame
//! behind frame.

use super::super::stream::Ending;
use super::super::tags::leading_tag;
use super::event::{Begin, Coded, Event};
use super::mpeg::{self, Head, InfoTag};
use super::section::{Section, Window};
use crate::Problem;
use std::collections::VecDeque;
use symphonia::core::checksum::Crc16AnsiLe;
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::io::Monitor;

/// Frames by which counts of other programs than LAME and libavformat are off in
/// undamaged files.
const MPEG_FRAME: u64 = 1152;

/// Bytes of the shortest and the longest frame in free format that is looked for.
const MINIMUM_FREE_FRAME: usize = 24;
const LONGEST_FREE_FRAME: usize = 4608;

/// Reads the frames of a section.
pub(super) struct FrameReader {
    window: Window,
    queue: VecDeque<Event>,
    stream: Option<Stream>,
    /// Whether the last frame ended where the next one is looked for.
    in_step: bool,
    /// What lies before the first frame that is none.
    leading: Option<String>,
    /// Bytes of a frame in free format without its padding.
    free_length: Option<usize>,
}

/// What was read of the present stream.
struct Stream {
    head: Head,
    tag: Option<InfoTag>,
    n_frames: u64,
    music: Crc16AnsiLe,
}

impl FrameReader {
    /// # Errors
    /// A file that cannot be read.
    pub fn new(section: Section) -> Result<FrameReader, Problem> {
        Ok(FrameReader {
            window: Window::new(section.without_tags()?),
            queue: VecDeque::new(),
            stream: None,
            in_step: true,
            leading: None,
            free_length: None,
        })
    }

    /// # Errors
    /// A file that cannot be read.
    pub fn next(&mut self) -> std::io::Result<Event> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Ok(event);
            }
            self.step()?;
        }
    }

    fn step(&mut self) -> std::io::Result<()> {
        let head = self.window.ahead(16)?;
        if head.is_empty() {
            self.finish();
            self.queue.push_back(Event::End(Ending::Complete));
        } else if let Some(length) = tag_length(head) {
            self.window.skip(length);
        } else {
            match self.frame(0)? {
                Some(Frame::Whole(head)) => self.take(head)?,
                Some(Frame::Cut { got, length }) => {
                    self.finish();
                    self.queue.push_back(Event::End(Ending::Truncated {
                        detail: format!("the last frame has {got} of {length} bytes"),
                    }));
                }
                None => self.search()?,
            }
        }
        Ok(())
    }

    /// The frame that begins `offset` bytes ahead, if one does.
    fn frame(&mut self, offset: usize) -> std::io::Result<Option<Frame>> {
        let Some(head) = self.head(offset)? else {
            return Ok(None);
        };
        let expected = self.stream.as_ref().map(|stream| stream.head);
        let fits = expected.is_some_and(|expected| expected.is_like(&head));
        let end = offset + head.length;
        let got = self.window.ahead(end)?.len();
        if got < end {
            let got = got - offset;
            let cut = Frame::Cut {
                got,
                length: head.length,
            };
            return Ok((fits && offset == 0).then_some(cut));
        }
        // A pattern of 11 bits also occurs by chance, but not twice at this distance.
        let is_confirmed = match self.head(end)? {
            _ if fits && self.in_step && offset == 0 => true,
            Some(next) => next.is_like(&head),
            None => {
                let behind = self.window.ahead(end + 16)?;
                behind.len() == end || tag_length(&behind[end..]).is_some()
            }
        };
        Ok(is_confirmed.then_some(Frame::Whole(head)))
    }

    fn head(&mut self, offset: usize) -> std::io::Result<Option<Head>> {
        let ahead = self.window.ahead(offset + 7)?;
        let Some(mut head) = ahead.get(offset..).and_then(mpeg::head) else {
            return Ok(None);
        };
        if head.is_free {
            if self.free_length.is_none() {
                let ahead = self.window.ahead(offset + 3 * LONGEST_FREE_FRAME)?;
                self.free_length = free_length(&ahead[offset..], &head);
            }
            let Some(length) = self.free_length else {
                return Ok(None);
            };
            head.length += length;
        }
        Ok(Some(head))
    }

    fn take(&mut self, head: Head) -> std::io::Result<()> {
        self.in_step = true;
        let data = self.window.ahead(head.length)?.to_vec();
        self.window.skip(head.length as u64);
        let tag = InfoTag::read(&data, &head);
        let is_new = match &self.stream {
            Some(stream) => tag.is_some() || !stream.head.is_like(&head),
            None => true,
        };
        if is_new {
            self.begin(head, tag.clone());
        }
        let Some(stream) = self.stream.as_mut().filter(|_| tag.is_none()) else {
            return Ok(());
        };
        // The checksum is that of the frames that the tag counts.
        let counted = stream.tag.as_ref().and_then(|tag| tag.n_frames);
        if counted.is_none_or(|count| stream.n_frames < count || count == 0) {
            stream.music.process_buf_bytes(&data);
        }
        stream.n_frames += 1;
        self.queue.push_back(match head.checksum_holds(&data) {
            true => Event::Packet(Coded::new(data)),
            false => Event::Lost("a frame fails its checksum".into()),
        });
        Ok(())
    }

    fn begin(&mut self, head: Head, tag: Option<InfoTag>) {
        self.finish();
        let mut parameters = AudioCodecParameters::new();
        parameters.for_codec(head.codec);
        let mut begin = Begin::new(parameters);
        begin.is_free_format = head.is_free;
        if let Some(tag) = &tag {
            let trimmed = tag.delay + tag.padding;
            // 0 stands for a count that was never filled in.
            let counted = tag.n_frames.filter(|&count| count > 0);
            begin.priming = tag.delay;
            begin.hold = tag.padding;
            begin.promised = counted.map(|n| (n * head.frames).saturating_sub(trimmed));
            begin.slack = if tag.is_exact { 0 } else { MPEG_FRAME };
        }
        self.queue.push_back(Event::Begin(Box::new(begin)));
        if tag.as_ref().is_some_and(|tag| tag.is_damaged) {
            let detail = "the LAME tag fails its checksum: its count is not relied on";
            self.queue.push_back(Event::Noted(detail.into()));
        }
        // A tag opens the stream: then nothing of it lies before.
        self.queue
            .extend(self.leading.take().map(|detail| match tag.is_some() {
                true => Event::Noted(detail),
                false => Event::Lost(detail),
            }));
        self.stream = Some(Stream {
            head,
            tag,
            n_frames: 0,
            music: Crc16AnsiLe::new(0),
        });
    }

    /// Ends the present stream.
    fn finish(&mut self) {
        let Some(stream) = self.stream.take() else {
            return;
        };
        let tag = stream.tag.unwrap_or_default();
        let counted = tag
            .n_frames
            .filter(|&count| count > 0)
            .unwrap_or(stream.n_frames);
        // Where there are more or fewer frames, the last ones are not the padding.
        let trim = if counted == stream.n_frames {
            tag.padding
        } else {
            0
        };
        self.queue.push_back(Event::Finish { trim });
        if stream.n_frames >= counted && tag.music_crc.is_some_and(|crc| crc != stream.music.crc())
        {
            self.queue.push_back(Event::Lost(
                "the frames do not match the checksum of their LAME tag: they were damaged, or edited later"
                    .into(),
            ));
        }
    }

    /// Steps to the next frame over bytes that are none.
    fn search(&mut self) -> std::io::Result<()> {
        const AHEAD: usize = 1 << 15;
        let start = self.window.position();
        let mut is_blank = true;
        self.in_step = false;
        loop {
            let ahead = self.window.ahead(AHEAD)?;
            if ahead.is_empty() {
                break;
            }
            // A sync word, or a tag, begins with one of these.
            let marks = [0xFF, b'I', b'T', b'A'];
            let from = usize::from(self.window.position() == start);
            let ahead = self.window.ahead(AHEAD)?;
            let found = ahead
                .iter()
                .skip(from)
                .position(|byte| marks.contains(byte));
            let passed = found.map_or(ahead.len(), |at| at + from).max(from);
            is_blank &= ahead[..passed.min(ahead.len())]
                .iter()
                .all(|&byte| byte == 0);
            self.window.skip(passed as u64);
            let here = self.window.ahead(16)?;
            if here.is_empty() || tag_length(here).is_some() {
                break;
            }
            if let Some(Frame::Whole(_)) = self.frame(0)? {
                break;
            }
            is_blank = false;
            self.window.skip(1);
        }
        if !is_blank {
            let count = self.window.position() - start;
            let detail = format!("{count} bytes from byte {start} on are no frame");
            match start {
                0 => self.leading = Some(detail),
                _ => self.queue.push_back(Event::Lost(detail)),
            }
        }
        Ok(())
    }
}

/// Bytes of a frame in free format without its padding: the distance to the next frame,
/// if a third one follows at the same distance.
fn free_length(bytes: &[u8], head: &Head) -> Option<usize> {
    let padding = |at: usize| {
        let found = mpeg::head(bytes.get(at..)?)?;
        found.is_like(head).then_some(found.length)
    };
    (MINIMUM_FREE_FRAME..LONGEST_FREE_FRAME).find(|length| {
        let second = head.length + length;
        padding(second).is_some_and(|extra| padding(second + length + extra).is_some())
    })
}

enum Frame {
    Whole(Head),
    Cut { got: usize, length: usize },
}

/// Length of a tag between frames.
fn tag_length(head: &[u8]) -> Option<u64> {
    match head {
        [b'T', b'A', b'G', ..] => Some(128),
        _ => leading_tag(head),
    }
}

/// What stays the same through the stream of the frame that begins here, and the
/// frame's length; nothing where none begins.
pub(in super::super) fn frame(bytes: &[u8]) -> Option<([u8; 4], usize)> {
    let head = mpeg::head(bytes)?;
    let free = match head.is_free {
        true => free_length(bytes, &head)?,
        false => 0,
    };
    Some((head.kind, head.length + free))
}
