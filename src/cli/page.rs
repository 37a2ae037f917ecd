//! The page of a report, beside it.

use super::command::analyze_command;
use super::terminal::tell;
use cepstrum::Result;
use cepstrum::analysis::{Report, Verdict};
use cepstrum::output::{PAGE_FILE, ReportPage, save_report_page};
use std::path::Path;

/// Writes the page of a report into a folder and says so.
pub fn write_page(report: &Report, verdict: Option<&Verdict>, folder: &Path) -> Result<()> {
    let command = analyze_command(&report.config, verdict);
    let page = ReportPage {
        report,
        verdict,
        command: Some(&command),
    };
    save_report_page(&page, folder)?;
    tell(&format!("page: {}", folder.join(PAGE_FILE).display()));
    Ok(())
}
