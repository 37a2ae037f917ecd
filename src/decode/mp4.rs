//! The edit list of an mp4 track: which part of the coded audio is meant to be
//! heard.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// Most bytes of tags that are looked through.
const MOST_TAGS: u64 = 1 << 20;
/// More boxes than any header has.
const MOST_BOXES: usize = 4096;

/// The audible part of a track, in seconds of the coded stream.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Edit {
    /// Coded time before the first audible sample.
    pub start: f64,
    /// Audible time; `None` where the list does not say.
    pub duration: Option<f64>,
}

/// A box: its type, and where its content starts and ends.
type Box = ([u8; 4], u64, u64);

/// The edit of the track with number `track`; `None` where the file has none,
/// or where it is not an mp4 file.
pub(super) fn edit(file: &mut File, track: u32) -> Option<Edit> {
    let length = file.metadata().ok()?.len();
    let moov = find(&boxes(file, 0, length), b"moov")?;
    let top = boxes(file, moov.1, moov.2);
    let movie_scale = timescale(file, find(&top, b"mvhd")?)?;
    for trak in top.iter().filter(|b| &b.0 == b"trak") {
        let parts = boxes(file, trak.1, trak.2);
        if track_number(file, find(&parts, b"tkhd")?)? != track {
            continue;
        }
        let mdia = find(&parts, b"mdia")?;
        let media = find(&boxes(file, mdia.1, mdia.2), b"mdhd")?;
        let media_scale = timescale(file, media)?;
        let list =
            find(&parts, b"edts").and_then(|edts| find(&boxes(file, edts.1, edts.2), b"elst"));
        return match list {
            Some(list) => first_edit(file, list, movie_scale, media_scale),
            None => itunes_edit(file, &top, media_scale),
        };
    }
    None
}

/// Something wrong with the boxes of a file as a whole.
pub(super) struct Flaw {
    /// Byte at which the box begins.
    pub at: u64,
    /// Whether it is a box that claims more bytes than there are.
    pub is_cut: bool,
    pub detail: String,
}

/// The first thing wrong with the boxes of a file, if anything is.
pub(super) fn flaw(file: &mut File) -> Option<Flaw> {
    let length = file.metadata().ok()?.len();
    let found = boxes(file, 0, length);
    let at = found.last().map_or(0, |last| last.2);
    let rest = bytes(file, at, length, 8)?;
    let kind = String::from_utf8_lossy(&rest[4..]).into_owned();
    if rest.iter().all(|&byte| byte == 0) || found.len() >= MOST_BOXES {
        return None;
    }
    let is_cut = kind.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    let detail = match is_cut {
        true => format!("the box {kind:?} at byte {at} claims more bytes than the file has"),
        false => format!("the bytes from {at} on are no box of an mp4 file"),
    };
    Some(Flaw { at, is_cut, detail })
}

/// The edit that iTunes and others keep among the tags: delay, padding and length in
/// units of the media, as hexadecimal text.
fn itunes_edit(file: &mut File, top: &[Box], media_scale: f64) -> Option<Edit> {
    let tags = find(top, b"udta")?;
    let count = (tags.2 - tags.1).min(MOST_TAGS) as usize;
    let text = bytes(file, tags.1, tags.2, count)?;
    let name = b"iTunSMPB";
    let at = text.windows(name.len()).position(|window| window == name)? + name.len();
    // Behind the name: a box header, a type and a locale.
    let value = String::from_utf8_lossy(text.get(at + 16..)?.get(..60)?).into_owned();
    let mut numbers = value
        .split_ascii_whitespace()
        .map(|number| u64::from_str_radix(number, 16));
    let (_, delay, _, length) = (
        numbers.next()?,
        numbers.next()?,
        numbers.next()?,
        numbers.next()?,
    );
    let seconds = |units: u64| units as f64 / media_scale;
    Some(Edit {
        start: seconds(delay.ok()?),
        duration: length.ok().filter(|&length| length > 0).map(seconds),
    })
}

