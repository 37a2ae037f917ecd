//! What fuzzing kept, in fixtures/fuzz: inputs that once failed, some that the
//! fuzzer found new code with, and its seeds. Each goes through its target again.

use crate::support::fixture;
use cepstrum::analysis::Partial;
use cepstrum::decode::{ArrayOptions, AudioReader, Channel, green_plane, photo_size, read_arrays};
use cepstrum::output::{read_report, write_json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// No input is longer than some kilobytes: what gives more was driven by a header.
const MOST_FRAMES: usize = 50_000_000;

/// Decodes to the end; whether there was any sample.
fn decodes(path: &Path) -> bool {
    let Ok(mut reader) = AudioReader::open(path, Channel::Mix) else {
        return false;
    };
    let (mut block, mut frames) = (Vec::new(), 0);
    while let Ok(count @ 1..) = reader.read(&mut block) {
        assert_eq!(count, block.len());
        frames += count;
        assert!(frames < MOST_FRAMES, "{}: no end", path.display());
    }
    let _ = reader.ending();
    frames > 0
}

fn is_picture(path: &Path) -> bool {
    let Ok((height, width)) = photo_size(path) else {
        return false;
    };
    if height.saturating_mul(width) > 1 << 22 {
        return false;
    }
    let plane = green_plane(path, height.min(width));
    plane.is_ok_and(|(plane, _)| {
        assert!(plane.values.iter().all(|v| (-1.0..=1.0).contains(v)));
        true
    })
}

fn holds_arrays(path: &Path) -> bool {
    let Ok(arrays) = read_arrays(path, &ArrayOptions::default()) else {
        return false;
    };
    for stack in &arrays.stacks {
        assert!(stack.values.iter().all(|v| v.is_finite()));
        assert_eq!(stack.values.len(), stack.shape.iter().product::<usize>());
    }
    !arrays.stacks.is_empty()
}

fn is_report(path: &Path) -> bool {
    let of_partial = Partial::read(path).is_ok();
    let of_report = read_report(path).is_ok_and(|report| {
        write_json(&report, &mut std::io::sink()).unwrap();
        true
    });
    of_partial || of_report
}

#[test]
fn every_kept_input_is_read_or_refused() {
    let folder = TempDir::new().unwrap();
    let mut seen: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for entry in fs::read_dir(fixture("fuzz")).unwrap() {
        let kept = entry.unwrap().path();
        let name = kept.file_name().unwrap().to_string_lossy().into_owned();
        let (target, _) = name.split_once('_').expect("target_what");
        let bytes = fs::read(&kept).unwrap();
        let place = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            path
        };
        let was_read = match target {
            "audio" => decodes(&place("clip.bin", &bytes)),
            "au" => decodes(&place("clip.au", &[b".snd", &bytes[..]].concat())),
            "npy" => holds_arrays(&place("plane.npy", &bytes)),
            "photo" => is_picture(&place("photo.bin", &bytes)),
            "report" => is_report(&place("report.json", &bytes)),
            other => panic!("{name}: no target {other}"),
        };
        let (n, n_read) = seen.entry(target.to_string()).or_default();
        (*n, *n_read) = (*n + 1, *n_read + usize::from(was_read));
    }
    println!("target: (inputs, of which read) {seen:?}");
    assert_eq!(seen.len(), 5, "{seen:?}");
    // Inputs that are all refused at once would say nothing about the readers.
    assert!(
        seen.values().all(|(n, read)| *n >= 8 && *read >= 2),
        "{seen:?}"
    );
}
