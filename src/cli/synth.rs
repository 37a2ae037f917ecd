//! `cepstrum synth`.

use super::outcome::{Failure, Outcome};
use super::terminal::tell;
use cepstrum::Error;
use cepstrum::data::Signal;
use cepstrum::output::save_array;
use cepstrum::synth::{am_tone, chirp, coloured_field, coloured_noise, gauss, write_wav};
use clap::{Args, Subcommand};
use ndarray::Array2;
use std::path::{Path, PathBuf};

/// Signals and fields with known answers, as .wav or .npy
#[derive(Args)]
#[command(after_long_help = "\
Examples:
  cepstrum synth tone --frequency 440 -o tone.wav
  cepstrum synth am-tone --carrier 440 --modulation 4 -o am.wav
  cepstrum synth noise --alpha 1 --seed 7 -o pink.wav
  cepstrum synth field --alpha 2.4 --rows 128 --cols 87 -o field.npy

The generators are those of the golden numbers: the same seed gives the same values in any
language.")]
pub struct SynthArgs {
    #[command(subcommand)]
    kind: SynthKind,
}

#[derive(Subcommand)]
enum SynthKind {
    /// A sine: its power is in one bin
    #[command(after_long_help = "Examples:\n  cepstrum synth tone --frequency 440 -o tone.wav")]
    Tone {
        /// Frequency in Hz
        #[arg(long, value_name = "HZ", default_value_t = 440.0)]
        frequency: f64,
        #[command(flatten)]
        sound: SoundArgs,
    },
    /// A linear chirp: its power is even between its ends
    #[command(
        after_long_help = "Examples:\n  cepstrum synth chirp --f-start 100 --f-end 8000 -o chirp.wav"
    )]
    Chirp {
        /// First frequency in Hz
        #[arg(long, value_name = "HZ", default_value_t = 100.0)]
        f_start: f64,
        /// Last frequency in Hz
        #[arg(long, value_name = "HZ", default_value_t = 8000.0)]
        f_end: f64,
        #[command(flatten)]
        sound: SoundArgs,
    },
    /// An amplitude-modulated sine: its log-mel spectrogram peaks at the
    /// modulation rate
    #[command(
        after_long_help = "Examples:\n  cepstrum synth am-tone --carrier 440 --modulation 4 -o am.wav"
    )]
    AmTone {
        /// Carrier frequency in Hz
        #[arg(long, value_name = "HZ", default_value_t = 440.0)]
        carrier: f64,
        /// Modulation rate in Hz
        #[arg(long, value_name = "HZ", default_value_t = 4.0)]
        modulation: f64,
        /// Depth of the modulation, 0 to 1
        #[arg(long, value_name = "DEPTH", default_value_t = 0.5)]
        depth: f64,
        #[command(flatten)]
        sound: SoundArgs,
    },
    /// Gaussian noise with power ~ f^-alpha: 0 white, 1 pink, 2 brown
    #[command(after_long_help = "Examples:\n  cepstrum synth noise --alpha 1 --seed 7 -o pink.wav")]
    Noise {
        /// Exponent
        #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
        alpha: f64,
        /// Seed of the generator
        #[arg(long, value_name = "N", default_value_t = 0)]
        seed: u64,
        #[command(flatten)]
        sound: SoundArgs,
    },
    /// A Gaussian field with power ~ f^-alpha, zero mean and unit variance
    #[command(
        after_long_help = "Examples:\n  cepstrum synth field --alpha 2.4 --rows 128 --cols 87 -o field.npy"
    )]
    Field {
        /// Exponent
        #[arg(long, default_value_t = 2.0, allow_negative_numbers = true)]
        alpha: f64,
        /// Seed of the generator
        #[arg(long, value_name = "N", default_value_t = 0)]
        seed: u64,
        /// Rows
        #[arg(long, value_name = "N", default_value_t = 128)]
        rows: usize,
        /// Columns
        #[arg(long, value_name = "N", default_value_t = 128)]
        cols: usize,
        /// File to write: .npy
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
}

