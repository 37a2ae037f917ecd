use super::style::StyleArgs;
use super::{Failure, Outcome, counted, report_path, tell};
use cepstrum::analysis::Report;
use cepstrum::output::{FigureSet, check_folder, read_report, report_figures, save_figures};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FiguresChoice {
    /// No figure
    None,
    /// The mean spectra
    Main,
    /// Also classes, single clips and photos, and statistics of levels
    All,
}

impl From<FiguresChoice> for FigureSet {
    fn from(choice: FiguresChoice) -> Self {
        match choice {
            FiguresChoice::None => FigureSet::None,
            FiguresChoice::Main => FigureSet::Main,
            FiguresChoice::All => FigureSet::All,
        }
    }
}

/// Draw the figures of a report again, without the data
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  cepstrum plot out/report.json
      All figures, as SVG and PNG, into out/figures/
  cepstrum plot out --figures main --size single-column -o paper/")]
pub struct PlotArgs {
    /// A report.json, or the folder that holds one
    #[arg(value_name = "REPORT")]
    report: PathBuf,

    /// Which figures
    #[arg(long, value_enum, default_value = "all")]
    figures: FiguresChoice,

    /// Folder for the figures [default: figures/ beside the report]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    #[command(flatten)]
    style: StyleArgs,
}

impl PlotArgs {
    pub fn run(self) -> Result<Outcome, Failure> {
        let path = report_path(&self.report);
        let report = read_report(&path)?;
        let folder = self.output.unwrap_or_else(|| figures_folder(&path));
        check_folder(&folder)?;
        draw(&report, self.figures, &self.style, &folder)?;
        Ok(Outcome::AllGood)
    }
}

fn figures_folder(report: &Path) -> PathBuf {
    report.parent().unwrap_or(Path::new("")).join("figures")
}

/// Draws the figures of a report into a folder and says so.
pub fn draw(
    report: &Report,
    figures: FiguresChoice,
    style: &StyleArgs,
    folder: &Path,
) -> Result<(), Failure> {
    let figures = report_figures(report, figures.into(), &style.style()?)?;
    save_figures(&figures, folder)?;
    if !figures.is_empty() {
        let count = counted(figures.len(), "figure");
        tell(&format!("{count} as svg and png: {}", folder.display()));
    }
    Ok(())
}
