//! Whether a file begins as the sound that demuxers read: left to themselves they
//! search for it, and would take the first recording inside of any other file.

use super::archive::archive;
use super::sniff::{self, Content};
use crate::Problem;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Bytes behind which the frames of a raw stream must have begun.
const JUNK: usize = 1 << 16;
/// The longest three frames that a chain is proved by, and a header.
const CHAIN: usize = 3 * (1 << 13) + 8;
/// Most padding of zeros that is stepped over, in windows.
const WINDOWS: u64 = 64;
/// Names of streams of frames without a container, which may have been cut out of
/// longer ones.
const RAW: [&str; 6] = ["mp1", "mp2", "mp3", "mpga", "aac", "adts"];

/// Checks that `file`, whose first bytes no other reader knows, begins as a
/// container or as a stream of frames that can be decoded.
///
/// # Errors
/// What the file is instead, as far as it is known.
pub(super) fn check(path: &Path, file: &mut File, head: &[u8]) -> Result<(), Problem> {
    let start = skip_tags(file, head)?;
    let tagged = start > 0;
    let mut window = read_at(file, start, sniff::HEAD)?;
    if tagged {
        match (archive(&window), sniff::sniff(&window)) {
            (Some(found), _) => return Err(Problem::NotAudio { found }),
            (_, Content::Wav(_) | Content::Aiff) => return Ok(()),
            (_, Content::Unsupported(format)) => {
                let format = format.into();
                return Err(Problem::Unsupported { format });
            }
            _ => {}
        }
    }
    if is_container(&window) {
        return Ok(());
    }
    window = read_at(file, start, JUNK + CHAIN)?;
    for n in 1..WINDOWS {
        if window.is_empty() || window.iter().any(|&byte| byte != 0) {
            break;
        }
        window = read_at(file, start + n * (JUNK + CHAIN) as u64, JUNK + CHAIN)?;
    }
    let ends = window.len() < JUNK + CHAIN;
    let zeros = window.iter().take_while(|&&byte| byte == 0).count();
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    let is_raw = tagged || RAW.iter().any(|raw| extension == *raw);
    let mut offsets = match is_raw {
        true => 0..JUNK.min(window.len()),
        // A zero before the first frame may be a byte of padding.
        false => zeros..window.len().min(zeros + 1),
    };
    let begins = |at: usize| {
        let frames = chain(&window[at..]);
        match at == zeros {
            // A short file may end in its first frame.
            true => frames.n >= 2 || (frames.n == 1 && frames.is_cut && ends),
            false => frames.n >= 3,
        }
    };
    match offsets.any(begins) {
        true => Ok(()),
        false if tagged => Err(Problem::corrupt("no audio behind the ID3 tag")),
        false => Err(sniff::unknown(head)),
    }
}

/// Where the first bytes behind ID3v2 and APEv2 tags are.
fn skip_tags(file: &mut File, head: &[u8]) -> Result<u64, Problem> {
    let (mut start, mut here) = (0, head.to_vec());
    while let Some(length) = tag_length(&here) {
        start += length;
        here = read_at(file, start, 32)?;
    }
    Ok(start)
}

/// Bytes of the tag that begins here.
fn tag_length(head: &[u8]) -> Option<u64> {
    match head {
        [b'I', b'D', b'3', _, _, flags, a, b, c, d, ..] => {
            let size = [a, b, c, d]
                .iter()
                .fold(0, |n, byte| n << 7 | u64::from(*byte & 0x7F));
            // A flag says that a copy of the header follows.
            Some(size + if flags & 0x10 != 0 { 20 } else { 10 })
        }
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
            a,
            b,
            c,
            d,
            ..,
        ] => Some(32 + u64::from(u32::from_le_bytes([*a, *b, *c, *d]))),
        _ => None,
    }
}

fn read_at(file: &mut File, start: u64, most: usize) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether it is a container; some bytes of damage before it make it a broken one.
fn is_container(head: &[u8]) -> bool {
    const DAMAGE: usize = 16;
    const STARTS: [&[u8]; 4] = [b"fLaC", b"OggS", b"caff", b"\x1A\x45\xDF\xA3"];
    const BOXES: [&[u8]; 9] = [
        b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"moof",
    ];
    let start = &head[..head.len().min(DAMAGE)];
    let mut starts = STARTS.iter();
    starts.any(|magic| start.windows(4).any(|bytes| bytes == *magic))
        || head.get(4..8).is_some_and(|name| BOXES.contains(&name))
}

/// Frames of one kind that follow on each other.
struct Chain {
    n: usize,
    /// Whether the bytes end inside or behind the last one.
    is_cut: bool,
}

fn chain(bytes: &[u8]) -> Chain {
    const WANTED: usize = 3;
    let (mut n, mut rest, mut kind) = (0, bytes, None);
    while n < WANTED {
        let Some((of, length)) = frame(rest).filter(|(of, _)| kind.is_none_or(|kind| kind == *of))
        else {
            break;
        };
        (n, kind) = (n + 1, Some(of));
        match rest.get(length..) {
            Some(next) if next.len() >= 4 => rest = next,
            _ => return Chain { n, is_cut: true },
        }
    }
    Chain { n, is_cut: false }
}

/// What stays the same from one frame to the next: version, layer and rate.
type FrameKind = (u8, u8, u8);

