use super::plot::FiguresChoice;
use super::progress::Bar;
use super::settings::SettingsArgs;
use super::style::StyleArgs;
use super::{Failure, Outcome, counted, print, tell};
use cepstrum::Error;
use cepstrum::analysis::{
    AnalysisConfig, NoiseReport, NoiseRun, NoiseSettings, NoiseStudy, Preset, Representation,
    Scaling, SigmaGrid, noise, noise_of_report, noisy_clips,
};
use cepstrum::compare::Schedule;
use cepstrum::decode::Channel;
use cepstrum::output::{
    Frames, NoiseLook, REPORT_FILE, check_overwrite, noise_figures, noise_table, read_report,
    save_noise, save_noise_figures, save_report,
};
use cepstrum::synth::write_wav;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// What white noise drowns of clips, photos or arrays, and when: hinges, the
/// rising tide, detectability along diffusion schedules
#[derive(Args)]
#[command(after_help = "\
Examples:
  cepstrum noise genres/ --photos photos/ -o out
      Analyses both, adds seeded noise to every segment, draws the tide
  cepstrum noise out/report.json
      From a saved report, without the data: noise as expected
  cepstrum noise clip.wav --listen 0.2,0.5,0.8 -o out
      Writes the clip with noise as wav files as well
  cepstrum noise photos/*.jpg --preset post -o out
      The figures of \"Diffusion is spectral autoregression\"

The folder gets noise.json, detectability.csv, tide/*.npy, figures/ and, with data, the report
of the analysis.")]
pub struct NoiseArgs {
    /// Files, folders or globs with clips, photos or arrays; or one report.json
    #[arg(value_name = "INPUT", required_unless_present = "photos")]
    inputs: Vec<PathBuf>,

    /// File, folder or glob with photos; can be repeated
    #[arg(long, value_name = "DIR")]
    photos: Vec<PathBuf>,

    /// Folder for results [default: cepstrum-noise, or that of the report]
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,

    /// Replace a report of another configuration
    #[arg(long)]
    force: bool,

    /// Representations of audio, by comma: waveform, magnitude, log-magnitude,
    /// log-mel, mfcc, cepstrum-2d [default: waveform, log-mel]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    representations: Vec<Representation>,

    /// Which figures are drawn, into OUT/figures; all has animations too
    #[arg(long, value_enum, default_value = "all")]
    figures: FiguresChoice,

    /// Write the frames of animations as PNG as well
    #[arg(long)]
    png_frames: bool,

    #[command(flatten)]
    noise: NoiseChoices,

    #[command(flatten)]
    settings: SettingsArgs,

    #[command(flatten)]
    style: StyleArgs,
}

#[derive(Args)]
#[command(next_help_heading = "Noise", allow_negative_numbers = true)]
struct NoiseChoices {
    /// Seed of the noise
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// What data are divided by before noise is added: their standard
    /// deviation, or nothing [default: unit-variance; preset post: native]
    #[arg(long, value_enum)]
    scaling: Option<ScalingChoice>,

    /// Levels of the tide, geometric around each spectrum [default: 40]
    #[arg(long, value_name = "N", conflicts_with = "sigmas")]
    frames: Option<usize>,

    /// Levels of the tide, by comma, increasing
    #[arg(long, value_name = "SIGMAS", value_delimiter = ',')]
    sigmas: Vec<f64>,

    /// Low and high level of the still figures
    #[arg(long, value_name = "LOW,HIGH", value_delimiter = ',', num_args = 1..=2, default_values_t = [1.0, 4.0])]
    sigma: Vec<f64>,

    /// Signal-to-noise ratio above which a frequency is detectable
    #[arg(long, value_name = "RATIO", default_value_t = 1.0)]
    tau: f64,

    /// Times of each schedule, 0 to 1
    #[arg(long, value_name = "N", default_value_t = 100)]
    times: usize,

    /// Times t at which each clip is written with noise, by comma
    #[arg(long, value_name = "TIMES", value_delimiter = ',')]
    listen: Vec<f64>,

    /// Schedule of --listen: flow, vp-cosine, vp-cosine-discrete, vp-linear,
    /// vp-sde, ve or edm
    #[arg(long, default_value = "flow")]
    schedule: Schedule,
}

#[derive(Clone, Copy, ValueEnum)]
enum ScalingChoice {
    /// Divide by the pooled standard deviation
    UnitVariance,
    /// Leave samples, decibels and pixels as they are
    Native,
}

impl From<ScalingChoice> for Scaling {
    fn from(choice: ScalingChoice) -> Self {
        match choice {
            ScalingChoice::UnitVariance => Scaling::UnitVariance,
            ScalingChoice::Native => Scaling::Native,
        }
    }
}

impl NoiseChoices {
    fn settings(&self, preset: Preset) -> Result<NoiseSettings, Error> {
        let mut settings = NoiseSettings::preset(preset);
        settings.seed = self.seed;
        settings.tau = self.tau;
        settings.n_times = self.times;
        if let Some(scaling) = self.scaling {
            settings.scaling = scaling.into();
        }
        if let Some(frames) = self.frames {
            settings.sigmas = SigmaGrid::Auto(frames);
        }
        if !self.sigmas.is_empty() {
            settings.sigmas = SigmaGrid::List(self.sigmas.clone());
        }
        settings.stills = match self.sigma.as_slice() {
            [one] => [*one, 4.0 * one],
            [low, high, ..] => [*low, *high],
            [] => settings.stills,
        };
        settings.check()?;
        // A bad time is known before anything is measured.
        for &t in &self.listen {
            self.schedule.at(t)?;
        }
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
        if !self.noise.listen.is_empty() {
            let requirement = "given with clips; a report has no sound";
            return Err(Error::argument("listen", "given", requirement).into());
        }
        let report = read_report(path)?;
        let preset = report.config.preset;
        let noise = noise_of_report(&report, &self.noise.settings(preset)?)?;
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let output = self.output.clone().unwrap_or(folder);
        self.deliver(&noise, &[], preset, &output)?;
        Ok(Outcome::AllGood)
    }

    fn study_data(mut self) -> Result<Outcome, Failure> {
        let inputs = std::mem::take(&mut self.inputs);
        let mut config = self.settings.clone().config(inputs)?;
        config.photos = std::mem::take(&mut self.photos);
        config.seed = self.noise.seed;
        if !self.representations.is_empty() {
            config.representations = self.representations.clone();
            config.representations.sort();
            config.representations.dedup();
        }
        config.check()?;
        let settings = self.noise.settings(config.preset)?;
        let output = self.output.clone();
        let output = output.unwrap_or_else(|| "cepstrum-noise".into());
        if !self.force {
            check_overwrite(&output, &config)?;
        }
        let bar = Bar::new();
        let run = noise(&config, &settings, &bar);
        bar.finish();
        let run = run?;
        save_report(&run.report, &output)?;
        super::analyze::tell_about(&run.report);
        self.deliver(&run.noise, &run.examples, config.preset, &output)?;
        self.listen(&config, &run, &output)?;
        Ok(
            match run.report.summary.n_partial + run.report.summary.n_skipped {
                0 => Outcome::AllGood,
                _ => Outcome::SomeSkipped,
            },
        )
    }

    fn deliver(
        &self,
        noise: &NoiseReport,
        examples: &[cepstrum::analysis::NoiseExample],
        preset: Preset,
        output: &Path,
    ) -> Result<(), Failure> {
        save_noise(noise, output)?;
        let look = NoiseLook {
            style: self.style.style()?,
            preset,
        };
        let figures = noise_figures(noise, examples, self.figures.into(), &look)?;
        let frames = match self.png_frames {
            true => Frames::Png,
            false => Frames::Gif,
        };
        save_noise_figures(&figures, &output.join("figures"), frames)?;
        if !figures.is_empty() {
            let count = counted(figures.len(), "figure");
            tell(&format!("{count}: {}", output.join("figures").display()));
        }
        for study in &noise.studies {
            tell(&format!(
                "{}: {}",
                study.representation,
                study.scaling_note()
            ));
        }
        print(|writer| write!(writer, "{}", noise_table(noise)))
    }

    fn listen(
        &self,
        config: &AnalysisConfig,
        run: &NoiseRun,
        output: &Path,
    ) -> Result<(), Failure> {
        let (noise, clips) = (&run.noise, &run.clips);
        if self.noise.listen.is_empty() {
            return Ok(());
        }
        let waveform = |study: &&NoiseStudy| study.representation == Representation::Waveform;
        let divisor = noise
            .studies
            .iter()
            .find(waveform)
            .map(|study| study.divisor);
        let Some(divisor) = divisor else {
            let requirement = "given with clips whose waveform is measured";
            return Err(Error::argument("listen", "given", requirement).into());
        };
        let divisor = divisor / f64::from(config.amplitude.factor());
        let folder = output.join("sound");
        std::fs::create_dir_all(&folder).map_err(|error| Error::Output {
            path: folder.clone(),
            detail: error.to_string(),
        })?;
        let shown = clips.len().min(config.examples);
        for clip in &clips[..shown] {
            self.write_noisy(clip, config.channel, divisor, &folder)?;
        }
        if shown < clips.len() {
            tell(&format!(
                "{shown} of {} clips were written with noise",
                clips.len()
            ));
        }
        Ok(())
    }

    fn write_noisy(
        &self,
        (name, path): &(String, PathBuf),
        channel: Channel,
        divisor: f64,
        folder: &Path,
    ) -> Result<(), Failure> {
        let NoiseChoices {
            schedule,
            listen,
            seed,
            ..
        } = &self.noise;
        let clips = noisy_clips(path, channel, *schedule, listen, divisor, *seed)?;
        let stem: String = name
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { '_' })
            .collect();
        for clip in clips {
            let t = clip.level.t;
            let path = folder.join(format!("{stem}.{schedule}.t{t}.wav"));
            write_wav(&path, &clip.signal)?;
            let seconds = clip.signal.duration();
            tell(&format!(
                "{}: {schedule} t = {t}, {seconds:.1} s, times {:.4} (one gain for all t of a clip)",
                path.display(),
                clip.gain
            ));
        }
        Ok(())
    }
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
