//! Noise against the mean spectra of a report.

use super::information::information;
use super::settings::{NoiseSettings, Scaling};
use super::study::{NoiseReport, NoiseStudy, Origin};
use super::units::data_unit;
use crate::analysis::{Average, Report, ResultRow};
use crate::compare::noise_log_bias;
use crate::data::PowerScale;
use crate::{Error, Result};

/// The noise study of a report's spectra alone: noise and sums are
/// expectations.
///
/// # Errors
/// [`Error::InvalidArgument`] for settings out of range or a report whose
/// spectra cannot be compared with noise.
pub fn noise_of_report(report: &Report, settings: &NoiseSettings) -> Result<NoiseReport> {
    settings.check()?;
    let studies = report.results.iter().map(|result| {
        let all = report
            .results
            .iter()
            .find(|row| row.class == "all" && row.representation == result.representation);
        study(report, result, all.unwrap_or(result), settings)
    });
    Ok(NoiseReport {
        schema_version: 1,
        crate_version: env!("CARGO_PKG_VERSION").to_string(),
        settings: settings.clone(),
        studies: studies.collect::<Result<_>>()?,
    })
}

fn study(
    report: &Report,
    result: &ResultRow,
    all: &ResultRow,
    settings: &NoiseSettings,
) -> Result<NoiseStudy> {
    let divisor = divisor(all, settings.scaling)?;
    let spectrum = &*result.lines();
    let unit_noise = unit_noise(report, result)?;
    let log_power: Vec<f64> = match settings.average {
        Average::Geometric => spectrum.mean_log_power.clone(),
        Average::Arithmetic => spectrum.mean_power.iter().map(|p| p.ln()).collect(),
    };
    if log_power.iter().any(|p| p.is_nan()) {
        let value = format!("{} whose mean power overflowed", result.representation);
        return Err(Error::argument(
            "average",
            value,
            "geometric for these data",
        ));
    }
    let per_unit = log_power.iter().zip(&unit_noise);
    let log_noise = spectrum.dof.iter().map(|&dof| match settings.average {
        Average::Geometric => noise_log_bias(dof),
        Average::Arithmetic => 0.0,
    });
    let mut study = NoiseStudy {
        representation: result.representation,
        class: result.class.clone(),
        n_files: result.n_files,
        n_segments: result.n_segments,
        scaling: settings.scaling,
        divisor,
        data_unit: data_unit(&report.config, result.representation).to_string(),
        scale: result.scale,
        average: settings.average,
        origin: Origin::Expected,
        unit: spectrum.unit,
        raw_power: match spectrum.power_scale {
            PowerScale::Raw => unit_noise[0],
            PowerScale::PerSample | PowerScale::PsdHz => 1.0,
        },
        frequency: spectrum.frequency.to_vec(),
        dof: spectrum.dof.to_vec(),
        log_signal: per_unit
            .map(|(p, unit)| p - unit.ln() - 2.0 * divisor.ln())
            .collect(),
        log_noise: log_noise.collect(),
        snr: vec![],
        tide: vec![],
        stills: vec![],
        schedules: vec![],
        information: None,
    };
    study.snr = study.smoothed();
    if result.class == "all" {
        study.add_levels(report, settings)?;
    }
    study.add_schedules(settings)?;
    study.information = information(report, result, &study, None)?;
    Ok(study)
}

fn divisor(result: &ResultRow, scaling: Scaling) -> Result<f64> {
    match (scaling, result.scale) {
        (Scaling::Native, _) => Ok(1.0),
        (Scaling::UnitVariance, Some(scale)) if scale > 0.0 && scale.is_finite() => Ok(scale),
        _ => {
            let value = format!("{} without a standard deviation", result.representation);
            Err(Error::argument("scaling", value, "native for these data"))
        }
    }
}

/// Expected power of unit white noise in each bin of a result's spectrum.
pub(crate) fn unit_noise(report: &Report, result: &ResultRow) -> Result<Vec<f64>> {
    let spectrum = &*result.lines();
    let missing = || Error::argument("REPORT", "a waveform without its rate", "a whole report");
    Ok(match spectrum.power_scale {
        PowerScale::PerSample => vec![1.0; spectrum.dof.len()],
        PowerScale::Raw => {
            let length = report.summary.segment_length.ok_or_else(missing)?;
            vec![length as f64; spectrum.dof.len()]
        }
        PowerScale::PsdHz => {
            let rate = f64::from(report.summary.sample_rate.ok_or_else(missing)?);
            let dof = spectrum.dof.iter();
            dof.map(|&dof| f64::from(dof) / rate).collect()
        }
    })
}
