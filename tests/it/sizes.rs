//! Headers of uncompressed recordings that claim another size than there is, in
//! every container; and samples in encodings that headers leave open.

use cepstrum::decode::{AudioReader, Channel, Ending, read_signal};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const FRAMES: usize = 3000;

/// Samples of a file, and how it ends.
struct Ended {
    samples: Vec<f32>,
    how: &'static str,
    detail: String,
}

fn ended(path: &Path) -> Ended {
    let mut reader = AudioReader::open(path, Channel::Mix).unwrap();
    let (mut samples, mut block) = (Vec::new(), Vec::new());
    while reader.read(&mut block).unwrap() > 0 {
        samples.extend_from_slice(&block);
    }
    let (how, detail) = match reader.ending().clone() {
        Ending::Complete => ("complete", String::new()),
        Ending::Noted { detail } => ("noted", detail),
        Ending::Truncated { detail } => ("truncated", detail),
        Ending::Damaged { detail } => ("damaged", detail),
    };
    if let ("complete" | "noted", Some(promised)) = (how, reader.info().frames_promised) {
        assert_eq!(
            promised,
            samples.len() as u64,
            "a promise of another length"
        );
    }
    Ended {
        samples,
        how,
        detail,
    }
}

/// The containers that the tests write.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Container {
    Wav,
    Rf64,
    Wave64,
    Aiff,
    Au,
    Caf,
}

use Container::{Aiff, Au, Caf, Rf64, Wav, Wave64};

const ALL: [Container; 6] = [Wav, Rf64, Wave64, Aiff, Au, Caf];

/// 16-bit samples without a pattern.
fn samples() -> Vec<i16> {
    let noise = cepstrum::synth::gauss(7, FRAMES);
    noise.iter().map(|x| (3000.0 * x) as i16).collect()
}

/// A mono file of 16 bits, whose header claims `claimed` bytes of samples; `size` is
/// the field itself.
fn file(container: Container, size: u64, behind: &[u8]) -> Vec<u8> {
    let samples = samples();
    let (low, long) = (size as u32, size);
    let little: Vec<u8> = samples.iter().flat_map(|x| x.to_le_bytes()).collect();
    let big: Vec<u8> = samples.iter().flat_map(|x| x.to_be_bytes()).collect();
    let format = [1, 1, 8000, 0, 16000, 0, 2, 16].map(|x: u16| x.to_le_bytes());
    let format = format.concat();
    let mut bytes = Vec::new();
    let mut add = |part: &[u8]| bytes.extend_from_slice(part);
    match container {
        Wav => {
            add(b"RIFF\xFF\xFF\xFF\xFFWAVEfmt \x10\0\0\0");
            add(&format);
            add(b"data");
            add(&low.to_le_bytes());
            add(&little);
        }
        Rf64 => {
            add(b"RF64\xFF\xFF\xFF\xFFWAVEds64\x1C\0\0\0\0\0\0\0\0\0\0\0");
            add(&long.to_le_bytes());
            add(&[0; 12]);
            add(b"fmt \x10\0\0\0");
            add(&format);
            add(b"data\xFF\xFF\xFF\xFF");
            add(&little);
        }
        Wave64 => {
            let guid = b"\xF3\xAC\xD3\x11\x8C\xD1\x00\xC0\x4F\x8E\xDB\x8A";
            add(b"riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\x00\x00\xFF\xFF\xFF\xFF\0\0\0\0");
            add(b"wave");
            add(guid);
            add(b"fmt ");
            add(guid);
            add(&40_u64.to_le_bytes());
            add(&format);
            add(b"data");
            add(guid);
            // Its sizes count the header.
            add(&long
                .saturating_add(if long == 0 { 0 } else { 24 })
                .to_le_bytes());
            add(&little);
        }
        Aiff => {
            add(b"FORM\0\0\0\0AIFFCOMM\0\0\0\x12\0\x01");
            add(&(low / 2).to_be_bytes());
            add(b"\0\x10\x40\x0B\xFA\0\0\0\0\0\0\0SSND");
            add(&low.saturating_add(8).to_be_bytes());
            add(&[0; 8]);
            add(&big);
        }
        Au => {
            add(b".snd\0\0\0\x18");
            for word in [low, 3, 8000, 1] {
                add(&word.to_be_bytes());
            }
            add(&big);
        }
        Caf => {
            add(b"caff\0\x01\0\0desc\0\0\0\0\0\0\0\x20\x40\xBF\x40\0\0\0\0\0lpcm");
            for word in [2_u32, 2, 1, 1, 16] {
                add(&word.to_be_bytes());
            }
            add(b"data");
            add(&long.saturating_add(4).to_be_bytes());
            add(&[0; 4]);
            add(&little);
        }
    }
    add(behind);
    bytes
}

