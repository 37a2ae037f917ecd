//! Values that have names.

use cepstrum::data::Names;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// Reads one of the values that have names.
pub fn one_of<T>(names: Names<T>) -> impl TypedValueParser<Value = T>
where
    T: Copy + Send + Sync + 'static,
{
    named(names.iter().map(|(_, name, meaning)| (*name, *meaning))).try_map(|text| {
        let found = names.iter().find(|(_, name, _)| *name == text);
        found.map(|(value, ..)| *value).ok_or("unknown")
    })
}

/// Accepts names; a meaning may be empty.
pub fn named(
    names: impl IntoIterator<Item = (&'static str, &'static str)>,
) -> PossibleValuesParser {
    PossibleValuesParser::new(names.into_iter().map(|(name, meaning)| match meaning {
        "" => PossibleValue::new(name),
        meaning => PossibleValue::new(name).help(meaning),
    }))
}
