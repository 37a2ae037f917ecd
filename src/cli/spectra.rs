//! `cepstrum spectrum` and `cepstrum rapsd`.

use super::about::{tell_notes, tell_odd, tell_outcomes};
use super::choices::one_of;
use super::outcome::{Failure, Outcome, counted};
use super::progress::Bar;
use super::settings::SettingsArgs;
use super::start::under;
use super::style::StyleArgs;
use super::terminal::{Remark, print, tell};
use cepstrum::Error;
use cepstrum::analysis::{
    AnalysisConfig, Average, SourcePlane, SourceSpectrum, View, source_planes, source_spectra,
};
use cepstrum::data::Named;
use cepstrum::output::figure::FigureStyle;
use cepstrum::output::{
    Convention, Frames, check_folder, plane_figures, save_drawings, save_plane_spectra,
    source_spectra_csv, source_spectra_json, write_file,
};
use clap::{Args, ValueEnum};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Power spectra of clips, each and averaged
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  cepstrum spectrum clip.wav > spectrum.csv
  cepstrum spectrum genres/blues --power-scale psd-hz -o blues.csv

Columns: frequency (Hz), power (mean over segments, see --average), dof (real degrees of
freedom of one segment); with several inputs a column path before them, and their mean
last, under the path \"mean\".")]
pub struct SpectrumArgs {
    /// Files, folders or globs with clips
    #[arg(value_name = "INPUT", required_unless_present = "config")]
    inputs: Vec<PathBuf>,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    settings: SettingsArgs,
}

/// Radially averaged power of log-mel spectrograms, photos and arrays
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  cepstrum rapsd latents.npy --layout chw
  cepstrum rapsd photo.jpg clip.wav plane.npy --format json
  cepstrum rapsd photo.jpg --figures spectra/ -o rapsd.csv
      Log magnitude and phase of the 2D spectrum, slices, and an animation of them

Columns: frequency (cycles per sample, DC first), power (mean over segments or items, see
--average; over channels always arithmetic), dof (cells per ring); with several inputs a
column path before them, and last, under the path \"mean\", the mean of inputs of one kind
and shape.")]
pub struct RapsdArgs {
    /// Files, folders or globs with clips, photos or arrays (.npy, .npz)
    #[arg(value_name = "INPUT", required_unless_present = "config")]
    inputs: Vec<PathBuf>,

    /// Folder for figures and arrays of the first inputs' two-dimensional
    /// spectra: log magnitude, phase, RAPSD, and power along a turning ray
    #[arg(long, value_name = "DIR")]
    figures: Option<PathBuf>,

    /// Most inputs that figures show
    #[arg(long, value_name = "N", default_value_t = 4)]
    examples: usize,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    settings: SettingsArgs,

    #[command(flatten)]
    style: StyleArgs,
}

#[derive(Args)]
struct OutputArgs {
    /// Form of the result
    #[arg(long, value_enum, default_value = "csv")]
    format: FormatChoice,

    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,

    /// Mean over segments or items: geometric, as in reports, or arithmetic, an
    /// unbiased estimate of power
    #[arg(long, value_parser = one_of(Average::NAMES), default_value = "geometric")]
    average: Average,

    /// File to write instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatChoice {
    /// One row per frequency
    Csv,
    /// One object per input
    Json,
}

impl SpectrumArgs {
    pub fn run(self) -> Result<Outcome, Failure> {
        let config = self.settings.config(self.inputs, vec![])?;
        self.output.deliver(&config, View::Waveform)
    }
}

impl RapsdArgs {
    pub fn run(self) -> Result<Outcome, Failure> {
        let config = self.settings.config(self.inputs, vec![])?;
        if let Some(folder) = &self.figures {
            config.check()?;
            let style = self.style.style()?;
            check_folder(folder).map_err(|error| under("figures", error))?;
            draw_planes(&config, self.examples, &style, folder)?;
        }
        self.output.deliver(&config, View::Rapsd)
    }
}

/// Draws the two-dimensional spectra of the first inputs.
fn draw_planes(
    config: &AnalysisConfig,
    most: usize,
    style: &FigureStyle,
    folder: &Path,
) -> Result<(), Failure> {
    let planes: Vec<SourcePlane> = source_planes(config, most)?
        .into_iter()
        .filter_map(|(_, plane)| plane.ok())
        .collect();
    let convention = Convention::new(config.preset, style);
    let figures = plane_figures(&planes, config.radius, &convention)?;
    let mut paths = save_drawings(&figures, &[], folder, Frames::Gif)?;
    if !planes.is_empty() {
        paths.extend(save_plane_spectra(&planes, folder)?);
    }
    let count = counted(paths.len(), "file");
    tell(&format!(
        "{count} of two-dimensional spectra: {}",
        folder.display()
    ));
    Ok(())
}

impl OutputArgs {
    fn deliver(&self, config: &AnalysisConfig, view: View) -> Result<Outcome, Failure> {
        let bar = Bar::new();
        let spectra = source_spectra(config, view, self.average, &bar);
        bar.finish();
        let spectra = spectra?;
        tell_notes(&spectra.notes);
        let all = &spectra.sources;
        let outcomes = all.iter().map(|source| (&*source.name, &source.outcome));
        let outcome = tell_outcomes(outcomes, "input", "");
        let odd: Vec<Remark<'_>> = all.iter().filter_map(remark).collect();
        tell_odd(&odd, &counted(all.len(), "input"));
        if spectra
            .sources
            .iter()
            .all(|source| source.spectrum.is_err())
        {
            return Err(Failure::Error(Error::NothingUsable {
                looked_for: "a spectrum in each input".to_string(),
                found: format!("none in {}", counted(spectra.sources.len(), "input")),
            }));
        }
        let write = |writer: &mut dyn Write| match (self.json, self.format) {
            (false, FormatChoice::Csv) => source_spectra_csv(&spectra, writer),
            (true, _) | (_, FormatChoice::Json) => source_spectra_json(&spectra, writer),
        };
        match &self.output {
            Some(path) => write_file(path, write)?,
            None => print(write)?,
        }
        Ok(outcome)
    }
}

fn remark(source: &SourceSpectrum) -> Option<Remark<'_>> {
    Some(Remark {
        path: &source.name,
        class: "with a remark",
        reason: source.remark.clone()?,
    })
}
