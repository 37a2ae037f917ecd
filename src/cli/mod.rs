//! Flags to configurations, library calls, results to files and terminals.

mod about;
mod analyze;
mod cepstra;
mod choices;
mod command;
mod compare;
mod features;
mod figures;
mod interrupt;
mod latents;
mod listen;
mod merge;
mod mfcc;
mod modulation;
mod noise;
mod outcome;
mod page;
mod partials;
mod plot;
mod progress;
mod publish;
mod settings;
mod shell;
mod spectra;
mod spectrogram;
mod start;
mod style;
mod synth;
mod terminal;
mod usage;

use cepstrum::Error;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use outcome::{Failure, Outcome};
use shell::ColorChoice;
use std::process::ExitCode;
use terminal::tell_error;

/// Spectra of sound and of images, side by side: does a representation of
/// sound suit a diffusion model?
#[derive(Parser)]
#[command(version, propagate_version = true, max_term_width = 100, styles = terminal::STYLES, after_long_help = "\
Examples:
  cepstrum analyze genres/ --photos photos/ -o out
      The main job: power laws of clips beside those of photos
  cepstrum noise genres/ --photos photos/ -o noise
  cepstrum compare out:log-mel out:waveform
  cepstrum completions bash > ~/.local/share/bash-completion/completions/cepstrum

Exit codes: 0 all good, 1 error or nothing usable, 2 usage, 3 done, but some inputs were
skipped or used in part")]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// When messages and help are coloured
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Output"
    )]
    color: ColorChoice,

    /// Do not hold FLAC files against their MD5 sums, which take a fifth of decoding them
    #[arg(long, global = true, help_heading = "Input")]
    no_verify: bool,
}

#[derive(Subcommand)]
enum Command {
    Analyze(analyze::AnalyzeArgs),
    Spectrum(spectra::SpectrumArgs),
    Rapsd(spectra::RapsdArgs),
    Spectrogram(spectrogram::SpectrogramArgs),
    Cepstrum(cepstra::CepstrumArgs),
    Features(features::FeaturesArgs),
    Noise(noise::NoiseArgs),
    Modulation(modulation::ModulationArgs),
    Latents(latents::LatentsArgs),
    Synth(synth::SynthArgs),
    Compare(compare::CompareArgs),
    Merge(merge::MergeArgs),
    Plot(plot::PlotArgs),
    Completions(shell::CompletionsArgs),
    Man(shell::ManArgs),
}

const EXIT_ERROR: u8 = 1;
const EXIT_USAGE: u8 = 2;
const EXIT_SOME_SKIPPED: u8 = 3;

/// Runs the program.
pub fn run() -> ExitCode {
    let color = terminal::asked_color(std::env::args_os());
    terminal::use_color(color);
    let matches = with_short_help(program()).color(color).try_get_matches();
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    cepstrum::decode::verify_sums(!cli.no_verify);
    let outcome = match cli.command {
        Command::Analyze(args) => args.run(),
        Command::Spectrum(args) => args.run(),
        Command::Rapsd(args) => args.run(),
        Command::Spectrogram(args) => args.run(),
        Command::Cepstrum(args) => args.run(),
        Command::Features(args) => args.run(),
        Command::Noise(args) => args.run(),
        Command::Modulation(args) => args.run(),
        Command::Latents(args) => args.run(),
        Command::Synth(args) => args.run(),
        Command::Compare(args) => args.run(),
        Command::Merge(args) => args.run(),
        Command::Plot(args) => args.run(),
        Command::Completions(args) => args.run(program()),
        Command::Man(args) => args.run(program()),
    };
    match outcome {
        Ok(Outcome::AllGood) | Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Ok(Outcome::SomeSkipped) => ExitCode::from(EXIT_SOME_SKIPPED),
        Err(Failure::Error(error)) => {
            tell_error(&usage::message(&error, &program()));
            ExitCode::from(match error {
                Error::InvalidArgument { .. } => EXIT_USAGE,
                Error::Interrupted { .. } => interrupt::EXIT_INTERRUPTED,
                _ => EXIT_ERROR,
            })
        }
    }
}

/// What the parser has to say: help, a version, or what is wrong with the words.
fn refuse(error: &clap::Error) -> ExitCode {
    match usage::bad_value(error, &program()) {
        Some(message) => {
            tell_error(&message);
            ExitCode::from(EXIT_USAGE)
        }
        None => {
            // Nothing can be done where its stream is gone.
            let _ = error.print();
            ExitCode::from(error.exit_code() as u8)
        }
    }
}

