//! Headers of MPEG audio frames (ISO 11172-3, 13818-3), of ADTS frames (ISO 13818-7),
//! and the tag that LAME and others put into the first frame.

use symphonia::core::checksum::{Crc16Ansi, Crc16AnsiLe};
use symphonia::core::codecs::audio::{AudioCodecId, well_known as codec};
use symphonia::core::io::Monitor;

/// Frames that a decoder adds to the delay of the encoder.
const DECODER_DELAY: u64 = 529;
/// Bit rates in kbit/s of MPEG-1 layer 1, 2, 3 and of the lower rates' layer 1 and 2/3.
const BIT_RATES: [[u32; 14]; 5] = [
    [
        32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448,
    ],
    [
        32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384,
    ],
    [
        32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
    ],
    [
        32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256,
    ],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

/// What the first bytes of a frame say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub codec: AudioCodecId,
    /// Bytes of the frame; of one in free format only those of its padding, for the rest
    /// is told by the distance to the next.
    pub length: usize,
    pub is_free: bool,
    /// Samples per channel.
    pub frames: u64,
    /// What stays the same through a stream: version, layer or profile, rate,
    /// whether there is one channel or more, and whether the bit rate is free.
    pub kind: [u8; 4],
    /// Bytes of the side information of layer 3.
    side: usize,
    has_checksum: bool,
}

/// The header at the start of some bytes, if there is one.
pub(super) fn head(bytes: &[u8]) -> Option<Head> {
    match bytes {
        [0xFF, second, ..] if second & 0xF6 == 0xF0 => adts(bytes),
        [0xFF, second, third, fourth, ..] if second & 0xE0 == 0xE0 => {
            mpeg([*second, *third, *fourth])
        }
        _ => None,
    }
}

fn adts(bytes: &[u8]) -> Option<Head> {
    let [_, second, third, fourth, fifth, sixth, ..] = *bytes else {
        return None;
    };
    let (rate, channels) = (third >> 2 & 15, (third & 1) << 2 | fourth >> 6);
    let length = usize::from(fourth & 3) << 11 | usize::from(fifth) << 3 | usize::from(sixth) >> 5;
    (rate < 13 && length > 7).then_some(Head {
        codec: codec::CODEC_ID_AAC,
        length,
        is_free: false,
        frames: 1024,
        kind: [second & 0xFE, third >> 6, rate, channels],
        side: 0,
        // Covered by a checksum are bits that only the decoder can tell.
        has_checksum: false,
    })
}

fn mpeg([second, third, fourth]: [u8; 3]) -> Option<Head> {
    let (version, layer) = (second >> 3 & 3, second >> 1 & 3);
    let (bit_rate, rate) = (usize::from(third >> 4), third >> 2 & 3);
    if version == 1 || layer == 0 || rate == 3 || bit_rate == 15 {
        return None;
    }
    let (is_first, layer) = (version == 3, 4 - layer);
    let table = match (is_first, layer) {
        (true, layer) => usize::from(layer) - 1,
        (false, 1) => 3,
        (false, _) => 4,
    };
    let halvings = match version {
        3 => 0,
        2 => 1,
        _ => 2,
    };
    let sample_rate = [44_100u32, 48_000, 32_000][usize::from(rate)] >> halvings;
    let is_free = bit_rate == 0;
    // Only layer 3 is decoded in free format.
    if is_free && layer != 3 {
        return None;
    }
    let bits = match is_free {
        true => 0,
        false => 1000 * BIT_RATES[table][bit_rate - 1],
    };
    let padding = u32::from(third >> 1 & 1);
    let is_mono = fourth >> 6 == 3;
    let (length, frames, codec) = match layer {
        1 => (
            4 * (12 * bits / sample_rate + padding),
            384,
            codec::CODEC_ID_MP1,
        ),
        2 => (
            144 * bits / sample_rate + padding,
            1152,
            codec::CODEC_ID_MP2,
        ),
        _ if is_first => (
            144 * bits / sample_rate + padding,
            1152,
            codec::CODEC_ID_MP3,
        ),
        _ => (72 * bits / sample_rate + padding, 576, codec::CODEC_ID_MP3),
    };
    let side = match (layer, is_first, is_mono) {
        (3, true, false) => 32,
        (3, true, true) | (3, false, false) => 17,
        (3, false, true) => 9,
        _ => 0,
    };
    Some(Head {
        codec,
        length: length as usize,
        is_free,
        frames,
        kind: [
            version,
            layer,
            rate,
            u8::from(is_mono) | u8::from(is_free) << 1,
        ],
        side,
        has_checksum: second & 1 == 0,
    })
}

impl Head {
    /// Whether both can belong to one stream.
    pub fn is_like(&self, other: &Head) -> bool {
        self.kind == other.kind
    }

    /// Whether the checksum of a frame of layer 3, if it has one, is right: that of its
    /// header and side information.
    pub fn checksum_holds(&self, frame: &[u8]) -> bool {
        let (true, [_, _, third, fourth, high, low, behind @ ..]) =
            (self.has_checksum && self.side > 0, frame)
        else {
            return true;
        };
        let Some(side) = behind.get(..self.side) else {
            return false;
        };
        let mut crc = Crc16Ansi::new(0xFFFF);
        crc.process_buf_bytes(&[*third, *fourth]);
        crc.process_buf_bytes(side);
        crc.crc() == u16::from_be_bytes([*high, *low])
    }
}

