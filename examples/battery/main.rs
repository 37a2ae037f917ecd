//! Answers on sets of known truth, under several front ends:
//! `cargo run --release --example battery`
//!
//! Prints what is wrong or open, and how many are; fails where an answer is wrong or
//! more than 2 % of those wanted are open. With `-- FOLDER` the sets stay there, and
//! are not made again; `-- FOLDER WANTED.csv` takes those of others, one folder per
//! kind, with lines `kind,wanted`.

mod kinds;

use cepstrum::analysis::{
    AnalysisConfig, Answer, Answers, Representation, Silent, VerdictSettings, verdict,
};
use cepstrum::data::Signal;
use cepstrum::spectral::LogScale;
use cepstrum::synth::write_wav;
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

const FILES: u64 = 8;
/// Largest share of answers wanted that may stay open.
const MOST_OPEN: f64 = 0.02;

/// Name, n_fft, hop_length, n_mels, highest rate, and what else is set.
type FrontEnd = (
    &'static str,
    [usize; 3],
    Option<u32>,
    fn(&mut AnalysisConfig),
);

const FRONT_ENDS: [FrontEnd; 8] = [
    ("librosa", [2048, 512, 128], None, |_| {}),
    ("hifigan", [1024, 256, 80], Some(22_050), |config| {
        config.mel.f_max = Some(8000.0);
        config.log = LogScale::Natural { floor: 1e-5 };
    }),
    ("whisper", [400, 160, 80], Some(16_000), |_| {}),
    ("1024/256/128", [1024, 256, 128], None, |_| {}),
    ("64 bands", [2048, 512, 64], None, |_| {}),
    ("hop 160", [2048, 160, 128], None, |_| {}),
    ("bigvgan", [1024, 256, 100], Some(24_000), |config| {
        config.log = LogScale::Natural { floor: 1e-5 };
    }),
    ("5 s", [2048, 512, 128], None, |config| config.segment = 5.0),
];

/// Folders of sets, with the answers wanted.
fn sets(arguments: &[String]) -> Result<Vec<(PathBuf, String)>, Box<dyn Error>> {
    let temporary = std::env::temp_dir().join("cepstrum-battery");
    let folder = arguments.first().map_or(temporary, PathBuf::from);
    if let Some(table) = arguments.get(1) {
        let text = fs::read_to_string(table)?;
        let lines = text.lines().filter_map(|line| line.split_once(','));
        return Ok(lines
            .map(|(kind, wanted)| (folder.join(kind), wanted.to_string()))
            .collect());
    }
    let mut sets = Vec::new();
    for kind in &kinds::KINDS {
        let of_kind = folder.join(kind.name);
        if !of_kind.exists() {
            fs::create_dir_all(of_kind.join("x"))?;
            for i in 0..FILES {
                if let Some(sound) = (kind.sound)(i) {
                    save(&of_kind.join(format!("x/{i:02}.wav")), &sound)?;
                }
            }
        }
        sets.push((of_kind, kind.wanted.to_string()));
    }
    for (name, wanted, alpha) in kinds::PICTURES {
        let of_kind = folder.join(name);
        if !of_kind.exists() {
            fs::create_dir_all(of_kind.join("x"))?;
            for i in 0..20 {
                let picture =
                    ndarray::Array2::from_shape_vec((128, 128), kinds::picture(alpha, i))?;
                ndarray_npy::write_npy(of_kind.join(format!("x/{i:02}.npy")), &picture)?;
            }
        }
        sets.push((of_kind, wanted.to_string()));
    }
    Ok(sets)
}

fn save(path: &Path, sound: &[f64]) -> Result<(), Box<dyn Error>> {
    let peak = sound.iter().fold(0.0, |peak: f64, x| peak.max(x.abs()));
    let signal = Signal {
        samples: sound.iter().map(|x| (0.7 * x / peak) as f32).collect(),
        sample_rate: kinds::RATE,
    };
    Ok(write_wav(path, &signal)?)
}

/// The answers on one set; `None` for pictures under another front end than the
/// first.
fn answers(folder: &Path, front_end: &FrontEnd) -> Result<Option<Answers>, Box<dyn Error>> {
    let (_, [n_fft, hop_length, n_mels], highest, change) = front_end;
    let mut files: Vec<PathBuf> = Vec::new();
    for class in fs::read_dir(folder)? {
        for file in fs::read_dir(class?.path())? {
            files.push(file?.path());
        }
    }
    files.sort();
    let is_array = |path: &PathBuf| path.extension().is_some_and(|e| e == "npy");
    let are_pictures = files.iter().any(is_array);
    if are_pictures && front_end.0 != FRONT_ENDS[0].0 {
        return Ok(None);
    }
    let mut config = AnalysisConfig {
        representations: vec![Representation::LogMel],
        inputs: match are_pictures {
            true => files,
            false => vec![folder.to_path_buf()],
        },
        ..AnalysisConfig::default()
    };
    config.stft.n_fft = *n_fft;
    config.stft.win_length = *n_fft;
    config.stft.hop_length = *hop_length;
    config.mel.n_mels = *n_mels;
    change(&mut config);
    if let Some(highest) = highest {
        let (report, _) = verdict(&config, &VerdictSettings::default(), &Silent)?;
        let rate = report.summary.sample_rate.unwrap_or(*highest);
        config.sample_rate = Some(rate.min(*highest));
    }
    let (_, verdict) = verdict(&config, &VerdictSettings::default(), &Silent)?;
    // As it was asked for, not up to where a band ends.
    let row = verdict.rows.iter().find(|row| row.class == "all");
    Ok(row.map(|row| row.answers))
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let sets = sets(&arguments)?;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut count = |what| *counts.entry(what).or_default() += 1;
    for front_end in &FRONT_ENDS {
        for (folder, wanted) in &sets {
            let Some(answers) = answers(folder, front_end)? else {
                continue;
            };
            let given = [answers.order, answers.photographs, answers.structure];
            for ((question, answer), letter) in ["order", "photographs", "structure"]
                .iter()
                .zip(given)
                .zip(wanted.chars())
            {
                let Some(answer) = answer.filter(|_| letter != '-') else {
                    continue;
                };
                count("answers");
                if "yn".contains(letter) {
                    count("wanted");
                }
                let what = match answer {
                    Answer::Yes if "nxo".contains(letter) => "wrong yes",
                    Answer::No if "yzo".contains(letter) => "wrong no",
                    Answer::Open if "yn".contains(letter) => "open",
                    _ => continue,
                };
                count(what);
                let name = folder.file_name().unwrap_or_default().to_string_lossy();
                println!("{what}: {name}, {question}, under {}", front_end.0);
            }
        }
    }
    let of = |what| counts.get(what).copied().unwrap_or(0);
    let open = of("open") as f64 / of("wanted").max(1) as f64;
    println!(
        "{} answers: {} wrong yes, {} wrong no; {} of {} wanted open ({:.1} %)",
        of("answers"),
        of("wrong yes"),
        of("wrong no"),
        of("open"),
        of("wanted"),
        100.0 * open
    );
    match of("wrong yes") + of("wrong no") == 0 && open <= MOST_OPEN {
        true => Ok(()),
        false => Err("some answers are wrong, or too many open".into()),
    }
}
