use crate::analysis::{AnalysisConfig, SCHEMA_VERSION};
use crate::{Problem, Result};
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;

/// Reads the settings of a saved report, to measure again with them.
///
/// # Errors
/// [`Error::Input`](crate::Error::Input) where the file is missing, is no
/// report, has another layout, or has a setting that this version lacks, which
/// the message names.
pub fn read_config(path: &Path) -> Result<AnalysisConfig> {
    let text = std::fs::read_to_string(path).map_err(|error| Problem::from_io(&error).at(path))?;
    config_of(&text).map_err(|why| {
        let detail = format!("no settings can be taken from it: {why}");
        Problem::Unreadable { detail }.at(path)
    })
}

fn config_of(text: &str) -> Result<AnalysisConfig, String> {
    let report: Value =
        serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
    let (Some(version), Some(saved)) = (report.get("schema_version"), report.get("config")) else {
        return Err("it is no report (schema_version and config are missing)".to_string());
    };
    if version != SCHEMA_VERSION {
        return Err(format!(
            "schema_version is {version}, this program reads {SCHEMA_VERSION}"
        ));
    }
    let config = AnalysisConfig::deserialize(saved)
        .map_err(|error| format!("its config is not one of this version: {error}"))?;
    let known = serde_json::to_value(&config).map_err(|error| error.to_string())?;
    let mut unknown = Vec::new();
    unknown_fields("config", saved, &known, &mut unknown);
    match unknown.is_empty() {
        true => Ok(config),
        false => Err(format!("this version lacks {}", unknown.join(", "))),
    }
}

/// The paths of fields that `known` does not have.
fn unknown_fields(path: &str, saved: &Value, known: &Value, unknown: &mut Vec<String>) {
    let (Value::Object(saved), Value::Object(known)) = (saved, known) else {
        return;
    };
    for (name, value) in saved {
        let path = format!("{path}.{name}");
        match known.get(name) {
            Some(known) => unknown_fields(&path, value, known, unknown),
            None => unknown.push(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn refusals_name_what_is_wrong() {
        let config = serde_json::to_value(AnalysisConfig::default()).unwrap();
        let mut with_more = config.clone();
        with_more["tempo"] = json!(3);
        with_more["stft"]["zoom"] = json!(null);
        let mut with_less = config.clone();
        with_less.as_object_mut().unwrap().remove("overlap");
        let of = |version: Value, config: &Value| {
            config_of(&json!({"schema_version": version, "config": config}).to_string())
        };
        assert_eq!(of(json!(1), &config), Ok(AnalysisConfig::default()));
        for (result, words) in [
            (of(json!(2), &config), "schema_version is 2"),
            (of(json!("1"), &config), "schema_version is \"1\""),
            (
                of(json!(1), &with_more),
                "lacks config.stft.zoom, config.tempo",
            ),
            (of(json!(1), &with_less), "missing field `overlap`"),
            (of(json!(1), &json!(7)), "its config is not one"),
            (config_of("{}"), "it is no report"),
            (config_of("[1]"), "it is no report"),
            (config_of("a,b"), "it is no JSON"),
        ] {
            let message = result.unwrap_err();
            assert!(message.contains(words), "{message} lacks {words}");
        }
    }
}