/// The kind of the MPEG audio or ADTS frame that begins here, and its length.
fn frame(head: &[u8]) -> Option<(FrameKind, usize)> {
    let &[0xFF, b, c, d, ..] = head else {
        return None;
    };
    if b & 0xF6 == 0xF0 {
        let (e, f) = (*head.get(4)?, *head.get(5)?);
        let length = usize::from(d & 3) << 11 | usize::from(e) << 3 | usize::from(f >> 5);
        let rate = c >> 2 & 15;
        return (length >= 7 && rate < 13).then_some(((b & 8, 0, rate), length));
    }
    let (version, layer) = (b >> 3 & 3, 4 - (b >> 1 & 3));
    let (rate_index, index) = (usize::from(c >> 2 & 3), usize::from(c >> 4));
    if b & 0xE0 != 0xE0 || version == 1 || layer == 4 || rate_index == 3 || matches!(index, 0 | 15)
    {
        return None;
    }
    let is_first = version == 3;
    let rate = [44_100, 48_000, 32_000][rate_index] >> [2, 2, 1, 0][usize::from(version)];
    let kilobits = match (is_first, layer) {
        (true, 1) => [
            0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448,
        ],
        (true, 2) => [
            0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384,
        ],
        (true, _) => [
            0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
        ],
        (false, 1) => [
            0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256,
        ],
        (false, _) => [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    };
    let padding = usize::from(c >> 1 & 1);
    let bits = 1000 * kilobits[index];
    let length = match (layer, is_first) {
        (1, _) => 4 * (12 * bits / rate + padding),
        (3, false) => 72 * bits / rate + padding,
        _ => 144 * bits / rate + padding,
    };
    Some(((version, layer, c >> 2 & 3), length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// What a file of that name and content is judged to be.
    fn judged(name: &str, bytes: &[u8]) -> Result<(), Problem> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        check(
            &path,
            &mut File::open(&path).unwrap(),
            &bytes[..bytes.len().min(sniff::HEAD)],
        )
    }

    /// Frames of 128 kbit/s at 44100 Hz, 417 bytes each.
    fn mp3(n: usize) -> Vec<u8> {
        let frame = [&[0xFF, 0xFB, 0x90, 0x00][..], &[0x55; 413]].concat();
        frame.repeat(n)
    }

    fn id3(length: usize) -> Vec<u8> {
        let size = [(length >> 7) as u8, (length & 127) as u8];
        [b"ID3\x04\0\0\0\0", &size[..], &vec![0; length]].concat()
    }

    #[test]
    fn only_what_begins_as_sound_is_sound() {
        let inside = [&b"some other format"[..], &[7; 600], b"fLaC\0\0\0\x22"].concat();
        let problem = judged("a.flac", &inside).unwrap_err();
        assert!(problem.to_string().contains("no known format"), "{problem}");
        for good in [
            &b"fLaC"[..],
            b"OggS",
            b"\0\0\0\x20ftypM4A ",
            b"\x1A\x45\xDF\xA3",
            b"caff",
        ] {
            assert_eq!(judged("a.xyz", good), Ok(()));
        }
        for zeros in [0, 1, 700, 200_000] {
            let padded = [vec![0; zeros], mp3(4)].concat();
            assert_eq!(judged("a.wav", &padded), Ok(()), "{zeros}");
        }
        assert_eq!(judged("a.mp3", &mp3(1)[..100]), Ok(()));
        // Text of two bytes a letter has what a lone header has.
        let text: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain("a letter".repeat(100).bytes().flat_map(|b| [b, 0]))
            .collect();
        assert!(judged("a.mp3", &text).is_err());
    }

    #[test]
    fn junk_comes_before_raw_streams_alone() {
        let junk = [vec![0x13; 5000], mp3(4)].concat();
        assert_eq!(judged("cut.MP3", &junk), Ok(()));
        assert!(judged("cut.wav", &junk).is_err());
        assert!(judged("cut.mp3", &[vec![0x13; 5000], mp3(2)].concat()).is_err());
        assert_eq!(judged("a.xyz", &[id3(300), mp3(3)].concat()), Ok(()));
        assert_eq!(
            judged("a.xyz", &[id3(300), id3(20), b"fLaC".to_vec()].concat()),
            Ok(())
        );
        let problem = judged("a.mp3", &[id3(300), vec![7; 3000]].concat()).unwrap_err();
        assert!(problem.to_string().contains("ID3"), "{problem}");
        let problem = judged("a.mp3", &[id3(300), b"PAR1".to_vec()].concat()).unwrap_err();
        assert!(problem.to_string().contains("Parquet"), "{problem}");
    }

    #[test]
    fn lengths_of_frames_are_those_of_the_standards() {
        let length = |head: &[u8]| frame(head).map(|(_, length)| length);
        assert_eq!(length(&[0xFF, 0xFB, 0x90, 0x00]), Some(417));
        assert_eq!(length(&[0xFF, 0xFB, 0x92, 0x00]), Some(418));
        assert_eq!(length(&[0xFF, 0xF3, 0x80, 0x00]), Some(208));
        assert_eq!(length(&[0xFF, 0xFD, 0xA4, 0x00]), Some(576));
        assert_eq!(
            length(&[0xFF, 0xF1, 0x50, 0x80, 0x2E, 0x7F, 0xFC]),
            Some(371)
        );
        assert_eq!(length(&[0xFF, 0xFB, 0xF0, 0x00]), None);
        assert_eq!(length(b"RIFF"), None);
    }
}
