//! From sources to a report: every representation of every source is measured
//! in one pass over its decoded data.

mod analyze;
mod audit;
mod axis;
mod cells;
mod cepstra;
mod checkpoint;
mod commands;
mod comparison;
mod config;
mod constancy;
mod example_data;
mod examples;
mod facts;
mod features;
mod fits;
mod hash;
mod input_row;
mod instruments;
mod items;
mod join;
mod latents;
mod laws;
mod measurement;
mod modulation;
mod noise;
mod outcome;
mod part;
mod partial;
mod per_representation;
mod plan;
mod plan_summary;
mod presets;
mod report;
mod representation;
mod request;
mod results;
mod run;
mod second_pass;
mod segment_status;
mod segments;
mod settings;
mod source_spectra;
mod spectra_study;
mod spectrogram;
mod spectrograms;
mod spectrum_row;
mod thumbnail;
mod transform;
mod verdict;

pub use analyze::{Results, measure};
pub use audit::{Audit, AuditThresholds, Finding, Remarkable};
pub use cepstra::{
    CepstraConfig, Cepstrum, CepstrumKind, ClipCepstrum, MeanRealCepstrum, PITCH_QUEFRENCIES,
    QuefrencyPeak, cepstra, geometric_mean_power,
};
pub use checkpoint::Checkpoint;
pub use commands::{analyze, clip_features, latents, modulation, noise, verdict};
pub use comparison::{
    Closer, Comparison, DifferenceInterval, Estimate, Larger, MatchedBands, Pairing,
    PhotoComparison, Selection, SelectionRow, Statistic, StatisticRow, Uncertainty,
    common_representations, comparison,
};
pub use config::{Amplitude, AnalysisConfig, LowRates, MelSettings, Preset, Side};
#[cfg(feature = "figure")]
pub(crate) use example_data::MOST_SPECTROGRAMS;
pub use example_data::{ExampleData, example_data};
pub use facts::AudioFacts;
pub use features::{ClipFeatures, FeatureConfig, FeatureRow, MeanVariance};
pub use fits::{DebiasedRow, FileLaw, Fit, Fits, IntervalKind};
pub use input_row::{InputRow, LeftOut};
pub use items::{SourcePlane, source_planes};
pub use join::merged;
pub use latents::{
    ChannelCovariance, ChannelOrder, ChannelRow, LatentFile, LatentInterval, LatentLaw,
    LatentReport, LatentSettings, LatentSpectrum, OrderVerdict, PooledRow, SpectrumAlong,
};
pub use modulation::{
    AnisotropyBand, AxisExponents, DirectionRow, ModulationAxis, ModulationFile, ModulationReport,
    ModulationRun, ModulationSettings, ModulationStudy, RadialMean,
};
pub use noise::{
    Approximation, InformationCells, InformationRow, ListenConfig, NoiseExample, NoiseReport,
    NoiseRun, NoiseSettings, NoiseStudy, NoisyClip, Origin, Scaling, ScheduleRow, SigmaGrid,
    TideLevel, noise_of_report, noisy_clips,
};
pub use outcome::{Outcome, Status};
pub use partial::{Partial, RunOptions};
pub use per_representation::PerRepresentation;
pub use plan::RunPlan;
pub use presets::Settings;
pub use report::{
    CellTable, ExampleRow, LevelRow, MOST_ROWS, MonotonicityRow, Report, ResultRow, SCHEMA_VERSION,
    Summary,
};
pub use representation::{
    Representation, RepresentationInfo, SpectrogramKind, TransformKind, ValueUnit,
};
pub use request::{Request, Shard, Task};
pub use run::{Progress, Silent};
pub use settings::{SETTINGS, Setting, Values};
pub use source_spectra::{Average, SourceSpectra, SourceSpectrum, View, source_spectra};
pub use spectrogram::{Spectrogram, SpectrogramConfig, SpectrogramRows, spectrograms};
pub use spectrum_row::{BANDS_PER_OCTAVE, SpectrumRow};
pub use thumbnail::ExampleSpectrogram;
pub use verdict::{
    Answer, Answers, BUILT_IN, BandLimit, Bands, Cap, Number, PhotoReference, Sentences, SweepRow,
    Thresholds, UnitTable, Verdict, VerdictRow, VerdictSettings,
};