/// Headings of flags that several commands have.
const HEADINGS: [(&str, &[&str]); 3] = [
    ("Input", &["photos"]),
    (
        "Output",
        &[
            "output", "force", "format", "json", "verbose", "listen", "schedule",
        ],
    ),
    (
        "Figures",
        &[
            "figures",
            "png_frames",
            "size",
            "dpi",
            "theme",
            "columns",
            "colour_map",
        ],
    ),
];

/// Headings whose flags are for `--help`, where `-h` is to fit a screen.
const LONG_HELP_ONLY: [&str; 5] = [
    "Segments of clips",
    "STFT and mel",
    "Planes and fits",
    "Figures",
    "Long runs",
];

/// The program's flags, for help, pages and completions.
fn program() -> clap::Command {
    Cli::command().mut_subcommands(|command| {
        command.mut_args(|argument| {
            let id = argument.get_id().as_str();
            let heading = HEADINGS.iter().find(|(_, ids)| ids.contains(&id));
            match heading {
                Some((heading, _)) if !argument.is_positional() => argument.help_heading(*heading),
                _ => argument,
            }
        })
    })
}

/// The program with a `-h` that fits a screen. (Pages would lose the text of
/// flags that it leaves out.)
fn with_short_help(program: clap::Command) -> clap::Command {
    let shortened = program.mut_subcommands(|command| {
        command.mut_args(|argument| {
            let heading = argument.get_help_heading();
            let is_long = heading.is_some_and(|heading| LONG_HELP_ONLY.contains(&heading));
            match is_long && argument.get_id() != "figures" {
                true => argument.hide_short_help(true),
                false => argument,
            }
        })
    });
    shortened.mut_arg("color", |argument| argument.hide_short_help(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All commands that do something, with the words that call them.
    fn leaves(command: &clap::Command, words: &str, found: &mut Vec<(String, clap::Command)>) {
        let words = format!("{words} {}", command.get_name());
        for child in command.get_subcommands() {
            leaves(child, &words, found);
        }
        found.push((words.trim().to_string(), command.clone()));
    }

    /// The words of a line as a shell has them: quotes taken off, redirections
    /// left out.
    fn words(line: &str) -> Vec<String> {
        let command = line.split(" > ").next().unwrap_or(line);
        let words = command.split_whitespace();
        words.map(|word| word.replace('\'', "")).collect()
    }

    #[test]
    fn examples_of_every_command_can_be_parsed() {
        program().debug_assert();
        let mut commands = Vec::new();
        leaves(&program(), "", &mut commands);
        assert!(commands.len() >= 19, "{}", commands.len());
        for (name, mut command) in commands {
            let help = command.render_long_help().to_string();
            let (_, examples) = help
                .split_once("\nExamples:\n")
                .unwrap_or_else(|| panic!("no examples in the help of {name}"));
            let lines = examples.lines().take_while(|line| !line.is_empty());
            let lines: Vec<&str> = lines
                .filter_map(|l| l.strip_prefix("  cepstrum "))
                .collect();
            assert!(!lines.is_empty(), "{name}");
            let own = name.strip_prefix("cepstrum").unwrap_or(&name).trim_start();
            assert!(
                lines.iter().all(|line| line.starts_with(own)),
                "{name}: {lines:?}"
            );
            for line in lines {
                let arguments = [vec!["cepstrum".to_string()], words(line)].concat();
                let matches = program().try_get_matches_from(arguments);
                let parsed = matches.and_then(|matches| Cli::from_arg_matches(&matches));
                if let Err(error) = parsed {
                    panic!("example of {name}: {line}: {error}");
                }
            }
        }
    }

    #[test]
    fn long_help_is_grouped_and_short_help_fits_a_screen() {
        let program = with_short_help(program());
        for command in program.get_subcommands() {
            let (mut short, mut long) = (command.clone(), command.clone());
            let (short, long) = (short.render_help(), long.render_long_help());
            let n_lines = short.to_string().lines().count();
            assert!(n_lines <= 60, "{}: {n_lines} lines", command.get_name());
            assert!(!short.to_string().contains("Examples:"));
            if command.get_arguments().count() > 20 {
                let long = long.to_string();
                assert!(long.contains("\nOutput:"), "{}", command.get_name());
            }
        }
    }
}
