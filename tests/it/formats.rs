//! File formats, sound and broken, made here or compared with each other; what
//! each file of the corpus gives is in `corpus.rs`.

use cepstrum::Error;
use cepstrum::decode::{AudioReader, Channel, Ending, green_plane, photo_size, read_signal};
use std::path::{Path, PathBuf};

/// What became of a file: the class of its problem, or how it ended.
fn outcome(path: &Path) -> (String, usize) {
    let class = |error: Error| match error {
        Error::Input { problem, .. } => problem.class().to_owned(),
        other => other.to_string(),
    };
    let mut reader = match AudioReader::open(path, Channel::Mix) {
        Ok(reader) => reader,
        Err(error) => return (class(error), 0),
    };
    let (mut frames, mut block) = (0, Vec::new());
    loop {
        match reader.read(&mut block) {
            Ok(0) => break,
            Ok(count) => {
                assert_eq!(count, block.len());
                assert!(count <= 16_384, "a block of {count}");
                frames += count;
            }
            Err(error) => return (class(error), frames),
        }
    }
    let ending = match reader.ending() {
        Ending::Complete => "complete",
        Ending::Noted { .. } => "noted",
        Ending::Truncated { .. } => "truncated",
        Ending::Damaged { .. } => "damaged",
    };
    (ending.to_owned(), frames)
}

/// The folder of shared data, or `None` with a note where it is absent.
fn shared(test: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    if !path.is_dir() {
        println!("SKIPPED without ../shared: {test}");
        return None;
    }
    Some(path)
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    walkdir::WalkDir::new(folder)
        .min_depth(2)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect()
}

#[test]
fn no_file_panics_or_hangs() {
    let Some(data) = shared("no_file_panics_or_hangs") else {
        return;
    };
    for folder in ["formats", "malformed"] {
        for path in files_below(&data.join(folder)) {
            outcome(&path);
            let _ = photo_size(&path);
            let _ = green_plane(&path, 16);
        }
    }
}

#[test]
fn what_is_no_file_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let named_like_a_clip = folder.path().join("clip.wav");
    std::fs::create_dir(&named_like_a_clip).unwrap();
    assert_eq!(outcome(&named_like_a_clip).0, "unreadable");
    assert_eq!(outcome(&folder.path().join("nowhere.wav")).0, "not-found");
}

#[test]
fn pcm_containers_agree_to_the_bit() {
    let Some(data) = shared("pcm_containers_agree_to_the_bit") else {
        return;
    };
    let read = |name: &str| {
        let path = data.join("formats/made_here").join(name);
        read_signal(&path, Channel::Mix).unwrap().samples
    };
    let want = read("ref_s16_22050_1ch.wav");
    assert_eq!(want.len(), 66150);
    for name in [
        "au_s16be.au",
        "aiff_s16.aiff",
        "aifc_sowt.aifc",
        "caf_s16.caf",
        "pcm.mkv",
        "rf64.wav",
        "wav_s16le.wav",
    ] {
        assert!(read(name) == want, "{name}");
    }
    assert_eq!(read("au_mulaw.au"), read("wav_mulaw.wav"));
    assert_eq!(read("au_alaw.au"), read("aifc_alaw.aifc"));
}

