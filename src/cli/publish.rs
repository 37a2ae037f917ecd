//! What becomes of a report: files, figures, a page and tables.

use super::figures::draw;
use super::page::write_page;
use super::plot::FiguresChoice;
use super::style::StyleArgs;
use super::{Failure, Outcome, print, tell};
use cepstrum::Result;
use cepstrum::analysis::{AnalysisConfig, Report, Results, RunPlan, Scorecard, scorecard};
use cepstrum::output::{
    EVIDENCE_FILE, FigureSet, Frames, REPORT_FILE, Verdicts, analysis_summary_json,
    check_overwrite, classes_left_out, results_table, save_study, scorecard_text,
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

impl PublishArgs {
    /// A bad flag is the first thing to know.
    pub fn check(&self) -> Result<()> {
        self.style.style().map(|_| ())
    }

    /// Whether a report of these settings may go into the folder.
    pub fn check_overwrite(&self, config: &AnalysisConfig) -> Result<()> {
        match self.force {
            true => Ok(()),
            false => check_overwrite::<Report>(&self.output, config, &()),
        }
    }

    /// Writes and prints everything; figures that show pixels or samples take the
    /// plan of sources that are at hand.
    pub fn publish(&self, results: Results, plan: Option<&RunPlan>) -> Result<Outcome, Failure> {
        let started = Instant::now();
        let Some(report) = &results.report else {
            return Ok(Outcome::AllGood);
        };
        let nulls = results.evidence.as_ref();
        let mut card = None;
        // Judging takes a while, which writing leaves a thread for.
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| card = Some(scorecard(report, nulls)));
            save_study(report, &self.output)
        })?;
        let written = started.elapsed();
        super::analyze::tell_about(report);
        let figures = self.output.join("figures");
        draw(report, self.figures.into(), plan, &self.style, &figures)?;
        if self.verbose {
            tell(&format!("written in {written:.2?}"));
            tell(&format!("drawn in {:.2?}", started.elapsed() - written));
        }
        let path = self.output.join(REPORT_FILE);
        tell(&format!("report: {}", path.display()));
        let card = card.unwrap_or_else(|| scorecard(report, nulls))?;
        let verdicts = Verdicts {
            scorecard: &card,
            evidence: nulls,
        };
        save_study(&verdicts, &self.output)?;
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
        self.publish_others(&results)?;
        Ok(match report.summary.n_partial + report.summary.n_skipped {
            0 => Outcome::AllGood,
            _ => Outcome::SomeSkipped,
        })
    }

    /// Writes and prints what was measured without a scorecard, as its own command
    /// would.
    pub fn publish_alone(&self, results: &Results) -> Result<Outcome, Failure> {
        let has_figures = self.figures != FiguresChoice::None;
        let (style, json, output) = (&self.style, self.json, self.output.as_path());
        if let Some(rows) = &results.features {
            return super::features::publish(rows, json, output);
        }
        if let Some(run) = &results.modulation {
            return super::modulation::publish(run, has_figures, style, json, output);
        }
        if let Some(report) = &results.latents {
            return super::latents::publish(report, has_figures, style, json, output);
        }
        match &results.noise {
            Some(run) => {
                let look = (self.figures.into(), Frames::Gif, style);
                super::noise::publish(run, look, json, output)
            }
            None => Ok(Outcome::AllGood),
        }
    }

    /// Writes what was measured beside the report, as its own commands would.
    fn publish_others(&self, results: &Results) -> Result<(), Failure> {
        let has_figures = self.figures != FiguresChoice::None;
        if let Some(rows) = &results.features {
            let path = self.output.join("features").join("features.csv");
            super::features::write(rows, &path)?;
            tell(&format!("features: {}", path.display()));
        }
        if let Some(run) = &results.modulation {
            let folder = self.output.join("modulation");
            super::modulation::write(run, has_figures, &self.style, &folder)?;
        }
        if let Some(run) = &results.noise {
            let folder = self.output.join("noise");
            save_study(&run.report, &folder)?;
            let figures = match has_figures {
                true => FigureSet::All,
                false => FigureSet::None,
            };
            let preset = run.report.config.preset;
            let look = (figures, Frames::Gif, &self.style);
            super::noise::write(&run.noise, &run.examples, preset, look, &folder)?;
        }
        Ok(())
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
