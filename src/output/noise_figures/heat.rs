use super::tide::{MOST_BYTES, Shown};
use super::{Colours, NoiseFigure, NoiseFigureSet, NoiseLook, noun, short, stem};
use crate::Result;
use crate::analysis::{NoiseExample, NoiseStudy, Representation};
use crate::compare::octave_smoothed;
use crate::output::figure::{
    Animation, AnimationFrame, AxisSpec, CurveFigure, Legend, LineStyle, Marker, Panel, PanelGrid,
    Repeat, Series,
};
use crate::planar::{DctRapsd, Heat, Radius, heat_scale_of_cutoff};
use ndarray::Array2;
use rayon::prelude::*;

/// Steps of the still figure and of the animation.
const STILLS: usize = 4;
const FRAMES: usize = 30;

/// A step of blurring, and the noise that drowns the same frequencies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeatStep {
    /// Frequency at which the blur halves power, and at which noise equals the
    /// data, cycles per sample.
    pub cutoff: f64,
    /// Blur scale s, in samples (Rissanen et al. 2022: exp(-lambda s^2 / 2)).
    pub scale: f64,
    /// Standard deviation of the noise, in units of the divided data.
    pub sigma: f64,
}

/// `n` cut-off frequencies of a spectrum (power of divided data), from high to
/// low, with the blur and the noise that belong to them.
pub fn heat_scales(frequency: &[f64], power: &[f64], n: usize) -> Vec<HeatStep> {
    let (Some(&low), Some(&high)) = (frequency.first(), frequency.last()) else {
        return vec![];
    };
    // The lowest ring's cut-off would leave nothing to look at.
    let low = (2.0 * low).min(high);
    let log_power: Vec<f64> = power.iter().map(|p| p.ln()).collect();
    let log_power = octave_smoothed(frequency, &log_power, 6.0, 3);
    (0..n)
        .map(|i| {
            let share = i as f64 / (n.max(2) - 1) as f64;
            let cutoff = high * (low / high).powf(share);
            let log_power = log_interpolated(frequency, &log_power, cutoff);
            HeatStep {
                cutoff,
                scale: heat_scale_of_cutoff(cutoff),
                sigma: (0.5 * log_power).exp(),
            }
        })
        .collect()
}

/// Value at `f` on the straight line over ln f between its two neighbours.
fn log_interpolated(frequency: &[f64], values: &[f64], f: f64) -> f64 {
    let right = frequency.partition_point(|other| *other < f);
    let right = right.min(frequency.len() - 1);
    let left = right.saturating_sub(1);
    let octave = (frequency[right] / frequency[left]).ln();
    let share = match octave > 0.0 {
        true => ((f / frequency[left]).ln() / octave).clamp(0.0, 1.0),
        false => 1.0,
    };
    values[left] + share * (values[right] - values[left])
}

/// Noise and blur side by side at matched cut-off frequencies.
pub(super) fn draw(
    study: &NoiseStudy,
    example: Option<&NoiseExample>,
    set: NoiseFigureSet,
    look: &NoiseLook,
    figures: &mut Vec<NoiseFigure>,
) -> Result<()> {
    // The kernel blurs planes along both axes; these spectra know one.
    let along_one_axis = matches!(
        study.representation,
        Representation::Waveform | Representation::Mfcc
    );
    let Some(example) = example.filter(|_| !along_one_axis) else {
        return Ok(());
    };
    let scene = Scene::new(study, example)?;
    let name = format!("heat_{}", stem(study.representation));
    let (frequency, power) = &scene.original;
    let steps = heat_scales(frequency, power, STILLS);
    let stills: Vec<[Panel; 3]> = steps
        .par_iter()
        .map(|step| scene.panels(step))
        .collect::<Result<_>>()?;
    let panels = (0..3).flat_map(|row| stills.iter().map(move |panels| panels[row].clone()));
    let grid = PanelGrid {
        title: scene.title(),
        columns: STILLS,
        panels: panels.collect(),
        ..PanelGrid::default()
    };
    let style = look
        .style
        .clone()
        .with_size(12.0, 9.0)
        .with_legend(Legend::UpperRight);
    let figure = grid.draw(&style)?;
    figures.push(NoiseFigure::Still {
        name: name.clone(),
        figure,
    });
    if set == NoiseFigureSet::All {
        let animation = scene.animation(look)?;
        figures.push(NoiseFigure::Moving { name, animation });
    }
    Ok(())
}

/// An example whose noise and blur are compared.
struct Scene<'a> {
    study: &'a NoiseStudy,
    example: &'a NoiseExample,
    shown: Shown<'a>,
    /// DCT-RAPSD of the example, in units of the divided data.
    original: (Vec<f64>, Vec<f64>),
}

