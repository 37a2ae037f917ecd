//! `cepstrum plot`.

use super::about::told_report;
use super::choices::one_of;
use super::figures::draw;
use super::outcome::{Failure, Outcome, report_path};
use super::page::write_page;
use super::style::StyleArgs;
use cepstrum::data::Names;
use cepstrum::output::{FigureSet, check_folder, read_verdict};
use clap::Args;
use std::path::{Path, PathBuf};

pub const FIGURES: Names<FigureSet> = &[
    (FigureSet::None, "none", "No figure and no page"),
    (FigureSet::Main, "main", "The mean spectra"),
    (
        FigureSet::All,
        "all",
        "Also classes, single clips and photos, statistics of levels, noise as expected, and with \
         the data spectrograms and animations",
    ),
];

/// Draw the figures and the page of a report again, without the data; figures
/// that show pixels or samples stay as they are
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  cepstrum plot out/report.json
      All figures, as SVG and PNG, into out/figures/, and out/report.html
  cepstrum plot out --figures main --size single-column -o paper/")]
pub struct PlotArgs {
    /// A report.json, or the folder that holds one
    #[arg(value_name = "REPORT")]
    report: PathBuf,

    /// Which figures
    #[arg(long, value_parser = one_of(FIGURES), default_value = "all")]
    figures: FigureSet,

    /// Folder for the figures and the page [default: figures/ beside the report,
    /// and the page beside it]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    #[command(flatten)]
    style: StyleArgs,
}

impl PlotArgs {
    pub fn run(self) -> Result<Outcome, Failure> {
        // A bad setting is the first thing to know.
        self.style.style()?;
        let path = report_path(&self.report);
        let report = told_report(&path)?;
        let beside = path.parent().unwrap_or(Path::new(""));
        let (figures, page) = match &self.output {
            Some(folder) => (folder.clone(), folder.as_path()),
            None => (beside.join("figures"), beside),
        };
        check_folder(&figures)?;
        draw(&report, self.figures, None, &self.style, &figures)?;
        if self.figures != FigureSet::None {
            let verdict = read_verdict(beside, &report)?;
            write_page(&report, verdict.as_ref(), page)?;
        }
        Ok(Outcome::AllGood)
    }
}
