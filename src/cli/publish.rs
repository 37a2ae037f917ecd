//! What becomes of a report: files, figures, a page and tables.

use super::figures::{Inputs, draw};
use super::page::write_page;
use super::plot::FiguresChoice;
use super::style::StyleArgs;
use super::{Failure, Outcome, print, tell};
use cepstrum::Result;
use cepstrum::analysis::{AnalysisConfig, Evidence, Report, Scorecard, scorecard};
use cepstrum::output::{
    EVIDENCE_FILE, REPORT_FILE, analysis_summary_json, check_overwrite, classes_left_out,
    results_table, save_evidence, save_report, scorecard_text,
};
use clap::Args;
use std::path::PathBuf;
use std::time::Instant;

#[derive(Args)]
pub struct PublishArgs {
    /// Folder for report.json, report.html, spectra.csv, spectra/*.npy and figures/
    #[arg(short, long, value_name = "OUT", default_value = "cepstrum-report")]
    pub output: PathBuf,

    /// Replace a report of another configuration
    #[arg(long)]
    force: bool,

    /// Tell how long each stage took
    #[arg(short, long)]
    pub verbose: bool,

    /// Which figures are drawn, into OUT/figures; all but none also write
    /// OUT/report.html
    #[arg(long, value_enum, default_value = "main")]
    figures: FiguresChoice,

    /// Print one JSON document instead of tables: results and scorecard
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    style: StyleArgs,
}

/// Null models, or how to draw them: where they are drawn they are announced
/// first.
pub type Nulls<'a> = dyn Fn(&Report) -> Result<Option<Evidence>> + 'a;

impl PublishArgs {
    /// A bad flag is the first thing to know.
    pub fn check(&self) -> Result<()> {
        self.style.style().map(|_| ())
    }

    /// Whether a report of these settings may go into the folder.
    pub fn check_overwrite(&self, config: &AnalysisConfig) -> Result<()> {
        match self.force {
            true => Ok(()),
            false => check_overwrite(&self.output, config),
        }
    }

    /// Writes and prints everything; `nulls` are drawn where the data are at
    /// hand.
    pub fn publish(&self, report: &Report, nulls: Option<&Nulls<'_>>) -> Result<Outcome, Failure> {
        let started = Instant::now();
        let mut without_nulls = None;
        // Judging takes a while, which writing leaves a thread for.
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| without_nulls = Some(scorecard(report, None)));
            save_report(report, &self.output)
        })?;
        let written = started.elapsed();
        super::analyze::tell_about(report);
        let inputs = match nulls {
            Some(_) => Inputs::AtHand,
            None => Inputs::Gone,
        };
        let figures = self.output.join("figures");
        draw(report, self.figures.into(), inputs, &self.style, &figures)?;
        if self.verbose {
            tell(&format!("written in {written:.2?}"));
            tell(&format!("drawn in {:.2?}", started.elapsed() - written));
        }
        let path = self.output.join(REPORT_FILE);
        tell(&format!("report: {}", path.display()));
        let nulls = match nulls {
            Some(draw) => draw(report)?,
            None => None,
        };
        let card = match without_nulls.filter(|_| nulls.is_none()) {
            Some(card) => card,
            None => scorecard(report, nulls.as_ref()),
        }?;
        save_evidence(nulls.as_ref(), &card, &self.output)?;
        let evidence = self.output.join(EVIDENCE_FILE);
        tell(&format!("evidence: {}", evidence.display()));
        match self.json {
            true => print(|writer| analysis_summary_json(report, &card, &path, writer))?,
            false => print_tables(report, &card)?,
        }
        if self.figures != FiguresChoice::None {
            let n_draws = nulls.map_or(0, |nulls| nulls.settings.n_draws);
            write_page(report, Ok(card), n_draws, &self.output)?;
        }
        Ok(match report.summary.n_partial + report.summary.n_skipped {
            0 => Outcome::AllGood,
            _ => Outcome::SomeSkipped,
        })
    }
}

/// Prints the results and the scorecard.
fn print_tables(report: &Report, card: &Scorecard) -> Result<(), Failure> {
    let n = classes_left_out(report);
    if n > 0 {
        tell(&format!(
            "note: rows of {n} classes are in the report and in --json"
        ));
    }
    let (results, text) = (results_table(report), scorecard_text(card));
    let photos = &card.photos;
    print(|writer| write!(writer, "{results}\n{text}(distances to {photos})\n"))
}
