//! Chunk headers of the IFF family (RIFF, RIFX, RF64, FORM) and of its kin with
//! longer sizes, Wave64 and CAF.

use super::encoding::ByteOrder;
use super::tags::end_before_tags;
use crate::Problem;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

/// More chunks than any recording has; a file of millions of empty chunks is
/// given up on.
const MOST_CHUNKS: usize = 10_000;

/// Names of chunks that occur in recordings, behind the samples as well.
const KNOWN: [&[u8; 4]; 49] = [
    b"data", b"fmt ", b"fact", b"LIST", b"PEAK", b"bext", b"cue ", b"smpl", b"JUNK", b"junk",
    b"SSND", b"COMM", b"id3 ", b"ID3 ", b"inst", b"INST", b"MARK", b"COMT", b"APPL", b"CHAN",
    b"NAME", b"AUTH", b"(c) ", b"ANNO", b"FVER", b"acid", b"iXML", b"_PMX", b"axml", b"chna",
    b"cart", b"plst", b"DISP", b"FLLR", b"PAD ", b"free", b"info", b"strg", b"chan", b"pakt",
    b"kuki", b"mark", b"regn", b"uuid", b"peak", b"ovvw", b"edct", b"midi", b"umid",
];

/// What the header of a chunk looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heads {
    /// Four letters and a size of 4 bytes; padded to an even length.
    Iff,
    /// A GUID that starts with the letters and a size of 8 bytes, the header
    /// included; padded to a multiple of 8.
    Wave64,
    /// Four letters and a size of 8 bytes; not padded.
    Caf,
}

/// The rest of the GUID of every chunk of Wave64 but the first.
const WAVE64_GUID: [u8; 12] = [
    0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A,
];

impl Heads {
    fn length(self) -> u64 {
        match self {
            Heads::Iff => 8,
            Heads::Caf => 12,
            Heads::Wave64 => 24,
        }
    }

    /// Where the first chunk starts, behind the header of the file.
    fn first(self) -> u64 {
        match self {
            Heads::Iff => 12,
            Heads::Caf => 8,
            Heads::Wave64 => 40,
        }
    }
}

/// One chunk: its name, where its content starts, and the size it claims.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chunk {
    pub id: [u8; 4],
    pub start: u64,
    pub size: u64,
}

/// Walks over the chunks of a file; claims about sizes are checked against the
/// file's length before anything is read.
pub(super) struct Chunks {
    file: BufReader<File>,
    file_length: u64,
    heads: Heads,
    order: ByteOrder,
    next: u64,
    count: usize,
}

impl Chunks {
    /// Walks over `file` from behind its own header.
    pub fn new(file: File, heads: Heads, order: ByteOrder) -> std::io::Result<Chunks> {
        Ok(Chunks {
            file_length: file.metadata()?.len(),
            file: BufReader::with_capacity(512, file),
            heads,
            order,
            next: heads.first(),
            count: 0,
        })
    }

    pub fn file_length(&self) -> u64 {
        self.file_length
    }

    /// Where the file ends, less the tags that players leave there.
    pub fn end(&mut self) -> std::io::Result<u64> {
        end_before_tags(&mut self.file, self.file_length)
    }

    /// Whether the first four bytes of the file, which say what it is, stand at
    /// byte `offset` again.
    pub fn is_file_at(&mut self, offset: u64) -> std::io::Result<bool> {
        let (first, there) = (self.bytes_at(0, 4)?, self.bytes_at(offset, 4)?);
        Ok(there.is_some() && first == there)
    }

    /// The next chunk header; `None` where the file has no room for one.
    pub fn next(&mut self) -> std::io::Result<Option<Chunk>> {
        self.count += 1;
        if self.count > MOST_CHUNKS {
            return Ok(None);
        }
        let chunk = self.chunk_at(self.next)?;
        if let Some(chunk) = chunk {
            self.next = self.behind(chunk)?;
        }
        Ok(chunk)
    }

    /// Goes on behind the chunk of `size` bytes at `start`, whatever size it claims.
    pub fn resume_behind(&mut self, start: u64, size: u64) -> std::io::Result<()> {
        let id = [0; 4];
        self.next = self.behind(Chunk { id, start, size })?;
        Ok(())
    }

