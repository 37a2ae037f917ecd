//! A latent report as files and as text.

use super::json::to_json;
use super::{Table, check_folder, write_file};
use crate::analysis::{
    AnalysisConfig, ChannelCovariance, ChannelRow, LatentInterval, LatentReport, LatentSettings,
    LatentSpectrum,
};
use crate::{Error, Result};
use serde::Deserialize;
use serde_json::Value;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Name of a latent report in an output folder.
pub const LATENTS_FILE: &str = "latents.json";
/// Most channels whose rows the table shows.
const MOST_CHANNELS: usize = 64;

/// Writes `latents.csv` and `latents.json` into a folder, which is made if it
/// is not there.
///
/// # Errors
/// [`Error::Output`] with what the system said.
pub fn save_latents(report: &LatentReport, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|error| Error::Output {
        path: folder.to_path_buf(),
        detail: error.to_string(),
    })?;
    write_file(&folder.join("latents.csv"), |writer| {
        latents_csv(report, writer)
    })?;
    // Last, because its presence says that the rest is there.
    write_file(&folder.join(LATENTS_FILE), |writer| {
        latents_json(report, writer)
    })
}

/// Writes a latent report as JSON.
///
/// # Errors
/// Those of `writer`.
pub fn latents_json(report: &LatentReport, writer: &mut dyn Write) -> io::Result<()> {
    to_json(report, writer)
}

/// Writes one row per channel:
/// `channel,mean,std,scale_factor,min,max,constant,alpha`; a number that does
/// not exist is left empty.
///
/// # Errors
/// Those of `writer`.
pub fn latents_csv(report: &LatentReport, writer: &mut dyn Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(writer);
    csv.write_record([
        "channel",
        "mean",
        "std",
        "scale_factor",
        "min",
        "max",
        "constant",
        "alpha",
    ])?;
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:e}"));
    for row in &report.channels {
        csv.write_record([
            row.channel.to_string(),
            number(Some(row.mean)),
            number(Some(row.std)),
            number(row.scale_factor),
            number(Some(row.min)),
            number(Some(row.max)),
            row.is_constant.to_string(),
            number(row.alpha),
        ])?;
    }
    csv.flush()
}

/// Checks that a folder can take the latent report of these settings: one of
/// others is not replaced.
///
/// # Errors
/// [`Error::WouldOverwrite`] naming the first setting that differs, or
/// [`Error::InvalidArgument`] where the folder is no folder.
pub fn check_latents_overwrite(
    folder: &Path,
    config: &AnalysisConfig,
    settings: &LatentSettings,
) -> Result<()> {
    check_folder(folder)?;
    /// What of a report decides; the rest is passed over.
    #[derive(Deserialize)]
    struct Head {
        config: Value,
        settings: Value,
    }
    let path = folder.join(LATENTS_FILE);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            let difference = format!("it cannot be read: {error}");
            return Err(Error::WouldOverwrite { path, difference });
        }
    };
    let difference = match serde_json::from_slice::<Head>(&text) {
        Ok(head) => first_difference(&head.config, config)
            .or_else(|| first_difference(&head.settings, settings)),
        Err(_) => Some("it is not a latent report of this program".to_string()),
    };
    match difference {
        Some(difference) => Err(Error::WouldOverwrite { path, difference }),
        None => Ok(()),
    }
}

fn first_difference(theirs: &Value, ours: &impl serde::Serialize) -> Option<String> {
    let ours = serde_json::to_value(ours).ok()?;
    let mut fields = ours.as_object()?.iter();
    let (name, value) = fields.find(|(name, value)| theirs.get(name) != Some(value))?;
    Some(match theirs.get(name) {
        Some(other) => format!("{name}: {other} there, {value} now"),
        None => format!("{name} is not in it"),
    })
}

/// The first 64 channels, one row each.
pub fn latents_table(report: &LatentReport) -> Table {
    let header = [
        "channel",
        "mean",
        "std",
        "scale factor",
        "min",
        "max",
        "alpha",
    ];
    let mut table = Table::new(&header, 1);
    for row in report.channels.iter().take(MOST_CHANNELS) {
        table.push(table_row(row));
    }
    table
}

fn table_row(row: &ChannelRow) -> Vec<String> {
    let missing = || "-".to_string();
    vec![
        row.channel.to_string(),
        significant(row.mean),
        significant(row.std),
        row.scale_factor.map_or_else(missing, significant),
        significant(row.min),
        significant(row.max),
        row.alpha
            .map_or_else(missing, |alpha| format!("{alpha:.3}")),
    ]
}

/// What holds for all channels together, a line each: how much was read, the
/// scale factor, the covariance, exponents; and, where the table leaves
/// channels out, that it does.
pub fn latents_summary(report: &LatentReport) -> Vec<String> {
    let pooled = &report.pooled;
    let n_channels = report.channels.len();
    let mut lines = vec![
        format!(
            "{n_channels} channels, {} items, {} values per channel",
            report.n_items, report.n_positions
        ),
        format!(
            "pooled mean {}, std {}: scale factor {}",
            significant(pooled.mean),
            significant(pooled.std),
            significant(pooled.scale_factor)
        ),
    ];
    if let Some(covariance) = &report.covariance {
        lines.extend(covariance_lines(covariance));
    }
    let spectra = std::iter::once(&report.spectrum).chain(&report.along);
    lines.extend(spectra.filter_map(law_line));
    if n_channels > MOST_CHANNELS {
        lines.push(format!(
            "channels from {MOST_CHANNELS} on are in latents.csv alone"
        ));
    }
    lines
}

fn covariance_lines(covariance: &ChannelCovariance) -> [String; 2] {
    let modes = &covariance.eigenvalues;
    let (largest, smallest) = (modes[0], modes[modes.len() - 1]);
    [
        format!(
            "effective rank {:.2} of {}, participation ratio {:.2}",
            covariance.effective_rank,
            modes.len(),
            covariance.participation_ratio
        ),
        format!(
            "variance of modes after scaling {} to {}; {} of {} below that of unit noise, 1 \
             ({:.1} %; of white latents about half, by a little)",
            significant(smallest),
            significant(largest),
            covariance.n_under_noise,
            modes.len(),
            100.0 * covariance.share_under_noise
        ),
    ]
}

fn law_line(spectrum: &LatentSpectrum) -> Option<String> {
    let law = spectrum.law.as_ref()?;
    let [low, high] = law.ci;
    let over = match law.interval {
        LatentInterval::Files => format!("over {} files", law.n),
        LatentInterval::Items => format!("over {} items of one file", law.n),
        LatentInterval::Fisher => "of Gaussian noise, for one item".to_string(),
    };
    let r_squared = law
        .r_squared
        .map_or(String::new(), |r| format!(", R^2 {r:.3}"));
    Some(format!(
        "alpha along {} {:.3}, 95 % interval {low:.3} to {high:.3} {over}{r_squared}",
        spectrum.along, law.alpha
    ))
}

/// Five significant digits.
fn significant(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e7).contains(&size) {
        return format!("{value:.4e}");
    }
    let before = match size >= 1.0 {
        true => size.log10().floor() as i32 + 1,
        false => 0,
    };
    let decimals = (5 - before).clamp(0, 5) as usize;
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::significant;

    #[test]
    fn numbers_keep_five_digits() {
        let values = [0.0, 0.18215, -5.49, 123.456, 99999.9, 3.2e-9];
        let expected = [
            "0.00000",
            "0.18215",
            "-5.4900",
            "123.46",
            "100000",
            "3.2000e-9",
        ];
        assert_eq!(values.map(significant), expected);
    }
}
