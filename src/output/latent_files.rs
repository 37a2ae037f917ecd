//! A latent report as files and as text.

use super::csv::write_columns;
use super::study_files::{Document, StudyFiles};
use super::table::{Column, Table, or_dash, thousandths};
use crate::analysis::{
    ChannelCovariance, ChannelRow, LatentInterval, LatentReport, LatentSpectrum,
};
use std::io::{self, Write};

/// Name of a latent report in an output folder.
pub const LATENTS_FILE: &str = "latents.json";
/// Most channels whose rows the table shows.
const MOST_CHANNELS: usize = 64;

/// `latents.json` and `latents.csv`.
impl StudyFiles for LatentReport {
    const MAIN: &'static str = LATENTS_FILE;
    const NOUN: &'static str = "latent report";

    fn beside(&self) -> Vec<Document<'_>> {
        let table = |writer: &mut dyn Write| latents_csv(self, writer);
        vec![Document::new("latents.csv", table)]
    }
}

/// Writes one row per channel; a number that does not exist is left empty.
fn latents_csv(report: &LatentReport, writer: &mut dyn Write) -> io::Result<()> {
    fn number(value: Option<f64>) -> String {
        value.map_or_else(String::new, |value| format!("{value:e}"))
    }
    let columns: [Column<&ChannelRow>; 8] = [
        ("channel", |row| row.channel.to_string()),
        ("mean", |row| number(Some(row.mean))),
        ("std", |row| number(Some(row.std))),
        ("scale_factor", |row| number(row.scale_factor)),
        ("min", |row| number(Some(row.min))),
        ("max", |row| number(Some(row.max))),
        ("constant", |row| row.is_constant.to_string()),
        ("alpha", |row| number(row.alpha)),
    ];
    write_columns(&columns, report.channels.iter(), writer)
}

/// The first 64 channels, one row each.
pub fn latents_table(report: &LatentReport) -> Table {
    let columns: [Column<&ChannelRow>; 7] = [
        ("channel", |row| row.channel.to_string()),
        ("mean", |row| significant(row.mean)),
        ("std", |row| significant(row.std)),
        ("scale factor", |row| {
            or_dash(row.scale_factor.map(significant))
        }),
        ("min", |row| significant(row.min)),
        ("max", |row| significant(row.max)),
        ("alpha", |row| thousandths(row.alpha)),
    ];
    Table::of(1, &columns, report.channels.iter().take(MOST_CHANNELS))
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
