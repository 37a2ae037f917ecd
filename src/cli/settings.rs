//! Flags of the library's table of settings; a flag that is not given keeps what
//! the preset, or a saved report, says.

use super::choices::{named, one_of};
use super::outcome::report_path;
use super::start::{saved_settings, use_threads};
use cepstrum::analysis::{AnalysisConfig, Preset, SETTINGS, Setting, Settings, Values};
use cepstrum::data::Named;
use cepstrum::{Error, Result};
use clap::builder::ValueParser;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};
use std::path::PathBuf;

/// Settings that the commands share.
#[derive(Args)]
#[command(next_help_heading = "Settings")]
pub struct SettingsArgs {
    /// Set of settings to start from
    #[arg(long, value_parser = one_of(Preset::NAMES), default_value = "default")]
    preset: Preset,

    /// Start from the settings of a saved report (report.json, or its folder);
    /// flags that are given replace single ones, and inputs and photos that are
    /// not given are those of the report
    #[arg(long, value_name = "REPORT", conflicts_with = "preset")]
    config: Option<PathBuf>,

    /// Threads [default: one per core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,

    #[command(flatten)]
    flags: SharedFlags,
}

impl SettingsArgs {
    /// The configuration for `inputs` and `photos`, and the thread pool made
    /// ready: what flags say, else a saved report, else the preset.
    pub fn config(&self, inputs: Vec<PathBuf>, photos: Vec<PathBuf>) -> Result<AnalysisConfig> {
        Ok(self.settings(inputs, photos)?.analysis)
    }

    /// The same, and what decides of a verdict.
    pub fn settings(&self, inputs: Vec<PathBuf>, photos: Vec<PathBuf>) -> Result<Settings> {
        use_threads(self.threads)?;
        let mut settings = match &self.config {
            Some(path) => saved_settings(&report_path(path), &inputs, &photos)?,
            None => Settings::preset(self.preset),
        };
        if !inputs.is_empty() {
            settings.analysis.inputs = inputs;
        }
        if !photos.is_empty() {
            settings.analysis.photos = photos;
        }
        self.flags.apply(&mut settings)?;
        Ok(settings)
    }

    /// The first setting of an analysis that differs from the default's, under
    /// its flag's name.
    pub fn given(&self) -> Result<Option<&'static str>> {
        if self.config.is_some() {
            return Ok(Some("config"));
        }
        let default = Settings::default();
        let mut given = default.clone();
        self.flags.apply(&mut given)?;
        if self.preset != Preset::Default {
            return Ok(Some("preset"));
        }
        let mut settings = SETTINGS.iter();
        let first = settings.find(|setting| (setting.read)(&given) != (setting.read)(&default));
        Ok(first.map(|setting| match setting.name {
            "labels" => "class_depth",
            "top_db" => "log",
            name => name,
        }))
    }
}

/// Sets of settings whose flags stand together; the empty one has all that
/// commands share.
const SETS: [&[&str]; 8] = [
    &[],
    &["representations"],
    &[
        "representations",
        "examples",
        "full_classes",
        "null_segments",
        "sweep",
    ],
    &["seed"],
    &["class_depth", "labels", "limit"],
    &["n_fft", "hop_length", "win_length"],
    &[
        "n_mels",
        "f_min",
        "f_max",
        "mel_scale",
        "mel_norm",
        "top_db",
    ],
    &["layout", "key"],
];

type SharedFlags = Flags<0>;
pub type RepresentationFlags = Flags<1>;
pub type ReportFlags = Flags<2>;
pub type SeedFlags = Flags<3>;
pub type FileFlags = Flags<4>;
pub type FrameFlags = Flags<5>;
pub type MelFlags = Flags<6>;
pub type LayoutFlags = Flags<7>;

