//! How the samples of uncompressed sound are stored, and their values.

use super::ima4;
use crate::lanes;

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
