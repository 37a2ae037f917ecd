//! `cepstrum cepstrum`.

use super::about::{tell_notes, tell_outcomes};
use super::mfcc::MfccArgs;
use super::outcome::{Failure, Outcome, counted};
use super::progress::Bar;
use super::settings::{FrameFlags, MelFlags};
use super::start::use_threads;
use super::style::StyleArgs;
use super::terminal::tell;
use cepstrum::Error;
use cepstrum::analysis::{
    CepstraConfig, CepstrumKind, ClipCepstrum, FeatureConfig, Settings, cepstra,
};
use cepstrum::decode::{Channel, CorpusOptions, corpus};
use cepstrum::output::{
    LevelCoefficient, cepstra_csv, cepstra_figure, cepstrum_npy, check_folder, save_cepstra_npy,
    write_file,
};
use cepstrum::planar::DeltaOrder;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Cepstra of clips: mel-frequency cepstral coefficients, their mean power, 2D
/// and real cepstra
#[derive(Args)]
#[command(
    allow_negative_numbers = true,
    after_long_help = "\
Examples:
  cepstrum cepstrum clip.wav -o mfcc.png
  cepstrum cepstrum clip.wav --n-mfcc 13 --delta 1 -o delta.npy
  cepstrum cepstrum genres/blues --kind mean -o blues.svg
  cepstrum cepstrum voice.wav --kind real --start 3 --duration 1 -o pitch.png
  cepstrum cepstrum genres/blues -o coefficients
      A folder with a .npy per clip

Arrays: mfcc [coefficient, frame] with c0 first; mean [2, n], frequency and power; 2d [spectral
modulation, temporal modulation]; real [quefrency, frame]. A .csv has a row per value."
)]
pub struct CepstrumArgs {
    /// Files, folders or globs with clips
    #[arg(value_name = "CLIP", required = true)]
    inputs: Vec<PathBuf>,

    /// File to write: .png, .svg, .csv, .npy (one clip), or a folder for .npy
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,

    /// Which cepstrum
    #[arg(long, value_enum, default_value = "mfcc")]
    kind: KindChoice,

    /// Derivative of the coefficients along time, over 9 frames: 1 or 2
    #[arg(long, value_name = "ORDER")]
    delta: Option<usize>,

    /// Draw c0 too, as a curve under the others, which it dwarfs
    #[arg(long)]
    with_c0: bool,

    /// First second that is measured
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0)]
    start: f64,

    /// Seconds that are measured [default: all; --kind 2d: 2, one segment]
    #[arg(long, value_name = "SECONDS")]
    duration: Option<f64>,

    /// Channel: mix (the mean), left, right, or a number from 0
    #[arg(long, default_value = "mix")]
    channel: Channel,

    /// Panels in a row [default: 1 clip 1, up to 4 clips 2, more 3]
    #[arg(long, value_name = "N")]
    columns: Option<usize>,

    /// Threads [default: one per core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,

    #[command(flatten, next_help_heading = "STFT")]
    frames: FrameFlags,

    #[command(flatten, next_help_heading = "Mel bands")]
    mel: MelFlags,

    #[command(flatten)]
    mfcc: MfccArgs,

    #[command(flatten)]
    style: StyleArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KindChoice {
    /// Coefficients of each frame
    Mfcc,
    /// Mean power of each coefficient from c1 on, against cycles per band
    Mean,
    /// 2D cepstrum of one log-mel segment
    #[value(name = "2d")]
    TwoDimensional,
    /// Mean real cepstrum of the frames, with its pitch; as .npy of each frame
    Real,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Figure,
    Csv,
    Npy,
    Folder,
}

impl CepstrumArgs {
    pub fn run(self) -> Result<Outcome, Failure> {
        let form = self.form()?;
        self.refuse_useless(form)?;
        let config = self.config(form)?;
        let style = self.style.style()?;
        use_threads(self.threads)?;
        match form {
            Form::Folder => check_folder(&self.output)?,
            Form::Npy => self.check_single()?,
            Form::Figure | Form::Csv => {}
        }
        let bar = Bar::new();
        let clips = cepstra(&self.inputs, &config, &bar);
        bar.finish();
        let clips = clips?;
        tell_notes(&corpus(&self.inputs, &CorpusOptions::clips())?.notes());
        let outcome = tell_about(&clips)?;
        match form {
            Form::Figure => {
                let level = match self.with_c0 {
                    true => LevelCoefficient::Curve,
                    false => LevelCoefficient::LeftOut,
                };
                let figure = cepstra_figure(&clips, &config.kind, self.columns, level, &style)?;
                figure.save(&self.output)?;
            }
            Form::Csv => write_file(&self.output, |writer| {
                cepstra_csv(&clips, &config.kind, writer)
            })?,
            Form::Npy => {
                if let Some(cepstrum) = clips.iter().find_map(|c| c.cepstrum.as_ref().ok()) {
                    write_file(&self.output, |writer| cepstrum_npy(cepstrum, writer))?;
                }
            }
            Form::Folder => {
                let count = counted(save_cepstra_npy(&clips, &self.output)?, "file");
                tell(&format!("{count}: {}", self.output.display()));
            }
        }
        Ok(outcome)
    }

