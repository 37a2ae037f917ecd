//! The corpus: every recording of `fixtures/corpus.csv`, sound and broken, gives
//! the status, the reason, the length and the samples that the table states.
//!
//! The table is written by `scripts/corpus_table` from what ffmpeg and libsndfile
//! make of the files. Its rows whose file is not in `fixtures` take the material
//! beside the checkout.

use crate::support::fixture;
use cepstrum::Error;
use cepstrum::decode::{AudioReader, Channel, Ending};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Blocks of the samples that the table describes by a level and a sample each.
const BLOCKS: usize = 8;

/// One row of the table.
struct Expected {
    file: String,
    /// How the recording ends, or the class of the problem.
    status: String,
    frames: usize,
    sample_rate: u32,
    /// What the reason must contain.
    reason: String,
    /// Frames of the reference decoder that are compared; 0 for none.
    compared: usize,
    tolerance: f64,
    /// Root mean square of each block, then the sample in its middle.
    samples: Vec<f64>,
    /// Of all compared samples, where decoding is exact.
    crc: Option<u32>,
}

fn table() -> Vec<Expected> {
    let mut reader = csv::Reader::from_path(fixture("corpus.csv")).unwrap();
    let rows = reader.records().map(|record| {
        let record = record.unwrap();
        let number = |i: usize| record[i].parse().unwrap_or(0);
        Expected {
            file: record[0].to_owned(),
            status: record[1].to_owned(),
            frames: number(2),
            sample_rate: number(3) as u32,
            reason: record[4].to_owned(),
            compared: number(6),
            tolerance: record[7].parse().unwrap_or(0.0),
            samples: record[8]
                .split_whitespace()
                .map(|value| value.parse().unwrap())
                .collect(),
            crc: u32::from_str_radix(&record[9], 16).ok(),
        }
    });
    rows.collect()
}

/// The file of a row: in the checkout, or beside it.
fn path_of(file: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let path = match file.strip_prefix("fixtures/") {
        Some(name) => fixture(name),
        None => beside.join(file),
    };
    (file.starts_with("fixtures/") || beside.is_dir()).then_some(path)
}

/// What became of a file.
struct Outcome {
    status: String,
    reason: String,
    sample_rate: u32,
    samples: Vec<f32>,
}

fn outcome(path: &Path) -> Outcome {
    let refused = |error: Error| {
        let Error::Input { problem, .. } = error else {
            panic!("{}: {error}", path.display());
        };
        Outcome {
            status: problem.class().to_owned(),
            reason: problem.to_string(),
            sample_rate: 0,
            samples: Vec::new(),
        }
    };
    let mut reader = match AudioReader::open(path, Channel::Mix) {
        Ok(reader) => reader,
        Err(error) => return refused(error),
    };
    let length = std::fs::metadata(path).unwrap().len();
    // A byte of silence may stand for many frames, but not for any number.
    let most = 65_536 + 4096 * length;
    let (mut samples, mut block) = (Vec::new(), Vec::new());
    loop {
        match reader.read(&mut block) {
            Ok(0) => break,
            Ok(_) => samples.extend_from_slice(&block),
            Err(error) => return refused(error),
        }
        assert!(
            samples.len() as u64 <= most,
            "{}: no end after {} frames",
            path.display(),
            samples.len()
        );
    }
    let (status, reason) = match reader.ending() {
        Ending::Complete => ("complete", String::new()),
        Ending::Noted { detail } => ("noted", detail.clone()),
        Ending::Truncated { detail } => ("truncated", detail.clone()),
        Ending::Damaged { detail } => ("damaged", detail.clone()),
    };
    Outcome {
        status: status.to_owned(),
        reason,
        sample_rate: reader.info().sample_rate,
        samples,
    }
}

/// The root mean squares and middle samples of the blocks.
fn described(samples: &[f32]) -> Vec<f64> {
    let edge = |i: usize| i * samples.len() / BLOCKS;
    let levels = (0..BLOCKS).map(|i| {
        let block = &samples[edge(i)..edge(i + 1)];
        let energy: f64 = block.iter().map(|&x| f64::from(x).powi(2)).sum();
        (energy / block.len().max(1) as f64).sqrt()
    });
    let middles = (0..BLOCKS).map(|i| f64::from(samples[(edge(i) + edge(i + 1)) / 2]));
    levels.chain(middles).collect()
}

