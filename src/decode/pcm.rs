//! Uncompressed samples, the part that wav, AIFF, Sun au and CAF have in common.

use super::extent::Extent;
use super::ima4;
use super::stream::{AudioInfo, BLOCK, Ending, Step};
use super::words32;
use crate::Problem;
use crate::lanes;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

/// How one sample is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// 8 bits, offset binary.
    Unsigned8,
    /// Two's complement of 1 to 8 bytes.
    Signed(usize),
    /// Two's complement in the low 24 bits of 4 bytes.
    Low24,
    /// 4 bytes that hold 24 bits or more in one of the ways that
    /// [`held`](super::words32::held) tells apart.
    Words32,
    Float32,
    /// Floats in units of 2^-n, as Cool Edit writes them.
    UnitFloat32(u8),
    Float64,
    MuLaw,
    ALaw,
    /// ADPCM of QuickTime, in packets of 64 samples.
    Ima4,
}

/// Order of the bytes of one sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByteOrder {
    Little,
    Big,
}

/// Where the samples of a file are, and what they look like.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PcmLayout {
    pub container: &'static str,
    pub encoding: Encoding,
    pub order: ByteOrder,
    pub sample_rate: u32,
    pub channels: usize,
    /// Where the samples are.
    pub extent: Extent,
}

impl Encoding {
    /// Bytes of one channel that are decoded at once.
    pub fn bytes(self) -> usize {
        match self {
            Encoding::Unsigned8 | Encoding::MuLaw | Encoding::ALaw => 1,
            Encoding::Signed(bytes) => bytes,
            Encoding::Low24 | Encoding::Words32 => 4,
            Encoding::Float32 | Encoding::UnitFloat32(_) => 4,
            Encoding::Float64 => 8,
            Encoding::Ima4 => ima4::BYTES,
        }
    }

    /// Samples in these [`Self::bytes`].
    pub fn samples(self) -> usize {
        match self {
            Encoding::Ima4 => ima4::SAMPLES,
            _ => 1,
        }
    }

    /// Name of the codec, e.g. `pcm_s16le`.
    pub fn name(self, order: ByteOrder) -> String {
        let order = match order {
            _ if self.bytes() == 1 || self == Encoding::Ima4 => "",
            ByteOrder::Little => "le",
            ByteOrder::Big => "be",
        };
        match self {
            Encoding::Unsigned8 => "pcm_u8".into(),
            Encoding::Signed(bytes) => format!("pcm_s{}{order}", 8 * bytes),
            Encoding::Low24 => format!("pcm_s24{order} in 32 bits"),
            Encoding::Words32 => format!("pcm_s32{order}"),
            Encoding::Float32 => format!("pcm_f32{order}"),
            Encoding::UnitFloat32(unit) => format!("pcm_f32{order} in units of 2^-{unit}"),
            Encoding::Float64 => format!("pcm_f64{order}"),
            Encoding::MuLaw => "mulaw".into(),
            Encoding::ALaw => "alaw".into(),
            Encoding::Ima4 => "adpcm_ima_qt".into(),
        }
    }

