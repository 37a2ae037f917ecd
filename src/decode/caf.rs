//! Uncompressed Core Audio files.

use super::chunks::{Chunks, Heads};
use super::encoding::{ByteOrder, Encoding};
use super::extent::Extent;
use super::pcm::PcmLayout;
use super::stream::check_header;
use crate::Problem;
use std::fs::File;

/// Bytes of the description of the audio.
const DESCRIPTION: usize = 32;
/// Bytes of the count of edits before the samples.
const EDIT_COUNT: u64 = 4;

/// Reads the headers of a CAF file; `None` for what needs a decoder.
///
/// # Errors
/// Headers that are missing, cut off or impossible.
pub(super) fn read_header(file: File) -> Result<Option<PcmLayout>, Problem> {
    let mut chunks = Chunks::new(file, Heads::Caf, ByteOrder::Big)?;
    let (mut description, mut extent) = (None, None);
    while let Some(chunk) = chunks.next()? {
        match &chunk.id {
            b"desc" if description.is_none() => {
                description = Some(chunks.content(chunk, DESCRIPTION)?);
            }
            b"data" if extent.is_none() => {
                let found: &mut Extent = extent.get_or_insert_default();
                // The size of a file that is still being written is -1.
                let size = match chunk.size {
                    u64::MAX => u64::MAX,
                    size => size.saturating_sub(EDIT_COUNT),
                };
                match found.add(&mut chunks, chunk.start + EDIT_COUNT, size)? {
                    Some(next) => chunks.resume_behind(chunk.start, next - chunk.start)?,
                    None => break,
                }
            }
            _ => {}
        }
    }
    let missing = |name: &str| Problem::corrupt(format!("no {name:?} chunk"));
    let description = description.ok_or_else(|| missing("desc"))?;
    let word = |at: usize| u64::from(chunks.u32(&description[at..]));
    let (bytes, channels, bits) = (word(16), word(24), word(28));
    let width = if bytes > 0 {
        bytes / channels.max(1)
    } else {
        bits.div_ceil(8)
    };
    let Some((encoding, order)) = encoding(&description[8..12], word(12), width, bits) else {
        return Ok(None);
    };
    let rate = f64::from_bits(chunks.u64(&description));
    let (sample_rate, channels) = check_header(rate.round() as u64, channels)?;
    Ok(Some(PcmLayout {
        container: "caf",
        encoding,
        order,
        sample_rate,
        channels,
        extent: extent.ok_or_else(|| missing("data"))?,
    }))
}

/// The encoding of samples of `width` bytes, `bits` of them in use; `None` for what
/// needs a decoder.
fn encoding(name: &[u8], flags: u64, width: u64, bits: u64) -> Option<(Encoding, ByteOrder)> {
    const FLOAT: u64 = 1;
    const LITTLE: u64 = 2;
    let order = match flags & LITTLE {
        0 => ByteOrder::Big,
        _ => ByteOrder::Little,
    };
    let encoding = match (name, flags & FLOAT, width) {
        (b"ulaw", ..) => Encoding::MuLaw,
        (b"alaw", ..) => Encoding::ALaw,
        (b"ima4", ..) => Encoding::Ima4,
        (b"lpcm", FLOAT, 4) => Encoding::Float32,
        (b"lpcm", FLOAT, 8) => Encoding::Float64,
        (b"lpcm", 0, 4) if bits == 24 => Encoding::Words32,
        (b"lpcm", 0, 1..=8) => Encoding::Signed(width as usize),
        _ => return None,
    };
    Some((encoding, order))
}
