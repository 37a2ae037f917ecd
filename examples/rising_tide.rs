//! Noise drowning a folder of clips, as an animation:
//! `cargo run --example rising_tide -- FOLDER OUT`

use cepstrum::analysis::{AnalysisConfig, NoiseSettings, Preset, SigmaGrid, Silent, noise};
use cepstrum::output::figure::FigureStyle;
use cepstrum::output::{Convention, FigureSet, Frames, noise_figures, save_drawings};
use std::path::PathBuf;

fn main() -> cepstrum::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next();
    let out = PathBuf::from(arguments.next().unwrap_or_else(|| "rising-tide".into()));
    let config = AnalysisConfig {
        inputs: vec![folder.map_or_else(|| "fixtures/audio/speech".into(), Into::into)],
        ..AnalysisConfig::default()
    };
    let mut settings = NoiseSettings::preset(Preset::Default);
    settings.sigmas = SigmaGrid::Auto(8);
    let run = noise(&config, &settings, &Silent)?;
    for study in run.noise.studies.iter().filter(|s| s.class == "all") {
        let (band, power) = study.left_at(0.5, settings.tau)?;
        println!(
            "{}: at t = 0.5, {:.1} % of the band and {:.1} % of the power stand out of the noise",
            study.representation,
            100.0 * band,
            100.0 * power
        );
    }
    let convention = Convention::new(Preset::Default, &FigureStyle::default());
    let figures = noise_figures(&run.noise, &run.examples, FigureSet::All, &convention)?;
    let paths = save_drawings(&figures, &[], &out, Frames::Gif)?;
    println!("{} files of figures: {}", paths.len(), out.display());
    Ok(())
}
