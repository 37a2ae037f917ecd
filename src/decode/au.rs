//! Sun/NeXT au, the format of the GTZAN collections.

use super::chunks::{Chunks, Heads};
use super::encoding::{ByteOrder, Encoding};
use super::extent::Extent;
use super::pcm::PcmLayout;
use super::stream::check_header;
use crate::Problem;
use std::fs::File;
use std::io::Read;

/// Bytes of the fixed part of the header.
const HEADER: u64 = 24;

/// Reads the header of the au file `file`, from its first byte.
///
/// # Errors
/// A header that is cut off, impossible or of an encoding that is not PCM.
pub(super) fn read_header(file: &mut File) -> Result<PcmLayout, Problem> {
    let (order, [_, offset, size, encoding, rate, channels]) = read_words(file)?;
    let encoding = self::encoding(encoding)?;
    let (sample_rate, channels) = check_header(u64::from(rate), u64::from(channels))?;
    // Offsets below the fixed header occur in the wild and mean "right behind it".
    let start = u64::from(offset).max(HEADER);
    let file_length = file.metadata()?.len();
    if start > file_length {
        return Err(Problem::Impossible {
            field: "data offset",
            value: start.to_string(),
            requirement: "inside the file",
        });
    }
    let mut extent = Extent::default();
    let mut chunks = Chunks::new(file.try_clone()?, Heads::Iff, order)?;
    extent.add(&mut chunks, start, u64::from(size))?;
    Ok(PcmLayout {
        container: "au",
        encoding,
        order,
        sample_rate,
        channels,
        extent,
    })
}

/// The six words of the fixed part: magic, data offset, data size, encoding,
/// sample rate, channels.
fn read_words(file: &mut File) -> Result<(ByteOrder, [u32; 6]), Problem> {
    let mut header = Vec::new();
    file.take(HEADER).read_to_end(&mut header)?;
    if (header.len() as u64) < HEADER {
        let got = header.len();
        let detail = format!("the au header takes {HEADER} bytes, but the file has {got}");
        return Err(Problem::corrupt(detail));
    }
    // "dns." is the header of an au file written with all its words swapped.
    let order = match &header[..4] {
        b".snd" => ByteOrder::Big,
        _ => ByteOrder::Little,
    };
    let mut words = [0; 6];
    for (word, bytes) in words.iter_mut().zip(header.chunks_exact(4)) {
        let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
        *word = match order {
            ByteOrder::Big => u32::from_be_bytes(bytes),
            ByteOrder::Little => u32::from_le_bytes(bytes),
        };
    }
    Ok((order, words))
}

fn encoding(code: u32) -> Result<Encoding, Problem> {
    let unsupported = |name: &str| {
        Err(Problem::Unsupported {
            format: format!("au encoding {code}{name}"),
        })
    };
    match code {
        1 => Ok(Encoding::MuLaw),
        2 => Ok(Encoding::Signed(1)),
        3 => Ok(Encoding::Signed(2)),
        4 => Ok(Encoding::Signed(3)),
        5 => Ok(Encoding::Signed(4)),
        6 => Ok(Encoding::Float32),
        7 => Ok(Encoding::Float64),
        27 => Ok(Encoding::ALaw),
        23 => unsupported(" (G.721 ADPCM)"),
        24 => unsupported(" (G.722 ADPCM)"),
        25 | 26 => unsupported(" (G.723 ADPCM)"),
        _ => unsupported(""),
    }
}