fn first_edit(file: &mut File, list: Box, movie_scale: f64, media_scale: f64) -> Option<Edit> {
    let head = bytes(file, list.1, list.2, 8)?;
    let long = head[0] == 1;
    let count = u32::from_be_bytes([head[4], head[5], head[6], head[7]]);
    let width = if long { 20 } else { 12 };
    let mut at = list.1 + 8;
    let mut edits = Vec::new();
    for _ in 0..count.min(16) {
        let entry = bytes(file, at, list.2, width)?;
        let (duration, start) = if long {
            (integer(&entry[..8]), integer(&entry[8..16]) as i64)
        } else {
            let start = integer(&entry[4..8]) as u32 as i32;
            (integer(&entry[..4]), i64::from(start))
        };
        // A start of -1 is an empty edit, which only shifts the track in time.
        if start >= 0 {
            edits.push((start, duration));
        }
        at += width as u64;
    }
    let &(start, duration) = edits.first()?;
    Some(Edit {
        start: start as f64 / media_scale,
        duration: (edits.len() == 1 && count <= 16 && duration > 0)
            .then(|| duration as f64 / movie_scale),
    })
}

/// Units per second from an `mvhd` or `mdhd` box.
fn timescale(file: &mut File, header: Box) -> Option<f64> {
    let version = bytes(file, header.1, header.2, 1)?[0];
    let offset = if version == 1 { 20 } else { 12 };
    let scale = integer(&bytes(file, header.1 + offset, header.2, 4)?);
    (scale > 0).then_some(scale as f64)
}

fn track_number(file: &mut File, header: Box) -> Option<u32> {
    let version = bytes(file, header.1, header.2, 1)?[0];
    let offset = if version == 1 { 20 } else { 12 };
    let number = integer(&bytes(file, header.1 + offset, header.2, 4)?);
    u32::try_from(number).ok()
}

fn boxes(file: &mut File, start: u64, end: u64) -> Vec<Box> {
    let mut found = Vec::new();
    let mut at = start;
    while found.len() < MOST_BOXES {
        let Some(head) = bytes(file, at, end, 8) else {
            break;
        };
        let kind = [head[4], head[5], head[6], head[7]];
        let (header, size) = match integer(&head[..4]) {
            0 => (8, end - at),
            1 => match bytes(file, at + 8, end, 8) {
                Some(long) => (16, integer(&long)),
                None => break,
            },
            size => (8, size),
        };
        let Some(next) = at.checked_add(size).filter(|&n| size >= header && n <= end) else {
            break;
        };
        found.push((kind, at + header, next));
        at = next;
    }
    found
}

fn find(boxes: &[Box], kind: &[u8; 4]) -> Option<Box> {
    boxes.iter().find(|b| &b.0 == kind).copied()
}

fn integer(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}

fn bytes(file: &mut File, at: u64, end: u64, count: usize) -> Option<Vec<u8>> {
    if at.checked_add(count as u64)? > end {
        return None;
    }
    file.seek(SeekFrom::Start(at)).ok()?;
    let mut bytes = vec![0; count];
    file.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let size = 8 + content.len() as u32;
        [&size.to_be_bytes()[..], kind, content].concat()
    }

    /// Big-endian words as bytes.
    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    fn movie(edits: &[u32]) -> Vec<u8> {
        let entries = edits.len() as u32 / 3;
        let list = boxed(b"elst", &[words(&[0, entries]), words(edits)].concat());
        let trak = [
            boxed(b"tkhd", &words(&[0, 0, 0, 7])),
            boxed(b"edts", &list),
            boxed(b"mdia", &boxed(b"mdhd", &words(&[0, 0, 0, 44_100]))),
        ];
        let header = boxed(b"mvhd", &words(&[0, 0, 0, 1000]));
        let moov = [header, boxed(b"trak", &trak.concat())].concat();
        [boxed(b"ftyp", b"M4A "), boxed(b"moov", &moov)].concat()
    }

    fn edit_of(bytes: &[u8], track: u32) -> Option<Edit> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.m4a");
        std::fs::write(&path, bytes).unwrap();
        edit(&mut File::open(path).unwrap(), track)
    }

    #[test]
    fn edits_are_read_in_seconds() {
        let empty = u32::MAX;
        let bytes = movie(&[500, empty, 0x10000, 3000, 1024, 0x10000]);
        let want = Edit {
            start: 1024.0 / 44_100.0,
            duration: Some(3.0),
        };
        assert_eq!(edit_of(&bytes, 7), Some(want));
        assert_eq!(edit_of(&bytes, 8), None);
        for length in 0..bytes.len() {
            assert_eq!(edit_of(&bytes[..length], 7), None);
        }
    }
}
