//! The command line that makes a report again, from its settings.

use cepstrum::analysis::{AnalysisConfig, Preset, SETTINGS, Setting, Settings, Values, Verdict};
use cepstrum::data::Named;

/// `cepstrum analyze` with all that differs from the preset's settings, quoted
/// for a POSIX shell; inputs as they were typed, and no output folder.
pub fn analyze_command(config: &AnalysisConfig, verdict: Option<&Verdict>) -> String {
    let preset = Settings::preset(config.preset);
    let mut ours = Settings::of(config.clone());
    if let Some(verdict) = verdict {
        ours.verdict = verdict.settings.clone();
        ours.sweep = verdict.rows.iter().any(|row| !row.sweep.is_empty());
    }
    let mut command = "cepstrum analyze".to_string();
    for input in &config.inputs {
        command += &format!(" {}", quoted(&input.to_string_lossy()));
    }
    for folder in &config.photos {
        command += &flag("photos", &folder.to_string_lossy());
    }
    if config.preset != Preset::Default {
        command += &flag("preset", config.preset.name());
    }
    for setting in SETTINGS {
        command += &changed(setting, &ours, &preset);
    }
    command
}

/// The flag of a setting that is not the preset's.
fn changed(setting: &Setting, ours: &Settings, preset: &Settings) -> String {
    let text = (setting.read)(ours);
    match (text, (setting.values)()) {
        (text, _) if text == (setting.read)(preset) => String::new(),
        (None, _) => String::new(),
        (Some(text), Values::Switch) if text == "true" => format!(" {}", long(setting.name)),
        (Some(text), Values::Switch) => format!(" {}={text}", long(setting.name)),
        (Some(text), _) => flag(setting.name, &text),
    }
}

fn flag(name: &str, value: &str) -> String {
    format!(" {} {}", long(name), quoted(value))
}

fn long(name: &str) -> String {
    format!("--{}", name.replace('_', "-"))
}

/// A word that a shell leaves as it is.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+@%".contains(c);
    match !text.is_empty() && text.chars().all(plain) {
        true => text.to_string(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}
