//! The header and the values of one array in numpy's file format.

use crate::Problem;
use std::io::Read;

/// Longest header that is read; numpy's own writers stay far below.
const LONGEST_HEADER: usize = 1 << 16;
/// Bytes converted at a time.
const BLOCK: usize = 1 << 16;

/// Type of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Float,
    Signed,
    Unsigned,
}

/// What an array's header says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Header {
    kind: Kind,
    /// Bytes per value.
    width: usize,
    big_endian: bool,
    /// Whether the first index varies fastest.
    pub fortran: bool,
    pub shape: Vec<usize>,
    /// Bytes of the header, magic included.
    length: u64,
}

fn broken(found: impl Into<String>) -> Problem {
    Problem::NotArray {
        found: found.into(),
    }
}

impl Header {
    /// Reads the header from the start of a file.
    ///
    /// # Errors
    /// A file of another format, or values of a type that is no plain number.
    pub fn read(reader: &mut dyn Read) -> Result<Header, Problem> {
        let cut = |_| broken("the file ends inside its header");
        let mut start = [0; 10];
        reader.read_exact(&mut start).map_err(cut)?;
        if &start[..6] != b"\x93NUMPY" {
            return Err(broken("it does not start as an .npy file does"));
        }
        let mut size = vec![start[8], start[9]];
        if start[6] > 1 {
            let mut rest = [0; 2];
            reader.read_exact(&mut rest).map_err(cut)?;
            size.extend(rest);
        }
        let prefix = 8 + size.len();
        let size = size.iter().rev().fold(0, |n, &b| n << 8 | usize::from(b));
        if size > LONGEST_HEADER {
            return Err(broken(format!("a header of {size} bytes")));
        }
        let mut text = vec![0; size];
        reader.read_exact(&mut text).map_err(cut)?;
        let text = String::from_utf8_lossy(&text);
        let (kind, width, big_endian) = value_type(field(&text, "descr")?)?;
        Ok(Header {
            kind,
            width,
            big_endian,
            fortran: field(&text, "fortran_order")?.starts_with("True"),
            shape: shape(field(&text, "shape")?)?,
            length: (prefix + size) as u64,
        })
    }

    /// Number of values, checked to fit into `file_length` bytes with the header.
    ///
    /// # Errors
    /// A shape that claims more than the file holds, or nothing.
    pub fn count(&self, file_length: u64) -> Result<usize, Problem> {
        let shape = &self.shape;
        if shape.contains(&0) {
            return Err(broken(format!("the shape {shape:?} has no values")));
        }
        let count = shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d));
        let bytes = count.and_then(|n| n.checked_mul(self.width));
        let held = file_length.saturating_sub(self.length);
        match (count, bytes) {
            (Some(count), Some(bytes)) if bytes as u64 <= held => Ok(count),
            _ => Err(broken(format!(
                "the shape {shape:?} takes more than the {held} bytes that are there"
            ))),
        }
    }

    /// Reads `count` values in the order of the file.
    ///
    /// # Errors
    /// A file that ends before.
    pub fn values(&self, reader: &mut dyn Read, count: usize) -> Result<Vec<f64>, Problem> {
        let mut values = Vec::new();
        let mut bytes = vec![0; BLOCK - BLOCK % self.width];
        while values.len() < count {
            let wanted = (count - values.len()) * self.width;
            let block = bytes.len().min(wanted);
            reader
                .read_exact(&mut bytes[..block])
                .map_err(|_| broken(format!("the file ends after {} values", values.len())))?;
            let words = bytes[..block].chunks_exact(self.width);
            values.extend(words.map(|word| self.value(word)));
        }
        Ok(values)
    }

    fn value(&self, word: &[u8]) -> f64 {
        let mut bits = 0u64;
        for i in 0..word.len() {
            let from = if self.big_endian {
                i
            } else {
                word.len() - 1 - i
            };
            bits = bits << 8 | u64::from(word[from]);
        }
        let unused = 64 - 8 * word.len() as u32;
        match (self.kind, self.width) {
            (Kind::Float, 2) => half(bits as u16),
            (Kind::Float, 4) => f64::from(f32::from_bits(bits as u32)),
            (Kind::Float, _) => f64::from_bits(bits),
            (Kind::Signed, _) => (((bits << unused) as i64) >> unused) as f64,
            (Kind::Unsigned, _) => bits as f64,
        }
    }
}

/// The value of an IEEE 754 binary16 number.
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let exponent = i32::from(bits >> 10 & 0x1F);
    let fraction = f64::from(bits & 0x3FF) / 1024.0;
    sign * match exponent {
        0 => fraction * 2.0_f64.powi(-14),
        0x1F if fraction == 0.0 => f64::INFINITY,
        0x1F => f64::NAN,
        _ => (1.0 + fraction) * 2.0_f64.powi(exponent - 15),
    }
}

/// The text behind `'name':` in the header's dictionary.
fn field<'a>(header: &'a str, name: &str) -> Result<&'a str, Problem> {
    let quoted = [format!("'{name}':"), format!("\"{name}\":")];
    let at = quoted
        .iter()
        .find_map(|key| Some(header.find(key)? + key.len()));
    match at {
        Some(at) => Ok(header[at..].trim_start()),
        None => Err(broken(format!("its header has no {name:?}"))),
    }
}

fn value_type(text: &str) -> Result<(Kind, usize, bool), Problem> {
    let quote = text.chars().next().filter(|q| matches!(q, '\'' | '"'));
    let Some(quote) = quote else {
        return Err(broken("values of a structured type (dtype)"));
    };
    let name = text[1..].split(quote).next().unwrap_or_default();
    let (order, code) = match name.chars().next() {
        Some('<' | '>' | '|' | '=') => name.split_at(1),
        _ => ("<", name),
    };
    let kind = match code {
        "f2" | "f4" | "f8" => Kind::Float,
        "i1" | "i2" | "i4" | "i8" => Kind::Signed,
        "u1" | "u2" | "u4" | "u8" => Kind::Unsigned,
        _ => {
            return Err(broken(format!(
                "values of dtype {name:?}, but f2, f4, f8, i1 to i8 and u1 to u8 are supported"
            )));
        }
    };
    let width = usize::from(code.as_bytes()[1] - b'0');
    Ok((kind, width, order == ">"))
}

fn shape(text: &str) -> Result<Vec<usize>, Problem> {
    let inner = text
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'))
        .map(|(inner, _)| inner)
        .ok_or_else(|| broken("its header has no readable shape"))?;
    inner
        .split(',')
        .map(str::trim)
        .filter(|size| !size.is_empty())
        .map(|size| size.trim_end_matches('L').parse())
        .collect::<Result<_, _>>()
        .map_err(|_| broken(format!("the shape ({inner})")))
}

#[cfg(test)]
mod tests {
    use super::half;

    #[test]
    fn half_precision() {
        for (bits, value) in [
            (0x3C00, 1.0),
            (0xC000, -2.0),
            (0x7BFF, 65504.0),
            (0x0001, 2.0_f64.powi(-24)),
            (0x0400, 2.0_f64.powi(-14)),
            (0x3555, 0.333_251_953_125),
            (0x8000, 0.0),
            (0x7C00, f64::INFINITY),
        ] {
            assert_eq!(half(bits), value, "{bits:#06x}");
        }
        assert!(half(0x7C01).is_nan());
    }
}
