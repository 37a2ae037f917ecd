//! Where the samples of an uncompressed recording lie, whatever its headers claim.

use super::chunks::Chunks;
use std::ops::Range;

/// Bytes behind the samples that are no sign of more samples, and the share of them
/// (one in 50) up to which they are none either.
const JUNK: u64 = 64;
const SMALL_SHARE: u64 = 50;
/// Bytes that are looked at to tell samples from padding and from text, and the fewest
/// that tell.
const GLANCE: u64 = 4096;
const TEXT: u64 = 16;

/// Where samples lie, and how many bytes of them the headers claim.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Extent {
    /// Ranges of bytes, in the order of the recording; all inside the file.
    pub pieces: Vec<Range<u64>>,
    /// What the headers claim; `None` where they leave it open.
    pub claimed: Option<u64>,
    /// What is there, but is not read.
    pub left_out: Option<String>,
    /// Bytes behind the samples that are no chunk, but too few to be samples.
    pub surplus: u64,
}

impl Extent {
    /// Bytes of samples that are in the file.
    pub fn there(&self) -> u64 {
        let lengths = self.pieces.iter().map(|piece| piece.end - piece.start);
        lengths.sum()
    }

    /// Adds the samples that start at byte `start` and are `claimed` to take so
    /// many bytes; gives where the file goes on behind them, or `None` where they
    /// end it.
    pub fn add(
        &mut self,
        chunks: &mut Chunks,
        start: u64,
        claimed: u64,
    ) -> std::io::Result<Option<u64>> {
        let is_first = self.pieces.is_empty();
        let end = chunks.end()?.max(start);
        let there = end - start;
        let in_file = chunks.file_length().saturating_sub(start);
        let mut is_open = match claimed {
            // A writer that died before it filled in the size leaves 0.
            0 => there > 0 && !chunks.is_chunk_at(start)?,
            _ => claimed > in_file && is_placeholder(claimed),
        };
        let (mut taken, mut next) = (claimed, None);
        if is_open || claimed > in_file {
            taken = there;
        } else if chunks.is_file_at(start + claimed)? {
            self.left_out = Some("another recording follows in the same file".into());
        } else if chunks.are_behind(start, claimed, end)? {
            next = Some(start + claimed);
        } else if !is_filled(chunks, start + claimed, end)? {
            let excess = there - claimed.min(there);
            if excess < JUNK.max(claimed / SMALL_SHARE) {
                self.surplus = excess;
            } else {
                taken = there;
            }
            // A writer to a pipe may go on beyond the largest size.
            is_open = taken == there && is_placeholder(claimed);
        }
        if taken > 0 {
            self.pieces.push(start..start + taken);
        }
        self.claimed = match self.claimed {
            _ if is_open => None,
            None if is_first => Some(claimed),
            before => before.map(|before| before.saturating_add(claimed)),
        };
        Ok(next)
    }

    /// Holds a count of `bytes` from elsewhere in the headers against what was
    /// found: fewer are believed where the rest is padding.
    pub fn count(&mut self, chunks: &mut Chunks, bytes: u64) -> std::io::Result<()> {
        let there = self.there();
        self.claimed = Some(match self.claimed {
            Some(claimed) if bytes <= there => bytes.min(claimed),
            _ => bytes,
        });
        if let [piece] = &mut self.pieces[..]
            && bytes > 0
            && piece.end - piece.start > bytes
            && is_filled(chunks, piece.start + bytes, piece.end)?
        {
            piece.end = piece.start + bytes;
        }
        Ok(())
    }
}

/// Whether a size is one that is written before the size is known, by writers to
/// a pipe: the largest number, signed or not, or one that is a little less, as
/// room for headers or whole frames demand.
pub(super) fn is_placeholder(size: u64) -> bool {
    const NEAR: u64 = 8192;
    let below = [1 << 31, 1 << 32, 1 << 63, u64::MAX];
    below.iter().any(|&limit| (limit - NEAR..=limit).contains(&size))
        // Sox, for AIFF.
        || (0x7F00_0000..0x7F00_0000 + NEAR).contains(&size)
        // Room for a header beyond the largest number.
        || ((1 << 31)..(1 << 31) + 256).contains(&size)
}

/// Whether the bytes from `from` on are padding or text, or none.
fn is_filled(chunks: &mut Chunks, from: u64, end: u64) -> std::io::Result<bool> {
    let length = end.saturating_sub(from);
    // From the middle, so that samples which start softly are not taken for padding.
    let count = length.min(GLANCE);
    let middle = from + (length - count) / 2;
    let bytes = chunks.bytes_at(middle, count as usize)?.unwrap_or_default();
    // A few bytes are alike, or letters, by chance.
    let is_long = count >= TEXT;
    let is_padding = bytes
        .iter()
        .all(|byte| *byte == bytes[0] && (is_long || *byte == 0));
    let is_text = bytes.iter().all(|byte| matches!(byte, 9..=13 | 32..=126));
    let is_newline = bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
    Ok(length == 0 || is_padding && count > 1 || is_text && is_long || is_newline)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_of_writers_to_a_pipe_are_placeholders() {
        for size in [
            0x7FFF_FFFF,
            0x7FFF_F000,
            0x7FFF_FFDB,
            0x8000_0000,
            0xFFFF_FFFF,
            0xFFFF_FFDB,
            0x7F00_0008,
            u64::MAX,
            u64::MAX - 4,
            i64::MAX as u64,
        ] {
            assert!(is_placeholder(size), "{size:#x}");
        }
        for size in [
            1,
            44_100,
            0x1000_0000,
            0x7000_0000,
            0x9000_0000,
            0xF000_0000,
            1 << 40,
        ] {
            assert!(!is_placeholder(size), "{size:#x}");
        }
    }
}
