use super::still::{hinges, three_curves};
use super::{
    ItemBeside, NoiseFigure, NoiseLook, capitalised, footing, frequency_axis, noise_at, noun,
    power_axis, short, stem,
};
use crate::Result;
use crate::analysis::{
    NoiseExample, NoiseStudy, Preset, Representation, SpectrogramKind, TideLevel,
};
use crate::output::figure::{
    Animation, AnimationFrame, AxisSpec, ColourMap, ColourRange, CurveFigure, FrequencyScale,
    HeatMap, Legend, Panel, PanelGrid, Picture, Reduction, Repeat, Rgb, Scaling, Series,
};
use crate::synth::{derived_seed, gauss};
use rayon::prelude::*;

/// Largest size of an animation: what web pages and chats take.
pub(super) const MOST_BYTES: usize = 3_000_000;
/// How long a frame of few stands, and one of many, and the last one.
const SLOW_MS: u32 = 720;
const FAST_MS: u32 = 100;
const LAST_MS: u32 = 1200;

/// The name of the animation: the post's for photos and waveforms.
pub(super) fn name(representation: Representation) -> String {
    match representation {
        Representation::Photo => "rising_tide".to_string(),
        Representation::Waveform => "rising_tide_sound".to_string(),
        other => format!("rising_tide_{}", stem(other)),
    }
}

/// The three curves as noise rises, beside an item with that noise.
pub(super) fn draw(
    study: &NoiseStudy,
    example: Option<&NoiseExample>,
    look: &NoiseLook,
) -> Result<NoiseFigure> {
    let limits = limits(study, look.preset);
    let shown = example.map(|example| Shown::new(example, study.divisor));
    let shown = shown.map(|shown| match look.preset {
        Preset::Post => shown.in_whole_pixels(),
        Preset::Default => shown,
    });
    let beside =
        shown.filter(|_| item_beside(study.representation, look.preset) == ItemBeside::Yes);
    let style = look.style.clone().with_size(10.0, 5.0);
    let style = style.with_legend(match look.preset {
        Preset::Post => Legend::Hidden,
        Preset::Default => Legend::UpperRight,
    });
    let frames: Vec<Result<AnimationFrame>> = study
        .tide
        .par_iter()
        .map(|level| {
            let curves = Panel::Curves(curves(study, level, limits, look.preset));
            let grid = PanelGrid {
                title: title(study, level, look.preset),
                columns: 2,
                panels: match &beside {
                    Some(shown) => vec![curves, shown.panel(&mix(study, level, look.preset))?],
                    None => vec![curves],
                },
                ..PanelGrid::default()
            };
            Ok(AnimationFrame {
                figure: grid.draw(&style)?,
                hold_ms: if study.tide.len() > 12 {
                    FAST_MS
                } else {
                    SLOW_MS
                },
            })
        })
        .collect();
    let mut frames = frames.into_iter().collect::<Result<Vec<_>>>()?;
    if let Some(last) = frames.last_mut() {
        last.hold_ms = last.hold_ms.max(if look.preset == Preset::Post {
            SLOW_MS
        } else {
            LAST_MS
        });
    }
    Ok(NoiseFigure::Moving {
        name: name(study.representation),
        animation: Animation {
            frames,
            repeat: Repeat::Forever,
            max_bytes: Some(MOST_BYTES),
        },
    })
}

/// The post shows its sound without the sound.
pub(super) fn item_beside(representation: Representation, preset: Preset) -> ItemBeside {
    match (preset, representation) {
        (Preset::Post, Representation::Waveform) => ItemBeside::No,
        _ => ItemBeside::Yes,
    }
}

fn title(study: &NoiseStudy, level: &TideLevel, preset: Preset) -> String {
    if preset == Preset::Post {
        return String::new();
    }
    // Dividing by alpha = 1 - t changes no ratio.
    let t = level.sigma / (1.0 + level.sigma);
    format!(
        "{}: σ = {}, as flow matching at t = {t:.3} ({})",
        capitalised(noun(study.representation)),
        short(level.sigma),
        footing(study)
    )
}

