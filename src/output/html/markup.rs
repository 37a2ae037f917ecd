//! Text that is safe inside HTML, and numbers that say where they come from.

use std::fmt::Display;

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

/// A class; "all" is no user's name.
pub(super) fn class_name(class: &str) -> String {
    match class {
        "all" => "all".to_string(),
        class => name(class),
    }
}

/// JSON for a script element: nothing in it can end the element.
pub(super) fn script_json(value: &impl serde::Serialize) -> serde_json::Result<String> {
    Ok(serde_json::to_string(value)?.replace('<', "\\u003c"))
}

/// A part of the page, under its heading.
pub(super) fn section(id: &str, heading: &str, body: &str) -> String {
    format!("<section id=\"{id}\">\n<h2>{heading}</h2>\n{body}</section>\n")
}

/// A paragraph that explains what is under it.
pub(super) fn intro(html: impl Display) -> String {
    format!("<p class=\"intro\">{html}</p>\n")
}

/// A paragraph beside the main thing.
pub(super) fn note(html: impl Display) -> String {
    format!("<p class=\"note\">{html}</p>\n")
}

/// A table in a region that scrolls, each of a class, which can be empty; so can
/// the header.
pub(super) fn table(
    region: &str,
    class: &str,
    label: &str,
    header: &[&str],
    rows: impl Iterator<Item = String>,
) -> String {
    let class = match class {
        "" => String::new(),
        class => format!(" class=\"{class}\""),
    };
    let header = header
        .iter()
        .map(|cell| format!("<th scope=\"col\">{cell}</th>"));
    let header = match header.collect::<String>() {
        cells if cells.is_empty() => cells,
        cells => format!("\n<thead><tr>{cells}</tr></thead>\n"),
    };
    let rows: String = rows.collect();
    format!(
        "<div class=\"{region}\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\">\
         <table{class}>{header}<tbody>\n{rows}</tbody></table></div>"
    )
}

/// A row of a table, under its first cell.
pub(super) fn row(first: &str, cells: impl IntoIterator<Item = String>) -> String {
    let cells = cells.into_iter().map(|cell| format!("<td>{cell}</td>"));
    let cells: String = cells.collect();
    format!("<tr><th scope=\"row\">{first}</th>{cells}</tr>\n")
}

/// A printed number and its place in the report, or in the evidence, which has
/// the verdict: `results[3].fit.post.alpha`, with a minus in front where the
/// negative is printed.
pub(super) fn scalar(path: &str, number: impl Display) -> String {
    let attribute = match path.starts_with("verdict.") {
        false => "data-json",
        true => "data-evidence",
    };
    let text = number.to_string().replace('-', "\u{2212}");
    format!(
        "<span class=\"num\" {attribute}=\"{}\">{}</span>",
        escaped(path),
        escaped(&text)
    )
}

/// A number at `decimals`, or a dash.
pub(super) fn number(path: &str, value: Option<f64>, decimals: usize) -> String {
    match value {
        Some(value) => scalar(path, fixed(value, decimals)),
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
pub(super) fn interval(path: &str, ci: [f64; 2]) -> String {
    let end = |i: usize| scalar(&format!("{path}[{i}]"), fixed(ci[i], 2));
    format!("<span class=\"ci\">[{}, {}]</span>", end(0), end(1))
}

/// "1 clip", "2 clips".
pub(super) fn counted(n: usize, noun: &str) -> String {
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
