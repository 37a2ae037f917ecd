//! The table of settings: what each means, and how it is read from text and
//! written as text. Flags, their help, and the command that makes a report again
//! follow from it, so that a setting is a field and a row of this table.

use super::Representation;
use super::config::{Amplitude, LowRates, Side};
use super::presets::Settings;
use crate::data::{Named, PowerScale};
use crate::decode::{Channel, ClassRule, Layout};
use crate::planar::Radius;
use crate::spectral::{LogScale, MelNorm, MelScale};
use crate::{Error, Result};
use std::mem::discriminant;
use std::str::FromStr;

/// A setting, as text.
pub struct Setting {
    /// Heading in help; settings without one are for single commands.
    pub heading: &'static str,
    /// Name, as in errors; the flag has dashes (`n_fft` is `--n-fft`).
    pub name: &'static str,
    /// Unit or form of its value; empty where the name says it.
    pub unit: &'static str,
    /// Meaning, in one sentence.
    pub meaning: &'static str,
    /// What help says of the default after its value, if it has one.
    pub rest: &'static str,
    /// The texts that it can have.
    pub values: fn() -> Values,
    /// The text of its value, if it has one.
    pub read: fn(&Settings) -> Option<String>,
    /// The requirement that a text breaks, if it cannot be its value.
    pub check: fn(&str) -> Result<(), String>,
    /// Gives it the value of a text, or says what is wrong with it beside the
    /// others.
    pub write: fn(&mut Settings, &str) -> Result<()>,
}

/// The texts that a setting can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Values {
    /// Those that [`Setting::check`] accepts.
    Text,
    /// `true` or `false`.
    Switch,
    /// One of these names, each with its meaning.
    One(Vec<(&'static str, &'static str)>),
    /// Some of these names, by comma.
    Several(Vec<&'static str>),
}

/// Reads a place: a field, a field that may have no value, or what the first
/// closure makes of the settings.
macro_rules! get {
    ($s:ident, { $($field:ident).+ }) => { Some($s.$($field).+.clone()) };
    ($s:ident, { $($field:ident).+ ? }) => { $s.$($field).+ };
    ($s:ident, { |$settings:ident| $get:expr, $($set:tt)+ }) => {{ let $settings = $s; $get }};
}

/// Writes a place.
macro_rules! set {
    ($s:ident, $new:ident, { $($field:ident).+ }) => { $s.$($field).+ = $new };
    ($s:ident, $new:ident, { $($field:ident).+ ? }) => { $s.$($field).+ = Some($new) };
    ($s:ident, $new:ident, { |$_:ident| $get:expr, |$settings:ident, $value:ident| $set:expr }) => {{
        let ($settings, $value) = ($s, $new);
        $set
    }};
}

