//! What is wrong with a flag, in its own name as it is typed.

use cepstrum::Error;
use clap::error::{ContextKind, ErrorKind};
use std::error::Error as _;

/// The message of an error, with settings under their flags' names.
pub fn message(error: &Error, program: &clap::Command) -> String {
    match error {
        Error::InvalidArgument {
            name,
            value,
            requirement,
        } => {
            let requirement = with_flags(requirement, program) + &suggestion(value, requirement);
            match name
                .chars()
                .all(|c| matches!(c, 'a'..='z' | '0'..='9' | '_'))
            {
                true => {
                    let flag = name.replace('_', "-");
                    format!("--{flag} is {value}, but must be {requirement}")
                }
                false => format!("{name} is {value}, but must be {requirement}"),
            }
        }
        other => other.to_string(),
    }
}

/// The message for a value that could not be read, in the words of all other
/// bad values; `None` for other errors, which the parser says well.
pub fn bad_value(error: &clap::Error, program: &clap::Command) -> Option<String> {
    if error.kind() != ErrorKind::ValueValidation {
        return None;
    }
    let argument = error.get(ContextKind::InvalidArg)?.to_string();
    let value = error.get(ContextKind::InvalidValue)?.to_string();
    let flag = argument.split_whitespace().next()?;
    let requirement = Error::requirement_of(error.source()?)?;
    let requirement = with_flags(&requirement, program) + &suggestion(&value, &requirement);
    let value = match value.as_str() {
        "" => "empty",
        value => value,
    };
    Some(format!("{flag} is {value}, but must be {requirement}"))
}

/// How alike two names are, 0 to 1, from where one may be meant for the other;
/// the parser judges its own lists by the same.
const ALIKE: f64 = 0.8;

/// The name most like `value` in a requirement that lists names, if one is.
fn suggestion(value: &str, requirement: &str) -> String {
    let names = requirement.split_once(": ").map_or("", |(_, names)| names);
    let names = names.split(", ");
    let likeness = names.map(|name| (strsim::jaro(value, name), name));
    let nearest = likeness
        .filter(|(alike, _)| *alike > ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b));
    nearest.map_or_else(String::new, |(_, name)| format!("; did you mean {name}?"))
}

/// A text in which settings with an underscore in their name, as the library
/// has them, are flags.
fn with_flags(text: &str, program: &clap::Command) -> String {
    let words = text.split(' ').map(|word| {
        let flag = word.replace('_', "-");
        let commands = program.get_subcommands();
        let mut flags = commands.flat_map(|command| command.get_arguments());
        match word.contains('_') && flags.any(|known| known.get_long() == Some(&flag)) {
            true => format!("--{flag}"),
            false => word.to_string(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}