/// Smallest and largest value; of magnitudes, whose few largest would leave the
/// rest in the dark, 99 of 100.
fn range(example: &NoiseExample) -> (f64, f64) {
    let mut values: Vec<f64> = example.plane.values.iter().copied().collect();
    values.sort_unstable_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    let highest = match example.representation {
        Representation::Magnitude => last - last / 100,
        _ => last,
    };
    let at = |i: usize| values.get(i).copied().unwrap_or(0.0);
    (at(0), at(highest))
}

/// Powers that all frames show.
fn limits(study: &NoiseStudy, preset: Preset) -> (f64, f64) {
    let sigma = |level: Option<&TideLevel>| level.map_or(1.0, |level| level.sigma);
    let lowest = noise_at(study, sigma(study.tide.first()));
    let highest = noise_at(study, sigma(study.tide.last()));
    let all = study.log_signal.iter().chain(&lowest).chain(&highest);
    let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &p| {
        (f64::min(low, p), f64::max(high, p))
    });
    let margin = 0.05 * (high - low);
    // Room for the legend above everything, so that it need not move.
    let above = match preset {
        Preset::Post => margin,
        Preset::Default => 5.0 * margin,
    };
    let power = |log: f64| study.raw_power * log.exp();
    (power(low - margin), power(high + above))
}

fn curves(
    study: &NoiseStudy,
    level: &TideLevel,
    (low, high): (f64, f64),
    preset: Preset,
) -> CurveFigure {
    let mut series = three_curves(study, level, preset);
    if preset == Preset::Post {
        for series in &mut series {
            series.label.clear();
        }
    }
    CurveFigure {
        title: String::new(),
        x: frequency_axis(study.unit, preset),
        y: power_axis(study).with_limits(low, high),
        series,
        markers: match preset {
            Preset::Post => vec![],
            Preset::Default => hinges(study, level),
        },
    }
}

/// How much of the data and of the noise is shown.
pub(super) struct Mix {
    pub data: f64,
    /// Standard deviation of the noise, in the data's own unit.
    pub noise: f64,
}

/// x + sigma noise as in the post, or the same seen by flow matching,
/// (1 - t) x + t noise, which stays within what can be shown.
fn mix(study: &NoiseStudy, level: &TideLevel, preset: Preset) -> Mix {
    let data = match preset {
        Preset::Post => 1.0,
        Preset::Default => 1.0 / (1.0 + level.sigma),
    };
    Mix {
        data,
        noise: data * level.sigma * study.divisor,
    }
}

/// An example, made ready to be drawn with any noise.
pub(super) struct Shown<'a> {
    example: &'a NoiseExample,
    colours: Option<Colours>,
    /// What colours span: the values without noise.
    range: (f64, f64),
    /// What the data are divided by.
    divisor: f64,
    /// How large photos are drawn.
    scaling: Scaling,
}

/// A photo's pixels, and noise for all three of its colours.
struct Colours {
    picture: Picture,
    red: Vec<f64>,
    blue: Vec<f64>,
}

impl<'a> Shown<'a> {
    pub fn new(example: &'a NoiseExample, divisor: f64) -> Self {
        let n = example.noise.len();
        let picture = example.picture.as_deref();
        let picture = picture.and_then(|png| Picture::from_png("", png));
        let colours = picture.map(|picture| Colours {
            picture,
            // Green has the noise of the measurement.
            red: gauss(derived_seed(example.seed, 1), n),
            blue: gauss(derived_seed(example.seed, 2), n),
        });
        Self {
            range: range(example),
            example,
            colours: colours.filter(|c| c.picture.rgb.len() == 3 * n),
            divisor,
            scaling: Scaling::Fit,
        }
    }

    /// Photos pixel by pixel, as in the post.
    fn in_whole_pixels(mut self) -> Self {
        self.scaling = Scaling::Whole;
        self
    }

