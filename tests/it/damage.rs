//! Damage in a recording is told: no file whose container or codec carries checksums or
//! counts is decoded to other samples without a word.

use cepstrum::decode::{AudioReader, Channel, Ending};
use cepstrum::synth::{fnv1a, splitmix64};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

const CASES: usize = 300;

/// What may go unnoticed in a format.
#[derive(Clone, Copy, PartialEq)]
enum Promise {
    /// Nothing: every byte is under a checksum.
    Checksum,
    /// Flipped bits: counts and sizes show what is missing or repeated.
    Counts,
    /// Flipped bits, and what is missing or repeated in whole frames.
    Frames,
}

/// A fixture, the part of it that is damaged (in hundredths: headers and indexes that lie
/// before and behind are no payload), and what it promises.
const FORMATS: [(&str, [usize; 2], Promise); 19] = [
    ("mono.flac", [30, 100], Promise::Checksum),
    ("flac.oga", [5, 100], Promise::Checksum),
    ("flac.mka", [30, 100], Promise::Checksum),
    ("vorbis_mono.ogg", [30, 100], Promise::Checksum),
    ("vorbis_51.ogg", [30, 100], Promise::Checksum),
    ("opus_48k.opus", [5, 100], Promise::Checksum),
    ("opus_51.opus", [5, 100], Promise::Checksum),
    ("lame_vbr.mp3", [10, 100], Promise::Checksum),
    ("lame_crc.mp3", [10, 100], Promise::Checksum),
    ("mp3_cbr_mono_22050.mp3", [10, 100], Promise::Checksum),
    ("free_format.mp3", [10, 100], Promise::Checksum),
    ("opus.webm", [10, 95], Promise::Counts),
    ("aac.m4a", [5, 90], Promise::Counts),
    ("aac_51.m4a", [5, 90], Promise::Counts),
    ("alac.m4a", [5, 90], Promise::Counts),
    ("alac.caf", [10, 90], Promise::Counts),
    ("opus.caf", [10, 90], Promise::Counts),
    ("he_aac.aac", [5, 100], Promise::Frames),
    ("s16.wav", [1, 100], Promise::Counts),
];

const KINDS: [&str; 4] = ["flipped", "cut", "repeated", "dropped"];

/// Samples, and whether something was told; nothing where the file is refused.
fn read(path: &Path) -> Option<(Vec<f32>, Ending)> {
    let mut reader = AudioReader::open(path, Channel::Mix).ok()?;
    let (mut samples, mut block) = (Vec::new(), Vec::new());
    while reader.read(&mut block).ok()? > 0 {
        samples.extend_from_slice(&block);
    }
    Some((samples, reader.ending().clone()))
}

/// The file with damage of a kind at a place, and the kind's number.
fn damaged(bytes: &[u8], part: [usize; 2], numbers: &[u64]) -> (usize, Vec<u8>) {
    let [start, end] = part.map(|hundredths| bytes.len() * hundredths / 100);
    let at = start + numbers[0] as usize % (end - start);
    let most = [1, 64, 1000, 9000][numbers[1] as usize % 4];
    let length = 1 + numbers[2] as usize % most;
    let until = (at + length).min(end);
    let kind = numbers[3] as usize % 4;
    let damaged = match kind {
        0 => {
            let mut bytes = bytes.to_vec();
            bytes[at] ^= 1 << (numbers[4] % 8);
            bytes
        }
        1 => bytes[..at].to_vec(),
        2 => [&bytes[..until], &bytes[at..]].concat(),
        _ => [&bytes[..at], &bytes[until..]].concat(),
    };
    (kind, damaged)
}

#[test]
fn damage_is_told_or_does_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    cepstrum::decode::silence_caught_panics();
    let mut faults = Vec::new();
    println!("format: damage, cases: refused, told, harmless, unnoticed");
    for (file, part, promise) in FORMATS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fixtures/formats")
            .join(file);
        let bytes = std::fs::read(&path).unwrap();
        let (right, ending) = read(&path).unwrap();
        assert_eq!(ending, Ending::Complete, "{file} is whole");
        let seed = fnv1a(file);
        let numbers: Vec<u64> = splitmix64(seed).take(5 * CASES).collect();
        let outcomes: Vec<(usize, usize)> = numbers
            .par_chunks(5)
            .enumerate()
            .map(|(case, numbers)| {
                let (kind, bytes) = damaged(&bytes, part, numbers);
                let path = folder.path().join(format!("{case}_{file}"));
                std::fs::write(&path, bytes).unwrap();
                let outcome = match read(&path) {
                    None => 0,
                    Some((_, Ending::Truncated { .. } | Ending::Damaged { .. })) => 1,
                    Some((samples, _)) if samples == right => 2,
                    // A remark that all was read is no warning of damage, but a word.
                    Some((_, Ending::Noted { .. })) if promise != Promise::Checksum => 1,
                    Some(_) => 3,
                };
                std::fs::remove_file(&path).unwrap();
                (kind, outcome)
            })
            .collect();
        let mut table: BTreeMap<usize, [usize; 4]> = BTreeMap::new();
        for (kind, outcome) in outcomes {
            table.entry(kind).or_default()[outcome] += 1;
        }
        for (kind, counts) in table {
            let [refused, told, harmless, unnoticed] = counts;
            let cases = refused + told + harmless + unnoticed;
            let name = KINDS[kind];
            println!("{file}: {name}, {cases}: {refused}, {told}, {harmless}, {unnoticed}");
            let allowed = match (promise, kind) {
                (Promise::Checksum, _) | (Promise::Counts, 1..) => 0,
                (Promise::Frames, 1..) => cases / 20,
                _ => cases,
            };
            if unnoticed > allowed {
                faults.push(format!("{file}: {unnoticed} of {cases} {name} unnoticed"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
