//! What symphonia does not look at in Matroska and WebM: checksums, whether the elements
//! are whole, and how much of the sound is padding.

use super::section::Section;
use crate::Problem;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::Range;

/// Elements that hold others (RFC 9559), as far as they are looked into.
const SEGMENT: u32 = 0x1853_8067;
const CLUSTER: u32 = 0x1F43_B675;
const TRACKS: u32 = 0x1654_AE6B;
const TRACK_ENTRY: u32 = 0xAE;
const BLOCK_GROUP: u32 = 0xA0;
/// Elements that are read.
const CRC_32: u32 = 0xBF;
const TRACK_NUMBER: u32 = 0xD7;
const CODEC_DELAY: u32 = 0x56AA;
const BLOCK: u32 = 0xA1;
const DISCARD_PADDING: u32 = 0x75A2;
/// What may stand in a segment, and what in a cluster.
const IN_SEGMENT: [u32; 9] = [
    0x114D_9B74,
    0x1549_A966,
    TRACKS,
    CLUSTER,
    0x1C53_BB6B,
    0x1941_A469,
    0x1043_A770,
    0x1254_C367,
    VOID,
];
const IN_CLUSTER: [u32; 8] = [0xE7, 0xA7, 0xAB, 0xA3, 0xAF, 0x5854, BLOCK_GROUP, VOID];
const VOID: u32 = 0xEC;

/// What was learned of a file.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Facts {
    /// Seconds before the first sample, by track.
    pub delays: BTreeMap<u64, f64>,
    /// Seconds behind the last, by track.
    pub paddings: BTreeMap<u64, f64>,
    /// Whether the segment has no size, as of a writer that could not go back.
    pub is_open: bool,
    /// What is wrong with the file.
    pub flaw: Option<String>,
    /// Where the sizes of a segment and a cluster stand that end outside of the file.
    pub false_sizes: Vec<Range<u64>>,
}

/// The file without the sizes that are false: the demuxer refuses it else.
pub(super) fn readable(section: Section, facts: &Facts) -> Section {
    let section = match facts.flaw {
        Some(_) => section.forward(),
        None => section,
    };
    facts.false_sizes.iter().fold(section, |section, size| {
        // All bits behind the mark of the width stand for no size.
        let width = (size.end - size.start) as usize;
        let mut bytes = vec![0xFF; width];
        bytes[0] = 0xFF >> (width - 1);
        section.patched(size.start, bytes)
    })
}

/// Walks over the elements of a file and holds them against their checksums.
///
/// # Errors
/// A file that cannot be read.
pub(super) fn survey(file: File) -> Result<Facts, Problem> {
    let length = file.metadata()?.len();
    let mut survey = Survey {
        file: BufReader::new(file),
        at: 0,
        length,
        number: 0,
        delay: None,
        facts: Facts::default(),
    };
    survey.walk(0, 0, Some(length))?;
    Ok(survey.facts)
}

struct Survey {
    file: BufReader<File>,
    at: u64,
    length: u64,
    /// Track of the element that is being read, and its delay in ns.
    number: u64,
    delay: Option<u64>,
    facts: Facts,
}

