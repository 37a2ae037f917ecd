use super::choices::FormatChoice;
use super::settings::SettingsArgs;
use super::{Failure, Outcome, print, tell, tell_skipped};
use cepstrum::Error;
use cepstrum::analysis::{SourceSpectra, View, source_spectra};
use cepstrum::output::{source_spectra_csv, source_spectra_json, write_file};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// Power spectra of clips, each and averaged
#[derive(Args)]
#[command(after_help = "\
Examples:
  cepstrum spectrum clip.wav > spectrum.csv
  cepstrum spectrum genres/blues --power-scale psd-hz -o blues.csv

Columns: frequency (Hz), power (geometric mean over segments), dof (real degrees of
freedom of one segment); with several inputs a column path before them, and their mean
last, under the path \"mean\".")]
pub struct SpectrumArgs {
    /// Files, folders or globs with clips
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<PathBuf>,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    settings: SettingsArgs,
}

/// Radially averaged power of log-mel spectrograms, photos and arrays
#[derive(Args)]
#[command(after_help = "\
Examples:
  cepstrum rapsd latents.npy --layout chw
  cepstrum rapsd photo.jpg clip.wav plane.npy --format json

Columns: frequency (cycles per sample, DC first), power (geometric mean over segments or
items, arithmetic over channels), dof (cells per ring); with several inputs a column path
before them, and their mean last, under the path \"mean\", where frequencies agree.")]
pub struct RapsdArgs {
    /// Files, folders or globs with clips, photos or arrays (.npy, .npz)
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<PathBuf>,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    settings: SettingsArgs,
}

#[derive(Args)]
struct OutputArgs {
    /// Form of the result
    #[arg(long, value_enum, default_value = "csv")]
    format: FormatChoice,

    /// File to write instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl SpectrumArgs {
    pub fn run(self) -> Result<Outcome, Failure> {
        let config = self.settings.config(self.inputs)?;
        self.output
            .deliver(&source_spectra(&config, View::Waveform)?)
    }
}

impl RapsdArgs {
    pub fn run(self) -> Result<Outcome, Failure> {
        let config = self.settings.config(self.inputs)?;
        self.output.deliver(&source_spectra(&config, View::Rapsd)?)
    }
}

impl OutputArgs {
    fn deliver(&self, spectra: &SourceSpectra) -> Result<Outcome, Failure> {
        let remarks: Vec<(String, String)> = spectra
            .sources
            .iter()
            .filter_map(|source| {
                let reason = match &source.spectrum {
                    Ok(_) => source.remark.clone(),
                    Err(problem) => Some(format!("skipped: {problem}")),
                };
                reason.map(|reason| (source.name.clone(), reason))
            })
            .collect();
        let shown: Vec<(&str, &str)> = remarks
            .iter()
            .map(|(path, reason)| (path.as_str(), reason.as_str()))
            .collect();
        if spectra
            .sources
            .iter()
            .all(|source| source.spectrum.is_err())
        {
            tell_skipped(&shown, "");
            return Err(Failure::Error(Error::NothingUsable {
                looked_for: "a spectrum in each input".to_string(),
                found: format!("{} inputs without one", spectra.sources.len()),
            }));
        }
        if !shown.is_empty() {
            tell(&format!(
                "{} of {} inputs:",
                shown.len(),
                spectra.sources.len()
            ));
            tell_skipped(&shown, "");
        }
        let write = |writer: &mut dyn Write| match self.format {
            FormatChoice::Csv => source_spectra_csv(spectra, writer),
            FormatChoice::Json => source_spectra_json(spectra, writer),
        };
        match &self.output {
            Some(path) => write_file(path, write)?,
            None => print(write)?,
        }
        Ok(if shown.is_empty() {
            Outcome::AllGood
        } else {
            Outcome::SomeSkipped
        })
    }
}