/// A file with these bytes, deleted when dropped.
fn file(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn au(size: u32, encoding: u32, rate: u32, channels: u32, data: &[u8]) -> Vec<u8> {
    let mut bytes = b".snd".to_vec();
    for word in [28, size, encoding, rate, channels] {
        bytes.extend(word.to_be_bytes());
    }
    bytes.extend(b"note");
    bytes.extend(data);
    bytes
}

fn wav(tag: u16, channels: u16, bits: u16, claimed: u32, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"RIFF\xFF\xFF\xFF\xFFWAVEfmt \x10\0\0\0".to_vec();
    let align = channels * bits.div_ceil(8);
    bytes.extend(tag.to_le_bytes());
    bytes.extend(channels.to_le_bytes());
    bytes.extend(8000u32.to_le_bytes());
    bytes.extend((8000 * u32::from(align)).to_le_bytes());
    bytes.extend(align.to_le_bytes());
    bytes.extend(bits.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend(claimed.to_le_bytes());
    bytes.extend(data);
    bytes
}

#[test]
fn channels_are_mixed_or_picked() {
    let samples = [16384i16, 0, -16384, -32768].map(i16::to_be_bytes).concat();
    let (_folder, path) = file("clip.au", &au(8, 3, 8000, 2, &samples));
    let read = |channel| read_signal(&path, channel).map(|signal| signal.samples);
    assert_eq!(read(Channel::Mix).unwrap(), [0.25, -0.75]);
    assert_eq!(read(Channel::Left).unwrap(), [0.5, -0.5]);
    assert_eq!(read(Channel::Right).unwrap(), [0.0, -1.0]);
    let error = read(Channel::Index(2)).unwrap_err().to_string();
    assert!(error.contains("--channel"), "{error}");
}

#[test]
fn headers_are_told_and_checked() {
    let data = 1i16.to_le_bytes().repeat(6);
    let (_folder, path) = file("clip.wav", &wav(1, 2, 16, 12, &data));
    let reader = AudioReader::open(&path, Channel::Mix).unwrap();
    let info = reader.info();
    assert_eq!(info.format, "wav pcm_s16le");
    assert_eq!((info.sample_rate, info.channels), (8000, 2));
    assert_eq!(info.frames_promised, Some(3));
    let cases = [
        (wav(1, 1, 16, 20, &data), "truncated", 6),
        (wav(1, 1, 16, u32::MAX, &data), "complete", 6),
        (wav(1, 1, 16, 0, &data), "complete", 6),
        (wav(1, 0, 16, 12, &data), "impossible-header", 0),
        (wav(1, 65, 16, 12, &data), "impossible-header", 0),
        (wav(0x31, 1, 16, 12, &data), "unsupported", 0),
        (wav(1, 1, 16, 12, &[]), "empty", 0),
        (au(u32::MAX, 3, 8000, 1, &data), "complete", 6),
        (au(12, 3, 8000, 1, &data[..11]), "truncated", 5),
        (au(12, 3, 0, 1, &data), "impossible-header", 0),
        (au(12, 23, 8000, 1, &data), "unsupported", 0),
        (b"<!DOCTYPE html>".to_vec(), "not-audio", 0),
        (b"%PDF-1.7".to_vec(), "not-audio", 0),
        (b"OggS\0\x02\0\0\0\0".to_vec(), "corrupt", 0),
        (Vec::new(), "empty", 0),
    ];
    for (bytes, class, frames) in cases {
        let (_folder, path) = file("clip.wav", &bytes);
        let got = outcome(&path);
        assert_eq!(got, (class.to_owned(), frames), "{:?}", bytes.get(..40));
    }
}

fn format_fixture(name: &str) -> Vec<f32> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/formats")
        .join(name);
    let signal = read_signal(&path, Channel::Mix).unwrap();
    assert!(signal.duration() > 0.9, "{name}");
    signal.samples
}

/// Files that hold the same second of music without loss.
#[test]
fn lossless_fixtures_hold_the_same_samples() {
    let reference = format_fixture("s16.wav");
    assert_eq!(reference.len(), 22050);
    for name in [
        "s24.wav",
        "s32.wav",
        "f32.wav",
        "s16.aiff",
        "s24.aiff",
        "mono.flac",
        "alac.m4a",
        "alac.caf",
        "s16.caf",
    ] {
        let samples = format_fixture(name);
        assert!(samples == reference, "{name} differs from s16.wav");
    }
    // The au file holds the whole three seconds.
    assert!(format_fixture("au_s16be.au")[..22050] == reference);
    let coarse = format_fixture("u8.wav");
    let worst = coarse
        .iter()
        .zip(&reference)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max);
    assert!(worst <= 1.0 / 128.0, "u8.wav is off by {worst}");
}

/// Inner product of two signals, the second one `lag` samples later.
fn correlation(a: &[f32], b: &[f32], lag: isize) -> f64 {
    let pairs = (0..a.len() as isize).filter_map(|i| {
        let j = usize::try_from(i + lag).ok()?;
        Some((a[i as usize], *b.get(j)?))
    });
    pairs.map(|(a, b)| f64::from(a) * f64::from(b)).sum()
}

/// Files that hold the same three seconds with losses: as long, and aligned in
/// time to the sample.
#[test]
fn lossy_fixtures_resemble_the_original() {
    let reference = format_fixture("au_s16be.au");
    let energy = correlation(&reference, &reference, 0);
    for name in [
        "au_mulaw.au",
        "au_alaw.au",
        "mp3_cbr_mono_22050.mp3",
        "vorbis_mono.ogg",
    ] {
        let samples = format_fixture(name);
        assert_eq!(samples.len(), 66150, "{name}");
        let alike = |lag| correlation(&reference, &samples, lag);
        let best = (-60..=60).max_by(|&a, &b| alike(a).total_cmp(&alike(b)));
        assert_eq!(best, Some(0), "{name} is shifted");
        // The coded ones were made from another mix of the same channels.
        let coefficient = alike(0) / (energy * correlation(&samples, &samples, 0)).sqrt();
        assert!(coefficient > 0.95, "{name}: {coefficient}");
    }
    #[cfg(feature = "opus")]
    assert_eq!(format_fixture("opus_48k.opus").len(), 144_000);
    // 44.1 kHz stereo, cut to its edit list.
    assert_eq!(format_fixture("aac.m4a").len(), 132_300);
    assert_eq!(format_fixture("stereo_44100.wav").len(), 44100);
}