/// The tag in the first frame of an mp3 stream (Xing, Info or VBRI), which is no sound.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct InfoTag {
    /// Frames of MPEG audio behind the tag.
    pub n_frames: Option<u64>,
    /// Whether the count comes from an encoder that counts exactly.
    pub is_exact: bool,
    /// Whether it fails its own checksum.
    pub is_damaged: bool,
    /// Samples before the first and behind the last of the recording.
    pub delay: u64,
    pub padding: u64,
    /// Checksum of all frames behind the tag.
    pub music_crc: Option<u16>,
}

impl InfoTag {
    /// The tag in a frame, if it holds one.
    pub fn read(frame: &[u8], head: &Head) -> Option<InfoTag> {
        if head.side == 0 {
            return None;
        }
        // Its place is that of frames without a checksum.
        let at = 4 + head.side;
        let mut fields = Fields(frame.get(at..)?);
        match fields.take(4)? {
            b"Xing" | b"Info" => {}
            _ => return InfoTag::vbri(frame),
        }
        let flags = fields.number(4)?;
        let mut tag = InfoTag::default();
        if flags & 1 != 0 {
            tag.n_frames = Some(fields.number(4)?);
        }
        for (flag, length) in [(2, 4), (4, 100), (8, 4)] {
            if flags & flag != 0 {
                fields.take(length)?;
            }
        }
        let before_crc = frame.len() - fields.0.len() + 34;
        // A tag may end before LAME's part of it.
        tag.read_lame(&mut fields, frame.get(..before_crc));
        Some(tag)
    }

    fn read_lame(&mut self, fields: &mut Fields<'_>, covered: Option<&[u8]>) -> Option<()> {
        let encoder = fields.take(9)?;
        let is_lame = encoder.starts_with(b"LAME");
        if !is_lame && !encoder.starts_with(b"Lavf") && !encoder.starts_with(b"Lavc") {
            return None;
        }
        fields.take(12)?;
        let gaps = fields.number(3)?;
        fields.take(4)?;
        let (music_length, music_crc) = (fields.number(4)?, fields.number(2)?);
        let (written, mut crc) = (fields.number(2)?, Crc16AnsiLe::new(0));
        crc.process_buf_bytes(covered?);
        // LAME writes 0 where it computed nothing; libavformat takes the wrong bytes in
        // frames of MPEG-2.
        self.is_damaged = is_lame && written != 0 && written != u64::from(crc.crc());
        self.is_exact = !self.is_damaged;
        self.delay = (gaps >> 12) + DECODER_DELAY;
        self.padding = (gaps & 0xFFF).saturating_sub(DECODER_DELAY);
        self.music_crc = (music_length > 0 && self.is_exact).then_some(music_crc as u16);
        Some(())
    }

    /// The tag of Fraunhofer's encoder, 32 bytes behind the header.
    fn vbri(frame: &[u8]) -> Option<InfoTag> {
        let mut fields = Fields(frame.get(36..)?);
        (fields.take(4)? == b"VBRI").then_some(())?;
        fields.take(10)?;
        Some(InfoTag {
            n_frames: Some(fields.number(4)?),
            ..InfoTag::default()
        })
    }
}

/// Big-endian fields, one behind the other.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self, count: usize) -> Option<u64> {
        let bytes = self.take(count)?;
        Some(bytes.iter().fold(0, |n, &byte| n << 8 | u64::from(byte)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_follow_from_the_bit_rate() {
        // 128 kbit/s at 44.1 kHz, joint stereo: 144 * 128000 / 44100.
        let first = head(&[0xFF, 0xFB, 0x90, 0x44, 0, 0, 0]).unwrap();
        assert_eq!((first.length, first.frames, first.side), (417, 1152, 32));
        let padded = head(&[0xFF, 0xFB, 0x92, 0x44, 0, 0, 0]).unwrap();
        assert_eq!(padded.length, 418);
        assert!(first.is_like(&padded));
        // MPEG-2 at 22.05 kHz, mono, 64 kbit/s.
        let low = head(&[0xFF, 0xF3, 0x80, 0xC4, 0, 0, 0]).unwrap();
        assert_eq!((low.length, low.frames, low.side), (208, 576, 9));
        // Layer 2, 192 kbit/s at 48 kHz.
        let second = head(&[0xFF, 0xFD, 0xA4, 0x04, 0, 0, 0]).unwrap();
        assert_eq!((second.length, second.frames), (576, 1152));
        assert!(!first.is_like(&second));
        let free = head(&[0xFF, 0xFB, 0x02, 0x44, 0, 0, 0]).unwrap();
        assert_eq!((free.length, free.is_free), (1, true));
        // A reserved rate, bit rate and version.
        for bytes in [
            [0xFF, 0xFB, 0x9C, 0x44],
            [0xFF, 0xFB, 0xF0, 0x44],
            [0xFF, 0xE9, 0x90, 0x44],
        ] {
            assert_eq!(head(&bytes), None);
        }
        let adts = head(&[0xFF, 0xF1, 0x50, 0x80, 0x2E, 0x7F, 0xFC]).unwrap();
        assert_eq!((adts.codec, adts.length), (codec::CODEC_ID_AAC, 0x173));
    }
}
