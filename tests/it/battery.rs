//! Answers on sets of known truth: part of what `scripts/battery` asks under eight
//! front ends.

#[path = "../../examples/battery/kinds.rs"]
mod kinds;

use cepstrum::analysis::{
    AnalysisConfig, Answer, Representation, Silent, VerdictSettings, verdict,
};
use cepstrum::data::Signal;
use cepstrum::synth::write_wav;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Fewer than the script's eight: intervals are wider, so that more is open.
const FILES: u64 = 5;

/// Kinds that stand for the others: colour, marginals, switching, clicks, tones, a
/// common level; bands of their own; what copies, cuts and few files are.
const ASKED: [&str; 12] = [
    "white",
    "brown",
    "laplace",
    "brown-switched-20-ms",
    "clicks",
    "tremolo",
    "comodulated",
    "bands",
    "bands-of-random-phase",
    "painted-2",
    "copies",
    "two-files",
];

fn save(folder: &Path, kind: &kinds::Kind) {
    fs::create_dir_all(folder.join("x")).unwrap();
    for i in 0..FILES {
        let Some(sound) = (kind.sound)(i) else {
            continue;
        };
        assert_eq!(sound.len(), kinds::N);
        let peak = sound.iter().fold(0.0, |peak: f64, x| peak.max(x.abs()));
        let signal = Signal {
            samples: sound.iter().map(|x| (0.7 * x / peak) as f32).collect(),
            sample_rate: kinds::RATE,
        };
        write_wav(&folder.join(format!("x/{i:02}.wav")), &signal).unwrap();
    }
}

/// Whether an answer may stand where that letter is wanted; with few files it may be
/// open.
fn may_be(answer: Answer, letter: char) -> bool {
    match answer {
        Answer::Yes => "yz-".contains(letter),
        Answer::No => "nx-".contains(letter),
        Answer::Open => true,
    }
}

fn check(name: &str, wanted: &str, inputs: Vec<PathBuf>) -> usize {
    let config = AnalysisConfig {
        inputs,
        representations: vec![Representation::LogMel],
        ..AnalysisConfig::default()
    };
    let (_, verdict) = verdict(&config, &VerdictSettings::default(), &Silent).unwrap();
    let row = verdict.rows.iter().find(|row| row.class == "all").unwrap();
    let answers = [
        row.answers.order,
        row.answers.photographs,
        row.answers.structure,
    ];
    let mut n_answered = 0;
    for (answer, letter) in answers.into_iter().zip(wanted.chars()) {
        let Some(answer) = answer else {
            continue;
        };
        let said = format!("{name}: {wanted}, {:?}, {:?}", row.answers, row.numbers);
        assert!(may_be(answer, letter), "{said}");
        n_answered += usize::from(answer != Answer::Open && letter != '-');
    }
    n_answered
}

#[test]
fn no_answer_is_wrong() {
    let mut n_answered = 0;
    for name in ASKED {
        let kind = kinds::KINDS.iter().find(|kind| kind.name == name).unwrap();
        let folder = TempDir::new().unwrap();
        save(folder.path(), kind);
        n_answered += check(name, kind.wanted, vec![folder.path().to_path_buf()]);
    }
    // Of 9 kinds with 2 or 3 answers that are wanted.
    assert!(n_answered >= 16, "{n_answered} answers");
}

#[test]
fn pictures_are_answered_too() {
    for (name, wanted, alpha) in kinds::PICTURES {
        let folder = TempDir::new().unwrap();
        let mut inputs = Vec::new();
        for i in 0..8 {
            let values = kinds::picture(alpha, i);
            let picture = ndarray::Array2::from_shape_vec((128, 128), values).unwrap();
            let path = folder.path().join(format!("{i}.npy"));
            ndarray_npy::write_npy(&path, &picture).unwrap();
            inputs.push(path);
        }
        assert!(check(name, wanted, inputs) > 0, "{name}");
    }
}