#[derive(Args)]
#[command(allow_negative_numbers = true)]
struct SoundArgs {
    /// Length in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 2.0)]
    duration: f64,
    /// Samples per second
    #[arg(long, value_name = "HZ", default_value_t = 22_050)]
    sample_rate: u32,
    /// Amplitude of tones, chirps and carriers, standard deviation of noise;
    /// full scale is 1
    #[arg(long, default_value_t = 0.1)]
    amplitude: f64,
    /// File to write: .wav (16 bits), or .npy (all digits)
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// More samples or cells would fill memory.
const MOST_VALUES: f64 = 1e9;

impl SynthArgs {
    pub fn run(self) -> Result<Outcome, Failure> {
        match self.kind {
            SynthKind::Tone { frequency, sound } => sound.deliver(None, |n, rate, amplitude| {
                below_nyquist("frequency", frequency, rate)?;
                Ok(chirp(n, rate, frequency, frequency, amplitude))
            }),
            SynthKind::Chirp {
                f_start,
                f_end,
                sound,
            } => sound.deliver(None, |n, rate, amplitude| {
                below_nyquist("f_start", f_start, rate)?;
                below_nyquist("f_end", f_end, rate)?;
                Ok(chirp(n, rate, f_start, f_end, amplitude))
            }),
            SynthKind::AmTone {
                carrier,
                modulation,
                depth,
                sound,
            } => sound.deliver(None, |n, rate, amplitude| {
                below_nyquist("carrier", carrier, rate)?;
                below_nyquist("modulation", modulation, rate)?;
                if !(0.0..=1.0).contains(&depth) {
                    return Err(Error::argument("depth", depth, "from 0 to 1"));
                }
                Ok(am_tone(n, rate, carrier, modulation, depth, amplitude))
            }),
            SynthKind::Noise { alpha, seed, sound } => {
                sound.deliver(Some(alpha), |n, _, amplitude| {
                    check_alpha(alpha)?;
                    let noise = match alpha {
                        0.0 => gauss(seed, n),
                        alpha => coloured_noise(seed, n, alpha),
                    };
                    Ok(noise.into_iter().map(|x| amplitude * x).collect())
                })
            }
            SynthKind::Field {
                alpha,
                seed,
                rows,
                cols,
                output,
            } => {
                check_alpha(alpha)?;
                let cells = rows as f64 * cols as f64;
                if !(2.0..=MOST_VALUES).contains(&cells) {
                    let shape = format!("{rows} x {cols}");
                    let requirement = "from 2 to 1e9 cells";
                    return Err(Error::argument("rows", shape, requirement).into());
                }
                if extension(&output) != "npy" {
                    return Err(wrong_extension(&output, "a file name ending in .npy").into());
                }
                save_array(&output, &coloured_field(seed, rows, cols, alpha))?;
                Ok(Outcome::AllGood)
            }
        }
    }
}

impl SoundArgs {
    /// Writes what `samples` makes; `rounded` is the exponent of a power law that
    /// the rounding of a file should not hide.
    fn deliver(
        &self,
        rounded: Option<f64>,
        samples: impl FnOnce(usize, f64, f64) -> Result<Vec<f64>, Error>,
    ) -> Result<Outcome, Failure> {
        let rate = f64::from(self.sample_rate);
        let n = (self.duration * rate).round();
        if !(self.sample_rate > 0 && (2.0..=MOST_VALUES).contains(&n)) {
            let value = format!("{} s at {rate} Hz", self.duration);
            return Err(Error::argument("duration", value, "from 2 to 1e9 samples").into());
        }
        if !(self.amplitude.is_finite() && self.amplitude > 0.0) {
            return Err(Error::argument("amplitude", self.amplitude, "greater than 0").into());
        }
        let samples = samples(n as usize, rate, self.amplitude)?;
        match extension(&self.output).as_str() {
            "npy" => {
                let plane = Array2::from_shape_fn((1, samples.len()), |(_, i)| samples[i]);
                save_array(&self.output, &plane)?;
            }
            "wav" => {
                let clipped = samples.iter().filter(|x| x.abs() > 1.0).count();
                if clipped > 0 {
                    tell(&format!(
                        "note: {clipped} samples beyond full scale are clipped"
                    ));
                }
                if let Some(note) = rounded.and_then(|alpha| self.rounding(alpha, samples.len())) {
                    tell(&note);
                }
                write_wav(
                    &self.output,
                    &Signal {
                        samples: samples.iter().map(|&x| x as f32).collect(),
                        sample_rate: self.sample_rate,
                    },
                )?;
            }
            _ => {
                let requirement = "a file name ending in .wav or .npy";
                return Err(wrong_extension(&self.output, requirement).into());
            }
        }
        Ok(Outcome::AllGood)
    }
}

impl SoundArgs {
    /// Where the rounding to 16 bits, whose power is even, is louder than noise of
    /// `n` samples whose power falls with an exponent.
    fn rounding(&self, alpha: f64, n: usize) -> Option<String> {
        let lines = n / 2;
        let law = |k: usize| (k as f64).powf(-alpha);
        let total: f64 = (1..=lines).map(law).sum();
        let step = 2f64.powi(-15);
        let rounding = step * step / 12.0 / lines as f64;
        let is_louder = |k: &usize| self.amplitude.powi(2) * law(*k) / total < rounding;
        let hertz = |k: usize| k as f64 * f64::from(self.sample_rate) / n as f64;
        let weak = match (is_louder(&1), is_louder(&lines)) {
            (true, true) => "everywhere".to_string(),
            (_, true) => format!("above {:.0} Hz", hertz((1..=lines).find(is_louder)?)),
            (true, _) => format!("below {:.0} Hz", hertz((1..=lines).rfind(is_louder)?)),
            _ => return None,
        };
        Some(format!(
            "note: {weak} the rounding to 16 bits is louder than the noise: the file does not \
             follow f^-{alpha} there; an --output ending in .npy has all digits, and a larger \
             --amplitude helps"
        ))
    }
}

fn below_nyquist(name: &'static str, frequency: f64, rate: f64) -> Result<(), Error> {
    if (0.0..rate / 2.0).contains(&frequency) {
        return Ok(());
    }
    let requirement = format!(
        "at least 0 and below half the sample rate, {} Hz",
        rate / 2.0
    );
    Err(Error::argument(name, frequency, requirement))
}

fn check_alpha(alpha: f64) -> Result<(), Error> {
    match (-20.0..=20.0).contains(&alpha) {
        true => Ok(()),
        false => Err(Error::argument("alpha", alpha, "from -20 to 20")),
    }
}

fn extension(path: &Path) -> String {
    let extension = path.extension().and_then(|e| e.to_str());
    extension.unwrap_or("").to_ascii_lowercase()
}

fn wrong_extension(path: &Path, requirement: &str) -> Error {
    Error::argument("output", path.display(), requirement)
}