/// CRC-32 of the samples as multiples of 2^-31, integers of 8 bytes.
fn checksum(samples: &[f32]) -> u32 {
    let grid = samples.iter().flat_map(|&x| {
        let steps = (f64::from(x) * 2_147_483_648.0).round_ties_even();
        (steps as i64).to_le_bytes()
    });
    let divided = |crc: u32, byte: u8| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| match crc & 1 {
            1 => crc >> 1 ^ 0xEDB8_8320,
            _ => crc >> 1,
        })
    };
    !grid.fold(u32::MAX, divided)
}

/// What is wrong with the outcome of a row.
fn differences(expected: &Expected, got: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    let has = (&*got.status, got.samples.len(), got.sample_rate);
    let wants = (&*expected.status, expected.frames, expected.sample_rate);
    if has != wants {
        found.push(format!("{has:?} instead of {wants:?} ({})", got.reason));
    } else if !got.reason.contains(&expected.reason) {
        found.push(format!("{:?} lacks {:?}", got.reason, expected.reason));
    }
    let n = expected.compared;
    if n > 0 && n <= got.samples.len() {
        let values = described(&got.samples[..n]);
        assert_eq!(values.len(), expected.samples.len(), "{}", expected.file);
        let errors = values.iter().zip(&expected.samples);
        let worst = errors.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        if worst > expected.tolerance {
            found.push(format!(
                "samples off by {worst:e}, allowed {:e}",
                expected.tolerance
            ));
        }
        let crc = checksum(&got.samples[..n]);
        if expected.crc.is_some_and(|expected| crc != expected) {
            found.push(format!("checksum {crc:08x} of all samples"));
        }
    }
    found
}

#[test]
fn each_file_gives_what_the_table_states() {
    let rows = table();
    let mut totals: BTreeMap<String, usize> = BTreeMap::new();
    let (mut absent, mut compared, mut exact, mut wrong) = (0, 0, 0, Vec::new());
    for expected in &rows {
        let Some(path) = path_of(&expected.file) else {
            absent += 1;
            continue;
        };
        let got = outcome(&path);
        let needs_opus = cfg!(not(feature = "opus")) && got.reason.contains("Opus");
        if !needs_opus {
            let found = differences(expected, &got);
            wrong.extend(found.into_iter().map(|d| format!("{}: {d}", expected.file)));
        }
        compared += usize::from(expected.compared > 0);
        exact += usize::from(expected.crc.is_some());
        *totals.entry(got.status).or_default() += 1;
    }
    if absent > 0 {
        eprintln!(
            "SKIPPED without ../shared: corpus ({absent} of {} files)",
            rows.len()
        );
    }
    println!("corpus: {totals:?}, samples compared in {compared} files, all in {exact}");
    assert!(compared >= 15, "samples compared in {compared} files only");
    assert!(exact >= 12, "all samples compared in {exact} files only");
    assert!(
        wrong.is_empty(),
        "{} rows:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Every recording of the folders has its row.
#[test]
fn the_table_is_whole() {
    let rows = table();
    let known: Vec<&str> = rows.iter().map(|row| &*row.file).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = root.join("../shared/data");
    let mut folders = vec![
        (root.to_path_buf(), "fixtures/formats"),
        (root.to_path_buf(), "fixtures/malformed"),
    ];
    if shared.is_dir() {
        folders.push((shared.clone(), "formats"));
        folders.push((shared, "malformed"));
    } else {
        eprintln!("SKIPPED without ../shared: the_table_is_whole");
    }
    for (base, folder) in folders {
        for entry in walkdir::WalkDir::new(base.join(folder)) {
            let entry = entry.unwrap();
            let name = entry.path().strip_prefix(&base).unwrap().to_string_lossy();
            let aside = name.contains("images_")
                || ["MANIFEST.csv", "Thumbs.db", "keep.txt"]
                    .iter()
                    .any(|end| name.ends_with(end));
            if entry.file_type().is_file() && !aside {
                assert!(known.contains(&&*name), "{name} is not in the table");
            }
        }
    }
}
