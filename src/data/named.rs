//! Names of enumerations, as they are typed.

/// Values of an enumeration: the value, its name as it is typed, and its meaning
/// in one line.
pub type Names<T> = &'static [(T, &'static str, &'static str)];

/// An enumeration whose values have names.
///
/// ```
/// use cepstrum::data::{Named, PowerScale};
/// assert_eq!(PowerScale::PsdHz.name(), "psd-hz");
/// assert_eq!(PowerScale::named("raw"), Some(PowerScale::Raw));
/// ```
pub trait Named: Copy + PartialEq + 'static {
    /// All values that can be typed, in the order of lists.
    const NAMES: Names<Self>;

    /// The name of a value.
    fn name(self) -> &'static str {
        let row = Self::NAMES.iter().find(|(value, ..)| *value == self);
        row.map_or("", |(_, name, _)| name)
    }

    /// The value with a name.
    fn named(text: &str) -> Option<Self> {
        let row = Self::NAMES.iter().find(|(_, name, _)| *name == text);
        row.map(|(value, ..)| *value)
    }
}

/// Names the values of an enumeration.
macro_rules! named {
    ($type:ident { $($value:ident = $name:literal: $meaning:literal,)+ }) => {
        impl $crate::data::Named for $type {
            const NAMES: $crate::data::Names<Self> = &[$(($type::$value, $name, $meaning)),+];
        }
    };
}
pub(crate) use named;