impl Survey {
    /// Walks over the elements of `parent` (0: the file) from `at` to `end`, where that
    /// is known, and returns where they end.
    fn walk(&mut self, parent: u32, mut at: u64, end: Option<u64>) -> std::io::Result<u64> {
        let (first, limit) = (at, end.unwrap_or(self.length));
        while at < limit && self.facts.flaw.is_none() {
            let header = self.header(at, limit)?;
            let Some((id, start, size)) = header.filter(|(id, ..)| is_child(parent, *id)) else {
                let is_next = parent == CLUSTER
                    && end.is_none()
                    && header.is_some_and(|(id, ..)| IN_SEGMENT.contains(&id));
                // Bytes behind the segment are no part of the file.
                if !is_next && parent != 0 {
                    self.flaw(format!("the bytes from {at} on are no element of the file"));
                }
                return Ok(at);
            };
            let stop = size.map(|size| start.saturating_add(size));
            self.facts.is_open |= id == SEGMENT && size.is_none();
            let is_cut = stop.is_some_and(|stop| stop > self.length);
            if is_cut && is_looked_into(parent, id) && matches!(id, SEGMENT | CLUSTER) {
                // The numbers of both take four bytes.
                self.facts.false_sizes.push(at + 4..start);
                self.walk(id, start, None)?;
                self.flaw("the file ends before its segment does".into());
                return Ok(limit);
            }
            if stop.is_some_and(|stop| stop > limit) {
                self.flaw(format!(
                    "the file is cut off, or damaged, inside the element at byte {at}"
                ));
                return Ok(limit);
            }
            at = match id {
                // Only where they belong: a file could nest them without end.
                _ if is_looked_into(parent, id) => {
                    (self.number, self.delay) = (0, None);
                    self.walk(id, start, stop)?
                }
                _ => {
                    let stop = stop.unwrap_or(limit);
                    if id == CRC_32 && at == first && stop == start + 4 {
                        self.check(start, limit)?;
                    }
                    self.read(id, start, stop)?;
                    stop
                }
            };
        }
        if let (TRACK_ENTRY, Some(delay)) = (parent, self.delay) {
            self.facts.delays.insert(self.number, delay as f64 / 1e9);
        }
        Ok(at)
    }

    fn read(&mut self, id: u32, start: u64, stop: u64) -> std::io::Result<()> {
        match id {
            TRACK_NUMBER => self.number = self.integer(start, stop)?,
            CODEC_DELAY => self.delay = Some(self.integer(start, stop)?),
            BLOCK => self.number = self.vint(start, stop)?.map_or(0, |(number, _)| number),
            DISCARD_PADDING => {
                let unused = 64 - 8 * (stop - start).clamp(1, 8) as u32;
                let padding = (self.integer(start, stop)? << unused) as i64 >> unused;
                let seconds = padding.max(0) as f64 / 1e9;
                self.facts.paddings.insert(self.number, seconds);
            }
            _ => {}
        }
        Ok(())
    }

    /// Holds the bytes behind a checksum at `start` against it.
    fn check(&mut self, start: u64, end: u64) -> std::io::Result<()> {
        let written = self.bytes(start, 4)?;
        let (mut crc, mut at) = (crc32fast::Hasher::new(), start + 4);
        while at < end {
            let block = self.bytes(at, (end - at).min(1 << 16) as usize)?;
            crc.update(&block);
            at += block.len() as u64;
            if block.is_empty() {
                break;
            }
        }
        if written != crc.finalize().to_le_bytes() {
            self.flaw(format!(
                "the bytes from {start} to {end} fail their checksum"
            ));
        }
        Ok(())
    }

    fn flaw(&mut self, detail: String) {
        self.facts.flaw.get_or_insert(detail);
    }

    /// The element at `at`: its number, where its content starts, and its size, where
    /// that is known.
    #[allow(clippy::type_complexity)]
    fn header(&mut self, at: u64, end: u64) -> std::io::Result<Option<(u32, u64, Option<u64>)>> {
        let head = self.bytes(at, (end - at).min(12) as usize)?;
        let Some(width) = head.first().map(|byte| byte.leading_zeros() as usize + 1) else {
            return Ok(None);
        };
        let (Some(id), true) = (head.get(..width), width <= 4) else {
            return Ok(None);
        };
        let id = id.iter().fold(0, |id, &byte| id << 8 | u32::from(byte));
        let Some((size, size_width)) = vint(&head[width..]) else {
            return Ok(None);
        };
        let is_unknown = size == (1 << (7 * size_width)) - 1;
        let start = at + (width + size_width) as u64;
        Ok(Some((id, start, (!is_unknown).then_some(size))))
    }

