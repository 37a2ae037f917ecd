//! The command line that makes a report again, from its settings.

use cepstrum::analysis::{
    Amplitude, AnalysisConfig, LowRates, Preset, Side, Verdict, VerdictSettings,
};
use cepstrum::data::PowerScale;
use cepstrum::decode::ClassRule;
use cepstrum::planar::Radius;
use cepstrum::spectral::{LogScale, MelNorm, MelScale};
use std::fmt::Display;
use std::path::Path;

/// `cepstrum analyze` with all that differs from the preset's settings, quoted
/// for a POSIX shell; inputs as they were typed, and no output folder.
pub fn analyze_command(config: &AnalysisConfig, verdict: Option<&Verdict>) -> String {
    let preset = AnalysisConfig::preset(config.preset);
    let mut words = Words(vec!["cepstrum".to_string(), "analyze".to_string()]);
    for input in &config.inputs {
        words.path(input);
    }
    for folder in &config.photos {
        words.0.push("--photos".to_string());
        words.path(folder);
    }
    if config.preset == Preset::Post {
        words.flag("preset", "post");
    }
    files(config, &preset, &mut words);
    segments(config, &preset, &mut words);
    spectrograms(config, &preset, &mut words);
    planes(config, &preset, &mut words);
    if config.examples != preset.examples {
        words.flag("examples", config.examples);
    }
    let usual = VerdictSettings::default().null_segments;
    let ours = verdict.map_or(usual, |verdict| verdict.settings.null_segments);
    words.changed("null-segments", [&ours, &usual], ours);
    if verdict.is_some_and(|verdict| verdict.rows.iter().any(|row| !row.sweep.is_empty())) {
        words.0.push("--sweep".to_string());
    }
    if config.full_classes {
        words.0.push("--full-classes".to_string());
    }
    words.changed("seed", [&config.seed, &preset.seed], config.seed);
    words.0.join(" ")
}

/// Words of a command, quoted.
struct Words(Vec<String>);

impl Words {
    fn flag(&mut self, name: &str, value: impl Display) {
        self.0.push(format!("--{name}"));
        self.0.push(quoted(&value.to_string()));
    }

    fn path(&mut self, path: &Path) {
        self.0.push(quoted(&path.to_string_lossy()));
    }

    /// The flag of a setting that is not the preset's.
    fn changed<T: PartialEq>(&mut self, name: &str, [ours, preset]: [&T; 2], text: impl Display) {
        if ours != preset {
            self.flag(name, text);
        }
    }

    /// The flag of a setting that has a value.
    fn given(&mut self, name: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.flag(name, value);
        }
    }
}

/// A word that a shell leaves as it is.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+@%".contains(c);
    match !text.is_empty() && text.chars().all(plain) {
        true => text.to_string(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

fn files(config: &AnalysisConfig, preset: &AnalysisConfig, words: &mut Words) {
    let names: Vec<&str> = config.representations.iter().map(|r| r.name()).collect();
    let both = [&config.representations, &preset.representations];
    words.changed("representations", both, names.join(","));
    match &config.class_rule {
        ClassRule::ParentFolder => {}
        ClassRule::Depth(depth) => words.flag("class-depth", depth),
        ClassRule::Labels(table) => words.flag("labels", table.to_string_lossy()),
    }
    words.given("limit", config.limit);
}

fn segments(config: &AnalysisConfig, preset: &AnalysisConfig, words: &mut Words) {
    words.changed(
        "segment",
        [&config.segment, &preset.segment],
        config.segment,
    );
    words.changed(
        "overlap",
        [&config.overlap, &preset.overlap],
        config.overlap,
    );
    words.changed(
        "channel",
        [&config.channel, &preset.channel],
        config.channel,
    );
    words.given("sample-rate", config.sample_rate);
    if config.low_rates == LowRates::Upsample {
        words.0.push("--upsample".to_string());
    }
    let amplitude = match config.amplitude {
        Amplitude::FullScale => "full-scale",
        Amplitude::Int16 => "int16",
    };
    words.changed(
        "amplitude",
        [&config.amplitude, &preset.amplitude],
        amplitude,
    );
    let power_scale = match config.power_scale {
        PowerScale::Raw => "raw",
        PowerScale::PerSample => "per-sample",
        PowerScale::PsdHz => "psd-hz",
    };
    words.changed(
        "power-scale",
        [&config.power_scale, &preset.power_scale],
        power_scale,
    );
}

fn spectrograms(config: &AnalysisConfig, preset: &AnalysisConfig, words: &mut Words) {
    let (ours, theirs) = (&config.stft, &preset.stft);
    words.changed("n-fft", [&ours.n_fft, &theirs.n_fft], ours.n_fft);
    words.changed(
        "hop-length",
        [&ours.hop_length, &theirs.hop_length],
        ours.hop_length,
    );
    // Without the flag a window is as long as the transform.
    words.changed(
        "win-length",
        [&ours.win_length, &ours.n_fft],
        ours.win_length,
    );
    let (ours, theirs) = (&config.mel, &preset.mel);
    words.changed("n-mels", [&ours.n_mels, &theirs.n_mels], ours.n_mels);
    words.changed("f-min", [&ours.f_min, &theirs.f_min], ours.f_min);
    words.given("f-max", ours.f_max);
    let scale = match ours.scale {
        MelScale::Slaney => "slaney",
        MelScale::Htk => "htk",
    };
    words.changed("mel-scale", [&ours.scale, &theirs.scale], scale);
    let norm = match ours.norm {
        MelNorm::Slaney => "slaney",
        MelNorm::None => "none",
    };
    words.changed("mel-norm", [&ours.norm, &theirs.norm], norm);
    match config.log {
        log if log == preset.log => {}
        LogScale::Decibel { top_db: Some(db) } => words.flag("top-db", db),
        LogScale::Decibel { top_db: None } => words.flag("top-db", "none"),
        LogScale::Natural { floor } => {
            words.flag("log", "ln");
            words.flag("log-floor", floor);
        }
    }
}

fn planes(config: &AnalysisConfig, preset: &AnalysisConfig, words: &mut Words) {
    let radius = match config.radius {
        Radius::Frequency => "frequency",
        Radius::Index => "index",
    };
    words.changed("radius", [&config.radius, &preset.radius], radius);
    let side = match config.side {
        Side::Auto => "auto".to_string(),
        Side::Pixels(pixels) => pixels.to_string(),
    };
    words.changed("side", [&config.side, &preset.side], side);
    words.given("layout", config.layout);
    words.given("fit-f-min", config.fit.f_min);
    words.given("fit-f-max", config.fit.f_max);
}