    /// Appends the samples of `bytes`, scaled to full scale [-1, 1].
    pub fn decode(self, order: ByteOrder, bytes: &[u8], out: &mut Vec<f32>) {
        use ByteOrder::{Big, Little};
        const PER_2_31: f32 = 1.0 / 2_147_483_648.0;
        let i16_to_f32 = |value: i16| f32::from(value) / 32768.0;
        match (self, order) {
            (Encoding::Unsigned8, _) => words(bytes, out, |[b]| (f32::from(b) - 128.0) / 128.0),
            (Encoding::MuLaw, _) => words(bytes, out, |[b]| expand_mu_law(b)),
            (Encoding::ALaw, _) => words(bytes, out, |[b]| expand_a_law(b)),
            (Encoding::Signed(2), Little) => {
                words(bytes, out, |w| i16_to_f32(i16::from_le_bytes(w)));
            }
            (Encoding::Signed(2), Big) => {
                words(bytes, out, |w| i16_to_f32(i16::from_be_bytes(w)));
            }
            (Encoding::Signed(3), Little) => words(bytes, out, |[a, b, c]| {
                i32::from_le_bytes([0, a, b, c]) as f32 * PER_2_31
            }),
            (Encoding::Signed(3), Big) => words(bytes, out, |[a, b, c]| {
                i32::from_be_bytes([a, b, c, 0]) as f32 * PER_2_31
            }),
            (Encoding::Signed(4) | Encoding::Words32, Little) => {
                words(bytes, out, |w| i32::from_le_bytes(w) as f32 * PER_2_31);
            }
            (Encoding::Signed(4) | Encoding::Words32, Big) => {
                words(bytes, out, |w| i32::from_be_bytes(w) as f32 * PER_2_31);
            }
            (Encoding::Low24, Little) => words(bytes, out, |[a, b, c, _]| {
                i32::from_le_bytes([0, a, b, c]) as f32 * PER_2_31
            }),
            (Encoding::Float32, Little) => words(bytes, out, f32::from_le_bytes),
            (Encoding::Float32, Big) => words(bytes, out, f32::from_be_bytes),
            (Encoding::Float64, Little) => words(bytes, out, |w| f64::from_le_bytes(w) as f32),
            (Encoding::Float64, Big) => words(bytes, out, |w| f64::from_be_bytes(w) as f32),
            (Encoding::Low24, Big) => words(bytes, out, |[_, a, b, c]| {
                i32::from_be_bytes([a, b, c, 0]) as f32 * PER_2_31
            }),
            (Encoding::UnitFloat32(unit), _) => {
                let start = out.len();
                Encoding::Float32.decode(order, bytes, out);
                let scale = 0.5_f32.powi(i32::from(unit));
                out[start..].iter_mut().for_each(|sample| *sample *= scale);
            }
            // Packets depend on the one before: the stream decodes them.
            (Encoding::Ima4, _) => {}
            (Encoding::Signed(width), _) => {
                let words = bytes.chunks_exact(width);
                out.extend(words.map(|w| (top_aligned(w, order) as f64 / TWO_63) as f32));
            }
        }
    }
}

/// Appends one sample for each word of `N` bytes.
fn words<const N: usize>(bytes: &[u8], out: &mut Vec<f32>, of: impl Fn([u8; N]) -> f32) {
    let (words, _) = bytes.as_chunks::<N>();
    let start = out.len();
    out.resize(start + words.len(), 0.0);
    lanes::on_vectors(
        #[inline(always)]
        || {
            for (slot, word) in out[start..].iter_mut().zip(words) {
                *slot = of(*word);
            }
        },
    );
}

const TWO_63: f64 = 9_223_372_036_854_775_808.0;

/// The word moved to the top of 64 bits, so that every width shares one scale.
fn top_aligned(word: &[u8], order: ByteOrder) -> i64 {
    let mut top = [0; 8];
    match order {
        ByteOrder::Little => {
            for (to, &from) in top.iter_mut().zip(word.iter().rev()) {
                *to = from;
            }
        }
        ByteOrder::Big => top[..word.len()].copy_from_slice(word),
    }
    i64::from_be_bytes(top)
}

/// ITU-T G.711 mu-law to linear, in 16-bit units / 32768.
fn expand_mu_law(code: u8) -> f32 {
    let code = !code;
    let exponent = (code >> 4) & 7;
    let mantissa = i32::from(code & 15);
    let magnitude = (((mantissa << 3) + 132) << exponent) - 132;
    signed(magnitude, code & 128 != 0)
}

/// ITU-T G.711 A-law to linear, in 16-bit units / 32768.
fn expand_a_law(code: u8) -> f32 {
    let code = code ^ 0x55;
    let exponent = (code >> 4) & 7;
    let mantissa = i32::from(code & 15) << 4;
    let magnitude = match exponent {
        0 => mantissa + 8,
        _ => (mantissa + 264) << (exponent - 1),
    };
    signed(magnitude, code & 128 == 0)
}

