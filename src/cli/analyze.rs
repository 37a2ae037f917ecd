use super::figures::{Inputs, draw};
use super::page::write_page;
use super::plot::FiguresChoice;
use super::progress::Bar;
use super::settings::SettingsArgs;
use super::start::choose_representations;
use super::style::StyleArgs;
use super::{Failure, Outcome, Remark, counted, print, tell, tell_remarks};
use cepstrum::analysis::{
    AnalysisConfig, EvidenceSettings, Report, Representation, Scorecard, Status, analyze, evidence,
    scorecard,
};
use cepstrum::output::{
    EVIDENCE_FILE, REPORT_FILE, analysis_summary_json, check_overwrite, classes_left_out,
    results_table, save_evidence, save_report, scorecard_text,
};
use clap::Args;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Measure clips and photos: mean spectra, power laws and monotonicity, into a
/// report
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  cepstrum analyze genres/ --photos photos/ -o out
      One folder per class; the table goes to the terminal, the report to out/
  cepstrum analyze 'takes/*.flac' --segment 5 --n-mels 80
  cepstrum analyze genres/ --representations log-mel,mfcc,cepstrum-2d
      Cepstra beside the spectra of log-mel spectrograms
  cepstrum analyze genres/ --preset post
      The conventions of \"Diffusion is spectral autoregression\"
  cepstrum analyze a.wav b.wav c.wav d.wav clips/ --photos photos/ --preset post --figures all
      All its figures, by their names; clips named one by one are the examples

Exit codes: 0 all good, 1 error or nothing usable, 2 usage, 3 done, but some inputs were
skipped or used in part")]
pub struct AnalyzeArgs {
    /// Files, folders or globs with clips
    #[arg(value_name = "INPUT", required_unless_present_any = ["photos", "config"])]
    inputs: Vec<PathBuf>,

    /// File, folder or glob with photos to compare with; can be repeated
    #[arg(long, value_name = "DIR")]
    photos: Vec<PathBuf>,

    /// Folder for report.json, report.html, spectra.csv, spectra/*.npy and figures/
    #[arg(short, long, value_name = "OUT", default_value = "cepstrum-report")]
    output: PathBuf,

    /// Replace a report of another configuration
    #[arg(long)]
    force: bool,

    /// Tell how long each stage took
    #[arg(short, long)]
    verbose: bool,

    /// Representations of audio, by comma: waveform, magnitude, log-magnitude,
    /// log-mel, mfcc, cepstrum-2d [default: waveform, log-mel]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    representations: Vec<Representation>,

    /// Number of clips, and of photos, whose own spectra the report keeps
    /// [default: 4]
    #[arg(long, value_name = "N")]
    examples: Option<usize>,

    /// Draws of each null model (phase-randomised segments, pink and white
    /// noise, shuffled frames); without them the scorecard shows no structure
    #[arg(long, value_name = "N", default_value_t = 0)]
    nulls: usize,

    /// Seed of the null models [default: 0]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// Which figures are drawn, into OUT/figures; all but none also write
    /// OUT/report.html
    #[arg(long, value_enum, default_value = "main")]
    figures: FiguresChoice,

    /// Print one JSON document instead of tables: results and scorecard
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    settings: SettingsArgs,

    #[command(flatten)]
    style: StyleArgs,
}

impl AnalyzeArgs {
    pub fn run(self) -> Result<Outcome, Failure> {
        let mut config = self.settings.config(self.inputs, self.photos)?;
        config.examples = self.examples.unwrap_or(config.examples);
        config.seed = self.seed.unwrap_or(config.seed);
        choose_representations(&mut config, self.representations);
        // A bad setting is the first thing to know.
        config.check()?;
        self.style.style()?;
        if !self.force {
            check_overwrite(&self.output, &config)?;
        }
        let started = Instant::now();
        let bar = Bar::new();
        let report = analyze(&config, &bar);
        bar.finish();
        let report = report?;
        let measured = started.elapsed();
        save_report(&report, &self.output)?;
        let written = started.elapsed();
        tell_about(&report);
        draw(
            &report,
            self.figures.into(),
            Inputs::AtHand,
            &self.style,
            &self.output.join("figures"),
        )?;
        if self.verbose {
            tell(&format!("measured in {measured:.2?}"));
            tell(&format!("written in {:.2?}", written - measured));
            tell(&format!("drawn in {:.2?}", started.elapsed() - written));
        }
        tell(&format!(
            "report: {}",
            self.output.join(REPORT_FILE).display()
        ));
        let card = judge(&config, &report, self.nulls, &self.output)?;
        match self.json {
            true => {
                let path = self.output.join(REPORT_FILE);
                print(|writer| analysis_summary_json(&report, &card, &path, writer))?;
            }
            false => print_tables(&report, &card)?,
        }
        if self.figures != FiguresChoice::None {
            write_page(&report, Ok(card), self.nulls, &self.output)?;
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

/// Draws nulls where they are asked for, and writes them with the scorecard
/// that they make.
fn judge(
    config: &AnalysisConfig,
    report: &Report,
    n_draws: usize,
    output: &Path,
) -> Result<Scorecard, Failure> {
    let nulls = match n_draws {
        0 => None,
        _ => {
            let settings = EvidenceSettings {
                seed: config.seed,
                n_draws,
            };
            let bar = Bar::new();
            let nulls = evidence(config, &settings, report, &bar);
            bar.finish();
            Some(nulls?)
        }
    };
    let card = scorecard(report, nulls.as_ref())?;
    save_evidence(nulls.as_ref(), &card, output)?;
    tell(&format!(
        "evidence: {}",
        output.join(EVIDENCE_FILE).display()
    ));
    Ok(card)
}

/// Tells what was measured, and what was not.
pub fn tell_about(report: &Report) {
    let summary = &report.summary;
    let mut settings = Vec::new();
    if let Some(rate) = summary.sample_rate {
        let segment = report.config.segment;
        settings.push(format!("clips at {rate} Hz in segments of {segment} s"));
    }
    if let Some(side) = summary.side {
        settings.push(format!("photos of {side} x {side} px"));
    }
    if let Some([rows, cols]) = summary.array_shape {
        let layout = report.inputs.iter().find_map(|row| row.layout);
        let layout = layout.map_or_else(String::new, |layout| format!(" (read as {layout})"));
        settings.push(format!("arrays of {rows} x {cols}{layout}"));
    }
    tell(&format!("measured {}", settings.join(", ")));
    for note in &summary.notes {
        tell(&format!("note: {note}"));
    }
    for (status, what) in [
        (Status::Partial, "used in part"),
        (Status::Skipped, "skipped"),
    ] {
        let rows = report.inputs.iter().filter(|row| row.status == status);
        let remarks: Vec<Remark<'_>> = rows
            .map(|row| Remark {
                path: &row.path,
                class: row.reason_class.as_deref().unwrap_or(""),
                reason: row.reason.clone().unwrap_or_default(),
            })
            .collect();
        if !remarks.is_empty() {
            let all = counted(report.inputs.len(), "file");
            tell(&format!("{} of {all} {what}:", remarks.len()));
            tell_remarks(&remarks, " (the report has all)");
        }
    }
}