    fn chunk_at(&mut self, offset: u64) -> std::io::Result<Option<Chunk>> {
        let length = self.heads.length();
        let Some(header) = self.bytes_at(offset, length as usize)? else {
            return Ok(None);
        };
        let size = match self.heads {
            Heads::Iff => u64::from(self.u32(&header[4..])),
            Heads::Caf => self.u64(&header[4..]),
            Heads::Wave64 => self.u64(&header[16..]).saturating_sub(length),
        };
        // A GUID of another family has no letters.
        let is_foreign = self.heads == Heads::Wave64 && header[4..16] != WAVE64_GUID;
        Ok(Some(Chunk {
            id: match is_foreign {
                true => [0; 4],
                false => [header[0], header[1], header[2], header[3]],
            },
            start: offset + length,
            size,
        }))
    }

    /// Where the chunk after this one starts.
    fn behind(&mut self, chunk: Chunk) -> std::io::Result<u64> {
        let end = chunk.start.saturating_add(chunk.size);
        let heads = self.heads;
        Ok(match heads {
            Heads::Caf => end,
            Heads::Wave64 => end.checked_next_multiple_of(8).unwrap_or(end),
            // Some writers forget the padding.
            Heads::Iff if chunk.size % 2 == 1 && !self.is_chunk_at(end)? => end + 1,
            Heads::Iff => end,
        })
    }

    /// Whether a chunk that belongs in a recording starts at byte `offset`.
    pub fn is_chunk_at(&mut self, offset: u64) -> std::io::Result<bool> {
        let chunk = self.chunk_at(offset)?;
        Ok(chunk.is_some_and(|chunk| {
            KNOWN.contains(&&chunk.id) && chunk.size <= self.file_length - chunk.start
        }))
    }

    /// Whether chunks follow one of `size` bytes at `start`: a known one, or unknown
    /// ones that end with the file at byte `end`.
    pub fn are_behind(&mut self, start: u64, size: u64, end: u64) -> std::io::Result<bool> {
        let id = [0; 4];
        let mut at = self.behind(Chunk { id, start, size })?;
        for passed in 0..MOST_CHUNKS {
            let Some(chunk) = self.chunk_at(at)?.filter(|_| at < end) else {
                return Ok(at >= end || (passed > 0 && end - at < 8));
            };
            // A tag of ID3v2 has the two bytes of its version behind three letters.
            if KNOWN.contains(&&chunk.id) || chunk.id.starts_with(b"ID3") {
                return Ok(true);
            }
            let is_name = chunk.id.iter().all(|byte| matches!(byte, 0x20..=0x7E));
            if !is_name || chunk.size > self.file_length - chunk.start {
                return Ok(false);
            }
            at = self.behind(chunk)?;
        }
        Ok(false)
    }

    /// The first `count` bytes of the chunk's content.
    ///
    /// # Errors
    /// A chunk, or a file, that is shorter.
    pub fn content(&mut self, chunk: Chunk, count: usize) -> Result<Vec<u8>, Problem> {
        let name = String::from_utf8_lossy(&chunk.id).into_owned();
        let corrupt = |size: u64| {
            let needed = format!("but {count} are needed");
            Problem::corrupt(format!("the {name:?} chunk has {size} bytes, {needed}"))
        };
        if chunk.size < count as u64 {
            return Err(corrupt(chunk.size));
        }
        let left = self.file_length.saturating_sub(chunk.start);
        self.bytes_at(chunk.start, count)?
            .ok_or_else(|| corrupt(left))
    }

    /// Bytes of the file, `None` where it ends before they do.
    pub fn bytes_at(&mut self, offset: u64, count: usize) -> std::io::Result<Option<Vec<u8>>> {
        if offset
            .checked_add(count as u64)
            .is_none_or(|end| end > self.file_length)
        {
            return Ok(None);
        }
        self.file.seek(SeekFrom::Start(offset))?;
        let mut bytes = vec![0; count];
        self.file.read_exact(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// An unsigned integer of two bytes in the file's byte order.
    pub fn u16(&self, bytes: &[u8]) -> u16 {
        let bytes = [bytes[0], bytes[1]];
        match self.order {
            ByteOrder::Little => u16::from_le_bytes(bytes),
            ByteOrder::Big => u16::from_be_bytes(bytes),
        }
    }

    /// An unsigned integer of four bytes in the file's byte order.
    pub fn u32(&self, bytes: &[u8]) -> u32 {
        let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
        match self.order {
            ByteOrder::Little => u32::from_le_bytes(bytes),
            ByteOrder::Big => u32::from_be_bytes(bytes),
        }
    }

    /// An unsigned integer of eight bytes in the file's byte order.
    pub fn u64(&self, bytes: &[u8]) -> u64 {
        let bytes: [u8; 8] = std::array::from_fn(|i| bytes[i]);
        match self.order {
            ByteOrder::Little => u64::from_le_bytes(bytes),
            ByteOrder::Big => u64::from_be_bytes(bytes),
        }
    }
}
