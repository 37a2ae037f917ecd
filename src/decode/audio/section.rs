//! The bytes of a recording inside its file: behind tags, before tags, or in a
//! chunk of another container.

use super::super::guard::open_file;
use super::super::tags::{end_before_tags, leading_tag};
use crate::Problem;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use symphonia::core::io::MediaSource;

/// Bytes read at a time.
const BLOCK: usize = 1 << 16;

/// A part of a file, with bytes of our own in front of it.
pub(super) struct Section {
    file: File,
    /// What is read before the part.
    head: Vec<u8>,
    /// Bytes that are read in place of those of the file, by their place in the file.
    patches: Vec<(u64, Vec<u8>)>,
    range: Range<u64>,
    /// Place in head and part together.
    at: u64,
    /// Whether it is only read forward.
    is_stream: bool,
}

impl Section {
    /// The bytes `range` of a file, as far as it has them.
    ///
    /// # Errors
    /// A file that cannot be opened.
    pub fn open(path: &Path, range: Range<u64>) -> Result<Section, Problem> {
        let mut file = open_file(path)?;
        let length = file.metadata()?.len();
        let start = range.start.min(length);
        file.seek(SeekFrom::Start(start))?;
        Ok(Section {
            file,
            head: Vec::new(),
            patches: Vec::new(),
            range: start..range.end.clamp(start, length),
            at: 0,
            is_stream: false,
        })
    }

    /// The same, for readers that would look for an index at an end that is missing.
    pub fn forward(mut self) -> Section {
        self.is_stream = true;
        self
    }

    /// The same with `head` in place of what lies before byte `from` of the part.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn behind(mut self, head: Vec<u8>, from: u64) -> Result<Section, Problem> {
        self.range.start = (self.range.start + from).min(self.range.end);
        self.head = head;
        self.seek(SeekFrom::Start(0))?;
        Ok(self)
    }

    /// The same with `bytes` in place of those at byte `at` of the file.
    pub fn patched(mut self, at: u64, bytes: Vec<u8>) -> Section {
        self.patches.push((at, bytes));
        self
    }

    /// Number of bytes.
    pub fn length(&self) -> u64 {
        self.head.len() as u64 + (self.range.end - self.range.start)
    }

    /// The `count` bytes at `at`, fewer where the section ends.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn peek(&mut self, at: u64, count: usize) -> std::io::Result<Vec<u8>> {
        let before = self.at;
        self.seek(SeekFrom::Start(at))?;
        let mut bytes = Vec::new();
        let read = (&mut *self).take(count as u64).read_to_end(&mut bytes);
        self.seek(SeekFrom::Start(before))?;
        read.map(|_| bytes)
    }

    /// Leaves out the tags that begin and end the section: ID3 of both kinds, APE and
    /// Lyrics3.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn without_tags(mut self) -> Result<Section, Problem> {
        while let Some(length) = leading_tag(&self.peek(0, 10)?) {
            self.range.start = (self.range.start + length).min(self.range.end);
            self.seek(SeekFrom::Start(0))?;
        }
        let length = self.length();
        self.range.end -= length - end_before_tags(&mut self, length)?;
        self.seek(SeekFrom::Start(0))?;
        Ok(self)
    }
}

impl Read for Section {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let head = self.head.get(self.at as usize..).unwrap_or_default();
        let count = match head.is_empty() {
            false => {
                let count = head.len().min(out.len());
                out[..count].copy_from_slice(&head[..count]);
                count
            }
            true => {
                let left = (self.length() - self.at.min(self.length())).min(out.len() as u64);
                let in_file = self.range.start + self.at - self.head.len() as u64;
                let count = self.file.read(&mut out[..left as usize])?;
                for (start, bytes) in &self.patches {
                    for (place, byte) in (*start..).zip(bytes) {
                        let place = place.checked_sub(in_file).map(|place| place as usize);
                        if let Some(slot) = place.and_then(|place| out[..count].get_mut(place)) {
                            *slot = *byte;
                        }
                    }
                }
                count
            }
        };
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Section {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let (base, by) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::Current(by) => (self.at, by),
            SeekFrom::End(by) => (self.length(), by),
        };
        self.at = base.checked_add_signed(by).ok_or_else(|| {
            std::io::Error::new(std::io::ErrorKind::InvalidInput, "a place before the start")
        })?;
        let in_file = self.range.start + self.at.saturating_sub(self.head.len() as u64);
        self.file.seek(SeekFrom::Start(in_file))?;
        Ok(self.at)
    }
}