fn signed(magnitude: i32, negative: bool) -> f32 {
    let value = magnitude as f32 / 32768.0;
    if negative { -value } else { value }
}

/// Reads the samples of a [`PcmLayout`] block by block.
#[derive(Debug)]
pub(super) struct PcmStream {
    file: BufReader<File>,
    layout: PcmLayout,
    bytes: Vec<u8>,
    /// Piece that is read, and the next byte of it.
    piece: usize,
    position: u64,
    bytes_read: u64,
    ima4: ima4::Decoder,
}

impl PcmStream {
    /// Positions `file` at the first sample.
    ///
    /// # Errors
    /// [`Problem::Empty`] where there is none.
    pub fn new(mut file: File, mut layout: PcmLayout) -> Result<PcmStream, Problem> {
        let Some(first) = layout.extent.pieces.first().cloned() else {
            return Err(Problem::Empty {
                detail: format!("{} file without samples", layout.container),
            });
        };
        if layout.encoding == Encoding::Words32 {
            layout.encoding = words32::held(&file, layout.order, &layout.extent)?;
        }
        file.seek(SeekFrom::Start(first.start))?;
        Ok(PcmStream {
            file: BufReader::new(file),
            ima4: ima4::Decoder::new(layout.channels),
            layout,
            bytes: Vec::new(),
            piece: 0,
            position: first.start,
            bytes_read: 0,
        })
    }

    /// What the headers say; frames that they forget are promised too.
    pub fn info(&self) -> AudioInfo {
        let layout = &self.layout;
        let codec = layout.encoding.name(layout.order);
        let claimed = layout.extent.claimed;
        AudioInfo {
            format: format!("{} {codec}", layout.container),
            sample_rate: layout.sample_rate,
            channels: layout.channels,
            frames_promised: claimed
                .map(|claimed| self.frames_of(claimed.max(layout.extent.there()))),
        }
    }

    /// Bytes that are decoded at once.
    fn unit(&self) -> u64 {
        (self.layout.encoding.bytes() * self.layout.channels) as u64
    }

    fn frames_of(&self, bytes: u64) -> u64 {
        bytes / self.unit() * self.layout.encoding.samples() as u64
    }

    /// Appends the next block of interleaved samples.
    ///
    /// # Errors
    /// A read error.
    pub fn read(&mut self, out: &mut Vec<f32>) -> Result<Step, Problem> {
        let (unit, per_unit) = (self.unit(), self.layout.encoding.samples() as u64);
        while let Some(piece) = self.layout.extent.pieces.get(self.piece) {
            let wanted = (piece.end - self.position).min(BLOCK as u64 / per_unit * unit);
            self.bytes.clear();
            let got = (&mut self.file).take(wanted).read_to_end(&mut self.bytes)? as u64;
            self.position += got;
            self.bytes_read += got;
            let whole = (got - got % unit) as usize;
            if whole > 0 {
                let bytes = &self.bytes[..whole];
                match self.layout.encoding {
                    Encoding::Ima4 => self.ima4.decode(bytes, out),
                    encoding => encoding.decode(self.layout.order, bytes, out),
                }
                return Ok(Step::Samples);
            }
            self.piece += 1;
            if let Some(piece) = self.layout.extent.pieces.get(self.piece) {
                self.position = piece.start;
                self.file.seek(SeekFrom::Start(piece.start))?;
            }
        }
        Ok(Step::End(self.ending()))
    }

