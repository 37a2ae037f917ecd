//! Writes one figure of each kind, made of synthetic data, into a folder:
//! `cargo run --example figure_gallery -- FOLDER`
use cepstrum::data::Signal;
use cepstrum::output::figure::*;
use cepstrum::spectral::{LogMel, LogMelConfig, StftConfig, spectrogram_db};
use cepstrum::synth::{chirp, gauss};
use std::path::PathBuf;

/// f^-alpha with seeded scatter.
fn power_law(seed: u64, alpha: f64) -> Series {
    let f: Vec<f64> = (1..160).map(|k| f64::from(k) / 320.0).collect();
    let scatter = gauss(seed, f.len());
    let power = f.iter().zip(&scatter);
    let power = power.map(|(f, z)| f.powf(-alpha) * (0.1 * z).exp());
    Series::new(&format!("α = {alpha:.1}"), f.clone(), power.collect())
}

fn curves(title: &str, series: Vec<Series>) -> CurveFigure {
    CurveFigure {
        title: title.into(),
        x: AxisSpec::log("frequency", "cycles/sample"),
        y: AxisSpec::log("power", ""),
        series,
        markers: vec![Marker::x(0.25, "half of Nyquist")],
    }
}

fn main() -> cepstrum::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".".into()));
    let style = FigureStyle::default();

    let mean = power_law(1, 2.4).with_style(LineStyle::Points);
    let scaled = |by: f64| mean.y.iter().map(|y| y * by).collect();
    let mean = mean.clone().with_band(scaled(0.6), scaled(1.7));
    let line = mean.x.iter().map(|f| f.powf(-2.4)).collect();
    let fit = Series::new("fit", mean.x.clone(), line).with_style(LineStyle::Fit);
    let figure = curves("A power law and its fit", vec![mean, fit]);
    let wide = style.clone().with_size(8.0, 4.0);
    figure.draw(&wide)?.save(&folder.join("fit.svg"))?;

    let many = (0..10).map(|i| power_law(i, 1.0 + 0.2 * i as f64));
    let figure = curves("Ten exponents", many.collect());
    figure.draw(&style)?.save(&folder.join("many.png"))?;
    let small = FigureStyle::single_column();
    figure.draw(&small)?.save(&folder.join("many_column.png"))?;

    let rising = chirp(44_100, 22_050.0, 100.0, 9000.0, 0.5);
    let signal = Signal {
        samples: rising.iter().map(|&x| x as f32).collect(),
        sample_rate: 22_050,
    };
    let plane = spectrogram_db(&signal, &StftConfig::new(1024, 512), 80.0)?;
    let mel = LogMel::<f64>::new(&LogMelConfig::new(22_050))?.plane(&signal)?;
    let grid = PanelGrid {
        title: "One sound, three frequency axes".into(),
        columns: 3,
        panels: [
            ("linear", plane.clone(), FrequencyScale::Linear),
            ("logarithmic", plane, FrequencyScale::Log),
            ("mel", mel, FrequencyScale::Mel),
        ]
        .map(|(title, plane, scale)| Panel::Heat(HeatMap::spectrogram(title, plane, scale)))
        .into(),
        ..PanelGrid::default()
    };
    let slide = FigureStyle::slide().with_theme(Theme::Dark);
    grid.draw(&slide)?.save(&folder.join("axes.png"))
}
