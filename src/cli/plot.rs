use super::figures::{Inputs, draw};
use super::style::StyleArgs;
use super::{Failure, Outcome};
use cepstrum::output::{FigureSet, REPORT_FILE, read_report};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FiguresChoice {
    /// No figure
    None,
    /// The mean spectra
    Main,
    /// Also classes, single clips and photos, statistics of levels, noise as
    /// expected, and with the data spectrograms and animations
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

/// Draw the figures of a report again, without the data; those that show
/// pixels or samples stay as they are
#[derive(Args)]
#[command(after_help = "\
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
        let path = match self.report.is_dir() {
            true => self.report.join(REPORT_FILE),
            false => self.report,
        };
        let report = read_report(&path)?;
        let folder = self.output.unwrap_or_else(|| figures_folder(&path));
        draw(
            &report,
            self.figures.into(),
            Inputs::Gone,
            &self.style,
            &folder,
        )?;
        Ok(Outcome::AllGood)
    }
}

fn figures_folder(report: &Path) -> PathBuf {
    report.parent().unwrap_or(Path::new("")).join("figures")
}
