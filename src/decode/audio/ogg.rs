//! Ogg (RFC 3533) with Vorbis, Opus (RFC 7845) and FLAC: every page is held against
//! its checksum, its number and its position.

use super::super::stream::Ending;
use super::event::{Begin, Coded, Event, Position};
use super::section::{Section, Window};
use crate::Problem;
use std::collections::{HashSet, VecDeque};
use symphonia::core::checksum::Crc32;
use symphonia::core::codecs::audio::{AudioCodecParameters, well_known as codec};
use symphonia::core::io::Monitor;

/// Bytes of a page header without its table of segments.
const HEADER: usize = 27;
/// The longest page: header, 255 segments, 255 bytes in each.
const LONGEST_PAGE: usize = HEADER + 255 + 255 * 255;
/// Bits of a page's flags.
const CONTINUED: u8 = 1;
const FIRST: u8 = 2;
const LAST: u8 = 4;

/// Reads the first sound stream of an Ogg file, and those chained behind it.
pub(super) struct OggReader {
    window: Window,
    queue: VecDeque<Event>,
    link: Option<Link>,
    /// Streams beside the one that is read.
    others: HashSet<u32>,
    /// Codec of a stream without a decoder here.
    unsupported: Option<&'static str>,
    n_links: u64,
    /// Pages with a wrong checksum since the last good page of the stream.
    n_broken: u64,
    is_done: bool,
}

/// The stream that is being read.
struct Link {
    serial: u32,
    mapping: Mapping,
    /// Number that the next page should have.
    next_page: u32,
    /// The beginning of a packet that goes on in the next page.
    partial: Vec<u8>,
    /// Whether the next page begins with the rest of a packet that was lost.
    skips_rest: bool,
    headers: Vec<Vec<u8>>,
    has_begun: bool,
    /// Whether a page of sound came: only the first is held until its position shows
    /// where the recording begins in it.
    has_sound: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mapping {
    Vorbis,
    Opus,
    Flac,
}

struct Page {
    flags: u8,
    position: Option<i64>,
    serial: u32,
    number: u32,
    /// Lengths of the packets that begin or go on in the page, and whether the last one
    /// goes on in the next.
    packets: Vec<usize>,
    is_open: bool,
    body: Vec<u8>,
}

impl OggReader {
    pub fn new(section: Section) -> OggReader {
        OggReader {
            window: Window::new(section),
            queue: VecDeque::new(),
            link: None,
            others: HashSet::new(),
            unsupported: None,
            n_links: 0,
            n_broken: 0,
            is_done: false,
        }
    }

    /// What was found instead of a stream that can be decoded.
    pub fn nothing_found(&self) -> Problem {
        match self.unsupported {
            Some(codec) => Problem::Unsupported {
                format: format!("ogg with {codec}"),
            },
            None => Problem::corrupt("no stream in the Ogg file has all of its headers"),
        }
    }

