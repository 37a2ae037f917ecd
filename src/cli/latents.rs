//! `cepstrum latents`.

use super::about::{tell_notes, tell_outcomes};
use super::choices::one_of;
use super::outcome::{Failure, Outcome, counted};
use super::partials::{Measured, PartialArgs, measured};
use super::settings::LayoutFlags;
use super::style::StyleArgs;
use super::terminal::{print, tell};
use cepstrum::analysis::{AnalysisConfig, LatentReport, LatentSettings, Request, Settings};
use cepstrum::data::Named;
use cepstrum::output::{
    DrawingKind, Frames, LATENTS_FILE, StudyFiles, check_overwrite, latent_figures,
    latents_summary, latents_table, save_drawings, save_study,
};
use cepstrum::planar::Radius;
use clap::{Args, ValueEnum};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Latents of an autoencoder: the factor that scales them to unit variance, how
/// many directions their channels span, their spectra along space or time and
/// along channels
#[derive(Args)]
#[command(
    allow_negative_numbers = true,
    after_long_help = "\
Examples:
  cepstrum latents encoded/ -o out
      All .npy and .npz files below encoded/: [channel, row, column], or with
      four dimensions [item, channel, row, column]
  cepstrum latents codec/ --layout ct -o out
      Audio latents [channel, time]
  cepstrum latents latents.npz --layout nct --format json > latents.json

The scale factor is 1 / std, as the 0.18215 of Stable Diffusion. Modes whose variance after
scaling (eigenvalue) is below 1 lie under the noise that diffusion adds at sigma = 1; about half
of those of white unit latents do, by a little: look at the smallest and the largest. The order of channels is arbitrary: the exponent
along them is compared with those of random orders.

The folder gets latents.json, latents.csv and figures/.

Exit codes: 0 all good, 1 error or nothing usable, 2 usage, 3 done, but some inputs were
skipped or used in part"
)]
pub struct LatentsArgs {
    /// .npy and .npz files, globs, or folders that are searched for them
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<PathBuf>,

    /// Folder for results
    #[arg(short, long, value_name = "OUT", default_value = "cepstrum-latents")]
    output: PathBuf,

    /// Replace a latent report of other settings
    #[arg(long)]
    force: bool,

    /// What is written to standard output
    #[arg(long, value_enum, default_value = "table")]
    format: FormatChoice,

    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,

    #[command(flatten)]
    layout: LayoutFlags,

    /// Random orders of channels that the given one is compared with
    #[arg(long, value_name = "N", default_value_t = 999)]
    permutations: usize,

    /// Seed of these orders
    #[arg(long, default_value_t = 0)]
    seed: u64,

    /// Use at most the first N files of each folder
    #[arg(long, value_name = "N")]
    limit: Option<usize>,

    /// Radius of the rings of planes that are not square
    #[arg(long, value_parser = one_of(Radius::NAMES), default_value = "frequency")]
    radius: Radius,

    /// Lowest frequency of fits, in cycles per sample
    #[arg(long, value_name = "F")]
    fit_f_min: Option<f64>,

    /// Highest frequency of fits, in cycles per sample (0.5 is Nyquist)
    #[arg(long, value_name = "F")]
    fit_f_max: Option<f64>,

    /// Threads [default: one per core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,

    /// Whether figures are drawn, into OUT/figures
    #[arg(long, value_enum, default_value = "all")]
    figures: Drawn,

    #[command(flatten)]
    partials: PartialArgs,

    #[command(flatten)]
    style: StyleArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatChoice {
    /// What holds for all channels, one row per channel, and notes
    Table,
    /// The whole report
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Drawn {
    /// No figure
    None,
    /// Spectrum, eigenvalues, channels
    All,
}

impl LatentsArgs {
    pub fn run(self) -> Result<Outcome, Failure> {
        self.style.style()?;
        let (config, settings) = self.settings()?;
        // A bad setting is the first thing to know.
        config.check()?;
        settings.check()?;
        super::start::use_threads(self.threads)?;
        if !self.force {
            check_overwrite::<LatentReport>(&self.output, &config, &settings)?;
        }
        let request = Request::latents(&config, &settings);
        let finished = measured(&request, &self.partials, Some(&self.output))?;
        let (plan, results) = match finished {
            Measured::Share(outcome) => return Ok(outcome),
            Measured::Whole(finished) => *finished,
        };
        tell_notes(&plan.notes());
        let report = results.latents;
        let Some(report) = report else {
            return Ok(Outcome::AllGood);
        };
        let is_json = self.json || self.format == FormatChoice::Json;
        let has_figures = self.figures == Drawn::All;
        let outcome = publish(&report, has_figures, &self.style, is_json, &self.output)?;
        self.partials.clear(&self.output)?;
        Ok(outcome)
    }

    fn settings(&self) -> cepstrum::Result<(AnalysisConfig, LatentSettings)> {
        let mut shared = Settings::default();
        self.layout.apply(&mut shared)?;
        let mut config = AnalysisConfig {
            inputs: self.inputs.clone(),
            limit: self.limit,
            radius: self.radius,
            ..shared.analysis
        };
        (config.fit.f_min, config.fit.f_max) = (self.fit_f_min, self.fit_f_max);
        let settings = LatentSettings {
            n_permutations: self.permutations,
            seed: self.seed,
        };
        Ok((config, settings))
    }
}

/// Writes a report and its figures, tells of them and prints the table.
pub fn publish(
    report: &LatentReport,
    has_figures: bool,
    style: &StyleArgs,
    is_json: bool,
    output: &Path,
) -> Result<Outcome, Failure> {
    save_study(report, output)?;
    let folder = output.join("figures");
    let figures = match has_figures {
        true => latent_figures(report, &style.style()?)?,
        false => vec![],
    };
    save_drawings(&figures, &[DrawingKind::Latents], &folder, Frames::Gif)?;
    if has_figures {
        let count = counted(figures.len(), "figure");
        tell(&format!("{count} as svg and png: {}", folder.display()));
    }
    let outcomes = report.inputs.iter().map(|row| (&*row.path, &row.outcome));
    let outcome = tell_outcomes(outcomes, "input", "; all are in latents.json");
    tell(&format!("study: {}", output.join(LATENTS_FILE).display()));
    print(|writer| match is_json {
        true => report.write_main(writer),
        false => write_table(report, writer),
    })?;
    Ok(outcome)
}

fn write_table(report: &LatentReport, writer: &mut dyn Write) -> std::io::Result<()> {
    for line in latents_summary(report) {
        writeln!(writer, "{line}")?;
    }
    write!(writer, "\n{}\n", latents_table(report))?;
    for note in &report.notes {
        writeln!(writer, "note: {note}")?;
    }
    Ok(())
}
