//! Coded sound whose headers lie, or that changes on its way: made from the fixtures, with
//! the right samples known from these.

use cepstrum::decode::{AudioReader, Channel, Ending, Resampler};
use std::path::Path;

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats");
    std::fs::read(folder.join(name)).unwrap()
}

/// The mix of a file of that extension, and its ending.
fn read(extension: &str, bytes: &[u8]) -> (Vec<f32>, Ending) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("clip.{extension}"));
    std::fs::write(&path, bytes).unwrap();
    let mut reader = AudioReader::open(&path, Channel::Mix).unwrap();
    let (mut samples, mut block) = (Vec::new(), Vec::new());
    while reader.read(&mut block).unwrap() > 0 {
        samples.extend_from_slice(&block);
    }
    (samples, reader.ending().clone())
}

fn remark(ending: &Ending) -> &str {
    match ending {
        Ending::Noted { detail } => detail,
        other => panic!("{other:?} is no remark"),
    }
}

/// Where some bytes stand first.
fn find(bytes: &[u8], wanted: &[u8]) -> usize {
    let mut windows = bytes.windows(wanted.len());
    windows.position(|window| window == wanted).unwrap()
}

#[test]
fn headers_of_flac_that_no_sample_depends_on() {
    let whole = fixture("mono.flac");
    let (right, ending) = read("flac", &whole);
    assert_eq!((right.len(), ending), (22_050, Ending::Complete));
    // Behind the marker and the block's header: sizes of blocks, then of frames.
    let info = 8;
    let mut no_smallest = whole.clone();
    no_smallest[info..info + 2].fill(0);
    let mut no_total = whole.clone();
    no_total[info + 13] &= 0xF0;
    no_total[info + 14..info + 18].fill(0);
    let mut tag = b"TAG".to_vec();
    tag.resize(128, b' ');
    let tagged = [whole.clone(), tag].concat();
    // A cuesheet of four bytes is none.
    let cuesheet = [
        &whole[..info + 34],
        &[5, 0, 0, 4, 1, 2, 3, 4],
        &whole[info + 34..],
    ]
    .concat();
    for (name, bytes) in [
        ("smallest block 0", no_smallest),
        ("total 0", no_total),
        ("a tag behind", tagged),
        ("a cuesheet", cuesheet),
    ] {
        assert_eq!(
            read("flac", &bytes),
            (right.clone(), Ending::Complete),
            "{name}"
        );
    }
    let mut low = whole.clone();
    low[info + 14..info + 18].copy_from_slice(&1000u32.to_be_bytes());
    let (samples, ending) = read("flac", &low);
    assert_eq!(samples, right);
    assert!(
        remark(&ending).contains("promises 1000 frames, but 22050"),
        "{ending:?}"
    );
    // The sum of all samples is the last thing in the block.
    let mut wrong = whole;
    wrong[info + 20] ^= 1;
    let (_, ending) = read("flac", &wrong);
    let Ending::Damaged { detail } = ending else {
        panic!("{ending:?}");
    };
    assert!(detail.contains("MD5"), "{detail}");
}

#[test]
fn counts_of_mp3_are_no_limits() {
    let whole = fixture("lame_vbr.mp3");
    let (right, ending) = read("mp3", &whole);
    assert_eq!((right.len(), ending), (44_100, Ending::Complete));
    let count = find(&whole, b"Xing") + 8;
    for frames in [0u32, 7] {
        let mut lies = whole.clone();
        lies[count..count + 4].copy_from_slice(&frames.to_be_bytes());
        let (samples, ending) = read("mp3", &lies);
        // The tag's own checksum fails, and with a wrong count no padding is cut off.
        assert!(remark(&ending).contains("LAME tag fails"), "{ending:?}");
        assert!(samples.starts_with(&right), "{frames}");
        assert_eq!(samples.len() == right.len(), frames == 0);
    }
    let twice = [whole.clone(), whole].concat();
    let (samples, ending) = read("mp3", &twice);
    assert_eq!(samples, [right.clone(), right].concat());
    assert!(
        remark(&ending).contains("another recording begins at 1.000 s"),
        "{ending:?}"
    );
}

#[test]
fn a_chain_of_other_rate_and_channels_goes_on() {
    let (first, second) = (fixture("vorbis_51.ogg"), fixture("vorbis_mono.ogg"));
    let (six, _) = read("ogg", &first);
    let (mono, _) = read("ogg", &second);
    let (samples, ending) = read("ogg", &[first, second].concat());
    let mut raised = Vec::new();
    let mut resampler = Resampler::new(22_050, 44_100).unwrap();
    resampler.process(&mono, &mut raised);
    resampler.finish(&mut raised);
    assert_eq!(samples.len(), six.len() + raised.len());
    assert_eq!(samples[..six.len()], six);
    let pairs = samples[six.len()..].iter().zip(&raised);
    let error = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(error < 1e-6, "{error}");
    let said = remark(&ending);
    assert!(
        said.contains("22050 Hz and 1 channel: brought to 44100 Hz and 6"),
        "{said}"
    );
}

#[test]
fn aac_of_another_rate_goes_on_within_a_stream() {
    let bytes = fixture("he_aac.aac");
    let (right, _) = read("aac", &bytes);
    let (samples, ending) = read("aac", &[bytes.clone(), bytes].concat());
    // The same frames again are the same stream to a decoder.
    assert_eq!((samples.len(), ending), (2 * right.len(), Ending::Complete));
    assert_eq!(samples[..right.len()], right);
}

/// The checksum of an Ogg page: CRC-32 of polynomial 0x04C11DB7, not reflected.
fn page_crc(page: &[u8]) -> u32 {
    page.iter().fold(0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte) << 24, |crc: u32, _| {
            crc << 1 ^ (0x04C1_1DB7 * (crc >> 31))
        })
    })
}

/// The pages of an Ogg file.
fn pages(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut pages = Vec::new();
    while !bytes.is_empty() {
        let segments = usize::from(bytes[26]);
        let body: usize = bytes[27..27 + segments]
            .iter()
            .map(|&n| usize::from(n))
            .sum();
        let (page, rest) = bytes.split_at(27 + segments + body);
        pages.push(page.to_vec());
        bytes = rest;
    }
    pages
}

#[test]
fn pages_of_ogg_without_a_position_and_pages_that_are_gone() {
    let whole = fixture("vorbis_mono.ogg");
    let (right, _) = read("ogg", &whole);
    let mut pages = pages(&whole);
    assert_eq!(pages.concat(), whole);
    assert!(pages.len() > 4, "{} pages", pages.len());
    let n = pages.len();
    // Without the third but last page: told, with the number of frames.
    let mut gone = pages.clone();
    gone.remove(n - 3);
    let (fewer, ending) = read("ogg", &gone.concat());
    let Ending::Damaged { detail } = ending else {
        panic!("{ending:?}");
    };
    let missing = format!("{} frames are missing", right.len() - fewer.len());
    assert!(detail.contains(&missing), "{detail} lacks {missing}");
    // Without the last: the end is cut off.
    let (_, ending) = read("ogg", &pages[..n - 1].concat());
    assert!(matches!(ending, Ending::Truncated { .. }), "{ending:?}");
    // Old writers left -1 on pages in which packets do end.
    for page in &mut pages[3..n - 1] {
        page[6..14].fill(0xFF);
        page[22..26].fill(0);
        let crc = page_crc(page);
        page[22..26].copy_from_slice(&crc.to_le_bytes());
    }
    assert_eq!(read("ogg", &pages.concat()), (right, Ending::Complete));
}
