//! An example with noise.

use crate::Result;
use crate::analysis::{NoiseExample, Representation, SpectrogramKind};
use crate::data::Plane;
use crate::output::curves::{GREEN, curves};
use crate::output::figure::{
    AxisSpec, ColourMap, ColourRange, CurveFigure, FrequencyScale, HeatMap, Panel, Picture,
    Reduction, Scaling, Series,
};
use crate::synth::{derived_seed, gauss};
use ndarray::Array2;

/// How much of the data and of the noise is shown.
pub(super) struct Mix {
    pub data: f64,
    /// Standard deviation of the noise, in the data's own unit.
    pub noise: f64,
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
    pub fn new(example: &'a NoiseExample, divisor: f64, scaling: Scaling) -> Self {
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
            scaling,
        }
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
    fn mixed(&self, mix: &Mix) -> Array2<f64> {
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
    pub fn heat(&self, values: Array2<f64>, title: &str) -> Result<Panel> {
        let representation = self.example.representation;
        if representation == Representation::Photo {
            return Ok(Panel::Picture(Picture::grey(title, &values, -1.0, 1.0)?));
        }
        let plane = Plane {
            values,
            ..self.example.plane.clone()
        };
        let map = match representation.spectrogram() {
            Some(SpectrogramKind::LogMel) => {
                HeatMap::spectrogram(title, plane, FrequencyScale::Mel)
            }
            Some(_) => HeatMap::spectrogram(title, plane, FrequencyScale::Linear),
            None => HeatMap {
                colour_map: ColourMap::Viridis,
                ..HeatMap::new(title, plane)
            },
        };
        Ok(Panel::Heat(HeatMap {
            range: ColourRange::Fixed(self.range.0, self.range.1),
            // The largest of several values with noise is mostly noise.
            reduction: Reduction::Mean,
            colour_bar: false,
            ..map
        }))
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
        let axes = [
            AxisSpec::linear("time", "s"),
            AxisSpec::linear("amplitude", "").with_limits(-largest, largest),
        ];
        curves("", axes, vec![Series::new("", x, y).with_colour(GREEN)])
    }
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
