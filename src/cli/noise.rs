//! `cepstrum noise`.

use super::about::told_report;
use super::choices::one_of;
use super::listen::ListenArgs;
use super::outcome::{Failure, Outcome, counted};
use super::partials::{Measured, PartialArgs, measured};
use super::settings::{RepresentationFlags, SettingsArgs};
use super::style::StyleArgs;
use super::terminal::{print, tell};
use cepstrum::Error;
use cepstrum::analysis::{
    AnalysisConfig, Average, NoiseExample, NoiseReport, NoiseRun, NoiseSettings, Origin, Preset,
    Representation, Request, ResultRow, Scaling, Settings, SigmaGrid, noise_of_report,
};
use cepstrum::data::{Named, Names};
use cepstrum::output::{
    Analysis, Convention, DrawingKind, FigureSet, Frames, NOISE_FILE, REPORT_FILE, check_folder,
    check_overwrite, noise_figures, noise_origin, noise_summary_json, noise_table, save_analysis,
    save_drawings, save_study,
};
use clap::Args;
use std::path::{Path, PathBuf};

/// What white noise drowns of clips, photos or arrays, and when: hinges, the
/// rising tide, detectability along diffusion schedules
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  cepstrum noise genres/ --photos photos/ -o noise
      Analyses both, adds seeded noise to every segment, draws the tide
  cepstrum noise noise/report.json -o expected
      From a saved report, without the data: noise as expected
  cepstrum noise clip.wav --listen 0.2,0.5,0.8 -o one
      Writes the clip with noise as wav files as well
  cepstrum noise --photos photos/ --preset post -o post
      The figures of \"Diffusion is spectral autoregression\"