fn saved(bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("clip");
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

/// How the file ends, and what it says; its samples must be as many of the ones
/// that were written as there are.
fn read(bytes: &[u8]) -> Ended {
    let (_folder, path) = saved(bytes);
    let ended = ended(&path);
    let expected = samples();
    let expected = expected.iter().map(|&x| f32::from(x) / 32768.0);
    assert!(
        ended.samples.iter().zip(expected).all(|(a, b)| *a == b),
        "other samples"
    );
    ended
}

#[test]
fn sizes_that_were_not_known_are_no_promise() {
    for container in ALL {
        let is_long = matches!(container, Rf64 | Wave64 | Caf);
        let sizes = match is_long {
            true => vec![0, u64::MAX],
            false => vec![
                0,
                0x7FFF_FFFF,
                0x7FFF_F000,
                0x8000_0000,
                0xFFFF_FFFF,
                0x7F00_0000,
            ],
        };
        for size in sizes {
            let got = read(&file(container, size, &[]));
            let what = (got.how, got.samples.len());
            assert_eq!(
                what,
                ("complete", FRAMES),
                "{container:?} {size:x}: {}",
                got.detail
            );
        }
    }
}

#[test]
fn samples_that_the_header_forgets_are_read_and_told() {
    for container in ALL {
        let got = read(&file(container, 2000, &[]));
        assert_eq!(
            (got.how, got.samples.len()),
            ("noted", FRAMES),
            "{container:?}"
        );
        let (promised, there) = ("promise 1000 frames", "3000 are there");
        let is_told = got.detail.contains(promised) && got.detail.contains(there);
        assert!(is_told, "{container:?}: {}", got.detail);
    }
    // A size of more than 4 GiB that lost its upper half.
    let got = read(&file(Wav, ((1 << 32) + 2000) & 0xFFFF_FFFF, &[]));
    assert_eq!(got.how, "noted");
}

#[test]
fn a_count_of_aiff_and_the_size_of_its_chunk_are_held_against_each_other() {
    let whole = file(Aiff, 2 * FRAMES as u64, &[]);
    let frames = 22..26;
    let size = 42..46;
    for (field, value) in [(frames.clone(), 1000_u32), (size, 2008)] {
        let mut bytes = whole.clone();
        bytes[field].copy_from_slice(&value.to_be_bytes());
        let got = read(&bytes);
        assert_eq!(
            (got.how, got.samples.len()),
            ("noted", FRAMES),
            "{}",
            got.detail
        );
        assert!(got.detail.contains("1000"), "{}", got.detail);
    }
    let mut bytes = whole;
    bytes[frames].copy_from_slice(&4000_u32.to_be_bytes());
    let got = read(&bytes);
    assert_eq!(got.how, "truncated");
    assert!(got.detail.contains("3000 of 4000"), "{}", got.detail);
}

#[test]
fn samples_that_are_missing_are_told() {
    for container in ALL {
        let got = read(&file(container, 8000, &[]));
        assert_eq!(
            (got.how, got.samples.len()),
            ("truncated", FRAMES),
            "{container:?}"
        );
        assert!(got.detail.contains("3000 of 4000"), "{}", got.detail);
    }
}

#[test]
fn what_lies_behind_the_samples_is_no_sample() {
    let mut id3 = b"TAG".to_vec();
    id3.resize(128, b'x');
    let ape = [
        b"APETAGEX\xD0\x07\0\0\x40\0\0\0\x01\0\0\0\0\0\0\xA0".to_vec(),
        vec![0; 8],
        (0..32).collect(),
        b"APETAGEX\xD0\x07\0\0\x40\0\0\0\x01\0\0\0\0\0\0\x80".to_vec(),
        vec![0; 8],
    ];
    let ape = ape.concat();
    let list: Vec<u8> = [&b"LIST\x64\0\0\0"[..], &(0..100).collect::<Vec<u8>>()].concat();
    let unknown: Vec<u8> = [&b"abcd\x64\0\0\0"[..], &(0..100).collect::<Vec<u8>>()].concat();
    let text = b"made by hand, and signed below. ".repeat(9);
    let both = [ape.clone(), id3.clone()].concat();
    for (name, behind) in [
        ("a byte too many", vec![0]),
        ("an ID3v1 tag", id3.clone()),
        ("an APE tag", ape),
        ("both", both.clone()),
        ("zeros", vec![0; 4000]),
        ("some bytes", (0..40).collect()),
        ("text", text),
        ("a list", list),
        ("a chunk", unknown),
    ] {
        let is_little = name.starts_with("a list") || name == "a chunk";
        for container in ALL {
            if is_little && !matches!(container, Wav | Rf64) {
                continue;
            }
            let got = read(&file(container, 2 * FRAMES as u64, &behind));
            let what = (got.how, got.samples.len());
            // What is no padding, text or tag is told.
            let how = if matches!(name, "some bytes" | "a byte too many") {
                "noted"
            } else {
                "complete"
            };
            assert_eq!(what, (how, FRAMES), "{name}, {container:?}: {}", got.detail);
        }
    }
    // Nor where the size is open.
    for container in ALL {
        let open = if matches!(container, Wav | Au | Aiff) {
            0xFFFF_FFFF
        } else {
            u64::MAX
        };
        let got = read(&file(container, open, &both));
        assert_eq!(
            (got.how, got.samples.len()),
            ("complete", FRAMES),
            "{container:?}"
        );
    }
}

#[test]
fn several_data_chunks_are_one_recording() {
    let more = [1000_i16, -1000].repeat(50);
    let more: Vec<u8> = more.iter().flat_map(|x| x.to_le_bytes()).collect();
    let second = [&b"data\xC8\0\0\0"[..], &more].concat();
    let got = read(&file(Wav, 2 * FRAMES as u64, &second));
    assert_eq!((got.how, got.samples.len()), ("noted", FRAMES + 100));
    assert!(
        got.detail.contains("2 chunks, 3100 frames"),
        "{}",
        got.detail
    );
    // In another format they would be noise.
    let format = b"fmt \x10\0\0\0\x01\0\x02\0\x40\x1F\0\0\0\x7D\0\0\x04\0\x10\0";
    let got = read(&file(
        Wav,
        2 * FRAMES as u64,
        &[&format[..], &second].concat(),
    ));
    assert_eq!((got.how, got.samples.len()), ("damaged", FRAMES));
    assert!(got.detail.contains("another format"), "{}", got.detail);
    // A whole file behind the first.
    for container in ALL {
        let size = 2 * FRAMES as u64;
        let got = read(&file(container, size, &file(container, size, &[])));
        assert_eq!(
            (got.how, got.samples.len()),
            ("damaged", FRAMES),
            "{container:?}"
        );
        assert!(got.detail.contains("another recording"), "{}", got.detail);
    }
}

/// What ffmpeg 5.1 makes of the packet in [`little_endian_and_packed_aiff_c`].
const IMA4: [i32; 64] = [
    4655, 4816, 4966, 5024, 5007, 4861, 4919, 4902, 4691, 5121, 6046, 6973, 5890, 3996, 6836, 4946,
    6663, 7599, 5611, 3287, 3599, 3315, 2541, 6061, 12603, 18843, 6686, -15899, 11801, -6820,
    -32768, -20482, -32768, -32768, -4099, -7823, -11208, 32767, 32767, 32767, -11247, -32768,
    28668, 8190, -25328, -13042, 27924, -17129, 3349, -375, -24074, 22092, 26187, 32767, 22611,
    -17400, 32767, 12289, -32768, -20482, 13036, -32017, -32768, -32768,
];

/// A wav file of 32-bit words.
fn words(format: &[u16], words: impl Iterator<Item = u32>) -> Vec<u8> {
    let words: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
    let mut bytes = b"RIFF\xFF\xFF\xFF\xFFWAVEfmt ".to_vec();
    bytes.extend((2 * format.len() as u32).to_le_bytes());
    bytes.extend(format.iter().flat_map(|x| x.to_le_bytes()));
    bytes.extend(b"data");
    bytes.extend((words.len() as u32).to_le_bytes());
    bytes.extend(words);
    bytes
}

#[test]
fn words_of_32_bits_are_what_all_of_them_say() {
    let noise: Vec<f64> = cepstrum::synth::gauss(3, 4000)
        .iter()
        .map(|x| 0.1 * x)
        .collect();
    let integers: Vec<i32> = noise.iter().map(|x| (x * 8_388_608.0) as i32).collect();
    let expected: Vec<f32> = integers.iter().map(|&x| x as f32 / 8_388_608.0).collect();
    let extensible = [
        0xFFFE, 1, 8000, 0, 32000, 0, 4, 32, 22, 24, 4, 0, 1, 0, 0, 16, 128, 0xAA00, 0x3800, 0x719B,
    ];
    let plain = |bits| [1, 1, 8000, 0, 32000, 0, 4, bits];
    let marked = [1, 1, 8000, 0, 32000, 0, 4, 32, 2, 1];
    // The start is as silent as a radio play's.
    let silence = || std::iter::repeat_n(0, 100_000);
    let low = || silence().chain(integers.iter().map(|&x| x as u32));
    let top = || silence().chain(integers.iter().map(|&x| (x as u32) << 8));
    let floats = |unit: f32| {
        let floats = expected.iter().map(move |x| (x * unit).to_bits());
        silence().chain(floats)
    };
    for (name, bytes) in [
        ("low 24 of 32", words(&extensible, low())),
        ("top 24 of 32", words(&extensible, top())),
        ("low 24 of 24", words(&plain(24), low())),
        ("24.0 float", words(&plain(24), floats(8_388_608.0))),
        ("16.8 float", words(&marked, floats(32_768.0))),
    ] {
        let (_folder, path) = saved(&bytes);
        let got = read_signal(&path, Channel::Mix).unwrap().samples;
        assert!(got[100_000..] == expected[..], "{name}");
    }
}

#[test]
fn adpcm_in_wave64_is_refused_by_name() {
    let mut bytes = file(Wave64, 2 * FRAMES as u64, &[]);
    // The tag of the format, behind the headers of the file and of the chunk.
    bytes[64] = 0x11;
    let (_folder, path) = saved(&bytes);
    let error = read_signal(&path, Channel::Mix).unwrap_err().to_string();
    assert!(error.contains("w64 with ADPCM"), "{error}");
}

#[test]
fn little_endian_and_packed_aiff_c() {
    let mut packet = vec![0x12, 0x9E];
    packet.extend((0..32_u8).map(|i| i.wrapping_mul(73) ^ 0x5A));
    let compressed = |codec: &[u8; 4], bits: u8, frames: u8, data: &[u8]| {
        let mut bytes = b"FORM\0\0\0\0AIFCCOMM\0\0\0\x18\0\x01\0\0\0".to_vec();
        bytes.extend([frames, 0, bits]);
        bytes.extend(b"\x40\x0B\xFA\0\0\0\0\0\0\0");
        bytes.extend(codec);
        bytes.extend(b"\0\0SSND");
        bytes.extend((data.len() as u32 + 8).to_be_bytes());
        bytes.extend([0; 8]);
        bytes.extend(data);
        let (_folder, path) = saved(&bytes);
        let ended = ended(&path);
        assert_eq!(ended.how, "complete", "{}", ended.detail);
        ended.samples
    };
    assert_eq!(compressed(b"23ni", 32, 1, &[0, 0, 0, 0x40]), [0.5]);
    assert_eq!(compressed(b"42ni", 24, 1, &[0, 0, 0xC0]), [-0.5]);
    assert_eq!(compressed(b"42n1", 24, 1, &[0, 0, 0xC0]), [-0.5]);
    assert_eq!(compressed(b"in24", 24, 1, &[0xC0, 0, 0]), [-0.5]);
    let got = compressed(b"ima4", 16, 1, &packet);
    let got: Vec<i32> = got.iter().map(|x| (x * 32768.0) as i32).collect();
    assert_eq!(got, IMA4);
}