    /// # Errors
    /// A file that cannot be read.
    pub fn next(&mut self) -> std::io::Result<Event> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Ok(event);
            }
            if self.is_done {
                return Ok(Event::End(Ending::Complete));
            }
            match self.page()? {
                Some(page) => self.take(page)?,
                None => self.end(),
            }
        }
    }

    /// The file ends.
    fn end(&mut self) {
        self.is_done = true;
        if let Some(link) = self.link.take() {
            self.queue.push_back(Event::Finish { trim: 0 });
            let n_broken = std::mem::take(&mut self.n_broken);
            let detail = match n_broken {
                0 => "the page that ends the stream is missing".to_string(),
                _ => format!("the last pages fail their checksums ({n_broken})"),
            };
            let ending = match link.has_begun {
                true => Ending::Truncated { detail },
                false => Ending::Damaged { detail },
            };
            self.queue.push_back(Event::End(ending));
        } else if self.n_broken > 0 && self.n_links > 0 {
            self.lose("pages behind the end fail their checksums".into());
        }
    }

    fn lose(&mut self, detail: String) {
        self.queue.push_back(Event::Lost(detail));
    }

    /// The next page whose checksum is right.
    fn page(&mut self) -> std::io::Result<Option<Page>> {
        loop {
            let ahead = self.window.ahead(LONGEST_PAGE)?;
            if ahead.is_empty() {
                return Ok(None);
            }
            if ahead.starts_with(b"OggS") {
                if let Some((page, length)) = Page::read(ahead) {
                    self.window.skip(length as u64);
                    return Ok(Some(page));
                }
                self.n_broken += 1;
            }
            let next = ahead[1..].windows(4).position(|bytes| bytes == b"OggS");
            // A mark may lie across the end of what is seen.
            let passed = next.map_or(ahead.len().saturating_sub(3).max(1), |at| at + 1);
            self.window.skip(passed as u64);
        }
    }

    fn take(&mut self, page: Page) -> std::io::Result<()> {
        let is_ours = |link: &Link| link.serial == page.serial;
        match &self.link {
            Some(link) if is_ours(link) => self.take_ours(page),
            Some(link) if page.flags & FIRST != 0 => {
                // Streams that begin together are read side by side, others in a row.
                if link.has_begun && Mapping::of(&page.body).is_some() {
                    self.queue.push_back(Event::Finish { trim: 0 });
                    self.lose("a stream ends without its last page".into());
                    self.link = None;
                    self.begin(page)?;
                } else {
                    self.others.insert(page.serial);
                }
            }
            None if page.flags & FIRST != 0 => self.begin(page)?,
            _ if self.others.insert(page.serial) => {
                self.lose("a stream without its first page".into());
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, page: Page) -> std::io::Result<()> {
        self.others.insert(page.serial);
        let Some(mapping) = Mapping::of(&page.body) else {
            self.unsupported = self.unsupported.or_else(|| other_codec(&page.body));
            return Ok(());
        };
        self.n_links += 1;
        self.link = Some(Link {
            serial: page.serial,
            mapping,
            next_page: page.number,
            partial: Vec::new(),
            skips_rest: false,
            headers: Vec::new(),
            has_begun: false,
            has_sound: false,
        });
        self.take_ours(page);
        Ok(())
    }

    fn take_ours(&mut self, page: Page) {
        let n_broken = std::mem::take(&mut self.n_broken);
        let Some(link) = &mut self.link else {
            return;
        };
        let ahead = page.number.wrapping_sub(link.next_page);
        if ahead > u32::MAX / 2 {
            self.queue
                .push_back(Event::Lost("a page comes twice".into()));
            return;
        }
        if ahead > 0 {
            link.partial.clear();
            link.skips_rest = true;
            let cause = match n_broken {
                0 => "missing",
                _ => "missing or failing their checksums",
            };
            self.queue
                .push_back(Event::Lost(format!("pages {cause}: {ahead}")));
        }
        link.next_page = page.number.wrapping_add(1);
        let goes_on = page.flags & CONTINUED != 0;
        if !goes_on && !std::mem::take(&mut link.partial).is_empty() {
            self.queue
                .push_back(Event::Lost("a packet is cut off".into()));
        }
        let mut skips_first = goes_on && link.partial.is_empty();
        if skips_first && !link.skips_rest {
            self.queue
                .push_back(Event::Lost("a packet lacks its beginning".into()));
        }
        link.skips_rest = false;
        let is_last = page.flags & LAST != 0;
        let is_held = is_last || !link.has_sound;
        let (mut at, mut has_sound) = (0, false);
        for (i, &length) in page.packets.iter().enumerate() {
            let bytes = &page.body[at..at + length];
            at += length;
            let is_open = page.is_open && i + 1 == page.packets.len();
            if std::mem::take(&mut skips_first) {
                link.skips_rest = is_open;
                continue;
            }
            link.partial.extend_from_slice(bytes);
            if !is_open {
                let packet = std::mem::take(&mut link.partial);
                if let Some(event) = link.packet(packet, is_held) {
                    has_sound |= matches!(event, Event::Packet(_));
                    self.queue.push_back(event);
                }
            }
        }
        link.has_sound |= has_sound;
        self.promise();
        let Some(link) = &mut self.link else {
            return;
        };
        if let Some(frames) = page.position.filter(|_| link.has_begun) {
            // The pages of headers have position 0.
            if frames > 0 || is_last {
                self.queue
                    .push_back(Event::Position(Position { frames, is_last }));
            }
        }
        if is_last {
            self.link = None;
            self.queue.push_back(Event::Finish { trim: 0 });
        }
    }

    /// Adds the length of the stream to its beginning, if it ends with the file.
    fn promise(&mut self) {
        let Some(link) = &self.link else {
            return;
        };
        let (serial, mapping) = (link.serial, link.mapping);
        let Some(Event::Begin(begin)) = self
            .queue
            .iter_mut()
            .find(|event| matches!(event, Event::Begin(_)))
        else {
            return;
        };
        let section = self.window.section();
        let count = 2 * LONGEST_PAGE;
        let from = section.length().saturating_sub(count as u64);
        let Ok(tail) = section.peek(from, count) else {
            return;
        };
        let starts = (0..tail.len()).rev();
        let mut pages = starts
            .filter(|&at| tail[at..].starts_with(b"OggS"))
            .filter_map(|at| Page::read(&tail[at..]));
        let last = pages.find(|(page, _)| page.position.is_some());
        let is_end = |page: &Page| page.serial == serial && page.flags & LAST != 0;
        let Some((page, _)) = last.filter(|(page, _)| is_end(page)) else {
            return;
        };
        let end = page.position.and_then(|end| u64::try_from(end).ok());
        let before = if mapping == Mapping::Opus {
            begin.priming
        } else {
            0
        };
        begin.promised = end.map(|end| end.saturating_sub(before));
    }
}

impl Link {
    /// What a packet is: a part of the headers, or sound.
    fn packet(&mut self, packet: Vec<u8>, is_held: bool) -> Option<Event> {
        if !self.has_begun {
            self.headers.push(packet);
            let parameters = self.mapping.parameters(&self.headers)?;
            self.has_begun = true;
            let mut begin = Begin::new(parameters);
            if let (Mapping::Opus, Some(&[low, high])) = (self.mapping, self.headers[0].get(10..12))
            {
                begin.priming = u64::from(u16::from_le_bytes([low, high]));
            }
            self.headers.clear();
            return Some(Event::Begin(Box::new(begin)));
        }
        let is_sound = match (self.mapping, packet.first()) {
            (_, None) => false,
            (Mapping::Vorbis, Some(first)) => first & 1 == 0,
            (Mapping::Flac, Some(first)) => *first == 0xFF,
            (Mapping::Opus, Some(_)) => true,
        };
        is_sound.then(|| {
            let mut coded = Coded::new(packet);
            coded.is_held = is_held;
            Event::Packet(coded)
        })
    }
}

impl Mapping {
    /// That of a stream whose first packet begins like this.
    fn of(packet: &[u8]) -> Option<Mapping> {
        [
            (&b"\x01vorbis"[..], Mapping::Vorbis),
            (b"OpusHead", Mapping::Opus),
            (b"\x7FFLAC", Mapping::Flac),
        ]
        .into_iter()
        .find_map(|(mark, mapping)| packet.starts_with(mark).then_some(mapping))
    }

    /// What the decoder must know, once all headers are there.
    fn parameters(self, headers: &[Vec<u8>]) -> Option<AudioCodecParameters> {
        let mut parameters = AudioCodecParameters::new();
        let (id, extra) = match (self, headers) {
            (Mapping::Vorbis, [ident, _, setup]) => {
                (codec::CODEC_ID_VORBIS, [&ident[..], setup].concat())
            }
            (Mapping::Opus, [head, _]) => (codec::CODEC_ID_OPUS, head.clone()),
            // Behind the mapping's 9 bytes, "fLaC" and the block's header: STREAMINFO.
            (Mapping::Flac, [first]) => (codec::CODEC_ID_FLAC, first.get(17..51)?.to_vec()),
            _ => return None,
        };
        parameters.for_codec(id).with_extra_data(extra.into());
        Some(parameters)
    }
}

/// Names of what Ogg also holds.
fn other_codec(packet: &[u8]) -> Option<&'static str> {
    [
        (&b"Speex   "[..], "Speex"),
        (b"\x80theora", "Theora video"),
        (b"fLaC", "FLAC of the mapping before 2004"),
        (b"PCM     ", "PCM"),
        (b"CELT    ", "CELT"),
    ]
    .into_iter()
    .find_map(|(mark, name)| packet.starts_with(mark).then_some(name))
}

