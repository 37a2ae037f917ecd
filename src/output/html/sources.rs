//! Single clips and photos, files that were not used, settings.

use super::markup::{Source, counted, escaped, name, scalar};
use crate::analysis::{ExampleRow, Finding, InputRow, Report, Status};
use serde_json::Value;

/// Most files in the table.
const MOST_FILES: usize = 1000;
/// Most entries of a list among the settings.
const MOST_ENTRIES: usize = 50;
/// Longest command that is shown.
const LONGEST_COMMAND: usize = 100_000;

/// Spectrograms and pictures.
pub(super) fn examples(report: &Report) -> String {
    let clips: String = report
        .examples
        .iter()
        .filter(|row| row.spectrogram.is_some())
        .enumerate()
        .map(|(place, row)| {
            figure(row, &format!(
                "<div class=\"plot\" data-spectrogram=\"{place}\" aria-label=\"Spectrogram\"></div>"
            ))
        })
        .collect();
    let photos: String = report
        .examples
        .iter()
        .filter_map(|row| Some((row, row.picture.as_ref()?)))
        // Base64, or what a report that was edited holds.
        .map(|(row, picture)| {
            let picture = escaped(picture);
            figure(
                row,
                &format!("<img src=\"data:image/png;base64,{picture}\" alt=\"\" loading=\"lazy\">"),
            )
        })
        .collect();
    let of_clips = match clips.is_empty() {
        true => {
            "<p class=\"note\">The report holds no spectrogram: none of its clips was measured \
                 by logarithmic spectrograms.</p>\n"
                .to_string()
        }
        false => format!(
            "<p class=\"intro\">The first segment of a few clips, as it was measured.</p>\n\
             <div class=\"gallery\">\n{clips}</div>\n"
        ),
    };
    let of_photos = match photos.is_empty() {
        true => String::new(),
        false => format!("<div class=\"gallery photos\">\n{photos}</div>\n"),
    };
    format!("<section id=\"examples\">\n<h2>Examples</h2>\n{of_clips}{of_photos}</section>\n")
}

fn figure(row: &ExampleRow, picture: &str) -> String {
    let file = row.path.rsplit('/').next().unwrap_or(&row.path);
    format!(
        "<figure>{picture}<figcaption>{} <span class=\"quiet\">{}</span></figcaption></figure>\n",
        name(file),
        name(&row.class)
    )
}

/// Files that were skipped or used in part, with reasons.
pub(super) fn files(report: &Report) -> String {
    let rows: Vec<(usize, InputRow)> = report
        .inputs
        .iter()
        .enumerate()
        .filter(|(_, row)| row.outcome.status != Status::Ok)
        .collect();
    let body = match rows.len() {
        0 => format!(
            "<p class=\"intro\">{}: all were used wholly.</p>\n",
            counted(report.inputs.len() as u64, "file")
        ),
        n => {
            let shown: String = rows
                .iter()
                .take(MOST_FILES)
                .map(|(i, row)| file(*i, row))
                .collect();
            let more = match n > MOST_FILES {
                true => format!(
                    "<p class=\"note\">… and {} more, in report.json.</p>\n",
                    n - MOST_FILES
                ),
                false => String::new(),
            };
            format!(
                "<p class=\"intro\">{n} of {} were skipped or used in part.</p>\n\
                 <div class=\"scroll tall\" tabindex=\"0\" role=\"region\" aria-label=\"Files\"><table class=\"words\">\n\
                 <thead><tr><th scope=\"col\">file</th><th scope=\"col\">class</th>\
                 <th scope=\"col\">status</th><th scope=\"col\">reason</th></tr></thead>\n\
                 <tbody>\n{shown}</tbody></table></div>\n{more}",
                counted(report.inputs.len() as u64, "file")
            )
        }
    };
    format!(
        "<section id=\"files\">\n<h2>Files</h2>\n{body}{}{}</section>\n",
        audit(report),
        ignored(report)
    )
}

