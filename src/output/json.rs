//! Documents as JSON.

use crate::analysis::SourceSpectra;
use crate::{Error, Problem, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::ser::{Formatter, Serializer};
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Writes the spectra of single sources as JSON: a list of objects with `path`,
/// `frequency`, `unit`, `power` and `dof`, or `path` and `reason`.
///
/// # Errors
/// Those of `writer`.
pub fn source_spectra_json(spectra: &SourceSpectra, writer: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    #[serde(untagged)]
    enum Entry<'a> {
        Spectrum {
            path: &'a str,
            n_segments: u64,
            #[serde(skip_serializing_if = "Option::is_none")]
            remark: Option<&'a str>,
            unit: &'static str,
            frequency: Vec<f64>,
            power: &'a [f64],
            dof: &'a [u32],
        },
        Missing {
            path: &'a str,
            reason: String,
        },
    }
    let sources = spectra.sources.iter().map(|source| {
        let spectrum = source.spectrum.as_ref();
        let remark = source.remark.as_deref();
        (source.name.as_str(), source.n_segments, remark, spectrum)
    });
    let n_segments = spectra.sources.iter().map(|s| s.n_segments).sum();
    let mean = spectra.mean.iter();
    let mean = mean.map(|mean| ("mean", n_segments, None, Ok(mean)));
    let entries = sources
        .chain(mean)
        .map(|(path, n_segments, remark, spectrum)| match spectrum {
            Ok(spectrum) => Entry::Spectrum {
                path,
                n_segments,
                remark,
                unit: spectrum.frequency.unit().symbol(),
                frequency: spectrum.frequency.values(),
                power: &spectrum.power,
                dof: &spectrum.dof,
            },
            Err(problem) => Entry::Missing {
                path,
                reason: problem.to_string(),
            },
        });
    write_json(&entries.collect::<Vec<_>>(), writer)
}

/// Reads a document.
///
/// # Errors
/// [`Error::Input`](crate::Error::Input) where the file is missing or not `what`.
pub(super) fn read_json<T: DeserializeOwned>(path: &Path, what: &str) -> Result<T> {
    let text = fs::read_to_string(path).map_err(|error| Problem::from_io(&error).at(path))?;
    serde_json::from_str(&text).map_err(|error| not_of_this_version(path, what, &error.to_string()))
}

/// The error of a file that can be read, but not as what it should be.
pub(super) fn not_of_this_version(path: &Path, what: &str, why: &str) -> Error {
    let detail = format!("not {what} of this version: {why}");
    Problem::Unreadable { detail }.at(path)
}

/// A document with the version of its layout and that of the crate before it.
pub(super) fn versioned(schema_version: u32, content: impl Serialize) -> impl Serialize {
    #[derive(Serialize)]
    struct Versioned<T> {
        schema_version: u32,
        crate_version: &'static str,
        #[serde(flatten)]
        content: T,
    }
    Versioned {
        schema_version,
        crate_version: env!("CARGO_PKG_VERSION"),
        content,
    }
}

/// Writes a document: one line per field, lists on one line, null where a number
/// is not finite.
///
/// # Errors
/// Those of `writer`.
pub fn write_json(value: &impl Serialize, writer: &mut dyn Write) -> io::Result<()> {
    // Millions of small writes: they should not each go through a table.
    let mut writer = BufWriter::with_capacity(1 << 16, writer);
    let mut serializer = Serializer::with_formatter(&mut writer, Lines::default());
    value.serialize(&mut serializer)?;
    writer.write_all(b"\n")?;
    writer.flush()
}

/// Puts each field of an object on its own line and keeps lists on one, so that
/// a report with thousands of numbers can still be read.
#[derive(Default)]
struct Lines {
    depth: usize,
    is_empty: bool,
}

impl Lines {
    fn new_line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        writer.write_all("  ".repeat(self.depth).as_bytes())
    }
}

impl Formatter for Lines {
    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if first {
            Ok(())
        } else {
            writer.write_all(b", ")
        }
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        self.is_empty = true;
        writer.write_all(b"{")
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.is_empty = false;
        if !first {
            writer.write_all(b",")?;
        }
        self.new_line(writer)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth -= 1;
        if !self.is_empty {
            self.new_line(writer)?;
        }
        self.is_empty = false;
        writer.write_all(b"}")
    }
}
