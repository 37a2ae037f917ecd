//! The page of a report, beside it.

use super::command::analyze_command;
use super::tell;
use cepstrum::analysis::{Report, Scorecard};
use cepstrum::output::{PAGE_FILE, ReportPage, save_report_page};
use cepstrum::{Error, Result};
use std::path::Path;

/// Writes the page of a report into a folder and says so; where the report has
/// no scorecard, says why there is no page.
pub fn write_page(
    report: &Report,
    scorecard: Result<Scorecard>,
    n_draws: usize,
    folder: &Path,
) -> Result<()> {
    let scorecard = match scorecard {
        Ok(scorecard) => scorecard,
        Err(error @ Error::InvalidArgument { .. }) => {
            tell(&format!("no {PAGE_FILE}: {error}"));
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let command = analyze_command(&report.config, n_draws);
    let page = ReportPage {
        report,
        scorecard: &scorecard,
        command: Some(&command),
    };
    save_report_page(&page, folder)?;
    tell(&format!("page: {}", folder.join(PAGE_FILE).display()));
    Ok(())
}