/// Remarks on clips that were used.
fn audit(report: &Report) -> String {
    let findings = &report.audit.findings;
    if findings.is_empty() {
        return String::new();
    }
    let row = |finding: &Finding| {
        let paths: Vec<String> = finding.paths.iter().map(|path| name(path)).collect();
        format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n",
            finding.kind.name(),
            paths.join(", "),
            escaped(&finding.detail)
        )
    };
    let rows: String = findings.iter().take(MOST_FILES).map(row).collect();
    let more = match findings.len() > MOST_FILES {
        true => "<p class=\"note\">… and more, in report.json.</p>\n",
        false => "",
    };
    format!(
        "<h3>Worth knowing about the clips that were used</h3>\n\
         <div class=\"scroll tall\" tabindex=\"0\" role=\"region\" aria-label=\"Remarks\">\
         <table class=\"words\"><tbody>\n{rows}</tbody></table></div>\n{more}"
    )
}

fn file(i: usize, row: &InputRow) -> String {
    let status = match row.outcome.status {
        Status::Ok => "ok",
        Status::Partial => "partial",
        Status::Skipped => "skipped",
    };
    format!(
        "<tr data-input=\"{i}\"><th scope=\"row\">{}</th><td>{}</td>\
         <td><span class=\"status {status}\">{status}</span></td><td>{}</td></tr>\n",
        name(&row.path),
        name(&row.class),
        escaped(row.outcome.reason.as_deref().unwrap_or(""))
    )
}

fn ignored(report: &Report) -> String {
    let ignored = &report.summary.ignored;
    if ignored.is_empty() {
        return String::new();
    }
    let kinds = ignored.iter().take(MOST_ENTRIES).map(|(extension, n)| {
        let extension = match extension.as_str() {
            "" => "without extension".to_string(),
            extension => format!(".{}", escaped(extension)),
        };
        format!("{n} {extension}")
    });
    let kinds: Vec<String> = kinds.collect();
    format!(
        "<p class=\"note\">Other files under the folders, not read: {}.</p>\n",
        kinds.join(", ")
    )
}

/// All settings and the command.
pub(super) fn configuration(report: &Report, command: Option<&str>) -> crate::Result<String> {
    let config = serde_json::to_value(&report.config)
        .map_err(|error| crate::Error::argument("REPORT", error, "settings that can be written"))?;
    let mut rows = String::new();
    flatten("config", &config, &mut rows);
    let command = command.filter(|command| command.len() <= LONGEST_COMMAND);
    let command = command.map_or_else(String::new, |command| {
        format!(
            "<p class=\"intro\">To repeat it, from the folder that it was run in:</p>\n\
             <pre id=\"command\" tabindex=\"0\"><code>{}</code></pre>\n",
            escaped(command)
        )
    });
    Ok(format!(
        "<section id=\"settings\">\n<h2>Settings</h2>\n{command}\
         <details><summary>Full configuration</summary>\n\
         <div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Configuration\">\
         <table class=\"words config\"><tbody>\n{rows}</tbody></table></div></details>\n</section>\n"
    ))
}

fn flatten(path: &str, value: &Value, rows: &mut String) {
    let mut push = |text: String| {
        let key = path.strip_prefix("config.").unwrap_or(path);
        rows.push_str(&format!(
            "<tr><th scope=\"row\">{}</th><td>{text}</td></tr>\n",
            escaped(key)
        ));
    };
    let text = |value: &Value| match value {
        Value::String(text) => escaped(text),
        other => escaped(&other.to_string()),
    };
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                flatten(&format!("{path}.{key}"), value, rows);
            }
        }
        Value::Array(list) => {
            let mut shown: Vec<String> = list.iter().take(MOST_ENTRIES).map(text).collect();
            if list.len() > MOST_ENTRIES {
                shown.push(format!("… and {} more", list.len() - MOST_ENTRIES));
            }
            push(match shown.is_empty() {
                true => "<span class=\"missing\">none</span>".to_string(),
                false => shown.join("<br>"),
            });
        }
        Value::Null => push("<span class=\"missing\">automatic</span>".to_string()),
        Value::Number(number) => push(scalar(Source::Report, path, &number.to_string())),
        other => push(text(other)),
    }
}
