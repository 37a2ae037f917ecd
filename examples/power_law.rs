//! The power laws of a folder of clips: `cargo run --example power_law -- FOLDER`

use cepstrum::analysis::{AnalysisConfig, Silent, analyze};

fn main() -> cepstrum::Result<()> {
    let folder = std::env::args().nth(1);
    let folder = folder.unwrap_or_else(|| "fixtures/audio".into());
    let config = AnalysisConfig {
        inputs: vec![folder.into()],
        ..AnalysisConfig::default()
    };
    let report = analyze(&config, &Silent)?;
    for result in &report.results {
        let name = format!("{} of {}", result.representation, result.class);
        match result.fit.post.law() {
            Some(law) => println!(
                "{name}: power ~ f^-alpha, alpha {:.3}, {} segments",
                law.alpha, result.n_segments
            ),
            None => println!("{name}: no power law"),
        }
    }
    Ok(())
}