impl<'a> Scene<'a> {
    fn new(study: &'a NoiseStudy, example: &'a NoiseExample) -> Result<Self> {
        let mut scene = Self {
            study,
            example,
            shown: Shown::new(example, study.divisor),
            original: (vec![], vec![]),
        };
        scene.original = scene.spectrum(&example.plane.values)?;
        Ok(scene)
    }

    fn title(&self) -> String {
        format!(
            "{}: white noise and heat, exp(−λs²/2) on DCT modes, of equal cut-off ({})",
            super::capitalised(noun(self.study.representation)),
            self.study.scaling_note()
        )
    }

    /// DCT-RAPSD of values in the example's unit, without DC. The heat kernel
    /// works on these modes; a Fourier transform would show the jump from one
    /// edge of a plane to the other instead of what the blur leaves.
    fn spectrum(&self, values: &Array2<f64>) -> Result<(Vec<f64>, Vec<f64>)> {
        let (rows, cols) = values.dim();
        let mut plan = DctRapsd::<f64>::new(rows, cols, Radius::Frequency)?;
        let scaled: Vec<f64> = values.iter().map(|x| x / self.study.divisor).collect();
        let mut power = vec![0.0; plan.n_rings()];
        plan.process(&scaled, &mut power)?;
        power.remove(0);
        Ok((plan.frequency().values()[1..].to_vec(), power))
    }

    fn blurred(&self, scale: f64) -> Result<Array2<f64>> {
        let values = &self.example.plane.values;
        let (rows, cols) = values.dim();
        let input: Vec<f64> = values.iter().copied().collect();
        let mut output = vec![0.0; input.len()];
        Heat::<f64>::new(rows, cols)?.process(&input, scale, &mut output)?;
        Ok(Array2::from_shape_fn((rows, cols), |(y, x)| {
            output[y * cols + x]
        }))
    }

    /// With noise, blurred, and the spectra of both.
    fn panels(&self, step: &HeatStep) -> Result<[Panel; 3]> {
        let noisy = self.example.noisy(step.sigma * self.study.divisor);
        let blurred = self.blurred(step.scale)?;
        let spectra = self.spectra(step, &noisy, &blurred)?;
        Ok([
            self.shown
                .heat(noisy, &format!("σ = {}", short(step.sigma)))?,
            self.shown
                .heat(blurred, &format!("s = {} samples", short(step.scale)))?,
            Panel::Curves(spectra),
        ])
    }

    fn spectra(
        &self,
        step: &HeatStep,
        noisy: &Array2<f64>,
        blurred: &Array2<f64>,
    ) -> Result<CurveFigure> {
        let colours = Colours::of(crate::analysis::Preset::Default);
        let curve = |label: &str, (x, y): (Vec<f64>, Vec<f64>), colour| {
            Series::new(label, x, y)
                .with_colour(colour)
                .with_style(LineStyle::Line)
        };
        let (_, power) = &self.original;
        let highest = power.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        let lowest = power.iter().copied().fold(highest, f64::min);
        Ok(CurveFigure {
            title: format!("cut-off {} c/sample", short(step.cutoff)),
            x: AxisSpec::log("frequency", "cycles/sample"),
            y: AxisSpec::log("power (DCT-RAPSD)", "").with_limits(0.03 * lowest, 30.0 * highest),
            series: vec![
                curve("original", self.original.clone(), colours.data),
                curve("with noise", self.spectrum(noisy)?, colours.noisy),
                curve("blurred", self.spectrum(blurred)?, colours.noise),
            ],
            markers: vec![Marker::x(step.cutoff, "")],
        })
    }

    fn animation(&self, look: &NoiseLook) -> Result<Animation> {
        let style = look
            .style
            .clone()
            .with_size(12.0, 4.4)
            .with_legend(Legend::UpperRight);
        let (frequency, power) = &self.original;
        let steps = heat_scales(frequency, power, FRAMES);
        let frames: Vec<Result<AnimationFrame>> = steps
            .par_iter()
            .map(|step| {
                let [noisy, blurred, spectra] = self.panels(step)?;
                let grid = PanelGrid {
                    title: self.title(),
                    columns: 3,
                    panels: vec![spectra, noisy, blurred],
                    ..PanelGrid::default()
                };
                Ok(AnimationFrame {
                    figure: grid.draw(&style)?,
                    hold_ms: 120,
                })
            })
            .collect();
        Ok(Animation {
            frames: frames.into_iter().collect::<Result<_>>()?,
            repeat: Repeat::Forever,
            max_bytes: Some(MOST_BYTES),
        })
    }
}
