//! Chunk headers of the IFF family (RIFF, RIFX, RF64, FORM).

use super::pcm::ByteOrder;
use crate::Problem;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

/// More chunks than any recording has; a file of millions of empty chunks is
/// given up on.
const MOST_CHUNKS: usize = 10_000;

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
    order: ByteOrder,
    next: u64,
    count: usize,
}

impl Chunks {
    /// Walks over `file` from byte 12, behind the form's own header.
    pub fn new(file: File, order: ByteOrder) -> std::io::Result<Chunks> {
        Ok(Chunks {
            file_length: file.metadata()?.len(),
            file: BufReader::with_capacity(512, file),
            order,
            next: 12,
            count: 0,
        })
    }

    pub fn file_length(&self) -> u64 {
        self.file_length
    }

    /// The next chunk header; `None` where the file has no room for one.
    pub fn next(&mut self) -> std::io::Result<Option<Chunk>> {
        self.count += 1;
        if self.count > MOST_CHUNKS {
            return Ok(None);
        }
        let Some(header) = self.bytes_at(self.next, 8)? else {
            return Ok(None);
        };
        let chunk = Chunk {
            id: [header[0], header[1], header[2], header[3]],
            start: self.next + 8,
            size: u64::from(self.u32(&header[4..])),
        };
        self.next = chunk.start + chunk.size;
        // Chunks are padded to an even length, but some writers forget.
        if chunk.size % 2 == 1 && !self.is_chunk_at(self.next)? {
            self.next += 1;
        }
        Ok(Some(chunk))
    }

    /// Whether a chunk that belongs in a recording starts at byte `offset`.
    pub fn is_chunk_at(&mut self, offset: u64) -> std::io::Result<bool> {
        const KNOWN: [&[u8]; 13] = [
            b"data", b"fmt ", b"fact", b"LIST", b"PEAK", b"bext", b"cue ", b"smpl", b"JUNK",
            b"SSND", b"COMM", b"id3 ", b"ID3 ",
        ];
        Ok(match self.bytes_at(offset, 8)? {
            Some(header) => {
                KNOWN.contains(&&header[..4])
                    && u64::from(self.u32(&header[4..])) <= self.file_length - offset - 8
            }
            None => false,
        })
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

    fn bytes_at(&mut self, offset: u64, count: usize) -> std::io::Result<Option<Vec<u8>>> {
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
}
