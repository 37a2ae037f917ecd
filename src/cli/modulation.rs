//! `cepstrum modulation`.

use super::outcome::{Failure, Outcome, counted};
use super::partials::{Measured, PartialArgs, measured};
use super::settings::SettingsArgs;
use super::style::StyleArgs;
use super::terminal::{print, tell};
use cepstrum::analysis::{
    Fit, ModulationReport, ModulationRun, ModulationSettings, Representation, Request,
};
use cepstrum::output::{
    Analysis, DrawingKind, Frames, MODULATION_FILE, check_overwrite, modulation_figures,
    modulation_summary_json, modulation_table, save_analysis, save_drawings, save_study,
};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// The modulation spectrum of log-mel spectrograms, beside the 2D spectra of
/// photos and arrays: power with both axes kept, and its exponent by direction
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  cepstrum modulation genres/ --photos photos/ -o out
      Is a log-mel spectrogram, as an image, like a photo in every direction?
  cepstrum modulation genres/ --segment 5 --directions 18 -o out

Directions are in cycles per sample: frame, band or pixel. 0 degrees is temporal modulation
(horizontal), 90 spectral modulation (vertical).

The folder gets modulation.json, modulation/*.npy, figures/ and the report of the analysis.

Exit codes: 0 all good, 1 error or nothing usable, 2 usage, 3 done, but some inputs were
skipped or used in part")]
pub struct ModulationArgs {
    /// Files, folders or globs with clips; arrays by name
    #[arg(value_name = "INPUT", required_unless_present_any = ["photos", "config"])]
    inputs: Vec<PathBuf>,

    /// File, folder or glob with photos; can be repeated
    #[arg(long, value_name = "DIR")]
    photos: Vec<PathBuf>,

    /// Folder for results
    #[arg(short, long, value_name = "OUT", default_value = "cepstrum-modulation")]
    output: PathBuf,

    /// Replace a report of another configuration
    #[arg(long)]
    force: bool,

    /// Sectors of equal angle over half a turn; even
    #[arg(long, value_name = "N", default_value_t = 12)]
    directions: usize,

    /// Whether figures are drawn, into OUT/figures
    #[arg(long, value_enum, default_value = "all")]
    figures: Drawn,

    /// Print one JSON document instead of the table
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    partials: PartialArgs,

    #[command(flatten)]
    settings: SettingsArgs,

    #[command(flatten)]
    style: StyleArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Drawn {
    /// No figure
    None,
    /// Spectra, exponents by direction, FFT against DCT
    All,
}

impl ModulationArgs {
    pub fn run(self) -> Result<Outcome, Failure> {
        self.style.style()?;
        let mut config = self.settings.config(self.inputs, self.photos)?;
        config.representations = vec![Representation::LogMel];
        // A bad setting is the first thing to know.
        config.check()?;
        let settings = ModulationSettings {
            n_directions: self.directions,
        };
        settings.check()?;
        if !self.force {
            check_overwrite::<Analysis<'_>>(&self.output, &config, &())?;
        }
        let request = Request::modulation(&config, &settings);
        let finished = measured(&request, &self.partials, Some(&self.output))?;
        let run = match finished {
            Measured::Share(outcome) => return Ok(outcome),
            Measured::Whole(finished) => finished.1.modulation,
        };
        let Some(run) = run else {
            return Ok(Outcome::AllGood);
        };
        let has_figures = self.figures == Drawn::All;
        let outcome = publish(&run, has_figures, &self.style, self.json, &self.output)?;
        self.partials.clear(&self.output)?;
        Ok(outcome)
    }
}

/// Writes a run, tells of it and prints the table.
pub fn publish(
    run: &ModulationRun,
    has_figures: bool,
    style: &StyleArgs,
    json: bool,
    output: &Path,
) -> Result<Outcome, Failure> {
    super::about::tell_about(&run.report);
    tell_about(&run.modulation);
    write(run, has_figures, style, output)?;
    let study = output.join(MODULATION_FILE);
    print(|writer| match json {
        true => modulation_summary_json(&run.modulation, &study, writer),
        false => write!(writer, "{}", modulation_table(&run.modulation)),
    })?;
    let summary = &run.report.summary;
    Ok(match summary.n_partial + summary.n_skipped {
        0 => Outcome::AllGood,
        _ => Outcome::SomeSkipped,
    })
}

/// Writes a run and its figures.
pub fn write(
    run: &ModulationRun,
    has_figures: bool,
    style: &StyleArgs,
    output: &Path,
) -> Result<(), Failure> {
    save_analysis(&run.report, None, output)?;
    save_study(&run.modulation, output)?;
    let folder = output.join("figures");
    let figures = match has_figures {
        true => modulation_figures(&run.modulation, &style.style()?)?,
        false => vec![],
    };
    save_drawings(&figures, &[DrawingKind::Modulation], &folder, Frames::Gif)?;
    if has_figures {
        let count = counted(figures.len(), "figure");
        tell(&format!("{count} as svg and png: {}", folder.display()));
    }
    tell(&format!(
        "study: {}",
        output.join(MODULATION_FILE).display()
    ));
    Ok(())
}

/// Tells what numbers cannot say.
fn tell_about(modulation: &ModulationReport) {
    for note in &modulation.notes {
        tell(&format!("note: {note}"));
    }
    // Classes lack a law for the same reason as all together.
    let mut told = Vec::new();
    for study in &modulation.studies {
        if let Fit::Missing { reason, .. } = &study.along_time.sector {
            let note = format!("note: {}: no alpha time: {reason}", study.representation);
            if !told.contains(&note) {
                tell(&note);
                told.push(note);
            }
        }
    }
    for (what, band) in [
        ("radial alpha, alpha time and frequency", modulation.band),
        ("FFT and DCT alpha", modulation.radial_band),
    ] {
        if let Some([low, high]) = band {
            tell(&format!(
                "{what}: fitted over {low:.4} to {high:.4} cycles/sample"
            ));
        }
    }
}
