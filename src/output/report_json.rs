//! A report as JSON, in parts.

use super::in_order::{Part, write_in_order};
use super::json::{field, inner};
use crate::analysis::{ExampleRow, InputRows, Report, ResultRow, SpectrumRow};
use serde::Serialize;
use std::io::{self, BufWriter, Write};

/// Numbers that are made into text at a time.
const NUMBERS: usize = 4096;
/// Rows of inputs that are.
const ROWS: usize = 32;

/// Writes a report as JSON: one line per field, lists on one line. The long
/// lists are made on the threads of the current rayon pool, in stretches.
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
    writer.write_all(b"{\n  \"schema_version\": ")?;
    inner(1, schema_version, writer)?;
    field(1, "crate_version", crate_version, writer)?;
    field(1, "config", config, writer)?;
    field(1, "summary", summary, writer)?;
    writer.write_all(b",\n  \"inputs\": [")?;
    write_in_order(input_parts(inputs), writer)?;
    writer.write_all(b"],\n  \"results\": [")?;
    let results = results.iter().enumerate();
    write_in_order(results.flat_map(|(i, row)| result_parts(i, row)), writer)?;
    writer.write_all(b"]")?;
    field(1, "audit", audit, writer)?;
    writer.write_all(b",\n  \"examples\": [")?;
    let examples = examples.iter().enumerate();
    write_in_order(examples.flat_map(|(i, row)| example_parts(i, row)), writer)?;
    writer.write_all(b"]\n}\n")?;
    writer.flush()
}

fn input_parts(inputs: &InputRows) -> impl Iterator<Item = Part<'_>> {
    let starts = (0..inputs.len()).step_by(ROWS);
    starts.map(move |start| -> Part<'_> {
        Box::new(move |text| {
            for i in start..inputs.len().min(start + ROWS) {
                begin(i, text);
                inner(1, &inputs.get(i), text)?;
            }
            Ok(())
        })
    })
}

fn result_parts(i: usize, row: &ResultRow) -> impl Iterator<Item = Part<'_>> {
    let ResultRow {
        representation,
        class,
        n_files,
        n_segments,
        left_out,
        scale,
        outside_share,
        spectrum,
        levels,
        notes,
        fit,
        monotonicity,
    } = row;
    let head: Part<'_> = Box::new(move |text| {
        begin(i, text);
        text.extend_from_slice(b"{\n    \"representation\": ");
        inner(2, representation, text)?;
        field(2, "class", class, text)?;
        field(2, "n_files", n_files, text)?;
        field(2, "n_segments", n_segments, text)?;
        field(2, "left_out", left_out, text)?;
        field(2, "scale", scale, text)?;
        field(2, "outside_share", outside_share, text)
    });
    let tail: Part<'_> = Box::new(move |text| {
        field(2, "levels", levels, text)?;
        if !notes.is_empty() {
            field(2, "notes", notes, text)?;
        }
        field(2, "fit", fit, text)?;
        field(2, "monotonicity", monotonicity, text)?;
        text.extend_from_slice(b"\n  }");
        Ok(())
    });
    [head]
        .into_iter()
        .chain(spectrum_parts(spectrum))
        .chain([tail])
}

fn spectrum_parts(row: &SpectrumRow) -> impl Iterator<Item = Part<'_>> {
    let SpectrumRow {
        unit,
        power_scale,
        frequency,
        mean_log_power,
        std_log_power,
        mean_power,
        dof,
    } = row;
    let head: Part<'_> = Box::new(move |text| {
        text.extend_from_slice(b",\n    \"spectrum\": {\n      \"unit\": ");
        inner(3, unit, text)?;
        field(3, "power_scale", power_scale, text)
    });
    let tail: Part<'_> = Box::new(|text| {
        text.extend_from_slice(b"\n    }");
        Ok(())
    });
    [head]
        .into_iter()
        .chain(list_parts(3, "frequency", frequency))
        .chain(list_parts(3, "mean_log_power", mean_log_power))
        .chain(list_parts(3, "std_log_power", std_log_power))
        .chain(list_parts(3, "mean_power", mean_power))
        .chain(list_parts(3, "dof", dof))
        .chain([tail])
}

