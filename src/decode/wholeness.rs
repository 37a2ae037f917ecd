//! Whether the file of a picture is whole: checksums and lengths, which decoders leave
//! unread where they do not need them.

use super::jpeg::flaw;
use super::stream::Ending;
use crate::Problem;
use flate2::Crc;
use flate2::read::ZlibDecoder;
use std::io;

/// Rows below the last whole one of a jpeg file that share its blocks of colour.
const SHARED_ROWS: usize = 32;
/// Bytes of the signature of a png file, and of the header of a RIFF file.
const PNG_SIGNATURE: usize = 8;
const RIFF_HEADER: usize = 12;

/// Formats of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Jpeg,
    Png,
    WebP,
}

fn damaged(found: impl std::fmt::Display) -> Problem {
    Problem::NotPicture {
        found: format!("the picture is damaged: {found}"),
    }
}

/// How the file of a picture ends, of which `rows` of `height` from the top are
/// measured, as they are stored.
///
/// # Errors
/// Damage that concerns what is measured, or may.
pub(super) fn ending(
    format: Format,
    bytes: &[u8],
    (rows, height): (usize, usize),
) -> Result<Ending, Problem> {
    match format {
        Format::Jpeg => jpeg(bytes, (rows, height)),
        Format::Png => png(bytes),
        Format::WebP => webp(bytes),
    }
}

fn jpeg(bytes: &[u8], (rows, height): (usize, usize)) -> Result<Ending, Problem> {
    let Some(flaw) = flaw(bytes) else {
        return Ok(Ending::Complete);
    };
    if flaw.whole_rows < height.min(rows + SHARED_ROWS) {
        return Err(match flaw.is_cut {
            true => Problem::NotPicture {
                found: format!("the picture is cut off: {}", flaw.found),
            },
            false => damaged(flaw.found),
        });
    }
    let detail = format!(
        "{}; {} of {height} rows are there, and all that are measured",
        flaw.found, flaw.whole_rows
    );
    Ok(match flaw.is_cut {
        true => Ending::Truncated { detail },
        false => Ending::Damaged { detail },
    })
}

/// The chunks of a png file: type, content, and whether the checksum is right.
fn png_chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8], bool)> {
    let mut rest = bytes.get(PNG_SIGNATURE..).unwrap_or_default();
    std::iter::from_fn(move || {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?) as usize;
        let sum = u32::from_be_bytes(rest.get(8 + length..12 + length)?.try_into().ok()?);
        let mut crc = Crc::new();
        crc.update(&rest[4..8 + length]);
        let chunk = (&rest[4..8], &rest[8..8 + length], crc.sum() == sum);
        rest = &rest[12 + length..];
        Some(chunk)
    })
}

/// The Exif data of a png file, which may lie behind the pixels.
pub(super) fn png_exif(bytes: &[u8]) -> Option<&[u8]> {
    let mut chunks = png_chunks(bytes);
    chunks.find_map(|(name, content, is_right)| (name == b"eXIf" && is_right).then_some(content))
}

fn png(bytes: &[u8]) -> Result<Ending, Problem> {
    let mut pixels = Vec::new();
    let (mut has_end, mut wrong) = (false, None);
    for (name, content, is_right) in png_chunks(bytes) {
        if !is_right {
            let detail = format!(
                "the CRC-32 of chunk {:?} is wrong",
                String::from_utf8_lossy(name)
            );
            // A capital marks what pixels depend on.
            if name[0].is_ascii_uppercase() {
                return Err(damaged(detail));
            }
            wrong.get_or_insert(detail);
        }
        match name {
            b"IDAT" => pixels.extend_from_slice(content),
            b"IEND" => {
                has_end = true;
                break;
            }
            _ => {}
        }
    }
    io::copy(&mut ZlibDecoder::new(pixels.as_slice()), &mut io::sink())
        .map_err(|error| damaged(format!("its pixels fail their checksum ({error})")))?;
    Ok(match (wrong, has_end) {
        (Some(detail), _) => Ending::Damaged { detail },
        (None, false) => Ending::Truncated {
            detail: "the file ends before its end chunk (IEND); all pixels are there".into(),
        },
        (None, true) => Ending::Complete,
    })
}

fn webp(bytes: &[u8]) -> Result<Ending, Problem> {
    let size_at = |at: usize| {
        let word = bytes.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_le_bytes(word) as usize)
    };
    let end = size_at(4).map_or(0, |size| size + 8);
    let (mut at, mut is_padded) = (RIFF_HEADER, false);
    while at < end.min(bytes.len()) {
        let Some(size) = size_at(at + 4) else {
            break;
        };
        is_padded = size % 2 == 1;
        at += 8 + size + size % 2;
    }
    // Whoever pads no chunk does not count what is missing.
    if at > end + usize::from(is_padded) && bytes.len() >= end {
        return Err(damaged("a chunk is longer than the file's header says"));
    }
    match bytes.len() {
        length if length == end => Ok(Ending::Complete),
        length if length + 1 == end && is_padded => Ok(Ending::Truncated {
            detail: "the last byte is missing, which pads the last chunk".into(),
        }),
        length if length < end => Err(Problem::NotPicture {
            found: format!("the picture is cut off: {length} of {end} bytes are there"),
        }),
        // They may be within the pixels.
        length => Ok(Ending::Damaged {
            detail: format!(
                "{} bytes more than the file's header says: some may lie within the picture",
                length - end
            ),
        }),
    }
}
