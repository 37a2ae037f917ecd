//! Opus packets (RFC 6716), and the header that comes before them (RFC 7845).

use crate::Problem;
use ropus::{Channels, DecodeMode, Decoder};

/// Bytes of the header up to the mapping family.
const HEAD: usize = 19;

/// Decodes the packets of one Opus stream, mono or stereo.
pub(super) struct OpusDecoder {
    decoder: Decoder,
    pub channels: usize,
    /// Frames before the first audible one.
    pub pre_skip: u64,
    scratch: Vec<f32>,
}

impl OpusDecoder {
    /// Opus always decodes to this rate, Hz.
    pub const RATE: u32 = 48_000;

    /// A decoder for the stream that the identification header `head` describes;
    /// `container` is named in errors.
    ///
    /// # Errors
    /// A header that is cut off or of another version, or more than two channels.
    pub fn new(head: &[u8], container: &str) -> Result<OpusDecoder, Problem> {
        let Some(head) = head.first_chunk::<HEAD>() else {
            let got = head.len();
            let detail = format!("the Opus header takes {HEAD} bytes, but has {got}");
            return Err(Problem::corrupt(detail));
        };
        // Only the upper four bits stand for an incompatible change.
        if &head[..8] != b"OpusHead" || head[8] > 15 {
            return Err(Problem::corrupt("no Opus header of a known version"));
        }
        let (channels, layout) = match head[9] {
            1 => (1, Channels::Mono),
            2 => (2, Channels::Stereo),
            n => {
                return Err(Problem::Unsupported {
                    format: format!("{container} with Opus of {n} channels"),
                });
            }
        };
        if head[18] > 1 {
            return Err(Problem::Unsupported {
                format: format!("{container} with Opus of channel mapping {}", head[18]),
            });
        }
        let broken = |error: String| Problem::corrupt(format!("the Opus header: {error}"));
        let mut decoder =
            Decoder::new(OpusDecoder::RATE, layout).map_err(|e| broken(e.to_string()))?;
        let gain = i16::from_le_bytes([head[16], head[17]]);
        decoder
            .set_gain(i32::from(gain))
            .map_err(|e| broken(e.to_string()))?;
        Ok(OpusDecoder {
            channels,
            pre_skip: u64::from(u16::from_le_bytes([head[10], head[11]])),
            scratch: vec![0.0; decoder.max_frame_samples_per_channel() * channels],
            decoder,
        })
    }

    /// Appends the frames of one packet but for the last `trim`, and returns
    /// their number.
    ///
    /// # Errors
    /// What is wrong with the packet.
    pub fn decode(
        &mut self,
        packet: &[u8],
        trim: u64,
        out: &mut Vec<f32>,
    ) -> Result<usize, &'static str> {
        if packet.is_empty() {
            return Err("an Opus packet without bytes");
        }
        let decoded = self
            .decoder
            .decode_float(packet, &mut self.scratch, DecodeMode::Normal);
        let frames = decoded.map_err(|_| "a malformed Opus packet")?;
        let kept = (frames as u64).saturating_sub(trim) as usize;
        out.extend_from_slice(&self.scratch[..kept * self.channels]);
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(channels: u8, family: u8) -> Vec<u8> {
        let mut head = b"OpusHead\x01".to_vec();
        head.push(channels);
        head.extend(312u16.to_le_bytes());
        head.extend(24_000u32.to_le_bytes());
        head.extend([0, 0, family]);
        head
    }

    fn refusal(head: &[u8]) -> String {
        let refused = OpusDecoder::new(head, "ogg").map(|_| ());
        refused.unwrap_err().to_string()
    }

    #[test]
    fn headers_are_read_and_checked() {
        let decoder = OpusDecoder::new(&head(2, 0), "ogg").unwrap();
        assert_eq!((decoder.channels, decoder.pre_skip), (2, 312));
        let six = refusal(&head(6, 1));
        assert_eq!(six, "unsupported: ogg with Opus of 6 channels");
        assert!(refusal(&head(2, 255)).contains("channel mapping 255"));
        assert!(refusal(&head(2, 0)[..18]).contains("19 bytes, but has 18"));
        let mut newer = head(1, 0);
        newer[8] = 16;
        assert!(refusal(&newer).contains("version"));
    }

    #[test]
    fn packets_give_frames_less_the_trim() {
        let mut decoder = OpusDecoder::new(&head(1, 0), "ogg").unwrap();
        // A CELT packet of 20 ms at full band whose frame has no bytes: silence.
        let silence = [31 << 3];
        let mut out = Vec::new();
        assert_eq!(decoder.decode(&silence, 0, &mut out), Ok(960));
        assert_eq!(decoder.decode(&silence, 100, &mut out), Ok(860));
        assert_eq!(decoder.decode(&silence, 5000, &mut out), Ok(0));
        assert_eq!(out.len(), 1820);
        assert!(out.iter().all(|v| v.abs() < 1e-4));
        assert!(decoder.decode(&[], 0, &mut out).is_err());
        // Two frames of equal length cannot share one byte.
        assert!(decoder.decode(&[31 << 3 | 1, 0], 0, &mut out).is_err());
    }
}
