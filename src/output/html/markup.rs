//! Text that is safe inside HTML, and numbers that say where they come from.

/// Text for elements and attributes.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // Not allowed in documents.
            '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}' => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

/// A name that a user chose: its writing direction stays its own.
pub(super) fn name(text: &str) -> String {
    format!("<bdi>{}</bdi>", escaped(text))
}

/// JSON for a script element: nothing in it can end the element.
pub(super) fn script_json(value: &impl serde::Serialize) -> serde_json::Result<String> {
    Ok(serde_json::to_string(value)?.replace('<', "\\u003c"))
}

/// Which file holds a number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Report,
    Evidence,
}

/// A printed number and its place: `results[3].fit.post.alpha`, with a minus in
/// front where the negative is printed.
pub(super) fn scalar(source: Source, path: &str, text: &str) -> String {
    let attribute = match source {
        Source::Report => "data-json",
        Source::Evidence => "data-evidence",
    };
    let text = text.replace('-', "\u{2212}");
    format!(
        "<span class=\"num\" {attribute}=\"{}\">{}</span>",
        escaped(path),
        escaped(&text)
    )
}

/// A number of the report at `decimals`, or a dash.
pub(super) fn number(path: &str, value: Option<f64>, decimals: usize) -> String {
    optional(Source::Report, path, value, decimals)
}

/// A number at `decimals`, or a dash.
pub(super) fn optional(source: Source, path: &str, value: Option<f64>, decimals: usize) -> String {
    match value {
        Some(value) => scalar(source, path, &fixed(value, decimals)),
        None => "<span class=\"missing\" title=\"no value\">\u{2013}</span>".to_string(),
    }
}

/// A number at `decimals`; one that rounds to 0 has no sign.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().all(|c| matches!(c, '0' | '.')) => digits.to_string(),
        _ => text,
    }
}

/// An interval whose ends stand in a list of the report.
pub(super) fn interval(source: Source, path: &str, ci: [f64; 2]) -> String {
    let end = |i: usize| scalar(source, &format!("{path}[{i}]"), &fixed(ci[i], 2));
    format!("<span class=\"ci\">[{}, {}]</span>", end(0), end(1))
}

/// "1 clip", "2 clips".
pub(super) fn counted(n: u64, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        n => format!("{n} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_an_element_or_an_attribute() {
        let hostile = "<img src=x onerror=\"a='b'\">&\0";
        let expected = "&lt;img src=x onerror=&quot;a=&#39;b&#39;&quot;&gt;&amp;\u{fffd}";
        assert_eq!(escaped(hostile), expected);
        let json = script_json(&["</script><!--"]).unwrap();
        assert_eq!(json, "[\"\\u003c/script>\\u003c!--\"]");
        let back: Vec<String> = serde_json::from_str(&json).unwrap();
        assert_eq!(back, ["</script><!--"]);
    }

    #[test]
    fn numbers_carry_their_place() {
        let text = number("results[0].fit.post.alpha", Some(-0.1224), 3);
        assert!(text.contains("data-json=\"results[0].fit.post.alpha\">\u{2212}0.122<"));
        assert!(number("x", Some(-0.04), 1).contains(">0.0<"));
        assert_eq!([fixed(-0.06, 1), fixed(0.0, 2)], ["-0.1", "0.00"]);
        assert!(number("x", None, 1).contains('\u{2013}'));
    }
}
