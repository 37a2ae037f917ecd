//! What words of 4 bytes hold, where the header leaves it open: integers at their
//! top or in their low bytes, or floats.

use super::encoding::{ByteOrder, Encoding};
use super::extent::Extent;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

/// Bits of the fraction of floats in units of the 24-bit grid.
const UNIT: u8 = 23;

/// Magnitudes that floats of sound in such units have; as integers at the top of
/// their words such floats would all be between a third and two thirds of full scale.
const SOUND: std::ops::RangeInclusive<f32> = 1e-12..=67_108_864.0;

/// Tells the encoding of words that should be 24 bits at the top of 32: several
/// writers put them into the low bytes, and Cool Edit writes floats. Looks at all
/// samples until only one is possible: music may begin with silence.
pub(super) fn held(file: &File, order: ByteOrder, extent: &Extent) -> std::io::Result<Encoding> {
    let mut seen = Seen::default();
    let mut bytes = Vec::new();
    for piece in &extent.pieces {
        let mut reader = BufReader::new(file);
        reader.seek(SeekFrom::Start(piece.start))?;
        let mut left = piece.end - piece.start;
        while left > 0 && !seen.is_decided() {
            bytes.clear();
            let wanted = left.min(1 << 16);
            (&mut reader).take(wanted).read_to_end(&mut bytes)?;
            left = if bytes.len() as u64 == wanted {
                left - wanted
            } else {
                0
            };
            for word in bytes.as_chunks::<4>().0 {
                seen.see(match order {
                    ByteOrder::Little => u32::from_le_bytes(*word),
                    ByteOrder::Big => u32::from_be_bytes(*word),
                });
            }
        }
    }
    Ok(seen.encoding())
}

#[derive(Default)]
struct Seen {
    /// Words other than 0.
    n: u64,
    /// Words whose top byte does not continue the sign of the others.
    not_low: u64,
    /// Words that would lose their low byte at the top.
    below_top: u64,
    /// Words that are no float of a sound in units of 2^-23.
    not_float: u64,
}

impl Seen {
    fn see(&mut self, word: u32) {
        let top = (word as i32) >> 23;
        let value = f32::from_bits(word).abs();
        let is_float = SOUND.contains(&value) || word << 1 == 0;
        self.n += u64::from(word != 0);
        self.not_low += u64::from(!matches!(top, 0 | -1));
        self.below_top += u64::from(word & 255 != 0);
        self.not_float += u64::from(!is_float);
    }

    fn is_decided(&self) -> bool {
        self.not_low > 0 && self.not_float > 0
    }

    fn encoding(&self) -> Encoding {
        match self {
            Seen { n: 0, .. } => Encoding::Signed(4),
            Seen {
                not_low: 0,
                below_top: 1..,
                ..
            } => Encoding::Low24,
            Seen { not_float: 0, .. } => Encoding::UnitFloat32(UNIT),
            _ => Encoding::Signed(4),
        }
    }
}
