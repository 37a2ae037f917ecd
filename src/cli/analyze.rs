use super::partials::{Measured, PartialArgs, measured};
use super::publish::PublishArgs;
use super::settings::SettingsArgs;
use super::start::choose_representations;
use super::{Failure, Outcome, Remark, counted, tell, tell_remarks};
use cepstrum::analysis::{
    EvidenceSettings, FeatureConfig, InputRow, ModulationSettings, NoiseSettings, Remarkable,
    Report, Representation, Request, Status,
};
use cepstrum::decode::decode_counts;
use cepstrum::output::{check_folder, saved_draws};
use clap::{Args, ValueEnum};
use std::collections::BTreeMap;
use std::path::PathBuf;
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
    /// [default: 0, or those of --config]
    #[arg(long, value_name = "N")]
    nulls: Option<usize>,

    /// What else is measured in the same pass, by comma: features, modulation,
    /// noise; each into a folder of its own in OUT, as its own command would
    #[arg(long, value_enum, value_delimiter = ',', value_name = "STUDIES")]
    with: Vec<With>,
    /// Seed of the null models [default: 0]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    #[command(flatten)]
    partials: PartialArgs,

    #[command(flatten)]
    publish: PublishArgs,

    #[command(flatten)]
    settings: SettingsArgs,
}

impl AnalyzeArgs {
    pub fn run(self) -> Result<Outcome, Failure> {
        let saved = self.settings.saved_folder();
        let saved_draws = saved.and_then(|folder| saved_draws(&folder));
        let n_draws = self.nulls.or(saved_draws).unwrap_or(0);
        let mut config = self.settings.config(self.inputs, self.photos)?;
        config.examples = self.examples.unwrap_or(config.examples);
        config.seed = self.seed.unwrap_or(config.seed);
        choose_representations(&mut config, self.representations);
        // A bad setting is the first thing to know.
        config.check()?;
        self.publish.check()?;
        let output = self.publish.output.as_path();
        check_folder(output)?;
        if self.partials.shard().is_none() {
            self.publish.check_overwrite(&config)?;
        }
        let mut request = Request::analyze(&config);
        request.nulls = (n_draws > 0).then_some(EvidenceSettings {
            seed: config.seed,
            n_draws,
        });
        for study in self.with {
            match study {
                With::Features => request.features = Some(FeatureConfig::of(&config)),
                With::Modulation => request.modulation = Some(ModulationSettings::default()),
                With::Noise => {
                    let mut settings = NoiseSettings::preset(config.preset);
                    settings.seed = config.seed;
                    request.noise = Some(settings);
                }
            }
        }
        let started = Instant::now();
        let (plan, results) = match measured(&request, &self.partials, Some(output))? {
            Measured::Share(outcome) => return Ok(outcome),
            Measured::Whole(finished) => *finished,
        };
        if self.publish.verbose {
            tell(&format!("measured in {:.2?}", started.elapsed()));
            let counts = decode_counts();
            tell(&format!(
                "decoded {} frames of clips, which were opened {} times",
                counts.frames, counts.opened
            ));
        }
        let outcome = self.publish.publish(results, Some(&plan))?;
        self.partials.clear(output)?;
        Ok(outcome)
    }
}

/// What is measured in the same pass as a report.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum With {
    /// What `cepstrum features` writes, into OUT/features/features.csv
    Features,
    /// What `cepstrum modulation` writes, into OUT/modulation
    Modulation,
    /// What `cepstrum noise` writes, into OUT/noise
    Noise,
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
    tell_audit(report);
    for (status, what) in [
        (Status::Partial, "used in part"),
        (Status::Skipped, "skipped"),
    ] {
        let rows = report
            .inputs
            .iter()
            .filter(|row| row.outcome.status == status);
        let rows: Vec<InputRow> = rows.collect();
        let remarks: Vec<Remark<'_>> = rows
            .iter()
            .map(|row| Remark {
                path: &row.path,
                class: row.outcome.reason_class.as_deref().unwrap_or(""),
                reason: row.outcome.reason.clone().unwrap_or_default(),
            })
            .collect();
        if !remarks.is_empty() {
            let all = counted(report.inputs.len(), "file");
            tell(&format!("{} of {all} {what}:", remarks.len()));
            tell_remarks(&remarks, " (the report has all)");
        }
    }
}

/// Tells how many remarks of each kind there are on the clips.
fn tell_audit(report: &Report) {
    let mut counts: BTreeMap<Remarkable, usize> = BTreeMap::new();
    for finding in &report.audit.findings {
        *counts.entry(finding.kind).or_default() += 1;
    }
    let counts: Vec<String> = counts
        .into_iter()
        .map(|(kind, n)| format!("{n} {}", kind.name()))
        .collect();
    if !counts.is_empty() {
        tell(&format!(
            "note: worth a look, {} (audit in the report)",
            counts.join(", ")
        ));
    }
}
