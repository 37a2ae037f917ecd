//! The header and the values of one array in numpy's file format.

use super::sniff::{Content, sniff};
use crate::Problem;
use std::io::{ErrorKind, Read};

/// Longest header that is read; numpy's own writers stay far below.
const LONGEST_HEADER: usize = 1 << 16;
/// Bytes converted at a time.
const BLOCK: usize = 1 << 16;

/// Type of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Float,
    /// The upper half of a binary32 number.
    Brain,
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
    /// What was guessed of the type of its values.
    pub guess: Option<String>,
    /// Bytes of the header, magic included.
    length: u64,
}

fn broken(found: impl Into<String>) -> Problem {
    Problem::NotArray {
        found: found.into(),
    }
}

/// Why bytes cannot be read; `cut` says it where there are no more.
pub(super) fn unreadable(error: &std::io::Error, cut: &str) -> Problem {
    broken(match error.kind() {
        ErrorKind::UnexpectedEof => cut.to_string(),
        // In the words of the `zip` crate.
        _ if error.to_string() == "Invalid checksum" => {
            "the CRC-32 of its bytes is not the one that is stored: it is damaged".into()
        }
        _ => format!("it is damaged: {error}"),
    })
}

impl Header {
    /// Reads the header from the start of a file.
    ///
    /// # Errors
    /// A file of another format, or values of a type that is no plain number.
    pub fn read(reader: &mut dyn Read) -> Result<Header, Problem> {
        let cut = |error| unreadable(&error, "the file ends inside its header");
        let mut start = Vec::new();
        reader.take(10).read_to_end(&mut start)?;
        if !start.starts_with(b"\x93NUMPY") {
            return Err(broken(match sniff(&start) {
                Content::NotAudio(name) => format!("{name}, where an .npy file is wanted"),
                _ => "it does not start as an .npy file does".into(),
            }));
        }
        let start: [u8; 10] = start
            .try_into()
            .map_err(|_| broken("the file ends inside its header"))?;
        if !matches!(start[6..8], [1..=3, 0]) {
            let version = format!("version {}.{} of the format", start[6], start[7]);
            return Err(broken(version));
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
        // A wrong length would shift all values.
        if !(text.starts_with('{') && text.ends_with('\n') && text.trim_end().ends_with('}')) {
            return Err(broken("its header does not end where its length says"));
        }
        let (kind, width, big_endian, guess) = value_type(field(&text, "descr")?)?;
        let order = field(&text, "fortran_order")?;
        if !order.starts_with("True") && !order.starts_with("False") {
            return Err(broken("its header has no readable order"));
        }
        Ok(Header {
            kind,
            width,
            big_endian,
            fortran: order.starts_with("True"),
            guess,
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
            reader.read_exact(&mut bytes[..block]).map_err(|error| {
                unreadable(
                    &error,
                    &format!("the file ends after {} values", values.len()),
                )
            })?;
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
            (Kind::Brain, _) => f64::from(f32::from_bits((bits as u32) << 16)),
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

/// Kind and width of values, whether they are big-endian, and what was guessed.
fn value_type(text: &str) -> Result<(Kind, usize, bool, Option<String>), Problem> {
    let quote = text.chars().next().filter(|q| matches!(q, '\'' | '"'));
    let Some(quote) = quote else {
        return Err(broken("values of a structured type (dtype)"));
    };
    let name = text[1..].split(quote).next().unwrap_or_default();
    let (order, code) = match name.chars().next() {
        Some('<' | '>' | '|' | '=') => name.split_at(1),
        _ => ("<", name),
    };
    let mut guess = None;
    let kind = match code {
        "bfloat16" => Kind::Brain,
        // As numpy writes the type that ml_dtypes adds to it.
        "V2" => {
            guess = Some(format!(
                "values of dtype {name:?} are read as bfloat16, which numpy writes so without \
                 its name"
            ));
            Kind::Brain
        }
        "f2" | "f4" | "f8" => Kind::Float,
        "i1" | "i2" | "i4" | "i8" => Kind::Signed,
        "u1" | "u2" | "u4" | "u8" => Kind::Unsigned,
        "V1" | "f1" => {
            return Err(broken(format!(
                "values of dtype {name:?}, which stands for float8, float4 and int4 of several \
                 forms: which of them is not said"
            )));
        }
        _ => {
            return Err(broken(format!(
                "values of dtype {name:?}, but f2, f4, f8, bfloat16, i1 to i8 and u1 to u8 are \
                 supported"
            )));
        }
    };
    let width = match kind {
        Kind::Brain => 2,
        _ => usize::from(code.as_bytes()[1] - b'0'),
    };
    Ok((kind, width, order == ">", guess))
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
    use super::{Kind, half, value_type};

    #[test]
    fn types_without_a_name_are_guessed_or_refused() {
        let (kind, width, _, guess) = value_type("'|V2', ").unwrap();
        assert_eq!((kind, width), (Kind::Brain, 2));
        assert!(guess.unwrap().contains("bfloat16"));
        assert_eq!(value_type("'bfloat16'").unwrap().3, None);
        for code in ["'<V1'", "'<f1'"] {
            let problem = value_type(code).unwrap_err().to_string();
            assert!(problem.contains("float8"), "{problem}");
        }
    }

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