impl MediaSource for Section {
    fn is_seekable(&self) -> bool {
        !self.is_stream
    }

    fn byte_len(&self) -> Option<u64> {
        (!self.is_stream).then(|| self.length())
    }
}

/// Reads a section forward, with a view of the bytes that come next.
pub(super) struct Window {
    section: Section,
    bytes: Vec<u8>,
    /// First byte of `bytes` that was not stepped over.
    start: usize,
    /// Where that byte lies in the section.
    position: u64,
}

impl Window {
    pub fn new(section: Section) -> Window {
        Window {
            section,
            bytes: Vec::new(),
            start: 0,
            position: 0,
        }
    }

    /// Where the next byte lies in the section.
    pub fn position(&self) -> u64 {
        self.position
    }

    pub fn section(&mut self) -> &mut Section {
        &mut self.section
    }

    /// The next `count` bytes, fewer only where the section ends.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn ahead(&mut self, count: usize) -> std::io::Result<&[u8]> {
        if self.bytes.len() - self.start < count {
            self.bytes.drain(..self.start);
            self.start = 0;
            let wanted = (count - self.bytes.len()).max(BLOCK) as u64;
            self.section
                .seek(SeekFrom::Start(self.position + self.bytes.len() as u64))?;
            (&mut self.section)
                .take(wanted)
                .read_to_end(&mut self.bytes)?;
        }
        let end = (self.start + count).min(self.bytes.len());
        Ok(&self.bytes[self.start..end])
    }

    /// Steps over `count` bytes.
    pub fn skip(&mut self, count: u64) {
        self.position += count;
        let held = (self.bytes.len() - self.start) as u64;
        match count <= held {
            true => self.start += count as usize,
            false => {
                self.bytes.clear();
                self.start = 0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(bytes: &[u8]) -> (tempfile::TempDir, Section) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, bytes).unwrap();
        let section = Section::open(&path, 0..u64::MAX).unwrap();
        (folder, section)
    }

    fn all(mut section: Section) -> Vec<u8> {
        let mut bytes = Vec::new();
        section.read_to_end(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn tags_on_both_sides_are_left_out() {
        let mut bytes = b"ID3\x04\x00\x00\x00\x00\x00\x05.....sound".to_vec();
        let mut ape = b"APETAGEX\xD0\x07\x00\x00".to_vec();
        ape.extend(40u32.to_le_bytes());
        ape.resize(32, 0);
        bytes.extend(b"content8");
        bytes.extend(ape);
        bytes.extend(b"TAG");
        bytes.resize(bytes.len() + 125, b' ');
        let (_folder, section) = section(&bytes);
        assert_eq!(all(section.without_tags().unwrap()), b"sound");
    }

    #[test]
    fn a_head_stands_before_the_rest() {
        let (_folder, section) = section(b"0123456789");
        let mut section = section.behind(b"ab".to_vec(), 6).unwrap();
        assert_eq!(section.length(), 6);
        assert_eq!(section.peek(1, 3).unwrap(), b"b67");
        section.seek(SeekFrom::Start(3)).unwrap();
        assert_eq!(all(section), b"789");
    }

    #[test]
    fn a_window_looks_ahead_and_steps_over() {
        let bytes: Vec<u8> = (0..200_000u32).map(|i| i as u8).collect();
        let (_folder, section) = section(&bytes);
        let mut window = Window::new(section);
        assert_eq!(window.ahead(2).unwrap(), [0, 1]);
        window.skip(100_001);
        assert_eq!(window.ahead(1).unwrap(), [161]);
        window.skip(99_998);
        assert_eq!(window.ahead(9).unwrap(), [63]);
        assert_eq!(window.position(), 199_999);
    }
}
