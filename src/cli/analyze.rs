//! `cepstrum analyze`.

use super::outcome::{Failure, Outcome};
use super::partials::{Measured, PartialArgs, measured};
use super::publish::PublishArgs;
use super::settings::{ReportFlags, SeedFlags, SettingsArgs};
use super::terminal::tell;
use cepstrum::Error;
use cepstrum::analysis::{
    FeatureConfig, ModulationSettings, NoiseSettings, Request, VerdictSettings,
};
use cepstrum::decode::decode_counts;
use cepstrum::output::check_folder;
use clap::{Args, ValueEnum};
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

    #[command(flatten)]
    report: ReportFlags,

    #[arg(long, hide = true, value_name = "N")]
    nulls: Option<String>,

    /// What else is measured in the same pass, by comma: features, modulation,
    /// noise; each into a folder of its own in OUT, as its own command would
    #[arg(long, value_enum, value_delimiter = ',', value_name = "STUDIES")]
    with: Vec<With>,

    #[command(flatten)]
    seed: SeedFlags,

    #[command(flatten)]
    partials: PartialArgs,

    #[command(flatten)]
    publish: PublishArgs,

    #[command(flatten)]
    settings: SettingsArgs,
}

impl AnalyzeArgs {
    pub fn run(self) -> Result<Outcome, Failure> {
        if let Some(value) = self.nulls {
            let requirement = "left out: sound is scrambled instead of drawn anew, by itself; \
                               --null-segments says how much of it";
            return Err(Error::argument("nulls", value, requirement).into());
        }
        let mut settings = self.settings.settings(self.inputs, self.photos)?;
        self.report.apply(&mut settings)?;
        self.seed.apply(&mut settings)?;
        let config = settings.analysis;
        // A bad setting is the first thing to know.
        config.check()?;
        self.publish.check()?;
        let output = self.publish.output.as_path();
        check_folder(output)?;
        let verdict = VerdictSettings {
            seed: config.seed,
            ..settings.verdict
        };
        if self.partials.shard().is_none() {
            self.publish.check_overwrite(&config, &verdict)?;
        }
        let mut request = Request::analyze(&config);
        request.verdict = Some(verdict);
        request.sweep = settings.sweep;
        for study in self.with {
            match study {
                With::Features => request.features = Some(FeatureConfig::of(&config)),
                With::Modulation => request.modulation = Some(ModulationSettings::default()),
                With::Noise => {
                    request.noise = Some(NoiseSettings {
                        seed: config.seed,
                        ..settings.noise.clone()
                    });
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
