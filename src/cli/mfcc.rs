//! Cepstral coefficients of whole clips.

use cepstrum::planar::MfccConfig;
use clap::Args;

#[derive(Args)]
#[command(
    next_help_heading = "Cepstral coefficients",
    allow_negative_numbers = true
)]
pub struct MfccArgs {
    /// Number of coefficients, c0 included [default: 20]
    #[arg(long, value_name = "N")]
    n_mfcc: Option<usize>,

    /// Length of the sine that lifts high coefficients [default: no lifter]
    #[arg(long, value_name = "LENGTH")]
    lifter: Option<f64>,
}

impl MfccArgs {
    pub fn config(&self) -> MfccConfig {
        let default = MfccConfig::default();
        MfccConfig {
            n_mfcc: self.n_mfcc.unwrap_or(default.n_mfcc),
            lifter: self.lifter,
        }
    }

    /// The first setting that is given.
    pub fn given(&self) -> Option<&'static str> {
        let lifter = self.lifter.map(|_| "lifter");
        self.n_mfcc.map(|_| "n_mfcc").or(lifter)
    }
}