    /// The example mixed with its noise.
    pub fn panel(&self, mix: &Mix) -> Result<Panel> {
        Ok(match (self.example.representation, &self.colours) {
            (Representation::Photo, Some(colours)) => Panel::Picture(self.photo(colours, mix)),
            (Representation::Waveform, _) => Panel::Curves(self.waveform(mix)),
            _ => self.heat(self.mixed(mix), "")?,
        })
    }

    /// Spectrograms and arrays fade towards their mean, not towards 0.
    fn mixed(&self, mix: &Mix) -> ndarray::Array2<f64> {
        let values = &self.example.plane.values;
        let mean = values.mean().unwrap_or(0.0);
        let mut mixed = values.mapv(|x| mean + mix.data * (x - mean));
        mixed.scaled_add(mix.noise, &self.example.noise);
        mixed
    }

    fn photo(&self, colours: &Colours, mix: &Mix) -> Picture {
        let mut picture = colours.picture.clone().with_scaling(self.scaling);
        let green = self.example.noise.iter();
        let noise = colours.red.iter().zip(green).zip(&colours.blue);
        for (pixel, ((red, green), blue)) in picture.rgb.chunks_exact_mut(3).zip(noise) {
            for (value, noise) in pixel.iter_mut().zip([red, green, blue]) {
                let data = f64::from(*value) / 127.5 - 1.0;
                let noisy = mix.data * data + mix.noise * noise;
                *value = (127.5 * (noisy + 1.0)).round().clamp(0.0, 255.0) as u8;
            }
        }
        picture
    }

    /// Values of the example's kind in its colours.
    pub fn heat(&self, values: ndarray::Array2<f64>, title: &str) -> Result<Panel> {
        let mut plane = self.example.plane.clone();
        plane.values = values;
        if self.example.representation == Representation::Photo {
            return Ok(Panel::Picture(Picture::grey(
                title,
                &plane.values,
                -1.0,
                1.0,
            )?));
        }
        let mut map = match self.example.representation.spectrogram() {
            Some(SpectrogramKind::LogMel) => {
                HeatMap::spectrogram(title, plane, FrequencyScale::Mel)
            }
            Some(_) => HeatMap::spectrogram(title, plane, FrequencyScale::Linear),
            None => {
                let mut map = HeatMap::new(title, plane);
                map.colour_map = ColourMap::Viridis;
                map
            }
        };
        map.range = ColourRange::Fixed(self.range.0, self.range.1);
        // The largest of several values with noise is mostly noise.
        map.reduction = Reduction::Mean;
        map.colour_bar = false;
        Ok(Panel::Heat(map))
    }

    /// The extremes of the samples behind each pixel.
    fn waveform(&self, mix: &Mix) -> CurveFigure {
        const COLUMNS: usize = 400;
        let noisy = self.mixed(mix);
        let times = self.example.plane.cols.values();
        let samples: Vec<f64> = noisy.iter().copied().collect();
        let per_column = samples.len().div_ceil(COLUMNS).max(1);
        let columns = times.chunks(per_column).zip(samples.chunks(per_column));
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for (times, samples) in columns {
            let fold = |start, pick: fn(f64, f64) -> f64| samples.iter().copied().fold(start, pick);
            x.extend([times[0]; 2]);
            y.extend([
                fold(f64::INFINITY, f64::min),
                fold(f64::NEG_INFINITY, f64::max),
            ]);
        }
        // Four deviations of the noise that replaces the data.
        let largest = self.range.0.abs().max(self.range.1.abs());
        let largest = largest.max(4.0 * self.divisor);
        CurveFigure {
            title: String::new(),
            x: AxisSpec::linear("time", "s"),
            y: AxisSpec::linear("amplitude", "").with_limits(-largest, largest),
            series: vec![Series::new("", x, y).with_colour(Rgb(0x00, 0x9E, 0x73))],
            markers: vec![],
        }
    }
}
