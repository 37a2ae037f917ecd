//! Tags that players append to any file, whatever its format.

use std::io::{Read, Seek, SeekFrom};

/// Bytes of an ID3v1 tag.
const ID3V1: u64 = 128;
/// Bytes of the footer, and of the header, of an APE tag.
const APE: u64 = 32;

/// Where the file of `length` bytes ends once its last tags (ID3v1, APE) are taken
/// off.
pub(super) fn end_before_tags(file: &mut (impl Read + Seek), length: u64) -> std::io::Result<u64> {
    let mut end = length;
    let mut starts = |offset: Option<u64>, magic: &[u8], to: &mut [u8]| {
        let Some(offset) = offset else {
            return Ok::<bool, std::io::Error>(false);
        };
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(to)?;
        Ok(to.starts_with(magic))
    };
    if starts(end.checked_sub(ID3V1), b"TAG", &mut [0; 3])? {
        end -= ID3V1;
    }
    let mut footer = [0; APE as usize];
    if starts(end.checked_sub(APE), b"APETAGEX", &mut footer)? {
        let word = |at: usize| u32::from_le_bytes(std::array::from_fn(|i| footer[at + i]));
        // The size leaves out the header, which bit 31 of the flags announces.
        let header = if word(20) >> 31 == 1 { APE } else { 0 };
        end = end.saturating_sub(u64::from(word(12)) + header);
    }
    Ok(end)
}
