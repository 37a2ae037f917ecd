//! Arrays and texts by name in one .npz.

use super::npy::array_npy;
use ndarray::ArrayD;
use ndarray_npy::WriteNpyExt;
use std::io::{self, Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Longest name of an array, bytes.
const LONGEST_NAME: usize = 60_000;

/// A .npz that `numpy.load` reads without pickles; bytes are the same whenever it
/// is written.
pub(super) struct Npz(ZipWriter<Cursor<Vec<u8>>>);

impl Npz {
    pub fn new() -> Self {
        Npz(ZipWriter::new(Cursor::new(Vec::new())))
    }

    fn member(&mut self, name: &str) -> io::Result<&mut impl Write> {
        // More than the archive's format holds.
        if name.len() > LONGEST_NAME {
            let why = format!("the name of an array has {} bytes", name.len());
            return Err(io::Error::other(why));
        }
        // Doubles hardly shrink, by a tenth, and it took 3 % of a job's time.
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        self.0.start_file(format!("{name}.npy"), options)?;
        Ok(&mut self.0)
    }

    /// Adds an array of numbers.
    pub fn array(&mut self, name: &str, values: &impl WriteNpyExt) -> io::Result<()> {
        array_npy(values, self.member(name)?)
    }

    /// Adds a list of doubles.
    pub fn list(&mut self, name: &str, values: &[f64]) -> io::Result<()> {
        self.array(name, &ndarray::aview1(values))
    }

    /// Adds a list of texts.
    pub fn texts(&mut self, name: &str, texts: &[&str]) -> io::Result<()> {
        texts_npy(&[texts.len()], texts, self.member(name)?)
    }

    /// Adds a single text: an array without dimensions.
    pub fn text(&mut self, name: &str, text: &str) -> io::Result<()> {
        texts_npy(&[], &[text], self.member(name)?)
    }

    /// Adds a single number.
    pub fn number(&mut self, name: &str, number: f64) -> io::Result<()> {
        self.array(name, &ArrayD::from_elem(vec![], number))
    }

    /// Writes all of it.
    pub fn write(self, writer: &mut dyn Write) -> io::Result<()> {
        writer.write_all(self.0.finish()?.get_ref())
    }
}

/// Writes strings as a .npy of version 1.0 with the type `<U`, fixed-width
/// UTF-32 (numpy's format specification); `ndarray-npy` has numbers only.
fn texts_npy(shape: &[usize], texts: &[&str], writer: &mut dyn Write) -> io::Result<()> {
    const PREAMBLE: usize = 10;
    let lengths = texts.iter().map(|s| s.chars().count());
    let width = lengths.max().unwrap_or(0).max(1);
    let shape: String = shape.iter().map(|n| format!("{n},")).collect();
    let mut header =
        format!("{{'descr': '<U{width}', 'fortran_order': False, 'shape': ({shape}), }}");
    // The data start at a multiple of 64.
    let length = (PREAMBLE + header.len() + 1).next_multiple_of(64) - PREAMBLE;
    header.push_str(&" ".repeat(length - 1 - header.len()));
    header.push('\n');
    writer.write_all(b"\x93NUMPY\x01\x00")?;
    writer.write_all(&(length as u16).to_le_bytes())?;
    writer.write_all(header.as_bytes())?;
    for text in texts {
        let padding = std::iter::repeat('\0');
        for c in text.chars().chain(padding).take(width) {
            writer.write_all(&u32::from(c).to_le_bytes())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_padded_utf_32_at_a_multiple_of_64() {
        let mut bytes = Vec::new();
        texts_npy(&[2], &["é", "abc"], &mut bytes).unwrap();
        assert_eq!(bytes.len(), 128 + 2 * 3 * 4);
        assert_eq!(bytes[8..10], [118, 0]);
        let header = std::str::from_utf8(&bytes[10..128]).unwrap();
        let dictionary = "{'descr': '<U3', 'fortran_order': False, 'shape': (2,), }";
        assert_eq!(header.trim_end(), dictionary);
        assert!(header.ends_with('\n'));
        let expected = ['é', '\0', '\0', 'a', 'b', 'c'].map(|c| u32::from(c).to_le_bytes());
        assert_eq!(bytes[128..], *expected.as_flattened());
    }
}
