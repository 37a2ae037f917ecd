//! White noise against the spectra of a run: what it drowns, and when.

mod example;
mod information;
mod listen;
mod measure;
mod run;
mod settings;
mod study;
mod units;

pub use example::NoiseExample;
pub(super) use example::first_example;
pub use information::{Approximation, InformationCells, InformationRow};
pub use listen::{ListenConfig, NoisyClip, noisy_clips};
pub(super) use measure::{NoiseMeasurement, NoiseSums};
pub(super) use run::noise_run;
pub use run::{NoiseRun, noise};
pub use settings::{NoiseSettings, Scaling, SigmaGrid};
pub use study::{NoiseReport, NoiseStudy, Origin, ScheduleRow, TideLevel, noise_of_report};
