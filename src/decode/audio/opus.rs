//! Opus packets (RFC 6716), and the header that comes before them (RFC 7845).

use crate::Problem;
use ropus::{Channels, DecodeMode, Decoder, OpusMSDecoder};

/// Bytes of the header up to the mapping family.
const HEAD: usize = 19;

/// Decodes the packets of one Opus stream of any number of channels.
pub(super) struct OpusDecoder {
    decoder: Inner,
    pub channels: usize,
    /// Factor that the header asks for.
    gain: f32,
    scratch: Vec<f32>,
    whole: Vec<i16>,
}

enum Inner {
    /// Mono or stereo.
    Plain(Box<Decoder>),
    /// Several streams in each packet.
    Surround(Box<OpusMSDecoder>),
}

/// Frames of the longest packet, 120 ms.
const LONGEST_PACKET: usize = 5760;

impl OpusDecoder {
    /// Opus always decodes to this rate, Hz.
    pub const RATE: u32 = 48_000;

    /// A decoder for the stream that the identification header `head` describes;
    /// `container` is named in errors.
    ///
    /// # Errors
    /// A header that is cut off or of another version, or a mapping of channels that is
    /// neither that of speakers nor none.
    pub fn new(head: &[u8], container: &str) -> Result<OpusDecoder, Problem> {
        let (fixed, table) = head.split_at_checked(HEAD).unwrap_or((head, &[]));
        let Some(fixed) = fixed.first_chunk::<HEAD>() else {
            let got = head.len();
            let detail = format!("the Opus header takes {HEAD} bytes, but has {got}");
            return Err(Problem::corrupt(detail));
        };
        // Only the upper four bits stand for an incompatible change.
        if &fixed[..8] != b"OpusHead" || fixed[8] > 15 {
            return Err(Problem::corrupt("no Opus header of a known version"));
        }
        let broken = |detail: String| Problem::corrupt(format!("the Opus header: {detail}"));
        let (channels, family) = (usize::from(fixed[9]), fixed[18]);
        let rate = OpusDecoder::RATE;
        let decoder = match (family, channels, table) {
            (0 | 1, 1, _) | (0, 2, _) => {
                let layout = if channels == 1 {
                    Channels::Mono
                } else {
                    Channels::Stereo
                };
                let decoder = Decoder::new(rate, layout).map_err(|e| broken(e.to_string()))?;
                Inner::Plain(Box::new(decoder))
            }
            (1 | 255, 1.., &[streams, coupled, ref mapping @ ..]) if mapping.len() >= channels => {
                let (streams, coupled) = (i32::from(streams), i32::from(coupled));
                let count = channels as i32;
                let decoder = OpusMSDecoder::new(rate as i32, count, streams, coupled, mapping)
                    .map_err(|code| broken(format!("error {code}")))?;
                Inner::Surround(Box::new(decoder))
            }
            (0 | 1 | 255, ..) => {
                return Err(broken(format!("no table of {channels} channels")));
            }
            _ => {
                return Err(Problem::Unsupported {
                    format: format!("{container} with Opus of channel mapping {family}"),
                });
            }
        };
        let gain = f32::from(i16::from_le_bytes([fixed[16], fixed[17]])) / 256.0;
        Ok(OpusDecoder {
            decoder,
            channels,
            gain: 10f32.powf(gain / 20.0),
            scratch: vec![0.0; LONGEST_PACKET * channels],
            whole: Vec::new(),
        })
    }

    /// Appends the frames of one packet and returns their number.
    ///
    /// # Errors
    /// What is wrong with the packet.
    pub fn decode(&mut self, packet: &[u8], out: &mut Vec<f32>) -> Result<usize, &'static str> {
        if packet.is_empty() {
            return Err("an Opus packet without bytes");
        }
        let malformed = "a malformed Opus packet";
        let frames = match &mut self.decoder {
            Inner::Plain(decoder) => decoder
                .decode_float(packet, &mut self.scratch, DecodeMode::Normal)
                .map_err(|_| malformed)?,
            Inner::Surround(decoder) => {
                self.whole.resize(LONGEST_PACKET * self.channels, 0);
                let longest = LONGEST_PACKET as i32;
                let length = packet.len() as i32;
                let frames = decoder
                    .decode(Some(packet), length, &mut self.whole, longest, false)
                    .map_err(|_| malformed)?;
                for (to, from) in self.scratch.iter_mut().zip(&self.whole) {
                    *to = f32::from(*from) / 32768.0;
                }
                frames as usize
            }
        };
        let samples = &self.scratch[..frames * self.channels];
        match self.gain {
            1.0 => out.extend_from_slice(samples),
            gain => out.extend(samples.iter().map(|sample| sample * gain)),
        }
        Ok(frames)
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
        assert_eq!(decoder.channels, 2);
        // Front left and right coupled, centre and low frequencies alone.
        let table = [3, 1, 0, 2, 1, 3];
        let four = [&head(4, 1)[..], &table].concat();
        assert_eq!(OpusDecoder::new(&four, "ogg").unwrap().channels, 4);
        assert!(refusal(&head(6, 1)).contains("no table of 6 channels"));
        assert!(refusal(&head(2, 3)).contains("channel mapping 3"));
        assert!(refusal(&head(2, 0)[..18]).contains("19 bytes, but has 18"));
        let mut newer = head(1, 0);
        newer[8] = 16;
        assert!(refusal(&newer).contains("version"));
    }

    #[test]
    fn packets_give_frames() {
        let mut decoder = OpusDecoder::new(&head(1, 0), "ogg").unwrap();
        // A CELT packet of 20 ms at full band whose frame has no bytes: silence.
        let silence = [31 << 3];
        let mut out = Vec::new();
        assert_eq!(decoder.decode(&silence, &mut out), Ok(960));
        assert_eq!(out.len(), 960);
        assert!(out.iter().all(|v| v.abs() < 1e-4));
        assert!(decoder.decode(&[], &mut out).is_err());
        // Two frames of equal length cannot share one byte.
        assert!(decoder.decode(&[31 << 3 | 1, 0], &mut out).is_err());
    }
}
