//! Padding of an array, by the mask in the `.json` file beside it.

use super::layout::Layout;
use serde_json::Value;
use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;

/// Largest file that is searched for a mask, in bytes.
const LARGEST: u64 = 1 << 26;
/// The name of the mask, as stable-audio-tools writes it.
const KEY: &str = "padding_mask";

/// What the file beside an array says about padding.
#[derive(Debug, PartialEq)]
pub(super) enum Padding {
    /// Nothing.
    None,
    /// Whether each position in time is real.
    Mask(Vec<bool>),
    /// Something that is not understood.
    Unclear(String),
}

impl Padding {
    /// Searches the file of that name that ends in `.json`.
    pub fn beside(path: &Path) -> Padding {
        let mut text = String::new();
        let beside = path.with_extension("json");
        let is_read = File::open(&beside)
            .and_then(|file| file.take(LARGEST).read_to_string(&mut text))
            .is_ok();
        if !is_read || !text.contains(KEY) {
            return Padding::None;
        }
        let found = serde_json::from_str::<Value>(&text);
        let mask = found.as_ref().ok().and_then(mask_in);
        match mask.and_then(flags) {
            Some(mask) if !mask.is_empty() => Padding::Mask(mask),
            _ => Padding::Unclear("it is no list of 0 and 1".into()),
        }
    }

    /// The dimension that is padded and the positions in it that are not, if some
    /// are; and a remark on them.
    pub fn kept(
        &self,
        layout: Layout,
        shape: &[usize],
    ) -> (Option<(usize, Range<usize>)>, Option<String>) {
        let unclear = |why: &str| {
            let remark =
                format!("the {KEY} beside it is not understood, and all is measured: {why}");
            (None, Some(remark))
        };
        let mask = match self {
            Padding::None => return (None, None),
            Padding::Unclear(why) => return unclear(why),
            Padding::Mask(mask) => mask,
        };
        let Some(time) = layout.time() else {
            return unclear(&format!("{layout} has no time (--layout)"));
        };
        let (length, n) = (shape[time], mask.len());
        if n.max(length) % n.min(length).max(1) != 0 {
            return unclear(&format!("it has {n} positions, the array {length}"));
        }
        // The nearest one, as where the mask is given per sample of the recording.
        let is_real = |position: usize| mask[position * n / length];
        let mut runs: Vec<Range<usize>> = Vec::new();
        for position in (0..length).filter(|&position| is_real(position)) {
            match runs.last_mut() {
                Some(run) if run.end == position => run.end += 1,
                _ => runs.push(position..position + 1),
            }
        }
        let Some(longest) = runs
            .iter()
            .cloned()
            .reduce(|a, b| if b.len() > a.len() { b } else { a })
        else {
            return unclear("it calls all of it padding");
        };
        if longest == (0..length) {
            return (None, None);
        }
        let pieces = match runs.len() {
            1 => String::new(),
            n => format!(" (the longest of {n} runs that are real)"),
        };
        let remark = format!(
            "padding is left out: by the {KEY} beside it, positions {} to {} of {length} are \
             measured{pieces}",
            longest.start,
            longest.end - 1
        );
        (Some((time, longest)), Some(remark))
    }
}

/// The first value of the key at any depth.
fn mask_in(value: &Value) -> Option<&Value> {
    match value {
        Value::Object(fields) => fields
            .get(KEY)
            .or_else(|| fields.values().find_map(mask_in)),
        Value::Array(values) => values.iter().find_map(mask_in),
        _ => None,
    }
}

/// Truth values, 0 or 1; a list around the list is that of a batch of one.
fn flags(mask: &Value) -> Option<Vec<bool>> {
    let values = mask.as_array()?;
    if let [inner @ Value::Array(_)] = values.as_slice() {
        return flags(inner);
    }
    let flag = |value: &Value| match value {
        Value::Bool(flag) => Some(*flag),
        other => match other.as_f64() {
            Some(0.0) => Some(false),
            Some(1.0) => Some(true),
            _ => None,
        },
    };
    values.iter().map(flag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn padding(text: &str) -> Padding {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.json"), text).unwrap();
        Padding::beside(&folder.path().join("a.npy"))
    }

    #[test]
    fn masks_of_any_length_that_fits() {
        for (text, kept) in [
            (r#"{"padding_mask": [1, 1, 1, 0, 0, 0]}"#, 0..3),
            (r#"{"a": {"padding_mask": [[0.0, true, 1]]}}"#, 2..6),
            (r#"{"padding_mask": [1,1,1,1,1,1,1,1,0,0,0,0]}"#, 0..4),
            (r#"{"padding_mask": [1, 0, 1, 1, 1, 0]}"#, 2..5),
        ] {
            let (found, remark) = padding(text).kept(Layout::Ct, &[2, 6]);
            assert_eq!(found, Some((1, kept)), "{text}");
            assert!(remark.unwrap().contains("left out"), "{text}");
        }
        let all = padding(r#"{"padding_mask": [1, 1, 1]}"#);
        assert_eq!(all.kept(Layout::Tc, &[6, 2]), (None, None));
        assert_eq!(padding(r#"{"seconds": 3}"#), Padding::None);
    }

    #[test]
    fn what_is_not_understood_is_told() {
        for (text, why) in [
            (
                r#"{"padding_mask": [1, 1, 0, 0]}"#,
                "4 positions, the array 6",
            ),
            (r#"{"padding_mask": [0, 0, 0]}"#, "all of it padding"),
            (r#"{"padding_mask": [0.5]}"#, "no list"),
            (r#"{"padding_mask": [1, "#, "no list"),
        ] {
            let (found, remark) = padding(text).kept(Layout::Ct, &[2, 6]);
            assert_eq!(found, None);
            let remark = remark.unwrap();
            assert!(remark.contains(why), "{remark}");
        }
        let (_, remark) = padding(r#"{"padding_mask": [1]}"#).kept(Layout::Chw, &[1, 2, 6]);
        assert!(remark.unwrap().contains("--layout"));
    }
}
