//! Single clips and photos, files that were not used, settings.

use super::markup::{counted, escaped, intro, name, note, row, scalar, section, table};
use crate::analysis::{ExampleRow, InputRow, Report, Status};
use serde_json::Value;

/// Most files in the table.
const MOST_FILES: usize = 1000;
/// Most entries of a list among the settings.
const MOST_ENTRIES: usize = 50;
/// Longest command that is shown.
const LONGEST_COMMAND: usize = 100_000;

/// Spectrograms and pictures.
pub(super) fn examples(report: &Report) -> String {
    let (mut clips, mut photos) = (Vec::new(), Vec::new());
    for row in &report.examples {
        if row.spectrogram.is_some() {
            let place = format!("data-spectrogram=\"{}\"", clips.len());
            let plot = format!("<div class=\"plot\" {place} aria-label=\"Spectrogram\"></div>");
            clips.push(figure(row, &plot));
        }
        if let Some(picture) = &row.picture {
            // Base64, or what a report that was edited holds.
            let source = format!("data:image/png;base64,{}", escaped(picture));
            let image = format!("<img src=\"{source}\" alt=\"\" loading=\"lazy\">");
            photos.push(figure(row, &image));
        }
    }
    let mut body = match clips.is_empty() {
        true => note(
            "The report holds no spectrogram: none of its clips was measured by logarithmic \
             spectrograms.",
        ),
        false => intro("The first segment of a few clips, as it was measured."),
    };
    for (class, figures) in [("gallery", clips), ("gallery photos", photos)] {
        if !figures.is_empty() {
            body += &format!("<div class=\"{class}\">\n{}</div>\n", figures.concat());
        }
    }
    section("examples", "Examples", &body)
}

fn figure(row: &ExampleRow, picture: &str) -> String {
    let file = row.path.rsplit('/').next().unwrap_or(&row.path);
    format!(
        "<figure>{picture}<figcaption>{} <span class=\"quiet\">{}</span></figcaption></figure>\n",
        name(file),
        name(&row.class)
    )
}

/// Files that were skipped or used in part, with reasons, remarks on those that
/// were used, and kinds of files that were not read.
pub(super) fn files(report: &Report) -> String {
    let rows = report.inputs.iter().enumerate();
    let unused: Vec<(usize, &InputRow)> = rows
        .filter(|(_, row)| row.outcome.status != Status::Ok)
        .collect();
    let all = counted(report.inputs.len(), "file");
    let mut body = match unused.len() {
        0 => intro(format!("{all}: all were used wholly.")),
        n => intro(format!("{n} of {all} were skipped or used in part.")),
    };
    if !unused.is_empty() {
        let header = ["file", "class", "status", "reason"];
        let rows = unused.iter().take(MOST_FILES).map(file);
        body += &table("scroll tall", "words", "Files", &header, rows);
        body += "\n";
    }
    if let Some(more @ 1..) = unused.len().checked_sub(MOST_FILES) {
        body += &note(format!("… and {more} more, in files.csv."));
    }
    let findings = &report.audit.findings;
    if !findings.is_empty() {
        let rows = findings.iter().take(MOST_FILES).map(|finding| {
            let paths: Vec<String> = finding.paths.iter().map(|path| name(path)).collect();
            let cells = [paths.join(", "), escaped(&finding.detail)];
            row(finding.kind.name(), cells)
        });
        body += "<h3>Worth knowing about the clips that were used</h3>\n";
        body += &table("scroll tall", "words", "Remarks", &[], rows);
        body += "\n";
        let kinds = report.audit.counts.keys();
        let advice = kinds.map(|kind| format!("{}: {}.", kind.name(), kind.advice()));
        body += &note(format!(
            "What to do. {}",
            advice.collect::<Vec<_>>().join(" ")
        ));
    }
    let n_findings = report.audit.counts.values().sum::<u64>() as usize;
    if let Some(more @ 1..) = n_findings.checked_sub(findings.len().min(MOST_FILES)) {
        body += &note(format!(
            "… and {more} more: files.csv has what they are made from."
        ));
    }
    let ignored = report.summary.ignored.iter().take(MOST_ENTRIES);
    let ignored: Vec<String> = ignored
        .map(|(extension, n)| match extension.as_str() {
            "" => format!("{n} without extension"),
            extension => format!("{n} .{}", escaped(extension)),
        })
        .collect();
    if !ignored.is_empty() {
        let kinds = ignored.join(", ");
        body += &note(format!("Other files under the folders, not read: {kinds}."));
    }
    section("files", "Files", &body)
}

fn file((i, row): &(usize, &InputRow)) -> String {
    let status = match row.outcome.status {
        Status::Ok => "ok",
        Status::Partial => "partial",
        Status::Skipped => "skipped",
    };
    let cells = [
        name(&row.class),
        format!("<span class=\"status {status}\">{status}</span>"),
        escaped(row.outcome.reason.as_deref().unwrap_or("")),
    ];
    let row = self::row(&name(&row.path), cells);
    row.replacen("<tr>", &format!("<tr data-input=\"{i}\">"), 1)
}

/// All settings and the command.
pub(super) fn configuration(report: &Report, command: Option<&str>) -> crate::Result<String> {
    let config = serde_json::to_value(&report.config)
        .map_err(|error| crate::Error::argument("REPORT", error, "settings that can be written"))?;
    let mut rows = Vec::new();
    flatten("config", &config, &mut rows);
    let mut body = String::new();
    if let Some(command) = command.filter(|command| command.len() <= LONGEST_COMMAND) {
        let code = escaped(command);
        body += &intro("To repeat it, from the folder that it was run in:");
        body += &format!("<pre id=\"command\" tabindex=\"0\"><code>{code}</code></pre>\n");
    }
    let table = table(
        "scroll",
        "words config",
        "Configuration",
        &[],
        rows.into_iter(),
    );
    body += &format!("<details><summary>Full configuration</summary>\n{table}</details>\n");
    Ok(section("settings", "Settings", &body))
}

fn flatten(path: &str, value: &Value, rows: &mut Vec<String>) {
    let text = |value: &Value| match value {
        Value::String(text) => escaped(text),
        other => escaped(&other.to_string()),
    };
    let cell = match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                flatten(&format!("{path}.{key}"), value, rows);
            }
            return;
        }
        Value::Array(list) if list.is_empty() => "<span class=\"missing\">none</span>".to_string(),
        Value::Array(list) => {
            let mut shown: Vec<String> = list.iter().take(MOST_ENTRIES).map(text).collect();
            if list.len() > MOST_ENTRIES {
                shown.push(format!("… and {} more", list.len() - MOST_ENTRIES));
            }
            shown.join("<br>")
        }
        Value::Null => "<span class=\"missing\">automatic</span>".to_string(),
        Value::Number(number) => scalar(path, number),
        other => text(other),
    };
    let key = path.strip_prefix("config.").unwrap_or(path);
    rows.push(row(&escaped(key), [cell]));
}
