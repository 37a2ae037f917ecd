//! Sun/NeXT au, the format of the GTZAN collections.

use super::pcm::{ByteOrder, Encoding, PcmLayout, check_header};
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
    let io = |e: std::io::Error| Problem::from_io(&e);
    let mut header = Vec::new();
    file.take(HEADER).read_to_end(&mut header).map_err(io)?;
    if (header.len() as u64) < HEADER {
        return Err(Problem::Corrupt {
            seconds: 0.0,
            detail: format!(
                "the au header takes {HEADER} bytes, but the file has {}",
                header.len()
            ),
        });
    }
    // "dns." is the header of an au file written with all its words swapped.
    let order = match &header[..4] {
        b".snd" => ByteOrder::Big,
        _ => ByteOrder::Little,
    };
    let word = |index: usize| {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(&header[4 * index..4 * index + 4]);
        match order {
            ByteOrder::Big => u32::from_be_bytes(bytes),
            ByteOrder::Little => u32::from_le_bytes(bytes),
        }
    };
    let encoding = encoding(word(3))?;
    let (sample_rate, channels) = check_header(u64::from(word(4)), u64::from(word(5)))?;
    // Offsets below the fixed header occur in the wild and mean "right behind it".
    let start = u64::from(word(1)).max(HEADER);
    let file_length = file.metadata().map_err(io)?.len();
    if start > file_length {
        return Err(Problem::Impossible {
            field: "data offset",
            value: start.to_string(),
            requirement: "inside the file",
        });
    }
    let length = match word(2) {
        // Writers that could not go back to fill in the size leave either.
        u32::MAX | 0 => None,
        size => Some(u64::from(size)),
    };
    let behind = file_length - start;
    let flaw = length.filter(|&claimed| behind > claimed + claimed / 100);
    Ok(PcmLayout {
        container: "au",
        encoding,
        order,
        sample_rate,
        channels,
        start,
        length,
        flaw: flaw.map(|claimed| {
            format!("the header claims {claimed} of {behind} bytes; the rest is left out")
        }),
    })
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
