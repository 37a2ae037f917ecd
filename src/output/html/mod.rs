//! A report as one page that needs nothing else: no network, no other file.

mod classes;
mod curves;
mod data;
mod markup;
mod sources;
mod spectra;
mod tide;
mod top;
mod words;

use super::files::write_file;
use crate::Result;
use crate::analysis::{Report, Verdict};
use std::path::Path;

/// Name of the page in an output folder.
pub const PAGE_FILE: &str = "report.html";

/// What a page is made from.
#[derive(Debug, Clone, Copy)]
pub struct ReportPage<'a> {
    /// The report.
    pub report: &'a Report,
    /// Its verdict, where there is one.
    pub verdict: Option<&'a Verdict>,
    /// The command line that repeats it, where it is known.
    pub command: Option<&'a str>,
}

/// A report as one HTML page: the answers, the rising tide with a slider over
/// the times of all schedules, the spectra of all classes, examples, files that
/// were not used, and all settings.
///
/// Curves are thinned to at most 500 points; printed numbers are those of the
/// report, and carry their place in it as `data-json` (in `evidence.json` as
/// `data-evidence`). A report whose spectra noise cannot be compared with has a
/// page that says so in place of the tide.
///
/// # Errors
/// Settings or curves that cannot be written as JSON.
pub fn report_html(page: &ReportPage<'_>) -> Result<String> {
    let report = page.report;
    let tide = tide::tide(report);
    let data = markup::script_json(&data::Data::new(report, tide.as_ref().ok()));
    let data = data.map_err(|error| {
        crate::Error::argument("REPORT", error, "a report whose curves can be written")
    })?;
    let sections = [
        top::question(report),
        top::answers(report, page.verdict),
        tide::section(tide.as_ref()),
        spectra::spectra(report),
        sources::examples(report),
        sources::files(report),
        sources::configuration(report, page.command)?,
    ]
    .concat();
    Ok(format!(
        include_str!("page.html"),
        style = include_str!("page.css"),
        sections = sections,
        crate_version = markup::escaped(&report.crate_version),
        schema_version = report.schema_version,
        data = data,
        script = include_str!("page.js")
    ))
}

/// Writes `report.html` into a folder.
///
/// # Errors
/// Those of [`report_html`], and [`crate::Error::Output`] with what the system
/// said.
pub fn save_report_page(page: &ReportPage<'_>, folder: &Path) -> Result<()> {
    let html = report_html(page)?;
    write_file(&folder.join(PAGE_FILE), |writer| {
        writer.write_all(html.as_bytes())
    })
}
