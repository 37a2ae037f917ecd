//! What becomes of a report: files, figures, a page and tables.

use super::choices::one_of;
use super::figures::draw;
use super::outcome::{Failure, Outcome};
use super::page::write_page;
use super::plot::FIGURES;
use super::style::StyleArgs;
use super::terminal::{print, tell};
use cepstrum::analysis::{AnalysisConfig, Report, Results, RunPlan, Verdict, VerdictSettings};
use cepstrum::output::{
    Analysis, EVIDENCE_FILE, FigureSet, Frames, REPORT_FILE, analysis_summary_json,
    check_overwrite, classes_left_out, results_table, save_analysis, saved_verdict_settings,
    verdict_text,
};
use cepstrum::{Error, Result};
use clap::Args;
use std::path::PathBuf;
use std::time::Instant;

#[derive(Args)]
pub struct PublishArgs {
    /// Folder for report.json, report.html, tables, arrays and figures/
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
    #[arg(long, value_parser = one_of(FIGURES), default_value = "main")]
    figures: FigureSet,

    /// Print one JSON document instead of tables: results and verdict
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
    pub fn check_overwrite(
        &self,
        config: &AnalysisConfig,
        verdict: &VerdictSettings,
    ) -> Result<()> {
        if self.force {
            return Ok(());
        }
        check_overwrite::<Analysis<'_>>(&self.output, config, &())?;
        match saved_verdict_settings(&self.output).filter(|saved| saved != verdict) {
            None => Ok(()),
            Some(saved) => Err(Error::WouldOverwrite {
                path: self.output.join(EVIDENCE_FILE),
                difference: format!(
                    "null_segments: {} there, {} now",
                    saved.null_segments, verdict.null_segments
                ),
            }),
        }
    }

    /// Writes and prints everything; figures that show pixels or samples take the
    /// plan of sources that are at hand.
    pub fn publish(&self, results: Results, plan: Option<&RunPlan>) -> Result<Outcome, Failure> {
        let started = Instant::now();
        let Some(report) = &results.report else {
            return Ok(Outcome::AllGood);
        };
        let verdict = results.verdict.as_ref();
        save_analysis(report, verdict, &self.output)?;
        let written = started.elapsed();
        super::about::tell_about(report);
        let figures = self.output.join("figures");
        draw(report, self.figures, plan, &self.style, &figures)?;
        if self.verbose {
            tell(&format!("written in {written:.2?}"));
            tell(&format!("drawn in {:.2?}", started.elapsed() - written));
        }
        let path = self.output.join(REPORT_FILE);
        tell(&format!("report: {}", path.display()));
        if verdict.is_some() {
            let evidence = self.output.join(EVIDENCE_FILE);
            tell(&format!("evidence: {}", evidence.display()));
        }
        match self.json {
            true => print(|writer| analysis_summary_json(report, verdict, &path, writer))?,
            false => print_tables(report, verdict)?,
        }
        if self.figures != FigureSet::None {
            write_page(report, verdict, &self.output)?;
        }
        self.publish_others(&results)?;
        Ok(match report.summary.n_partial + report.summary.n_skipped {
            0 => Outcome::AllGood,
            _ => Outcome::SomeSkipped,
        })
    }

    /// Writes and prints what was measured without a verdict, as its own command
    /// would.
    pub fn publish_alone(&self, results: &Results) -> Result<Outcome, Failure> {
        let has_figures = self.figures != FigureSet::None;
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
                let look = (self.figures, Frames::Gif, style);
                super::noise::publish(run, look, json, output)
            }
            None => Ok(Outcome::AllGood),
        }
    }

    /// Writes what was measured beside the report, as its own commands would.
    fn publish_others(&self, results: &Results) -> Result<(), Failure> {
        let has_figures = self.figures != FigureSet::None;
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
            save_analysis(&run.report, None, &folder)?;
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

/// Prints the results and the verdict.
fn print_tables(report: &Report, verdict: Option<&Verdict>) -> Result<(), Failure> {
    let n = classes_left_out(report);
    if n > 0 {
        tell(&format!(
            "note: rows of {n} classes are in the report and in --json"
        ));
    }
    let results = results_table(report);
    print(|writer| {
        write!(writer, "{results}")?;
        match verdict {
            Some(verdict) => {
                let text = verdict_text(verdict);
                write!(writer, "\n{text}")
            }
            None => Ok(()),
        }
    })?;
    for note in verdict.iter().flat_map(|verdict| &verdict.notes) {
        tell(&format!("note: {note}"));
    }
    let rows = verdict.iter().flat_map(|verdict| &verdict.rows);
    if rows.into_iter().any(|row| row.class != "all") {
        tell("note: the answers of single classes are in evidence.json");
    }
    Ok(())
}
