//! What a modulation study says: plain data.

use super::settings::ModulationSettings;
use crate::analysis::{Fit, Representation};
use crate::data::Unit;
use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// The modulation spectra of all representations that are planes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModulationReport {
    /// Version of this layout.
    pub schema_version: u32,
    /// Version of the crate that wrote it.
    pub crate_version: String,
    /// Everything that was chosen beside the analysis.
    pub settings: ModulationSettings,
    /// Per representation all files together, then each class where there are
    /// 2 to 12.
    pub studies: Vec<ModulationStudy>,
    /// Band of the exponents by direction and of `radial_alpha`, cycles per
    /// sample: what all representations of the run have in common.
    pub band: Option<[f64; 2]>,
    /// Band of the exponents over FFT and DCT, cycles per sample, likewise.
    pub radial_band: Option<[f64; 2]>,
    /// 32 segments of white Gaussian noise through the same log-mel chain and
    /// over the same bands; `None` without clips. Overlapping windows and bands
    /// alone give it exponents above 0.
    pub baseline: Option<ModulationStudy>,
    /// What a reader should know beside the numbers.
    pub notes: Vec<String>,
}

impl ModulationReport {
    /// The studies of all classes together, one per representation.
    pub fn totals(&self) -> impl Iterator<Item = &ModulationStudy> {
        self.studies.iter().filter(|study| !study.files.is_empty())
    }
}

/// Mean 2D spectrum of planes, DC in the centre, and what its directions say.
///
/// Directions and radii are in cycles per sample (frame, band or pixel) on both
/// axes, as a model that treats the plane as an image sees it.
///
/// Everything with both axes leaves out the frames of a log-mel spectrogram that
/// see the padding of a segment's ends, ceil((n_fft/2) / hop_length) at either
/// end: a tone cut off there spreads over all bands. Only the radial means over
/// FFT and DCT are of whole planes, as in the analysis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModulationStudy {
    /// How the sources were looked at.
    pub representation: Representation,
    /// `all`, or the name of a class.
    pub class: String,
    /// Files measured.
    pub n_files: u64,
    /// Segments, photos or items measured.
    pub n_segments: u64,
    /// Pooled standard deviation of the planes' values.
    pub scale: Option<f64>,
    /// Powers that rounding ruled and that entered logarithms as a floor, over
    /// all cells and segments.
    pub n_floored: u64,
    /// Axis of the rows: spectral modulation of log-mel spectrograms, vertical
    /// frequency of photos.
    pub rows: ModulationAxis,
    /// Axis of the columns: temporal modulation, horizontal frequency.
    pub cols: ModulationAxis,
    /// Radial mean of |F|^2 / (M N).
    pub fft: RadialMean,
    /// Radial mean of the squared orthonormal DCT.
    pub dct: RadialMean,
    /// Exponent of the mean over all directions, cells on the axes too: per
    /// segment the mean power in each quarter octave that directions share.
    /// Steeper than they are where an axis is bright.
    pub radial_alpha: Option<f64>,
    /// Its 95 % jackknife-t interval over files; `None` for fewer than two.
    pub radial_alpha_ci: Option<[f64; 2]>,
    /// Exponents per sector of directions, over the band that all share.
    pub directions: Vec<DirectionRow>,
    /// Exponents along columns' frequencies: time, or the horizontal.
    pub along_time: AxisExponents,
    /// Exponents along rows' frequencies: bands, or the vertical.
    pub along_frequency: AxisExponents,
    /// Power along time over power along frequency.
    pub anisotropy: Vec<AnisotropyBand>,
    /// sigma_1^2 / sum sigma_i^2 over the singular values of the arithmetic
    /// mean plane (Singh & Theunissen 2003): the half with temporal modulation
    /// above 0, rows of both signs, without the row of spectral modulation 0.
    /// 1 where power is a product of one function of each. `None` where there is
    /// no such half, or no power in it.
    pub separability: Option<f64>,
    /// The same of an isotropic power law with exponent `radial_alpha`: any steep
    /// law has much of its power in few cells, and so a share near 1.
    pub separability_of_isotropic_law: Option<f64>,
    /// The files, in order; only where all classes are together.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub files: Vec<ModulationFile>,
    /// Mean of ln P, [row, column], DC -inf; an array of its own beside the
    /// report.
    #[serde(skip)]
    pub mean_log_power: Array2<f64>,
    /// Arithmetic mean of P, DC 0; an array of its own beside the report.
    #[serde(skip)]
    pub mean_power: Array2<f64>,
}

