//! Tables as JSON for other programs: one document, the numbers of the files
//! unrounded, null where a number is missing or not finite.

use super::json::to_json;
use crate::Result;
use crate::analysis::{
    Fit, ModulationReport, ModulationStudy, NoiseReport, NoiseStudy, Report, Representation,
    ResultRow, SCHEMA_VERSION, Scorecard,
};
use crate::data::Unit;
use serde::Serialize;
use std::io::{self, Write};
use std::path::Path;

/// Times along flow matching at which summaries say what is left.
pub(super) const SUMMARY_TIMES: [f64; 3] = [0.25, 0.5, 0.75];

/// A frequency with its unit.
#[derive(Serialize)]
pub(super) struct Frequency {
    pub value: f64,
    pub unit: Unit,
}

/// The numbers of one row of the results table.
#[derive(Serialize)]
pub(super) struct ResultSummary<'a> {
    representation: Representation,
    class: &'a str,
    n_files: u64,
    n_segments: u64,
    /// Exponent of the `post` estimator.
    pub alpha: Option<f64>,
    pub r_squared: Option<f64>,
    /// -Spearman over third-octave bands.
    pub monotonicity: Option<f64>,
    pub peak: Option<Frequency>,
}

impl<'a> ResultSummary<'a> {
    pub fn of(result: &'a ResultRow) -> Self {
        let law = result.fit.post.law();
        let third_octaves = result.monotonicity.third_octaves.as_ref();
        Self {
            representation: result.representation,
            class: &result.class,
            n_files: result.n_files,
            n_segments: result.n_segments,
            alpha: law.map(|law| law.alpha),
            r_squared: law.and_then(|law| law.r_squared),
            // Without the sign of a zero.
            monotonicity: third_octaves
                .and_then(|m| m.spearman)
                .map(|spearman| -spearman + 0.0),
            peak: result.monotonicity.peak.as_ref().map(|peak| Frequency {
                value: peak.frequency,
                unit: result.spectrum.unit,
            }),
        }
    }
}

/// Writes the results of a report and its scorecard as one JSON document:
/// `schema_version`, `report` (where the whole is), `results` (representation,
/// class, n_files, n_segments, alpha, r_squared, monotonicity, peak) and
/// `scorecard`, which has null for what needs null models where none were drawn.
///
/// # Errors
/// Those of `writer`.
pub fn analysis_summary_json(
    report: &Report,
    scorecard: &Scorecard,
    path: &Path,
    writer: &mut dyn Write,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Summary<'a> {
        schema_version: u32,
        report: String,
        results: Vec<ResultSummary<'a>>,
        scorecard: &'a Scorecard,
    }
    let summary = Summary {
        schema_version: SCHEMA_VERSION,
        report: path.display().to_string(),
        results: report.results.iter().map(ResultSummary::of).collect(),
        scorecard,
    };
    to_json(&summary, writer)
}

/// What is left of a representation at a time along flow matching.
#[derive(Serialize)]
pub(super) struct Left {
    t: f64,
    /// Share of the band's frequencies.
    pub band: f64,
    /// Share of the power.
    pub power: f64,
}

/// The numbers of one row of the noise table.
#[derive(Serialize)]
pub(super) struct NoiseSummary<'a> {
    representation: Representation,
    class: &'a str,
    n_segments: u64,
    divisor: f64,
    pub drowns_first: Option<Frequency>,
    pub drowns_last: Option<Frequency>,
    pub left: Vec<Left>,
}

impl<'a> NoiseSummary<'a> {
    pub fn of(study: &'a NoiseStudy, tau: f64) -> Result<Self> {
        let by = |a: &(usize, &f64), b: &(usize, &f64)| a.1.total_cmp(b.1);
        let frequency = |(i, _): (usize, &f64)| Frequency {
            value: study.frequency[i],
            unit: study.unit,
        };
        let ratios = || study.snr.iter().enumerate();
        let left = SUMMARY_TIMES.map(|t| {
            let (band, power) = study.left_at(t, tau)?;
            Ok(Left { t, band, power })
        });
        Ok(Self {
            representation: study.representation,
            class: &study.class,
            n_segments: study.n_segments,
            divisor: study.divisor,
            drowns_first: ratios().min_by(by).map(frequency),
            drowns_last: ratios().max_by(by).map(frequency),
            left: left.into_iter().collect::<Result<_>>()?,
        })
    }
}

/// Writes the rows of the noise table as one JSON document: `noise` (where the
/// whole is), `tau` and `studies` (representation, class, n_segments, divisor,
/// drowns_first, drowns_last, left).
///
/// # Errors
/// Those of a study with lists that do not fit, or of `writer`.
pub fn noise_summary_json(
    noise: &NoiseReport,
    path: &Path,
    writer: &mut dyn Write,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Summary<'a> {
        noise: String,
        tau: f64,
        studies: Vec<NoiseSummary<'a>>,
    }
    let tau = noise.settings.tau;
    let studies = noise.studies.iter().map(|s| NoiseSummary::of(s, tau));
    let summary = Summary {
        noise: path.display().to_string(),
        tau,
        studies: studies.collect::<Result<_>>().map_err(io::Error::other)?,
    };
    to_json(&summary, writer)
}

/// Writes the rows of the modulation table as one JSON document: `modulation`
/// (where the whole is), `studies` and `baseline` (white noise).
///
/// # Errors
/// Those of `writer`.
pub fn modulation_summary_json(
    modulation: &ModulationReport,
    path: &Path,
    writer: &mut dyn Write,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Row<'a> {
        representation: Representation,
        class: &'a str,
        n_files: u64,
        n_segments: u64,
        fft_alpha: Option<f64>,
        dct_alpha: Option<f64>,
        radial_alpha: Option<f64>,
        radial_alpha_ci: Option<[f64; 2]>,
        alpha_time: Option<f64>,
        alpha_time_ci: Option<[f64; 2]>,
        alpha_frequency: Option<f64>,
        alpha_frequency_ci: Option<[f64; 2]>,
        separability: Option<f64>,
        separability_of_isotropic_law: Option<f64>,
    }
    #[derive(Serialize)]
    struct Summary<'a> {
        modulation: String,
        studies: Vec<Row<'a>>,
        baseline: Vec<Row<'a>>,
    }
    fn row(study: &ModulationStudy) -> Row<'_> {
        let alpha = |fit: &Fit| fit.law().map(|law| law.alpha);
        Row {
            representation: study.representation,
            class: &study.class,
            n_files: study.n_files,
            n_segments: study.n_segments,
            fft_alpha: alpha(&study.fft.fit),
            dct_alpha: alpha(&study.dct.fit),
            radial_alpha: study.radial_alpha,
            radial_alpha_ci: study.radial_alpha_ci,
            alpha_time: alpha(&study.along_time.sector),
            alpha_time_ci: study.along_time.sector_ci,
            alpha_frequency: alpha(&study.along_frequency.sector),
            alpha_frequency_ci: study.along_frequency.sector_ci,
            separability: study.separability,
            separability_of_isotropic_law: study.separability_of_isotropic_law,
        }
    }
    let summary = Summary {
        modulation: path.display().to_string(),
        studies: modulation.studies.iter().map(row).collect(),
        baseline: modulation.baseline.iter().map(row).collect(),
    };
    to_json(&summary, writer)
}