The folder gets noise.json, detectability.csv, tide/*.npy, schedule/*.npy, figures/ and, with
data, the report of the analysis. \"band left\" is the share of frequencies, \"power left\" that of the data's
power, whose signal-to-noise ratio exceeds --tau along flow matching (t = 0 data, t = 1 noise).

noise.json has what noise takes of the information (approximation: gaussian: as if data were
Gaussian with these mean powers) and two suggested schedules, also in schedule/*.npy, over levels
that follow from the data alone: from where the weakest frequency has a signal-to-noise ratio of
10 to where the strongest has 1/10. From a report, the cells of one ring are taken to have one
power: too large where a spectrum is anisotropic.")]
pub struct NoiseArgs {
    /// Files, folders or globs with clips (and, named one by one, photos and
    /// arrays); or one report.json
    #[arg(value_name = "INPUT", required_unless_present_any = ["photos", "config"])]
    inputs: Vec<PathBuf>,

    /// File, folder or glob with photos; can be repeated
    #[arg(long, value_name = "DIR")]
    photos: Vec<PathBuf>,

    /// Folder for results [default: cepstrum-noise, or that of the report]
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,

    /// Replace a report of another configuration, and measured noise by
    /// expected noise
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    representations: RepresentationFlags,

    /// Which figures are drawn, into OUT/figures
    #[arg(long, value_parser = one_of(FIGURES), default_value = "all")]
    figures: FigureSet,

    /// Write the frames of animations as PNG as well
    #[arg(long)]
    png_frames: bool,

    /// Print one JSON document instead of the table
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    noise: NoiseChoices,

    #[command(flatten)]
    partials: PartialArgs,

    #[command(flatten)]
    settings: SettingsArgs,

    #[command(flatten)]
    style: StyleArgs,
}

const FIGURES: Names<FigureSet> = &[
    (FigureSet::None, "none", "No figure"),
    (FigureSet::Main, "main", "Still figures"),
    (FigureSet::All, "all", "Also animations"),
];

#[derive(Args)]
#[command(next_help_heading = "Noise", allow_negative_numbers = true)]
struct NoiseChoices {
    /// Seed of the noise [default: 0]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// What data are divided by before noise is added
    /// [default: unit-variance; preset post: native]
    #[arg(long, value_parser = one_of(Scaling::NAMES))]
    scaling: Option<Scaling>,

    /// Mean over segments: of power, or of its logarithm, compared with sigma^2
    /// [default: arithmetic; preset post: geometric]
    #[arg(long, value_parser = one_of(Average::NAMES))]
    average: Option<Average>,

    /// Levels of the tide, geometric around each spectrum [default: 40]
    #[arg(long, value_name = "N", conflicts_with = "sigmas")]
    frames: Option<usize>,

    /// Levels of the tide, by comma, increasing
    #[arg(
        long,
        value_name = "SIGMAS",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    sigmas: Vec<f64>,

    /// Low and high level of the still figures, by comma [default: 1,4, or
    /// about the middle of data that are not divided]
    #[arg(
        long,
        value_name = "LOW,HIGH",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    sigma: Vec<f64>,

    /// Signal-to-noise ratio above which a frequency is detectable
    #[arg(long, value_name = "RATIO", default_value_t = 1.0)]
    tau: f64,

    /// Times of each schedule, 0 to 1 [default: 101; preset post: 100]
    #[arg(long, value_name = "N")]
    times: Option<usize>,

    #[command(flatten)]
    listen: ListenArgs,
}

impl NoiseChoices {
    fn settings(&self, config: &AnalysisConfig) -> Result<NoiseSettings, Error> {
        let mut settings = NoiseSettings::preset(config.preset);
        settings.seed = self.seed.unwrap_or(config.seed);
        settings.tau = self.tau;
        settings.n_times = self.times.unwrap_or(settings.n_times);
        settings.scaling = self.scaling.unwrap_or(settings.scaling);
        settings.average = self.average.unwrap_or(settings.average);
        if let Some(frames) = self.frames {
            settings.sigmas = SigmaGrid::Auto(frames);
        }
        if !self.sigmas.is_empty() {
            settings.sigmas = SigmaGrid::List(self.sigmas.clone());
        }
        settings.stills = match self.sigma.as_slice() {
            [] => None,
            [low, high] => Some([*low, *high]),
            other => {
                let requirement = "two levels, as in 1,4";
                return Err(Error::argument("sigma", other.len(), requirement));
            }
        };
        settings.check()?;
        self.listen.check()?;
        Ok(settings)
    }
}

impl NoiseArgs {
    pub fn run(self) -> Result<Outcome, Failure> {
        match saved_report(&self.inputs) {
            Some(path) => self.study_report(&path),
            None => self.study_data(),
        }
    }

    fn study_report(self, path: &Path) -> Result<Outcome, Failure> {
        self.check_report_flags()?;
        self.style.style()?;
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let output = self.output.clone().unwrap_or(folder);
        check_folder(&output)?;
        let mut report = told_report(path)?;
        if self.representations.given().is_some() {
            let mut wanted = Settings::default();
            self.representations.apply(&mut wanted)?;
            let wanted = wanted.analysis.representations;
            let results = &mut report.results;
            results.retain(|row| wanted.contains(&row.representation));
        }
        let in_bands = |row: &ResultRow| row.representation.has_lines() && row.full.is_none();
        if report.results.iter().any(in_bands) && report.missing.is_empty() {
            tell(
                "note: waveforms of classes are in 1/24 octaves (analyze --full-classes keeps \
                 all frequencies)",
            );
        }
        let preset = report.config.preset;
        let noise = noise_of_report(&report, &self.noise.settings(&report.config)?)?;
        if !self.force && noise_origin(&output) == Some(Origin::Measured) {
            return Err(Failure::Error(Error::WouldOverwrite {
                path: output.join(NOISE_FILE),
                difference: "noise was measured there, and would be expected now".to_string(),
            }));
        }
        write(&noise, &[], preset, self.look(), &output)?;
        show(&noise, self.json, &output)?;
        Ok(Outcome::AllGood)
    }

    /// A report has its own settings: flags that would change them are refused.
    fn check_report_flags(&self) -> Result<(), Error> {
        let given = |name: &'static str| {
            let requirement = "given with data; a saved report has its own";
            Err(Error::argument(name, "given", requirement))
        };
        if self.noise.listen.is_wanted() {
            return given("listen");
        }
        if !self.photos.is_empty() {
            return given("photos");
        }
        match self.settings.given()? {
            Some(flag) => {
                let requirement = "left out: a saved report has its own";
                Err(Error::argument(flag, "given", requirement))
            }
            None => Ok(()),
        }
    }

    fn study_data(mut self) -> Result<Outcome, Failure> {
        let inputs = std::mem::take(&mut self.inputs);
        let photos = std::mem::take(&mut self.photos);
        let mut settings = self.settings.settings(inputs, photos)?;
        self.representations.apply(&mut settings)?;
        let mut config = settings.analysis;
        config.seed = self.noise.seed.unwrap_or(config.seed);
        config.check()?;
        self.style.style()?;
        if self.noise.listen.is_wanted()
            && !config.representations.contains(&Representation::Waveform)
        {
            let requirement = "given with waveform among --representations";
            return Err(Error::argument("listen", "given", requirement).into());
        }
        let settings = self.noise.settings(&config)?;
        let output = self.output.clone();
        let output = output.unwrap_or_else(|| "cepstrum-noise".into());
        if !self.force {
            check_overwrite::<Analysis<'_>>(&output, &config, &())?;
        }
        let request = Request::noise(&config, &settings);
        let (plan, results) = match measured(&request, &self.partials, Some(&output))? {
            Measured::Share(outcome) => return Ok(outcome),
            Measured::Whole(finished) => *finished,
        };
        drop(plan);
        let Some(run) = results.noise else {
            return Ok(Outcome::AllGood);
        };
        let outcome = publish(&run, self.look(), self.json, &output)?;
        self.partials.clear(&output)?;
        let heard = self
            .noise
            .listen
            .write(config.seed, &config, &run, &output)?;
        Ok(match (outcome, heard) {
            (Outcome::AllGood, Outcome::AllGood) => Outcome::AllGood,
            _ => Outcome::SomeSkipped,
        })
    }

    fn look(&self) -> Look<'_> {
        let frames = match self.png_frames {
            true => Frames::Png,
            false => Frames::Gif,
        };
        (self.figures, frames, &self.style)
    }
}

/// Which figures, how animations are written, and how all look.
pub type Look<'a> = (FigureSet, Frames, &'a StyleArgs);

/// Writes a run's report and study, tells of them and prints the table.
pub fn publish(
    run: &NoiseRun,
    look: Look<'_>,
    json: bool,
    output: &Path,
) -> Result<Outcome, Failure> {
    save_analysis(&run.report, None, output)?;
    super::about::tell_about(&run.report);
    write(
        &run.noise,
        &run.examples,
        run.report.config.preset,
        look,
        output,
    )?;
    show(&run.noise, json, output)?;
    let summary = &run.report.summary;
    Ok(match summary.n_partial + summary.n_skipped {
        0 => Outcome::AllGood,
        _ => Outcome::SomeSkipped,
    })
}

/// Writes a study and its figures.
pub fn write(
    noise: &NoiseReport,
    examples: &[NoiseExample],
    preset: Preset,
    (figures, frames, style): Look<'_>,
    output: &Path,
) -> Result<(), Failure> {
    save_study(noise, output)?;
    let convention = Convention::new(preset, &style.style()?);
    let figures = noise_figures(noise, examples, figures, &convention)?;
    let folder = output.join("figures");
    save_drawings(&figures, &DrawingKind::NOISE, &folder, frames)?;
    if !figures.is_empty() {
        let count = counted(figures.len(), "figure");
        tell(&format!("{count}: {}", folder.display()));
    }
    Ok(())
}

/// Prints a study.
fn show(noise: &NoiseReport, json: bool, output: &Path) -> Result<(), Failure> {
    for study in noise.studies.iter().filter(|study| study.class == "all") {
        let origin = match study.origin {
            Origin::Measured => "noise measured",
            Origin::Expected => "noise as expected, not measured",
        };
        let note = study.scaling_note();
        tell(&format!("{}: {note}; {origin}", study.representation));
    }
    let table = noise_table(noise)?;
    print(|writer| match json {
        true => noise_summary_json(noise, &output.join(NOISE_FILE), writer),
        false => write!(writer, "{table}"),
    })
}

/// The report that is the only input, if it is one.
fn saved_report(inputs: &[PathBuf]) -> Option<PathBuf> {
    let [input] = inputs else {
        return None;
    };
    let inside = input.join(REPORT_FILE);
    match input.extension() {
        Some(extension) if extension == "json" => Some(input.clone()),
        _ if inside.is_file() => Some(inside),
        _ => None,
    }
}