/// Position i of an axis is (i - n/2) / n * rate, n/2 rounded down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModulationAxis {
    /// Unit of the positions.
    pub unit: Unit,
    /// Samples per unit of length: frames per second, or 1.
    pub rate: f64,
    /// The positions.
    pub frequency: Vec<f64>,
}

/// A radial mean of many planes; the power of channels is averaged first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RadialMean {
    /// Frequencies without DC, cycles per sample.
    pub frequency: Vec<f64>,
    /// Mean of ln P.
    pub mean_log_power: Vec<f64>,
    /// Real degrees of freedom of one plane's rings.
    pub dof: Vec<u32>,
    /// The post's estimator over the band that FFT and DCT share.
    pub fit: Fit,
}

/// The exponent of one sector of directions, the cells on both axes left out.
///
/// Cells below 0.5 cycles per sample are averaged in quarter octaves of radius,
/// with equal weights: y = mean of ln P, x = mean of ln f of the same cells, so
/// that a power law lies on a line exactly. alpha is minus the least-squares
/// slope of y, interpolated linearly on an even grid of x (the post's
/// estimator), over the quarter octaves that all sectors of all
/// representations share.
///
/// Overlapping windows and bands smooth a spectrogram: stationary noise of any
/// colour, whose long-term spectrum lies on an axis, has exponents too, which
/// depend on rate, window and segment; the study's baseline has them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DirectionRow {
    /// Middle of the sector: 0 is temporal modulation, 90 spectral modulation.
    /// Between them power falls in frequency with time, from 90 to 180 it rises.
    pub degrees: f64,
    /// The law, or why there is none.
    pub fit: Fit,
    /// 95 % jackknife-t interval of alpha over files; `None` for fewer than two.
    pub ci: Option<[f64; 2]>,
}

/// Exponents along one axis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AxisExponents {
    /// The sector around the axis, its own cells left out: one of
    /// [`ModulationStudy::directions`].
    pub sector: Fit,
    /// 95 % jackknife-t interval of its alpha over files.
    pub sector_ci: Option<[f64; 2]>,
    /// The same with the axis's own cells. Steeper where the axis is bright: one
    /// cell wide, it is much of the sector near DC and little of it far out.
    pub with_axis: Fit,
    /// The axis alone, from its first cell to below 0.5 cycles per sample.
    /// Temporal modulation at spectral modulation 0 is that of the level summed
    /// over bands; spectral modulation at temporal modulation 0 is that of each
    /// band's mean over the segment, the long-term spectrum.
    pub axis: Fit,
}

/// Power around one axis over power around the other, at equal radius.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AnisotropyBand {
    /// Centre of the third octave, cycles per sample.
    pub frequency: f64,
    /// 10 log10 of the mean power in the sector around temporal modulation over
    /// that around spectral modulation, axes included; `None` where either is 0.
    pub time_over_frequency_db: Option<f64>,
}

/// The exponents of one file. All estimators are linear in ln P: weighted by
/// segments, their means are the exponents of the study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModulationFile {
    /// Path relative to its INPUT.
    pub path: String,
    /// Number of that INPUT, photos after the others.
    pub input: usize,
    /// Class of the file.
    pub class: String,
    /// Segments, photos or items measured.
    pub n_segments: u64,
    /// Of the radial mean over the FFT.
    pub fft_alpha: Option<f64>,
    /// Of the radial mean over the DCT.
    pub dct_alpha: Option<f64>,
    /// As [`ModulationStudy::radial_alpha`].
    pub radial_alpha: Option<f64>,
    /// With the cells on the axes: around time, around frequency.
    pub with_axis_alpha: [Option<f64>; 2],
    /// On the axes: time, frequency.
    pub axis_alpha: [Option<f64>; 2],
    /// Per sector, as [`ModulationStudy::directions`].
    pub alpha_by_direction: Vec<Option<f64>>,
}
