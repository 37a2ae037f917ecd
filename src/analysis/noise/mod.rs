//! White noise against the spectra of a run: what it drowns, and when.

mod example;
mod listen;
mod pass;
mod run;
mod settings;
mod study;

pub use example::NoiseExample;
pub use listen::{NoisyClip, noisy_clips};
pub use run::{NoiseRun, noise};
pub use settings::{NoiseFloor, NoiseSettings, Scaling, SigmaGrid};
pub use study::{NoiseReport, NoiseStudy, Origin, ScheduleRow, TideLevel, noise_of_report};
