//! The wav family: RIFF, big-endian RIFX, and RF64/BW64 and Wave64 for long files.

use super::chunks::{Chunk, Chunks, Heads};
use super::encoding::{ByteOrder, Encoding};
use super::extent::Extent;
use super::pcm::PcmLayout;
use super::stream::check_header;
use crate::Problem;
use std::fs::File;
use std::ops::Range;

/// What a wav file holds.
#[derive(Debug)]
pub(super) enum Content {
    Pcm(PcmLayout),
    /// ADPCM, which needs a decoder.
    Adpcm,
    /// MPEG audio, in these bytes of the file.
    Mpeg(Range<u64>),
}

#[derive(Clone, Copy, PartialEq)]
struct Format {
    tag: u16,
    sample_rate: u64,
    channels: u64,
    /// Bits per sample.
    bits: u16,
    /// Bits of them in use, where the header tells.
    valid_bits: Option<u16>,
    /// Bytes per frame.
    block_align: u16,
    /// Whether the mark of Cool Edit's "16.8 float" is there.
    is_16_8_float: bool,
}

#[derive(Default)]
struct Parts {
    format: Option<Format>,
    data: Option<Extent>,
    /// Size of the data according to the ds64 chunk of RF64.
    long_size: Option<u64>,
    overlong: Option<Chunk>,
}

/// Reads the headers of a wav file whose first four bytes are `magic`.
///
/// # Errors
/// Headers that are missing, cut off, impossible, or name another codec.
pub(super) fn read_header(file: File, magic: &[u8]) -> Result<Content, Problem> {
    let (order, heads, container) = match magic {
        b"RIFX" => (ByteOrder::Big, Heads::Iff, "wav"),
        b"riff" => (ByteOrder::Little, Heads::Wave64, "w64"),
        _ => (ByteOrder::Little, Heads::Iff, "wav"),
    };
    let mut chunks = Chunks::new(file, heads, order)?;
    let parts = find_parts(&mut chunks)?;
    let missing = |name: &str| match parts.overlong {
        Some(chunk) => Problem::corrupt(format!(
            "no {name:?} chunk: the chunk {:?} claims {} bytes, more than the file has",
            String::from_utf8_lossy(&chunk.id),
            chunk.size
        )),
        None => Problem::corrupt(format!("no {name:?} chunk")),
    };
    let format = parts.format.ok_or_else(|| missing("fmt "))?;
    let extent = parts.data.ok_or_else(|| missing("data"))?;
    // The frames say themselves what they hold.
    if let (0x0050 | 0x0055, [piece, ..]) = (format.tag, &extent.pieces[..]) {
        return Ok(Content::Mpeg(piece.clone()));
    }
    let (sample_rate, channels) = check_header(format.sample_rate, format.channels)?;
    let Some(encoding) = encoding(&format)? else {
        return match heads {
            Heads::Iff => Ok(Content::Adpcm),
            _ => Err(Problem::Unsupported {
                format: format!("{container} with ADPCM"),
            }),
        };
    };
    Ok(Content::Pcm(PcmLayout {
        container,
        encoding,
        order,
        sample_rate,
        channels,
        extent,
    }))
}

fn find_parts(chunks: &mut Chunks) -> Result<Parts, Problem> {
    let mut parts = Parts::default();
    let mut is_other = false;
    while let Some(chunk) = chunks.next()? {
        match &chunk.id {
            b"fmt " => {
                let format = read_format(chunks, chunk);
                match parts.format {
                    None => parts.format = Some(format?),
                    Some(first) => is_other = format.ok() != Some(first),
                }
            }
            b"ds64" => {
                let bytes = chunks.content(chunk, 16)?;
                parts.long_size = Some(chunks.u64(&bytes[8..]));
            }
            b"data" => {
                let size = match (chunk.size, parts.long_size) {
                    (0xFFFF_FFFF, None | Some(0)) => u64::MAX,
                    (0xFFFF_FFFF, Some(long)) => long,
                    (size, _) => size,
                };
                let data = parts.data.get_or_insert_default();
                if is_other {
                    data.left_out =
                        Some(format!("{size} bytes of samples in another format follow"));
                    break;
                }
                match data.add(chunks, chunk.start, size)? {
                    Some(next) => chunks.resume_behind(chunk.start, next - chunk.start)?,
                    None => break,
                }
            }
            _ if chunk.size > chunks.file_length() => parts.overlong = Some(chunk),
            _ => {}
        }
    }
    Ok(parts)
}

