//! Scale factor, rank and exponents of latents [channel, row, column]:
//! `cargo run --example latents -- FILE.npy`

use cepstrum::analysis::{AnalysisConfig, LatentSettings, Silent, latents};
use cepstrum::synth::coloured_field;
use ndarray::{Axis, stack};
use std::path::PathBuf;

/// Four channels whose power falls as f^-2, the last one a copy of the first.
fn own_latents() -> Result<PathBuf, Box<dyn std::error::Error>> {
    let channels = [0, 1, 2, 0].map(|seed| coloured_field(seed, 32, 32, 2.0));
    let values = stack(Axis(0), &channels.each_ref().map(|channel| channel.view()))?;
    let path = std::env::temp_dir().join(format!("latents-{}.npy", std::process::id()));
    ndarray_npy::write_npy(&path, &values)?;
    Ok(path)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = match std::env::args().nth(1) {
        Some(path) => path.into(),
        None => own_latents()?,
    };
    let mut config = AnalysisConfig::default();
    config.inputs.push(path);
    let report = latents(&config, &LatentSettings::default(), &Silent)?;
    println!("scale factor: {:.4}", report.pooled.scale_factor);
    for row in &report.channels {
        let alpha = row.alpha.map_or("none".into(), |a| format!("{a:.2}"));
        println!("channel {}: std {:.3}, alpha {alpha}", row.channel, row.std);
    }
    if let Some(covariance) = &report.covariance {
        println!("effective rank: {:.2}", covariance.effective_rank);
    }
    Ok(())
}
