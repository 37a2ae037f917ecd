//! A report as one page that needs nothing else: no network, no other file.

mod controls;
mod curves;
mod data;
mod markup;
mod sources;
mod spectra;
mod tide;
mod top;
mod words;

use super::write_file;
use crate::Result;
use crate::analysis::{Report, Representation, ResultRow, Scorecard};
use std::path::Path;

/// Name of the page in an output folder.
pub const PAGE_FILE: &str = "report.html";

/// Most classes of a representation that are drawn and listed.
const MOST_CLASSES: usize = 100;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What a page is made from.
#[derive(Debug, Clone, Copy)]
pub struct ReportPage<'a> {
    /// The report.
    pub report: &'a Report,
    /// Its scorecard, with or without nulls.
    pub scorecard: &'a Scorecard,
    /// The command line that repeats it, where it is known.
    pub command: Option<&'a str>,
}

/// A report as one HTML page: the scorecard, the rising tide with a slider over
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
        top::scorecard(report, page.scorecard),
        controls::section(tide.as_ref()),
        spectra::spectra(report),
        sources::examples(report),
        sources::files(report),
        sources::configuration(report, page.command)?,
    ]
    .concat();
    Ok(format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>cepstrum report</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n{NAVIGATION}<main>\n\
         <noscript><p class=\"notes\">The drawings need JavaScript; numbers and tables do not.</p></noscript>\n\
         {sections}</main>\n<footer>cepstrum {} · schema {} · every number comes from report.json and \
         evidence.json beside this page</footer>\n\
         <script type=\"application/json\" id=\"page-data\">{data}</script>\n\
         <script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        markup::escaped(&report.crate_version),
        report.schema_version
    ))
}

const NAVIGATION: &str = "<nav aria-label=\"Sections\"><a href=\"#scorecard\">Scorecard</a>\
    <a href=\"#tide\">Tide</a><a href=\"#spectra\">Spectra</a><a href=\"#examples\">Examples</a>\
    <a href=\"#files\">Files</a><a href=\"#settings\">Settings</a></nav>\n";

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

/// The classes of a representation that are shown, with their places among the
/// results.
fn classes(
    report: &Report,
    representation: Representation,
) -> impl Iterator<Item = (usize, &ResultRow)> {
    let all = report.results.iter().enumerate();
    all.filter(move |(_, row)| row.representation == representation && row.class != "all")
        .take(MOST_CLASSES)
}
