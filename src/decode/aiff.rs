//! AIFF and AIFF-C.

use super::chunks::{Chunk, Chunks, Heads};
use super::encoding::{ByteOrder, Encoding};
use super::extent::{Extent, is_placeholder};
use super::pcm::PcmLayout;
use super::stream::check_header;
use crate::Problem;
use std::fs::File;

struct Common {
    channels: u16,
    frames: u64,
    bits: u16,
    sample_rate: u64,
    compression: [u8; 4],
}

/// Reads the headers of an AIFF file.
///
/// # Errors
/// Headers that are missing, cut off, impossible, or name another codec.
pub(super) fn read_header(file: File) -> Result<PcmLayout, Problem> {
    let mut chunks = Chunks::new(file, Heads::Iff, ByteOrder::Big)?;
    let (mut common, mut sound) = (None, None);
    while let Some(chunk) = chunks.next()? {
        match &chunk.id {
            b"COMM" if common.is_none() => common = Some(read_common(&mut chunks, chunk)?),
            b"SSND" if sound.is_none() => {
                // A size of 0 is one that was not filled in.
                let size = chunk.size.max(8);
                let offset = chunks.content(Chunk { size, ..chunk }, 8)?;
                let offset = u64::from(chunks.u32(&offset)) + 8;
                let mut extent = Extent::default();
                let claimed = chunk.size.saturating_sub(offset);
                let next = extent.add(&mut chunks, chunk.start + offset, claimed)?;
                let size = next.map_or(chunk.size, |next| next - chunk.start);
                chunks.resume_behind(chunk.start, size)?;
                sound = Some(extent);
            }
            _ => {}
        }
    }
    let missing = |name: &str| Problem::corrupt(format!("no {name:?} chunk"));
    let common = common.ok_or_else(|| missing("COMM"))?;
    let mut extent = sound.ok_or_else(|| missing("SSND"))?;
    let (sample_rate, channels) = check_header(common.sample_rate, u64::from(common.channels))?;
    let (encoding, order) = encoding(&common)?;
    let unit = (channels * encoding.bytes()) as u64;
    let counted = common.frames * unit;
    // Frames of packets are counted by some writers, packets by others.
    let is_open = common.frames == 0 || is_placeholder(common.frames) || is_placeholder(counted);
    if encoding.samples() == 1 && !(is_open && counted != extent.there()) {
        extent.count(&mut chunks, counted)?;
    }
    Ok(PcmLayout {
        container: "aiff",
        encoding,
        order,
        sample_rate,
        channels,
        extent,
    })
}

fn read_common(chunks: &mut Chunks, chunk: Chunk) -> Result<Common, Problem> {
    let bytes = chunks.content(chunk, 18)?;
    let mut compression = *b"NONE";
    if chunk.size >= 22 {
        compression.copy_from_slice(&chunks.content(chunk, 22)?[18..]);
    }
    Ok(Common {
        channels: chunks.u16(&bytes),
        frames: u64::from(chunks.u32(&bytes[2..])),
        bits: chunks.u16(&bytes[6..]),
        sample_rate: whole_part_of_extended(&bytes[8..18]),
        compression,
    })
}

/// The whole part of an 80-bit IEEE 754 extended number; 0 where it is negative
/// or beyond 63 bits, which no sample rate is.
fn whole_part_of_extended(bytes: &[u8]) -> u64 {
    let exponent = i32::from(u16::from_be_bytes([bytes[0], bytes[1]])) - 16383;
    let mantissa = bytes[2..10]
        .iter()
        .fold(0, |sum, &byte| sum << 8 | u64::from(byte));
    match exponent {
        0..=62 => mantissa >> (63 - exponent),
        _ => 0,
    }
}

fn encoding(common: &Common) -> Result<(Encoding, ByteOrder), Problem> {
    use ByteOrder::{Big, Little};
    let encoding = match &common.compression {
        b"NONE" | b"twos" => (integer(common.bits)?, Big),
        b"sowt" => (integer(common.bits)?, Little),
        b"in24" => (Encoding::Signed(3), Big),
        b"in32" => (Encoding::Signed(4), Big),
        // The second is how libsndfile spells it.
        b"42ni" | b"42n1" => (Encoding::Signed(3), Little),
        b"23ni" => (Encoding::Signed(4), Little),
        b"ima4" => (Encoding::Ima4, Big),
        b"raw " => (Encoding::Unsigned8, Big),
        b"fl32" | b"FL32" => (Encoding::Float32, Big),
        b"fl64" | b"FL64" => (Encoding::Float64, Big),
        b"alaw" | b"ALAW" => (Encoding::ALaw, Big),
        b"ulaw" | b"ULAW" => (Encoding::MuLaw, Big),
        other => {
            return Err(Problem::Unsupported {
                format: format!("aiff with codec {:?}", String::from_utf8_lossy(other)),
            });
        }
    };
    Ok(encoding)
}

fn integer(bits: u16) -> Result<Encoding, Problem> {
    match bits {
        1..=32 => Ok(Encoding::Signed(usize::from(bits.div_ceil(8)))),
        _ => Err(Problem::Impossible {
            field: "bits per sample",
            value: bits.to_string(),
            requirement: "1..=32",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_as_extended_numbers() {
        let rate = |hex: [u8; 4]| {
            whole_part_of_extended(&[hex[0], hex[1], hex[2], hex[3], 0, 0, 0, 0, 0, 0])
        };
        assert_eq!(rate([0x40, 0x0E, 0xAC, 0x44]), 44_100);
        assert_eq!(rate([0x40, 0x0B, 0xFA, 0x00]), 8_000);
        assert_eq!(rate([0x00, 0x00, 0x00, 0x00]), 0);
        assert_eq!(rate([0x7F, 0xFF, 0x80, 0x00]), 0);
    }
}
