//! Standard output for data, standard error for words, colour where it is wanted.

use super::outcome::Failure;
use cepstrum::Error;
use clap::ColorChoice;
use clap::builder::styling::{AnsiColor, Style, Styles};
use std::ffi::OsString;
use std::io::{BufWriter, Write};

/// Headings and flags bold, errors red; no other colour.
pub const STYLES: Styles = Styles::styled()
    .header(Style::new().bold())
    .usage(Style::new().bold())
    .literal(Style::new().bold())
    .valid(Style::new().bold())
    .invalid(Style::new().bold())
    .error(AnsiColor::Red.on_default().bold());

/// The last `--color` before `--`: help and usage errors are written before
/// there are parsed arguments. A bad value is for the parser to refuse.
pub fn asked_color(arguments: impl IntoIterator<Item = OsString>) -> ColorChoice {
    let mut choice = ColorChoice::Auto;
    let mut arguments = arguments.into_iter().take_while(|a| a != "--");
    while let Some(argument) = arguments.next() {
        let value = match argument.to_str() {
            Some("--color") => arguments.next(),
            Some(other) => other.strip_prefix("--color=").map(OsString::from),
            None => None,
        };
        choice = match value.as_deref().and_then(|value| value.to_str()) {
            Some("always") => ColorChoice::Always,
            Some("never") => ColorChoice::Never,
            Some("auto") => ColorChoice::Auto,
            _ => choice,
        };
    }
    choice
}

/// Makes everything written from now on follow a choice; `Auto` asks the
/// terminal, NO_COLOR and CLICOLOR.
pub fn use_color(choice: ColorChoice) {
    match choice {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
    .write_global();
}

/// Writes to standard output.
pub fn print(write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<(), Failure> {
    let mut stdout = BufWriter::new(std::io::stdout().lock());
    let written = write(&mut stdout).and_then(|()| stdout.flush());
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::BrokenPipe => Failure::BrokenPipe,
        _ => Failure::Error(Error::Output {
            path: "standard output".into(),
            detail: error.to_string(),
        }),
    })
}

/// Writes one line to standard error, which may be gone; the word `note:` before
/// it stands out.
pub fn tell(line: &str) {
    match line.strip_prefix("note:") {
        Some(rest) => tell_labelled("note:", STYLES.get_literal(), rest),
        None => {
            let _ = writeln!(anstream::stderr(), "{line}");
        }
    }
}

/// Writes an error to standard error, which may be gone.
pub fn tell_error(message: &str) {
    tell_labelled("error:", STYLES.get_error(), &format!(" {message}"));
}

fn tell_labelled(label: &str, style: &Style, rest: &str) {
    let _ = writeln!(anstream::stderr(), "{style}{label}{style:#}{rest}");
}

/// Why an input was not used wholly.
pub struct Remark<'a> {
    pub path: &'a str,
    /// Short name of the kind of reason.
    pub class: &'a str,
    pub reason: String,
}

/// Tells remarks, those of one kind together and only the first few of each.
pub fn tell_remarks(remarks: &[Remark<'_>], where_all_stand: &str) {
    const SHOWN: usize = 3;
    let mut classes: Vec<&str> = Vec::new();
    for remark in remarks {
        if !classes.contains(&remark.class) {
            classes.push(remark.class);
        }
    }
    for class in classes {
        let of_class: Vec<&Remark<'_>> = remarks.iter().filter(|r| r.class == class).collect();
        for remark in of_class.iter().take(SHOWN) {
            tell(&format!("  {}: {}", remark.path, remark.reason));
        }
        if of_class.len() > SHOWN {
            let more = of_class.len() - SHOWN;
            tell(&format!("  ... and {more} more {class}{where_all_stand}"));
        }
    }
}