/// Rows of the table under their headings: meaning, name, unit, what help says
/// after the default, type, place.
macro_rules! settings {
    ($($heading:literal { $(
        $(#[doc = $meaning:literal])+
        $name:ident $(($unit:literal))? $(and $rest:literal)?: $type:ty = $place:tt
    )+ })+) => {
        /// All settings but inputs, photos and those of single studies, in the
        /// order in which they are written.
        ///
        /// ```
        /// use cepstrum::analysis::{SETTINGS, Settings};
        /// let mut settings = Settings::default();
        /// let n_fft = SETTINGS.iter().find(|setting| setting.name == "n_fft").unwrap();
        /// (n_fft.write)(&mut settings, "1024")?;
        /// assert_eq!(settings.analysis.stft.win_length, 1024);
        /// assert!((n_fft.check)("many").is_err());
        /// # Ok::<(), cepstrum::Error>(())
        /// ```
        pub static SETTINGS: &[Setting] = &[$($(Setting {
            heading: $heading,
            name: stringify!($name),
            unit: concat!($($unit)?),
            // Without the space that follows the slashes.
            meaning: concat!($($meaning),+).split_at(1).1,
            rest: concat!($($rest)?),
            values: <$type as Value>::values,
            read: |settings| {
                let value: Option<$type> = get!(settings, $place);
                value.map(|value| value.text())
            },
            check: |text| <$type as Value>::parse(text).map(|_| ()),
            write: |settings, text| {
                let value = <$type as Value>::parse(text);
                let value = value.map_err(|why| Error::argument(stringify!($name), text, why))?;
                set!(settings, value, $place);
                Ok(())
            },
        }),+),+];
    };
}

settings! {
    "" {
        /// Representations of audio, by comma
        representations("NAMES"): Vec<Representation> = { analysis.representations }
    }
    "Input" {
        /// Take a file's class from its N-th folder below INPUT instead of the
        /// folder that holds it
        class_depth("N"): usize = {
            |s| match s.analysis.class_rule { ClassRule::Depth(depth) => Some(depth), _ => None },
            |s, depth| s.analysis.class_rule = ClassRule::Depth(depth)
        }
        /// Take classes from a csv table (also with ; or tabs) with columns path
        /// (or filename) and label
        labels("FILE.csv"): String = {
            |s| match &s.analysis.class_rule {
                ClassRule::Labels(table) => Some(table.display().to_string()),
                _ => None,
            },
            |s, table| s.analysis.class_rule = ClassRule::Labels(table.into())
        }
        /// Use at most the first N files of each class
        limit("N"): usize = { analysis.limit? }
    }
    "Segments of clips" {
        /// Length of a segment in seconds
        segment("SECONDS"): f64 = { analysis.segment }
        /// Share of a segment that the next one covers too
        overlap("SHARE"): f64 = { analysis.overlap }
        /// Channel: mix (the mean), left, right, or a number from 0
        channel: Channel = { analysis.channel }
        /// Rate of the analysis in Hz; higher ones are resampled down
        sample_rate("HZ") and "the most common one": u32 = { analysis.sample_rate? }
        /// Resample files of lower rates up instead of leaving them out
        /// (--upsample=false leaves them out where --config says otherwise)
        upsample("BOOL"): bool = {
            |s| Some(s.analysis.low_rates == LowRates::Upsample),
            |s, up| s.analysis.low_rates = if up { LowRates::Upsample } else { LowRates::LeaveOut }
        }
        /// Unit of the samples
        amplitude: Amplitude = { analysis.amplitude }
        /// Normalisation of the waveform's power
        power_scale: PowerScale = { analysis.power_scale }
    }
    "STFT and mel" {
        /// Length of the transform in samples
        n_fft("SAMPLES"): usize = {
            |s| Some(s.analysis.stft.n_fft),
            |s, n_fft| {
                let stft = &mut s.analysis.stft;
                // A window as long as the transform stays so.
                if stft.win_length == stft.n_fft { stft.win_length = n_fft; }
                stft.n_fft = n_fft
            }
        }
        /// Distance between frames in samples
        hop_length("SAMPLES"): usize = { analysis.stft.hop_length }
        /// Length of the Hann window in samples
        win_length("SAMPLES") and "n_fft": usize = {
            |s| Some(s.analysis.stft.win_length).filter(|&length| length != s.analysis.stft.n_fft),
            |s, length| s.analysis.stft.win_length = length
        }
        /// Number of mel bands
        n_mels("BANDS"): usize = { analysis.mel.n_mels }
        /// Lower edge of the mel bands in Hz
        f_min("HZ"): f64 = { analysis.mel.f_min }
        /// Upper edge of the mel bands in Hz
        f_max("HZ") and "half the sample rate": f64 = { analysis.mel.f_max? }
        /// Spacing of the mel bands
        mel_scale: MelScale = { analysis.mel.scale }
        /// Height of the mel filters
        mel_norm: MelNorm = { analysis.mel.norm }
        /// Compression of mel energies and of |STFT|^2
        log: LogScale = {
            |s| match s.analysis.log {
                LogScale::Decibel { .. } => Some(LogScale::DECIBEL),
                LogScale::Natural { .. } => Some(LogScale::NATURAL),
            },
            |s, log| if discriminant(&log) != discriminant(&s.analysis.log) { s.analysis.log = log }
        }
        /// Dynamic range of a segment in dB, or none
        top_db("DB"): Option<f64> = {
            |s| match s.analysis.log { LogScale::Decibel { top_db } => Some(top_db), _ => None },
            |s, range| match &mut s.analysis.log {
                LogScale::Decibel { top_db } => *top_db = range,
                LogScale::Natural { .. } => {
                    let requirement = "left out with --log ln, which has --log-floor";
                    return Err(Error::argument("top_db", "given", requirement));
                }
            }
        }
        /// Smallest energy for --log ln
        log_floor("POWER") and "1e-5": f64 = {
            |s| match s.analysis.log { LogScale::Natural { floor } => Some(floor), _ => None },
            |s, smallest| match &mut s.analysis.log {
                LogScale::Natural { floor } => *floor = smallest,
                LogScale::Decibel { .. } => {
                    return Err(Error::argument("log_floor", smallest, "given with --log ln"));
                }
            }
        }
    }
    "Planes and fits" {
        /// Radius of the rings of planes that are not square
        radius: Radius = { analysis.radius }
        /// Side of the centre crop of photos in pixels, or auto
        side: Side = { analysis.side }
        /// Axes of arrays
        layout and "by their number: 2 hw, 3 chw, 4 nchw, 5 ncthw; hwc or nhwc where the last is tiny": Layout = { analysis.layout? }
        /// Member of .npz files that is measured
        key("NAME") and "all where they are alike, else the one named as latents are": String = {
            |s| s.analysis.key.clone(),
            |s, key| s.analysis.key = Some(key)
        }
        /// Lowest frequency of fits, in cycles per sample (Hz / sample rate)
        fit_f_min("F"): f64 = { analysis.fit.f_min? }
        /// Highest frequency of fits, in cycles per sample (0.5 is Nyquist)
        fit_f_max("F"): f64 = { analysis.fit.f_max? }
    }
    "" {
        /// Number of clips, and of photos, whose own spectra the report keeps
        examples("N"): usize = { analysis.examples }
        /// Keep the waveform spectra of classes at all frequencies too, as those of all
        /// clips are (spectra.npz)
        full_classes: bool = { analysis.full_classes }
        /// Segments that are scrambled in time and across bands, to see whether the
        /// fall is the sound's own; 0 leaves that open
        null_segments("N") and ", or those of --config": usize = { verdict.null_segments }
        /// Answer under four front ends (2048/512/128, 1024/256/80, 400/160/80 at 16
        /// kHz, 2048/512/64), each in a pass of its own
        sweep: bool = { sweep }
        /// Seed of what is scrambled
        seed("N"): u64 = { analysis.seed }
    }
}

/// A value that can be typed.
trait Value: Sized {
    fn values() -> Values {
        Values::Text
    }
    /// The value of a text, or the requirement that the text breaks.
    fn parse(text: &str) -> Result<Self, String>;
    fn text(&self) -> String;
}

/// Values of types whose texts the types themselves know.
macro_rules! own_text {
    ($($values:expr => $($type:ty),+;)+) => {$($(
        impl Value for $type {
            fn values() -> Values {
                $values
            }

            fn parse(text: &str) -> Result<Self, String> {
                let parsed = text.parse::<$type>();
                parsed.map_err(|error| Error::requirement_of(&error).unwrap_or_default())
            }

            fn text(&self) -> String {
                self.to_string()
            }
        }
    )+)+};
}
own_text! {
    Values::Text => u32, u64, usize, f64, String, Channel;
    Values::Switch => bool;
}

impl<T: Named> Value for T {
    fn values() -> Values {
        let names = T::NAMES.iter();
        Values::One(names.map(|&(_, name, meaning)| (name, meaning)).collect())
    }

    fn parse(text: &str) -> Result<Self, String> {
        T::named(text).ok_or_else(|| {
            let names: Vec<&str> = T::NAMES.iter().map(|(_, name, _)| *name).collect();
            format!("one of: {}", names.join(", "))
        })
    }

    fn text(&self) -> String {
        self.name().to_string()
    }
}

impl Value for Vec<Representation> {
    fn values() -> Values {
        Values::Several(Representation::OF_AUDIO.map(Representation::name).to_vec())
    }

    fn parse(text: &str) -> Result<Self, String> {
        let parsed: Result<Vec<_>> = text.split(',').map(str::parse).collect();
        let mut parsed =
            parsed.map_err(|error| Error::requirement_of(&error).unwrap_or_default())?;
        parsed.sort();
        parsed.dedup();
        Ok(parsed)
    }

    fn text(&self) -> String {
        let names: Vec<&str> = self.iter().map(|r| r.name()).collect();
        names.join(",")
    }
}

/// A number, or a word for none.
fn number_or<T: FromStr>(word: &str, unit: &str, text: &str) -> Result<Option<T>, String> {
    match text == word {
        true => Ok(None),
        false => {
            let number = text.parse().map(Some);
            number.map_err(|_| format!("a number of {unit}, or {word}"))
        }
    }
}

impl Value for Side {
    fn parse(text: &str) -> Result<Self, String> {
        let pixels = number_or("auto", "pixels", text)?;
        Ok(pixels.map_or(Side::Auto, Side::Pixels))
    }

    fn text(&self) -> String {
        match self {
            Side::Auto => "auto".to_string(),
            Side::Pixels(pixels) => pixels.to_string(),
        }
    }
}

/// A dynamic range.
impl Value for Option<f64> {
    fn parse(text: &str) -> Result<Self, String> {
        number_or("none", "dB", text)
    }

    fn text(&self) -> String {
        self.map_or("none".to_string(), |db| db.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Preset;

    #[test]
    fn what_is_read_can_be_written() {
        for setting in SETTINGS {
            let post = Settings::preset(Preset::Post);
            let mut settings = Settings::default();
            let Some(text) = (setting.read)(&post) else {
                continue;
            };
            assert_eq!((setting.check)(&text), Ok(()), "{}", setting.name);
            (setting.write)(&mut settings, &text).unwrap();
            assert_eq!((setting.read)(&settings), Some(text), "{}", setting.name);
        }
    }

    #[test]
    fn every_setting_has_one_row() {
        let mut names: Vec<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), SETTINGS.len());
    }
}
