use crate::analysis::{Report, ResultRow, SourceSpectra};
use crate::{Problem, Result};
use rayon::prelude::*;
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Writes a report as JSON: one line per field, lists on one line. Results, most
/// of the text, are made on the threads of the current rayon pool, one of each
/// at a time.
///
/// # Errors
/// Those of `writer`.
pub fn report_json(report: &Report, writer: &mut dyn Write) -> io::Result<()> {
    // Named one by one, so that a field that is added cannot be forgotten.
    let Report {
        schema_version,
        crate_version,
        config,
        summary,
        inputs,
        results,
        audit,
        examples,
    } = report;
    let writer = &mut BufWriter::with_capacity(1 << 16, writer);
    let mut batches = results.chunks(rayon::current_num_threads());
    let first = batches.next().unwrap_or_default();
    let (mut made, mut of_examples) = (Vec::new(), Ok(Vec::new()));
    // What takes long is made while the rest is written.
    rayon::in_place_scope(|scope| {
        scope.spawn(|_| made = texts(first));
        scope.spawn(|_| of_examples = text(examples, 0));
        writer.write_all(b"{\n  \"schema_version\": ")?;
        inner(schema_version, writer)?;
        field("crate_version", crate_version, writer)?;
        field("config", config, writer)?;
        field("summary", summary, writer)?;
        field("inputs", inputs, writer)
    })?;
    writer.write_all(b",\n  \"results\": [")?;
    let mut separator = "";
    while !made.is_empty() {
        let batch = batches.next().unwrap_or_default();
        let mut next = Vec::new();
        // One batch is made while the one before is written.
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| next = texts(batch));
            made.into_iter().try_for_each(|text| {
                writer.write_all(std::mem::replace(&mut separator, ", ").as_bytes())?;
                writer.write_all(&text?)
            })
        })?;
        made = next;
    }
    writer.write_all(b"]")?;
    field("audit", audit, writer)?;
    writer.write_all(b",\n  \"examples\": ")?;
    writer.write_all(&of_examples?)?;
    writer.write_all(b"\n}\n")?;
    writer.flush()
}

/// The text of each row.
fn texts(rows: &[ResultRow]) -> Vec<io::Result<Vec<u8>>> {
    // Four numbers of some 18 digits per frequency.
    const BYTES_PER_FREQUENCY: usize = 90;
    let rows = rows.par_iter();
    rows.map(|row| text(row, BYTES_PER_FREQUENCY * row.spectrum.frequency.len()))
        .collect()
}

/// The text of a value within the outermost object, of about so many bytes.
fn text(value: &impl Serialize, capacity: usize) -> io::Result<Vec<u8>> {
    let mut text = Vec::with_capacity(capacity);
    inner(value, &mut text).map(|()| text)
}

/// A further field of the outermost object.
fn field(name: &str, value: &impl Serialize, writer: &mut impl Write) -> io::Result<()> {
    write!(writer, ",\n  \"{name}\": ")?;
    inner(value, writer)
}

/// A value within the outermost object.
fn inner(value: &impl Serialize, writer: &mut impl Write) -> io::Result<()> {
    let lines = Lines {
        depth: 1,
        is_empty: false,
    };
    value.serialize(&mut Serializer::with_formatter(writer, lines))?;
    Ok(())
}

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
    let entries: Vec<Entry<'_>> = spectra
        .sources
        .iter()
        .map(|source| match &source.spectrum {
            Ok(spectrum) => Entry::Spectrum {
                path: &source.name,
                n_segments: source.n_segments,
                remark: source.remark.as_deref(),
                unit: spectrum.frequency.unit().symbol(),
                frequency: spectrum.frequency.values(),
                power: &spectrum.power,
                dof: &spectrum.dof,
            },
            Err(problem) => Entry::Missing {
                path: &source.name,
                reason: problem.to_string(),
            },
        })
        .chain(spectra.mean.iter().map(|mean| Entry::Spectrum {
            path: "mean",
            n_segments: spectra.sources.iter().map(|s| s.n_segments).sum(),
            remark: None,
            unit: mean.frequency.unit().symbol(),
            frequency: mean.frequency.values(),
            power: &mean.power,
            dof: &mean.dof,
        }))
        .collect();
    to_json(&entries, writer)
}

/// Reads a report that [`report_json`] wrote.
///
/// # Errors
/// [`Error::Input`](crate::Error::Input) where the file is missing or not such a report.
pub fn read_report(path: &Path) -> Result<Report> {
    let text = std::fs::read_to_string(path).map_err(|error| Problem::from_io(&error).at(path))?;
    let refused = |why: String| {
        let detail = format!("not a report of this version: {why}");
        Problem::Unreadable { detail }.at(path)
    };
    let report: Report = serde_json::from_str(&text).map_err(|e| refused(e.to_string()))?;
    report.check().map_err(refused)?;
    Ok(report)
}

pub(super) fn to_json(value: &impl Serialize, writer: &mut dyn Write) -> io::Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{AnalysisConfig, Silent, analyze};

    #[test]
    fn a_report_in_parts_is_the_report() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let config = AnalysisConfig {
            inputs: vec![root.join("fixtures/audio")],
            ..AnalysisConfig::default()
        };
        let mut report = analyze(&config, &Silent).unwrap();
        for n_results in [report.results.len(), 1, 0] {
            report.results.truncate(n_results);
            let (mut parts, mut whole) = (Vec::new(), Vec::new());
            report_json(&report, &mut parts).unwrap();
            to_json(&report, &mut whole).unwrap();
            assert!(parts == whole, "{n_results} results");
        }
    }
}