/// The flags of one of the [`SETS`], as far as they are given.
pub struct Flags<const SET: usize>(Vec<(&'static Setting, String)>);

impl<const SET: usize> Flags<SET> {
    /// Replaces the settings that are given.
    pub fn apply(&self, settings: &mut Settings) -> Result<()> {
        let mut given = self.0.iter();
        given.try_for_each(|(setting, text)| (setting.write)(settings, text))
    }

    /// The first setting that is given.
    pub fn given(&self) -> Option<&'static str> {
        self.0.first().map(|(setting, _)| setting.name)
    }

    fn settings() -> impl Iterator<Item = &'static Setting> {
        SETTINGS.iter().filter(|setting| match SETS[SET] {
            [] => !setting.heading.is_empty(),
            names => names.contains(&setting.name),
        })
    }
}

impl<const SET: usize> FromArgMatches for Flags<SET> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = Self::settings().filter_map(|setting| {
            // A switch that is not given has a value all the same.
            matches
                .value_source(setting.name)
                .filter(|source| *source == ValueSource::CommandLine)?;
            let texts = matches
                .get_raw(setting.name)?
                .map(|text| text.to_string_lossy());
            Some((setting, texts.collect::<Vec<_>>().join(",")))
        });
        Ok(Flags(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl<const SET: usize> Args for Flags<SET> {
    fn augment_args(command: Command) -> Command {
        let arguments = Self::settings().map(|setting| match (SETS[SET], setting.name) {
            ([], _) => argument(setting).help_heading(setting.heading),
            // Only those on whole clips have a set with it.
            (_, "top_db") => argument(setting)
                .help("Dynamic range of the bands of a clip in dB, or none [default: 80]"),
            _ => argument(setting),
        });
        command.args(arguments).allow_negative_numbers(true)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// The flag of a setting.
fn argument(setting: &'static Setting) -> Arg {
    let (name, values) = (setting.name, (setting.values)());
    let arg = Arg::new(name)
        .long(name.replace('_', "-"))
        .help(help(setting, &values));
    let arg = match (&values, setting.unit) {
        (Values::Switch, "") => {
            // What few ask for; -h is to fit a screen.
            let is_rare = name == "full_classes";
            return arg.action(ArgAction::SetTrue).hide_short_help(is_rare);
        }
        (_, "") => arg.value_name(name.to_uppercase()),
        (_, unit) => arg.value_name(unit),
    };
    let arg = match values {
        Values::Text => arg.value_parser(text(setting)),
        Values::Switch => arg
            .value_parser(value_parser!(bool))
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .hide_possible_values(true),
        Values::One(names) => arg.value_parser(named(names)),
        Values::Several(_) => arg
            .value_parser(text(setting))
            .value_delimiter(',')
            .action(ArgAction::Append),
    };
    match name {
        "class_depth" => arg.conflicts_with("labels"),
        "labels" => arg.value_parser(value_parser!(PathBuf)),
        // Its range is told in the parser's words.
        "sample_rate" => arg.value_parser(value_parser!(u32)),
        _ => arg,
    }
}

/// The meaning of a setting, the names that it can have, and its default.
fn help(setting: &Setting, values: &Values) -> String {
    let (meaning, default) = (setting.meaning, (setting.read)(&Settings::default()));
    let default = default.unwrap_or_default() + setting.rest;
    match values {
        Values::Several(names) => {
            let (names, default) = (names.join(", "), default.replace(',', ", "));
            format!("{meaning}: {names} [default: {default}]")
        }
        Values::Switch => meaning.to_string(),
        _ if default.is_empty() => meaning.to_string(),
        _ => format!("{meaning} [default: {default}]"),
    }
}

/// Accepts the texts that a setting does.
fn text(setting: &'static Setting) -> ValueParser {
    ValueParser::new(move |text: &str| match (setting.check)(text) {
        Ok(()) => Ok(text.to_string()),
        // Told in the parser's words.
        Err(requirement) if ["side", "top_db"].contains(&setting.name) => Err(requirement.into()),
        Err(requirement) => {
            let error = Error::argument(setting.name, text, requirement);
            Err(Box::<dyn std::error::Error + Send + Sync>::from(error))
        }
    })
}
