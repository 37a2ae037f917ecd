//! From sources to a report: every representation of every source is measured
//! in one pass over its decoded data.

mod analyze;
mod audit;
mod axis;
mod cepstra;
mod cepstra_pass;
mod checkpoint;
mod comparison;
mod config;
mod constancy;
mod evidence;
mod example_data;
mod examples;
mod facts;
mod features;
mod fits;
mod hash;
mod input_rows;
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
mod photo_reference;
mod plan;
mod report;
mod representation;
mod results;
mod run;
mod scorecard;
mod segments;
mod source_spectra;
mod spectra_study;
mod spectrogram;
mod spectrograms;
mod thumbnail;
mod transform;

pub use analyze::{Results, analyze, measure};
pub use audit::{Audit, AuditThresholds, Finding, Remarkable};
pub use cepstra::{
    CepstraConfig, Cepstrum, CepstrumKind, ClipCepstrum, MeanRealCepstrum, PITCH_QUEFRENCIES,
    QuefrencyPeak, cepstra, geometric_mean_power,
};
pub use checkpoint::Checkpoint;
pub use comparison::{
    Closer, Comparison, DISTANCE_POINTS, DifferenceInterval, Estimate, MatchedSpectra, Pairing,
    PhotosRow, Selection, SelectionRow, Statistic, StatisticRow, Uncertainty, Verdict,
    common_representations, comparison,
};
pub use config::{Amplitude, AnalysisConfig, LowRates, MelSettings, Preset, Side};
pub use evidence::{
    Evidence, EvidenceRow, EvidenceSettings, Exponent, NullModel, NullRow, PowerShares, Structure,
    StructureThresholds, evidence,
};
#[cfg(feature = "figure")]
pub(crate) use example_data::MOST_SPECTROGRAMS;
pub use example_data::{ExampleData, example_data};
pub use facts::AudioFacts;
pub use features::{ClipFeatures, FeatureConfig, FeatureRow, MeanVariance, clip_features};
pub use fits::{DebiasedRow, FileLaw, Fit, Fits, IntervalKind};
pub use input_rows::InputRows;
pub use items::{SourcePlane, source_planes};
pub use join::merged;
pub use latents::{
    ChannelCovariance, ChannelOrder, ChannelRow, LatentFile, LatentInterval, LatentLaw,
    LatentReport, LatentSettings, LatentSpectrum, OrderVerdict, PooledRow, SpectrumAlong, latents,
};
pub use modulation::{
    AnisotropyBand, AxisExponents, DirectionRow, ModulationAxis, ModulationFile, ModulationReport,
    ModulationRun, ModulationSettings, ModulationStudy, RadialMean, modulation,
};
pub use noise::{
    Approximation, InformationCells, InformationRow, ListenConfig, NoiseExample, NoiseReport,
    NoiseRun, NoiseSettings, NoiseStudy, NoisyClip, Origin, Scaling, ScheduleRow, SigmaGrid,
    TideLevel, noise, noise_of_report, noisy_clips,
};
pub use outcome::{Outcome, Status};
pub use partial::{Partial, Request, RunOptions, Shard, Task};
pub use per_representation::PerRepresentation;
pub use plan::RunPlan;
pub use report::{
    BANDED_FILES, ExampleRow, InputRow, LeftOut, LevelRow, MonotonicityRow, Report, ResultRow,
    SCHEMA_VERSION, SpectrumRow, Summary,
};
pub use representation::{
    Representation, RepresentationInfo, SpectrogramKind, TransformKind, ValueUnit,
};
pub use run::{Progress, Silent};
pub use scorecard::{DeltaOf, Scorecard, ScorecardRow, Suitability, Thresholds, scorecard};
pub use source_spectra::{Average, SourceSpectra, SourceSpectrum, View, source_spectra};
pub use spectrogram::{Spectrogram, SpectrogramConfig, SpectrogramRows, spectrograms};
pub use thumbnail::ExampleSpectrogram;