impl Page {
    /// The page at the start of some bytes and its length, if it is whole and its
    /// checksum right.
    fn read(bytes: &[u8]) -> Option<(Page, usize)> {
        let header = bytes.first_chunk::<HEADER>()?;
        let table = bytes.get(HEADER..HEADER + usize::from(header[26]))?;
        let start = HEADER + table.len();
        let length = start + table.iter().map(|&n| usize::from(n)).sum::<usize>();
        let body = bytes.get(start..length)?;
        let number = |at: usize| {
            let [a, b, c, d] = [header[at], header[at + 1], header[at + 2], header[at + 3]];
            u32::from_le_bytes([a, b, c, d])
        };
        let mut crc = Crc32::new(0);
        crc.process_buf_bytes(&header[..22]);
        crc.process_buf_bytes(&[0; 4]);
        crc.process_buf_bytes(&bytes[26..length]);
        if header[4] != 0 || crc.crc() != number(22) {
            return None;
        }
        let (mut packets, mut open) = (Vec::new(), None);
        for &segment in table {
            let so_far = open.unwrap_or(0) + usize::from(segment);
            open = (segment == 255).then_some(so_far);
            if open.is_none() {
                packets.push(so_far);
            }
        }
        packets.extend(open);
        let position = i64::from(number(6)) | i64::from(number(10)) << 32;
        let page = Page {
            flags: header[5],
            // -1 stands for a page in which no packet ends.
            position: (position >= 0).then_some(position),
            serial: number(14),
            number: number(18),
            packets,
            is_open: open.is_some(),
            body: body.to_vec(),
        };
        Some((page, length))
    }
}
