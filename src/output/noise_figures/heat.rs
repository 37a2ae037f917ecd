//! Noise beside blur.

use super::data_and_noise::{capital_noun, short};
use super::shown::Shown;
use crate::Result;
use crate::analysis::{NoiseExample, NoiseStudy, Representation};
use crate::compare::octave_smoothed;
use crate::data::Unit;
use crate::output::convention::Convention;
use crate::output::curves::{BLUE, GREEN, VERMILION, curves, grid, spectral_axis};
use crate::output::drawings::{Drawing, FigureSet, animated, name_of};
use crate::output::figure::{AxisSpec, CurveFigure, Legend, Marker, Panel, Scaling, Series};
use crate::planar::{DctRapsd, Heat, Radius, heat_scale_of_cutoff};
use ndarray::Array2;
use rayon::prelude::*;

/// Steps of the still figure and of the animation.
const STILLS: usize = 4;
const FRAMES: usize = 30;
const FRAME_MS: u32 = 120;

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
    set: FigureSet,
    convention: &Convention,
) -> Result<Vec<Drawing>> {
    // The kernel blurs planes along both axes; these spectra know one.
    let along_one_axis = matches!(
        study.representation,
        Representation::Waveform | Representation::Mfcc
    );
    let Some(example) = example.filter(|_| !along_one_axis) else {
        return Ok(vec![]);
    };
    let scene = Scene {
        study,
        example,
        shown: Shown::new(example, study.divisor, Scaling::Fit),
        original: spectrum(study, &example.plane.values)?,
    };
    let steps = |n| heat_scales(&scene.original.0, &scene.original.1, n);
    let title = format!(
        "{}: white noise and heat, exp(−λs²/2) on DCT modes, of equal cut-off ({})",
        capital_noun(study.representation),
        study.scaling_note()
    );
    let columns: Vec<[Panel; 3]> = steps(STILLS)
        .par_iter()
        .map(|step| scene.panels(step))
        .collect::<Result<_>>()?;
    let panels = (0..3).flat_map(|row| columns.iter().map(move |panels| panels[row].clone()));
    let style = convention.style.clone().with_legend(Legend::UpperRight);
    let figure =
        grid(&title, STILLS, panels.collect()).draw(&style.clone().with_size(12.0, 9.0))?;
    let name = name_of("heat_*", study.representation);
    let mut drawings = vec![Drawing::still(&name, figure)];
    if set == FigureSet::All {
        let style = style.with_size(12.0, 4.4);
        let animation = animated(&steps(FRAMES), FRAME_MS, &style, |step| {
            let [noisy, blurred, spectra] = scene.panels(step)?;
            Ok(grid(&title, 3, vec![spectra, noisy, blurred]))
        })?;
        drawings.push(Drawing::moving(name, animation));
    }
    Ok(drawings)
}

/// DCT-RAPSD of values in the example's unit, in units of the divided data,
/// without DC. The heat kernel works on these modes; a Fourier transform would
/// show the jump from one edge of a plane to the other instead of what the blur
/// leaves.
fn spectrum(study: &NoiseStudy, values: &Array2<f64>) -> Result<(Vec<f64>, Vec<f64>)> {
    let (rows, cols) = values.dim();
    let mut plan = DctRapsd::<f64>::new(rows, cols, Radius::Frequency)?;
    let scaled: Vec<f64> = values.iter().map(|x| x / study.divisor).collect();
    let mut power = vec![0.0; plan.n_rings()];
    plan.process(&scaled, &mut power)?;
    power.remove(0);
    Ok((plan.frequency().values()[1..].to_vec(), power))
}

fn blurred(values: &Array2<f64>, scale: f64) -> Result<Array2<f64>> {
    let (rows, cols) = values.dim();
    let input: Vec<f64> = values.iter().copied().collect();
    let mut output = vec![0.0; input.len()];
    Heat::<f64>::new(rows, cols)?.process(&input, scale, &mut output)?;
    Ok(Array2::from_shape_fn((rows, cols), |(y, x)| {
        output[y * cols + x]
    }))
}

/// An example whose noise and blur are compared.
struct Scene<'a> {
    study: &'a NoiseStudy,
    example: &'a NoiseExample,
    shown: Shown<'a>,
    original: (Vec<f64>, Vec<f64>),
}

impl Scene<'_> {
    /// With noise, blurred, and the spectra of both.
    fn panels(&self, step: &HeatStep) -> Result<[Panel; 3]> {
        let noisy = self.example.noisy(step.sigma * self.study.divisor);
        let blurred = blurred(&self.example.plane.values, step.scale)?;
        let curve = |label: &str, (x, y): (Vec<f64>, Vec<f64>), colour| {
            Series::new(label, x, y).with_colour(colour)
        };
        let series = vec![
            curve("original", self.original.clone(), VERMILION),
            curve("with noise", spectrum(self.study, &noisy)?, GREEN),
            curve("blurred", spectrum(self.study, &blurred)?, BLUE),
        ];
        let (_, power) = &self.original;
        let highest = power.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        let lowest = power.iter().copied().fold(highest, f64::min);
        let axes = [
            spectral_axis(Unit::CyclePerSample),
            AxisSpec::log("power (DCT-RAPSD)", "").with_limits(0.03 * lowest, 30.0 * highest),
        ];
        let title = format!("cut-off {} c/sample", short(step.cutoff));
        let spectra = CurveFigure {
            markers: vec![Marker::x(step.cutoff, "")],
            ..curves(title, axes, series)
        };
        let sigma = format!("σ = {}", short(step.sigma));
        let scale = format!("s = {} samples", short(step.scale));
        Ok([
            self.shown.heat(noisy, &sigma)?,
            self.shown.heat(blurred, &scale)?,
            Panel::Curves(spectra),
        ])
    }
}