fn read_format(chunks: &mut Chunks, chunk: Chunk) -> Result<Format, Problem> {
    let bytes = chunks.content(chunk, 16)?;
    let (mut tag, mut valid_bits) = (chunks.u16(&bytes), None);
    let is_16_8_float = chunk.size == 20 && {
        let extra = chunks.content(chunk, 20)?;
        chunks.u16(&extra[16..]) == 2 && chunks.u16(&extra[18..]) == 1
    };
    if tag == 0xFFFE && chunk.size >= 28 {
        // WAVEFORMATEXTENSIBLE: the tag is the head of the sub-format's GUID.
        let extended = chunks.content(chunk, 28)?;
        valid_bits = Some(chunks.u16(&extended[18..]));
        tag = chunks.u32(&extended[24..]) as u16;
    }
    Ok(Format {
        tag,
        channels: u64::from(chunks.u16(&bytes[2..])),
        sample_rate: u64::from(chunks.u32(&bytes[4..])),
        block_align: chunks.u16(&bytes[12..]),
        bits: chunks.u16(&bytes[14..]),
        valid_bits,
        is_16_8_float,
    })
}

/// The sample encoding, or `None` for ADPCM.
fn encoding(format: &Format) -> Result<Option<Encoding>, Problem> {
    let encoding = match (format.tag, format.bits) {
        (0x0001, bits) | (0x0003, bits @ 0) => integer(bits, format)?,
        (0x0003, 32) => Encoding::Float32,
        (0x0003, 64) => Encoding::Float64,
        (0x0006, _) => Encoding::ALaw,
        (0x0007, _) => Encoding::MuLaw,
        (0x0002 | 0x0011, _) => return Ok(None),
        (tag, bits) => {
            return Err(Problem::Unsupported {
                format: format!("wav with {}", codec_name(tag, bits)),
            });
        }
    };
    Ok(Some(encoding))
}

fn integer(bits: u16, format: &Format) -> Result<Encoding, Problem> {
    let block_align = u64::from(format.block_align);
    match bits {
        1..=8 => Ok(Encoding::Unsigned8),
        24 if block_align == 4 * format.channels => Ok(Encoding::Words32),
        32 if format.valid_bits == Some(24) => Ok(Encoding::Words32),
        // In units of 16-bit samples.
        32 if format.is_16_8_float => Ok(Encoding::UnitFloat32(15)),
        9..=64 => Ok(Encoding::Signed(usize::from(bits.div_ceil(8)))),
        _ => Err(Problem::Impossible {
            field: "bits per sample",
            value: bits.to_string(),
            requirement: "1..=64",
        }),
    }
}

fn codec_name(tag: u16, bits: u16) -> String {
    match tag {
        0x0003 => format!("{bits}-bit floats"),
        0x0010 => "OKI ADPCM".into(),
        0x0031 => "GSM 6.10".into(),
        0x0040 | 0x0045 | 0x0064 => "G.72x ADPCM".into(),
        0x0160..=0x0163 => "WMA".into(),
        0x00FF | 0x1600 | 0x1610 => "AAC".into(),
        0x2000 => "AC-3".into(),
        0x566F => "Vorbis".into(),
        0x5756 => "WavPack".into(),
        _ => format!("codec 0x{tag:04X}"),
    }
}