    fn vint(&mut self, start: u64, stop: u64) -> std::io::Result<Option<(u64, usize)>> {
        Ok(vint(&self.bytes(start, (stop - start).min(8) as usize)?))
    }

    fn integer(&mut self, start: u64, stop: u64) -> std::io::Result<u64> {
        let bytes = self.bytes(start, (stop - start).min(8) as usize)?;
        Ok(bytes.iter().fold(0, |n, &byte| n << 8 | u64::from(byte)))
    }

    /// The `count` bytes at `at`, fewer where the file ends.
    fn bytes(&mut self, at: u64, count: usize) -> std::io::Result<Vec<u8>> {
        match i64::try_from(at.wrapping_sub(self.at)) {
            Ok(step) => self.file.seek_relative(step)?,
            Err(_) => drop(self.file.seek(SeekFrom::Start(at))?),
        }
        let mut bytes = Vec::new();
        (&mut self.file)
            .take(count as u64)
            .read_to_end(&mut bytes)?;
        self.at = at + bytes.len() as u64;
        Ok(bytes)
    }
}

/// Whether the children of an element are of interest.
fn is_looked_into(parent: u32, id: u32) -> bool {
    matches!(
        (parent, id),
        (0, SEGMENT) | (SEGMENT, CLUSTER | TRACKS) | (TRACKS, TRACK_ENTRY) | (CLUSTER, BLOCK_GROUP)
    )
}

/// Whether an element may stand in `parent`.
fn is_child(parent: u32, id: u32) -> bool {
    match parent {
        0 => id == SEGMENT || id == 0x1A45_DFA3,
        SEGMENT => IN_SEGMENT.contains(&id) || id == CRC_32,
        CLUSTER => IN_CLUSTER.contains(&id) || id == CRC_32,
        _ => true,
    }
}

/// A number of variable width, and its width.
fn vint(bytes: &[u8]) -> Option<(u64, usize)> {
    let width = bytes.first()?.leading_zeros() as usize + 1;
    let bytes = bytes.get(..width).filter(|_| width <= 8)?;
    let value = bytes.iter().fold(0, |n, &byte| n << 8 | u64::from(byte));
    Some((value & ((1 << (7 * width)) - 1), width))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surveyed(bytes: &[u8]) -> Facts {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mka");
        std::fs::write(&path, bytes).unwrap();
        survey(File::open(path).unwrap()).unwrap()
    }

    #[test]
    fn elements_inside_each_other_without_end_are_not_followed() {
        // A segment and its tracks of unknown size.
        let mut bytes = vec![0x18, 0x53, 0x80, 0x67, 0xFF, 0x16, 0x54, 0xAE, 0x6B, 0xFF];
        bytes.extend([0xAE, 0xFF].repeat(200_000));
        assert!(surveyed(&bytes).is_open);
    }

    #[test]
    fn delays_and_cuts_are_seen() {
        let entry = [0xD7, 0x81, 1, 0x56, 0xAA, 0x83, 0x63, 0x2E, 0xA0];
        let tracks = [&[0x16, 0x54, 0xAE, 0x6B, 0x8B, 0xAE, 0x89][..], &entry].concat();
        let segment = |size: u8| [&[0x18, 0x53, 0x80, 0x67, 0x80 | size][..], &tracks].concat();
        let whole = surveyed(&segment(tracks.len() as u8));
        // 6,500,000 ns.
        assert_eq!(whole.delays[&1], 0.0065);
        assert_eq!((whole.flaw, whole.false_sizes), (None, vec![]));
        let cut = surveyed(&segment(tracks.len() as u8 + 1));
        assert!(cut.flaw.unwrap().contains("before its segment"));
        assert_eq!((cut.delays[&1], cut.false_sizes.len()), (0.0065, 1));
        assert_eq!(cut.false_sizes[0], 4..5);
    }
}
