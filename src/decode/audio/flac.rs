//! The beginning of a FLAC file, made plain for the demuxer: it refuses files over
//! tables that no sample depends on.

use super::section::Section;
use crate::Problem;

/// Bytes of the block that describes the stream.
const STREAMINFO: usize = 34;
/// More blocks than any header has.
const MOST_BLOCKS: usize = 10_000;
/// The smallest block that the format allows, in frames.
const SMALLEST_BLOCK: u16 = 16;

/// The frames of a FLAC file behind a header without anything else, and how many frames
/// of sound the file promises.
///
/// # Errors
/// Headers that are missing or cut off.
pub(super) fn plain(mut section: Section) -> Result<(Section, Option<u64>), Problem> {
    let cut = || Problem::corrupt("the file ends inside its headers");
    let (mut at, mut info) = (4, None);
    for n in 0.. {
        let header = section.peek(at, 4)?;
        let &[kind, a, b, c] = header.as_slice() else {
            return Err(cut());
        };
        at += 4;
        if kind & 0x7F == 0 && info.is_none() {
            let block = section.peek(at, STREAMINFO)?;
            info = block.first_chunk::<STREAMINFO>().copied();
        }
        at += u64::from(u32::from_be_bytes([0, a, b, c]));
        if at > section.length() || n > MOST_BLOCKS {
            return Err(cut());
        }
        if kind & 0x80 != 0 {
            break;
        }
    }
    let mut info = info.ok_or_else(|| Problem::corrupt("no stream info block"))?;
    let promised = info[13..18]
        .iter()
        .fold(0, |n, &byte| n << 8 | u64::from(byte))
        & 0xF_FFFF_FFFF;
    // The count would end the stream, even one that was never filled in.
    info[13] &= 0xF0;
    info[14..18].fill(0);
    // Whether blocks are of one size is told by every frame: some writers leave 0 here.
    let largest = u16::from_be_bytes([info[2], info[3]]);
    let is_fixed = section
        .peek(at, 2)?
        .get(1)
        .is_some_and(|byte| byte & 1 == 0);
    let smallest = if is_fixed {
        largest
    } else {
        SMALLEST_BLOCK.min(largest)
    };
    info[..2].copy_from_slice(&smallest.to_be_bytes());
    let head = [&b"fLaC\x80\0\0\x22"[..], &info].concat();
    let promised = Some(promised).filter(|&count| count > 0);
    Ok((section.behind(head, at)?, promised))
}
