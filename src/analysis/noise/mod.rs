//! White noise against the spectra of a run: what it drowns, and when.

mod example;
mod information;
mod listen;
mod measure;
mod of_report;
mod run;
mod settings;
mod study;
mod units;

pub use example::NoiseExample;
pub(super) use example::first_example;
pub use listen::{ListenConfig, NoisyClip, noisy_clips};
pub(super) use measure::{NoiseMeasurement, NoiseSums};
pub use of_report::noise_of_report;
pub(super) use of_report::unit_noise;
pub use run::NoiseRun;
pub(super) use run::noise_run;
pub use settings::{NoiseSettings, Scaling, SigmaGrid};
pub use study::{
    Approximation, InformationCells, InformationRow, NoiseReport, NoiseStudy, Origin, ScheduleRow,
    TideLevel,
};