fn example_parts(i: usize, row: &ExampleRow) -> impl Iterator<Item = Part<'_>> {
    let ExampleRow {
        representation,
        path,
        input,
        class,
        n_segments,
        mean_log_power,
        picture,
        spectrogram,
    } = row;
    let head: Part<'_> = Box::new(move |text| {
        begin(i, text);
        text.extend_from_slice(b"{\n    \"representation\": ");
        inner(2, representation, text)?;
        field(2, "path", path, text)?;
        field(2, "input", input, text)?;
        field(2, "class", class, text)?;
        field(2, "n_segments", n_segments, text)
    });
    let tail: Part<'_> = Box::new(move |text| {
        if let Some(picture) = picture {
            field(2, "picture", picture, text)?;
        }
        if let Some(spectrogram) = spectrogram {
            field(2, "spectrogram", spectrogram, text)?;
        }
        text.extend_from_slice(b"\n  }");
        Ok(())
    });
    [head]
        .into_iter()
        .chain(list_parts(2, "mean_log_power", mean_log_power))
        .chain([tail])
}

/// A further field of an object whose fields stand at a depth: a list.
fn list_parts<'a, T: Serialize + Sync>(
    depth: usize,
    name: &'a str,
    values: &'a [T],
) -> impl Iterator<Item = Part<'a>> {
    // An empty list has its brackets to write.
    let n_parts = values.len().div_ceil(NUMBERS).max(1);
    (0..n_parts).map(move |part| -> Part<'a> {
        Box::new(move |text| {
            let start = part * NUMBERS;
            let stretch = &values[start..values.len().min(start + NUMBERS)];
            // Each stretch is a list of its own, whose brackets go.
            match text.len() {
                _ if part == 0 => field(depth, name, &stretch, text)?,
                at => {
                    inner(depth, &stretch, text)?;
                    text[at] = b' ';
                }
            }
            if part + 1 < n_parts {
                text.pop();
                text.push(b',');
            }
            Ok(())
        })
    })
}

/// What stands before the entry of a list with that number.
fn begin(i: usize, text: &mut Vec<u8>) {
    if i > 0 {
        text.extend_from_slice(b", ");
    }
}

#[cfg(test)]
mod tests {
    use super::super::json::write_json;
    use super::*;
    use crate::analysis::{AnalysisConfig, Silent, analyze};
    use std::path::Path;

    #[test]
    fn a_report_in_parts_is_the_report() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let config = AnalysisConfig {
            inputs: vec![root.join("fixtures/audio")],
            photos: vec![root.join("fixtures/photos")],
            ..AnalysisConfig::default()
        };
        let mut report = analyze(&config, &Silent).unwrap();
        let same = |report: &Report, what: &str| {
            let (mut parts, mut whole) = (Vec::new(), Vec::new());
            report_json(report, &mut parts).unwrap();
            write_json(report, &mut whole).unwrap();
            assert!(parts == whole, "{what}");
        };
        assert!(report.results[0].spectrum.frequency.len() > 2 * NUMBERS);
        same(&report, "all");
        report.results.truncate(1);
        let spectrum = &mut report.results[0].spectrum;
        spectrum.mean_power[NUMBERS] = f64::NAN;
        spectrum.dof = spectrum.dof[..NUMBERS].into();
        spectrum.frequency = [].into();
        report.results[0].notes = vec!["a".to_string()];
        report.examples.truncate(1);
        same(&report, "odd lists");
        report.results.clear();
        report.examples.clear();
        report.inputs = InputRows::default();
        same(&report, "no lists");
    }

    #[test]
    fn as_many_inputs_as_end_within_a_part_or_with_it() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let config = AnalysisConfig {
            inputs: vec![root.join("fixtures/audio/speech")],
            ..AnalysisConfig::default()
        };
        let mut report = analyze(&config, &Silent).unwrap();
        let row = report.inputs.get(0).unwrap();
        for n in [ROWS - 1, ROWS, ROWS + 1, 3 * ROWS] {
            report.inputs = std::iter::repeat_n(&row, n).collect();
            let mut text = Vec::new();
            report_json(&report, &mut text).unwrap();
            let read: Report = serde_json::from_slice(&text).unwrap();
            assert!(read.inputs == report.inputs, "{n} rows");
        }
    }
}