    fn ending(&self) -> Ending {
        let Extent {
            pieces,
            claimed,
            left_out,
        } = &self.layout.extent;
        let (there, unit) = (self.bytes_read, self.unit());
        let frames = self.frames_of(there);
        // An odd number of bytes is padded to an even one.
        let is_padded = there % unit == 1 && unit % 2 == 1 && there.is_multiple_of(2);
        match (*claimed, left_out) {
            (Some(claimed), _) if there < claimed => Ending::Truncated {
                detail: format!("{frames} of {} frames are there", self.frames_of(claimed)),
            },
            (_, Some(what)) => Ending::Damaged {
                detail: format!("{what}; it is left out"),
            },
            (Some(claimed), _) if there >= claimed + unit => Ending::Noted {
                detail: format!(
                    "the headers promise {} frames, but {frames} are there: all were read",
                    self.frames_of(claimed)
                ),
            },
            _ if pieces.len() > 1 => Ending::Noted {
                detail: format!(
                    "the samples lie in {} chunks, {frames} frames in all: all were read",
                    pieces.len()
                ),
            },
            (None, _) if !there.is_multiple_of(unit) && !is_padded => Ending::Truncated {
                detail: format!("the file ends inside frame {frames}"),
            },
            _ => Ending::Complete,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::splitmix64;

    fn decode(encoding: Encoding, order: ByteOrder, bytes: &[u8]) -> Vec<f32> {
        let mut out = Vec::new();
        encoding.decode(order, bytes, &mut out);
        out
    }

    #[test]
    fn integers_of_every_width_share_full_scale() {
        use ByteOrder::{Big, Little};
        for bytes in 1..=8 {
            let mut lowest = vec![0; bytes];
            lowest[0] = 0x80;
            let mut half = vec![0; bytes];
            half[0] = 0x40;
            for word in [&mut lowest, &mut half] {
                let big = decode(Encoding::Signed(bytes), Big, word);
                word.reverse();
                assert_eq!(big, decode(Encoding::Signed(bytes), Little, word));
            }
            lowest.reverse();
            assert_eq!(decode(Encoding::Signed(bytes), Big, &lowest), [-1.0]);
        }
        assert_eq!(
            decode(Encoding::Unsigned8, Little, &[0, 128, 192]),
            [-1.0, 0.0, 0.5]
        );
    }

    #[test]
    fn every_width_is_the_top_of_a_64_bit_word() {
        let bytes: Vec<u8> = splitmix64(5).take(2400).map(|x| x as u8).collect();
        for order in [ByteOrder::Little, ByteOrder::Big] {
            for width in 1..=8 {
                let words = bytes.chunks_exact(width);
                let expected = words.map(|word| (top_aligned(word, order) as f64 / TWO_63) as f32);
                let expected: Vec<f32> = expected.collect();
                assert_eq!(decode(Encoding::Signed(width), order, &bytes), expected);
            }
        }
    }

    #[test]
    fn floats_pass_through_even_when_not_finite() {
        let values = [0.25f32, -1.5, f32::NAN, f32::INFINITY];
        let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_be_bytes()).collect();
        let decoded = decode(Encoding::Float32, ByteOrder::Big, &bytes);
        assert_eq!(decoded[..2], values[..2]);
        assert!(decoded[2].is_nan() && decoded[3] == f32::INFINITY);
        let decoded = decode(
            Encoding::Float64,
            ByteOrder::Little,
            &(-0.75f64).to_le_bytes(),
        );
        assert_eq!(decoded, [-0.75]);
    }

    #[test]
    fn companding_hits_the_corners_of_the_standard() {
        let units = |x: f32| x * 32768.0;
        // G.711, tables 1a to 2b, in 16-bit units.
        assert_eq!(units(expand_mu_law(0x00)), -32124.0);
        assert_eq!(units(expand_mu_law(0x80)), 32124.0);
        assert_eq!(units(expand_mu_law(0xFF)), 0.0);
        assert_eq!(units(expand_mu_law(0xFE)), 8.0);
        assert_eq!(units(expand_a_law(0xD5)), 8.0);
        assert_eq!(units(expand_a_law(0x55)), -8.0);
        assert_eq!(units(expand_a_law(0xAA)), 32256.0);
    }
}
