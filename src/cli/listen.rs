//! Clips with noise, to be heard: `cepstrum noise --listen`.

use super::outcome::{Failure, Outcome};
use super::start::under;
use super::terminal::tell;
use cepstrum::Error;
use cepstrum::analysis::{
    AnalysisConfig, ListenConfig, NoiseRun, NoiseStudy, Representation, noisy_clips,
};
use cepstrum::compare::Schedule;
use cepstrum::output::file_stems;
use cepstrum::synth::{derived_seed, write_wav};
use clap::Args;
use std::path::{Path, PathBuf};

/// Clips with noise, to be heard.
#[derive(Args)]
pub struct ListenArgs {
    /// Times t at which clips are written with noise, by comma; always divided
    /// by their standard deviation first
    #[arg(
        long,
        value_name = "TIMES",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    listen: Vec<f64>,

    /// Schedule of --listen: flow, vp-cosine, vp-cosine-discrete, vp-linear,
    /// vp-sde, ve, or edm (whose t = 1 is the data)
    #[arg(long, default_value = "flow")]
    schedule: Schedule,
}

impl ListenArgs {
    pub fn is_wanted(&self) -> bool {
        !self.listen.is_empty()
    }

    /// Checks the times, before anything is measured.
    pub fn check(&self) -> Result<(), Error> {
        for &t in &self.listen {
            self.schedule
                .at(t)
                .map_err(|error| under("listen", error))?;
        }
        Ok(())
    }

    /// Writes the first clips of a run with noise, into `output`/sound.
    pub fn write(
        &self,
        seed: u64,
        config: &AnalysisConfig,
        run: &NoiseRun,
        output: &Path,
    ) -> Result<Outcome, Failure> {
        if self.listen.is_empty() {
            return Ok(Outcome::AllGood);
        }
        let waveform = |s: &&NoiseStudy| s.representation == Representation::Waveform;
        let study = run.noise.studies.iter().find(waveform);
        let (Some(scale), Some(sample_rate)) =
            (study.and_then(|s| s.scale), run.report.summary.sample_rate)
        else {
            let requirement = "given with clips whose waveform is measured";
            return Err(Error::argument("listen", "given", requirement).into());
        };
        let folder = output.join("sound");
        std::fs::create_dir_all(&folder).map_err(|error| Error::Output {
            path: folder.clone(),
            detail: error.to_string(),
        })?;
        let shown = &run.clips[..run.clips.len().min(config.examples)];
        let stems = file_stems(shown.iter().map(|(name, _)| name.as_str()));
        let mut outcome = Outcome::AllGood;
        for (i, ((name, path), stem)) in shown.iter().zip(stems).enumerate() {
            let listen = ListenConfig {
                channel: config.channel,
                schedule: self.schedule,
                times: self.listen.clone(),
                divisor: scale / f64::from(config.amplitude.factor()),
                sample_rate,
                seed: derived_seed(seed, i as u64),
            };
            match write_noisy(path, &listen, &folder.join(stem)) {
                Err(Failure::Error(Error::Input { problem, .. })) => {
                    tell(&format!("  {name}: not written with noise: {problem}"));
                    outcome = Outcome::SomeSkipped;
                }
                written => written?,
            }
        }
        if shown.len() < run.clips.len() {
            let (written, all) = (shown.len(), run.clips.len());
            tell(&format!("{written} of {all} clips were written with noise"));
        }
        Ok(outcome)
    }
}

fn write_noisy(path: &Path, listen: &ListenConfig, stem: &Path) -> Result<(), Failure> {
    for clip in noisy_clips(path, listen)? {
        let level = clip.level;
        let mut name = stem.as_os_str().to_owned();
        name.push(format!(".{}.t{}.wav", listen.schedule, level.t));
        let file = PathBuf::from(name);
        write_wav(&file, &clip.signal)?;
        tell(&format!(
            "{}: {:.1} s, {:.4} x clip + {:.4} x noise, all times {:.4} (one gain for all t)",
            file.display(),
            clip.signal.duration(),
            level.alpha,
            level.sigma,
            clip.gain
        ));
    }
    Ok(())
}