    fn form(&self) -> Result<Form, Error> {
        let extension = self.output.extension().map(|e| e.to_string_lossy());
        match extension.as_deref().map(str::to_ascii_lowercase).as_deref() {
            _ if self.output.is_dir() => Ok(Form::Folder),
            Some("png" | "svg") => Ok(Form::Figure),
            Some("csv") => Ok(Form::Csv),
            Some("npy") => Ok(Form::Npy),
            None => Ok(Form::Folder),
            Some(_) => Err(Error::argument(
                "output",
                self.output.display(),
                "a name ending in .png, .svg, .csv or .npy, or a folder",
            )),
        }
    }

    /// A setting that changes nothing is a misunderstanding.
    fn refuse_useless(&self, form: Form) -> Result<(), Error> {
        let refused = |name, requirement: &str| Err(Error::argument(name, "given", requirement));
        let of_coefficients = "left out, or given with --kind mfcc";
        if self.kind != KindChoice::Mfcc {
            if let Some(name) = self.mfcc.given() {
                return refused(name, of_coefficients);
            }
            if self.delta.is_some() {
                return refused("delta", of_coefficients);
            }
        }
        if let (KindChoice::Real, Some(name)) = (self.kind, self.mel.given()) {
            return refused(name, "left out with --kind real, which has no mel bands");
        }
        if self.with_c0 && (self.kind != KindChoice::Mfcc || form != Form::Figure) {
            let requirement = "left out, or given with a figure of --kind mfcc; files have it";
            return refused("with_c0", requirement);
        }
        if self.columns.is_some() && (self.kind == KindChoice::Mean || form != Form::Figure) {
            return refused("columns", "left out, or given with a figure of panels");
        }
        Ok(())
    }

    fn config(&self, form: Form) -> Result<CepstraConfig, Error> {
        let delta = match self.delta {
            None => None,
            Some(1) => Some(DeltaOrder::First),
            Some(2) => Some(DeltaOrder::Second),
            Some(other) => return Err(Error::argument("delta", other, "1 or 2")),
        };
        let mfcc = self.mfcc.config();
        if form == Form::Figure && mfcc.n_mfcc == 1 {
            let requirement = "at least 2 for a figure, where c0 is apart";
            return Err(Error::argument("n_mfcc", 1, requirement));
        }
        let mut shared = Settings::default();
        self.frames.apply(&mut shared)?;
        self.mel.apply(&mut shared)?;
        let bands = FeatureConfig::of(&shared.analysis);
        let config = CepstraConfig {
            kind: match (self.kind, form) {
                (KindChoice::Mfcc, _) => CepstrumKind::Mfcc { mfcc, delta },
                (KindChoice::Mean, _) => CepstrumKind::Mean,
                (KindChoice::TwoDimensional, _) => CepstrumKind::TwoDimensional,
                (KindChoice::Real, Form::Npy | Form::Folder) => CepstrumKind::Cepstrogram,
                (KindChoice::Real, Form::Figure | Form::Csv) => CepstrumKind::Real,
            },
            stft: bands.stft,
            mel: bands.mel,
            top_db: bands.top_db,
            channel: self.channel,
            start: self.start,
            duration: self.duration,
        };
        config.check()?;
        Ok(config)
    }

    /// One array is one clip's; known before anything is measured.
    fn check_single(&self) -> Result<(), Error> {
        let found = corpus(&self.inputs, &CorpusOptions::clips())?;
        let n_clips = found.sources.len();
        if n_clips <= 1 {
            return Ok(());
        }
        let path = self.output.display();
        let requirement =
            format!("a folder, or one clip given: {n_clips} clips do not fit one .npy");
        Err(Error::argument("output", path, requirement))
    }
}

/// Tells which clips have no cepstrum, or one of a part.
fn tell_about(clips: &[ClipCepstrum]) -> Result<Outcome, Error> {
    let outcomes = clips.iter().map(|clip| (&*clip.name, &clip.outcome));
    let outcome = tell_outcomes(outcomes, "clip", "");
    if clips.iter().all(|clip| clip.cepstrum.is_err()) {
        return Err(Error::NothingUsable {
            looked_for: "a cepstrum in each clip".to_string(),
            found: format!("none in {}", counted(clips.len(), "clip")),
        });
    }
    Ok(outcome)
}
