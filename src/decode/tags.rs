//! Tags that players put before and behind any file, whatever its format.

use std::io::{Read, Seek, SeekFrom};

/// Length of the tag (ID3v2, APE) that begins with these bytes, if one does.
pub(super) fn leading_tag(head: &[u8]) -> Option<u64> {
    match head {
        [
            b'A',
            b'P',
            b'E',
            b'T',
            b'A',
            b'G',
            b'E',
            b'X',
            _,
            _,
            _,
            _,
            size @ ..,
        ] => Some(32 + u64::from(u32::from_le_bytes(*size.first_chunk()?))),
        [b'I', b'D', b'3', ..] => id3_length(head),
        _ => None,
    }
}

/// Where the file of `length` bytes ends once its last tags (ID3 of both kinds, APE,
/// Lyrics3) are taken off.
///
/// # Errors
/// A file that cannot be read.
pub(super) fn end_before_tags(file: &mut (impl Read + Seek), length: u64) -> std::io::Result<u64> {
    let mut end = length;
    while let Some(tag) = trailing_tag(file, end)?.filter(|&tag| tag <= end) {
        end -= tag;
    }
    Ok(end)
}

/// Length of the tag that ends at byte `end`, if one does.
fn trailing_tag(file: &mut (impl Read + Seek), end: u64) -> std::io::Result<Option<u64>> {
    let mut tail = |back: u64, count: usize| {
        let mut bytes = vec![0; count];
        if let Some(at) = end.checked_sub(back) {
            file.seek(SeekFrom::Start(at))?;
            file.read_exact(&mut bytes)?;
        }
        Ok::<_, std::io::Error>(bytes)
    };
    if tail(128, 3)? == b"TAG" {
        return Ok(Some(128));
    }
    let footer = tail(32, 32)?;
    if footer.starts_with(b"APETAGEX") {
        let size = u32::from_le_bytes([footer[12], footer[13], footer[14], footer[15]]);
        // The size leaves out the header, which the last bit of the flags announces.
        let header = if footer[23] & 0x80 != 0 { 32 } else { 0 };
        return Ok(Some(u64::from(size) + header).filter(|&size| size > 0));
    }
    if tail(9, 9)? == b"LYRICS200" {
        let digits = String::from_utf8_lossy(&tail(15, 6)?).parse::<u64>();
        return Ok(digits.ok().map(|size| size + 15));
    }
    let footer = tail(10, 10)?;
    Ok(match footer.starts_with(b"3DI") {
        true => id3_length(&footer),
        false => None,
    })
}

/// Length of an ID3v2 tag by its header or footer, with both.
fn id3_length(header: &[u8]) -> Option<u64> {
    let [_, _, _, _, _, flags, size @ ..] = header else {
        return None;
    };
    let size = size.first_chunk::<4>()?;
    if size.iter().any(|byte| byte & 0x80 != 0) {
        return None;
    }
    let size = size.iter().fold(0, |n, &byte| n << 7 | u64::from(byte));
    let footer = if flags & 0x10 != 0 { 10 } else { 0 };
    Some(10 + size + footer)
}
