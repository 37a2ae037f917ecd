//! Flags to configurations, library calls, results to files and terminals.

mod analyze;
mod cepstra;
mod choices;
mod command;
mod compare;
mod features;
mod figures;
mod frames;
mod latents;
mod listen;
mod modulation;
mod noise;
mod page;
mod plot;
mod progress;
mod settings;
mod spectra;
mod spectrogram;
mod style;
mod synth;

use cepstrum::Error;
use clap::{Parser, Subcommand};
use std::io::{BufWriter, Write};
use std::process::ExitCode;

/// Spectra of sound and of images, side by side: does a representation of
/// sound suit a diffusion model?
#[derive(Parser)]
#[command(version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
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
    Plot(plot::PlotArgs),
}

/// What a finished command tells the shell.
enum Outcome {
    AllGood,
    /// Some inputs were skipped, or used in part.
    SomeSkipped,
}

/// What went wrong, as the shell should know it.
enum Failure {
    Error(Error),
    /// Whoever read our output has gone; nothing is left to say.
    BrokenPipe,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Error(error)
    }
}

const EXIT_ERROR: u8 = 1;
const EXIT_USAGE: u8 = 2;
const EXIT_SOME_SKIPPED: u8 = 3;

/// Runs the program.
pub fn run() -> ExitCode {
    let outcome = match Cli::parse().command {
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
        Command::Plot(args) => args.run(),
    };
    match outcome {
        Ok(Outcome::AllGood) | Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Ok(Outcome::SomeSkipped) => ExitCode::from(EXIT_SOME_SKIPPED),
        Err(Failure::Error(error)) => {
            // Nothing can be done where stderr is gone too.
            let _ = writeln!(std::io::stderr(), "error: {}", message(&error));
            ExitCode::from(match error {
                Error::InvalidArgument { .. } => EXIT_USAGE,
                _ => EXIT_ERROR,
            })
        }
    }
}

/// The message of an error, with settings under their flags' names.
fn message(error: &Error) -> String {
    match error {
        Error::InvalidArgument {
            name,
            value,
            requirement,
        } if name
            .chars()
            .all(|c| matches!(c, 'a'..='z' | '0'..='9' | '_')) =>
        {
            let flag = name.replace('_', "-");
            format!("--{flag} is {value}, but must be {requirement}")
        }
        other => other.to_string(),
    }
}

/// Writes to standard output.
fn print(write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<(), Failure> {
    let mut stdout = BufWriter::new(std::io::stdout().lock());
    let written = write(&mut stdout).and_then(|()| stdout.flush());
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::BrokenPipe => Failure::BrokenPipe,
        _ => Failure::Error(Error::Output {
            path: "standard output".into(),
            detail: error.to_string(),
        }),
    })
}

/// Writes one line to standard error, which may be gone.
fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Why an input was not used wholly.
struct Remark<'a> {
    path: &'a str,
    /// Short name of the kind of reason.
    class: &'a str,
    reason: String,
}

/// Tells remarks, those of one kind together and only the first few of each.
fn tell_remarks(remarks: &[Remark<'_>], where_all_stand: &str) {
    const SHOWN: usize = 3;
    let mut classes: Vec<&str> = Vec::new();
    for remark in remarks {
        if !classes.contains(&remark.class) {
            classes.push(remark.class);
        }
    }
    for class in classes {
        let of_class: Vec<&Remark<'_>> = remarks.iter().filter(|r| r.class == class).collect();
        for remark in of_class.iter().take(SHOWN) {
            tell(&format!("  {}: {}", remark.path, remark.reason));
        }
        if of_class.len() > SHOWN {
            let more = of_class.len() - SHOWN;
            tell(&format!("  ... and {more} more {class}{where_all_stand}"));
        }
    }
}

/// A number with its noun.
fn counted(n: usize, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        n => format!("{n} {noun}s"),
    }
}
