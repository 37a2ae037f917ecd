//! Writes one figure of each kind, made of synthetic data, into a folder:
//! `cargo run --example figure_gallery -- FOLDER`
use cepstrum::data::{Axis, Plane, Unit};
use cepstrum::output::figure::*;
use cepstrum::spectral::{LogMel, LogMelConfig, StftConfig, spectrogram_db};
use std::path::PathBuf;

/// Two seconds of a rising tone with harmonics.
fn glide() -> cepstrum::data::Signal {
    let sample = |i: u32| {
        let t = f64::from(i) / 22_050.0;
        let phase = std::f64::consts::TAU * (150.0 * t + 120.0 * t * t);
        let tone: f64 = (1..20)
            .map(|k| (f64::from(k) * phase).sin() / f64::from(k * k))
            .sum();
        (0.3 * tone) as f32
    };
    cepstrum::data::Signal {
        samples: (0..44_100).map(sample).collect(),
        sample_rate: 22_050,
    }
}

fn power_law(n: u32, alpha: f64, ripple: f64) -> (Vec<f64>, Vec<f64>) {
    let f: Vec<f64> = (1..=n).map(|k| f64::from(k) / f64::from(2 * n)).collect();
    let p = f
        .iter()
        .map(|f| f.powf(-alpha) * (ripple * (40.0 * f).sin()).exp())
        .collect();
    (f, p)
}

fn curves(title: &str, series: Vec<Series>) -> CurveFigure {
    CurveFigure {
        title: title.into(),
        x: AxisSpec::log("frequency", "cycles/sample"),
        y: AxisSpec::log("power", ""),
        series,
        markers: vec![],
    }
}

fn main() -> cepstrum::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".".into()));
    let style = FigureStyle::default();
    let (f, p) = power_law(160, 2.4, 0.3);
    let fit = Series::new(
        "fit, α = 2.40",
        f.clone(),
        f.iter().map(|f| f.powf(-2.4)).collect(),
    );
    let (lower, upper) = (
        p.iter().map(|p| p / 2.0).collect(),
        p.iter().map(|p| p * 2.0).collect(),
    );
    let mean = Series::new("mean of the photos", f, p).with_band(lower, upper);
    let fitted = curves(
        "RAPSD and its fit",
        vec![mean, fit.with_style(LineStyle::Fit)],
    );
    fitted
        .draw(&style.clone().with_size(8.0, 4.0))?
        .save(&folder.join("fit.svg"))?;

    let ten = (0..10).map(|i| {
        let (f, p) = power_law(160, 1.0 + 0.2 * f64::from(i), 0.1);
        Series::new(&format!("class {i}"), f, p)
    });
    curves("Ten classes", ten.collect())
        .draw(&style)?
        .save(&folder.join("classes.png"))?;

    let stft = StftConfig::new(1024, 512);
    let linear = spectrogram_db(&glide(), &stft, 80.0)?;
    let mel = LogMel::<f64>::new(&LogMelConfig::new(22_050))?.plane(&glide())?;
    let maps = [
        HeatMap::spectrogram("linear", linear.clone(), FrequencyScale::Linear),
        HeatMap::spectrogram("logarithmic", linear, FrequencyScale::Log),
        HeatMap::spectrogram("mel", mel, FrequencyScale::Mel),
    ];
    let grid = PanelGrid {
        title: "One sound, three frequency axes".into(),
        columns: 3,
        panels: maps.into_iter().map(Panel::Heat).collect(),
        ..PanelGrid::default()
    };
    grid.draw(&FigureStyle::slide().with_theme(Theme::Dark))?
        .save(&folder.join("axes.png"))?;

    let pixels = |len| Axis::Uniform {
        unit: Unit::Pixel,
        start: 0.0,
        step: 1.0,
        len,
    };
    let values = ndarray::Array2::from_shape_fn((40, 60), |(y, x)| ((x * y) as f64 / 99.0).sin());
    let mut map = HeatMap::new(
        "a plane",
        Plane {
            values,
            rows: pixels(40),
            cols: pixels(60),
        },
    );
    (map.colour_map, map.range) = (ColourMap::RdBu, ColourRange::Symmetric);
    map.draw(&FigureStyle::single_column())?
        .save(&folder.join("plane.png"))
}
