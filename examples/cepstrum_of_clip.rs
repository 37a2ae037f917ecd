//! The pitch in a clip's real cepstrum and its first MFCCs:
//! `cargo run --example cepstrum_of_clip -- CLIP`

use cepstrum::analysis::{CepstraConfig, Cepstrum, CepstrumKind, Silent, cepstra};
use cepstrum::planar::MfccConfig;

fn main() -> cepstrum::Result<()> {
    let clip = std::env::args().nth(1);
    let clip = [clip.map_or_else(|| "fixtures/audio/music/brahms.flac".into(), Into::into)];
    let mfcc = CepstrumKind::Mfcc {
        mfcc: MfccConfig::default(),
        delta: None,
    };
    for kind in [CepstrumKind::Real, mfcc] {
        for found in cepstra(&clip, &CepstraConfig::new(kind), &Silent)? {
            match found.cepstrum {
                Ok(Cepstrum::Real(mean)) => match mean.peak {
                    Some(peak) => println!(
                        "pitch: {:.1} Hz (a peak of {:.3} at {:.2} ms)",
                        1.0 / peak.quefrency,
                        peak.value,
                        1e3 * peak.quefrency
                    ),
                    None => println!("no pitch"),
                },
                Ok(Cepstrum::Mfcc(plane)) => {
                    for (k, row) in plane.values.outer_iter().enumerate().take(4) {
                        println!("mean c{k}: {:.2}", row.mean().unwrap_or(f64::NAN));
                    }
                }
                Ok(_) => {}
                Err(problem) => println!("{}: {problem}", found.name),
            }
        }
    }
    Ok(())
}
